//! A workspace in which everything happens that is kept.

use engine::world::World;
use futures_util::FutureExt;
use serde_json::{Value, json};
use simulation::crashes::disk::Failing;
use web::worker::durable::Durable;

pub const REGION: &str = "us-east-1";
pub const START_MS: u64 = 1_750_000_000_000;

/// A workspace in which everything happens that is kept.
pub struct Making {
    pub(super) durable: Durable<Failing>,
    pub(super) now_ms: u64,
}

impl Making {
    /// One in which nothing is.
    pub fn begin(disk: Failing) -> Making {
        let (durable, _) = super::open(disk).expect("it is empty");
        Making { durable, now_ms: START_MS }
    }

    /// What it came to.
    pub fn end(self) -> World {
        self.durable.world
    }

    fn commit(&mut self, changes: Vec<u8>) {
        self.durable.record(changes);
        self.durable.commit(self.now_ms).now_or_never().expect("nothing waits").expect("it is stored");
        self.durable
            .advance_snapshot(self.now_ms)
            .now_or_never()
            .expect("nothing waits")
            .expect("it is stored");
    }

    pub(super) fn call(&mut self, operation: &str, request: Value) -> Value {
        self.call_in(REGION, operation, request)
    }

    pub(super) fn call_in(&mut self, region: &str, operation: &str, request: Value) -> Value {
        self.now_ms += 10;
        let outcome =
            self.durable.world.execute(region, self.now_ms, operation, request.to_string().as_bytes());
        let answer = outcome
            .response
            .unwrap_or_else(|error| panic!("{operation} {request}: {}", error.to_json().escape_ascii()));
        self.commit(outcome.changes);
        serde_json::from_slice(&answer).expect("the answer is JSON")
    }

    pub(super) fn wait(&mut self, ms: u64) {
        let until_ms = self.now_ms + ms;
        while self.durable.world.now_ms() < until_ms {
            let advance = self.durable.world.advance(until_ms, 50);
            self.now_ms = self.now_ms.max(self.durable.world.now_ms());
            self.commit(advance.outcome.changes);
        }
        self.now_ms = until_ms;
    }

