//! The history of a table whose point-in-time recovery is on: what stood under a key before each write, with its time.
//!
//! Owns the records and their trimming; every write of an item passes `note`. Never switches recovery on or off.
//!
//! Modelled: the service archives the partitions' logs and snapshots; before-images give the same states. Follows
//! [Point-in-time recovery](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html).

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::model::Item;
use crate::model::codec::{self, Reader, write_bytes};
use crate::store::Space;
use crate::table::TableId;

use super::region::Region;

/// An item's key bytes and the item, encoded.
pub type Encoded = (Vec<u8>, Vec<u8>);

/// So many writes are told at most, the newest.
const MOST_TIMES: usize = 200_000;

fn record_key(at_ms: u64, position: u64) -> Vec<u8> {
    [at_ms.to_be_bytes(), position.to_be_bytes()].concat()
}

/// Keeps what a write replaces, where the table's recovery is on; to be called before the write.
pub(super) fn note(region: &mut Region, table: &str, key: &[u8], before: Option<&Item>, now_ms: u64) {
    let Some(table) = region.tables.get(table).map(|state| &state.saved.table) else { return };
    if table.recovery.is_none() {
        return;
    }
    let space = Space::History { table: table.id };
    let mut record = Vec::new();
    write_bytes(key, &mut record);
    if let Some(before) = before {
        record.push(1);
        record.extend_from_slice(&codec::encode(before));
    } else {
        record.push(0);
    }
    region.store.write(space, &record_key(now_ms, region.store.position()), Some(record), now_ms);
}

/// A record's key and the image before.
fn read(record: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    let mut reader = Reader(record);
    let key = reader.bytes().ok()?;
    match reader.byte().ok()? {
        0 => Some((key, None)),
        _ => Some((key, Some(reader.0))),
    }
}

/// The items of a table as they stood at the end of the millisecond `at_ms`.
pub fn items_at(region: &Region, table: TableId, at_ms: u64) -> Vec<Encoded> {
    let later = record_key(at_ms.saturating_add(1), 0);
    let history = region.store.range(Space::History { table }, (Bound::Included(&later), Bound::Unbounded));
    // The oldest later write of a key replaced what stood there then.
    let mut undone: BTreeMap<&[u8], Option<&[u8]>> = BTreeMap::new();
    for (key, before) in history.filter_map(|(_, record)| read(record)) {
        undone.entry(key).or_insert(before);
    }
    let everything = (Bound::Unbounded, Bound::Unbounded);
    let untouched = region
        .store
        .range(Space::Items { table, index: 0 }, everything)
        .filter(|(key, _)| !undone.contains_key(key));
    let restored = undone.iter().filter_map(|(key, before)| Some((*key, (*before)?)));
    let mut items: Vec<Encoded> =
        untouched.chain(restored).map(|(key, item)| (key.to_vec(), item.to_vec())).collect();
    items.sort_unstable();
    items
}

/// When the writes of a table were, from `from_ms` to before `until_ms`, the newest first.
pub fn times(region: &Region, table: TableId, from_ms: u64, until_ms: u64) -> Vec<u64> {
    let (first, end) = (record_key(from_ms, 0), record_key(until_ms, 0));
    let bounds = (Bound::Included(&first[..]), Bound::Excluded(&end[..]));
    let records = region.store.range(Space::History { table }, bounds).rev().take(MOST_TIMES);
    records.filter_map(|(key, _)| Some(u64::from_be_bytes(key.get(..8)?.try_into().ok()?))).collect()
}

/// When the oldest record of a table's history was written.
pub fn first_ms(region: &Region, table: TableId) -> Option<u64> {
    let mut records = region.store.range(Space::History { table }, (Bound::Unbounded, Bound::Unbounded));
    let (key, _) = records.next()?;
    Some(u64::from_be_bytes(key.get(..8)?.try_into().ok()?))
}

/// Forgets the records of a table's history that are older than `before_ms`.
pub fn trim(region: &mut Region, table: TableId, before_ms: u64, now_ms: u64) {
    let space = Space::History { table };
    let end = record_key(before_ms, 0);
    let old: Vec<Vec<u8>> = region
        .store
        .range(space, (Bound::Unbounded, Bound::Excluded(&end)))
        .map(|(key, _)| key.to_vec())
        .collect();
    for key in old {
        region.store.write(space, &key, None, now_ms);
    }
}
