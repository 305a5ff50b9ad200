//! Runs: what they send, what is counted, and that they are the same each time and however they are sliced.

use serde_json::json;

use super::{
    AccessPattern, Clients, Fill, Filling, Onlooker, Rate, Recipe, Row, Run, Spread, Tables, VERSION, suggest,
};
use crate::table::KeyAttribute;
use crate::timeline::{Event, EventKind, Tally};
use crate::world::{Config, World};

const REGION: &str = "us-east-1";
const START_MS: u64 = 1_795_348_800_000;

#[derive(Default)]
struct Seen {
    tallies: Vec<Tally>,
    events: Vec<Event>,
}

impl Onlooker for Seen {
    fn saw(&mut self, tallies: &[Tally], events: Vec<Event>) {
        self.tallies.extend(tallies);
        self.events.extend(events);
    }
}

fn pattern(name: &str, operation: &str, request: serde_json::Value) -> AccessPattern {
    AccessPattern {
        name: name.into(),
        operation: operation.into(),
        request,
        weight: 1,
        variables: [("user".to_owned(), "u{zipf 1..50}".to_owned())].into(),
    }
}

/// A table of so many write units, to which one item after the other is written.
fn recipe(write_units: u64, rate: Rate) -> Recipe {
    let put = json!({"TableName": "Carts", "Item": {"id": {"S": "{user}"}, "of": {"S": "{user}-{seq}"}}});
    let get = json!({"TableName": "Carts", "Key": {"id": {"S": "{user}"}}});
    Recipe {
        version: VERSION,
        seed: 11,
        tables: vec![json!({
            "TableName": "Carts",
            "ProvisionedThroughput": {"ReadCapacityUnits": 1_000, "WriteCapacityUnits": write_units},
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]
        })],
        fill: vec![Fill { count: 40, pattern: pattern("filled", "PutItem", put.clone()) }],
        patterns: vec![pattern("put", "PutItem", put), pattern("get", "GetItem", get)],
        rate,
        spread: Spread::Poisson,
        clients: Clients { count: 10, max_attempts: 4 },
        duration_ms: 5_000,
        replay: Vec::new(),
    }
}

fn start(recipe: Recipe) -> Run {
    Run::start(&World::new(Config::default()), REGION, START_MS, recipe).unwrap()
}

#[test]
fn a_run_is_the_same_each_time_and_however_it_is_sliced() {
    let rate = Rate::Constant { per_second: 400 };
    let (mut one, mut two) = (start(recipe(5, rate.clone())), start(recipe(5, rate)));
    let (mut seen, mut sliced) = (Seen::default(), Seen::default());
    let whole = one.advance(u64::MAX, u64::MAX, &mut seen);
    let mut until_ms = two.start_ms();
    let mut sent = 0;
    loop {
        let progress = two.advance(until_ms, 7, &mut sliced);
        sent += progress.sent;
        if progress.is_over {
            break;
        }
        if progress.sent < 7 {
            until_ms += 50;
        }
    }
    assert!(whole.is_over);
    assert_eq!(whole.sent, sent);
    assert_eq!(seen.tallies, sliced.tallies);
    assert_eq!(one.seconds(), two.seconds());
    // The clock, which counts in the slices, stands before the events' numbers in what is saved.
    assert_eq!(one.into_world().snapshot().len(), two.into_world().snapshot().len());
}

#[test]
fn what_is_refused_is_sent_again_and_counted() {
    let mut run = start(recipe(1, Rate::Constant { per_second: 400 }));
    let mut seen = Seen::default();
    run.advance(u64::MAX, u64::MAX, &mut seen);
    let sum = |of: fn(&super::Second) -> u64| run.seconds().values().map(of).sum::<u64>();
    let (sent, retries) = (sum(|s| s.sent), sum(|s| s.retries));
    assert!((1_800..2_200).contains(&sent), "{sent}");
    assert!(sum(|s| s.throttled) > 300 && retries > 200, "{} {retries}", sum(|s| s.throttled));
    // Each came to an end, or waits.
    assert_eq!(sum(|s| s.succeeded + s.given_up + s.refused) + run.waiting() as u64, sent);
    let refused = seen.tallies.iter().filter(|tally| tally.throttled.is_some()).count() as u64;
    assert!(refused >= sum(|s| s.throttled), "{refused}");
    let slow = run.seconds().values().filter_map(|second| second.percentile_ms(1_000)).max();
    assert!(slow > Some(10), "a request that was sent again took long: {slow:?}");
    assert!(run.seconds().values().filter_map(|second| second.percentile_ms(500)).all(|ms| ms <= 10));
    assert!(seen.events.iter().any(|event| matches!(event.kind, EventKind::Throttled { .. })));
}

