//! The requests behind a cell of the heatmap, with all that happened in each.
//!
//! Owns what is kept of them: all requests of a second in which at most [`ALL_UP_TO`] were offered; of a busier second a
//! seeded sample of [`CELL`] a partition, each of its requests as likely as any other. No more than [`EVENTS_KEPT`] events
//! (some 30 MB) of no more than [`SECONDS_KEPT`] seconds are held; the oldest go. How many requests there were is the heat's to say.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::heat::SECONDS_KEPT;
use crate::random::Random;
use crate::timeline::{Event, EventKind, PartitionId};
use crate::workload::{ALL_UP_TO, CELL};

/// So many are kept of a partition's requests in a busier second.
const SAMPLE: usize = CELL as usize;
/// So many events are kept of all requests together.
pub const EVENTS_KEPT: usize = 100_000;

/// The requests of one partition in one second.
#[derive(Clone, Debug, Default)]
struct Cell {
    offered: u64,
    kept: Vec<Rc<Vec<Event>>>,
}

/// One second.
#[derive(Clone, Debug, Default)]
struct Second {
    offered: u64,
    cells: BTreeMap<PartitionId, Cell>,
}

/// The requests that are kept.
#[derive(Clone, Debug)]
pub struct Samples {
    seconds: BTreeMap<u64, Second>,
    random: Random,
    /// How many events the cells hold; a request that came to two partitions counts for both.
    events: usize,
}

impl Samples {
    /// Nothing is kept yet. The seed decides which requests of a busy second are.
    pub fn new(seed: u64) -> Samples {
        Samples { seconds: BTreeMap::new(), random: Random::new(seed), events: 0 }
    }

    /// Offers what happened: each request among the events is kept, or is not.
    pub fn offer(&mut self, events: &Rc<Vec<Event>>) {
        // What the engine did by itself is nobody's request; another region counts its own.
        let of = |event: &Event| event.request.filter(|_| event.region.is_none());
        let first = events.first().and_then(of);
        if first.is_some() && events.iter().all(|event| of(event) == first) {
            return self.offer_request(&places(events.iter()), events.len(), || events.clone());
        }
        let mut requests: BTreeMap<u64, Vec<&Event>> = BTreeMap::new();
        for event in events.iter() {
            if let Some(request) = of(event) {
                requests.entry(request).or_default().push(event);
            }
        }
        for events in requests.into_values() {
            let places = places(events.iter().copied());
            self.offer_request(&places, events.len(), || Rc::new(events.iter().copied().cloned().collect()));
        }
    }

