//! [ListGlobalTables](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListGlobalTables.html), of the legacy version 2017.11.29.
//!
//! No global table of that version can be there: see [`super::create_global_table`].

use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::global::{ListGlobalTablesInput, ListGlobalTablesOutput};
use crate::error::constraint::Violations;
use crate::error::table::ensure;
use crate::error::{ApiError, ErrorKind, Result};
use crate::table::replicas::takes_replicas;

use super::answer;

/// Lists nothing, as the service does; a region that there is not is too much for it.
pub fn execute(_region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: ListGlobalTablesInput = decode_rare(request)?;
    let mut violations = Violations::default();
    if let Some(limit) = input.limit {
        violations.at_least(i64::from(limit), "limit", 1);
    }
    violations.into_result()?;
    let known = input.region_name.as_deref().is_none_or(takes_replicas);
    ensure(known, || ApiError::new(ErrorKind::InternalServerError, "Internal server error"))?;
    Ok(answer::of(&ListGlobalTablesOutput { global_tables: Some(Vec::new()) }))
}
