//! The batches and transactions as rows: each row is one read or write, flat as a request of its own (`TableName`, `Key` or
//! `Item`, …), and goes back to where it stood. What the rows do not know stays as it is.
//!
//! Follows [BatchGetItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html),
//! [BatchWriteItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html) and
//! [TransactWriteItems](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html).

use serde_json::{Map, Value, json};

use crate::state::attribute::placeholders;
use crate::state::json_text::entries;
use crate::state::tables::{KeyPart, Keys, TableDescription};

/// How an operation keeps its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `RequestItems`, a table's `Keys`.
    Keys,
    /// `RequestItems`, a table's list of writes.
    Writes,
    /// `TransactItems`, each a `Get`.
    Gets,
    /// `TransactItems`, each a write or a check.
    Actions,
}

impl Shape {
    /// The kinds that a row can be.
    pub fn kinds(self) -> &'static [&'static str] {
        match self {
            Shape::Keys | Shape::Gets => &["Get"],
            Shape::Writes => &["Put", "Delete"],
            Shape::Actions => &["Put", "Update", "Delete", "ConditionCheck"],
        }
    }

    /// The member of a list's entry that holds a row of that kind.
    fn member(self, kind: &str) -> String {
        if self == Shape::Writes { format!("{kind}Request") } else { kind.to_owned() }
    }

    fn by_table(self) -> bool {
        matches!(self, Shape::Keys | Shape::Writes)
    }
}

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// `Get`, `Put`…; empty where it is none that the form knows.
    pub kind: String,
    /// Its content, with its `TableName`.
    pub content: Value,
    /// Whether it is the first of its table (where tables hold the rows).
    pub first: bool,
}

/// The rows of a request.
pub fn rows(shape: Shape, request: &Value) -> Vec<Row> {
    places(shape, request).iter().map(|(table, at)| read(shape, request, table, *at)).collect()
}

/// Where each row stands: its table (where tables hold the rows) and its place in the list.
fn places(shape: Shape, request: &Value) -> Vec<(String, usize)> {
    let tables = if shape.by_table() {
        entries(&request["RequestItems"]).into_iter().map(|(name, _)| name.clone()).collect()
    } else {
        vec![String::new()]
    };
    let of = |table: String| {
        let count = list(shape, request, &table).map_or(0, Vec::len);
        (0..count).map(move |at| (table.clone(), at))
    };
    tables.into_iter().flat_map(of).collect()
}

fn list<'a>(shape: Shape, request: &'a Value, table: &str) -> Option<&'a Vec<Value>> {
    match shape {
        Shape::Keys => request["RequestItems"][table]["Keys"].as_array(),
        Shape::Writes => request["RequestItems"][table].as_array(),
        Shape::Gets | Shape::Actions => request["TransactItems"].as_array(),
    }
}

/// The list that rows of that table stand in; made where it is not there.
fn list_mut<'a>(shape: Shape, request: &'a mut Value, table: &str) -> Option<&'a mut Vec<Value>> {
    let top = if shape.by_table() { "RequestItems" } else { "TransactItems" };
    let top = request.as_object_mut()?.entry(top).or_insert(Value::Null);
    let mut slot = match shape {
        Shape::Gets | Shape::Actions => top,
        Shape::Keys | Shape::Writes => {
            if top.is_null() {
                *top = json!({});
            }
            top.as_object_mut()?.entry(table).or_insert(Value::Null)
        }
    };
    if shape == Shape::Keys {
        if slot.is_null() {
            *slot = json!({});
        }
        slot = slot.as_object_mut()?.entry("Keys").or_insert(Value::Null);
    }
    if slot.is_null() {
        *slot = json!([]);
    }
    slot.as_array_mut()
}

fn read(shape: Shape, request: &Value, table: &str, at: usize) -> Row {
    let entry = list(shape, request, table).and_then(|list| list.get(at)).unwrap_or(&Value::Null);
    if shape == Shape::Keys {
        let mut content = request["RequestItems"][table].clone();
        if let Some(map) = content.as_object_mut() {
            map.remove("Keys");
            map.insert("Key".into(), entry.clone());
            map.insert("TableName".into(), table.into());
        }
        return Row { kind: "Get".into(), content, first: at == 0 };
    }
    let known = |kind: &&&str| entry[shape.member(kind)].is_object();
    let Some(kind) = shape.kinds().iter().find(known) else {
        return Row { kind: String::new(), content: json!({ "TableName": table }), first: at == 0 };
    };
    let mut content = entry[shape.member(kind)].clone();
    if shape == Shape::Writes {
        content["TableName"] = table.into();
    }
    Row { kind: (*kind).into(), content, first: at == 0 }
}

