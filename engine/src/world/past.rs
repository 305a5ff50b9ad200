//! A world that goes back: what its calls replaced, how they are taken back and done again, and requests that only look.
//!
//! Owns the encoding of what a call replaced and of what is under way, and the walk to an earlier moment. Never knows which event is
//! of which call: [`super::History`] does.

use std::collections::BTreeMap;

use super::{Cause, Damage, History, Outcome, World, read_segments, write_segment};
use crate::engine::{Engine, Executed};
use crate::operation::{self, in_region};
use crate::store::{Counters, Packed, Segment};

/// Where the log and the counters of every region stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment(BTreeMap<String, (u64, Counters)>);

/// What is under way in each region.
#[derive(Clone, Debug)]
pub(super) struct AllUnderWay(BTreeMap<Box<str>, Packed>);

impl AllUnderWay {
    /// How many bytes it was before it was packed.
    pub fn came_bytes(&self) -> usize {
        self.0.values().map(Packed::came_bytes).sum()
    }

    /// How many bytes it takes in memory.
    pub fn size_bytes(&self) -> usize {
        self.0.values().map(Packed::size_bytes).sum()
    }
}

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

    /// What everything since a moment replaced, to be taken back by. Asked for right behind the call, before its changes are said
    /// to be durable. Empty where nothing happened.
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

    /// What no journal has (tokens, followers behind their leaders, what was seen of the traffic), with the counters.
    pub(super) fn under_way(&self) -> AllUnderWay {
        let of = |(region, engine): (&String, &Engine)| (region.as_str().into(), engine.under_way());
        AllUnderWay(self.engines.iter().map(of).collect())
    }

    /// Takes up what was under way, where the stored state is as it was then.
    fn go_on(&mut self, AllUnderWay(regions): &AllUnderWay) -> Result<(), Damage> {
        for (region, under_way) in regions {
            self.engine(region).go_on(under_way)?;
        }
        // A region that was made since is empty.
        self.engines.retain(|region, _| regions.contains_key(region.as_str()));
        self.sources_idle.clear();
        Ok(())
    }

    /// Takes calls back, the newest first, but for what is under way. Returns what leads forward again, for each call in the same
    /// order.
    fn undo<'a>(&mut self, calls: impl Iterator<Item = &'a [u8]>) -> Result<Vec<Vec<u8>>, Damage> {
        let mut forward = Vec::new();
        for call in calls {
            let mut bytes = Vec::new();
            for (region, segment) in read_segments(call)? {
                write_segment(&region, &self.engine(&region).undo(&segment)?, &mut bytes);
            }
            forward.push(bytes);
        }
        Ok(forward)
    }

    /// Does the writes of calls again that were taken back, the oldest first.
    fn redo<'a>(&mut self, calls: impl Iterator<Item = &'a [u8]>) -> Result<(), Damage> {
        for call in calls {
            for (region, segment) in read_segments(call)? {
                self.engine(&region).replay(&segment)?;
            }
        }
        Ok(())
    }

    /// Answers a request that is no part of what happens here. Where it changes nothing, requests and events are counted, and
    /// draws made, as if it had not been; where it does, it is a call like any other.
    pub fn glance(&mut self, region: &str, now_ms: u64, operation: &str, request: &[u8]) -> Outcome {
        let moment = self.moment();
        let outcome = self.execute(region, now_ms, operation, request);
        if outcome.changes.is_empty() {
            self.engines.retain(|region, _| moment.0.contains_key(region));
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
        if operation == in_region::NAME {
            return match in_region::read(request) {
                Ok(inner) => self.look(&inner.region, &inner.operation, &inner.request),
                Err(refusal) => Some(Outcome::of(Err(refusal))),
            };
        }
        self.introduce(region, operation);
        self.tell_outages(region);
        let Executed { response, events, tallies, .. } = self.engine(region).look(operation, request);
        Some(Outcome { events, tallies, ..Outcome::of(response) })
    }
}

/// A world that is wound back and forward.
#[derive(Clone, Debug)]
pub struct Past {
    world: World,
    /// How many calls lie before its state.
    at: u64,
    /// What leads forward again, the next call last.
    taken_back: Vec<Vec<u8>>,
    /// Whether what is under way is as it was, too.
    exact: bool,
    /// In the middle of the next call: the event, what leads back to before it, and whether that call has changed anything yet.
    amid: Option<(u64, Vec<u8>, bool)>,
}

