//! Recipes: all that simulated traffic is made from, and so all of it that is saved or sent to somebody else.
//!
//! Owns their form and its version. The same recipe on the same design gives the same requests and the same outcome, byte for
//! byte.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::arrivals::{Rate, Spread};
use super::clients::Clients;
use super::pattern::AccessPattern;
use crate::error::{Result, workload as words};
use crate::table::{KeyAttribute, KeySchema, KeyType};

/// The version of recipes that is written.
pub const VERSION: u32 = 1;

/// What traffic is made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recipe {
    /// The version of its form: [`VERSION`].
    pub version: u32,
    /// The seed of every draw.
    pub seed: u64,
    /// CreateTable requests of tables that it brings along; where there are none it runs on those that are there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<Value>,
    /// What is written before it begins, as an import would: without capacity.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fill: Vec<Fill>,
    /// What is done.
    pub patterns: Vec<AccessPattern>,
    /// How often.
    pub rate: Rate,
    /// How the arrivals are spread.
    #[serde(default)]
    pub spread: Spread,
    /// By whom.
    #[serde(default)]
    pub clients: Clients,
    /// For how long, in milliseconds.
    pub duration_ms: u64,
    /// A log that is replayed: its rows come at their times, and the rate counts for nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replay: Vec<Row>,
}

/// Items that are there before traffic begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fill {
    /// How many requests.
    pub count: u64,
    /// Which.
    pub pattern: AccessPattern,
}

/// One row of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// When it happened, in milliseconds since the log's start; rows ascend.
    pub at_ms: u64,
    /// The name of a pattern, or the API action of one.
    pub operation: String,
    /// What `{row}` becomes.
    pub key: String,
}

impl Recipe {
    /// Refuses a recipe of a version that is not known, or that does nothing.
    pub fn check(&self) -> Result<()> {
        if self.version != VERSION {
            return Err(words::version_unknown(self.version));
        }
        match self.patterns.iter().any(|pattern| pattern.weight > 0) {
            true => Ok(()),
            false => Err(words::no_pattern()),
        }
    }

    /// Which pattern a row asks for: the first of its name, else the first of its operation.
    pub fn pattern_of(&self, row: &Row) -> Option<usize> {
        let named = self.patterns.iter().position(|pattern| pattern.name == row.operation);
        named.or_else(|| self.patterns.iter().position(|pattern| pattern.operation == row.operation))
    }

    /// The document's Black Friday: a million one-item carts, 1,000 requests a second and 100,000 at the peak, 80 % of them reads.
    pub fn black_friday(seed: u64) -> Recipe {
        let carts = json!({
            "TableName": "shopping_carts", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": "user_id", "AttributeType": "S"},
                {"AttributeName": "product_id", "AttributeType": "S"}
            ],
            "KeySchema": [
                {"AttributeName": "user_id", "KeyType": "HASH"},
                {"AttributeName": "product_id", "KeyType": "RANGE"}
            ],
            // Warmed up before the day, as far as an account's quota goes: on demand alone would follow half an hour later.
            "WarmThroughput": {"ReadUnitsPerSecond": 40_000, "WriteUnitsPerSecond": 40_000}
        });
        let item = |user: &str, product: &str| {
            json!({"TableName": "shopping_carts", "Item": {
                "user_id": {"S": user}, "product_id": {"S": product},
                "quantity": {"N": "{uniform 1..5}"}, "price": {"N": "{uniform 1..200}.99"},
                "added_at": {"N": "{now s}"}, "ttl": {"N": "{now s +30d}"}
            }})
        };
        let pattern = |name: &str, operation: &str, weight, request| AccessPattern {
            name: name.to_owned(),
            operation: operation.to_owned(),
            request,
            weight,
            variables: Default::default(),
        };
        let mut cart = pattern("one item", "PutItem", 1, item("user_{user}", "prod_{user}"));
        cart.variables.insert("user".to_owned(), "{seq}".to_owned());
        let mut add = pattern("add to the cart", "PutItem", 20, item("user_{user}", "prod_{user}"));
        add.variables.insert("user".to_owned(), "{uniform 1..1000000}".to_owned());
        let get = json!({
            "TableName": "shopping_carts", "KeyConditionExpression": "user_id = :u",
            "ExpressionAttributeValues": {":u": {"S": "user_{uniform 1..1000000}"}}
        });
        Recipe {
            version: VERSION,
            seed,
            tables: vec![carts],
            fill: vec![Fill { count: 1_000_000, pattern: cart }],
            patterns: vec![pattern("get the cart", "Query", 80, get), add],
            rate: Rate::black_friday(),
            spread: Spread::Poisson,
            clients: Clients { count: 1_000, ..Clients::default() },
            duration_ms: 180_000,
            replay: Vec::new(),
        }
    }
}

