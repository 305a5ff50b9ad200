//! Two designs for the same traffic: the ready comparisons, and those of a table of the reader's own. Pure.

use engine::workload::{AccessPattern, Clients, Rate, Recipe, Spread, VERSION};
use serde_json::{Value, json};

use super::keys::{Keys, write_key};
use super::quick::suggested;
use crate::protocol::traffic::Workload;
use crate::share::load::table_of;
use crate::state::tables::TableDescription;

/// The comparisons that can be chosen, with what they are called.
pub const COMPARISONS: [(&str, &str); 4] = [
    ("cart", "user_id against product_id as the partition key"),
    ("date", "The date against the date with a random suffix"),
    ("swapped", "This table, its keys swapped"),
    ("suffix", "This table, its partition key with a random suffix"),
];

/// How long a comparison runs, in milliseconds.
const DURATION_MS: u64 = 60_000;

/// The two sides of a comparison; none where the table does not allow it.
pub fn sides(name: &str, table: Option<&TableDescription>) -> Option<[Workload; 2]> {
    match name {
        "cart" => Some(carts()),
        "date" => Some(dates()),
        "swapped" => swapped(table?),
        "suffix" => suffixed(table?),
        _ => None,
    }
}

fn pattern(name: &str, operation: &str, weight: u32, request: Value) -> AccessPattern {
    let (name, operation) = (name.to_owned(), operation.to_owned());
    AccessPattern { name, operation, request, weight, variables: Default::default() }
}

fn side(name: &str, tables: Vec<Value>, patterns: Vec<AccessPattern>, per_second: u64) -> Workload {
    let recipe = Recipe {
        version: VERSION,
        seed: 1,
        tables,
        fill: Vec::new(),
        patterns,
        rate: Rate::Constant { per_second },
        spread: Spread::Poisson,
        clients: Clients::default(),
        duration_ms: DURATION_MS,
        replay: Vec::new(),
    };
    Workload { name: name.to_owned(), recipe }
}

/// A table on demand that was warmed up: its two keys are texts.
fn warm(name: &str, hash: &str, range: &str, units: u64) -> Value {
    json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            { "AttributeName": hash, "AttributeType": "S" }, { "AttributeName": range, "AttributeType": "S" },
        ],
        "KeySchema": [
            { "AttributeName": hash, "KeyType": "HASH" }, { "AttributeName": range, "KeyType": "RANGE" },
        ],
        "WarmThroughput": { "ReadUnitsPerSecond": 3 * units, "WriteUnitsPerSecond": units },
    })
}

/// The document's cart: many users, and a few products that everybody wants.
fn carts() -> [Workload; 2] {
    let keys = json!({ "user_id": { "S": "user_{uniform 1..100000}" }, "product_id": { "S": "prod_{zipf 1..2000 1.4 :4}" } });
    let mut item = keys.clone();
    item["quantity"] = json!({ "N": "{uniform 1..5}" });
    item["added_at"] = json!({ "N": "{now s}" });
    let patterns = vec![
        pattern("add to the cart", "PutItem", 60, json!({ "TableName": "shopping_carts", "Item": item })),
        pattern("look at an item", "GetItem", 40, json!({ "TableName": "shopping_carts", "Key": keys })),
    ];
    let table = |hash, range| vec![warm("shopping_carts", hash, range, 12_000)];
    [
        side("user_id is the partition key", table("user_id", "product_id"), patterns.clone(), 10_000),
        side("product_id is the partition key", table("product_id", "user_id"), patterns, 10_000),
    ]
}

/// Events of a day, under its date or under the date with a suffix.
fn dates() -> [Workload; 2] {
    let of = |name: &str, day: &str| {
        let item = json!({
            "day": { "S": day }, "event_id": { "S": "{now}-{seq :9}" }, "detail": { "S": "{text 100..400}" },
        });
        let put = pattern("log an event", "PutItem", 1, json!({ "TableName": "events", "Item": item }));
        side(name, vec![warm("events", "day", "event_id", 6_000)], vec![put], 2_000)
    };
    [
        of("The date is the partition key", "{today}"),
        of("The date with one of ten suffixes", "{today}#{shard 0..9}"),
    ]
}

/// The CreateTable request of another design of a table, and the patterns that are suggested for it.
fn own(table: &TableDescription) -> Option<(Value, Vec<AccessPattern>)> {
    let request = table_of(&json!({ "Table": *table.body }), None)?;
    let mut request = request;
    for unwanted in ["TimeToLive", "DeletionProtectionEnabled", "StreamSpecification"] {
        request.as_object_mut()?.remove(unwanted);
    }
    Some((request, suggested(table, 50, Keys::Zipf, 1_000)?))
}

/// The reader's table, as it is, against itself with its two keys swapped. Local indexes share the partition key, so the other
/// design has none.
fn swapped(table: &TableDescription) -> Option<[Workload; 2]> {
    let (mut request, mut patterns) = own(table)?;
    let (hash, range) = (table.keys.hash.first()?.name.clone(), table.keys.range.first()?.name.clone());
    // A query names a partition key, which the other design does not have.
    patterns.retain(|pattern| pattern.operation != "Query");
    request.as_object_mut()?.remove("LocalSecondaryIndexes");
    tidy_definitions(&mut request);
    let key = |name: &str, role: &str| json!({ "AttributeName": name, "KeyType": role });
    request["KeySchema"] = json!([key(&range, "HASH"), key(&hash, "RANGE")]);
    Some([
        side(&format!("{hash} is the partition key"), Vec::new(), patterns.clone(), 1_000),
        side(&format!("{range} is the partition key"), vec![request], patterns, 1_000),
    ])
}

