//! Digests of draws and of a run, by which a test natively and another in a browser see that both come to the same.

use serde_json::json;

use super::arrivals::{Arrivals, Rate, Spread};
use super::distribution::{Keys, Ranks};
use super::recipe::Recipe;
use super::run::{Onlooker, Run};
use crate::random::Random;
use crate::timeline::{Event, Tally};
use crate::world::{Config, World};

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

/// The digest of a small Black Friday: what is told of it, its seconds and the state at its end, wherever it is run. It is another
/// whenever the engine comes to something else.
pub const RUN_DIGEST: u64 = 12_590_560_448_010_269_000;

/// Computes [`RUN_DIGEST`]: 2,000 carts, three seconds of up to 2,000 requests each second at a table of 400 units, so that there are
/// throttles and retries.
pub fn run_digest() -> u64 {
    let mut recipe = Recipe::black_friday(7);
    let units = json!({ "ReadCapacityUnits": 400, "WriteCapacityUnits": 400 });
    recipe.tables[0]["ProvisionedThroughput"] = units;
    recipe.tables[0]["BillingMode"] = json!("PROVISIONED");
    if let Some(table) = recipe.tables[0].as_object_mut() {
        table.remove("WarmThroughput");
    }
    recipe.fill[0].count = 2_000;
    recipe.rate = Rate::Ramp { from: 200, to: 2_000, over_ms: 2_000 };
    recipe.duration_ms = 3_000;

    let config = Config::default();
    let region = config.region.clone();
    let run = Run::start(&World::new(config), &region, 1_795_348_800_000, recipe);
    let mut run = run.expect("the recipe is right");
    let mut told = Told::default();
    run.advance(u64::MAX, u64::MAX, &mut told);
    let mut bytes = told.0;
    bytes.extend(format!("{:?}", run.seconds()).bytes());
    bytes.extend(run.into_world().snapshot());
    xxhash_rust::xxh3::xxh3_64(&bytes)
}

/// What was told, as bytes.
#[derive(Default)]
struct Told(Vec<u8>);

impl Onlooker for Told {
    fn saw(&mut self, tallies: &[Tally], events: Vec<Event>) {
        self.0.extend(format!("{tallies:?}").bytes());
        self.0.extend(serde_json::to_vec(&events).expect("events are plain data"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_run_has_a_known_digest() {
        assert_eq!(run_digest(), RUN_DIGEST);
    }

    #[test]
    fn the_draws_have_a_known_digest() {
        assert_eq!(draws_digest(), DRAWS_DIGEST);
    }
}
