//! Two designs under the same traffic, each in a copy of the workspace: both begin with the same items.
//!
//! Owns their step: neither is ever ahead of the other by more than [`STEP_MS`], nothing is left out on either side, and a
//! machine that is too slow is behind the clock with both.

use engine::error::ApiError;
use engine::insight::{Heat, Samples};
use engine::workload::Tables;
use engine::world::{Outcome, World};

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
    /// The items that it began with.
    items: u64,
    /// The workspace's items that are none of its design.
    left_out: u64,
}

/// A comparison.
pub struct Compared {
    sides: [Side; 2],
}

impl Compared {
    /// Makes both designs at `now_ms`, each in a copy of the workspace, in which a table that it brings stands in place of the
    /// workspace's of that name. The error is about the first recipe that is wrong.
    pub fn start(
        workspace: &World,
        region: &str,
        now_ms: u64,
        id: u64,
        [first, second]: [Workload; 2],
    ) -> Result<Compared, ApiError> {
        let side = |workload| -> Result<Side, ApiError> {
            let run = Run::start(workspace, region, now_ms, id, workload, 0, Tables::InPlace)?;
            let (heat, samples) = (Heat::default(), Samples::new(SAMPLE_SEED));
            Ok(Side { run, heat, samples, items: 0, left_out: 0 })
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
                for side in &mut self.sides {
                    (_, side.left_out) = side.run.taken_over();
                    side.items = side.run.items();
                    side.run.begin(ready_ms);
                }
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
            for Side { run, heat, samples, .. } in &mut self.sides {
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
            let (report, traffic) = (side.heat.take_report(), side.run.state(0));
            SideReport { report, traffic, seconds, items: side.items, left_out: side.left_out }
        })
    }

    /// All that there is of both sides, for somebody who has heard nothing yet.
    pub fn whole_reports(&mut self) -> [SideReport; 2] {
        self.sides.each_mut().map(|side| {
            let (seconds, _) = side.run.whole_counts();
            let (report, traffic) = (side.heat.whole_report(), side.run.state(0));
            SideReport { report, traffic, seconds, items: side.items, left_out: side.left_out }
        })
    }
}