/// Puts a row, as it now is, where the row `at` stands. A row of another table moves to that table's.
pub fn replace(shape: Shape, request: &mut Value, at: usize, row: &Row) {
    let Some((table, place)) = places(shape, request).into_iter().nth(at) else { return };
    let old = read(shape, request, &table, place);
    let to = row.content["TableName"].as_str().unwrap_or_default().to_owned();
    if !shape.by_table() || to == table {
        let Some(slot) = list_mut(shape, request, &table).and_then(|list| list.get_mut(place)) else {
            return;
        };
        put(shape, slot, &old.kind, row);
        if shape == Shape::Keys {
            let keys = request["RequestItems"][&table]["Keys"].clone();
            let mut entry = rest(&row.content);
            entry.insert("Keys".into(), keys);
            request["RequestItems"][&table] = Value::Object(entry);
        }
        return;
    }
    let mut entry = list(shape, request, &table).map_or(Value::Null, |list| list[place].clone());
    put(shape, &mut entry, &old.kind, row);
    let last = remove(shape, request, at);
    if let Some(list) = list_mut(shape, request, &to) {
        list.push(entry);
    }
    if last && shape == Shape::Keys {
        // The table's own members go along with its last key.
        for (name, value) in rest(&row.content) {
            if let Some(to) = request["RequestItems"][&to].as_object_mut() {
                to.entry(name).or_insert(value);
            }
        }
    }
}

/// The members of a key's row that belong to its table.
fn rest(content: &Value) -> Map<String, Value> {
    let mut map = content.as_object().cloned().unwrap_or_default();
    map.remove("Key");
    map.remove("TableName");
    map
}

fn put(shape: Shape, slot: &mut Value, old_kind: &str, row: &Row) {
    if shape == Shape::Keys {
        *slot = row.content["Key"].clone();
        return;
    }
    if !slot.is_object() {
        *slot = json!({});
    }
    let Some(map) = slot.as_object_mut() else { return };
    let mut content = row.content.clone();
    if let (Shape::Writes, Some(content)) = (shape, content.as_object_mut()) {
        content.remove("TableName");
    }
    if old_kind != row.kind {
        map.remove(&shape.member(old_kind));
    }
    map.insert(shape.member(&row.kind), content);
}

/// Takes a row out; a table without rows goes too. Says whether that was its last.
pub fn remove(shape: Shape, request: &mut Value, at: usize) -> bool {
    let Some((table, place)) = places(shape, request).into_iter().nth(at) else { return false };
    let Some(list) = list_mut(shape, request, &table) else { return false };
    list.remove(place);
    let last = list.is_empty();
    if let (true, true, Some(map)) = (last, shape.by_table(), request["RequestItems"].as_object_mut()) {
        map.remove(&table);
    }
    last
}

/// A new row at the end of its table's, or of the list.
pub fn add(shape: Shape, request: &mut Value, row: &Row) {
    let table = row.content["TableName"].as_str().unwrap_or_default().to_owned();
    let mut entry = Value::Null;
    put(shape, &mut entry, "", row);
    if let Some(list) = list_mut(shape, request, &table) {
        list.push(entry);
    }
}

/// An empty value of a key attribute.
fn empty(part: &KeyPart) -> Value {
    let text = if part.attribute_type == "N" { "0" } else { "" };
    json!({ part.attribute_type.as_str(): text })
}

/// The key of a table with empty values.
pub fn blank_key(table: Option<&TableDescription>) -> Value {
    let parts = table.into_iter().flat_map(|table| table.keys.all());
    Value::Object(parts.map(|part| (part.name.clone(), empty(part))).collect())
}

/// A new row of that kind.
pub fn blank(kind: &str, table: Option<&TableDescription>) -> Row {
    let name = table.map_or("", |table| table.name.as_str());
    let content = json!({ "TableName": name, "Key": blank_key(table) });
    turned(&Row { kind: String::new(), content, first: false }, kind, table)
}

