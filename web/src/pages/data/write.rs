//! The requests that change one item, and what their refusals say about it.
//!
//! Follows [PutItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html),
//! [UpdateItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html) and
//! [optimistic locking](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html).
//! Sends nothing.

use engine::model::Number;
use serde_json::{Map, Value, json};

use super::draft::{Item, Row};
use super::value::{is_json, value_of};
use crate::protocol::ClientError;

/// The key of an item: its key attributes alone.
pub fn key_of(item: &Item, keys: &[String]) -> Item {
    keys.iter().filter_map(|name| Some((name.clone(), item.get(name)?.clone()))).collect()
}

/// GetItem of what is stored now.
pub fn get(table: &str, key: &Item) -> Value {
    json!({ "TableName": table, "Key": key, "ConsistentRead": true })
}

/// PutItem that replaces nothing.
pub fn add(table: &str, item: &Item, keys: &[String]) -> Value {
    json!({
        "TableName": table,
        "Item": item,
        "ConditionExpression": "attribute_not_exists(#key)",
        "ExpressionAttributeNames": { "#key": keys.first() },
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    })
}

/// PutItem, whatever is there.
pub fn replace(table: &str, item: &Item) -> Value {
    json!({ "TableName": table, "Item": item })
}

/// DeleteItem that answers what it deleted.
pub fn delete(table: &str, key: &Item) -> Value {
    json!({ "TableName": table, "Key": key, "ReturnValues": "ALL_OLD" })
}

/// Above this the condition names the changed attributes alone: an expression has
/// [4 KB and 300 operators](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html).
const COMPARED: usize = 100;

/// UpdateItem that makes `edited` of `read`, if what is stored is still as it was read; none where nothing changed. What
/// somebody else added meanwhile stays.
pub fn update(table: &str, read: &Item, edited: &Item, keys: &[String]) -> Option<Value> {
    let mut names = Map::new();
    let mut values = Map::new();
    let mut name = |attribute: &str| {
        let known =
            names.iter().find(|(_, value)| *value == attribute).map(|(name, _): (&String, _)| name.clone());
        known.unwrap_or_else(|| {
            let name = format!("#n{}", names.len());
            names.insert(name.clone(), json!(attribute));
            name
        })
    };
    let mut value = |value: &Value| {
        let name = format!(":v{}", values.len());
        values.insert(name.clone(), value.clone());
        name
    };
    let is_key = |attribute: &String| keys.contains(attribute);
    let mut sets = Vec::new();
    let mut conditions = vec![format!("attribute_exists({})", name(keys.first()?))];
    for (attribute, new) in edited.iter().filter(|(attribute, _)| !is_key(attribute)) {
        if read.get(attribute) != Some(new) {
            sets.push(format!("{} = {}", name(attribute), value(new)));
        }
        if !read.contains_key(attribute) {
            conditions.push(format!("attribute_not_exists({})", name(attribute)));
        }
    }
    let gone = read.keys().filter(|attribute| !is_key(attribute) && !edited.contains_key(*attribute));
    let removes: Vec<String> = gone.map(|attribute| name(attribute)).collect();
    if sets.is_empty() && removes.is_empty() {
        return None;
    }
    for (attribute, old) in read.iter().filter(|(attribute, _)| !is_key(attribute)) {
        if read.len() <= COMPARED || edited.get(attribute) != Some(old) {
            conditions.push(format!("{} = {}", name(attribute), value(old)));
        }
    }
    let mut clauses = Vec::new();
    if !sets.is_empty() {
        clauses.push(format!("SET {}", sets.join(", ")));
    }
    if !removes.is_empty() {
        clauses.push(format!("REMOVE {}", removes.join(", ")));
    }
    let mut request = json!({
        "TableName": table,
        "Key": key_of(read, keys),
        "UpdateExpression": clauses.join(" "),
        "ConditionExpression": conditions.join(" AND "),
        "ReturnValues": "ALL_NEW",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    });
    request["ExpressionAttributeNames"] = Value::Object(names);
    if !values.is_empty() {
        request["ExpressionAttributeValues"] = Value::Object(values);
    }
    Some(request)
}

/// What a failed condition found in the item's place.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// This item.
    Item(Item),
    /// None.
    Nothing,
}

