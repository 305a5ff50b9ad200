//! The tables as DescribeTable gave them.
//!
//! Follows [TableDescription](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html);
//! only what the frame and the forms need is read, the whole text is kept in [`TableDescription::body`].

use std::rc::Rc;

use engine::table::{KeyAttribute, KeySchema, KeyType};
use engine::timeline::{Event, EventKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::reducible;
use crate::protocol::retry::only_reads;

/// One attribute of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyPart {
    /// The attribute's name.
    pub name: String,
    /// `S`, `N` or `B`.
    pub attribute_type: String,
}

/// The key of a table or index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keys {
    /// The partition key's attributes (several only in a GSI).
    pub hash: Vec<KeyPart>,
    /// The sort key's attributes.
    pub range: Vec<KeyPart>,
}

impl Keys {
    /// Partition key first.
    pub fn all(&self) -> impl Iterator<Item = &KeyPart> {
        self.hash.iter().chain(&self.range)
    }

    /// The names, partition key first.
    pub fn names(&self) -> Vec<String> {
        self.all().map(|part| part.name.clone()).collect()
    }
}

/// A secondary index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexDescription {
    /// Its name.
    pub name: String,
    /// A GSI; an LSI otherwise.
    pub global: bool,
    /// Its key.
    pub keys: Keys,
    /// `ALL`, `KEYS_ONLY` or `INCLUDE`.
    pub projection: String,
    /// `ACTIVE`… (an LSI has none of its own: its table's).
    pub status: String,
    /// How many items it holds.
    pub item_count: u64,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableDescription {
    /// Its name.
    pub name: String,
    /// `CREATING`, `ACTIVE`, `UPDATING`, `DELETING`.
    pub status: String,
    /// Its key.
    pub keys: Keys,
    /// Its indexes: local first, each kind by name.
    pub indexes: Vec<IndexDescription>,
    /// How many items it holds.
    pub item_count: u64,
    /// Their size, in bytes.
    pub size_bytes: u64,
    /// Whether it is `PAY_PER_REQUEST`.
    pub on_demand: bool,
    /// The ARN of its newest stream, where there is one.
    pub stream_arn: Option<String>,
    /// The `Table` of the response, whole.
    pub body: Rc<Value>,
}

impl TableDescription {
    /// Reads the `Table` (or `TableDescription`) of a response; none where it is not one.
    pub fn read(table: &Value) -> Option<TableDescription> {
        let text = |value: &Value, name: &str| value[name].as_str().map(str::to_owned);
        let types = |name: &str| {
            let definitions = table["AttributeDefinitions"].as_array();
            let mut definitions = definitions.into_iter().flatten();
            let found = definitions.find(|definition| definition["AttributeName"] == name);
            found.and_then(|found| text(found, "AttributeType")).unwrap_or_else(|| "S".into())
        };
        let keys = |schema: &Value| {
            let of = |role: &str| {
                let parts = schema.as_array().into_iter().flatten();
                let parts = parts.filter(|part| part["KeyType"] == role);
                let names = parts.filter_map(|part| text(part, "AttributeName"));
                names.map(|name| KeyPart { attribute_type: types(&name), name }).collect()
            };
            Keys { hash: of("HASH"), range: of("RANGE") }
        };
        let status = text(table, "TableStatus").unwrap_or_default();
        let indexes = |list: &str, global: bool| {
            let entries = table[list].as_array().into_iter().flatten();
            let mut indexes: Vec<IndexDescription> = entries
                .filter_map(|index| {
                    Some(IndexDescription {
                        name: text(index, "IndexName")?,
                        global,
                        keys: keys(&index["KeySchema"]),
                        projection: text(&index["Projection"], "ProjectionType").unwrap_or_default(),
                        status: text(index, "IndexStatus").unwrap_or_else(|| status.clone()),
                        item_count: index["ItemCount"].as_u64().unwrap_or(0),
                    })
                })
                .collect();
            indexes.sort_by(|a, b| a.name.cmp(&b.name));
            indexes
        };
        let mut all = indexes("LocalSecondaryIndexes", false);
        all.extend(indexes("GlobalSecondaryIndexes", true));
        Some(TableDescription {
            name: text(table, "TableName")?,
            keys: keys(&table["KeySchema"]),
            indexes: all,
            item_count: table["ItemCount"].as_u64().unwrap_or(0),
            size_bytes: table["TableSizeBytes"].as_u64().unwrap_or(0),
            on_demand: table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST",
            stream_arn: text(table, "LatestStreamArn"),
            status,
            body: Rc::new(table.clone()),
        })
    }

