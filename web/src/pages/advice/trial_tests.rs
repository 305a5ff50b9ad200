//! What is tried is what the engine takes: both sides run, and the second does less.

use engine::insight::advice::{Requests, advice};
use engine::timeline::{Access, Consumed, Event, Tally};
use engine::workload::{Filling, Frequency, Onlooker, Per, Run, Second, Tables};
use engine::world::{Config, World};

use super::super::planned::advice as planned_advice;
use super::*;

const START_MS: u64 = 1_795_348_800_000;

/// What was consumed.
#[derive(Default)]
struct Counted(Consumed);

impl Onlooker for Counted {
    fn saw(&mut self, tallies: &[Tally], _: Vec<Event>) {
        for tally in tallies {
            match tally.access {
                Access::Read => self.0.read_half_units += tally.half_units,
                Access::Write => self.0.write_half_units += tally.half_units,
            }
        }
    }
}

/// A world with a table of orders, and what was done to it.
struct Shop {
    world: World,
    region: String,
    requests: Requests,
}

impl Shop {
    fn new(index: Option<Value>) -> Shop {
        let config = Config { instant: true, ..Config::default() };
        let region = config.region.clone();
        let mut shop = Shop { world: World::new(config), region, requests: Requests::default() };
        let text = |name: &str| json!({ "AttributeName": name, "AttributeType": "S" });
        let mut table = json!({
            "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [text("user"), text("at")],
            "KeySchema": [{ "AttributeName": "user", "KeyType": "HASH" }, { "AttributeName": "at", "KeyType": "RANGE" }],
        });
        if let Some(index) = index {
            table["AttributeDefinitions"] = json!([text("user"), text("at"), text("status")]);
            table["GlobalSecondaryIndexes"] = json!([index]);
        }
        shop.call("CreateTable", table);
        for number in 0..60 {
            let status = ["placed", "paid", "sent"][number % 3];
            shop.call(
                "PutItem",
                json!({ "TableName": "Orders", "Item": {
                "user": { "S": format!("u{}", number % 5) }, "at": { "S": format!("{number:04}") },
                "status": { "S": status }, "note": { "S": "x".repeat(300) },
            } }),
            );
        }
        shop
    }

    fn call(&mut self, operation: &str, request: Value) -> Value {
        let outcome =
            self.world.execute(&self.region, START_MS - 60_000, operation, request.to_string().as_bytes());
        self.requests.observe(&outcome.events, false);
        let response = outcome.response.unwrap_or_else(|error| panic!("{operation}: {}", error.message));
        serde_json::from_slice(&response).expect("JSON")
    }

    fn table(&mut self) -> TableDescription {
        let described = self.call("DescribeTable", json!({ "TableName": "Orders" }));
        TableDescription::read(&described["Table"]).expect("a table")
    }

    fn contents(&mut self) -> TableContents {
        let contents = self.call("Dynascope.DescribeContents", json!({ "TableName": "Orders" }));
        serde_json::from_value(contents).expect("its shape")
    }

    /// The two sides of the advice of that kind.
    fn sides(&mut self, kind: &str, known: Option<Traffic>) -> [Workload; 2] {
        let contents = self.contents();
        let all = advice(&contents, &self.requests);
        let one = all.iter().find(|one| one.kind.name() == kind).unwrap_or_else(|| panic!("{kind}: {all:?}"));
        sides(one, &self.table(), &contents, known).expect("there is something to try")
    }

