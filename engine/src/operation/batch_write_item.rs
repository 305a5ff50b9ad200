//! [BatchWriteItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::access::{Change, Context, ItemKey, Region, Write, item_key, key_of_item, write};
use crate::api::decode::decode;
use crate::api::item::{BatchWriteItemInput, WriteRequest};
use crate::capacity::ReturnConsumedCapacity;
use crate::error::constraint::{Constraint, Violations};
use crate::error::echo::WriteRequests;
use crate::error::table::ensure;
use crate::error::{ErrorKind, Result, constraint, request as words, value as value_words};
use crate::limits;
use crate::model::{AttributeValue, Item, size};
use crate::table::Table;

use super::answer::Answer;
use super::direct::Answered;
use super::{constraints, parameters as read};

#[derive(Clone, Debug)]
enum Single {
    Put(Item),
    Delete(Item),
}

impl Single {
    fn attributes_mut(&mut self) -> &mut Item {
        match self {
            Single::Put(item) | Single::Delete(item) => item,
        }
    }

    fn check_size(&self) -> Result<()> {
        let large = |item| size::item_bytes(item) > limits::ITEM_SIZE_BYTES;
        ensure(!matches!(self, Single::Put(item) if large(item)), value_words::item_too_large)
    }

    /// As the request says it, to be handed back.
    fn as_json(&self) -> Result<Value> {
        Ok(match self {
            Single::Put(item) => json!({ "PutRequest": { "Item": read::as_json(item)? } }),
            Single::Delete(key) => json!({ "DeleteRequest": { "Key": read::as_json(key)? } }),
        })
    }
}

/// What is written to one table.
#[derive(Clone, Debug)]
struct Wanted {
    /// As the request names it: a name or an ARN.
    given: String,
    table: String,
    writes: Vec<Single>,
}

/// A request that may be carried out, as far as can be told without its tables.
#[derive(Clone, Debug)]
pub struct BatchWrite {
    all: Vec<Wanted>,
    consumed: ReturnConsumedCapacity,
    metrics: bool,
}

fn single(request: WriteRequest) -> Result<Single> {
    match (request.put_request, request.delete_request) {
        (Some(_), Some(_)) => Err(words::write_request_malformed(true)),
        (None, None) => Err(words::write_request_malformed(false)),
        (Some(put), None) => {
            let put = Single::Put(read::item(put.item.unwrap_or_default())?);
            put.check_size().map(|()| put)
        }
        (None, Some(delete)) => Ok(Single::Delete(read::item(delete.key.unwrap_or_default())?)),
    }
}

/// An item whose key is not the table's is refused as a Key is, not in PutItem's words.
fn key_of_put(table: &Table, item: &Item) -> Result<ItemKey> {
    key_of_item(table, item).or_else(|refusal| {
        let attributes = table.keys.attributes();
        let key = attributes.filter_map(|a| Some((a.name.clone(), item.get(&a.name)?.clone()))).collect();
        item_key(table, key)?;
        Err(refusal)
    })
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
        let mut required = |what: &str| {
            let member = format!("requestItems.{given}.member.{}.member.{what}", at + 1);
            violations.add(None, &member, Constraint::NotNull);
        };
        if write.put_request.as_ref().is_some_and(|put| put.item.is_none()) {
            required("putRequest.item");
        }
        if write.delete_request.as_ref().is_some_and(|delete| delete.key.is_none()) {
            required("deleteRequest.key");
        }
    }
}

fn read_request(region: &Region, request: &[u8]) -> Result<BatchWrite> {
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
    let mut all = Vec::new();
    for ((given, writes), table) in requests.into_iter().zip(names) {
        let writes = writes.into_iter().map(single).collect::<Result<Vec<_>>>()?;
        all.push(Wanted { given, table, writes });
    }
    Ok(BatchWrite { all, consumed, metrics })
}

/// Whether a write that was refused so is handed back unprocessed.
fn is_handed_back(kind: ErrorKind) -> bool {
    kind.is_handed_back() || kind == ErrorKind::TransactionConflict
}

impl BatchWrite {
    /// Reads and checks a request.
    pub fn read(region: &Region, request: &[u8]) -> Result<BatchWrite> {
        read_request(region, request)
    }

    /// Shows every scalar of the request, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        let writes = self.all.iter_mut().flat_map(|wanted| &mut wanted.writes);
        writes.for_each(|write| write.attributes_mut().scalars_mut(visit));
    }

    /// The keys of all writes. All is checked before anything is written: what the request alone shows before any table.
    fn keys(&self, region: &Region, context: &mut Context) -> Result<Vec<Vec<ItemKey>>> {
        self.all.iter().flat_map(|wanted| &wanted.writes).try_for_each(Single::check_size)?;
        let mut all = Vec::new();
        for Wanted { given, table, writes } in &self.all {
            context.meter.named(table, given);
            let schema = &region.active_table(table)?.saved.table;
            let mut seen = BTreeSet::new();
            let mut keys = Vec::new();
            for write in writes {
                let key = match write {
                    Single::Put(item) => key_of_put(schema, item)?,
                    Single::Delete(key) => item_key(schema, key.clone())?,
                };
                ensure(seen.insert(key.bytes.clone()), words::duplicate_keys)?;
                keys.push(key);
            }
            all.push(keys);
        }
        Ok(all)
    }

    /// Puts and deletes up to 25 items, each by itself: what is throttled is UnprocessedItems.
    pub fn carry_out(
        &mut self,
        region: &mut Region,
        context: &mut Context,
        answered: Answered,
    ) -> Result<Vec<u8>> {
        let keys = self.keys(region, context)?;
        let mut unprocessed: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        let mut collections: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        let (mut first_refusal, mut any) = (None, false);
        context.fork();
        for (Wanted { given, table, writes }, keys) in self.all.iter().zip(&keys) {
            for (single, key) in writes.iter().zip(keys) {
                let change = match single {
                    Single::Put(item) => Change::Put(item),
                    Single::Delete(_) => Change::Delete,
                };
                let (condition, return_old_on_failure, transaction) = (None, false, None);
                let one = Write { table, key, change, condition, return_old_on_failure, transaction };
                match write(region, context, &one) {
                    Ok(_) => {
                        any = true;
                        let metrics = read::item_collection_metrics(region, table, key, self.metrics);
                        if let Some(metrics) = metrics {
                            collections.entry(given).or_default().push(metrics);
                        }
                    }
                    Err(error) if is_handed_back(error.kind) => {
                        first_refusal.get_or_insert(error);
                        unprocessed.entry(given).or_default().push(single.as_json()?);
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        context.join();
        if let Some(error) = first_refusal.filter(|_| !any) {
            return Err(error);
        }
        answered.with(|| {
            let mut answer = Answer::new();
            answer.value("UnprocessedItems", &unprocessed);
            answer.optional("ItemCollectionMetrics", (!collections.is_empty()).then_some(collections));
            answer.optional("ConsumedCapacity", context.meter.all(self.consumed, false));
            Ok(answer.finish())
        })
    }
}

/// Puts and deletes up to 25 items, each by itself: what is throttled is UnprocessedItems.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    BatchWrite::read(region, request)?.carry_out(region, context, Answered::Yes)
}
