//! Random batches and transactions.

use super::Draw;
use super::expressions::Placeholders;
use super::items::of_table;
use serde_json::{Map, Value, json};

impl Draw {
    pub fn batch_write_item(&mut self) {
        let mut tables: Map<String, Value> = Map::new();
        for _ in 0..1 + self.below(2) {
            let table = self.table();
            let mut requests: Vec<Value> = Vec::new();
            let mut used: Vec<Value> = Vec::new();
            for _ in 0..1 + self.below(4) {
                let mut item = self.item(&table);
                let key: Value = table
                    .keys
                    .iter()
                    .map(|(name, _)| (name.to_string(), item[name].clone()))
                    .collect::<Map<_, _>>()
                    .into();
                if used.contains(&key) && !self.one_in(8) {
                    continue;
                }
                used.push(key.clone());
                requests.push(if self.one_in(4) {
                    json!({"DeleteRequest": {"Key": key}})
                } else {
                    json!({"PutRequest": {"Item": item.take()}})
                });
            }
            tables.insert(table.name, requests.into());
        }
        let mut request = Map::from_iter([("RequestItems".to_owned(), tables.into())]);
        self.metered(&mut request);
        self.push("BatchWriteItem", request);
    }

    pub fn batch_get_item(&mut self) {
        let mut tables: Map<String, Value> = Map::new();
        for _ in 0..1 + self.below(2) {
            let table = self.table();
            let mut keys: Vec<Value> = Vec::new();
            for _ in 0..1 + self.below(4) {
                let key = self.key(&table);
                if !keys.contains(&key) || self.one_in(8) {
                    keys.push(key);
                }
            }
            let mut of_table = Map::from_iter([("Keys".to_owned(), keys.into())]);
            self.projected(&table.keys, &mut of_table);
            if self.one_in(3) {
                of_table.insert("ConsistentRead".into(), true.into());
            }
            tables.insert(table.name, of_table.into());
        }
        let mut request = Map::from_iter([("RequestItems".to_owned(), tables.into())]);
        self.metered(&mut request);
        self.push("BatchGetItem", request);
    }

    pub fn transact_write_items(&mut self) {
        let mut actions: Vec<Value> = Vec::new();
        let mut used: Vec<(String, Value)> = Vec::new();
        for _ in 0..1 + self.below(4) {
            let table = self.table();
            let key = self.key(&table);
            let place = (table.name.clone(), key.clone());
            if used.contains(&place) && !self.one_in(10) {
                continue;
            }
            used.push(place);
            let mut action = of_table(&table);
            let mut held = Placeholders::default();
            let kind = match self.below(8) {
                0..3 => {
                    let Value::Object(mut item) = self.item(&table) else {
                        unreachable!("an item is an object")
                    };
                    item.extend(key.as_object().cloned().unwrap_or_default());
                    action.insert("Item".into(), item.into());
                    "Put"
                }
                3..6 => {
                    action.insert("Key".into(), key);
                    action.insert("UpdateExpression".into(), self.update(&table.keys, &mut held).into());
                    "Update"
                }
                6 => {
                    action.insert("Key".into(), key);
                    "Delete"
                }
                _ => {
                    action.insert("Key".into(), key);
                    "ConditionCheck"
                }
            };
            if kind == "ConditionCheck" || self.one_in(4) {
                let condition = self.condition(&table.keys, 1, &mut held);
                action.insert("ConditionExpression".into(), condition.into());
                if self.one_in(3) {
                    action.insert("ReturnValuesOnConditionCheckFailure".into(), "ALL_OLD".into());
                }
            }
            held.into_request(&mut action);
            actions.push(json!({ kind: action }));
        }
        let mut request = Map::from_iter([("TransactItems".to_owned(), actions.into())]);
        self.metered(&mut request);
        self.push("TransactWriteItems", request);
    }

    pub fn transact_get_items(&mut self) {
        let mut actions: Vec<Value> = Vec::new();
        for _ in 0..1 + self.below(3) {
            let table = self.table();
            let mut get = of_table(&table);
            get.insert("Key".into(), self.key(&table));
            if self.one_in(3) {
                let mut held = Placeholders::default();
                let projection = self.projection(&table.keys, &mut held);
                get.insert("ProjectionExpression".into(), projection.into());
                held.into_request(&mut get);
            }
            actions.push(json!({ "Get": get }));
        }
        let mut request = Map::from_iter([("TransactItems".to_owned(), actions.into())]);
        self.metered(&mut request);
        self.push("TransactGetItems", request);
    }
}
