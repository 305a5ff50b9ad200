//! What one request carries with it.

use crate::capacity::Meter;
use crate::timeline::{Event, EventKind, RequestId};

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
}

impl Context {
    /// The record of a request that begins now.
    pub fn new(now_ms: u64, request: Option<RequestId>) -> Context {
        Context { now_ms, request, meter: Meter::default(), events: Vec::new() }
    }

    /// Records that something happened.
    pub fn record(&mut self, kind: EventKind) {
        self.events.push(Event { id: 0, at_ms: self.now_ms, request: self.request, region: None, kind });
    }
}
