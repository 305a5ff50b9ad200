//! [DeleteBackup](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteBackup.html).

use crate::access::archive::{BackupType, remove};
use crate::access::{Context, Region};
use crate::api::backup::DeleteBackupInput;
use crate::api::decode::decode_rare;
use crate::backup::describe::{BackupStatus, describe};
use crate::backup::{arn, find, restoring};
use crate::error::table::ensure;
use crate::error::{Result, backup as words};
use crate::table::lifecycle::iso_date;

use super::answer;

/// Deletes a backup, unless the service made it or a table is being restored from it.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: DeleteBackupInput = decode_rare(request)?;
    let given = arn::required(input.backup_arn.as_ref())?;
    let backup = find(region, &given)?;
    ensure(backup.backup_type == BackupType::User, || {
        words::system_backup(&given, &iso_date(backup.expires_ms.unwrap_or_default()))
    })?;
    ensure(restoring(region, &backup).is_none(), || words::backup_restores_table(&given))?;
    remove(region, &backup, context.now_ms);
    Ok(answer::of(&describe(&backup, given, BackupStatus::Deleted)))
}
