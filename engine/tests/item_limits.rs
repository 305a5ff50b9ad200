//! The limits of an item, to the byte and to the level: values too long and too deep to be written in a script.
//!
//! The figures were measured from the service by paritysuite/dynamodb-conformance (2026): limits/itemSizeBySurface,
//! limits/numberByteSize, limits/nestingDepth, validation-ordering/deepRequests.

use serde_json::{Value, json};

use engine::world::{Config, World};

const LIMIT: usize = 409_600;
const PUT_REFUSED: &str = "Item size has exceeded the maximum allowed size";
const UPDATE_REFUSED: &str = "Item size to update has exceeded the maximum allowed size";

fn world() -> World {
    let mut world = World::new(Config { instant: true, throttle: false, ..Config::default() });
    let table = json!({
        "TableName": "Things", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    });
    ask(&mut world, "CreateTable", table).unwrap();
    world
}

/// The message of a refusal.
fn ask(world: &mut World, operation: &str, request: Value) -> Result<(), String> {
    let outcome = world.execute("us-east-1", 1_000, operation, request.to_string().as_bytes());
    outcome.response.map(|_| ()).map_err(|error| error.message)
}

fn text(bytes: usize) -> Value {
    json!({"S": "x".repeat(bytes)})
}

fn put(world: &mut World, item: Value) -> Result<(), String> {
    ask(world, "PutItem", json!({"TableName": "Things", "Item": item}))
}

fn update(world: &mut World, key: &str, expression: &str, values: Value) -> Result<(), String> {
    let request = json!({
        "TableName": "Things", "Key": {"pk": {"S": key}},
        "UpdateExpression": expression, "ExpressionAttributeValues": values,
    });
    ask(world, "UpdateItem", request)
}

#[test]
fn an_item_has_409_600_bytes_at_most() {
    let mut world = world();
    // "pk" + "k" + "p" + the padding.
    assert_eq!(put(&mut world, json!({"pk": {"S": "k"}, "p": text(LIMIT - 4)})), Ok(()));
    assert_eq!(put(&mut world, json!({"pk": {"S": "k"}, "p": text(LIMIT - 3)})), Err(PUT_REFUSED.into()));
}

#[test]
fn numbers_cost_their_significant_digits_in_pairs() {
    let mut world = world();
    for (number, bytes) in [
        ("0", 1),
        ("1", 2),
        ("-1", 3),
        ("10", 2),
        ("123", 3),
        ("123456", 4),
        ("3.14159", 5),
        ("-0.5", 3),
        ("1.5", 3),
        ("1E125", 2),
    ] {
        let item = |spare: usize| json!({"pk": {"S": "k"}, "n": {"N": number}, "p": text(LIMIT - 5 - bytes + spare)});
        assert_eq!(put(&mut world, item(0)), Ok(()), "{number}");
        assert_eq!(put(&mut world, item(1)), Err(PUT_REFUSED.into()), "{number}");
    }
}

#[test]
fn update_item_is_charged_what_its_statement_writes() {
    let mut world = world();
    // 3 for the update, 19 for the clause, the name.
    let charge = 3 + 19 + 1;
    let set = |world: &mut World, bytes| update(world, "k", "SET b = :p", json!({":p": text(bytes)}));
    assert_eq!(set(&mut world, LIMIT - charge), Ok(()));
    assert_eq!(set(&mut world, LIMIT - charge + 1), Err(UPDATE_REFUSED.into()));
    // Copying a path costs the path, not what it copies; told before the condition is looked at.
    let copy = |world: &mut World, bytes| {
        let request = json!({
            "TableName": "Things", "Key": {"pk": {"S": "k"}}, "UpdateExpression": "SET b = :p, c = abcdefghij",
            "ConditionExpression": "attribute_exists(nothing)", "ExpressionAttributeValues": {":p": text(bytes)},
        });
        ask(world, "UpdateItem", request)
    };
    let charge = charge + 19 + 1 + (1 + 14 + 10);
    assert_eq!(copy(&mut world, LIMIT - charge), Err("The conditional request failed".into()));
    assert_eq!(copy(&mut world, LIMIT - charge + 1), Err(UPDATE_REFUSED.into()));
}

#[test]
fn and_the_item_that_comes_of_it_is_no_larger_than_any() {
    let mut world = world();
    let key = "k".repeat(100);
    let set = |world: &mut World, bytes| update(world, &key, "SET b = :p", json!({":p": text(bytes)}));
    assert_eq!(set(&mut world, LIMIT - 102 - 1), Ok(()));
    assert_eq!(set(&mut world, LIMIT - 102), Err(UPDATE_REFUSED.into()));
    // AttributeUpdates have no price of their own.
    let legacy = |world: &mut World, bytes| {
        let updates = json!({"b": {"Action": "PUT", "Value": text(bytes)}});
        let request = json!({"TableName": "Things", "Key": {"pk": {"S": "k"}}, "AttributeUpdates": updates});
        ask(world, "UpdateItem", request)
    };
    assert_eq!(legacy(&mut world, LIMIT - 4), Ok(()));
    assert_eq!(legacy(&mut world, LIMIT - 3), Err(UPDATE_REFUSED.into()));
}

fn deep(levels: usize) -> Value {
    (0..levels).fold(json!({"S": "leaf"}), |inner, _| json!({"M": {"n": inner}}))
}

#[test]
fn values_beyond_62_levels_are_read_by_an_older_layer() {
    let mut world = world();
    let delete = |levels: usize, return_values: &str| {
        json!({
            "TableName": "Nowhere", "Key": {"pk": {"S": "a"}}, "ConditionExpression": "d = :deep",
            "ExpressionAttributeValues": {":deep": deep(levels)}, "ReturnValues": return_values,
        })
    };
    let newer = "1 validation error detected: Failed to satisfy constraint: Member must satisfy enum value set: \
                 [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]";
    let older = "1 validation error detected: Value 'BOGUS' at 'returnValues' failed to satisfy constraint: Member must \
                 satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]";
    for (levels, return_values, message) in [
        (40, "BOGUS", newer),
        (63, "BOGUS", older),
        (100, "BOGUS", older),
        (100, "UPDATED_NEW", "ReturnValues can only be ALL_OLD or NONE"),
    ] {
        let refused = ask(&mut world, "DeleteItem", delete(levels, return_values));
        assert_eq!(refused, Err(message.into()), "{levels}");
    }
    let put = json!({
        "TableName": "Nowhere", "Item": {"pk": {"S": "a"}}, "ConditionalOperator": "XOR",
        "Expected": {"a": {"Value": deep(100)}, "b": {"Exists": false}},
    });
    let xor = "1 validation error detected: Value 'XOR' at 'conditionalOperator' failed to satisfy constraint: Member must \
               satisfy enum value set: [OR, AND]";
    assert_eq!(ask(&mut world, "PutItem", put), Err(xor.into()));
}
