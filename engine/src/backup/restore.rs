//! Which table is restored from what, as of when: the checks that both restores share, and their sources.
//!
//! Owns the choice of the moment and the refusals of a target; [`crate::table::restore`] makes the table's settings, and
//! [`crate::access::archive::fill`] brings the items.
//!
//! Follows [RestoreTableToPointInTime](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html)
//! and, for the order of the checks, the API findings that the ACK project published in October 2026.

use crate::access::archive::fill;
use crate::access::history::Encoded;
use crate::access::lifecycle::record_status;
use crate::access::{Context, Region, TableState};
use crate::api::backup as api;
use crate::api::table::Timestamp;
use crate::error::table::ensure;
use crate::error::{Result, backup as words, table as table_words};
use crate::limits::RESTORES;
use crate::table::create::Naming;
use crate::table::lifecycle::iso_date;
use crate::table::restore::{Overrides, restored};
use crate::table::{Restore, Table, name, quota};

use super::{arn, continuous};

/// Makes the table `target` of a table's settings and of items.
pub fn begin(
    region: &mut Region,
    context: &mut Context,
    (source, items): (&Table, Vec<Encoded>),
    target: &str,
    overrides: &Overrides<'_>,
    restore: Restore,
) -> Result<()> {
    let naming = Naming {
        id: region.counters.tables as u32 + 1,
        uuid: crate::table::uuid(&mut region.random),
        region: &region.settings.region,
        account_id: &region.settings.account_id,
        now_ms: context.now_ms,
        instant: region.settings.instant,
    };
    let table = restored(source, target.to_owned(), overrides, restore, &naming)?;
    check_target(region, target)?;
    quota::check_count(region.tables.len())?;
    let others = region.tables.values().map(|state| &state.saved.table);
    quota::check(None, &table, others, &region.settings.region)?;
    region.counters.tables += 1;
    record_status(&table, table.status.name(), context);
    region.create_table(table, context);
    fill(region, target, items, context.now_ms);
    Ok(())
}

/// Refuses a name that is taken, and more restores at a time than there may be.
fn check_target(region: &Region, target: &str) -> Result<()> {
    if let Some(existing) = region.tables.get(target) {
        return Err(match &existing.saved.table.restore {
            Some(restore) => words::target_being_restored(target, restore.backup_arn.as_deref()),
            None => words::target_exists(target),
        });
    }
    let under_way = region.tables.values().filter(|state| state.saved.table.restore.is_some()).count();
    ensure(under_way < RESTORES, words::too_many_restores)
}

/// The table whose past is to be restored.
pub fn source<'r>(
    region: &'r Region,
    request: &api::RestoreTableToPointInTimeInput,
) -> Result<&'r TableState> {
    let name = match (&request.source_table_name, &request.source_table_arn) {
        (Some(_), Some(_)) => return Err(words::two_sources()),
        (None, None) => return Err(table_words::missing_parameter("TableName")),
        (Some(name), None) => name::of_table_operation(Some(name))?,
        (None, Some(given)) => {
            let parts: Vec<&str> = given.splitn(6, ':').collect();
            let [_, "aws", "dynamodb", of_region, account, resource] = parts[..] else {
                return Err(words::invalid_source_arn());
            };
            let name = resource.strip_prefix("table/").filter(|name| !name.contains('/'));
            let name = name.filter(|_| arn::is_a_region(of_region)).ok_or_else(words::invalid_source_arn)?;
            ensure(account == region.settings.account_id, words::source_of_another_account)?;
            if of_region != region.settings.region {
                ensure(request.sse_specification_override.is_some(), words::cross_region_without_encryption)?;
                // Differs from DynamoDB: a table is restored in its own region only.
                return Err(words::table_not_found(name));
            }
            name.to_owned()
        }
    };
    continuous::table(region, &name)
}

/// The moment to restore, once the request said one.
pub fn check_times(request: &api::RestoreTableToPointInTimeInput) -> Result<Option<Timestamp>> {
    match (request.restore_date_time, request.use_latest_restorable_time == Some(true)) {
        (Some(_), true) => Err(words::two_restore_times()),
        (None, false) => Err(words::no_restore_time()),
        (at, _) => Ok(at),
    }
}

/// The moment, in milliseconds, where the table keeps it; the latest where none is given.
pub fn moment(table: &Table, at: Option<Timestamp>, now_ms: u64, instant: bool) -> Result<u64> {
    let recovery = table.recovery.ok_or_else(|| words::recovery_not_enabled(&table.name))?;
    let (earliest, latest) = continuous::restorable(recovery, now_ms, instant);
    let at_ms = at.map_or(latest, |at| at.0);
    ensure((earliest..=latest).contains(&at_ms), || {
        words::restore_time_out_of_range(&iso_date(at_ms), &iso_date(earliest), &iso_date(latest))
    })?;
    Ok(at_ms)
}
