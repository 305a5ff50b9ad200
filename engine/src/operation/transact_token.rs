//! ClientRequestToken: what makes a transaction that is sent again happen once.
//!
//! Used by the actions that write in a transaction, and by the inspector's stepped run. What is remembered are bytes in the
//! store, so that it is known after a reopen.

use std::collections::BTreeMap;
use std::ops::Bound;

use serde::{Deserialize, Serialize};

use crate::access::{Context, Region};
use crate::api::decode::decode;
use crate::api::item::TransactWriteItemsInput;
use crate::error::constraint::Constraint;
use crate::error::{ApiError, Result, constraint, request as words};
use crate::limits;
use crate::store::Space;
use crate::timeline::Access;
use crate::transaction;

use super::transact_request::Transaction;

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
    // Looked for each time that there are twice as many, so that one token costs the same however many there are.
    let look = region.store.len(Space::Tokens).is_power_of_two();
    let old: Vec<Vec<u8>> = region
        .store
        .range(Space::Tokens, everything)
        .take_while(|_| look)
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

/// Refuses a token whose transaction is being stepped through.
pub fn refuse_running(region: &Region, transaction: &Transaction) -> Result<()> {
    if transaction.token.is_none() || !region.has_open_transactions() {
        return Ok(());
    }
    for entry in transaction::list(region)? {
        let input: TransactWriteItemsInput = decode(entry.request.as_bytes())?;
        if input.client_request_token == transaction.token {
            return Err(words::transaction_in_progress());
        }
    }
    Ok(())
}

/// From 1 to 36 characters.
pub fn check(token: Option<&str>) -> Result<()> {
    match token.map(|token| token.chars().count() as u64) {
        Some(0) => Err(constraint::violation("ClientRequestToken", Constraint::MinLength(1))),
        Some(length) if length > limits::REQUEST_TOKEN_LENGTH => Err(constraint::violation(
            "ClientRequestToken",
            Constraint::MaxLength(limits::REQUEST_TOKEN_LENGTH),
        )),
        _ => Ok(()),
    }
}

/// The digest of the parameters: objects sort their keys, so that spelling does not matter.
pub fn digest(request: &[u8]) -> Result<String> {
    let mut value: serde_json::Value =
        serde_json::from_slice(request).map_err(|_| ApiError::validation("the request is no JSON"))?;
    if let Some(members) = value.as_object_mut() {
        members.remove("ClientRequestToken");
    }
    Ok(format!("{:016x}", xxhash_rust::xxh3::xxh3_64(value.to_string().as_bytes())))
}
