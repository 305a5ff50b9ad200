//! How large an item collection is: all of a table's items with one partition key, and their entries in local indexes.
//!
//! Only asks; nothing is kept for it. A partition that holds less than is asked about answers from its statistics, so that
//! the entries are walked only where there are very many of them.
//!
//! Follows [item collections](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.ItemCollections).

use std::ops::Bound;

use crate::error::{Result, access as words};
use crate::index;
use crate::model::{Item, codec, key, size};
use crate::store::Space;
use crate::table::{Index, IndexId, IndexKind, Table};

use super::region::TableState;
use super::{ItemKey, Region};

const GIGABYTE: u64 = 1 << 30;

fn locals(table: &Table) -> impl Iterator<Item = &Index> {
    table.indexes.iter().filter(|index| index.kind == IndexKind::Local)
}

/// The bytes of the collection that the key belongs to; none where its partition holds less than `least` in all.
fn bytes(region: &Region, state: &TableState, item: &ItemKey, least: u64) -> Option<u64> {
    let saved = &state.saved;
    let parts: Vec<IndexId> = std::iter::once(0).chain(locals(&saved.table).map(|index| index.id)).collect();
    let partition = saved.partitions.at(saved.partitions.owner(&item.bytes)).id;
    let held = parts.iter().filter_map(|index| state.live.statistics.get(&(*index, partition)));
    if held.map(|part| part.size_bytes).sum::<u64>() < least {
        return None;
    }
    let prefix = key::collection_of(&item.bytes);
    let end = key::prefix_end(prefix);
    let bounds = (Bound::Included(prefix), end.as_deref().map_or(Bound::Unbounded, Bound::Excluded));
    let sizes = parts.iter().flat_map(|&index| {
        let space = Space::Items { table: saved.table.id, index };
        region.store.range(space, bounds).filter_map(|(_, entry)| codec::size_bytes(entry).ok())
    });
    Some(sizes.sum())
}

/// The whole gigabytes of the collection that the key belongs to: `SizeEstimateRangeGB` is from there to the next. None for a
/// table without a local index, which has no limit on its collections.
pub fn collection_gigabytes(region: &Region, table: &str, item: &ItemKey) -> Option<u64> {
    let state = region.tables.get(table)?;
    locals(&state.saved.table).next()?;
    Some(bytes(region, state, item, GIGABYTE).unwrap_or(0) / GIGABYTE)
}

/// Refuses a write that makes an item collection larger than it may be; what makes it smaller, or leaves it, is allowed.
pub(super) fn check_size(
    region: &Region,
    table: &str,
    item: &ItemKey,
    old: Option<&Item>,
    new: Option<&Item>,
) -> Result<()> {
    let Some(state) = region.tables.get(table) else { return Ok(()) };
    let table = &state.saved.table;
    if locals(table).next().is_none() {
        return Ok(());
    }
    let weight = |item: Option<&Item>| {
        item.map_or(0, |item| {
            let entries = locals(table).filter_map(|local| index::entry(table, local, item));
            let entries = entries.map(|entry| size::item_bytes(&entry.item)).sum::<usize>();
            (size::item_bytes(item) + entries) as u64
        })
    };
    let (before, after) = (weight(old), weight(new));
    let limit = region.settings.collection_limit_bytes;
    let Some(growth) = after.checked_sub(before).filter(|growth| *growth > 0) else { return Ok(()) };
    // What the collection must hold now to be too large with that growth.
    let least = (limit + 1).saturating_sub(growth);
    match bytes(region, state, item, least) {
        Some(held) if held >= least => Err(words::collection_too_large()),
        _ => Ok(()),
    }
}
