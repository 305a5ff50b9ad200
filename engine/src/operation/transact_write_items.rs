//! [TransactWriteItems](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html).

use std::collections::BTreeMap;
use std::ops::Bound;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::{Context, Region};
use crate::api::decode::decode;
use crate::api::item::TransactWriteItemsInput;
use crate::error::{Result, request as words};
use crate::limits;
use crate::store::Space;
use crate::timeline::Access;
use crate::transaction::run;

use super::answer::Answer;
use super::parameters as read;
use super::transact_request::{Transaction, parse};

/// What is remembered of a ClientRequestToken.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Used {
    digest: String,
    at_ms: u64,
    /// What answering it again costs, in halves of a read unit by table: its items as they were when it was done.
    #[serde(default)]
    replays: BTreeMap<String, u64>,
}

/// What a token says: whether this very transaction was done in the last ten minutes. It is charged again then, as a
/// transactional read of its items.
pub fn was_done(region: &Region, context: &mut Context, transaction: &Transaction) -> Result<bool> {
    let Some(token) = &transaction.token else { return Ok(false) };
    let Some(bytes) = region.store.get(Space::Tokens, token.as_bytes()) else { return Ok(false) };
    let used: Used = serde_json::from_slice(bytes).map_err(Region::internal)?;
    if used.at_ms + limits::IDEMPOTENCY_MS <= context.now_ms {
        return Ok(false);
    }
    if used.digest != transaction.digest {
        return Err(words::idempotent_mismatch());
    }
    for (table, half_units) in &used.replays {
        context.meter.table(table, Access::Read, *half_units);
    }
    Ok(true)
}

/// Remembers a token whose transaction is done, and forgets those older than ten minutes.
pub fn remember(region: &mut Region, context: &Context, transaction: &Transaction) {
    let Some(token) = &transaction.token else { return };
    let now_ms = context.now_ms;
    let everything = (Bound::Unbounded, Bound::Unbounded);
    let expired = |bytes: &[u8]| {
        serde_json::from_slice::<Used>(bytes).is_ok_and(|used| used.at_ms + limits::IDEMPOTENCY_MS <= now_ms)
    };
    let old: Vec<Vec<u8>> = region
        .store
        .range(Space::Tokens, everything)
        .filter(|(_, bytes)| expired(bytes))
        .map(|(key, _)| key.to_vec())
        .collect();
    for key in old {
        region.store.write(Space::Tokens, &key, None, now_ms);
    }
    let used = Used { digest: transaction.digest.clone(), at_ms: now_ms, replays: context.meter.replays() };
    let bytes = serde_json::to_vec(&used).expect("a token is always JSON");
    region.store.write(Space::Tokens, token.as_bytes(), Some(bytes), now_ms);
}

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
    if was_done(region, context, &transaction)? {
        return answer(region, context, &transaction);
    }
    super::step_transaction::refuse_running(region, &transaction)?;
    run(region, context, &transaction.actions)?;
    remember(region, context, &transaction);
    answer(region, context, &transaction)
}
