//! A migration into a new table, where DynamoDB forbids the change of a table that is there: another key, a new LSI, another projection of
//! one. The new table is made, what is in the old one is copied, and what is written to it meanwhile is carried over by its stream, until
//! whoever writes to it writes to the new one.
//!
//! - `carry` what a record changes in the new table; pure
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
mod reader;

use futures_util::stream::{self, StreamExt};
use serde_json::{Value, json};

use super::transfer::{Wire, await_active, patiently, read, write_batch};
use crate::protocol::ClientError;
use crate::state::design::scaling;
use crate::state::migration::plan::{Counts, Plan};
use carry::{Change, changes};
pub use compare::compare;
pub use reader::Reader;

/// How many items are written at once.
const BATCH: usize = 25;
/// How many batches are under way at once.
const UNDER_WAY: usize = 4;
/// Makes the new table, and waits until it is ACTIVE. `made` hears that there is one.
pub async fn make(wire: &impl Wire, plan: &Plan, made: impl FnOnce()) -> Result<(), ClientError> {
    patiently(wire, "CreateTable", plan.create.to_string()).await?;
    made();
    await_active(wire, &plan.to).await?;
    if let Some(attribute) = &plan.time_to_live {
        let setting = json!({ "AttributeName": attribute, "Enabled": true });
        let request = json!({ "TableName": plan.to, "TimeToLiveSpecification": setting });
        patiently(wire, "UpdateTimeToLive", request.to_string()).await?;
    }
    if let Some(request) = &plan.scaling {
        patiently(wire, scaling::OPERATION, request.to_string()).await?;
    }
    Ok(())
}

/// Switches the old table's stream on, with this view, or off.
pub async fn set_stream(wire: &impl Wire, table: &str, view: Option<&str>) -> Result<(), ClientError> {
    let setting = match view {
        Some(view) => json!({ "StreamEnabled": true, "StreamViewType": view }),
        None => json!({ "StreamEnabled": false }),
    };
    await_active(wire, table).await?;
    let request = json!({ "TableName": table, "StreamSpecification": setting });
    patiently(wire, "UpdateTable", request.to_string()).await?;
    await_active(wire, table).await
}

/// Copies every page of a Scan of the old table. `progress` hears what was done, and answers whether to go on; whether it came to the end.
pub async fn copy(
    wire: &impl Wire,
    plan: &Plan,
    counts: &mut Counts,
    mut progress: impl FnMut(&Counts) -> bool,
) -> Result<bool, ClientError> {
    let mut request = json!({ "TableName": plan.from, "ConsistentRead": true });
    loop {
        let mut answer = read(patiently(wire, "Scan", request.to_string()).await?.response)?;
        let mut puts = Vec::new();
        for item in answer["Items"].as_array_mut().into_iter().flatten() {
            match carry::key_of(item, &plan.to_keys) {
                Ok(key) => puts.push(Change::Put { key, item: item.take() }),
                Err(why) => counts.leave_out(why),
            }
        }
        let whole = puts.len() as u64;
        let before = counts.left_out;
        if !write(wire, plan, puts, counts, &mut progress).await? {
            return Ok(false);
        }
        counts.copied += whole - (counts.left_out - before).min(whole);
        if !progress(counts) {
            return Ok(false);
        }
        match answer["LastEvaluatedKey"].take() {
            Value::Null => return Ok(true),
            last => request["ExclusiveStartKey"] = last,
        }
    }
}

/// Carries over what the stream has by now; how many records that was. `quiet` reads the stream.
pub async fn follow(
    wire: &impl Wire,
    quiet: &impl Wire,
    plan: &Plan,
    reader: &mut Reader,
    counts: &mut Counts,
) -> Result<u64, ClientError> {
    let mut carried = 0;
    loop {
        let records = reader.next(quiet).await?;
        if records.is_empty() {
            return Ok(carried);
        }
        let mut all = Vec::new();
        for record in &records {
            match changes(record, plan) {
                Ok(changes) => all.extend(changes),
                Err(why) => {
                    counts.leave_out(why.reason);
                    all.extend(why.instead.map(|change| *change));
                }
            }
        }
        write(wire, plan, all, counts, |_| true).await?;
        let at =
            records.iter().filter_map(|record| record["dynamodb"]["ApproximateCreationDateTime"].as_f64());
        counts.last_record_s = at.map(|at| at as u64).chain(counts.last_record_s).max();
        counts.carried += records.len() as u64;
        carried += records.len() as u64;
    }
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

/// Takes back what a migration made: the new table, and the stream where it began one. The old table is as it was.
pub async fn take_back(
    wire: &impl Wire,
    from: &str,
    to: &str,
    began_stream: bool,
) -> Result<(), ClientError> {
    let gone = |error: &ClientError| matches!(error, ClientError::Api { name, .. } if name == "ResourceNotFoundException");
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
    let described = wire.call("DescribeTable", json!({ "TableName": from }).to_string()).await.result;
    match described.and_then(read) {
        Ok(table) if table["Table"]["StreamSpecification"]["StreamEnabled"] == true => {
            set_stream(wire, from, None).await
        }
        Ok(_) => Ok(()),
        Err(error) if gone(&error) => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests;
