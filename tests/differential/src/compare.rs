//! Where two answers differ, once what may differ is set aside.
//!
//! Set aside are dates, identifiers and ARNs, states of tables, the order of sets and of lists that have none, and how a number is
//! written. Knows no known difference: [`crate::known`] does.

use crate::run::Answer;
use engine::model::Number;
use serde_json::{Map, Value};

/// One place at which two answers differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// `refusal`, or the way to the place: `Item.a.N`, `ConsumedCapacity.CapacityUnits`; list elements are `[]`.
    pub at: String,
    /// The engine's: a refusal's name and message, or JSON; empty where there is nothing.
    pub ours: String,
    /// DynamoDB Local's.
    pub theirs: String,
}

/// Members that are never compared.
const ASIDE: [&str; 15] = [
    "CreationDateTime",
    "IndexArn",
    "IndexSizeBytes",
    "IndexStatus",
    "LastDecreaseDateTime",
    "LastIncreaseDateTime",
    "LastUpdateToPayPerRequestDateTime",
    "LatestStreamArn",
    "LatestStreamLabel",
    "NextToken",
    "SizeEstimateRangeGB",
    "TableArn",
    "TableId",
    "TableSizeBytes",
    "TableStatus",
];

/// All places at which the two answers differ. Items have an order in a Query that is not followed `to_the_end`.
pub fn differences(operation: &str, to_the_end: bool, ours: &Answer, theirs: &Answer) -> Vec<Difference> {
    let ordered = operation == "Query" && !to_the_end;
    let mut found = Vec::new();
    match (ours, theirs) {
        (Answer::Response(ours), Answer::Response(theirs)) => {
            let (mut ours, mut theirs) = (ours.clone(), theirs.clone());
            normalise(ordered, "", &mut ours);
            normalise(ordered, "", &mut theirs);
            walk("", Some(&ours), Some(&theirs), &mut found);
        }
        (Answer::Refusal(ours), Answer::Refusal(theirs)) => {
            if (&ours.name, &ours.message) != (&theirs.name, &theirs.message) {
                found.push(refusal(
                    worded_refusal(&ours.name, &ours.message),
                    worded_refusal(&theirs.name, &theirs.message),
                ));
            }
            let members = |body: &Value| {
                let mut body = body.clone();
                if let Value::Object(body) = &mut body {
                    body.retain(|name, _| !["__type", "message", "Message"].contains(&name.as_str()));
                }
                normalise(ordered, "", &mut body);
                body
            };
            walk("", Some(&members(&ours.body)), Some(&members(&theirs.body)), &mut found);
        }
        (Answer::Response(_), Answer::Refusal(theirs)) => {
            found.push(refusal(String::new(), worded_refusal(&theirs.name, &theirs.message)));
        }
        (Answer::Refusal(ours), Answer::Response(_)) => {
            found.push(refusal(worded_refusal(&ours.name, &ours.message), String::new()));
        }
    }
    found
}

/// How two answers' items differ in the order of one attribute; what else orders them is not defined.
pub fn order(name: &str, ours: &Answer, theirs: &Answer) -> Option<Difference> {
    let (Answer::Response(ours), Answer::Response(theirs)) = (ours, theirs) else { return None };
    let column = |answer: &Value| {
        let mut values: Vec<Value> =
            answer["Items"].as_array().into_iter().flatten().map(|item| item[name].clone()).collect();
        values.iter_mut().for_each(|value| normalise(true, "", value));
        Value::from(values)
    };
    let (ours, theirs) = (column(ours), column(theirs));
    let unequal = ours != theirs;
    unequal.then(|| Difference { at: "order".into(), ours: ours.to_string(), theirs: theirs.to_string() })
}

fn refusal(ours: String, theirs: String) -> Difference {
    Difference { at: "refusal".into(), ours, theirs }
}

fn worded_refusal(name: &str, message: &str) -> String {
    format!("{name}: {message}")
}

/// Drops what is set aside, sorts what has no order, and writes numbers in one way.
fn normalise(items_ordered: bool, name: &str, value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|name, _| !ASIDE.contains(&name.as_str()));
            for (name, value) in map.iter_mut() {
                normalise(items_ordered, name, value);
            }
            if let Some(Value::String(number)) = map.get_mut("N") {
                *number = canonical(number);
            }
        }
        Value::Array(list) => {
            for value in list.iter_mut() {
                normalise(items_ordered, "", value);
                if let (Value::String(number), "NS") = (&mut *value, name) {
                    *number = canonical(number);
                }
            }
            let ordered =
                matches!(name, "L" | "CancellationReasons" | "KeySchema" | "Responses" | "TableNames")
                    || (name == "Items" && items_ordered);
            if !ordered {
                list.sort_by_cached_key(|value| match &value["TableName"] {
                    Value::String(name) => name.clone(),
                    _ => value.to_string(),
                });
            }
        }
        _ => {}
    }
}

fn canonical(number: &str) -> String {
    Number::parse(number).map_or_else(|_| number.to_owned(), |number| number.to_string())
}

fn walk(at: &str, ours: Option<&Value>, theirs: Option<&Value>, found: &mut Vec<Difference>) {
    match (ours, theirs) {
        (Some(Value::Object(ours)), Some(Value::Object(theirs))) => walk_members(at, ours, theirs, found),
        (Some(Value::Array(ours)), Some(Value::Array(theirs))) if ours.len() == theirs.len() => {
            for (ours, theirs) in ours.iter().zip(theirs) {
                // What a reason carries follows from its code.
                if at == "CancellationReasons" && ours["Code"] != theirs["Code"] {
                    let (ours, theirs) = (ours.to_string(), theirs.to_string());
                    found.push(Difference { at: "CancellationReasons[]".into(), ours, theirs });
                    continue;
                }
                walk(&format!("{at}[]"), Some(ours), Some(theirs), found);
            }
        }
        (Some(Value::Number(ours)), Some(Value::Number(theirs))) if ours.as_f64() == theirs.as_f64() => {}
        (ours, theirs) if ours == theirs => {}
        (ours, theirs) => {
            let text = |value: Option<&Value>| value.map(Value::to_string).unwrap_or_default();
            found.push(Difference { at: at.to_owned(), ours: text(ours), theirs: text(theirs) });
        }
    }
}

fn walk_members(
    at: &str,
    ours: &Map<String, Value>,
    theirs: &Map<String, Value>,
    found: &mut Vec<Difference>,
) {
    let mut names: Vec<&String> = ours.keys().chain(theirs.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
        walk(&at, ours.get(name), theirs.get(name), found);
    }
}
