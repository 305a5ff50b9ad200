//! `Dynascope.StepEventSourceMapping`: takes a mapping's next steps by hand. `Dynascope.ListInvocations` and
//! `Dynascope.ListDiscardedBatches`: what came of its batches.
//!
//! The request of a step is checked here; the steps are the world's to take, since a function's requests go through its door, and
//! so is the answer: `{"Taken": [steps], …}` with the mapping as it stands then.

use serde_json::{Value, json};

use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::event_source::OfMappingInput;
use crate::consumer::progress::{self, KEPT_INVOCATIONS, KEPT_MESSAGES};
use crate::consumer::steps::{StepKind, Stepping};
use crate::error::Result;
use crate::error::constraint::{Violations, null};

use super::answer;

/// So many steps are taken by one request at most.
const MOST_STEPS: i64 = 10_000;

/// What is asked for: the mapping, and how it is stepped.
pub fn read(region: &Region, request: &[u8]) -> Result<(String, Stepping)> {
    let input: OfMappingInput = decode_rare(request)?;
    let uuid = input.uuid.ok_or_else(|| null("uuid"))?;
    let mut violations = Violations::default();
    let until = input.until.as_deref();
    let count =
        i64::try_from(input.count.unwrap_or(if until.is_some() { 1_000 } else { 1 })).unwrap_or(i64::MAX);
    violations.at_least(count, "count", 1);
    violations.at_most(count, "count", MOST_STEPS);
    if let Some(until) = until {
        violations.one_of(until, "until", &[StepKind::Return.name()]);
    }
    violations.into_result()?;
    progress::load(region, &uuid)?;
    let until = until.map(|_| StepKind::Return);
    Ok((uuid, Stepping { count: count as u64, until, shard: input.shard_id }))
}

/// Checks the request; the world takes the steps and answers.
pub fn step(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    read(region, request)?;
    Ok(answer::of(&json!({})))
}

fn limit(given: Option<u64>, most: u64) -> Result<usize> {
    let limit = i64::try_from(given.unwrap_or(most)).unwrap_or(i64::MAX);
    let mut violations = Violations::default();
    violations.at_least(limit, "limit", 1);
    violations.at_most(limit, "limit", most as i64);
    violations.into_result()?;
    Ok(limit as usize)
}

/// The last invocations, the newest first.
pub fn invocations(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: OfMappingInput = decode_rare(request)?;
    let limit = limit(input.limit, KEPT_INVOCATIONS)?;
    let source = progress::load(region, &input.uuid.ok_or_else(|| null("uuid"))?)?;
    Ok(answer::of(&json!({ "Invocations": source.invocations(region, limit)? })))
}

/// The messages of the on-failure destination, the newest first.
pub fn discarded(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: OfMappingInput = decode_rare(request)?;
    let limit = limit(input.limit, KEPT_MESSAGES)?;
    let source = progress::load(region, &input.uuid.ok_or_else(|| null("uuid"))?)?;
    let messages: Vec<Value> = source.messages(region, limit)?;
    Ok(answer::of(&json!({ "DiscardedBatches": messages })))
}
