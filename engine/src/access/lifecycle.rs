//! What follows from a change of a table: partitions and shards that open and close, indexes that are filled, tables that go.

use std::ops::Bound;

use crate::index;
use crate::model::codec;
use crate::store::Space;
use crate::table::lifecycle::{Step, advance};
use crate::table::update::StreamSwitch;
use crate::table::{Index, IndexId, IndexKind, IndexStatus, Table, TableStatus};
use crate::timeline::EventKind;

use super::region::Region;
use super::{Context, archive, expiry};

/// Says a table's status on the timeline.
pub fn record_status(table: &Table, status: &str, context: &mut Context) {
    let target = crate::timeline::Target { table: table.name.clone(), index: None };
    context.record(EventKind::TableStatus { target, status: status.into() });
}

/// An index's status on the timeline: BACKFILLING is CREATING with `Backfilling: true`.
fn status_of(index: &Index) -> &'static str {
    match (index.status, index.backfilling) {
        (IndexStatus::Creating, Some(true)) => "BACKFILLING",
        (status, _) => status.name(),
    }
}

/// Says on the timeline which global indexes of a live table changed their status, came or went.
fn record_index_statuses(before: &[Index], table: &Table, context: &mut Context) {
    let global = |index: &&Index| index.kind == IndexKind::Global;
    let mut record = |index: &Index, status: &str| {
        let target = crate::timeline::Target { table: table.name.clone(), index: Some(index.name.clone()) };
        context.record(EventKind::TableStatus { target, status: status.into() });
    };
    for index in before.iter().filter(global).filter(|index| table.index_by_id(index.id).is_none()) {
        record(index, "DELETED");
    }
    for index in table.indexes.iter().filter(global) {
        let old = before.iter().find(|old| old.id == index.id).map(status_of);
        let new = status_of(index);
        if old != Some(new) {
            record(index, new);
        }
    }
}

/// Puts a changed table in its place, and does what follows from the change.
pub fn replace_table(
    region: &mut Region,
    context: &mut Context,
    table: Table,
    stream: Option<StreamSwitch>,
    steps: &[Step],
) {
    let name = table.name.clone();
    let Some(state) = region.tables.get_mut(&name) else { return };
    let before = state.saved.table.status;
    let (status, indexes) = (table.status, table.indexes.clone());
    let old_indexes = std::mem::replace(&mut state.saved.table, table).indexes;
    context.pass(region);
    let Some(state) = region.tables.get(&name) else { return };
    if status != before {
        record_status(&state.saved.table, status.name(), context);
    }
    // While the table itself is being created, its indexes are with it.
    if before != TableStatus::Creating {
        record_index_statuses(&old_indexes, &state.saved.table, context);
    }
    let new: Vec<IndexId> = indexes
        .iter()
        .filter(|i| i.kind == IndexKind::Global && !state.saved.index_partitions.contains_key(&i.id))
        .map(|i| i.id)
        .collect();
    for index in new {
        region.add_index_partitions(&name, index, context);
    }
    match stream {
        // A stream that was switched off and on again is a new one: it starts with new shards.
        Some(StreamSwitch::On) => region.open_shards(&name, context),
        Some(StreamSwitch::Off) => region.close_shards(&name, context),
        None => {}
    }
    for step in steps {
        match *step {
            Step::Removed => {
                if let Some(state) = region.tables.get(&name) {
                    record_status(&state.saved.table, "DELETED", context);
                }
                archive::keep_deleted(region, &name, context.now_ms);
                region.remove_table(&name, context.now_ms);
                return;
            }
            Step::IndexBackfill(index) => backfill(region, context, &name, index),
            Step::IndexRemoved(index) => region.remove_index(&name, index, context.now_ms),
            Step::Activated | Step::IndexActivated(_) => {}
            Step::TimeToLiveEnabled | Step::TimeToLiveDisabled => expiry::list_table(region, &name),
        }
    }
    split_for_throughput(region, context, &name);
    region.save_table(&name, context.now_ms);
}

/// Opens as many partitions as the throughput needs; they split and never merge.
fn split_for_throughput(region: &mut Region, context: &mut Context, table: &str) {
    let Some(state) = region.tables.get(table) else { return };
    for index in state.partitioned() {
        region.split_for_throughput(table, index, context);
    }
}

/// Fills a new index with the entries of all items.
fn backfill(region: &mut Region, context: &mut Context, table: &str, index: IndexId) {
    let Some(state) = region.tables.get(table) else { return };
    let Some(definition) = state.saved.table.index_by_id(index) else { return };
    let id = state.saved.table.id;
    let everything = (Bound::Unbounded, Bound::Unbounded);
    let entries: Vec<index::Entry> = region
        .store
        .range(Space::Items { table: id, index: 0 }, everything)
        .filter_map(|(_, item)| index::entry(&state.saved.table, definition, &codec::decode(item).ok()?))
        .collect();
    for entry in entries {
        let encoded = codec::encode(&entry.item);
        let Some(state) = region.tables.get_mut(table) else { return };
        let partitions = state.partitions(index);
        let partition = partitions.at(partitions.owner(&entry.key)).id;
        let part = state.live.statistics.entry((index, partition)).or_default();
        part.items += 1;
        part.size_bytes += codec::size_bytes(&encoded).unwrap_or(0);
        region.store.write(Space::Items { table: id, index }, &entry.key, Some(encoded), context.now_ms);
    }
}

/// Moves the tables that are due on to its state at the context's time.
pub(super) fn advance_tables(region: &mut Region, context: &mut Context, due: &[String]) {
    for name in due {
        let Some(state) = region.tables.get(name) else { continue };
        if crate::table::lifecycle::next_due_ms(&state.saved.table).is_none_or(|due| due > context.now_ms) {
            continue;
        }
        let mut table = state.saved.table.clone();
        let steps = advance(&mut table, context.now_ms, region.settings.instant);
        replace_table(region, context, table, None, &steps);
    }
}
