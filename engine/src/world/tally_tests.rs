//! The numbers of requests, and what is recorded of a request that nobody watches.

use serde_json::{Value, json};

use super::{Config, Outcome, World};
use crate::model::key;
use crate::timeline::{Access, Consumed, Detail, EventKind, Limit, Tally};

const REGION: &str = "us-east-1";

struct Door {
    world: World,
    now_ms: u64,
    detail: Detail,
}

impl Door {
    fn new(detail: Detail, table: &Value) -> Door {
        let world = World::new(Config { instant: true, ..Config::default() });
        let mut door = Door { world, now_ms: 1_700_000_000_000, detail };
        assert!(door.send("CreateTable", table).response.is_ok());
        door
    }

    fn send(&mut self, operation: &str, request: &Value) -> Outcome {
        let request = request.to_string();
        self.world.execute_with(REGION, self.now_ms, self.detail, operation, request.as_bytes())
    }
}

fn orders() -> Value {
    json!({
        "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "status", "AttributeType": "S"}
        ],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-status", "Projection": {"ProjectionType": "KEYS_ONLY"},
            "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}]
        }]
    })
}

fn put(id: &str) -> Value {
    json!({"TableName": "Orders", "Item": {
        "id": {"S": id}, "status": {"S": "open"}, "note": {"S": "x".repeat(1500)}
    }})
}

#[test]
fn a_write_leaves_a_tally_at_its_partition_and_at_each_index_s() {
    let mut door = Door::new(Detail::Watched, &orders());
    let outcome = door.send("PutItem", &put("o1"));
    let [table, index] = outcome.tallies[..] else { panic!("two tallies: {:?}", outcome.tallies) };
    assert_eq!((table.index, table.access, table.half_units), (0, Access::Write, 4));
    assert_eq!((table.hash, table.throttled), (Some(key::hash(b"o1")), None));
    assert_eq!(table.size_bytes, 4 + 10 + 1504, "the item's");
    assert_eq!((index.half_units, index.hash), (2, Some(key::hash(b"open"))));
    assert_eq!(index.latency_us, 0, "nobody waits for an index");
    assert_eq!(table.request, index.request);
    let name = |tally: &Tally| door.world.target(tally.table, tally.index).and_then(|target| target.index);
    assert_eq!((name(&table), name(&index)), (None, Some("by-status".to_string())));
}

#[test]
fn the_tallies_are_what_the_events_say() {
    let mut door = Door::new(Detail::Watched, &orders());
    door.send("PutItem", &put("o1"));
    let query = json!({
        "TableName": "Orders", "IndexName": "by-status", "KeyConditionExpression": "#s = :s",
        "ExpressionAttributeNames": {"#s": "status"}, "ExpressionAttributeValues": {":s": {"S": "open"}}
    });
    let get = json!({"TableName": "Orders", "Key": {"id": {"S": "o1"}}, "ConsistentRead": true});
    for (operation, request) in [("GetItem", get), ("Query", query), ("PutItem", put("o2"))] {
        let outcome = door.send(operation, &request);
        let taken = outcome.events.iter().filter_map(|event| match &event.kind {
            EventKind::TokensTaken { partition, access, half_units, .. } => {
                Some((*partition, *access, *half_units))
            }
            _ => None,
        });
        let counted = outcome.tallies.iter().map(|t| (t.partition, t.access, t.half_units));
        assert_eq!(counted.collect::<Vec<_>>(), taken.collect::<Vec<_>>(), "{operation}");
        let latency = outcome.events.iter().find_map(|event| match &event.kind {
            EventKind::RequestFinished { latency_us, .. } => Some(*latency_us),
            _ => None,
        });
        let waited: u64 = outcome.tallies.iter().map(|tally| tally.latency_us).sum();
        assert_eq!(latency, Some(1_000 + waited), "{operation}");
    }
}

