//! A map of attribute names to values, sorted by name: an item is one, and so is an `M` value.

use super::AttributeValue;

/// A map of attribute names to values, sorted by the names' UTF-8 bytes; every name appears once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map(Vec<(String, AttributeValue)>);

/// An item: a map that a table stores under its primary key.
pub type Item = Map;

impl Map {
    /// An empty map.
    pub const fn new() -> Map {
        Map(Vec::new())
    }

    /// An empty map with room for `capacity` attributes.
    pub fn with_capacity(capacity: usize) -> Map {
        Map(Vec::with_capacity(capacity))
    }

    /// The map of attributes whose names ascend.
    ///
    /// # Panics
    /// In a debug build, when they do not.
    pub fn from_sorted(attributes: Vec<(String, AttributeValue)>) -> Map {
        debug_assert!(attributes.is_sorted_by(|one, next| one.0 < next.0), "the names ascend");
        Map(attributes)
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        // Most items are small, and decoding adds names in order.
        match self.0.last() {
            None => Err(0),
            Some((last, _)) if last.as_str() < name => Err(self.0.len()),
            _ => self.0.binary_search_by(|(n, _)| n.as_str().cmp(name)),
        }
    }

    /// The value under `name`.
    pub fn get(&self, name: &str) -> Option<&AttributeValue> {
        self.find(name).ok().map(|at| &self.0[at].1)
    }

    /// The value under `name`, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut AttributeValue> {
        self.find(name).ok().map(|at| &mut self.0[at].1)
    }

    /// Whether the map has `name`.
    pub fn contains(&self, name: &str) -> bool {
        self.find(name).is_ok()
    }

    /// Sets `name` to `value`, and returns what stood there.
    pub fn insert(&mut self, name: impl Into<String>, value: AttributeValue) -> Option<AttributeValue> {
        let name = name.into();
        match self.find(&name) {
            Ok(at) => Some(std::mem::replace(&mut self.0[at].1, value)),
            Err(at) => {
                self.0.insert(at, (name, value));
                None
            }
        }
    }

    /// Removes `name`, and returns what stood there.
    pub fn remove(&mut self, name: &str) -> Option<AttributeValue> {
        self.find(name).ok().map(|at| self.0.remove(at).1)
    }

    /// The attributes in the order of their names.
    pub fn iter(&self) -> std::slice::Iter<'_, (String, AttributeValue)> {
        self.0.iter()
    }

    /// Shows every scalar in it, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        self.0.iter_mut().for_each(|(_, value)| value.scalars_mut(visit));
    }

    /// How many attributes there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(String, AttributeValue)> for Map {
    fn from_iter<I: IntoIterator<Item = (String, AttributeValue)>>(attributes: I) -> Map {
        let mut map = Map::new();
        for (name, value) in attributes {
            map.insert(name, value);
        }
        map
    }
}

impl IntoIterator for Map {
    type Item = (String, AttributeValue);
    type IntoIter = std::vec::IntoIter<(String, AttributeValue)>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Map {
    type Item = &'a (String, AttributeValue);
    type IntoIter = std::slice::Iter<'a, (String, AttributeValue)>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
