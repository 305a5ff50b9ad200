//! [BatchGetItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::access::{Context, ItemKey, Region, get, item_key};
use crate::api::decode::decode;
use crate::api::item::BatchGetItemInput;
use crate::capacity::ReadMode;
use crate::error::constraint::Constraint;
use crate::error::expression::Envelope;
use crate::error::{ErrorKind, Result, constraint, request as words};
use crate::expression::Projection;
use crate::limits;
use crate::model::json::{write_encoded, write_map};
use crate::model::{Item, codec};

use super::answer::Answer;
use super::parameters as read;

struct Wanted {
    /// As the request names it: a name or an ARN.
    given: String,
    table: String,
    keys: Vec<ItemKey>,
    mode: ReadMode,
    projection: Option<Projection>,
}

/// Reads up to 100 items, each as GetItem would; what does not fit in 16 MB, or is throttled, is UnprocessedKeys.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: BatchGetItemInput = decode(request)?;
    let consumed = read::return_consumed_capacity(input.return_consumed_capacity.as_deref())?;
    let requests = input.request_items.ok_or_else(|| constraint::null("requestItems"))?;
    if requests.is_empty() {
        return Err(constraint::violation("RequestItems", Constraint::MinLength(1)));
    }
    let mut parsed = Vec::new();
    let mut count = 0;
    for (given, wanted) in requests {
        let table = read::table_name(region, context, Some(&given))?;
        let keys =
            wanted.keys.ok_or_else(|| constraint::null(&format!("requestItems.{given}.member.keys")))?;
        count += keys.len();
        if keys.is_empty() {
            return Err(constraint::violation(
                &format!("RequestItems.{given}.member.Keys"),
                Constraint::MinLength(1),
            ));
        }
        if keys.len() > limits::BATCH_GET_KEYS {
            return Err(constraint::violation(
                &format!("RequestItems.{given}.member.Keys"),
                Constraint::MaxLength(limits::BATCH_GET_KEYS as u64),
            ));
        }
        let projection = read::projection(
            wanted.projection_expression.as_deref(),
            wanted.expression_attribute_names.as_ref(),
        )?;
        let keys: Vec<Item> =
            keys.into_iter().map(|key| read::item_in(key, Envelope::Bare)).collect::<Result<_>>()?;
        let mode = ReadMode::consistent(wanted.consistent_read.unwrap_or(false));
        parsed.push((given, table, keys, mode, projection));
    }
    if count > limits::BATCH_GET_KEYS {
        return Err(words::too_many_keys());
    }
    let mut all = Vec::new();
    for (given, table, keys, mode, projection) in parsed {
        let schema = &region.active_table(&table)?.saved.table;
        let keys: Vec<ItemKey> = keys.into_iter().map(|key| item_key(schema, key)).collect::<Result<_>>()?;
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
                    if error.kind == ErrorKind::ProvisionedThroughputExceeded
                        || error.kind == ErrorKind::Throttling =>
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
    if let Some(error) = first_refusal.filter(|_| !answered) {
        return Err(error);
    }
    let mut answer = Answer::new();
    answer.nested("Responses", responses);
    answer.value("UnprocessedKeys", &unprocessed);
    answer.optional("ConsumedCapacity", context.meter.all(consumed, false));
    Ok(answer.finish())
}
