//! [UpdateTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html).

use crate::access::lifecycle::replace_table;
use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::table::{TableDescriptionOutput, UpdateTableInput};
use crate::error::Result;
use crate::table::replicas::{self, Asked};
use crate::table::{name, quota, update};

use super::answer;
use super::describe_table::description;

/// Changes a table's capacity, indexes, stream or settings.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: UpdateTableInput = decode_rare(request)?;
    let name = update::table_name(&input)?;
    name::at_home(input.table_name.as_deref(), region.settings.home())?;
    let state = region.table_to_change(&name)?;
    if replicas::concerns(&input) {
        let peer = |other: &str| region.peers.get(other).and_then(|tables| tables.get(&name)).copied();
        let asked = Asked {
            home: &region.settings.region,
            now_ms: context.now_ms,
            instant: region.settings.instant,
            has_items: state.statistics(0).items > 0,
            peer: &peer,
        };
        let (table, stream) = replicas::change(&state.saved.table, &input, &asked)?;
        replace_table(region, context, table, stream, &[]);
        let table_description = Some(description(region, &name, context.now_ms)?);
        return Ok(answer::of(&TableDescriptionOutput { table_description }));
    }
    let updated = update::update(&state.saved.table, &input, context.now_ms, region.settings.instant)?;
    let others = region.tables.values().map(|state| &state.saved.table).filter(|table| table.name != name);
    quota::check(Some(&state.saved.table), &updated.table, others, &region.settings.region)?;
    let changed = region.settings.instant || updated.table != state.saved.table;
    replace_table(region, context, updated.table, updated.stream, &updated.steps);
    let mut description = description(region, &name, context.now_ms)?;
    update::echo(&input, changed, &mut description);
    Ok(answer::of(&TableDescriptionOutput { table_description: Some(description) }))
}
