//! Planned patterns: their form, their check, filling, estimates, and the traffic that they make.

use serde_json::json;

use super::*;

fn cart() -> PlannedPattern {
    let request = json!({
        "TableName": "carts", "KeyConditionExpression": "user_id = :u AND begins_with(product_id, :p)",
        "ExpressionAttributeValues": { ":u": { "S": "user_{n}" }, ":p": { "S": "{uniform 1..9 :3}-{n}" } },
    });
    let mut pattern = PlannedPattern::new("get the cart", "Query", request);
    pattern.variables.insert("n".into(), "{uniform 1..1000}".into());
    pattern
}

#[test]
fn a_pattern_reads_back_and_leaves_out_what_is_not_said() {
    let text = r#"{"name":"get","operation":"GetItem","request":{"Key":{}}}"#;
    let pattern: PlannedPattern = serde_json::from_str(text).expect("a pattern");
    assert_eq!(pattern, PlannedPattern::new("get", "GetItem", json!({"Key": {}})));
    let mut full = cart();
    full.expects = Expectation { half_units: Some(1), no_scan: true, ..Expectation::default() };
    full.rate = Frequency { times: 800, per: Per::Minute };
    let written = serde_json::to_value(&full).expect("plain data");
    assert_eq!(written["expects"], json!({ "halfUnits": 1, "noScan": true }));
    assert_eq!(written["rate"], json!({ "times": 800, "per": "minute" }));
    assert_eq!(serde_json::from_value::<PlannedPattern>(written).expect("a pattern"), full);
}

#[test]
fn what_is_wrong_is_said_of_the_pattern() {
    let reason = |change: fn(&mut PlannedPattern)| {
        let mut pattern = cart();
        change(&mut pattern);
        pattern.check().expect_err("it is wrong").message
    };
    assert_eq!(cart().check(), Ok(()));
    assert_eq!(reason(|pattern| pattern.name.clear()), "An access pattern needs a name.");
    assert!(reason(|pattern| pattern.operation = "CreateTable".into()).contains("CreateTable"));
    assert_eq!(
        reason(|pattern| pattern.request = json!([])),
        "get the cart: Its request is not a JSON object."
    );
    assert_eq!(
        reason(|pattern| pattern.item_bytes = 409_601),
        "get the cart: Its item size in bytes is above 409600."
    );
    let hole = reason(|pattern| drop(pattern.variables.insert("n".into(), "{unifrom 1..2}".into())));
    assert!(hole.starts_with("get the cart: \"{unifrom 1..2}\" is no hole"), "{hole}");
    let unknown = reason(|pattern| pattern.variables.clear());
    assert!(unknown.contains("\"{n}\" is no hole"), "{unknown}");
}

#[test]
fn parameters_are_filled_from_the_seed_and_a_variable_is_one_value_in_a_request() {
    let mut asking = Asking::new(&cart()).expect("templates");
    assert!(asking.has_parameters());
    asking.seed(7);
    let requests: Vec<Value> = (0..20).map(|_| asking.next(0)).collect();
    for request in &requests {
        let values = &request["ExpressionAttributeValues"];
        let user = values[":u"]["S"].as_str().and_then(|user| user.strip_prefix("user_")).expect("a user");
        let prefix = values[":p"]["S"].as_str().expect("a prefix");
        assert_eq!(prefix.split_once('-').map(|(digits, user)| (digits.len(), user)), Some((3, user)));
    }
    assert!(requests.iter().any(|request| *request != requests[0]));
    asking.seed(7);
    assert_eq!(asking.next(0), requests[0], "the same seed, the same requests");
    let plain = PlannedPattern::new("all", "Scan", json!({ "TableName": "carts" }));
    let mut plain = Asking::new(&plain).expect("none");
    assert_eq!((plain.has_parameters(), plain.next(5)), (false, json!({ "TableName": "carts" })));
}

#[test]
fn an_estimate_follows_size_number_and_consistency() {
    let half = |operation: &str, request: Value, item_bytes, items| {
        let pattern = PlannedPattern { item_bytes, items, ..PlannedPattern::new("p", operation, request) };
        let Consumed { read_half_units, write_half_units } = pattern.estimate();
        (read_half_units, write_half_units)
    };
    assert_eq!(half("Query", json!({}), 200, 20), (1, 0), "4,000 bytes are one step of 4 KB, halved");
    assert_eq!(half("Query", json!({ "ConsistentRead": true }), 200, 21), (4, 0));
    assert_eq!(half("BatchGetItem", json!({}), 200, 21), (21, 0), "each item is rounded for itself");
    assert_eq!(half("TransactGetItems", json!({}), 200, 2), (8, 0));
    assert_eq!(half("PutItem", json!({}), 1_500, 1), (0, 4));
    assert_eq!(half("TransactWriteItems", json!({}), 100, 3), (0, 12));
    assert_eq!(half("ExecuteStatement", json!({ "Statement": " select * from T" }), 100, 1), (1, 0));
    assert_eq!(half("ExecuteStatement", json!({ "Statement": "DELETE FROM T" }), 100, 1), (0, 2));
}

#[test]
fn traffic_keeps_the_patterns_shares() {
    let at = |name: &str, times, per| PlannedPattern {
        name: name.into(),
        rate: Frequency { times, per },
        ..cart()
    };
    let all = [at("get", 800, Per::Second), at("report", 1, Per::Day), at("never", 0, Per::Hour)];
    let recipe = recipe_of(&all, 100, 3, 60_000).expect("a recipe");
    assert_eq!(recipe.rate, Rate::Constant { per_second: 801 }, "rounded up");
    let weights: Vec<(&str, u32)> = recipe.patterns.iter().map(|p| (&*p.name, p.weight)).collect();
    assert_eq!(weights, [("get", 1_000_000), ("report", 1)], "what is rare is not left out");
    let even = [at("a", 60, Per::Minute), at("b", 3, Per::Second)];
    let recipe = recipe_of(&even, 1_000, 3, 60_000).expect("a recipe");
    assert_eq!(recipe.rate, Rate::Constant { per_second: 40 }, "ten times as much");
    assert_eq!(recipe.patterns[1].weight, 3 * recipe.patterns[0].weight);
    assert_eq!(recipe_of(&even, 1, 3, 1).map(|recipe| recipe.rate), Ok(Rate::Constant { per_second: 1 }));
    assert!(recipe_of(&[at("never", 0, Per::Day)], 100, 3, 1).is_err());
}
