//! Each advice where it is due, and where it is not: on what the engine itself tells of requests and of what a table holds.

use serde_json::{Value, json};

use super::*;
use crate::workload::AccessPattern;
use crate::world::{Config, World};

const START_MS: u64 = 1_795_348_800_000;
const REGION: &str = "us-east-1";

/// A world, and the sum of what was done in it.
struct Told {
    world: World,
    requests: Requests,
    now_ms: u64,
}

impl Told {
    fn new(table: Value) -> Told {
        let config = Config { instant: true, ..Config::default() };
        let mut told = Told { world: World::new(config), requests: Requests::default(), now_ms: START_MS };
        told.call("CreateTable", table);
        told
    }

    fn call(&mut self, operation: &str, request: Value) -> Value {
        let outcome = self.world.execute(REGION, self.now_ms, operation, request.to_string().as_bytes());
        self.requests.observe(&outcome.events, true);
        let response = outcome.response.unwrap_or_else(|error| panic!("{operation}: {}", error.message));
        serde_json::from_slice(&response).expect("JSON")
    }

    /// So many puts, with time between them.
    fn put(&mut self, count: u64, item: impl Fn(u64) -> Value) {
        for number in 0..count {
            self.call("PutItem", json!({ "TableName": "Orders", "Item": item(number) }));
            self.now_ms += 5_000;
        }
    }

    fn contents(&mut self) -> TableContents {
        let answer = self.call("Dynascope.DescribeContents", json!({ "TableName": "Orders" }));
        serde_json::from_value(answer).expect("its shape")
    }

    fn advice(&mut self) -> Vec<Advice> {
        let contents = self.contents();
        advice(&contents, &self.requests)
    }

    fn names(&mut self) -> Vec<&'static str> {
        self.advice().iter().map(|one| one.kind.name()).collect()
    }
}

fn element(name: &str, role: &str) -> Value {
    json!({ "AttributeName": name, "KeyType": role })
}

fn text(name: &str) -> Value {
    json!({ "AttributeName": name, "AttributeType": "S" })
}

/// Orders by user and time.
fn orders() -> Value {
    json!({
        "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [text("user"), text("at")],
        "KeySchema": [element("user", "HASH"), element("at", "RANGE")],
    })
}

/// The same with a global index on the status.
fn indexed(projection: Value) -> Value {
    let mut table = orders();
    table["AttributeDefinitions"] = json!([text("user"), text("at"), text("status")]);
    table["GlobalSecondaryIndexes"] = json!([{
        "IndexName": "by-status", "KeySchema": [element("status", "HASH")], "Projection": projection,
    }]);
    table
}

fn order(number: u64) -> Value {
    let status = ["placed", "paid", "sent", "delivered"][number as usize % 4];
    let mut order = json!({
        "user": { "S": format!("u{}", number % 20) }, "at": { "S": format!("{number:05}") },
        "status": { "S": status }, "note": { "S": "x".repeat(200) },
    });
    if number.is_multiple_of(10) {
        order["late"] = json!({ "S": "yes" });
    }
    order
}

fn scan(filter: &str, value: &str) -> Value {
    json!({
        "TableName": "Orders", "FilterExpression": filter, "ExpressionAttributeValues": { ":v": { "S": value } },
    })
}

#[test]
fn a_scan_for_one_value_wants_an_index() {
    let mut told = Told::new(orders());
    told.put(40, order);
    let all = json!({ "TableName": "Orders", "FilterExpression": "attribute_exists(note)" });
    told.call("Scan", all);
    assert_eq!(told.names(), Vec::<&str>::new(), "what returns everything wastes nothing");
    told.call("Scan", scan("#s = :v", "sent").tap("ExpressionAttributeNames", json!({ "#s": "status" })));
    let advice = told.advice();
    let [Advice { kind: AdviceKind::ScanForIndex { pages, attribute, sort, existing }, change, .. }] =
        &*advice
    else {
        panic!("{advice:?}")
    };
    assert_eq!((pages.requests, pages.evaluated, pages.returned), (1, 40, 10));
    assert_eq!((attribute.as_str(), sort.as_deref(), existing), ("status", None, &None));
    // What is advised is what the engine takes, and asks less.
    let change = change.clone().expect("an index");
    let update = change.updates("Orders").remove(0);
    told.call("UpdateTable", update);
    let pattern = AccessPattern {
        name: "sent".into(),
        operation: "Scan".into(),
        request: scan("#s = :v", "sent").tap("ExpressionAttributeNames", json!({ "#s": "status" })),
        weight: 1,
        variables: Default::default(),
    };
    let pattern = change.pattern("Orders", &pattern);
    assert_eq!(pattern.operation, "Query");
    let answer = told.call("Query", pattern.request);
    assert_eq!((&answer["Count"], &answer["ScannedCount"]), (&json!(10), &json!(10)));
}

