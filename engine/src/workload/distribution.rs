//! How often each key is drawn.
//!
//! Owns the distributions over a range of whole numbers. A draw is one step of the generator and a look into a table of
//! integers, made once ([Walker's alias method](https://en.wikipedia.org/wiki/Alias_method)), so it is the same wherever it is
//! computed.

use crate::random::Random;

/// The most keys that a Zipf distribution may have: its table holds eight bytes for each.
pub const ZIPF_KEYS: u64 = 1_000_000;

/// The weight of rank 1 in a Zipf table; rank n has this divided by a power of n.
const ZIPF_SCALE: u64 = 1 << 40;

/// How keys are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keys {
    /// Each as often as any other.
    Uniform,
    /// The key of rank n in proportion to 1/n to that power, in thousandths.
    Zipf {
        /// The power, in thousandths: 1,000 is the plain law.
        exponent_thousandths: u32,
    },
    /// So many of the keys, the first ones, take so much of the requests; within each part all are alike.
    Hot {
        /// Which part of the keys, in thousandths.
        keys_thousandths: u32,
        /// Which part of the requests, in thousandths.
        requests_thousandths: u32,
    },
}

/// Draws ranks from 1 to the number of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ranks {
    /// That many, evenly.
    Uniform(u64),
    /// The alias table: below the threshold a place is itself, above it its alias.
    Zipf(Vec<(u32, u32)>),
    /// So many in all, of which so many are hot and take so many thousandths.
    Hot(u64, u64, u32),
}

impl Ranks {
    /// The distribution over `count` keys (at least one; a Zipf distribution's are [`ZIPF_KEYS`] at most).
    pub fn new(keys: Keys, count: u64) -> Ranks {
        let count = count.max(1);
        match keys {
            Keys::Uniform => Ranks::Uniform(count),
            Keys::Zipf { exponent_thousandths } => {
                let weight = |rank| weight(rank, exponent_thousandths);
                Ranks::Zipf(aliases(&(1..=count.min(ZIPF_KEYS)).map(weight).collect::<Vec<u64>>()))
            }
            Keys::Hot { keys_thousandths, requests_thousandths } => {
                let hot = u128::from(count) * u128::from(keys_thousandths.min(1_000)) / 1_000;
                Ranks::Hot(count, (hot as u64).max(1), requests_thousandths.min(1_000))
            }
        }
    }

    /// One rank, from 1.
    pub fn draw(&self, random: &mut Random) -> u64 {
        match self {
            Ranks::Uniform(count) => 1 + random.below(*count),
            Ranks::Zipf(table) => {
                let draw = random.next_u64();
                let place = ((draw >> 32) * table.len() as u64) >> 32;
                let (threshold, alias) = table[place as usize];
                1 + if draw as u32 <= threshold { place } else { u64::from(alias) }
            }
            Ranks::Hot(count, hot, thousandths) => {
                if random.below(1_000) < u64::from(*thousandths) || hot == count {
                    1 + random.below(*hot)
                } else {
                    1 + hot + random.below(count - hot)
                }
            }
        }
    }
}

fn weight(rank: u64, exponent_thousandths: u32) -> u64 {
    match exponent_thousandths {
        1_000 => ZIPF_SCALE / rank,
        thousandths => {
            let power = libm::pow(rank as f64, f64::from(thousandths) / 1_000.0);
            (ZIPF_SCALE as f64 / power) as u64
        }
    }
    .max(1)
}

/// The alias table of these weights: the part of each place that is its own, of 2^32, and who has the rest.
fn aliases(weights: &[u64]) -> Vec<(u32, u32)> {
    let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    let count = weights.len() as u128;
    // Each place may hold `total`; a weight brings `count` times itself.
    let mut left: Vec<u128> = weights.iter().map(|weight| u128::from(*weight) * count).collect();
    let mut table = vec![(u32::MAX, 0); weights.len()];
    let (mut small, mut large): (Vec<usize>, Vec<usize>) = (0..left.len()).partition(|&at| left[at] < total);
    while let (Some(&least), Some(&most)) = (small.last(), large.last()) {
        small.pop();
        table[least] = (((left[least] << 32) / total).saturating_sub(1) as u32, most as u32);
        left[most] -= total - left[least];
        if left[most] < total {
            large.pop();
            small.push(most);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(keys: Keys, count: u64, draws: usize) -> Vec<u64> {
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
        let counts = counts(Keys::Zipf { exponent_thousandths: 1_000 }, 1_000, 100_000);
        // The harmonic number of 1,000 is 7.485: rank 1 gets 13.36 %, rank 2 half of that, rank 10 a tenth.
        assert!((13_000..13_700).contains(&counts[0]), "{}", counts[0]);
        assert!((6_400..6_950).contains(&counts[1]), "{}", counts[1]);
        assert!((1_200..1_470).contains(&counts[9]), "{}", counts[9]);
    }

    #[test]
    fn a_larger_exponent_is_steeper() {
        let counts = counts(Keys::Zipf { exponent_thousandths: 2_000 }, 1_000, 100_000);
        // The sum of 1/n² to 1,000 is 1.6439: rank 1 gets 60.8 %, rank 2 a quarter of that.
        assert!((60_000..61_700).contains(&counts[0]), "{}", counts[0]);
        assert!((14_700..15_700).contains(&counts[1]), "{}", counts[1]);
    }

    #[test]
    fn a_hot_set_takes_its_part() {
        let keys = Keys::Hot { keys_thousandths: 10, requests_thousandths: 900 };
        let counts = counts(keys, 1_000, 100_000);
        let hot: u64 = counts[..10].iter().sum();
        assert!((89_500..90_500).contains(&hot), "{hot}");
        assert!(counts[10..].iter().all(|n| *n < 50));
    }

    #[test]
    fn an_alias_table_gives_every_rank_its_weight() {
        let table = aliases(&[6, 3, 1]);
        let own = |at: usize| u64::from(table[at].0) + 1;
        let given = |at: u32| -> u64 {
            table
                .iter()
                .filter(|(_, alias)| *alias == at)
                .map(|(own, _)| (1 << 32) - 1 - u64::from(*own))
                .sum()
        };
        let share = |at: usize| (own(at) + given(at as u32)) as f64 / (3.0 * (1u64 << 32) as f64);
        for (at, expected) in [0.6, 0.3, 0.1].into_iter().enumerate() {
            assert!((share(at) - expected).abs() < 1e-6, "{at}: {}", share(at));
        }
    }

    #[test]
    fn a_count_out_of_range_is_brought_into_it() {
        assert_eq!(Ranks::new(Keys::Uniform, 0).draw(&mut Random::new(1)), 1);
        let zipf = Ranks::new(Keys::Zipf { exponent_thousandths: 1_000 }, u64::MAX);
        assert!(matches!(zipf, Ranks::Zipf(table) if table.len() == 1_000_000));
    }
}
