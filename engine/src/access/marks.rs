//! What partitions remember for transactions: each item's timestamp and version, the transaction that holds it, and the
//! timestamp of each partition's last delete.
//!
//! Nothing is remembered while no transaction is under way between two requests: whatever begins later has a later timestamp
//! than all that happened before. While one is, every mark is in the store too, so that a reopened workspace refuses and
//! accepts as it would have: each is written once, at the end of the call or of the step that changed it, so that a call which
//! begins and ends a transaction stores no hold. Never decides whether a message is accepted: `transaction` does.
//!
//! Follows ["Distributed Transactions at Scale in Amazon DynamoDB" (USENIX ATC 2023)](https://www.usenix.org/conference/atc23/presentation/idziorek):
//! an item that is not there has no timestamp of its own, so the latest delete of its partition stands in for it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use serde::{Deserialize, Serialize};

use crate::model::codec::{Malformed, Reader, write_bytes, write_varint};
use crate::store::{Damage, Space, Store};
use crate::table::TableId;
use crate::timeline::{PartitionId, TransactionId};

use super::region::Region;
use super::route::ItemKey;

/// What transactions and writes have left on an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The timestamp of the last transaction or write on the item.
    pub timestamp: u64,
    /// The log position of its last write; 0 where there was none since the first transaction under way began.
    pub version: u64,
    /// The transaction that holds the item.
    pub pending: Option<TransactionId>,
}

/// What a partition looks at before it accepts. All hold wherever there is data; a branch that shows what each is good for
/// goes without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checks {
    /// A prepare must be later than the item's timestamp.
    pub timestamp: bool,
    /// An item that a transaction holds is not prepared or written by another.
    pub pending: bool,
    /// An item that a transaction only checks has its timestamp too, once it commits.
    pub checked: bool,
}

impl Checks {
    /// As the service has them.
    pub const ALL: Checks = Checks { timestamp: true, pending: true, checked: true };
}

/// All marks of a region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// By table and key.
    pub items: BTreeMap<(TableId, Vec<u8>), Mark>,
    /// The timestamp of each partition's latest delete.
    pub deletes: BTreeMap<PartitionId, u64>,
}

/// Marks that are not in the store as they stand.
#[derive(Clone, Debug, Default)]
pub(super) struct Unsaved {
    items: BTreeSet<(TableId, Vec<u8>)>,
    deletes: BTreeSet<PartitionId>,
}

/// Where the items that are contested stand in the ledger.
pub(super) const CONTESTED: &[u8] = b"items";

/// Items by table and key.
pub type Places = BTreeSet<(TableId, Vec<u8>)>;

/// The items that transactions under way ask for; none where that is not known.
pub(super) fn read_contested(store: &Store) -> Result<Option<Places>, Damage> {
    let Some(bytes) = store.get(Space::Ledger, CONTESTED) else { return Ok(None) };
    let (mut reader, mut items) = (Reader(bytes), BTreeSet::new());
    while !reader.0.is_empty() {
        let table = TableId::try_from(reader.varint()?).map_err(|_| Malformed)?;
        items.insert((table, reader.bytes()?.to_vec()));
    }
    Ok(Some(items))
}

const ITEM: u8 = 0;
const PARTITION: u8 = 1;

/// How a mark's bytes begin; those of an earlier version are JSON.
const MARK: u8 = 1;

impl Mark {
    /// `1 | timestamp | version | the holder's number and 1, or 0`.
    fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![MARK];
        for number in [self.timestamp, self.version, self.pending.map_or(0, |holder| holder + 1)] {
            write_varint(number.into(), &mut bytes);
        }
        bytes
    }

    fn decode(bytes: &[u8]) -> Result<Mark, Malformed> {
        let Some((&MARK, rest)) = bytes.split_first() else {
            return serde_json::from_slice(bytes).map_err(|_| Malformed);
        };
        let mut reader = Reader(rest);
        let (timestamp, version, holder) = (reader.u64()?, reader.u64()?, reader.u64()?);
        match reader.0.is_empty() {
            true => Ok(Mark { timestamp, version, pending: holder.checked_sub(1) }),
            false => Err(Malformed),
        }
    }
}

