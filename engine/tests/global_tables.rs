//! Global tables: whatever happens, once everything has arrived all regions hold the same bytes.

use std::collections::BTreeMap;

use engine::random::Random;
use engine::timeline::{Event, EventKind};
use engine::world::{Config, World};
use serde_json::{Value, json};

const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "ap-northeast-1"];
const START_MS: u64 = 1_767_225_600_000;

struct Group {
    random: Random,
    world: World,
    now_ms: u64,
    /// Everything up to the last durable point, and what came since.
    journal: Vec<u8>,
    waiting: Vec<u8>,
    events: Vec<Event>,
    bytes: Vec<u8>,
}

fn config() -> Config {
    Config { throttle: false, ..Config::default() }
}

impl Group {
    fn new(seed: u64) -> Group {
        let mut group = Group {
            random: Random::new(seed),
            world: World::new(config()),
            now_ms: START_MS,
            journal: Vec::new(),
            waiting: Vec::new(),
            events: Vec::new(),
            bytes: Vec::new(),
        };
        group.ok(
            REGIONS[0],
            "CreateTable",
            json!({
                "TableName": "Things", "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "AttributeDefinitions": [
                    {"AttributeName": "id", "AttributeType": "N"}, {"AttributeName": "v", "AttributeType": "N"}],
                "GlobalSecondaryIndexes": [{
                    "IndexName": "by-v", "KeySchema": [{"AttributeName": "v", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"}}]
            }),
        );
        group.wait(10_000);
        group.commit();
        group
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.random.below(bound)
    }

    fn call(&mut self, region: &str, operation: &str, request: Value) -> Result<Value, String> {
        let outcome = self.world.execute(region, self.now_ms, operation, request.to_string().as_bytes());
        self.waiting.extend_from_slice(&outcome.changes);
        self.bytes.extend(serde_json::to_vec(&outcome.events).expect("events are JSON"));
        self.events.extend(outcome.events);
        let bytes = outcome.response.map_err(|error| format!("{operation}: {error}"))?;
        Ok(serde_json::from_slice(&bytes).expect("a response is JSON"))
    }

    fn ok(&mut self, region: &str, operation: &str, request: Value) -> Value {
        self.call(region, operation, request).unwrap_or_else(|error| panic!("{region}: {error}"))
    }

    /// Moves the clock, stopping at every moment at which something is due.
    fn wait(&mut self, time_ms: u64) {
        let until_ms = self.now_ms + time_ms;
        while let Some(due_ms) = self.world.next_due_ms().filter(|due_ms| *due_ms <= until_ms) {
            self.now_ms = self.now_ms.max(due_ms);
            let outcome = self.world.tick(self.now_ms);
            self.waiting.extend_from_slice(&outcome.changes);
            self.events.extend(outcome.events);
        }
        self.now_ms = until_ms;
    }

    fn add_replica(&mut self, region: &str) {
        let update = json!({"TableName": "Things", "ReplicaUpdates": [{"Create": {"RegionName": region}}]});
        self.ok(REGIONS[0], "UpdateTable", update);
        self.commit();
    }

    fn commit(&mut self) {
        self.world.durable(self.world.position());
        self.journal.append(&mut self.waiting);
    }

    fn scan(&mut self, region: &str, index: Option<&str>) -> BTreeMap<String, Value> {
        let mut request = json!({"TableName": "Things", "ConsistentRead": index.is_none()});
        if let Some(index) = index {
            request["IndexName"] = index.into();
        }
        let items = self.ok(region, "Scan", request);
        let items = items["Items"].as_array().expect("items").iter();
        items.map(|item| (item["id"]["N"].as_str().expect("a key").to_owned(), item.clone())).collect()
    }

    fn write(&mut self, regions: &[&str]) {
        let region = regions[self.below(regions.len() as u64) as usize];
        let id = json!({"N": self.below(6).to_string()});
        let value = json!({"N": self.below(100).to_string()});
        match self.below(10) {
            0..4 => {
                self.ok(region, "PutItem", json!({"TableName": "Things", "Item": {"id": id, "v": value}}));
            }
            4..7 => {
                let request = json!({
                    "TableName": "Things", "Key": {"id": id}, "UpdateExpression": "ADD v :v SET #r = :r",
                    "ExpressionAttributeNames": {"#r": "region"},
                    "ExpressionAttributeValues": {":v": value, ":r": {"S": region}}
                });
                self.ok(region, "UpdateItem", request);
            }
            7..9 => {
                self.ok(region, "DeleteItem", json!({"TableName": "Things", "Key": {"id": id}}));
            }
            _ => {
                let put = json!({"Put": {"TableName": "Things", "Item": {"id": id, "v": value}}});
                self.ok(region, "TransactWriteItems", json!({"TransactItems": [put]}));
            }
        }
    }

    /// Mends the links, lets everything arrive, and compares.
    fn settle(&mut self, regions: &[&str]) {
        for from in regions {
            for to in regions.iter().filter(|to| *to != from) {
                self.ok(from, "Dynascope.UpdateLink", json!({"RegionName": to}));
            }
        }
        self.wait(30_000);
        let first = self.scan(regions[0], None);
        for region in &regions[1..] {
            assert_eq!(self.scan(region, None), first, "{region} holds what {} holds", regions[0]);
        }
        let with_v = first.into_iter().filter(|(_, item)| item.get("v").is_some()).collect();
        for region in regions {
            assert_eq!(self.scan(region, Some("by-v")), with_v, "the index of {region}");
            let links = self.ok(region, "Dynascope.ListLinks", json!({}));
            assert_eq!(links, json!({"Links": []}), "nothing is under way");
        }
    }

    fn run(&mut self, steps: usize) {
        self.add_replica(REGIONS[1]);
        let mut joined = false;
        let mut regions = &REGIONS[..1];
        for step in 0..steps {
            self.now_ms += self.random.below(60);
            match self.below(40) {
                0..30 => self.write(regions),
                30..32 => self.wait(1000),
                32..34 => self.commit(),
                34 => {
                    self.world.wind_back();
                    self.waiting.clear();
                }
                35 => {
                    // Reopened: of a snapshot of now, or of the journal.
                    if self.below(2) == 0 {
                        self.commit();
                        let snapshot = self.world.snapshot();
                        self.world = World::restore(config(), &snapshot).expect("the snapshot opens");
                    } else {
                        self.world = World::new(config());
                        self.world.replay(&self.journal).expect("the journal replays");
                        self.world.durable(self.world.position());
                        self.waiting.clear();
                    }
                }
                36..38 if regions.len() > 1 => {
                    let (from, to) = (self.below(regions.len() as u64), self.below(regions.len() as u64));
                    let (from, to) = (regions[from as usize], regions[to as usize]);
                    if from != to {
                        let request = json!({
                            "RegionName": to, "Broken": self.below(2) == 0, "LagMilliseconds": self.below(3) * 400
                        });
                        self.ok(from, "Dynascope.UpdateLink", request);
                    }
                }
                _ => {}
            }
            if step == steps / 6 {
                self.wait(10_000);
                self.commit();
                regions = &REGIONS[..2];
            }
            if step == steps / 3 {
                self.wait(10_000);
                self.add_replica(REGIONS[2]);
                self.commit();
                joined = true;
            }
            if joined && step == steps / 2 {
                self.wait(10_000);
                self.commit();
                regions = &REGIONS;
            }
        }
        self.settle(regions);
    }
}

#[test]
fn once_everything_has_arrived_all_regions_hold_the_same() {
    let mut lost = 0;
    for seed in 0..10 {
        let mut group = Group::new(seed);
        group.run(300);
        let arrived = group.events.iter().filter_map(|event| match &event.kind {
            EventKind::ReplicaArrived { written, .. } => Some(*written),
            _ => None,
        });
        let arrived: Vec<bool> = arrived.collect();
        assert!(arrived.len() > 50, "seed {seed} was idle");
        lost += arrived.iter().filter(|written| !**written).count();
    }
    assert!(lost > 10, "regions never wrote one item at once");
}

#[test]
fn the_same_seed_twice_gives_the_same_bytes() {
    let bytes = |seed| {
        let mut group = Group::new(seed);
        group.run(200);
        let mut bytes = std::mem::take(&mut group.bytes);
        bytes.extend(group.world.snapshot());
        bytes
    };
    for seed in [3, 77] {
        assert!(bytes(seed) == bytes(seed), "seed {seed} ran differently the second time");
    }
}

#[test]
fn a_write_arrives_after_its_lag_and_the_later_one_wins() {
    let mut group = Group::new(1);
    group.add_replica(REGIONS[1]);
    group.wait(10_000);
    let put = |value: &str| json!({"TableName": "Things", "Item": {"id": {"N": "1"}, "v": {"N": value}}});
    let get = json!({"TableName": "Things", "Key": {"id": {"N": "1"}}, "ConsistentRead": true});
    group.ok(REGIONS[0], "PutItem", put("1"));
    assert_eq!(group.ok(REGIONS[1], "GetItem", get.clone()), json!({}), "it has not arrived");
    group.now_ms += 1;
    group.ok(REGIONS[1], "PutItem", put("2"));
    assert_eq!(group.ok(REGIONS[0], "GetItem", get.clone())["Item"]["v"], json!({"N": "1"}));
    group.wait(5000);
    for region in &REGIONS[..2] {
        assert_eq!(group.ok(region, "GetItem", get.clone())["Item"]["v"], json!({"N": "2"}), "{region}");
    }
    let written: Vec<bool> = group
        .events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::ReplicaArrived { written, .. } => Some(*written),
            _ => None,
        })
        .collect();
    assert_eq!(written.iter().filter(|written| **written).count(), 1, "the earlier one lost: {written:?}");
}

#[test]
fn a_transaction_s_items_arrive_one_by_one_in_another_region() {
    let mut group = Group::new(1);
    group.add_replica(REGIONS[1]);
    group.wait(10_000);
    let mut alone = 0;
    for pair in 1..=20 {
        let put = |id: usize| json!({"Put": {"TableName": "Things", "Item": {"id": {"N": id.to_string()}}}});
        let items = json!({"TransactItems": [put(2 * pair), put(2 * pair + 1)]});
        group.ok(REGIONS[0], "TransactWriteItems", items);
        assert_eq!(group.scan(REGIONS[0], None).len(), 2 * pair, "in its own region it is whole");
        loop {
            group.wait(1);
            match group.scan(REGIONS[1], None).len() {
                arrived if arrived == 2 * pair => break,
                arrived => alone += usize::from(arrived == 2 * pair - 1),
            }
        }
    }
    assert!(alone > 0, "in the other region no item was ever there without the other");
}

#[test]
fn a_broken_link_keeps_what_is_sent() {
    let mut group = Group::new(1);
    group.add_replica(REGIONS[1]);
    group.wait(10_000);
    group.ok(REGIONS[0], "Dynascope.UpdateLink", json!({"RegionName": REGIONS[1], "Broken": true}));
    group.ok(REGIONS[0], "PutItem", json!({"TableName": "Things", "Item": {"id": {"N": "1"}}}));
    group.wait(60_000);
    assert_eq!(group.scan(REGIONS[1], None).len(), 0);
    let links = group.ok(REGIONS[0], "Dynascope.ListLinks", json!({}));
    assert_eq!(
        (&links["Links"][0]["Broken"], &links["Links"][0]["PendingWrites"]),
        (&json!(true), &json!(1))
    );
    group.ok(REGIONS[0], "Dynascope.UpdateLink", json!({"RegionName": REGIONS[1]}));
    assert_eq!(group.scan(REGIONS[1], None).len(), 1, "mended, it arrives at once");
}

#[test]
fn an_expired_item_goes_everywhere_and_is_recorded_once_in_each_stream() {
    let mut group = Group::new(1);
    group.add_replica(REGIONS[1]);
    group.wait(10_000);
    let ttl = json!({"AttributeName": "until", "Enabled": true});
    let ttl = json!({"TableName": "Things", "TimeToLiveSpecification": ttl});
    group.ok(REGIONS[1], "UpdateTimeToLive", ttl);
    group.wait(10_000);
    let until = json!({"N": (group.now_ms / 1000 + 30).to_string()});
    let item = json!({"id": {"N": "1"}, "until": until});
    group.ok(REGIONS[0], "PutItem", json!({"TableName": "Things", "Item": item}));
    group.wait(180_000);
    for region in &REGIONS[..2] {
        assert_eq!(group.scan(region, None).len(), 0, "{region}");
    }
    let removed = group.events.iter().filter(
        |event| matches!(&event.kind, EventKind::StreamRecord { event_name, .. } if event_name == "REMOVE"),
    );
    assert_eq!(removed.count(), 2);
}
