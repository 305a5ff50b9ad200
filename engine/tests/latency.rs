//! How long transactions take beside the plain operations, by the latency that every finished request tells.

use serde_json::{Value, json};

use engine::timeline::EventKind;
use engine::world::{Config, World};

const START_MS: u64 = 1_767_225_600_000;

/// The mean of the latencies of 200 requests, each a second after the one before, in microseconds.
fn mean_us(world: &mut World, operation: &str, request: &Value) -> u64 {
    let of = |number: u64| {
        let now_ms = START_MS + number * 1000;
        let outcome = world.execute("us-east-1", now_ms, operation, request.to_string().as_bytes());
        outcome.response.expect("it is answered");
        let finished = outcome.events.iter().find_map(|event| match &event.kind {
            EventKind::RequestFinished { latency_us, .. } => Some(*latency_us),
            _ => None,
        });
        finished.expect("it tells how long it took")
    };
    (0..200).map(of).sum::<u64>() / 200
}

#[test]
fn a_transaction_takes_about_twice_a_read_s_and_four_times_a_write_s_time() {
    let mut world = World::new(Config { instant: true, ..Config::default() });
    let table = json!({
        "TableName": "Things", "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]
    });
    let created = world.execute("us-east-1", START_MS, "CreateTable", table.to_string().as_bytes());
    created.response.expect("the table is made");
    let item = json!({"TableName": "Things", "Item": {"id": {"S": "1"}}});
    let key = json!({"TableName": "Things", "Key": {"id": {"S": "1"}}, "ConsistentRead": true});
    let put = mean_us(&mut world, "PutItem", &item);
    let put_in_transaction =
        mean_us(&mut world, "TransactWriteItems", &json!({"TransactItems": [{ "Put": item }]}));
    let get = mean_us(&mut world, "GetItem", &key);
    let key = json!({"TableName": "Things", "Key": {"id": {"S": "1"}}});
    let get_in_transaction =
        mean_us(&mut world, "TransactGetItems", &json!({"TransactItems": [{ "Get": key }]}));
    let tenths = |more: u64, less: u64| more * 10 / less;
    assert!((16..=24).contains(&tenths(get_in_transaction, get)), "{get_in_transaction} and {get}");
    assert!((32..=48).contains(&tenths(put_in_transaction, put)), "{put_in_transaction} and {put}");
}
