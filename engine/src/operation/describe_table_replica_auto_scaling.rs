//! [DescribeTableReplicaAutoScaling](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTableReplicaAutoScaling.html).

use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::global::DescribeTableReplicaAutoScalingInput;
use crate::error::{Result, global as words};
use crate::table::{auto_scaling, name};

use super::answer;

/// Describes the auto scaling of a global table in all its regions.
pub fn execute(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: DescribeTableReplicaAutoScalingInput = decode_rare(request)?;
    let name = name::of_table_operation(input.table_name.as_deref())?;
    name::at_home(input.table_name.as_deref(), region.settings.home())?;
    let state = region.tables.get(&name).ok_or_else(|| words::not_global(&name))?;
    Ok(answer::of(&auto_scaling::describe(&state.saved.table)?))
}