#[test]
fn clients_that_do_not_try_again_give_up_at_once() {
    let mut recipe = recipe(1, Rate::Constant { per_second: 400 });
    recipe.clients.max_attempts = 1;
    let mut run = start(recipe);
    run.advance(u64::MAX, u64::MAX, &mut Seen::default());
    let sum = |of: fn(&super::Second) -> u64| run.seconds().values().map(of).sum::<u64>();
    assert_eq!((sum(|s| s.retries), run.waiting()), (0, 0));
    assert_eq!(sum(|s| s.throttled), sum(|s| s.given_up));
}

#[test]
fn what_is_left_out_is_never_sent_and_what_waits_is_sent_behind_it() {
    let mut recipe = recipe(1, Rate::Constant { per_second: 400 });
    recipe.spread = Spread::Even;
    let mut run = start(recipe);
    let mut seen = Seen::default();
    run.advance(run.start_ms() + 3_000, u64::MAX, &mut seen);
    let sum = |run: &Run, of: fn(&super::Second) -> u64| run.seconds().values().map(of).sum::<u64>();
    let (sent, retries, counted) = (sum(&run, |s| s.sent), sum(&run, |s| s.retries), seen.tallies.len());
    assert!(run.waiting() > 50, "{}", run.waiting());
    // An arrival every 2.5 ms, of which the one at 3,000 is sent already.
    let later_ms = run.start_ms() + 4_001;
    assert_eq!(run.skip_to(later_ms, &mut seen), 400);
    assert_eq!(run.skip_to(later_ms, &mut seen), 0);
    assert!(run.next_ms(later_ms).is_some_and(|at_ms| at_ms <= later_ms), "the first that waits");
    run.advance(later_ms, u64::MAX, &mut seen);
    assert_eq!(sum(&run, |s| s.sent), sent);
    assert!(sum(&run, |s| s.retries) > retries + 50);
    assert!(seen.tallies[counted..].iter().all(|tally| tally.at_ms == later_ms));
    assert_eq!(run.next_ms(later_ms), None);
    run.advance(later_ms + 1, u64::MAX, &mut seen);
    assert_eq!(sum(&run, |s| s.sent), sent + 1, "the one at 4,002.5");
}

#[test]
fn up_to_a_thousand_requests_a_second_are_watched_and_more_are_sampled() {
    let mut recipe = recipe(10_000, Rate::Steps { steps: vec![(0, 500), (2_000, 4_000)] });
    recipe.duration_ms = 4_500;
    let mut run = start(recipe);
    let mut seen = Seen::default();
    run.advance(u64::MAX, u64::MAX, &mut seen);
    let begun = |from_ms: u64, until_ms: u64| {
        let of = |event: &&Event| (from_ms..until_ms).contains(&(event.at_ms - run.start_ms()));
        let begins = |event: &&Event| matches!(event.kind, EventKind::RequestReceived { .. });
        seen.events.iter().filter(of).filter(begins).count() as u64
    };
    let second = |at: u64| run.seconds()[&(run.start_ms() / 1_000 + at)].sent;
    assert_eq!(begun(0, 2_000), second(0) + second(1), "all");
    assert!(second(3) > 3_600, "{}", second(3));
    assert!((200..800).contains(&begun(3_000, 4_000)), "{}", begun(3_000, 4_000));
}

