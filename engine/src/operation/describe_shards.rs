//! `Dynascope.DescribeShards`: what DescribeStream does not say of a stream's shards.
//!
//! A request of the inspector: `{"StreamArn": …}`. For every shard the partition whose changes it takes, when and why it opened and
//! closed, and how far it is trimmed. It changes nothing and consumes nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::error::Result;
use crate::error::constraint::Violations;
use crate::limits::STREAM_RETENTION_MS;
use crate::stream::{Origin, Shard, sequence_number};
use crate::timeline::PartitionId;

use super::answer;
use super::stream_of::{self, Found};

/// The request.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct DescribeShardsInput {
    stream_arn: Option<String>,
}

/// The response: the stream's shards in the order in which they opened.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeShardsOutput {
    stream_arn: String,
    table_name: String,
    shards: Vec<ShardDescription>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ShardDescription {
    shard_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_shard_id: Option<String>,
    /// The table's partition whose changes it takes.
    partition: PartitionId,
    /// `STREAM_ENABLED`, `ROLLED_OVER` or `PARTITION_SPLIT`.
    opened_by: &'static str,
    /// Why the partition was split: `HEAT`, `SIZE`, `REQUESTED`…
    #[serde(skip_serializing_if = "Option::is_none")]
    split_cause: Option<&'static str>,
    opened_at_milliseconds: u64,
    starting_sequence_number: String,
    /// What closed it: `ROLLED_OVER`, `PARTITION_SPLIT`, or `STREAM_ENDED` where nothing follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_by: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_at_milliseconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ending_sequence_number: Option<String>,
    /// When a closed shard is gone with the last of its records, at the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    gone_at_milliseconds: Option<u64>,
    /// The sequence number of the last record that is too old to be read; none while all are there.
    #[serde(skip_serializing_if = "Option::is_none")]
    trimmed_to: Option<String>,
}

fn name(origin: Origin) -> &'static str {
    match origin {
        Origin::Enabled => "STREAM_ENABLED",
        Origin::RolledOver => "ROLLED_OVER",
        Origin::Split(_) => "PARTITION_SPLIT",
    }
}

fn describe(
    region: &Region,
    found: &Found,
    shard: &Shard,
    next: &BTreeMap<&str, Origin>,
    now_ms: u64,
) -> Result<ShardDescription> {
    let origin = shard.origin();
    let trimmed = stream_of::trim_point(region, found, shard, now_ms)?;
    let last = |(_, position): (u64, u64)| sequence_number(position.max(shard.opened_at + 1));
    Ok(ShardDescription {
        shard_id: shard.id.clone(),
        parent_shard_id: shard.parent.clone(),
        partition: shard.partition,
        opened_by: name(origin),
        split_cause: match origin {
            Origin::Split(cause) => cause.map(|cause| cause.name()),
            _ => None,
        },
        opened_at_milliseconds: shard.opened_ms,
        starting_sequence_number: sequence_number(shard.opened_at + 1),
        closed_by: shard
            .closed
            .map(|_| next.get(shard.id.as_str()).map_or("STREAM_ENDED", |next| name(*next))),
        closed_at_milliseconds: shard.closed.map(|(at_ms, _)| at_ms),
        ending_sequence_number: shard.closed.map(last),
        gone_at_milliseconds: shard.closed.map(|(at_ms, _)| at_ms + STREAM_RETENTION_MS),
        trimmed_to: (trimmed > shard.opened_at).then(|| sequence_number(trimmed)),
    })
}

/// Describes a stream's shards.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: DescribeShardsInput = decode_rare(request)?;
    let mut violations = Violations::default();
    if let Some(arn) = violations.required(&input.stream_arn, "streamArn") {
        stream_of::check_arn(&mut violations, arn, "streamArn");
    }
    violations.into_result()?;
    let stream_arn = input.stream_arn.unwrap_or_default();
    let found = stream_of::find(region, &stream_arn)?;
    let all = || found.saved.shards.0.iter().filter(|shard| shard.stream == found.label);
    let next: BTreeMap<&str, Origin> =
        all().filter_map(|shard| Some((shard.parent.as_deref()?, shard.origin()))).collect();
    let shards = all().map(|shard| describe(region, &found, shard, &next, context.now_ms));
    let shards = shards.collect::<Result<Vec<_>>>()?;
    let table_name = found.saved.table.name.clone();
    Ok(answer::of(&DescribeShardsOutput { stream_arn, table_name, shards }))
}
