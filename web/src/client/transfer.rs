//! Long work over the wire: loading a document, writing the records of a file, reading whole tables.
//!
//! Owns the patience: it waits for tables to become ACTIVE, sends throttled and unprocessed items again, keeps
//! several requests under way so that they share commits, and finds the bad item of a refused batch. What the
//! requests are is [`crate::share`]'s to say.

mod copy;

use std::cell::Cell;
use std::future::Future;

use engine::timeline::{Event, EventKind};
use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt};
use serde_json::{Map, Value, json};

use super::{Client, Reply};
use crate::protocol::{ClientError, Place};
use crate::share::Document;
use crate::share::import::{ImportPlan, Numbered};
use crate::share::load::{Step, TableState, event_source_of, put_batch, settings_of, steps};
pub use copy::{Copied, copy_table};

/// How many requests are under way at once to a real endpoint…
const UNDER_WAY: usize = 8;
/// …and to the workspace: a commit is shared by all that wait for it, and the worker never waits for the page.
const UNDER_WAY_HERE: usize = 64;
/// The first pause before something is sent again, in milliseconds; each further one is twice as long…
const PAUSE_MS: u32 = 50;
/// …up to this.
const PAUSE_MS_MAX: u32 = 1_000;
/// After so many pauses a request is given up.
const PAUSES_MAX: u32 = 60;

/// What long work needs of a client.
pub trait Wire {
    /// Sends one request.
    fn call(&self, operation: &str, request: String) -> impl Future<Output = Reply>;
    /// Waits.
    fn pause(&self, ms: u32) -> impl Future<Output = ()>;
    /// Whether the workspace answers, and no real endpoint.
    fn is_here(&self) -> bool {
        true
    }
}

fn under_way(wire: &impl Wire) -> usize {
    if wire.is_here() { UNDER_WAY_HERE } else { UNDER_WAY }
}

impl Wire for Client {
    fn call(&self, operation: &str, request: String) -> impl Future<Output = Reply> {
        Client::call(self, Place::Workspace, operation, request)
    }
    fn pause(&self, ms: u32) -> impl Future<Output = ()> {
        gloo::timers::future::TimeoutFuture::new(ms)
    }
}

/// Why a document was not loaded whole.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadError {
    /// What could not be done: `CreateTable`, `UpdateTimeToLive`, `BatchWriteItem`, `DescribeTable`.
    pub operation: String,
    /// Of which table.
    pub table: String,
    /// Why.
    pub error: ClientError,
}

/// Makes a document real in the open workspace. `progress` hears how many of how many steps are done. Stops at the
/// first refusal; what was done before it stays.
pub async fn load(
    wire: &impl Wire,
    document: &Document,
    now_ms: u64,
    mut progress: impl FnMut(usize, usize),
) -> Result<(), LoadError> {
    let steps = steps(document, now_ms);
    let total = steps.len();
    let mut done = 0;
    progress(done, total);
    let mut rest = steps.into_iter().peekable();
    while let Some(step) = rest.next() {
        match step {
            Step::AwaitActive { table } => {
                let waited = await_active(wire, &table).await;
                waited.map_err(|error| load_error("DescribeTable", table, error))?;
            }
            Step::MapEventSource { table, mut request } => {
                const CREATE: &str = "CreateEventSourceMapping";
                let failed = |error| load_error(CREATE, table.clone(), error);
                let described = json!({ "TableName": table }).to_string();
                let answer = wire.call("DescribeTable", described).await.result.map_err(failed)?;
                request["EventSourceArn"] = read(answer).map_err(failed)?["Table"]["LatestStreamArn"].clone();
                let sent = patiently(wire, &format!("Dynascope.{CREATE}"), request.to_string()).await;
                sent.map_err(failed)?;
            }
            Step::Call { operation: "BatchWriteItem", request } => {
                let mut batches = vec![request];
                while let Some(Step::Call { request, .. }) =
                    rest.next_if(|step| matches!(step, Step::Call { operation: "BatchWriteItem", .. }))
                {
                    batches.push(request);
                }
                let mut writing = stream::iter(batches)
                    .map(|request| async {
                        let table = request["RequestItems"].as_object().and_then(|map| map.keys().next());
                        let table = table.cloned().unwrap_or_default();
                        let written = write_batch(wire, request).await;
                        written.map_err(|error| load_error("BatchWriteItem", table, error))
                    })
                    .buffered(under_way(wire));
                while let Some(written) = writing.next().await {
                    written?;
                    done += 1;
                    progress(done, total);
                }
                continue;
            }
            Step::Call { operation, request } => {
                let table = request["TableName"].as_str().unwrap_or_default().to_owned();
                let sent = patiently(wire, operation, request.to_string()).await;
                sent.map_err(|error| load_error(operation, table, error))?;
            }
        }
        done += 1;
        progress(done, total);
    }
    Ok(())
}

