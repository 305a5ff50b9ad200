//! DeleteTable: whether a table may go, and the table as it goes.
//!
//! Owns the refusals; the table is gone when [`super::lifecycle::advance`] says so. Never drops anything.
//!
//! Follows [DeleteTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html). The page
//! says that deleting a table that is DELETING is no error; the service was seen to refuse it.

use super::lifecycle::{self, Step};
use super::name;
use super::schema::{IndexStatus, Table, TableStatus};
use super::update::StreamSwitch;
use crate::api::table as api;
use crate::error::Result;
use crate::error::global as global_words;
use crate::error::table::{self as words, ensure};

/// The plain name of the table that the request is about.
pub fn table_name(request: &api::DeleteTableInput) -> Result<String> {
    name::of_table_operation(request.table_name.as_deref())
}

/// The table, DELETING, what became of its stream, and what [`lifecycle::advance`] did to it already: it is gone at once where
/// everything is.
pub fn delete(table: &Table, now_ms: u64, instant: bool) -> Result<(Table, Option<StreamSwitch>, Vec<Step>)> {
    if let Some(global) = &table.global {
        let home = table.arn.split(':').nth(3).unwrap_or_default();
        ensure(!table.deletion_protection, || global_words::replica_protected(&table.name, home))?;
        ensure(!global.strong, global_words::strong_goes_whole)?;
        ensure(!global.is_source(home, home, now_ms), global_words::is_a_source)?;
        ensure(!global.is_changing(), global_words::in_use)?;
    }
    ensure(!table.deletion_protection, words::protected_against_deletion)?;
    match table.status {
        TableStatus::Creating => return Err(words::table_in_use(&table.name, "created")),
        TableStatus::Deleting => return Err(words::table_in_use(&table.name, "deleted")),
        TableStatus::Active | TableStatus::Updating => {}
    }
    let vectors = table.attachments.vectors.iter().map(|index| index.status);
    let mut indexes = table.indexes.iter().map(|index| index.status).chain(vectors);
    ensure(indexes.all(|status| status == IndexStatus::Active), || {
        words::in_use("Cannot delete table while indexes are being created, updated, or deleted.")
    })?;
    ensure(!table.pending.as_ref().is_some_and(|pending| pending.stream), || {
        words::in_use("Cannot delete table while stream is being enabled/disabled.")
    })?;
    ensure(table.status == TableStatus::Active && !table.attachments.pace.is_busy(), || {
        words::in_use(format_args!("Table: {} is in the process of being updated.", table.name))
    })?;
    let mut table = table.clone();
    let switch = begin(&mut table, now_ms, instant);
    let steps = if instant { lifecycle::advance(&mut table, now_ms, true) } else { Vec::new() };
    Ok((table, switch, steps))
}

/// Makes a table DELETING, and its stream ends.
pub fn begin(table: &mut Table, now_ms: u64, instant: bool) -> Option<StreamSwitch> {
    let running = table.stream.as_mut().filter(|stream| stream.enabled);
    let switch = running.map(|stream| {
        stream.enabled = false;
        StreamSwitch::Off
    });
    lifecycle::begin_deleting(table, now_ms, instant);
    switch
}
