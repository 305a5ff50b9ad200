//! [GetShardIterator](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html).

use crate::access::{Context, Region};
use crate::api::decode::decode;
use crate::api::item::GetShardIteratorInput;
use crate::error::{Result, constraint, stream as words};
use crate::store::Space;
use crate::stream::{ShardIterator, record_key, sequence_position};

use super::answer::Answer;
use super::stream_of;

const TYPES: [&str; 4] = ["TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"];

/// Gives out a place in a shard.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: GetShardIteratorInput = decode(request)?;
    let arn = input.stream_arn.ok_or_else(|| constraint::null("streamArn"))?;
    let shard_id = input.shard_id.ok_or_else(|| constraint::null("shardId"))?;
    let kind = input.shard_iterator_type.ok_or_else(|| constraint::null("shardIteratorType"))?;
    if !TYPES.contains(&kind.as_str()) {
        return Err(constraint::enumeration(&TYPES));
    }
    let by_number = kind.ends_with("SEQUENCE_NUMBER");
    match (&input.sequence_number, by_number) {
        (None, true) => return Err(words::sequence_number_missing()),
        (Some(_), false) => return Err(words::sequence_number_unwanted()),
        _ => {}
    }
    let (state, label) = stream_of::find(region, &arn)?;
    let shard = state.saved.shards.get(&shard_id).filter(|shard| shard.stream == label);
    let shard = shard.ok_or_else(|| words::shard_not_found(&shard_id, &arn))?;
    let after = match kind.as_str() {
        "TRIM_HORIZON" => shard.opened_at,
        "LATEST" => region.store.position(),
        _ => {
            let text = input.sequence_number.unwrap_or_default();
            let position = sequence_position(&text).ok_or_else(words::invalid_sequence_number)?;
            let ends = shard.closed.map_or(u64::MAX, |(_, last)| last);
            if position <= shard.opened_at || position > ends.max(shard.opened_at + 1) {
                return Err(words::invalid_sequence_number());
            }
            let space = Space::Stream { table: state.saved.table.id };
            let gone = region.store.get(space, &record_key(&shard.id, position)).is_none()
                && shard.opened_ms + crate::limits::STREAM_RETENTION_MS < context.now_ms;
            if gone {
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
