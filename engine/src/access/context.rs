//! What one request carries with it.

use crate::capacity::{Meter, ROUTING_US};
use crate::table::{IndexId, TableId};
use crate::timeline::{Access, Detail, Event, EventKind, Limit, PartitionId, RequestId, Tally};

/// The partition that a request is at.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Part {
    /// The hash of the key that it is at; none where it reads many.
    pub hash: Option<u64>,
    /// How much it reads or writes there, in bytes.
    pub size_bytes: u64,
    /// How long the request waits for it, in microseconds.
    pub latency_us: u64,
}

/// The record of one request (or of one tick): its time, what it consumed, what happened. A failed condition keeps the
/// meter and drops the changes, so the two stand apart.
#[derive(Clone, Debug)]
pub struct Context {
    /// The clock, in milliseconds of the epoch.
    pub now_ms: u64,
    /// The request's number; none for a tick.
    pub request: Option<RequestId>,
    /// What it consumed.
    pub meter: Meter,
    /// What happened. The ids are given when the request is over.
    pub events: Vec<Event>,
    /// The numbers of it, in order.
    pub tallies: Vec<Tally>,
    /// How long the request takes so far, in microseconds…
    latency_us: u64,
    /// …and the longest of what it waits for side by side.
    beside_us: Option<u64>,
    /// Where it is.
    pub(super) part: Part,
    detail: Detail,
    pub(super) probe: Option<Box<super::Probe>>,
}

impl Context {
    /// The record of a request that begins now and is watched.
    pub fn new(now_ms: u64, request: Option<RequestId>) -> Context {
        Context::with_detail(now_ms, request, Detail::Watched)
    }

    /// The record of a request that begins now.
    pub fn with_detail(now_ms: u64, request: Option<RequestId>, detail: Detail) -> Context {
        Context {
            now_ms,
            request,
            meter: Meter::new(detail),
            events: Vec::new(),
            tallies: Vec::new(),
            latency_us: ROUTING_US,
            beside_us: None,
            part: Part::default(),
            detail,
            probe: None,
        }
    }

    /// Whether all that happens is recorded.
    pub fn is_watched(&self) -> bool {
        self.detail == Detail::Watched
    }

    /// Records that something happened which is rare or must not be missed.
    pub fn record(&mut self, kind: EventKind) {
        self.events.push(Event { id: 0, at_ms: self.now_ms, request: self.request, region: None, kind });
    }

    /// Records what happens with every request, where it is watched: the event is not even made otherwise.
    pub fn trace(&mut self, kind: impl FnOnce() -> EventKind) {
        if self.is_watched() {
            self.record(kind());
        }
    }

    /// How long the request takes so far, in microseconds (modelled: see [`crate::capacity::served_us`]).
    pub fn latency_us(&self) -> u64 {
        self.latency_us + self.beside_us.unwrap_or(0)
    }

    /// The request waits so long for something.
    pub fn wait(&mut self, us: u64) {
        match &mut self.beside_us {
            Some(longest) => *longest = us.max(*longest),
            None => self.latency_us += us,
        }
    }

    /// What the request waits for until [`Context::join`] it waits for side by side.
    pub fn fork(&mut self) {
        self.beside_us.get_or_insert(0);
    }

    /// All of that has come: how long the slowest took, in microseconds.
    pub fn join(&mut self) -> u64 {
        let longest = self.beside_us.take().unwrap_or(0);
        self.latency_us += longest;
        longest
    }

    /// The request waits so long for the partition that it is at.
    pub(super) fn wait_here(&mut self, us: u64) {
        self.part.latency_us = us;
        self.wait(us);
    }

    /// Counts what the request came to at the partition that it is at: so many tokens, or a refusal.
    pub(super) fn count(
        &mut self,
        (table, index): (TableId, IndexId),
        partition: PartitionId,
        access: Access,
        came_to: Result<u64, Limit>,
    ) {
        let Part { hash, size_bytes, latency_us } = self.part;
        let (half_units, throttled) = came_to.map_or_else(|limit| (0, Some(limit)), |taken| (taken, None));
        self.tallies.push(Tally {
            at_ms: self.now_ms,
            request: self.request,
            table,
            index,
            partition,
            access,
            hash,
            half_units,
            size_bytes: if throttled.is_some() { 0 } else { size_bytes },
            throttled,
            latency_us,
            arrived: 0,
            lag_ms: 0,
        });
    }

    /// Counts changes of a global index that became visible at a partition, and how long they took in all.
    pub(super) fn count_arrived(
        &mut self,
        (table, index): (TableId, IndexId),
        partition: PartitionId,
        (arrived, lag_ms): (u32, u64),
    ) {
        self.tallies.push(Tally {
            at_ms: self.now_ms,
            request: None,
            table,
            index,
            partition,
            access: Access::Write,
            hash: None,
            half_units: 0,
            size_bytes: 0,
            throttled: None,
            latency_us: 0,
            arrived,
            lag_ms,
        });
    }
}
