//! [CreateBackup](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateBackup.html).

use crate::access::archive::{BackupType, keep};
use crate::access::{Context, Region};
use crate::api::backup::{CreateBackupInput, CreateBackupOutput};
use crate::api::decode::decode_rare;
use crate::backup::continuous::{available, table};
use crate::backup::describe::{BackupStatus, details};
use crate::error::Result;
use crate::error::constraint::Violations;
use crate::table::name;

use super::answer;

/// Backs up a table as it stands.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: CreateBackupInput = decode_rare(request)?;
    let table_name = name::of_table_operation(input.table_name.as_deref())?;
    name::at_home(input.table_name.as_deref(), region.settings.home())?;
    let mut violations = Violations::default();
    if let Some(backup_name) = violations.required(&input.backup_name, "backupName") {
        name::check(&mut violations, backup_name, "backupName");
    }
    violations.into_result()?;
    available(&table(region, &table_name)?.saved.table, context.now_ms)?;
    let backup_name = input.backup_name.unwrap_or_default();
    let backup = keep(region, &table_name, &backup_name, BackupType::User, context.now_ms);
    let backup_details = backup.map(|backup| details(&backup, backup.arn(), BackupStatus::Creating));
    Ok(answer::of(&CreateBackupOutput { backup_details }))
}
