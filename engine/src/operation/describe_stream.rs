//! [DescribeStream](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html).

use serde_json::{Map, Value, json};

use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::item::DescribeStreamInput;
use crate::error::constraint::Violations;
use crate::error::{Result, stream as words};
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
    let input: DescribeStreamInput = decode_rare(request)?;
    let filter = input.shard_filter;
    let mut violations = Violations::default();
    if let Some(arn) = violations.required(&input.stream_arn, "streamArn") {
        stream_of::check_arn(&mut violations, arn, "streamArn");
    }
    let limit = stream_of::limit(&mut violations, input.limit, 100);
    if let Some(id) = &input.exclusive_start_shard_id {
        stream_of::check_shard_id(&mut violations, id, "exclusiveStartShardId");
    }
    if let Some(kind) = filter.as_ref().and_then(|filter| filter.r#type.as_ref()) {
        violations.one_of(kind, "shardFilter.type", &["CHILD_SHARDS"]);
    }
    if let Some(id) = filter.as_ref().and_then(|filter| filter.shard_id.as_ref()) {
        stream_of::check_shard_id(&mut violations, id, "shardFilter.shardId");
    }
    violations.into_result()?;
    let parent = match filter {
        Some(filter) if filter.r#type.is_none() => return Err(words::shard_filter_incomplete()),
        Some(filter) => Some(filter.shard_id.ok_or_else(words::shard_filter_incomplete)?),
        None => None,
    };
    let arn = input.stream_arn.unwrap_or_default();
    let found = stream_of::find(region, &arn)?;
    let (table, label) = (&found.saved.table, &found.label);
    let all: Vec<&Shard> = found.saved.shards.0.iter().filter(|shard| shard.stream == *label).collect();
    let current = table.stream.as_ref().filter(|stream| stream.label == *label);
    let view = current.map(|stream| stream.view).or_else(|| all.first().map(|shard| shard.view));
    let created_ms = all.iter().map(|shard| shard.opened_ms).min().unwrap_or(table.created_ms);
    let child = |shard: &&Shard| parent.is_none() || shard.parent == parent;
    let shards: Vec<&Shard> = all.into_iter().filter(child).collect();
    // Ids ascend, so that a page goes on behind a shard that has gone meanwhile.
    let after = input.exclusive_start_shard_id.unwrap_or_default();
    let behind: Vec<&Shard> = shards.into_iter().filter(|shard| shard.id > after).collect();
    let page = &behind[..limit.min(behind.len())];

    let mut description = Answer::new();
    description.value("StreamArn", &arn);
    description.value("StreamLabel", label);
    description.value("StreamStatus", if found.is_enabled() { "ENABLED" } else { "DISABLED" });
    description.optional("StreamViewType", view.map(|view| view.name()));
    description.value("CreationRequestDateTime", &(created_ms as f64 / 1000.0));
    description.value("TableName", &table.name);
    description.value("KeySchema", &describe_keys(&table.keys));
    description.value("Shards", &page.iter().map(|shard| shard_json(shard)).collect::<Vec<_>>());
    if page.len() < behind.len() {
        description.optional("LastEvaluatedShardId", page.last().map(|shard| &shard.id));
    }
    let mut answer = Answer::new();
    answer.nested("StreamDescription", description);
    Ok(answer.finish())
}
