//! ClientRequestToken: what makes a transaction that is sent again happen once.
//!
//! Owns what is remembered of a token, as bytes in the store, so that it is known after a reopen. Used by ordinary calls and by
//! stepped runs. Never reads a request: the digest of its parameters comes with the token.

use std::collections::BTreeMap;
use std::ops::Bound;

use serde::{Deserialize, Serialize};

use crate::access::{Context, Region};
use crate::error::{Result, request as words};
use crate::limits;
use crate::store::Space;
use crate::timeline::Access;

use super::run::Run;

/// A ClientRequestToken with what tells the request's parameters apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The token.
    pub text: String,
    /// XXH3-64 of the parameters, without the token.
    pub digest: String,
}

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
pub fn was_done(region: &Region, context: &mut Context, token: Option<&Token>) -> Result<bool> {
    let Some(token) = token else { return Ok(false) };
    let Some(bytes) = region.store.get(Space::Tokens, token.text.as_bytes()) else { return Ok(false) };
    let used: Used = serde_json::from_slice(bytes).map_err(Region::internal)?;
    if used.at_ms + limits::IDEMPOTENCY_MS <= context.now_ms {
        return Ok(false);
    }
    if used.digest != token.digest {
        return Err(words::idempotent_mismatch());
    }
    for (table, half_units) in &used.replays {
        context.meter.table(table, Access::Read, *half_units);
    }
    Ok(true)
}

/// Remembers a token whose transaction is done, and forgets those older than ten minutes.
pub fn remember(region: &mut Region, context: &Context, token: Option<&Token>) {
    let Some(token) = token else { return };
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
    let used = Used { digest: token.digest.clone(), at_ms: now_ms, replays: context.meter.replays() };
    let bytes = serde_json::to_vec(&used).expect("a token is always JSON");
    region.store.write(Space::Tokens, token.text.as_bytes(), Some(bytes), now_ms);
}

/// Refuses a token whose transaction is being stepped through.
pub fn refuse_running(region: &Region, token: Option<&Token>) -> Result<()> {
    let Some(token) = token.filter(|_| region.has_open_transactions()) else { return Ok(()) };
    match Run::load(region)? {
        Some(run) => refuse_running_in(&run, Some(token)),
        None => Ok(()),
    }
}

/// Refuses a token whose transaction is under way in the run.
pub(super) fn refuse_running_in(run: &Run, token: Option<&Token>) -> Result<()> {
    let Some(token) = token else { return Ok(()) };
    if run.running().any(|client| client.token.as_deref() == Some(&token.text)) {
        return Err(words::transaction_in_progress());
    }
    Ok(())
}
