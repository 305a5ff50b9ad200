//! [DescribeBackup](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeBackup.html).

use crate::access::{Context, Region};
use crate::api::backup::DescribeBackupInput;
use crate::api::decode::decode_rare;
use crate::backup::describe::{BackupStatus, describe};
use crate::backup::{arn, find};
use crate::error::Result;

use super::answer;

/// Describes a backup, under the ARN that it was asked for by.
pub fn execute(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: DescribeBackupInput = decode_rare(request)?;
    let given = arn::required(input.backup_arn.as_ref())?;
    let backup = find(region, &given)?;
    Ok(answer::of(&describe(&backup, given, BackupStatus::Available)))
}
