//! Every sample of the gallery: it loads, and its saved requests are answered as it says.

use conformance::run::{START_MS, settings};
use conformance::sample::{call, list, load, shift_times};
use engine::world::World;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../static/samples")
}

fn read(file: &str) -> Value {
    let text = fs::read_to_string(folder().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// How many items a read returned, over all tables; none where the operation reads nothing.
fn items_read(operation: &str, response: &Value) -> Option<usize> {
    match operation {
        "GetItem" => Some(usize::from(response.get("Item").is_some())),
        "Query" | "Scan" => Some(response["Count"].as_u64().expect("a count") as usize),
        "BatchGetItem" => {
            let tables = response["Responses"].as_object().expect("responses");
            Some(tables.values().map(|items| list(items).len()).sum())
        }
        "TransactGetItems" => {
            let found = list(&response["Responses"]).iter().filter(|response| response.get("Item").is_some());
            Some(found.count())
        }
        _ => None,
    }
}

#[test]
fn every_sample_loads_and_answers_its_requests() {
    for entry in list(&read("index.json")) {
        let file = entry["file"].as_str().expect("a file name");
        let mut sample = read(file);
        for member in ["name", "title", "description"] {
            assert_eq!(sample[member], entry[member], "{file}: {member} is as in the index");
        }
        // The oldest format that has all of it: access patterns came with 3, entities with 4.
        let has = |member: &str| sample.get(member).is_some();
        let format = if has("entities") {
            4
        } else if has("patterns") {
            3
        } else {
            1
        };
        assert_eq!(sample["dynascope"], format, "{file}");
        shift_times(&mut sample, (START_MS / 1000) as i64);
        let mut world = World::new(settings());
        load(&mut world, &sample, START_MS).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(list(&sample["requests"]).len() >= 5, "{file} has saved requests");
        for saved in list(&sample["requests"]) {
            let (name, operation) = (&saved["name"], saved["operation"].as_str().expect("an operation"));
            let answer = call(&mut world, START_MS + 1000, operation, &saved["request"]);
            match (answer, saved["answer"].as_str()) {
                (Ok(response), None) => {
                    assert_ne!(items_read(operation, &response), Some(0), "{file}, {name}: nothing is found");
                }
                (Err(refusal), Some(exception)) => {
                    assert!(
                        refusal.starts_with(&format!("{operation}: {exception}: ")),
                        "{file}, {name}: {refusal}"
                    );
                }
                (Ok(response), Some(exception)) => {
                    panic!("{file}, {name}: {response} in place of {exception}")
                }
                (Err(refusal), None) => panic!("{file}, {name}: {refusal}"),
            }
        }
    }
}

#[test]
fn the_orders_are_many_and_the_well_known_one_is_among_them() {
    let orders = read("orders.json");
    let items = list(&orders["items"]["Orders"]);
    assert!(items.len() >= 400);
    let users: BTreeSet<&str> = items.iter().filter_map(|item| item["user_id"]["S"].as_str()).collect();
    assert!(users.len() >= 40);
    let of_john = items.iter().filter(|item| item["user_id"]["S"] == "user123");
    assert!(of_john.count() >= 40);
    assert!(
        items.iter().any(|item| item["order_id"]["S"] == "2024-01-15#1042" && item["total"]["N"] == "99.99")
    );
}

#[test]
fn times_move_with_the_clock_and_their_distances_stay() {
    let mut carts = read("shopping-carts.json");
    shift_times(&mut carts, 2_000_000_000);
    let first = &carts["items"]["shopping_carts"][0];
    assert_eq!(first["added_at"]["N"], "2000000000");
    assert_eq!(first["ttl"]["N"], (2_000_000_000_u64 + 30 * 86400).to_string());
    assert_eq!(first["quantity"]["N"], "2");
}
