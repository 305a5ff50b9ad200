//! [BatchGetItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::access::{Context, ItemKey, Region, get, stored_bytes};
use crate::api::decode::decode;
use crate::api::item::{BatchGetItemInput, KeysAndAttributes};
use crate::capacity::{ReadMode, ReturnConsumedCapacity};
use crate::error::constraint::{Constraint, Violations};
use crate::error::expression::Envelope;
use crate::error::legacy::Layer;
use crate::error::{Result, constraint, request as words};
use crate::expression::Projection;
use crate::limits;
use crate::model::json::{write_encoded, write_map};
use crate::model::{AttributeValue, codec};

use super::answer::Answer;
use super::constraints;
use super::direct::Answered;
use super::parameters::{self, item_in as read_item};

/// What is wanted of one table.
#[derive(Clone, Debug)]
struct Wanted {
    /// As the request names it: a name or an ARN.
    given: String,
    table: String,
    keys: Vec<ItemKey>,
    mode: ReadMode,
    projection: Option<Projection>,
    /// What the request says beside the keys: it is handed back with those that were not read.
    beside: Value,
}

/// A request that may be carried out, as far as can be told without its tables.
#[derive(Clone, Debug)]
pub struct BatchGet {
    all: Vec<Wanted>,
    consumed: ReturnConsumedCapacity,
}

/// From 1 to 100 keys for each table, and an attribute at least where AttributesToGet are given, in the service's current framework: the first violation alone.
fn check_lengths(requests: &BTreeMap<String, KeysAndAttributes>) -> Result<()> {
    if requests.is_empty() {
        return Err(constraint::violation("RequestItems", Constraint::MinLength(1)));
    }
    for (given, wanted) in requests {
        let keys = wanted.keys.as_ref();
        let keys = keys.ok_or_else(|| constraint::null(&format!("requestItems.{given}.member.keys")))?;
        let member = format!("RequestItems.{given}.member.Keys");
        if keys.is_empty() {
            return Err(constraint::violation(&member, Constraint::MinLength(1)));
        }
        if keys.len() > limits::BATCH_GET_KEYS {
            return Err(constraint::violation(&member, Constraint::MaxLength(limits::BATCH_GET_KEYS as u64)));
        }
        let member = format!("RequestItems.{given}.member.AttributesToGet");
        parameters::check_attributes_to_get(wanted.attributes_to_get.as_ref(), &member)?;
    }
    Ok(())
}

/// One way to project over the whole request.
fn check_projections(requests: &BTreeMap<String, KeysAndAttributes>) -> Result<()> {
    let legacy = requests.values().any(|wanted| wanted.attributes_to_get.is_some());
    let expression = requests.values().any(|wanted| wanted.projection_expression.is_some());
    if legacy && expression { Err(words::projected_twice()) } else { Ok(()) }
}

fn projection(wanted: &KeysAndAttributes) -> Result<Option<Projection>> {
    let Some(names) = &wanted.attributes_to_get else {
        let names = wanted.expression_attribute_names.as_ref();
        return parameters::projection(wanted.projection_expression.as_deref(), names);
    };
    parameters::attributes_to_get(names.clone(), Layer::Current(Envelope::Bare)).map(Some)
}

fn read(region: &Region, request: &[u8]) -> Result<BatchGet> {
    let input: BatchGetItemInput = decode(request)?;
    let requests = input.request_items.ok_or_else(|| constraint::null("requestItems"))?;
    check_lengths(&requests)?;
    let mut violations = Violations::default();
    let original = std::cell::LazyCell::new(|| serde_json::from_slice::<Value>(request).unwrap_or_default());
    let echo = || original["RequestItems"].to_string();
    let names = constraints::request_items(&mut violations, requests.keys(), region, echo)?;
    let consumed = constraints::consumed(&mut violations, input.return_consumed_capacity.as_deref());
    violations.into_result()?;
    check_projections(&requests)?;
    let mut all = Vec::new();
    for ((given, wanted), table) in requests.into_iter().zip(names) {
        let mut beside = original["RequestItems"][&given].clone();
        beside["Keys"] = Value::Array(Vec::new());
        let projection = projection(&wanted)?;
        let mode = ReadMode::consistent(wanted.consistent_read.unwrap_or(false));
        let keys = wanted.keys.unwrap_or_default().into_iter();
        let keys = keys.map(|key| read_item(key, Envelope::Bare).map(ItemKey::unplaced));
        let keys = keys.collect::<Result<Vec<_>>>()?;
        all.push(Wanted { given, table, keys, mode, projection, beside });
    }
    if all.iter().map(|wanted| wanted.keys.len()).sum::<usize>() > limits::BATCH_GET_KEYS {
        return Err(words::too_many_keys());
    }
    Ok(BatchGet { all, consumed })
}

