//! What hangs on a table beside its keys, indexes and capacity: resource-based policies and Contributor Insights.
//!
//! Owns the saved form of these; their rules are in [`super::policy`] and [`super::insights`]. Never reads a request.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::IndexId;
use super::insights::Insights;
use super::policy::PolicyState;

/// All of it; a table that has none of it has the default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachments {
    /// The table's policy.
    #[serde(default)]
    pub policy: PolicyState,
    /// The policies of its streams, by their labels.
    #[serde(default)]
    pub stream_policies: BTreeMap<String, PolicyState>,
    /// Contributor Insights of the table (0) and of its global indexes, where they were ever on.
    #[serde(default)]
    pub insights: BTreeMap<IndexId, Insights>,
}

impl Attachments {
    /// When something of it moves on by itself.
    pub(super) fn next_due_ms(&self) -> Option<u64> {
        self.insights.values().filter_map(|insights| insights.status_until_ms).min()
    }

    /// Moves on what is due at `now_ms`.
    pub(super) fn step(&mut self, now_ms: u64) {
        self.insights.values_mut().for_each(|insights| insights.settle(now_ms));
    }

    /// An index is gone.
    pub(super) fn forget_index(&mut self, index: IndexId) {
        self.insights.remove(&index);
    }
}
