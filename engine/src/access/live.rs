//! What is under way, as bytes: tokens, running minutes, followers behind their leaders, what was seen of the traffic.
//!
//! Owns its encoding for a snapshot, so that whoever restores it goes on to the byte as the region would have. A journal has none
//! of it: where changes are replayed behind a snapshot every replica has caught up. What was consumed ([`Region::spent`]) is small
//! enough to be kept beside a journal every now and then, so that a workspace that is opened again finds its buckets, its auto
//! scaling's minutes and what was observed of its traffic as they were.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::capacity::{Nodes, Targets};
use crate::cluster::{Replicas, Traffic};
use crate::model::codec::{Malformed, Reader};
use crate::store::{Counters, Damage, Key, Packed, Value};
use crate::table::TableId;
use crate::timeline::{Access, Limit, PartitionId};

use super::region::{Arrival, Counts, Region, Settling};

/// Where the state stands in what a snapshot keeps.
const STATE: &[u8] = b"state";
/// Where the recent writes stand.
const RECENT: &[u8] = b"recent";

/// A table's.
#[derive(Serialize, Deserialize)]
struct OfTable {
    table: TableId,
    replicas: Vec<(PartitionId, Replicas)>,
    tokens: Targets,
    scales_at_ms: Option<u64>,
    traffic: Vec<(PartitionId, Traffic)>,
    arrivals: Vec<Arrival>,
    refused: Vec<((PartitionId, Access, Limit), u64)>,
}

/// What was consumed of a table.
#[derive(Serialize, Deserialize)]
struct SpentOf {
    table: TableId,
    tokens: Targets,
    scales_at_ms: Option<u64>,
    traffic: Vec<(PartitionId, Traffic)>,
}

/// What was consumed in a region, as of a time.
#[derive(Serialize, Deserialize)]
struct Spent {
    now_ms: u64,
    nodes: Nodes,
    tables: Vec<SpentOf>,
}

/// A region's.
#[derive(Serialize, Deserialize)]
struct OfRegion {
    tables: Vec<OfTable>,
    nodes: Nodes,
    longest_lag_ms: u64,
    settling: Vec<Settling>,
}

/// A region's, and how many items and entries its partitions have.
type StateAndCounts = (OfRegion, Vec<(TableId, Counts)>);

const ALWAYS_JSON: &str = "numbers and texts are always JSON";

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect(ALWAYS_JSON)
}

fn unreadable(error: serde_json::Error) -> Damage {
    Damage(format!("what was under way cannot be read: {error}"))
}

