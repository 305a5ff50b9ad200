//! The history: what happened, call by call, how each call is taken back, and where what no journal has stood now and then.
//!
//! Owns the ring of events and, of each call, what made it happen and what its writes replaced. What is under way (tokens, followers
//! behind their leaders, index entries on their way, what was seen of the traffic) is kept once for every few calls: an earlier
//! moment is the stored state wound back to there and the calls behind it done again ([`Past`]), so that all of the state is byte for
//! byte that of a fresh run up to there. Never answers a request: the world does.

use std::collections::VecDeque;
use std::ops::Range;
use std::rc::Rc;

use super::past::AllUnderWay;
use super::{Damage, Moment, Outcome, Past, World};
use crate::model::codec::{Reader, write_bytes, write_varint};
use crate::store::Packed;
use crate::timeline::{Event, Ring, Tally};

/// What is under way is kept once for so much work (see [`work`])…
const WORK: u64 = 4_000;
/// …or for more where it is large, as when many writes have not reached the followers yet, so that to write so many of its bytes is little beside
/// a piece of work, but never for more than this.
const MOST_WORK: u64 = 160_000;
const BYTES_FOR_WORK: u64 = 4;
/// What made calls happen and what they replaced is packed as soon as it comes to so many bytes, so that little of it is held as it
/// is, or gone through at once.
const UNPACKED_BYTES: usize = 256 << 10;

/// What made a call happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A request.
    Request {
        /// The region that it went to.
        region: Box<str>,
        /// When.
        now_ms: u64,
        /// Its operation.
        operation: Box<str>,
        /// Its JSON.
        request: Box<[u8]>,
        /// Whether it is no part of what happens ([`World::glance`]).
        glance: bool,
    },
    /// Time went on to the next moment at which something was due, but not beyond this ([`World::advance`]).
    Time {
        /// In milliseconds.
        until_ms: u64,
    },
}

impl Cause {
    /// A request.
    pub fn request(region: &str, now_ms: u64, operation: &str, request: &[u8], glance: bool) -> Cause {
        Cause::Request {
            region: region.into(),
            now_ms,
            operation: operation.into(),
            request: request.into(),
            glance,
        }
    }

    /// Makes it happen: what it came to.
    pub fn happen(&self, world: &mut World) -> Outcome {
        match self {
            Cause::Request { region, now_ms, operation, request, glance } => match glance {
                true => world.glance(region, *now_ms, operation, request),
                false => world.execute(region, *now_ms, operation, request),
            },
            Cause::Time { until_ms } => world.advance(*until_ms, 1).outcome,
        }
    }

    /// `kind | time | region | operation | request`, or `0 | time`.
    fn encode(&self) -> Box<[u8]> {
        let mut bytes = Vec::new();
        match self {
            Cause::Time { until_ms } => {
                bytes.push(0);
                write_varint((*until_ms).into(), &mut bytes);
            }
            Cause::Request { region, now_ms, operation, request, glance } => {
                bytes.push(1 + u8::from(*glance));
                write_varint((*now_ms).into(), &mut bytes);
                for part in [region.as_bytes(), operation.as_bytes(), request] {
                    write_bytes(part, &mut bytes);
                }
            }
        }
        bytes.into()
    }

    fn decode(bytes: &[u8]) -> Result<Cause, Damage> {
        let mut reader = Reader(bytes);
        let (kind, at_ms) = (reader.byte()?, reader.u64()?);
        if kind == 0 {
            return Ok(Cause::Time { until_ms: at_ms });
        }
        let (region, operation) = (reader.text()?, reader.text()?);
        Ok(Cause::request(region, at_ms, operation, reader.bytes()?, kind == 2))
    }
}

/// One call.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// What made it happen, encoded; empty once it is packed ([`Mark::stretches`]).
    cause: Box<[u8]>,
    /// From the state behind it to the one before ([`World::replaced_since`]); empty once it is packed.
    replaced: Box<[u8]>,
    /// Its last event, or the last before it.
    last_event: u64,
}

impl Call {
    fn unpacked_bytes(&self) -> usize {
        self.cause.len() + self.replaced.len()
    }

    fn bytes(&self) -> usize {
        self.unpacked_bytes() + size_of::<Call>()
    }
}

