//! What the page asks of the history of the open workspace: events, the world as it was, a branch of it.
//!
//! Every ask is answered by one [`super::FromWorker::Reply`] of the same id.

use engine::timeline::{Density, Filter, Subjects};
use serde::{Deserialize, Serialize};

use crate::share::SentRequest;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TimelineAsk {
    /// Answer a request that reads as the workspace was at an event. The reply's events are numbered 0: they are in no timeline.
    /// A request that writes is refused with [`super::ClientError::Past`].
    Look {
        /// The event.
        event: u64,
        /// The API action, or the inspector's `Dynascope.…`.
        operation: String,
        /// Its JSON.
        request: String,
    },
    /// Answer a request of the page's own reading: as a call, but it is no part of the history. Neither the numbers of what happens
    /// nor any draw depend on what the page looks at.
    Glance {
        /// The API action, or the inspector's `Dynascope.…`.
        operation: String,
        /// Its JSON.
        request: String,
    },
    /// Hand out events; the reply has them, and its text is a [`TimelineAnswer`].
    Read(TimelineRead),
    /// Hand out events as JSON, a part at a time; the reply's text is an [`ExportPart`].
    Export {
        /// Which.
        filter: Filter,
        /// From this number on.
        from: u64,
    },
    /// Hand out every request since the workspace was made; the reply's text is a list of [`SentRequest`].
    Requests,
    /// Send those requests into a workspace in which nothing has happened yet, each at its time; the reply's text is a
    /// [`Replayed`].
    Replay {
        /// The requests, in order.
        requests: Vec<SentRequest>,
    },
    /// Make a new workspace of what stood here at an event.
    Branch {
        /// The event.
        event: u64,
        /// The new workspace's name, which no other has.
        workspace: String,
    },
}

/// What became of requests that were sent again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Replayed {
    /// The first operation that did not come to the events that it came to then, if one did not.
    pub differs: Option<String>,
}

/// Which events are wanted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimelineRead {
    /// What they must have.
    pub filter: Filter,
    /// The event that they stand around…
    pub around: u64,
    /// …or in its place the last event at or before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_ms: Option<u64>,
    /// At most so many up to it, it included.
    pub before: usize,
    /// At most so many behind it.
    pub after: usize,
    /// The time that a track shows, and in how many stretches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track: Option<(u64, u64, usize)>,
    /// Whether to tell what a filter can be set to.
    #[serde(default)]
    pub subjects: bool,
}

/// What a reading found, beside the events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimelineAnswer {
    /// The oldest event that is kept: its number and its time.
    pub first: Option<(u64, u64)>,
    /// The newest.
    pub last: Option<(u64, u64)>,
    /// How many have fallen away.
    pub fallen: u64,
    /// How many match.
    pub total: u64,
    /// How many of those stand before the first that was handed out.
    pub before: u64,
    /// The track's stretches.
    #[serde(default)]
    pub track: Vec<Density>,
    /// What a filter can be set to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subjects: Option<Subjects>,
}

/// A part of an export.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportPart {
    /// Events as JSON, a comma between two of them.
    pub text: String,
    /// The number to go on from; none where this was the last part.
    pub next: Option<u64>,
}