/// Whether the error is a failed condition, and what was found.
pub fn failed_condition(error: &ClientError) -> Option<Found> {
    let ClientError::Api { name, body, .. } = error else { return None };
    if name != "ConditionalCheckFailedException" {
        return None;
    }
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    Some(body["Item"].as_object().map_or(Found::Nothing, |item| Found::Item(item.clone())))
}

/// An attribute that two items do not share.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Its name.
    pub name: String,
    /// In the one.
    pub before: Option<Value>,
    /// In the other.
    pub after: Option<Value>,
}

/// The attributes in which two items differ, by name.
pub fn differences(before: &Item, after: &Item) -> Vec<Difference> {
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    let pairs = names.into_iter().map(|name| (name, before.get(name), after.get(name)));
    let differing = pairs.filter(|(_, before, after)| before != after);
    let owned = differing.map(|(name, before, after)| Difference {
        name: name.clone(),
        before: before.cloned(),
        after: after.cloned(),
    });
    owned.collect()
}

/// Theirs with what was changed here: what `mine` changed of `read`, done to `theirs`.
pub fn merged(read: &Item, mine: &Item, theirs: &Item) -> Item {
    let mut merged = theirs.clone();
    for Difference { name, after, .. } in differences(read, mine) {
        match after {
            Some(value) => merged.insert(name, value),
            None => merged.remove(&name),
        };
    }
    merged
}

/// The row that a refusal is about, where its message names the attribute or says what is wrong with a value.
pub fn culprit(message: &str, rows: &[Row]) -> Option<u32> {
    let find = |wanted: &dyn Fn(&Row) -> bool| rows.iter().find(|row| wanted(row)).map(|row| row.id);
    let says = |part: &str| message.contains(part);
    if says("numeric value")
        || says("significant digits")
        || says("Number overflow")
        || says("Number underflow")
    {
        let number = message.split_once("numeric value: ").map(|(_, number)| number);
        return find(&|row| match row.kind.as_str() {
            "N" => Number::parse(&row.text).is_err(),
            "NS" => elements(row).iter().any(|number| Number::parse(number).is_err()),
            kind => is_json(kind) && number.is_some_and(|number| row.text.contains(number)),
        });
    }
    if says("not be empty") {
        return find(&|row| row.kind.ends_with('S') && row.kind.len() == 2 && elements(row).is_empty());
    }
    if says("duplicates") {
        return find(&|row| {
            let elements = elements(row);
            (1..elements.len()).any(|at| elements[..at].contains(&elements[at]))
        });
    }
    for before in ["for key ", "the key ", "Index Key ", "Key: ", "key: ", "IndexKey: "] {
        let Some((_, rest)) = message.split_once(before) else { continue };
        // The longest name that fits: one may begin with another.
        let named = rows.iter().filter(|row| !row.name.is_empty() && rest.starts_with(row.name.as_str()));
        if let Some(row) = named.max_by_key(|row| row.name.len()) {
            return Some(row.id);
        }
    }
    None
}

