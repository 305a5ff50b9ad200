//! [DescribeContributorInsights](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContributorInsights.html).

use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::resource::DescribeContributorInsightsInput;
use crate::error::Result;
use crate::table::{insights, name};

use super::answer;

/// Tells whether Contributor Insights of a table or global index are on.
pub fn execute(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: DescribeContributorInsightsInput = decode_rare(request)?;
    let name = name::of_table_operation(input.table_name.as_deref())?;
    name::at_home(input.table_name.as_deref(), region.settings.home())?;
    insights::check_index_name(input.index_name.as_deref())?;
    let table = &region.table(&name)?.saved.table;
    let target = insights::target(table, input.index_name.as_deref())?;
    Ok(answer::of(&insights::describe(table, target)))
}
