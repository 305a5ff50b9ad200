//! Time travel: a random history, wound back and forth, is byte for byte what a fresh run is up to there.

use engine::timeline::EventKind;
use engine::world::{Config, History, Outcome, World};
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
    ]
}

fn key(key: u8) -> Value {
    json!({ "id": { "S": format!("k{}", key % 5) }, "at": { "N": key.to_string() } })
}

/// Does one thing: what it came to.
fn carry_out(world: &mut World, now_ms: &mut u64, act: &Act) -> Outcome {
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
        Act::Wait(ms) => {
            let until_ms = *now_ms + u64::from(*ms);
            let outcome = world.advance(until_ms, 3).outcome;
            *now_ms = world.now_ms();
            return outcome;
        }
    };
    world.execute(region, *now_ms, operation, request.to_string().as_bytes())
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

/// Runs all acts with a history; what the world's bytes are before the first and after each, and the events of each.
fn run(acts: &[Act], history: &mut History) -> (World, Vec<Vec<u8>>, Vec<Outcome>) {
    let (mut world, mut now_ms) = fresh();
    let (mut states, mut outcomes) = (vec![world.snapshot()], Vec::new());
    for act in acts {
        let moment = world.moment();
        let outcome = carry_out(&mut world, &mut now_ms, act);
        history.append(outcome.events.clone(), world.replaced_since(&moment));
        world.durable(world.position());
        states.push(world.snapshot());
        outcomes.push(outcome);
    }
    (world, states, outcomes)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Wherever it is wound to, in whatever order, the state is what a fresh run left there; and looking leaves no trace.
    #[test]
    fn winding_back_and_forth_is_byte_equal_to_a_fresh_run(
        acts in proptest::collection::vec(an_act(), 1..60),
        visits in proptest::collection::vec(any::<prop::sample::Index>(), 1..12),
    ) {
        let mut history = History::new(1 << 20, 1 << 30);
        let (live, states, outcomes) = run(&acts, &mut history);
        let last = live.snapshot();
        let mut past = None;
        let own = |outcome: &Outcome| outcome.events.iter().rfind(|event| event.region.is_none()).map(|event| event.id);
        for visit in visits {
            let call = visit.index(acts.len());
            let Some(event) = own(&outcomes[call]) else { continue };
            let world = history.wind(&mut past, &live, event).unwrap().expect("it is kept");
            // A call that changes nothing has a state of its own, but no event that tells a change: there it is the one before.
            let here = world.snapshot();
            prop_assert!(here == states[call] || here == states[call + 1], "after call {call}: {:?}", acts[call]);
            let changes = !outcomes[call].changes.is_empty() && outcomes[call].response.is_ok();
            let asked = outcomes[call].events.iter().any(|event| matches!(event.kind, EventKind::RequestReceived { .. }));
            if changes && asked && outcomes[call].events.iter().any(|event| matches!(event.kind, EventKind::Written { .. })) {
                prop_assert_eq!(&here, &states[call + 1]);
            }
            let scan = json!({ "TableName": "Tab" }).to_string();
            prop_assert!(world.look(REGION, "Scan", scan.as_bytes()).is_some());
            let written = world.look(REGION, "PutItem", b"{}");
            prop_assert!(written.is_none());
            prop_assert_eq!(world.snapshot(), here, "a look leaves no trace");
            let (mut again, mut now_ms) = fresh();
            for act in &acts[..call] {
                carry_out(&mut again, &mut now_ms, act);
            }
            prop_assert_eq!(again.snapshot(), states[call].clone(), "a fresh run");
        }
        prop_assert_eq!(live.snapshot(), last);
    }
}

#[test]
fn a_past_sees_what_came_after_it_was_copied_and_what_has_fallen_away_is_told() {
    let mut history = History::new(1 << 20, 60_000);
    let (mut world, mut now_ms) = fresh();
    let mut past = None;
    let mut states = Vec::new();
    for number in 0..400_u16 {
        let moment = world.moment();
        let outcome = carry_out(&mut world, &mut now_ms, &Act::Put((number % 20) as u8, number));
        history.append(outcome.events.clone(), world.replaced_since(&moment));
        world.durable(world.position());
        let event = outcome.events.last().expect("a request leaves events").id;
        states.push((event, world.snapshot()));
        for (event, state) in states.iter().rev().step_by(37).take(3) {
            match history.wind(&mut past, &world, *event).unwrap() {
                Some(then) => assert_eq!(&then.snapshot(), state),
                None => assert!(history.ring().first().is_some_and(|(first, _)| first > *event)),
            }
        }
    }
    assert!(history.size_bytes() <= 60_000, "{}", history.size_bytes());
    assert!(history.ring().fallen() > 0);
    let (event, _) = states[0];
    assert!(history.wind(&mut past, &world, event).unwrap().is_none());
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
