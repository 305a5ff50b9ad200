//! How far an event source mapping has come, and where that is kept.
//!
//! Owns what is saved of each mapping in [`Space::EventSources`]: its settings, its sums, the progress in each shard, the last
//! invocations and the messages of its on-failure destination. All of it is bytes in the store, so that a journal, a snapshot and
//! winding back have it. Never decides what happens next.

use std::collections::BTreeMap;
use std::ops::Bound;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::Region;
use crate::error::{Result, consumer as words};
use crate::store::Space;

use super::mapping::Mapping;

/// So many mappings a region has at most.
pub const MOST_MAPPINGS: usize = 20;
/// So many invocations are remembered.
pub const KEPT_INVOCATIONS: u64 = 200;
/// So many messages of a destination are kept.
pub const KEPT_MESSAGES: u64 = 500;

/// The progress in one shard.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ShardProgress {
    /// The shard's id.
    pub shard: String,
    /// Records up to this log position are read.
    pub read: u64,
    /// When it was last polled.
    pub polled_ms: Option<u64>,
    /// Its lanes: as many as there may be batches under way at a time.
    pub lanes: Vec<Lane>,
}

/// One lane of a shard: the records of some of its items, in their order, a batch at a time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lane {
    /// The lane's records up to this log position are settled: handled, filtered out or discarded.
    pub position: u64,
    /// The function was given no record above this one.
    pub delivered: u64,
    /// Records that were read and are in no batch yet.
    pub pending: u64,
    /// Their payload, in bytes.
    pub pending_bytes: u64,
    /// Since when they are gathered.
    pub since_ms: Option<u64>,
    /// The batch that is worked on, from 1.
    pub batch: u64,
    /// What is left of it: the last is worked on, the others follow from the back.
    pub parts: Vec<Part>,
    /// The invocation that is under way.
    pub flight: Option<Flight>,
    /// The tumbling window that is open.
    pub window: Option<Window>,
}

impl Lane {
    /// Whether all that was read is settled.
    pub fn is_idle(&self) -> bool {
        self.parts.is_empty() && self.flight.is_none() && self.pending == 0
    }
}

/// A batch, or what became of it when it was cut in two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Where in the batch's tree it stands: `` for the whole, `0` and `1` for its halves, `01` for the second half of the first.
    pub path: String,
    /// Its records' log positions; none for a window's last invocation.
    pub positions: Vec<u64>,
    /// Failed attempts that count against the retries.
    pub attempts: u64,
    /// Not before that.
    pub due_ms: u64,
}

/// An invocation that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flight {
    /// Its number.
    pub invocation: u64,
    /// When the function returns.
    pub until_ms: u64,
}

/// A tumbling window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// When it begins, in milliseconds of the epoch.
    pub start_ms: u64,
    /// When it ends.
    pub end_ms: u64,
    /// Its state so far, as DynamoDB JSON.
    pub state: Value,
    /// Whether it ends early, because its state has grown too large.
    pub early: bool,
}

/// What a mapping has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Sums {
    /// Batches formed.
    pub batches: u64,
    /// Invocations.
    pub invocations: u64,
    /// Invocations that failed.
    pub errors: u64,
    /// Answers that were lost.
    pub answers_lost: u64,
    /// Records read.
    pub records_read: u64,
    /// Records that no filter let through.
    pub records_filtered: u64,
    /// Records handled.
    pub records_handled: u64,
    /// Records delivered again.
    pub records_redelivered: u64,
    /// Records given up.
    pub records_discarded: u64,
    /// Messages of the on-failure destination.
    pub messages: u64,
    /// What came of the last batch.
    pub last_processing_result: String,
}

/// An invocation, as it is remembered and listed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Logged {
    /// Its number.
    pub invocation: u64,
    /// The batch's number.
    pub batch: u64,
    /// See [`Part::path`].
    pub part: String,
    /// The shard.
    pub shard_id: String,
    /// The lane.
    pub lane: usize,
    /// Failed attempts before it that count against the retries.
    pub attempts: u64,
    /// Records that it was given.
    pub record_count: u64,
    /// Records that it was given before.
    pub redelivered_count: u64,
    /// The first records of the batch.
    pub records: Vec<LoggedRecord>,
    /// How old the last record was.
    pub iterator_age_milliseconds: u64,
    /// When it began.
    pub started_milliseconds: u64,
    /// When it ended; none while it is under way.
    pub ended_milliseconds: Option<u64>,
    /// `OK`, `PARTIAL`, `ERROR`, `LOST`; none while it is under way.
    pub result: Option<String>,
    /// What it threw.
    pub error: Option<String>,
    /// The record that it failed at.
    pub failed_sequence_number: Option<String>,
    /// `DONE`, `RETRY`, `BISECT`, `DISCARD`: what came of the records.
    pub then: Option<String>,
    /// Requests that it sent.
    pub requests: u64,
    /// Whether it was a window's last.
    pub is_final_invoke_for_window: bool,
}

/// A record of an invocation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LoggedRecord {
    /// Its sequence number.
    pub sequence_number: String,
    /// The item's key, as text.
    pub key: String,
    /// `INSERT`, `MODIFY` or `REMOVE`.
    pub event_name: String,
    /// Whether the function was given it before.
    pub redelivered: bool,
}

/// A mapping with all its progress.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Its settings.
    pub mapping: Mapping,
    /// What it has done.
    pub sums: Sums,
    /// How far it is in each shard that it has begun.
    pub shards: BTreeMap<String, ShardProgress>,
}

