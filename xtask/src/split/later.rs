//! The list of what a first visit does not run, and how it is drawn up from a visit that was watched.
//!
//! A line is a path of the source (a crate, a module, a type, a function: whatever mentions it goes), or the whole name of one function.
//! What is on no line stays in the first part, unless nothing that stays calls it. So what is new is downloaded at once until the
//! list is drawn up again (`cargo xtask first-visit`), and what is gone does no harm.

use super::choose;
use super::links::Links;
use super::read::Module;
use rustc_demangle::demangle;
use std::collections::{BTreeMap, BTreeSet};

/// A path is listed from so many bytes of code on that mention it.
const PATH_BYTES: usize = 60;
/// A function is listed from so many bytes on, with all that it alone calls.
const NAME_BYTES: usize = 120;
/// So many functions at most.
const NAMES: usize = 1600;
/// What brings the rest and what tells that it did not come is never part of it, with all that it calls.
const TELLING: [&str; 3] = ["web::rest::", "web::worker::session::rest::", "web::app::rest::"];
/// Nor is what hears that a promise was refused, and for what reason: whatever mentions one of these.
const HEARING: [&str; 3] =
    ["js_sys::futures::", "js_sys::JsString", "drop_in_place::<web::protocol::ClientError>"];
/// Nor is what lets go of a message that was not obeyed, alone: what it would let go of had it been obeyed may be.
const LETTING_GO: &str = "drop_in_place::<<web::worker::session::Session>::receive_file::";

/// The list for a module.
#[derive(Debug, Default)]
pub struct Later {
    lines: BTreeSet<String>,
}

impl Later {
    /// Reads a list. What follows a `# ` is for people.
    pub fn parse(text: &str) -> Later {
        let lines = text.lines().map(|line| line.split("# ").next().unwrap_or_default().trim());
        Later { lines: lines.filter(|line| !line.is_empty()).map(str::to_owned).collect() }
    }

    /// The functions of a module that are on the list.
    pub fn of(&self, module: &Module) -> BTreeSet<u32> {
        let (mut listed, mut waiting) = (BTreeSet::new(), Vec::new());
        for (&function, name) in &module.names {
            let name = plain(name);
            if self.has(&name) && !name.contains(LETTING_GO) {
                listed.insert(function);
            }
            if tells(&name) {
                waiting.push(function);
            }
        }
        let mut seen = BTreeSet::new();
        while let Some(function) = waiting.pop() {
            if function >= module.imported() && seen.insert(function) {
                listed.remove(&function);
                waiting.extend(module.uses_of(function).calls.iter().copied());
            }
        }
        listed
    }

    fn has(&self, name: &str) -> bool {
        self.lines.contains(name) || paths(name).iter().any(|path| self.lines.contains(*path))
    }

    /// Draws up the list for a module of which these functions ran.
    pub fn draw_up(module: &Module, links: &Links, ran: &BTreeSet<u32>) -> Later {
        let names: BTreeMap<u32, String> =
            module.names.iter().map(|(&function, name)| (function, plain(name))).collect();
        let size = |function: u32| module.body_bytes(function);
        let run_names: BTreeSet<&str> =
            ran.iter().filter_map(|function| names.get(function)).map(String::as_str).collect();
        let run_paths: BTreeSet<&str> = run_names.iter().flat_map(|name| paths(name)).collect();
        let mut covered: BTreeMap<&str, usize> = BTreeMap::new();
        for function in module.defined().filter(|function| !ran.contains(function)) {
            let name = names.get(&function).map_or("", String::as_str);
            let path = paths(name).into_iter().find(|path| !run_paths.contains(path));
            if let Some(path) = path.filter(|path| !depends_on_amounts(path)) {
                *covered.entry(path).or_default() += size(function);
            }
        }
        let large = covered.iter().filter(|(_, bytes)| **bytes >= PATH_BYTES);
        let mut later = Later { lines: large.map(|(path, _)| (*path).to_owned()).collect() };
        let tied = choose::tied(module);
        let mut listed = 0;
        while listed < NAMES {
            let leaving = later.of(module);
            let staying = choose::staying(module, links, &tied, &leaving);
            let running = staying.functions.intersection(ran);
            let called: BTreeSet<u32> =
                running.flat_map(|&function| module.uses_of(function).calls.iter().copied()).collect();
            let is_root = |function: &u32| called.contains(function) || staying.pointed.contains(function);
            // What goes with it: what it calls, and nothing that ran.
            let weight = |root: u32| {
                let (mut seen, mut waiting, mut bytes) = (BTreeSet::from([root]), vec![root], 0);
                while let Some(function) = waiting.pop() {
                    bytes += size(function);
                    for &callee in &module.uses_of(function).calls {
                        let goes = staying.functions.contains(&callee)
                            && !ran.contains(&callee)
                            && !is_root(&callee);
                        if goes && seen.insert(callee) {
                            waiting.push(callee);
                        }
                    }
                }
                bytes
            };
            let unrun = staying.functions.iter().copied().filter(|function| !ran.contains(function));
            let free = unrun.filter(|function| !tied.contains(function) && is_root(function));
            let mut largest: Vec<(usize, &String)> = free
                .filter_map(|function| Some((weight(function), names.get(&function)?)))
                .filter(|(bytes, name)| {
                    *bytes >= NAME_BYTES
                        && !later.lines.contains(*name)
                        && !run_names.contains(name.as_str())
                        && !run_paths.contains(name.as_str())
                        && !depends_on_amounts(name)
                })
                .collect();
            if largest.is_empty() {
                break;
            }
            largest.sort_unstable_by(|one, other| other.cmp(one));
            for (_, name) in largest.into_iter().take(20) {
                listed += usize::from(later.lines.insert(name.clone()));
            }
        }
        later
    }
}