fn list<K: Clone, V: Clone>(map: &BTreeMap<K, V>) -> Vec<(K, V)> {
    map.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

impl Region {
    /// What is under way.
    pub fn live(&self) -> Vec<(&'static [u8], Vec<u8>)> {
        vec![(STATE, json(&self.state())), (RECENT, self.recent())]
    }

    fn state(&self) -> OfRegion {
        let tables = self.tables.values().map(|state| OfTable {
            table: state.saved.table.id,
            replicas: list(&state.live.replicas),
            tokens: state.live.tokens.clone(),
            scales_at_ms: state.live.scales_at_ms,
            traffic: list(&state.live.traffic),
            arrivals: state.live.arrivals.iter().cloned().collect(),
            refused: list(&state.live.refused),
        });
        let settling = self.settling.iter();
        OfRegion {
            tables: tables.collect(),
            nodes: self.nodes.clone(),
            longest_lag_ms: self.longest_lag_ms,
            settling: settling
                .map(|((table, key), until_ms)| Settling {
                    table: *table,
                    key: key.clone(),
                    until_ms: *until_ms,
                })
                .collect(),
        }
    }

    /// What is under way, with the counters, and with how many items and entries the partitions have, so that they need not be
    /// counted again: `counters | state and counts as JSON | recent writes`.
    pub fn under_way(&self) -> Packed {
        let counts = self.tables.values().map(|state| {
            let counts = state.live.statistics.iter();
            let counts = counts.map(|(place, count)| (*place, (count.items, count.size_bytes)));
            (state.saved.table.id, counts.collect())
        });
        let state: StateAndCounts = (self.state(), counts.collect());
        let mut counters = Vec::new();
        self.saved_counters().write(&mut counters);
        let mut under_way = Packed::default();
        under_way.append(&counters);
        serde_json::to_writer(&mut under_way, &state).expect(ALWAYS_JSON);
        self.each_recent().for_each(|write| under_way.append(&write));
        under_way.close();
        under_way
    }

    /// Takes up all of that, where the saved state is as it was then.
    pub fn go_on(&mut self, under_way: &Packed) -> Result<(), Damage> {
        let under_way = under_way.read()?;
        let mut reader = Reader(&under_way);
        let counters = Counters::read(&mut reader)?;
        let mut read = serde_json::Deserializer::from_slice(reader.0).into_iter::<StateAndCounts>();
        let (state, counts) = read.next().ok_or(Malformed)?.map_err(unreadable)?;
        let recent = &reader.0[read.byte_offset()..];
        self.reload_with(counters, counts.into_iter().collect())?;
        self.take_up_state(state, recent)
    }

    /// Takes up what was under way, where the saved state is as it was then.
    pub fn take_up(&mut self, live: &[(Key, Value)]) -> Result<(), Damage> {
        let of = |wanted: &[u8]| live.iter().find(|(key, _)| **key == *wanted).map(|(_, value)| &**value);
        let Some(state) = of(STATE) else { return Ok(()) };
        let state = serde_json::from_slice(state).map_err(unreadable)?;
        self.take_up_state(state, of(RECENT).unwrap_or_default())
    }

    fn take_up_state(&mut self, state: OfRegion, recent: &[u8]) -> Result<(), Damage> {
        self.store.recall(recent)?;
        (self.nodes, self.longest_lag_ms) = (state.nodes, state.longest_lag_ms);
        self.settling = state.settling.into_iter().map(|one| ((one.table, one.key), one.until_ms)).collect();
        for of in state.tables {
            let Some(own) = self.tables.values_mut().find(|own| own.saved.table.id == of.table) else {
                continue;
            };
            own.live.replicas = of.replicas.into_iter().collect();
            own.live.tokens = of.tokens;
            own.live.scales_at_ms = of.scales_at_ms;
            own.live.traffic = of.traffic.into_iter().collect();
            own.live.arrivals = of.arrivals.into();
            own.live.refused = of.refused.into_iter().collect();
        }
        let names: Vec<String> = self.tables.keys().cloned().collect();
        self.reschedule(&names, self.counters.now_ms);
        Ok(())
    }

    /// What was consumed: tokens, running minutes, the traffic that was observed.
    pub fn spent(&self) -> Vec<u8> {
        let tables = self.tables.values().map(|state| SpentOf {
            table: state.saved.table.id,
            tokens: state.live.tokens.clone(),
            scales_at_ms: state.live.scales_at_ms,
            traffic: list(&state.live.traffic),
        });
        json(&Spent { now_ms: self.counters.now_ms, nodes: self.nodes.clone(), tables: tables.collect() })
    }

    /// Takes up what was consumed by a time from which this region went on, if only by replayed writes. A snapshot that was taken
    /// later knows better.
    pub fn take_up_spent(&mut self, spent: &[u8]) -> Result<(), Damage> {
        let spent: Spent = serde_json::from_slice(spent)
            .map_err(|e| Damage(format!("what was consumed cannot be read: {e}")))?;
        let known = self.tables.values().any(|state| state.live.tokens != Targets::default());
        if known && spent.now_ms < self.counters.now_ms {
            return Ok(());
        }
        self.nodes = spent.nodes;
        for of in spent.tables {
            let Some(own) = self.tables.values_mut().find(|own| own.saved.table.id == of.table) else {
                continue;
            };
            let is_there = |id: PartitionId| own.maps().any(|map| map.place(id).is_some());
            let traffic = of.traffic.into_iter().filter(|(id, _)| is_there(*id)).collect();
            (own.live.tokens, own.live.scales_at_ms, own.live.traffic) =
                (of.tokens, of.scales_at_ms, traffic);
        }
        let names: Vec<String> = self.tables.keys().cloned().collect();
        self.reschedule(&names, self.counters.now_ms);
        Ok(())
    }
}
