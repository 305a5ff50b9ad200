//! Simulated traffic, in an unjournalled branch of the workspace.
//!
//! Owns the pace of the engine's [`Filling`] and [`engine::workload::Run`], which own the branch. What is worth keeping is the
//! recipe; the branch stays until it is discarded. Time in the branch follows the workspace's clock, never ahead of it. A
//! machine that is too slow for the rate leaves requests out, and says how many, where the clock goes as the wall clock does;
//! at another speed the clock waits for the traffic instead.

mod compared;
mod meter;

use std::collections::VecDeque;
use std::rc::Rc;

use engine::error::ApiError;
use engine::insight::{Heat, Samples};
use engine::timeline::{Event, EventKind, Tally};
use engine::workload::{self, Filling, Onlooker, Tables};
use engine::world::{Outcome, World};

use serde_json::{Value, json};

use super::clock;
use crate::protocol::traffic::{TrafficFigures, TrafficPhase, TrafficSecond, TrafficState, Workload};
pub use compared::Compared;
use meter::Meter;

/// How long one slice may work before the page's requests have their turn, in milliseconds.
const SLICE_MS: f64 = 40.0;
/// So many requests are sent between two looks at how long it has worked.
const AT_ONCE: u64 = 16;
/// How far the branch may fall behind before requests are left out, in milliseconds.
const BEHIND_MS: u64 = 1_000;
/// So many rare events wait to be told at most.
const RARE: usize = 200;
/// Refusals of requests are among them while there are fewer than this.
const REFUSED: usize = 8;

/// What has the branch.
enum Stage {
    Filling(Box<Filling>),
    Running(Box<workload::Run>),
    /// Nothing: it could not be filled.
    Failed(String),
}

/// Traffic, from its start until its branch is discarded.
pub struct Run {
    id: u64,
    name: String,
    tables: Vec<String>,
    stage: Stage,
    /// It was stopped.
    stopped: bool,
    /// What the page's requests had changed of the workspace when it began.
    changes: u64,
    meter: Meter,
    /// The newest second that was told.
    told: u64,
    /// Requests that were left out, and how many of them were told.
    skipped: u64,
    told_skipped: u64,
    /// That it has ended was told.
    told_end: bool,
    /// What was rare since it was last told, the newest of it.
    events: VecDeque<Event>,
}

impl Run {
    /// Branches off `world` at `now_ms`, when the page's requests had changed it so often; the recipe's tables are its `own`, or
    /// stand in place of the world's. The error is about the recipe.
    pub fn start(
        world: &World,
        region: &str,
        now_ms: u64,
        id: u64,
        workload: Workload,
        changes: u64,
        own: Tables,
    ) -> Result<Run, ApiError> {
        let tables = workload.tables();
        let filling = Filling::begin(world, region, now_ms, workload.recipe, own)?;
        Ok(Run {
            id,
            name: workload.name,
            tables,
            stage: Stage::Filling(Box::new(filling)),
            stopped: false,
            changes,
            meter: Meter::default(),
            told: 0,
            skipped: 0,
            told_skipped: 0,
            told_end: false,
            events: VecDeque::new(),
        })
    }

    /// Fills the branch as far as a slice allows, or sends what arrives until `now_ms` and counts its heat. What is too late is
    /// left out where it `may_skip`.
    pub fn advance(&mut self, now_ms: u64, may_skip: bool, heat: &mut Heat, samples: &mut Samples) {
        let started = clock::monotonic_ms();
        let in_time = || clock::monotonic_ms() - started <= SLICE_MS;
        if self.fill(&in_time) {
            self.begin(now_ms);
        }
        self.send(now_ms, may_skip, heat, samples, &in_time);
    }

    /// Writes what is there before it begins, while there is time: whether all of it is there now.
    fn fill(&mut self, in_time: &dyn Fn() -> bool) -> bool {
        let Stage::Filling(filling) = &mut self.stage else { return false };
        if self.stopped {
            return false;
        }
        let mut filled = filling.advance(AT_ONCE);
        while filled == Ok(false) && in_time() {
            filled = filling.advance(AT_ONCE);
        }
        if let Err(error) = &filled {
            self.stage = Stage::Failed(error.message.clone());
        }
        filled == Ok(true)
    }

    /// All is there: the first request may be sent.
    fn begin(&mut self, now_ms: u64) {
        let stage = std::mem::replace(&mut self.stage, Stage::Failed(String::new()));
        if let Stage::Filling(filling) = stage {
            self.stage = match workload::Run::filled(*filling, now_ms) {
                Ok(run) => Stage::Running(Box::new(run)),
                Err(error) => Stage::Failed(error.message),
            };
        }
    }

