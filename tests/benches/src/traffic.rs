//! Simulated traffic: how many requests a second the document's Black Friday comes to, on one thread.
//!
//! A million one-item carts, at the peak of 100,000 requests a second, of which 80 % query a cart and 20 % put an item into one.
//! Every request is a real one through the engine, admitted, replicated and counted; what is measured is the thread's CPU time.

use crate::measure::{Figure, cpu_time};
use engine::timeline::{Event, Tally};
use engine::workload::{Onlooker, Recipe, Run};
use engine::world::{Config, World};
use serde_json::json;

/// The rate is at its peak by then, in milliseconds from the start.
const PEAK_MS: u64 = 61_000;
/// How long is measured, in milliseconds of simulated time.
const MEASURED_MS: u64 = 10_000;
const START_MS: u64 = 1_795_680_000_000;

/// Adds up, so that nothing of the work can be left out.
#[derive(Default)]
struct Sum {
    half_units: u64,
    refused: u64,
    events: usize,
}

impl Onlooker for Sum {
    fn saw(&mut self, tallies: &[Tally], events: Vec<Event>) {
        self.half_units += tallies.iter().map(|tally| tally.half_units).sum::<u64>();
        self.refused += tallies.iter().filter(|tally| tally.throttled.is_some()).count() as u64;
        self.events += events.len();
    }
}

/// The document's recipe, on capacity that is there from the start: a request that is refused would cost less.
fn recipe() -> Recipe {
    let mut recipe = Recipe::black_friday(1);
    if let Some(table) = recipe.tables[0].as_object_mut() {
        table.remove("WarmThroughput");
        table.insert("BillingMode".into(), "PROVISIONED".into());
        let throughput = json!({"ReadCapacityUnits": 40_000, "WriteCapacityUnits": 40_000});
        table.insert("ProvisionedThroughput".into(), throughput);
    }
    recipe
}

/// Measures it.
pub fn run() -> Result<Vec<Figure>, String> {
    let config = Config::default();
    let world = World::new(config.clone());
    let mut run = Run::start(&world, &config.region, START_MS, recipe())
        .map_err(|error| format!("the recipe was refused: {error}"))?;
    if !run.is_direct() {
        return Err("a pattern does not come in by the direct door".into());
    }
    let mut sum = Sum::default();
    run.advance(run.start_ms() + PEAK_MS, u64::MAX, &mut sum);
    let start = cpu_time()?;
    let mut sum = Sum::default();
    let sent = run.advance(run.start_ms() + PEAK_MS + MEASURED_MS, u64::MAX, &mut sum).sent;
    let seconds = (cpu_time()? - start).as_secs_f64();
    if sent < 950_000 || sum.half_units < sent {
        return Err(format!("of {sent} requests too little came: {} halves of a unit", sum.half_units));
    }
    let refused = 100.0 * sum.refused as f64 / sent as f64;
    if refused > 10.0 {
        return Err(format!("{refused:.1} % were refused"));
    }
    Ok(vec![
        Figure::new("black_friday_native_requests_per_second", sent as f64 / seconds, "requests/s_cpu"),
        Figure::new("black_friday_throttled", refused, "%"),
    ])
}
