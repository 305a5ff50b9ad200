//! Every format that a workspace was ever stored in is read for ever: a fixture of each, with all kinds of records.
//!
//! A fixture is what stands in the database, and what reads answered then. A new one is written by `FIXTURES=write`, under the
//! format's number and the next letter; one that is there is never written again.

use std::collections::BTreeMap;
use std::path::PathBuf;

use data_encoding::BASE64;
use engine::world::{Config, World};
use futures_util::FutureExt;
use serde_json::{Value, json};
use simulation::crashes::disk::Failing;
use web::worker::disk::Failure;
use web::worker::durable::{Durable, Opened};
use web::worker::journal::Sizes;
use web::worker::segment::FORMAT;

const REGION: &str = "us-east-1";
const START_MS: u64 = 1_750_000_000_000;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn config() -> Config {
    Config { throttle: false, ..Config::default() }
}

fn open(disk: Failing) -> Result<(Durable<Failing>, Opened), Failure> {
    let sizes = Sizes { chunk_bytes: 4_000, segments: 12, bytes: 1 << 20 };
    Durable::open(disk, sizes, &config(), START_MS).now_or_never().expect("nothing waits")
}

/// A workspace in which everything happens that is kept.
struct Making {
    durable: Durable<Failing>,
    now_ms: u64,
}

impl Making {
    fn commit(&mut self, changes: Vec<u8>) {
        self.durable.record(changes);
        self.durable.commit(self.now_ms).now_or_never().expect("nothing waits").expect("it is stored");
        self.durable
            .advance_snapshot(self.now_ms)
            .now_or_never()
            .expect("nothing waits")
            .expect("it is stored");
    }

    fn call(&mut self, operation: &str, request: Value) -> Value {
        self.call_in(REGION, operation, request)
    }

    fn call_in(&mut self, region: &str, operation: &str, request: Value) -> Value {
        self.now_ms += 10;
        let outcome =
            self.durable.world.execute(region, self.now_ms, operation, request.to_string().as_bytes());
        let answer = outcome
            .response
            .unwrap_or_else(|error| panic!("{operation} {request}: {}", error.to_json().escape_ascii()));
        self.commit(outcome.changes);
        serde_json::from_slice(&answer).expect("the answer is JSON")
    }

    fn wait(&mut self, ms: u64) {
        let until_ms = self.now_ms + ms;
        while self.durable.world.now_ms() < until_ms {
            let advance = self.durable.world.advance(until_ms, 50);
            self.now_ms = self.now_ms.max(self.durable.world.now_ms());
            self.commit(advance.outcome.changes);
        }
        self.now_ms = until_ms;
    }
}