fn item_place(table: TableId, key: &[u8]) -> Vec<u8> {
    [&[ITEM][..], &table.to_be_bytes(), key].concat()
}

impl Region {
    fn table_and_partition(&self, table: &str, key: &ItemKey) -> Option<(TableId, PartitionId)> {
        let saved = &self.tables.get(table)?.saved;
        Some((saved.table.id, saved.partitions.at(saved.partitions.owner(&key.bytes)).id))
    }

    /// The mark of an item.
    pub fn mark(&self, table: TableId, key: &[u8]) -> Option<&Mark> {
        if self.marks.items.is_empty() {
            return None;
        }
        self.marks.items.get(&(table, key.to_vec()))
    }

    /// The timestamp that a transaction must be later than to be prepared on the item: its own, or that of its partition's
    /// latest delete where there is no such item. 0 where nothing was written since the first transaction under way began.
    pub fn item_timestamp(&self, table: &str, key: &ItemKey) -> u64 {
        let Some((id, _)) = self.table_and_partition(table, key) else { return 0 };
        let mark = self.mark(id, &key.bytes).map_or(0, |mark| mark.timestamp);
        let there = self.store.get(Space::Items { table: id, index: 0 }, &key.bytes).is_some();
        if there { mark } else { mark.max(self.latest_delete(table, key)) }
    }

    /// The timestamp of the latest delete in the item's partition, or in the one that it was split from.
    pub fn latest_delete(&self, table: &str, key: &ItemKey) -> u64 {
        let Some(saved) = self.tables.get(table).map(|state| &state.saved) else { return 0 };
        let partition = saved.partitions.at(saved.partitions.owner(&key.bytes));
        let of = |id| self.marks.deletes.get(&id).copied();
        of(partition.id).or_else(|| of(partition.parent?)).unwrap_or(0)
    }

    /// From now on only these items are asked for by transactions under way: no other needs a mark that lasts, since whatever else
    /// begins is later than all that happened before. They are saved beside the run.
    pub fn contest(&mut self, items: BTreeSet<(TableId, Vec<u8>)>, now_ms: u64) {
        if self.contested.as_ref() != Some(&items) {
            let mut bytes = Vec::new();
            for (table, key) in &items {
                write_varint((*table).into(), &mut bytes);
                write_bytes(key, &mut bytes);
            }
            self.store.write(Space::Ledger, CONTESTED, Some(bytes), now_ms);
            self.contested = Some(items);
        }
    }

    /// Whether a transaction under way may ask for the item.
    fn is_contested(&self, place: &(TableId, Vec<u8>)) -> bool {
        self.has_open_transactions() && self.contested.as_ref().is_none_or(|items| items.contains(place))
    }

    /// The item was written, or its condition was committed, at that timestamp.
    pub fn stamp_item(&mut self, table: &str, key: &ItemKey, timestamp: u64, written: bool) {
        let Some((id, partition)) = self.table_and_partition(table, key) else { return };
        let version = self.store.position();
        let there = self.store.get(Space::Items { table: id, index: 0 }, &key.bytes).is_some();
        if !there {
            let latest = self.latest_delete(table, key).max(timestamp);
            self.marks.deletes.insert(partition, latest);
            self.unsaved.deletes.insert(partition);
        }
        let place = (id, key.bytes.clone());
        if !self.is_contested(&place) {
            return;
        }
        let mark = self.marks.items.entry(place.clone()).or_default();
        mark.timestamp = mark.timestamp.max(timestamp);
        if written {
            mark.version = version;
        }
        self.unsaved.items.insert(place);
    }

    /// The transaction holds the item from now on.
    pub fn hold(&mut self, table: TableId, key: &[u8], transaction: TransactionId) {
        let place = (table, key.to_vec());
        if self.is_contested(&place) {
            self.unsaved.items.insert(place.clone());
        }
        self.marks.items.entry(place).or_default().pending = Some(transaction);
    }

