//! [BatchWriteItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::access::{Change, Context, ItemKey, Region, Write, item_key, key_of_item, write};
use crate::api::decode::decode;
use crate::api::item::{BatchWriteItemInput, WriteRequest};
use crate::error::constraint::{Constraint, Violations};
use crate::error::echo::WriteRequests;
use crate::error::table::ensure;
use crate::error::{ErrorKind, Result, constraint, request as words, value as value_words};
use crate::limits;
use crate::model::{Item, size};
use crate::table::Table;

use super::answer::Answer;
use super::{constraints, parameters as read};

enum Single {
    Put(Item),
    Delete(Item),
}

fn single(request: WriteRequest) -> Result<Single> {
    match (request.put_request, request.delete_request) {
        (Some(_), Some(_)) => Err(words::write_request_malformed(true)),
        (None, None) => Err(words::write_request_malformed(false)),
        (Some(put), None) => {
            let item = read::item(put.item.unwrap_or_default())?;
            if size::item_bytes(&item) > limits::ITEM_SIZE_BYTES {
                return Err(value_words::item_too_large());
            }
            Ok(Single::Put(item))
        }
        (None, Some(delete)) => Ok(Single::Delete(read::item(delete.key.unwrap_or_default())?)),
    }
}

/// An item whose key is not the table's is refused as a Key is, not in PutItem's words.
fn key_of_put(table: &Table, item: &Item) -> Result<ItemKey> {
    let attributes = table.keys.attributes();
    let key = attributes.filter_map(|a| Some((a.name.clone(), item.get(&a.name)?.clone()))).collect();
    item_key(table, key)?;
    key_of_item(table, item)
}

/// From 1 to 25 requests for each table.
const LENGTHS: &[Constraint<'_>] =
    &[Constraint::MaxLength(limits::BATCH_WRITE_REQUESTS as u64), Constraint::MinLength(1)];

/// The request's map as a refusal shows it.
fn echo(request: &[u8]) -> String {
    let request: Value = serde_json::from_slice(request).unwrap_or_default();
    WriteRequests(&request["RequestItems"]).to_string()
}

/// Every put has an item, every delete a key.
fn constrain_writes(violations: &mut Violations, given: &str, writes: &[WriteRequest]) {
    for (at, write) in writes.iter().enumerate() {
        let member = format!("requestItems.{given}.member.{}.member", at + 1);
        if let Some(put) = &write.put_request {
            violations.required(&put.item, &format!("{member}.putRequest.item"));
        }
        if let Some(delete) = &write.delete_request {
            violations.required(&delete.key, &format!("{member}.deleteRequest.key"));
        }
    }
}

/// Puts and deletes up to 25 items, each by itself: what is throttled is UnprocessedItems.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: BatchWriteItemInput = decode(request)?;
    let requests = input.request_items.ok_or_else(|| constraint::null("requestItems"))?;
    ensure(!requests.is_empty(), || constraint::violation("RequestItems", Constraint::MinLength(1)))?;
    let mut violations = Violations::default();
    let consumed = constraints::consumed(&mut violations, input.return_consumed_capacity.as_deref());
    let metrics = constraints::metrics(&mut violations, input.return_item_collection_metrics.as_deref());
    for (given, writes) in &requests {
        constrain_writes(&mut violations, given, writes);
    }
    violations.into_result()?;
    // The names and the lists' lengths give way to whatever else is wrong.
    let mut violations = Violations::default();
    if requests.values().any(|writes| writes.is_empty() || writes.len() > limits::BATCH_WRITE_REQUESTS) {
        violations.add(Some(&echo(request)), "requestItems", Constraint::MapValues(LENGTHS));
    }
    let names = constraints::request_items(&mut violations, requests.keys(), region, || echo(request))?;
    violations.into_result()?;
    let count: usize = requests.values().map(Vec::len).sum();
    ensure(count <= limits::BATCH_WRITE_REQUESTS, words::too_many_writes)?;
    // All is checked before anything is written: what the request alone shows before any table.
    let mut read = Vec::new();
    for ((given, writes), table) in requests.into_iter().zip(names) {
        let singles = writes.into_iter().map(single).collect::<Result<Vec<_>>>()?;
        read.push((given, table, singles));
    }
    let mut all = Vec::new();
    for (given, table, singles) in read {
        context.meter.named(&table, &given);
        let schema = &region.active_table(&table)?.saved.table;
        let mut seen = BTreeSet::new();
        let mut keyed = Vec::new();
        for write in singles {
            let key = match &write {
                Single::Put(item) => key_of_put(schema, item)?,
                Single::Delete(key) => item_key(schema, key.clone())?,
            };
            if !seen.insert(key.bytes.clone()) {
                return Err(words::duplicate_keys());
            }
            keyed.push((key, write));
        }
        all.push((given, table, keyed));
    }

    // Read again only where something of it is handed back.
    let original = std::cell::LazyCell::new(|| serde_json::from_slice::<Value>(request).unwrap_or_default());
    let mut unprocessed: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let mut collections: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let mut first_refusal = None;
    context.fork();
    for (given, table, writes) in &all {
        for (at, (key, single)) in writes.iter().enumerate() {
            let change = match single {
                Single::Put(item) => Change::Put(item),
                Single::Delete(_) => Change::Delete,
            };
            let one = Write {
                table,
                key,
                change,
                condition: None,
                return_old_on_failure: false,
                transaction: None,
            };
            match write(region, context, &one) {
                Ok(_) => {
                    let metrics = read::item_collection_metrics(region, table, key, metrics);
                    if let Some(metrics) = metrics {
                        collections.entry(given).or_default().push(metrics);
                    }
                }
                Err(error) => match error.kind {
                    ErrorKind::ProvisionedThroughputExceeded
                    | ErrorKind::RequestLimitExceeded
                    | ErrorKind::InternalServerError
                    | ErrorKind::Throttling
                    | ErrorKind::TransactionConflict => {
                        first_refusal.get_or_insert(error);
                        unprocessed
                            .entry(given)
                            .or_default()
                            .push(original["RequestItems"][given][at].clone());
                    }
                    _ => return Err(error),
                },
            }
        }
    }
    context.join();
    if let Some(error) = first_refusal
        && unprocessed.values().map(Vec::len).sum::<usize>() == count
    {
        return Err(error);
    }
    let mut answer = Answer::new();
    answer.value("UnprocessedItems", &unprocessed);
    answer.optional("ItemCollectionMetrics", (!collections.is_empty()).then_some(collections));
    answer.optional("ConsumedCapacity", context.meter.all(consumed, false));
    Ok(answer.finish())
}
