//! The backups of a region: what each keeps, and where.
//!
//! Owns the records ([`Backup`]) and the copies of the items, and fills a restored table with such a copy. Never decides
//! whether a backup may be made, deleted or restored: `backup` does. The one made of a deleted table is made here, since
//! the table goes here.
//!
//! Follows [Backup and restore](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Backup-and-Restore.html).

use std::ops::Bound;

use serde::{Deserialize, Serialize};

use crate::index;
use crate::limits::SYSTEM_BACKUP_MS;
use crate::model::codec;
use crate::store::Space;
use crate::table::Table;

use super::history::Encoded;
use super::region::{Region, Statistics};

/// Who made a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BackupType {
    /// CreateBackup.
    User,
    /// The service, of a deleted table.
    System,
}

impl BackupType {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            BackupType::User => "USER",
            BackupType::System => "SYSTEM",
        }
    }
}

/// A backup: a table's settings as of a moment; its items stand in a space of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// Its number in the region.
    pub number: u32,
    /// The end of its ARN: `01791504762511-2779fadd`, its time and eight digits.
    pub id: String,
    /// Its name, which need not be unique.
    pub name: String,
    /// Who made it.
    pub backup_type: BackupType,
    /// When it was made.
    pub created_ms: u64,
    /// When it goes by itself.
    pub expires_ms: Option<u64>,
    /// The table.
    pub table: Table,
    /// How many items it keeps.
    pub item_count: u64,
    /// Their size, in bytes.
    pub size_bytes: u64,
}

impl Backup {
    /// Its ARN.
    pub fn arn(&self) -> String {
        format!("{}/backup/{}", self.table.arn, self.id)
    }
}

/// Where a backup's record stands.
fn record_key(number: u32) -> Vec<u8> {
    [b"b".as_slice(), &number.to_be_bytes()].concat()
}

/// Where it stands, with nothing, that a backup expires: behind all records, in the order of time.
fn expiry_key(at_ms: u64, number: u32) -> Vec<u8> {
    [b"e".as_slice(), &at_ms.to_be_bytes(), &number.to_be_bytes()].concat()
}

/// When the next backup expires, and its number.
pub fn next_expiry(region: &Region) -> Option<(u64, u32)> {
    // Each request asks.
    if region.store.len(Space::Backups) == 0 {
        return None;
    }
    let mut expiries = region.store.range(Space::Backups, (Bound::Included(b"e"), Bound::Unbounded));
    let (key, _) = expiries.next()?;
    let (at_ms, number) = key.get(1..)?.split_at_checked(8)?;
    Some((u64::from_be_bytes(at_ms.try_into().ok()?), u32::from_be_bytes(number.try_into().ok()?)))
}

/// The backup of that number.
pub fn backup(region: &Region, number: u32) -> Option<Backup> {
    serde_json::from_slice(region.store.get(Space::Backups, &record_key(number))?).ok()
}

/// All backups, in the order they were made.
pub fn backups(region: &Region) -> Vec<Backup> {
    let stored = region.store.range(Space::Backups, (Bound::Unbounded, Bound::Excluded(b"e")));
    let mut backups: Vec<Backup> =
        stored.filter_map(|(_, bytes)| serde_json::from_slice(bytes).ok()).collect();
    backups.sort_by(|a, b| a.id.cmp(&b.id));
    backups
}