#[test]
fn a_log_is_replayed_at_its_times() {
    let mut recipe = recipe(1_000, Rate::Constant { per_second: 0 });
    let get = json!({"TableName": "Carts", "Key": {"id": {"S": "{row}"}}});
    recipe.patterns = vec![pattern("look", "GetItem", get)];
    let row = |at_ms, operation: &str, key: &str| Row { at_ms, operation: operation.into(), key: key.into() };
    recipe.replay = vec![
        row(10, "GetItem", "u1"),
        row(20, "Scan", "nobody's"),
        row(1_500, "look", "u2"),
        row(9_000, "look", "behind the end"),
    ];
    let mut run = start(recipe);
    let mut seen = Seen::default();
    let progress = run.advance(u64::MAX, u64::MAX, &mut seen);
    assert_eq!(progress.sent, 2);
    let hashes: Vec<_> =
        seen.tallies.iter().map(|tally| (tally.at_ms - run.start_ms(), tally.hash)).collect();
    let hash = |text: &[u8]| Some(crate::model::key::hash(text));
    assert_eq!(hashes, [(10, hash(b"u1")), (1_500, hash(b"u2"))]);
}

#[test]
fn a_recipe_is_saved_as_json_and_one_of_another_version_is_refused() {
    let recipe = Recipe::black_friday(7);
    let text = serde_json::to_string(&recipe).unwrap();
    assert_eq!(serde_json::from_str::<Recipe>(&text).unwrap(), recipe);
    let other = Recipe { version: 2, ..recipe.clone() };
    assert!(Run::start(&World::new(Config::default()), REGION, START_MS, other).is_err());
    let idle = Recipe { patterns: Vec::new(), ..recipe };
    assert!(Run::start(&World::new(Config::default()), REGION, START_MS, idle).is_err());
}

#[test]
fn the_document_s_black_friday_runs_by_the_direct_door() {
    let mut recipe = Recipe::black_friday(7);
    recipe.fill[0].count = 500;
    recipe.duration_ms = 1_000;
    let mut run = start(recipe);
    let progress = run.advance(u64::MAX, u64::MAX, &mut Seen::default());
    assert!((800..1_200).contains(&progress.sent), "{}", progress.sent);
    assert!(run.is_direct());
    let seconds = run.seconds().values();
    assert_eq!(seconds.map(|second| second.throttled + second.refused).sum::<u64>(), 0);
}

#[test]
fn suggested_patterns_fill_a_table_s_keys_and_its_indexes() {
    let mut world = World::new(Config { instant: true, ..Config::default() });
    let table = json!({
        "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "user", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "N"},
            {"AttributeName": "status", "AttributeType": "B"}
        ],
        "KeySchema": [{"AttributeName": "user", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-status", "Projection": {"ProjectionType": "ALL"},
            "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}]
        }]
    });
    world.execute(REGION, START_MS, "CreateTable", table.to_string().as_bytes()).response.unwrap();
    let table = world.schema(REGION, "Orders").unwrap();
    let indexed: Vec<KeyAttribute> =
        table.indexes.iter().flat_map(|index| index.keys.attributes().cloned()).collect();
    let patterns = suggest("Orders", &table.keys, &indexed, 70, "zipf 1..100");
    assert_eq!(patterns.iter().map(|pattern| pattern.weight).collect::<Vec<_>>(), [70, 70, 30, 30]);
    let recipe = Recipe {
        patterns,
        tables: Vec::new(),
        fill: Vec::new(),
        duration_ms: 2_000,
        ..recipe(1, Rate::Constant { per_second: 200 })
    };
    let mut run = Run::start(&world, REGION, START_MS, recipe).unwrap();
    let mut seen = Seen::default();
    run.advance(u64::MAX, u64::MAX, &mut seen);
    assert!(run.is_direct());
    assert_eq!(run.seconds().values().map(|second| second.refused).sum::<u64>(), 0);
    assert!(seen.tallies.iter().any(|tally| tally.index != 0), "the index is written");
}

