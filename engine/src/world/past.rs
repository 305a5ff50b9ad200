//! A world that goes back: what its calls replaced, how they are taken back and done again, and requests that only look.
//!
//! Owns the encoding of what a call replaced. Never knows which call is which: [`super::History`] does.

use std::collections::{BTreeMap, BTreeSet};

use super::{Damage, Outcome, World, read_segments, write_segment};
use crate::operation;
use crate::store::Counters;

/// Where the log and the counters of every region stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment(BTreeMap<String, (u64, Counters)>);

impl World {
    /// Whether nothing has happened here yet but time.
    pub fn is_untouched(&self) -> bool {
        let empty = |(position, counters): (u64, Counters)| position == 0 && counters.requests == 0;
        self.engines.values().all(|engine| empty(engine.stand()))
    }

    /// Where the world stands, to be compared later.
    pub fn moment(&self) -> Moment {
        let engines = self.engines.iter();
        Moment(engines.map(|(region, engine)| (region.clone(), engine.stand())).collect())
    }

    /// What everything since a moment replaced: [`World::undo`] leads back by it. Asked for right behind the call, before its
    /// changes are said to be durable. Empty where nothing happened.
    pub fn replaced_since(&self, moment: &Moment) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (region, engine) in &self.engines {
            let before = moment.0.get(region).copied().unwrap_or_default();
            if engine.stand() != before {
                write_segment(region, &engine.replaced_since(before), &mut bytes);
            }
        }
        bytes
    }

    /// Takes calls back, the newest first. Returns what leads forward again, for each call in the same order.
    pub fn undo<'a>(&mut self, calls: impl Iterator<Item = &'a [u8]>) -> Result<Vec<Vec<u8>>, Damage> {
        let (mut forward, mut regions) = (Vec::new(), BTreeSet::new());
        for call in calls {
            let mut bytes = Vec::new();
            for (region, segment) in read_segments(call)? {
                write_segment(&region, &self.engine(&region).undo(&segment)?, &mut bytes);
                // Where nothing was written the counters are all there is to go back.
                if !segment.writes.is_empty() {
                    regions.insert(region);
                }
            }
            forward.push(bytes);
        }
        self.sources_idle.clear();
        regions.iter().try_for_each(|region| self.engine(region).replayed())?;
        Ok(forward)
    }

    /// Does calls again that were taken back, the oldest first.
    pub fn redo<'a>(&mut self, calls: impl Iterator<Item = &'a [u8]>) -> Result<(), Damage> {
        let mut regions = BTreeSet::new();
        for call in calls {
            for (region, segment) in read_segments(call)? {
                self.engine(&region).replay(&segment)?;
                if !segment.writes.is_empty() {
                    regions.insert(region);
                }
            }
        }
        self.sources_idle.clear();
        regions.iter().try_for_each(|region| self.engine(region).replayed())
    }

    /// Answers a request that is no part of what happens here. Where it changes nothing, requests and events are counted, and
    /// draws made, as if it had not been; where it does, it is a call like any other.
    pub fn glance(&mut self, region: &str, now_ms: u64, operation: &str, request: &[u8]) -> Outcome {
        let moment = self.moment();
        let outcome = self.execute(region, now_ms, operation, request);
        if outcome.changes.is_empty() {
            for (region, (_, counters)) in &moment.0 {
                let engine = self.engine(region);
                engine.set_counters(Counters { now_ms: engine.now_ms(), ..*counters });
            }
        }
        outcome
    }

    /// Answers a request that only reads, and stays as it is: no time passes, nothing is counted, and no token is taken that
    /// another look would miss. None where the request writes.
    pub fn look(&mut self, region: &str, operation: &str, request: &[u8]) -> Option<Outcome> {
        if !operation::reads_only(operation, request) {
            return None;
        }
        self.engine(region).refill();
        let (moment, now_ms) = (self.moment(), self.now_ms());
        let outcome = self.execute(region, now_ms, operation, request);
        let replaced = self.replaced_since(&moment);
        self.undo(std::iter::once(&*replaced)).expect("what it replaced is put back");
        Some(outcome)
    }
}
