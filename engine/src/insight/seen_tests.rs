//! Uses of patterns on a world, and what they are found to have come to.

use serde_json::{Value, json};

use super::*;
use crate::insight::cost::{Billing, Capacity, Period, Requests, Table, bill};
use crate::insight::price::Prices;
use crate::workload::Per;
use crate::world::{Config, World};

const REGION: &str = "us-east-1";
const START_MS: u64 = 1_795_348_800_000;

fn send(world: &mut World, operation: &str, request: Value) -> Seen {
    // Reads come a minute after the writes: every replica has them by then.
    let now_ms = START_MS + if operation == "PutItem" { 60_000 } else { 120_000 };
    let outcome = world.execute(REGION, now_ms, operation, request.to_string().as_bytes());
    Seen::of(&outcome.events)
}

/// Twenty items of about 1 KB for each of three users, and an index by status.
fn carts() -> World {
    let mut world = World::new(Config::default());
    let table = json!({
        "TableName": "carts", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            { "AttributeName": "user_id", "AttributeType": "S" },
            { "AttributeName": "product_id", "AttributeType": "S" },
            { "AttributeName": "status", "AttributeType": "S" },
        ],
        "KeySchema": [
            { "AttributeName": "user_id", "KeyType": "HASH" },
            { "AttributeName": "product_id", "KeyType": "RANGE" },
        ],
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-status", "Projection": { "ProjectionType": "ALL" },
            "KeySchema": [{ "AttributeName": "status", "KeyType": "HASH" }],
        }],
    });
    let made = world.execute(REGION, START_MS, "CreateTable", table.to_string().as_bytes());
    assert!(made.response.is_ok());
    for user in 0..3 {
        for product in 0..20 {
            let seen = send(&mut world, "PutItem", put(&format!("u{user}"), &format!("p{product:02}")));
            assert_eq!(seen.consumed.write_half_units, 4, "the table and its index");
        }
    }
    world
}

fn put(user: &str, product: &str) -> Value {
    json!({ "TableName": "carts", "Item": {
        "user_id": { "S": user }, "product_id": { "S": product }, "status": { "S": "open" }, "x": { "S": "x".repeat(900) },
    } })
}

fn query() -> Value {
    json!({ "TableName": "carts", "KeyConditionExpression": "user_id = :u", "ExpressionAttributeValues": { ":u": { "S": "u1" } } })
}

#[test]
fn a_query_and_the_scan_that_does_the_same() {
    let mut world = carts();
    let queried = send(&mut world, "Query", query());
    assert!(!queried.scanned && queried.refused.is_none() && queried.latency_us > 0);
    assert_eq!((queried.partitions.len(), queried.evaluated, queried.returned), (1, 20, 20));
    assert_eq!(queried.consumed, Consumed { read_half_units: 5, write_half_units: 0 });
    let scan = json!({ "TableName": "carts", "FilterExpression": "user_id = :u", "ExpressionAttributeValues": { ":u": { "S": "u1" } } });
    let scanned = send(&mut world, "Scan", scan);
    assert!(scanned.scanned);
    assert_eq!((scanned.evaluated, scanned.returned, scanned.returned_percent()), (60, 20, Some(33)));

    let expects = Expectation {
        half_units: Some(5),
        partitions: Some(1),
        returned_percent: Some(50),
        latency_ms: Some(1_000),
        no_scan: true,
        no_hot_key: false,
    };
    assert!(checks(&expects, &queried).iter().all(|check| check.passed));
    let failed: Vec<Rule> = checks(&expects, &scanned)
        .into_iter()
        .filter(|check| !check.passed)
        .map(|check| check.rule)
        .collect();
    assert_eq!(failed, [Rule::NoScan, Rule::HalfUnits, Rule::Partitions, Rule::ReturnedPercent]);
    assert_eq!(checks(&Expectation::default(), &scanned), [], "nothing expected, nothing tested");
}

#[test]
fn statements_that_scan_are_told_by_what_happened() {
    let mut world = carts();
    let statement = |text: &str| json!({ "Statement": text });
    let by_key = send(&mut world, "ExecuteStatement", statement("SELECT * FROM carts WHERE user_id = 'u1'"));
    let all = send(&mut world, "ExecuteStatement", statement("SELECT * FROM carts WHERE x = 'y'"));
    assert!(!by_key.scanned && all.scanned);
}

#[test]
fn pages_are_summed_and_a_refusal_fails() {
    let mut world = carts();
    let mut first = query();
    first["Limit"] = json!(8);
    let mut second = first.clone();
    second["ExclusiveStartKey"] = json!({ "user_id": { "S": "u1" }, "product_id": { "S": "p07" } });
    let first = send(&mut world, "Query", first);
    let both = first.clone().and(send(&mut world, "Query", second));
    assert_eq!((both.requests, both.evaluated, both.partitions.len()), (2, 16, 1));
    assert!(both.latency_us > first.latency_us);
    let refused =
        send(&mut world, "Query", json!({ "TableName": "nowhere", "KeyConditionExpression": "a = b" }));
    let refused = both.and(refused);
    let found = checks(&Expectation { half_units: Some(99), ..Expectation::default() }, &refused);
    assert_eq!(found, [Check { rule: Rule::Answered, limit: 0, seen: 0, passed: false }]);
}

#[test]
fn a_write_with_its_index_touches_both() {
    let mut world = carts();
    let seen = send(&mut world, "PutItem", put("u9", "p0"));
    assert!(!seen.scanned);
    let indexes: Vec<Option<&str>> = seen.partitions.iter().map(|(_, index, _)| index.as_deref()).collect();
    assert_eq!(indexes, [None, Some("by-status")]);
    assert_eq!(seen.metered("carts", None), Some(2), "without the index");
    let none = Expectation { returned_percent: Some(50), ..Expectation::default() };
    assert_eq!(checks(&none, &seen), [], "nothing was looked at");
}

#[test]
fn a_month_costs_what_the_bill_says() {
    let prices = &Prices::presets()[0];
    let each = Consumed { read_half_units: 5, write_half_units: 4 };
    let rate = Frequency { times: 1_000, per: Per::Second };
    let month = Period::MONTH;
    let times = u128::from(month.seconds) * 1_000;
    let used = Requests { read_half_units: 5 * times, write_half_units: 4 * times };
    let billed = bill(prices, &[Table::new("t", Billing::OnDemand(used))], None, month).total();
    assert_eq!(on_demand(&prices.standard, each, rate, month.seconds), billed);
    // 2,500 RCU and 2,000 WCU, used to the full; with auto scaling at half of that twice as many.
    let capacity = Billing::Provisioned(Capacity::steady(2_500, 2_000, month));
    let billed = bill(prices, &[Table::new("t", capacity)], None, month).total();
    assert_eq!(provisioned(&prices.standard, each, rate, month.seconds, 100), billed);
    assert_eq!(provisioned(&prices.standard, each, rate, month.seconds, 50), billed + billed);
    let daily = Frequency { times: 30, per: Per::Day };
    assert_eq!(daily.within(86_400 * 2), 60);
}