fn load_error(operation: &str, table: String, error: ClientError) -> LoadError {
    LoadError { operation: operation.to_owned(), table, error }
}

/// Waits until a table and all its indexes are ACTIVE.
pub async fn await_active(wire: &impl Wire, table: &str) -> Result<(), ClientError> {
    await_that(wire, table, |described| {
        let indexes = described["GlobalSecondaryIndexes"].as_array();
        described["TableStatus"] == "ACTIVE"
            && indexes.into_iter().flatten().all(|index| index["IndexStatus"] == "ACTIVE")
    })
    .await
}

/// Waits until a table is as `there` wants its description.
async fn await_that(
    wire: &impl Wire,
    table: &str,
    there: impl Fn(&Value) -> bool,
) -> Result<(), ClientError> {
    let request = json!({ "TableName": table }).to_string();
    let mut pauses = Pauses::default();
    while !there(&read(wire.call("DescribeTable", request.clone()).await.result?)?["Table"]) {
        if !pauses.pause(wire).await {
            let message = format!("The table {table} did not become ACTIVE.");
            return Err(ClientError::Protocol { message });
        }
    }
    Ok(())
}

/// What became of an import.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportReport {
    /// Items written.
    pub written: usize,
    /// Records that a later one of the same key replaced.
    pub replaced: Vec<usize>,
    /// How many of the items written replaced an item that the table had.
    pub overwritten: usize,
    /// Records that were not written, by number, and why.
    pub rejected: Vec<(usize, String)>,
    /// Why the import stopped before its end; what was written stays.
    pub stopped: Option<ClientError>,
    /// Whether it was cancelled.
    pub cancelled: bool,
}

/// Writes the planned items to a table. `progress` hears how many of how many items are done, and answers
/// whether to go on.
pub async fn import(
    wire: &impl Wire,
    table: &str,
    plan: ImportPlan,
    mut progress: impl FnMut(usize, usize) -> bool,
) -> ImportReport {
    let ImportPlan { batches, items, replaced, rejected } = plan;
    let mut report = ImportReport { replaced, rejected, ..ImportReport::default() };
    let mut done = 0;
    // What is under way when the import stops is still waited for: it is written, so it counts.
    let go_on = Cell::new(true);
    let mut writing = stream::iter(batches.into_iter().take_while(|_| go_on.get()))
        .map(|batch| async {
            let size = batch.len();
            (size, write_or_find(wire, table, batch).await)
        })
        .buffered(under_way(wire));
    while let Some((size, written)) = writing.next().await {
        match written {
            Ok(Batch { bad, overwritten }) => {
                report.written += size - bad.len();
                report.overwritten += overwritten;
                report.rejected.extend(bad);
                done += size;
            }
            Err(error) => {
                report.stopped.get_or_insert(error);
                go_on.set(false);
            }
        }
        if !progress(done, items) {
            report.cancelled = true;
            go_on.set(false);
        }
    }
    report.rejected.sort();
    report
}

/// Writes what is planned for several tables, one after another, as [`import`] does each; tells what became of each, up to the one where it
/// stopped. `progress` hears how many of all items are done, and answers whether to go on.
pub async fn import_all(
    wire: &impl Wire,
    plans: impl IntoIterator<Item = (String, ImportPlan)>,
    mut progress: impl FnMut(usize) -> bool,
) -> Vec<(String, ImportReport)> {
    let (mut reports, mut before) = (Vec::new(), 0);
    for (table, plan) in plans {
        let items = plan.items;
        let report = import(wire, &table, plan, |done, _| progress(before + done)).await;
        let ended = report.stopped.is_some() || report.cancelled;
        reports.push((table, report));
        before += items;
        if ended {
            break;
        }
    }
    reports
}

