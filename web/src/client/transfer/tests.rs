//! Long work against a wire that answers by script: it creates slowly, throttles, leaves items unprocessed and
//! refuses bad ones.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;
use crate::share::import;

/// A table that keeps items by their `k`, and misbehaves as told.
#[derive(Default)]
struct Script {
    items: RefCell<BTreeMap<String, Value>>,
    calls: RefCell<Vec<String>>,
    pauses: Cell<u32>,
    /// DescribeTable says CREATING so often.
    creating: Cell<u32>,
    /// BatchWriteItem leaves its last item unprocessed so often.
    unprocessed: Cell<u32>,
    /// BatchWriteItem is throttled so often.
    throttled: Cell<u32>,
    /// Backups are being enabled so often.
    enabling: Cell<u32>,
    /// The table is there before it is created.
    there: bool,
    /// What DescribeTimeToLive answers.
    time_to_live: Value,
    /// Fails with a storage error once so many calls were answered.
    full_after: Option<usize>,
}

fn take(count: &Cell<u32>) -> bool {
    let left = count.get();
    count.set(left.saturating_sub(1));
    left > 0
}

fn api(name: &str, message: &str) -> Result<String, ClientError> {
    Err(ClientError::Api { name: name.into(), message: message.into(), body: String::new() })
}

impl Script {
    fn put(&self, item: &Value) -> Result<String, ClientError> {
        match item["k"]["S"].as_str() {
            Some(key) => {
                self.items.borrow_mut().insert(key.to_owned(), item.clone());
                Ok("{}".into())
            }
            None => api("ValidationException", "Missing the key k in the item"),
        }
    }

    fn answer(&self, operation: &str, request: &Value) -> Result<String, ClientError> {
        self.calls.borrow_mut().push(operation.to_owned());
        if self.full_after.is_some_and(|after| self.calls.borrow().len() > after) {
            return Err(ClientError::Storage { message: "full".into() });
        }
        match operation {
            "DescribeTable" => {
                let status = if take(&self.creating) { "CREATING" } else { "ACTIVE" };
                Ok(json!({ "Table": { "TableName": "T", "TableStatus": status } }).to_string())
            }
            "DescribeTimeToLive" => Ok(self.time_to_live.to_string()),
            "CreateTable" if self.there => api("ResourceInUseException", "Table already exists: T"),
            "UpdateTimeToLive" => api("UnknownOperationException", ""),
            "UpdateContinuousBackups" if take(&self.enabling) => api(
                "ContinuousBackupsUnavailableException",
                "Backups are being enabled for the table: T. Please retry later",
            ),
            "BatchWriteItem" if take(&self.throttled) => api("ThrottlingException", "slower"),
            "BatchWriteItem" => {
                let mut puts = request["RequestItems"]["T"].as_array().expect("puts").clone();
                let items = puts.iter().map(|put| &put["PutRequest"]["Item"]);
                if items.clone().any(|item| item["k"]["S"].is_null()) {
                    return api("ValidationException", "one of them is bad");
                }
                let left = if take(&self.unprocessed) { puts.pop() } else { None };
                for put in &puts {
                    self.put(&put["PutRequest"]["Item"])?;
                }
                let left: Value = left.map_or(json!({}), |left| json!({ "T": [left] }));
                Ok(json!({ "UnprocessedItems": left }).to_string())
            }
            "PutItem" => self.put(&request["Item"]),
            "Scan" => {
                let after = request["ExclusiveStartKey"]["k"]["S"].as_str().unwrap_or_default();
                let items = self.items.borrow();
                let page: Vec<&Value> = items
                    .iter()
                    .filter(|(key, _)| key.as_str() > after)
                    .map(|(_, item)| item)
                    .take(2)
                    .collect();
                let mut answer = json!({ "Items": page });
                if page.len() == 2 {
                    answer["LastEvaluatedKey"] = json!({ "k": page[1]["k"] });
                }
                Ok(answer.to_string())
            }
            _ => Ok("{}".into()),
        }
    }
}

impl Wire for Script {
    async fn call(&self, operation: &str, request: String) -> Reply {
        let request = serde_json::from_str(&request).expect("requests are JSON");
        Reply { result: self.answer(operation, &request), events: Vec::new(), now_ms: 1 }
    }
    async fn pause(&self, _ms: u32) {
        self.pauses.set(self.pauses.get() + 1);
    }
}