    /// A request came of which only the numbers are known: a second with many of them is a busy one too.
    pub fn pass(&mut self, at_ms: u64) {
        let second = at_ms / 1000;
        let busy = self.seconds.entry(second).or_default();
        busy.offered += 1;
        if busy.offered == ALL_UP_TO + 1 {
            self.thin(second);
        }
        if self.seconds.len() > SECONDS_KEPT {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some((_, oldest)) = self.seconds.pop_first() {
            self.events -=
                oldest.cells.values().flat_map(|cell| &cell.kept).map(|one| one.len()).sum::<usize>();
        }
    }

    /// A request of so many events came to these places.
    fn offer_request(
        &mut self,
        places: &[(u64, PartitionId)],
        events: usize,
        own: impl Fn() -> Rc<Vec<Event>>,
    ) {
        let Some((first, _)) = places.first() else { return };
        self.pass(first * 1000);
        // In a busy second hardly any is kept.
        let mut copy: Option<Rc<Vec<Event>>> = None;
        let mut copy = || copy.get_or_insert_with(&own).clone();
        for (second, partition) in places {
            let second = self.seconds.entry(*second).or_default();
            let all = second.offered <= ALL_UP_TO;
            let cell = second.cells.entry(*partition).or_default();
            cell.offered += 1;
            if all || cell.kept.len() < SAMPLE {
                self.events += events;
                cell.kept.push(copy());
            } else if let Some(kept) = cell.kept.get_mut(self.random.below(cell.offered) as usize) {
                self.events = self.events + events - kept.len();
                *kept = copy();
            }
        }
        while self.events > EVENTS_KEPT && self.seconds.len() > 1 {
            self.drop_oldest();
        }
    }

    /// A second turns out busy: each of its cells keeps a sample of what it has.
    fn thin(&mut self, second: u64) {
        let Some(second) = self.seconds.get_mut(&second) else { return };
        for cell in second.cells.values_mut() {
            for at in 0..cell.kept.len().min(SAMPLE) {
                let other = at as u64 + self.random.below((cell.kept.len() - at) as u64);
                cell.kept.swap(at, other as usize);
            }
            for gone in cell.kept.drain(cell.kept.len().min(SAMPLE)..) {
                self.events -= gone.len();
            }
        }
    }

    /// The requests that are kept of these partitions in the seconds `from..to`, in the order in which they came, each once.
    pub fn requests(&self, from: u64, to: u64, partitions: &[PartitionId]) -> Vec<Rc<Vec<Event>>> {
        let seconds = self.seconds.range(from..to.max(from));
        let cells = seconds.flat_map(|(_, second)| &second.cells);
        let cells = cells.filter(|(partition, _)| partitions.contains(partition));
        let mut requests: Vec<Rc<Vec<Event>>> =
            cells.flat_map(|(_, cell)| cell.kept.iter().cloned()).collect();
        let order = |events: &Rc<Vec<Event>>| events.first().map_or((0, 0), |event| (event.at_ms, event.id));
        requests.sort_by_key(order);
        requests.dedup_by(|a, b| Rc::ptr_eq(a, b));
        requests
    }
}

/// Where a request came by: each place once, in order.
fn places<'a>(events: impl Iterator<Item = &'a Event>) -> Vec<(u64, PartitionId)> {
    let mut places: Vec<(u64, PartitionId)> = events.filter_map(place).collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// The second and the partition that an event is about, where it says that its request came by.
fn place(event: &Event) -> Option<(u64, PartitionId)> {
    match &event.kind {
        EventKind::Routed { partition, .. }
        | EventKind::TokensTaken { partition, .. }
        | EventKind::Throttled { partition, .. } => Some((event.at_ms / 1000, *partition)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::{Access, Target};

    fn request(id: u64, at_ms: u64, partitions: &[PartitionId]) -> Rc<Vec<Event>> {
        let target = Target { table: "Orders".into(), index: None };
        let one = |partition: &PartitionId| Event {
            id,
            at_ms,
            request: Some(id),
            region: None,
            kind: EventKind::Throttled {
                target: target.clone(),
                partition: *partition,
                access: Access::Read,
                reason: "TableReadKeyRangeThroughputExceeded".into(),
            },
        };
        Rc::new(partitions.iter().map(one).collect())
    }

    #[test]
    fn a_quiet_second_keeps_all_and_a_request_at_two_partitions_once() {
        let mut samples = Samples::new(1);
        (1..=500).for_each(|id| samples.offer(&request(id, 7_000 + id, &[1, 2])));
        assert_eq!(samples.requests(7, 8, &[1]).len(), 500);
        assert_eq!(samples.requests(7, 8, &[1, 2]).len(), 500);
        assert_eq!(samples.requests(8, 9, &[1]).len(), 0);
    }

    #[test]
    fn requests_that_come_together_are_told_apart_and_one_alone_is_not_copied() {
        let mut samples = Samples::new(1);
        let both = [request(1, 7_000, &[1]), request(2, 7_001, &[1, 2])];
        samples.offer(&Rc::new(both.iter().flat_map(|events| events.iter().cloned()).collect()));
        let kept = samples.requests(7, 8, &[1]);
        assert_eq!(
            kept.iter().map(|events| (events[0].id, events.len())).collect::<Vec<_>>(),
            [(1, 1), (2, 2)]
        );
        let alone = request(3, 8_000, &[1]);
        samples.offer(&alone);
        assert!(Rc::ptr_eq(&samples.requests(8, 9, &[1])[0], &alone));
    }

    #[test]
    fn a_busy_second_keeps_an_even_sample_of_each_partition() {
        let mut halves = [0; 2];
        for seed in 0..40 {
            let mut samples = Samples::new(seed);
            (1..=4_000).for_each(|id| samples.offer(&request(id, 7_000, &[(id % 2) as PartitionId])));
            let kept = samples.requests(7, 8, &[1]);
            assert_eq!(kept.len(), SAMPLE);
            for events in kept {
                halves[usize::from(events[0].id > 2_000)] += 1;
            }
        }
        assert!(halves.iter().all(|half| (540..740).contains(half)), "{halves:?}");
    }

    #[test]
    fn a_second_is_busy_with_requests_that_nobody_watched_too() {
        let mut samples = Samples::new(1);
        (1..=100).for_each(|id| samples.offer(&request(id, 7_000, &[1])));
        (1..=2_000).for_each(|_| samples.pass(7_500));
        assert_eq!(samples.requests(7, 8, &[1]).len(), SAMPLE);
    }

    #[test]
    fn no_more_events_are_kept_than_may_be() {
        let mut samples = Samples::new(1);
        let partitions: Vec<PartitionId> = (0..300).collect();
        (1..=200).for_each(|id| samples.offer(&request(id, id * 1000, &partitions)));
        assert!(samples.events <= EVENTS_KEPT, "{}", samples.events);
        assert!(samples.requests(200, 201, &[5]).len() == 1 && samples.requests(1, 2, &[5]).is_empty());
    }
}
