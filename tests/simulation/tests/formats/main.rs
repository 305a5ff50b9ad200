//! Every format that a workspace was ever stored in is read for ever: a fixture of each, with all kinds of records.
//!
//! A fixture is what stands in the database, and what reads answered then. A new one is written by `FIXTURES=write`, under the
//! format's number and the next letter; one that is there is never written again.
//!
//! - `making` a workspace with what its tables hold: items, indexes, streams, backups, copies in another region
//! - `beside` what is kept beside: policies, settings, items that traffic brought, faults, and what is under way

mod beside;
mod making;

use std::collections::BTreeMap;
use std::path::PathBuf;

use data_encoding::BASE64;
use engine::world::{Config, World};
use futures_util::FutureExt;
use making::{Making, REGION, START_MS};
use serde_json::{Value, json};
use simulation::crashes::disk::Failing;
use web::worker::checking::check;
use web::worker::disk::Failure;
use web::worker::durable::{Durable, Opened, Worlds};
use web::worker::journal::{DATABASE_VERSION, Journal, Sizes};
use web::worker::segment::{PACKED, PLAIN};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn config() -> Config {
    Config { throttle: false, ..Config::default() }
}

fn open(disk: Failing) -> Result<(Durable<Failing>, Opened), Failure> {
    let sizes = Sizes { chunk_bytes: 4_000, segments: 12, bytes: 1 << 20, ..Sizes::default() };
    Durable::open(disk, sizes, &config(), START_MS).now_or_never().expect("nothing waits")
}

/// What is asked of a fixture.
fn reads() -> Vec<(&'static str, &'static str, Value)> {
    let here = [
        ("ListTables", json!({})),
        ("DescribeTable", json!({"TableName": "Orders"})),
        ("DescribeTable", json!({"TableName": "Sessions"})),
        ("Scan", json!({"TableName": "Orders", "ConsistentRead": true})),
        ("Scan", json!({"TableName": "Orders", "IndexName": "by-status"})),
        ("Scan", json!({"TableName": "Orders", "IndexName": "by-date"})),
        ("Scan", json!({"TableName": "Sessions", "ConsistentRead": true})),
        ("Scan", json!({"TableName": "Log", "ConsistentRead": true})),
        ("DescribeTimeToLive", json!({"TableName": "Sessions"})),
        ("ListBackups", json!({})),
        ("Dynascope.ListPartitions", json!({"TableName": "Orders"})),
        ("Dynascope.ListEventSourceMappings", json!({})),
    ];
    let there = ("eu-west-1", "Scan", json!({"TableName": "Sessions", "ConsistentRead": true}));
    let here = here.into_iter().chain(beside::reads());
    here.map(|(operation, request)| (REGION, operation, request)).chain([there]).collect()
}

/// Of partitions only where they are and what they hold, and of auto scaling its settings: what was asked of them, and what they have
/// left, is of the moment.
fn lasting(operation: &str, mut answer: Value) -> Value {
    let (list, kept): (&str, &[&str]) = match operation {
        "Dynascope.ListPartitions" => {
            ("Partitions", &["PartitionId", "FirstHash", "LastHash", "ItemCount", "SizeBytes"])
        }
        "Dynascope.DescribeAutoScaling" => (
            "Targets",
            &[
                "IndexName",
                "ProvisionedReadCapacityAutoScalingSettings",
                "ProvisionedWriteCapacityAutoScalingSettings",
            ],
        ),
        _ => return answer,
    };
    for one in answer[list].as_array_mut().into_iter().flatten() {
        *one = kept.iter().map(|name| ((*name).to_owned(), one[*name].clone())).collect();
    }
    answer
}

/// What is kept beside the state.
fn notes(disk: Failing) -> Value {
    let notes = async {
        let (mut journal, _) = Journal::on(disk, Sizes::default()).await.expect("it can be read");
        journal.read_durability().await.expect("a note");
        json!({"clock": journal.clock().await.expect("a note"), "recipes": journal.recipes().await.expect("a note"),
            "model": journal.model().await.expect("a note"),
            "durability": journal.durability(), "spent": journal.spent().await.expect("a note").is_some()})
    };
    notes.now_or_never().expect("nothing waits")
}

