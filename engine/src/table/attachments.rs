//! What hangs on a table beside its keys, indexes and capacity: resource-based policies, Contributor Insights, vector indexes,
//! the pace of its changes, auto scaling.
//!
//! Owns the saved form of these; their rules are in [`super::policy`], [`super::insights`], [`super::vector`],
//! [`super::scaling`] and `pace`. Never reads a request.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::IndexId;
use super::insights::Insights;
use super::pace::Pace;
use super::policy::PolicyState;
use super::scaling::Scaling;
use super::vector::{self, VectorIndex};

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
    /// Its vector indexes.
    #[serde(default)]
    pub vectors: Vec<VectorIndex>,
    /// What changes of it are under way, and what was changed lately.
    #[serde(default)]
    pub pace: Pace,
    /// The auto scaling of the table (0) and of its global indexes, where it is on.
    #[serde(default)]
    pub scaling: BTreeMap<IndexId, Scaling>,
}

impl Attachments {
    /// What a table has that is restored from one that had this: its vector indexes, made with it.
    pub fn restored(&self) -> Attachments {
        let anew = |index: &VectorIndex| VectorIndex {
            status: super::IndexStatus::Creating,
            status_until_ms: None,
            backfilling: None,
            ..index.clone()
        };
        Attachments { vectors: self.vectors.iter().map(anew).collect(), ..Attachments::default() }
    }

    /// When something of it moves on by itself.
    pub(super) fn next_due_ms(&self) -> Option<u64> {
        let insights = self.insights.values().filter_map(|insights| insights.status_until_ms);
        let vectors = self.vectors.iter().filter_map(|index| index.status_until_ms);
        insights.chain(vectors).chain(self.pace.next_due_ms()).min()
    }

    /// Moves on what is due at `now_ms`; whether a vector index has gone.
    pub(super) fn step(&mut self, now_ms: u64) -> bool {
        self.insights.values_mut().for_each(|insights| insights.settle(now_ms));
        vector::step(&mut self.vectors, now_ms)
    }

    /// The table has been created: what was made with it is there.
    pub(super) fn activate(&mut self) {
        self.vectors.iter_mut().for_each(|index| index.status = super::IndexStatus::Active);
    }

    /// The table is being deleted: nothing of it moves on any more.
    pub(super) fn stop(&mut self) {
        self.vectors.iter_mut().for_each(|index| index.status_until_ms = None);
        self.insights.values_mut().for_each(|insights| insights.status_until_ms = None);
        self.pace.stop();
    }

    /// Whether a vector index's SearchSchema names the attribute.
    pub(super) fn narrows_by(&self, name: &str) -> bool {
        self.vectors.iter().any(|index| index.narrows_by(name))
    }

    /// An index is gone.
    pub(super) fn forget_index(&mut self, index: IndexId) {
        self.insights.remove(&index);
        self.scaling.remove(&index);
    }
}
