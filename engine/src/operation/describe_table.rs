//! [DescribeTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html).

use crate::access::{Context, Region, TableState, vector_counts};
use crate::api::decode::decode_rare;
use crate::api::table::{DescribeTableInput, DescribeTableOutput, TableDescription};
use crate::error::Result;
use crate::table::describe::{Counts, describe};
use crate::table::{IndexId, name};

use super::answer;

/// A table as it is described. Differs from DynamoDB: the counts are of this moment, not up to six hours old.
pub fn description(region: &Region, name: &str, now_ms: u64) -> Result<TableDescription> {
    let state = region.table(name)?;
    let vectors = &state.saved.table.attachments.vectors;
    Ok(describe(&state.saved.table, now_ms, |id| match vectors.iter().find(|index| index.id == id) {
        Some(index) => {
            let (item_count, size_bytes) = vector_counts(region, name, index);
            Counts { item_count, size_bytes }
        }
        None => counts(state, id),
    }))
}

/// The counts of the table (0) or an index.
pub fn counts(state: &TableState, index: IndexId) -> Counts {
    let statistics = state.statistics(index);
    Counts { item_count: statistics.items, size_bytes: statistics.size_bytes }
}

/// Describes a table.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: DescribeTableInput = decode_rare(request)?;
    let name = name::of_table_operation(input.table_name.as_deref())?;
    name::at_home(input.table_name.as_deref(), region.settings.home())?;
    let table = Some(description(region, &name, context.now_ms)?);
    Ok(answer::of(&DescribeTableOutput { table }))
}
