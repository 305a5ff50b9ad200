//! Searching a vector index: every item of its table is looked at, at any replica of each partition.
//!
//! Owns the walk and its record on the timeline; what a vector is and how far it is are [`crate::vector`]'s. Never reads a
//! request.

use std::ops::Bound;

use crate::capacity::{Ask, ReadMode};
use crate::error::Result;
use crate::model::{AttributeValue, Item, codec};
use crate::store::Space;
use crate::table::vector::VectorIndex;
use crate::timeline::{Access, EventKind};
use crate::vector;

use super::Context;
use super::admit::admit;
use super::region::Region;
use super::route::{pick_replica, record_route};

/// What is searched for.
#[derive(Clone, Debug)]
pub struct Search<'a> {
    /// The table's name.
    pub table: &'a str,
    /// The index.
    pub index: &'a VectorIndex,
    /// The vector that others are measured against.
    pub query: &'a [f32],
    /// Attributes that must have these values.
    pub conditions: &'a [(String, AttributeValue)],
    /// How many results at most.
    pub top: usize,
}

/// What a search finds.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The closest items as the index holds them, with their scores, the closest first.
    pub results: Vec<(f32, Item)>,
    /// How much was looked at, in bytes.
    pub processed_bytes: u64,
}

/// Searches.
pub fn search(region: &mut Region, context: &mut Context, search: &Search) -> Result<Found> {
    let places = region.active_table(search.table)?.saved.partitions.len();
    let mut found = Found::default();
    context.fork();
    for place in 0..places {
        search_partition(region, context, search, place, &mut found)?;
    }
    context.join();
    Ok(found)
}

fn search_partition(
    region: &mut Region,
    context: &mut Context,
    search: &Search,
    place: usize,
    found: &mut Found,
) -> Result<()> {
    let served = pick_replica(region, search.table, 0, place, false, context)?;
    let state = region.active_table(search.table)?;
    record_route(state, 0, place, (None, || search.index.name.clone()), Access::Read, served, context);
    let ask = Ask::Read { zone: served.zone, mode: ReadMode::Eventual };
    admit(region, context, search.table, 0, place, ask)?;
    let state = region.active_table(search.table)?;
    let table = &state.saved.table;
    let partition = state.saved.partitions.at(place);
    let (start, end) = partition.bounds();
    let view = region.store.view(served.position);
    let space = Space::Items { table: table.id, index: 0 };
    let (mut evaluated, mut size_bytes, mut matching) = (0, 0, 0);
    for (_, encoded) in
        view.range(space, (start.as_ref().map(Vec::as_slice), end.as_ref().map(Vec::as_slice)), true)
    {
        let item = codec::decode(encoded).map_err(Region::internal)?;
        let Some(vector) = vector::of_item(search.index, &item) else { continue };
        evaluated += 1;
        size_bytes += vector::entry_bytes(table, search.index, &item);
        if search.conditions.iter().any(|(name, value)| item.get(name) != Some(value)) {
            continue;
        }
        matching += 1;
        let score = vector::score(search.index.function, search.query, &vector);
        let closer =
            |(other, _): &(f32, Item)| vector::is_closer(search.index.function, *other, score).is_le();
        let at = found.results.partition_point(closer);
        if at < search.top {
            found.results.insert(at, (score, vector::view(table, search.index, &item)));
            found.results.truncate(search.top);
        }
    }
    found.processed_bytes += size_bytes;
    // Each partition answers with its own closest, of which the closest of all are kept.
    let returned = matching.min(search.top as u64);
    let partition = partition.id;
    context.trace(|| {
        let target = state.target(0);
        EventKind::Evaluated { target, partition, evaluated, returned, size_bytes, asked: None }
    });
    Ok(())
}

/// How many items a vector index holds, and their size there in bytes.
pub fn vector_counts(region: &Region, table: &str, index: &VectorIndex) -> (u64, u64) {
    let Some(state) = region.tables.get(table) else { return (0, 0) };
    let table = &state.saved.table;
    let space = Space::Items { table: table.id, index: 0 };
    let items = region.store.range(space, (Bound::Unbounded, Bound::Unbounded));
    let held = items.filter_map(|(_, encoded)| codec::decode(encoded).ok());
    let held = held.filter(|item| vector::of_item(index, item).is_some());
    held.fold((0, 0), |(items, bytes), item| (items + 1, bytes + vector::entry_bytes(table, index, &item)))
}