    /// Tables with all kinds of items and indexes, and what happens to them.
    pub fn everything(&mut self) {
        let attribute = |name: &str, kind: &str| json!({"AttributeName": name, "AttributeType": kind});
        let key = |name: &str, kind: &str| json!({"AttributeName": name, "KeyType": kind});
        self.call(
        "CreateTable",
        json!({"TableName": "Orders", "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": {"ReadCapacityUnits": 50, "WriteCapacityUnits": 50},
            "AttributeDefinitions": [attribute("user", "S"), attribute("order", "N"), attribute("status", "S"), attribute("at", "S")],
            "KeySchema": [key("user", "HASH"), key("order", "RANGE")],
            "LocalSecondaryIndexes": [{"IndexName": "by-date", "KeySchema": [key("user", "HASH"), key("at", "RANGE")],
                "Projection": {"ProjectionType": "KEYS_ONLY"}}],
            "GlobalSecondaryIndexes": [{"IndexName": "by-status", "KeySchema": [key("status", "HASH")],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["total"]},
                "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 50}}],
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
            "Tags": [{"Key": "team", "Value": "shop"}]}),
    );
        self.call(
        "CreateTable",
        json!({"TableName": "Sessions", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [attribute("id", "B")],
            "KeySchema": [key("id", "HASH")]}),
    );
        self.call(
        "CreateTable",
        json!({"TableName": "Log", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [attribute("id", "S")],
            "KeySchema": [key("id", "HASH")]}),
    );
        self.wait(60_000);
        self.call(
        "UpdateTimeToLive",
        json!({"TableName": "Sessions", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "ends"}}),
    );
        self.call(
        "UpdateContinuousBackups",
        json!({"TableName": "Orders", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}}),
    );
        for order in 0..8 {
            self.call(
            "PutItem",
            json!({"TableName": "Orders", "Item": {"user": {"S": format!("u{}", order % 3)}, "order": {"N": order.to_string()},
                "status": {"S": if order % 2 == 0 { "open" } else { "sent" }}, "at": {"S": format!("2026-01-0{}", order + 1)},
                "total": {"N": "12.750"}, "paid": {"BOOL": true}, "none": {"NULL": true}, "raw": {"B": "AAEC"},
                "tags": {"SS": ["a", "b"]}, "counts": {"NS": ["1", "-2.5"]}, "keys": {"BS": ["AA==", "AQ=="]},
                "lines": {"L": [{"M": {"sku": {"S": "x"}, "n": {"N": "1E+3"}}}]}}}),
        );
        }
        let ends = START_MS / 1000 + 3_600;
        self.call(
            "PutItem",
            json!({"TableName": "Sessions", "Item": {"id": {"B": "AQ=="}, "ends": {"N": ends.to_string()}}}),
        );
        self.call("PutItem", json!({"TableName": "Sessions", "Item": {"id": {"B": "Ag=="}, "ends": {"N": (ends * 2).to_string()}}}));
        self.call(
            "UpdateItem",
            json!({"TableName": "Orders", "Key": {"user": {"S": "u0"}, "order": {"N": "0"}},
            "UpdateExpression": "SET #s = :s ADD #t :one REMOVE paid DELETE tags :gone",
            "ExpressionAttributeNames": {"#s": "status", "#t": "total"},
            "ExpressionAttributeValues": {":s": {"S": "paid"}, ":one": {"N": "1"}, ":gone": {"SS": ["a"]}}}),
        );
        self.call(
            "DeleteItem",
            json!({"TableName": "Orders", "Key": {"user": {"S": "u1"}, "order": {"N": "1"}}}),
        );
        self.call(
        "TransactWriteItems",
        json!({"ClientRequestToken": "token-1", "TransactItems": [
            {"Put": {"TableName": "Orders", "Item": {"user": {"S": "u9"}, "order": {"N": "1"}, "total": {"N": "1"}}}},
            {"Update": {"TableName": "Sessions", "Key": {"id": {"B": "Ag=="}}, "UpdateExpression": "SET n = :n",
                "ExpressionAttributeValues": {":n": {"N": "5"}}}}]}),
    );
        self.call(
            "ExecuteStatement",
            json!({"Statement": "INSERT INTO \"Orders\" VALUE {'user': 'sql', 'order': 7}"}),
        );
        self.call("CreateBackup", json!({"TableName": "Orders", "BackupName": "first"}));
        self.wait(60_000);
        self.call(
        "UpdateTable",
        json!({"TableName": "Orders", "ProvisionedThroughput": {"ReadCapacityUnits": 60, "WriteCapacityUnits": 60}}),
    );
        self.wait(60_000);
        self.call("UpdateTable", json!({"TableName": "Orders", "DeletionProtectionEnabled": true}));
        let listed = self.call("Dynascope.ListPartitions", json!({"TableName": "Orders"}));
        let partition = listed["Partitions"][0]["PartitionId"].clone();
        self.call("Dynascope.SplitPartition", json!({"TableName": "Orders", "Partition": partition}));
        self.wait(120_000);
        let arn = self.call("DescribeTable", json!({"TableName": "Orders"}))["Table"]["TableArn"].clone();
        let stream =
            self.call("DescribeTable", json!({"TableName": "Orders"}))["Table"]["LatestStreamArn"].clone();
        self.call("TagResource", json!({"ResourceArn": arn, "Tags": [{"Key": "stage", "Value": "test"}]}));
        self.call(
        "Dynascope.CreateEventSourceMapping",
        json!({"EventSourceArn": stream, "FunctionName": "note", "StartingPosition": "TRIM_HORIZON", "Function": {"Rules": [
            {"Then": {"PutItem": {"TableName": "Log", "Item": {"id": {"S": "{dynamodb.SequenceNumber}"}}}}}]}}),
    );
        self.call("PutItem", json!({"TableName": "Orders", "Item": {"user": {"S": "u2"}, "order": {"N": "77"}, "status": {"S": "open"}}}));
        // A session ends by its time to live.
        self.wait(4 * 3_600_000);
        self.call(
            "UpdateTable",
            json!({"TableName": "Sessions", "ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]}),
        );
        self.wait(600_000);
        self.call(
            "PutItem",
            json!({"TableName": "Sessions", "Item": {"id": {"B": "Aw=="}, "from": {"S": "here"}}}),
        );
        self.wait(30_000);
        self.call_in(
            "eu-west-1",
            "PutItem",
            json!({"TableName": "Sessions", "Item": {"id": {"B": "BA=="}, "from": {"S": "there"}}}),
        );
        self.wait(30_000);
    }
}