/// A member set, for requests that are built on the way.
trait Tap {
    fn tap(self, member: &str, value: Value) -> Value;
}

impl Tap for Value {
    fn tap(mut self, member: &str, value: Value) -> Value {
        self[member] = value;
        self
    }
}

#[test]
fn a_scan_by_a_key_that_is_there_needs_no_new_index() {
    let mut told = Told::new(indexed(json!({ "ProjectionType": "ALL" })));
    told.put(40, order);
    told.call(
        "Scan",
        scan("user = :v", "u3")
            .tap("FilterExpression", json!("#u = :v"))
            .tap("ExpressionAttributeNames", json!({ "#u": "user" })),
    );
    let advice = told.advice();
    let change = advice.iter().find_map(|one| match &one.kind {
        AdviceKind::ScanForIndex { existing, .. } => Some((existing.clone(), one.change.clone())),
        _ => None,
    });
    let (existing, change) = change.expect("it is found");
    assert_eq!(existing, Some(None), "the table's own key");
    assert_eq!(change, Some(DesignChange::QueryBy { attribute: "user".into(), index: None }));
    assert_eq!(change.and_then(|change| change.design(&orders())), None, "the table stays as it is");
}

#[test]
fn a_rare_attribute_wants_a_sparse_index() {
    let mut told = Told::new(orders());
    told.put(40, order);
    told.call("Scan", json!({ "TableName": "Orders", "FilterExpression": "attribute_exists(late)" }));
    let advice = told.advice();
    let [Advice { kind: AdviceKind::SparseIndex { attribute, having, surveyed, .. }, change, .. }] = &*advice
    else {
        panic!("{advice:?}")
    };
    assert_eq!((attribute.as_str(), *having, *surveyed), ("late", 4, 40));
    let change = change.clone().expect("an index");
    told.call("UpdateTable", change.updates("Orders").remove(0));
    let pattern = AccessPattern {
        name: "late".into(),
        operation: "Scan".into(),
        request: json!({ "TableName": "Orders", "FilterExpression": "attribute_exists(late)" }),
        weight: 1,
        variables: Default::default(),
    };
    let answer = told.call("Scan", change.pattern("Orders", &pattern).request);
    assert_eq!((&answer["Count"], &answer["ScannedCount"]), (&json!(4), &json!(4)));
}

#[test]
fn a_query_s_filter_that_drops_most_belongs_into_a_sort_key() {
    let mut told = Told::new(orders());
    told.put(40, |number| order(number).tap("user", json!({ "S": "u1" })));
    let query = |filter: &str, value: &str| {
        json!({
            "TableName": "Orders", "KeyConditionExpression": "#u = :u", "FilterExpression": filter,
            "ExpressionAttributeNames": { "#u": "user", "#s": "status" },
            "ExpressionAttributeValues": { ":u": { "S": "u1" }, ":v": { "S": value } },
        })
    };
    told.call("Query", query("#s <> :v", "nothing"));
    assert_eq!(told.names(), Vec::<&str>::new());
    told.call("Query", query("#s = :v", "paid"));
    let advice = told.advice();
    let [Advice { kind: AdviceKind::FilterDrops { pages, sort }, change, .. }] = &*advice else {
        panic!("{advice:?}")
    };
    assert_eq!((pages.evaluated, pages.returned, sort.as_deref()), (40, 10, Some("status")));
    let change = change.clone().expect("an index");
    told.call("UpdateTable", change.updates("Orders").remove(0));
    let pattern = AccessPattern {
        name: "paid".into(),
        operation: "Query".into(),
        request: query("#s = :v", "paid"),
        weight: 1,
        variables: Default::default(),
    };
    let answer = told.call("Query", change.pattern("Orders", &pattern).request);
    assert_eq!((&answer["Count"], &answer["ScannedCount"]), (&json!(10), &json!(10)));
}

