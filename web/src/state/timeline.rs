//! The timeline as the page holds it: the newest events, where the playhead stands, what is filtered, and the events around it.
//!
//! The ring holds the [`CAPACITY`] newest events; the worker keeps far more, and hands out those around the playhead
//! ([`Window`]). With `live` on, the playhead is the newest event; stepping or choosing an event takes it off, and every view shows
//! that moment until it is live again.

use std::collections::VecDeque;
use std::rc::Rc;

use engine::timeline::{Access, Density, Event, EventKind, Filter, Subjects};

use super::reducible;
use crate::protocol::timeline::TimelineAnswer;

/// How many events are kept.
pub const CAPACITY: usize = 20_000;

/// Events that the worker handed out: those that match, around the playhead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// In order.
    pub events: Vec<Rc<Event>>,
    /// The filter that they match.
    pub filter: Filter,
    /// How many match.
    pub total: u64,
    /// How many of those stand before the first.
    pub before: u64,
}

/// A moment that is compared with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The event's number.
    pub event: u64,
    /// Its time.
    pub at_ms: u64,
}

/// The timeline as the page holds it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    events: Rc<VecDeque<Rc<Event>>>,
    /// The id of the event under the playhead; none while live.
    pub playhead: Option<u64>,
    /// Which events are stepped through.
    pub filter: Filter,
    /// The events around the playhead, as they were last handed out.
    pub window: Rc<Window>,
    /// The oldest event that the worker keeps: number and time.
    pub first: Option<(u64, u64)>,
    /// How many events have fallen away there.
    pub fallen: u64,
    /// What a filter can be set to, as it was last told.
    pub subjects: Rc<Subjects>,
    /// The track as the worker told it, with its time; none where the page's own events are all there is to show.
    pub track: Option<Rc<(u64, u64, Vec<Density>)>>,
    /// The two moments that are compared.
    pub pins: [Option<Pin>; 2],
}

/// What can happen to it.
#[derive(Clone, Debug)]
pub enum TimelineAction {
    /// These happened.
    Append(Vec<Event>),
    /// Put the playhead on this event.
    Seek(u64),
    /// Put the playhead on the last event at or before this moment.
    SeekTime(u64),
    /// Step by so many events, back where negative.
    Step(i64),
    /// To the first event.
    First,
    /// To the newest event, and follow.
    Live,
    /// Step through these events only.
    Filter(Filter),
    /// The worker told of the events around the playhead.
    Told {
        /// The filter that it was asked with.
        filter: Filter,
        /// The time of the track that it was asked for.
        track: Option<(u64, u64)>,
        /// What it told.
        answer: Box<TimelineAnswer>,
        /// The events.
        events: Vec<Event>,
    },
    /// Pin the event under the playhead as the first or second moment.
    Pin(usize),
    /// Take both pins off.
    Unpin,
    /// Another workspace was opened.
    Clear,
}

impl Timeline {
    /// Whether the playhead follows the newest event.
    pub fn live(&self) -> bool {
        self.playhead.is_none()
    }

    /// The events that are kept, oldest first.
    pub fn events(&self) -> &VecDeque<Rc<Event>> {
        &self.events
    }

    /// The event under the playhead.
    pub fn current(&self) -> Option<&Rc<Event>> {
        let Some(id) = self.playhead else { return self.newest() };
        let within = self.window.events.iter().find(|event| event.id == id);
        within.or_else(|| {
            let place = self.events.binary_search_by_key(&id, |event| event.id);
            place.ok().and_then(|place| self.events.get(place))
        })
    }

    /// The newest event.
    pub fn newest(&self) -> Option<&Rc<Event>> {
        self.events.back()
    }

    /// Whether the page's own events are all that is stepped through: nothing is filtered, and the playhead stands among them.
    pub fn is_near(&self) -> bool {
        let oldest = self.events.front().map_or(0, |event| event.id);
        self.filter.is_open() && self.playhead.is_none_or(|id| id >= oldest)
    }

    /// Whether the worker keeps older events than the page.
    pub fn has_older(&self) -> bool {
        self.events.len() == CAPACITY
    }

    /// The first and the last moment that is kept.
    pub fn span_ms(&self) -> Option<(u64, u64)> {
        let (first, last) = (self.events.front()?.at_ms, self.events.back()?.at_ms);
        Some((self.first.map_or(first, |(_, at_ms)| at_ms.min(first)), last))
    }

