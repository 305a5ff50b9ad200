//! Item collections as the nested table of single-table design: a partition key, under it the sort keys, beside each the attributes that
//! its item has. Pure.
//!
//! Follows [item collections](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItemCollections.html). What
//! kind of thing an item is, the design's entities say; where they do not, it is read off its keys: `ORDER#1042` is an ORDER.

use serde_json::Value;

use super::attribute::to_text;
use super::entities::label::Labels;
use super::tables::Keys;

/// The items of one partition key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collection {
    /// The partition key's value; several behind each other where it has several attributes.
    pub key: String,
    /// Its items, in the order in which they came: by sort key.
    pub rows: Vec<ItemRow>,
}

/// One item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemRow {
    /// The sort key's value; empty where there is no sort key.
    pub sort: String,
    /// What it is: the entity's name, or what its keys say: `ORDER`.
    pub entity: Option<String>,
    /// Its other attributes, by name: each with its value as text.
    pub attributes: Vec<(String, String)>,
}

/// What a key's value says its item is: the word before its first `#`.
fn entity(value: &str) -> Option<&str> {
    let (word, _) = value.split_once('#')?;
    let is_word = |text: &str| text.chars().all(|letter| letter.is_alphabetic() || letter == '_');
    (!word.is_empty() && is_word(word)).then_some(word)
}

/// What an item is: by its sort key, or, where that is only a word or says nothing, by its partition key.
fn entity_of(key: &str, sort: &str) -> Option<String> {
    entity(sort).or_else(|| entity(key)).map(str::to_owned)
}

/// Groups items, as a Scan of the table or index with these keys returned them.
pub fn collections(items: &[Value], keys: &Keys, labels: &Labels) -> Vec<Collection> {
    let joined = |item: &Value, parts: &[super::tables::KeyPart]| {
        let values: Vec<String> = parts.iter().map(|part| to_text(&item[&part.name]).1).collect();
        values.join(", ")
    };
    let names = keys.names();
    let mut all: Vec<Collection> = Vec::new();
    for item in items {
        let (key, sort) = (joined(item, &keys.hash), joined(item, &keys.range));
        let own = item.as_object().into_iter().flatten().filter(|(name, _)| !names.contains(name));
        let attributes = own.map(|(name, value)| (name.clone(), to_text(value).1)).collect();
        let entity = labels.entity(item).map(str::to_owned).or_else(|| entity_of(&key, &sort));
        let row = ItemRow { entity, sort, attributes };
        match all.iter_mut().find(|one| one.key == key) {
            Some(one) => one.rows.push(row),
            None => all.push(Collection { key, rows: vec![row] }),
        }
    }
    all
}

/// What the items of one entity have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// The entity.
    pub entity: String,
    /// How many items of it there are.
    pub items: usize,
    /// Its attributes, by name: each with how many items have it.
    pub attributes: Vec<(String, usize)>,
}

/// The entities of these items, by name. Items of which it is not known are in none.
pub fn facets(collections: &[Collection]) -> Vec<Facet> {
    let mut all: Vec<Facet> = Vec::new();
    for row in collections.iter().flat_map(|one| &one.rows) {
        let Some(entity) = &row.entity else { continue };
        let at = all.iter().position(|facet| facet.entity == *entity).unwrap_or_else(|| {
            all.push(Facet { entity: entity.clone(), items: 0, attributes: Vec::new() });
            all.len() - 1
        });
        all[at].items += 1;
        for (name, _) in &row.attributes {
            match all[at].attributes.iter_mut().find(|(other, _)| other == name) {
                Some((_, items)) => *items += 1,
                None => all[at].attributes.push((name.clone(), 1)),
            }
        }
    }
    all.iter_mut().for_each(|facet| facet.attributes.sort());
    all.sort_by(|a, b| a.entity.cmp(&b.entity));
    all
}

/// The collections with the items of one entity alone.
pub fn only(collections: &[Collection], entity: &str) -> Vec<Collection> {
    let of = |one: &Collection| {
        let rows = one.rows.iter().filter(|row| row.entity.as_deref() == Some(entity)).cloned();
        Collection { key: one.key.clone(), rows: rows.collect() }
    };
    collections.iter().map(of).filter(|one| !one.rows.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tables::{KeyPart, TableDescription};
    use super::*;
    use crate::protocol::entity::Entity;

    #[test]
    fn items_stand_under_their_partition_key_and_are_what_their_keys_say() {
        let part = |name: &str| KeyPart { name: name.into(), attribute_type: "S".into() };
        let keys = Keys { hash: vec![part("PK")], range: vec![part("SK")] };
        let item = |pk: &str, sk: &str| json!({ "PK": { "S": pk }, "SK": { "S": sk }, "n": { "N": "7" } });
        let items = [
            item("USER#1", "PROFILE"),
            item("USER#1", "ORDER#1042"),
            item("2024-01-15#3", "2024-01-15#3"),
            item("USER#1", "ORDER#1043"),
        ];
        let none = Labels::default();
        let all = collections(&items, &keys, &none);
        assert_eq!(
            all.iter().map(|one| (&*one.key, one.rows.len())).collect::<Vec<_>>(),
            [("USER#1", 3), ("2024-01-15#3", 1)]
        );
        let entities: Vec<Option<&str>> = all[0].rows.iter().map(|row| row.entity.as_deref()).collect();
        assert_eq!(entities, [Some("USER"), Some("ORDER"), Some("ORDER")]);
        assert_eq!(all[0].rows[1].attributes, [("n".to_owned(), "7".to_owned())]);
        assert_eq!(all[1].rows[0].entity, None, "a date is no word");
        let hash_only = Keys { hash: vec![part("PK")], range: Vec::new() };
        assert_eq!(collections(&items, &hash_only, &none)[0].rows[0].sort, "");
    }

    #[test]
    fn entities_tell_what_items_are_and_what_they_have() {
        let table = TableDescription::read(&json!({ "TableName": "T", "KeySchema": [
            { "AttributeName": "PK", "KeyType": "HASH" }, { "AttributeName": "SK", "KeyType": "RANGE" }] }));
        let table = table.expect("a table");
        let keys = [("PK", "USER#{u}"), ("SK", "PROFILE")];
        let keys = keys.map(|(key, template)| (key.to_owned(), template.to_owned())).into();
        let user = Entity { name: "Person".into(), table: "T".into(), keys, ..Entity::default() };
        let item = |pk: &str, sk: &str, more: &str| json!({ "PK": { "S": pk }, "SK": { "S": sk }, more: { "N": "7" } });
        let items =
            [item("USER#1", "PROFILE", "a"), item("USER#2", "PROFILE", "b"), item("USER#2", "ORDER#1", "a")];
        let all = collections(&items, &table.keys, &Labels::of(&[user], &table));
        let told: Vec<(String, usize, usize)> =
            facets(&all).into_iter().map(|one| (one.entity, one.items, one.attributes.len())).collect();
        assert_eq!(told, [("ORDER".to_owned(), 1, 1), ("Person".to_owned(), 2, 2)]);
        let people = only(&all, "Person");
        assert_eq!((people.len(), people[1].rows.len()), (2, 1));
    }
}
