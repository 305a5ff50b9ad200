//! When a region next has something to do by itself.
//!
//! Every request first asks whether anything is due, so the answer is kept: each table's next moment, and the earliest of
//! them. It is derived from the state and never saved. Whoever makes something due says so ([`Region::due_by`]), a saved
//! table is looked at anew, and reopening or winding back looks at all of them. A kept moment may be too early, when
//! what was due has gone; never too late.

use crate::limits::STREAM_RETENTION_MS;
use crate::store::Space;
use crate::stream::{Record, SHARD_LIFE_MS, Shard, record_key};

use std::ops::Bound;

use super::expiry;
use super::region::{Region, TableState};

impl Region {
    /// When the region next has something to do.
    pub fn next_due_ms(&self) -> Option<u64> {
        self.due_ms.into_iter().chain(super::lingering::next_due_ms(self)).min()
    }

    /// Something of the table becomes due at that time.
    pub(super) fn due_by(&mut self, table: &str, at_ms: u64) {
        let Some(state) = self.tables.get_mut(table) else { return };
        earlier(&mut state.live.due_ms, at_ms);
        earlier(&mut self.due_ms, at_ms);
    }

    /// The tables with something to do by that time.
    pub(super) fn due_tables(&self, now_ms: u64) -> Vec<String> {
        let due = |state: &TableState| state.live.due_ms.is_some_and(|due| due <= now_ms);
        self.tables.iter().filter(|(_, state)| due(state)).map(|(name, _)| name.clone()).collect()
    }

    /// Looks at these tables anew.
    pub(super) fn reschedule<T: AsRef<str>>(&mut self, tables: &[T], now_ms: u64) {
        for table in tables {
            if let Some(state) = self.tables.get_mut(table.as_ref()) {
                state.live.due_ms = next_due_ms(state, now_ms);
            }
        }
        self.due_ms = self.tables.values().filter_map(|state| state.live.due_ms).min();
    }

    /// Whether nothing is due before the kept moments: looks at every table.
    pub(super) fn schedule_holds(&self) -> bool {
        let early = |kept: Option<u64>, due: Option<u64>| match (kept, due) {
            (_, None) => true,
            (kept, Some(due)) => kept.is_some_and(|kept| kept <= due),
        };
        self.tables.values().all(|state| {
            let due_ms = next_due_ms(state, self.counters.now_ms);
            early(state.live.due_ms, due_ms) && early(self.due_ms, due_ms)
        })
    }

    /// Finds when the oldest record of a table's stream was written: the oldest of its shards' first ones.
    pub(super) fn find_oldest_record(&mut self, table: &str) {
        let Some(state) = self.tables.get_mut(table) else { return };
        let space = Space::Stream { table: state.saved.table.id };
        let first_of = |shard: &Shard| {
            let (start, end) = (record_key(&shard.id, 0), record_key(&shard.id, u64::MAX));
            let mut records = self.store.range(space, (Bound::Included(&start), Bound::Included(&end)));
            records.next().and_then(|(_, bytes)| Record::written_ms(bytes).ok())
        };
        state.live.oldest_record_ms = state.saved.shards.0.iter().filter_map(first_of).min();
    }
}

fn earlier(due_ms: &mut Option<u64>, at_ms: u64) {
    *due_ms = Some(due_ms.map_or(at_ms, |due| due.min(at_ms)));
}

/// When what is as old as that, the oldest record or a closed shard, is too old to be kept.
pub(super) fn trimmed_at_ms(at_ms: u64) -> u64 {
    at_ms + STREAM_RETENTION_MS + 1
}

fn next_due_ms(state: &TableState, now_ms: u64) -> Option<u64> {
    let live = &state.live;
    let open = state.saved.shards.0.iter().filter(|shard| shard.closed.is_none());
    [
        crate::table::lifecycle::next_due_ms(&state.saved.table),
        live.arrivals.front().map(|arrival| arrival.at_ms),
        live.replicas.values().filter_map(|replicas| replicas.next_due_ms()).min(),
        expiry::next_due_ms(state, now_ms),
        live.tokens.next_due_ms(),
        live.scales_at_ms,
        live.oldest_record_ms.map(trimmed_at_ms),
        state.saved.shards.closed_first_ms().map(trimmed_at_ms),
        state.saved.table.global.as_ref().and_then(|global| global.due_ms()),
        state.next_split_ms(),
        state.next_repair_ms(),
        open.map(|shard| shard.opened_ms + SHARD_LIFE_MS).min(),
    ]
    .into_iter()
    .flatten()
    .min()
}
