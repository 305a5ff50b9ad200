//! `Dynascope.ListPartitions`: the partitions of a table and of its global indexes, which the service never shows.
//!
//! A request of the inspector: `{"TableName": …}`. It reads the partition maps and the counts, changes nothing and consumes
//! nothing. Local indexes have no partitions of their own: their entries stand in the table's.

use serde::{Deserialize, Serialize};

use crate::access::{Context, Region, TableState};
use crate::api::decode::decode;
use crate::cluster::Partition;
use crate::error::Result;
use crate::table::{IndexId, IndexKind, name};
use crate::timeline::PartitionId;

use super::answer;

/// The request.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct ListPartitionsInput {
    table_name: Option<String>,
}

/// The response: the table's partitions in the order of their hashes, then each global index's.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ListPartitionsOutput {
    table_name: String,
    partitions: Vec<PartitionDescription>,
}

/// One partition.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct PartitionDescription {
    /// Unique for ever.
    partition_id: PartitionId,
    /// The partition that it was split from.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_partition_id: Option<PartitionId>,
    /// The global index; none for the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    index_name: Option<String>,
    /// The first hash, in 16 hexadecimal digits.
    first_hash: String,
    /// The last hash.
    last_hash: String,
    /// Its share of the hash space, from 0 to 1 in millionths.
    hash_share: f64,
    /// The zone of its leader.
    leader_zone: &'static str,
    /// Items, or index entries.
    item_count: u64,
    /// Their size, in bytes.
    size_bytes: u64,
}

/// Lists a table's partitions.
pub fn execute(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: ListPartitionsInput = decode(request)?;
    let table_name = name::of_table_operation(input.table_name.as_deref())?;
    let state = region.table(&table_name)?;
    let globals = state.saved.table.indexes.iter().filter(|index| index.kind == IndexKind::Global);
    let targets = std::iter::once((0, None)).chain(globals.map(|index| (index.id, Some(&index.name))));
    let partitions = targets
        .flat_map(|(index, name)| {
            state.partitions(index).iter().map(move |p| describe(state, index, name.cloned(), p))
        })
        .collect();
    Ok(answer::of(&ListPartitionsOutput { table_name, partitions }))
}

fn describe(
    state: &TableState,
    index: IndexId,
    index_name: Option<String>,
    partition: &Partition,
) -> PartitionDescription {
    let statistics = state.live.statistics.get(&(index, partition.id)).copied().unwrap_or_default();
    let width = u128::from(partition.last - partition.first) + 1;
    PartitionDescription {
        partition_id: partition.id,
        parent_partition_id: partition.parent,
        index_name,
        first_hash: format!("{:016x}", partition.first),
        last_hash: format!("{:016x}", partition.last),
        hash_share: ((width * 1_000_000) >> 64) as f64 / 1e6,
        leader_zone: partition.leader.name(),
        item_count: statistics.items,
        size_bytes: statistics.size_bytes,
    }
}