#[test]
fn strong_reads_are_told_unless_they_read_what_was_just_written() {
    let get = |number: u64| {
        json!({
            "TableName": "Orders", "ConsistentRead": true,
            "Key": { "user": { "S": format!("u{}", number % 20) }, "at": { "S": format!("{number:05}") } },
        })
    };
    let mut fresh = Told::new(orders());
    for number in 0..12 {
        fresh.call("PutItem", json!({ "TableName": "Orders", "Item": order(number) }));
        fresh.call("GetItem", get(number));
        fresh.now_ms += 5_000;
    }
    assert_eq!(fresh.names(), Vec::<&str>::new());
    let mut told = Told::new(orders());
    told.put(12, order);
    for number in 0..12 {
        told.call("GetItem", get(number));
        told.now_ms += 5_000;
    }
    let advice = told.advice();
    let [Advice { kind: AdviceKind::StrongReads { strong }, change: Some(change), .. }] = &*advice else {
        panic!("{advice:?}")
    };
    assert_eq!((strong.reads, strong.half_units, strong.fresh), (12, 24, 0));
    let pattern = AccessPattern {
        name: "get".into(),
        operation: "GetItem".into(),
        request: get(1),
        weight: 1,
        variables: Default::default(),
    };
    assert_eq!(change.pattern("Orders", &pattern).request["ConsistentRead"], Value::Null);
}

#[test]
fn what_an_index_holds_and_nobody_reads_is_told() {
    let read = |told: &mut Told, projection: Option<&str>| {
        let mut query = json!({
            "TableName": "Orders", "IndexName": "by-status", "KeyConditionExpression": "#s = :v",
            "ExpressionAttributeNames": { "#s": "status" }, "ExpressionAttributeValues": { ":v": { "S": "paid" } },
        });
        if let Some(projection) = projection {
            query["ProjectionExpression"] = projection.into();
        }
        for _ in 0..3 {
            told.call("Query", query.clone());
        }
    };
    let mut told = Told::new(indexed(json!({ "ProjectionType": "ALL" })));
    told.put(40, order);
    read(&mut told, Some("late"));
    let advice = told.advice();
    let [
        Advice {
            index, kind: AdviceKind::OverProjection { unread, unread_bytes, bytes, reads }, change, ..
        },
    ] = &*advice
    else {
        panic!("{advice:?}")
    };
    assert_eq!(
        (index.as_deref(), unread.as_slice(), *reads),
        (Some("by-status"), &["note".to_owned()][..], 3)
    );
    assert!(*unread_bytes == 40 * 204 && bytes > unread_bytes, "{unread_bytes} of {bytes}");
    let create =
        change.as_ref().and_then(|change| change.design(&indexed(json!({ "ProjectionType": "ALL" }))));
    let narrow = json!({ "ProjectionType": "INCLUDE", "NonKeyAttributes": ["late"] });
    assert_eq!(create.expect("a design")["GlobalSecondaryIndexes"][0]["Projection"], narrow);
    let change = change.clone().expect("a change");
    change.updates("Orders").into_iter().for_each(|update| {
        told.call("UpdateTable", update);
    });
    let mut whole = Told::new(indexed(json!({ "ProjectionType": "ALL" })));
    whole.put(40, order);
    read(&mut whole, None);
    assert_eq!(whole.names(), Vec::<&str>::new(), "all of it is read");
}

#[test]
fn an_index_that_only_is_written_can_go() {
    let mut told = Told::new(indexed(json!({ "ProjectionType": "ALL" })));
    told.put(40, order);
    assert_eq!(told.names(), Vec::<&str>::new(), "that is too early to say");
    told.put(20, |number| order(number + 40));
    let advice = told.advice();
    let [Advice { kind: AdviceKind::UnreadIndex { writes, requests, .. }, change: Some(change), .. }] =
        &*advice
    else {
        panic!("{advice:?}")
    };
    assert_eq!((*writes, *requests), (60, 60));
    assert_eq!(change.design(&indexed(json!({ "ProjectionType": "ALL" }))), Some(orders()));
}

