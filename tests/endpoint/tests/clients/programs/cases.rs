//! The requests that are written as programs, and the tables and items that they find.

use serde_json::{Value, json};

/// In the place of the stream's ARN, which is another at each endpoint.
pub const STREAM: &str = "<stream>";
/// In the place of the shard that has records.
pub const SHARD: &str = "<shard>";
/// In the place of an iterator at its beginning.
pub const ITERATOR: &str = "<iterator>";

/// A request.
pub struct Case {
    /// A word for it, a name of a file.
    pub name: &'static str,
    pub operation: &'static str,
    /// With [`STREAM`], [`SHARD`] and [`ITERATOR`] as they are written.
    pub request: Value,
    /// The exception that it is refused with.
    pub refused: Option<&'static str>,
}

/// What is made before each.
pub fn made() -> Vec<(&'static str, Value)> {
    let order = |user: &str, order: &str, status: &str, total: &str| {
        let item = json!({"user_id": {"S": user}, "order_id": {"S": order}, "status": {"S": status}, "amount": {"N": total}});
        ("PutItem", json!({"TableName": "Orders", "Item": item}))
    };
    vec![
        (
            "CreateTable",
            json!({"TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": [{"AttributeName": "user_id", "KeyType": "HASH"}, {"AttributeName": "order_id", "KeyType": "RANGE"}],
                "AttributeDefinitions": [{"AttributeName": "user_id", "AttributeType": "S"}, {"AttributeName": "order_id", "AttributeType": "S"},
                    {"AttributeName": "status", "AttributeType": "S"}],
                "GlobalSecondaryIndexes": [{"IndexName": "status-index", "Projection": {"ProjectionType": "ALL"},
                    "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}, {"AttributeName": "order_id", "KeyType": "RANGE"}]}],
                "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}}),
        ),
        order("u1", "o1", "shipped", "10"),
        order("u1", "o2", "open", "20.5"),
        order("u2", "o3", "shipped", "5"),
    ]
}

fn key(user: &str, order: &str) -> Value {
    json!({"user_id": {"S": user}, "order_id": {"S": order}})
}

/// All of them.
pub fn cases() -> Vec<Case> {
    let case = |name, operation, request| Case { name, operation, request, refused: None };
    let every_type = json!({"user_id": {"S": "it's \"quoted\" \\ é"}, "order_id": {"S": "line\nbreak\t$HOME `x`"}, "n": {"N": "5"},
        "fraction": {"N": "1.5"}, "large": {"N": "12345678901234567890.12345"}, "negative": {"N": "-3"}, "ok": {"BOOL": true}, "no": {"NULL": true},
        "tags": {"SS": ["a", "b"]}, "numbers": {"NS": ["1", "2.5"]}, "list": {"L": [{"S": "x"}, {"L": []}, {"M": {"k v": {"N": "1"}, "e": {"M": {}}}}]},
        "class": {"S": "reserved"}});
    let mut bytes = every_type.clone();
    bytes["bytes"] = json!({"B": "AAH/YWJj"});
    bytes["all_bytes"] = json!({"BS": ["AA==", "/w=="]});
    vec![
        case(
            "get_item",
            "GetItem",
            json!({"TableName": "Orders", "Key": key("u1", "o1"), "ConsistentRead": true,
            "ProjectionExpression": "#s, amount", "ExpressionAttributeNames": {"#s": "status"}}),
        ),
        case(
            "put_item",
            "PutItem",
            json!({"TableName": "Orders", "Item": every_type,
            "ConditionExpression": "attribute_not_exists(user_id)", "ReturnConsumedCapacity": "TOTAL"}),
        ),
        case(
            "put_proto",
            "PutItem",
            json!({"TableName": "Orders", "Item": {"user_id": {"S": "p"}, "order_id": {"S": "p"}, "__proto__": {"S": "p"}}}),
        ),
        case("put_bytes", "PutItem", json!({"TableName": "Orders", "Item": bytes})),
        Case {
            refused: Some("ConditionalCheckFailedException"),
            ..case(
                "put_refused",
                "PutItem",
                json!({"TableName": "Orders", "Item": key("u1", "o1"), "ConditionExpression": "attribute_not_exists(user_id)"}),
            )
        },
        case(
            "update_item",
            "UpdateItem",
            json!({"TableName": "Orders", "Key": key("u1", "o1"), "UpdateExpression": "SET #s = :s ADD amount :n",
            "ConditionExpression": "amount >= :n", "ExpressionAttributeNames": {"#s": "status"},
            "ExpressionAttributeValues": {":s": {"S": "returned"}, ":n": {"N": "2.5"}}, "ReturnValues": "UPDATED_NEW"}),
        ),
        case(
            "delete_item",
            "DeleteItem",
            json!({"TableName": "Orders", "Key": key("u1", "o2"), "ReturnValues": "ALL_OLD"}),
        ),
        case(
            "query_pages",
            "Query",
            json!({"TableName": "Orders", "IndexName": "status-index", "KeyConditionExpression": "#s = :s",
            "ExpressionAttributeNames": {"#s": "status"}, "ExpressionAttributeValues": {":s": {"S": "shipped"}}, "ScanIndexForward": false}),
        ),
        case(
            "query_page",
            "Query",
            json!({"TableName": "Orders", "KeyConditionExpression": "user_id = :u", "FilterExpression": "amount > :t",
            "ExpressionAttributeValues": {":u": {"S": "u1"}, ":t": {"N": "10"}}, "Limit": 2, "ExclusiveStartKey": key("u1", "o1")}),
        ),
        case("scan_count", "Scan", json!({"TableName": "Orders", "Select": "COUNT"})),
        case(
            "batch_get",
            "BatchGetItem",
            json!({"RequestItems": {"Orders": {"Keys": [key("u1", "o1"), key("u2", "o3")], "ProjectionExpression": "amount"}}}),
        ),
        case(
            "batch_write",
            "BatchWriteItem",
            json!({"RequestItems": {"Orders": [{"PutRequest": {"Item": key("u9", "o9")}}, {"DeleteRequest": {"Key": key("u1", "o1")}}]}}),
        ),
        case(
            "transact_get",
            "TransactGetItems",
            json!({"TransactItems": [{"Get": {"TableName": "Orders", "Key": key("u1", "o1")}}]}),
        ),
        case(
            "transact_write",
            "TransactWriteItems",
            json!({"TransactItems": [
            {"Put": {"TableName": "Orders", "Item": key("u9", "o9")}},
            {"Update": {"TableName": "Orders", "Key": key("u1", "o1"), "UpdateExpression": "SET amount = :t", "ExpressionAttributeValues": {":t": {"N": "1"}}}},
            {"ConditionCheck": {"TableName": "Orders", "Key": key("u2", "o3"), "ConditionExpression": "attribute_exists(user_id)"}}], "ClientRequestToken": "token-1"}),
        ),
        Case {
            refused: Some("TransactionCanceledException"),
            ..case(
                "transact_refused",
                "TransactWriteItems",
                json!({"TransactItems": [
            {"Delete": {"TableName": "Orders", "Key": key("u1", "o1"), "ConditionExpression": "amount > :t", "ExpressionAttributeValues": {":t": {"N": "99"}}}}],
            "ClientRequestToken": "token-2"}),
            )
        },
        case(
            "statement",
            "ExecuteStatement",
            json!({"Statement": "SELECT * FROM \"Orders\" WHERE user_id = ? AND order_id = ?",
            "Parameters": [{"S": "u1"}, {"S": "o2"}]}),
        ),
        case(
            "statements",
            "BatchExecuteStatement",
            json!({"Statements": [
            {"Statement": "INSERT INTO \"Orders\" VALUE {'user_id': 'u8', 'order_id': 'o8'}"},
            {"Statement": "UPDATE \"Orders\" SET note = ? WHERE user_id = 'u1' AND order_id = 'o1'", "Parameters": [{"S": "x"}]}]}),
        ),
        case(
            "transaction_of_statements",
            "ExecuteTransaction",
            json!({"TransactStatements": [
            {"Statement": "UPDATE \"Orders\" SET amount = 7 WHERE user_id = 'u1' AND order_id = 'o1'"}], "ClientRequestToken": "token-3"}),
        ),
        case(
            "create_table",
            "CreateTable",
            json!({"TableName": "New", "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6},
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "N"}],
            "StreamSpecification": {"StreamEnabled": false}, "Tags": [{"Key": "team", "Value": "a b"}], "TableClass": "STANDARD_INFREQUENT_ACCESS"}),
        ),
        case(
            "update_table",
            "UpdateTable",
            json!({"TableName": "Orders", "DeletionProtectionEnabled": true}),
        ),
        case(
            "update_ttl",
            "UpdateTimeToLive",
            json!({"TableName": "Orders", "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": true}}),
        ),
        case("list_tables", "ListTables", json!({})),
        case("list_streams", "ListStreams", json!({"TableName": "Orders"})),
        case("describe_stream", "DescribeStream", json!({"StreamArn": STREAM, "Limit": 10})),
        case(
            "shard_iterator",
            "GetShardIterator",
            json!({"StreamArn": STREAM, "ShardId": SHARD, "ShardIteratorType": "TRIM_HORIZON"}),
        ),
        case("get_records", "GetRecords", json!({"ShardIterator": ITERATOR, "Limit": 1})),
        Case {
            refused: Some("ResourceNotFoundException"),
            ..case("describe_missing", "DescribeTable", json!({"TableName": "Nowhere"}))
        },
    ]
}
