//! Names and paths of a statement as document paths.
//!
//! Owns which steps a path may have. Names are taken as they are written, quoted or not: attributes' names tell upper case
//! from lower.

use super::ast::{Expr, ExprKind, Step};
use crate::error::Result;
use crate::error::expression as expression_words;
use crate::error::partiql as words;
use crate::limits::NESTING_LEVELS;
use crate::model::{DocumentPath, PathSegment};

/// The document path of a name or a path.
pub(super) fn document(expr: &Expr) -> Result<DocumentPath> {
    let mut segments = Vec::new();
    match &expr.kind {
        ExprKind::Name(name) => segments.push(PathSegment::Attribute(named(name)?)),
        ExprKind::Path(root, steps) => {
            let ExprKind::Name(name) = &root.kind else {
                return Err(words::unexpected_component(root.at));
            };
            segments.push(PathSegment::Attribute(named(name)?));
            for step in steps {
                segments.push(segment(step)?);
            }
        }
        _ => return Err(words::unexpected_component(expr.at)),
    }
    if segments.len() > NESTING_LEVELS {
        return Err(words::fault(&expression_words::path_too_deep(segments.len())));
    }
    Ok(DocumentPath(segments))
}

fn named(name: &str) -> Result<String> {
    match name.is_empty() {
        true => Err(words::empty_component()),
        false => Ok(name.to_owned()),
    }
}

fn segment(step: &Step) -> Result<PathSegment> {
    match step {
        Step::Name(name) => named(name).map(PathSegment::Attribute),
        Step::Unpivot(at) => Err(words::unpivot_component(*at)),
        Step::Wildcard(at) => Err(words::wildcard_component(*at)),
        Step::Index(index) => match &index.kind {
            ExprKind::Text(name) | ExprKind::Name(name) => named(name).map(PathSegment::Attribute),
            ExprKind::Number(text) if !text.contains(['.', 'e', 'E']) => {
                let in_range = text.parse::<i64>().ok().filter(|at| (0..=i64::from(i32::MAX)).contains(at));
                in_range
                    .map(|at| PathSegment::Index(at as usize))
                    .ok_or_else(|| words::list_index(text, index.at))
            }
            _ => Err(words::unexpected_component(index.at)),
        },
    }
}

/// The name under which SELECT returns a path: its last name and the indexes behind it.
pub(super) fn column(path: &DocumentPath) -> String {
    let name = path.0.iter().rposition(|step| matches!(step, PathSegment::Attribute(_))).unwrap_or(0);
    DocumentPath(path.0[name..].to_vec()).to_string()
}
