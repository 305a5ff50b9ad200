//! Reading one item.

use crate::capacity::{Ask, ReadMode, read_half_units};
use crate::error::Result;
use crate::model::codec;
use crate::store::Space;
use crate::timeline::{Access, EventKind};

use super::Context;
use super::admit::{admit, take};
use super::region::Region;
use super::route::{ItemKey, key_text, pick_replica, record_route};

/// Reads one item: at the leader when strongly consistent or transactional, else at any replica, which may be behind. The answer is the
/// item's encoding. A missing item is charged too.
pub fn get(
    region: &mut Region,
    context: &mut Context,
    table: &str,
    key: &ItemKey,
    mode: ReadMode,
) -> Result<Option<Vec<u8>>> {
    let state = region.active_table(table)?;
    let place = state.saved.partitions.owner(&key.bytes);
    let served = pick_replica(region, table, 0, place, mode != ReadMode::Eventual, context)?;
    let state = region.active_table(table)?;
    let text = || key_text(&state.saved.table.keys, &key.attributes);
    record_route(state, 0, place, (Some(key.hash()), text), Access::Read, served, context);
    let ask = Ask::Read { zone: served.zone, mode };
    admit(region, context, table, 0, place, ask)?;

    let state = region.active_table(table)?;
    let space = Space::Items { table: state.saved.table.id, index: 0 };
    let found = region.store.view(served.position).get(space, &key.bytes).map(<[u8]>::to_vec);
    let size_bytes = found.as_deref().map_or(Ok(0), codec::size_bytes).map_err(Region::internal)?;
    let returned = u64::from(found.is_some());
    context.trace(|| {
        let (target, partition) = (state.target(0), state.saved.partitions.at(place).id);
        EventKind::Evaluated { target, partition, evaluated: returned, returned, size_bytes, asked: None }
    });
    let half_units = read_half_units(size_bytes, mode);
    context.part.size_bytes = size_bytes;
    take(region, context, table, 0, place, ask, half_units);
    record_read(region, context, table, 0, size_bytes, half_units, mode);
    region.observe(context, table, 0, place, &key.bytes, Access::Read, half_units);
    Ok(found)
}

/// How large an item is at its leader; nothing where there is none. It is not read, and not charged.
pub fn stored_bytes(region: &Region, table: &str, key: &ItemKey) -> Result<u64> {
    let space = Space::Items { table: region.active_table(table)?.saved.table.id, index: 0 };
    let stored = region.store.get(space, &key.bytes);
    stored.map_or(Ok(0), codec::size_bytes).map_err(Region::internal)
}

/// Says on the timeline what a read of `size_bytes` in all was charged.
pub(super) fn record_read(
    region: &Region,
    context: &mut Context,
    table: &str,
    index: u32,
    size_bytes: u64,
    half_units: u64,
    mode: ReadMode,
) {
    let Some(state) = region.tables.get(table) else { return };
    context.trace(|| EventKind::Metered {
        target: state.target(index),
        access: Access::Read,
        size_bytes,
        consistent: mode != ReadMode::Eventual,
        transactional: mode == ReadMode::Transactional,
        half_units,
    });
}