fn answers(world: &mut World) -> Value {
    let mut answer = |(region, operation, request): (&str, &str, Value)| {
        let outcome = world.look(region, operation, request.to_string().as_bytes());
        let response = outcome.unwrap_or_else(|| panic!("{operation} writes")).response;
        let response = response.unwrap_or_else(|error| panic!("{operation} {request}: {}", error.message));
        let answer: Value = serde_json::from_slice(&response).expect("the answer is JSON");
        let answer = lasting(operation, answer);
        json!({"region": region, "operation": operation, "request": request, "answer": answer})
    };
    reads().into_iter().map(&mut answer).collect()
}

#[test]
fn every_format_is_read() {
    if std::env::var("FIXTURES").is_ok_and(|what| what == "write") {
        let letter = ('a'..='z')
            .find(|letter| !folder().join(format!("format-{DATABASE_VERSION}{letter}.json")).exists());
        let disk = Failing::new(1);
        let mut making = Making::begin(disk.clone());
        making.everything();
        making.beside();
        let mut world = making.end();
        let stored: BTreeMap<String, String> =
            disk.dump().into_iter().map(|(name, bytes)| (name, BASE64.encode(&bytes))).collect();
        let fixture = json!({"stored": stored, "answers": answers(&mut world), "notes": notes(disk)});
        let name = format!("format-{DATABASE_VERSION}{}.json", letter.expect("a letter is free"));
        std::fs::write(folder().join(name), format!("{fixture:#}\n")).expect("it is written");
    }
    let mut formats = Vec::new();
    for entry in std::fs::read_dir(folder()).expect("there are fixtures") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        let fixture: Value = serde_json::from_str(&text).expect("JSON");
        let stored = fixture["stored"].as_object().expect("what is stored").iter();
        let stored = stored.map(|(name, bytes)| {
            let bytes = bytes.as_str().expect("base64").as_bytes();
            (name.clone(), BASE64.decode(bytes).expect("base64"))
        });
        let stored: Vec<(String, Vec<u8>)> = stored.collect();
        for of in ["segments ", "meta manifest"] {
            let of_these = stored.iter().filter(|(name, _)| name.starts_with(of));
            formats.extend(of_these.map(|(_, bytes)| (of, u16::from_le_bytes([bytes[4], bytes[5]]))));
        }
        let disk = Failing::of_dump(stored.into_iter());
        let checked = check(disk.clone(), &Worlds(&config())).now_or_never().expect("nothing waits");
        assert_eq!(checked, Ok(Ok(())), "{}", path.display());
        if let Some(kept) = fixture.get("notes") {
            assert_eq!(notes(disk.clone()), *kept, "{}", path.display());
        }
        let (mut durable, opened) = open(disk).expect("it can be read");
        assert_eq!(opened.report, Vec::<String>::new(), "{}", path.display());
        assert!(opened.opening.snapshot_bytes > 0 && opened.opening.commits > 0, "{:?}", opened.opening);
        for kept in fixture["answers"].as_array().expect("what was answered") {
            let (region, operation) = (kept["region"].as_str(), kept["operation"].as_str());
            let (region, operation) = (region.expect("a region"), operation.expect("an operation"));
            let outcome = durable.world.look(region, operation, kept["request"].to_string().as_bytes());
            let response = outcome.expect("it reads").response;
            let response = response.unwrap_or_else(|error| panic!("{operation}: {}", error.message));
            let answer: Value = serde_json::from_slice(&response).expect("JSON");
            let answer = lasting(operation, answer);
            assert_eq!(answer, kept["answer"], "{}: {operation} {}", path.display(), kept["request"]);
        }
    }
    for of in ["segments ", "meta manifest"] {
        for format in PLAIN..=PACKED {
            assert!(formats.contains(&(of, format)), "format {format} of {of:?} has no fixture");
        }
    }
}
