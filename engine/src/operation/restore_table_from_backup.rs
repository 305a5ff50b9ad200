//! [RestoreTableFromBackup](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableFromBackup.html).

use crate::access::{Context, Region, archive};
use crate::api::backup::RestoreTableFromBackupInput;
use crate::api::decode::decode_rare;
use crate::api::table::TableDescriptionOutput;
use crate::backup::{arn, find, restore, restoring};
use crate::error::constraint::Violations;
use crate::error::table::ensure;
use crate::error::{Result, backup as words};
use crate::table::Restore;
use crate::table::restore::Overrides;

use super::answer;
use super::describe_table::description;

/// Makes a table of a backup.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: RestoreTableFromBackupInput = decode_rare(request)?;
    let overrides = Overrides::from(&input);
    let mut violations = Violations::default();
    overrides.constrain(&mut violations, &input.target_table_name);
    violations.into_result()?;
    let target = input.target_table_name.clone().unwrap_or_default();
    let given = arn::required(input.backup_arn.as_ref())?;
    if arn::parse(&given, &region.settings.account_id)?.region != region.settings.region {
        ensure(overrides.encryption.is_some(), words::cross_region_without_encryption)?;
        // Differs from DynamoDB: a backup is restored in its own region only.
        return Err(words::backup_not_found(&given));
    }
    let backup = find(region, &given)?;
    if let Some(table) = restoring(region, &backup) {
        return Err(match table == target {
            true => words::target_being_restored(&target, Some(&given)),
            false => words::backup_restores_another_table(&given),
        });
    }
    let from = Restore {
        backup_arn: Some(backup.arn()),
        table_arn: backup.table.arn.clone(),
        at_ms: backup.created_ms,
    };
    let items = archive::items(region, &backup);
    restore::begin(region, context, (&backup.table, items), &target, &overrides, from)?;
    let table_description = Some(description(region, &target, context.now_ms)?);
    Ok(answer::of(&TableDescriptionOutput { table_description }))
}
