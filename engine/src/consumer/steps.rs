//! What a mapping does next, and when.
//!
//! Owns the order: a parent is read to its end before its children; a shard is polled four times a second; a batch goes to the
//! function when it is full, when its window is over or when its shard ends; a lane has one batch at a time. Changes nothing.
//!
//! Follows [Polling and batching streams](https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html). Modelled: polls come at
//! fixed quarters of a second, and are not made where there is nothing to read; a lane with a whole batch waiting (or 1,000
//! records) holds back the polls of its shard.

use std::ops::Bound;

use crate::access::Region;
use crate::access::streams::{self, Stream};
use crate::error::Result;
use crate::store::Space;
use crate::stream::{Record, Shard, record_key, record_position};

use super::mapping::Mapping;
use super::progress::{Lane, ShardProgress, Source};

/// The payload of a batch, in bytes: Lambda's 6 MB.
pub const PAYLOAD_BYTES: u64 = 6 * 1024 * 1024;
/// A shard is read ahead so far.
const READ_AHEAD: u64 = 1_000;

/// What can be done. The order counts where two are due at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepKind {
    /// The function returns.
    Return,
    /// A batch, or a part of one, goes to the function.
    Invoke,
    /// A shard is read.
    Poll,
}

impl StepKind {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            StepKind::Return => "RETURN",
            StepKind::Invoke => "INVOKE",
            StepKind::Poll => "POLL",
        }
    }
}

/// A step that can be taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// When it is due, in milliseconds of the epoch.
    pub due_ms: u64,
    /// What it is.
    pub kind: StepKind,
    /// Where.
    pub shard: String,
    /// In which lane.
    pub lane: usize,
}

/// How a mapping is stepped by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stepping {
    /// So many steps at most.
    pub count: u64,
    /// The last is of this kind.
    pub until: Option<StepKind>,
    /// Only steps in this shard.
    pub shard: Option<String>,
}

/// Every step that can be taken, in their order. None is due before its time, but each may be taken before.
pub fn steps(region: &Region, source: &Source) -> Vec<Step> {
    let mapping = &source.mapping;
    let stream = streams::find(region, &mapping.stream_arn).ok();
    let mut steps = Vec::new();
    for shard in stream.iter().flat_map(|stream| stream.shards()) {
        let Some(stream) = stream.as_ref().filter(|stream| may_begin(region, source, stream, shard)) else {
            continue;
        };
        of_shard(region, source, stream, shard, &mut steps);
    }
    // What is under way in a shard that is gone comes to its end.
    let gone = |shard: &str| stream.as_ref().is_none_or(|stream| stream.shard(shard).is_none());
    for progress in source.shards.values().filter(|progress| gone(&progress.shard)) {
        for (at, lane) in progress.lanes.iter().enumerate().filter(|(_, lane)| !lane.is_idle()) {
            steps.push(of_lane(mapping, &progress.shard, at, lane, None, Some(0)));
        }
    }
    steps.sort_unstable();
    steps
}

fn of_shard(region: &Region, source: &Source, stream: &Stream, shard: &Shard, steps: &mut Vec<Step>) {
    let mapping = &source.mapping;
    let progress = source.shards.get(&shard.id);
    let read = progress.map_or_else(|| begin_at(mapping, shard), |progress| progress.read);
    let next_ms = first_after(region, stream, shard, read).map(|(_, at_ms)| at_ms);
    let polled_ms = progress.and_then(|progress| progress.polled_ms);
    if let Some(at_ms) = next_ms.filter(|_| progress.is_none_or(|progress| has_room(mapping, progress))) {
        let after_ms = polled_ms.map_or(0, |polled_ms| polled_ms + 1);
        // What is written at the moment of a poll is found by the next.
        let due_ms = mapping.poll_at((at_ms + 1).max(after_ms));
        steps.push(Step { due_ms, kind: StepKind::Poll, shard: shard.id.clone(), lane: 0 });
    }
    // A poll finds that the shard has ended.
    let ends_ms =
        shard.closed.filter(|_| next_ms.is_none()).map(|(closed_ms, _)| mapping.poll_at(closed_ms + 1));
    for (at, lane) in progress.iter().flat_map(|progress| progress.lanes.iter().enumerate()) {
        if !lane.is_idle() || lane.window.is_some() {
            let step = of_lane(mapping, &shard.id, at, lane, next_ms, ends_ms);
            // A window waits for its records.
            if step.due_ms < u64::MAX {
                steps.push(step);
            }
        }
    }
}

fn of_lane(
    mapping: &Mapping,
    shard: &str,
    at: usize,
    lane: &Lane,
    next_ms: Option<u64>,
    ends_ms: Option<u64>,
) -> Step {
    let (kind, due_ms) = match (&lane.flight, lane.parts.last()) {
        (Some(flight), _) => (StepKind::Return, flight.until_ms),
        (None, Some(part)) => (StepKind::Invoke, part.due_ms),
        (None, None) => (StepKind::Invoke, batch_due_ms(mapping, lane, next_ms, ends_ms)),
    };
    Step { due_ms, kind, shard: shard.to_owned(), lane: at }
}

