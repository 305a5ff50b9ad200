//! Time travel: a random history, wound back and forth, is byte for byte what a fresh run is up to there, with all that is under
//! way; and in the middle of a call each item stands as the events up to there tell.

use std::collections::BTreeMap;
use std::rc::Rc;

use engine::timeline::{Event, EventKind, WriteAction};
use engine::world::{Cause, Config, History, Outcome, Past, World};
use proptest::prelude::*;
use serde_json::{Value, json};

const START_MS: u64 = 1_700_000_000_000;
const REGION: &str = "us-east-1";

#[derive(Clone, Debug)]
enum Act {
    Put(u8, u16),
    Update(u8),
    Delete(u8),
    Transact(u8, u8),
    Refused(u8),
    Query(u8),
    Begin(u8, u8),
    Step(u8),
    CreateTable,
    DeleteTable,
    UpdateTimeToLive,
    Elsewhere(u8),
    Wait(u32),
    Glance(u8),
    Batch(u8, u8, u8),
}

fn an_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => (any::<u8>(), any::<u16>()).prop_map(|(key, size)| Act::Put(key % 20, size % 600)),
        4 => any::<u8>().prop_map(|key| Act::Update(key % 20)),
        3 => any::<u8>().prop_map(|key| Act::Delete(key % 20)),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(one, other)| Act::Transact(one % 20, other % 20)),
        1 => any::<u8>().prop_map(|key| Act::Refused(key % 20)),
        2 => any::<u8>().prop_map(|key| Act::Query(key % 20)),
        1 => (any::<u8>(), any::<u8>()).prop_map(|(one, other)| Act::Begin(one % 20, 20 + other % 20)),
        3 => any::<u8>().prop_map(Act::Step),
        1 => Just(Act::CreateTable),
        1 => Just(Act::DeleteTable),
        1 => Just(Act::UpdateTimeToLive),
        1 => any::<u8>().prop_map(|key| Act::Elsewhere(key % 4)),
        2 => (1u32..200_000_000).prop_map(Act::Wait),
        4 => (1u32..300).prop_map(Act::Wait),
        1 => (1u8..9).prop_map(Act::Glance),
        3 => (any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(a, b, c)| Act::Batch(a % 20, b % 20, c % 20)),
    ]
}

/// One that leaves the table as it is.
fn an_act_on_items() -> impl Strategy<Value = Act> {
    an_act().prop_filter("the table stays", |act| !matches!(act, Act::CreateTable | Act::DeleteTable))
}

fn key(key: u8) -> Value {
    json!({ "id": { "S": format!("k{}", key % 5) }, "at": { "N": key.to_string() } })
}

