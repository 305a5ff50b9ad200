//! The worker's loop against a real IndexedDB and real Web Locks, in a dedicated worker.

use engine::timeline::{Event, EventKind};
use engine::workload::{AccessPattern, Clients, Rate, Recipe, Spread, VERSION as RECIPE_VERSION};
use wasm_bindgen_test::wasm_bindgen_test;
use web::protocol::clock::{ClockChange, ClockState, Speed};
use web::protocol::traffic::{SideReport, TrafficPhase, TrafficState, Workload};
use web::protocol::{ClientError, FromWorker, Place, Storage, ToWorker, VERSION};
use web::worker::journal::Journal;
use web::worker::segment::Rebuild;

use crate::tab::{Ready, TABLE, Tab, get, put};

/// A state that takes any record.
struct Anything;

impl Rebuild for Anything {
    type State = ();
    type Restoring = ();
    fn fresh(&self) {}
    fn begin(&self) {}
    fn take(&self, _restoring: &mut (), _piece: &[u8]) -> Result<(), String> {
        Ok(())
    }
    fn restore(&self, _restoring: ()) -> Result<(), String> {
        Ok(())
    }
    fn replay(&self, _state: &mut (), _record: &[u8]) -> Result<(), String> {
        Ok(())
    }
    fn settle(&self, _state: &mut ()) -> Result<(), String> {
        Ok(())
    }
}

impl Tab {
    /// Asks something of the clock, waits for the answer, and gives the clock as it was told behind it.
    async fn clock(&mut self, change: ClockChange) -> ClockState {
        let id = self.number();
        self.send(ToWorker::SetClock { id, change });
        self.reply(id).await.unwrap_or_else(|error| panic!("{change:?}: {error:?}"));
        match self.hear(|message| matches!(message, FromWorker::Clock { .. })).await {
            FromWorker::Clock { clock } => clock,
            other => panic!("{other:?}"),
        }
    }
}

#[wasm_bindgen_test]
async fn a_workspace_opens_durably_and_is_on_the_list() {
    let mut tab = Tab::start("list b");
    let Ready { workspace, storage, report, .. } = tab.ready().await;
    assert_eq!((workspace.as_str(), storage), ("list b", Storage::Durable));
    assert!(report.is_empty(), "{report:?}");
    tab.send(ToWorker::OpenWorkspace { workspace: "list a".into() });
    let Ready { workspace, workspaces: names, .. } = tab.ready().await;
    assert_eq!(workspace, "list a");
    let names: Vec<_> = names.iter().filter(|name| name.starts_with("list")).collect();
    assert_eq!(names, ["list a", "list b"]);
    for name in ["list b", "list a"] {
        tab.send(ToWorker::DeleteWorkspace { workspace: name.into() });
        let Ready { report, .. } = tab.ready().await;
        assert!(report.is_empty(), "{report:?}");
    }
}

#[wasm_bindgen_test]
async fn an_unknown_operation_is_an_exception_with_its_body() {
    let mut tab = Tab::start("unknown");
    let id = tab.call("Nonsense", "{}");
    let Err(ClientError::Api { name, body, .. }) = tab.reply(id).await else { panic!("an exception") };
    assert_eq!(name, "UnknownOperationException");
    assert!(body.contains("\"__type\":\"com.amazon.coral.service#UnknownOperationException\""), "{body}");
}

#[wasm_bindgen_test]
async fn a_workspace_that_is_open_elsewhere_is_not_deleted() {
    let mut first = Tab::start("held");
    first.ready().await;
    let mut second = Tab::start("holder");
    second.ready().await;
    second.send(ToWorker::DeleteWorkspace { workspace: "held".into() });
    let Ready { workspace, report, workspaces: names, .. } = second.ready().await;
    assert_eq!(workspace, "holder");
    assert!(report[0].contains("open in another tab"), "{report:?}");
    assert!(names.contains(&"held".to_owned()));
}

