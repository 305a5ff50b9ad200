//! A run: a recipe that is being carried out in a branch of a world.
//!
//! Owns the branch, its time and what is counted. Advances as far as it is told, by no more requests than it is told, so that
//! whoever drives it keeps its own pace; how the work is sliced changes nothing of what happens. Memory is bounded: the newest
//! hour of counts (200 bytes a second) and the waiting requests' own bound. What happened goes to an [`Onlooker`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::arrivals::Arrivals;
use super::clients::{Refusal, Retries, Waiting};
use super::filling::{Filling, Tables};
use super::pattern::Compiled;
use super::recipe::Recipe;
use super::template::Moment;
use super::watch::Watch;
use crate::error::{ApiError, Result};
use crate::random::Random;
use crate::timeline::{Detail, Event, Tally};
use crate::world::{Outcome, World};

/// How many seconds of counts are kept.
const SECONDS: usize = 3_600;

/// The bounds of the latency's classes, in milliseconds; the last class is above them all.
pub const LATENCY_MS: [u64; 20] =
    [2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 75, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000];

/// What happened in one second of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Second {
    /// Requests that were sent for the first time.
    pub sent: u64,
    /// Of these, throttled.
    pub throttled: u64,
    /// Requests that were sent again.
    pub retries: u64,
    /// Requests that went well, whenever they were first sent.
    pub succeeded: u64,
    /// Requests that were given up: throttled or failed too often, or without quota.
    pub given_up: u64,
    /// Requests that were refused for another reason: a condition, a fault of their own.
    pub refused: u64,
    /// How long those that went well took, waits for retries included, in microseconds, added up…
    pub latency_us: u64,
    /// …and how many of them took up to each of [`LATENCY_MS`].
    pub latencies: [u32; LATENCY_MS.len() + 1],
}

impl Second {
    /// The bound of the class in which so many thousandths of the requests have ended, in milliseconds: 990 for p99. None
    /// where none went well.
    pub fn percentile_ms(&self, thousandths: u64) -> Option<u64> {
        let total: u64 = self.latencies.iter().map(|count| u64::from(*count)).sum();
        let wanted = (total * thousandths).div_ceil(1_000).max(1);
        let mut ended = 0;
        let class = self.latencies.iter().position(|count| {
            ended += u64::from(*count);
            ended >= wanted
        });
        class.map(|class| LATENCY_MS.get(class).copied().unwrap_or(60_000))
    }

    /// What happened in several seconds.
    pub fn sum<'a>(seconds: impl IntoIterator<Item = &'a Second>) -> Second {
        seconds.into_iter().fold(Second::default(), |mut sum, second| {
            sum.sent += second.sent;
            sum.throttled += second.throttled;
            sum.retries += second.retries;
            sum.succeeded += second.succeeded;
            sum.given_up += second.given_up;
            sum.refused += second.refused;
            sum.latency_us += second.latency_us;
            for (sum, count) in sum.latencies.iter_mut().zip(second.latencies) {
                *sum = sum.saturating_add(count);
            }
            sum
        })
    }

    fn took(&mut self, latency_us: u64) {
        self.latency_us += latency_us;
        let class = LATENCY_MS.partition_point(|bound| bound * 1_000 < latency_us);
        self.latencies[class] += 1;
    }
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The branch's time, in milliseconds of the epoch.
    pub now_ms: u64,
    /// The requests sent by this call.
    pub sent: u64,
    /// Whether the recipe is over.
    pub is_over: bool,
}

/// A recipe that is being carried out.
#[derive(Clone, Debug)]
pub struct Run {
    recipe: Recipe,
    world: World,
    region: String,
    start_ms: u64,
    now_ms: u64,
    patterns: Vec<Compiled>,
    /// The patterns' weights, added up.
    weights: Vec<u64>,
    arrivals: Arrivals,
    rows: usize,
    random: Random,
    retries: Retries,
    watch: Watch,
    seconds: BTreeMap<u64, Second>,
}

/// Who looks on at a run.
pub trait Onlooker {
    /// Is given what each request came to, and what happened by itself between two of them: the tallies, and all events of a
    /// request that is watched; of the others, and of what happens by itself, those that are rare
    /// ([`crate::timeline::EventKind::is_rare`]; a partition's first refusal among them).
    fn saw(&mut self, tallies: &[Tally], events: Vec<Event>);
}

/// What comes next.
enum Next {
    Retry,
    Row(usize),
    Arrival,
}

