//! Which requests of a run are watched.
//!
//! Owns the chance, and the draws of it. Up to [`ALL_UP_TO`] requests a second every one is watched; above, each is with a
//! chance that makes about one and a half times [`CELL`] a partition, from which whoever keeps them can take [`CELL`]. A second's
//! chance follows from the second before it.

use crate::random::Random;
use crate::timeline::{Detail, PartitionId, Tally};

/// Up to so many requests a second all are watched.
pub const ALL_UP_TO: u64 = 1_000;
/// How many requests of a partition's second are worth keeping above that.
pub const CELL: u64 = 32;

const CERTAIN: u64 = 1 << 32;

/// Decides who is watched.
#[derive(Clone, Debug)]
pub struct Watch {
    random: Random,
    second: u64,
    /// The chance of being watched in this second, of 2^32.
    chance: u64,
    /// How many requests came in this second.
    requests: u64,
    /// The last second in which each partition did something.
    partitions: Vec<u64>,
    active: u64,
}

impl Watch {
    /// Draws of its own: what is watched changes nothing of what happens.
    pub fn new(seed: u64) -> Watch {
        Watch {
            random: Random::new(!seed),
            second: 0,
            chance: CERTAIN,
            requests: 0,
            partitions: Vec::new(),
            active: 0,
        }
    }

    /// How much is recorded of the next request, at that time and at a rate of so many a second.
    pub fn detail(&mut self, at_ms: u64, rate: u64) -> Detail {
        let second = at_ms / 1_000;
        if second != self.second {
            self.chance = match rate.max(self.requests) {
                0..=ALL_UP_TO => CERTAIN,
                expected => (CERTAIN * (CELL * 3 / 2 * self.active.max(1)) / expected).min(CERTAIN),
            };
            (self.second, self.requests, self.active) = (second, 0, 0);
        }
        self.requests += 1;
        let watched = self.chance >= CERTAIN || u64::from(self.random.next_u32()) < self.chance;
        if watched { Detail::Watched } else { Detail::Counted }
    }

    /// Takes notice of where a request came.
    pub fn notice(&mut self, tally: &Tally) {
        let place = tally.partition as usize;
        // Partitions are numbered in order, and a world has thousands of them at most.
        if self.partitions.len() <= place && tally.partition < PartitionId::from(u16::MAX) {
            self.partitions.resize(place + 1, u64::MAX);
        }
        if let Some(last) = self.partitions.get_mut(place).filter(|last| **last != self.second) {
            *last = self.second;
            self.active += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::Access;

    fn watched(rate: u64, partitions: u64) -> Vec<u64> {
        let mut watch = Watch::new(1);
        let mut watched = vec![0; 4];
        for n in 0..rate * 4 {
            let at_ms = n * 1_000 / rate;
            if watch.detail(at_ms, rate) == Detail::Watched {
                watched[(at_ms / 1_000) as usize] += 1;
            }
            watch.notice(&Tally {
                at_ms,
                request: Some(n),
                table: 1,
                index: 0,
                partition: (n % partitions) as PartitionId,
                access: Access::Read,
                hash: None,
                half_units: 1,
                size_bytes: 1,
                throttled: None,
                latency_us: 1,
                arrived: 0,
                lag_ms: 0,
            });
        }
        watched
    }

    #[test]
    fn up_to_a_thousand_a_second_every_request_is_watched() {
        assert_eq!(watched(1_000, 4), [1_000; 4]);
    }

    #[test]
    fn above_that_about_as_many_as_cells_can_keep() {
        for (rate, partitions) in [(20_000, 4), (20_000, 20), (5_000, 40)] {
            let wanted = partitions * CELL * 3 / 2;
            for count in &watched(rate, partitions)[1..] {
                assert!((wanted * 8 / 10..wanted * 12 / 10).contains(count), "{rate} {partitions}: {count}");
            }
        }
    }
}
