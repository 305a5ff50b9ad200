//! A request that was refused before a router sent any of it on: what it was refused for, and that it left nothing behind.
//!
//! Owns the words for each exception that comes so early. Tells nothing of a request that came to a partition: its own events do.
//!
//! Follows the papers on DynamoDB: a request router authenticates, checks and looks the table up before it hashes a key
//! (USENIX ATC 2022, section 3), and [error handling](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html).

use engine::timeline::{Event, EventKind};

use super::{Line, Section};

/// What stands above such a request.
pub const HEADLINE: &str = "Refused before it was routed · no partition asked · nothing charged";

/// Why, by the exception's name.
fn reason(error: &str) -> &'static str {
    match error {
        "SerializationException" => {
            "The body is not of the operation's shape: it is read whole before anything in it is looked at."
        }
        "UnknownOperationException" => "There is no such operation.",
        "ValidationException" => {
            "What the request says by itself, or against its table's schema, is checked by the request router, before a key \
             is hashed."
        }
        "ResourceNotFoundException"
        | "TableNotFoundException"
        | "IndexNotFoundException"
        | "BackupNotFoundException"
        | "PolicyNotFoundException"
        | "ReplicaNotFoundException"
        | "GlobalTableNotFoundException" => {
            "What it names is not there, or not ready: names are looked up in the metadata of the account and region, before \
             a key is hashed."
        }
        "ResourceInUseException"
        | "TableAlreadyExistsException"
        | "TableInUseException"
        | "BackupInUseException"
        | "ReplicaAlreadyExistsException"
        | "GlobalTableAlreadyExistsException" => {
            "What it names is there already, or busy with another change; its state is looked up, and no partition is asked."
        }
        "LimitExceededException" => {
            "The account's quotas do not allow it now; they are counted before anything is done."
        }
        "ExpiredIteratorException" | "TrimmedDataAccessException" => {
            "The iterator, or what it points at, is too old; that can be told from the iterator itself."
        }
        "IdempotentParameterMismatchException" | "TransactionInProgressException" => {
            "Its ClientRequestToken belongs to another request; tokens are looked up before the transaction begins."
        }
        _ => "It was refused before a key was hashed.",
    }
}

/// The section that tells it; none where the request came further, or was not refused.
pub fn tell(events: &[Event]) -> Option<Section> {
    let further = |event: &Event| {
        !matches!(event.kind, EventKind::RequestReceived { .. } | EventKind::RequestFinished { .. })
    };
    let mut lines = Vec::new();
    for event in events.iter().filter(|event| event.request.is_some()) {
        if further(event) {
            return None;
        }
        let EventKind::RequestFinished { error: Some(error), consumed, .. } = &event.kind else { continue };
        if consumed.read_half_units + consumed.write_half_units > 0 {
            return None;
        }
        let line = |mark: &str, tone, text: &str| Line {
            event: event.id,
            at_ms: event.at_ms,
            mark: mark.to_owned(),
            tone,
            text: text.to_owned(),
        };
        lines.push(line(error, "refused", reason(error)));
        lines.push(line(
            "0 RCU, 0 WCU",
            "plain",
            "No capacity was taken, no item was read or written, no stream record made.",
        ));
    }
    (!lines.is_empty()).then_some(Section { title: "Refused", lines })
}
