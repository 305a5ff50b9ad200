//! What the form does to a request: each change is made in the JSON, which is the one truth. What the form does not know
//! stays as it is.

use serde_json::{Map, Value};

use super::key_condition::{self, KeyTest};
use super::rows::blank_key;
use super::rows::{self, Row, Shape};
use crate::state::attribute::{from_text, placeholders, retype, to_text};
use crate::state::tables::TableDescription;

/// The members that are expressions.
pub const EXPRESSIONS: [&str; 6] = [
    "KeyConditionExpression",
    "UpdateExpression",
    "ConditionExpression",
    "FilterExpression",
    "ProjectionExpression",
    "SearchConditionExpression",
];

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// A member that is text; goes where it is empty.
    Text(&'static str, String),
    /// A member that is true or false; goes where it is none.
    Flag(&'static str, Option<bool>),
    /// A member that is a number; goes where it is empty, and stays text where it is no number, or not yet written as one is.
    Number(&'static str, String),
    /// An attribute's text, in `Key`, `Item` or `ExpressionAttributeValues`.
    Value(&'static str, String, String),
    /// An attribute's type and text together.
    Typed(&'static str, String, String, String),
    /// An attribute's type.
    Type(&'static str, String, String),
    /// An attribute or placeholder goes.
    Remove(&'static str, String),
    /// What a #placeholder stands for.
    Name(String, String),
    /// The key condition's tests.
    KeyTests(Vec<KeyTest>),
    /// A member, whole.
    Whole(&'static str, Value),
    /// A member goes.
    Forget(&'static str),
    /// The request, whole.
    Request(Value),
    /// A change inside a member that is an object.
    Within(&'static str, Box<Edit>),
    /// A row of a batch or transaction, as it now is.
    Row(Shape, usize, Row),
    /// A new row.
    AddRow(Shape, Row),
    /// A row goes.
    RemoveRow(Shape, usize),
}

/// Makes a change.
pub fn apply(request: &mut Value, edit: Edit) {
    if !request.is_object() {
        *request = Value::Object(Map::new());
    }
    match edit {
        Edit::Text(member, text) => set(request, member, (!text.is_empty()).then(|| Value::from(text))),
        Edit::Flag(member, flag) => set(request, member, flag.map(Value::from)),
        Edit::Number(member, text) => {
            let number = serde_json::from_str::<Value>(text.trim());
            let number =
                number.ok().filter(|number| number.is_number() && format!("{number}") == text.trim());
            set(request, member, (!text.is_empty()).then(|| number.unwrap_or_else(|| Value::from(text))));
        }
        Edit::Value(member, name, text) => {
            let (kind, _) = to_text(&request[member][&name]);
            set_in(request, member, name, from_text(&kind, &text));
        }
        Edit::Typed(member, name, kind, text) => set_in(request, member, name, from_text(&kind, &text)),
        Edit::Type(member, name, kind) => {
            let (_, text) = to_text(&request[member][&name]);
            set_in(request, member, name, retype(&kind, &text));
        }
        Edit::Remove(member, name) => {
            if let Some(map) = request.get_mut(member).and_then(Value::as_object_mut) {
                map.remove(&name);
                if map.is_empty() && member.starts_with("Expression") {
                    set(request, member, None);
                }
            }
        }
        Edit::Name(placeholder, name) => {
            set_in(request, "ExpressionAttributeNames", placeholder, Value::from(name));
        }
        Edit::KeyTests(tests) => key_condition::write(request, &tests),
        Edit::Whole(member, value) => set(request, member, Some(value)),
        Edit::Forget(member) => set(request, member, None),
        Edit::Request(whole) => *request = whole,
        Edit::Within(member, edit) => {
            apply(&mut request[member], *edit);
            if request[member].as_object().is_some_and(Map::is_empty) {
                set(request, member, None);
            }
        }
        Edit::Row(shape, at, row) => rows::replace(shape, request, at, &row),
        Edit::AddRow(shape, row) => rows::add(shape, request, &row),
        Edit::RemoveRow(shape, at) => drop(rows::remove(shape, request, at)),
    }
}

fn set(request: &mut Value, member: &str, value: Option<Value>) {
    let Some(map) = request.as_object_mut() else { return };
    match value {
        Some(value) => map.insert(member.to_owned(), value),
        None => map.remove(member),
    };
}

fn set_in(request: &mut Value, member: &str, name: String, value: Value) {
    if !request[member].is_object() {
        request[member] = Value::Object(Map::new());
    }
    request[member][name] = value;
}

/// A placeholder of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// `#n` or `:v`.
    pub name: String,
    /// Whether an expression uses it.
    pub used: bool,
    /// Whether it is given.
    pub given: bool,
}

/// Every placeholder that is used or given: used ones first, in the order of the expressions. Where `built` is, those of
/// the key condition are left out: the form shows them with their attributes.
pub fn all_placeholders(request: &Value, built: bool) -> Vec<Placeholder> {
    let texts = EXPRESSIONS.iter().map(|member| (*member, request[*member].as_str().unwrap_or_default()));
    let (mut names, mut hidden): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for (member, text) in texts {
        let into = if built && member == EXPRESSIONS[0] { &mut hidden } else { &mut names };
        into.extend(placeholders(text));
    }
    let used = names.len();
    let given = ["ExpressionAttributeNames", "ExpressionAttributeValues"];
    let given = given.iter().flat_map(|member| request[*member].as_object().into_iter().flatten());
    let given: Vec<&str> = given.map(|(name, _)| name.as_str()).collect();
    names.extend(given.iter().filter(|name| !hidden.contains(name)));
    let mut out: Vec<Placeholder> = Vec::new();
    for (at, name) in names.into_iter().enumerate() {
        if !out.iter().any(|other| other.name == name) {
            out.push(Placeholder { name: name.to_owned(), used: at < used, given: given.contains(&name) });
        }
    }
    out
}

/// Points a request at another table or index: what fits stays, keys are made anew by the schema.
pub fn retarget(request: &mut Value, operation: &str, table: &TableDescription, index: Option<&str>) {
    if !request.is_object() {
        return;
    }
    set(request, "TableName", Some(Value::from(table.name.as_str())));
    if matches!(operation, "Query" | "Scan") {
        let index = index.filter(|name| table.index(name).is_some());
        set(request, "IndexName", index.map(Value::from));
        set(request, "ExclusiveStartKey", None);
        if operation == "Query" && (key_condition::read(request).is_some()) {
            key_condition::begin(request, table.keys_of(index));
        }
    }
    if matches!(operation, "UpdateContributorInsights" | "DescribeContributorInsights") {
        let index = index.filter(|name| table.index(name).is_some());
        set(request, "IndexName", index.map(Value::from));
    }
    if operation == "SearchVectors" {
        let names = table.vector_indexes();
        let now = request["IndexName"].as_str().unwrap_or_default();
        if !names.contains(&now) {
            set(request, "IndexName", Some(Value::from(names.first().copied().unwrap_or_default())));
        }
    }
    let member = if operation == "PutItem" { "Item" } else { "Key" };
    if let Some(old) = request.get(member).and_then(Value::as_object).cloned() {
        let mut key = blank_key(Some(table));
        for (name, value) in old {
            let fits = key.get(&name).is_some_and(|blank| to_text(blank).0 == to_text(&value).0);
            if fits || member == "Item" {
                key[name] = value;
            }
        }
        set(request, member, Some(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn orders() -> TableDescription {
        TableDescription::read(&json!({
            "TableName": "Orders",
            "KeySchema": [{"AttributeName": "user_id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
            "AttributeDefinitions": [{"AttributeName": "user_id", "AttributeType": "S"},
                {"AttributeName": "at", "AttributeType": "N"}, {"AttributeName": "status", "AttributeType": "S"}],
            "GlobalSecondaryIndexes": [{"IndexName": "by-status",
                "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}]}]}))
        .unwrap()
    }

    #[test]
    fn a_change_leaves_the_rest() {
        let mut request = json!({"TableName": "T", "Strange": [1]});
        apply(&mut request, Edit::Text("FilterExpression", "a = :a".into()));
        apply(&mut request, Edit::Value("ExpressionAttributeValues", ":a".into(), "x".into()));
        apply(&mut request, Edit::Type("ExpressionAttributeValues", ":a".into(), "N".into()));
        apply(&mut request, Edit::Number("Limit", "12".into()));
        apply(&mut request, Edit::Flag("ConsistentRead", Some(true)));
        assert_eq!(
            request,
            json!({"TableName": "T", "Strange": [1], "FilterExpression": "a = :a", "Limit": 12, "ConsistentRead": true,
                "ExpressionAttributeValues": {":a": {"N": "x"}}})
        );
        apply(&mut request, Edit::Number("Limit", "1x".into()));
        assert_eq!(request["Limit"], "1x");
        apply(&mut request, Edit::Remove("ExpressionAttributeValues", ":a".into()));
        apply(&mut request, Edit::Number("Limit", String::new()));
        apply(&mut request, Edit::Flag("ConsistentRead", None));
        assert_eq!(request, json!({"TableName": "T", "Strange": [1], "FilterExpression": "a = :a"}));
    }

    #[test]
    fn a_change_within_leaves_the_rest() {
        let mut request = json!({"TimeToLiveSpecification": {"AttributeName": "ttl", "Odd": 1}});
        let within = |edit| Edit::Within("TimeToLiveSpecification", Box::new(edit));
        apply(&mut request, within(Edit::Flag("Enabled", Some(false))));
        apply(&mut request, within(Edit::Text("AttributeName", "until".into())));
        assert_eq!(
            request,
            json!({"TimeToLiveSpecification": {"AttributeName": "until", "Odd": 1, "Enabled": false}})
        );
    }

    #[test]
    fn placeholders_are_found_used_and_given() {
        let request = json!({"KeyConditionExpression": "id = :k", "FilterExpression": "#a > :b AND #a < :b",
            "ExpressionAttributeValues": {":k": {"S": ""}, ":b": {"S": ""}, ":left": {"S": ""}}});
        let list = |built| -> Vec<(String, bool, bool)> {
            all_placeholders(&request, built).into_iter().map(|p| (p.name, p.used, p.given)).collect()
        };
        let rest = [("#a".into(), true, false), (":b".into(), true, true), (":left".into(), false, true)];
        assert_eq!(list(true), rest);
        assert_eq!(list(false)[0], (":k".into(), true, true));
    }

    #[test]
    fn another_table_keeps_what_fits() {
        let mut request =
            json!({"TableName": "T", "Key": {"user_id": {"S": "u"}, "at": {"S": "x"}, "id": {"S": "1"}}});
        retarget(&mut request, "GetItem", &orders(), None);
        assert_eq!(request, json!({"TableName": "Orders", "Key": {"user_id": {"S": "u"}, "at": {"N": "0"}}}));
        let mut query = json!({"TableName": "Orders", "KeyConditionExpression": "user_id = :u", "Limit": 5,
            "ExpressionAttributeValues": {":u": {"S": "u"}}});
        retarget(&mut query, "Query", &orders(), Some("by-status"));
        assert_eq!(query["IndexName"], "by-status");
        assert_eq!(query["KeyConditionExpression"], "#status = :status");
        assert_eq!((&query["Limit"], query["ExpressionAttributeValues"].get(":u")), (&json!(5), None));
    }
}
