//! [DescribeTimeToLive](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTimeToLive.html).

use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::table::DescribeTimeToLiveInput;
use crate::error::Result;
use crate::table::{name, ttl};

use super::answer;

/// Describes a table's Time to Live.
pub fn execute(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: DescribeTimeToLiveInput = decode_rare(request)?;
    let name = name::of_table_operation(input.table_name.as_deref())?;
    name::at_home(input.table_name.as_deref(), region.settings.home())?;
    Ok(answer::of(&ttl::describe(&region.table_to_change(&name)?.saved.table)?))
}
