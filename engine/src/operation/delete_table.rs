//! [DeleteTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html).

use crate::access::lifecycle::replace_table;
use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::table::{DeleteTableInput, TableDescriptionOutput};
use crate::error::Result;
use crate::table::delete;
use crate::table::describe::describe_deleted;
use crate::table::name;

use super::answer;
use super::describe_table::counts;

/// Deletes a table with its items, indexes and stream.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: DeleteTableInput = decode_rare(request)?;
    let name = delete::table_name(&input)?;
    name::at_home(input.table_name.as_deref(), region.settings.home())?;
    let state = region.table(&name)?;
    let (table, stream, steps) = delete::delete(&state.saved.table, context.now_ms, region.settings.instant)?;
    let table_description = Some(describe_deleted(&table, context.now_ms, counts(state, 0)));
    replace_table(region, context, table, stream, &steps);
    Ok(answer::of(&TableDescriptionOutput { table_description }))
}
