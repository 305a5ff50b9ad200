//! Both doors lead to the same place: what comes in as JSON and what comes in decoded gives the same outcome.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{AccessPattern, Compiled, Dictionary, Moment};
use crate::random::Random;
use crate::timeline::Detail;
use crate::world::{Config, World};

const REGION: &str = "us-east-1";
const START_MS: u64 = 1_795_348_800_000;

fn world() -> World {
    let mut world = World::new(Config { instant: true, ..Config::default() });
    let attribute = |name: &str, kind: &str| json!({"AttributeName": name, "AttributeType": kind});
    let key = |hash: &str, range: &str| json!([{"AttributeName": hash, "KeyType": "HASH"}, {"AttributeName": range, "KeyType": "RANGE"}]);
    let throughput = json!({"ReadCapacityUnits": 2, "WriteCapacityUnits": 2});
    let orders = json!({
        "TableName": "Orders", "ProvisionedThroughput": throughput,
        "AttributeDefinitions": [attribute("user", "S"), attribute("at", "N"), attribute("status", "S")],
        "KeySchema": key("user", "at"),
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-status", "KeySchema": key("status", "at"), "ProvisionedThroughput": throughput,
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["amount"]}
        }],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    });
    let carts = json!({
        "TableName": "Carts", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [attribute("id", "B")], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]
    });
    for request in [orders, carts] {
        let created = world.execute(REGION, START_MS, "CreateTable", request.to_string().as_bytes());
        assert!(created.response.is_ok(), "{:?}", created.response);
    }
    world
}

