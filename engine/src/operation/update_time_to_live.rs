//! [UpdateTimeToLive](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html).

use crate::access::lifecycle::replace_table;
use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::table::UpdateTimeToLiveInput;
use crate::error::Result;
use crate::error::global::strong_needs;
use crate::error::table::ensure;
use crate::table::{name, ttl};

use super::answer;

/// Switches Time to Live on or off.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: UpdateTimeToLiveInput = decode_rare(request)?;
    let name = ttl::table_name(&input)?;
    name::at_home(input.table_name.as_deref(), region.settings.home())?;
    let table = &region.table_to_change(&name)?.saved.table;
    let strong = table.global.as_ref().is_some_and(|global| global.strong);
    ensure(!strong, || strong_needs("TimeToLive"))?;
    let (table, steps) = ttl::update(table, &input, context.now_ms, region.settings.instant)?;
    replace_table(region, context, table, None, &steps);
    Ok(answer::of(&ttl::updated(&input)))
}
