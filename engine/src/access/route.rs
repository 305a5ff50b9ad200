//! From a key to the partition that owns it, and the words for it.

use data_encoding::HEXLOWER;

use crate::cluster::Partition;
use crate::error::{Result, transaction as transaction_words, value as words};
use crate::index::{has_type, write_key};
use crate::limits;
use crate::model::{AttributeValue, Item, key};
use crate::table::{Index, KeySchema, KeyType, Table};
use crate::timeline::{Access, EventKind, Zone};
use crate::vector;

use super::admit::serving_zone;
use super::context::Part;
use super::region::Region;
use super::{Context, TableState, faults, outage};

/// A primary key, checked against its table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemKey {
    /// The key's attributes, no more.
    pub attributes: Item,
    /// Where the item stands.
    pub bytes: Vec<u8>,
}

impl ItemKey {
    /// The key of these attributes, which [`ItemKey::place`] has to check yet.
    pub fn unplaced(attributes: Item) -> ItemKey {
        ItemKey { attributes, bytes: Vec::new() }
    }

    /// The partition key's hash.
    pub fn hash(&self) -> key::Hash {
        key::hash_of(&self.bytes)
    }

    /// Checks the attributes as a request's `Key`: exactly the table's key attributes, of their types, neither empty nor too
    /// long; and finds where the item stands.
    pub fn place(&mut self, table: &Table) -> Result<()> {
        let (keys, attributes) = (&table.keys, &self.attributes);
        let wanted = keys.attributes().count();
        let fits = attributes.len() == wanted
            && keys
                .attributes()
                .all(|a| attributes.get(&a.name).is_some_and(|value| has_type(value, a.attribute_type)));
        if !fits {
            return Err(words::key_does_not_match());
        }
        check_key_values(keys, attributes)?;
        match write_key(keys, attributes, &mut self.bytes) {
            true => Ok(()),
            false => Err(words::key_does_not_match()),
        }
    }

    /// Becomes the key of an item that is put, whose keys it checks: its own, and those of the indexes where it has them.
    pub fn place_item(&mut self, table: &Table, item: &Item) -> Result<()> {
        for attribute in table.keys.attributes() {
            match item.get(&attribute.name) {
                None => return Err(words::missing_key(&attribute.name)),
                Some(value) if !has_type(value, attribute.attribute_type) => {
                    let expected = type_name(attribute.attribute_type);
                    let actual = value.attribute_type().name();
                    return Err(words::key_type_mismatch(&attribute.name, expected, actual));
                }
                Some(_) => {}
            }
        }
        check_key_values(&table.keys, item)?;
        check_index_keys(table, item)?;
        for attribute in table.keys.attributes() {
            let Some(value) = item.get(&attribute.name) else { continue };
            match self.attributes.get_mut(&attribute.name) {
                Some(before) => before.become_like(value),
                None => {
                    self.attributes.insert(attribute.name.clone(), value.clone());
                }
            }
        }
        match write_key(&table.keys, item, &mut self.bytes) {
            true => Ok(()),
            false => Err(words::key_does_not_match()),
        }
    }
}

fn type_name(key_type: KeyType) -> &'static str {
    match key_type {
        KeyType::S => "S",
        KeyType::N => "N",
        KeyType::B => "B",
    }
}

/// Checks that a key attribute is not empty and not too long.
fn check_key_value(name: &str, value: &AttributeValue, range: bool) -> Result<()> {
    let length = match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::B(bytes) => bytes.len(),
        _ => return Ok(()),
    };
    if length == 0 {
        return Err(words::empty_key(name, matches!(value, AttributeValue::B(_))));
    }
    if range && length > limits::SORT_KEY_BYTES {
        return Err(words::sort_key_too_long());
    }
    if !range && length > limits::PARTITION_KEY_BYTES {
        return Err(words::partition_key_too_long());
    }
    Ok(())
}

fn check_key_values(keys: &KeySchema, item: &Item) -> Result<()> {
    for (range, attributes) in [(false, &keys.hash), (true, &keys.range)] {
        for attribute in attributes {
            if let Some(value) = item.get(&attribute.name) {
                check_key_value(&attribute.name, value, range)?;
            }
        }
    }
    Ok(())
}