#[wasm_bindgen_test]
async fn another_version_is_told_to_reload() {
    let mut tab = Tab::fresh("version").await;
    tab.send(ToWorker::Hello {
        version: VERSION + 1,
        workspace: "version".into(),
        sandbox: false,
        again: false,
        kept: false,
    });
    let fault = tab.hear(|message| matches!(message, FromWorker::Fault { .. })).await;
    let FromWorker::Fault { message } = fault else { panic!("a fault") };
    assert!(message.contains("Reload"), "{message}");
}

#[wasm_bindgen_test]
async fn what_was_acknowledged_is_there_after_a_reopening() {
    let mut tab = Tab::fresh("reopen").await;
    tab.with_table().await;
    let ids: Vec<u64> = (0..200).map(|n| tab.call("PutItem", &put(&n.to_string()))).collect();
    for id in ids {
        tab.reply(id).await.expect("written");
    }
    let commits = Journal::open("reopen").await.expect("it opens").1.segments.len();
    assert!(commits < 100, "200 puts shared {commits} commits");
    drop(tab);

    let mut tab = Tab::start("reopen");
    let Ready { report, .. } = tab.ready().await;
    assert!(report.is_empty(), "{report:?}");
    for n in [0, 99, 199] {
        assert!(tab.ok("GetItem", &get(&n.to_string())).await.contains("\"Item\""), "item {n}");
    }
}

#[wasm_bindgen_test]
async fn a_failed_commit_refuses_everyone_and_leaves_no_trace() {
    let mut tab = Tab::fresh("failed").await;
    tab.with_table().await;
    tab.ok("PutItem", &put("before")).await;
    // Another tab, without a lock, takes the next numbers.
    let (mut other, found) = Journal::open("failed").await.expect("it opens");
    let recovered = other.recover(&Anything, &found).await.expect("it can be read");
    other.resume(&found, &recovered, 1).await.expect("there is room");
    for _ in 0..20 {
        other.commit::<Vec<u8>>(1, &[]).await.expect("durable");
    }
    let (write, read) = (tab.call("PutItem", &put("lost")), tab.call("GetItem", &get("before")));
    assert!(matches!(tab.reply(write).await, Err(ClientError::Storage { .. })));
    assert!(
        matches!(tab.reply(read).await, Err(ClientError::Storage { .. })),
        "it waited for the same commit"
    );
    assert!(!tab.ok("GetItem", &get("lost")).await.contains("\"Item\""), "the write did not happen");
    assert!(tab.ok("GetItem", &get("before")).await.contains("\"Item\""));
}

const ORDERS: &str = r#"{"TableName":"Orders"}"#;

/// The partitions that ListPartitions lists.
fn partitions_of(listed: &str) -> Vec<u32> {
    let listed: serde_json::Value = serde_json::from_str(listed).expect("JSON");
    let partitions = listed["Partitions"].as_array().into_iter().flatten();
    partitions.filter_map(|one| one["PartitionId"].as_u64().map(|id| id as u32)).collect()
}

/// Two hundred requests a second of one pattern.
fn workload(pattern: AccessPattern) -> Workload {
    let recipe = Recipe {
        version: RECIPE_VERSION,
        seed: 1,
        tables: Vec::new(),
        fill: Vec::new(),
        patterns: vec![pattern],
        rate: Rate::Constant { per_second: 200 },
        spread: Spread::Even,
        clients: Clients::default(),
        duration_ms: u64::MAX,
        replay: Vec::new(),
    };
    Workload { name: "a test's".into(), recipe }
}

