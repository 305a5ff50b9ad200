//! The life of a global index of a live table, as the timeline tells it.

use serde_json::{Value, json};

use engine::timeline::{Event, EventKind};
use engine::world::{Config, World};

const REGION: &str = "us-east-1";

/// The statuses of tables and indexes among the events: `Orders / by-status CREATING`.
fn statuses(events: &[Event]) -> Vec<String> {
    let said = events.iter().filter_map(|event| match &event.kind {
        EventKind::TableStatus { target, status } => {
            let index = target.index.as_ref().map(|index| format!(" / {index}")).unwrap_or_default();
            Some(format!("{}{index} {status}", target.table))
        }
        _ => None,
    });
    said.collect()
}

fn call(world: &mut World, now_ms: u64, operation: &str, request: Value) -> Vec<String> {
    let outcome = world.execute(REGION, now_ms, operation, request.to_string().as_bytes());
    assert!(outcome.response.is_ok(), "{operation}: {:?}", outcome.response);
    statuses(&outcome.events)
}

fn tick(world: &mut World, now_ms: u64) -> Vec<String> {
    statuses(&world.tick(now_ms).events)
}

#[test]
fn an_index_is_created_backfilled_and_deleted_on_the_timeline() {
    let mut world = World::new(Config::default());
    let definitions = json!([{"AttributeName": "id", "AttributeType": "S"}]);
    let made = call(
        &mut world,
        1_000,
        "CreateTable",
        json!({
            "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": definitions,
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        }),
    );
    assert_eq!(made, ["Orders CREATING"]);
    assert_eq!(tick(&mut world, 10_000), ["Orders ACTIVE"]);
    let index = json!({
        "IndexName": "by-id", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    });
    let update = |change: Value| json!({"TableName": "Orders", "AttributeDefinitions": definitions, "GlobalSecondaryIndexUpdates": [change]});
    let begun = call(&mut world, 20_000, "UpdateTable", update(json!({"Create": index})));
    assert_eq!(begun, ["Orders UPDATING", "Orders / by-id CREATING"]);
    assert_eq!(tick(&mut world, 23_000), ["Orders ACTIVE", "Orders / by-id BACKFILLING"]);
    assert_eq!(tick(&mut world, 60_000), ["Orders / by-id ACTIVE"]);
    let ended = call(&mut world, 70_000, "UpdateTable", update(json!({"Delete": {"IndexName": "by-id"}})));
    assert_eq!(ended, ["Orders UPDATING", "Orders / by-id DELETING"]);
    assert_eq!(tick(&mut world, 90_000), ["Orders ACTIVE", "Orders / by-id DELETED"]);
}
