//! What a page of a Query or a Scan was asked for beside its key: what its filter tests, and what is returned of each item.
//!
//! Owns the form in which a read's event tells it. Advice rests on it: an index can serve a test for equality, and holds for nothing
//! what nobody asks to be returned. Nothing is decided here.

use serde::{Deserialize, Serialize};

/// How a filter tests an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FilterTest {
    /// It equals a value: a partition key can be tested so.
    Equal,
    /// It is less, greater or between, or begins with a text: a sort key can be tested so.
    Range,
    /// It is there.
    Exists,
    /// In another way, or together with other tests.
    Other,
}

/// One attribute that a filter tests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Filtered {
    /// The top-level attribute.
    pub attribute: String,
    /// How: other than [`FilterTest::Other`] only where the test must hold by itself, whatever the rest of the filter says.
    pub test: FilterTest,
}

/// What a page was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// What its filter tests, by attribute, each test once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filter: Vec<Filtered>,
    /// The top-level attributes that are returned of each item; none where all are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub returned: Option<Vec<String>>,
}
