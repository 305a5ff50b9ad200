//! The keys of a column that were asked for most, in bounded memory.
//!
//! After Space-Saving (Metwally, Agrawal, El Abbadi: "Efficient Computation of Frequent and Top-k Elements in Data Streams",
//! 2005), in sets of [`WAYS`] counters each, so that counting touches one set and two columns can be added up: the key with the
//! least weight of a full set makes room, and the new one begins with that weight as what may have been missed of it. So what
//! is counted of a key is never too much, and too little by `missed` requests at most. ([`crate::cluster`]'s sketch is of one
//! partition and of bytes; it knows one weight and cannot be added to another's.)

use serde::{Deserialize, Serialize};

use super::heat_rows::RowId;

/// Counters in a set.
const WAYS: usize = 4;
/// Sets in a column.
const SETS: u64 = 64;

/// What is known of one key. In JSON it is a list of its numbers: there are many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "KeyNumbers", into = "KeyNumbers")]
pub struct KeyCount {
    /// The hash of the partition key.
    pub hash: u64,
    /// The row of its partition: a key has one in its table and one in each index.
    pub row: RowId,
    /// Read units, times two.
    pub read_half_units: u64,
    /// Write units, times two.
    pub write_half_units: u64,
    /// Requests admitted.
    pub requests: u64,
    /// Requests refused.
    pub throttles: u64,
    /// So many requests more there may have been.
    pub missed: u64,
}

/// The fields of a key in their order.
type KeyNumbers = (u64, RowId, [u64; 5]);

impl From<KeyNumbers> for KeyCount {
    fn from((hash, row, numbers): KeyNumbers) -> KeyCount {
        let [read_half_units, write_half_units, requests, throttles, missed] = numbers;
        KeyCount { hash, row, read_half_units, write_half_units, requests, throttles, missed }
    }
}

impl From<KeyCount> for KeyNumbers {
    fn from(key: KeyCount) -> KeyNumbers {
        let numbers = [key.read_half_units, key.write_half_units, key.requests, key.throttles, key.missed];
        (key.hash, key.row, numbers)
    }
}

impl KeyCount {
    fn weight(&self) -> u64 {
        self.requests + self.throttles + self.missed
    }

    /// Adds what was counted of the same key elsewhere.
    pub fn add(&mut self, other: &KeyCount) {
        self.read_half_units += other.read_half_units;
        self.write_half_units += other.write_half_units;
        self.requests += other.requests;
        self.throttles += other.throttles;
        self.missed += other.missed;
    }
}

/// The counters of a column: at most 256 keys, in the order of their sets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyCounts(Vec<KeyCount>);

/// The set of a key.
fn set(key: &KeyCount) -> u64 {
    (key.hash ^ u64::from(key.row).wrapping_mul(0x9e37_79b9_7f4a_7c15)) % SETS
}

impl KeyCounts {
    /// Counts more of one key.
    pub fn count(&mut self, key: &KeyCount) {
        let wanted = set(key);
        let first = self.0.partition_point(|kept| set(kept) < wanted);
        let full = self.0[first..].iter().take(WAYS).take_while(|kept| set(kept) == wanted).count();
        let ways = &mut self.0[first..first + full];
        if let Some(kept) = ways.iter_mut().find(|kept| (kept.hash, kept.row) == (key.hash, key.row)) {
            kept.add(key);
        } else if full < WAYS {
            self.0.insert(first + full, *key);
        } else if let Some(least) = ways.iter_mut().min_by_key(|kept| kept.weight()) {
            *least = KeyCount { missed: key.missed + least.weight(), ..*key };
        }
    }

    /// Adds the counters of another column.
    pub fn absorb(&mut self, other: &KeyCounts) {
        // A key that the other has no room for may have been missed there.
        for theirs in other.0.chunk_by(|a, b| set(a) == set(b)).filter(|theirs| theirs.len() == WAYS) {
            let least = theirs.iter().map(KeyCount::weight).min().unwrap_or(0);
            let first = self.0.partition_point(|kept| set(kept) < set(&theirs[0]));
            let ours = self.0[first..].iter_mut().take_while(|kept| set(kept) == set(&theirs[0]));
            for kept in
                ours.filter(|kept| theirs.iter().all(|key| (key.hash, key.row) != (kept.hash, kept.row)))
            {
                kept.missed += least;
            }
        }
        for key in &other.0 {
            self.count(key);
        }
    }

    /// The keys that are known, in no order that means anything.
    pub fn iter(&self) -> impl Iterator<Item = &KeyCount> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn one(hash: u64) -> KeyCount {
        KeyCount { hash, row: 1, read_half_units: 2, requests: 1, ..KeyCount::default() }
    }

    #[test]
    fn few_keys_are_counted_exactly() {
        let mut counts = KeyCounts::default();
        for draw in 0..600_u64 {
            counts.count(&one(draw % 6 * 0x1234_5678_9abc));
        }
        assert_eq!(counts.iter().count(), 6);
        assert!(counts.iter().all(|key| (key.requests, key.read_half_units, key.missed) == (100, 200, 0)));
    }

    #[test]
    fn a_hot_key_among_many_is_found_and_never_overstated() {
        let (mut left, mut right) = (KeyCounts::default(), KeyCounts::default());
        let mut exact: BTreeMap<u64, u64> = BTreeMap::new();
        let mut state = 7_u64;
        for draw in 0..40_000_u64 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let hash = if draw % 10 == 0 { 42 } else { (state >> 20) % 5_000 };
            *exact.entry(hash).or_default() += 1;
            if draw % 2 == 0 { left.count(&one(hash)) } else { right.count(&one(hash)) }
        }
        left.absorb(&right);
        assert!(left.iter().count() <= 256);
        for key in left.iter() {
            let exact = exact[&key.hash];
            assert!(key.requests <= exact && exact <= key.requests + key.missed, "{key:?} {exact}");
        }
        let hottest = left.iter().max_by_key(|key| key.requests).unwrap();
        assert_eq!(hottest.hash, 42);
        assert!(hottest.requests > 3_000, "{hottest:?}");
    }
}
