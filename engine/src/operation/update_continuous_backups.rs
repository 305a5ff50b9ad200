//! [UpdateContinuousBackups](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html).

use crate::access::{Context, Region};
use crate::api::backup::UpdateContinuousBackupsInput;
use crate::api::decode::decode_rare;
use crate::backup::continuous::{available, describe, switched, table, wanted};
use crate::error::Result;
use crate::store::Space;
use crate::table::name;

use super::answer;

/// Switches point-in-time recovery on or off, at once.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: UpdateContinuousBackupsInput = decode_rare(request)?;
    let name = name::of_table_operation(input.table_name.as_deref())?;
    name::at_home(input.table_name.as_deref(), region.settings.home())?;
    let days = wanted(&input)?;
    let before = &table(region, &name)?.saved.table;
    available(before, context.now_ms)?;
    let recovery = switched(before.recovery, days, context.now_ms);
    if recovery.is_none() {
        region.store.clear(Space::History { table: before.id }, context.now_ms);
    }
    if let Some(state) = region.tables.get_mut(&name) {
        state.saved.table.recovery = recovery;
    }
    region.save_table(&name, context.now_ms);
    let after = &table(region, &name)?.saved.table;
    Ok(answer::of(&describe(after, context.now_ms, region.settings.instant)))
}
