//! The index entries of a write: what changes in each secondary index, when a global one shows it, and what that takes of its capacity.
//!
//! A local index changes with its item. A global one follows: an entry arrives after the delay of its partition's way, in the order of
//! the writes ([Global secondary indexes](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html)).

use crate::capacity::Ask;
use crate::cluster::Way;
use crate::index::IndexChange;
use crate::model::{codec, key, size};
use crate::table::{Index, IndexKind};
use crate::timeline::{Access, EventKind};

use super::Context;
use super::admit::take;
use super::context::Part;
use super::region::{Arrival, Region};
use super::route::key_text;
use super::write::{Evaluated, Write, count, index_changes, space};

/// Maintains every index of the table.
pub(super) fn maintain_indexes(
    region: &mut Region,
    context: &mut Context,
    write: &Write,
    base_place: usize,
    evaluated: &Evaluated,
    by_ttl: bool,
) {
    let changes: Vec<(Index, IndexChange)> = index_changes(region, write.table, evaluated)
        .map(|(index, change)| (index.clone(), change))
        .collect();
    for (index, change) in changes {
        // TTL's deletes are free, in indexes too. A transaction doubles the table's units alone: an index costs what the
        // same write costs outside of one (measured against the service, dynoxide pull request 188, August 2026).
        let half_units = if by_ttl { 0 } else { change.half_units };
        put_entries(region, context, write.table, &index, &change, base_place, half_units);
    }
}

/// Writes what changes in one index.
fn put_entries(
    region: &mut Region,
    context: &mut Context,
    table: &str,
    index: &Index,
    change: &IndexChange,
    base_place: usize,
    half_units: u64,
) {
    let Some(shown) = change.put.as_ref().or(change.remove.as_ref()) else { return };
    let Some(space) = space(region, table, index.id) else { return };
    let now_ms = context.now_ms;
    let global = index.kind == IndexKind::Global;
    // A local index stands in its item's partition. A global one's old and new entry may be in different ones.
    let owner = |region: &Region, key: &[u8]| match region.tables.get(table) {
        Some(state) if global => state.partitions(index.id).owner(key),
        _ => base_place,
    };
    let place = owner(region, &shown.key);
    let lag_ms = match region.tables.get(table) {
        Some(state) if global && region.simulation.lag => {
            let id = u64::from(state.partitions(index.id).at(place).id);
            let second = Way::Index.at(&state.saved.table.uuid, id, now_ms);
            region.draw_lag_ms(second)
        }
        _ => 0,
    };
    if half_units > 0 {
        let size_bytes = size::item_bytes(&shown.item) as u64;
        context.part = Part { hash: Some(key::hash_of(&shown.key)), size_bytes, latency_us: 0 };
        take(region, context, table, index.id, place, Ask::Write, half_units);
        region.observe(context, table, index.id, place, &shown.key, Access::Write, half_units);
    }
    // A partition that has no leader takes the change when it has one again.
    let taken_at_ms = region.tables.get(table).filter(|state| global && state.live.faulty > 0);
    let taken_at_ms = taken_at_ms.and_then(|state| state.takes_writes_at_ms(index.id, place, now_ms));
    let lag_ms = lag_ms.max(taken_at_ms.map_or(0, |at_ms| at_ms.saturating_sub(now_ms)));
    region.longest_lag_ms = region.longest_lag_ms.max(lag_ms);
    for (entry, value) in
        [(&change.remove, None), (&change.put, change.put.as_ref().map(|p| codec::encode(&p.item)))]
    {
        let Some(entry) = entry else { continue };
        let replaced = value.is_none() && change.put.as_ref().is_some_and(|put| put.key == entry.key);
        let at = owner(region, &entry.key);
        let (old, new) = if value.is_some() { (None, Some(&entry.item)) } else { (Some(&entry.item), None) };
        count(region, table, index.id, at, old, new);
        if replaced {
            continue;
        }
        let position = region.store.write(space, &entry.key, value, now_ms);
        if global {
            region.check_size(context, table, index.id, at);
        }
        if global && lag_ms > 0 {
            let Some(state) = region.tables.get_mut(table) else { return };
            let id = state.partitions(index.id).at(at).id;
            let sent = state.live.replicas.entry(id).or_default().send(position, now_ms, [lag_ms; 3]);
            region.due_by(table, sent.applied_at_ms.into_iter().min().unwrap_or(now_ms));
        }
    }
    let Some(state) = region.tables.get_mut(table) else { return };
    let partition = state.partitions(index.id).at(place).id;
    // An entry never overtakes an earlier one of its partition.
    let replicas = state.live.replicas.get(&partition).filter(|_| global);
    let visible_at_ms = replicas.and_then(|r| r.last_applied_at_ms()).unwrap_or(now_ms).max(now_ms);
    let key = context.is_watched().then(|| key_text(&index.keys, &shown.item));
    let told = key.clone().map(|key| EventKind::IndexWritten {
        target: state.target(index.id),
        partition,
        key,
        action: change.action,
        half_units,
        visible_at_ms,
    });
    if visible_at_ms > now_ms {
        let lag_ms = visible_at_ms - now_ms;
        let arrival = Arrival {
            at_ms: visible_at_ms,
            lag_ms,
            index: index.id,
            partition,
            hash: key::hash_of(&shown.key),
            key,
        };
        let at = state.live.arrivals.partition_point(|a| a.at_ms <= arrival.at_ms);
        state.live.arrivals.insert(at, arrival);
        region.due_by(table, visible_at_ms);
    }
    context.pass(region);
    told.into_iter().for_each(|kind| context.record(kind));
}
