//! ListPartitions through the door, beside what the timeline and DescribeTable say of the same table.

use serde_json::{Value, json};

use engine::timeline::EventKind;
use engine::world::{Config, Outcome, World};

const REGION: &str = "us-east-1";

fn call(world: &mut World, now_ms: u64, operation: &str, request: Value) -> Outcome {
    world.execute(REGION, now_ms, operation, request.to_string().as_bytes())
}

fn answer(outcome: &Outcome) -> Value {
    let bytes = outcome.response.as_ref().expect("the request is answered");
    serde_json::from_slice(bytes).expect("a response is JSON")
}

fn orders(world: &mut World) -> Outcome {
    let request = json!({
        "TableName": "Orders",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "user_id", "AttributeType": "S"},
            {"AttributeName": "order_id", "AttributeType": "S"},
            {"AttributeName": "created_at", "AttributeType": "N"},
            {"AttributeName": "status", "AttributeType": "S"}],
        "KeySchema": [
            {"AttributeName": "user_id", "KeyType": "HASH"},
            {"AttributeName": "order_id", "KeyType": "RANGE"}],
        "LocalSecondaryIndexes": [{
            "IndexName": "created_at-index",
            "KeySchema": [
                {"AttributeName": "user_id", "KeyType": "HASH"},
                {"AttributeName": "created_at", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "ALL"}}],
        "GlobalSecondaryIndexes": [{
            "IndexName": "status-index",
            "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"}}],
    });
    call(world, 1_000, "CreateTable", request)
}

fn of_index(list: &Value, index: Option<&str>) -> Vec<Value> {
    let partitions = list["Partitions"].as_array().expect("a list of partitions");
    partitions.iter().filter(|p| p["IndexName"].as_str() == index).cloned().collect()
}

#[test]
fn a_table_and_its_global_index_have_partitions_without_gap_or_overlap() {
    let mut world = World::new(Config { instant: true, ..Config::default() });
    let created = orders(&mut world);
    let list = answer(&call(&mut world, 1_001, "Dynascope.ListPartitions", json!({"TableName": "Orders"})));
    assert_eq!(list["TableName"], "Orders");
    assert_eq!(list["Partitions"].as_array().map(Vec::len), Some(8), "a local index has none of its own");
    for index in [None, Some("status-index")] {
        let rows = of_index(&list, index);
        assert_eq!(rows.len(), 4);
        assert_eq!(rows[0]["FirstHash"], "0000000000000000");
        assert_eq!(rows[3]["LastHash"], "ffffffffffffffff");
        for pair in rows.windows(2) {
            let hash = |row: &Value, name: &str| {
                u64::from_str_radix(row[name].as_str().expect("a hash"), 16).expect("16 digits")
            };
            assert_eq!(hash(&pair[0], "LastHash") + 1, hash(&pair[1], "FirstHash"));
        }
        assert!(rows.iter().all(|row| row["HashShare"] == 0.25));
    }
    // The timeline said the same when they opened.
    let opened: Vec<Value> = created
        .events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::PartitionOpened { target, partition, first, last, leader, .. } => {
                Some(json!([target.index, partition, first, last, leader.name()]))
            }
            _ => None,
        })
        .collect();
    let listed: Vec<Value> = list["Partitions"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|p| json!([p["IndexName"], p["PartitionId"], p["FirstHash"], p["LastHash"], p["LeaderZone"]]))
        .collect();
    assert_eq!(listed, opened);
}

#[test]
fn items_and_entries_are_counted_where_they_are_stored() {
    let mut world = World::new(Config { instant: true, lag: false, ..Config::default() });
    orders(&mut world);
    let mut stored = std::collections::BTreeMap::new();
    for n in 0..40u64 {
        let mut item = json!({"user_id": {"S": format!("user-{n}")}, "order_id": {"S": "1"}});
        if n % 2 == 0 {
            item["status"] = json!({"S": "shipped"});
        }
        let put = call(&mut world, 2_000 + n, "PutItem", json!({"TableName": "Orders", "Item": item}));
        for event in &put.events {
            if let EventKind::Written { partition, .. } | EventKind::IndexWritten { partition, .. } =
                event.kind
            {
                *stored.entry(u64::from(partition)).or_insert(0u64) += 1;
            }
        }
    }
    let list = answer(&call(&mut world, 3_000, "Dynascope.ListPartitions", json!({"TableName": "Orders"})));
    for row in list["Partitions"].as_array().expect("a list") {
        let id = row["PartitionId"].as_u64().expect("a number");
        assert_eq!(row["ItemCount"].as_u64(), Some(stored.get(&id).copied().unwrap_or(0)), "{row}");
    }
    let sum = |index, member: &str| {
        of_index(&list, index).iter().map(|row| row[member].as_u64().expect("a number")).sum::<u64>()
    };
    assert_eq!((sum(None, "ItemCount"), sum(Some("status-index"), "ItemCount")), (40, 20));
    assert_eq!(
        of_index(&list, Some("status-index")).iter().filter(|row| row["ItemCount"] != 0).count(),
        1,
        "one value of the key has one partition"
    );
    let described = answer(&call(&mut world, 3_001, "DescribeTable", json!({"TableName": "Orders"})));
    assert_eq!(described["Table"]["TableSizeBytes"], sum(None, "SizeBytes"));
}

#[test]
fn it_changes_nothing_and_refuses_what_is_not_there() {
    let mut world = World::new(Config { instant: true, ..Config::default() });
    orders(&mut world);
    let listed = call(&mut world, 2_000, "Dynascope.ListPartitions", json!({"TableName": "Orders"}));
    assert!(listed.changes.is_empty());
    let missing = call(&mut world, 2_001, "Dynascope.ListPartitions", json!({"TableName": "Nowhere"}));
    assert_eq!(
        missing.response.expect_err("there is no such table").kind.name(),
        "ResourceNotFoundException"
    );
    let nameless = call(&mut world, 2_002, "Dynascope.ListPartitions", json!({}));
    assert_eq!(nameless.response.expect_err("a name is needed").kind.name(), "ValidationException");
}
