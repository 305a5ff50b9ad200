//! A migration into a new table, where DynamoDB forbids the change of a table that is there: another key, a new LSI, another projection of
//! one. The new table is made, what is in the old one is copied, and what is written to it meanwhile is carried over by its stream, until
//! whoever writes to it writes to the new one.
//!
//! - `carry` what a record changes in the new table; pure
//! - `reached` how far one came: what fails is gone on with from there
//! - `reader` reading the old table's stream from where the copying began
//! - `compare` whether both tables hold the same
//!
//! Owns the order that loses nothing: the reader stands in the stream before the first page is scanned, and its records are carried over
//! after the last: each item then ends as its last record has it. Every request is DynamoDB's own; the old table gets none that writes.
//!
//! Follows [DynamoDB Streams](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html) and
//! [secondary indexes](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html): a local index is made with its table.

mod carry;
mod compare;
mod reached;
mod reader;

use futures_util::stream::{self, StreamExt};
use serde_json::{Value, json};

use super::transfer::{Wire, await_active, patiently, read, write_batch};
use crate::protocol::ClientError;
use crate::state::migration::plan::{Counts, Plan};
use carry::Change;
pub use compare::compare;
pub use reached::Reached;

/// How many items are written at once.
const BATCH: usize = 25;
/// How many batches are under way at once.
const UNDER_WAY: usize = 4;

/// Switches the old table's stream on, with this view, or off.
async fn set_stream(wire: &impl Wire, table: &str, view: Option<&str>) -> Result<(), ClientError> {
    let setting = match view {
        Some(view) => json!({ "StreamEnabled": true, "StreamViewType": view }),
        None => json!({ "StreamEnabled": false }),
    };
    await_active(wire, table).await?;
    let request = json!({ "TableName": table, "StreamSpecification": setting });
    patiently(wire, "UpdateTable", request.to_string()).await?;
    await_active(wire, table).await
}

/// Writes changes in their order as far as they are of the same item: several batches are under way at once where no item is in two.
async fn write(
    wire: &impl Wire,
    plan: &Plan,
    all: Vec<Change>,
    counts: &mut Counts,
    mut progress: impl FnMut(&Counts) -> bool,
) -> Result<bool, ClientError> {
    for round in carry::rounds(all) {
        let batches: Vec<Vec<Change>> = round.chunks(BATCH).map(<[Change]>::to_vec).collect();
        let mut writing =
            stream::iter(batches).map(|batch| write_changes(wire, &plan.to, batch)).buffered(UNDER_WAY);
        while let Some(refused) = writing.next().await {
            refused?.into_iter().for_each(|why| counts.leave_out(why));
        }
        if !progress(counts) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Writes a batch; where the engine refuses it as a whole, change by change: why some of them were refused.
async fn write_changes(
    wire: &impl Wire,
    table: &str,
    batch: Vec<Change>,
) -> Result<Vec<String>, ClientError> {
    let requests: Vec<Value> = batch.iter().map(Change::request).collect();
    match write_batch(wire, json!({ "RequestItems": { table: requests } })).await {
        Ok(_) => return Ok(Vec::new()),
        Err(ClientError::Api { name, .. }) if name == "ValidationException" => {}
        Err(error) => return Err(error),
    }
    let mut refused = Vec::new();
    for change in &batch {
        let (operation, request) = change.alone(table);
        match patiently(wire, operation, request.to_string()).await {
            Ok(_) => {}
            Err(ClientError::Api { name, message, .. }) if name == "ValidationException" => {
                refused.push(message)
            }
            Err(error) => return Err(error),
        }
    }
    Ok(refused)
}

fn is_named(error: &ClientError, wanted: &str) -> bool {
    matches!(error, ClientError::Api { name, .. } if name == wanted)
}

/// Whether a table has a stream that is on.
async fn has_stream(wire: &impl Wire, table: &str) -> Result<bool, ClientError> {
    let request = json!({ "TableName": table }).to_string();
    let described = read(patiently(wire, "DescribeTable", request).await?.response)?;
    Ok(described["Table"]["StreamSpecification"]["StreamEnabled"] == true)
}

/// Takes back what a migration made: the new table, and the stream where it began one. The old table is as it was.
pub async fn take_back(
    wire: &impl Wire,
    from: &str,
    to: &str,
    began_stream: bool,
) -> Result<(), ClientError> {
    let gone = |error: &ClientError| is_named(error, "ResourceNotFoundException");
    // A table that is being created cannot be deleted yet; one that is not there need not be.
    match await_active(wire, to).await {
        Ok(()) => {
            let name = json!({ "TableName": to }).to_string();
            let described = read(patiently(wire, "DescribeTable", name.clone()).await?.response)?;
            if described["Table"]["DeletionProtectionEnabled"] == true {
                let request = json!({ "TableName": to, "DeletionProtectionEnabled": false }).to_string();
                patiently(wire, "UpdateTable", request).await?;
                await_active(wire, to).await?;
            }
            patiently(wire, "DeleteTable", name).await?;
        }
        Err(error) if gone(&error) => {}
        Err(error) => return Err(error),
    }
    if !began_stream {
        return Ok(());
    }
    match has_stream(wire, from).await {
        Ok(true) => set_stream(wire, from, None).await,
        Ok(false) => Ok(()),
        Err(error) if gone(&error) => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests;