/// The script never waits, so a future that is polled until it is ready becomes ready.
fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

fn key() -> (String, String) {
    ("k".to_owned(), "S".to_owned())
}

fn plan_of(keys: impl Iterator<Item = usize>) -> ImportPlan {
    let lines: Vec<String> = keys.map(|key| format!("{{\"k\":\"{key}\"}}")).collect();
    import::plan(import::records(&lines.join("\n")).expect("lines").collect(), &[key()])
}

#[test]
fn a_document_is_loaded_once_its_tables_are_active() {
    let script = Script::default();
    script.creating.set(3);
    script.throttled.set(2);
    script.unprocessed.set(1);
    let mut document = Document::new("d");
    document.tables.push(json!({ "TableName": "T" }));
    let items = (0..60).map(|n| json!({ "k": { "S": n.to_string() } })).collect();
    document.items.insert("T".into(), items);
    let mut heard = Vec::new();
    assert_eq!(run(load(&script, &document, 0, |done, total| heard.push((done, total)))), Ok(()));
    assert_eq!(script.items.borrow().len(), 60);
    assert_eq!(script.pauses.get(), 6);
    assert_eq!((heard[0], heard[heard.len() - 1]), ((0, 5), (5, 5)));
}

#[test]
fn a_bad_item_is_found_and_the_others_of_its_batch_are_written() {
    let script = Script::default();
    let text = (0..40).map(|n| if n == 30 { r#"{"x":1}"#.into() } else { format!(r#"{{"k":"{n}"}}"#) });
    let text: Vec<String> = text.collect();
    let plan = import::plan(import::records(&text.join("\n")).expect("lines").collect(), &[key()]);
    let report = run(import(&script, "T", plan, |_, _| true));
    assert_eq!(report.written, 39);
    assert_eq!(report.rejected, [(31, "Missing the key k in the item".to_owned())]);
    assert_eq!(script.items.borrow().len(), 39);
}

#[test]
fn an_import_can_be_cancelled_and_stops_when_nothing_can_be_stored() {
    let script = Script::default();
    let report = run(import(&script, "T", plan_of(0..10_000), |done, _| done < 100));
    assert!(report.cancelled && report.stopped.is_none());
    assert_eq!(report.written, script.items.borrow().len(), "what was under way is counted");
    assert!((100..10_000).contains(&report.written), "{}", report.written);

    let script = Script { full_after: Some(2), ..Script::default() };
    let report = run(import(&script, "T", plan_of(0..1_000), |_, _| true));
    assert_eq!(report.written, 50);
    assert_eq!(report.stopped, Some(ClientError::Storage { message: "full".into() }));
}

#[test]
fn endless_throttling_ends() {
    let script = Script::default();
    script.throttled.set(u32::MAX);
    let report = run(import(&script, "T", plan_of(0..5), |_, _| true));
    assert!(matches!(report.stopped, Some(ClientError::Protocol { .. })));
    assert_eq!(script.pauses.get(), PAUSES_MAX);
}

#[test]
fn a_table_is_read_page_by_page() {
    let script = Script::default();
    run(import(&script, "T", plan_of(0..7), |_, _| true));
    let state = run(read_table(&script, "T", true)).expect("a table");
    assert_eq!(state.items.len(), 7);
    assert_eq!(run(scan_all(&script, "T", |so_far| so_far < 4)), Ok(None));
}

#[test]
fn the_items_of_a_table_that_is_being_made_are_waited_for() {
    let script = Script::default();
    run(import(&script, "T", plan_of(0..3), |_, _| true));
    script.creating.set(3);
    assert_eq!(run(scan_all(&script, "T", |_| true)).expect("a table").map(|items| items.len()), Some(3));
    assert_eq!(script.pauses.get(), 3);
    script.creating.set(u32::MAX);
    assert!(matches!(run(scan_all(&script, "T", |_| true)), Err(ClientError::Protocol { .. })));
}

/// A table of five items, whose pages have two each.
fn filled() -> Script {
    let script = Script {
        time_to_live: json!({ "TimeToLiveDescription": { "AttributeName": "at", "TimeToLiveStatus": "ENABLED" } }),
        ..Script::default()
    };
    for n in 0..5 {
        script.items.borrow_mut().insert(n.to_string(), json!({ "k": { "S": n.to_string() } }));
    }
    script
}

#[test]
fn a_table_is_copied_page_by_page_and_what_the_target_has_not_is_told() {
    let (from, to) = (filled(), Script::default());
    to.creating.set(2);
    to.throttled.set(1);
    to.unprocessed.set(2);
    let copied = run(copy_table(&from, &to, "T", true, true, |_, _| true)).expect("copied");
    assert_eq!((copied.items, copied.cancelled), (5, false));
    assert_eq!(copied.left_out[0].what, "T: UpdateTimeToLive");
    assert_eq!(*from.items.borrow(), *to.items.borrow());
    assert_eq!(to.pauses.get(), 5);
}

#[test]
fn a_copy_stops_when_it_is_told_and_never_touches_a_table_that_was_there() {
    let (from, to) = (filled(), Script::default());
    let copied = run(copy_table(&from, &to, "T", true, true, |done, _| done < 2)).expect("copied");
    assert!(copied.cancelled);
    assert_eq!((copied.items, to.items.borrow().len()), (2, 2));
    let there = Script { there: true, ..Script::default() };
    let refused = run(copy_table(&from, &there, "T", true, true, |_, _| true)).expect_err("it is there");
    assert_eq!(refused.operation, "CreateTable");
    assert_eq!(there.items.borrow().len(), 0);
    let only = run(copy_table(&from, &Script::default(), "T", false, false, |_, _| true)).expect("copied");
    assert_eq!((only.items, only.left_out.len()), (0, 1));
}

#[test]
fn recovery_is_asked_for_until_the_backups_are_enabled() {
    let script = Script::default();
    script.enabling.set(2);
    let mut document = Document::new("d");
    let recovery = json!({ "PointInTimeRecoveryEnabled": true });
    document.tables.push(json!({ "TableName": "T", "PointInTimeRecoverySpecification": recovery }));
    assert_eq!(run(load(&script, &document, 0, |_, _| {})), Ok(()));
    let asked = script.calls.borrow().iter().filter(|name| *name == "UpdateContinuousBackups").count();
    assert_eq!((asked, script.pauses.get()), (3, 2));
}

/// Counts how many requests are under way at once.
#[derive(Default)]
struct Crowd {
    remote: bool,
    now: Cell<usize>,
    most: Cell<usize>,
}

impl Wire for Crowd {
    async fn call(&self, _operation: &str, _request: String) -> Reply {
        self.now.set(self.now.get() + 1);
        self.most.set(self.most.get().max(self.now.get()));
        let mut asked = false;
        let answered = |context: &mut Context<'_>| {
            context.waker().wake_by_ref();
            if std::mem::replace(&mut asked, true) { Poll::Ready(()) } else { Poll::Pending }
        };
        std::future::poll_fn(answered).await;
        self.now.set(self.now.get() - 1);
        Reply { result: Ok("{}".into()), events: Vec::new(), now_ms: 1 }
    }
    async fn pause(&self, _ms: u32) {}
    fn is_here(&self) -> bool {
        !self.remote
    }
}

#[test]
fn a_real_endpoint_has_fewer_requests_under_way_than_the_workspace() {
    for (remote, most) in [(false, UNDER_WAY_HERE), (true, UNDER_WAY)] {
        let crowd = Crowd { remote, ..Crowd::default() };
        let report = run(import(&crowd, "T", plan_of(0..10_000), |_, _| true));
        assert_eq!((report.written, crowd.most.get()), (10_000, most));
    }
}

#[test]
fn several_tables_are_written_one_after_another_up_to_the_one_that_stops() {
    let plans = || (0..3).map(|at| ("T".to_owned(), plan_of(at * 30..at * 30 + 30)));
    let script = Script::default();
    let mut told = Vec::new();
    let reports = run(import_all(&script, plans(), |done| {
        told.push(done);
        true
    }));
    assert_eq!(told, [25, 30, 55, 60, 85, 90]);
    assert_eq!(reports.iter().map(|(_, report)| report.written).sum::<usize>(), 90);
    let script = Script { full_after: Some(3), ..Script::default() };
    let reports = run(import_all(&script, plans(), |_| true));
    assert_eq!(reports.iter().map(|(_, report)| report.written).collect::<Vec<_>>(), [30, 25]);
    assert!(reports[1].1.stopped.is_some());
}