/// The row as another kind: its key and its condition stay, and every member that the other kind knows. What only the update
/// used of the placeholders goes with it.
pub fn turned(row: &Row, kind: &str, table: Option<&TableDescription>) -> Row {
    let mut content = row.content.clone();
    if let Some(map) = content.as_object_mut() {
        let old = map.remove("Key").or_else(|| map.remove("Item")).unwrap_or_else(|| blank_key(table));
        if kind == "Put" {
            map.insert("Item".into(), old);
        } else {
            let key = match table {
                Some(table) => {
                    let mut key = blank_key(Some(table));
                    for (name, value) in key.as_object_mut().into_iter().flatten() {
                        if let Some(known) = old.get(name.as_str()) {
                            *value = known.clone();
                        }
                    }
                    key
                }
                None => old,
            };
            map.insert("Key".into(), key);
        }
        match (kind, map.get("UpdateExpression").and_then(Value::as_str).map(str::to_owned)) {
            ("Update", None) => drop(map.insert("UpdateExpression".into(), "".into())),
            ("Update", Some(_)) | (_, None) => {}
            (_, Some(update)) => {
                map.remove("UpdateExpression");
                let condition = map.get("ConditionExpression").and_then(Value::as_str).unwrap_or_default();
                let kept: Vec<String> = placeholders(condition).into_iter().map(str::to_owned).collect();
                for name in placeholders(&update) {
                    if !kept.iter().any(|other| other == name) {
                        take(map, name);
                    }
                }
            }
        }
        if kind == "ConditionCheck" && !map.contains_key("ConditionExpression") {
            let hash =
                table.and_then(|table| table.keys.hash.first()).map_or("pk", |part| part.name.as_str());
            map.insert("ConditionExpression".into(), "attribute_exists(#key)".into());
            let names = map.entry("ExpressionAttributeNames").or_insert_with(|| json!({}));
            if let Some(names) = names.as_object_mut() {
                names.insert("#key".into(), hash.into());
            }
        }
    }
    Row { kind: kind.into(), content, first: row.first }
}

/// Takes a placeholder out.
fn take(map: &mut Map<String, Value>, name: &str) {
    for member in ["ExpressionAttributeNames", "ExpressionAttributeValues"] {
        let Some(all) = map.get_mut(member).and_then(Value::as_object_mut) else { continue };
        all.remove(name);
        if all.is_empty() {
            map.remove(member);
        }
    }
}

impl Row {
    /// The table that it is about.
    pub fn table(&self) -> &str {
        self.content["TableName"].as_str().unwrap_or_default()
    }