fn key(kind: &str, uuid: &str, rest: &[u8]) -> Vec<u8> {
    [kind.as_bytes(), b"/", uuid.as_bytes(), b"/", rest].concat()
}

fn entries<'r>(
    region: &'r Region,
    prefix: &'r [u8],
) -> impl DoubleEndedIterator<Item = (&'r [u8], &'r [u8])> {
    let all = region.store.range(Space::EventSources, (Bound::Included(prefix), Bound::Unbounded));
    // The uuids' characters and all that follows them are below this.
    all.take_while(move |(key, _)| key.starts_with(prefix)).collect::<Vec<_>>().into_iter()
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(Region::internal)
}

fn write<T: Serialize>(region: &mut Region, key: &[u8], value: &T, now_ms: u64) {
    let bytes = serde_json::to_vec(value).expect("progress is always JSON");
    region.store.write(Space::EventSources, key, Some(bytes), now_ms);
}

/// Whether there is any mapping.
pub fn any(region: &Region) -> bool {
    region.store.len(Space::EventSources) > 0
}

/// All mappings' settings, in the order of their UUIDs.
pub fn mappings(region: &Region) -> Result<Vec<Mapping>> {
    entries(region, b"m/").map(|(_, bytes)| read(bytes)).collect()
}

/// A mapping with all its progress.
pub fn load(region: &Region, uuid: &str) -> Result<Source> {
    let mapping = region.store.get(Space::EventSources, &key("m", uuid, b"")).ok_or_else(words::not_found)?;
    let sums = region.store.get(Space::EventSources, &key("t", uuid, b""));
    let prefix = key("s", uuid, b"");
    let shards: Vec<ShardProgress> =
        entries(region, &prefix).map(|(_, bytes)| read(bytes)).collect::<Result<_>>()?;
    Ok(Source {
        mapping: read(mapping)?,
        sums: sums.map(read).transpose()?.unwrap_or_default(),
        shards: shards.into_iter().map(|shard| (shard.shard.clone(), shard)).collect(),
    })
}

impl Source {
    /// Saves the settings.
    pub fn save_mapping(&self, region: &mut Region, now_ms: u64) {
        write(region, &key("m", &self.mapping.uuid, b""), &self.mapping, now_ms);
    }

    /// Saves the sums and the progress in a shard.
    pub fn save(&self, region: &mut Region, shard: &str, now_ms: u64) {
        let uuid = &self.mapping.uuid;
        write(region, &key("t", uuid, b""), &self.sums, now_ms);
        match self.shards.get(shard) {
            Some(progress) => write(region, &key("s", uuid, shard.as_bytes()), progress, now_ms),
            None => {
                region.store.write(Space::EventSources, &key("s", uuid, shard.as_bytes()), None, now_ms);
            }
        }
    }

    /// Saves an invocation; the oldest ones are forgotten.
    pub fn log(&self, region: &mut Region, logged: &Logged, now_ms: u64) {
        let uuid = &self.mapping.uuid;
        write(region, &key("i", uuid, &logged.invocation.to_be_bytes()), logged, now_ms);
        self.forget(region, "i", logged.invocation, KEPT_INVOCATIONS, now_ms);
    }

    /// Sends a message to the on-failure destination; the oldest ones are forgotten.
    pub fn send(&mut self, region: &mut Region, message: &Value, now_ms: u64) {
        self.sums.messages += 1;
        let number = self.sums.messages;
        write(region, &key("d", &self.mapping.uuid, &number.to_be_bytes()), message, now_ms);
        self.forget(region, "d", number, KEPT_MESSAGES, now_ms);
    }

    fn forget(&self, region: &mut Region, kind: &str, newest: u64, kept: u64, now_ms: u64) {
        let Some(old) = newest.checked_sub(kept).filter(|old| *old > 0) else { return };
        let key = key(kind, &self.mapping.uuid, &old.to_be_bytes());
        if region.store.get(Space::EventSources, &key).is_some() {
            region.store.write(Space::EventSources, &key, None, now_ms);
        }
    }

    /// The remembered invocation of that number.
    pub fn logged(&self, region: &Region, invocation: u64) -> Option<Logged> {
        let key = key("i", &self.mapping.uuid, &invocation.to_be_bytes());
        region.store.get(Space::EventSources, &key).and_then(|bytes| read(bytes).ok())
    }

    /// The last invocations, the newest first.
    pub fn invocations(&self, region: &Region, most: usize) -> Result<Vec<Logged>> {
        let prefix = key("i", &self.mapping.uuid, b"");
        entries(region, &prefix).rev().take(most).map(|(_, bytes)| read(bytes)).collect()
    }

    /// The last messages of the destination, the newest first.
    pub fn messages(&self, region: &Region, most: usize) -> Result<Vec<Value>> {
        let prefix = key("d", &self.mapping.uuid, b"");
        entries(region, &prefix).rev().take(most).map(|(_, bytes)| read(bytes)).collect()
    }

    /// Forgets the mapping and all that is kept of it.
    pub fn delete(&self, region: &mut Region, now_ms: u64) {
        let kinds = ["m", "t", "s", "i", "d"].map(|kind| key(kind, &self.mapping.uuid, b""));
        let keys: Vec<Vec<u8>> = kinds
            .iter()
            .flat_map(|prefix| entries(region, prefix).map(|(key, _)| key.to_vec()).collect::<Vec<_>>())
            .collect();
        for key in keys {
            region.store.write(Space::EventSources, &key, None, now_ms);
        }
    }
}