/// What was under way behind so many calls.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    /// How many calls lie before it.
    pub calls: u64,
    /// Whether it is how the world went on behind them after a call that could not be stored, and not what they came to.
    resumed: bool,
    /// It ([`World::under_way`]).
    pub under_way: AllUnderWay,
    /// The calls from here on, one stretch behind the other; behind the newest mark some are not packed yet.
    stretches: Vec<Stretch>,
}

/// Some calls that came one behind the other.
#[derive(Clone, Debug)]
struct Stretch {
    /// How many calls lie before them, and before the first behind them.
    calls: Range<u64>,
    /// What made them happen, each behind its length.
    causes: Packed,
    /// What they replaced, each behind its length.
    replaced: Packed,
}

impl Mark {
    /// How many calls lie before the first that is not packed behind it.
    fn packed(&self) -> u64 {
        self.stretches.last().map_or(self.calls, |stretch| stretch.calls.end)
    }

    fn bytes(&self) -> usize {
        let stretches: usize = self.stretches.iter().map(Stretch::bytes).sum();
        self.under_way.size_bytes() + stretches + size_of::<Mark>()
    }
}

impl Stretch {
    fn bytes(&self) -> usize {
        self.causes.size_bytes() + self.replaced.size_bytes() + size_of::<Range<u64>>()
    }

    /// What is packed of those of its calls that lie between two of them.
    fn read(&self, packed: &Packed, calls: Range<u64>) -> Result<Vec<Vec<u8>>, Damage> {
        let bytes = packed.read()?;
        let mut reader = Reader(&bytes);
        let mut found = Vec::new();
        for number in self.calls.start..self.calls.end.min(calls.end) {
            let of = reader.bytes()?;
            if number >= calls.start {
                found.push(of.to_vec());
            }
        }
        Ok(found)
    }
}

/// Something that happened and is not durable yet.
#[derive(Clone, Debug)]
struct Noted {
    cause: Cause,
    events: Rc<Vec<Event>>,
    replaced: Vec<u8>,
    under_way: Option<AllUnderWay>,
}

/// The newest events and calls of a world.
#[derive(Clone, Debug)]
pub struct History {
    ring: Ring,
    calls: VecDeque<Call>,
    /// The first of them is never behind the first call.
    marks: VecDeque<Mark>,
    noted: Vec<Noted>,
    /// The work of all calls since what was under way was kept last…
    work: u64,
    /// …and how large that was.
    under_way_bytes: u64,
    /// How many calls have fallen away…
    first: u64,
    /// …and the last of their events.
    fallen_event: u64,
    limit_bytes: usize,
    bytes: usize,
    /// Of which not packed yet.
    unpacked_bytes: usize,
}

impl History {
    /// An empty history of a world as it stands: it keeps so many events, and so many bytes.
    pub fn new(world: &World, limit_events: usize, limit_bytes: usize) -> History {
        let mut history = History {
            ring: Ring::new(limit_events),
            calls: VecDeque::new(),
            marks: VecDeque::new(),
            noted: Vec::new(),
            work: 0,
            under_way_bytes: 0,
            first: 0,
            fallen_event: 0,
            limit_bytes,
            bytes: 0,
            unpacked_bytes: 0,
        };
        history.mark(world.under_way(), false);
        history
    }

    /// Takes note of what a call came to in the world, where `moment` is the one before it. It is part of the history once it is
    /// kept ([`History::keep`]); until then the events are shared with whoever is to be told of them.
    pub fn note(
        &mut self,
        world: &World,
        moment: &Moment,
        cause: Cause,
        events: &Rc<Vec<Event>>,
        tallies: &[Tally],
    ) {
        let replaced = world.replaced_since(moment);
        self.work += work(events, tallies) + replaced.len() as u64 / 64;
        let enough = (self.under_way_bytes / BYTES_FOR_WORK).clamp(WORK, MOST_WORK);
        let under_way = (self.work >= enough).then(|| world.under_way());
        if let Some(under_way) = &under_way {
            (self.work, self.under_way_bytes) = (0, under_way.came_bytes() as u64);
        }
        self.noted.push(Noted { cause, events: events.clone(), replaced, under_way });
    }

    /// How many calls were noted that are not kept yet.
    pub fn noted(&self) -> usize {
        self.noted.len()
    }

    /// What was noted is durable.
    pub fn keep(&mut self) {
        self.keep_first(self.noted.len());
    }