/// What does one thing.
fn cause(now_ms: &mut u64, act: &Act) -> Cause {
    *now_ms += 7;
    let item = |number: u8, size: u16| {
        let mut item = key(number);
        item["group"] = json!({ "S": format!("g{}", number % 3) });
        item["gone"] = json!({ "N": (*now_ms / 1000 + 60 * u64::from(number)).to_string() });
        item["body"] = json!({ "S": "x".repeat(usize::from(size)) });
        item
    };
    let put = |number: u8| json!({ "Put": { "TableName": "Tab", "Item": item(number, 9) } });
    let mut region = REGION;
    let (operation, request) = match act {
        Act::Put(number, size) => ("PutItem", json!({ "TableName": "Tab", "Item": item(*number, *size) })),
        Act::Update(number) => (
            "UpdateItem",
            json!({ "TableName": "Tab", "Key": key(*number), "UpdateExpression": "ADD hits :one",
                "ExpressionAttributeValues": { ":one": { "N": "1" } } }),
        ),
        Act::Delete(number) => ("DeleteItem", json!({ "TableName": "Tab", "Key": key(*number) })),
        Act::Transact(one, other) => {
            ("TransactWriteItems", json!({ "TransactItems": [put(*one), put(*other)] }))
        }
        Act::Batch(one, two, three) => {
            let put = |number: u8| json!({ "PutRequest": { "Item": item(number, 30) } });
            let mut keys = vec![*one, *two, *three];
            keys.sort_unstable();
            keys.dedup();
            let requests: Vec<Value> = keys.into_iter().map(put).collect();
            ("BatchWriteItem", json!({ "RequestItems": { "Tab": requests } }))
        }
        Act::Refused(number) => (
            "PutItem",
            json!({ "TableName": "Tab", "Item": item(*number, 3), "ConditionExpression": "attribute_exists(never)" }),
        ),
        Act::Query(number) => (
            "Query",
            json!({ "TableName": "Tab", "KeyConditionExpression": "id = :id",
                "ExpressionAttributeValues": { ":id": { "S": format!("k{}", number % 5) } } }),
        ),
        Act::Begin(one, other) => (
            "Dynascope.BeginTransactions",
            json!({ "Clients": [{ "Operation": "TransactWriteItems",
                "Request": { "TransactItems": [put(*one), put(*other)] } }] }),
        ),
        Act::Step(seed) => ("Dynascope.StepTransactions", json!({ "Seed": seed, "Count": 1 })),
        Act::CreateTable => ("CreateTable", table("Tab")),
        Act::DeleteTable => ("DeleteTable", json!({ "TableName": "Tab" })),
        Act::UpdateTimeToLive => (
            "UpdateTimeToLive",
            json!({ "TableName": "Tab",
                "TimeToLiveSpecification": { "AttributeName": "gone", "Enabled": true } }),
        ),
        Act::Elsewhere(number) => {
            region = "eu-west-1";
            ("CreateTable", table(&format!("Elsewhere{number}")))
        }
        Act::Wait(ms) => return Cause::Time { until_ms: *now_ms + u64::from(*ms) },
        Act::Glance(number) => {
            let scan = json!({ "TableName": "Tab", "Limit": number }).to_string();
            return Cause::request(region, *now_ms, "Scan", scan.as_bytes(), true);
        }
    };
    Cause::request(region, *now_ms, operation, request.to_string().as_bytes(), false)
}

/// Does one thing: what it came to.
fn carry_out(world: &mut World, now_ms: &mut u64, act: &Act) -> Outcome {
    let outcome = cause(now_ms, act).happen(world);
    *now_ms = world.now_ms().max(*now_ms);
    outcome
}

/// The same, with a history.
fn carry_on(world: &mut World, now_ms: &mut u64, act: &Act, history: &mut History) -> Outcome {
    let moment = world.moment();
    let cause = cause(now_ms, act);
    let mut outcome = cause.happen(world);
    *now_ms = world.now_ms().max(*now_ms);
    if matches!(act, Act::Glance(_)) && outcome.changes.is_empty() {
        // What it told has the numbers of what is told next.
        outcome.events.clear();
    }
    history.note(world, &moment, cause, &Rc::new(outcome.events.clone()), &outcome.tallies);
    history.keep();
    world.durable(world.position());
    outcome
}

fn table(name: &str) -> Value {
    json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }, { "AttributeName": "at", "KeyType": "RANGE" }],
        "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }, { "AttributeName": "at", "AttributeType": "N" },
            { "AttributeName": "group", "AttributeType": "S" }],
        "GlobalSecondaryIndexes": [{ "IndexName": "by-group", "Projection": { "ProjectionType": "ALL" },
            "KeySchema": [{ "AttributeName": "group", "KeyType": "HASH" }] }],
        "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" },
    })
}

fn fresh() -> (World, u64) {
    let mut world = World::new(Config { instant: true, ..Config::default() });
    let made = world.execute(REGION, START_MS, "CreateTable", table("Tab").to_string().as_bytes());
    assert!(made.response.is_ok(), "{:?}", made.response);
    (world, START_MS)
}

