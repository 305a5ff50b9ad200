//! The seeded generator: PCG-XSH-RR 64/32 ([O'Neill 2014](https://www.pcg-random.org/paper.html)).
//!
//! Its state is part of the saved state, so a reopened workspace goes on with the same draws. It never
//! reads a clock or the machine's entropy, and draws no floating-point number.

use serde::{Deserialize, Serialize};

const MULTIPLIER: u64 = 6364136223846793005;
const INCREMENT: u64 = 1442695040888963407;

/// A stream of reproducible draws.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Random {
    state: u64,
}

impl Random {
    /// The generator of that seed.
    pub fn new(seed: u64) -> Random {
        let mut random = Random { state: seed.wrapping_add(INCREMENT) };
        random.next_u32();
        random
    }

    /// The generator that stands at a saved state.
    pub fn from_state(state: u64) -> Random {
        Random { state }
    }

    /// The state to save.
    pub fn state(&self) -> u64 {
        self.state
    }

    /// A draw of 32 bits.
    pub fn next_u32(&mut self) -> u32 {
        let old = self.state;
        self.state = old.wrapping_mul(MULTIPLIER).wrapping_add(INCREMENT);
        let shifted = (((old >> 18) ^ old) >> 27) as u32;
        shifted.rotate_right((old >> 59) as u32)
    }

    /// A draw of 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        u64::from(self.next_u32()) << 32 | u64::from(self.next_u32())
    }

    /// A draw below `bound` (at least 1), without bias.
    pub fn below(&mut self, bound: u64) -> u64 {
        assert!(bound > 0, "a bound of zero has no draw below it");
        // Lemire's multiply-shift with rejection.
        let threshold = bound.wrapping_neg() % bound;
        loop {
            let product = u128::from(self.next_u64()) * u128::from(bound);
            if product as u64 >= threshold {
                return (product >> 64) as u64;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_and_a_saved_state_goes_on() {
        let mut one = Random::new(7);
        let first: Vec<u32> = (0..5).map(|_| one.next_u32()).collect();
        let mut two = Random::new(7);
        assert_eq!(first, (0..5).map(|_| two.next_u32()).collect::<Vec<_>>());
        let mut three = Random::from_state(one.state());
        assert_eq!(one.next_u64(), three.next_u64());
        assert_ne!(Random::new(8).next_u64(), Random::new(7).next_u64());
    }

    #[test]
    fn below_stays_below_and_reaches_every_value() {
        let mut random = Random::new(1);
        let mut seen = [0u32; 7];
        for _ in 0..7000 {
            seen[random.below(7) as usize] += 1;
        }
        assert!(seen.iter().all(|&n| (800..1200).contains(&n)), "{seen:?}");
    }
}
