//! What stays in the first part, and what goes.

use super::links::{Links, References};
use super::read::Module;
use std::collections::BTreeSet;

/// What stays.
#[derive(Debug, Default)]
pub struct Staying {
    /// The functions.
    pub functions: BTreeSet<u32>,
    /// The pieces of data.
    pub pieces: BTreeSet<u32>,
    /// The functions to which something that stays refers by their slots, whether they stay or not.
    pub pointed: BTreeSet<u32>,
    /// The functions that the rest has, whether they stay or not.
    pub again: BTreeSet<u32>,
}

/// The functions that the rest may have as well: those of so many bytes at most that are not fixed. A call from one part into the other takes a
/// slot of the table, and costs more than one within.
pub fn again(module: &Module, bytes: usize) -> BTreeSet<u32> {
    let may = |&function: &u32| !module.uses_of(function).fixed && module.body_bytes(function) <= bytes;
    module.defined().filter(may).collect()
}

/// The functions that cannot go: what is exported, started or fixed.
pub fn tied(module: &Module) -> BTreeSet<u32> {
    let fixed = module.defined().filter(|&function| module.uses_of(function).fixed);
    module.exported().chain(module.start).chain(fixed).collect()
}

/// What is tied stays, and what this calls and refers to, again and again; but for the functions that are `leaving`, which go with
/// all that nothing else needs.
pub fn staying(module: &Module, links: &Links, tied: &BTreeSet<u32>, leaving: &BTreeSet<u32>) -> Staying {
    let mut staying = Staying::default();
    let mut functions: Vec<u32> = tied.iter().copied().collect();
    let mut pieces: Vec<u32> = Vec::new();
    let stays = |function: &u32| tied.contains(function) || !leaving.contains(function);
    loop {
        let references: &References = if let Some(function) = functions.pop() {
            if function < module.imported() || !staying.functions.insert(function) {
                continue;
            }
            functions.extend(module.uses_of(function).calls.iter().filter(|callee| stays(callee)));
            &links.of[&function]
        } else if let Some(piece) = pieces.pop() {
            if !staying.pieces.insert(piece) {
                continue;
            }
            &links.pieces[piece as usize].references
        } else {
            return staying;
        };
        functions.extend(references.functions.iter().filter(|function| stays(function)));
        staying.pointed.extend(&references.functions);
        pieces.extend(&references.pieces);
    }
}
