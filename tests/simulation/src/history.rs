//! One random history.

mod checks;

use engine::random::Random;
use engine::timeline::{Access, EventKind, Zone};
use engine::world::{Config, World};
use serde_json::{Value, json};
use std::collections::BTreeMap;

use crate::model::{Model, OWNERS, Record, STATUSES, between};

const REGION: &str = "us-east-1";

/// What a history did: enough to see that it was no idle one, and its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Requests answered.
    pub requests: usize,
    /// Refusals that the model foresaw.
    pub refusals: usize,
    /// Stale reads seen.
    pub stale: usize,
    /// Times the world was wound back.
    pub wound_back: usize,
    /// Partitions split, by request and by themselves.
    pub splits: usize,
    /// Leaders elected.
    pub elections: usize,
    /// Requests that no partition could answer at first.
    pub unavailable: usize,
    /// Item collections that were seen on several partitions.
    pub divided: usize,
    /// Every response and event, and the last snapshot.
    pub bytes: Vec<u8>,
}

struct History {
    random: Random,
    /// Whether the table has a local index, which keeps its item collections whole.
    local: bool,
    world: World,
    now_ms: u64,
    model: Model,
    /// The model at the last durable point.
    durable: Model,
    /// All changes up to the last durable point.
    journal: Vec<u8>,
    /// Changes that are not durable yet.
    waiting: Vec<u8>,
    /// The key that was last drawn for a write: what is read is often that.
    last: (&'static str, i64),
    /// What each key has held since the world was last opened or wound back, the oldest first.
    versions: BTreeMap<(&'static str, i64), Vec<Option<Value>>>,
    /// The version that each zone's replica last answered with.
    seen: BTreeMap<((&'static str, i64), Zone), usize>,
    /// The zone that answered the last read.
    zone: Option<Zone>,
    report: Report,
}

/// Runs the history of a seed.
///
/// # Panics
/// Where the engine's answer differs from the model's.
pub fn run(seed: u64, steps: usize) -> Report {
    let config = Config { seed, throttle: false, ..Config::default() };
    let mut history = History {
        random: Random::new(seed ^ 0x5eed),
        world: World::new(config),
        now_ms: 1_700_000_000_000,
        model: Model::new(),
        durable: Model::new(),
        journal: Vec::new(),
        waiting: Vec::new(),
        last: (OWNERS[0], 0),
        local: seed.is_multiple_of(2),
        versions: BTreeMap::new(),
        seen: BTreeMap::new(),
        zone: None,
        report: Report::default(),
    };
    history.create_table();
    for _ in 0..steps {
        history.step();
    }
    history.settle();
    history.check_everything();
    // The journal tells of the counters with the last write.
    history.update();
    history.commit();
    let mut replayed = World::new(history.config());
    replayed.replay(&history.journal).expect("the journal replays");
    let snapshot = history.world.snapshot();
    assert!(replayed.snapshot() == snapshot, "seed {seed}: the replayed journal is another state");
    history.report.bytes.extend(snapshot);
    history.report
}

fn number(value: &Value) -> i64 {
    value["N"].as_str().expect("a number").parse().expect("a whole number")
}

fn key_of(item: &Value) -> (String, i64) {
    (item["owner"]["S"].as_str().expect("an owner").to_string(), number(&item["n"]))
}

/// What makes a few items of one owner larger than a partition may be here.
fn filler() -> Value {
    json!({"S": "x".repeat(150)})
}

fn as_item(key: &(&'static str, i64), record: &Record) -> Value {
    let mut item = json!({
        "owner": {"S": key.0}, "n": {"N": key.1.to_string()}, "count": {"N": record.count.to_string()}, "filler": filler()
    });
    if let Some(status) = record.status {
        item["status"] = json!({ "S": status });
    }
    item
}

impl History {
    fn config(&self) -> Config {
        Config { throttle: false, ..Config::default() }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.random.below(bound as u64) as usize
    }

    /// Sends a request, again and again as an SDK does, while no partition can answer it.
    fn call(&mut self, operation: &str, request: Value) -> Result<Value, String> {
        let mut wait_ms = 500;
        loop {
            match self.send(operation, &request) {
                Err(error) if error == "InternalServerError" && wait_ms < 1_000_000 => {
                    self.report.unavailable += 1;
                    self.now_ms += wait_ms;
                    wait_ms *= 2;
                }
                answer => return answer,
            }
        }
    }

    fn send(&mut self, operation: &str, request: &Value) -> Result<Value, String> {
        let outcome = self.world.execute(REGION, self.now_ms, operation, request.to_string().as_bytes());
        self.waiting.extend_from_slice(&outcome.changes);
        self.report.requests += 1;
        let ids: Vec<u64> = outcome.events.iter().map(|event| event.id).collect();
        assert!(ids.windows(2).all(|pair| pair[1] == pair[0] + 1), "events have no gap");
        assert!(matches!(outcome.events.last().map(|e| &e.kind), Some(EventKind::RequestFinished { .. })));
        self.report.bytes.extend(serde_json::to_vec(&outcome.events).expect("events are JSON"));
        for event in &outcome.events {
            match event.kind {
                EventKind::PartitionSplit { .. } => self.report.splits += 1,
                EventKind::LeaderElected { .. } => self.report.elections += 1,
                EventKind::Routed { access: Access::Read, zone, .. } => self.zone = Some(zone),
                _ => {}
            }
        }
        match outcome.response {
            Ok(bytes) => {
                self.report.bytes.extend_from_slice(&bytes);
                Ok(serde_json::from_slice(&bytes).expect("a response is JSON"))
            }
            Err(error) => Err(error.kind.name().to_string()),
        }
    }

    fn ok(&mut self, operation: &str, request: Value) -> Value {
        let shown = request.to_string();
        self.call(operation, request).unwrap_or_else(|error| panic!("{operation} {shown}: {error}"))
    }

    fn create_table(&mut self) {
        let mut request = json!({
                "TableName": "Sim", "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [
                    {"AttributeName": "owner", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"},
                    {"AttributeName": "status", "AttributeType": "S"}
                ],
                "KeySchema": [
                    {"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}
                ],
                "LocalSecondaryIndexes": [{
                    "IndexName": "by-status-here", "Projection": {"ProjectionType": "KEYS_ONLY"},
                    "KeySchema": [
                        {"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "status", "KeyType": "RANGE"}
                    ]
                }],
                "GlobalSecondaryIndexes": [{
                    "IndexName": "by-status", "Projection": {"ProjectionType": "ALL"},
                    "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}]
                }]
        });
        if !self.local {
            request.as_object_mut().expect("an object").remove("LocalSecondaryIndexes");
        }
        self.ok("CreateTable", request);
        self.ok("Dynascope.UpdateSimulation", json!({"PartitionSizeBytes": 1024, "SplitSeconds": 1}));
        self.now_ms += 10_000;
        self.commit();
    }

    fn step(&mut self) {
        self.now_ms += self.random.below(40);
        match self.below(100) {
            0..35 => self.put(),
            35..50 => self.update(),
            50..60 => self.delete(),
            60..75 => self.read_one(),
            75..82 => self.query(),
            82..85 => self.query_eventually(),
            85..90 => self.transact(),
            90..93 => self.commit(),
            93..95 => self.wind_back(),
            95..97 => self.reopen(),
            97..98 => {
                self.settle();
                self.check_everything();
            }
            98..99 => match self.below(3) {
                0 => self.split(),
                1 => self.kill(),
                _ => self.zone(),
            },
            _ => self.now_ms += 86_400_000,
        }
    }

    /// What the key holds from now on.
    fn note(&mut self, key: (&'static str, i64), item: Option<Value>) {
        self.versions.entry(key).or_insert_with(|| vec![None]).push(item);
    }

    /// Every replica shows what is there now, and nothing earlier.
    fn begin_again(&mut self) {
        let now = self.model.iter().map(|(key, record)| (*key, vec![Some(as_item(key, record))]));
        self.versions = now.collect();
        self.seen.clear();
    }

    fn partitions(&mut self) -> Vec<Value> {
        let listed = self.ok("Dynascope.ListPartitions", json!({"TableName": "Sim"}));
        listed["Partitions"].as_array().expect("partitions").clone()
    }

    fn draw_partition(&mut self) -> Value {
        let all = self.partitions();
        let drawn = &all[self.below(all.len())];
        let mut request = json!({"TableName": "Sim", "Partition": drawn["PartitionId"]});
        if let Some(index) = drawn.get("IndexName") {
            request["IndexName"] = index.clone();
        }
        request
    }

    fn split(&mut self) {
        let request = self.draw_partition();
        if let Err(error) = self.call("Dynascope.SplitPartition", request) {
            assert_eq!(error, "ValidationException", "it may be one key's");
        }
        self.check_everything_strongly();
    }

    fn kill(&mut self) {
        let mut request = self.draw_partition();
        request["Zone"] = Zone::ALL[self.below(3)].name().into();
        request["Action"] = "KILL".into();
        self.ok("Dynascope.UpdateReplica", request);
    }

    /// A zone goes dark, and with it another lights up: one at a time.
    fn zone(&mut self) {
        let dark = self.below(4);
        for (at, zone) in Zone::ALL.into_iter().enumerate() {
            let status = if at == dark { "DARK" } else { "UP" };
            self.ok("Dynascope.UpdateZone", json!({"Zone": zone.name(), "Status": status}));
        }
    }

    fn draw_key(&mut self) -> (&'static str, i64) {
        (OWNERS[self.below(OWNERS.len())], self.below(12) as i64 - 6)
    }

    fn draw_record(&mut self) -> Record {
        let status = self.below(STATUSES.len() + 1);
        Record { status: STATUSES.get(status).copied(), count: self.below(1000) as i64 }
    }

    fn put(&mut self) {
        let (key, record) = (self.draw_key(), self.draw_record());
        self.last = key;
        let only_new = self.below(4) == 0;
        let mut request =
            json!({"TableName": "Sim", "Item": as_item(&key, &record), "ReturnValues": "ALL_OLD"});
        if only_new {
            request["ConditionExpression"] = "attribute_not_exists(#o)".into();
            request["ExpressionAttributeNames"] = json!({"#o": "owner"});
        }
        let answer = self.call("PutItem", request);
        if only_new && self.model.contains_key(&key) {
            assert_eq!(answer, Err("ConditionalCheckFailedException".into()));
            self.report.refusals += 1;
            return;
        }
        self.note(key, Some(as_item(&key, &record)));
        let before = self.model.insert(key, record).map(|before| as_item(&key, &before));
        assert_eq!(answer.expect("a put").get("Attributes").cloned(), before);
    }

    fn update(&mut self) {
        let key = self.draw_key();
        let request = json!({
            "TableName": "Sim", "Key": {"owner": {"S": key.0}, "n": {"N": key.1.to_string()}},
            "UpdateExpression": "SET #c = if_not_exists(#c, :zero) + :one, filler = :filler", "ReturnValues": "ALL_NEW",
            "ExpressionAttributeNames": {"#c": "count"},
            "ExpressionAttributeValues": {":zero": {"N": "0"}, ":one": {"N": "1"}, ":filler": filler()}
        });
        let record = self.model.entry(key).or_insert(Record { status: None, count: 0 });
        record.count += 1;
        let expected = as_item(&key, record);
        self.note(key, Some(expected.clone()));
        assert_eq!(self.ok("UpdateItem", request)["Attributes"], expected);
    }

    fn delete(&mut self) {
        let key = self.draw_key();
        let request = json!({
            "TableName": "Sim", "Key": {"owner": {"S": key.0}, "n": {"N": key.1.to_string()}}, "ReturnValues": "ALL_OLD"
        });
        self.note(key, None);
        let before = self.model.remove(&key).map(|before| as_item(&key, &before));
        assert_eq!(self.ok("DeleteItem", request).get("Attributes").cloned(), before);
    }

    fn read_one(&mut self) {
        let key = if self.below(2) == 0 { self.last } else { self.draw_key() };
        let strong = self.below(2) == 0;
        let request = json!({
            "TableName": "Sim", "Key": {"owner": {"S": key.0}, "n": {"N": key.1.to_string()}}, "ConsistentRead": strong
        });
        let item = self.ok("GetItem", request).get("Item").cloned();
        let expected = self.model.get(&key).map(|record| as_item(&key, record));
        if strong {
            assert_eq!(item, expected);
            return;
        }
        self.check_version(key, item.as_ref());
        if item != expected {
            self.report.stale += 1;
        }
    }

    fn query(&mut self) {
        let owner = OWNERS[self.below(OWNERS.len())];
        let (low, high) = (self.below(12) as i64 - 6, self.below(12) as i64 - 6);
        let forward = self.below(2) == 0;
        let request = json!({
            "TableName": "Sim", "ConsistentRead": true, "ScanIndexForward": forward,
            "KeyConditionExpression": "#o = :o AND n BETWEEN :low AND :high",
            "ExpressionAttributeNames": {"#o": "owner"},
            "ExpressionAttributeValues": {
                ":o": {"S": owner}, ":low": {"N": low.to_string()}, ":high": {"N": high.to_string()}
            },
            "Limit": self.below(4) + 1
        });
        if low > high {
            assert_eq!(self.call("Query", request), Err("ValidationException".into()));
            self.report.refusals += 1;
            return;
        }
        let found = self.pages("Query", request);
        let mut expected: Vec<Value> =
            between(&self.model, owner, low, high).iter().map(|(key, record)| as_item(key, record)).collect();
        if !forward {
            expected.reverse();
        }
        assert_eq!(found, expected);
    }

    /// Queries the table or its global index without consistency: what is there was committed once.
    fn query_eventually(&mut self) {
        let status = self.below(2 * STATUSES.len());
        if let Some(status) = STATUSES.get(status) {
            let request = json!({
                "TableName": "Sim", "IndexName": "by-status", "KeyConditionExpression": "#s = :s",
                "ExpressionAttributeNames": {"#s": "status"}, "ExpressionAttributeValues": {":s": {"S": status}},
                "Limit": self.below(6) + 1
            });
            let found = self.pages("Query", request);
            self.check_index_entries(status, &found);
        } else {
            let owner = OWNERS[self.below(OWNERS.len())];
            let request = json!({
                "TableName": "Sim", "KeyConditionExpression": "#o = :o", "ExpressionAttributeNames": {"#o": "owner"},
                "ExpressionAttributeValues": {":o": {"S": owner}}, "Limit": self.below(6) + 1
            });
            let found = self.pages("Query", request);
            self.check_items(owner, &found);
        }
    }

    fn pages(&mut self, operation: &str, mut request: Value) -> Vec<Value> {
        let mut found = Vec::new();
        loop {
            let page = self.ok(operation, request.clone());
            found.extend(page["Items"].as_array().expect("items").iter().cloned());
            match page.get("LastEvaluatedKey") {
                Some(key) => request["ExclusiveStartKey"] = key.clone(),
                None => return found,
            }
        }
    }

    fn transact(&mut self) {
        let (one, two) = (self.draw_key(), self.draw_key());
        if one == two {
            return;
        }
        let record = self.draw_record();
        let key = |key: (&str, i64)| json!({"owner": {"S": key.0}, "n": {"N": key.1.to_string()}});
        let request = json!({"TransactItems": [
            {"Put": {"TableName": "Sim", "Item": as_item(&one, &record)}},
            {"Delete": {
                "TableName": "Sim", "Key": key(two), "ConditionExpression": "attribute_exists(n)"
            }}
        ]});
        let answer = self.call("TransactWriteItems", request);
        if self.model.contains_key(&two) {
            answer.expect("a transaction");
            self.note(one, Some(as_item(&one, &record)));
            self.note(two, None);
            self.model.insert(one, record);
            self.model.remove(&two);
        } else {
            assert_eq!(answer, Err("TransactionCanceledException".into()));
            self.report.refusals += 1;
        }
    }

    fn commit(&mut self) {
        self.world.durable(self.world.position());
        self.journal.append(&mut self.waiting);
        self.durable = self.model.clone();
    }

    fn wind_back(&mut self) {
        self.world.wind_back();
        self.waiting.clear();
        self.model = self.durable.clone();
        self.begin_again();
        self.report.wound_back += 1;
        self.check_everything_strongly();
    }

    /// Reopens the world: of a snapshot of now, or of the journal up to the last durable point.
    fn reopen(&mut self) {
        let counts = |partitions: Vec<Value>| -> Vec<Value> {
            let count = |one: &Value| json!([one["PartitionId"], one["ItemCount"], one["SizeBytes"]]);
            partitions.iter().map(count).collect()
        };
        if self.below(2) == 0 {
            let before = counts(self.partitions());
            self.commit();
            self.world = World::restore(self.config(), &self.world.snapshot()).expect("the snapshot opens");
            assert_eq!(counts(self.partitions()), before, "what was counted on the way is what is there");
        } else {
            self.world = World::new(self.config());
            self.world.replay(&self.journal).expect("the journal replays");
            self.world.durable(self.world.position());
            self.waiting.clear();
            self.model = self.durable.clone();
        }
        self.begin_again();
        self.check_everything_strongly();
    }

    /// Lets followers and indexes catch up.
    fn settle(&mut self) {
        self.now_ms += 20_000;
        let outcome = self.world.tick(self.now_ms);
        self.waiting.extend_from_slice(&outcome.changes);
    }
}
