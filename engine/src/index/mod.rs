//! Secondary indexes: which entry an item has in an index, and what a write changes there.
//!
//! Owns the rules of sparse indexes and projections, as pure functions of items. Never writes an entry and knows no
//! partition: `access` does both.
//!
//! Follows [global](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html) and
//! [local secondary indexes](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html).

use crate::capacity::write_half_units;
use crate::model::{AttributeValue, Item, key, size};
use crate::table::{Index, KeyAttribute, KeySchema, KeyType, Projection, Table};
use crate::timeline::IndexAction;

/// An item's entry in an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands: the index key's bytes, then the item's own.
    pub key: Vec<u8>,
    /// What it holds.
    pub item: Item,
}

/// What a write does to one index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexChange {
    /// What happens.
    pub action: IndexAction,
    /// The entry that goes.
    pub remove: Option<Entry>,
    /// The entry that comes.
    pub put: Option<Entry>,
    /// What it costs, in halves of a unit.
    pub half_units: u64,
}

/// Whether a value has a key attribute's type.
pub fn has_type(value: &AttributeValue, key_type: KeyType) -> bool {
    matches!(
        (value, key_type),
        (AttributeValue::S(_), KeyType::S)
            | (AttributeValue::N(_), KeyType::N)
            | (AttributeValue::B(_), KeyType::B)
    )
}

/// The key bytes of an item under a key schema; none where it lacks one of the attributes, which keeps it out of a sparse index.
pub fn key_bytes(keys: &KeySchema, item: &Item) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(64);
    write_key(keys, item, &mut bytes).then_some(bytes)
}

/// Writes the key bytes over what stood in `bytes`, and says whether the item has all of the attributes.
pub fn write_key(keys: &KeySchema, item: &Item, bytes: &mut Vec<u8>) -> bool {
    let of = |attribute: &KeyAttribute| {
        item.get(&attribute.name).filter(|value| has_type(value, attribute.attribute_type))
    };
    match &keys.hash[..] {
        [single] => match of(single) {
            Some(value) => key::write_collection(std::iter::once(value), bytes),
            None => return false,
        },
        several => match several.iter().map(of).collect::<Option<Vec<_>>>() {
            Some(values) => key::write_collection(values.into_iter(), bytes),
            None => return false,
        },
    }
    keys.range.iter().all(|attribute| match of(attribute) {
        Some(value) => {
            key::write_part(value, bytes);
            true
        }
        None => false,
    })
}

/// The key bytes of an index entry: the index key's, then the item's own behind them (without its hash).
pub fn entry_key(index: &KeySchema, table: &KeySchema, item: &Item) -> Option<Vec<u8>> {
    let mut bytes = key_bytes(index, item)?;
    bytes.extend_from_slice(&key_bytes(table, item)?[8..]);
    Some(bytes)
}

/// Whether an index holds this attribute of its items.
pub fn projects(table: &Table, index: &Index, name: &str) -> bool {
    match &index.projection {
        Projection::All => true,
        Projection::Include(names) if names.iter().any(|n| n == name) => true,
        _ => index.keys.contains(name) || table.keys.contains(name),
    }
}

/// The entry of an item in an index, where it has one.
pub fn entry(table: &Table, index: &Index, item: &Item) -> Option<Entry> {
    let key = entry_key(&index.keys, &table.keys, item)?;
    let item = match index.projection {
        Projection::All => item.clone(),
        _ => item.iter().filter(|(name, _)| projects(table, index, name)).cloned().collect(),
    };
    Some(Entry { key, item })
}

/// What writing `new` over `old` does to an index; none where the index stays as it is.
pub fn change(table: &Table, index: &Index, old: Option<&Item>, new: Option<&Item>) -> Option<IndexChange> {
    let remove = old.and_then(|item| entry(table, index, item));
    let put = new.and_then(|item| entry(table, index, item));
    let cost = |entry: &Entry| write_half_units(size::item_bytes(&entry.item) as u64, false);
    let (action, half_units) = match (&remove, &put) {
        (None, None) => return None,
        (None, Some(put)) => (IndexAction::Put, cost(put)),
        (Some(remove), None) => (IndexAction::Delete, cost(remove)),
        (Some(remove), Some(put)) if remove == put => return None,
        (Some(remove), Some(put)) if remove.key == put.key => {
            (IndexAction::Update, cost(remove).max(cost(put)))
        }
        (Some(remove), Some(put)) => (IndexAction::Move, cost(remove) + cost(put)),
    };
    Some(IndexChange { action, remove, put, half_units })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::create::{Naming, create};

    /// A table of `id` with the global index `by-status`.
    fn table(projection: serde_json::Value) -> Table {
        let attribute = |name| serde_json::json!({ "AttributeName": name, "AttributeType": "S" });
        let request = serde_json::json!({
            "TableName": "Items", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [attribute("id"), attribute("status")],
            "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
            "GlobalSecondaryIndexes": [{
                "IndexName": "by-status", "Projection": projection,
                "KeySchema": [{ "AttributeName": "status", "KeyType": "HASH" }],
            }],
        });
        let request = crate::api::decode::from_value(request).unwrap();
        let naming =
            Naming { id: 1, uuid: String::new(), region: "r", account_id: "0", now_ms: 0, instant: true };
        create(&request, &naming).unwrap()
    }

    fn item(pairs: &[(&str, &str)]) -> Item {
        pairs.iter().map(|(n, v)| (n.to_string(), AttributeValue::s(*v))).collect()
    }

    type Pairs<'a> = Option<&'a [(&'a str, &'a str)]>;

    fn changes(projection: &str, old: Pairs, new: Pairs) -> Option<(IndexAction, u64)> {
        let mut shape = serde_json::json!({ "ProjectionType": projection });
        if projection == "INCLUDE" {
            shape["NonKeyAttributes"] = serde_json::json!(["note"]);
        }
        let table = table(shape);
        let (old, new) = (old.map(item), new.map(item));
        let change = change(&table, &table.indexes[0], old.as_ref(), new.as_ref());
        change.map(|change| (change.action, change.half_units))
    }

    #[test]
    fn the_four_things_a_write_can_do_to_an_index() {
        let open: &[_] = &[("id", "1"), ("status", "open"), ("note", "a")];
        let closed: &[_] = &[("id", "1"), ("status", "closed"), ("note", "a")];
        let noted: &[_] = &[("id", "1"), ("status", "open"), ("note", "b")];
        let without: &[_] = &[("id", "1"), ("note", "a")];
        assert_eq!(changes("ALL", None, Some(open)), Some((IndexAction::Put, 2)));
        assert_eq!(changes("ALL", None, Some(without)), None, "sparse");
        assert_eq!(changes("ALL", Some(open), Some(closed)), Some((IndexAction::Move, 4)));
        assert_eq!(changes("ALL", Some(open), Some(noted)), Some((IndexAction::Update, 2)));
        assert_eq!(changes("KEYS_ONLY", Some(open), Some(noted)), None, "not projected");
        assert_eq!(changes("INCLUDE", Some(open), Some(noted)), Some((IndexAction::Update, 2)));
        assert_eq!(changes("ALL", Some(open), Some(without)), Some((IndexAction::Delete, 2)));
        assert_eq!(changes("ALL", Some(open), None), Some((IndexAction::Delete, 2)));
        assert_eq!(changes("ALL", Some(open), Some(open)), None);
    }
}