fn everything(disk: Failing) -> World {
    let (durable, _) = open(disk).expect("it is empty");
    let mut making = Making { durable, now_ms: START_MS };
    let attribute = |name: &str, kind: &str| json!({"AttributeName": name, "AttributeType": kind});
    let key = |name: &str, kind: &str| json!({"AttributeName": name, "KeyType": kind});
    making.call(
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
    making.call(
        "CreateTable",
        json!({"TableName": "Sessions", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [attribute("id", "B")],
            "KeySchema": [key("id", "HASH")]}),
    );
    making.call(
        "CreateTable",
        json!({"TableName": "Log", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [attribute("id", "S")],
            "KeySchema": [key("id", "HASH")]}),
    );
    making.wait(60_000);
    making.call(
        "UpdateTimeToLive",
        json!({"TableName": "Sessions", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "ends"}}),
    );
    making.call(
        "UpdateContinuousBackups",
        json!({"TableName": "Orders", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}}),
    );
    for order in 0..8 {
        making.call(
            "PutItem",
            json!({"TableName": "Orders", "Item": {"user": {"S": format!("u{}", order % 3)}, "order": {"N": order.to_string()},
                "status": {"S": if order % 2 == 0 { "open" } else { "sent" }}, "at": {"S": format!("2026-01-0{}", order + 1)},
                "total": {"N": "12.750"}, "paid": {"BOOL": true}, "none": {"NULL": true}, "raw": {"B": "AAEC"},
                "tags": {"SS": ["a", "b"]}, "counts": {"NS": ["1", "-2.5"]}, "keys": {"BS": ["AA==", "AQ=="]},
                "lines": {"L": [{"M": {"sku": {"S": "x"}, "n": {"N": "1E+3"}}}]}}}),
        );
    }
    let ends = START_MS / 1000 + 3_600;
    making.call(
        "PutItem",
        json!({"TableName": "Sessions", "Item": {"id": {"B": "AQ=="}, "ends": {"N": ends.to_string()}}}),
    );
    making.call("PutItem", json!({"TableName": "Sessions", "Item": {"id": {"B": "Ag=="}, "ends": {"N": (ends * 2).to_string()}}}));
    making.call(
        "UpdateItem",
        json!({"TableName": "Orders", "Key": {"user": {"S": "u0"}, "order": {"N": "0"}},
            "UpdateExpression": "SET #s = :s ADD #t :one REMOVE paid DELETE tags :gone",
            "ExpressionAttributeNames": {"#s": "status", "#t": "total"},
            "ExpressionAttributeValues": {":s": {"S": "paid"}, ":one": {"N": "1"}, ":gone": {"SS": ["a"]}}}),
    );
    making.call(
        "DeleteItem",
        json!({"TableName": "Orders", "Key": {"user": {"S": "u1"}, "order": {"N": "1"}}}),
    );
    making.call(
        "TransactWriteItems",
        json!({"ClientRequestToken": "token-1", "TransactItems": [
            {"Put": {"TableName": "Orders", "Item": {"user": {"S": "u9"}, "order": {"N": "1"}, "total": {"N": "1"}}}},
            {"Update": {"TableName": "Sessions", "Key": {"id": {"B": "Ag=="}}, "UpdateExpression": "SET n = :n",
                "ExpressionAttributeValues": {":n": {"N": "5"}}}}]}),
    );
    making.call(
        "ExecuteStatement",
        json!({"Statement": "INSERT INTO \"Orders\" VALUE {'user': 'sql', 'order': 7}"}),
    );
    making.call("CreateBackup", json!({"TableName": "Orders", "BackupName": "first"}));
    making.wait(60_000);
    making.call(
        "UpdateTable",
        json!({"TableName": "Orders", "ProvisionedThroughput": {"ReadCapacityUnits": 60, "WriteCapacityUnits": 60}}),
    );
    making.wait(60_000);
    making.call("UpdateTable", json!({"TableName": "Orders", "DeletionProtectionEnabled": true}));
    let listed = making.call("Dynascope.ListPartitions", json!({"TableName": "Orders"}));
    let partition = listed["Partitions"][0]["PartitionId"].clone();
    making.call("Dynascope.SplitPartition", json!({"TableName": "Orders", "Partition": partition}));
    making.wait(120_000);
    let arn = making.call("DescribeTable", json!({"TableName": "Orders"}))["Table"]["TableArn"].clone();
    let stream =
        making.call("DescribeTable", json!({"TableName": "Orders"}))["Table"]["LatestStreamArn"].clone();
    making.call("TagResource", json!({"ResourceArn": arn, "Tags": [{"Key": "stage", "Value": "test"}]}));
    making.call(
        "Dynascope.CreateEventSourceMapping",
        json!({"EventSourceArn": stream, "FunctionName": "note", "StartingPosition": "TRIM_HORIZON", "Function": {"Rules": [
            {"Then": {"PutItem": {"TableName": "Log", "Item": {"id": {"S": "{dynamodb.SequenceNumber}"}}}}}]}}),
    );
    making.call("PutItem", json!({"TableName": "Orders", "Item": {"user": {"S": "u2"}, "order": {"N": "77"}, "status": {"S": "open"}}}));
    // A session ends by its time to live.
    making.wait(4 * 3_600_000);
    making.call(
        "UpdateTable",
        json!({"TableName": "Sessions", "ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]}),
    );
    making.wait(600_000);
    making.call(
        "PutItem",
        json!({"TableName": "Sessions", "Item": {"id": {"B": "Aw=="}, "from": {"S": "here"}}}),
    );
    making.wait(30_000);
    making.call_in(
        "eu-west-1",
        "PutItem",
        json!({"TableName": "Sessions", "Item": {"id": {"B": "BA=="}, "from": {"S": "there"}}}),
    );
    making.wait(30_000);
    making.durable.world
}

/// What is asked of a fixture.
fn reads() -> Vec<(&'static str, &'static str, Value)> {
    let here = [
        ("ListTables", json!({})),
        ("DescribeTable", json!({"TableName": "Orders"})),
        ("DescribeTable", json!({"TableName": "Sessions"})),
        ("Scan", json!({"TableName": "Orders", "ConsistentRead": true})),
        ("Scan", json!({"TableName": "Orders", "IndexName": "by-status"})),
        ("Scan", json!({"TableName": "Orders", "IndexName": "by-date"})),
        ("Scan", json!({"TableName": "Sessions", "ConsistentRead": true})),
        ("Scan", json!({"TableName": "Log", "ConsistentRead": true})),
        ("DescribeTimeToLive", json!({"TableName": "Sessions"})),
        ("ListBackups", json!({})),
        ("Dynascope.ListPartitions", json!({"TableName": "Orders"})),
        ("Dynascope.ListEventSourceMappings", json!({})),
    ];
    let there = ("eu-west-1", "Scan", json!({"TableName": "Sessions", "ConsistentRead": true}));
    here.into_iter().map(|(operation, request)| (REGION, operation, request)).chain([there]).collect()
}

/// Of partitions only where they are and what they hold: what they are asked for, and have left, is of the moment.
fn lasting(operation: &str, mut answer: Value) -> Value {
    if operation == "Dynascope.ListPartitions" {
        for partition in answer["Partitions"].as_array_mut().into_iter().flatten() {
            let kept = ["PartitionId", "FirstHash", "LastHash", "ItemCount", "SizeBytes"];
            *partition = kept.into_iter().map(|name| (name.to_owned(), partition[name].clone())).collect();
        }
    }
    answer
}

fn answers(world: &mut World) -> Value {
    let mut answer = |(region, operation, request): (&str, &str, Value)| {
        let outcome = world.look(region, operation, request.to_string().as_bytes());
        let response = outcome.unwrap_or_else(|| panic!("{operation} writes")).response;
        let response = response.unwrap_or_else(|error| panic!("{operation} {request}: {}", error.message));
        let answer: Value = serde_json::from_slice(&response).expect("the answer is JSON");
        let answer = lasting(operation, answer);
        json!({"region": region, "operation": operation, "request": request, "answer": answer})
    };
    reads().into_iter().map(&mut answer).collect()
}

#[test]
fn every_format_is_read() {
    if std::env::var("FIXTURES").is_ok_and(|what| what == "write") {
        let letter =
            ('a'..='z').find(|letter| !folder().join(format!("format-{FORMAT}{letter}.json")).exists());
        let disk = Failing::new(1);
        let mut world = everything(disk.clone());
        let stored: BTreeMap<String, String> =
            disk.dump().into_iter().map(|(name, bytes)| (name, BASE64.encode(&bytes))).collect();
        let fixture = json!({"stored": stored, "answers": answers(&mut world)});
        let name = format!("format-{FORMAT}{}.json", letter.expect("a letter is free"));
        std::fs::write(folder().join(name), format!("{fixture:#}\n")).expect("it is written");
    }
    let mut formats = Vec::new();
    for entry in std::fs::read_dir(folder()).expect("there are fixtures") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        let fixture: Value = serde_json::from_str(&text).expect("JSON");
        let stored = fixture["stored"].as_object().expect("what is stored").iter();
        let stored = stored.map(|(name, bytes)| {
            let bytes = bytes.as_str().expect("base64").as_bytes();
            (name.clone(), BASE64.decode(bytes).expect("base64"))
        });
        let (mut durable, opened) = open(Failing::of_dump(stored)).expect("it can be read");
        assert_eq!(opened.report, Vec::<String>::new(), "{}", path.display());
        assert!(opened.opening.snapshot_bytes > 0 && opened.opening.commits > 0, "{:?}", opened.opening);
        for kept in fixture["answers"].as_array().expect("what was answered") {
            let (region, operation) = (kept["region"].as_str(), kept["operation"].as_str());
            let (region, operation) = (region.expect("a region"), operation.expect("an operation"));
            let outcome = durable.world.look(region, operation, kept["request"].to_string().as_bytes());
            let response = outcome.expect("it reads").response;
            let response = response.unwrap_or_else(|error| panic!("{operation}: {}", error.message));
            let answer: Value = serde_json::from_slice(&response).expect("JSON");
            let answer = lasting(operation, answer);
            assert_eq!(answer, kept["answer"], "{}: {operation} {}", path.display(), kept["request"]);
        }
        formats.push(path);
    }
    assert!(formats.len() >= usize::from(FORMAT), "a format has no fixture: {formats:?}");
}
