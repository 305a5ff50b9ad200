//! Two designs under the same traffic, each in a world of its own.
//!
//! Owns their step: neither is ever ahead of the other by more than [`STEP_MS`], nothing is left out on either side, and a
//! machine that is too slow is behind the clock with both.

use engine::error::ApiError;
use engine::insight::{Heat, Samples};
use engine::world::{Config, Outcome, World};

use super::{Run, SLICE_MS};
use crate::protocol::traffic::{SideReport, Workload};
use crate::worker::clock;

/// So far both go before the next step, in milliseconds of their time.
const STEP_MS: u64 = 100;
/// Requests are not listed here: the fewest are kept.
const SAMPLE_SEED: u64 = 1;

struct Side {
    run: Run,
    heat: Heat,
    samples: Samples,
}

/// A comparison.
pub struct Compared {
    sides: [Side; 2],
}

impl Compared {
    /// Makes both designs at `now_ms`, in empty worlds. The error is about the first recipe that is wrong.
    pub fn start(
        config: &Config,
        now_ms: u64,
        id: u64,
        [first, second]: [Workload; 2],
    ) -> Result<Compared, ApiError> {
        let world = World::new(config.clone());
        let side = |workload| -> Result<Side, ApiError> {
            let run = Run::start(&world, &config.region, now_ms, id, workload, 0)?;
            Ok(Side { run, heat: Heat::default(), samples: Samples::new(SAMPLE_SEED) })
        };
        Ok(Compared { sides: [side(first)?, side(second)?] })
    }

    /// Fills both, or sends on both sides what arrives until `now_ms`, as far as a slice allows.
    pub fn advance(&mut self, now_ms: u64) {
        let started = clock::monotonic_ms();
        let in_time = || clock::monotonic_ms() - started <= SLICE_MS;
        if self.sides.iter().any(|side| side.run.is_filling()) {
            // Both begin at the same time: who is ready first waits.
            let filled = self.sides.each_mut().map(|side| side.run.fill(&in_time));
            if filled == [true; 2] {
                let ready_ms =
                    self.sides.iter().filter_map(|side| side.run.ready_ms()).fold(now_ms, u64::max);
                self.sides.iter_mut().for_each(|side| side.run.begin(ready_ms));
            }
            if self.sides.iter().any(|side| side.run.has_failed()) {
                self.stop();
            }
            return;
        }
        while in_time() && self.is_going() {
            // Who is over holds nobody back.
            let going = self.sides.iter().filter(|side| side.run.is_going());
            let reached = going.filter_map(|side| side.run.now_ms()).min().unwrap_or(now_ms);
            let until_ms = (reached + STEP_MS).min(now_ms);
            let mut sent = true;
            for Side { run, heat, samples } in &mut self.sides {
                sent &= run.send(until_ms, false, heat, samples, &in_time);
            }
            if until_ms >= now_ms || !sent {
                break;
            }
        }
    }

    /// When the next request is to be sent on either side, where that is by `until_ms`.
    pub fn next_ms(&mut self, until_ms: u64) -> Option<u64> {
        self.sides.iter_mut().filter_map(|side| side.run.next_ms(until_ms)).min()
    }

    /// Whether there is work now, by the clock's `now_ms`.
    pub fn is_behind(&mut self, now_ms: u64) -> bool {
        self.sides.iter_mut().any(|side| side.run.is_behind(now_ms))
    }

    /// Whether one of them is still being filled.
    pub fn is_filling(&self) -> bool {
        self.sides.iter().any(|side| side.run.is_filling())
    }

    /// Whether either side sends requests, or will.
    pub fn is_going(&self) -> bool {
        self.sides.iter().any(|side| side.run.is_going())
    }

    /// Whether there is something to tell.
    pub fn is_warm(&self) -> bool {
        self.sides.iter().any(|side| side.run.is_warm())
    }

    /// Nothing is sent any more on either side.
    pub fn stop(&mut self) {
        self.sides.iter_mut().for_each(|side| side.run.stop());
    }

    /// A look of the page's at one of the two.
    pub fn execute(&mut self, side: usize, operation: &str, request: &str) -> Option<Outcome> {
        let side = self.sides.get_mut(side)?;
        side.run.execute(operation, request, &mut side.heat)
    }

    /// What is new on both sides.
    pub fn take_reports(&mut self) -> [SideReport; 2] {
        self.sides.each_mut().map(|side| {
            let (seconds, _) = side.run.take_counts();
            side.run.take_events();
            SideReport { report: side.heat.take_report(), traffic: side.run.state(0), seconds }
        })
    }
}
