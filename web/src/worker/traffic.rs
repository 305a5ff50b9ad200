//! Simulated traffic, in an unjournalled branch of the workspace.
//!
//! Owns the branch: a clone of the world that its requests run in and that is thrown away at the end. What is
//! worth keeping is the recipe ([`Traffic`]), not the outcome. Time in the branch follows the workspace's
//! clock, never ahead of it. A machine that is too slow for the rate leaves requests out, and says how many, where the
//! clock goes as the wall clock does; at another speed the clock waits for the traffic instead.

use std::collections::BTreeMap;

use engine::insight::{Heat, Samples};
use engine::workload::{Arrivals, KeyShape, Keys, Pattern, Workload};
use engine::world::{Outcome, World};

use super::clock;
use crate::protocol::{KeyDistribution, Traffic};

/// How long one slice may work before the page's requests have their turn, in milliseconds.
const SLICE_MS: f64 = 40.0;
/// How far the branch may fall behind before requests are left out, in milliseconds.
const BEHIND_MS: u64 = 1_000;

/// Traffic that is running.
pub struct Run {
    /// What was asked for.
    pub traffic: Traffic,
    branch: World,
    region: String,
    workload: Workload,
    arrivals: Arrivals,
    sent: BTreeMap<u64, u64>,
    skipped: u64,
}

impl Run {
    /// Branches off `world` and starts at `now_ms`. The error is the engine's answer about the table.
    pub fn start(world: &World, region: &str, now_ms: u64, traffic: Traffic) -> Result<Run, String> {
        let mut branch = world.clone();
        let request = serde_json::json!({ "TableName": traffic.table }).to_string();
        let described = branch.execute(region, now_ms, "DescribeTable", request.as_bytes());
        let description = described.response.map_err(|error| error.to_string())?;
        let shape = KeyShape::of_description(&description)
            .ok_or_else(|| "The table's description has no key schema.".to_owned())?;
        let keys = match traffic.keys {
            KeyDistribution::Uniform => Keys::Uniform,
            KeyDistribution::Zipf => Keys::Zipf { exponent_thousandths: 1_000 },
        };
        let pattern = Pattern {
            table: traffic.table.clone(),
            read_percent: traffic.read_percent,
            keys,
            key_count: traffic.key_count,
            seed: traffic.seed,
        };
        let arrivals = Arrivals::new(traffic.rate, now_ms);
        let workload = Workload::new(pattern, shape);
        Ok(Run {
            traffic,
            branch,
            region: region.to_owned(),
            workload,
            arrivals,
            sent: BTreeMap::new(),
            skipped: 0,
        })
    }

    /// Sends what arrives until `now_ms`, as far as a slice allows, and counts its heat. What is too late is left out where
    /// it `may_skip`.
    pub fn advance(&mut self, now_ms: u64, may_skip: bool, heat: &mut Heat, samples: &mut Samples) {
        let started = clock::monotonic_ms();
        let mut sent = 0u32;
        while self.arrivals.next_ms() <= now_ms {
            if sent.is_multiple_of(16) && clock::monotonic_ms() - started > SLICE_MS {
                break;
            }
            let at_ms = self.arrivals.next_ms();
            if self.branch.next_due_ms().is_some_and(|due| due <= at_ms) {
                count(self.branch.advance(at_ms, usize::MAX).outcome, heat, samples);
            }
            let request = self.workload.next_request();
            let outcome = self.branch.execute(&self.region, at_ms, request.operation, &request.body);
            if outcome.events.iter().all(|event| event.request.is_none()) {
                samples.pass(at_ms);
            }
            count(outcome, heat, samples);
            self.arrivals.advance();
            *self.sent.entry(at_ms / 1000).or_default() += 1;
            sent += 1;
        }
        // Nobody winds a branch back.
        self.branch.durable(self.branch.position());
        if may_skip && now_ms.saturating_sub(self.arrivals.next_ms()) > BEHIND_MS {
            self.skipped += self.arrivals.skip_to(now_ms);
        }
    }

    /// Rests while the clock is moved ahead: nobody sends anything until `now_ms`.
    pub fn rest_until(&mut self, now_ms: u64) {
        self.arrivals.skip_to(now_ms);
    }

    /// When the next request is sent.
    pub fn next_ms(&self) -> u64 {
        self.arrivals.next_ms()
    }

    /// Whether a request should have been sent by `now_ms` and was not.
    pub fn is_behind(&self, now_ms: u64) -> bool {
        self.arrivals.next_ms() <= now_ms
    }

    /// How many requests were sent since this was last asked, by second, and how many were left out.
    pub fn take_counts(&mut self) -> (Vec<(u64, u64)>, u64) {
        (std::mem::take(&mut self.sent).into_iter().collect(), std::mem::take(&mut self.skipped))
    }
}

fn count(outcome: Outcome, heat: &mut Heat, samples: &mut Samples) {
    heat.observe(&outcome.events, &outcome.tallies);
    samples.offer(outcome.events);
}
