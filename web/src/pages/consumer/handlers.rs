//! Functions to choose from: each is a set of rules that the reader may change, and the table that it writes.

use serde_json::{Value, json};

use crate::state::tables::TableDescription;

/// A function to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    /// Its id, and the function's name.
    pub id: &'static str,
    /// What it does.
    pub title: &'static str,
    /// What there is to see.
    pub note: &'static str,
    /// What the attribute is for; empty where it needs none.
    pub attribute: &'static str,
    /// What the table that it writes is called, behind the stream's table.
    pub suffix: &'static str,
    /// The seconds of its tumbling windows.
    pub window_s: u64,
}

/// All of them.
pub const HANDLERS: [Handler; 6] = [
    Handler {
        id: "add-up",
        title: "Add up a total",
        note: "ADD makes a duplicate visible: a record that is delivered twice counts twice.",
        attribute: "Attribute to add up",
        suffix: "Totals",
        window_s: 0,
    },
    Handler {
        id: "add-up-windows",
        title: "Add up a total for each window",
        note: "The total is the tumbling window's state, and is written once, when the window ends.",
        attribute: "Attribute to add up",
        suffix: "Windows",
        window_s: 60,
    },
    Handler {
        id: "search-index",
        title: "Keep a search index",
        note: "One item for each word of a text: an inverted index that a Query reads by its word.",
        attribute: "Attribute with the text",
        suffix: "Words",
        window_s: 0,
    },
    Handler {
        id: "invalidate-cache",
        title: "Invalidate a cache",
        note: "Whatever changes is taken out of the cache table. Deleting twice does no harm: it is idempotent.",
        attribute: "",
        suffix: "Cache",
        window_s: 0,
    },
    Handler {
        id: "audit-log",
        title: "Write an audit log",
        note: "Every change with both images, under its sequence number: a duplicate writes the same item again.",
        attribute: "",
        suffix: "Audit",
        window_s: 0,
    },
    Handler {
        id: "copy",
        title: "Copy to another table",
        note: "The new image is put, and what was removed is deleted.",
        attribute: "",
        suffix: "Copy",
        window_s: 0,
    },
];

/// The handler of that id.
pub fn handler(id: &str) -> Handler {
    HANDLERS.into_iter().find(|handler| handler.id == id).unwrap_or(HANDLERS[0])
}

/// A key in one text: `{dynamodb.Keys.user_id}#{dynamodb.Keys.order_id}`.
fn key_text(table: &TableDescription) -> String {
    let holes: Vec<String> =
        table.keys.all().map(|part| format!("{{dynamodb.Keys.{}}}", part.name)).collect();
    holes.join("#")
}

fn exists(image: &str, attribute: &str) -> Value {
    json!({
        "ConditionExpression": format!("attribute_exists(dynamodb.{image}.#a)"),
        "ExpressionAttributeNames": { "#a": attribute },
    })
}

/// A handler's rules, for a table and the table that it writes.
pub fn rules(handler: Handler, table: &TableDescription, target: &str, attribute: &str) -> Value {
    let add = |image: &str, sign: &str| {
        json!({ "If": exists(image, attribute), "Then": { "UpdateItem": {
            "TableName": target, "Key": { "id": { "S": "all" } }, "UpdateExpression": "ADD #a :n",
            "ExpressionAttributeNames": { "#a": attribute },
            "ExpressionAttributeValues": { ":n": { "N": format!("{{{sign}dynamodb.{image}.{attribute}}}") } },
        } } })
    };
    let word = |image: &str, then: Value| json!({ "If": exists(image, attribute), "ForEach": format!("dynamodb.{image}.{attribute}"), "Then": then });
    let entry = json!({ "word": { "S": "{word}" }, "item": { "S": key_text(table) } });
    match handler.id {
        "add-up" => json!([add("NewImage", ""), add("OldImage", "-")]),
        "add-up-windows" => json!([
            { "If": exists("NewImage", attribute), "Then": { "UpdateState": {
                "UpdateExpression": "ADD amount :n, records :one",
                "ExpressionAttributeValues": {
                    ":n": { "N": format!("{{dynamodb.NewImage.{attribute}}}") }, ":one": { "N": "1" },
                },
            } } },
            { "AtWindowEnd": true, "Then": { "PutItem": { "TableName": target, "Item": {
                "id": { "S": "{window.start}" }, "amount": { "From": "state.amount" },
                "records": { "From": "state.records" },
            } } } },
        ]),
        "search-index" => json!([
            word("OldImage", json!({ "DeleteItem": { "TableName": target, "Key": entry } })),
            word("NewImage", json!({ "PutItem": { "TableName": target, "Item": entry } })),
        ]),
        "invalidate-cache" => {
            json!([{ "Then": { "DeleteItem": { "TableName": target, "Key": { "id": { "S": key_text(table) } } } } }])
        }
        "audit-log" => json!([{ "Then": { "PutItem": { "TableName": target, "Item": {
            "id": { "S": key_text(table) }, "at": { "S": "{dynamodb.SequenceNumber}" },
            "change": { "S": "{eventName}" }, "before": { "From": "dynamodb.OldImage" },
            "after": { "From": "dynamodb.NewImage" },
        } } } }]),
        _ => json!([
            { "If": { "ConditionExpression": "attribute_exists(dynamodb.NewImage)" },
                "Then": { "PutItem": { "TableName": target, "Item": { "From": "dynamodb.NewImage" } } } },
            { "If": { "ConditionExpression": "eventName = :gone", "ExpressionAttributeValues": { ":gone": { "S": "REMOVE" } } },
                "Then": { "DeleteItem": { "TableName": target, "Key": { "From": "dynamodb.Keys" } } } },
        ]),
    }
}