    /// The item is held no more.
    pub fn release(&mut self, table: TableId, key: &[u8]) {
        let place = (table, key.to_vec());
        if !self.is_contested(&place) {
            // Whatever begins from now on is later than this.
            self.marks.items.remove(&place);
        } else if let Some(mark) = self.marks.items.get_mut(&place) {
            mark.pending = None;
            self.unsaved.items.insert(place);
        }
    }

    /// Stores every mark that has changed.
    pub fn save_marks(&mut self, now_ms: u64) {
        let Unsaved { items, deletes } = std::mem::take(&mut self.unsaved);
        for (table, key) in items {
            let place = item_place(table, &key);
            let value = self.marks.items.get(&(table, key)).map(Mark::encode);
            self.save_mark(&place, value, now_ms);
        }
        for partition in deletes {
            let place = [&[PARTITION][..], &partition.to_be_bytes()].concat();
            let value = self.marks.deletes.get(&partition).map(|latest| latest.to_be_bytes().to_vec());
            self.save_mark(&place, value, now_ms);
        }
    }

    fn save_mark(&mut self, place: &[u8], value: Option<Vec<u8>>, now_ms: u64) {
        if self.store.get(Space::Marks, place) != value.as_deref() {
            self.store.write(Space::Marks, place, value, now_ms);
        }
    }

    /// The items that were contested are so no more.
    pub fn contest_nothing(&mut self, now_ms: u64) {
        self.contested = None;
        if self.store.get(Space::Ledger, CONTESTED).is_some() {
            self.store.write(Space::Ledger, CONTESTED, None, now_ms);
        }
    }

    /// No transaction is under way any more.
    pub fn clear_marks(&mut self, now_ms: u64) {
        self.marks = Marks::default();
        self.unsaved = Unsaved::default();
        self.contested = None;
        self.store.clear(Space::Marks, now_ms);
    }

    /// The table is gone, and with it its items' marks.
    pub(super) fn forget_marks_of(&mut self, table: TableId) {
        let gone = self.marks.items.extract_if((table, Vec::new())..(table + 1, Vec::new()), |_, _| true);
        self.unsaved.items.extend(gone.map(|(place, _)| place));
    }

    /// What was changed is not to be stored.
    pub fn drop_unsaved_marks(&mut self) {
        self.unsaved = Unsaved::default();
    }
}

impl Marks {
    /// Reads what the store has.
    pub(super) fn read(store: &Store) -> Result<Marks, Damage> {
        let broken = || Damage("a transaction's mark cannot be read".into());
        let mut marks = Marks::default();
        for (key, value) in store.range(Space::Marks, (Bound::Unbounded, Bound::Unbounded)) {
            let (kind, rest) = key.split_first().ok_or_else(broken)?;
            let (number, rest) = rest.split_first_chunk::<4>().ok_or_else(broken)?;
            let number = u32::from_be_bytes(*number);
            match *kind {
                ITEM => {
                    marks.items.insert((number, rest.to_vec()), Mark::decode(value).map_err(|_| broken())?);
                }
                _ => {
                    let timestamp = value.try_into().map_err(|_| broken())?;
                    marks.deletes.insert(number, u64::from_be_bytes(timestamp));
                }
            }
        }
        Ok(marks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_mark_reads_back_and_so_does_one_of_an_earlier_version(
            (timestamp, version, holder) in (any::<u64>(), any::<u64>(), proptest::option::of(0..u64::MAX)),
        ) {
            let mark = Mark { timestamp, version, pending: holder };
            prop_assert_eq!(Mark::decode(&mark.encode()), Ok(mark));
            prop_assert_eq!(Mark::decode(&serde_json::to_vec(&mark).unwrap()), Ok(mark));
        }

        #[test]
        fn no_bytes_break_it(bytes: Vec<u8>) {
            if let Ok(mark) = Mark::decode(&bytes) {
                prop_assert_eq!(Mark::decode(&mark.encode()), Ok(mark));
            }
        }
    }
}
