//! A mapping as it is shown: Lambda's configuration, and beside it how far it is in each shard.

use std::ops::Bound;

use serde_json::{Map, Value, json};

use crate::access::Region;
use crate::access::streams::{self, Stream};
use crate::error::Result;
use crate::store::Space;
use crate::stream::{Shard, record_key, sequence_number};

use super::mapping::Mapping;
use super::outcome::function_arn;
use super::progress::{Lane, Part, ShardProgress, Source};
use super::steps::{self, Step, begin_at, first_after, is_finished};

/// Lambda's `EventSourceMappingConfiguration`, with the function.
pub fn configuration(region: &Region, source: &Source) -> Map<String, Value> {
    let mapping = &source.mapping;
    let settings = &region.settings;
    let limit = |limit: Option<u64>| limit.map_or(-1, |limit| limit as i64);
    let result = match source.sums.last_processing_result.as_str() {
        "" => "No records processed",
        result => result,
    };
    let shown = json!({
        "UUID": mapping.uuid,
        "EventSourceArn": mapping.stream_arn,
        "FunctionArn": function_arn(&settings.region, &settings.account_id, &mapping.function_name),
        "State": if mapping.enabled { "Enabled" } else { "Disabled" },
        "StateTransitionReason": "User action",
        "LastModified": mapping.modified_ms as f64 / 1000.0,
        "LastProcessingResult": result,
        "StartingPosition": mapping.starting_position,
        "BatchSize": mapping.batch_size,
        "MaximumBatchingWindowInSeconds": mapping.batching_window_s,
        "ParallelizationFactor": mapping.lanes,
        "MaximumRetryAttempts": limit(mapping.retries),
        "MaximumRecordAgeInSeconds": limit(mapping.record_age_s),
        "BisectBatchOnFunctionError": mapping.bisect,
        "FunctionResponseTypes": if mapping.reports_item_failures { vec!["ReportBatchItemFailures"] } else { vec![] },
        "TumblingWindowInSeconds": mapping.tumbling_window_s,
        "DestinationConfig": { "OnFailure": match &mapping.destination {
            Some(arn) => json!({ "Destination": arn }),
            None => json!({}),
        } },
        "FilterCriteria": { "Filters": mapping.filters.iter().map(|text| json!({ "Pattern": text })).collect::<Vec<_>>() },
        "Function": mapping.function,
        "Sums": source.sums,
    });
    match shown {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn part_json(part: &Part) -> Value {
    let text = |position: Option<&u64>| position.map(|position| sequence_number(*position));
    json!({
        "Part": part.path, "RecordCount": part.positions.len(), "Attempts": part.attempts,
        "FirstSequenceNumber": text(part.positions.first()), "LastSequenceNumber": text(part.positions.last()),
        "DueMilliseconds": part.due_ms,
    })
}

fn lane_json(at: usize, lane: &Lane) -> Value {
    let status = match (&lane.flight, lane.parts.last()) {
        (Some(_), _) => "IN_FLIGHT",
        (None, Some(part)) if part.attempts > 0 => "BLOCKED",
        (None, Some(_)) => "RETRYING",
        (None, None) if lane.pending > 0 => "GATHERING",
        (None, None) => "IDLE",
    };
    let mut shown = json!({
        "Lane": at, "Status": status, "Batch": lane.batch, "PendingCount": lane.pending,
        "SettledSequenceNumber": sequence_number(lane.position),
        // What is worked on first.
        "Parts": lane.parts.iter().rev().map(part_json).collect::<Vec<_>>(),
    });
    if let Some(flight) = &lane.flight {
        shown["Invocation"] = flight.invocation.into();
        shown["ReturnsMilliseconds"] = flight.until_ms.into();
    }
    if let Some(window) = &lane.window {
        shown["Window"] = json!({ "StartMilliseconds": window.start_ms, "EndMilliseconds": window.end_ms, "State": window.state });
    }
    shown
}

fn shard_json(region: &Region, source: &Source, stream: &Stream, shard: &Shard, now_ms: u64) -> Value {
    let begin = begin_at(&source.mapping, shard);
    let progress = source.shards.get(&shard.id);
    let read = progress.map_or(begin, |progress| progress.read);
    let parent = shard.parent.as_deref().and_then(|parent| stream.shard(parent));
    let waits = parent.is_some_and(|parent| !is_finished(region, source, stream, parent));
    let status = match () {
        () if waits => "WAITING_FOR_PARENT",
        () if is_finished(region, source, stream, shard) => "FINISHED",
        () => "READING",
    };
    let settled = progress
        .and_then(|progress| {
            progress.lanes.iter().filter(|lane| !lane.is_idle()).map(|lane| lane.position).min()
        })
        .unwrap_or(read);
    let oldest = first_after(region, stream, shard, settled);
    let (start, end) = (record_key(&shard.id, read), record_key(&shard.id, u64::MAX));
    let space = Space::Stream { table: stream.saved.table.id };
    let behind = region.store.range(space, (Bound::Excluded(&start), Bound::Included(&end)));
    let unread = behind.take(MOST_COUNTED).count();
    let all = progress.into_iter().flat_map(|progress: &ShardProgress| progress.lanes.iter().enumerate());
    let lanes: Vec<Value> = all.map(|(at, lane)| lane_json(at, lane)).collect();
    let mut shown = json!({
        "ShardId": shard.id, "Status": status, "Closed": shard.closed.is_some(), "Partition": shard.partition,
        "ReadSequenceNumber": sequence_number(read),
        "UnreadCount": unread,
        "IteratorAgeMilliseconds": oldest.map_or(0, |(_, at_ms)| now_ms.saturating_sub(at_ms)),
        "Lanes": lanes,
    });
    if let Some(parent) = &shard.parent {
        shown["ParentShardId"] = parent.as_str().into();
    }
    shown
}

/// Unread records are counted so far.
const MOST_COUNTED: usize = 10_000;

/// A step that can be taken, or was.
pub fn step_json(step: &Step) -> Value {
    json!({ "Step": step.kind.name(), "ShardId": step.shard, "Lane": step.lane, "DueMilliseconds": step.due_ms })
}

/// A mapping with its progress in each shard, and what it does next.
pub fn describe(region: &Region, source: &Source, now_ms: u64) -> Result<Value> {
    let mut shown = configuration(region, source);
    let stream = streams::find(region, &source.mapping.stream_arn).ok();
    let shards: Vec<Value> = stream
        .iter()
        .flat_map(|stream| stream.shards().map(|shard| shard_json(region, source, stream, shard, now_ms)))
        .collect();
    shown.insert("Shards".into(), shards.into());
    let steps: Vec<Value> = steps::steps(region, source).iter().map(step_json).collect();
    shown.insert("Steps".into(), steps.into());
    Ok(Value::Object(shown))
}

/// A mapping of that UUID as it stands.
pub fn of(region: &Region, uuid: &str, now_ms: u64) -> Result<Value> {
    describe(region, &super::progress::load(region, uuid)?, now_ms)
}

/// Whether two mappings are of one stream and one function.
pub fn is_same(mapping: &Mapping, stream_arn: &str, function_name: &str) -> bool {
    mapping.stream_arn == stream_arn && mapping.function_name == function_name
}
