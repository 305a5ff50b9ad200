//! Trials of advice on how one client asks: requests that a batch does at once, and two tables that are read in a row. Pure but for the
//! items of a join, which are read when it is tried.

use std::collections::BTreeSet;

use engine::api::contents::TableContents;
use engine::workload::{AccessPattern, Fill, Rate, Spread};
use serde_json::{Value, json};

use super::{PER_SECOND, Written, pattern, side};
use crate::hooks::Api;
use crate::protocol::traffic::Workload;
use crate::state::tables::TableDescription;

/// So many requests are one batch: as many writes as BatchWriteItem takes.
const BATCH: u64 = 25;
/// So many items are there to be read, in as many shares as a batch has keys: no key is twice in one.
const READ_ITEMS: u64 = 1_000;
/// So many keys of a join are tried…
const JOIN_KEYS: usize = 20;
/// …with at most so many items of each table.
const JOIN_ITEMS: usize = 400;

/// The same items written or read one by one, and in batches of 25: as many items a second.
pub fn batched(table: &TableDescription, contents: &TableContents, writes: bool) -> [Workload; 2] {
    let (items, name) = (Written::like(table, contents), &table.name);
    let put = |hole: &str| json!({ "TableName": name, "Item": items.item(hole) });
    let [single, batch] = match writes {
        true => {
            let of = |at| json!({ "PutRequest": { "Item": items.item(&format!("seq {}", at * 1_000_000_000 + 1)) } });
            let all = json!({ "RequestItems": { name: (0..BATCH).map(of).collect::<Value>() } });
            [("PutItem", put("seq")), ("BatchWriteItem", all)]
        }
        false => {
            // Each place of a batch draws from a share of its own.
            let share = READ_ITEMS / BATCH;
            let of = |at| items.key(&format!("uniform {}..{}", at * share + 1, (at + 1) * share));
            let keys: Value = (0..BATCH).map(|at| Value::Object(of(at))).collect();
            let all = json!({ "RequestItems": { name: { "Keys": keys } } });
            let one = json!({ "TableName": name, "Key": items.key(&format!("uniform 1..{READ_ITEMS}")) });
            [("GetItem", one), ("BatchGetItem", all)]
        }
    };
    let made = |called: String, (operation, request): (&str, Value), per_second| {
        let patterns = vec![pattern(operation, operation, request, 1)];
        let mut side = side(&called, Vec::new(), patterns, &Rate::Constant { per_second });
        // As many of the one as of the other, and not by chance.
        side.recipe.spread = Spread::Even;
        if !writes {
            side.recipe.fill =
                vec![Fill { count: READ_ITEMS, pattern: pattern("an item", "PutItem", put("seq"), 1) }];
        }
        side
    };
    [
        made(format!("{}, one by one", single.0), single, PER_SECOND),
        made(format!("{} of {BATCH}", batch.0), batch, PER_SECOND / BATCH),
    ]
}

/// A text as a template has it.
fn escaped(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

/// A value whose texts are no templates.
fn literal(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(escaped(text)),
        Value::Array(all) => all.iter().map(literal).collect(),
        Value::Object(members) => {
            // The names of a map's members are not filled in.
            Value::Object(members.iter().map(|(name, value)| (name.clone(), literal(value))).collect())
        }
        other => other.clone(),
    }
}

/// The whole partition key of a table; none where it has several attributes.
fn partition(table: &TableDescription) -> Option<(&str, &str)> {
    match table.keys.hash.as_slice() {
        [one] => Some((&one.name, &one.attribute_type)),
        _ => None,
    }
}

/// Whether items of both can share a partition key.
pub fn can_join(first: &TableDescription, other: &TableDescription) -> bool {
    matches!((partition(first), partition(other)), (Some((_, own)), Some((_, there))) if own == there)
}