    /// Its key as the engine has it, and the key attributes of its indexes.
    pub fn key_schema(&self) -> (KeySchema, Vec<KeyAttribute>) {
        let attribute = |part: &KeyPart| KeyAttribute {
            name: part.name.clone(),
            attribute_type: match part.attribute_type.as_str() {
                "N" => KeyType::N,
                "B" => KeyType::B,
                _ => KeyType::S,
            },
        };
        let list = |parts: &[KeyPart]| parts.iter().map(attribute).collect::<Vec<_>>();
        let schema = KeySchema { hash: list(&self.keys.hash), range: list(&self.keys.range) };
        let indexed = self.indexes.iter().flat_map(|index| index.keys.all().map(attribute)).collect();
        (schema, indexed)
    }

    /// The names of its vector indexes.
    pub fn vector_indexes(&self) -> Vec<&str> {
        let list = self.body["VectorIndexes"].as_array().into_iter().flatten();
        list.filter_map(|index| index["IndexName"].as_str()).collect()
    }

    /// The index of that name.
    pub fn index(&self, name: &str) -> Option<&IndexDescription> {
        self.indexes.iter().find(|index| index.name == name)
    }

    /// The key of the table, or of that index where there is one.
    pub fn keys_of(&self, index: Option<&str>) -> &Keys {
        index.and_then(|name| self.index(name)).map_or(&self.keys, |index| &index.keys)
    }

    /// The partition key's value in a whole key as the timeline writes it (`user_id = user123, order_id = 7`), the table's or an index's:
    /// `user123`; with its names where there are several.
    pub fn partition_value(&self, index: Option<&str>, text: &str) -> String {
        let Keys { hash, range } = self.keys_of(index);
        // An index's key has the table's behind it.
        let behind = range.iter().chain(self.keys.all()).filter(|part| !hash.contains(part));
        let end = behind.filter_map(|part| text.find(&format!(", {} = ", part.name))).min();
        let own = &text[..end.unwrap_or(text.len())];
        match hash.as_slice() {
            [one] => own.strip_prefix(&format!("{} = ", one.name)).unwrap_or(own).to_owned(),
            _ => own.to_owned(),
        }
    }
}

/// The tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables {
    /// By name.
    pub list: Vec<Rc<TableDescription>>,
    /// Whether the list was read since the workspace was opened.
    pub loaded: bool,
    /// Raised when the list should be read again: the frame does it.
    pub wanted: u64,
}

/// What can happen to it.
#[derive(Clone, Debug)]
pub enum TablesAction {
    /// The list was read.
    Loaded(Vec<TableDescription>),
    /// Something changed: read the list again.
    Want,
    /// Another workspace was opened.
    Clear,
}

impl Tables {
    /// The table of that name.
    pub fn get(&self, name: &str) -> Option<&Rc<TableDescription>> {
        self.list.iter().find(|table| table.name == name)
    }

    /// The table of that name, or else the first one.
    pub fn chosen(&self, name: Option<&str>) -> Option<&Rc<TableDescription>> {
        name.and_then(|name| self.get(name)).or(self.list.first())
    }

    /// The transition.
    pub fn apply(&mut self, action: TablesAction) {
        match action {
            TablesAction::Loaded(mut list) => {
                list.sort_by(|a, b| a.name.cmp(&b.name));
                // What did not change stays the same allocation, so that nothing is drawn anew.
                let next = list.into_iter().map(|table| match self.get(&table.name) {
                    Some(old) if **old == table => old.clone(),
                    _ => Rc::new(table),
                });
                self.list = next.collect();
                self.loaded = true;
            }
            TablesAction::Want => self.wanted += 1,
            TablesAction::Clear => {
                *self = Tables { wanted: self.wanted + 1, ..Tables::default() };
            }
        }
    }
}