/// The template of a key value: `user_id-00042`, 42. `numbers` is the hole that draws.
fn key_value(attribute: &KeyAttribute, numbers: &str) -> Value {
    match attribute.attribute_type {
        KeyType::S => json!({ "S": format!("{}-{{{numbers} :5}}", attribute.name.replace(['{', '}'], "")) }),
        KeyType::N => json!({ "N": format!("{{{numbers}}}") }),
        KeyType::B => json!({ "B": format!("{{{numbers} :5}}") }),
    }
}

/// How many different sort keys [`suggest`] writes under one partition key.
const SORT_KEYS: u64 = 32;

/// Patterns to begin with on a table: of the reads half get an item and half query a partition key (where there is a sort
/// key), of the writes half put an item and half update one. `keys` is the hole that draws partition keys: `zipf 1..1000`.
/// `indexed` are the key attributes of the table's indexes.
pub fn suggest(
    table: &str,
    schema: &KeySchema,
    indexed: &[KeyAttribute],
    read_percent: u32,
    keys: &str,
) -> Vec<AccessPattern> {
    let reads = read_percent.min(100);
    let sort = format!("uniform 0..{}", SORT_KEYS - 1);
    let attributes = |ranges: bool| {
        let hash = schema.hash.iter().map(|a| (a.name.clone(), key_value(a, keys)));
        let range = schema.range.iter().filter(|_| ranges).map(|a| (a.name.clone(), key_value(a, &sort)));
        hash.chain(range).collect::<serde_json::Map<String, Value>>()
    };
    let mut item = attributes(true);
    for attribute in indexed {
        item.entry(attribute.name.clone()).or_insert_with(|| key_value(attribute, keys));
    }
    item.insert("traffic_payload".to_owned(), json!({ "S": "{text 50..499}" }));
    let first = &schema.hash[0];
    let query = json!({
        "TableName": table, "Limit": 10, "KeyConditionExpression": "#k = :k",
        "ExpressionAttributeNames": { "#k": first.name },
        "ExpressionAttributeValues": { ":k": key_value(first, keys) },
    });
    let update = json!({
        "TableName": table, "Key": attributes(true), "UpdateExpression": "ADD #n :one",
        "ExpressionAttributeNames": { "#n": "traffic_updates" },
        "ExpressionAttributeValues": { ":one": { "N": "1" } },
    });
    let get = json!({ "TableName": table, "Key": attributes(true) });
    let put = json!({ "TableName": table, "Item": item });
    let queried = if schema.range.is_empty() { 0 } else { reads };
    let pattern = |name: &str, operation: &str, request, weight| AccessPattern {
        name: name.to_owned(),
        operation: operation.to_owned(),
        request,
        weight,
        variables: Default::default(),
    };
    let patterns = [
        pattern("get an item", "GetItem", get, 2 * reads - queried),
        pattern("query a partition key", "Query", query, queried),
        pattern("put an item", "PutItem", put, 100 - reads),
        pattern("update an item", "UpdateItem", update, 100 - reads),
    ];
    patterns.into_iter().filter(|pattern| pattern.weight > 0).collect()
}
