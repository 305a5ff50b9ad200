//! The ledger: stepped transactions that are not over, and the items that they hold.

use std::ops::Bound;

use serde::{Deserialize, Serialize};

use crate::access::Region;
use crate::error::Result;
use crate::store::Space;
use crate::timeline::TransactionId;

use super::Progress;

/// What the ledger keeps of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The TransactWriteItems request, as it came in.
    pub request: String,
    /// How far it has come.
    pub progress: Progress,
}

fn key(transaction: TransactionId) -> [u8; 8] {
    transaction.to_be_bytes()
}

/// Writes a transaction's progress into the ledger.
pub fn save(region: &mut Region, request: &str, progress: &Progress, now_ms: u64) {
    let entry = Entry { request: request.into(), progress: progress.clone() };
    let bytes = serde_json::to_vec(&entry).expect("an entry is always JSON");
    region.store.write(Space::Ledger, &key(progress.transaction), Some(bytes), now_ms);
}

/// The entry of a transaction.
pub fn load(region: &Region, transaction: TransactionId) -> Result<Option<Entry>> {
    let bytes = region.store.get(Space::Ledger, &key(transaction));
    bytes.map(|bytes| serde_json::from_slice(bytes).map_err(Region::internal)).transpose()
}

/// Drops a transaction that is over; it holds nothing any more.
pub fn forget(region: &mut Region, transaction: TransactionId, now_ms: u64) {
    region.store.write(Space::Ledger, &key(transaction), None, now_ms);
    if !region.has_open_transactions() {
        region.clear_marks(now_ms);
        return;
    }
    let held = region.marks.items.iter().filter(|(_, mark)| mark.pending == Some(transaction));
    for (table, key) in held.map(|(place, _)| place.clone()).collect::<Vec<_>>() {
        region.release(table, &key, now_ms);
    }
}

/// All entries, in the order of their numbers.
pub fn list(region: &Region) -> Result<Vec<Entry>> {
    let everything = (Bound::Unbounded, Bound::Unbounded);
    let entries = region.store.range(Space::Ledger, everything).filter(|(key, _)| key.len() == 8);
    entries.map(|(_, bytes)| serde_json::from_slice(bytes).map_err(Region::internal)).collect()
}