/// What became of a batch.
#[derive(Default)]
struct Batch {
    /// The items that were refused, and why.
    bad: Vec<(usize, String)>,
    /// How many of the others replaced an item.
    overwritten: usize,
}

/// Writes a batch; where the engine refuses it as a whole, item by item.
async fn write_or_find(wire: &impl Wire, table: &str, batch: Vec<Numbered>) -> Result<Batch, ClientError> {
    let request = put_batch(table, batch.iter().map(|(_, item)| item.clone()));
    match write_batch(wire, request).await {
        Ok(overwritten) => return Ok(Batch { overwritten, ..Batch::default() }),
        Err(ClientError::Api { name, .. }) if name != "ResourceNotFoundException" => {}
        Err(error) => return Err(error),
    }
    let puts = batch.iter().map(|(_, item)| {
        let request = json!({ "TableName": table, "Item": item }).to_string();
        patiently(wire, "PutItem", request)
    });
    // All at once, so that they share a commit. A refused batch has written nothing.
    let answers = join_all(puts).await;
    let mut found = Batch::default();
    for ((number, _), answer) in batch.iter().zip(answers) {
        match answer {
            Ok(reply) => found.overwritten += overwritten(&reply.events),
            Err(ClientError::Api { message, .. }) => found.bad.push((*number, message)),
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// Sends a BatchWriteItem until nothing of it is unprocessed. Gives how many items it replaced.
pub(super) async fn write_batch(wire: &impl Wire, mut request: Value) -> Result<usize, ClientError> {
    let mut pauses = Pauses::default();
    let mut replaced = 0;
    loop {
        let reply = patiently(wire, "BatchWriteItem", request.to_string()).await?;
        replaced += overwritten(&reply.events);
        let mut answer = read(reply.response)?;
        let unprocessed = answer["UnprocessedItems"].take();
        if unprocessed.as_object().is_none_or(serde_json::Map::is_empty) {
            return Ok(replaced);
        }
        if !pauses.pause(wire).await {
            return Err(throttled());
        }
        request = json!({ "RequestItems": unprocessed });
    }
}

/// How many of the writes met an item of their key.
fn overwritten(events: &[Event]) -> usize {
    let met = |event: &&Event| matches!(event.kind, EventKind::Written { size_before_bytes: 1.., .. });
    events.iter().filter(met).count()
}

/// All items of a table, as the pages of a Scan give them. `progress` hears how many there are so far, and
/// answers whether to go on; none where it said no.
pub async fn scan_all(
    wire: &impl Wire,
    table: &str,
    mut progress: impl FnMut(usize) -> bool,
) -> Result<Option<Vec<Value>>, ClientError> {
    let mut items = Vec::new();
    let whole = scan_pages(wire, table, |page| {
        items.extend(page);
        progress(items.len())
    });
    Ok(whole.await?.then_some(items))
}

/// Hands the items of every page of a Scan to `take`, until that says no; says whether it took all. A table that is being made or restored is
/// waited for: it cannot be read yet.
pub async fn scan_pages(
    wire: &impl Wire,
    table: &str,
    mut take: impl FnMut(Vec<Value>) -> bool,
) -> Result<bool, ClientError> {
    await_that(wire, table, |described| described["TableStatus"] != "CREATING").await?;
    let mut request = json!({ "TableName": table, "ConsistentRead": true });
    loop {
        let mut answer = read(patiently(wire, "Scan", request.to_string()).await?.response)?;
        let page = match answer["Items"].take() {
            Value::Array(page) => page,
            _ => Vec::new(),
        };
        if !take(page) {
            return Ok(false);
        }
        match answer["LastEvaluatedKey"].take() {
            Value::Null => return Ok(true),
            last => request["ExclusiveStartKey"] = last,
        }
    }
}

/// What a document needs to know of a table, with its items where they are wanted.
pub async fn read_table(wire: &impl Wire, table: &str, with_items: bool) -> Result<TableState, ClientError> {
    let request = json!({ "TableName": table }).to_string();
    let description = read(wire.call("DescribeTable", request.clone()).await.result?)?;
    // A table that is being made refuses to say.
    let time_to_live = match description["Table"]["TableStatus"] == "CREATING" {
        true => None,
        false => Some(read(wire.call("DescribeTimeToLive", request).await.result?)?),
    };
    let settings = read_settings(wire, table, &description["Table"]["TableArn"]).await;
    let items =
        if with_items { scan_all(wire, table, |_| true).await?.unwrap_or_default() } else { Vec::new() };
    Ok(TableState { description, time_to_live, settings, items })
}

/// What is set beside a table. What is refused is not set: a table without a policy has none to give.
async fn read_settings(wire: &impl Wire, table: &str, arn: &Value) -> Map<String, Value> {
    let (named, of) = (json!({ "TableName": table }).to_string(), json!({ "ResourceArn": arn }).to_string());
    let look = async |operation: &str, request: &str| {
        let answer = wire.call(operation, request.to_owned()).await.result;
        answer.and_then(read).ok()
    };
    settings_of(
        look("ListTagsOfResource", &of).await.as_ref(),
        look("DescribeContinuousBackups", &named).await.as_ref(),
        look("GetResourcePolicy", &of).await.as_ref(),
        look("Dynascope.DescribeAutoScaling", &named).await.as_ref(),
    )
}

/// The event sources of those tables, as a document has them.
pub async fn read_event_sources(wire: &impl Wire, tables: &[&str]) -> Result<Vec<Value>, ClientError> {
    let listed = read(wire.call("Dynascope.ListEventSourceMappings", "{}".to_owned()).await.result?)?;
    let all = listed["EventSourceMappings"].as_array().into_iter().flatten();
    let chosen = |source: &Value| source["TableName"].as_str().is_some_and(|table| tables.contains(&table));
    Ok(all.filter_map(event_source_of).filter(chosen).collect())
}

/// A response, and what happened.
pub(super) struct Answered {
    /// The response's JSON.
    pub response: String,
    /// When it was answered, in milliseconds of the epoch.
    pub now_ms: u64,
    events: Vec<Event>,
}

/// Sends a request again while it is throttled.
pub(super) async fn patiently(
    wire: &impl Wire,
    operation: &str,
    request: String,
) -> Result<Answered, ClientError> {
    let mut pauses = Pauses::default();
    loop {
        let reply = wire.call(operation, request.clone()).await;
        match reply.result {
            Err(ClientError::Api { name, .. }) if is_throttling(&name) => {
                if !pauses.pause(wire).await {
                    return Err(throttled());
                }
            }
            result => {
                let Reply { events, now_ms, .. } = reply;
                return result.map(|response| Answered { response, now_ms, events });
            }
        }
    }
}

/// Whether a refusal is for now alone. A table that was just made has its backups enabled first.
fn is_throttling(name: &str) -> bool {
    const FOR_NOW: [&str; 4] = [
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "ContinuousBackupsUnavailableException",
    ];
    FOR_NOW.contains(&name)
}

fn throttled() -> ClientError {
    let message = "The table's capacity is too low for this: it was throttled again and again. Raise it, or \
                   switch the table to on-demand."
        .to_owned();
    ClientError::Protocol { message }
}

pub(super) fn read(json: String) -> Result<Value, ClientError> {
    serde_json::from_str(&json)
        .map_err(|error| ClientError::Protocol { message: format!("The answer is not JSON: {error}") })
}

#[derive(Default)]
struct Pauses(u32);

impl Pauses {
    /// Pauses, longer each time; false where it was often enough.
    async fn pause(&mut self, wire: &impl Wire) -> bool {
        if self.0 == PAUSES_MAX {
            return false;
        }
        wire.pause((PAUSE_MS << self.0.min(5)).min(PAUSE_MS_MAX)).await;
        self.0 += 1;
        true
    }
}

#[cfg(test)]
mod tests;
