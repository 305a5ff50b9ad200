//! [DescribeGlobalTableSettings](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeGlobalTableSettings.html), of the legacy version 2017.11.29.
//!
//! No global table of that version can be there: see [`super::create_global_table`].

use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::global::GlobalTableInput;
use crate::error::constraint::Violations;
use crate::error::{Result, global as words};
use crate::table::name;

/// Refuses, as the service does for every table.
pub fn execute(_region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: GlobalTableInput = decode_rare(request)?;
    let mut violations = Violations::default();
    if let Some(name) = violations.required(&input.global_table_name, "globalTableName") {
        name::check(&mut violations, name, "globalTableName");
    }
    violations.into_result()?;
    Err(words::legacy_settings_not_found(&input.global_table_name.unwrap_or_default()))
}