/// The reader's table under today's date, and under the date with a suffix where its partition key is a text; a key of one
/// value otherwise makes no sense to suffix.
fn suffixed(table: &TableDescription) -> Option<[Workload; 2]> {
    let patterns = suggested(table, 50, Keys::Zipf, 1_000)?;
    let hash = table.keys.hash.first().filter(|hash| hash.attribute_type == "S")?;
    let with = |name: String, template: String| {
        let mut patterns = patterns.clone();
        patterns.iter_mut().for_each(|pattern| {
            write_key(pattern, &hash.name, &template);
        });
        side(&name, Vec::new(), patterns, 1_000)
    };
    let drawn = Keys::HotKey.template(&hash.name, false, 1_000)?;
    Some([
        with(format!("{} as it is, one key takes half", hash.name), drawn.clone()),
        with(format!("{} with one of ten suffixes", hash.name), format!("{drawn}#{{shard 0..9}}")),
    ])
}

/// Takes out the definitions of attributes that no key uses any more, which the service refuses.
fn tidy_definitions(request: &mut Value) {
    let mut used: Vec<String> = Vec::new();
    let mut schemas = vec![&request["KeySchema"]];
    schemas.extend(
        request["GlobalSecondaryIndexes"].as_array().into_iter().flatten().map(|index| &index["KeySchema"]),
    );
    for schema in schemas {
        let names = schema.as_array().into_iter().flatten().filter_map(|key| key["AttributeName"].as_str());
        used.extend(names.map(str::to_owned));
    }
    if let Some(definitions) = request["AttributeDefinitions"].as_array_mut() {
        definitions.retain(|one| {
            one["AttributeName"].as_str().is_some_and(|name| used.iter().any(|used| used == name))
        });
    }
}

#[cfg(test)]
mod tests {
    use engine::timeline::{Event, Tally};
    use engine::workload::{Filling, Onlooker, Run, Second, Tables};
    use engine::world::{Config, World};

    use super::*;

    const START_MS: u64 = 1_795_348_800_000;

    struct Nobody;

    impl Onlooker for Nobody {
        fn saw(&mut self, _: &[Tally], _: Vec<Event>) {}
    }

    /// What the first seconds of each side come to.
    fn run(sides: [Workload; 2], table: Option<Value>, for_ms: u64) -> [Second; 2] {
        let config = Config::default();
        let region = config.region.clone();
        let mut world = World::new(config);
        if let Some(table) = table {
            let made = world.execute(&region, START_MS - 60_000, "CreateTable", table.to_string().as_bytes());
            assert!(made.response.is_ok(), "{:?}", made.response);
        }
        sides.map(|side| {
            let mut filling =
                Filling::begin(&world, &region, START_MS, side.recipe, Tables::InPlace).expect("it starts");
            while !filling.advance(u64::MAX).expect("it is filled") {}
            let mut run = Run::filled(filling, START_MS).expect("it runs");
            run.advance(run.start_ms() + for_ms, u64::MAX, &mut Nobody);
            Second::sum(run.seconds().values())
        })
    }

    fn table() -> TableDescription {
        let mut described = request();
        described["TableStatus"] = json!("ACTIVE");
        described["BillingModeSummary"] = json!({ "BillingMode": "PAY_PER_REQUEST" });
        TableDescription::read(&described).expect("a table")
    }

    fn request() -> Value {
        json!({
            "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                { "AttributeName": "user", "AttributeType": "S" }, { "AttributeName": "at", "AttributeType": "N" },
                { "AttributeName": "status", "AttributeType": "S" }, { "AttributeName": "size", "AttributeType": "N" },
            ],
            "KeySchema": [{ "AttributeName": "user", "KeyType": "HASH" }, { "AttributeName": "at", "KeyType": "RANGE" }],
            "LocalSecondaryIndexes": [{
                "IndexName": "by-l", "Projection": { "ProjectionType": "ALL" },
                "KeySchema": [{ "AttributeName": "user", "KeyType": "HASH" }, { "AttributeName": "size", "KeyType": "RANGE" }],
            }],
            "GlobalSecondaryIndexes": [{
                "IndexName": "by-g", "Projection": { "ProjectionType": "ALL" },
                "KeySchema": [{ "AttributeName": "status", "KeyType": "HASH" }],
            }],
        })
    }

    #[test]
    fn the_ready_comparisons_show_what_they_are_for() {
        for name in ["cart", "date"] {
            let [good, bad] = match (name, run(sides(name, None).expect("ready"), None, 5_000)) {
                ("date", [date, suffixed]) => [suffixed, date],
                (_, both) => both,
            };
            assert_eq!(good.throttled, 0, "{name}: {good:?}");
            assert!(bad.throttled * 20 > bad.sent, "{name}: {bad:?}");
            assert_eq!((good.refused, bad.refused), (0, 0), "{name}");
        }
    }

    #[test]
    fn a_table_of_one_s_own_is_compared_with_its_keys_swapped_or_suffixed() {
        for name in ["swapped", "suffix"] {
            let both = run(sides(name, Some(&table())).expect(name), Some(request()), 1_000);
            assert!(both.iter().all(|second| second.sent > 900 && second.refused == 0), "{name}: {both:?}");
        }
        let mut no_sort_key = table();
        no_sort_key.keys.range.clear();
        assert_eq!(sides("swapped", Some(&no_sort_key)), None);
        assert_eq!(sides("suffix", None), None);
    }
}
