//! `Dynascope.ListBuckets`: the tokens of a table and of its global indexes, whichever partition they are spent on.
//!
//! A request of the inspector: `{"TableName": …}`. It changes nothing and consumes nothing; what each partition holds beside it,
//! ListPartitions says. A table or index that was never asked is not listed: it has all.

use serde::{Deserialize, Serialize};

use crate::access::{Context, Region};
use crate::api::decode::decode;
use crate::error::Result;
use crate::table::name;
use crate::timeline::Access;

use super::answer;
use super::partition_of::TokensDescription;

/// The request.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct ListBucketsInput {
    table_name: Option<String>,
}

/// The response: the table's buckets, then each global index's.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ListBucketsOutput {
    table_name: String,
    /// The capacity model that they are filled by.
    capacity_model: &'static str,
    buckets: Vec<BucketsDescription>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct BucketsDescription {
    /// The global index; none for the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    index_name: Option<String>,
    /// None where the capacity model divides the throughput over the partitions, and where only the account's quota limits it.
    #[serde(skip_serializing_if = "Option::is_none")]
    read_tokens: Option<TokensDescription>,
    /// The same for writes.
    #[serde(skip_serializing_if = "Option::is_none")]
    write_tokens: Option<TokensDescription>,
    /// How many seconds of throughput the bucket keeps: the first is the throughput itself, the others are its burst.
    burst_seconds: u64,
    /// The same for the bucket of each of its partitions.
    partition_burst_seconds: u64,
}

/// Lists a table's buckets.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: ListBucketsInput = decode(request)?;
    let table_name = name::of_table_operation(input.table_name.as_deref())?;
    let state = region.table(&table_name)?;
    let buckets = state.partitioned().into_iter().filter_map(|index| {
        let tokens = state.live.tokens.get(index)?;
        let held = |access| tokens.own_level(access, context.now_ms).map(TokensDescription::from);
        Some(BucketsDescription {
            index_name: state.target(index).index,
            read_tokens: held(Access::Read),
            write_tokens: held(Access::Write),
            burst_seconds: tokens.limits().seconds,
            partition_burst_seconds: tokens.limits().partition_seconds(),
        })
    });
    let (buckets, capacity_model) = (buckets.collect(), region.simulation.capacity_model.name());
    Ok(answer::of(&ListBucketsOutput { table_name, capacity_model, buckets }))
}
