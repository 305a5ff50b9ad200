//! What one request carries with it.

use crate::capacity::Meter;
use crate::table::{IndexId, TableId};
use crate::timeline::{Access, Detail, Event, EventKind, Limit, PartitionId, RequestId, Tally};

/// The latency of a request before it asks any partition, in microseconds. Modelled, as all latency is: the service publishes
/// only "single-digit milliseconds".
pub const ROUTING_US: u64 = 1_000;

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
    /// How long the request takes so far, in microseconds.
    pub latency_us: u64,
    /// Where it is.
    pub(super) part: Part,
    detail: Detail,
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
            part: Part::default(),
            detail,
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

    /// The request comes to a partition, and waits for it.
    pub(super) fn arrive(&mut self, part: Part) {
        self.latency_us += part.latency_us;
        self.part = part;
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
        });
    }
}
