//! [DescribeStream](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html).

use serde_json::{Map, Value, json};

use crate::access::{Context, Region};
use crate::api::decode::decode;
use crate::api::item::DescribeStreamInput;
use crate::error::{Result, constraint};
use crate::stream::{Shard, sequence_number};
use crate::table::describe::describe_keys;

use super::answer::Answer;
use super::stream_of;

fn shard_json(shard: &Shard) -> Value {
    let mut range = Map::new();
    range.insert("StartingSequenceNumber".into(), sequence_number(shard.opened_at + 1).into());
    if let Some((_, last)) = shard.closed {
        range.insert("EndingSequenceNumber".into(), sequence_number(last.max(shard.opened_at + 1)).into());
    }
    let mut shown = json!({ "ShardId": shard.id, "SequenceNumberRange": range });
    if let Some(parent) = &shard.parent {
        shown["ParentShardId"] = parent.as_str().into();
    }
    shown
}

/// Describes a stream and a page of its shards.
pub fn execute(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: DescribeStreamInput = decode(request)?;
    let arn = input.stream_arn.ok_or_else(|| constraint::null("streamArn"))?;
    let limit = stream_of::limit(input.limit, 100)?;
    let (state, label) = stream_of::find(region, &arn)?;
    let table = &state.saved.table;
    let current = table.stream.as_ref().filter(|stream| stream.label == label);
    let shards: Vec<&Shard> = state.saved.shards.0.iter().filter(|shard| shard.stream == label).collect();
    let view = current.map(|stream| stream.view).or_else(|| shards.first().map(|shard| shard.view));
    let after = input.exclusive_start_shard_id;
    let start =
        after.and_then(|after| shards.iter().position(|shard| shard.id == after)).map_or(0, |at| at + 1);
    let page: Vec<&Shard> = shards.iter().skip(start).take(limit).copied().collect();
    let running = current.is_some_and(|stream| stream.enabled);
    let created_ms = shards.iter().map(|shard| shard.opened_ms).min().unwrap_or(table.created_ms);

    let mut description = Answer::new();
    description.value("StreamArn", &arn);
    description.value("StreamLabel", &label);
    description.value("StreamStatus", if running { "ENABLED" } else { "DISABLED" });
    description.optional("StreamViewType", view.map(|view| view.name()));
    description.value("CreationRequestDateTime", &(created_ms as f64 / 1000.0));
    description.value("TableName", &table.name);
    description.value("KeySchema", &describe_keys(&table.keys));
    description.value("Shards", &page.iter().map(|shard| shard_json(shard)).collect::<Vec<_>>());
    if start + page.len() < shards.len() {
        description.optional("LastEvaluatedShardId", page.last().map(|shard| &shard.id));
    }
    let mut answer = Answer::new();
    answer.nested("StreamDescription", description);
    Ok(answer.finish())
}
