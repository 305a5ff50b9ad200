//! `Dynascope.ListPartitions`: the partitions of a table and of its global indexes, which the service never shows.
//!
//! A request of the inspector: `{"TableName": …}`. It reads the partition maps, the replicas, the traffic and the counts, changes
//! nothing and consumes nothing. Local indexes have no partitions of their own: their entries stand in the table's.

use serde::{Deserialize, Serialize};

use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::error::Result;
use crate::table::{IndexKind, name};
use crate::timeline::Zone;

use super::answer;
use super::partition_of::{PartitionDescription, describe};

/// The request.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct ListPartitionsInput {
    table_name: Option<String>,
}

/// The response: the table's partitions in the order of their keys, then each global index's.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ListPartitionsOutput {
    table_name: String,
    partitions: Vec<PartitionDescription>,
    /// The zones of the region that are dark.
    dark_zones: Vec<&'static str>,
}

/// Lists a table's partitions.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: ListPartitionsInput = decode_rare(request)?;
    let table_name = name::of_table_operation(input.table_name.as_deref())?;
    let (region, now_ms) = (&*region, context.now_ms);
    let state = region.table(&table_name)?;
    let globals = state.saved.table.indexes.iter().filter(|index| index.kind == IndexKind::Global);
    let targets = std::iter::once(0).chain(globals.map(|index| index.id));
    let partitions = targets.flat_map(|index| {
        let all = state.partitions(index).iter();
        all.map(move |partition| describe(region, state, index, partition, now_ms))
    });
    let partitions = partitions.collect();
    let dark_zones = Zone::ALL.into_iter().filter(|zone| region.is_dark(*zone)).map(Zone::name).collect();
    Ok(answer::of(&ListPartitionsOutput { table_name, partitions, dark_zones }))
}