    /// Sends what arrives until `now_ms`, while there is time: whether all of it was sent.
    fn send(
        &mut self,
        now_ms: u64,
        may_skip: bool,
        heat: &mut Heat,
        samples: &mut Samples,
        in_time: &dyn Fn() -> bool,
    ) -> bool {
        let Stage::Running(run) = &mut self.stage else { return true };
        if self.stopped {
            return true;
        }
        let mut book = Book { heat, samples, meter: &mut self.meter, rare: &mut self.events };
        while run.advance(now_ms, AT_ONCE, &mut book).sent == AT_ONCE && in_time() {}
        let next_ms = run.next_ms(now_ms);
        if may_skip && next_ms.is_some_and(|next_ms| now_ms - next_ms > BEHIND_MS) {
            self.skipped += run.skip_to(now_ms, &mut book);
        }
        next_ms.is_none()
    }

    /// Rests while the clock is moved ahead: nobody sends anything until `now_ms`.
    pub fn rest_until(&mut self, now_ms: u64, heat: &mut Heat, samples: &mut Samples) {
        if let (Stage::Running(run), false) = (&mut self.stage, self.stopped) {
            let mut book = Book { heat, samples, meter: &mut self.meter, rare: &mut self.events };
            run.skip_to(now_ms, &mut book);
        }
    }

    /// A request of the page's to the branch: a look at its partitions, a replica that is killed. None where the branch could not
    /// be filled.
    pub fn execute(&mut self, operation: &str, request: &str, heat: &mut Heat) -> Option<Outcome> {
        let outcome = match &mut self.stage {
            Stage::Filling(filling) => filling.execute(operation, request.as_bytes()),
            Stage::Running(run) => run.execute(operation, request.as_bytes()),
            Stage::Failed(_) => return None,
        };
        heat.observe(&outcome.events, &outcome.tallies);
        keep_rare(&mut self.events, &outcome.events);
        Some(outcome)
    }

    /// What was rare in the branch since this was last asked.
    pub fn take_events(&mut self) -> Vec<Event> {
        self.events.drain(..).collect()
    }

    /// Whether what is there before it begins was refused.
    fn has_failed(&self) -> bool {
        matches!(self.stage, Stage::Failed(_))
    }

    /// Whether what is there before it begins is still being written.
    pub fn is_filling(&self) -> bool {
        matches!(self.stage, Stage::Filling(_)) && !self.stopped
    }

    /// When its tables are there, while it is being filled.
    fn ready_ms(&self) -> Option<u64> {
        match &self.stage {
            Stage::Filling(filling) => Some(filling.start_ms()),
            _ => None,
        }
    }

    /// What its tables took over of the workspace's items, and what they left out, while it is being filled.
    fn taken_over(&self) -> (u64, u64) {
        match &self.stage {
            Stage::Filling(filling) => filling.taken_over(),
            _ => (0, 0),
        }
    }

    /// The items that its tables have.
    fn items(&mut self) -> u64 {
        let tables = self.tables.clone();
        let counts = tables.iter().filter_map(|table| {
            let request = json!({ "TableName": table }).to_string();
            let answer = match &mut self.stage {
                Stage::Filling(filling) => filling.execute("DescribeTable", request.as_bytes()),
                Stage::Running(run) => run.execute("DescribeTable", request.as_bytes()),
                Stage::Failed(_) => return None,
            };
            let described: Value = serde_json::from_slice(&answer.response.ok()?).ok()?;
            described["Table"]["ItemCount"].as_u64()
        });
        counts.sum()
    }

    /// Where its branch is, in milliseconds of the epoch; none before it runs.
    pub fn now_ms(&self) -> Option<u64> {
        match &self.stage {
            Stage::Running(run) => Some(run.now_ms()),
            _ => None,
        }
    }

    /// The branch, to be kept: none while it is not whole.
    pub fn world(&self) -> Option<&World> {
        match &self.stage {
            Stage::Running(run) => Some(run.world()),
            _ => None,
        }
    }

    /// When the next request is to be sent, where that is by `until_ms`.
    pub fn next_ms(&mut self, until_ms: u64) -> Option<u64> {
        match &mut self.stage {
            Stage::Running(run) if !self.stopped => run.next_ms(until_ms),
            _ => None,
        }
    }

    /// Whether there is work now, by the clock's `now_ms`.
    pub fn is_behind(&mut self, now_ms: u64) -> bool {
        self.is_filling() || self.next_ms(now_ms).is_some()
    }

    /// Whether it sends requests, or will.
    pub fn is_going(&self) -> bool {
        match &self.stage {
            Stage::Filling(_) => !self.stopped,
            Stage::Running(run) => !self.stopped && !run.is_over(),
            Stage::Failed(_) => false,
        }
    }

    /// Whether there is something to tell of it.
    pub fn is_warm(&self) -> bool {
        self.is_going() || !self.told_end
    }

    /// Nothing is sent any more. A branch that is not whole is no branch.
    pub fn stop(&mut self) {
        if self.is_filling() {
            self.stage = Stage::Failed("It was stopped before all of its items were there.".to_owned());
        }
        self.stopped = true;
    }