#[wasm_bindgen_test]
async fn traffic_heats_partitions_and_leaves_nothing_in_the_workspace() {
    let mut tab = Tab::fresh("traffic").await;
    tab.with_table().await;
    let put = serde_json::json!({
        "TableName": "Orders",
        "Item": { "id": { "S": "u-{zipf 1..50}" } },
    });
    let workload = workload(AccessPattern {
        name: "put".into(),
        operation: "PutItem".into(),
        request: put,
        weight: 1,
        variables: Default::default(),
    });
    let partitions = partitions_of(&tab.ok("Dynascope.ListPartitions", ORDERS).await);
    tab.send(ToWorker::StartTraffic { id: 70, workload });
    let warm = |message: &FromWorker| matches!(message, FromWorker::Heat { report, .. } if !report.columns.is_empty());
    let FromWorker::Heat { report, traffic: running, .. } = tab.hear(warm).await else { panic!("heat") };
    let running = running.expect("it runs");
    assert_eq!(running.phase, TrafficPhase::Running);
    let cells: Vec<_> = report.columns.iter().flat_map(|column| &column.cells).collect();
    assert!(cells.iter().any(|(_, cell)| cell.write_half_units > 0), "{cells:?}");
    let column = &report.columns[0];
    let counted: u64 = column.cells.iter().map(|(_, cell)| cell.requests).sum();
    tab.send(ToWorker::ReadRequests {
        id: 77,
        partitions: partitions.clone(),
        from: column.second,
        to: column.end(),
    });
    let answer = tab.hear(|message| matches!(message, FromWorker::Reply { id: 77, .. })).await;
    let FromWorker::Reply { result, events, .. } = answer else { panic!("a reply") };
    let begun = |event: &&Event| matches!(event.kind, EventKind::RequestReceived { .. });
    let listed = events.iter().filter(begun).count() as u64;
    assert!(listed > 0, "{counted} were counted: {result:?}");
    assert_eq!(result, Ok(format!("{{\"kept\":{listed}}}")), "fewer than 1,000 in a second are all kept");
    // What is killed in the branch is well in the workspace.
    let kill =
        format!(r#"{{"TableName":"Orders","Partition":{},"Zone":"az-a","Action":"KILL"}}"#, partitions[0]);
    let killed = tab.call_in(Place::Traffic, "Dynascope.UpdateReplica", &kill);
    tab.reply(killed).await.expect("a replica of the branch");
    let told = tab.hear(|message| matches!(message, FromWorker::Branch { .. })).await;
    let FromWorker::Branch { events } = told else { panic!("events") };
    assert!(events.iter().any(|event| matches!(event.kind, EventKind::ReplicaFailed { .. })), "{events:?}");
    let branch = tab.call_in(Place::Traffic, "Dynascope.ListPartitions", ORDERS);
    assert!(tab.reply(branch).await.expect("its partitions").contains("FAILED"));
    assert!(!tab.ok("Dynascope.ListPartitions", ORDERS).await.contains("FAILED"));
    tab.send(ToWorker::StopTraffic);
    let stopped = TrafficPhase::Stopped { over: false };
    tab.hear(|message| matches!(message, FromWorker::Heat { traffic: Some(traffic), .. } if traffic.phase == stopped))
        .await;
    tab.send(ToWorker::DiscardTraffic);
    tab.hear(|message| matches!(message, FromWorker::Heat { traffic: None, .. })).await;
    let gone = tab.call_in(Place::Traffic, "Dynascope.ListPartitions", ORDERS);
    assert!(matches!(tab.reply(gone).await, Err(ClientError::Protocol { .. })));
    assert!(tab.ok("Scan", r#"{"TableName":"Orders"}"#).await.contains("\"Count\":0"));
}

const COUNT_ORDERS: &str = r#"{"TableName":"Orders","Select":"COUNT","ConsistentRead":true}"#;

/// The Count of an answer.
fn counted(answer: &str) -> u64 {
    let answer: serde_json::Value = serde_json::from_str(answer).expect("JSON");
    answer["Count"].as_u64().expect("a count")
}

/// How many items Orders has.
async fn items(tab: &mut Tab) -> u64 {
    counted(&tab.ok("Scan", COUNT_ORDERS).await)
}

fn puts() -> AccessPattern {
    let item = serde_json::json!({ "TableName": "Orders", "Item": { "id": { "S": "u-{seq}" } } });
    AccessPattern {
        name: "put".into(),
        operation: "PutItem".into(),
        request: item,
        weight: 1,
        variables: Default::default(),
    }
}

#[wasm_bindgen_test]
async fn what_traffic_wrote_is_kept_by_one_snapshot_and_survives() {
    let mut tab = Tab::fresh("kept").await;
    tab.with_table().await;
    tab.send(ToWorker::StartTraffic { id: 900, workload: workload(puts()) });
    tab.reply(900).await.expect("it starts");
    tab.hear(|message| matches!(message, FromWorker::Heat { report, .. } if !report.columns.is_empty()))
        .await;
    // The workspace is changed beside it, which keeping would take back: that is told.
    tab.ok("PutItem", &put("mine")).await;
    tab.send(ToWorker::StopTraffic);
    let stopped = tab.hear(|message| {
        let sent = |traffic: &TrafficState| traffic.phase == TrafficPhase::Stopped { over: false };
        matches!(message, FromWorker::Heat { traffic: Some(traffic), .. } if sent(traffic))
    });
    let FromWorker::Heat { traffic: Some(traffic), .. } = stopped.await else { panic!("heat") };
    assert_eq!(traffic.changes_since, 1);
    let in_branch = tab.call_in(Place::Traffic, "Scan", COUNT_ORDERS);
    let written = counted(&tab.reply(in_branch).await.expect("a look"));
    assert!(written > 0);
    assert_eq!(items(&mut tab).await, 1);
    tab.send(ToWorker::KeepRecipes { id: 901, recipes: vec![workload(puts())] });
    tab.reply(901).await.expect("durable");
    tab.send(ToWorker::KeepTraffic { id: 902 });
    tab.reply(902).await.expect("durable");
    assert_eq!(items(&mut tab).await, written);
    tab.send(ToWorker::KeepTraffic { id: 903 });
    assert!(matches!(tab.reply(903).await, Err(ClientError::Protocol { .. })), "it is gone");
    // The journal goes on behind it.
    tab.ok("PutItem", &put("after")).await;
    drop(tab);
    let mut again = Tab::start("kept");
    let ready = again.hear(|message| matches!(message, FromWorker::Ready { .. })).await;
    let FromWorker::Ready { report, recipes, .. } = ready else { panic!("ready") };
    assert_eq!((report.len(), recipes), (0, vec![workload(puts())]));
    assert_eq!(items(&mut again).await, written + 1);
}

#[wasm_bindgen_test]
async fn a_recipe_that_is_wrong_is_answered_and_a_comparison_tells_both_sides() {
    let mut tab = Tab::fresh("compared").await;
    tab.with_table().await;
    let wrong = AccessPattern { request: serde_json::json!({ "TableName": "Nothing" }), ..puts() };
    tab.send(ToWorker::StartTraffic { id: 910, workload: workload(wrong) });
    let Err(ClientError::Api { message, .. }) = tab.reply(910).await else { panic!("it is refused") };
    assert!(message.starts_with("put: "), "{message}");
    let mut side = workload(puts());
    side.recipe.tables = vec![serde_json::from_str(TABLE).expect("JSON")];
    tab.send(ToWorker::StartComparison { id: 911, sides: Box::new([side.clone(), side]) });
    tab.reply(911).await.expect("it starts");
    let told = tab.hear(|message| {
        let sent = |side: &SideReport| side.seconds.iter().map(|(_, second)| second.sent).sum::<u64>() > 20;
        matches!(message, FromWorker::Comparison { sides } if sides.iter().all(sent))
    });
    let FromWorker::Comparison { sides } = told.await else { panic!("two sides") };
    assert!(sides.iter().all(|side| !side.traffic.figures.usage.is_empty()), "{sides:?}");
    for side in 0..2 {
        let (operation, request) = ("Dynascope.ListPartitions".to_owned(), ORDERS.to_owned());
        tab.send(ToWorker::CallSide { id: 920 + side as u64, side, operation, request });
        assert!(!partitions_of(&tab.reply(920 + side as u64).await.expect("its partitions")).is_empty());
    }
    tab.send(ToWorker::DiscardTraffic);
    tab.hear(|message| matches!(message, FromWorker::Heat { comparing: false, .. })).await;
    assert_eq!(items(&mut tab).await, 0);
}

/// The clock that the opening told.
async fn opened_clock(tab: &mut Tab) -> ClockState {
    match tab.hear(|message| matches!(message, FromWorker::Ready { .. })).await {
        FromWorker::Ready { clock, .. } => clock,
        other => panic!("{other:?}"),
    }
}

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

#[wasm_bindgen_test]
async fn a_clock_moves_ahead_through_what_is_due_and_a_reopening_finds_it_as_it_was() {
    let mut tab = Tab::fresh("clock").await;
    tab.with_table().await;
    tab.ok(
        "UpdateTimeToLive",
        r#"{"TableName":"Orders","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"until"}}"#,
    )
    .await;
    tab.clock(ClockChange::Ahead { ms: DAY_MS / 24 }).await;
    let paused = tab.clock(ClockChange::Pause).await;
    let until = paused.now_ms / 1000 + 90_000;
    let item = format!(r#"{{"TableName":"Orders","Item":{{"id":{{"S":"a"}},"until":{{"N":"{until}"}}}}}}"#);
    tab.ok("PutItem", &item).await;
    tab.send(ToWorker::SetClock { id: 9_000, change: ClockChange::Ahead { ms: 3 * DAY_MS } });
    let expired = tab
        .hear(|message| {
            let FromWorker::Events { events } = message else { return false };
            events.iter().any(|event| matches!(event.kind, EventKind::Expired { .. }))
        })
        .await;
    let FromWorker::Events { events } = expired else { unreachable!() };
    let at_ms = events.iter().find(|event| matches!(event.kind, EventKind::Expired { .. })).map(|e| e.at_ms);
    assert_eq!(
        at_ms,
        Some((until / 60 + 1) * 60_000),
        "at the sweep behind its second, not where the move ended"
    );
    tab.reply(9_000).await.expect("the move ended");
    assert!(!tab.ok("GetItem", &get("a")).await.contains("\"Item\""));
    let fast = tab.clock(ClockChange::Speed { speed: Speed::Hour }).await;
    assert_eq!(
        (fast.now_ms, fast.pace.paused),
        (paused.now_ms + 3 * DAY_MS, true),
        "paused, it stands where it came to"
    );
    drop(tab);

    let mut tab = Tab::start("clock");
    assert_eq!(opened_clock(&mut tab).await, fast);
    let running = tab.clock(ClockChange::Run).await;
    assert!(!running.pace.paused);
    let told = tab.hear(|m| matches!(m, FromWorker::Clock { clock } if clock.now_ms > running.now_ms)).await;
    let FromWorker::Clock { clock } = told else { unreachable!() };
    drop(tab);
    let mut tab = Tab::start("clock");
    assert!(opened_clock(&mut tab).await.now_ms >= clock.now_ms, "nobody finds it earlier than it was seen");
}

#[wasm_bindgen_test]
async fn a_step_stops_at_what_happens_next() {
    let mut tab = Tab::fresh("step").await;
    let before = tab.clock(ClockChange::Pause).await;
    tab.ok("CreateTable", TABLE).await;
    assert!(tab.ok("DescribeTable", r#"{"TableName":"Orders"}"#).await.contains("\"CREATING\""));
    let after = tab.clock(ClockChange::Step).await;
    assert!(after.pace.paused && after.ahead.is_none() && after.now_ms > before.now_ms);
    assert!(tab.ok("DescribeTable", r#"{"TableName":"Orders"}"#).await.contains("\"ACTIVE\""));
}
