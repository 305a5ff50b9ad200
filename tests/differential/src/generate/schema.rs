//! Random schemas: keys of every type, with and without a sort key, with indexes of both kinds.

use super::Draw;
use serde_json::{Map, Value, json};

/// A key attribute: its name and type.
pub type KeyAttribute = (&'static str, &'static str);

/// A secondary index.
#[derive(Clone, Debug)]
pub struct Index {
    pub name: String,
    pub keys: Vec<KeyAttribute>,
    pub global: bool,
}

/// A table as it was asked for.
#[derive(Clone, Debug)]
pub struct Table {
    pub name: String,
    pub keys: Vec<KeyAttribute>,
    pub indexes: Vec<Index>,
}

const HASH: [KeyAttribute; 3] = [("pk", "S"), ("id", "N"), ("bk", "B")];
const RANGE: [KeyAttribute; 3] = [("sk", "S"), ("seq", "N"), ("bs", "B")];
/// The attributes that indexes have keys in; items have them, sometimes of another type.
pub const INDEXED: [KeyAttribute; 4] = [("g", "S"), ("h", "N"), ("a", "S"), ("n", "N")];

impl Draw {
    pub fn create_table(&mut self, number: usize) {
        let mut keys = vec![HASH[self.below(HASH.len())]];
        if !self.one_in(3) {
            keys.push(RANGE[self.below(RANGE.len())]);
        }
        let mut table = Table { name: format!("Table{number}"), keys, indexes: Vec::new() };
        for at in 0..self.below(3) {
            let global = table.keys.len() == 1 || !self.one_in(3);
            let index = self.index(&table, at, global);
            table.indexes.push(index);
        }
        let request = self.table_request(&table);
        self.tables.push(table);
        self.steps.push(super::Step::plain("CreateTable", request));
    }

    pub fn index(&mut self, table: &Table, at: usize, global: bool) -> Index {
        let mut keys = Vec::new();
        if global {
            keys.push(INDEXED[self.below(INDEXED.len())]);
        } else {
            keys.push(table.keys[0]);
        }
        if !global || !self.one_in(3) {
            let range = loop {
                let range = INDEXED[self.below(INDEXED.len())];
                if !keys.contains(&range) {
                    break range;
                }
            };
            keys.push(range);
        }
        Index { name: format!("Index{at}"), keys, global }
    }

    /// CreateTable's request.
    pub fn table_request(&mut self, table: &Table) -> Value {
        let mut attributes: Vec<KeyAttribute> = table.keys.clone();
        attributes.extend(table.indexes.iter().flat_map(|index| index.keys.iter().copied()));
        attributes.sort();
        attributes.dedup();
        let provisioned = self.one_in(3);
        let mut request = json!({
            "TableName": table.name,
            "KeySchema": key_schema(&table.keys),
            "AttributeDefinitions": attribute_definitions(&attributes),
        });
        for global in [false, true] {
            let mut indexes = Vec::new();
            for index in table.indexes.iter().filter(|index| index.global == global) {
                indexes.push(self.index_request(index, provisioned && global));
            }
            if !indexes.is_empty() {
                let member = if global { "GlobalSecondaryIndexes" } else { "LocalSecondaryIndexes" };
                request[member] = indexes.into();
            }
        }
        if provisioned {
            request["ProvisionedThroughput"] = throughput(5, 5);
        } else {
            request["BillingMode"] = "PAY_PER_REQUEST".into();
        }
        if self.one_in(2) {
            let view = self.pick(&["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"]);
            request["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": view});
        }
        request
    }

    pub fn index_request(&mut self, index: &Index, provisioned: bool) -> Value {
        let mut request = Map::new();
        request.insert("IndexName".into(), index.name.as_str().into());
        request.insert("KeySchema".into(), key_schema(&index.keys));
        let projection = match self.below(4) {
            0 => json!({"ProjectionType": "KEYS_ONLY"}),
            1 => json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": ["c", "m"]}),
            _ => json!({"ProjectionType": "ALL"}),
        };
        request.insert("Projection".into(), projection);
        if provisioned {
            request.insert("ProvisionedThroughput".into(), throughput(3, 3));
        }
        request.into()
    }
}

pub fn throughput(read: u64, write: u64) -> Value {
    json!({"ReadCapacityUnits": read, "WriteCapacityUnits": write})
}

pub fn key_schema(keys: &[KeyAttribute]) -> Value {
    keys.iter()
        .zip(["HASH", "RANGE"])
        .map(|((name, _), kind)| json!({"AttributeName": name, "KeyType": kind}))
        .collect()
}

pub fn attribute_definitions(attributes: &[KeyAttribute]) -> Value {
    attributes.iter().map(|(name, kind)| json!({"AttributeName": name, "AttributeType": kind})).collect()
}