impl std::fmt::Display for Later {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// Whether this is a part of a map's, a set's or a queue's own code, what is done with each that one of them holds, what tells somebody
/// who waits, or what waits for a while. Such a part runs or does not by how much there is at a time, which is never twice the same on a
/// visit: requests on their way, columns of the heatmap.
fn depends_on_amounts(name: &str) -> bool {
    let own = name.trim_start_matches("core::ptr::drop_in_place::<").trim_start_matches('<');
    let parts =
        ["alloc::collections::", "hashbrown::", "&mut core::iter::", "futures_channel::", "gloo_timers::"];
    parts.iter().any(|part| own.starts_with(part))
}

/// Whether this brings the rest, or tells that it did not come: a function of its own, not one that is made for it elsewhere.
fn tells(name: &str) -> bool {
    TELLING.iter().any(|path| name.starts_with(path)) || HEARING.iter().any(|path| name.contains(path))
}

/// A name as people read it, without the compiler's numbers.
fn plain(name: &str) -> String {
    format!("{:#}", demangle(name))
}

/// The paths in a name and all their beginnings, shortest first.
fn paths(name: &str) -> Vec<&str> {
    let bytes = name.as_bytes();
    let is_word = |at: usize| bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let word_end = |from: usize| (from..).find(|&at| !is_word(at)).unwrap_or(bytes.len());
    let mut paths = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !is_word(at) {
            at += 1;
            continue;
        }
        let (start, mut end) = (at, word_end(at));
        let first = paths.len();
        let after_type = name[..start].ends_with(">::");
        while bytes[end..].starts_with(b"::") {
            let next = if bytes.get(end + 2) == Some(&b'{') {
                name[end..].find('}').map_or(bytes.len(), |close| end + close + 1)
            } else if is_word(end + 2) {
                word_end(end + 2)
            } else {
                break;
            };
            paths.push(&name[start..end]);
            end = next;
        }
        if paths.len() > first {
            paths.push(&name[start..end]);
        }
        // The rest of a function's path, behind its type's arguments, says nothing alone.
        if after_type {
            paths.truncate(first);
        }
        at = end;
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_loses_the_numbers_of_its_crates() {
        assert_eq!(plain("_RNvNtCs1234_7mycrate3foo3bar"), "mycrate::foo::bar");
    }

    #[test]
    fn the_paths_of_a_name_are_those_of_what_it_mentions() {
        assert_eq!(paths("engine::backup::list"), ["engine", "engine::backup", "engine::backup::list"]);
        assert_eq!(paths("<a::B as c::D>::run::inner::{closure#0}"), ["a", "a::B", "c", "c::D"]);
        assert_eq!(paths("a::b::{closure#1}::<u8>"), ["a", "a::b", "a::b::{closure#1}"]);
        assert!(paths("<str>::len").is_empty());
    }

    #[test]
    fn what_depends_on_amounts_is_a_collections_own_code_and_not_what_a_collection_holds() {
        assert!(depends_on_amounts("<alloc::collections::btree::map::IntoIter<u64, a::B>>::next"));
        assert!(depends_on_amounts("hashbrown::raw::RawTableInner::rehash_in_place"));
        // A queue whose end is before its beginning is copied in two halves.
        assert!(depends_on_amounts("<&mut core::iter::adapters::map::map_fold<&a::B>>::call_mut"));
        assert!(depends_on_amounts("<futures_channel::oneshot::Sender<()>>::send"));
        assert!(depends_on_amounts("core::ptr::drop_in_place::<futures_channel::oneshot::Sender<()>>"));
        // The worker sets it only where answers are gathered.
        assert!(depends_on_amounts("gloo_timers::future"));
        assert!(!depends_on_amounts("<a::B as c::D<alloc::vec::Vec<u8>>>::run"));
    }

    #[test]
    fn whatever_mentions_a_path_is_on_the_list() {
        let later = Later::parse("engine::backup  # copies\n<a::B>::c\n");
        assert!(later.has("core::ptr::drop_in_place::<engine::backup::Arn>"));
        assert!(later.has("<a::B>::c"));
        assert!(!later.has("<a::B>::cc"));
        assert!(!later.has("engine::backups::list"));
    }
}
