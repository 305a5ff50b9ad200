//! Workspaces that an earlier version saved with a stepped transaction under way: opened, they hold nothing any more.
//!
//! The snapshots are that version's own: two accounts of 100 and 50, a transfer of 30 between them.

use data_encoding::BASE64;
use engine::timeline::EventKind;
use engine::world::{Config, Restoring, World};
use serde_json::{Value, json};

const REGION: &str = "us-east-1";
/// Both items prepared, nothing decided.
const PREPARED: &str = include_str!("fixtures/prepared.snapshot.base64");
/// Decided to commit, one of the two items written.
const COMMITTING: &str = include_str!("fixtures/committing.snapshot.base64");

fn open(snapshot: &str) -> World {
    let text: String = snapshot.split_whitespace().collect();
    World::restore(Config::default(), &BASE64.decode(text.as_bytes()).unwrap()).unwrap()
}

fn ask(world: &mut World, operation: &str, request: Value) -> Value {
    let now_ms = world.now_ms();
    let response = world.execute(REGION, now_ms, operation, request.to_string().as_bytes()).response;
    let bytes = response.unwrap_or_else(|error| panic!("{operation} {request}: {error}"));
    serde_json::from_slice(&bytes).unwrap()
}

fn balances(world: &mut World) -> Vec<String> {
    let balance = |world: &mut World, id: &str| {
        let key = json!({"TableName": "Accounts", "Key": {"id": {"S": id}}, "ConsistentRead": true});
        ask(world, "GetItem", key)["Item"]["balance"]["N"].as_str().unwrap().to_owned()
    };
    ["a", "b"].map(|id| balance(world, id)).to_vec()
}

/// Nothing is held: both items can be written, and so says a snapshot of the world.
fn holds_nothing(mut world: World) {
    for id in ["a", "b"] {
        let item = json!({"id": {"S": id}, "balance": {"N": "1"}});
        ask(&mut world, "PutItem", json!({"TableName": "Accounts", "Item": item}));
    }
    assert_eq!(ask(&mut world, "Dynascope.DescribeTransactions", json!({})), json!({"Clients": []}));
}

#[test]
fn what_was_not_decided_is_given_up_and_told() {
    let mut world = open(PREPARED);
    let outcome = world.tick(world.now_ms());
    assert!(!outcome.changes.is_empty(), "it is journalled like any other change");
    let told =
        |wanted: fn(&EventKind) -> bool| outcome.events.iter().filter(|event| wanted(&event.kind)).count();
    assert_eq!(told(|kind| matches!(kind, EventKind::TransactionAbandoned { asked: 2, .. })), 1);
    assert_eq!(told(|kind| matches!(kind, EventKind::Settled { commit: false, .. })), 2);
    assert_eq!(balances(&mut world), ["100", "50"]);
    let mut again = open(PREPARED);
    again.replay(&outcome.changes).unwrap();
    assert_eq!(balances(&mut again), ["100", "50"]);
    holds_nothing(again);
    holds_nothing(world);
}

#[test]
fn what_was_decided_goes_forward() {
    let mut world = open(COMMITTING);
    let outcome = world.tick(world.now_ms());
    assert!(
        outcome
            .events
            .iter()
            .any(|event| matches!(event.kind, EventKind::TransactionFinished { committed: true, .. }))
    );
    assert_eq!(balances(&mut world), ["70", "80"]);
    holds_nothing(world);
}

#[test]
fn a_run_that_is_under_way_is_left_alone() {
    let mut world = open(PREPARED);
    world.tick(world.now_ms());
    let put = json!({"TransactItems": [{"Put": {"TableName": "Accounts", "Item": {"id": {"S": "a"}}}}]});
    let clients = json!({"Clients": [{"Operation": "TransactWriteItems", "Request": put}]});
    ask(&mut world, "Dynascope.BeginTransactions", clients);
    ask(&mut world, "Dynascope.StepTransactions", json!({"Step": "start 1"}));
    world.tick(world.now_ms() + 1_000);
    let run = ask(&mut world, "Dynascope.StepTransactions", json!({"Seed": 1, "Count": 50}));
    assert_eq!((&run["Over"], &run["Clients"][0]["Response"]), (&json!(true), &json!({})));
}

#[test]
fn a_snapshot_of_the_first_format_opens_in_whatever_pieces_it_comes() {
    let text: String = PREPARED.split_whitespace().collect();
    let bytes = BASE64.decode(text.as_bytes()).unwrap();
    let whole = World::restore(Config::default(), &bytes).unwrap();
    for size in [1, 7, 1_000] {
        let mut restoring = Restoring::new(Config::default());
        bytes.chunks(size).for_each(|piece| restoring.take(piece).unwrap());
        assert!(restoring.end().unwrap().image() == whole.image(), "pieces of {size}");
    }
}
