//! What a record of the old table's stream changes in the new table. Pure.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::state::migration::plan::Plan;
use crate::state::tables::Keys;

/// A change in the new table.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// An item is there, in place of what has its key.
    Put {
        /// Its key.
        key: Value,
        /// The item.
        item: Value,
    },
    /// There is no item of that key.
    Delete {
        /// The key.
        key: Value,
    },
}

impl Change {
    fn key(&self) -> &Value {
        match self {
            Change::Put { key, .. } | Change::Delete { key } => key,
        }
    }

    /// As a part of a BatchWriteItem.
    pub fn request(&self) -> Value {
        match self {
            Change::Put { item, .. } => json!({ "PutRequest": { "Item": item } }),
            Change::Delete { key } => json!({ "DeleteRequest": { "Key": key } }),
        }
    }

    /// As a request of its own.
    pub fn alone(&self, table: &str) -> (&'static str, Value) {
        match self {
            Change::Put { item, .. } => ("PutItem", json!({ "TableName": table, "Item": item })),
            Change::Delete { key } => ("DeleteItem", json!({ "TableName": table, "Key": key })),
        }
    }
}

/// The key of an item in a table of these keys; or why it has none there.
pub fn key_of(item: &Value, keys: &Keys) -> Result<Value, String> {
    let mut key = Map::new();
    for part in keys.all() {
        match item.get(&part.name) {
            Some(value) if value.get(&part.attribute_type).is_some() => {
                key.insert(part.name.clone(), value.clone());
            }
            Some(_) => return Err(format!("{} is of another type than {}", part.name, part.attribute_type)),
            None => return Err(format!("it has no {}", part.name)),
        }
    }
    Ok(Value::Object(key))
}

/// A record whose item cannot be in the new table.
#[derive(Clone, Debug, PartialEq)]
pub struct Homeless {
    /// Why.
    pub reason: String,
    /// What is done instead: an item that was in the new table is no longer.
    pub instead: Option<Box<Change>>,
}

/// What a record changes.
pub fn changes(record: &Value, plan: &Plan) -> Result<Vec<Change>, Homeless> {
    let image = |name: &str| record["dynamodb"].get(name).filter(|image| image.is_object());
    // Under the same key the record says itself which item it was.
    let before = match plan.moves() {
        false => image("Keys").cloned(),
        true => image("OldImage").and_then(|old| key_of(old, &plan.to_keys).ok()),
    };
    if record["eventName"] == "REMOVE" {
        return Ok(before.map(|key| Change::Delete { key }).into_iter().collect());
    }
    let Some(item) = image("NewImage") else {
        return Err(Homeless { reason: "its record has no new image".to_owned(), instead: None });
    };
    match key_of(item, &plan.to_keys) {
        Ok(key) => {
            let gone = before.filter(|before| *before != key).map(|key| Change::Delete { key });
            Ok(gone.into_iter().chain([Change::Put { key, item: item.clone() }]).collect())
        }
        Err(reason) => Err(Homeless { reason, instead: before.map(|key| Box::new(Change::Delete { key })) }),
    }
}

/// Changes parted so that no item is in one round twice; each item's are in their order.
pub fn rounds(all: Vec<Change>) -> Vec<Vec<Change>> {
    let (mut rounds, mut round, mut keys) = (Vec::new(), Vec::new(), BTreeSet::new());
    for change in all {
        if !keys.insert(change.key().to_string()) {
            rounds.push(std::mem::take(&mut round));
            keys = BTreeSet::from([change.key().to_string()]);
        }
        round.push(change);
    }
    if !round.is_empty() {
        rounds.push(round);
    }
    rounds
}