#[test]
fn few_keys_of_an_index_are_told_without_any_traffic() {
    let mut told = Told::new(indexed(json!({ "ProjectionType": "KEYS_ONLY" })));
    told.put(120, order);
    told.requests = Requests::default();
    let advice = told.advice();
    let [Advice { kind: AdviceKind::FewIndexKeys { keys, entries, largest }, .. }] = &*advice else {
        panic!("{advice:?}")
    };
    assert_eq!((*keys, *entries, largest.items), (4, 120, 30));
    let mut many = Told::new(indexed(json!({ "ProjectionType": "KEYS_ONLY" })));
    many.put(120, |number| order(number).tap("status", json!({ "S": number.to_string() })));
    many.requests = Requests::default();
    assert_eq!(many.names(), Vec::<&str>::new());
}

#[test]
fn an_index_needs_the_write_capacity_of_the_items_that_it_has() {
    let provisioned = |index: u64| {
        let mut table = indexed(json!({ "ProjectionType": "KEYS_ONLY" }));
        let units = |write: u64| json!({ "ReadCapacityUnits": 5, "WriteCapacityUnits": write });
        table["BillingMode"] = "PROVISIONED".into();
        table["ProvisionedThroughput"] = units(100);
        table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"] = units(index);
        table
    };
    let mut told = Told::new(provisioned(10));
    let advice = told.advice();
    let [
        Advice {
            kind: AdviceKind::IndexWriteCapacity { index_units: 10, table_units: 100, .. }, change, ..
        },
    ] = &*advice
    else {
        panic!("{advice:?}")
    };
    told.call("UpdateTable", change.clone().expect("a change").updates("Orders").remove(0).tap_read());
    assert_eq!(told.names(), Vec::<&str>::new());
    // One item in ten has a status: a tenth of the capacity is enough.
    let mut sparse = Told::new(provisioned(10));
    sparse.put(40, |number| {
        let mut item = order(number);
        if !number.is_multiple_of(10) {
            item.as_object_mut().expect("an item").remove("status");
        }
        item
    });
    sparse.requests = Requests::default();
    assert_eq!(sparse.names(), Vec::<&str>::new());
}

/// UpdateTable wants both units of an index.
trait TapRead {
    fn tap_read(self) -> Value;
}

impl TapRead for Value {
    fn tap_read(mut self) -> Value {
        self["GlobalSecondaryIndexUpdates"][0]["Update"]["ProvisionedThroughput"]["ReadCapacityUnits"] =
            5.into();
        self
    }
}

#[test]
fn a_collection_that_grows_is_told_where_a_local_index_bounds_it() {
    let mut table = orders();
    table["AttributeDefinitions"] = json!([text("user"), text("at"), text("status")]);
    table["LocalSecondaryIndexes"] = json!([{
        "IndexName": "by-status", "Projection": { "ProjectionType": "ALL" },
        "KeySchema": [element("user", "HASH"), element("status", "RANGE")],
    }]);
    let large = |number: u64| {
        order(number).tap("user", json!({ "S": "u1" })).tap("note", json!({ "S": "x".repeat(100_000) }))
    };
    let grow = |table: Value| {
        let mut told = Told::new(table);
        for number in 0..60 {
            told.call("PutItem", json!({ "TableName": "Orders", "Item": large(number) }));
            told.call(
                "GetItem",
                json!({ "TableName": "Orders", "Key": { "user": { "S": "u1" }, "at": { "S": "0" } } }),
            );
            told.now_ms += 1_000;
        }
        told
    };
    let advice = grow(table).advice();
    let found = advice.iter().find_map(|one| match &one.kind {
        AdviceKind::CollectionGrows { largest, growth: Some(growth), .. } => Some((largest.clone(), *growth)),
        _ => None,
    });
    let (largest, growth) = found.expect("it is told");
    assert_eq!((largest.key.as_str(), largest.items, growth.writes), ("user = u1", 60, 60));
    assert!(largest.size_bytes > 2 * 60 * 100_000, "with the local index: {}", largest.size_bytes);
    let free = grow(orders()).names();
    assert!(!free.contains(&"collection-grows"), "without a local index it may grow: {free:?}");
}

