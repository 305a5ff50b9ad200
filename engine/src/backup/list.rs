//! ListBackups: one page of the backups, by table, type and time.
//!
//! Owns the checks, the filters and the paging; the backups come from the caller, in the order of their ids.
//!
//! Follows [ListBackups](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListBackups.html): the lower
//! bound of the time is included, the upper one is not; the start need not exist; without a type only USER backups.

use crate::access::archive::{Backup, BackupType};
use crate::api::backup as api;
use crate::error::constraint::Violations;
use crate::error::{Result, backup as words};
use crate::limits::LIST_BACKUPS;
use crate::table::name;

use super::arn;
use super::describe::summary;

const TYPES: &[&str] = &["USER", "SYSTEM", "AWS_BACKUP", "ALL"];

/// What a request asks for.
#[derive(Clone, Debug)]
pub struct Filter {
    table: Option<String>,
    types: Vec<BackupType>,
    from_ms: u64,
    until_ms: u64,
    /// The id behind which the page begins.
    after: Option<String>,
    limit: usize,
}

/// Reads the request.
pub fn filter(request: &api::ListBackupsInput, account_id: &str, region: &str) -> Result<Filter> {
    let mut violations = Violations::default();
    let limit = i64::from(request.limit.unwrap_or(LIST_BACKUPS as i32));
    violations.at_least(limit, "limit", 1);
    violations.at_most(limit, "limit", LIST_BACKUPS as i64);
    if let Some(start) = &request.exclusive_start_backup_arn {
        arn::constrain(&mut violations, start, "exclusiveStartBackupArn");
    }
    if let Some(kind) = &request.backup_type {
        violations.one_of(kind, "backupType", TYPES);
    }
    violations.into_result()?;
    let table = request.table_name.as_deref().map(|table| name::of_table_operation(Some(table)));
    let (lower, upper) = (request.time_range_lower_bound, request.time_range_upper_bound);
    if let (Some(lower), Some(upper)) = (lower, upper)
        && lower > upper
    {
        return Err(words::time_range_inverted());
    }
    let after = match &request.exclusive_start_backup_arn {
        None => None,
        Some(start) => {
            let start = arn::parse(start, account_id)?;
            if start.region != region {
                return Err(words::start_of_another_region());
            }
            Some(start.id)
        }
    };
    Ok(Filter {
        table: table.transpose()?,
        types: match request.backup_type.as_deref() {
            None | Some("USER") => vec![BackupType::User],
            Some("SYSTEM") => vec![BackupType::System],
            Some("AWS_BACKUP") => Vec::new(),
            Some(_) => vec![BackupType::User, BackupType::System],
        },
        from_ms: lower.map_or(0, |lower| lower.0),
        until_ms: upper.map_or(u64::MAX, |upper| upper.0),
        after,
        limit: limit as usize,
    })
}

/// The page of `backups` that passes the filter.
pub fn list(filter: &Filter, backups: &[Backup]) -> api::ListBackupsOutput {
    let mut passing = backups.iter().filter(|backup| {
        filter.table.as_ref().is_none_or(|table| *table == backup.table.name)
            && filter.types.contains(&backup.backup_type)
            && (filter.from_ms..filter.until_ms).contains(&backup.created_ms)
            && filter.after.as_ref().is_none_or(|after| backup.id > *after)
    });
    let page: Vec<_> = passing.by_ref().take(filter.limit).map(summary).collect();
    let more = passing.next().is_some();
    api::ListBackupsOutput {
        last_evaluated_backup_arn: page.last().filter(|_| more).and_then(|last| last.backup_arn.clone()),
        backup_summaries: Some(page),
    }
}
