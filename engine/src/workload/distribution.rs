//! How often each key is drawn.

use crate::random::Random;

/// The most keys a workload may have: a Zipf table holds eight bytes for each.
const KEYS_MAX: u32 = 1_000_000;

/// The weight of rank 1 in a Zipf table; rank n has this divided by n.
const ZIPF_SCALE: u64 = 1 << 40;

/// How keys are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// Each as often as any other.
    Uniform,
    /// The key of rank n in proportion to 1/n.
    Zipf,
}

/// Draws ranks from 1 to the number of keys.
#[derive(Clone, Debug)]
pub enum Ranks {
    /// That many, evenly.
    Uniform(u64),
    /// The weights of the ranks, added up.
    Zipf(Vec<u64>),
}

impl Ranks {
    /// The distribution over `count` keys (at least one, at most a million).
    pub fn new(keys: Keys, count: u32) -> Ranks {
        let count = count.clamp(1, KEYS_MAX);
        match keys {
            Keys::Uniform => Ranks::Uniform(u64::from(count)),
            Keys::Zipf => Ranks::Zipf(
                (1..=u64::from(count))
                    .scan(0, |sum, rank| {
                        *sum += ZIPF_SCALE / rank;
                        Some(*sum)
                    })
                    .collect(),
            ),
        }
    }

    /// One rank, from 1.
    pub fn draw(&self, random: &mut Random) -> u64 {
        match self {
            Ranks::Uniform(count) => 1 + random.below(*count),
            Ranks::Zipf(sums) => {
                let total = sums.last().copied().expect("there is at least one key");
                let point = random.below(total);
                1 + sums.partition_point(|sum| *sum <= point) as u64
            }
        }
    }
}

/// The digest of 10,000 draws of a Zipf distribution over 10,000 keys with seed 7, wherever it is computed.
pub const DRAWS_DIGEST: u64 = 10_781_664_732_068_453_552;

/// Computes [`DRAWS_DIGEST`]: a test does so natively and another in a browser.
pub fn draws_digest() -> u64 {
    let ranks = Ranks::new(Keys::Zipf, 10_000);
    let mut random = Random::new(7);
    let bytes: Vec<u8> = (0..10_000).flat_map(|_| ranks.draw(&mut random).to_le_bytes()).collect();
    xxhash_rust::xxh3::xxh3_64(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(keys: Keys, count: u32, draws: usize) -> Vec<u64> {
        let ranks = Ranks::new(keys, count);
        let mut random = Random::new(42);
        let mut counts = vec![0; count as usize];
        for _ in 0..draws {
            counts[ranks.draw(&mut random) as usize - 1] += 1;
        }
        counts
    }

    #[test]
    fn uniform_reaches_every_key_about_as_often() {
        assert!(counts(Keys::Uniform, 10, 10_000).iter().all(|n| (900..1_100).contains(n)));
    }

    #[test]
    fn zipf_falls_as_one_over_the_rank() {
        let counts = counts(Keys::Zipf, 1_000, 100_000);
        // The harmonic number of 1,000 is 7.485: rank 1 gets 13.36 %, rank 2 half of that, rank 10 a tenth.
        assert!((13_000..13_700).contains(&counts[0]), "{}", counts[0]);
        assert!((6_400..6_950).contains(&counts[1]), "{}", counts[1]);
        assert!((1_200..1_470).contains(&counts[9]), "{}", counts[9]);
    }

    #[test]
    fn ten_thousand_draws_have_a_known_digest() {
        assert_eq!(draws_digest(), DRAWS_DIGEST);
    }

    #[test]
    fn a_count_out_of_range_is_brought_into_it() {
        assert_eq!(Ranks::new(Keys::Uniform, 0).draw(&mut Random::new(1)), 1);
        assert!(matches!(Ranks::new(Keys::Uniform, u32::MAX), Ranks::Uniform(1_000_000)));
    }
}
