//! A migration against the engine itself, with writes between its steps as somebody's traffic has them.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use engine::world::{Config, World};

use super::*;
use crate::client::Reply;
use crate::state::migration::plan::Step;
use crate::state::tables::TableDescription;

/// The engine, and the time: a pause lets it pass.
struct Service {
    world: RefCell<World>,
    now_ms: Cell<u64>,
    sent: RefCell<Vec<String>>,
    /// The request that is not answered, counted from now; whether it is carried out all the same.
    fails: Cell<Option<(u32, bool)>>,
}

impl Service {
    fn new() -> Service {
        let world = RefCell::new(World::new(Config::default()));
        Service {
            world,
            now_ms: Cell::new(1_795_348_800_000),
            sent: RefCell::default(),
            fails: Cell::default(),
        }
    }

    fn answer(&self, operation: &str, request: &str) -> Result<String, ClientError> {
        self.sent.borrow_mut().push(format!("{operation} {request}"));
        self.now_ms.set(self.now_ms.get() + 1);
        let region = Config::default().region;
        self.world.borrow_mut().tick(self.now_ms.get());
        let outcome =
            self.world.borrow_mut().execute(&region, self.now_ms.get(), operation, request.as_bytes());
        match outcome.response {
            Ok(body) => Ok(String::from_utf8(body).expect("JSON")),
            Err(error) => Err(ClientError::Api {
                name: error.kind.name().to_owned(),
                message: error.message.clone(),
                body: String::new(),
            }),
        }
    }

    fn send(&self, operation: &str, request: Value) -> Value {
        let answer = self.answer(operation, &request.to_string());
        serde_json::from_str(&answer.unwrap_or_else(|error| panic!("{operation}: {error:?}"))).expect("JSON")
    }

    fn put(&self, user: &str, order: u64, total: u64) {
        let item = json!({ "user": { "S": user }, "id": { "N": order.to_string() }, "total": { "N": total.to_string() },
            "status": { "S": if order.is_multiple_of(2) { "open" } else { "done" } } });
        self.send("PutItem", json!({ "TableName": "Orders", "Item": item }));
    }

    fn delete(&self, user: &str, order: u64) {
        let key = json!({ "user": { "S": user }, "id": { "N": order.to_string() } });
        self.send("DeleteItem", json!({ "TableName": "Orders", "Key": key }));
    }

    fn orders(count: u64) -> Service {
        let service = Service::new();
        service.send(
            "CreateTable",
            json!({ "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": [{ "AttributeName": "user", "KeyType": "HASH" }, { "AttributeName": "id", "KeyType": "RANGE" }],
                "AttributeDefinitions": [
                    { "AttributeName": "user", "AttributeType": "S" }, { "AttributeName": "id", "AttributeType": "N" }] }),
        );
        run(await_active(&service, "Orders")).expect("it is made");
        (0..count).for_each(|order| service.put(&format!("u{}", order % 7), order, order * 3));
        service
    }

    fn description(&self, table: &str) -> TableDescription {
        let described = self.send("DescribeTable", json!({ "TableName": table }));
        TableDescription::read(&described["Table"]).expect("a table")
    }
}

impl Wire for Service {
    async fn call(&self, operation: &str, request: String) -> Reply {
        let lost = || Err(ClientError::Remote { message: "no answer".into() });
        let result = match self.fails.get() {
            Some((0, carried_out)) => {
                self.fails.set(None);
                if carried_out {
                    let _ = self.answer(operation, &request);
                }
                lost()
            }
            left => {
                self.fails.set(left.map(|(left, carried_out)| (left - 1, carried_out)));
                self.answer(operation, &request)
            }
        };
        Reply { result, events: Vec::new(), now_ms: self.now_ms.get() }
    }

    async fn pause(&self, ms: u32) {
        self.now_ms.set(self.now_ms.get() + u64::from(ms));
    }
}

/// Nothing here waits for anybody else.
fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

fn with_local_index() -> Value {
    json!({ "TableName": "Orders-v2", "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{ "AttributeName": "user", "KeyType": "HASH" }, { "AttributeName": "id", "KeyType": "RANGE" }],
        "AttributeDefinitions": [{ "AttributeName": "user", "AttributeType": "S" },
            { "AttributeName": "id", "AttributeType": "N" }, { "AttributeName": "total", "AttributeType": "N" }],
        "LocalSecondaryIndexes": [{ "IndexName": "by-total", "Projection": { "ProjectionType": "ALL" }, "KeySchema": [
            { "AttributeName": "user", "KeyType": "HASH" }, { "AttributeName": "total", "KeyType": "RANGE" }] }] })
}