#[test]
fn items_near_the_limit_and_times_in_milliseconds_are_told() {
    let mut told = Told::new(orders());
    told.call(
        "UpdateTimeToLive",
        json!({
            "TableName": "Orders", "TimeToLiveSpecification": { "Enabled": true, "AttributeName": "gone" },
        }),
    );
    told.put(10, |number| order(number).tap("gone", json!({ "N": (START_MS / 1000 + 864_000).to_string() })));
    assert_eq!(told.names(), Vec::<&str>::new());
    told.put(3, |number| order(number).tap("gone", json!({ "N": (START_MS + 1).to_string() })));
    told.put(1, |number| order(number + 100).tap("note", json!({ "S": "x".repeat(350_000) })));
    let advice = told.advice();
    let [
        Advice { kind: AdviceKind::LargeItem { largest, .. }, .. },
        Advice { kind: AdviceKind::TtlMilliseconds { attribute, milliseconds, having }, .. },
    ] = &*advice
    else {
        panic!("{advice:?}")
    };
    assert_eq!((attribute.as_str(), *milliseconds, *having), ("gone", 3, 10));
    assert!(largest.key.starts_with("user = u0, at = 00100") && largest.size_bytes > 350_000, "{largest:?}");
}

#[test]
fn one_request_after_the_other_wants_a_batch() {
    let mut told = Told::new(orders());
    told.put(20, order);
    assert_eq!(told.names(), Vec::<&str>::new(), "minutes lie between them");
    for number in 0..8 {
        told.call("PutItem", json!({ "TableName": "Orders", "Item": order(number) }));
        told.now_ms += 50;
    }
    let advice = told.advice();
    let [Advice { kind: AdviceKind::SingleRequests { single, writes: true }, .. }] = &*advice else {
        panic!("{advice:?}")
    };
    // The last of the slow ones came five seconds before.
    assert_eq!((single.longest, single.requests), (8, 8));
    let mut conditional = Told::new(orders());
    for number in 0..8 {
        conditional.call("PutItem", json!({
            "TableName": "Orders", "Item": order(number), "ConditionExpression": "attribute_not_exists(note)",
        }));
    }
    assert_eq!(conditional.names(), Vec::<&str>::new(), "a batch has no conditions");
}

#[test]
fn tables_that_are_read_in_a_row_by_the_same_value_are_joined() {
    let mut told = Told::new(orders());
    told.call(
        "CreateTable",
        json!({
            "TableName": "Users", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [text("id")],
            "KeySchema": [element("id", "HASH")],
        }),
    );
    let read = |told: &mut Told, user: &str, other: &str| {
        told.call("Query", json!({
            "TableName": "Orders", "KeyConditionExpression": "#u = :u", "ExpressionAttributeNames": { "#u": "user" },
            "ExpressionAttributeValues": { ":u": { "S": user } },
        }));
        told.call("GetItem", json!({ "TableName": "Users", "Key": { "id": { "S": other } } }));
        told.now_ms += 60_000;
    };
    for user in ["u1", "u2", "u3"] {
        read(&mut told, user, "someone");
    }
    assert_eq!(told.names(), Vec::<&str>::new());
    for user in ["u1", "u2", "u3"] {
        read(&mut told, user, user);
    }
    let advice = told.advice();
    let [Advice { kind: AdviceKind::Joined { other, times: 3, value }, .. }] = &*advice else {
        panic!("{advice:?}")
    };
    assert_eq!((other.as_str(), value.as_str()), ("Users", "u3"));
}

#[test]
fn traffic_of_many_clients_says_nothing_of_what_one_does_in_a_row() {
    let mut told = Told::new(orders());
    for number in 0..8 {
        let request = json!({ "TableName": "Orders", "Item": order(number) });
        let outcome = told.world.execute(REGION, told.now_ms, "PutItem", request.to_string().as_bytes());
        told.requests.observe(&outcome.events, false);
    }
    assert_eq!(told.requests.count, 8);
    assert_eq!(told.names(), Vec::<&str>::new());
}
