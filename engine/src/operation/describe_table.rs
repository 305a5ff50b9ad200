//! [DescribeTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html).

use crate::access::{Context, Region, TableState};
use crate::api::decode::decode;
use crate::api::table::{DescribeTableInput, DescribeTableOutput, TableDescription};
use crate::error::Result;
use crate::table::describe::{Counts, describe};
use crate::table::{IndexId, name};

use super::answer;

/// A table as it is described. Differs from DynamoDB: the counts are of this moment, not up to six hours old.
pub fn description(state: &TableState, now_ms: u64) -> TableDescription {
    describe(&state.saved.table, now_ms, |index| counts(state, index))
}

/// The counts of the table (0) or an index.
pub fn counts(state: &TableState, index: IndexId) -> Counts {
    let statistics = state.statistics(index);
    Counts { item_count: statistics.items, size_bytes: statistics.size_bytes }
}

/// Describes a table.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: DescribeTableInput = decode(request)?;
    let name = name::of_table_operation(input.table_name.as_deref())?;
    name::at_home(input.table_name.as_deref(), region.settings.home())?;
    let table = Some(description(region.table(&name)?, context.now_ms));
    Ok(answer::of(&DescribeTableOutput { table }))
}