/// The patterns of every operation: the first so many have a direct form.
fn patterns() -> (Vec<AccessPattern>, usize) {
    let user = json!({"S": "u{uniform 1..6}"});
    let at = json!({"N": "{uniform 1..4}"});
    let order = json!({"user": user, "at": at});
    let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/Orders";
    let direct = [
        ("GetItem", json!({"TableName": "Orders", "Key": order, "ConsistentRead": true})),
        (
            "GetItem",
            json!({
                "TableName": arn, "Key": order, "ProjectionExpression": "amount, pieces[0]",
                "ReturnConsumedCapacity": "TOTAL"
            }),
        ),
        ("GetItem", json!({"TableName": "Carts", "Key": {"id": {"B": "c{zipf 1..5}"}}})),
        ("GetItem", json!({"TableName": "Gone", "Key": order})),
        (
            "PutItem",
            json!({
                "TableName": "Orders", "ReturnConsumedCapacity": "INDEXES", "ReturnValues": "ALL_OLD",
                "Item": {
                    "user": user, "at": at, "status": {"S": "{pick open|closed}"},
                    "amount": {"N": "{uniform 1..90}.50"}, "note": {"S": "{text 0..2000}"},
                    "pieces": {"L": [{"S": "{seq}"}, {"M": {"of": {"S": "{now iso}"}}}]}
                }
            }),
        ),
        // An empty key at times, and numbers that are none.
        (
            "PutItem",
            json!({"TableName": "Carts", "Item": {"id": {"B": "{text 0..2}"}, "n": {"N": "{pick 1|2|3|4|5|6|7|8|9|x}"}}}),
        ),
        (
            "PutItem",
            json!({
                "TableName": "Orders", "Item": {"user": user, "at": at, "status": {"S": "{text 0..1}"}},
                "ConditionExpression": "attribute_not_exists(#u) OR amount < :t",
                "ExpressionAttributeNames": {"#u": "user"},
                "ExpressionAttributeValues": {":t": {"N": "{uniform 1..90}"}},
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
            }),
        ),
        (
            "UpdateItem",
            json!({
                "TableName": "Orders", "Key": order, "ReturnValues": "UPDATED_NEW",
                "UpdateExpression": "SET #s = :s, pieces = list_append(if_not_exists(pieces, :none), :more) ADD amount :n",
                "ExpressionAttributeNames": {"#s": "status"},
                "ExpressionAttributeValues": {
                    ":s": {"S": "{pick open|closed}"}, ":n": {"N": "{uniform 1..9}"}, ":none": {"L": []},
                    ":more": {"L": [{"S": "{user}"}]}
                }
            }),
        ),
        (
            "DeleteItem",
            json!({
                "TableName": "Orders", "Key": order, "ReturnValues": "ALL_OLD",
                "ConditionExpression": "begins_with(#s, :s)", "ExpressionAttributeNames": {"#s": "status"},
                "ExpressionAttributeValues": {":s": {"S": "{pick o|c}"}}
            }),
        ),
        (
            "Query",
            json!({
                "TableName": "Orders", "KeyConditionExpression": "#u = :u AND #a > :a", "Limit": 2,
                "ExpressionAttributeNames": {"#u": "user", "#a": "at"},
                "ExpressionAttributeValues": {":u": user, ":a": {"N": "{uniform 0..3}"}}
            }),
        ),
        (
            "Query",
            json!({
                "TableName": "Orders", "IndexName": "by-status", "KeyConditionExpression": "#s = :s",
                "FilterExpression": "amount > :t", "ScanIndexForward": false, "ReturnConsumedCapacity": "INDEXES",
                "ExpressionAttributeNames": {"#s": "status"},
                "ExpressionAttributeValues": {":s": {"S": "{pick open|closed|}"}, ":t": {"N": "{uniform 1..90}"}}
            }),
        ),
    ];
    let cart = json!({"id": {"B": "c{zipf 1..5}"}});
    let put = |item: Value| json!({"PutRequest": {"Item": item}});
    let seventh = json!({"user": user, "at": {"N": "7"}, "status": {"S": "{pick open|closed}"}, "note": {"S": "{text 0..3000}"}});
    let check = json!({
        "TableName": "Orders", "Key": order, "ConditionExpression": "attribute_not_exists(amount) OR amount < :t",
        "ExpressionAttributeValues": {":t": {"N": "{uniform 1..90}"}}, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
    });
    let add = json!({
        "TableName": "Carts", "Key": cart, "UpdateExpression": "ADD n :n",
        "ExpressionAttributeValues": {":n": {"N": "{uniform 1..9}"}}
    });
    let several = [
        (
            "Scan",
            json!({
                "TableName": "Orders", "FilterExpression": "amount > :t", "Limit": 4, "ReturnConsumedCapacity": "TOTAL",
                "ExpressionAttributeValues": {":t": {"N": "{uniform 1..90}"}}, "ProjectionExpression": "amount, pieces"
            }),
        ),
        ("Scan", json!({"TableName": "Orders", "IndexName": "by-status", "Segment": 1, "TotalSegments": 2})),
        ("Scan", json!({"TableName": "Orders", "ConsistentRead": true, "ExclusiveStartKey": order})),
        // The same key twice at times.
        (
            "BatchGetItem",
            json!({
                "RequestItems": {
                    "Orders": {"Keys": [order, order], "ConsistentRead": true, "ProjectionExpression": "amount"},
                    "Carts": {"Keys": [cart]}
                },
                "ReturnConsumedCapacity": "TOTAL"
            }),
        ),
        ("BatchGetItem", json!({"RequestItems": {"Orders": {"Keys": [order]}, "Gone": {"Keys": [order]}}})),
        (
            "BatchWriteItem",
            json!({
                "RequestItems": {
                    "Orders": [put(seventh.clone()), {"DeleteRequest": {"Key": order}}],
                    "Carts": [put(json!({"id": {"B": "{text 0..2}"}, "n": {"N": "{seq}"}}))]
                },
                "ReturnConsumedCapacity": "INDEXES"
            }),
        ),
        (
            "TransactGetItems",
            json!({
                "TransactItems": [
                    {"Get": {"TableName": "Orders", "Key": order, "ProjectionExpression": "amount"}},
                    {"Get": {"TableName": "Carts", "Key": cart}}
                ],
                "ReturnConsumedCapacity": "TOTAL"
            }),
        ),
        (
            "TransactWriteItems",
            json!({
                "TransactItems": [
                    {"Put": {"TableName": "Orders", "Item": seventh}}, {"ConditionCheck": check},
                    {"Update": add}, {"Delete": {"TableName": arn, "Key": {"user": user, "at": {"N": "8"}}}}
                ],
                "ReturnConsumedCapacity": "INDEXES", "ReturnItemCollectionMetrics": "SIZE"
            }),
        ),
    ];
    let write = |put: Value| json!({"Put": {"TableName": "Orders", "Item": put}});
    let between = |low: &str, high: &str| {
        json!({
            "TableName": "Orders", "KeyConditionExpression": "#u = :u AND #a BETWEEN :low AND :high",
            "ExpressionAttributeNames": {"#u": "user", "#a": "at"},
            "ExpressionAttributeValues": {":u": user, ":low": {"N": low}, ":high": {"N": high}}
        })
    };
    // Tokens come again, at times with other parameters; some are none.
    let once = |token: &str, note: &str| {
        json!({
            "ClientRequestToken": token, "ReturnConsumedCapacity": "TOTAL",
            "TransactItems": [write(json!({"user": user, "at": {"N": "9"}, "note": {"S": note}}))]
        })
    };
    let bounded = [
        // Bounds in order and not; fixed ones above and below; the lower one named behind the upper.
        ("Query", between("{uniform 0..3}", "{uniform 1..4}")),
        ("Query", between("2", "{uniform 3..5}")),
        ("Query", between("{pick 1|-2.50|0}", "1.5")),
        (
            "Scan",
            json!({
                "TableName": "Orders", "FilterExpression": "#s BETWEEN :z AND :a OR NOT amount BETWEEN :c AND :b",
                "ExpressionAttributeNames": {"#s": "status"},
                "ExpressionAttributeValues": {
                    ":z": {"S": "{pick a|b|c|x}"}, ":a": {"S": "{pick b|c|q}"},
                    ":c": {"N": "{uniform 1..90}.50"}, ":b": {"N": "99"}
                }
            }),
        ),
        (
            "UpdateItem",
            json!({
                "TableName": "Carts", "Key": cart, "UpdateExpression": "SET n = :n",
                "ConditionExpression": "attribute_not_exists(n) OR n BETWEEN :low AND :n",
                "ExpressionAttributeValues": {":n": {"N": "{uniform 1..9}"}, ":low": {"N": "{pick 1|2|7}"}}
            }),
        ),
        (
            "PutItem",
            json!({
                "TableName": "Carts", "Item": {"id": cart["id"], "n": {"N": "5"}},
                "Expected": {"n": {"ComparisonOperator": "BETWEEN", "AttributeValueList": [{"N": "{uniform 1..5}"}, {"N": "{uniform 4..8}"}]}}
            }),
        ),
        ("TransactWriteItems", once("once", "{pick a|b}")),
        ("TransactWriteItems", once("{pick one|two|\"three\\|}", "{pick a|\"b\"|\\}")),
        ("TransactWriteItems", once("{text 3..37}", "same")),
    ];
    let statements = [
        (
            "ExecuteStatement",
            json!({"Statement": "SELECT * FROM \"Orders\" WHERE \"user\" = ? AND \"at\" BETWEEN ? AND ?", "Parameters": [user, at, at], "ReturnConsumedCapacity": "TOTAL"}),
        ),
        (
            "ExecuteStatement",
            json!({"Statement": "SELECT amount FROM \"Orders\".\"by-status\" WHERE \"status\" = ? OR amount > ?", "Parameters": [{"S": "{pick open|closed|}"}, {"N": "{uniform 1..90}"}], "Limit": 3}),
        ),
        (
            "ExecuteStatement",
            json!({"Statement": "INSERT INTO Orders VALUE {'user': ?, 'at': ?, 'pieces': ?}", "Parameters": [user, at, {"L": [{"S": "{seq}"}]}]}),
        ),
        (
            "ExecuteStatement",
            json!({"Statement": "UPDATE Orders SET amount = amount + ? WHERE \"user\" = ? AND \"at\" = ? AND amount < ? RETURNING ALL NEW *", "Parameters": [{"N": "{uniform 1..9}"}, user, at, {"N": "50"}], "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}),
        ),
        ("ExecuteStatement", json!({"Statement": "SELECT * FROM Gone WHERE id = ?", "Parameters": [user]})),
        (
            "BatchExecuteStatement",
            json!({"Statements": [
                {"Statement": "UPDATE Carts SET n = ? WHERE id = ?", "Parameters": [{"N": "{seq}"}, cart["id"]]},
                {"Statement": "DELETE FROM Carts WHERE id = ?", "Parameters": [cart["id"]]},
                {"Statement": "DELETE FORM Carts", "Parameters": [cart["id"]]}
            ], "ReturnConsumedCapacity": "INDEXES"}),
        ),
        (
            "BatchExecuteStatement",
            json!({"Statements": [
                {"Statement": "SELECT * FROM Orders WHERE \"user\" = ? AND \"at\" = ?", "Parameters": [user, at], "ConsistentRead": true},
                {"Statement": "SELECT amount FROM Orders WHERE \"user\" = ?", "Parameters": [user]}
            ]}),
        ),
        (
            "ExecuteTransaction",
            json!({"TransactStatements": [
                {"Statement": "DELETE FROM Orders WHERE \"user\" = ? AND \"at\" = ?", "Parameters": [user, at]},
                {"Statement": "EXISTS(SELECT * FROM Carts WHERE id = ? AND n > ?)", "Parameters": [cart["id"], {"N": "{uniform 1..9}"}]}
            ], "ReturnConsumedCapacity": "TOTAL"}),
        ),
        (
            "ExecuteTransaction",
            json!({"TransactStatements": [
                {"Statement": "SELECT * FROM Orders WHERE \"user\" = ? AND \"at\" = ?", "Parameters": [user, at]},
                {"Statement": "SELECT n FROM Carts WHERE id = ?", "Parameters": [cart["id"]]}
            ]}),
        ),
        (
            "ExecuteTransaction",
            json!({"ClientRequestToken": "{pick one|two|three}", "TransactStatements": [
                {"Statement": "INSERT INTO Carts VALUE {'id': ?, 'n': ?}", "Parameters": [cart["id"], {"N": "{pick 1|2}"}]}
            ]}),
        ),
    ];
    // The name of a type is no value any more in the condition that it was compiled to.
    let others = [(
        "Scan",
        json!({
            "TableName": "Carts", "FilterExpression": "attribute_type(n, :t)",
            "ExpressionAttributeValues": {":t": {"S": "{pick S|N}"}}
        }),
    )];
    let several = several.into_iter().chain(bounded).chain(statements);
    let direct: Vec<_> = direct.into_iter().chain(several).collect();
    let count = direct.len();
    let pattern = |(operation, request): (&str, Value)| AccessPattern {
        name: operation.to_owned(),
        operation: operation.to_owned(),
        request,
        weight: 1,
        variables: [("user".to_owned(), "u{uniform 1..6}".to_owned())].into(),
    };
    (direct.into_iter().chain(others).map(pattern).collect(), count)
}

fn compiled(world: &mut World) -> Vec<Compiled> {
    let mut dictionary = Dictionary::default();
    let compile = |pattern: &AccessPattern| Compiled::new(pattern, world, REGION, &mut dictionary);
    patterns().0.iter().map(compile).collect::<Result<_, _>>().unwrap()
}

/// Every item of both tables, as of now.
fn items(world: &mut World, now_ms: u64) -> Vec<Value> {
    let mut scan = |table: &str| {
        let request = json!({"TableName": table, "ConsistentRead": true}).to_string();
        // Late enough for every token to be back.
        let found = world.execute(REGION, now_ms + 600_000, "Scan", request.as_bytes()).response.unwrap();
        serde_json::from_slice::<Value>(&found).unwrap()["Items"].clone()
    };
    vec![scan("Orders"), scan("Carts")]
}

#[test]
fn every_operation_has_a_direct_form() {
    let (_, count) = patterns();
    for (at, pattern) in compiled(&mut world()).iter().enumerate() {
        assert_eq!(pattern.is_direct(), at < count, "{at}: {}", pattern.operation());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn both_doors_give_the_same_outcome(
        seed: u64,
        steps in proptest::collection::vec((any::<prop::sample::Index>(), 0u64..400), 1..120),
    ) {
        let (mut by_json, mut direct, mut counted) = (world(), world(), world().branch());
        let mut patterns = compiled(&mut direct);
        let mut random = Random::new(seed);
        let mut now_ms = START_MS + 1_000;
        for (pattern, later_ms) in steps {
            now_ms += later_ms;
            let pattern = pattern.index(patterns.len());
            let pattern = &mut patterns[pattern];
            pattern.draw(&Moment { now_ms, client: 1, row: "" }, &mut random);
            let (operation, json) = (pattern.operation().to_owned(), pattern.json());
            let one = by_json.execute(REGION, now_ms, &operation, &json);
            let two = pattern.send(&mut direct, REGION, now_ms, Detail::Watched);
            let text = String::from_utf8_lossy(&json);
            prop_assert_eq!(&one.response, &two.response, "{} {}", operation, text);
            prop_assert_eq!(&one.events, &two.events, "{} {}", operation, text);
            prop_assert_eq!(&one.tallies, &two.tallies, "{} {}", operation, text);
            prop_assert_eq!(&one.changes, &two.changes, "{} {}", operation, text);
            let three = pattern.send(&mut counted, REGION, now_ms, Detail::Counted);
            prop_assert_eq!(&one.tallies, &three.tallies, "{} {}", operation, text);
            prop_assert_eq!(one.response.err(), three.response.err(), "{} {}", operation, text);
            prop_assert!(three.changes.is_empty());
        }
        prop_assert_eq!(by_json.snapshot(), direct.snapshot());
        prop_assert_eq!(items(&mut by_json, now_ms), items(&mut counted, now_ms));
    }
}
