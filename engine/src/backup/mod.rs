//! Backups and point-in-time recovery: which may be made, what they say, and what becomes a table again.
//!
//! Owns the rules of the eight backup operations and what happens by itself: history that is trimmed, backups that expire.
//! The copies and the before-images themselves are kept by `access`. Never parses a request's JSON.
//!
//! Follows [Backup and restore](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Backup-and-Restore.html)
//! and the API findings that the ACK project published in October 2026.

pub mod arn;
pub mod continuous;
pub mod describe;
pub mod list;
pub mod restore;

use crate::access::archive::{self, Backup};
use crate::access::{Context, Region, history};
use crate::error::{Result, backup as words};

/// The backup of an ARN, whatever region the ARN says.
pub fn find(region: &Region, given: &str) -> Result<Backup> {
    let parsed = arn::parse(given, &region.settings.account_id)?;
    let mut backups = archive::backups(region).into_iter();
    backups
        .find(|backup| backup.id == parsed.id && backup.table.name == parsed.table)
        .ok_or_else(|| words::backup_not_found(given))
}

/// The name of the table that is being restored from the backup.
pub fn restoring(region: &Region, backup: &Backup) -> Option<String> {
    let arn = backup.arn();
    let from = |restore: &crate::table::Restore| restore.backup_arn.as_ref() == Some(&arn);
    let mut tables = region.tables.values().map(|state| &state.saved.table);
    tables.find(|table| table.restore.as_ref().is_some_and(from)).map(|table| table.name.clone())
}

/// Does what is due by the context's time.
pub fn run(region: &mut Region, context: &mut Context) {
    let now_ms = context.now_ms;
    if next_due_ms(region).is_none_or(|due_ms| due_ms > now_ms) {
        return;
    }
    for (table, earliest_ms) in histories(region, now_ms) {
        if history::first_ms(region, table).is_some_and(|first| first < earliest_ms) {
            history::trim(region, table, earliest_ms, now_ms);
        }
    }
    while let Some((_, number)) = archive::next_expiry(region).filter(|(at_ms, _)| *at_ms <= now_ms) {
        let Some(backup) = archive::backup(region, number) else { break };
        archive::remove(region, &backup, now_ms);
    }
}

fn histories(region: &Region, now_ms: u64) -> Vec<(u32, u64)> {
    let tables = region.tables.values().map(|state| &state.saved.table);
    tables.filter_map(|table| Some((table.id, table.recovery?.earliest_ms(now_ms)))).collect()
}

/// When [`run`] next has something to do.
pub fn next_due_ms(region: &Region) -> Option<u64> {
    let tables = region.tables.values().map(|state| &state.saved.table);
    let trims = tables.filter_map(|table| {
        let reach_ms = table.recovery?.period_days * continuous::DAY_MS;
        Some(history::first_ms(region, table.id)? + reach_ms + 1)
    });
    trims.chain(archive::next_expiry(region).map(|(at_ms, _)| at_ms)).min()
}
