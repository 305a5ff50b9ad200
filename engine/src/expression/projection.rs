//! Projections: which parts of an item an answer holds.
//!
//! Owns the tree that several paths make together. Never fails on an item: what is not there is left out.
//!
//! Follows [Projection expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html).

use super::placeholders::Placeholders;
use super::{check, parser, paths};
use crate::error::Result;
use crate::error::expression::{ExpressionKind, Fault};
use crate::model::{AttributeValue, DocumentPath, Item, Map, PathSegment};

/// A compiled projection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    paths: Vec<DocumentPath>,
    root: Vec<(String, Selection)>,
}

/// What is taken of one value. Fields and elements are sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Selection {
    All,
    Fields(Vec<(String, Selection)>),
    Elements(Vec<(usize, Selection)>),
}

impl Projection {
    /// Compiles a ProjectionExpression.
    pub fn compile(text: &str, placeholders: &mut Placeholders) -> Result<Projection> {
        match compile(text, placeholders) {
            Ok(paths) => Ok(Projection::from_paths(paths)),
            Err(fault) => Err(placeholders.refuse(ExpressionKind::ProjectionExpression, &fault)),
        }
    }

    /// The projection on these paths (AttributesToGet, an index's attributes). Where one path holds another, the longer
    /// counts for nothing; where two want one place to be a map and a list, the later does.
    pub fn from_paths(paths: Vec<DocumentPath>) -> Projection {
        let mut root = Vec::new();
        for path in &paths {
            let (PathSegment::Attribute(name), rest) = path.0.split_first().expect("a path has a first step")
            else {
                unreachable!("a path starts with an attribute name");
            };
            select(&mut root, name.clone(), rest);
        }
        Projection { paths, root }
    }

    /// The projection on these paths; paths that get in each other's way are refused.
    pub fn from_disjoint_paths(given: Vec<DocumentPath>) -> std::result::Result<Projection, Fault> {
        paths::check_disjoint(&given.iter().collect::<Vec<_>>())?;
        Ok(Projection::from_paths(given))
    }

    /// The projection on these top-level attributes.
    pub fn from_attributes<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Projection {
        Projection::from_paths(names.into_iter().map(DocumentPath::attribute).collect())
    }

    /// The paths, in the order of the text.
    pub fn paths(&self) -> &[DocumentPath] {
        &self.paths
    }

    /// The parts of the item that the projection names.
    pub fn apply(&self, item: &Item) -> Item {
        fields(&self.root, item)
    }
}

/// Compiles a projection.
pub(super) fn compile(
    text: &str,
    placeholders: &mut Placeholders,
) -> std::result::Result<Vec<DocumentPath>, Fault> {
    let parsed = parser::projection(text)?;
    check::projection(&parsed)?;
    paths::resolve_disjoint(&parsed.tree.iter().collect::<Vec<_>>(), placeholders)
}

fn select<K: Ord>(level: &mut Vec<(K, Selection)>, key: K, rest: &[PathSegment]) {
    let at = match level.binary_search_by(|(k, _)| k.cmp(&key)) {
        Ok(at) => at,
        Err(at) => {
            let empty = match rest.first() {
                None => Selection::All,
                Some(PathSegment::Attribute(_)) => Selection::Fields(Vec::new()),
                Some(PathSegment::Index(_)) => Selection::Elements(Vec::new()),
            };
            level.insert(at, (key, empty));
            at
        }
    };
    let selection = &mut level[at].1;
    match (selection, rest.split_first()) {
        (selection, None) => *selection = Selection::All,
        (Selection::Fields(next), Some((PathSegment::Attribute(name), rest))) => {
            select(next, name.clone(), rest)
        }
        (Selection::Elements(next), Some((PathSegment::Index(index), rest))) => select(next, *index, rest),
        (_, Some(_)) => {}
    }
}

fn fields(selected: &[(String, Selection)], map: &Map) -> Map {
    let mut result = Map::with_capacity(selected.len());
    for (name, selection) in selected {
        if let Some(value) = map.get(name).and_then(|value| part(selection, value)) {
            result.insert(name.clone(), value);
        }
    }
    result
}

/// What is selected of the value; nothing where none of it is there.
fn part(selection: &Selection, value: &AttributeValue) -> Option<AttributeValue> {
    match (selection, value) {
        (Selection::All, value) => Some(value.clone()),
        (Selection::Fields(selected), AttributeValue::M(map)) => {
            Some(fields(selected, map)).filter(|map| !map.is_empty()).map(AttributeValue::M)
        }
        (Selection::Elements(selected), AttributeValue::L(list)) => {
            let parts: Vec<AttributeValue> = selected
                .iter()
                .filter_map(|(index, selection)| list.get(*index).and_then(|value| part(selection, value)))
                .collect();
            (!parts.is_empty()).then_some(AttributeValue::L(parts))
        }
        _ => None,
    }
}

#[cfg(test)]
#[path = "projection_tests.rs"]
mod tests;
