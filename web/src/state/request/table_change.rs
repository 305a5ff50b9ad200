//! What an UpdateTable changes, as the form shows it: the changes of global indexes one by one, capacity, stream.
//!
//! Pure. Reads and changes the request alone; what the table has already is only asked for an attribute's type and for the
//! billing mode. Follows
//! [UpdateTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html).

use serde_json::{Map, Value, json};

use crate::state::design::{IndexDesign, KeyPart, TableDesign, Types, Units, definition_list, read_index};
use crate::state::tables::TableDescription;

const UPDATES: &str = "GlobalSecondaryIndexUpdates";
const DEFINITIONS: &str = "AttributeDefinitions";

/// The change of one global index.
#[derive(Clone, Debug, PartialEq)]
pub enum IndexChange {
    /// A new one.
    Create(Box<IndexDesign>),
    /// Other units for one that there is.
    Update {
        /// Its name.
        name: String,
        /// The units.
        units: Units,
    },
    /// One goes.
    Delete {
        /// Its name.
        name: String,
    },
    /// None that the form knows.
    Other,
}

/// The changes of the request's list.
pub fn index_changes(request: &Value, table: Option<&TableDescription>) -> Vec<IndexChange> {
    let definitions = all_definitions(request, table);
    let types = Types(&definitions);
    let name = |change: &Value| change["IndexName"].as_str().unwrap_or_default().to_owned();
    let read = |entry: &Value| match entry.as_object().and_then(|map| map.iter().next()) {
        Some((kind, change)) if kind == "Create" => IndexChange::Create(Box::new(read_index(change, &types))),
        Some((kind, change)) if kind == "Update" => {
            let units = units(&change["ProvisionedThroughput"]);
            IndexChange::Update { name: name(change), units }
        }
        Some((kind, change)) if kind == "Delete" => IndexChange::Delete { name: name(change) },
        _ => IndexChange::Other,
    };
    request[UPDATES].as_array().into_iter().flatten().map(read).collect()
}

/// The request with the change `at` its place in the list; one place behind the last adds it.
pub fn with_index_change(
    request: &Value,
    table: Option<&TableDescription>,
    at: usize,
    change: &IndexChange,
) -> Value {
    let mut next = object(request);
    let mut list = request[UPDATES].as_array().cloned().unwrap_or_default();
    let keys = |changes: &[IndexChange]| -> Vec<KeyPart> {
        let created = changes.iter().filter_map(|change| match change {
            IndexChange::Create(index) => Some(index.hash.iter().chain(&index.range)),
            _ => None,
        });
        created.flatten().filter(|part| !part.name.is_empty()).cloned().collect()
    };
    let mut changes = index_changes(request, table);
    let change = &typed_as_table(change, table);
    let before = keys(&changes);
    let entry = match change {
        IndexChange::Create(index) => {
            let design = TableDesign { on_demand: !is_provisioned(request, table), ..TableDesign::default() };
            json!({ "Create": design.global_request(index) })
        }
        IndexChange::Update { name, units } => {
            let mut update = object(list.get(at).map_or(&Value::Null, |entry| &entry["Update"]));
            update.insert("IndexName".into(), json!(name));
            update.insert("ProvisionedThroughput".into(), units.request());
            json!({ "Update": update })
        }
        IndexChange::Delete { name } => json!({ "Delete": { "IndexName": name } }),
        IndexChange::Other => return request.clone(),
    };
    match list.get_mut(at) {
        Some(slot) => {
            *slot = entry;
            changes[at] = change.clone();
        }
        None => {
            list.push(entry);
            changes.push(change.clone());
        }
    }
    next.insert(UPDATES.into(), list.into());
    define(&mut next, &before, &keys(&changes));
    Value::Object(next)
}