impl BatchGet {
    /// Reads and checks a request.
    pub fn read(region: &Region, request: &[u8]) -> Result<BatchGet> {
        read(region, request)
    }

    /// Shows every scalar of the request, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        let keys = self.all.iter_mut().flat_map(|wanted| &mut wanted.keys);
        keys.for_each(|key| key.attributes.scalars_mut(visit));
    }

    /// Reads up to 100 items, each as GetItem would; what does not fit in 16 MB, or is throttled, is UnprocessedKeys.
    pub fn carry_out(
        &mut self,
        region: &mut Region,
        context: &mut Context,
        answered: Answered,
    ) -> Result<Vec<u8>> {
        for Wanted { given, table, keys, projection, .. } in &mut self.all {
            context.meter.named(table, given);
            let schema = &region.active_table(table)?.saved.table;
            keys.iter_mut().try_for_each(|key| key.place(schema))?;
            parameters::check_key_paths(schema, projection.iter().flat_map(Projection::paths))?;
            let mut seen = BTreeSet::new();
            if !keys.iter().all(|key| seen.insert(&key.bytes)) {
                return Err(words::duplicate_keys());
            }
        }
        let mut unprocessed: BTreeMap<&str, Value> = BTreeMap::new();
        let mut responses = Answer::new();
        let mut size_bytes = 0;
        let mut first_refusal = None;
        let mut any = false;
        context.fork();
        for wanted in &self.all {
            let mut found = Vec::new();
            for key in &wanted.keys {
                let room = (limits::BATCH_BYTES as u64).saturating_sub(size_bytes);
                let full =
                    room < limits::ITEM_SIZE_BYTES as u64 && stored_bytes(region, &wanted.table, key)? > room;
                let read =
                    if full { Ok(None) } else { get(region, context, &wanted.table, key, wanted.mode) };
                match read {
                    Ok(item) if !full => {
                        any = true;
                        if let Some(item) = item {
                            size_bytes += codec::size_bytes(&item).map_err(Region::internal)?;
                            found.push(item);
                        }
                        continue;
                    }
                    Ok(_) => {}
                    Err(error) if error.kind.is_handed_back() => drop(first_refusal.get_or_insert(error)),
                    Err(error) => return Err(error),
                }
                let place = unprocessed.entry(&wanted.given).or_insert_with(|| wanted.beside.clone());
                if let Some(list) = place["Keys"].as_array_mut() {
                    list.push(parameters::as_json(&key.attributes)?);
                }
            }
            answered.with(|| {
                responses.list(&wanted.given, found, |item, into| match &wanted.projection {
                    None => write_encoded(&item, into).map_err(Region::internal),
                    Some(projection) => {
                        write_map(&projection.apply(&codec::decode(&item).map_err(Region::internal)?), into);
                        Ok(())
                    }
                })?;
                Ok(Vec::new())
            })?;
        }
        context.join();
        if let Some(error) = first_refusal.filter(|_| !any) {
            return Err(error);
        }
        answered.with(|| {
            let mut answer = Answer::new();
            answer.nested("Responses", responses);
            answer.value("UnprocessedKeys", &unprocessed);
            answer.optional("ConsumedCapacity", context.meter.all(self.consumed, false));
            Ok(answer.finish())
        })
    }
}

/// Reads up to 100 items, each as GetItem would; what does not fit in 16 MB, or is throttled, is UnprocessedKeys.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    BatchGet::read(region, request)?.carry_out(region, context, Answered::Yes)
}
