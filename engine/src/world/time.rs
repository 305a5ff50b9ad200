//! Time that moves ahead: whatever becomes due on the way happens in its order, each at its own time.
//!
//! Owns the walk from one due moment to the next, in slices, so that whoever moves the clock can answer in between.
//! Never reads a clock, and never decides what is due: the regions' schedules do.

use super::{Outcome, World};
use crate::engine::Engine;

/// How far [`World::advance`] came.
#[derive(Clone, Debug)]
pub struct Advance {
    /// The world's time now: the time that was asked for, or the moment at which the slice ended.
    pub at_ms: u64,
    /// What happened on the way; its `response` is empty.
    pub outcome: Outcome,
}

impl World {
    /// Moves time on to `until_ms`, stopping at every moment at which something is due, but at no more than `moments` of
    /// them: a caller with little time asks again until [`Advance::at_ms`] is `until_ms`. A jump of days and the same days
    /// in small steps give the same state, events and changes.
    pub fn advance(&mut self, until_ms: u64, moments: usize) -> Advance {
        let mut outcome = Outcome::default();
        let mut at_ms = self.now_ms();
        let until_ms = until_ms.max(at_ms);
        for _ in 0..moments {
            let Some(due_ms) = self.next_due_ms().map(|due| due.max(at_ms)).filter(|due| *due <= until_ms)
            else {
                // Nothing is due, but the regions learn how late it is.
                outcome.append(self.tick(until_ms));
                return Advance { at_ms: until_ms, outcome };
            };
            let done = self.tick(due_ms);
            // What stays due though nothing came of it is asked again later, so that time moves on in any case.
            let idle = done.events.is_empty() && done.changes.is_empty();
            let stays = self.next_due_ms().is_some_and(|due| due <= due_ms);
            at_ms = due_ms + u64::from(idle && stays);
            outcome.append(done);
        }
        Advance { at_ms: at_ms.min(until_ms), outcome }
    }

    /// The time up to which everything was done.
    pub fn now_ms(&self) -> u64 {
        self.engines.values().map(Engine::now_ms).max().unwrap_or(0)
    }
}

impl Outcome {
    /// Takes over what another call came to, but for its response.
    fn append(&mut self, mut other: Outcome) {
        self.changes.append(&mut other.changes);
        self.events.append(&mut other.events);
        self.tallies.append(&mut other.tallies);
    }
}