    /// How many requests a side sends in so many milliseconds, and how many items the table of orders then has.
    fn held(&self, side: Workload, ms: u64) -> (u64, u64) {
        let mut run = Run::start(&self.world, &self.region, START_MS, side.recipe).expect("it runs");
        run.advance(run.start_ms() + ms, u64::MAX, &mut Counted::default());
        let sent = Second::sum(run.seconds().values()).sent;
        let described =
            run.execute("DescribeTable", br#"{"TableName":"Orders"}"#).response.expect("described");
        let described: Value = serde_json::from_slice(&described).expect("JSON");
        (sent, described["Table"]["ItemCount"].as_u64().expect("a number"))
    }

    /// What both sides come to in ten seconds: requests, and units.
    fn run(&mut self, sides: [Workload; 2]) -> [(Second, Consumed); 2] {
        sides.map(|side| {
            let mut filling =
                Filling::begin(&self.world, &self.region, START_MS, side.recipe, Tables::InPlace)
                    .unwrap_or_else(|error| panic!("{}: {}", side.name, error.message));
            while !filling.advance(u64::MAX).expect("it is filled") {}
            let mut run = Run::filled(filling, START_MS).expect("it runs");
            let mut counted = Counted::default();
            run.advance(run.start_ms() + 10_000, u64::MAX, &mut counted);
            (Second::sum(run.seconds().values()), counted.0)
        })
    }
}

fn status_index(projection: &str) -> Value {
    json!({
        "IndexName": "by-status", "Projection": { "ProjectionType": projection },
        "KeySchema": [{ "AttributeName": "status", "KeyType": "HASH" }],
    })
}

#[test]
fn an_index_in_place_of_a_scan_reads_less() {
    let mut shop = Shop::new(None);
    shop.call("Scan", json!({
        "TableName": "Orders", "FilterExpression": "#s = :s", "ExpressionAttributeNames": { "#s": "status" },
        "ExpressionAttributeValues": { ":s": { "S": "paid" } },
    }));
    let sides = shop.sides("scan-for-index", None);
    assert_eq!(sides[1].name, "With the index by-status");
    let [before, after] = shop.run(sides);
    assert!(before.0.sent > 400 && before.0.sent == after.0.sent, "{before:?} {after:?}");
    assert_eq!((before.0.refused, after.0.refused), (0, 0));
    assert!(after.1.read_half_units * 2 < before.1.read_half_units, "{before:?} {after:?}");
    assert!(after.1.write_half_units > before.1.write_half_units, "the index is written too");
}

#[test]
fn the_reader_s_own_traffic_is_rewritten() {
    let mut shop = Shop::new(None);
    let scan = json!({
        "TableName": "Orders", "FilterExpression": "#s = :s AND note <> :n", "ExpressionAttributeNames": { "#s": "status" },
        "ExpressionAttributeValues": { ":s": { "S": "paid" }, ":n": { "S": "y" } },
    });
    shop.call("Scan", scan.clone());
    let elsewhere = pattern("elsewhere", "GetItem", json!({ "TableName": "Users", "Key": {} }), 3);
    let known = Traffic {
        patterns: vec![pattern("paid", "Scan", scan, 1), elsewhere],
        rate: Rate::Constant { per_second: 80 },
    };
    assert_eq!(known.on("Nobody"), None);
    assert_eq!(known.on("Orders").expect("one").rate, Rate::Constant { per_second: 20 }, "its share");
    let sides = shop.sides("scan-for-index", known.on("Orders"));
    let asked: Vec<_> = sides[1].recipe.patterns.iter().map(|one| (&*one.name, &*one.operation)).collect();
    assert_eq!(asked, [("paid", "Query")]);
    let [before, after] = shop.run(sides);
    assert_eq!((before.0.refused, after.0.refused), (0, 0));
    assert!(after.1.read_half_units < before.1.read_half_units);
}

#[test]
fn what_is_planned_is_sent_as_often_as_it_is_planned_and_evenly_where_nothing_says_how_often() {
    let mut shop = Shop::new(None);
    let (table, contents) = (shop.table(), shop.contents());
    let scan = json!({
        "TableName": "Orders", "FilterExpression": "#s = :s", "ExpressionAttributeNames": { "#s": "status" },
        "ExpressionAttributeValues": { ":s": { "S": "paid" } },
    });
    let item = json!({ "user": { "S": "u1" }, "at": { "S": "{seq}" }, "status": { "S": "paid" } });
    let (get, put) = (
        json!({ "TableName": "Users", "Key": { "id": { "S": "{seq}" } } }),
        json!({ "TableName": "Orders", "Item": item }),
    );
    let plan = |rates: [u64; 3]| {
        let requests = [("paid", "Scan", &scan), ("put", "PutItem", &put), ("elsewhere", "GetItem", &get)];
        let patterns = requests.into_iter().zip(rates).map(|((name, operation, request), times)| {
            let rate = Frequency { times, per: Per::Second };
            PlannedPattern { rate, ..PlannedPattern::new(name, operation, request.clone()) }
        });
        patterns.collect::<Vec<_>>()
    };
    let change = planned_advice(&contents, &plan([0, 0, 0])).into_iter().find_map(|one| one.change);
    let change = change.expect("an index in place of the scan");
    let mut sent = |rates: [u64; 3]| {
        let sides = planned(&change, &table, &plan(rates)).expect("there is something to try");
        for one in &sides[1].recipe.patterns {
            assert_eq!(one.operation, if one.name == "paid" { "Query" } else { "PutItem" });
        }
        let [before, after] = shop.run(sides);
        assert_eq!((before.0.refused, after.0.refused), (0, 0));
        assert!(after.1.read_half_units < before.1.read_half_units, "{rates:?}");
        assert_eq!(before.0.sent, after.0.sent, "{rates:?}");
        before.0.sent
    };
    // Of another table nothing is sent, and 40 and 10 a second are 500 in ten seconds.
    assert_eq!(sent([40, 10, 1_000]), 501);
    assert_eq!(sent([1, 1, 50_000]), 21);
    // No rate: as often as any trial.
    for rates in [[0, 0, 0], [0, 10, 1_000]] {
        assert_eq!(sent(rates), PER_SECOND * 10 + 1);
    }
    assert_eq!(planned(&change, &table, &plan([0, 0, 0])[1..]), None);
}

#[test]
fn without_an_index_that_nobody_reads_writes_cost_less() {
    let mut shop = Shop::new(Some(status_index("ALL")));
    let sides = shop.sides("unread-index", None);
    let [before, after] = shop.run(sides);
    assert_eq!((before.0.refused, after.0.refused), (0, 0));
    assert!(after.1.write_half_units < before.1.write_half_units, "{before:?} {after:?}");
}

#[test]
fn eventually_consistent_reads_cost_half() {
    let mut shop = Shop::new(None);
    // The items that were written a moment before are forgotten: what is read was not just written.
    shop.requests = Requests::default();
    for _ in 0..12 {
        shop.call("Query", json!({
            "TableName": "Orders", "ConsistentRead": true, "KeyConditionExpression": "#u = :u",
            "ExpressionAttributeNames": { "#u": "user" }, "ExpressionAttributeValues": { ":u": { "S": "u1" } },
        }));
    }
    let sides = shop.sides("strong-reads", None);
    let [before, after] = shop.run(sides);
    assert_eq!((before.0.refused, after.0.refused), (0, 0));
    assert_eq!(after.1.read_half_units * 2, before.1.read_half_units);
    assert_eq!(after.1.write_half_units, before.1.write_half_units);
}

#[test]
fn a_hot_key_is_sharded_in_the_writes_that_are_known() {
    let mut shop = Shop::new(None);
    let (table, contents) = (shop.table(), shop.contents());
    let put =
        json!({ "TableName": "Orders", "Item": { "user": { "S": "{today}" }, "at": { "S": "{seq}" } } });
    let known = Traffic {
        patterns: vec![
            pattern("put", "PutItem", put, 1),
            pattern("get", "Query", json!({ "TableName": "Orders" }), 1),
        ],
        rate: Rate::Constant { per_second: 2_000 },
    };
    let key = KeyPart { name: "user".into(), attribute_type: "S".into() };
    let spread = KeySpread { wanted_half_units: 4_000, partition_units: 1_000, keys: 3 };
    let sides = sharded(&key, spread, &table, &contents, Some(&known)).expect("it writes");
    let keys = sides.each_ref().map(|side| side.recipe.patterns[0].request["Item"]["user"]["S"].clone());
    assert_eq!(keys, [json!("{today}"), json!("{today}#{shard 0..2}")]);
    assert_eq!(sides[0].recipe.patterns.len(), 1, "the reads would ask for keys that are not there");
    assert_eq!(
        sides[0].recipe.rate,
        Rate::Constant { per_second: 1_000 },
        "as often as they are known to be"
    );
    let number = KeyPart { attribute_type: "N".into(), ..key };
    assert_eq!(sharded(&number, spread, &table, &contents, Some(&known)), None);
    let [before, after] = shop.run(sides);
    assert_eq!(before.0.sent, after.0.sent, "both are sent as much");
}

#[test]
fn where_no_writes_are_known_the_keys_that_are_there_are_written_as_often_as_was_wanted() {
    let mut shop = Shop::new(Some(status_index("ALL")));
    let (table, contents) = (shop.table(), shop.contents());
    let spread = KeySpread { wanted_half_units: 400, partition_units: 1_000, keys: 4 };
    let key = table.keys_of(Some("by-status")).hash[0].clone();
    let reads = Traffic {
        patterns: vec![pattern("get", "Query", json!({ "TableName": "Orders" }), 1)],
        rate: Rate::Constant { per_second: 9 },
    };
    for known in [None, Some(&reads)] {
        let sides = sharded(&key, spread, &table, &contents, known).expect("there is something to try");
        let value = |side: &Workload| {
            let item = &side.recipe.patterns[0].request["Item"];
            item["status"]["S"].as_str().expect("a text").to_owned()
        };
        let [one, other] = [value(&sides[0]), value(&sides[1])];
        assert!(["placed", "paid", "sent"].iter().all(|status| one.contains(status)), "{one}");
        assert_eq!(other, format!("{one}#{{shard 0..3}}"));
        let [before, after] = shop.run(sides);
        assert_eq!((before.0.sent, after.0.sent), (2_001, 2_001));
        assert_eq!((before.0.refused, after.0.refused), (0, 0));
    }
}

#[test]
fn batches_write_and_read_the_same_items_in_fewer_requests_for_the_same_units() {
    let mut shop = Shop::new(None);
    let (table, contents) = (shop.table(), shop.contents());
    for (writes, operation) in [(true, "BatchWriteItem"), (false, "BatchGetItem")] {
        let sides = habits::batched(&table, &contents, writes);
        assert_eq!(sides[1].name, format!("{operation} of 25"));
        let [before, after] = shop.run(sides);
        assert_eq!((before.0.refused, after.0.refused), (0, 0), "{operation}");
        assert!(after.0.sent * 20 < before.0.sent && after.0.sent > 5, "{before:?} {after:?}");
        // As many items, but for where the arrivals fall.
        let units = |of: &Consumed| of.read_half_units + of.write_half_units;
        let (one, other) =
            (units(&before.1) as f64 / before.0.sent as f64, units(&after.1) as f64 / after.0.sent as f64);
        assert!((other / one - 25.0).abs() < 0.01, "{operation}: {one} and {other}");
    }
}

#[test]
fn a_large_attribute_in_an_item_of_its_own_costs_less() {
    let mut shop = Shop::new(None);
    shop.call(
        "PutItem",
        json!({ "TableName": "Orders", "Item": {
        "user": { "S": "u1" }, "at": { "S": "large" }, "picture": { "S": "x".repeat(330_000) } } }),
    );
    let sides = shop.sides("large-item", None);
    assert!(sides[1].name.starts_with("picture in an item of its own"), "{}", sides[1].name);
    let [before, after] = shop.run(sides);
    assert_eq!((before.0.refused, after.0.refused), (0, 0));
    assert!(after.1.read_half_units * 3 < before.1.read_half_units, "{before:?} {after:?}");
    assert!(after.1.write_half_units * 50 < before.1.write_half_units, "{before:?} {after:?}");
}

#[test]
fn a_local_index_as_a_global_one_answers_the_same_and_bounds_no_collection() {
    let mut shop = Shop::new(None);
    let text = |name: &str| json!({ "AttributeName": name, "AttributeType": "S" });
    shop.call("DeleteTable", json!({ "TableName": "Orders" }));
    let key = |range: &str| json!([{ "AttributeName": "user", "KeyType": "HASH" }, { "AttributeName": range, "KeyType": "RANGE" }]);
    shop.call(
        "CreateTable",
        json!({ "TableName": "Orders", "BillingMode": "PROVISIONED", "KeySchema": key("at"),
        "ProvisionedThroughput": { "ReadCapacityUnits": 1_000, "WriteCapacityUnits": 1_000 },
        "AttributeDefinitions": [text("user"), text("at"), text("status")],
        "LocalSecondaryIndexes": [{ "IndexName": "by-status", "KeySchema": key("status"), "Projection": { "ProjectionType": "ALL" } }] }),
    );
    for number in 0..20 {
        shop.call("PutItem", json!({ "TableName": "Orders", "Item": {
            "user": { "S": format!("u{}", number % 2) }, "at": { "S": format!("{number:04}") }, "status": { "S": "paid" } } }));
    }
    let contents = shop.contents();
    let largest = contents.largest_collection.clone().expect("a local index bounds it");
    let kind = AdviceKind::CollectionGrows { largest, limit_bytes: 10 << 30, growth: None };
    let grows = Advice { table: "Orders".into(), index: None, kind, change: None };
    let read = json!({ "TableName": "Orders", "IndexName": "by-status", "ConsistentRead": true,
        "KeyConditionExpression": "#u = :u", "ExpressionAttributeNames": { "#u": "user" },
        "ExpressionAttributeValues": { ":u": { "S": "u1" } } });
    let strong = Traffic {
        patterns: vec![pattern("paid", "Query", read, 1)],
        rate: Rate::Constant { per_second: PER_SECOND },
    };
    for known in [None, Some(strong)] {
        let was_strong = known.is_some();
        let sides = sides(&grows, &shop.table(), &contents, known).expect("there is something to try");
        assert_eq!(sides[1].name, "by-status as global");
        let table = &sides[1].recipe.tables[0];
        assert!(table.get("LocalSecondaryIndexes").is_none());
        assert_eq!(table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["WriteCapacityUnits"], 1_000);
        assert!(sides[1].recipe.patterns.iter().any(|one| one.request["IndexName"] == "by-status"));
        let [before, after] = shop.run(sides);
        assert!(before.0.sent > 400 && before.0.sent == after.0.sent, "{before:?} {after:?}");
        assert_eq!((before.0.refused, after.0.refused), (0, 0));
        // An eventually consistent read takes half.
        let least = before.1.read_half_units / if was_strong { 3 } else { 2 };
        let most = before.1.read_half_units * 2 / if was_strong { 3 } else { 1 };
        assert!((least..=most).contains(&after.1.read_half_units), "{before:?} {after:?}");
    }
}

#[test]
fn items_expire_where_their_time_is_in_seconds() {
    let mut shop = Shop::new(None);
    let ttl = json!({ "AttributeName": "gone", "Enabled": true });
    shop.call("UpdateTimeToLive", json!({ "TableName": "Orders", "TimeToLiveSpecification": ttl }));
    shop.call(
        "PutItem",
        json!({ "TableName": "Orders", "Item": {
        "user": { "S": "u1" }, "at": { "S": "x" }, "gone": { "N": (START_MS + 5_000).to_string() } } }),
    );
    let sides = shop.sides("ttl-milliseconds", None);
    assert_eq!(sides[1].name, "gone in seconds");
    let held = sides.map(|side| {
        let (sent, items) = shop.held(side, 125_000);
        assert!(sent > 5_000, "{sent}");
        (sent, items)
    });
    assert_eq!(held[0].1, 61 + held[0].0, "in milliseconds they stay");
    assert!(held[1].1 < 61 + 70 * 60, "{held:?}");
}

#[test]
fn two_tables_by_one_key_are_one_request_where_their_items_stand_together() {
    let mut shop = Shop::new(None);
    shop.call(
        "CreateTable",
        json!({ "TableName": "Users", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }] }),
    );
    for number in 0..4 {
        shop.call(
            "PutItem",
            json!({ "TableName": "Users", "Item": {
            "id": { "S": format!("u{number}") }, "name": { "S": "{odd}" } } }),
        );
    }
    let users = shop.call("DescribeTable", json!({ "TableName": "Users" }));
    let users = TableDescription::read(&users["Table"]).expect("a table");
    let orders = shop.table();
    assert!(can_join(&users, &orders));
    let mut scan = |table: &str| {
        shop.call("Scan", json!({ "TableName": table, "ConsistentRead": true }))["Items"]
            .as_array()
            .cloned()
            .expect("items")
    };
    let (own, there) = (scan("Users"), scan("Orders"));
    let sides = habits::pre_joined((&users, ("id", "S"), &own), (&orders, ("user", "S"), &there));
    let sides = sides.expect("four users have orders");
    assert_eq!(sides[1].recipe.fill.len(), 4 + 48);
    let item = &sides[1].recipe.fill[0].pattern.request["Item"];
    assert_eq!((item["sk"]["S"].as_str(), item["name"]["S"].as_str()), (Some("Users"), Some("{{odd}}")));
    let [before, after] = shop.run(sides);
    assert_eq!((before.0.refused, after.0.refused), (0, 0));
    assert!(after.0.sent * 3 < before.0.sent * 2, "half as many requests: {before:?} {after:?}");
    let per_read = |side: &(Second, Consumed), requests: u64| side.1.read_half_units * requests / side.0.sent;
    assert!(per_read(&after, 1) <= per_read(&before, 2), "{before:?} {after:?}");
    assert_eq!(habits::pre_joined((&users, ("id", "S"), &own), (&orders, ("user", "S"), &[])), None);
}
