//! `Dynascope.DescribeContents`: what a table and its indexes hold, as advice on a design needs to know it.
//!
//! A request of the inspector: `{"TableName": …}`. It looks at no more than [`SURVEYED`] items, and as many entries of each index, the
//! first in the order of the hashes, and says how many; it changes nothing and consumes nothing.

use std::collections::BTreeMap;
use std::ops::Bound;

use serde::Deserialize;

use crate::access::{Context, Region, TableState, key_of_bytes, key_text};
use crate::api::contents::{
    AttributeContents, IndexContents, KeyPart, Keys, Largest, TableContents, TimeToLiveContents,
};
use crate::api::decode::decode_rare;
use crate::error::Result;
use crate::model::{AttributeValue, Item, codec, key, size};
use crate::store::Space;
use crate::table::{IndexId, IndexKind, KeySchema, TtlStatus, name};

use super::answer;

/// So many items of a table, or entries of an index, are looked at.
const SURVEYED: usize = 10_000;
/// So many attributes are told apart.
const ATTRIBUTES: usize = 200;
/// So many values of an attribute are given…
const VALUES: usize = 8;
/// …none of which is longer than this in bytes.
const VALUE_BYTES: usize = 64;
/// A number of seconds from here on is a time beyond the year 5000: one in milliseconds is meant.
const MILLISECONDS_FROM: i64 = 100_000_000_000;
/// What is longer ago is left alone: five years.
const OLDEST_SECONDS: u64 = 5 * 365 * 24 * 60 * 60;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct DescribeContentsInput {
    table_name: Option<String>,
}

fn keys_of(schema: &KeySchema) -> Keys {
    let part = |attribute: &crate::table::KeyAttribute| KeyPart {
        name: attribute.name.clone(),
        attribute_type: attribute.attribute_type.attribute_type().name().to_owned(),
    };
    Keys { partition: schema.hash.iter().map(part).collect(), sort: schema.range.iter().map(part).collect() }
}

/// The attributes of what was looked at.
#[derive(Default)]
struct Attributes(BTreeMap<String, AttributeContents>);

impl Attributes {
    fn add(&mut self, item: &Item) {
        for (name, value) in item.iter() {
            if !self.0.contains_key(name) {
                if self.0.len() == ATTRIBUTES {
                    continue;
                }
                self.0.insert(name.clone(), AttributeContents { name: name.clone(), ..Default::default() });
            }
            let Some(of) = self.0.get_mut(name) else { continue };
            of.items += 1;
            of.size_bytes += (name.len() + size::value_bytes(value)) as u64;
            let kind = value.attribute_type().name();
            if of.types.iter().all(|known| known != kind) {
                of.types.push(kind.to_owned());
            }
            let is_short = match value {
                AttributeValue::S(text) => !text.is_empty() && text.len() <= VALUE_BYTES,
                AttributeValue::N(_) => true,
                _ => false,
            };
            if is_short && of.values.len() < VALUES {
                let json = answer::value_json(value);
                if !of.values.contains(&json) {
                    of.values.push(json);
                }
            }
        }
    }

    fn finish(self) -> Vec<AttributeContents> {
        self.0.into_values().collect()
    }
}

/// What was looked at of a table or an index.
#[derive(Default)]
struct Survey {
    surveyed: u64,
    collections: u64,
    attributes: Attributes,
    largest: Option<(Vec<u8>, u64)>,
    largest_collection: Option<(Vec<u8>, u64, u64)>,
    ttl: TimeToLiveContents,
}

fn is_larger(size: u64, than: Option<u64>) -> bool {
    than.is_none_or(|than| size > than)
}

/// Looks at the first entries; `by_items` says whether collections are compared by their number of items.
fn survey(region: &Region, space: Space, ttl: Option<&str>, by_items: bool, now_ms: u64) -> Result<Survey> {
    let mut found = Survey::default();
    // The item collection that is gone through: its prefix, its items and its bytes.
    let mut current: Option<(Vec<u8>, u64, u64)> = None;
    let everything = (Bound::Unbounded, Bound::Unbounded);
    for (bytes, entry) in region.store.range(space, everything).take(SURVEYED) {
        let item = codec::decode(entry).map_err(Region::internal)?;
        let size_bytes = codec::size_bytes(entry).map_err(Region::internal)?;
        found.surveyed += 1;
        if is_larger(size_bytes, found.largest.as_ref().map(|(_, size)| *size)) {
            found.largest = Some((bytes.to_vec(), size_bytes));
        }
        let prefix = key::collection_of(bytes);
        match &mut current {
            Some((own, items, held)) if own == prefix => {
                (*items, *held) = (*items + 1, *held + size_bytes);
            }
            _ => {
                keep_larger(&mut found.largest_collection, current.take(), by_items);
                found.collections += 1;
                current = Some((prefix.to_vec(), 1, size_bytes));
            }
        }
        if let Some(value) = ttl.and_then(|name| item.get(name)) {
            add_time(&mut found.ttl, value, now_ms);
        }
        found.attributes.add(&item);
    }
    keep_larger(&mut found.largest_collection, current, by_items);
    Ok(found)
}

