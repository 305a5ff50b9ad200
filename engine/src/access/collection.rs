//! How large an item collection is: all of a table's items with one partition key, and their entries in local indexes.
//!
//! Only asks; nothing is kept for it. A partition with less than a gigabyte answers from its statistics, so that the
//! entries are walked only where there are very many of them.

use std::ops::Bound;

use crate::model::{codec, key};
use crate::store::Space;
use crate::table::{IndexId, IndexKind};

use super::{ItemKey, Region};

const GIGABYTE: u64 = 1 << 30;

/// The whole gigabytes of the collection that the key belongs to: `SizeEstimateRangeGB` is from there to the next. None for a
/// table without a local index, which has no limit on its collections.
pub fn collection_gigabytes(region: &Region, table: &str, item: &ItemKey) -> Option<u64> {
    let state = region.tables.get(table)?;
    let saved = &state.saved;
    let locals = saved.table.indexes.iter().filter(|index| index.kind == IndexKind::Local);
    let locals: Vec<IndexId> = locals.map(|index| index.id).collect();
    if locals.is_empty() {
        return None;
    }
    let partition = saved.partitions.at(saved.partitions.owner(item.hash())).id;
    let parts = || std::iter::once(0).chain(locals.iter().copied());
    let held = parts().filter_map(|index| state.live.statistics.get(&(index, partition)));
    if held.map(|part| part.size_bytes).sum::<u64>() < GIGABYTE {
        return Some(0);
    }
    let prefix = key::collection_of(&item.bytes);
    let end = key::prefix_end(prefix);
    let bounds = (Bound::Included(prefix), end.as_deref().map_or(Bound::Unbounded, Bound::Excluded));
    let bytes = parts().flat_map(|index| {
        let space = Space::Items { table: saved.table.id, index };
        region.store.range(space, bounds).filter_map(|(_, entry)| codec::size_bytes(entry).ok())
    });
    Some(bytes.sum::<u64>() / GIGABYTE)
}
