//! The naive model: items in a map, indexes by looking at every item.

use std::collections::BTreeMap;

/// An item of the simulated table: `owner` (HASH), `n` (RANGE, a number), and perhaps a `status`, the key of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The GSI's partition key; a sparse attribute.
    pub status: Option<&'static str>,
    /// A counter that updates add to.
    pub count: i64,
}

/// The table.
pub type Model = BTreeMap<(&'static str, i64), Record>;

/// Partition keys.
pub const OWNERS: [&str; 4] = ["ann", "bob", "cy", "émile"];

/// Index keys.
pub const STATUSES: [&str; 3] = ["open", "shipped", "closed"];

/// The records of an owner whose `n` is between two bounds, in order.
pub fn between<'m>(
    model: &'m Model,
    owner: &'static str,
    low: i64,
    high: i64,
) -> Vec<(&'m (&'static str, i64), &'m Record)> {
    if low > high {
        return Vec::new();
    }
    model.range((owner, low)..=(owner, high)).collect()
}

/// The keys that the index holds under a status, in order.
pub fn with_status(model: &Model, status: &str) -> Vec<(&'static str, i64)> {
    model.iter().filter(|(_, record)| record.status == Some(status)).map(|(key, _)| *key).collect()
}
