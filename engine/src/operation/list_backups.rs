//! [ListBackups](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListBackups.html).

use crate::access::archive::backups;
use crate::access::{Context, Region};
use crate::api::backup::ListBackupsInput;
use crate::api::decode::decode_rare;
use crate::backup::list::{filter, list};
use crate::error::Result;

use super::answer;

/// Lists backups, those of deleted tables too.
pub fn execute(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: ListBackupsInput = decode_rare(request)?;
    let filter = filter(&input, &region.settings.account_id, &region.settings.region)?;
    Ok(answer::of(&list(&filter, &backups(region))))
}
