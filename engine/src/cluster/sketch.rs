//! A Space-Saving sketch: which keys take the most of a stream, in bounded memory.
//!
//! Owns the counters of at most `capacity` keys. What it says of a key is never too little, and too much by no more than
//! the counter's `error`, which is at most `total / capacity`; so every key with a larger part of the total than that is
//! in it. Deterministic: of several smallest counters the one that was taken up first gives way. Never knows what a key or a
//! weight means.
//!
//! Follows Metwally, Agrawal, El Abbadi, ["Efficient Computation of Frequent and Top-k Elements in Data
//! Streams"](https://www.cs.ucsb.edu/sites/default/files/documents/2005-23.pdf) (ICDT 2005), with weights.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

/// One key's counter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Counter {
    #[serde(with = "crate::model::bytes")]
    key: Vec<u8>,
    count: u64,
    error: u64,
}

/// The heaviest keys of what was observed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketch {
    capacity: usize,
    total: u64,
    /// The hashes of the counters' keys, side by side: a key is looked for here.
    hashes: Vec<u64>,
    counters: Vec<Counter>,
}

/// What a sketch knows of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heavy<'a> {
    /// The key.
    pub key: &'a [u8],
    /// Its weight, or more.
    pub count: u64,
    /// How much more at most: its weight is at least `count - error`.
    pub error: u64,
}

impl Heavy<'_> {
    /// The weight that it certainly has.
    pub fn at_least(&self) -> u64 {
        self.count - self.error
    }
}

impl Sketch {
    /// A sketch of at most `capacity` keys, one at least.
    pub fn new(capacity: usize) -> Sketch {
        Sketch { capacity: capacity.max(1), total: 0, hashes: Vec::new(), counters: Vec::new() }
    }

    /// Counts `weight` for a key. Allocates only where a counter is taken up, or its room for the key is too small.
    pub fn observe(&mut self, key: &[u8], weight: u64) {
        if weight == 0 {
            return;
        }
        self.total += weight;
        let hash = xxhash_rust::xxh3::xxh3_64(key);
        let mut at = 0;
        while let Some(found) = self.hashes[at..].iter().position(|known| *known == hash) {
            at += found;
            if self.counters[at].key == key {
                self.counters[at].count += weight;
                return;
            }
            at += 1;
        }
        if self.counters.len() < self.capacity {
            self.hashes.push(hash);
            self.counters.push(Counter { key: key.to_vec(), count: weight, error: 0 });
            return;
        }
        let smallest = self.counters.iter().enumerate().min_by_key(|(_, counter)| counter.count);
        let Some(at) = smallest.map(|(at, _)| at) else { return };
        self.hashes[at] = hash;
        let counter = &mut self.counters[at];
        counter.key.clear();
        counter.key.extend_from_slice(key);
        counter.error = counter.count;
        counter.count += weight;
    }

    /// The keys that it knows of, the heaviest first; of equals in the order of the keys.
    pub fn top(&self) -> Vec<Heavy<'_>> {
        let mut top: Vec<Heavy> = self
            .counters
            .iter()
            .map(|counter| Heavy { key: &counter.key, count: counter.count, error: counter.error })
            .collect();
        top.sort_unstable_by_key(|heavy| (Reverse(heavy.count), heavy.key));
        top
    }

    /// The heaviest key.
    pub fn heaviest(&self) -> Option<Heavy<'_>> {
        self.top().into_iter().next()
    }

    /// The weight of all that was observed.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// What no counter is wrong by more than.
    pub fn error_bound(&self) -> u64 {
        self.total / self.capacity as u64
    }

    /// Lets the past count half beside what comes from now on; a key that is left with nothing goes. The bounds then hold but
    /// for the rounding: one for each halving.
    pub fn halve(&mut self) {
        for counter in &mut self.counters {
            counter.count /= 2;
            counter.error /= 2;
        }
        let mut counters = self.counters.iter();
        self.hashes.retain(|_| counters.next().is_some_and(|counter| counter.count > 0));
        self.counters.retain(|counter| counter.count > 0);
        self.total = self.counters.iter().map(|counter| counter.count).sum();
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        (self.total, self.hashes, self.counters) = (0, Vec::new(), Vec::new());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_heaviest_keys_are_found_with_their_bounds() {
        let mut sketch = Sketch::new(2);
        for (key, weight) in [("a", 10), ("b", 3), ("c", 2), ("a", 5), ("d", 0)] {
            sketch.observe(key.as_bytes(), weight);
        }
        let c = Heavy { key: b"c", count: 5, error: 3 };
        assert_eq!(sketch.top(), [Heavy { key: b"a", count: 15, error: 0 }, c]);
        assert_eq!((sketch.total(), sketch.error_bound(), c.at_least()), (20, 10, 2));
        sketch.halve();
        assert_eq!(sketch.heaviest(), Some(Heavy { key: b"a", count: 7, error: 0 }));
        (0..3).for_each(|_| sketch.halve());
        assert_eq!((sketch.heaviest(), sketch.total()), (None, 0));
        sketch.observe(b"e", 1);
        assert_eq!(sketch.heaviest(), Some(Heavy { key: b"e", count: 1, error: 0 }));
    }

    proptest! {
        #[test]
        fn no_weight_is_outside_of_its_bounds(
            capacity in 1usize..8,
            stream in proptest::collection::vec((0u8..20, 1u64..50), 0..200),
        ) {
            let mut sketch = Sketch::new(capacity);
            let mut weights: BTreeMap<u8, u64> = BTreeMap::new();
            for (key, weight) in &stream {
                sketch.observe(&[*key], *weight);
                *weights.entry(*key).or_default() += weight;
            }
            let top = sketch.top();
            prop_assert!(top.len() <= capacity);
            prop_assert_eq!(sketch.total(), weights.values().sum::<u64>());
            prop_assert_eq!(top.iter().map(|heavy| heavy.count).sum::<u64>(), sketch.total());
            for heavy in &top {
                let weight = weights[&heavy.key[0]];
                prop_assert!(heavy.at_least() <= weight && weight <= heavy.count);
                prop_assert!(heavy.error <= sketch.error_bound());
            }
            for (key, weight) in weights {
                let known = top.iter().any(|heavy| heavy.key == [key]);
                prop_assert!(known || weight <= sketch.error_bound());
            }
        }
    }
}
