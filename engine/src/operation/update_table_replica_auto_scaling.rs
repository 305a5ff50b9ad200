//! [UpdateTableReplicaAutoScaling](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTableReplicaAutoScaling.html).

use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::global::UpdateTableReplicaAutoScalingInput;
use crate::error::{Result, global as words};
use crate::table::{auto_scaling, name};

use super::answer;

/// Sets the auto scaling of a global table; the answer shows what it was, as the service's does.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: UpdateTableReplicaAutoScalingInput = decode_rare(request)?;
    let name = name::of_table_operation(input.table_name.as_deref())?;
    name::at_home(input.table_name.as_deref(), region.settings.home())?;
    let state = region.tables.get(&name).ok_or_else(|| words::not_global(&name))?;
    let before = auto_scaling::describe(&state.saved.table)?;
    let table = auto_scaling::update(&state.saved.table, &input)?;
    if let Some(state) = region.tables.get_mut(&name) {
        state.saved.table = table;
    }
    region.save_table(&name, context.now_ms);
    Ok(answer::of(&before))
}
