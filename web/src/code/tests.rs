//! The programs as texts: brackets in pairs for every request and language, and statements of PartiQL against the engine. What runs them is
//! `tests/endpoint`.

use super::*;
use serde_json::json;

fn keys(table: &str, index: Option<&str>) -> Option<Vec<String>> {
    let names: &[&str] = if index.is_some() { &["status", "at"] } else { &["user_id", "order_id"] };
    (table == "Orders").then(|| names.iter().map(|name| (*name).to_owned()).collect())
}

fn written(flavour: Flavour, operation: &str, request: &Value) -> Result<String, String> {
    let endpoint = Some("http://127.0.0.1:8000");
    write(flavour, &Program { operation, request, region: "us-east-1", endpoint, keys: &keys })
}

/// Requests of every operation that reads or writes items, and of tables and streams.
fn requests() -> Vec<(&'static str, Value)> {
    let item = json!({"user_id": {"S": "it's"}, "n": {"N": "5"}, "big": {"N": "1.50"}, "ok": {"BOOL": true}, "no": {"NULL": true},
        "tags": {"SS": ["a", "b"]}, "list": {"L": [{"S": "x"}, {"M": {"k": {"N": "1"}}}]}, "ns": {"NS": ["1", "2.5"]}, "bin": {"B": "AAH/"}});
    let key = json!({"user_id": {"S": "u1"}, "order_id": {"S": "o1"}});
    vec![
        (
            "GetItem",
            json!({"TableName": "Orders", "Key": key, "ConsistentRead": true, "ProjectionExpression": "#s, total",
            "ExpressionAttributeNames": {"#s": "status"}}),
        ),
        (
            "PutItem",
            json!({"TableName": "Orders", "Item": item, "ConditionExpression": "attribute_not_exists(user_id)", "ReturnValues": "ALL_OLD"}),
        ),
        (
            "UpdateItem",
            json!({"TableName": "Orders", "Key": key, "UpdateExpression": "SET #s = :s ADD n :n",
            "ExpressionAttributeNames": {"#s": "status"}, "ExpressionAttributeValues": {":s": {"S": "shipped"}, ":n": {"N": "1"}}, "ReturnValues": "ALL_NEW"}),
        ),
        ("DeleteItem", json!({"TableName": "Orders", "Key": key})),
        (
            "Query",
            json!({"TableName": "Orders", "IndexName": "status-index", "KeyConditionExpression": "#s = :s",
            "ExpressionAttributeNames": {"#s": "status"}, "ExpressionAttributeValues": {":s": {"S": "shipped"}}, "ScanIndexForward": false}),
        ),
        (
            "Query",
            json!({"TableName": "Orders", "KeyConditionExpression": "user_id = :u", "ExpressionAttributeValues": {":u": {"S": "u1"}}, "Limit": 2}),
        ),
        ("Scan", json!({"TableName": "Orders"})),
        ("BatchGetItem", json!({"RequestItems": {"Orders": {"Keys": [key, key], "ConsistentRead": true}}})),
        (
            "BatchWriteItem",
            json!({"RequestItems": {"Orders": [{"PutRequest": {"Item": {"user_id": {"S": "a"}, "order_id": {"S": "b"}}}}, {"DeleteRequest": {"Key": key}}]}}),
        ),
        ("TransactGetItems", json!({"TransactItems": [{"Get": {"TableName": "Orders", "Key": key}}]})),
        (
            "TransactWriteItems",
            json!({"TransactItems": [
            {"Put": {"TableName": "Orders", "Item": {"user_id": {"S": "a"}, "order_id": {"S": "b"}}}},
            {"ConditionCheck": {"TableName": "Orders", "Key": key, "ConditionExpression": "attribute_exists(user_id)"}}], "ClientRequestToken": "t1"}),
        ),
        (
            "ExecuteStatement",
            json!({"Statement": "SELECT * FROM \"Orders\" WHERE user_id = ?", "Parameters": [{"S": "u1"}]}),
        ),
        (
            "BatchExecuteStatement",
            json!({"Statements": [{"Statement": "DELETE FROM \"Orders\" WHERE user_id = ? AND order_id = 'x'", "Parameters": [{"S": "u1"}]}]}),
        ),
        (
            "ExecuteTransaction",
            json!({"TransactStatements": [{"Statement": "UPDATE \"Orders\" SET n = 1 WHERE user_id = 'a' AND order_id = 'b'"}]}),
        ),
        (
            "CreateTable",
            json!({"TableName": "New", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}, "SSESpecification": {"Enabled": true, "SSEType": "KMS"},
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}}),
        ),
        ("UpdateTable", json!({"TableName": "New", "BillingMode": "PAY_PER_REQUEST"})),
        (
            "UpdateTimeToLive",
            json!({"TableName": "New", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "ttl"}}),
        ),
        ("ListTables", json!({})),
        ("DescribeTable", json!({"TableName": "New"})),
        ("DescribeEndpoints", json!({})),
        (
            "RestoreTableToPointInTime",
            json!({"SourceTableName": "A", "TargetTableName": "B", "RestoreDateTime": 1767225600}),
        ),
        (
            "GetShardIterator",
            json!({"StreamArn": "arn:aws:dynamodb:us-east-1:000000000000:table/New/stream/x", "ShardId": "shardId-1", "ShardIteratorType": "TRIM_HORIZON"}),
        ),
        ("GetRecords", json!({"ShardIterator": "x", "Limit": 10})),
    ]
}