/// Backs up a table as it stands; none where there is no such table.
pub fn keep(
    region: &mut Region,
    table: &str,
    name: &str,
    backup_type: BackupType,
    now_ms: u64,
) -> Option<Backup> {
    let state = region.tables.get(table)?;
    let (settings, Statistics { items: item_count, size_bytes }) =
        (state.saved.table.clone(), state.statistics(0));
    let digits = match backup_type {
        BackupType::User => region.random.next_u64() as u32,
        BackupType::System => 0,
    };
    let everything = (Bound::Unbounded, Bound::Unbounded);
    let last = region.store.range(Space::Backups, (Bound::Unbounded, Bound::Excluded(b"e"))).next_back();
    let last = last.and_then(|(key, _)| Some(u32::from_be_bytes(key.get(1..)?.try_into().ok()?)));
    let backup = Backup {
        number: last.map_or(1, |last| last + 1),
        id: format!("{now_ms:014}-{digits:08x}"),
        name: name.to_owned(),
        backup_type,
        created_ms: now_ms,
        expires_ms: (backup_type == BackupType::System).then_some(now_ms + SYSTEM_BACKUP_MS),
        table: settings,
        item_count,
        size_bytes,
    };
    let from = Space::Items { table: backup.table.id, index: 0 };
    let items: Vec<Encoded> =
        region.store.range(from, everything).map(|(key, item)| (key.to_vec(), item.to_vec())).collect();
    let to = Space::BackupItems { backup: backup.number };
    for (key, item) in items {
        region.store.write(to, &key, Some(item), now_ms);
    }
    let bytes = serde_json::to_vec(&backup).expect("a backup is always JSON");
    region.store.write(Space::Backups, &record_key(backup.number), Some(bytes), now_ms);
    if let Some(at_ms) = backup.expires_ms {
        region.store.write(Space::Backups, &expiry_key(at_ms, backup.number), Some(Vec::new()), now_ms);
    }
    Some(backup)
}

/// Backs up a table that goes, where its point-in-time recovery is on.
pub(super) fn keep_deleted(region: &mut Region, table: &str, now_ms: u64) {
    let recovery = region.tables.get(table).and_then(|state| state.saved.table.recovery);
    if recovery.is_some() {
        keep(region, table, &format!("{table}$DeletedTableBackup"), BackupType::System, now_ms);
    }
}

/// The items that a backup keeps.
pub fn items(region: &Region, backup: &Backup) -> Vec<Encoded> {
    let space = Space::BackupItems { backup: backup.number };
    let stored = region.store.range(space, (Bound::Unbounded, Bound::Unbounded));
    stored.map(|(key, item)| (key.to_vec(), item.to_vec())).collect()
}

/// Forgets a backup and its items.
pub fn remove(region: &mut Region, backup: &Backup, now_ms: u64) {
    region.store.clear(Space::BackupItems { backup: backup.number }, now_ms);
    region.store.write(Space::Backups, &record_key(backup.number), None, now_ms);
    if let Some(at_ms) = backup.expires_ms {
        region.store.write(Space::Backups, &expiry_key(at_ms, backup.number), None, now_ms);
    }
}

/// Fills a new table and its indexes with items.
pub fn fill(region: &mut Region, table: &str, items: Vec<Encoded>, now_ms: u64) {
    let Some(state) = region.tables.get(table) else { return };
    let definition = state.saved.table.clone();
    for (key_bytes, encoded) in items {
        let Some(state) = region.tables.get_mut(table) else { return };
        let place = state.saved.partitions.owner(&key_bytes);
        let home = state.saved.partitions.at(place).id;
        let mut writes = Vec::new();
        if let Ok(item) = codec::decode(&encoded) {
            for index in &definition.indexes {
                let Some(entry) = index::entry(&definition, index, &item) else { continue };
                let partition = match state.saved.index_partitions.get(&index.id) {
                    Some(own) => own.at(own.owner(&entry.key)).id,
                    None => home,
                };
                writes.push((index.id, partition, entry.key, codec::encode(&entry.item)));
            }
        }
        writes.push((0, home, key_bytes, encoded));
        for (index, partition, key, bytes) in writes {
            let part = state.live.statistics.entry((index, partition)).or_default();
            part.items += 1;
            part.size_bytes += codec::size_bytes(&bytes).unwrap_or(0);
            region.store.write(Space::Items { table: definition.id, index }, &key, Some(bytes), now_ms);
        }
    }
}
