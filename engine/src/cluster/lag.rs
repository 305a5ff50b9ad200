//! How long a write takes to followers, to global secondary indexes and to other regions.
//!
//! Writes are applied in order, so that one that is slow holds up all behind it. Hence what is rare is not a slow write but a slow
//! second of one way: were it drawn for each write, a way would be the further behind the more is written.
//!
//! Differs from DynamoDB: the delays are modelled, since the service publishes none beyond "usually within a second".

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::random::Random;

/// A way that writes take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To a follower: nine seconds in ten 5–40 ms, most others 40–200, one in a hundred 200–1,000.
    Follower,
    /// To a global secondary index: 10–100 ms, 100–500, 500–2,000.
    Index,
    /// To another region: 80–400 ms, 400–1,000, 1,000–3,000.
    Region,
}

/// The seconds in a hundred that are quick, and those that are quick or slow; the others are very slow.
const QUICK: u64 = 90;
const SLOW: u64 = 99;
/// How long a way stays as it is, in milliseconds.
const STRETCH_MS: u64 = 1000;

impl Way {
    /// A quick, a slow and a very slow second.
    fn seconds(self) -> [Second; 3] {
        match self {
            Way::Follower => [(5, 40), (40, 200), (200, 1000)],
            Way::Index => [(10, 100), (100, 500), (500, 2000)],
            Way::Region => [(80, 400), (400, 1000), (1000, 3000)],
        }
        .map(|(shortest_ms, longest_ms)| Second { shortest_ms, longest_ms })
    }

    /// How the second of `now_ms` is on the way `id` of this kind of a table. It follows from the table's UUID, which is drawn.
    pub fn at(self, table: &str, id: u64, now_ms: u64) -> Second {
        let mut bytes = [0; 24];
        for (into, number) in bytes.chunks_exact_mut(8).zip([self as u64, id, now_ms / STRETCH_MS]) {
            into.copy_from_slice(&number.to_le_bytes());
        }
        let [quick, slow, very_slow] = self.seconds();
        match xxh3_64_with_seed(&bytes, xxh3_64(table.as_bytes())) % 100 {
            0..QUICK => quick,
            QUICK..SLOW => slow,
            _ => very_slow,
        }
    }
}

/// A second of a way: the shortest and the longest delay in it, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Second {
    shortest_ms: u64,
    longest_ms: u64,
}

impl Second {
    /// A write's delay, in milliseconds; those in the middle are the likeliest.
    pub fn draw_ms(self, random: &mut Random) -> u64 {
        let width = self.longest_ms - self.shortest_ms + 1;
        self.shortest_ms + (random.below(width) + random.below(width)) / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean age of the oldest write that is missing, looked at every 10 ms for 1,000 s, with so many writes a second.
    fn mean_lag_ms(writes_per_second: u64) -> u64 {
        let mut random = Random::new(1);
        let mut replicas = crate::cluster::Replicas::default();
        let (mut position, mut sum, mut looks) = (0, 0, 0);
        for now_ms in (0..1_000_000).step_by(10) {
            let due = writes_per_second * now_ms / 1000;
            while position < due {
                position += 1;
                replicas.send(position, now_ms, [Way::Index.at("table", 7, now_ms).draw_ms(&mut random); 3]);
            }
            replicas.advance(now_ms);
            sum += replicas.lag_ms(crate::timeline::Zone::A, now_ms);
            looks += 1;
        }
        sum / looks
    }

    #[test]
    fn how_far_behind_an_index_is_does_not_grow_with_what_is_written() {
        let (few, many) = (mean_lag_ms(20), mean_lag_ms(2000));
        assert!((40..=250).contains(&few), "{few} ms");
        assert!(many < 2 * few, "{many} ms, {few} ms with a hundredth of the writes");
    }

    #[test]
    fn every_delay_is_within_its_bounds_and_rare_ones_come() {
        for way in [Way::Follower, Way::Index, Way::Region] {
            let mut random = Random::new(3);
            let [quick, slow, very_slow] = way.seconds();
            let delays: Vec<u64> =
                (0..5000).map(|second| way.at("table", 1, second * 1000).draw_ms(&mut random)).collect();
            let within = |second: Second| {
                let (from, to) = (second.shortest_ms, second.longest_ms);
                delays.iter().filter(|&&delay| from <= delay && delay <= to).count()
            };
            assert!(within(Second { shortest_ms: quick.shortest_ms, ..very_slow }) == 5000);
            assert!((4300..4700).contains(&within(quick)), "{way:?}");
            assert!((300..600).contains(&within(slow)), "{way:?}");
            assert!((20..100).contains(&within(very_slow)), "{way:?}");
        }
    }
}
