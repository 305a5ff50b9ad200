//! Continuous backups: how point-in-time recovery is switched on and off, and what it says.
//!
//! Owns the rules of UpdateContinuousBackups and the bounds of what can be restored. Never keeps history itself.
//!
//! Follows [UpdateContinuousBackups](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html).

use crate::access::{Region, TableState};
use crate::api::backup as api;
use crate::api::table::Timestamp;
use crate::error::constraint::Violations;
use crate::error::{Result, backup as words};
use crate::limits::RECOVERY_DAYS;
use crate::table::{Recovery, Table, TableStatus};

/// A day.
pub const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// How far behind now the latest moment is that can be restored; none where everything happens at once.
const LATEST_LAG_MS: u64 = 5 * 60 * 1000;

/// The table of that name as the backup operations see it: one that is being created is not there yet.
pub fn table<'r>(region: &'r Region, name: &str) -> Result<&'r TableState> {
    match region.tables.get(name) {
        Some(state) if state.saved.table.status != TableStatus::Creating => Ok(state),
        _ => Err(words::table_not_found(name)),
    }
}

/// Refuses what needs backups for the time that they are being enabled in.
pub fn available(table: &Table, now_ms: u64) -> Result<()> {
    match now_ms >= table.backups_from_ms || table.recovery.is_some() {
        true => Ok(()),
        false => Err(words::backups_being_enabled(&table.name)),
    }
}

/// The bounds of what can be restored, in milliseconds: whole seconds, but where everything happens at once the very
/// moment.
pub fn restorable(recovery: Recovery, now_ms: u64, instant: bool) -> (u64, u64) {
    let second = |at_ms: u64| at_ms / 1000 * 1000;
    let latest = match instant {
        true => now_ms,
        false => second(recovery.since_ms.max(now_ms.saturating_sub(LATEST_LAG_MS))),
    };
    (second(recovery.earliest_ms(now_ms)), latest)
}

/// A table's continuous backups as they are described.
pub fn describe(table: &Table, now_ms: u64, instant: bool) -> api::ContinuousBackupsOutput {
    let on = |on: bool| Some(if on { "ENABLED" } else { "DISABLED" }.to_owned());
    let bounds = table.recovery.map(|recovery| restorable(recovery, now_ms, instant));
    api::ContinuousBackupsOutput {
        continuous_backups_description: Some(api::ContinuousBackupsDescription {
            continuous_backups_status: on(available(table, now_ms).is_ok()),
            point_in_time_recovery_description: Some(api::PointInTimeRecoveryDescription {
                point_in_time_recovery_status: on(table.recovery.is_some()),
                recovery_period_in_days: table.recovery.map(|recovery| recovery.period_days),
                earliest_restorable_date_time: bounds.map(|(earliest, _)| Timestamp(earliest)),
                latest_restorable_date_time: bounds.map(|(_, latest)| Timestamp(latest)),
            }),
        }),
    }
}

/// What a request asks for: the days that recovery is to reach back, none to switch it off.
pub fn wanted(request: &api::UpdateContinuousBackupsInput) -> Result<Option<u64>> {
    let mut violations = Violations::default();
    let member = "pointInTimeRecoverySpecification";
    let specification = &request.point_in_time_recovery_specification;
    if let Some(specification) = violations.required(specification, member) {
        if let Some(days) = specification.recovery_period_in_days {
            let member = format!("{member}.recoveryPeriodInDays");
            violations.at_least(i64::from(days), &member, 1);
            violations.at_most(i64::from(days), &member, RECOVERY_DAYS as i64);
        }
        let enabled = &specification.point_in_time_recovery_enabled;
        violations.required(enabled, &format!("{member}.pointInTimeRecoveryEnabled"));
    }
    violations.into_result()?;
    let specification = specification.clone().unwrap_or_default();
    match (specification.point_in_time_recovery_enabled, specification.recovery_period_in_days) {
        (Some(true), days) => Ok(Some(days.map_or(RECOVERY_DAYS, |days| days as u64))),
        (_, Some(_)) => Err(words::period_without_recovery()),
        (_, None) => Ok(None),
    }
}

/// Recovery as it is after the request: what is kept already stays, unless it is switched off.
pub fn switched(current: Option<Recovery>, days: Option<u64>, now_ms: u64) -> Option<Recovery> {
    let since_ms = current.map_or(now_ms, |recovery| recovery.since_ms);
    days.map(|period_days| Recovery { since_ms, period_days })
}
