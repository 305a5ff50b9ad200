//! Secondary indexes: which entry an item has in an index, and what a write changes there.
//!
//! Owns the rules of sparse indexes and projections, as pure functions of items. Never writes an entry and knows no
//! partition: `access` does both.
//!
//! Follows [global](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html) and
//! [local secondary indexes](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html).

use crate::capacity::write_half_units;
use crate::model::{AttributeValue, Item, key, size};
use crate::table::{Index, KeySchema, KeyType, Projection, Table};
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
    let mut hash = Vec::with_capacity(keys.hash.len());
    for attribute in &keys.hash {
        hash.push(item.get(&attribute.name).filter(|value| has_type(value, attribute.attribute_type))?);
    }
    let mut bytes = key::collection_prefix(&key::partition_bytes(hash.into_iter()));
    for attribute in &keys.range {
        let value = item.get(&attribute.name).filter(|value| has_type(value, attribute.attribute_type))?;
        key::write_part(value, &mut bytes);
    }
    Some(bytes)
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
    use crate::table::{IndexKind, IndexStatus, KeyAttribute, Throughput};

    fn attribute(name: &str) -> KeyAttribute {
        KeyAttribute { name: name.into(), attribute_type: KeyType::S }
    }

    fn keys(hash: &str, range: Option<&str>) -> KeySchema {
        KeySchema { hash: vec![attribute(hash)], range: range.map(attribute).into_iter().collect() }
    }

    fn item(pairs: &[(&str, &str)]) -> Item {
        pairs.iter().map(|(n, v)| (n.to_string(), AttributeValue::s(*v))).collect()
    }

    fn changes(
        projection: Projection,
        old: Option<&[(&str, &str)]>,
        new: Option<&[(&str, &str)]>,
    ) -> Option<(IndexAction, u64)> {
        let table = crate::table::Table::for_tests("T", keys("id", None));
        let index = Index {
            id: 1,
            name: "by-status".into(),
            kind: IndexKind::Global,
            keys: keys("status", None),
            projection,
            throughput: Throughput::default(),
            status: IndexStatus::Active,
            backfilling: false,
        };
        let (old, new) = (old.map(item), new.map(item));
        change(&table, &index, old.as_ref(), new.as_ref()).map(|change| (change.action, change.half_units))
    }

    #[test]
    fn the_four_things_a_write_can_do_to_an_index() {
        let open: &[_] = &[("id", "1"), ("status", "open"), ("note", "a")];
        let closed: &[_] = &[("id", "1"), ("status", "closed"), ("note", "a")];
        let noted: &[_] = &[("id", "1"), ("status", "open"), ("note", "b")];
        let without: &[_] = &[("id", "1"), ("note", "a")];
        use Projection::*;
        assert_eq!(changes(All, None, Some(open)), Some((IndexAction::Put, 2)));
        assert_eq!(changes(All, None, Some(without)), None, "sparse");
        assert_eq!(changes(All, Some(open), Some(closed)), Some((IndexAction::Move, 4)));
        assert_eq!(changes(All, Some(open), Some(noted)), Some((IndexAction::Update, 2)));
        assert_eq!(changes(KeysOnly, Some(open), Some(noted)), None, "not projected");
        assert_eq!(
            changes(Include(vec!["note".into()]), Some(open), Some(noted)),
            Some((IndexAction::Update, 2))
        );
        assert_eq!(changes(All, Some(open), Some(without)), Some((IndexAction::Delete, 2)));
        assert_eq!(changes(All, Some(open), None), Some((IndexAction::Delete, 2)));
        assert_eq!(changes(All, Some(open), Some(open)), None);
    }
}
