//! Designs for the tests: every setting there is, the samples of the site, and any other.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Design, Table};

/// A table of this JSON.
pub fn table(value: Value) -> Table {
    let mut left_out = Vec::new();
    let table = Table::read(&value, &mut left_out).expect("a table");
    assert_eq!(left_out, []);
    table
}

/// A provisioned table with all that a table can have, one on demand, and one that is no more than its key.
pub fn everything() -> Design {
    let taken = super::import(include_str!("fixtures/everything.json")).expect("a design");
    assert_eq!(taken.left_out, []);
    taken.design
}

/// The designs of the site's samples, with their items.
pub fn of_the_site() -> Vec<Design> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../static/samples");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the samples")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.retain(|path| {
        path.extension().is_some_and(|ending| ending == "json") && !path.ends_with("index.json")
    });
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).expect("a file");
        let taken = super::import(&text).unwrap_or_else(|fault| panic!("{}: {fault:?}", path.display()));
        let others = taken.left_out.iter().find(|left| !left.what.starts_with("its "));
        assert_eq!(others, None, "{}", path.display());
        taken.design
    };
    let designs: Vec<Design> = paths.iter().map(read).collect();
    assert!(designs.len() >= 5);
    designs
}

/// Any design that the engine takes.
pub fn any_design() -> impl Strategy<Value = Design> {
    let table = (any::<[bool; 8]>(), 0..4_usize, 0..3_usize, "[a-zA-Z][a-zA-Z0-9_.-]{2,12}", 1..50_i64);
    proptest::collection::vec(table, 1..4).prop_map(|shapes| {
        let tables = shapes.into_iter().enumerate().map(|(at, (is, globals, locals, name, units))| {
            any_table(&format!("{name}{at}"), is, globals, locals, units)
        });
        Design {
            name: "Any design".to_owned(),
            description: String::new(),
            tables: tables.collect(),
            ..Design::default()
        }
    })
}

fn any_table(name: &str, is: [bool; 8], globals: usize, locals: usize, units: i64) -> Table {
    let [on_demand, has_range, stream, live, recovery, tags, class, protected] = is;
    let throughput = json!({ "ReadCapacityUnits": units, "WriteCapacityUnits": units + 1 });
    let kinds = ["S", "N", "B"];
    let mut definitions = vec![json!({ "AttributeName": "pk", "AttributeType": "S" })];
    let mut keys = vec![json!({ "AttributeName": "pk", "KeyType": "HASH" })];
    if has_range {
        definitions.push(json!({ "AttributeName": "sk", "AttributeType": kinds[globals % 3] }));
        keys.push(json!({ "AttributeName": "sk", "KeyType": "RANGE" }));
    }
    let mut own = json!({ "TableName": name, "BillingMode": if on_demand { "PAY_PER_REQUEST" } else { "PROVISIONED" },
        "KeySchema": keys });
    if !on_demand {
        own["ProvisionedThroughput"] = throughput.clone();
    }
    let projection = |at: usize| match at % 3 {
        0 => json!({ "ProjectionType": "ALL" }),
        1 => json!({ "ProjectionType": "KEYS_ONLY" }),
        _ => json!({ "ProjectionType": "INCLUDE", "NonKeyAttributes": ["a b", "yes", "1"] }),
    };
    let mut indexes = Vec::new();
    for at in 0..globals {
        let mut keys = Vec::new();
        for part in 0..=at {
            let name = format!("g{at}-{part}");
            definitions.push(json!({ "AttributeName": name, "AttributeType": kinds[part % 3] }));
            keys.push(json!({ "AttributeName": name, "KeyType": if part < 2 { "HASH" } else { "RANGE" } }));
        }
        let mut index =
            json!({ "IndexName": format!("by.g_{at}"), "KeySchema": keys, "Projection": projection(at) });
        if !on_demand {
            index["ProvisionedThroughput"] = throughput.clone();
        }
        indexes.push(index);
    }
    if !indexes.is_empty() {
        own["GlobalSecondaryIndexes"] = json!(indexes);
    }
    if has_range && locals > 0 {
        let local = |at: usize| {
            json!({ "IndexName": format!("local-{at}"), "Projection": projection(at + 1), "KeySchema": [
            { "AttributeName": "pk", "KeyType": "HASH" }, { "AttributeName": format!("l{at}"), "KeyType": "RANGE" }] })
        };
        definitions
            .extend((0..locals).map(|at| json!({ "AttributeName": format!("l{at}"), "AttributeType": "N" })));
        own["LocalSecondaryIndexes"] = (0..locals).map(local).collect();
    }
    own["AttributeDefinitions"] = json!(definitions);
    if stream {
        own["StreamSpecification"] = json!({ "StreamEnabled": true, "StreamViewType": "KEYS_ONLY" });
    }
    if live {
        own["TimeToLive"] = json!({ "AttributeName": "ttl" });
    }
    if recovery {
        own["PointInTimeRecoverySpecification"] =
            json!({ "PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": units.min(35) });
    }
    if tags {
        own["Tags"] = json!([{ "Key": "true", "Value": "007" }, { "Key": "a b", "Value": "- x: y" }]);
    }
    if class {
        own["TableClass"] = json!("STANDARD");
    }
    if protected {
        own["DeletionProtectionEnabled"] = json!(true);
    }
    if live && !on_demand {
        own["AutoScaling"] = json!([{ "Capacity": "Read", "MinimumUnits": units, "MaximumUnits": units + 9, "TargetValue": 70 }]);
    }
    table(own)
}
