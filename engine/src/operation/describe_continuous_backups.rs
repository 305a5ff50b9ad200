//! [DescribeContinuousBackups](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html).

use crate::access::{Context, Region};
use crate::api::backup::DescribeContinuousBackupsInput;
use crate::api::decode::decode_rare;
use crate::backup::continuous::{describe, table};
use crate::error::Result;
use crate::table::name;

use super::answer;

/// Tells whether backups and point-in-time recovery are on, and what can be restored.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: DescribeContinuousBackupsInput = decode_rare(request)?;
    let name = name::of_table_operation(input.table_name.as_deref())?;
    name::at_home(input.table_name.as_deref(), region.settings.home())?;
    let table = &table(region, &name)?.saved.table;
    Ok(answer::of(&describe(table, context.now_ms, region.settings.instant)))
}