/// The change with the types that the table gives to its attributes: an attribute has one type in all keys.
fn typed_as_table(change: &IndexChange, table: Option<&TableDescription>) -> IndexChange {
    let mut change = change.clone();
    if let (IndexChange::Create(index), Some(table)) = (&mut change, table) {
        let types = Types(&table.body[DEFINITIONS]);
        for part in index.hash.iter_mut().chain(&mut index.range) {
            if let Some(kind) = types.get(&part.name) {
                part.kind = kind;
            }
        }
    }
    change
}

/// The request without the change at that place.
pub fn without_index_change(request: &Value, table: Option<&TableDescription>, at: usize) -> Value {
    let created = |request: &Value| -> Vec<KeyPart> {
        let changes = index_changes(request, table).into_iter();
        let keys = changes.filter_map(|change| match change {
            IndexChange::Create(index) => Some(index.hash.into_iter().chain(index.range)),
            _ => None,
        });
        keys.flatten().filter(|part| !part.name.is_empty()).collect()
    };
    let mut next = object(request);
    let mut list = request[UPDATES].as_array().cloned().unwrap_or_default();
    if at < list.len() {
        list.remove(at);
    }
    match list.is_empty() {
        true => drop(next.remove(UPDATES)),
        false => drop(next.insert(UPDATES.into(), list.into())),
    }
    let after = created(&Value::Object(next.clone()));
    define(&mut next, &created(request), &after);
    Value::Object(next)
}

/// Whether the table is provisioned once the request is carried out.
pub fn is_provisioned(request: &Value, table: Option<&TableDescription>) -> bool {
    match request["BillingMode"].as_str() {
        Some(mode) => mode == "PROVISIONED",
        None => table.is_some_and(|table| !table.on_demand),
    }
}

/// ProvisionedThroughput as it is typed; empty fields where it is not there.
pub fn units(request: &Value) -> Units {
    match request.is_object() {
        true => Units::read(request),
        false => Units { read: String::new(), write: String::new() },
    }
}

/// The stream's setting as one word: its view, `none` where it ends, empty where nothing is said.
pub fn stream(request: &Value) -> String {
    let setting = &request["StreamSpecification"];
    match setting["StreamEnabled"].as_bool() {
        Some(true) => setting["StreamViewType"].as_str().unwrap_or_default().to_owned(),
        Some(false) => "none".to_owned(),
        None => String::new(),
    }
}

/// The StreamSpecification of such a word; none where nothing is said.
pub fn stream_setting(word: &str) -> Option<Value> {
    match word {
        "" => None,
        "none" => Some(json!({ "StreamEnabled": false })),
        view => Some(json!({ "StreamEnabled": true, "StreamViewType": view })),
    }
}

/// What the request defines, then what the table does.
fn all_definitions(request: &Value, table: Option<&TableDescription>) -> Value {
    let own = request[DEFINITIONS].as_array().into_iter().flatten();
    let known = table.and_then(|table| table.body[DEFINITIONS].as_array()).into_iter().flatten();
    own.chain(known).cloned().collect()
}

