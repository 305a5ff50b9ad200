//! [GetShardIterator](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html).

use std::ops::Bound;

use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::item::GetShardIteratorInput;
use crate::error::constraint::Violations;
use crate::error::{Result, stream as words};
use crate::store::Space;
use crate::stream::{Record, Shard, ShardIterator, record_key, record_position, sequence_position};

use super::answer::Answer;
use super::stream_of::{self, Found};

const TYPES: [&str; 5] =
    ["TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER", "AT_TIMESTAMP"];

fn check(input: &GetShardIteratorInput) -> Result<()> {
    let mut violations = Violations::default();
    if let Some(arn) = violations.required(&input.stream_arn, "streamArn") {
        stream_of::check_arn(&mut violations, arn, "streamArn");
    }
    if let Some(id) = violations.required(&input.shard_id, "shardId") {
        stream_of::check_shard_id(&mut violations, id, "shardId");
    }
    if let Some(kind) = violations.required(&input.shard_iterator_type, "shardIteratorType") {
        violations.one_of(kind, "shardIteratorType", &TYPES);
    }
    if let Some(number) = &input.sequence_number {
        violations.length(number, "sequenceNumber", 21, 40);
    }
    violations.into_result()
}

/// Gives out a place in a shard.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: GetShardIteratorInput = decode_rare(request)?;
    check(&input)?;
    let kind = input.shard_iterator_type.as_deref().unwrap_or_default();
    match (&input.sequence_number, kind.ends_with("SEQUENCE_NUMBER")) {
        (None, true) => return Err(words::sequence_number_missing()),
        (Some(_), false) => return Err(words::sequence_number_unwanted()),
        _ => {}
    }
    match (&input.timestamp, kind == "AT_TIMESTAMP") {
        (None, true) => return Err(words::timestamp_missing()),
        (Some(_), false) => return Err(words::timestamp_unwanted()),
        (Some(at), true) if at.0 > context.now_ms => return Err(words::timestamp_in_future()),
        _ => {}
    }
    let (arn, shard_id) = (input.stream_arn.unwrap_or_default(), input.shard_id.unwrap_or_default());
    let found = stream_of::find(region, &arn)?;
    let shard = found.shard(&shard_id).ok_or_else(words::shard_not_found)?;
    let trimmed = stream_of::trim_point(region, &found, shard, context.now_ms)?;
    let after = match kind {
        "TRIM_HORIZON" => trimmed,
        "LATEST" => region.store.position(),
        "AT_TIMESTAMP" => {
            let from_ms = input.timestamp.map_or(0, |at| at.0);
            before(region, &found, shard, from_ms)?.max(trimmed)
        }
        _ => {
            let text = input.sequence_number.unwrap_or_default();
            let position = sequence_position(&text).ok_or_else(words::invalid_sequence_number)?;
            // The first number of a shard's range is good, whatever has it.
            let first = shard.opened_at + 1;
            let last = shard.closed.map_or(u64::MAX, |(_, last)| last.max(first));
            if !(first..=last).contains(&position) {
                return Err(words::invalid_sequence_number());
            }
            if position <= trimmed {
                return Err(words::trimmed());
            }
            if kind.starts_with("AT") { position - 1 } else { position }
        }
    };
    let iterator = ShardIterator { stream_arn: arn, shard: shard_id, after, issued_ms: context.now_ms };
    let mut answer = Answer::new();
    answer.value("ShardIterator", &iterator.encode());
    Ok(answer.finish())
}

/// The position of the shard's last record that was written before that time, or of its opening.
fn before(region: &Region, found: &Found, shard: &Shard, from_ms: u64) -> Result<u64> {
    let space = Space::Stream { table: found.saved.table.id };
    let (start, end) = (record_key(&shard.id, 0), record_key(&shard.id, u64::MAX));
    let mut last = shard.opened_at;
    for (key, bytes) in region.store.range(space, (Bound::Included(&start), Bound::Included(&end))) {
        if Record::written_ms(bytes).map_err(Region::internal)? >= from_ms {
            break;
        }
        last = record_position(key).unwrap_or(last);
    }
    Ok(last)
}