#[test]
fn latency_rises_before_anything_is_throttled() {
    // One partition, which writes 1,000 units a second: from 100 a second up to 950 of them.
    let mut recipe = recipe(1_000, Rate::Ramp { from: 100, to: 950, over_ms: 40_000 });
    (recipe.fill, recipe.duration_ms, recipe.spread) = (Vec::new(), 40_000, Spread::Even);
    recipe.patterns.truncate(1);
    let mut run = start(recipe);
    run.advance(u64::MAX, u64::MAX, &mut Seen::default());
    let seconds: Vec<&super::Second> = run.seconds().values().collect();
    assert_eq!(seconds.iter().map(|second| second.throttled).sum::<u64>(), 0);
    let at = |thousandths, range: std::ops::Range<usize>| {
        let all = seconds[range].iter().filter_map(|second| second.percentile_ms(thousandths));
        all.max().expect("something went well")
    };
    let (idle, half, near) =
        ([at(500, 0..5), at(990, 0..5)], at(990, 18..22), [at(500, 36..40), at(990, 36..40)]);
    assert!(idle[1] < half && half < near[1], "the 99th percentile: {idle:?} {half} {near:?}");
    assert!(idle[0] < near[0], "the median: {idle:?} {near:?}");
}

/// The items of Carts in a filling's branch, sorted.
fn items(filling: &mut Filling) -> Vec<String> {
    let scan = json!({"TableName": "Carts", "ConsistentRead": true}).to_string();
    let found: serde_json::Value =
        serde_json::from_slice(&filling.execute("Scan", scan.as_bytes()).response.unwrap()).unwrap();
    let mut items: Vec<String> =
        found["Items"].as_array().unwrap().iter().map(|item| item.to_string()).collect();
    items.sort();
    items
}

#[test]
fn another_design_stands_in_place_of_the_table_and_takes_over_its_items() {
    let mut world = World::new(Config { instant: true, ..Config::default() });
    let mut plain = recipe(1_000, Rate::Constant { per_second: 1 });
    plain.tables[0]["DeletionProtectionEnabled"] = json!(true);
    let call = |world: &mut World, operation: &str, request: serde_json::Value| {
        let answered = world.execute(REGION, START_MS, operation, request.to_string().as_bytes());
        assert!(answered.response.is_ok(), "{operation}: {:?}", answered.response);
    };
    call(&mut world, "CreateTable", plain.tables[0].clone());
    for n in 0..60 {
        let item = json!({"id": {"S": format!("u{n}")}, "of": {"S": format!("p{}", n % 7)}});
        call(&mut world, "PutItem", json!({"TableName": "Carts", "Item": item}));
    }
    // Two that the other design has no place for.
    for item in [json!({"id": {"S": "x"}}), json!({"id": {"S": "y"}, "of": {"N": "1"}})] {
        call(&mut world, "PutItem", json!({"TableName": "Carts", "Item": item}));
    }
    let mut swapped = recipe(1_000, Rate::Constant { per_second: 1 });
    let key = |name: &str, kind: &str| json!({"AttributeName": name, "KeyType": kind});
    let attribute = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
    swapped.tables[0]["KeySchema"] = json!([key("of", "HASH"), key("id", "RANGE")]);
    swapped.tables[0]["AttributeDefinitions"] = json!([attribute("of"), attribute("id")]);
    let put = json!({"TableName": "Carts", "Item": {"id": {"S": "{user}"}, "of": {"S": "{user}-{seq}"}}});
    swapped.patterns = vec![pattern("put", "PutItem", put)];
    (plain.tables, plain.fill, swapped.fill) = (Vec::new(), Vec::new(), Vec::new());
    let filled = |recipe: Recipe| {
        let mut filling = Filling::begin(&world, REGION, START_MS, recipe, Tables::InPlace).unwrap();
        while !filling.advance(1).unwrap() {}
        filling
    };
    let (mut own, mut other) = (filled(plain), filled(swapped.clone()));
    assert_eq!((own.taken_over(), other.taken_over()), ((0, 0), (60, 2)));
    assert_eq!(other.progress(), (62, 62));
    let whole: Vec<String> = items(&mut own).into_iter().filter(|item| item.contains("\"p")).collect();
    assert_eq!(items(&mut other), whole);
    assert_eq!(items(&mut own).len(), 62, "the workspace's own table is as it was");
    let more = Filling::begin(&world, REGION, START_MS, swapped, Tables::More);
    assert!(more.unwrap_err().message.contains("Carts"), "otherwise there must be no such table");
    let mut run = Run::filled(other, START_MS).unwrap();
    run.advance(run.start_ms() + 5_000, u64::MAX, &mut Seen::default());
    assert!(run.seconds().values().all(|second| second.refused == 0 && second.throttled == 0));
}
