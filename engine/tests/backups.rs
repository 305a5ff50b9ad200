//! Backups and point-in-time recovery are state like any other: they survive a reopen and are wound back with the rest.

use std::collections::BTreeMap;

use engine::world::{Config, World};
use proptest::prelude::*;
use serde_json::{Value, json};

const REGION: &str = "us-east-1";
const START_MS: u64 = 1_767_225_600_000;

fn config() -> Config {
    Config { instant: true, lag: false, throttle: false, ..Config::default() }
}

struct Clocked {
    world: World,
    now_ms: u64,
    /// Everything that the journal was given.
    journal: Vec<u8>,
}

impl Clocked {
    fn new() -> Clocked {
        Clocked { world: World::new(config()), now_ms: START_MS, journal: Vec::new() }
    }

    fn call(&mut self, operation: &str, request: Value) -> Result<Value, String> {
        let outcome = self.world.execute(REGION, self.now_ms, operation, request.to_string().as_bytes());
        self.journal.extend_from_slice(&outcome.changes);
        let bytes = outcome.response.map_err(|error| format!("{operation}: {error}"))?;
        Ok(serde_json::from_slice(&bytes).expect("a response is JSON"))
    }

    fn ok(&mut self, operation: &str, request: Value) -> Value {
        self.call(operation, request).expect("it is not refused")
    }

    fn create(&mut self) {
        self.ok(
            "CreateTable",
            json!({
                "TableName": "Things", "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}]
            }),
        );
    }

    fn put(&mut self, id: u8, value: u8) {
        let item = json!({"id": {"N": id.to_string()}, "v": {"N": value.to_string()}});
        self.ok("PutItem", json!({"TableName": "Things", "Item": item}));
    }

    fn delete(&mut self, id: u8) {
        self.ok("DeleteItem", json!({"TableName": "Things", "Key": {"id": {"N": id.to_string()}}}));
    }

    fn items(&mut self, table: &str) -> BTreeMap<String, String> {
        let items = self.ok("Scan", json!({"TableName": table, "ConsistentRead": true}));
        let items = items["Items"].as_array().expect("items").iter();
        let text = |value: &Value| value["N"].as_str().expect("a number").to_owned();
        items.map(|item| (text(&item["id"]), text(&item["v"]))).collect()
    }

    fn recovery(&mut self, on: bool) {
        let specification = json!({"PointInTimeRecoveryEnabled": on});
        let request = json!({"TableName": "Things", "PointInTimeRecoverySpecification": specification});
        self.ok("UpdateContinuousBackups", request);
    }

    /// A world of the journal alone.
    fn replayed(&self) -> Clocked {
        let mut world = World::new(config());
        world.replay(&self.journal).expect("the journal replays");
        Clocked { world, now_ms: self.now_ms, journal: self.journal.clone() }
    }
}

#[test]
fn a_backup_survives_a_reopen_and_is_wound_back() {
    let mut one = Clocked::new();
    one.create();
    one.put(1, 1);
    let kept = one.ok("CreateBackup", json!({"TableName": "Things", "BackupName": "kept"}));
    let kept = kept["BackupDetails"]["BackupArn"].clone();
    let position = one.world.position();
    one.world.durable(position);
    let lost = one.ok("CreateBackup", json!({"TableName": "Things", "BackupName": "lost"}));
    one.world.wind_back();
    let lost = json!({"BackupArn": lost["BackupDetails"]["BackupArn"]});
    assert!(one.call("DescribeBackup", lost).unwrap_err().contains("BackupNotFoundException"));

    let restored = World::restore(config(), &one.world.snapshot()).expect("the snapshot opens");
    let mut again = Clocked { world: restored, now_ms: one.now_ms, journal: Vec::new() };
    again.put(1, 2);
    again.ok("RestoreTableFromBackup", json!({"TargetTableName": "Restored", "BackupArn": kept}));
    assert_eq!(again.items("Restored"), BTreeMap::from([("1".to_owned(), "1".to_owned())]));
    // Counted anew, the numbers are the same.
    let described = again.ok("DescribeTable", json!({"TableName": "Restored"}));
    let world = World::restore(config(), &again.world.snapshot()).expect("the snapshot opens");
    let mut reopened = Clocked { world, now_ms: again.now_ms, journal: Vec::new() };
    assert_eq!(reopened.ok("DescribeTable", json!({"TableName": "Restored"})), described);
}

#[test]
fn switched_off_recovery_forgets() {
    let mut one = Clocked::new();
    one.create();
    one.recovery(true);
    one.put(1, 1);
    one.now_ms += 1000;
    one.recovery(false);
    one.recovery(true);
    let early =
        json!({"SourceTableName": "Things", "TargetTableName": "Early", "RestoreDateTime": START_MS / 1000});
    let refused = one.call("RestoreTableToPointInTime", early).unwrap_err();
    assert!(refused.contains("InvalidRestoreTimeException"), "{refused}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Whatever is written, every millisecond since recovery was switched on can be restored, by the world that lived it
    /// and by the one that was made of its journal.
    #[test]
    fn every_moment_can_be_restored(
        before in proptest::collection::vec((0u8..5, any::<u8>()), 0..6),
        steps in proptest::collection::vec((0u8..5, proptest::option::of(any::<u8>()), 0u64..3), 1..30),
    ) {
        let mut one = Clocked::new();
        one.create();
        for (id, value) in before {
            one.put(id, value);
        }
        one.recovery(true);
        let mut states = BTreeMap::from([(one.now_ms, one.items("Things"))]);
        for (id, value, wait_ms) in steps {
            one.now_ms += wait_ms;
            match value {
                Some(value) => one.put(id, value),
                None => one.delete(id),
            }
            let state = one.items("Things");
            states.insert(one.now_ms, state);
        }
        let mut other = one.replayed();
        for (at, (at_ms, state)) in states.iter().enumerate() {
            let seconds = *at_ms as f64 / 1000.0;
            let target = format!("Moment{at}");
            let request = json!({"SourceTableName": "Things", "TargetTableName": target, "RestoreDateTime": seconds});
            one.ok("RestoreTableToPointInTime", request.clone());
            prop_assert_eq!(&one.items(&target), state);
            other.ok("RestoreTableToPointInTime", request);
            prop_assert_eq!(&other.items(&target), state);
        }
    }
}