    /// So many of the calls that were noted are durable, the first.
    pub fn keep_first(&mut self, count: usize) {
        let later = self.noted.split_off(count.min(self.noted.len()));
        for Noted { cause, events, replaced, under_way } in std::mem::replace(&mut self.noted, later) {
            let last = events.last().map(|event| event.id);
            let last_event = last.or_else(|| Some(self.calls.back()?.last_event)).unwrap_or(0);
            let call = Call { cause: cause.encode(), replaced: replaced.into(), last_event };
            self.bytes += call.bytes();
            self.unpacked_bytes += call.unpacked_bytes();
            self.calls.push_back(call);
            if self.unpacked_bytes >= UNPACKED_BYTES {
                self.pack();
            }
            self.ring.append(&events);
            if let Some(under_way) = under_way {
                self.mark(under_way, false);
            }
        }
        while self.size_bytes() > self.limit_bytes && self.drop_oldest() {}
        self.forget();
    }

    /// What was noted was taken back; the world is as it stands.
    pub fn drop_noted(&mut self, world: &World) {
        self.noted.clear();
        self.mark(world.under_way(), true);
    }

    /// Keeps what is under way.
    fn mark(&mut self, under_way: AllUnderWay, resumed: bool) {
        let calls = self.calls();
        if self.marks.back().is_some_and(|mark| (mark.calls, mark.resumed) == (calls, true)) {
            self.marks.pop_back().inspect(|mark| self.bytes -= mark.bytes());
        }
        self.pack();
        let mark = Mark { calls, resumed, under_way, stretches: Vec::new() };
        self.bytes += mark.bytes();
        self.marks.push_back(mark);
    }

    /// The newest calls go together: requests are much alike.
    fn pack(&mut self) {
        self.bytes -= std::mem::take(&mut self.unpacked_bytes);
        let until = self.calls();
        let Some(mark) = self.marks.back_mut().filter(|mark| mark.packed() < until) else { return };
        let calls = mark.packed()..until;
        let (mut causes, mut replaced) = (Vec::new(), Vec::new());
        for call in self.calls.range_mut((calls.start - self.first) as usize..) {
            write_bytes(&std::mem::take(&mut call.cause), &mut causes);
            write_bytes(&std::mem::take(&mut call.replaced), &mut replaced);
        }
        let stretch = Stretch { calls, causes: Packed::of(&causes), replaced: Packed::of(&replaced) };
        self.bytes += stretch.bytes();
        mark.stretches.push(stretch);
    }

    /// Lets the oldest calls fall away with their events, or where there is one stretch of them the oldest events.
    fn drop_oldest(&mut self) -> bool {
        if !self.forget_calls() {
            return self.ring.drop_oldest();
        }
        while self.ring.first().is_some_and(|(id, _)| id <= self.fallen_event) && self.ring.drop_oldest() {}
        true
    }

    /// Lets the calls before the second mark fall away: behind the first they could not be done again.
    fn forget_calls(&mut self) -> bool {
        let second = self.marks.get(1).map(|mark| mark.calls);
        let Some(until) = second.filter(|calls| *calls < self.calls()) else { return false };
        let gone = (until - self.first) as usize;
        for call in self.calls.drain(..gone) {
            self.bytes -= call.bytes();
            self.fallen_event = call.last_event;
        }
        self.marks.pop_front().inspect(|mark| self.bytes -= mark.bytes());
        self.first = until;
        true
    }

    /// Calls whose events have all fallen away are taken back no more.
    fn forget(&mut self) {
        let first = self.ring.first().map_or(0, |(id, _)| id);
        while self.ring.fallen() > 0 && self.falls_before(first) && self.forget_calls() {}
    }

