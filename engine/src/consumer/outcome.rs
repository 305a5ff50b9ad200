//! What comes of an invocation: records that are handled, tried again, cut in two or given up.
//!
//! Owns these decisions and the messages of the on-failure destination. See [`super::work`] for the pages that it follows.

use serde_json::{Value, json};

use crate::error::{Result, consumer as words};
use crate::limits;
use crate::stream::sequence_number;
use crate::table::lifecycle::iso_date;
use crate::timeline::SourceEvent;

use super::function::{Returned, state_json};
use super::progress::{Logged, Part};
use super::work::{At, records_of};

/// The first retry waits so long, in milliseconds; each further one twice as long, up to the most.
const FIRST_RETRY_MS: u64 = 1_000;
const LAST_RETRY_MS: u64 = 60_000;
/// A window's state may be so large, in bytes: 1 MB a shard.
const STATE_BYTES: usize = 1024 * 1024;

/// Takes the records of the part that is next which are too old, or gone, out of it.
pub(super) fn too_old(at: &mut At) -> Vec<u64> {
    let now_ms = at.now_ms();
    let reach_ms = at.source.mapping.record_age_s.map_or(u64::MAX, |seconds| seconds * 1_000);
    let reach_ms = reach_ms.min(limits::STREAM_RETENTION_MS);
    let positions = at.lane().parts.last().map(|part| part.positions.clone()).unwrap_or_default();
    let kept = records_of(at.region, at.source, at.shard, &positions);
    let young = kept.into_iter().filter(|record| now_ms.saturating_sub(record.at_ms) <= reach_ms);
    let first = young.map(|record| record.position).next();
    // Records come in the order in which they were written.
    let count = positions.partition_point(|position| first.is_none_or(|first| *position < first));
    if let Some(part) = at.lane().parts.last_mut() {
        part.positions.drain(..count);
    }
    positions[..count].to_vec()
}

/// Gives records up, and tells the on-failure destination.
pub(super) fn discard(at: &mut At, positions: &[u64], condition: &str, attempts: u64) {
    let now_ms = at.now_ms();
    at.source.sums.records_discarded += positions.len() as u64;
    let destination = at.source.mapping.destination.clone();
    if destination.is_some() {
        let message = message(at, positions, condition, attempts);
        at.source.send(at.region, &message, now_ms);
    }
    let records = positions.len() as u64;
    at.tell(SourceEvent::Discarded { records, condition: condition.to_owned(), destination });
}

/// What the destination gets: where the records stand in the stream, not the records.
fn message(at: &mut At, positions: &[u64], condition: &str, attempts: u64) -> Value {
    let kept = records_of(at.region, at.source, at.shard, positions);
    let settings = &at.region.settings;
    let mapping = &at.source.mapping;
    let text = |position: Option<&u64>| position.map(|position| sequence_number(*position));
    let arrival = |at_ms: Option<u64>| at_ms.map(iso_date);
    json!({
        "requestContext": {
            "requestId": format!("{}-{}", mapping.uuid, at.source.sums.invocations),
            "functionArn": function_arn(&settings.region, &settings.account_id, &mapping.function_name),
            "condition": condition, "approximateInvokeCount": attempts,
        },
        "responseContext": { "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled" },
        "version": "1.0",
        "timestamp": iso_date(at.context.now_ms),
        "DDBStreamBatchInfo": {
            "shardId": at.shard,
            "startSequenceNumber": text(positions.first()), "endSequenceNumber": text(positions.last()),
            "approximateArrivalOfFirstRecord": arrival(kept.first().map(|record| record.at_ms)),
            "approximateArrivalOfLastRecord": arrival(kept.last().map(|record| record.at_ms)),
            "batchSize": positions.len(), "streamArn": mapping.stream_arn,
        },
    })
}

/// A function's ARN.
pub fn function_arn(region: &str, account_id: &str, name: &str) -> String {
    format!("arn:aws:lambda:{region}:{account_id}:function:{name}")
}

/// The part that is next is settled, up to that position.
pub(super) fn finish_part(at: &mut At, last: Option<u64>) {
    let now_ms = at.now_ms();
    let read = at.source.shards.get(at.shard).map_or(0, |progress| progress.read);
    let lane = at.lane();
    lane.parts.pop();
    lane.position = lane.position.max(last.unwrap_or(0));
    if lane.parts.is_empty() {
        // The next batch is gathered from now on.
        lane.since_ms = (lane.pending > 0).then_some(now_ms);
        if lane.pending == 0 {
            lane.position = read;
        }
    }
}

/// How long the retry waits that follows so many failed attempts.
fn retry_ms(attempts: u64) -> u64 {
    let doublings = attempts.saturating_sub(1).min(10) as u32;
    (FIRST_RETRY_MS << doublings).min(LAST_RETRY_MS)
}

/// Whether the answer of that invocation is lost: the same one each time.
fn is_lost(at: &At, invocation: u64) -> bool {
    let percent = at.source.mapping.compiled().map_or(0, |function| function.loses_percent);
    let drawn = xxhash_rust::xxh3::xxh3_64_with_seed(at.source.mapping.uuid.as_bytes(), invocation);
    drawn % 100 < u64::from(percent)
}