/// Two tables that are read in a row, and one table in which their items share a partition key: the items that are there now, of up to 20
/// keys. None where their partition keys are of different types, or no item of both is found.
pub async fn joined(api: &Api, first: &TableDescription, other: &TableDescription) -> Option<[Workload; 2]> {
    let (own, there) = (partition(first)?, partition(other)?);
    if own.1 != there.1 {
        return None;
    }
    let mut sides = Vec::new();
    for table in [first, other] {
        let answer = api
            .look("Scan", &json!({ "TableName": table.name, "Limit": JOIN_ITEMS, "ConsistentRead": true }))
            .await?;
        sides.push(answer["Items"].as_array().cloned().unwrap_or_default());
    }
    pre_joined((first, own, &sides[0]), (other, there, &sides[1]))
}

pub(super) type Read<'a> = (&'a TableDescription, (&'a str, &'a str), &'a [Value]);

pub(super) fn pre_joined(first: Read, other: Read) -> Option<[Workload; 2]> {
    let kind = first.1.1;
    let values = |(_, (name, kind), items): Read| -> BTreeSet<String> {
        let texts = items.iter().filter_map(|item| item[name][kind].as_str().map(str::to_owned));
        texts.filter(|text| !text.contains(['{', '}', '|'])).collect()
    };
    let (own, there) = (values(first), values(other));
    let keys: Vec<&String> = own.intersection(&there).take(JOIN_KEYS).collect();
    if keys.is_empty() {
        return None;
    }
    let drawn = match keys.as_slice() {
        [one] => (*one).clone(),
        several => {
            format!("{{pick {}}}", several.iter().map(|key| key.as_str()).collect::<Vec<_>>().join("|"))
        }
    };
    let query = |table: &str, name: &str| {
        json!({ "TableName": table, "KeyConditionExpression": "#p = :p",
            "ExpressionAttributeNames": { "#p": name }, "ExpressionAttributeValues": { ":p": { kind: drawn } } })
    };
    let (first_name, other_name) = (&first.0.name, &other.0.name);
    // At most 255 letters.
    let short = |name: &str| name.chars().take(120).collect::<String>();
    let together = format!("{}.{}", short(first_name), short(other_name));
    let billing = ["BillingMode", "ProvisionedThroughput"];
    let mut create = json!({
        "TableName": together, "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }, { "AttributeName": "sk", "KeyType": "RANGE" }],
        "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": kind }, { "AttributeName": "sk", "AttributeType": "S" }],
    });
    let given = crate::share::load::table_of(&json!({ "Table": *first.0.body }), None)?;
    for member in billing {
        if let Some(set) = given.get(member) {
            create[member] = set.clone();
        }
    }
    let mut fill: Vec<Fill> = Vec::new();
    for (table, (name, kind), items) in [first, other] {
        for item in items
            .iter()
            .filter(|item| item[name][kind].as_str().is_some_and(|key| keys.iter().any(|one| *one == key)))
        {
            let Value::Object(mut joined) = literal(item) else { continue };
            let sort: Vec<String> = table.keys.range.iter().map(|part| scalar(&joined[&part.name])).collect();
            let sk = std::iter::once(table.name.clone()).chain(sort).collect::<Vec<_>>().join("#");
            joined.insert("pk".to_owned(), joined[name].clone());
            joined.insert("sk".to_owned(), json!({ "S": sk }));
            let put = json!({ "TableName": together, "Item": joined });
            fill.push(Fill { count: 1, pattern: pattern("an item", "PutItem", put, 1) });
        }
    }
    let reads = |per_second| Rate::Constant { per_second };
    let apart: Vec<AccessPattern> = vec![
        pattern(&format!("read {first_name}"), "Query", query(first_name, first.1.0), 1),
        pattern(&format!("then {other_name}"), "Query", query(other_name, other.1.0), 1),
    ];
    let at_once = vec![pattern("read both", "Query", query(&together, "pk"), 1)];
    let mut after =
        side(&format!("Both under one key, {together}"), vec![create], at_once, &reads(PER_SECOND));
    after.recipe.fill = fill;
    let before = side(&format!("{first_name}, then {other_name}"), Vec::new(), apart, &reads(2 * PER_SECOND));
    let mut sides = [before, after];
    sides.iter_mut().for_each(|side| side.recipe.spread = Spread::Even);
    Some(sides)
}

/// The text of a key's value.
fn scalar(value: &Value) -> String {
    let text = value.as_object().and_then(|value| value.values().next()).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}