#[test]
fn every_flavour_writes_every_request_with_its_brackets_in_pairs() {
    let show = std::env::var_os("SHOW_PROGRAMS");
    for (at, (operation, request)) in requests().iter().enumerate() {
        for flavour in Flavour::ALL {
            let program = match written(flavour, operation, request) {
                Ok(program) => program,
                Err(sentence) => {
                    assert!(sentence.ends_with('.') && sentence.len() > 20, "{sentence}");
                    continue;
                }
            };
            if let Some(folder) = &show {
                let name = format!("{at:02}-{operation}-{}.{}", flavour.id(), flavour.extension());
                std::fs::write(std::path::Path::new(folder).join(name), &program).unwrap();
            }
            for (open, close) in [('(', ')'), ('[', ']'), ('{', '}')] {
                let count = |letter| program.matches(letter).count();
                assert_eq!(count(open), count(close), "{flavour:?} {operation}\n{program}");
            }
        }
    }
}

/// The engine with the table Orders and three orders.
fn world() -> engine::world::World {
    let config = engine::world::Config {
        instant: true,
        lag: false,
        throttle: false,
        ..engine::world::Config::default()
    };
    let mut world = engine::world::World::new(config);
    let table = json!({"TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "user_id", "KeyType": "HASH"}, {"AttributeName": "order_id", "KeyType": "RANGE"}],
        "AttributeDefinitions": [{"AttributeName": "user_id", "AttributeType": "S"}, {"AttributeName": "order_id", "AttributeType": "S"}]});
    answer(&mut world, "CreateTable", &table);
    for (order, amount) in [("o1", "5"), ("o2", "7"), ("o3", "9")] {
        let item = json!({"user_id": {"S": "u1"}, "order_id": {"S": order}, "amount": {"N": amount}, "status": {"S": "open"},
            "tags": {"SS": ["a"]}, "list": {"L": [{"S": "x"}]}});
        answer(&mut world, "PutItem", &json!({"TableName": "Orders", "Item": item}));
    }
    world
}

fn answer(world: &mut engine::world::World, operation: &str, request: &Value) -> Value {
    let outcome = world.execute("us-east-1", 1_767_225_600_000, operation, request.to_string().as_bytes());
    let response = outcome.response.unwrap_or_else(|error| panic!("{operation} {request}: {error:?}"));
    serde_json::from_slice(&response).unwrap()
}

#[test]
fn the_statements_do_what_the_request_does() {
    let key = json!({"user_id": {"S": "u1"}, "order_id": {"S": "o1"}});
    let requests = [
        (
            "GetItem",
            json!({"TableName": "Orders", "Key": key, "ProjectionExpression": "#s, amount", "ExpressionAttributeNames": {"#s": "status"}}),
        ),
        (
            "PutItem",
            json!({"TableName": "Orders", "Item": {"user_id": {"S": "it's"}, "order_id": {"S": "o"}, "m": {"M": {"a b": {"NULL": true}}},
            "n": {"NS": ["1", "2.5"]}, "l": {"L": [{"BOOL": false}]}}}),
        ),
        (
            "UpdateItem",
            json!({"TableName": "Orders", "Key": key,
            "UpdateExpression": "SET #s = :s, #l = list_append(#l, :l) REMOVE gone ADD amount :n, tags :t",
            "ConditionExpression": "attribute_exists(user_id) AND (amount IN (:n, :f) OR size(#s) > :n)",
            "ExpressionAttributeNames": {"#s": "status", "#l": "list"},
            "ExpressionAttributeValues": {":s": {"S": "done"}, ":l": {"L": [{"S": "y"}]}, ":n": {"N": "1"}, ":f": {"N": "5"}, ":t": {"SS": ["b"]}}}),
        ),
        (
            "DeleteItem",
            json!({"TableName": "Orders", "Key": key, "ConditionExpression": "amount BETWEEN :a AND :b",
            "ExpressionAttributeValues": {":a": {"N": "1"}, ":b": {"N": "6"}}}),
        ),
        (
            "Query",
            json!({"TableName": "Orders", "KeyConditionExpression": "user_id = :u AND begins_with(order_id, :o)", "FilterExpression": "amount <> :n",
            "ExpressionAttributeValues": {":u": {"S": "u1"}, ":o": {"S": "o"}, ":n": {"N": "7"}}, "ScanIndexForward": false}),
        ),
        (
            "Scan",
            json!({"TableName": "Orders", "FilterExpression": "amount >= :n AND attribute_not_exists(gone)", "ExpressionAttributeValues": {":n": {"N": "7"}}}),
        ),
    ];
    for (operation, request) in requests {
        let text = written(Flavour::PartiQl, operation, &request).unwrap();
        let statement: String = text.lines().filter(|line| !line.starts_with("--")).collect();
        let (mut one, mut two) = (world(), world());
        let direct = answer(&mut one, operation, &request);
        let through = answer(&mut two, "ExecuteStatement", &json!({ "Statement": statement }));
        let items = |answer: &Value| match &answer["Item"] {
            Value::Null => answer["Items"].clone(),
            item => json!([item]),
        };
        if !matches!(operation, "PutItem" | "UpdateItem" | "DeleteItem") {
            assert_eq!(items(&direct), items(&through), "{statement}");
        }
        let all = json!({"TableName": "Orders"});
        assert_eq!(answer(&mut one, "Scan", &all), answer(&mut two, "Scan", &all), "{statement}");
    }
}