/// Takes the answer of the function.
pub(super) fn returned(at: &mut At, returned: Returned) -> Result<()> {
    let now_ms = at.now_ms();
    let Some(flight) = at.lane().flight.take() else { return Ok(()) };
    let mut entry = at.source.logged(at.region, flight.invocation).unwrap_or_default();
    (entry.ended_milliseconds, entry.requests) = (Some(now_ms), returned.requests);
    let lost = returned.failed.is_none() && is_lost(at, flight.invocation);
    let failed = match lost {
        true => Some((0, words::ANSWER_LOST.to_owned())),
        false => returned.failed.clone(),
    };
    match failed {
        None => succeeded(at, &mut entry, returned),
        Some(failed) => {
            at.source.sums.answers_lost += u64::from(lost);
            entry.result = Some(if lost { "LOST" } else { "ERROR" }.into());
            self::failed(at, &mut entry, failed, lost, returned);
        }
    }
    at.source.log(at.region, &entry, now_ms);
    Ok(())
}

fn succeeded(at: &mut At, entry: &mut Logged, returned: Returned) {
    let positions = at.lane().parts.last().map(|part| part.positions.clone()).unwrap_or_default();
    at.source.sums.records_handled += positions.len() as u64;
    at.source.sums.last_processing_result = "OK".into();
    (entry.result, entry.then) = (Some("OK".into()), Some("DONE".into()));
    at.tell(SourceEvent::Succeeded { invocation: entry.invocation, requests: returned.requests });
    keep_state(at, returned);
    if positions.is_empty() {
        end_window(at);
    }
    finish_part(at, positions.last().copied());
}

fn keep_state(at: &mut At, returned: Returned) {
    let Some(state) = returned.state.map(|state| state_json(&state)) else { return };
    if let Some(window) = &mut at.lane().window {
        window.early = state.to_string().len() > STATE_BYTES;
        window.state = state;
    }
}

fn end_window(at: &mut At) {
    if let Some(window) = at.lane().window.take() {
        at.tell(SourceEvent::WindowEnded { start_ms: window.start_ms, early: window.early });
    }
}

fn failed(at: &mut At, entry: &mut Logged, (place, error): (usize, String), lost: bool, returned: Returned) {
    let now_ms = at.now_ms();
    let mapping = at.source.mapping.clone();
    let mut part = at.lane().parts.pop().unwrap_or_default();
    // Records that are gone meanwhile were the first.
    let gone = part.positions.len() - records_of(at.region, at.source, at.shard, &part.positions).len();
    let place = (place + gone).min(part.positions.len());
    let reported = part.positions.get(place).copied().filter(|_| !lost);
    let reports = mapping.reports_item_failures && reported.is_some();
    let handled = if reports { place } else { 0 };
    entry.error = Some(error.clone());
    entry.failed_sequence_number = reported.map(sequence_number);
    at.tell(SourceEvent::Failed {
        invocation: entry.invocation,
        error,
        reported: reported.filter(|_| reports).map(sequence_number),
    });
    at.source.sums.errors += 1;
    at.source.sums.last_processing_result = "PROBLEM: Function call failed".into();
    if handled > 0 {
        // A partial batch response: what comes before the record is done.
        entry.result = Some("PARTIAL".into());
        at.source.sums.records_handled += handled as u64;
        let lane = at.lane();
        lane.position = lane.position.max(part.positions[handled - 1]);
        part.positions.drain(..handled);
        keep_state(at, returned);
        part.attempts = if mapping.bisect { part.attempts } else { 0 };
    }
    let batch = entry.batch;
    let cut = mapping.bisect && part.positions.len() > 1;
    if cut && handled > 0 {
        // It was cut at the record already.
        entry.then = Some("BISECT".into());
        part.due_ms = now_ms;
        let (first, second) = (handled as u64, part.positions.len() as u64);
        at.tell(SourceEvent::Bisected { batch, part: part.path.clone(), first, second });
        part.path.push('1');
        at.lane().parts.push(part);
        return;
    }
    if cut {
        entry.then = Some("BISECT".into());
        let second = part.positions.split_off(part.positions.len().div_ceil(2));
        let (one, two) = (part.positions.len() as u64, second.len() as u64);
        at.tell(SourceEvent::Bisected { batch, part: part.path.clone(), first: one, second: two });
        let half = |name: char, positions: Vec<u64>| Part {
            path: format!("{}{name}", part.path),
            positions,
            attempts: part.attempts,
            due_ms: now_ms,
        };
        let halves = [half('1', second), half('0', std::mem::take(&mut part.positions))];
        at.lane().parts.extend(halves);
        return;
    }
    part.attempts += 1;
    if mapping.retries.is_some_and(|retries| part.attempts > retries) {
        entry.then = Some("DISCARD".into());
        let (positions, attempts) = (part.positions.clone(), part.attempts);
        at.lane().parts.push(part);
        discard(at, &positions, "RetryAttemptsExhausted", attempts);
        if positions.is_empty() {
            end_window(at);
        }
        finish_part(at, positions.last().copied());
        return;
    }
    entry.then = Some("RETRY".into());
    part.due_ms = now_ms + retry_ms(part.attempts);
    let (path, attempts, at_ms) = (part.path.clone(), part.attempts, part.due_ms);
    at.lane().parts.push(part);
    at.tell(SourceEvent::Retries { batch, part: path, attempts, at_ms });
}
