//! The newest events, and where the playhead stands.
//!
//! The ring holds [`CAPACITY`] events; older ones are in the engine's history only. With `live` on, the playhead is the
//! newest event; stepping or choosing an event takes it off.

use std::collections::VecDeque;
use std::rc::Rc;

use engine::timeline::{Access, Event, EventKind, RequestId};

use super::reducible;

/// How many events are kept.
pub const CAPACITY: usize = 20_000;

/// The timeline as the page holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    events: Rc<VecDeque<Rc<Event>>>,
    /// The id of the event under the playhead; none while live.
    pub playhead: Option<u64>,
    /// Only this request's events are stepped through.
    pub filter: Option<RequestId>,
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
    /// Step through one request's events only, or through all.
    Filter(Option<RequestId>),
    /// Another workspace was opened.
    Clear,
}

/// A stretch of time on the track.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Reads routed.
    pub reads: u32,
    /// Writes routed.
    pub writes: u32,
    /// Requests refused.
    pub throttles: u32,
}

impl Default for Timeline {
    fn default() -> Timeline {
        Timeline { events: Rc::new(VecDeque::new()), playhead: None, filter: None }
    }
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
        match self.playhead {
            None => self.stepped().next_back(),
            Some(id) => self.events.iter().find(|event| event.id == id),
        }
    }

    fn stepped(&self) -> impl DoubleEndedIterator<Item = &Rc<Event>> {
        self.events.iter().filter(|event| self.filter.is_none_or(|request| event.request == Some(request)))
    }

    /// The first and the last moment that is kept.
    pub fn span_ms(&self) -> Option<(u64, u64)> {
        Some((self.events.front()?.at_ms, self.events.back()?.at_ms))
    }

    /// Reads, writes and throttles in `count` equal stretches between two moments.
    pub fn density(&self, from_ms: u64, to_ms: u64, count: usize) -> Vec<Bucket> {
        let mut buckets = vec![Bucket::default(); count];
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
            TimelineAction::Seek(id) => self.playhead = Some(id),
            TimelineAction::SeekTime(at_ms) => {
                let before = self.stepped().rev().find(|event| event.at_ms <= at_ms).map(|event| event.id);
                let first = self.stepped().next().map(|event| event.id);
                self.playhead = before.or(first);
            }
            TimelineAction::Step(by) => self.step(by),
            TimelineAction::First => {
                let first = self.stepped().next().map(|event| event.id);
                self.playhead = first;
            }
            TimelineAction::Live => self.playhead = None,
            TimelineAction::Filter(request) => self.filter = request,
            TimelineAction::Clear => *self = Timeline::default(),
        }
    }

    fn append(&mut self, mut events: Vec<Event>) {
        if events.is_empty() {
            return;
        }
        // A reply and a report of its own may overtake each other: the id is the order.
        // Another region counts its own events: the page shows one region.
        events.retain(|event| event.region.is_none());
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
        if let (Some(id), Some(first)) = (self.playhead, ring.front())
            && id < first.id
        {
            self.playhead = Some(first.id);
        }
    }

    fn step(&mut self, by: i64) {
        let ids: Vec<u64> = self.stepped().map(|event| event.id).collect();
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
        assert_eq!(ids, [20_020, 20_015, 20_010]);
        assert_eq!(timeline.events().len(), CAPACITY);
    }

    #[test]
    fn stepping_stops_at_the_ends_and_keeps_to_the_filter() {
        let mut timeline = timeline(9);
        timeline.apply(TimelineAction::Step(-1));
        assert_eq!(timeline.playhead, Some(8));
        timeline.apply(TimelineAction::Step(-100));
        assert_eq!(timeline.playhead, Some(1));
        timeline.apply(TimelineAction::Filter(Some(0)));
        timeline.apply(TimelineAction::Step(1));
        assert_eq!(timeline.playhead, Some(3));
        timeline.apply(TimelineAction::Step(1));
        assert_eq!(timeline.playhead, Some(6));
        timeline.apply(TimelineAction::SeekTime(89));
        assert_eq!(timeline.playhead, Some(6));
        timeline.apply(TimelineAction::Live);
        assert_eq!(timeline.current().map(|e| e.id), Some(9));
    }

    #[test]
    fn the_density_counts_each_event_once() {
        let buckets = timeline(9).density(10, 90, 4);
        let all = buckets.iter().fold((0, 0), |(r, w), b| (r + b.reads, w + b.writes));
        assert_eq!((buckets.len(), all), (4, (5, 4)));
    }
}