/// Refuses an empty key value, which a transaction sees before it prepares anything.
pub fn check_keys_not_empty(table: &Table, attributes: &Item) -> Result<()> {
    for attribute in table.keys.attributes() {
        match attributes.get(&attribute.name) {
            Some(AttributeValue::S(text)) if text.is_empty() => {
                return Err(words::empty_key(&attribute.name, false));
            }
            Some(AttributeValue::B(bytes)) if bytes.is_empty() => {
                return Err(words::empty_key(&attribute.name, true));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The key of a request's `Key`, checked by [`ItemKey::place`].
pub fn item_key(table: &Table, attributes: Item) -> Result<ItemKey> {
    let mut key = ItemKey::unplaced(attributes);
    key.place(table).map(|()| key)
}

/// The key of an item that is put, checked by [`ItemKey::place_item`].
pub fn key_of_item(table: &Table, item: &Item) -> Result<ItemKey> {
    let mut key = ItemKey::unplaced(Item::new());
    key.place_item(table, item).map(|()| key)
}

/// Checks the attributes of an item that are keys of an index: their types, and that they are neither empty nor too long.
/// Of several faults the one in the index that is first by name is told.
pub fn check_index_keys(table: &Table, item: &Item) -> Result<()> {
    let faults =
        table.indexes.iter().filter_map(|index| Some((&index.name, check_index(index, item).err()?)));
    faults
        .min_by(|one, other| one.0.cmp(other.0))
        .map_or_else(|| vector::check(table, item), |(_, fault)| Err(fault))
}

fn check_index(index: &Index, item: &Item) -> Result<()> {
    for (range, attributes) in [(false, &index.keys.hash), (true, &index.keys.range)] {
        for attribute in attributes {
            let Some(value) = item.get(&attribute.name) else { continue };
            if !has_type(value, attribute.attribute_type) {
                let (expected, actual) = (type_name(attribute.attribute_type), value.attribute_type().name());
                return Err(words::index_key_type_mismatch(&attribute.name, expected, actual, &index.name));
            }
            match check_key_value(&attribute.name, value, range) {
                Err(_) if is_empty(value) => {
                    let binary = matches!(value, AttributeValue::B(_));
                    return Err(words::empty_index_key(&attribute.name, &index.name, binary));
                }
                checked => checked?,
            }
        }
    }
    Ok(())
}

fn is_empty(value: &AttributeValue) -> bool {
    match value {
        AttributeValue::S(text) => text.is_empty(),
        AttributeValue::B(bytes) => bytes.is_empty(),
        _ => false,
    }
}

/// The same for an item that an update made, which words empty values otherwise.
pub fn check_updated_index_keys(table: &Table, item: &Item) -> Result<()> {
    for attribute in table.indexes.iter().flat_map(|index| index.keys.attributes()) {
        match item.get(&attribute.name).filter(|value| is_empty(value)) {
            Some(value) if has_type(value, attribute.attribute_type) => {
                return Err(transaction_words::index_key_emptied(matches!(value, AttributeValue::B(_))));
            }
            _ => {}
        }
    }
    check_index_keys(table, item)
}

/// A key as text to show: `user_id = user123, order_id = 2024-01-15#1042`.
pub fn key_text(keys: &KeySchema, item: &Item) -> String {
    let mut text = String::new();
    for attribute in keys.attributes() {
        let Some(value) = item.get(&attribute.name) else { continue };
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(&attribute.name);
        text.push_str(" = ");
        match value {
            AttributeValue::S(s) => text.push_str(s),
            AttributeValue::N(n) => text.push_str(&n.to_string()),
            AttributeValue::B(b) => text.push_str(&data_encoding::BASE64.encode(b)),
            other => text.push_str(other.attribute_type().name()),
        }
    }
    text
}

/// The key attributes that key bytes are of, an item's or an index entry's; what follows them is passed over.
pub fn key_of_bytes(keys: &KeySchema, bytes: &[u8]) -> Option<Item> {
    let mut attributes = Vec::new();
    let (hash, mut sort) = (key::partition_of(bytes)?, bytes.get(key::collection_of(bytes).len()..)?);
    if let [one] = keys.hash.as_slice() {
        attributes.push((one.name.clone(), key::read_scalar(hash, one.attribute_type.attribute_type())?));
    } else {
        let mut rest = hash;
        for attribute in &keys.hash {
            let value = key::read_part(&mut rest, attribute.attribute_type.attribute_type())?;
            attributes.push((attribute.name.clone(), value));
        }
    }
    for attribute in keys.range.iter() {
        // Where only an item collection is named, that is all.
        let Some(value) = key::read_part(&mut sort, attribute.attribute_type.attribute_type()) else { break };
        attributes.push((attribute.name.clone(), value));
    }
    Some(attributes.into_iter().collect())
}

/// Where a partition begins: its first hash, and behind that a key, where it begins inside of an item collection.
pub(super) fn start_text(state: &TableState, index: u32, partition: &Partition) -> String {
    let hash = format!("{:016x}", partition.first);
    let table = &state.saved.table;
    let keys = table.index_by_id(index).map_or(&table.keys, |index| &index.keys);
    let from = partition.from.as_deref().and_then(|from| key_of_bytes(keys, from));
    from.map_or(hash.clone(), |from| format!("{hash} {}", key_text(keys, &from)))
}

/// The replica that answers a read of a partition: its zone, whether it leads, the log position it has applied and its lag.
#[derive(Clone, Copy, Debug)]
pub(super) struct Served {
    pub zone: Zone,
    pub leader: bool,
    pub position: u64,
    pub lag_ms: u64,
}

/// Picks a replica: the leader for a strongly consistent read, any of the three for an eventually consistent one. Refused where
/// none can answer.
pub(super) fn pick_replica(
    region: &mut Region,
    table: &str,
    index: u32,
    place: usize,
    strong: bool,
    context: &mut Context,
) -> Result<Served> {
    let (position, now_ms) = (region.store.position(), context.now_ms);
    let state = region.active_table(table)?;
    if strong {
        outage::check_quorum(region, &state.saved.table)?;
    }
    let partition = state.partitions(index).at(place);
    let own_index = state.saved.index_partitions.contains_key(&index);
    let (zone, able) = if partition.group.is_some() {
        let zones = faults::readable(partition, strong);
        let zone = match zones.len() as u64 {
            0 => return faults::refuse(state, context, index, place, Access::Read),
            _ if !region.simulation.lag && zones.contains(&partition.leader) => partition.leader,
            count => zones[region.random.below(count) as usize],
        };
        (zone, Some(zones))
    } else if strong || !region.simulation.lag {
        (partition.leader, None)
    } else {
        (Zone::ALL[region.random.below(3) as usize], None)
    };
    let zone = match strong {
        true => zone,
        false => {
            let able = able.as_deref().unwrap_or(&Zone::ALL);
            serving_zone(region, table, index, place, (zone, able), now_ms)
        }
    };
    let state = region.active_table(table)?;
    let partition = state.partitions(index).at(place);
    let leader = zone == partition.leader;
    // A global index is behind its table at every replica; a table's leader never is.
    let replicas = state.live.replicas.get(&partition.id).filter(|_| !leader || own_index);
    let applied = replicas.and_then(|r| r.applied(zone, now_ms));
    let lag_ms = replicas.map_or(0, |r| r.lag_ms(zone, now_ms));
    Ok(Served { zone, leader, position: applied.unwrap_or(position), lag_ms })
}

/// Says on the timeline where a request went. The key's text is asked for where the request is watched.
pub(super) fn record_route(
    state: &TableState,
    index: u32,
    place: usize,
    key: (Option<key::Hash>, impl FnOnce() -> String),
    access: Access,
    served: Served,
    context: &mut Context,
) {
    context.part = Part { hash: key.0, ..Part::default() };
    context.trace(|| EventKind::Routed {
        target: state.target(index),
        partition: state.partitions(index).at(place).id,
        hash: key.0.map(|hash| HEXLOWER.encode(&hash.to_be_bytes())),
        key: key.1(),
        access,
        zone: served.zone,
        leader: served.leader,
        lag_ms: served.lag_ms,
    });
}
