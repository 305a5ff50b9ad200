//! [BatchGetItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::access::{Context, ItemKey, Region, get, item_key};
use crate::api::decode::decode;
use crate::api::item::{BatchGetItemInput, KeysAndAttributes};
use crate::capacity::ReadMode;
use crate::error::constraint::{Constraint, Violations};
use crate::error::expression::Envelope;
use crate::error::legacy::Layer;
use crate::error::{ErrorKind, Result, constraint, request as words};
use crate::expression::Projection;
use crate::limits;
use crate::model::json::{write_encoded, write_map};
use crate::model::{Item, codec};

use super::answer::Answer;
use super::{constraints, parameters as read};

struct Wanted {
    /// As the request names it: a name or an ARN.
    given: String,
    table: String,
    keys: Vec<ItemKey>,
    mode: ReadMode,
    projection: Option<Projection>,
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
        read::check_attributes_to_get(wanted.attributes_to_get.as_ref(), &member)?;
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
        return read::projection(wanted.projection_expression.as_deref(), names);
    };
    read::attributes_to_get(names.clone(), Layer::Current(Envelope::Bare)).map(Some)
}

/// Reads up to 100 items, each as GetItem would; what does not fit in 16 MB, or is throttled, is UnprocessedKeys.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: BatchGetItemInput = decode(request)?;
    let requests = input.request_items.ok_or_else(|| constraint::null("requestItems"))?;
    check_lengths(&requests)?;
    let mut violations = Violations::default();
    let echo = || {
        let request: Value = serde_json::from_slice(request).unwrap_or_default();
        request["RequestItems"].to_string()
    };
    let names = constraints::request_items(&mut violations, requests.keys(), region, echo)?;
    let consumed = constraints::consumed(&mut violations, input.return_consumed_capacity.as_deref());
    violations.into_result()?;
    check_projections(&requests)?;
    let mut parsed = Vec::new();
    let mut count = 0;
    for ((given, wanted), table) in requests.into_iter().zip(names) {
        context.meter.named(&table, &given);
        let projection = projection(&wanted)?;
        let mode = ReadMode::consistent(wanted.consistent_read.unwrap_or(false));
        let keys = wanted.keys.unwrap_or_default().into_iter();
        let keys: Vec<Item> = keys.map(|key| read::item_in(key, Envelope::Bare)).collect::<Result<_>>()?;
        count += keys.len();
        parsed.push((given, table, keys, mode, projection));
    }
    if count > limits::BATCH_GET_KEYS {
        return Err(words::too_many_keys());
    }
    let mut all = Vec::new();
    for (given, table, keys, mode, projection) in parsed {
        let schema = &region.active_table(&table)?.saved.table;
        let keys: Vec<ItemKey> = keys.into_iter().map(|key| item_key(schema, key)).collect::<Result<_>>()?;
        read::check_key_paths(schema, projection.iter().flat_map(Projection::paths))?;
        let mut seen = BTreeSet::new();
        if !keys.iter().all(|key| seen.insert(&key.bytes)) {
            return Err(words::duplicate_keys());
        }
        all.push(Wanted { given, table, keys, mode, projection });
    }

    // Parsed once more, for what is handed back unprocessed.
    let original: Value = serde_json::from_slice(request).map_err(Region::internal)?;
    let mut unprocessed: BTreeMap<String, Value> = BTreeMap::new();
    let mut responses = Answer::new();
    let mut size_bytes = 0;
    let mut first_refusal = None;
    let mut answered = false;
    context.fork();
    for wanted in &all {
        let mut found = Vec::new();
        for (at, key) in wanted.keys.iter().enumerate() {
            let full = size_bytes > limits::BATCH_BYTES as u64;
            let read = if full { Ok(None) } else { get(region, context, &wanted.table, key, wanted.mode) };
            match read {
                Ok(item) if !full => {
                    answered = true;
                    if let Some(item) = item {
                        size_bytes += codec::size_bytes(&item).map_err(Region::internal)?;
                        found.push(item);
                    }
                    continue;
                }
                Ok(_) => {}
                Err(error)
                    if matches!(
                        error.kind,
                        ErrorKind::ProvisionedThroughputExceeded
                            | ErrorKind::RequestLimitExceeded
                            | ErrorKind::InternalServerError
                            | ErrorKind::Throttling
                    ) =>
                {
                    first_refusal.get_or_insert(error);
                }
                Err(error) => return Err(error),
            }
            let mut rest = original["RequestItems"][&wanted.given].clone();
            let keys = std::mem::take(&mut rest["Keys"]);
            let place = unprocessed.entry(wanted.given.clone()).or_insert_with(|| {
                rest["Keys"] = Value::Array(Vec::new());
                rest
            });
            if let Some(list) = place["Keys"].as_array_mut() {
                list.push(keys[at].clone());
            }
        }
        responses.list(&wanted.given, found, |item, into| match &wanted.projection {
            None => write_encoded(&item, into).map_err(Region::internal),
            Some(projection) => {
                write_map(&projection.apply(&codec::decode(&item).map_err(Region::internal)?), into);
                Ok(())
            }
        })?;
    }
    context.join();
    if let Some(error) = first_refusal.filter(|_| !answered) {
        return Err(error);
    }
    let mut answer = Answer::new();
    answer.nested("Responses", responses);
    answer.value("UnprocessedKeys", &unprocessed);
    answer.optional("ConsumedCapacity", context.meter.all(consumed, false));
    Ok(answer.finish())
}
