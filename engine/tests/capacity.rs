//! Random histories of requests under each capacity model: no bucket holds more than it can, and no more is admitted than the
//! model allows.

use proptest::prelude::*;
use serde_json::{Value, json};

use engine::timeline::{Access, EventKind, Tally};
use engine::world::{Config, Outcome, World};

const START_MS: u64 = 1_767_225_600_000;

fn call(world: &mut World, now_ms: u64, operation: &str, request: Value) -> Outcome {
    world.execute("us-east-1", now_ms, operation, request.to_string().as_bytes())
}

fn done(outcome: Outcome) {
    outcome.response.expect("the request is answered");
}

/// A request and how long after the one before it comes.
#[derive(Clone, Debug)]
enum Request {
    Put { key: u8, size_bytes: usize, group: u8 },
    Get { key: u8, consistent: bool },
}

fn requests() -> impl Strategy<Value = Vec<(u64, Request)>> {
    let wait_ms = prop_oneof![5 => Just(0u64), 3 => 1u64..50, 1 => 50u64..3_000, 1 => Just(100_000u64)];
    let request = prop_oneof![
        2 => (0u8..6, 1usize..120_000, 0u8..3)
            .prop_map(|(key, size_bytes, group)| Request::Put { key, size_bytes, group }),
        3 => (0u8..6, any::<bool>()).prop_map(|(key, consistent)| Request::Get { key, consistent }),
    ];
    proptest::collection::vec((wait_ms, request), 20..200)
}

/// How a table is made: its model, what it is provisioned with, and by way of how much it was opened.
#[derive(Clone, Copy, Debug)]
struct Made {
    model: &'static str,
    units: Option<u64>,
    partitions: u64,
    /// What a global index of all attributes has, where there is one.
    index: Option<u64>,
}

fn made() -> impl Strategy<Value = Made> {
    let model = prop::sample::select(vec!["STATIC", "ADAPTIVE", "GLOBAL_ADMISSION_CONTROL"]);
    let units = prop::sample::select(vec![5u64, 40, 300]);
    let index = proptest::option::of(prop::sample::select(vec![1u64, 10]));
    (model, proptest::option::of(units), 1u64..=10, index)
        .prop_map(|(model, units, partitions, index)| Made { model, units, partitions, index })
}

