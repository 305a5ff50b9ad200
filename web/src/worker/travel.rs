//! Time travel in the open workspace: its history, and the world of an earlier moment while somebody looks at one.
//!
//! Owns what the page asks of the past. A call enters the history once it is durable; one that could not be stored never
//! happened. Never touches the live world.

use std::rc::Rc;

use engine::timeline::{Event, Tally};
use engine::world::{Cause, Damage, History, Moment, Past, World};
use serde_json::json;

use crate::protocol::ClientError;
use crate::protocol::timeline::{ExportPart, TimelineAnswer, TimelineRead};
use crate::share::SentRequest;

/// How many events are kept…
const EVENTS: usize = 1_000_000;
/// …as long as they and the way back take no more, in bytes.
const BYTES: usize = 200_000_000;
/// The requests of a workspace are kept up to this size, in bytes: a link or file of more is no use.
const REQUESTS_BYTES: usize = 4_000_000;
/// How many events a part of an export has, about.
const PART: usize = 4_096;

/// The history of a workspace since it was opened.
pub struct Travel {
    history: History,
    past: Option<Past>,
    /// Every request since the workspace was made; none where not all are known, or they have become too many.
    requests: Option<Vec<SentRequest>>,
    requests_bytes: usize,
}

impl Travel {
    /// The history of a world from now on.
    pub fn of(world: &World) -> Travel {
        Travel {
            history: History::new(world, EVENTS, BYTES),
            past: None,
            requests: world.is_untouched().then(Vec::new),
            requests_bytes: 0,
        }
    }

    /// A request was sent.
    pub fn sent(&mut self, at_ms: u64, operation: &str, request: &str) {
        self.requests_bytes += operation.len() + request.len() + size_of::<SentRequest>();
        if self.requests_bytes > REQUESTS_BYTES {
            self.requests = None;
        }
        if let Some(requests) = &mut self.requests {
            let (operation, request) = (operation.into(), request.into());
            requests.push(SentRequest { at_ms, operation, request, last_event: None });
        }
    }

    /// What the last request that was sent came to.
    pub fn came_to(&mut self, events: &[Event]) -> Option<u64> {
        let last = events.last().map(|event| event.id);
        if let Some(request) = self.requests.as_mut().and_then(|requests| requests.last_mut()) {
            request.last_event = last;
        }
        last
    }

    /// Every request since the workspace was made.
    pub fn requests(&self) -> Result<&[SentRequest], ClientError> {
        self.requests.as_deref().ok_or_else(|| ClientError::Past {
            message: "Not all requests since this workspace was made are at hand: it was opened again since, or they are more than \
                      4 MB."
                .to_owned(),
        })
    }

    /// Something happened in the live world since `moment`.
    pub fn note(
        &mut self,
        world: &World,
        moment: &Moment,
        cause: Cause,
        events: &Rc<Vec<Event>>,
        tallies: &[Tally],
    ) {
        self.history.note(world, moment, cause, events, tallies);
    }

    /// How many calls were noted that are not kept yet.
    pub fn noted(&self) -> usize {
        self.history.noted()
    }

    /// So many of the calls that were noted are durable, the first.
    pub fn keep(&mut self, count: usize) {
        self.history.keep_first(count);
    }

    /// What was noted was taken back; the requests were sent all the same, and would not be refused again.
    pub fn drop_waiting(&mut self, world: &World) {
        self.history.drop_noted(world);
        self.requests = None;
    }

    /// Nobody looks at the past any more.
    pub fn leave(&mut self) {
        self.past = None;
    }

    /// The world as it was at an event.
    pub fn wind(&mut self, live: &World, event: u64) -> Result<&mut World, ClientError> {
        let Travel { history, past, .. } = self;
        found(event, history.wind(past, live, event))
    }

    /// The world as it was at an event, but never in the middle of a request: a workspace can begin with it.
    pub fn wind_whole(&mut self, live: &World, event: u64) -> Result<&mut World, ClientError> {
        let Travel { history, past, .. } = self;
        found(event, history.wind_whole(past, live, event))
    }

    /// Events, and what the timeline is about.
    pub fn read(&self, read: &TimelineRead) -> (String, Vec<Event>) {
        let ring = self.history.ring();
        let around = read.at_ms.and_then(|at_ms| ring.at(at_ms)).unwrap_or(read.around);
        let found = ring.find(&read.filter, around, read.before, read.after);
        let track =
            read.track.map(|(from_ms, to_ms, count)| ring.density(&read.filter, from_ms..to_ms, count));
        let answer = TimelineAnswer {
            first: ring.first(),
            last: ring.last(),
            fallen: ring.fallen(),
            total: found.total,
            before: found.before,
            track: track.unwrap_or_default(),
            subjects: read.subjects.then(|| ring.subjects()),
        };
        (json!(answer).to_string(), found.events)
    }

    /// A part of an export.
    pub fn export(&self, filter: &engine::timeline::Filter, from: u64) -> String {
        let (text, next) = self.history.ring().json(filter, from, PART);
        json!(ExportPart { text, next }).to_string()
    }
}

fn found(event: u64, found: Result<Option<&mut World>, Damage>) -> Result<&mut World, ClientError> {
    let found = found.map_err(|Damage(reason)| ClientError::Past {
        message: format!("The way back to event {event} is broken: {reason}."),
    })?;
    found.ok_or_else(|| ClientError::Past {
        message: format!(
            "Event {event} is not kept: the timeline goes back to when this workspace was opened, at most \
             {EVENTS} events."
        ),
    })
}

/// Why a request that writes is refused in the past.
pub fn read_only(operation: &str) -> ClientError {
    ClientError::Past {
        message: format!(
            "{operation} writes, and what you are looking at has happened already: the past stays as it was."
        ),
    }
}
