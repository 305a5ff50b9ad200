//! [TransactWriteItems](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html).

use std::collections::BTreeMap;

use serde_json::Value;

use crate::access::{Context, Region};
use crate::api::decode::decode;
use crate::api::item::TransactWriteItemsInput;
use crate::error::Result;
use crate::transaction::{refuse_running, remember, run, was_done};

use super::answer::Answer;
use super::parameters as read;
use super::transact_request::{Transaction, parse};

/// The response to a transaction that is done.
pub fn answer(region: &Region, context: &Context, transaction: &Transaction) -> Result<Vec<u8>> {
    let mut collections: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for action in &transaction.actions {
        let Ok(key) = &action.key else { continue };
        if let Some(metrics) = read::item_collection_metrics(region, &action.table, key, transaction.metrics)
        {
            collections.entry(&action.table).or_default().push(metrics);
        }
    }
    let mut answer = Answer::new();
    answer.optional("ConsumedCapacity", context.meter.all(transaction.consumed, true));
    answer.optional("ItemCollectionMetrics", (!collections.is_empty()).then_some(collections));
    Ok(answer.finish())
}

/// Writes up to 100 items, all or none.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: TransactWriteItemsInput = decode(request)?;
    let transaction = parse(region, input, request)?;
    for (table, given) in &transaction.named {
        context.meter.named(table, given);
    }
    if was_done(region, context, transaction.token.as_ref())? {
        return answer(region, context, &transaction);
    }
    refuse_running(region, transaction.token.as_ref())?;
    run(region, context, &transaction.actions)?;
    remember(region, context, transaction.token.as_ref());
    answer(region, context, &transaction)
}