/// Defines the key attributes of the indexes that are created. A definition that was none of theirs stays.
fn define(request: &mut Map<String, Value>, before: &[KeyPart], after: &[KeyPart]) {
    let mut list = Vec::new();
    for part in after {
        if list.iter().all(|other: &&KeyPart| other.name != part.name) {
            list.push(part);
        }
    }
    let kept = request.get(DEFINITIONS).and_then(Value::as_array).cloned().unwrap_or_default();
    let kept = kept.into_iter().filter(|definition| {
        let is = |part: &KeyPart| definition["AttributeName"] == part.name.as_str();
        !before.iter().any(is) && !after.iter().any(is)
    });
    let made = definition_list(&list);
    let all: Vec<Value> = made.as_array().into_iter().flatten().cloned().chain(kept).collect();
    match all.is_empty() {
        true => drop(request.remove(DEFINITIONS)),
        false => drop(request.insert(DEFINITIONS.into(), all.into())),
    }
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orders() -> TableDescription {
        TableDescription::read(&json!({
            "TableName": "Orders", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
            "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}}))
        .unwrap()
    }

    fn by(name: &str, kind: &str) -> IndexChange {
        let hash = vec![KeyPart { name: name.into(), kind: kind.into() }];
        IndexChange::Create(Box::new(IndexDesign {
            name: format!("by-{name}"),
            hash,
            ..IndexDesign::fresh(true)
        }))
    }

    #[test]
    fn a_new_index_brings_its_definitions_and_takes_them_along() {
        let table = orders();
        let begun = json!({"TableName": "Orders", "Odd": 1,
            "AttributeDefinitions": [{"AttributeName": "mine", "AttributeType": "B"}]});
        let one = with_index_change(&begun, Some(&table), 0, &by("status", "S"));
        assert_eq!(one["Odd"], 1);
        let names = |request: &Value| -> Vec<String> {
            let list = request["AttributeDefinitions"].as_array().into_iter().flatten();
            list.filter_map(|definition| definition["AttributeName"].as_str().map(str::to_owned)).collect()
        };
        assert_eq!(names(&one), ["status", "mine"]);
        assert_eq!(index_changes(&one, Some(&table)), [by("status", "S")]);
        let own = with_index_change(&one, Some(&table), 0, &by("id", "S"));
        assert_eq!(index_changes(&own, Some(&table)), [by("id", "N")], "the type is the table's");
        // Renaming the attribute leaves no definition of the old name behind.
        let other = with_index_change(&one, Some(&table), 0, &by("total", "N"));
        assert_eq!(names(&other), ["total", "mine"]);
        assert_eq!(without_index_change(&other, Some(&table), 0), begun);
    }

    #[test]
    fn an_attribute_of_the_table_has_the_tables_type() {
        let request = json!({"GlobalSecondaryIndexUpdates": [{"Create": {
            "IndexName": "i", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}}]});
        let changes = index_changes(&request, Some(&orders()));
        let IndexChange::Create(index) = &changes[0] else { panic!("{changes:?}") };
        assert_eq!(index.hash[0].kind, "N");
    }

    #[test]
    fn a_provisioned_tables_index_has_units() {
        let request = json!({"BillingMode": "PROVISIONED"});
        assert!(is_provisioned(&request, Some(&orders())) && !is_provisioned(&json!({}), Some(&orders())));
        let made = with_index_change(&request, Some(&orders()), 0, &by("status", "S"));
        let throughput = &made["GlobalSecondaryIndexUpdates"][0]["Create"]["ProvisionedThroughput"];
        assert_eq!(throughput["ReadCapacityUnits"], 5);
        let update =
            IndexChange::Update { name: "i".into(), units: Units { read: "7".into(), write: "x".into() } };
        let made = with_index_change(&json!({}), Some(&orders()), 0, &update);
        assert_eq!(index_changes(&made, None), [update]);
        assert_eq!(made.get("AttributeDefinitions"), None);
    }

    #[test]
    fn what_is_no_change_stays_and_nonsense_is_read() {
        let request = json!({"GlobalSecondaryIndexUpdates": [3, {"Strange": {}}]});
        assert_eq!(index_changes(&request, None), [IndexChange::Other, IndexChange::Other]);
        assert_eq!(with_index_change(&request, None, 0, &IndexChange::Other), request);
        let added = with_index_change(&request, None, 2, &IndexChange::Delete { name: "i".into() });
        assert_eq!(added["GlobalSecondaryIndexUpdates"][2], json!({"Delete": {"IndexName": "i"}}));
    }

    #[test]
    fn a_streams_word_is_its_setting() {
        for word in ["", "none", "NEW_IMAGE"] {
            let setting = stream_setting(word).unwrap_or_default();
            assert_eq!(stream(&json!({ "StreamSpecification": setting })), word);
        }
    }
}
