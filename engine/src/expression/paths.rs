//! Document paths out of written ones, and which of them get in each other's way.
//!
//! Owns the depth limit of paths and the overlap and conflict faults. Never reads an item.

use std::collections::BTreeMap;

use super::ast::{RawPath, RawSegment};
use super::java;
use super::placeholders::Placeholders;
use crate::error::expression::{self as words, Fault};
use crate::limits::NESTING_LEVELS;
use crate::model::{DocumentPath, PathSegment};

/// The path with its placeholders replaced.
pub(super) fn resolve(raw: &RawPath, placeholders: &mut Placeholders) -> Result<DocumentPath, Fault> {
    let mut segments = Vec::with_capacity(raw.0.len());
    for segment in &raw.0 {
        segments.push(match segment {
            RawSegment::Word(name) => PathSegment::Attribute(name.clone()),
            RawSegment::Name(placeholder) => {
                PathSegment::Attribute(placeholders.name(placeholder)?.to_owned())
            }
            RawSegment::Index(digits) => {
                PathSegment::Index(digits.parse().map_err(|_| words::list_index(digits))?)
            }
        });
    }
    if segments.len() > NESTING_LEVELS {
        return Err(words::path_too_deep(segments.len()));
    }
    Ok(DocumentPath(segments))
}

/// Resolves paths that must not get in each other's way. From the last to the first, as the service does: that shows in
/// which fault it reports.
pub(super) fn resolve_disjoint(
    raw: &[&RawPath],
    placeholders: &mut Placeholders,
) -> Result<Vec<DocumentPath>, Fault> {
    let mut resolved: Vec<DocumentPath> = Vec::with_capacity(raw.len());
    for raw in raw.iter().rev() {
        let path = resolve(raw, placeholders)?;
        disjoint(&path, &resolved)?;
        resolved.push(path);
    }
    resolved.reverse();
    Ok(resolved)
}

/// Refuses paths that get in each other's way, found from the first to the last, as the service does in statements.
pub(super) fn check_disjoint(paths: &[&DocumentPath]) -> Result<(), Fault> {
    let mut before: Vec<DocumentPath> = Vec::with_capacity(paths.len());
    for path in paths {
        disjoint(path, &before)?;
        before.push((*path).clone());
    }
    Ok(())
}

/// Refuses a path that gets in the way of one of the others, which are disjoint.
fn disjoint(path: &DocumentPath, resolved: &[DocumentPath]) -> Result<(), Fault> {
    for later in resolved {
        match relation(path, later) {
            Relation::Disjoint => {}
            Relation::Overlap => {
                // Where the two meet, one step up.
                let above = path.0.len().min(later.0.len()) - 1;
                let other = first_in_tree(resolved, &path.0[..above]);
                return Err(words::paths_overlap(&show(path), &show(other)));
            }
            Relation::Conflict(shared) => {
                let other = first_in_tree(resolved, &path.0[..shared]);
                return Err(words::paths_conflict(&show(path), &show(other)));
            }
        }
    }
    Ok(())
}

/// The path that the service names beside the faulty one: the first leaf of the tree of paths that it has made so far, or
/// of the part of it below `prefix`. Of two paths it is always the other one. `paths` are disjoint.
fn first_in_tree<'p>(paths: &'p [DocumentPath], prefix: &[PathSegment]) -> &'p DocumentPath {
    let below: Vec<&DocumentPath> = paths.iter().filter(|path| path.0.starts_with(prefix)).collect();
    let order = tree_order(&below);
    below[*order.first().expect("the other path is below the prefix")]
}

/// The order in which the service walks the tree of these disjoint paths, and so of the actions of an update: at each
/// level the buckets of a Java HashMap from the last to the first, in a bucket the earlier path first.
pub(super) fn tree_order(paths: &[&DocumentPath]) -> Vec<usize> {
    let mut order = Vec::with_capacity(paths.len());
    walk(paths, (0..paths.len()).collect(), 0, &mut order);
    order
}

fn walk(paths: &[&DocumentPath], members: Vec<usize>, depth: usize, order: &mut Vec<usize>) {
    if let [only] = members[..] {
        order.push(only);
        return;
    }
    let mut children: Vec<(&PathSegment, Vec<usize>)> = Vec::new();
    let mut places: BTreeMap<&PathSegment, usize> = BTreeMap::new();
    for member in members {
        match paths[member].0.get(depth) {
            // Only where paths are given that are not disjoint.
            None => order.push(member),
            Some(step) => {
                let place = *places.entry(step).or_insert(children.len());
                if place == children.len() {
                    children.push((step, Vec::new()));
                }
                children[place].1.push(member);
            }
        }
    }
    let capacity = java::capacity_after(children.len());
    children.sort_by_key(|(step, _)| {
        let hash = match step {
            PathSegment::Attribute(name) => java::hash(name),
            PathSegment::Index(index) => *index as u32,
        };
        std::cmp::Reverse(java::bucket(hash, capacity))
    });
    for (_, members) in children {
        walk(paths, members, depth + 1, order);
    }
}

enum Relation {
    Disjoint,
    /// One is the other or holds it.
    Overlap,
    /// They want one place to be a map and a list; so many steps are the same.
    Conflict(usize),
}

fn relation(one: &DocumentPath, two: &DocumentPath) -> Relation {
    for (shared, pair) in one.0.iter().zip(&two.0).enumerate() {
        match pair {
            (a, b) if a == b => {}
            (PathSegment::Attribute(_), PathSegment::Attribute(_))
            | (PathSegment::Index(_), PathSegment::Index(_)) => {
                return Relation::Disjoint;
            }
            _ => return Relation::Conflict(shared),
        }
    }
    Relation::Overlap
}

/// The path as messages have it: `[a, [0], b]`.
pub(super) fn show(path: &DocumentPath) -> String {
    let segments: Vec<String> = path
        .0
        .iter()
        .map(|segment| match segment {
            PathSegment::Attribute(name) => name.clone(),
            PathSegment::Index(index) => format!("[{index}]"),
        })
        .collect();
    format!("[{}]", segments.join(", "))
}
