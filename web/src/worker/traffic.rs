//! Simulated traffic, in an unjournalled branch of the workspace.
//!
//! Owns the pace of the engine's [`engine::workload::Run`], which owns the branch: it is thrown away at the end. What is worth
//! keeping is the recipe ([`Traffic`]), not the outcome. Time in the branch follows the workspace's clock, never ahead of it.
//! A machine that is too slow for the rate leaves requests out, and says how many, where the clock goes as the wall clock does;
//! at another speed the clock waits for the traffic instead.

use std::collections::VecDeque;

use engine::insight::{Heat, Samples};
use engine::timeline::{Event, EventKind, Tally};
use engine::workload::{self, Clients, Onlooker, Rate, Recipe, Spread, VERSION};
use engine::world::{Outcome, World};

use super::clock;
use crate::protocol::{KeyDistribution, Traffic, TrafficSecond};

/// How long one slice may work before the page's requests have their turn, in milliseconds.
const SLICE_MS: f64 = 40.0;
/// So many requests are sent between two looks at how long it has worked.
const AT_ONCE: u64 = 16;
/// How far the branch may fall behind before requests are left out, in milliseconds.
const BEHIND_MS: u64 = 1_000;
/// So many rare events wait to be told at most.
const RARE: usize = 200;

/// Traffic that is running.
pub struct Run {
    /// What was asked for.
    pub traffic: Traffic,
    run: workload::Run,
    /// The newest second that was told.
    told: u64,
    skipped: u64,
    /// What was rare since it was last told, the newest of it.
    events: VecDeque<Event>,
}

impl Run {
    /// Branches off `world` and starts at `now_ms`; none where the table cannot be used now.
    pub fn start(world: &World, region: &str, now_ms: u64, traffic: Traffic) -> Option<Run> {
        let recipe = recipe(world, region, &traffic)?;
        let run = workload::Run::start(world, region, now_ms, recipe).ok()?;
        Some(Run { traffic, run, told: 0, skipped: 0, events: VecDeque::new() })
    }

    /// Sends what arrives until `now_ms`, as far as a slice allows, and counts its heat. What is too late is left out where
    /// it `may_skip`.
    pub fn advance(&mut self, now_ms: u64, may_skip: bool, heat: &mut Heat, samples: &mut Samples) {
        let started = clock::monotonic_ms();
        let mut book = Book { heat, samples, rare: &mut self.events };
        while self.run.advance(now_ms, AT_ONCE, &mut book).sent == AT_ONCE {
            if clock::monotonic_ms() - started > SLICE_MS {
                break;
            }
        }
        let next_ms = self.run.next_ms(now_ms);
        if may_skip && next_ms.is_some_and(|next_ms| now_ms - next_ms > BEHIND_MS) {
            self.skipped += self.run.skip_to(now_ms, &mut book);
        }
    }

    /// Rests while the clock is moved ahead: nobody sends anything until `now_ms`.
    pub fn rest_until(&mut self, now_ms: u64, heat: &mut Heat, samples: &mut Samples) {
        self.run.skip_to(now_ms, &mut Book { heat, samples, rare: &mut self.events });
    }

    /// A request of the page's to the branch: a look at its partitions, a replica that is killed.
    pub fn execute(&mut self, operation: &str, request: &str, heat: &mut Heat) -> Outcome {
        let outcome = self.run.execute(operation, request.as_bytes());
        heat.observe(&outcome.events, &outcome.tallies);
        keep_rare(&mut self.events, &outcome.events);
        outcome
    }

    /// What was rare in the branch since this was last asked.
    pub fn take_events(&mut self) -> Vec<Event> {
        self.events.drain(..).collect()
    }

    /// When the next request is to be sent, where that is by `until_ms`.
    pub fn next_ms(&mut self, until_ms: u64) -> Option<u64> {
        self.run.next_ms(until_ms)
    }

    /// What it came to in each second in which something happened since this was last asked, and how many requests were left
    /// out since.
    pub fn take_counts(&mut self) -> (Vec<(u64, TrafficSecond)>, u64) {
        let seconds = self.run.seconds().range(self.told..).map(|(at, second)| {
            let counts =
                TrafficSecond { sent: second.sent, retries: second.retries, given_up: second.given_up };
            (*at, counts)
        });
        let seconds: Vec<(u64, TrafficSecond)> = seconds.collect();
        self.told = seconds.last().map_or(self.told, |(at, _)| *at);
        (seconds, std::mem::take(&mut self.skipped))
    }
}

/// The recipe of what was asked for: even arrivals until it is stopped. None where there is no such table.
fn recipe(world: &World, region: &str, traffic: &Traffic) -> Option<Recipe> {
    let keys = match traffic.keys {
        KeyDistribution::Uniform => "uniform",
        KeyDistribution::Zipf => "zipf",
    };
    let keys = format!("{keys} 1..{}", traffic.key_count.max(1));
    let patterns = workload::suggest(world.schema(region, &traffic.table)?, traffic.read_percent, &keys);
    Some(Recipe {
        version: VERSION,
        seed: traffic.seed,
        tables: Vec::new(),
        fill: Vec::new(),
        patterns,
        rate: Rate::Constant { per_second: traffic.rate.max(1).into() },
        spread: Spread::Even,
        clients: Clients::default(),
        duration_ms: u64::MAX,
        replay: Vec::new(),
    })
}

/// Where what happens is entered.
struct Book<'a> {
    heat: &'a mut Heat,
    samples: &'a mut Samples,
    rare: &'a mut VecDeque<Event>,
}

/// Keeps what is rare of some events, and no more than so many of the newest.
fn keep_rare(kept: &mut VecDeque<Event>, events: &[Event]) {
    kept.extend(events.iter().filter(|event| event.kind.is_rare()).cloned());
    kept.drain(..kept.len().saturating_sub(RARE));
}

impl Onlooker for Book<'_> {
    fn saw(&mut self, tallies: &[Tally], events: Vec<Event>) {
        self.heat.observe(&events, tallies);
        if !events.is_empty() {
            keep_rare(self.rare, &events);
        }
        if events.iter().any(|event| matches!(event.kind, EventKind::RequestReceived { .. })) {
            self.samples.offer(events);
        } else if let Some(tally) = tallies.iter().find(|tally| tally.request.is_some()) {
            // Not watched: only its numbers are known, and perhaps something rare.
            self.samples.pass(tally.at_ms);
        }
    }
}