fn by_status() -> Value {
    json!({ "TableName": "Orders-v2", "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{ "AttributeName": "status", "KeyType": "HASH" }, { "AttributeName": "id", "KeyType": "RANGE" }],
        "AttributeDefinitions": [
            { "AttributeName": "status", "AttributeType": "S" }, { "AttributeName": "id", "AttributeType": "N" }] })
}

/// Up to the copy, with writes between every two steps; how far it came.
fn begun(service: &Service, plan: &Plan) -> Reached {
    let mut reached = Reached::default();
    run(reached.make(service, plan, |_| ())).expect("the new table");
    service.put("u1", 1_001, 1);
    run(reached.begin_stream(service, plan)).expect("the stream");
    service.put("u1", 1_002, 2);
    run(reached.stand(service, plan)).expect("a place in it");
    service.put("u1", 1_003, 3);
    service.delete("u3", 3);
    let mut pages = 0;
    let copied = run(reached.copy(
        service,
        plan,
        |_| {
            // Somebody writes what was copied and what was not.
            pages += 1;
            service.put("u0", 0, 777);
            service.put("u5", 2_000 + pages, 5);
            service.delete("u1", 1_001);
            true
        },
        |_| (),
    ));
    assert_eq!(copied, Ok(true));
    service.put("u2", 2, 888);
    run(reached.follow(service, service, plan, |_| ())).expect("carried over");
    reached
}

#[test]
fn a_local_index_is_added_by_a_new_table_while_the_old_one_is_written() {
    let service = Service::orders(150);
    let plan =
        Plan::new(&service.description("Orders"), with_local_index(), None, Vec::new()).expect("a plan");
    assert_eq!((plan.moves(), plan.stream.as_deref()), (false, Some("NEW_AND_OLD_IMAGES")));
    let mut reached = begun(&service, &plan);
    let counts = reached.counts().clone();
    assert!(counts.copied >= 150 && counts.carried > 3 && counts.left_out == 0, "{counts:?}");
    let found = run(compare(&service, &plan)).expect("compared");
    assert!(found.is_same() && found.same > 150, "{found:?}");
    // What comes now is not there until it is carried over; the iterator may be too old by then.
    service.put("u4", 3_000, 9);
    service.delete("u5", 5);
    assert_eq!(run(compare(&service, &plan)).map(|found| (found.missing, found.extra)), Ok((1, 1)));
    service.now_ms.set(service.now_ms.get() + 20 * 60_000);
    assert!(run(reached.follow(&service, &service, &plan, |_| ())).is_ok_and(|carried| carried >= 2));
    assert!(run(compare(&service, &plan)).is_ok_and(|found| found.is_same()));
    let query = json!({ "TableName": "Orders-v2", "IndexName": "by-total", "KeyConditionExpression": "#u = :u",
        "ExpressionAttributeNames": { "#u": "user" }, "ExpressionAttributeValues": { ":u": { "S": "u4" } } });
    assert!(service.send("Query", query)["Count"].as_u64() > Some(20));
    let written = |sent: &String| {
        let writes = ["PutItem", "DeleteItem", "BatchWriteItem", "UpdateItem"];
        writes.iter().any(|write| sent.starts_with(write)) && sent.contains("\"Orders\"")
    };
    service.sent.borrow_mut().clear();
    run(reached.follow(&service, &service, &plan, |_| ())).expect("nothing more");
    assert!(!service.sent.borrow().iter().any(written), "the old table is not written");
}

#[test]
fn another_key_takes_items_along_as_they_move_and_names_what_has_none() {
    let service = Service::orders(40);
    let homeless = json!({ "user": { "S": "u9" }, "id": { "N": "9000" } });
    service.send("PutItem", json!({ "TableName": "Orders", "Item": homeless }));
    let plan = Plan::new(&service.description("Orders"), by_status(), None, Vec::new()).expect("a plan");
    assert!(plan.moves());
    let mut reached = begun(&service, &plan);
    let counts = reached.counts().clone();
    assert_eq!((counts.left_out, counts.reasons.clone()), (1, vec!["it has no status".to_owned()]));
    // An order is done: under its new key it is another item, and the former is gone. One loses its status.
    let key = |user: &str, id: &str| json!({ "user": { "S": user }, "id": { "N": id } });
    let update = |key: Value, expression: &str, more: Value| {
        let mut request = json!({ "TableName": "Orders", "Key": key, "UpdateExpression": expression,
            "ExpressionAttributeNames": { "#s": "status" } });
        request.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        service.send("UpdateItem", request);
    };
    update(key("u4", "4"), "SET #s = :s", json!({ "ExpressionAttributeValues": { ":s": { "S": "done" } } }));
    update(key("u6", "6"), "REMOVE #s", json!({}));
    service.delete("u1", 8);
    run(reached.follow(&service, &service, &plan, |_| ())).expect("carried over");
    let found = run(compare(&service, &plan)).expect("compared");
    assert!(found.is_same() && found.homeless == 2, "{found:?}");
    assert_eq!(reached.counts().left_out, 2);
}