    /// As it stands, now that the page's requests have changed the workspace so often.
    pub fn state(&mut self, changes: u64) -> TrafficState {
        let figures = self.figures();
        let (recipe, started_ms, now_ms, phase) = match &self.stage {
            Stage::Filling(filling) => {
                let (written, of) = filling.progress();
                let start_ms = filling.start_ms();
                (Some(filling.recipe()), start_ms, start_ms, TrafficPhase::Filling { written, of })
            }
            Stage::Running(run) => {
                let phase = match run.is_over() {
                    true => TrafficPhase::Stopped { over: true },
                    false => TrafficPhase::Running,
                };
                (Some(run.recipe()), run.start_ms(), run.now_ms(), phase)
            }
            Stage::Failed(reason) => (None, 0, 0, TrafficPhase::Failed { reason: reason.clone() }),
        };
        let going = matches!(phase, TrafficPhase::Filling { .. } | TrafficPhase::Running);
        TrafficState {
            run: self.id,
            name: self.name.clone(),
            tables: self.tables.clone(),
            phase: if self.stopped && going { TrafficPhase::Stopped { over: false } } else { phase },
            rate: recipe.map_or(0, |recipe| recipe.rate.at(now_ms - started_ms) / 1_000),
            clients: recipe.map_or((0, 0), |recipe| (recipe.clients.count, recipe.clients.max_attempts)),
            started_ms,
            now_ms,
            ends_ms: recipe.and_then(|recipe| started_ms.checked_add(recipe.duration_ms)),
            changes_since: changes - self.changes,
            figures,
        }
    }

    fn figures(&mut self) -> TrafficFigures {
        let Stage::Running(run) = &mut self.stage else { return TrafficFigures::default() };
        let describe = |table: &String| {
            let request = json!({ "TableName": table }).to_string();
            let answer = run.execute("DescribeTable", request.as_bytes()).response.ok()?;
            serde_json::from_slice::<Value>(&answer).ok()
        };
        let described: Vec<Value> = self.tables.iter().filter_map(describe).collect();
        let world = run.world();
        let named = |table, index| world.target(table, index).map(|target| (target.table, target.index));
        self.meter.figures(named, &described)
    }

    /// What it came to in each second in which something happened since this was last asked, and how many requests were left
    /// out since.
    pub fn take_counts(&mut self) -> (Vec<(u64, TrafficSecond)>, u64) {
        self.told_end = !self.is_going();
        let Stage::Running(run) = &self.stage else { return Default::default() };
        let seconds = run.seconds().range(self.told..);
        let seconds: Vec<(u64, TrafficSecond)> = seconds.map(|(at, second)| (*at, *second)).collect();
        self.told = seconds.last().map_or(self.told, |(at, _)| *at);
        let skipped = self.skipped - std::mem::replace(&mut self.told_skipped, self.skipped);
        (seconds, skipped)
    }

    /// What it came to in every second, and how many left out requests were told: for somebody who has heard nothing yet.
    pub fn whole_counts(&self) -> (Vec<(u64, TrafficSecond)>, u64) {
        let Stage::Running(run) = &self.stage else { return Default::default() };
        (run.seconds().iter().map(|(at, second)| (*at, *second)).collect(), self.told_skipped)
    }
}

/// Where what happens is entered.
struct Book<'a> {
    heat: &'a mut Heat,
    samples: &'a mut Samples,
    meter: &'a mut Meter,
    rare: &'a mut VecDeque<Event>,
}

/// Keeps what is rare of some events, and no more than so many of the newest.
fn keep_rare(kept: &mut VecDeque<Event>, events: &[Event]) {
    for event in events.iter().filter(|event| event.kind.is_rare()) {
        // An outage refuses everything: a few of the refusals stand for all, so that the outage itself is kept.
        let refused = matches!(event.kind, EventKind::Throttled { .. } | EventKind::Unavailable { .. });
        if !refused || kept.len() < REFUSED {
            kept.push_back(event.clone());
        }
    }
    kept.drain(..kept.len().saturating_sub(RARE));
}

impl Onlooker for Book<'_> {
    fn saw(&mut self, tallies: &[Tally], events: Vec<Event>) {
        self.heat.observe(&events, tallies);
        tallies.iter().for_each(|tally| self.meter.count(tally));
        if !events.is_empty() {
            keep_rare(self.rare, &events);
        }
        if events.iter().any(|event| matches!(event.kind, EventKind::RequestReceived { .. })) {
            self.samples.offer(&Rc::new(events));
        } else if let Some(tally) = tallies.iter().find(|tally| tally.request.is_some()) {
            // Not watched: only its numbers are known, and perhaps something rare.
            self.samples.pass(tally.at_ms);
        }
    }
}
