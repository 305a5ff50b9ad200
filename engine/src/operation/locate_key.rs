//! `Dynascope.LocateKey`: from a key to its hash, its partition and the zones that hold it.
//!
//! A request of the inspector: `{"TableName": …, "IndexName": …, "Key": {…}}`. The key's HASH attributes must be there; where a
//! RANGE attribute is not, an item collection is located, which may stand in several partitions. It reads no item.

use std::ops::Bound;

use serde::{Deserialize, Serialize};

use crate::access::{Context, Region, key_text};
use crate::api::decode::decode_rare;
use crate::api::value::WireMap;
use crate::error::constraint::Violations;
use crate::error::{Result, value as value_words};
use crate::index::has_type;
use crate::model::{Item, key};
use crate::table::{KeySchema, name};

use super::partition_of::{PartitionDescription, describe, index_of};
use super::{answer, parameters};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct LocateKeyInput {
    table_name: Option<String>,
    index_name: Option<String>,
    key: Option<WireMap>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct LocateKeyOutput {
    /// The key, as text.
    key: String,
    /// Its partition key's hash, in 16 hexadecimal digits.
    hash: String,
    /// The partition that owns it; of an item collection all of them, in the order of the sort keys.
    partitions: Vec<PartitionDescription>,
}

/// The start of all keys that begin with these attributes; HASH attributes must be there.
fn start_of(keys: &KeySchema, attributes: &Item) -> Option<Vec<u8>> {
    let value = |one: &crate::table::KeyAttribute| {
        attributes.get(&one.name).filter(|value| has_type(value, one.attribute_type))
    };
    let hash: Vec<_> = keys.hash.iter().map(value).collect::<Option<_>>()?;
    let mut start = key::collection_prefix(&key::partition_bytes(hash.into_iter()));
    for sort in keys.range.iter().map_while(value) {
        key::write_part(sort, &mut start);
    }
    Some(start)
}

/// Locates a key.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: LocateKeyInput = decode_rare(request)?;
    let mut violations = Violations::default();
    let table = name::gather(&mut violations, input.table_name.as_deref())?;
    violations.required(&input.key, "key");
    violations.into_result()?;
    let attributes = parameters::item(input.key.unwrap_or_default())?;
    let state = region.active_table(&table)?;
    let index = index_of(state, input.index_name.as_deref())?;
    let keys = state.saved.table.index_by_id(index).map_or(&state.saved.table.keys, |index| &index.keys);
    let known = attributes.iter().all(|(name, _)| keys.contains(name));
    let start = start_of(keys, &attributes).filter(|_| known).ok_or_else(value_words::key_does_not_match)?;
    // Several entries of an index may have one key; an item's has one place.
    let whole = index == 0 && attributes.len() == keys.attributes().count();
    let end = if whole { None } else { key::prefix_end(&start) };
    let partitions = state.partitions(index);
    let end = end.as_deref().map_or(Bound::Included(&start[..]), Bound::Excluded);
    let (first, last) = partitions.span((Bound::Included(&start), end));
    let owners = (first..=last).map(|place| partitions.at(place));
    Ok(answer::of(&LocateKeyOutput {
        key: key_text(keys, &attributes),
        hash: format!("{:016x}", key::hash_of(&start)),
        partitions: owners.map(|one| describe(region, state, index, one, context.now_ms)).collect(),
    }))
}
