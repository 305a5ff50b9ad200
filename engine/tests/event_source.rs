//! What an event source promises, whatever it is set to: each item's records come in their order, and none is lost.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};

use engine::timeline::{Event, EventKind, SourceEvent};
use engine::world::{Config, World};

const REGION: &str = "us-east-1";
const START_MS: u64 = 1_767_225_600_000;

/// A world in which Orders has a stream, and a function notes every record that it handles in Log.
struct Run {
    world: World,
    now_ms: u64,
    events: Vec<Event>,
    stream: String,
}

impl Run {
    fn start() -> Run {
        let config = Config { instant: true, lag: false, throttle: false, ..Config::default() };
        let mut run =
            Run { world: World::new(config), now_ms: START_MS, events: Vec::new(), stream: String::new() };
        let orders = run.ok(
            "CreateTable",
            json!({
                "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}
            }),
        );
        run.stream = orders["TableDescription"]["LatestStreamArn"].as_str().unwrap().to_owned();
        run.ok(
            "CreateTable",
            json!({
                "TableName": "Log", "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]
            }),
        );
        run
    }

    fn ok(&mut self, operation: &str, request: Value) -> Value {
        let outcome = self.world.execute(REGION, self.now_ms, operation, request.to_string().as_bytes());
        self.events.extend(outcome.events);
        let body = outcome.response.unwrap_or_else(|error| panic!("{operation}: {error}"));
        serde_json::from_slice(&body).expect("a response is JSON")
    }

    fn advance(&mut self, by_ms: u64) {
        self.now_ms += by_ms;
        let advance = self.world.advance(self.now_ms, usize::MAX);
        self.events.extend(advance.outcome.events);
    }

    /// Item and sequence number of every record that the function handled, in the order in which it did.
    fn handled(&self) -> Vec<(String, String)> {
        let of_log = |event: &Event| match &event.kind {
            EventKind::Written { target, key, .. } if target.table == "Log" => {
                let (item, number) = key.strip_prefix("id = ")?.split_once('#')?;
                Some((item.to_owned(), number.to_owned()))
            }
            _ => None,
        };
        self.events.iter().filter_map(of_log).collect()
    }

    /// Item, sequence number, shard and value of every record of the stream.
    fn records(&mut self) -> Vec<(String, String, String, i64)> {
        let described = self.ok("DescribeStream", json!({ "StreamArn": self.stream }));
        let shards = described["StreamDescription"]["Shards"].as_array().unwrap().clone();
        let mut records = Vec::new();
        for shard in shards {
            let id = shard["ShardId"].as_str().unwrap().to_owned();
            let start = self.ok(
                "GetShardIterator",
                json!({
                    "StreamArn": self.stream, "ShardId": id, "ShardIteratorType": "TRIM_HORIZON"
                }),
            );
            let found = self.ok("GetRecords", json!({ "ShardIterator": start["ShardIterator"] }));
            for record in found["Records"].as_array().unwrap() {
                let change = &record["dynamodb"];
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                let value = text(&change["NewImage"]["n"]["N"]).parse().unwrap_or(-1);
                let (item, number) = (text(&change["Keys"]["id"]["S"]), text(&change["SequenceNumber"]));
                records.push((item, number, id.clone(), value));
            }
        }
        records
    }
}

#[derive(Clone, Debug)]
struct Settings {
    batch_size: u64,
    window_s: u64,
    lanes: u64,
    retries: u64,
    bisect: bool,
    reports: bool,
    loses_percent: u64,
    filter: bool,
}

fn settings() -> impl Strategy<Value = Settings> {
    let sizes = (1u64..6, prop_oneof![Just(0u64), Just(2)], 1u64..5, 0u64..3);
    (sizes, any::<bool>(), any::<bool>(), prop_oneof![Just(0u64), Just(40)], any::<bool>()).prop_map(
        |((batch_size, window_s, lanes, retries), bisect, reports, loses_percent, filter)| Settings {
            batch_size,
            window_s,
            lanes,
            retries,
            bisect,
            reports,
            loses_percent,
            filter,
        },
    )
}

/// What happens: a write of an item, a split of the table's first partition, a change of the number of lanes, or time.
#[derive(Clone, Debug)]
enum Deed {
    Put(u8, u8),
    Delete(u8),
    Split,
    Lanes(u64),
    Wait(u64),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        8 => (0u8..6, 0u8..12).prop_map(|(item, n)| Deed::Put(item, n)),
        2 => (0u8..6).prop_map(Deed::Delete),
        1 => Just(Deed::Split),
        1 => (1u64..5).prop_map(Deed::Lanes),
        3 => (1u64..900).prop_map(Deed::Wait),
    ]
}

/// A value at which the function fails.
const POISON: u8 = 7;
/// A value that the filter lets through no more.
const FILTERED: u8 = 3;

