//! The TransactWriteItems request as rows, and what the rows change in it. The JSON is the one truth: what the rows do not
//! know stays as it is.
//!
//! Follows [TransactWriteItems](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html).

use serde_json::{Map, Value, json};

use crate::state::attribute::{from_text, placeholders, retype, to_text};
use crate::state::tables::{Keys, TableDescription};

/// What an action can do, in the order of the documentation.
pub const KINDS: [&str; 4] = ["ConditionCheck", "Put", "Delete", "Update"];

/// A change that a row asks for; the first number is the action's, from 0.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Another kind of action.
    Kind(usize, String),
    /// Another table.
    Table(usize, String),
    /// A member that is text; goes where it is empty.
    Text(usize, &'static str, String),
    /// An attribute of `Key`, `Item` or `ExpressionAttributeValues`: its type and its text.
    Typed(usize, &'static str, String, String, String),
    /// The same attribute under another type.
    Type(usize, &'static str, String, String),
    /// What a #placeholder stands for.
    Name(usize, String, String),
    /// An attribute or a placeholder goes.
    Forget(usize, &'static str, String),
    /// Whether a failed condition hands out the item.
    ReturnItem(usize, bool),
    /// The action goes.
    Remove(usize),
    /// A new action at the end.
    Add(&'static str),
    /// The ClientRequestToken; none where it is empty.
    Token(String),
}

/// The actions: kind and content. What is no action stands as an empty kind.
pub fn actions(request: &Value) -> Vec<(&str, &Value)> {
    let list = request["TransactItems"].as_array().into_iter().flatten();
    list.map(|item| match item.as_object().and_then(|map| map.iter().next()) {
        Some((kind, content)) => (kind.as_str(), content),
        None => ("", &Value::Null),
    })
    .collect()
}

/// An action's key: its `Key`, or the key attributes of its `Item`.
pub fn key_of(kind: &str, content: &Value, keys: Option<&Keys>) -> Option<Value> {
    match (kind, keys) {
        ("Put", Some(keys)) => {
            let part = |name: String| Some((name.clone(), content["Item"].get(&name)?.clone()));
            keys.names().into_iter().map(part).collect::<Option<Map<_, _>>>().map(Value::Object)
        }
        _ => content.get("Key").cloned(),
    }
}

/// A new action of that kind on that table.
pub fn template(kind: &str, table: Option<&TableDescription>) -> Value {
    let parts = table.into_iter().flat_map(|table| table.keys.all());
    let blank = |kind: &str| from_text(kind, if kind == "N" { "0" } else { "" });
    let key: Map<String, Value> =
        parts.map(|part| (part.name.clone(), blank(&part.attribute_type))).collect();
    let mut content = json!({ "TableName": table.map(|table| table.name.as_str()).unwrap_or_default() });
    match kind {
        "Put" => content["Item"] = Value::Object(key),
        "ConditionCheck" => {
            let first = key.keys().next().cloned().unwrap_or_default();
            content["Key"] = Value::Object(key);
            content["ConditionExpression"] = format!("attribute_exists({first})").into();
        }
        "Update" => {
            content["Key"] = Value::Object(key);
            content["UpdateExpression"] = "SET note = :note".into();
            content["ExpressionAttributeValues"] = json!({ ":note": { "S": "" } });
        }
        _ => content["Key"] = Value::Object(key),
    }
    json!({ kind: content })
}

/// Makes a change. `tables` are those that there are.
pub fn apply(request: &mut Value, edit: Edit, tables: &[std::rc::Rc<TableDescription>]) {
    if !request.is_object() {
        *request = json!({});
    }
    if !request["TransactItems"].is_array() {
        request["TransactItems"] = json!([]);
    }
    let table = |name: &str| tables.iter().find(|table| table.name == name).map(|table| &**table);
    match edit {
        Edit::Token(token) => set(request, "ClientRequestToken", (!token.is_empty()).then_some(token.into())),
        Edit::Add(kind) => {
            let last = actions(request).last().and_then(|(_, content)| content["TableName"].as_str());
            let table = last.and_then(table).or(tables.first().map(|table| &**table));
            let action = template(kind, table);
            list(request).push(action);
        }
        Edit::Remove(at) => drop((at < list(request).len()).then(|| list(request).remove(at))),
        Edit::Kind(at, kind) => {
            let Some(slot) = list(request).get_mut(at) else { return };
            let old = slot.as_object().and_then(|map| map.values().next()).cloned().unwrap_or_default();
            let name = old["TableName"].as_str().unwrap_or_default();
            let mut next = template(&kind, table(name));
            let content = &mut next[&kind];
            content["TableName"] = name.into();
            let key = old.get("Key").or(old.get("Item")).cloned().unwrap_or_default();
            let member = if kind == "Put" { "Item" } else { "Key" };
            for (name, value) in content[member].as_object_mut().into_iter().flatten() {
                if let Some(known) = key.get(name.as_str()) {
                    *value = known.clone();
                }
            }
            if let Some(condition) = old.get("ConditionExpression") {
                content["ConditionExpression"] = condition.clone();
                for member in ["ExpressionAttributeNames", "ExpressionAttributeValues"] {
                    let used = used(content);
                    let kept = old[member].as_object().into_iter().flatten();
                    for (name, value) in kept.filter(|(name, _)| used.contains(name)) {
                        set_in(content, member, name.clone(), value.clone());
                    }
                }
            }
            *slot = next;
        }
        Edit::Table(at, name) => {
            let keys = table(&name).map(|table| template("Delete", Some(table))["Delete"]["Key"].clone());
            let Some((kind, content)) = content(request, at) else { return };
            content["TableName"] = name.into();
            let member = if kind == "Put" { "Item" } else { "Key" };
            let same = |key: &Value| {
                let names =
                    |value: &Value| value.as_object().map(|map| map.keys().cloned().collect::<Vec<_>>());
                names(key) == names(&content[member])
            };
            if let Some(key) = keys.filter(|key| !same(key)) {
                content[member] = key;
            }
        }
        Edit::Text(at, member, text) => {
            if let Some((_, content)) = content(request, at) {
                set(content, member, (!text.is_empty()).then_some(text.into()));
            }
        }
        Edit::Typed(at, member, name, kind, text) => {
            if let Some((_, content)) = content(request, at) {
                set_in(content, member, name, from_text(&kind, &text));
            }
        }
        Edit::Type(at, member, name, kind) => {
            if let Some((_, content)) = content(request, at) {
                let (_, text) = to_text(&content[member][&name]);
                set_in(content, member, name, retype(&kind, &text));
            }
        }
        Edit::Name(at, placeholder, name) => {
            if let Some((_, content)) = content(request, at) {
                set_in(content, "ExpressionAttributeNames", placeholder, name.into());
            }
        }
        Edit::Forget(at, member, name) => {
            if let Some((_, content)) = content(request, at)
                && let Some(map) = content.get_mut(member).and_then(Value::as_object_mut)
            {
                map.remove(&name);
                if map.is_empty() && member.starts_with("Expression") {
                    set(content, member, None);
                }
            }
        }
        Edit::ReturnItem(at, on) => {
            if let Some((_, content)) = content(request, at) {
                set(content, "ReturnValuesOnConditionCheckFailure", on.then(|| "ALL_OLD".into()));
            }
        }
    }
}

/// The names of the placeholders that an action's expressions use.
pub fn used(content: &Value) -> Vec<String> {
    let texts =
        ["UpdateExpression", "ConditionExpression"].map(|member| content[member].as_str().unwrap_or(""));
    let mut names: Vec<String> = Vec::new();
    for name in texts.into_iter().flat_map(placeholders) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// The placeholders of an action: those that are used, then those that are only given; and whether it is used.
pub fn listed(content: &Value) -> Vec<(String, bool)> {
    let mut names: Vec<(String, bool)> = used(content).into_iter().map(|name| (name, true)).collect();
    for member in ["ExpressionAttributeNames", "ExpressionAttributeValues"] {
        for (name, _) in content[member].as_object().into_iter().flatten() {
            if !names.iter().any(|(known, _)| known == name) {
                names.push((name.clone(), false));
            }
        }
    }
    names
}

fn list(request: &mut Value) -> &mut Vec<Value> {
    request["TransactItems"].as_array_mut().expect("it was made a list at the door")
}

fn content(request: &mut Value, at: usize) -> Option<(String, &mut Value)> {
    let (kind, content) = list(request).get_mut(at)?.as_object_mut()?.iter_mut().next()?;
    content.is_object().then(|| (kind.clone(), content))
}

fn set(value: &mut Value, member: &str, to: Option<Value>) {
    let Some(map) = value.as_object_mut() else { return };
    match to {
        Some(to) => map.insert(member.to_owned(), to),
        None => map.remove(member),
    };
}

fn set_in(value: &mut Value, member: &str, name: String, to: Value) {
    if !value[member].is_object() {
        value[member] = json!({});
    }
    value[member][name] = to;
}

#[cfg(test)]
mod tests {
    use super::super::presets::transfer;
    use super::*;
    use std::rc::Rc;

    fn tables() -> Vec<Rc<TableDescription>> {
        let described = |name: &str, key: &str| {
            let schema = json!([{"AttributeName": key, "KeyType": "HASH"}]);
            let body = json!({"TableName": name, "KeySchema": schema,
                "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"}]});
            Rc::new(TableDescription::read(&body).unwrap())
        };
        vec![described("Accounts", "account_id"), described("Orders", "order_id")]
    }

    #[test]
    fn a_row_changes_its_own_action_and_leaves_the_rest() {
        let mut request = transfer("100");
        request["Strange"] = json!(1);
        let before = request["TransactItems"][1].clone();
        apply(
            &mut request,
            Edit::Typed(0, "Key", "account_id".into(), "S".into(), "account9".into()),
            &tables(),
        );
        apply(&mut request, Edit::Text(0, "ConditionExpression", String::new()), &tables());
        apply(&mut request, Edit::ReturnItem(0, false), &tables());
        apply(&mut request, Edit::Token("t".into()), &tables());
        let update = &request["TransactItems"][0]["Update"];
        assert_eq!(update["Key"], json!({"account_id": {"S": "account9"}}));
        assert_eq!((update.get("ConditionExpression"), &request["ClientRequestToken"]), (None, &json!("t")));
        assert_eq!((&request["TransactItems"][1], &request["Strange"]), (&before, &json!(1)));
        apply(&mut request, Edit::Remove(0), &tables());
        assert_eq!(actions(&request).len(), 1);
        apply(&mut request, Edit::Remove(7), &tables());
    }

    #[test]
    fn another_kind_keeps_the_key_and_what_the_condition_needs() {
        let mut request = transfer("100");
        apply(&mut request, Edit::Kind(0, "ConditionCheck".into()), &tables());
        let check = &request["TransactItems"][0]["ConditionCheck"];
        assert_eq!(check["Key"], json!({"account_id": {"S": "account1"}}));
        assert_eq!(check["ConditionExpression"], "balance >= :amount");
        assert_eq!(check["ExpressionAttributeValues"], json!({":amount": {"N": "100"}}));
        assert_eq!(check.get("UpdateExpression"), None);
        apply(&mut request, Edit::Kind(1, "Put".into()), &tables());
        let put = &request["TransactItems"][1]["Put"];
        assert_eq!(put["Item"], json!({"account_id": {"S": "account2"}}));
        assert_eq!(
            key_of("Put", put, Some(&tables()[0].keys)),
            Some(json!({"account_id": {"S": "account2"}}))
        );
    }

    #[test]
    fn another_table_has_another_key() {
        let mut request = transfer("100");
        apply(&mut request, Edit::Table(0, "Orders".into()), &tables());
        assert_eq!(request["TransactItems"][0]["Update"]["Key"], json!({"order_id": {"S": ""}}));
        apply(&mut request, Edit::Add("Delete"), &tables());
        assert_eq!(request["TransactItems"][2]["Delete"]["Key"], json!({"account_id": {"S": ""}}));
    }

    #[test]
    fn what_is_no_request_becomes_one() {
        let mut request = json!([1]);
        apply(&mut request, Edit::Add("Put"), &[]);
        assert_eq!(request, json!({"TransactItems": [{"Put": {"TableName": "", "Item": {}}}]}));
        assert_eq!(actions(&json!({"TransactItems": [3, {}]})), [("", &Value::Null), ("", &Value::Null)]);
    }

    #[test]
    fn placeholders_are_listed_once_used_ones_first() {
        let content = json!({"UpdateExpression": "SET a = a - :x", "ConditionExpression": "#a >= :x",
            "ExpressionAttributeValues": {":x": {"N": "1"}, ":zero": {"N": "0"}}});
        let expected = [(":x".to_owned(), true), ("#a".to_owned(), true), (":zero".to_owned(), false)];
        assert_eq!(listed(&content), expected);
    }
}
