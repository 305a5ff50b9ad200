//! Advice on what a table holds: items and item collections that grow too large, times that never expire anything.
//!
//! Follows [item collections in local indexes](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.ItemCollections.SizeLimit),
//! [large items](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-use-s3-too.html) and
//! [Time to Live](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html).

use crate::api::contents::TableContents;
use crate::limits::ITEM_SIZE_BYTES;

use super::requests::{Growth, Requests};
use super::{Advice, AdviceKind, at_most};

/// What takes so much of what it may is near it, in percent.
const NEAR_PERCENT: u64 = 75;
/// Fewer writes to a collection are no evidence of how it grows.
const EVIDENCE_WRITES: u64 = 50;
/// Neither are writes within less time than this, in milliseconds.
const EVIDENCE_MS: u64 = 10_000;
/// A collection that reaches its limit within this at its pace is told, in milliseconds: a month.
const SOON_MS: u64 = 30 * 24 * 60 * 60 * 1000;

/// Whether a collection reaches its limit soon, as it grows.
fn is_soon(growth: &Growth, size_bytes: u64, limit_bytes: u64) -> bool {
    let lasted_ms = growth.to_ms.saturating_sub(growth.from_ms);
    // What is taken out again is bounded by somebody.
    let bounded = growth.gone_bytes > 0;
    if bounded || growth.writes < EVIDENCE_WRITES || lasted_ms < EVIDENCE_MS {
        return false;
    }
    let left = u128::from(limit_bytes.saturating_sub(size_bytes));
    left * u128::from(lasted_ms) <= u128::from(growth.bytes) * u128::from(SOON_MS)
}

/// What the items of a table show.
pub(super) fn advice(contents: &TableContents, requests: &Requests) -> Vec<Advice> {
    let mut kinds = Vec::new();
    if let (Some(largest), Some(limit_bytes)) =
        (&contents.largest_collection, contents.collection_limit_bytes)
    {
        let near = !at_most(largest.size_bytes, limit_bytes, NEAR_PERCENT);
        let growth = requests.growth(&contents.table_name, &largest.key);
        let growth = growth.filter(|growth| is_soon(growth, largest.size_bytes, limit_bytes));
        if near || growth.is_some() {
            kinds.push(AdviceKind::CollectionGrows { largest: largest.clone(), limit_bytes, growth });
        }
    }
    let limit_bytes = ITEM_SIZE_BYTES as u64;
    let large = contents.largest_item.as_ref();
    if let Some(largest) = large.filter(|one| !at_most(one.size_bytes, limit_bytes, NEAR_PERCENT)) {
        kinds.push(AdviceKind::LargeItem { largest: largest.clone(), limit_bytes });
    }
    if let Some(ttl) = contents.time_to_live.as_ref().filter(|ttl| ttl.milliseconds > 0) {
        kinds.push(AdviceKind::TtlMilliseconds {
            attribute: ttl.attribute_name.clone(),
            milliseconds: ttl.milliseconds,
            having: ttl.milliseconds + ttl.seconds + ttl.long_past + ttl.no_number,
        });
    }
    let table = &contents.table_name;
    kinds.into_iter().map(|kind| Advice { table: table.clone(), index: None, kind, change: None }).collect()
}