/// When the records that are gathered, or a window's end, go to the function.
fn batch_due_ms(mapping: &Mapping, lane: &Lane, next_ms: Option<u64>, ends_ms: Option<u64>) -> u64 {
    let since_ms = lane.since_ms.unwrap_or(0);
    let window_ms = lane.window.as_ref().map(|window| match window.early {
        true => 0,
        // Records of the window that are not read yet come first.
        false if next_ms.is_some_and(|next_ms| next_ms < window.end_ms) => u64::MAX,
        false => mapping.poll_at(window.end_ms),
    });
    let full = lane.pending >= mapping.batch_size || lane.pending_bytes >= PAYLOAD_BYTES;
    let batch_ms = match lane.pending {
        0 => u64::MAX,
        _ if full => since_ms,
        _ => {
            let over_ms = since_ms + mapping.batching_window_s * 1_000;
            ends_ms.map_or(over_ms, |ends_ms| over_ms.min(ends_ms.max(since_ms)))
        }
    };
    batch_ms.min(window_ms.unwrap_or(u64::MAX))
}

/// Whether a shard may be read further: a change of the parallelization factor waits until all that was read is settled.
fn has_room(mapping: &Mapping, progress: &ShardProgress) -> bool {
    if progress.lanes.len() != mapping.lanes {
        return progress.lanes.iter().all(Lane::is_idle);
    }
    let most = mapping.batch_size.max(READ_AHEAD);
    progress.lanes.iter().all(|lane| lane.pending < most && lane.pending_bytes < PAYLOAD_BYTES)
}

/// Where reading of a shard begins.
pub fn begin_at(mapping: &Mapping, shard: &Shard) -> u64 {
    mapping.start.max(shard.opened_at).max(shard.trimmed_to)
}

/// The position and the time of the shard's first record behind that position.
pub fn first_after(region: &Region, stream: &Stream, shard: &Shard, position: u64) -> Option<(u64, u64)> {
    let space = Space::Stream { table: stream.saved.table.id };
    let (start, end) = (record_key(&shard.id, position.checked_add(1)?), record_key(&shard.id, u64::MAX));
    let (key, bytes) = region.store.range(space, (Bound::Included(&start), Bound::Included(&end))).next()?;
    Some((record_position(key)?, Record::written_ms(bytes).ok()?))
}

/// Whether a shard's parent is read to its end, so that the order of each item is kept over splits.
fn may_begin(region: &Region, source: &Source, stream: &Stream, shard: &Shard) -> bool {
    let parent = shard.parent.as_deref().and_then(|parent| stream.shard(parent));
    parent.is_none_or(|parent| is_finished(region, source, stream, parent))
}

/// Whether all of a shard, and of what came before it, is settled.
pub fn is_finished(region: &Region, source: &Source, stream: &Stream, shard: &Shard) -> bool {
    let mut shard = shard;
    // A line of descent is at most as long as there are shards.
    for _ in 0..=stream.saved.shards.0.len() {
        let progress = source.shards.get(&shard.id);
        let read = progress.map_or_else(|| begin_at(&source.mapping, shard), |progress| progress.read);
        let settled = progress
            .is_none_or(|progress| progress.lanes.iter().all(|lane| lane.is_idle() && lane.window.is_none()));
        if shard.closed.is_none() || !settled || first_after(region, stream, shard, read).is_some() {
            return false;
        }
        match shard.parent.as_deref().and_then(|parent| stream.shard(parent)) {
            Some(parent) => shard = parent,
            None => return true,
        }
    }
    true
}

/// The mapping's next step, where it polls by itself.
pub fn next(region: &Region, source: &Source) -> Option<Step> {
    source.mapping.enabled.then(|| steps(region, source).into_iter().next()).flatten()
}

/// When any mapping of a region that polls by itself has something to do.
pub fn next_due(region: &Region) -> Result<Option<(String, Step)>> {
    let mut first: Option<(String, Step)> = None;
    for mapping in super::progress::mappings(region)?.into_iter().filter(|mapping| mapping.enabled) {
        let source = super::progress::load(region, &mapping.uuid)?;
        if let Some(step) = next(region, &source).filter(|step| first.as_ref().is_none_or(|(_, f)| step < f))
        {
            first = Some((mapping.uuid, step));
        }
    }
    Ok(first)
}

/// No mapping that polls by itself has anything to do before that time, whatever is written until then.
pub fn quiet_until(region: &Region, now_ms: u64) -> u64 {
    let due_ms = next_due(region).ok().flatten().map(|(_, step)| step.due_ms.max(now_ms));
    let polls = super::progress::mappings(region).unwrap_or_default();
    let polls = polls.iter().filter(|mapping| mapping.enabled).map(|mapping| mapping.poll_at(now_ms + 1));
    polls.chain(due_ms).min().unwrap_or(u64::MAX)
}
