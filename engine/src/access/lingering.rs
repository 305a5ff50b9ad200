//! The streams of deleted tables, which stay readable for as long as their records would have.
//!
//! Owns where they stand and when they go. The records stay in the deleted table's own stream space; what is kept here is
//! the table and its shards as they were. Never takes a record: the stream of a deleted table is DISABLED.
//!
//! Follows [DeleteTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html): the stream
//! goes into the DISABLED state, and is deleted after 24 hours.

use std::ops::Bound;

use crate::limits::STREAM_RETENTION_MS;
use crate::store::Space;

use super::Context;
use super::region::{Region, Saved};

/// In the order in which they go.
fn key(until_ms: u64, table: u32) -> Vec<u8> {
    [until_ms.to_be_bytes().as_slice(), &table.to_be_bytes()].concat()
}

const EVERYTHING: (Bound<&[u8]>, Bound<&[u8]>) = (Bound::Unbounded, Bound::Unbounded);

/// Keeps a deleted table's shards, if it has any.
pub(super) fn keep(region: &mut Region, saved: Saved, now_ms: u64) {
    if saved.shards.0.is_empty() {
        return;
    }
    let bytes = serde_json::to_vec(&saved).expect("a table is always JSON");
    let key = key(now_ms + STREAM_RETENTION_MS + 1, saved.table.id);
    region.store.write(Space::DeletedStreams, &key, Some(bytes), now_ms);
}

/// The deleted tables that have streams.
pub fn deleted(region: &Region) -> impl Iterator<Item = Saved> + '_ {
    let kept = region.store.range(Space::DeletedStreams, EVERYTHING);
    kept.filter_map(|(_, bytes)| serde_json::from_slice(bytes).ok())
}

/// When the next one goes, and its table's number.
fn next(region: &Region) -> Option<(u64, u32)> {
    // Each request asks.
    if region.store.len(Space::DeletedStreams) == 0 {
        return None;
    }
    let (key, _) = region.store.range(Space::DeletedStreams, EVERYTHING).next()?;
    let (until_ms, table) = key.split_at_checked(8)?;
    Some((u64::from_be_bytes(until_ms.try_into().ok()?), u32::from_be_bytes(table.try_into().ok()?)))
}

/// When the next one goes.
pub(super) fn next_due_ms(region: &Region) -> Option<u64> {
    next(region).map(|(until_ms, _)| until_ms)
}

/// Forgets those whose time is over.
pub(super) fn forget(region: &mut Region, context: &Context) {
    while let Some((until_ms, table)) = next(region).filter(|(until_ms, _)| *until_ms <= context.now_ms) {
        region.store.clear(Space::Stream { table }, context.now_ms);
        region.store.write(Space::DeletedStreams, &key(until_ms, table), None, context.now_ms);
    }
}