reducible!(Tables, TablesAction);

/// Whether these events make the list out of date: a status, an item count or an index changed.
pub fn concern_tables(events: &[Event]) -> bool {
    events.iter().any(|event| {
        matches!(
            &event.kind,
            EventKind::TableStatus { .. }
                | EventKind::Written { .. }
                | EventKind::IndexPropagated { .. }
                | EventKind::Expired { .. }
                | EventKind::Settled { .. }
        )
    })
}

/// Whether this operation, when it succeeded, changes tables or what is counted of them.
pub fn changes_tables(operation: &str) -> bool {
    !only_reads(operation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn orders() -> Value {
        json!({
            "TableName": "Orders", "TableStatus": "ACTIVE", "ItemCount": 12, "TableSizeBytes": 900,
            "KeySchema": [
                {"AttributeName": "order_id", "KeyType": "RANGE"}, {"AttributeName": "user_id", "KeyType": "HASH"}],
            "AttributeDefinitions": [
                {"AttributeName": "user_id", "AttributeType": "S"}, {"AttributeName": "order_id", "AttributeType": "N"},
                {"AttributeName": "status", "AttributeType": "S"}],
            "GlobalSecondaryIndexes": [{"IndexName": "status-index", "IndexStatus": "CREATING", "ItemCount": 3,
                "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"}}],
            "LocalSecondaryIndexes": [{"IndexName": "z-local",
                "KeySchema": [{"AttributeName": "user_id", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}],
            "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}
        })
    }

    #[test]
    fn a_description_is_read() {
        let table = TableDescription::read(&orders()).unwrap();
        assert_eq!(table.keys.names(), ["user_id", "order_id"]);
        assert_eq!(table.keys.range[0].attribute_type, "N");
        assert_eq!(
            table.indexes.iter().map(|i| i.name.as_str()).collect::<Vec<_>>(),
            ["z-local", "status-index"]
        );
        assert_eq!(table.indexes[0].status, "ACTIVE");
        assert_eq!(table.index("status-index").unwrap().item_count, 3);
        assert_eq!(table.keys_of(Some("status-index")).names(), ["status"]);
        assert!(table.on_demand);
        assert_eq!(TableDescription::read(&json!({"Table": 1})), None);
    }

    #[test]
    fn a_partition_key_is_cut_out_of_a_whole_key() {
        let table = TableDescription::read(&orders()).unwrap();
        assert_eq!(table.partition_value(None, "user_id = a, b, order_id = 7"), "a, b");
        let entry = "status = paid, user_id = a, order_id = 7";
        assert_eq!(table.partition_value(Some("status-index"), entry), "paid");
    }

    #[test]
    fn an_unchanged_table_is_the_same_allocation() {
        let mut tables = Tables::default();
        let table = TableDescription::read(&orders()).unwrap();
        tables.apply(TablesAction::Loaded(vec![table.clone()]));
        let before = tables.list[0].clone();
        tables
            .apply(TablesAction::Loaded(vec![table.clone(), TableDescription { name: "A".into(), ..table }]));
        assert!(Rc::ptr_eq(&before, tables.get("Orders").unwrap()));
        assert_eq!(tables.chosen(Some("gone")).unwrap().name, "A");
    }

    #[test]
    fn reads_change_nothing() {
        for read in [
            "GetItem",
            "Query",
            "Scan",
            "BatchGetItem",
            "TransactGetItems",
            "DescribeTable",
            "ListTables",
            "GetRecords",
            "SearchVectors",
            "Dynascope.ListPartitions",
        ] {
            assert!(!changes_tables(read), "{read}");
        }
        for write in ["PutItem", "BatchWriteItem", "CreateTable", "TransactWriteItems", "UpdateTimeToLive"] {
            assert!(changes_tables(write), "{write}");
        }
    }
}
