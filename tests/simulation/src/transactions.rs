//! Random concurrent histories of transactions and plain requests, checked for serializability.
//!
//! A history is a seed: three accounts, up to four clients with transfers, checks, deletes, reads and plain writes, crashes and
//! repeated messages. The engine goes random ways through it and looks for an order of the requests that comes to the same.

use engine::random::Random;
use engine::world::{Config, World};
use serde_json::{Value, json};

const REGION: &str = "us-east-1";
const NOW_MS: u64 = 1_700_000_000_000;
const ACCOUNTS: [&str; 3] = ["ann", "bob", "cy"];

fn call(world: &mut World, operation: &str, request: &Value) -> Value {
    let outcome = world.execute(REGION, NOW_MS, operation, request.to_string().as_bytes());
    let response = outcome.response.unwrap_or_else(|error| panic!("{operation} {request}: {error}"));
    serde_json::from_slice(&response).expect("a response is JSON")
}

fn key(account: usize) -> Value {
    json!({"id": {"S": ACCOUNTS[account]}})
}

/// An action on an account: of a transaction, or by itself.
fn action(random: &mut Random, account: usize) -> (&'static str, Value) {
    let amount = json!({":a": {"N": (random.below(90) + 10).to_string()}});
    match random.below(6) {
        0 => {
            let item =
                json!({"id": {"S": ACCOUNTS[account]}, "balance": {"N": random.below(200).to_string()}});
            ("Put", json!({"TableName": "Bank", "Item": item}))
        }
        1 => (
            "Delete",
            json!({"TableName": "Bank", "Key": key(account), "ConditionExpression": "attribute_exists(id)"}),
        ),
        2 | 3 => (
            "Update",
            json!({
                "TableName": "Bank", "Key": key(account), "UpdateExpression": "ADD balance :a",
                "ExpressionAttributeValues": amount
            }),
        ),
        _ => (
            "Update",
            json!({
                "TableName": "Bank", "Key": key(account), "UpdateExpression": "SET balance = balance - :a",
                "ConditionExpression": "balance >= :a", "ExpressionAttributeValues": amount
            }),
        ),
    }
}

fn client(random: &mut Random) -> Value {
    let first = random.below(3) as usize;
    let second = (first + 1 + random.below(2) as usize) % 3;
    match random.below(10) {
        0..5 => {
            let actions: Vec<Value> = [first, second]
                .into_iter()
                .map(|account| {
                    if random.below(3) == 0 {
                        let needed = random.below(60) + 50;
                        let check = json!({
                            "TableName": "Bank", "Key": key(account), "ConditionExpression": "balance >= :needed",
                            "ExpressionAttributeValues": { ":needed": { "N": needed.to_string() } }
                        });
                        return json!({ "ConditionCheck": check });
                    }
                    let (kind, request) = action(random, account);
                    json!({ kind: request })
                })
                .collect();
            json!({"Operation": "TransactWriteItems", "Request": {"TransactItems": actions}})
        }
        5..7 => {
            let get = |account| json!({"Get": {"TableName": "Bank", "Key": key(account)}});
            json!({"Operation": "TransactGetItems", "Request": {"TransactItems": [get(first), get(second)]}})
        }
        7 => {
            let request = json!({"TableName": "Bank", "Key": key(first), "ConsistentRead": true});
            json!({"Operation": "GetItem", "Request": request})
        }
        _ => {
            let (kind, request) = action(random, first);
            json!({"Operation": format!("{kind}Item"), "Request": request})
        }
    }
}

/// Clients of which one changes an account that another only checks, and none writes what the other writes.
fn checking(random: &mut Random) -> Vec<Value> {
    let (checked, change, pay) = match random.below(2) {
        0 => (0, json!({ "Delete": { "TableName": "Bank", "Key": key(0) } }), 1),
        _ => {
            let spend = json!({
                "TableName": "Bank", "Key": key(1), "UpdateExpression": "SET balance = balance - :a",
                "ExpressionAttributeValues": { ":a": { "N": (random.below(40) + 60).to_string() } }
            });
            (1, json!({ "Update": spend }), 0)
        }
    };
    let check = json!({
        "TableName": "Bank", "Key": key(checked), "ConditionExpression": "balance >= :needed",
        "ExpressionAttributeValues": { ":needed": { "N": "50" } }
    });
    let paid =
        json!({ "TableName": "Bank", "Item": { "id": { "S": ACCOUNTS[pay] }, "balance": { "N": "7" } } });
    let transaction = |actions: Vec<Value>| json!({ "Operation": "TransactWriteItems", "Request": { "TransactItems": actions } });
    let other = json!({ "Put": { "TableName": "Bank", "Item": { "id": { "S": ACCOUNTS[2] }, "balance": { "N": "9" } } } });
    let mut clients = vec![
        transaction(vec![change, other]),
        transaction(vec![json!({ "ConditionCheck": check }), json!({ "Put": paid })]),
    ];
    if random.below(2) == 0 {
        clients.push(client(random));
    }
    clients
}

/// What the engine found on random ways through the seed's history: without that check, if one is named.
pub fn walk(seed: u64, without: Option<&str>) -> Value {
    let mut random = Random::new(seed ^ 0x7a11);
    let config = Config { instant: true, lag: false, throttle: false, ..Config::default() };
    let mut world = World::new(config);
    let table = json!({
        "TableName": "Bank", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]
    });
    call(&mut world, "CreateTable", &table);
    for account in ACCOUNTS.iter().take(2) {
        let item = json!({"id": {"S": account}, "balance": {"N": "100"}});
        call(&mut world, "PutItem", &json!({"TableName": "Bank", "Item": item}));
    }
    let clients: Vec<Value> = match seed % 4 {
        3 => checking(&mut random),
        _ => (0..2 + random.below(3)).map(|_| client(&mut random)).collect(),
    };
    // What a protocol without a check gets wrong is not on every way.
    let walks = if without.is_some() { 30 } else { 3 };
    let mut request = json!({
        "Clients": clients, "Walks": walks, "Seed": seed, "Crashes": random.below(2), "Repeats": random.below(3)
    });
    if let Some(check) = without {
        request["Without"] = check.into();
    }
    call(&mut world, "Dynascope.ExploreTransactions", &request)
}