impl Run {
    /// Branches off a world, makes the recipe's tables, fills them, and starts at `now_ms` or when that is done. The error is
    /// about the recipe, or the engine's answer.
    pub fn start(world: &World, region: &str, now_ms: u64, recipe: Recipe) -> Result<Run> {
        let mut filling = Filling::begin(world, region, now_ms, recipe, Tables::More)?;
        while !filling.advance(u64::MAX)? {}
        Run::filled(filling, now_ms)
    }

    /// Starts in a branch that is ready, at `now_ms` or when its tables are ACTIVE.
    pub fn filled(mut filling: Filling, now_ms: u64) -> Result<Run> {
        filling.end()?;
        let Filling { recipe, world, region, start_ms, patterns, mut random, .. } = filling;
        let start_ms = start_ms.max(now_ms);
        let weights = recipe.patterns.iter().scan(0, |sum, pattern| {
            *sum += u64::from(pattern.weight);
            Some(*sum)
        });
        Ok(Run {
            weights: weights.collect(),
            arrivals: Arrivals::new(recipe.rate.clone(), recipe.spread, &mut random),
            retries: Retries::new(recipe.clients),
            watch: Watch::new(recipe.seed),
            region,
            now_ms: start_ms,
            seconds: BTreeMap::new(),
            rows: 0,
            recipe,
            world,
            start_ms,
            patterns,
            random,
        })
    }

    /// Carries on until `until_ms`, or until so many requests were sent.
    pub fn advance(&mut self, until_ms: u64, budget: u64, onlooker: &mut dyn Onlooker) -> Progress {
        let end_ms = self.end_ms();
        let until_ms = until_ms.min(end_ms);
        let mut sent = 0;
        while sent < budget {
            let Some((at_ms, next)) = self.next_by(until_ms) else {
                self.now_ms = self.now_ms.max(until_ms);
                let outcome = self.world.tick_with(self.now_ms, Detail::Counted);
                tell(outcome, onlooker);
                break;
            };
            self.now_ms = at_ms.max(self.now_ms);
            let request = match next {
                Next::Retry => self.retries.take_next(),
                Next::Row(pattern) => Some(self.first(pattern)),
                Next::Arrival => {
                    self.arrivals.advance(&mut self.random);
                    let total = self.weights.last().copied().unwrap_or(0);
                    let drawn = self.random.below(total.max(1));
                    Some(self.first(self.weights.partition_point(|sum| *sum <= drawn)))
                }
            };
            if let Some(request) = request {
                self.send(request, onlooker);
                sent += 1;
            }
        }
        Progress { now_ms: self.now_ms, sent, is_over: self.now_ms >= end_ms }
    }

    /// What comes by that time, the earliest first.
    fn next_by(&mut self, until_ms: u64) -> Option<(u64, Next)> {
        let since_ms = until_ms.saturating_sub(self.start_ms);
        let fresh = if self.recipe.replay.is_empty() {
            self.arrivals.next_by(since_ms).map(|at_ms| (self.start_ms + at_ms, Next::Arrival))
        } else {
            self.next_row().map(|(at_ms, pattern)| (self.start_ms + at_ms, Next::Row(pattern)))
        };
        let fresh = fresh.filter(|(at_ms, _)| *at_ms <= until_ms);
        let retry = self.retries.next_ms().filter(|at_ms| *at_ms <= until_ms);
        match (retry, fresh) {
            (Some(at_ms), Some((fresh_ms, _))) if at_ms <= fresh_ms => Some((at_ms, Next::Retry)),
            (Some(at_ms), None) => Some((at_ms, Next::Retry)),
            (_, fresh) => fresh,
        }
    }

    /// The next row of the log that asks for one of the patterns.
    fn next_row(&mut self) -> Option<(u64, usize)> {
        loop {
            let row = self.recipe.replay.get(self.rows)?;
            match self.recipe.pattern_of(row) {
                Some(pattern) => return Some((row.at_ms, pattern)),
                None => self.rows += 1,
            }
        }
    }

    /// Draws a new request.
    fn first(&mut self, pattern: usize) -> Waiting {
        let client = self.random.below(u64::from(self.retries.clients())) as u32;
        let row = self.recipe.replay.get(self.rows).map_or("", |row| row.key.as_str());
        let moment = Moment { now_ms: self.now_ms, client: u64::from(client) + 1, row };
        self.patterns[pattern].draw(&moment, &mut self.random);
        if !self.recipe.replay.is_empty() {
            self.rows += 1;
        }
        Waiting::first(client, pattern, self.now_ms)
    }