    /// Its key: its `Key`, or the key attributes of its `Item`.
    pub fn key(&self, keys: Option<&Keys>) -> Option<Value> {
        match (self.kind.as_str(), keys) {
            ("Put", Some(keys)) => {
                let part = |name: String| Some((name.clone(), self.content["Item"].get(&name)?.clone()));
                keys.names().into_iter().map(part).collect::<Option<Map<_, _>>>().map(Value::Object)
            }
            _ => self.content.get("Key").cloned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str) -> TableDescription {
        TableDescription::read(&json!({
            "TableName": name, "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}]}))
        .unwrap()
    }

    fn key(id: u32) -> Value {
        json!({"id": {"N": id.to_string()}})
    }

    #[test]
    fn a_batch_of_keys_is_rows_and_back() {
        let begun = json!({"ReturnConsumedCapacity": "TOTAL", "RequestItems": {
            "A": {"Keys": [key(1), key(2)], "ConsistentRead": true, "AttributesToGet": ["id"]}}});
        let mut request = begun.clone();
        let list = rows(Shape::Keys, &request);
        assert_eq!((list.len(), list[0].first, list[1].first), (2, true, false));
        for (at, row) in list.iter().enumerate() {
            replace(Shape::Keys, &mut request, at, row);
        }
        assert_eq!(request, begun);
        let mut second = list[1].clone();
        second.content["Key"] = key(7);
        replace(Shape::Keys, &mut request, 1, &second);
        assert_eq!(request["RequestItems"]["A"]["Keys"], json!([key(1), key(7)]));
        second.content["TableName"] = "B".into();
        replace(Shape::Keys, &mut request, 1, &second);
        assert_eq!(request["RequestItems"]["B"], json!({"Keys": [key(7)]}));
        let mut first = rows(Shape::Keys, &request)[0].clone();
        first.content["TableName"] = "B".into();
        replace(Shape::Keys, &mut request, 0, &first);
        assert_eq!(
            request,
            json!({"ReturnConsumedCapacity": "TOTAL", "RequestItems": {
                "B": {"Keys": [key(7), key(1)], "ConsistentRead": true, "AttributesToGet": ["id"]}}})
        );
        add(Shape::Keys, &mut request, &blank("Get", Some(&table("C"))));
        assert_eq!(request["RequestItems"]["C"], json!({"Keys": [key(0)]}));
        assert!(remove(Shape::Keys, &mut request, 2));
        assert!(request["RequestItems"].get("C").is_none());
    }

    #[test]
    fn a_batch_of_writes_turns_and_moves() {
        let mut request = json!({"RequestItems": {"A": [
            {"PutRequest": {"Item": {"id": {"N": "1"}, "x": {"S": "y"}}}}, {"Strange": 1}]}});
        let list = rows(Shape::Writes, &request);
        assert_eq!((list[0].kind.as_str(), list[1].kind.as_str()), ("Put", ""));
        replace(Shape::Writes, &mut request, 0, &turned(&list[0], "Delete", Some(&table("A"))));
        assert_eq!(
            request,
            json!({"RequestItems": {"A": [{"DeleteRequest": {"Key": key(1)}}, {"Strange": 1}]}})
        );
        let mut row = rows(Shape::Writes, &request)[0].clone();
        row.content["TableName"] = "B".into();
        replace(Shape::Writes, &mut request, 0, &row);
        assert_eq!(
            request,
            json!({"RequestItems": {"A": [{"Strange": 1}], "B": [{"DeleteRequest": {"Key": key(1)}}]}})
        );
    }

    #[test]
    fn a_transaction_keeps_its_order_and_what_it_does_not_know() {
        let mut request = json!({"ClientRequestToken": "t", "TransactItems": [
            {"Put": {"TableName": "A", "Item": key(1), "Odd": true}}, {"Delete": {"TableName": "A", "Key": key(2)}}]});
        let list = rows(Shape::Actions, &request);
        let mut row = turned(&list[0], "Update", Some(&table("A")));
        row.content["UpdateExpression"] = "SET x = :x".into();
        replace(Shape::Actions, &mut request, 0, &row);
        assert_eq!(
            request["TransactItems"][0],
            json!({"Update": {"TableName": "A", "Key": key(1), "Odd": true, "UpdateExpression": "SET x = :x"}})
        );
        assert_eq!(request["TransactItems"][1], json!({"Delete": {"TableName": "A", "Key": key(2)}}));
        let mut empty = json!({});
        add(Shape::Gets, &mut empty, &blank("Get", Some(&table("A"))));
        assert_eq!(empty, json!({"TransactItems": [{"Get": {"TableName": "A", "Key": key(0)}}]}));
    }

    #[test]
    fn another_kind_keeps_the_key_and_what_the_condition_needs() {
        let request = json!({"TransactItems": [{"Update": {"TableName": "A", "Key": key(1),
            "UpdateExpression": "SET a = a - :x, b = :b", "ConditionExpression": "a >= :x",
            "ExpressionAttributeValues": {":x": {"N": "1"}, ":b": {"N": "2"}, ":left": {"N": "3"}}}}]});
        let row = &rows(Shape::Actions, &request)[0];
        let check = turned(row, "ConditionCheck", Some(&table("A")));
        assert_eq!(check.key(None), Some(key(1)));
        assert_eq!(check.content["ConditionExpression"], "a >= :x");
        assert_eq!(
            check.content["ExpressionAttributeValues"],
            json!({":x": {"N": "1"}, ":left": {"N": "3"}})
        );
        assert_eq!(check.content.get("UpdateExpression"), None);
        let put = turned(&check, "Put", Some(&table("A")));
        assert_eq!((put.table(), put.key(Some(&table("A").keys))), ("A", Some(key(1))));
    }

    #[test]
    fn a_new_row_has_the_members_that_its_kind_needs() {
        let update = blank("Update", Some(&table("A")));
        assert_eq!(update.content, json!({"TableName": "A", "Key": key(0), "UpdateExpression": ""}));
        let check = blank("ConditionCheck", Some(&table("A")));
        assert_eq!(check.content["ExpressionAttributeNames"], json!({"#key": "id"}));
        assert_eq!(blank("Delete", None).content, json!({"TableName": "", "Key": {}}));
    }
}
