//! A branch: a few items of a region, to try things out on, that can be set back to any state it was in.
//!
//! Owns a region of its own that has the tables of those items without indexes, streams, lag and limits of capacity. Never
//! touches the region that it was taken from, and keeps no history.

use crate::access::{Checks, Context, ItemKey, Live, Marks, Region, Statistics, TableState};
use crate::store::Space;
use crate::table::BillingMode;
use crate::timeline::Detail;

use super::run::Run;

/// The state of a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frozen {
    /// The items, encoded, in the order of the branch's places.
    pub items: Vec<Option<Vec<u8>>>,
    /// What partitions remember.
    pub marks: Marks,
    tokens: Vec<Option<Vec<u8>>>,
    requests: u64,
    transactions: u64,
}

impl Frozen {
    /// What is known of the branch's tokens.
    pub(super) fn used(&self) -> &[Option<Vec<u8>>] {
        &self.tokens
    }
}

/// A few items of a region.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Where the steps are taken.
    pub region: Region,
    places: Vec<(String, ItemKey)>,
    tokens: Vec<String>,
    now_ms: u64,
}

impl Branch {
    /// A branch of those items, as they stand, and of what is known of those tokens.
    pub fn of(region: &Region, places: &[(String, ItemKey)], tokens: &[String], now_ms: u64) -> Branch {
        let mut branch = Region::new(region.settings.clone(), 0);
        branch.simulation.lag = false;
        branch.simulation.throttle = false;
        branch.counters = region.counters;
        // A run is under way, so that everything is stamped.
        branch.store.write(
            Space::Ledger,
            b"run",
            Some(serde_json::to_vec(&Run::default()).unwrap_or_default()),
            now_ms,
        );
        for (table, key) in places {
            let Some(state) = region.tables.get(table) else { continue };
            let mut saved = state.saved.clone();
            saved.table.indexes.clear();
            saved.table.stream = None;
            saved.table.global = None;
            saved.table.recovery = None;
            saved.table.billing_mode = BillingMode::PayPerRequest;
            saved.index_partitions.clear();
            let space = Space::Items { table: saved.table.id, index: 0 };
            branch.tables.entry(table.clone()).or_insert_with(|| TableState { saved, live: Live::default() });
            if let Some(item) = region.store.get(space, &key.bytes) {
                branch.store.write(space, &key.bytes, Some(item.to_vec()), now_ms);
            }
        }
        for token in tokens {
            if let Some(used) = region.store.get(Space::Tokens, token.as_bytes()) {
                branch.store.write(Space::Tokens, token.as_bytes(), Some(used.to_vec()), now_ms);
            }
        }
        Branch { region: branch, places: places.to_vec(), tokens: tokens.to_vec(), now_ms }
    }

    /// A record for a step, which nobody looks at.
    pub fn context(&self) -> Context {
        Context::with_detail(self.now_ms, None, Detail::Counted)
    }

    /// The place of an item among the branch's.
    pub fn place(&self, table: &str, key: &[u8]) -> Option<usize> {
        self.places.iter().position(|(of, item)| of == table && item.bytes == key)
    }

    fn space(&self, table: &str) -> Option<Space> {
        Some(Space::Items { table: self.region.tables.get(table)?.saved.table.id, index: 0 })
    }

    /// The state, to come back to.
    pub fn freeze(&self) -> Frozen {
        let item = |(table, key): &(String, ItemKey)| {
            Some(self.region.store.get(self.space(table)?, &key.bytes)?.to_vec())
        };
        let used = |token: &String| Some(self.region.store.get(Space::Tokens, token.as_bytes())?.to_vec());
        Frozen {
            items: self.places.iter().map(item).collect(),
            marks: self.region.marks.clone(),
            tokens: self.tokens.iter().map(used).collect(),
            requests: self.region.counters.requests,
            transactions: self.region.counters.transactions,
        }
    }

    /// Goes back to a state.
    pub fn thaw(&mut self, state: &Frozen) {
        for ((table, key), item) in self.places.iter().zip(&state.items) {
            let Some(space) = self.space(table) else { continue };
            if self.region.store.get(space, &key.bytes) != item.as_deref() {
                self.region.store.write(space, &key.bytes, item.clone(), self.now_ms);
            }
        }
        for (token, used) in self.tokens.iter().zip(&state.tokens) {
            if self.region.store.get(Space::Tokens, token.as_bytes()) != used.as_deref() {
                self.region.store.write(Space::Tokens, token.as_bytes(), used.clone(), self.now_ms);
            }
        }
        self.region.marks = state.marks.clone();
        self.region.drop_unsaved_marks();
        self.region.counters.requests = state.requests;
        self.region.counters.transactions = state.transactions;
        for table in self.region.tables.values_mut() {
            table.live = Live::default();
            // Nobody asks how many items there are, but the count must not fall below zero.
            let many = Statistics { items: 1 << 32, size_bytes: 1 << 48 };
            let partitions = table.saved.partitions.iter();
            table.live.statistics = partitions.map(|partition| ((0, partition.id), many)).collect();
        }
        // What came before is of no use to anybody.
        self.region.store.take_changes();
        self.region.store.durable(self.region.store.position());
        self.region.store.forget(u64::MAX);
    }

    /// What partitions look at from now on.
    pub fn check(&mut self, checks: Checks) {
        self.region.checks = checks;
    }
}
