//! Document paths out of written ones, and which of them get in each other's way.
//!
//! Owns the depth limit of paths and the overlap and conflict faults. Never reads an item.

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
        for later in &resolved {
            match relation(&path, later) {
                Relation::Disjoint => {}
                Relation::Overlap => {
                    return Err(words::paths_overlap(&show(&path), &show(last_in_tree(&resolved))));
                }
                Relation::Conflict => return Err(words::paths_conflict(&show(&path), &show(later))),
            }
        }
        resolved.push(path);
    }
    resolved.reverse();
    Ok(resolved)
}

/// The path that the service names beside one that overlaps: the last leaf of the tree of paths that it has made so far, each
/// level walked in the order of a Java HashMap. Of two paths it is always the other one. `paths` are disjoint.
fn last_in_tree(paths: &[DocumentPath]) -> &DocumentPath {
    let mut left: Vec<&DocumentPath> = paths.iter().collect();
    let mut depth = 0;
    while left.len() > 1 {
        let mut steps: Vec<&PathSegment> = Vec::new();
        for path in &left {
            if !steps.contains(&&path.0[depth]) {
                steps.push(&path.0[depth]);
            }
        }
        let capacity = java::capacity_after(steps.len());
        let bucket = |segment: &PathSegment| match segment {
            PathSegment::Attribute(name) => java::bucket(java::hash(name), capacity),
            PathSegment::Index(index) => java::bucket(*index as u32, capacity),
        };
        let last = steps.into_iter().rev().max_by_key(|segment| bucket(segment)).expect("a step").clone();
        left.retain(|path| path.0[depth] == last);
        depth += 1;
    }
    left[0]
}

enum Relation {
    Disjoint,
    /// One is the other or holds it.
    Overlap,
    /// They want one place to be a map and a list.
    Conflict,
}

fn relation(one: &DocumentPath, two: &DocumentPath) -> Relation {
    for pair in one.0.iter().zip(&two.0) {
        match pair {
            (a, b) if a == b => {}
            (PathSegment::Attribute(_), PathSegment::Attribute(_))
            | (PathSegment::Index(_), PathSegment::Index(_)) => {
                return Relation::Disjoint;
            }
            _ => return Relation::Conflict,
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