    /// Reads, writes and throttles in `count` equal stretches between two moments, of the page's own events.
    pub fn density(&self, from_ms: u64, to_ms: u64, count: usize) -> Vec<Density> {
        let mut buckets = vec![Density::default(); count];
        let span = to_ms.saturating_sub(from_ms).max(1);
        for event in self.events.iter().filter(|event| (from_ms..=to_ms).contains(&event.at_ms)) {
            let at = ((event.at_ms - from_ms) as u128 * count as u128 / span as u128) as usize;
            let Some(bucket) = buckets.get_mut(at.min(count.saturating_sub(1))) else { continue };
            match &event.kind {
                EventKind::Routed { access: Access::Read, .. } => bucket.reads += 1,
                EventKind::Routed { access: Access::Write, .. } => bucket.writes += 1,
                EventKind::Throttled { .. } => bucket.throttles += 1,
                _ => {}
            }
        }
        buckets
    }

    /// The transition.
    pub fn apply(&mut self, action: TimelineAction) {
        match action {
            TimelineAction::Append(events) => self.append(events),
            // What is in no timeline cannot be shown there.
            TimelineAction::Seek(0) => {}
            TimelineAction::Seek(id) => self.playhead = Some(id),
            TimelineAction::SeekTime(at_ms) => {
                let place = self.events.partition_point(|event| event.at_ms <= at_ms);
                let event = self.events.get(place.saturating_sub(1));
                self.playhead = event.map(|event| event.id).or(self.playhead);
            }
            TimelineAction::Step(by) => self.step(by),
            TimelineAction::First => {
                let first = self.first.map(|(id, _)| id).or(self.events.front().map(|event| event.id));
                self.playhead = first;
            }
            TimelineAction::Live => self.playhead = None,
            TimelineAction::Filter(filter) => self.filter = filter,
            TimelineAction::Told { filter, track, answer, events } => {
                self.told(filter, track, *answer, events)
            }
            TimelineAction::Pin(place) => {
                let pin = self.current().map(|event| Pin { event: event.id, at_ms: event.at_ms });
                if let Some(slot) = self.pins.get_mut(place) {
                    *slot = pin;
                }
            }
            TimelineAction::Unpin => self.pins = [None; 2],
            TimelineAction::Clear => *self = Timeline::default(),
        }
    }

    fn told(
        &mut self,
        filter: Filter,
        track: Option<(u64, u64)>,
        answer: TimelineAnswer,
        events: Vec<Event>,
    ) {
        self.first = answer.first;
        self.fallen = answer.fallen;
        self.track = track.map(|(from_ms, to_ms)| Rc::new((from_ms, to_ms, answer.track)));
        if let Some(subjects) = answer.subjects {
            self.subjects = Rc::new(subjects);
        }
        let events = events.into_iter().map(Rc::new).collect();
        self.window = Rc::new(Window { events, filter, total: answer.total, before: answer.before });
        if let (Some(id), Some((first, _))) = (self.playhead, self.first) {
            self.playhead = Some(id.max(first));
        }
    }

    fn append(&mut self, mut events: Vec<Event>) {
        if events.is_empty() {
            return;
        }
        // A reply and a report of its own may overtake each other: the id is the order.
        events.sort_by_key(|event| event.id);
        let ring = Rc::make_mut(&mut self.events);
        for event in events {
            let at = ring.iter().rposition(|kept| kept.id <= event.id);
            match at {
                Some(at) if ring[at].id == event.id => {}
                Some(at) => ring.insert(at + 1, Rc::new(event)),
                None => ring.push_front(Rc::new(event)),
            }
        }
        while ring.len() > CAPACITY {
            ring.pop_front();
        }
    }

    fn step(&mut self, by: i64) {
        let ids: Vec<u64> = match self.is_near() {
            true => self.events.iter().map(|event| event.id).collect(),
            false => self.window.events.iter().map(|event| event.id).collect(),
        };
        let Some(last) = ids.len().checked_sub(1) else { return };
        let here = match self.playhead {
            None => last as i64,
            // Between two steps: the one before.
            Some(id) => ids.partition_point(|other| *other <= id) as i64 - 1,
        };
        self.playhead = Some(ids[(here + by).clamp(0, last as i64) as usize]);
    }
}

reducible!(Timeline, TimelineAction);

