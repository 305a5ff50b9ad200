//! The ledger's entries of an earlier version: transactions that were stepped through one by one. None is written any more
//! (a [`super::Run`] is saved as a whole); those that are found are ended and forgotten.

use std::ops::Bound;

use serde::{Deserialize, Serialize};

use crate::access::Region;
use crate::store::Space;
use crate::timeline::TransactionId;

use super::Progress;

/// What such an entry keeps of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The TransactWriteItems request, as it came in.
    pub request: String,
    /// How far it has come.
    pub progress: Progress,
}

/// Drops a transaction that is over; it holds nothing any more.
pub fn forget(region: &mut Region, transaction: TransactionId, now_ms: u64) {
    region.store.write(Space::Ledger, &transaction.to_be_bytes(), None, now_ms);
    if !region.has_open_transactions() {
        region.clear_marks(now_ms);
        return;
    }
    let held = region.marks.items.iter().filter(|(_, mark)| mark.pending == Some(transaction));
    for (table, key) in held.map(|(place, _)| place.clone()).collect::<Vec<_>>() {
        region.release(table, &key);
    }
}

/// All entries, in the order of their numbers; one that cannot be read is only a number.
pub fn left_open(region: &Region) -> Vec<(TransactionId, Option<Entry>)> {
    let everything = (Bound::Unbounded, Bound::Unbounded);
    // A run has a name where these have a number.
    let entries = region.store.range(Space::Ledger, everything);
    let entries = entries.filter_map(|(key, bytes)| Some((key.try_into().ok()?, bytes)));
    entries.map(|(key, bytes)| (u64::from_be_bytes(key), serde_json::from_slice(bytes).ok())).collect()
}
