//! A digest of draws, by which a test natively and another in a browser see that both draw the same.

use super::arrivals::{Arrivals, Rate, Spread};
use super::distribution::{Keys, Ranks};
use crate::random::Random;

/// The digest of 10,000 draws of each distribution over 10,000 keys, and of 10,000 arrivals of each kind, with seed 7, wherever
/// it is computed.
pub const DRAWS_DIGEST: u64 = 14_160_076_637_597_881_664;

/// Computes [`DRAWS_DIGEST`].
pub fn draws_digest() -> u64 {
    let mut random = Random::new(7);
    let mut bytes = Vec::new();
    for keys in [
        Keys::Uniform,
        Keys::Zipf { exponent_thousandths: 1_000 },
        Keys::Zipf { exponent_thousandths: 1_200 },
        Keys::Hot { keys_thousandths: 10, requests_thousandths: 900 },
    ] {
        let ranks = Ranks::new(keys, 10_000);
        bytes.extend((0..10_000).flat_map(|_| ranks.draw(&mut random).to_le_bytes()));
    }
    let day = Rate::Day { low: 10, high: 500, day_ms: 86_400_000 };
    for (rate, spread) in [
        (Rate::black_friday(), Spread::Poisson),
        (Rate::Ramp { from: 10, to: 5_000, over_ms: 7_000 }, Spread::Even),
        (day, Spread::Poisson),
    ] {
        let mut arrivals = Arrivals::new(rate, spread, &mut random);
        for _ in 0..10_000 {
            let at_ms = arrivals.next_by(u64::MAX / 2).unwrap_or(0);
            arrivals.advance(&mut random);
            bytes.extend(at_ms.to_le_bytes());
        }
    }
    xxhash_rust::xxh3::xxh3_64(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_draws_have_a_known_digest() {
        assert_eq!(draws_digest(), DRAWS_DIGEST);
    }
}