/// The number of the last event that a call left at home.
fn last_event(outcome: &Outcome) -> Option<u64> {
    outcome.events.iter().rfind(|event| event.region.is_none()).map(|event| event.id)
}

/// Scans the table of that moment: the items as they stand.
fn items(world: &mut World) -> BTreeMap<String, Value> {
    let scan = json!({ "TableName": "Tab", "ConsistentRead": true }).to_string();
    let outcome = world.look(REGION, "Scan", scan.as_bytes()).expect("a scan only reads");
    let bytes = outcome.response.unwrap_or_else(|error| panic!("{error}"));
    let page: Value = serde_json::from_slice(&bytes).unwrap();
    let items = page["Items"].as_array().cloned().unwrap_or_default().into_iter();
    items
        .map(|item| {
            (format!("{} {}", item["id"]["S"].as_str().unwrap(), item["at"]["N"].as_str().unwrap()), item)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Wherever it is wound to, in whatever order, all of the state, with tokens, followers and what is on its way, is what a
    /// fresh run leaves there; and looking leaves no trace.
    #[test]
    fn winding_back_and_forth_is_byte_equal_to_a_fresh_run(
        acts in proptest::collection::vec(an_act(), 1..70),
        visits in proptest::collection::vec(any::<prop::sample::Index>(), 1..6),
    ) {
        let (mut live, mut now_ms) = fresh();
        let mut history = History::new(&live, 1 << 20, 1 << 30);
        let outcomes: Vec<Outcome> =
            acts.iter().map(|act| carry_on(&mut live, &mut now_ms, act, &mut history)).collect();
        let last = live.image();
        let (mut again, mut then_ms) = fresh();
        let mut state_behind = |act| {
            carry_out(&mut again, &mut then_ms, act);
            again.image()
        };
        let states: Vec<Vec<u8>> = acts.iter().map(&mut state_behind).collect();
        let mut past = None;
        for visit in visits {
            let call = visit.index(acts.len());
            let Some(event) = last_event(&outcomes[call]) else { continue };
            // On the way there, in the middle of a call.
            let (first, _) = history.ring().first().expect("there are events");
            let amid = first + visit.index((event - first + 1) as usize) as u64;
            let world = history.wind(&mut past, &live, amid).unwrap().expect("it is kept");
            items_or_none(world);
            let world = history.wind(&mut past, &live, event).unwrap().expect("it is kept");
            let here = world.image();
            prop_assert!(states[call] == here, "after call {}: {:?}", call, acts[call]);
            items_or_none(world);
            let written = world.look(REGION, "PutItem", b"{}");
            prop_assert!(written.is_none());
            prop_assert!(world.image() == here, "a look leaves no trace");
        }
        prop_assert!(live.image() == last);
    }

    /// At each event the items are those that the events up to there have written: none of a batch changes before its own.
    #[test]
    fn an_item_changes_at_the_event_that_tells_it(
        acts in proptest::collection::vec(an_act_on_items(), 1..40),
        visits in proptest::collection::vec(any::<prop::sample::Index>(), 1..12),
    ) {
        let (mut live, mut now_ms) = fresh();
        let mut history = History::new(&live, 1 << 20, 1 << 30);
        let mut events: Vec<Event> = Vec::new();
        for act in &acts {
            let outcome = carry_on(&mut live, &mut now_ms, act, &mut history);
            events.extend(outcome.events.into_iter().filter(|event| event.region.is_none()));
        }
        let mut past: Option<Past> = None;
        for visit in visits {
            let Some(at) = events.len().checked_sub(1).map(|last| visit.index(last + 1)) else { continue };
            let mut there: BTreeMap<&str, u64> = BTreeMap::new();
            for event in &events[..=at] {
                if let EventKind::Written { key, action, size_after_bytes, target, .. } = &event.kind
                    && target.table == "Tab"
                {
                    match action {
                        WriteAction::Remove => there.remove(&**key),
                        WriteAction::Unchanged => None,
                        _ => there.insert(key, *size_after_bytes),
                    };
                }
            }
            let world = history.wind(&mut past, &live, events[at].id).unwrap().expect("it is kept");
            prop_assert_eq!(world.now_ms(), events[at].at_ms, "its time is the event's");
            let found = items(world);
            prop_assert_eq!(found.len(), there.len(), "at {:?}: {:?}, told {:?}", &events[at], found.keys(), there);
            let sizes: u64 = there.values().sum();
            let listed = world.look(REGION, "Dynascope.ListPartitions", br#"{"TableName":"Tab"}"#);
            let listed: Value = serde_json::from_slice(&listed.unwrap().response.unwrap()).unwrap();
            let own = listed["Partitions"].as_array().unwrap().iter().filter(|one| one["IndexName"].is_null());
            let held: u64 = own
                .map(|one| one["SizeBytes"].as_u64().expect("a partition has a size")).sum();
            prop_assert_eq!(held, sizes, "at {:?}", &events[at]);
        }
    }
}

/// Looks at the table, where there is one.
fn items_or_none(world: &mut World) {
    let scan = json!({ "TableName": "Tab", "ConsistentRead": true }).to_string();
    assert!(world.look(REGION, "Scan", scan.as_bytes()).is_some());
}

#[test]
fn a_past_sees_what_came_after_it_was_copied_and_what_has_fallen_away_is_told() {
    let (mut world, mut now_ms) = fresh();
    let mut history = History::new(&world, 1 << 20, 800_000);
    let mut past = None;
    let mut states = Vec::new();
    for number in 0..1_200_u16 {
        let act = Act::Put((number % 20) as u8, number % 600);
        let outcome = carry_on(&mut world, &mut now_ms, &act, &mut history);
        states.push((last_event(&outcome).expect("a request leaves events"), world.image()));
        let visited = if number % 40 == 0 { 8 } else { 0 };
        for (event, state) in states.iter().rev().step_by(97).take(visited) {
            match history.wind(&mut past, &world, *event).unwrap() {
                Some(then) => assert_eq!(&then.image(), state),
                None => assert!(history.ring().first().is_some_and(|(first, _)| first > *event), "{event}"),
            }
        }
    }
    assert!(history.size_bytes() <= 800_000, "{}", history.size_bytes());
    assert!(history.ring().fallen() > 0);
    // All that is kept can be wound to.
    let (first, _) = history.ring().first().expect("some are kept");
    assert!(history.wind(&mut past, &world, first).unwrap().is_some());
    let (event, _) = states[0];
    assert!(history.wind(&mut past, &world, event).unwrap().is_none());
}

#[test]
fn what_could_not_be_stored_never_happened_and_what_follows_is_wound_to_all_the_same() {
    let (mut world, mut now_ms) = fresh();
    world.durable(world.position());
    let mut history = History::new(&world, 1 << 20, 1 << 30);
    let mut past = None;
    let mut states = Vec::new();
    for number in 0..60_u8 {
        // One of them, or two one behind the other.
        let failures = if number % 9 == 4 { 1 + number % 2 } else { 0 };
        for _ in 0..failures {
            let moment = world.moment();
            let lost = cause(&mut now_ms, &Act::Put(number % 20, 77));
            let outcome = lost.happen(&mut world);
            history.note(&world, &moment, lost, &Rc::new(outcome.events), &outcome.tallies);
            world.wind_back();
            history.drop_noted(&world);
        }
        let outcome = carry_on(&mut world, &mut now_ms, &Act::Put(number % 20, 9), &mut history);
        states.push((last_event(&outcome).expect("a request leaves events"), world.image()));
    }
    for (event, state) in states.iter().rev().step_by(7).chain(states.iter().step_by(5)) {
        let then = history.wind(&mut past, &world, *event).unwrap().expect("it is kept");
        assert_eq!(&then.image(), state, "event {event}");
    }
}

#[test]
fn large_requests_are_packed_between_two_marks_and_wound_to_all_the_same() {
    let (mut world, mut now_ms) = fresh();
    let mut history = History::new(&world, 1 << 20, 1 << 30);
    let states: Vec<_> = (0..200_u16)
        .map(|number| {
            let act = Act::Put((number % 20) as u8, 9_000 + number);
            let outcome = carry_on(&mut world, &mut now_ms, &act, &mut history);
            (last_event(&outcome).expect("a request leaves events"), world.image())
        })
        .collect();
    assert!(history.size_bytes() < 600_000, "{}", history.size_bytes());
    let mut past = None;
    for (event, state) in states.iter().rev().step_by(7).chain(states.iter().step_by(11)) {
        let then = history.wind(&mut past, &world, *event).unwrap().expect("it is kept");
        assert_eq!(&then.image(), state, "event {event}");
    }
}

/// What an inspector's operation tells of a moment.
fn seen(world: &mut World, operation: &str) -> Value {
    let outcome = world.look(REGION, operation, br#"{"TableName":"Tab"}"#).expect("it only reads");
    serde_json::from_slice(&outcome.response.unwrap_or_else(|error| panic!("{error}"))).unwrap()
}

#[test]
fn tokens_followers_and_index_entries_are_those_of_the_event() {
    let (mut world, mut now_ms) = fresh();
    let mut history = History::new(&world, 1 << 20, 1 << 30);
    let mut events = Vec::new();
    for number in 0..30_u8 {
        let sizes = u16::from(number) + 30;
        for act in [Act::Put(number % 20, sizes), Act::Put((number + 1) % 20, sizes), Act::Wait(40)] {
            events.extend(carry_on(&mut world, &mut now_ms, &act, &mut history).events);
        }
    }
    let (mut past, mut taken, mut behind, mut pending) = (None, 0, 0, 0);
    for event in events.iter().rev() {
        match &event.kind {
            EventKind::TokensTaken { target, partition, partition_left_half_units, .. } => {
                let then = history.wind(&mut past, &world, event.id).unwrap().expect("it is kept");
                let listed = seen(then, "Dynascope.ListPartitions");
                let all = listed["Partitions"].as_array().expect("a list").iter();
                let mut own = all.filter(|one| one["PartitionId"] == json!(partition));
                let left = &own.next().expect("it is listed")["WriteTokens"]["LeftUnits"];
                assert_eq!(left.as_f64(), Some(*partition_left_half_units as f64 / 2.0), "{target:?}");
                taken += 1;
            }
            EventKind::Acknowledged { partition, position, .. } => {
                let then = history.wind(&mut past, &world, event.id).unwrap().expect("it is kept");
                let listed = seen(then, "Dynascope.ListPartitions");
                let all = listed["Partitions"].as_array().expect("a list").iter();
                let mut own = all.filter(|one| one["PartitionId"] == json!(partition));
                let replicas = own.next().expect("it is listed")["Replicas"].as_array().expect("three");
                let applied = |one: &Value| one["AppliedPosition"].as_u64().expect("a position");
                assert_eq!(replicas.iter().map(applied).max(), Some(*position), "the leader has it");
                behind += usize::from(replicas.iter().any(|one| applied(one) < *position));
            }
            EventKind::IndexPropagated { .. } => {
                let then = history.wind(&mut past, &world, event.id).unwrap().expect("it is kept");
                let now = seen(then, "Dynascope.ListPartitions");
                let before = history.wind(&mut past, &world, event.id - 1).unwrap().expect("it is kept");
                pending += usize::from(seen(before, "Dynascope.ListPartitions") != now);
            }
            _ => {}
        }
    }
    assert!(taken > 100 && behind > 40 && pending > 4, "{taken} {behind} {pending}");
}

#[test]
fn what_is_only_glanced_at_leaves_no_trace() {
    let (mut watched, mut now_ms) = fresh();
    let (mut alone, _) = fresh();
    let query = json!({ "TableName": "Tab", "KeyConditionExpression": "id = :id",
        "ExpressionAttributeValues": { ":id": { "S": "k1" } } });
    for number in 0..40 {
        let mut at_ms = now_ms;
        let seen = carry_out(&mut watched, &mut at_ms, &Act::Put(number % 20, 10));
        let unseen = carry_out(&mut alone, &mut now_ms, &Act::Put(number % 20, 10));
        assert_eq!(seen.events, unseen.events);
        for (operation, request) in [("ListTables", json!({})), ("Query", query.clone())] {
            let outcome = watched.glance(REGION, now_ms, operation, request.to_string().as_bytes());
            outcome.response.unwrap_or_else(|error| panic!("{operation}: {error}"));
        }
    }
    assert_eq!(watched.snapshot(), alone.snapshot());
}

#[test]
fn what_other_regions_do_is_on_the_same_timeline_and_can_be_wound_to() {
    let (mut world, mut now_ms) = fresh();
    let mut history = History::new(&world, 1 << 20, 1 << 30);
    let mut events: Vec<Event> = Vec::new();
    let mut act = |world: &mut World, history: &mut History, cause: Cause| {
        let moment = world.moment();
        let outcome = cause.happen(world);
        let answer = outcome.response.unwrap_or_else(|error| panic!("{error}"));
        history.note(world, &moment, cause, &Rc::new(outcome.events.clone()), &outcome.tallies);
        history.keep();
        world.durable(world.position());
        events.extend(outcome.events);
        answer
    };
    let mut send = |world: &mut World,
                    history: &mut History,
                    region: &str,
                    operation: &str,
                    request: Value| {
        now_ms += 7;
        act(world, history, Cause::request(region, now_ms, operation, request.to_string().as_bytes(), false));
        now_ms += 3_000;
        act(world, history, Cause::Time { until_ms: now_ms });
    };
    let other = "eu-west-1";
    let replica = json!({ "TableName": "Tab", "ReplicaUpdates": [{ "Create": { "RegionName": other } }] });
    send(&mut world, &mut history, REGION, "UpdateTable", replica);
    for number in 0..6 {
        let put = json!({ "TableName": "Tab", "Item": key(number) });
        send(&mut world, &mut history, if number % 2 == 0 { other } else { REGION }, "PutItem", put);
        let get = json!({ "TableName": "Tab", "Key": key(number) });
        send(&mut world, &mut history, other, "GetItem", get);
    }
    assert!(events.iter().any(|event| event.region.as_deref() == Some(other)));
    assert!(events.is_sorted_by(|one, next| one.id < next.id), "they are numbered in their order");

    // At each event every region holds what was written there up to then, and what has arrived there.
    let mut past = None;
    for event in events.iter().rev().step_by(3).chain(events.iter().step_by(4)) {
        let Some(world) = history.wind(&mut past, &world, event.id).unwrap() else { continue };
        let up_to = events.iter().take_while(|one| one.id <= event.id);
        let written = |region: Option<&str>| {
            let own = up_to.clone().filter(|one| one.region.as_deref() == region);
            let put = |one: &&Event| matches!(&one.kind, EventKind::Written { target, .. } if target.table == "Tab" && target.index.is_none());
            own.filter(put).count()
        };
        let mut held = |region: &str| {
            let count = json!({ "TableName": "Tab" }).to_string();
            let look =
                world.look(region, "Dynascope.DescribeReplica", count.as_bytes()).expect("it only reads");
            let told: Value = serde_json::from_slice(&look.response.unwrap()).unwrap();
            told["ItemCount"].as_u64().expect("a count") as usize
        };
        assert_eq!((held(REGION), held(other)), (written(None), written(Some(other))), "at {event:?}");
    }
}
