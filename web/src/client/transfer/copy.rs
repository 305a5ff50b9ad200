//! One table from one door to another: out of the workspace into a real endpoint, or back.
//!
//! Owns the order: what the table is, the table, what is set beside it, its items page by page, so that no more than a page of them is
//! in memory. Never writes to a table that was there before, and takes nothing back: where it stops, what was copied stays.

use std::cell::Cell;

use futures_util::stream::{self, StreamExt};
use serde_json::{Value, json};

use super::{Wire, await_active, load_error, patiently, read, read_table, under_way, write_batch};
use crate::client::transfer::LoadError;
use crate::exchange::LeftOut;
use crate::share::load::{BATCH_ITEMS, Step, document_of, put_batch, steps};
use crate::state::lesson::show;

/// What became of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Copied {
    /// Items that were written.
    pub items: u64,
    /// What was not carried over, and why.
    pub left_out: Vec<LeftOut>,
    /// Whether it was stopped before its end.
    pub cancelled: bool,
}

/// Copies a table. `into_real` where a real endpoint is the target: it has no inspector's operations. `progress` hears how many items
/// are written, of about how many, and answers whether to go on.
pub async fn copy_table(
    from: &impl Wire,
    to: &impl Wire,
    table: &str,
    with_items: bool,
    into_real: bool,
    mut progress: impl FnMut(u64, u64) -> bool,
) -> Result<Copied, LoadError> {
    let failed = |operation: &str| {
        let (operation, table) = (operation.to_owned(), table.to_owned());
        move |error| load_error(&operation, table, error)
    };
    let state = read_table(from, table, false).await.map_err(failed("DescribeTable"))?;
    let about = state.description["Table"]["ItemCount"].as_u64().unwrap_or(0);
    let document = document_of("", "", vec![state], Vec::new());
    let mut copied = Copied::default();
    for step in steps(&document, 0) {
        match step {
            Step::AwaitActive { table } => {
                await_active(to, &table).await.map_err(failed("DescribeTable"))?;
            }
            Step::Call { operation: "CreateTable", request } => {
                patiently(to, "CreateTable", request.to_string()).await.map_err(failed("CreateTable"))?;
            }
            Step::Call { operation: "Dynascope.UpdateAutoScaling", .. } if into_real => {
                let why = "a real endpoint's is set by Application Auto Scaling, another service";
                let what = LeftOut::new(format!("{table}: auto scaling"), why);
                if !copied.left_out.contains(&what) {
                    copied.left_out.push(what);
                }
            }
            // The table stands without them; not every endpoint has them.
            Step::Call { operation, request } => {
                if let Err(error) = patiently(to, operation, request.to_string()).await {
                    let plain = operation.trim_start_matches("Dynascope.");
                    copied.left_out.push(LeftOut::new(format!("{table}: {plain}"), show(&error).message));
                }
            }
            // A document of one table has none.
            Step::MapEventSource { .. } => {}
        }
        if !progress(0, about) {
            return Ok(Copied { cancelled: true, ..copied });
        }
    }
    if !with_items {
        return Ok(copied);
    }
    let mut request = json!({ "TableName": table, "ConsistentRead": true });
    loop {
        let page = patiently(from, "Scan", request.to_string()).await.map_err(failed("Scan"))?;
        let mut page = read(page.response).map_err(failed("Scan"))?;
        let Value::Array(items) = page["Items"].take() else { return Ok(copied) };
        // What is under way when it is stopped is still waited for: it is written, so it counts.
        let go_on = Cell::new(true);
        let mut writing = stream::iter(items.chunks(BATCH_ITEMS).take_while(|_| go_on.get()))
            .map(|batch| async {
                write_batch(to, put_batch(table, batch.iter().cloned())).await.map(|_| batch.len() as u64)
            })
            .buffered(under_way(to));
        while let Some(written) = writing.next().await {
            copied.items += written.map_err(failed("BatchWriteItem"))?;
            go_on.set(progress(copied.items, about.max(copied.items)) && go_on.get());
        }
        if !go_on.get() {
            return Ok(Copied { cancelled: true, ..copied });
        }
        match page["LastEvaluatedKey"].take() {
            Value::Null => return Ok(copied),
            last => request["ExclusiveStartKey"] = last,
        }
    }
}
