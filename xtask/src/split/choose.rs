//! Which functions stay in the first part, and which go.

use super::read::Module;
use std::collections::BTreeSet;

/// The functions that cannot go: what is exported, started or fixed.
pub fn tied(module: &Module) -> BTreeSet<u32> {
    let fixed = module.defined().filter(|&function| module.uses_of(function).fixed);
    module.exported().chain(module.start).chain(fixed).collect()
}

/// The functions that stay: what is tied, what is in the table, and what these call, again and again; but for `leaving`, which go
/// with all that is called by nothing else.
pub fn staying(module: &Module, tied: &BTreeSet<u32>, leaving: &BTreeSet<u32>) -> BTreeSet<u32> {
    let mut waiting: Vec<u32> = tied.iter().copied().collect();
    waiting.extend(module.slots.values().copied().filter(|function| !leaving.contains(function)));
    let mut staying = BTreeSet::new();
    while let Some(function) = waiting.pop() {
        if function >= module.imported() && staying.insert(function) {
            let calls = module.uses_of(function).calls.iter().copied();
            waiting.extend(calls.filter(|callee| tied.contains(callee) || !leaving.contains(callee)));
        }
    }
    staying
}

/// The functions that go.
pub fn rest(module: &Module, leaving: &BTreeSet<u32>) -> BTreeSet<u32> {
    let staying = staying(module, &tied(module), leaving);
    module.defined().filter(|function| !staying.contains(function)).collect()
}