    fn send(&mut self, mut request: Waiting, onlooker: &mut dyn Onlooker) {
        let pattern = &mut self.patterns[request.pattern];
        if request.attempts > 0 {
            pattern.take_up(std::mem::take(&mut request.values));
        }
        let detail = self.watch.detail(self.now_ms, self.arrivals.rate_now());
        let outcome = pattern.send(&mut self.world, &self.region, self.now_ms, detail);
        let mut second = self.seconds.remove(&(self.now_ms / 1_000)).unwrap_or_default();
        if request.attempts == 0 {
            second.sent += 1;
        } else {
            second.retries += 1;
        }
        match &outcome.response {
            Ok(_) => {
                self.retries.succeeded(&request);
                second.succeeded += 1;
                second.took((self.now_ms - request.first_ms) * 1_000 + outcome.latency_us);
            }
            Err(error) => self.refuse(request, error, &mut second),
        }
        self.seconds.insert(self.now_ms / 1_000, second);
        while self.seconds.len() > SECONDS {
            self.seconds.pop_first();
        }
        outcome.tallies.iter().for_each(|tally| self.watch.notice(tally));
        tell(outcome, onlooker);
    }

    fn refuse(&mut self, request: Waiting, error: &ApiError, second: &mut Second) {
        let Some(refusal) = Refusal::of(error.kind) else {
            second.refused += 1;
            return;
        };
        if request.attempts == 0 && refusal == Refusal::Throttling {
            second.throttled += 1;
        }
        let pattern = &self.patterns[request.pattern];
        let values = || pattern.values().to_vec();
        if !self.retries.refused(request, refusal, self.now_ms, values, &mut self.random) {
            second.given_up += 1;
        }
    }

    /// What happened, by second of the epoch.
    pub fn seconds(&self) -> &BTreeMap<u64, Second> {
        &self.seconds
    }

    /// How many requests wait to be sent again.
    pub fn waiting(&self) -> usize {
        self.retries.waiting()
    }

    /// The recipe.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// Whether every pattern comes in by the direct door.
    pub fn is_direct(&self) -> bool {
        self.patterns.iter().all(Compiled::is_direct)
    }

    /// When it began, in milliseconds of the epoch.
    pub fn start_ms(&self) -> u64 {
        self.start_ms
    }

    /// Its time, in milliseconds of the epoch.
    pub fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// Whether all of the recipe has happened.
    pub fn is_over(&self) -> bool {
        self.now_ms >= self.end_ms()
    }

    /// When the recipe is over, in milliseconds of the epoch.
    pub fn end_ms(&self) -> u64 {
        self.start_ms.saturating_add(self.recipe.duration_ms)
    }

    /// When the next request is sent, where that is by `until_ms`.
    pub fn next_ms(&mut self, until_ms: u64) -> Option<u64> {
        self.next_by(until_ms.min(self.end_ms())).map(|(at_ms, _)| at_ms)
    }

    /// Leaves out what would arrive before that time: nobody sends anything, or the machine is too slow for it. How many requests
    /// that are (of Poisson arrivals, how many are to be expected). What happens by itself happens, each at its own time; what
    /// waits to be sent again is sent then.
    pub fn skip_to(&mut self, now_ms: u64, onlooker: &mut dyn Onlooker) -> u64 {
        let now_ms = now_ms.min(self.end_ms());
        let skipped = if self.recipe.replay.is_empty() {
            self.arrivals.skip_to(now_ms.saturating_sub(self.start_ms), &mut self.random)
        } else {
            let rows = self.rows;
            while self.next_row().is_some_and(|(at_ms, _)| self.start_ms + at_ms < now_ms) {
                self.rows += 1;
            }
            (self.rows - rows) as u64
        };
        if now_ms > self.now_ms {
            self.now_ms = now_ms;
            tell(self.world.advance(now_ms, usize::MAX).outcome, onlooker);
        }
        skipped
    }

    /// The branch, to be looked at.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The branch, to be kept.
    pub fn into_world(self) -> World {
        self.world
    }

    /// The branch, for a request of somebody else's: a look at its partitions, a replica that is killed.
    pub fn execute(&mut self, operation: &str, request: &[u8]) -> Outcome {
        self.world.execute(&self.region, self.now_ms, operation, request)
    }
}

/// Tells what happened, but for what every request does behind its back.
fn tell(outcome: Outcome, onlooker: &mut dyn Onlooker) {
    let (tallies, mut events) = (outcome.tallies, outcome.events);
    events.retain(|event| event.request.is_some() || event.kind.is_rare());
    if !tallies.is_empty() || !events.is_empty() {
        onlooker.saw(&tallies, events);
    }
}