/// What the requests came to: the tallies of the admitted, and the state that they leave.
fn run(made: Made, requests: &[(u64, Request)]) -> (Vec<(Tally, bool)>, Vec<u8>) {
    let mut world = World::new(Config { instant: true, lag: false, ..Config::default() });
    let mut now_ms = START_MS;
    let settings = json!({"CapacityModel": made.model, "SplitForHeat": false});
    done(call(&mut world, now_ms, "Dynascope.UpdateSimulation", settings));
    let mut table = json!({
        "TableName": "Things", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    });
    let throughput = |units: u64| json!({"ReadCapacityUnits": units, "WriteCapacityUnits": units});
    if let Some(index) = made.index {
        table["AttributeDefinitions"] = json!([
            {"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "group", "AttributeType": "S"}]);
        let mut index_of = json!({
            "IndexName": "by-group", "KeySchema": [{"AttributeName": "group", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"}});
        if made.units.is_some() {
            index_of["ProvisionedThroughput"] = throughput(index);
        }
        table["GlobalSecondaryIndexes"] = json!([index_of]);
    }
    match made.units {
        Some(_) => table["ProvisionedThroughput"] = throughput(made.partitions * 1000),
        None => table["BillingMode"] = "PAY_PER_REQUEST".into(),
    }
    done(call(&mut world, now_ms, "CreateTable", table));
    if let Some(units) = made.units {
        let request = json!({"TableName": "Things", "ProvisionedThroughput": throughput(units)});
        done(call(&mut world, now_ms, "UpdateTable", request));
    }
    now_ms += 600_000;
    let mut admitted = Vec::new();
    for (wait_ms, request) in requests {
        now_ms += wait_ms;
        let (outcome, eventual) = match request {
            Request::Put { key, size_bytes, group } => {
                let mut item =
                    json!({"id": {"S": format!("k{key}")}, "text": {"S": "x".repeat(*size_bytes)}});
                if *group > 0 {
                    item["group"] = json!({"S": format!("g{group}")});
                }
                (call(&mut world, now_ms, "PutItem", json!({"TableName": "Things", "Item": item})), false)
            }
            Request::Get { key, consistent } => {
                let key = json!({"id": {"S": format!("k{key}")}});
                let request = json!({"TableName": "Things", "Key": key, "ConsistentRead": consistent});
                (call(&mut world, now_ms, "GetItem", request), !consistent)
            }
        };
        for event in &outcome.events {
            if let EventKind::TokensTaken {
                partition_left_half_units,
                partition_size_half_units,
                table_left_half_units,
                table_size_half_units,
                replica_left_half_units,
                replica_size_half_units,
                ..
            } = event.kind
            {
                assert!(partition_left_half_units <= partition_size_half_units);
                assert!(table_left_half_units <= table_size_half_units);
                assert!(replica_left_half_units <= replica_size_half_units);
            }
        }
        let taken = outcome.tallies.iter().filter(|tally| tally.throttled.is_none());
        admitted.extend(taken.map(|tally| (*tally, eventual)));
    }
    (admitted, world.snapshot())
}

/// The costs of each request in one sum: an entry of an index that moves is two writes that are admitted together.
fn by_request(costs: impl Iterator<Item = (Option<u64>, u64, u64)>) -> Vec<(u64, u64)> {
    let mut all: Vec<(Option<u64>, u64, u64)> = Vec::new();
    for (request, at_ms, cost) in costs {
        match all.last_mut().filter(|last| last.0 == request) {
            Some(last) => last.2 += cost,
            None => all.push((request, at_ms, cost)),
        }
    }
    all.into_iter().map(|(_, at_ms, cost)| (at_ms, cost)).collect()
}

/// Over every window no more than what a bucket holds, what comes in, and what the last request went into debt by.
fn bounded(costs: &[(u64, u64)], size: u64, per_second: u64) -> Result<(), TestCaseError> {
    for (from, (start_ms, _)) in costs.iter().enumerate() {
        let mut sum = 0;
        for (at_ms, cost) in &costs[from..] {
            sum += cost;
            let brought = (at_ms - start_ms) * per_second / 1000;
            prop_assert!(
                sum <= size + brought + cost + 2,
                "{sum} from {start_ms} to {at_ms}, of {size} and {per_second} a second"
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_more_is_admitted_than_the_model_allows(made in made(), requests in requests()) {
        let (admitted, state) = run(made, &requests);
        prop_assert_eq!(&run(made, &requests), &(admitted.clone(), state), "the same twice");
        let of = |index: bool, access: Access, partition: Option<u32>| -> Vec<(u64, u64)> {
            let of = admitted.iter().filter(|(tally, _)| {
                (tally.index > 0) == index && tally.arrived == 0
                    && tally.access == access && partition.is_none_or(|partition| tally.partition == partition)
            });
            by_request(of.map(|(tally, _)| (tally.request, tally.at_ms, tally.half_units)))
        };
        let of_index: std::collections::BTreeSet<u32> =
            admitted.iter().filter(|(tally, _)| tally.index > 0).map(|(tally, _)| tally.partition).collect();
        for partition in &of_index {
            bounded(&of(true, Access::Write, Some(*partition)), 2_000, 2_000)?;
        }
        match (made.index, made.units) {
            (Some(index), Some(_)) if made.model != "STATIC" => {
                bounded(&of(true, Access::Write, None), index * 600, index * 2)?;
            }
            (Some(index), Some(_)) => bounded(&of(true, Access::Write, None), index * 2 + 1, index * 2)?,
            (Some(_), None) => bounded(&of(true, Access::Write, None), 8_000, 8_000)?,
            (None, _) => prop_assert!(of_index.is_empty()),
        }
        let own = admitted.iter().filter(|(tally, _)| tally.index == 0);
        let partitions: std::collections::BTreeSet<u32> = own.map(|(tally, _)| tally.partition).collect();
        for partition in partitions {
            // A partition's own limits, in halves of a unit and in reads of 4 KB.
            bounded(&of(false, Access::Write, Some(partition)), 2_000, 2_000)?;
            let reads = admitted.iter().filter(|(tally, _)| tally.access == Access::Read && tally.partition == partition);
            let strong: Vec<_> = reads.clone().filter(|(_, eventual)| !eventual).map(|(tally, _)| (tally.at_ms, tally.half_units)).collect();
            bounded(&strong, 6_000, 6_000)?;
            let steps: Vec<_> = reads
                .map(|(tally, eventual)| (tally.at_ms, if *eventual { tally.half_units } else { tally.half_units / 2 }))
                .collect();
            bounded(&steps, 9_000, 9_000)?;
            if let ("STATIC", Some(units)) = (made.model, made.units) {
                let share = units * 2 / made.partitions + 1;
                for access in [Access::Read, Access::Write] {
                    bounded(&of(false, access, Some(partition)), share, share)?;
                }
            }
        }
        for (access, warm) in [(Access::Read, 12_000), (Access::Write, 4_000)] {
            match (made.model, made.units) {
                ("STATIC", Some(_)) => {}
                (_, Some(units)) => bounded(&of(false, access, None), units * 600, units * 2)?,
                (_, None) => bounded(&of(false, access, None), warm * 2, warm * 2)?,
            }
        }
    }
}