impl Past {
    /// A copy of the live world behind so many calls.
    pub(super) fn of(live: &World, calls: u64) -> Past {
        Past { world: live.clone(), at: calls, taken_back: Vec::new(), exact: false, amid: None }
    }

    /// The world.
    pub(super) fn world(&mut self) -> &mut World {
        &mut self.world
    }

    /// How many calls lie before the newest state that it can be wound to.
    pub(super) fn newest(&self) -> u64 {
        self.at + self.taken_back.len() as u64
    }

    /// Whether it stands in the middle of a call that has changed something by then.
    pub(super) fn is_amid_changes(&self) -> bool {
        self.amid.as_ref().is_some_and(|(.., changed)| *changed)
    }

    /// Goes to behind so many calls, or to an event in the middle of the next one.
    pub(super) fn go(&mut self, history: &History, calls: u64, event: Option<u64>) -> Result<(), Damage> {
        match &self.amid {
            Some((at, ..)) if (self.at, Some(*at)) == (calls, event) => return Ok(()),
            Some(_) => self.leave_the_middle()?,
            None => {}
        }
        let mark = history.mark_before(calls).ok_or_else(|| Damage("nothing is kept from then".into()))?;
        if !(self.exact && (mark.calls + 1..=calls).contains(&self.at)) {
            self.go_to_mark(history, mark.calls)?;
            self.world.go_on(&mark.under_way)?;
            self.exact = true;
        }
        for cause in history.causes(self.at..calls)? {
            self.do_again(&cause)?;
        }
        event.map_or(Ok(()), |event| self.enter(history, event))
    }

    /// Winds the stored state.
    fn go_to_mark(&mut self, history: &History, to: u64) -> Result<(), Damage> {
        while to < self.at {
            let replaced = history.replaced(to..self.at)?;
            self.taken_back.extend(self.world.undo(replaced.iter().map(Vec::as_slice))?);
            self.at -= replaced.len() as u64;
        }
        if to > self.at {
            let kept = self.newest() - to;
            let calls = self.taken_back.split_off(kept as usize);
            self.world.redo(calls.iter().rev().map(|call| &**call))?;
        }
        self.at = to;
        Ok(())
    }

    /// Does the next call again: it must come to what it came to.
    fn do_again(&mut self, cause: &Cause) -> Result<(), Damage> {
        let then = self.taken_back.pop().ok_or_else(|| Damage("a call is missing".into()))?;
        cause.happen(&mut self.world);
        for (region, segment) in read_segments(&then)? {
            if segment.position != self.world.engine(&region).position() {
                return Err(Damage(format!("done again, call {} came to something else", self.at)));
            }
        }
        self.world.durable(self.world.position());
        self.at += 1;
        Ok(())
    }

    /// Does the next call again as far as an event of it.
    fn enter(&mut self, history: &History, event: u64) -> Result<(), Damage> {
        let causes = history.causes(self.at..self.at + 1)?;
        let cause = causes.first().ok_or_else(|| Damage("a call is missing".into()))?;
        let moment = self.world.moment();
        self.world.engines.values_mut().for_each(|engine| engine.look_for(event));
        cause.happen(&mut self.world);
        self.exact = false;
        let mut back = self.world.replaced_since(&moment);
        let (mut segments, mut changed) = (read_segments(&back)?, false);
        for (region, (position, counters)) in &moment.0 {
            if let Some(writes) = self.world.engine(region).become_as_seen()? {
                changed |= !writes.is_empty();
                segments.retain(|(other, _)| other != region);
                let segment = Segment { position: *position, counters: *counters, writes };
                segments.push((region.clone(), segment));
            }
        }
        back.clear();
        segments.iter().for_each(|(region, segment)| write_segment(region, segment, &mut back));
        self.amid = Some((event, back, changed));
        Ok(())
    }

    fn leave_the_middle(&mut self) -> Result<(), Damage> {
        if let Some((_, back, _)) = self.amid.take() {
            self.world.undo(std::iter::once(&*back))?;
        }
        Ok(())
    }
}
