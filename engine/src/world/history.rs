//! The history: what happened, call by call, and how each call is taken back; and the world of an earlier moment.
//!
//! Owns the ring of events and, of each call, what its writes replaced. An earlier world is a copy of the live one that is wound
//! back call by call ([`Past`]), and forward again: its saved state is byte for byte that of a fresh run up to there. What is never
//! saved is not wound back, since nothing but the timeline remembers it: tokens are full there and replicas have caught up, as in
//! a workspace that was just opened. Never answers a request: the world does.
//!
//! Within a call the world is as it was before, until the first event that tells a change.

use std::collections::VecDeque;

use super::{Damage, World};
use crate::timeline::{Event, EventKind, Ring};

/// One call, as what it replaced.
#[derive(Clone, Debug)]
struct Call {
    /// Its last event, or the last before it.
    last_event: u64,
    /// Its first event that tells a change.
    effect: u64,
    /// From the state behind it to the one before ([`World::replaced_since`]).
    replaced: Box<[u8]>,
}

/// The newest events and calls of a world.
#[derive(Clone, Debug)]
pub struct History {
    ring: Ring,
    calls: VecDeque<Call>,
    /// How many calls have fallen away.
    first: u64,
    limit_bytes: usize,
    bytes: usize,
}

impl History {
    /// An empty history of a world as it stands: it keeps so many events, and so many bytes.
    pub fn new(limit_events: usize, limit_bytes: usize) -> History {
        History { ring: Ring::new(limit_events), calls: VecDeque::new(), first: 0, limit_bytes, bytes: 0 }
    }

    /// Adds a call: what it came to, and what it replaced ([`World::replaced_since`] the moment before it).
    pub fn append(&mut self, events: Vec<Event>, replaced: Vec<u8>) {
        let own = || events.iter().filter(|event| event.region.is_none());
        let asked =
            own().position(|event| matches!(event.kind, EventKind::RequestReceived { .. })).unwrap_or(0);
        let before = self.calls.back().map_or(0, |call| call.last_event);
        let last_event = own().next_back().map_or(before, |event| event.id);
        let effect = own().skip(asked).find(|event| tells_change(&event.kind));
        let effect = effect.map_or(last_event + 1, |event| event.id);
        self.bytes += cost(&replaced);
        self.calls.push_back(Call { last_event, effect, replaced: replaced.into() });
        self.ring.append(events);
        while self.size_bytes() > self.limit_bytes && self.drop_oldest() {}
        self.forget();
    }

    /// Lets the oldest events fall away, or where few are left the oldest call.
    fn drop_oldest(&mut self) -> bool {
        let dropped = self.ring.drop_oldest();
        self.forget();
        dropped || self.forget_call()
    }

    fn forget_call(&mut self) -> bool {
        let Some(call) = self.calls.pop_front() else { return false };
        self.bytes -= cost(&call.replaced);
        self.first += 1;
        true
    }

    /// Calls whose events have fallen away are taken back no more.
    fn forget(&mut self) {
        let first = self.ring.first().map_or(0, |(id, _)| id);
        while self.ring.fallen() > 0 && self.calls.front().is_some_and(|call| call.last_event < first) {
            self.forget_call();
        }
    }

    /// The events.
    pub fn ring(&self) -> &Ring {
        &self.ring
    }

    /// What it takes in memory, in bytes.
    pub fn size_bytes(&self) -> usize {
        self.bytes + self.ring.size_bytes()
    }

    /// How many calls there were until the newest.
    fn calls(&self) -> u64 {
        self.first + self.calls.len() as u64
    }

    /// How many calls lie before the state of an event; none where that has fallen away.
    fn calls_at(&self, event: u64) -> Option<u64> {
        let place = self.calls.partition_point(|call| call.last_event < event);
        let done = self.calls.get(place).is_some_and(|call| event >= call.effect);
        let kept = self.ring.first().is_none_or(|(first, _)| event >= first);
        kept.then_some(self.first + place as u64 + u64::from(done))
    }

    /// The world as it was at an event: `past` is where it is kept, wound from one event to the next. None where the event has
    /// fallen away.
    pub fn wind<'a>(
        &self,
        past: &'a mut Option<Past>,
        live: &World,
        event: u64,
    ) -> Result<Option<&'a mut World>, Damage> {
        let Some(to) = self.calls_at(event) else { return Ok(None) };
        // What came since it was copied is known to the live world only.
        past.take_if(|past| to > past.newest());
        let copied = || Past { world: live.clone(), at: self.calls(), taken_back: Vec::new() };
        let past = past.get_or_insert_with(copied);
        past.go(self, to)?;
        Ok(Some(&mut past.world))
    }
}

/// What a call takes in memory.
fn cost(replaced: &[u8]) -> usize {
    replaced.len() + size_of::<Call>()
}

/// Whether nothing has changed yet when this happens.
fn tells_change(kind: &EventKind) -> bool {
    use EventKind::*;
    !matches!(
        kind,
        RequestReceived { .. }
            | Routed { .. }
            | TokensTaken { .. }
            | Throttled { .. }
            | ConditionTested { .. }
            | Evaluated { .. }
            | Metered { .. }
            | Conflict { .. }
            | Unavailable { .. }
    )
}

/// A world that is wound back and forward.
#[derive(Clone, Debug)]
pub struct Past {
    world: World,
    /// How many calls lie before its state.
    at: u64,
    /// What leads forward again, the next call last.
    taken_back: Vec<Vec<u8>>,
}

impl Past {
    /// How many calls lie before the newest state that it can be wound to.
    fn newest(&self) -> u64 {
        self.at + self.taken_back.len() as u64
    }

    fn go(&mut self, history: &History, to: u64) -> Result<(), Damage> {
        if to < self.at {
            let place = |call: u64| call.saturating_sub(history.first) as usize;
            let calls = history.calls.range(place(to)..place(self.at)).rev();
            self.taken_back.extend(self.world.undo(calls.map(|call| &*call.replaced))?);
        } else if to > self.at {
            let kept = self.newest() - to;
            let calls = self.taken_back.split_off(kept as usize);
            self.world.redo(calls.iter().rev().map(|call| &**call))?;
        }
        self.at = to;
        Ok(())
    }
}
