//! [UpdateGlobalTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateGlobalTable.html), of the legacy version 2017.11.29.
//!
//! No global table of that version can be there: see [`super::create_global_table`].

use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::global::UpdateGlobalTableInput;
use crate::error::constraint::Violations;
use crate::error::table::{ensure, invalid};
use crate::error::{Result, global as words};
use crate::table::name;

/// Refuses, as the service does.
pub fn execute(_region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: UpdateGlobalTableInput = decode_rare(request)?;
    let mut violations = Violations::default();
    violations.required(&input.replica_updates, "replicaUpdates");
    if let Some(name) = violations.required(&input.global_table_name, "globalTableName") {
        name::check(&mut violations, name, "globalTableName");
    }
    violations.into_result()?;
    let updates = input.replica_updates.unwrap_or_default();
    ensure(!updates.is_empty(), words::no_legacy_updates)?;
    for update in &updates {
        ensure(update.create.is_none() || update.delete.is_none(), || {
            invalid(
                "A ReplicaUpdate structure cannot contain both a create replica action and a delete replica action",
            )
        })?;
        ensure(update.create.is_some() || update.delete.is_some(), words::no_legacy_updates)?;
    }
    ensure(updates.iter().all(|update| update.create.is_none()), words::legacy_version)?;
    Err(words::legacy_not_found(&input.global_table_name.unwrap_or_default()))
}