/// The CreateTable request of the table that a handler writes.
pub fn target_table(handler: Handler, table: &TableDescription, target: &str) -> Value {
    let keys: Vec<(String, String)> = match handler.id {
        "search-index" => vec![("word".into(), "S".into()), ("item".into(), "S".into())],
        "audit-log" => vec![("id".into(), "S".into()), ("at".into(), "S".into())],
        "copy" => table.keys.all().map(|part| (part.name.clone(), part.attribute_type.clone())).collect(),
        _ => vec![("id".into(), "S".into())],
    };
    let kinds = ["HASH", "RANGE"];
    let schema: Vec<Value> = keys
        .iter()
        .zip(kinds)
        .map(|((name, _), kind)| json!({ "AttributeName": name, "KeyType": kind }))
        .collect();
    let types: Vec<Value> =
        keys.iter().map(|(name, kind)| json!({ "AttributeName": name, "AttributeType": kind })).collect();
    json!({
        "TableName": target, "BillingMode": "PAY_PER_REQUEST", "KeySchema": schema, "AttributeDefinitions": types,
    })
}

/// Which records the function fails at: the select's value, its label, and the condition.
pub const FAILURES: [(&str, &str, &str); 3] = [
    ("never", "at no record", ""),
    (
        "poison",
        "at a poisoned record: attribute_exists(dynamodb.NewImage.poison)",
        "attribute_exists(dynamodb.NewImage.poison)",
    ),
    ("always", "at every record: it is broken", "attribute_exists(eventName)"),
];

/// Which of [`FAILURES`] a function has.
pub fn failure_of(function: &Value) -> &'static str {
    let condition = function["FailIf"]["ConditionExpression"].as_str().unwrap_or_default();
    FAILURES.iter().find(|(_, _, text)| *text == condition).map_or("never", |(id, _, _)| id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::consumer::function::Function;

    #[test]
    fn every_function_to_choose_is_one() {
        let table = TableDescription::read(&json!({
            "TableName": "Orders", "TableStatus": "ACTIVE",
            "KeySchema": [{"AttributeName": "user", "KeyType": "HASH"}, {"AttributeName": "order", "KeyType": "RANGE"}],
            "AttributeDefinitions": [{"AttributeName": "user", "AttributeType": "S"}, {"AttributeName": "order", "AttributeType": "N"}]
        }))
        .unwrap();
        for handler in HANDLERS {
            for (_, _, condition) in FAILURES {
                let mut function = json!({ "Rules": rules(handler, &table, "Target", "total") });
                if !condition.is_empty() {
                    function["FailIf"] = json!({ "ConditionExpression": condition });
                }
                assert!(Function::read(&function).is_ok(), "{}: {:?}", handler.id, Function::read(&function));
            }
        }
        let copy = target_table(handler("copy"), &table, "Copy");
        assert_eq!(copy["AttributeDefinitions"][1], json!({"AttributeName": "order", "AttributeType": "N"}));
    }
}
