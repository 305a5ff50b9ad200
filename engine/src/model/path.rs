//! A document path: where in an item a value stands, as in `address.lines[0]`.

use std::fmt;

use super::{AttributeValue, Item};

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathSegment {
    /// An attribute name, placeholders already resolved.
    Attribute(String),
    /// A list index, from 0.
    Index(usize),
}

/// A path into an item; the first segment is always an attribute name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocumentPath(pub Vec<PathSegment>);

impl DocumentPath {
    /// The path of a top-level attribute.
    pub fn attribute(name: impl Into<String>) -> DocumentPath {
        DocumentPath(vec![PathSegment::Attribute(name.into())])
    }

    /// The top-level attribute that the path starts from.
    pub fn root(&self) -> &str {
        match self.0.first() {
            Some(PathSegment::Attribute(name)) => name,
            _ => unreachable!("a path starts with an attribute name"),
        }
    }

    /// Whether the path is a top-level attribute.
    pub fn is_top_level(&self) -> bool {
        self.0.len() == 1
    }

    /// The value at the path, if there is one.
    pub fn get<'a>(&self, item: &'a Item) -> Option<&'a AttributeValue> {
        let mut value = item.get(self.root())?;
        for segment in &self.0[1..] {
            value = match (segment, value) {
                (PathSegment::Attribute(name), AttributeValue::M(map)) => map.get(name)?,
                (PathSegment::Index(index), AttributeValue::L(list)) => list.get(*index)?,
                _ => return None,
            };
        }
        Some(value)
    }
}

impl fmt::Display for DocumentPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.0.iter().enumerate() {
            match segment {
                PathSegment::Attribute(name) if at == 0 => f.write_str(name)?,
                PathSegment::Attribute(name) => write!(f, ".{name}")?,
                PathSegment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
