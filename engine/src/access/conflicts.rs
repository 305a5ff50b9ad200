//! Concurrent writes of a global table: which one lost, against which, and what it would have written.
//!
//! Owns the record of the last of them, in each of the two regions that wrote. Never decides which write wins: `replication` does.
//! Two writes are concurrent where neither region had seen the other's when it wrote.
//!
//! The service keeps no such record (a write that lost is gone without a trace); it is here to be looked at.

use std::ops::Bound;

use serde::{Deserialize, Serialize};

use crate::model::bytes;
use crate::store::Space;
use crate::table::TableId;

use super::region::Region;
use super::replication::Stamp;

/// So many are kept in a region.
const KEPT: usize = 50;
/// An item larger than this is not kept, in encoded bytes.
const ITEM_BYTES: usize = 16_384;

/// One of two concurrent writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// When and where it was written.
    pub stamp: Stamp,
    /// Whether it removed the item.
    pub removed: bool,
    /// What it wrote, encoded; empty where it removed the item or is too large to be kept.
    #[serde(with = "bytes")]
    pub item: Vec<u8>,
}

impl Side {
    /// A write by its stamp and what it wrote.
    pub(super) fn of(stamp: &Stamp, item: Option<&[u8]>) -> Side {
        let kept = item.filter(|item| item.len() <= ITEM_BYTES).unwrap_or_default().to_vec();
        Side { stamp: stamp.clone(), removed: item.is_none(), item: kept }
    }
}

/// Two concurrent writes of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The table's number.
    pub table: TableId,
    /// The item's key attributes, encoded.
    #[serde(with = "bytes")]
    pub key_item: Vec<u8>,
    /// When the two met.
    pub at_ms: u64,
    /// The one that stands everywhere in the end.
    pub winner: Side,
    /// The one that is gone.
    pub loser: Side,
}

/// Keeps a conflict, in place of the oldest where there are too many.
pub(super) fn keep(region: &mut Region, conflict: &Conflict) {
    let now_ms = conflict.at_ms;
    let key = [now_ms.to_be_bytes(), region.store.position().to_be_bytes()].concat();
    let value = serde_json::to_vec(conflict).expect("a conflict is always JSON");
    region.store.write(Space::Conflicts, &key, Some(value), now_ms);
    if region.store.len(Space::Conflicts) > KEPT {
        let oldest = region.store.range(Space::Conflicts, (Bound::Unbounded, Bound::Unbounded)).next();
        if let Some(oldest) = oldest.map(|(key, _)| key.to_vec()) {
            region.store.write(Space::Conflicts, &oldest, None, now_ms);
        }
    }
}

/// The conflicts of a table, the newest first.
pub fn conflicts(region: &Region, table: TableId) -> Vec<Conflict> {
    let stored = region.store.range(Space::Conflicts, (Bound::Unbounded, Bound::Unbounded)).rev();
    let read = stored.filter_map(|(_, bytes)| serde_json::from_slice::<Conflict>(bytes).ok());
    read.filter(|conflict| conflict.table == table).collect()
}
