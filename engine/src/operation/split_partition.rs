//! `Dynascope.SplitPartition`: splits a partition now, where its observed traffic, or else what it stores, is divided.
//!
//! A request of the inspector: `{"TableName": …, "IndexName": …, "Partition": 7}`. It answers with the partitions that have come
//! of it. The service splits by itself, and cannot be asked to.

use serde::Serialize;

use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::error::Result;
use crate::error::constraint::Violations;

use super::answer;
use super::partition_of::{PartitionDescription, PartitionInput, describe, find};

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct SplitPartitionOutput {
    table_name: String,
    /// What has come of the partition, in the order of the keys.
    partitions: Vec<PartitionDescription>,
}

/// Splits a partition.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: PartitionInput = decode_rare(request)?;
    let found = find(region, &input, Violations::default())?;
    let opened = region.split_now(context, &found.table, found.index, found.place)?;
    let state = region.active_table(&found.table)?;
    let parts = state.partitions(found.index).iter().filter(|part| opened.contains(&part.id));
    let partitions = parts.map(|part| describe(region, state, found.index, part, context.now_ms)).collect();
    Ok(answer::of(&SplitPartitionOutput { table_name: found.table, partitions }))
}
