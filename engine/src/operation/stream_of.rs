//! Finding a stream by its ARN, and what the streams' operations have in common.

use crate::access::{Region, TableState};
use crate::error::constraint::Constraint;
use crate::error::{Result, constraint, stream as words};

/// The labels of a table's streams, oldest first: those that still have shards, and the one that runs.
pub fn labels(state: &TableState) -> Vec<String> {
    let mut labels: Vec<String> = state.saved.shards.0.iter().map(|shard| shard.stream.clone()).collect();
    labels.extend(state.saved.table.stream.iter().filter(|stream| stream.enabled).map(|s| s.label.clone()));
    labels.sort_unstable();
    labels.dedup();
    labels
}

/// The table and the label of a stream's ARN: `…:table/NAME/stream/LABEL`.
pub fn find<'a>(region: &'a Region, arn: &str) -> Result<(&'a TableState, String)> {
    let (table_arn, label) = arn.split_once("/stream/").ok_or_else(words::invalid_stream_arn)?;
    let name = crate::table::name::plain(table_arn)?;
    region
        .tables
        .get(name)
        .filter(|state| state.saved.table.arn == table_arn && labels(state).iter().any(|l| l == label))
        .map(|state| (state, label.to_string()))
        .ok_or_else(|| words::stream_not_found(arn))
}

/// A page's limit, from 1.
pub fn limit(given: Option<i32>, most: usize) -> Result<usize> {
    match given {
        Some(limit) if limit < 1 => Err(constraint::violation("Limit", Constraint::MinValue(1))),
        Some(limit) if limit as usize > most => {
            Err(constraint::violation("Limit", Constraint::MaxValue(most as i64)))
        }
        given => Ok(given.map_or(most, |limit| limit as usize)),
    }
}