fn keep_larger(
    largest: &mut Option<(Vec<u8>, u64, u64)>,
    other: Option<(Vec<u8>, u64, u64)>,
    by_items: bool,
) {
    let weight = |one: &(Vec<u8>, u64, u64)| if by_items { one.1 } else { one.2 };
    if let Some(other) = other
        && is_larger(weight(&other), largest.as_ref().map(weight))
    {
        *largest = Some(other);
    }
}

fn add_time(of: &mut TimeToLiveContents, value: &AttributeValue, now_ms: u64) {
    let oldest = i64::try_from((now_ms / 1000).saturating_sub(OLDEST_SECONDS)).unwrap_or(i64::MAX);
    match value {
        AttributeValue::N(number) => match number.to_i64() {
            Some(seconds) if seconds >= MILLISECONDS_FROM => of.milliseconds += 1,
            Some(seconds) if seconds < oldest => of.long_past += 1,
            Some(_) => of.seconds += 1,
            None => of.no_number += 1,
        },
        _ => of.no_number += 1,
    }
}

/// The key of an item collection, or of an item, as text.
fn text_of(keys: &KeySchema, bytes: &[u8]) -> String {
    key_of_bytes(keys, bytes).map(|key| key_text(keys, &key)).unwrap_or_default()
}

/// The partition key alone.
fn partition_of(keys: &KeySchema) -> KeySchema {
    KeySchema { hash: keys.hash.clone(), range: Vec::new() }
}

fn index_contents(region: &Region, state: &TableState, id: IndexId, now_ms: u64) -> Result<IndexContents> {
    let table = &state.saved.table;
    let Some(index) = table.index_by_id(id) else { return Ok(IndexContents::default()) };
    let found = survey(region, Space::Items { table: table.id, index: id }, None, true, now_ms)?;
    let statistics = state.statistics(id);
    let global = index.kind == IndexKind::Global;
    let keys = partition_of(&index.keys);
    let throughput = state.provisioned(id).filter(|_| global);
    Ok(IndexContents {
        index_name: index.name.clone(),
        global,
        keys: keys_of(&index.keys),
        projection_type: index.projection.name().to_owned(),
        provisioned: throughput.map(|throughput| [throughput.read_units, throughput.write_units]),
        entries: statistics.items,
        size_bytes: statistics.size_bytes,
        surveyed: found.surveyed,
        partition_keys: found.collections,
        largest_key: found.largest_collection.map(|(prefix, items, size_bytes)| Largest {
            key: text_of(&keys, &prefix),
            items,
            size_bytes,
        }),
        attributes: found.attributes.finish(),
    })
}

/// The bytes of a collection's entries in local indexes, as far as they are looked at.
fn local_bytes(region: &Region, state: &TableState, prefix: &[u8]) -> u64 {
    let table = &state.saved.table;
    let end = key::prefix_end(prefix);
    let bounds = (Bound::Included(prefix), end.as_deref().map_or(Bound::Unbounded, Bound::Excluded));
    let locals = table.indexes.iter().filter(|index| index.kind == IndexKind::Local);
    let of = |index: IndexId| {
        let entries = region.store.range(Space::Items { table: table.id, index }, bounds).take(SURVEYED);
        entries.filter_map(|(_, entry)| codec::size_bytes(entry).ok()).sum::<u64>()
    };
    locals.map(|index| of(index.id)).sum()
}

/// Describes what a table holds.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: DescribeContentsInput = decode_rare(request)?;
    let table_name = name::of_table_operation(input.table_name.as_deref())?;
    let (region, now_ms) = (&*region, context.now_ms);
    let state = region.table(&table_name)?;
    let table = &state.saved.table;
    let time_to_live = Some(&table.time_to_live)
        .filter(|one| matches!(one.status, TtlStatus::Enabling | TtlStatus::Enabled))
        .and_then(|one| one.attribute.as_deref());
    let found = survey(region, Space::Items { table: table.id, index: 0 }, time_to_live, false, now_ms)?;
    let statistics = state.statistics(0);
    let has_local = table.indexes.iter().any(|index| index.kind == IndexKind::Local);
    let indexes = table.indexes.iter().filter(|index| index.is_readable());
    let throughput = state.provisioned(0);
    let contents = TableContents {
        table_name,
        keys: keys_of(&table.keys),
        provisioned: throughput.map(|throughput| [throughput.read_units, throughput.write_units]),
        items: statistics.items,
        size_bytes: statistics.size_bytes,
        surveyed: found.surveyed,
        largest_item: found.largest.map(|(bytes, size_bytes)| Largest {
            key: text_of(&table.keys, &bytes),
            items: 1,
            size_bytes,
        }),
        largest_collection: found.largest_collection.map(|(prefix, items, size_bytes)| Largest {
            key: text_of(&partition_of(&table.keys), &prefix),
            items,
            size_bytes: size_bytes + local_bytes(region, state, &prefix),
        }),
        collection_limit_bytes: has_local.then_some(region.settings.collection_limit_bytes),
        attributes: found.attributes.finish(),
        time_to_live: time_to_live
            .map(|attribute| TimeToLiveContents { attribute_name: attribute.to_owned(), ..found.ttl }),
        indexes: indexes
            .map(|index| index_contents(region, state, index.id, now_ms))
            .collect::<Result<_>>()?,
    };
    Ok(answer::of(&contents))
}