#[test]
fn a_migration_that_is_taken_back_leaves_the_old_table_as_it_was() {
    let service = Service::orders(30);
    let before = service.description("Orders");
    let mut create = with_local_index();
    create["DeletionProtectionEnabled"] = true.into();
    let plan = Plan::new(&before, create, Some("ttl".into()), Vec::new()).expect("a plan");
    begun(&service, &plan);
    let items = service.send("Scan", json!({ "TableName": "Orders" }));
    run(take_back(&service, "Orders", "Orders-v2", true)).expect("taken back");
    assert_eq!(service.send("Scan", json!({ "TableName": "Orders" })), items);
    let after = service.description("Orders");
    assert_ne!(after.body["StreamSpecification"]["StreamEnabled"], true);
    assert_eq!((after.keys, after.status), (before.keys, before.status));
    let gone = service.answer("DescribeTable", r#"{"TableName":"Orders-v2"}"#);
    let deleting = gone.map_or(true, |table| table.contains("DELETING"));
    assert!(deleting, "the new table goes");
    run(take_back(&service, "Orders", "Nobody", true)).expect("nothing to take back");
}

#[test]
fn a_copy_that_is_stopped_stops_and_what_cannot_be_is_refused_beforehand() {
    let service = Service::orders(60);
    let orders = service.description("Orders");
    let plan = Plan::new(&orders, with_local_index(), None, Vec::new()).expect("a plan");
    run(Reached::default().make(&service, &plan, |_| ())).expect("the new table");
    assert_eq!(run(Reached::default().copy(&service, &plan, |_| false, |_| ())), Ok(false));
    let same =
        Plan::new(&orders, json!({ "TableName": "Orders" }), None, Vec::new()).expect_err("the same name");
    assert!(same.contains("another name"));
    assert!(Plan::new(&orders, json!({ "TableName": "Keyless" }), None, Vec::new()).is_err());
    run(set_stream(&service, "Orders", Some("KEYS_ONLY"))).expect("a stream");
    let keys_only = Plan::new(&service.description("Orders"), with_local_index(), None, Vec::new())
        .expect_err("its view");
    assert!(keys_only.contains("KEYS_ONLY"), "{keys_only}");
    run(set_stream(&service, "Orders", None)).expect("no stream");
    run(set_stream(&service, "Orders", Some("NEW_IMAGE"))).expect("a stream");
    let described = service.description("Orders");
    assert_eq!(Plan::new(&described, with_local_index(), None, Vec::new()).map(|plan| plan.stream), Ok(None));
    assert!(
        Plan::new(&described, by_status(), None, Vec::new()).is_err_and(|why| why.contains("another key"))
    );
    // An attribute of another type than the index wants: the item is named, the others are there.
    let odd = json!({ "user": { "S": "u1" }, "id": { "N": "77" }, "total": { "S": "much" } });
    service.send("PutItem", json!({ "TableName": "Orders", "Item": odd }));
    let mut reached = Reached::default();
    assert_eq!(run(reached.copy(&service, &plan, |_| true, |_| ())), Ok(true));
    let counts = reached.counts();
    assert_eq!((counts.copied, counts.left_out), (60, 1));
    assert!(counts.reasons[0].contains("total"), "{:?}", counts.reasons);
}

/// The steps of it from one on; where it failed.
fn steps_from(service: &Service, plan: &Plan, reached: &mut Reached, from: Step) -> Result<(), Step> {
    for step in [Step::Make, Step::Stream, Step::Stand, Step::Copy, Step::Follow, Step::End] {
        let done = match step {
            _ if step < from => Ok(()),
            Step::Make => run(reached.make(service, plan, |_| ())),
            Step::Stream => run(reached.begin_stream(service, plan)),
            Step::Stand => run(reached.stand(service, plan)),
            Step::Copy => run(reached.copy(service, plan, |_| true, |_| ())).map(drop),
            Step::Follow => run(reached.follow(service, service, plan, |_| ())).map(drop),
            Step::End => run(reached.end(service, plan)),
        };
        done.map_err(|_| step)?;
        service.put("u3", 6_000 + step as u64, 6);
    }
    Ok(())
}

#[test]
fn whatever_request_fails_it_is_gone_on_with_and_loses_nothing() {
    let mut failed: Vec<Step> = Vec::new();
    for carried_out in [false, true] {
        for at in 0.. {
            let service = Service::orders(40);
            let orders = service.description("Orders");
            let plan = Plan::new(&orders, with_local_index(), Some("ttl".into()), Vec::new());
            let (plan, mut reached) = (plan.expect("a plan"), Reached::default());
            service.fails.set(Some((at, carried_out)));
            let Err(step) = steps_from(&service, &plan, &mut reached, Step::Make) else {
                assert!(service.fails.take().is_some(), "nobody heard of the failure");
                break;
            };
            failed.push(step);
            if step < Step::End {
                service.put("u1", 5_000, 5);
                service.delete("u2", 2);
            }
            let again = steps_from(&service, &plan, &mut reached, step);
            assert_eq!(again, Ok(()), "request {at}, carried out: {carried_out}");
            service.delete("u3", 6_000 + Step::Follow as u64);
            service.delete("u3", 6_000 + Step::End as u64);
            let found = run(compare(&service, &plan)).expect("compared");
            assert!(
                found.is_same() && found.same > 40,
                "request {at}, carried out: {carried_out}: {found:?}"
            );
            assert_eq!(reached.counts().left_out, 0);
        }
    }
    for step in [Step::Make, Step::Stream, Step::Stand, Step::Copy, Step::Follow, Step::End] {
        assert!(failed.contains(&step), "{step:?}");
    }
}

#[test]
fn another_tab_goes_on_from_what_was_kept_as_long_as_the_stream_goes_back() {
    let big = "x".repeat(30_000);
    let service = Service::orders(0);
    for order in 0..60_u64 {
        let item = json!({ "user": { "S": "u1" }, "id": { "N": order.to_string() }, "total": { "N": "1" }, "text": { "S": big } });
        service.now_ms.set(service.now_ms.get() + 1_000);
        service.send("PutItem", json!({ "TableName": "Orders", "Item": item }));
    }
    let plan =
        Plan::new(&service.description("Orders"), with_local_index(), None, Vec::new()).expect("a plan");
    let mut reached = Reached::default();
    run(reached.make(&service, &plan, |_| ())).expect("the new table");
    run(reached.begin_stream(&service, &plan)).expect("the stream");
    run(reached.stand(&service, &plan)).expect("a place in it");
    // The tab is closed behind the first page, and one in the midst of following.
    let kept = RefCell::new(Vec::new());
    let keep = |reached: &Reached| kept.borrow_mut().push(serde_json::to_string(reached).expect("JSON"));
    assert_eq!(run(reached.copy(&service, &plan, |counts| counts.copied == 0, keep)), Ok(false));
    let again = |kept: &RefCell<Vec<String>>| {
        let text = kept.borrow_mut().pop().expect("it was kept");
        serde_json::from_str::<Reached>(&text).expect("what was kept is read")
    };
    let mut second = again(&kept);
    assert!((1..60).contains(&second.counts().copied), "{:?}", second.counts());
    service.put("u7", 7_000, 7);
    service.delete("u1", 1);
    service.now_ms.set(service.now_ms.get() + 16 * 60_000);
    assert_eq!(run(second.copy(&service, &plan, |_| true, |_| ())), Ok(true));
    run(second.follow(&service, &service, &plan, keep)).expect("carried over");
    let found = run(compare(&service, &plan)).expect("compared");
    assert!(found.is_same() && found.same == 60, "{found:?}");
    let kept_then = again(&kept);
    // Twenty-three hours without a word, in which the records that were read are trimmed.
    service.now_ms.set(service.now_ms.get() + 23 * 3_600_000);
    service.put("u8", 8_000, 8);
    let mut third = kept_then.clone();
    service.now_ms.set(service.now_ms.get() + 30 * 60_000);
    run(third.follow(&service, &service, &plan, |_| ())).expect("carried over");
    assert!(run(compare(&service, &plan)).is_ok_and(|found| found.is_same()));
    // After a day records may be gone, and it is not gone on with as if they were not.
    service.now_ms.set(service.now_ms.get() + 24 * 3_600_000);
    let late = run(kept_then.clone().follow(&service, &service, &plan, |_| ()));
    assert!(late.is_err(), "{late:?}");
}
