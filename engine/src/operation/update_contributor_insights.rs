//! [UpdateContributorInsights](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContributorInsights.html).

use crate::access::lifecycle::replace_table;
use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::resource::UpdateContributorInsightsInput;
use crate::error::Result;
use crate::table::{insights, name};

use super::answer;

/// Switches Contributor Insights of a table or global index on or off.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: UpdateContributorInsightsInput = decode_rare(request)?;
    let name = name::of_table_operation(input.table_name.as_deref())?;
    name::at_home(input.table_name.as_deref(), region.settings.home())?;
    let asked = insights::asked(&input)?;
    let table = &region.table(&name)?.saved.table;
    let target = insights::target(table, input.index_name.as_deref())?;
    let changed = insights::update(table, target, asked, context.now_ms, region.settings.instant)?;
    let response = insights::summary(&changed, target);
    if changed.attachments != table.attachments {
        replace_table(region, context, changed, None, &[]);
    }
    Ok(answer::of(&response))
}