    /// Whether all calls before the second mark have had their last event before this one.
    fn falls_before(&self, event: u64) -> bool {
        let last = self.marks.get(1).and_then(|mark| (mark.calls - self.first).checked_sub(1));
        last.and_then(|last| self.calls.get(last as usize)).is_some_and(|call| call.last_event < event)
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
    pub(super) fn calls(&self) -> u64 {
        self.first + self.calls.len() as u64
    }

    /// The call that so many lie before.
    fn call(&self, number: u64) -> Result<&Call, Damage> {
        let place = number.checked_sub(self.first).and_then(|place| usize::try_from(place).ok());
        place.and_then(|place| self.calls.get(place)).ok_or_else(|| Damage("a call is missing".into()))
    }

    /// The stretch that a call is packed in.
    fn stretch(&self, number: u64) -> Option<&Stretch> {
        let mark = self.marks.partition_point(|mark| mark.calls <= number).checked_sub(1)?;
        let stretches = &self.marks[mark].stretches;
        stretches.get(stretches.partition_point(|stretch| stretch.calls.end <= number))
    }

    /// What made calls happen.
    pub(super) fn causes(&self, mut calls: Range<u64>) -> Result<Vec<Cause>, Damage> {
        let mut found = Vec::new();
        while !calls.is_empty() {
            match self.stretch(calls.start) {
                Some(stretch) => {
                    for cause in stretch.read(&stretch.causes, calls.clone())? {
                        found.push(Cause::decode(&cause)?);
                    }
                    calls.start = stretch.calls.end;
                }
                None => {
                    found.push(Cause::decode(&self.call(calls.start)?.cause)?);
                    calls.start += 1;
                }
            }
        }
        Ok(found)
    }

    /// What the last of these calls replaced, the newest first: all that are packed together, so that they are unpacked once.
    pub(super) fn replaced(&self, calls: Range<u64>) -> Result<Vec<Vec<u8>>, Damage> {
        let last = calls.end.saturating_sub(1);
        let Some(stretch) = self.stretch(last) else { return Ok(vec![self.call(last)?.replaced.to_vec()]) };
        let mut found = stretch.read(&stretch.replaced, calls)?;
        found.reverse();
        Ok(found)
    }

    /// The newest mark from which the state behind so many calls is reached.
    pub(super) fn mark_before(&self, calls: u64) -> Option<&Mark> {
        let leads_there = |mark: &Mark| mark.calls < calls || mark.calls == calls && !mark.resumed;
        let place = self.marks.partition_point(leads_there);
        self.marks.get(place.saturating_sub(1)).filter(|mark| mark.calls <= calls)
    }

    /// How many calls lie before the one that an event is of, and whether it is the last of that call; none where the event has
    /// fallen away.
    fn place_of(&self, event: u64) -> Option<(u64, bool)> {
        let first = self.ring.first().map_or(0, |(first, _)| first);
        let kept = event >= first && event > self.fallen_event;
        let place = self.calls.partition_point(|call| call.last_event < event);
        let last = self.calls.get(place).is_none_or(|call| call.last_event == event);
        kept.then_some((self.first + place as u64, last))
    }

    /// The world as it was at an event: `past` is where it is kept, wound from one event to the next. None where the event has
    /// fallen away.
    pub fn wind<'a>(
        &self,
        past: &'a mut Option<Past>,
        live: &World,
        event: u64,
    ) -> Result<Option<&'a mut World>, Damage> {
        let Some((calls, last)) = self.place_of(event) else { return Ok(None) };
        let done = (calls + u64::from(last)).min(self.calls());
        self.go(past, live, done, (!last).then_some(event))
    }

    /// The same, but never in the middle of a call: before it where nothing has changed yet, and behind it otherwise.
    pub fn wind_whole<'a>(
        &self,
        past: &'a mut Option<Past>,
        live: &World,
        event: u64,
    ) -> Result<Option<&'a mut World>, Damage> {
        let Some((calls, last)) = self.place_of(event) else { return Ok(None) };
        self.wind(past, live, event)?;
        let amid = past.as_ref().is_some_and(Past::is_amid_changes);
        let done = if amid { calls + 1 } else { (calls + u64::from(last)).min(self.calls()) };
        self.go(past, live, done, None)
    }

    fn go<'a>(
        &self,
        past: &'a mut Option<Past>,
        live: &World,
        calls: u64,
        event: Option<u64>,
    ) -> Result<Option<&'a mut World>, Damage> {
        // What came since it was copied is known to the live world only.
        let wanted = calls + u64::from(event.is_some());
        past.take_if(|past| wanted > past.newest());
        let gone = past.get_or_insert_with(|| Past::of(live, self.calls())).go(self, calls, event);
        if let Err(damage) = gone {
            *past = None;
            return Err(damage);
        }
        Ok(past.as_mut().map(Past::world))
    }
}

/// How much it takes to do a call again, about: in events, and in what it reads.
fn work(events: &[Event], tallies: &[Tally]) -> u64 {
    let read: u64 = tallies.iter().map(|tally| tally.half_units.max(tally.size_bytes / 2048)).sum();
    16 + events.len() as u64 + 4 * read
}