/// The elements of a row's set.
fn elements(row: &Row) -> Vec<String> {
    let value = if is_json(&row.kind) { value_of(&row.kind, &row.text).ok() } else { None };
    let list = value.as_ref().and_then(|value| value[row.kind.as_str()].as_array());
    list.into_iter().flatten().map(|element| element.as_str().unwrap_or_default().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(value: Value) -> Item {
        value.as_object().cloned().expect("an object")
    }

    fn keys() -> Vec<String> {
        vec!["id".to_owned()]
    }

    #[test]
    fn an_update_names_what_changed_and_asks_for_what_was_read() {
        let read =
            item(json!({ "id": { "S": "1" }, "a": { "N": "1" }, "b": { "S": "x" }, "c": { "S": "y" } }));
        let edited =
            item(json!({ "id": { "S": "1" }, "a": { "N": "2" }, "b": { "S": "x" }, "d": { "BOOL": true } }));
        let request = update("T", &read, &edited, &keys()).expect("a change");
        assert_eq!(request["Key"], json!({ "id": { "S": "1" } }));
        assert_eq!(request["UpdateExpression"], "SET #n1 = :v0, #n2 = :v1 REMOVE #n3");
        assert_eq!(
            request["ConditionExpression"],
            "attribute_exists(#n0) AND attribute_not_exists(#n2) AND #n1 = :v2 AND #n4 = :v3 AND #n3 = :v4"
        );
        assert_eq!(
            request["ExpressionAttributeNames"],
            json!({ "#n0": "id", "#n1": "a", "#n2": "d", "#n3": "c", "#n4": "b" })
        );
        assert_eq!(
            request["ExpressionAttributeValues"],
            json!({ ":v0": { "N": "2" }, ":v1": { "BOOL": true }, ":v2": { "N": "1" }, ":v3": { "S": "x" }, ":v4": { "S": "y" } })
        );
        assert_eq!(update("T", &read, &read, &keys()), None);
    }

    #[test]
    fn a_wide_item_is_compared_where_it_changed() {
        let mut read: Item = (0..200).map(|n| (format!("a{n:03}"), json!({ "N": "1" }))).collect();
        read.insert("id".into(), json!({ "S": "1" }));
        let mut edited = read.clone();
        edited.remove("a007");
        let request = update("T", &read, &edited, &keys()).expect("a change");
        assert_eq!(request["UpdateExpression"], "REMOVE #n1");
        assert_eq!(request["ConditionExpression"], "attribute_exists(#n0) AND #n1 = :v0");
    }

    #[test]
    fn a_failed_condition_tells_what_it_found() {
        let error = |name: &str, body: Value| ClientError::Api {
            name: name.into(),
            message: "m".into(),
            body: body.to_string(),
        };
        let name = "ConditionalCheckFailedException";
        assert_eq!(failed_condition(&error(name, json!({}))), Some(Found::Nothing));
        let found = json!({ "Item": { "id": { "S": "1" } } });
        assert_eq!(
            failed_condition(&error(name, found)),
            Some(Found::Item(item(json!({ "id": { "S": "1" } }))))
        );
        assert_eq!(failed_condition(&error("ValidationException", json!({}))), None);
        assert_eq!(failed_condition(&ClientError::LeaderChanged { check: String::new() }), None);
    }

    #[test]
    fn differences_are_by_name() {
        let before = item(json!({ "a": { "N": "1" }, "b": { "N": "1" }, "c": { "N": "1" } }));
        let after = item(json!({ "a": { "N": "1" }, "b": { "N": "2" }, "d": { "N": "1" } }));
        let found = differences(&before, &after);
        let names: Vec<&str> = found.iter().map(|difference| difference.name.as_str()).collect();
        assert_eq!(names, ["b", "c", "d"]);
        assert_eq!((&found[1].after, &found[2].before), (&None, &None));
    }

    #[test]
    fn a_merge_keeps_what_each_side_changed() {
        let read = item(json!({ "a": { "N": "1" }, "b": { "N": "1" }, "c": { "N": "1" } }));
        let mine = item(json!({ "a": { "N": "2" }, "b": { "N": "1" } }));
        let theirs =
            item(json!({ "a": { "N": "1" }, "b": { "N": "7" }, "c": { "N": "1" }, "d": { "N": "1" } }));
        let merged = merged(&read, &mine, &theirs);
        assert_eq!(merged, item(json!({ "a": { "N": "2" }, "b": { "N": "7" }, "d": { "N": "1" } })));
    }

    #[test]
    fn a_refusal_finds_its_row() {
        let row = |id, name: &str, kind: &str, text: &str, key| Row {
            id,
            name: name.into(),
            kind: kind.into(),
            text: text.into(),
            key,
        };
        let rows = [
            row(0, "id", "S", "", true),
            row(1, "id_of_other", "N", "12", false),
            row(2, "n", "N", "abc", false),
            row(3, "tags", "SS", "[]", false),
            row(4, "codes", "NS", "[1, 1]", false),
        ];
        let of = |message: &str| culprit(message, &rows);
        assert_eq!(of("The parameter cannot be converted to a numeric value: abc"), Some(2));
        assert_eq!(
            of(
                "One or more parameter values were invalid: Type mismatch for key id_of_other expected: S actual: N"
            ),
            Some(1)
        );
        assert_eq!(of("One or more parameter values were invalid: Missing the key id in the item"), Some(0));
        assert_eq!(of("One or more parameter values were invalid: An string set  may not be empty"), Some(3));
        assert_eq!(
            of(
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id"
            ),
            Some(0)
        );
        assert_eq!(of("Input collection contains duplicates"), Some(4));
        assert_eq!(of("Requested resource not found"), None);
    }
}
