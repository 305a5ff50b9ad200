//! What runs of real traffic are found to show: designs that DynamoDB's guide warns of, and one that it recommends.

use serde_json::{Value, json};

use engine::insight::{Finding, FindingKind, Heat, Subject, findings};
use engine::timeline::{Event, Tally, Target};
use engine::workload::{AccessPattern, Clients, Onlooker, Rate, Recipe, Run, Spread, VERSION};
use engine::world::{Config, World};

const REGION: &str = "us-east-1";
/// Ten seconds before midnight UTC, 22 November 2026.
const EVENING_MS: u64 = 1_795_391_990_000;

#[derive(Default)]
struct Seen(Heat);

impl Onlooker for Seen {
    fn saw(&mut self, tallies: &[Tally], events: Vec<Event>) {
        self.0.observe(&events, tallies);
    }
}

/// A table `Events` with the global index `by-kind`.
fn table(write_units: u64, index_units: u64) -> Value {
    let attribute = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
    let throughput = |units: u64| json!({"ReadCapacityUnits": 10, "WriteCapacityUnits": units});
    json!({
        "TableName": "Events", "ProvisionedThroughput": throughput(write_units),
        "AttributeDefinitions": [attribute("pk"), attribute("sk"), attribute("kind")],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-kind", "Projection": {"ProjectionType": "KEYS_ONLY"},
            "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}], "ProvisionedThroughput": throughput(index_units)
        }]
    })
}

/// What a minute of puts of that item is found to show; `before` are calls that are made first.
fn found(table: Value, item: Value, per_second: u64, before: &[(&str, Value)]) -> (Vec<Finding>, Heat) {
    let described = json!({"TableName": "Events"});
    let mut world = World::new(Config { instant: true, ..Config::default() });
    let mut seen = Seen::default();
    let calls = std::iter::once(("CreateTable", table)).chain(before.iter().cloned());
    for (operation, request) in calls {
        let outcome = world.execute(REGION, EVENING_MS, operation, request.to_string().as_bytes());
        outcome.response.unwrap_or_else(|error| panic!("{operation}: {}", error.message));
        seen.0.observe(&outcome.events, &outcome.tallies);
    }
    let described = world.execute(REGION, EVENING_MS, "DescribeTable", described.to_string().as_bytes());
    let described: Value = serde_json::from_slice(&described.response.expect("it is there")).expect("JSON");
    let table = &described["Table"];
    let put = AccessPattern {
        name: "put".into(),
        operation: "PutItem".into(),
        request: json!({"TableName": "Events", "Item": item}),
        weight: 1,
        variables: Default::default(),
    };
    let recipe = Recipe {
        version: VERSION,
        seed: 5,
        tables: Vec::new(),
        fill: Vec::new(),
        patterns: vec![put],
        rate: Rate::Constant { per_second },
        spread: Spread::Poisson,
        clients: Clients { count: 20, max_attempts: 1 },
        duration_ms: 30_000,
        replay: Vec::new(),
    };
    let mut run = Run::start(&world, REGION, EVENING_MS, recipe).expect("it starts");
    run.advance(u64::MAX, u64::MAX, &mut seen);
    let history = seen.0.history();
    let subject = |index: Option<&str>, throughput: &Value| {
        let target = Target { table: "Events".into(), index: index.map(str::to_owned) };
        let rows = history.rows().all().iter().filter(|row| row.target.as_ref() == Some(&target));
        let rows = rows.map(|row| row.row).collect();
        let provisioned = throughput["WriteCapacityUnits"].as_u64().map(|units| [10, units]);
        Subject { target, rows, provisioned }
    };
    let index = &table["GlobalSecondaryIndexes"][0];
    let mut subjects = vec![subject(None, &table["ProvisionedThroughput"])];
    if !index.is_null() {
        subjects.push(subject(Some("by-kind"), &index["ProvisionedThroughput"]));
    }
    let end = history.newest().expect("something happened") + 1;
    (findings(history, &subjects, end - 30, end), seen.0)
}

fn named(found: &[Finding]) -> Vec<(&'static str, Option<&str>)> {
    found.iter().map(|one| (one.kind.name(), one.target.index.as_deref())).collect()
}

#[test]
fn even_keys_and_an_index_of_many_show_nothing() {
    let item = json!({
        "pk": {"S": "user-{uniform 1..100000}"}, "sk": {"S": "{seq :9}"}, "kind": {"S": "kind-{uniform 1..5000}"}
    });
    let (found, _) = found(table(8_000, 8_000), item, 400, &[]);
    assert_eq!(named(&found), []);
}

#[test]
fn today_as_the_partition_key_is_told_and_that_its_writes_rise() {
    let item = json!({"pk": {"S": "{today}"}, "sk": {"S": "{now}-{seq :9}"}});
    let (found, _) = found(table(4_000, 10), item, 300, &[]);
    assert_eq!(named(&found), [("rising-keys", None)], "{found:?}");
    let FindingKind::RisingKeys { key, today, .. } = &found[0].kind else { panic!("{found:?}") };
    assert_eq!((key.as_str(), *today), ("pk = 2026-11-23", true), "midnight is over");
}

#[test]
fn an_index_of_few_keys_without_capacity_holds_its_table_up() {
    let item = json!({
        "pk": {"S": "user-{uniform 1..100000}"}, "sk": {"S": "{seq :9}"}, "kind": {"S": "{pick new|paid|sent}"}
    });
    // The index's saved burst of 300 seconds is spent before the last half minute.
    let (found, heat) = found(table(4_000, 1), item, 300, &[]);
    assert_eq!(
        named(&found),
        [("back-pressure", Some("by-kind")), ("few-keys", Some("by-kind"))],
        "{found:?}"
    );
    let refused: u64 = heat
        .history()
        .columns()
        .values()
        .flat_map(|column| &column.cells)
        .map(|(_, cell)| cell.throttles)
        .sum();
    assert_eq!(found[0].throttles, refused, "each write of the table that was refused");
}

#[test]
fn a_static_share_that_is_used_up_is_told_while_the_table_has_capacity() {
    let item = json!({"pk": {"S": "user-{hot 1% of 1..100 gets 70%}"}, "sk": {"S": "{uniform 1..9999}"}});
    // Four partitions, as many as 4,000 units took, with 250 each.
    let lower = json!({"TableName": "Events", "ProvisionedThroughput": {"ReadCapacityUnits": 10, "WriteCapacityUnits": 1_000}});
    let before = [("Dynascope.UpdateSimulation", json!({"CapacityModel": "STATIC"})), ("UpdateTable", lower)];
    let (found, _) = found(table(4_000, 10), item, 500, &before);
    let idle = found.iter().find_map(|one| match one.kind {
        FindingKind::IdleCapacity { provisioned, partitions, peak_half_units, .. } => {
            Some((provisioned, partitions, peak_half_units < 1_000 * 2))
        }
        _ => None,
    });
    assert_eq!(idle, Some((1_000, 4, true)), "{found:?}");
    assert!(found.iter().any(|one| one.kind.name() == "hot-key"), "{found:?}");
}