#[cfg(test)]
mod tests {
    use super::*;
    use engine::timeline::{Target, Zone};

    fn event(id: u64, at_ms: u64, request: u64) -> Event {
        Event {
            id,
            at_ms,
            request: Some(request),
            region: None,
            kind: EventKind::Routed {
                target: Target { table: "T".into(), index: None },
                partition: 1,
                hash: None,
                key: "id = 1".into(),
                access: if id.is_multiple_of(2) { Access::Write } else { Access::Read },
                zone: Zone::A,
                leader: true,
                lag_ms: 0,
            },
        }
    }

    fn timeline(count: u64) -> Timeline {
        let mut timeline = Timeline::default();
        timeline.apply(TimelineAction::Append((1..=count).map(|id| event(id, id * 10, id % 3)).collect()));
        timeline
    }

    #[test]
    fn the_ring_keeps_the_newest_in_order_and_once() {
        let mut timeline = timeline(CAPACITY as u64 + 10);
        assert_eq!(timeline.events().len(), CAPACITY);
        timeline.apply(TimelineAction::Append(vec![
            event(20_020, 0, 0),
            event(20_015, 0, 0),
            event(20_010, 0, 0),
            Event { region: Some("eu-west-1".into()), ..event(20_030, 0, 0) },
        ]));
        let ids: Vec<u64> = timeline.events().iter().rev().take(3).map(|e| e.id).collect();
        assert_eq!(ids, [20_030, 20_020, 20_015]);
        assert_eq!(timeline.events().len(), CAPACITY);
    }

    #[test]
    fn stepping_stops_at_the_ends_and_keeps_to_the_filter() {
        let mut timeline = timeline(9);
        timeline.apply(TimelineAction::Step(-1));
        assert_eq!(timeline.playhead, Some(8));
        timeline.apply(TimelineAction::Step(-100));
        assert_eq!(timeline.playhead, Some(1));
        let filter = Filter { request: Some(0), ..Filter::default() };
        timeline.apply(TimelineAction::Filter(filter.clone()));
        let answer = TimelineAnswer { first: Some((1, 10)), total: 3, ..TimelineAnswer::default() };
        let events = [3, 6, 9].map(|id| event(id, id * 10, 0)).to_vec();
        timeline.apply(TimelineAction::Told { filter, track: None, answer: Box::new(answer), events });
        timeline.apply(TimelineAction::Step(1));
        assert_eq!(timeline.playhead, Some(3));
        timeline.apply(TimelineAction::Step(1));
        assert_eq!(timeline.current().map(|e| e.id), Some(6));
        timeline.apply(TimelineAction::SeekTime(89));
        assert_eq!(timeline.playhead, Some(8));
        timeline.apply(TimelineAction::Seek(0));
        timeline.apply(TimelineAction::Pin(1));
        assert_eq!(timeline.pins, [None, Some(Pin { event: 8, at_ms: 80 })]);
        timeline.apply(TimelineAction::Live);
        assert_eq!(timeline.current().map(|e| e.id), Some(9));
    }

    #[test]
    fn what_lies_before_the_page_s_events_is_stepped_through_in_the_worker_s() {
        let mut timeline = timeline(CAPACITY as u64 + 100);
        assert!(timeline.is_near() && timeline.has_older());
        timeline.apply(TimelineAction::Seek(50));
        assert!(!timeline.is_near());
        assert_eq!(timeline.current(), None);
        let answer = TimelineAnswer { first: Some((31, 310)), fallen: 30, ..TimelineAnswer::default() };
        let events = (31..=90).map(|id| event(id, id * 10, 0)).collect();
        let told =
            TimelineAction::Told { filter: Filter::default(), track: None, answer: Box::new(answer), events };
        timeline.apply(told);
        timeline.apply(TimelineAction::Step(-1));
        assert_eq!(timeline.current().map(|e| e.id), Some(49));
        timeline.apply(TimelineAction::First);
        assert_eq!(timeline.current().map(|e| e.id), Some(31));
        assert_eq!(timeline.span_ms(), Some((310, (CAPACITY as u64 + 100) * 10)));
    }

    #[test]
    fn the_density_counts_each_event_once() {
        let buckets = timeline(9).density(10, 90, 4);
        let all = buckets.iter().fold((0, 0), |(r, w), b| (r + b.reads, w + b.writes));
        assert_eq!((buckets.len(), all), (4, (5, 4)));
    }
}