#[test]
fn an_unwatched_request_does_and_counts_the_same_without_its_events() {
    let (mut watched, mut counted) =
        (Door::new(Detail::Watched, &orders()), Door::new(Detail::Answered, &orders()));
    let get = json!({"TableName": "Orders", "Key": {"id": {"S": "o1"}}, "ReturnConsumedCapacity": "INDEXES"});
    let conditional = json!({
        "TableName": "Orders", "Key": {"id": {"S": "o1"}}, "ConditionExpression": "attribute_not_exists(id)"
    });
    for (operation, request) in [
        ("PutItem", put("o1")),
        ("GetItem", get),
        ("DeleteItem", conditional),
        ("GetItem", json!({"TableName": "Nothing", "Key": {"id": {"S": "o1"}}})),
        ("PutItem", put("o1")),
    ] {
        watched.now_ms += 500;
        counted.now_ms += 500;
        let (one, other) = (watched.send(operation, &request), counted.send(operation, &request));
        assert_eq!(one.response, other.response, "{operation}: what it consumed included");
        assert_eq!(one.tallies, other.tallies, "{operation}");
        assert!(one.events.len() >= 2, "{operation}");
        assert_eq!(other.events, [], "{operation}");
    }
    let all = |door: &Door| {
        let items = door.world.clone();
        items.engines[REGION].region().tables["Orders"].statistics(0)
    };
    assert_eq!(all(&watched), all(&counted));
}

#[test]
fn of_refusals_that_nobody_watches_each_first_one_is_kept() {
    let mut table = orders();
    table["BillingMode"] = json!("PROVISIONED");
    table["AttributeDefinitions"].as_array_mut().unwrap().truncate(1);
    table["ProvisionedThroughput"] = json!({"ReadCapacityUnits": 1, "WriteCapacityUnits": 1});
    table.as_object_mut().unwrap().remove("GlobalSecondaryIndexes");
    let mut door = Door::new(Detail::Counted, &table);
    let refused = |door: &mut Door| {
        let mut events = Vec::new();
        let mut tallies = Vec::new();
        for _ in 0..400 {
            let outcome = door.send("PutItem", &put("o1"));
            events.extend(outcome.events);
            tallies.extend(outcome.tallies.into_iter().filter(|tally| tally.throttled.is_some()));
        }
        (events, tallies)
    };
    let (events, tallies) = refused(&mut door);
    assert!(
        matches!(&events[..], [event] if matches!(event.kind, EventKind::Throttled { .. })),
        "{events:?}"
    );
    assert!(tallies.len() > 200, "{}", tallies.len());
    let first = tallies[0];
    assert_eq!((first.throttled, first.half_units, first.size_bytes), (Some(Limit::Provisioned), 0, 0));
    assert_eq!(first.hash, Some(key::hash(b"o1")));
    assert_eq!(refused(&mut door).0, [], "they go on");
    door.now_ms += 60_000;
    assert_eq!(refused(&mut door).0.len(), 1, "a first one again after a minute");
}

#[test]
fn a_meter_that_only_counts_knows_the_same_total() {
    let mut meter = crate::capacity::Meter::new(Detail::Counted);
    meter.table("Orders", Access::Write, 2);
    meter.global("Orders", "by-status", Access::Write, 4);
    assert_eq!(meter.total(), Consumed { read_half_units: 0, write_half_units: 6 });
    assert!(meter.is_empty(), "by table there is nothing");
}

#[test]
fn what_is_asked_side_by_side_takes_as_long_as_the_slowest_and_a_transaction_longer_than_what_it_does() {
    let mut door = Door::new(Detail::Watched, &orders());
    let key = |n: u64| json!({"id": {"S": format!("o{n}")}});
    let keys: Vec<Value> = (0..40).map(key).collect();
    let batch = door.send("BatchGetItem", &json!({"RequestItems": {"Orders": {"Keys": keys}}}));
    let slowest = batch.tallies.iter().map(|tally| tally.latency_us).max();
    assert_eq!((batch.tallies.len(), Some(batch.latency_us)), (40, slowest.map(|us| us + 1_000)));

    let put = |n: u64| json!({"Put": {"TableName": "Orders", "Item": {"id": {"S": format!("o{n}")}}}});
    let mut mean = |operation: &str, request: &dyn Fn(u64) -> Value| {
        let all = (0..200).map(|n| door.send(operation, &request(n)).latency_us);
        all.sum::<u64>() / 200
    };
    let write = mean("PutItem", &|n| json!({"TableName": "Orders", "Item": {"id": {"S": format!("o{n}")}}}));
    let writes = mean("TransactWriteItems", &|n| json!({"TransactItems": [put(n), put(n + 1_000)]}));
    let read = mean("GetItem", &|n| json!({"TableName": "Orders", "Key": key(n)}));
    let get = |n: u64| json!({"Get": {"TableName": "Orders", "Key": key(n)}});
    let reads = mean("TransactGetItems", &|n| json!({"TransactItems": [get(n), get(n + 1_000)]}));
    assert!((write * 3..write * 4).contains(&writes), "{write} {writes}");
    assert!((read * 3 / 2..read * 5 / 2).contains(&reads), "{read} {reads}");
}
