//! What an event source mapping does, as the timeline tells it.

use serde::{Deserialize, Serialize};

/// One thing that an event source mapping did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "did", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SourceEvent {
    /// It read records of a shard.
    Polled {
        /// How many.
        records: u64,
        /// How many of them no filter pattern let through.
        filtered: u64,
    },
    /// It handed a batch, or a part of one, to the function.
    Invoked {
        /// The invocation's number.
        invocation: u64,
        /// The batch's number.
        batch: u64,
        /// Which part of the batch: empty for the whole, `0` and `1` for its halves, and so on.
        part: String,
        /// Records in it; none in a window's last invocation.
        records: u64,
        /// Records that the function was given before.
        redelivered: u64,
        /// The first record's sequence number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        first: Option<String>,
        /// The last record's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last: Option<String>,
        /// How old the last record is.
        iterator_age_ms: u64,
    },
    /// The function handled all of it.
    Succeeded {
        /// The invocation's number.
        invocation: u64,
        /// Requests that it sent.
        requests: u64,
    },
    /// The function failed, or its answer was lost.
    Failed {
        /// The invocation's number.
        invocation: u64,
        /// What it threw.
        error: String,
        /// The record that it reported.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reported: Option<String>,
    },
    /// A part of a batch was cut in two.
    Bisected {
        /// The batch's number.
        batch: u64,
        /// The part.
        part: String,
        /// Records in the first half.
        first: u64,
        /// Records in the second half.
        second: u64,
    },
    /// A part of a batch is to be tried again: until then its lane is blocked.
    Retries {
        /// The batch's number.
        batch: u64,
        /// The part.
        part: String,
        /// Failed attempts that count.
        attempts: u64,
        /// When.
        at_ms: u64,
    },
    /// Records were given up.
    Discarded {
        /// How many.
        records: u64,
        /// `RetryAttemptsExhausted` or `RecordAgeExceeded`.
        condition: String,
        /// The on-failure destination that it was told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        destination: Option<String>,
    },
    /// A tumbling window is over.
    WindowEnded {
        /// When it began.
        start_ms: u64,
        /// Whether it ended early, because its state had grown too large.
        early: bool,
    },
}

/// How it stands in an event: as JSON among JSON; where an event is packed, as the text of its JSON, since a packed value has no
/// names by which its kind could be told.
pub(super) mod in_event {
    use super::{Deserialize, Serialize, SourceEvent};

    pub fn serialize<S: serde::Serializer>(source: &SourceEvent, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return source.serialize(serializer);
        }
        let json = serde_json::to_string(source).map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(&json)
    }

    pub fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<SourceEvent, D::Error> {
        if deserializer.is_human_readable() {
            return SourceEvent::deserialize(deserializer);
        }
        let json = String::deserialize(deserializer)?;
        serde_json::from_str(&json).map_err(serde::de::Error::custom)
    }
}