fn create(run: &mut Run, settings: &Settings) -> String {
    let mut request = json!({
        "EventSourceArn": run.stream, "FunctionName": "note", "StartingPosition": "TRIM_HORIZON",
        "BatchSize": settings.batch_size, "MaximumBatchingWindowInSeconds": settings.window_s,
        "ParallelizationFactor": settings.lanes, "MaximumRetryAttempts": settings.retries,
        "BisectBatchOnFunctionError": settings.bisect,
        "FunctionResponseTypes": if settings.reports { vec!["ReportBatchItemFailures"] } else { vec![] },
        "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:000000000000:failed"}},
        "Function": {
            "Rules": [{"Then": {"PutItem": {"TableName": "Log", "Item": {
                "id": {"S": "{dynamodb.Keys.id}#{dynamodb.SequenceNumber}"}}}}}],
            "FailIf": {"ConditionExpression": "dynamodb.NewImage.n = :n",
                "ExpressionAttributeValues": {":n": {"N": POISON.to_string()}}},
            "LosesAnswersPercent": settings.loses_percent
        }
    });
    if settings.filter {
        let rules = json!([{"anything-but": [FILTERED.to_string()]}, {"exists": false}]);
        let pattern = json!({"dynamodb": {"NewImage": {"n": {"N": rules}}}}).to_string();
        request["FilterCriteria"] = json!({"Filters": [{"Pattern": pattern}]});
    }
    run.ok("Dynascope.CreateEventSourceMapping", request)["UUID"].as_str().unwrap().to_owned()
}

fn carry_out(run: &mut Run, uuid: &str, deed: &Deed) {
    match deed {
        Deed::Put(item, n) => {
            let item = json!({"id": {"S": format!("i{item}")}, "n": {"N": n.to_string()}});
            run.ok("PutItem", json!({"TableName": "Orders", "Item": item}));
        }
        Deed::Delete(item) => {
            run.ok("DeleteItem", json!({"TableName": "Orders", "Key": {"id": {"S": format!("i{item}")}}}));
        }
        Deed::Split => {
            let listed = run.ok("Dynascope.ListPartitions", json!({"TableName": "Orders"}));
            let partition = listed["Partitions"][0]["PartitionId"].clone();
            // Another split may be under way: then there is none.
            let request = json!({"TableName": "Orders", "Partition": partition}).to_string();
            let outcome =
                run.world.execute(REGION, run.now_ms, "Dynascope.SplitPartition", request.as_bytes());
            run.events.extend(outcome.events);
        }
        Deed::Lanes(lanes) => {
            let request = json!({"UUID": uuid, "ParallelizationFactor": lanes});
            run.ok("Dynascope.UpdateEventSourceMapping", request);
        }
        Deed::Wait(ms) => run.advance(*ms),
    }
}

fn check(run: &mut Run, uuid: &str, filter: bool) {
    let records = run.records();
    let handled = run.handled();
    // In order: the first time that each record of an item is handled, no later one of the item was before.
    let mut newest: BTreeMap<String, String> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (item, number) in &handled {
        if seen.insert(number.clone()) {
            let before = newest.insert(item.clone(), number.clone());
            assert!(before.is_none_or(|before| before < *number), "{item}: {number} comes too late");
        }
    }
    // None is lost.
    let discarded = run.ok("Dynascope.ListDiscardedBatches", json!({ "UUID": uuid }));
    let ranges: Vec<(String, String, String)> = discarded["DiscardedBatches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| {
            let info = &message["DDBStreamBatchInfo"];
            let text = |name: &str| info[name].as_str().unwrap().to_owned();
            (text("shardId"), text("startSequenceNumber"), text("endSequenceNumber"))
        })
        .collect();
    for (item, number, shard, n) in &records {
        let given_up =
            ranges.iter().any(|(of, first, last)| of == shard && first <= number && number <= last);
        let filtered = filter && *n == i64::from(FILTERED);
        assert!(
            filtered || given_up || seen.contains(number),
            "{item}: {number} in {shard} is neither handled nor given up"
        );
        if *n == i64::from(POISON) || filtered {
            assert!(!seen.contains(number), "{number} cannot have been handled");
        }
    }
    let described = run.ok("Dynascope.GetEventSourceMapping", json!({ "UUID": uuid }));
    assert_eq!(described["Sums"]["RecordsRead"], records.len(), "each record is read once");
    assert_eq!(described["Steps"], json!([]));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_items_records_come_in_order_and_none_is_lost(
        settings in settings(),
        deeds in proptest::collection::vec(deed(), 1..60),
    ) {
        let mut run = Run::start();
        let uuid = create(&mut run, &settings);
        for deed in &deeds {
            carry_out(&mut run, &uuid, deed);
        }
        // Long enough for every retry and every window, short enough for nothing to expire.
        run.advance(3_600_000);
        check(&mut run, &uuid, settings.filter);
    }

    /// What is saved is all there is: reopened at any moment, a source does the same from there on.
    #[test]
    fn a_reopened_source_goes_on_as_if_nothing_had_been(
        settings in settings(),
        deeds in proptest::collection::vec(deed(), 1..30),
        at in any::<prop::sample::Index>(),
    ) {
        let at = at.index(deeds.len());
        let [plain, reopened] = [false, true].map(|reopens| {
            let mut run = Run::start();
            let uuid = create(&mut run, &settings);
            for (place, deed) in deeds.iter().enumerate() {
                if reopens && place == at {
                    let config = Config { instant: true, lag: false, throttle: false, ..Config::default() };
                    run.world = World::restore(config, &run.world.snapshot()).expect("a whole snapshot");
                }
                carry_out(&mut run, &uuid, deed);
            }
            run.advance(600_000);
            run
        });
        let told = |run: &Run| -> Vec<(u64, SourceEvent)> {
            let of = |event: &Event| match &event.kind {
                EventKind::EventSource { source, .. } => Some((event.at_ms, source.clone())),
                _ => None,
            };
            run.events.iter().filter_map(of).collect()
        };
        prop_assert_eq!(told(&plain), told(&reopened));
        prop_assert!(plain.world.snapshot() == reopened.world.snapshot());
    }
}
