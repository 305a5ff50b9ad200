//! [RestoreTableToPointInTime](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html).

use crate::access::{Context, Region, history};
use crate::api::backup::RestoreTableToPointInTimeInput;
use crate::api::decode::decode_rare;
use crate::api::table::TableDescriptionOutput;
use crate::backup::restore::{begin, check_times, moment, source};
use crate::error::Result;
use crate::error::constraint::Violations;
use crate::table::Restore;
use crate::table::restore::Overrides;

use super::answer;
use super::describe_table::description;

/// Makes a table of another one as it stood at a moment.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: RestoreTableToPointInTimeInput = decode_rare(request)?;
    let overrides = Overrides::from(&input);
    let mut violations = Violations::default();
    overrides.constrain(&mut violations, &input.target_table_name);
    violations.into_result()?;
    let at = check_times(&input)?;
    let table = source(region, &input)?.saved.table.clone();
    let at_ms = moment(&table, at, context.now_ms, region.settings.instant)?;
    let target = input.target_table_name.clone().unwrap_or_default();
    let items = history::items_at(region, table.id, at_ms);
    let from = Restore { backup_arn: None, table_arn: table.arn.clone(), at_ms };
    begin(region, context, (&table, items), &target, &overrides, from)?;
    let table_description = Some(description(region, &target, context.now_ms)?);
    Ok(answer::of(&TableDescriptionOutput { table_description }))
}
