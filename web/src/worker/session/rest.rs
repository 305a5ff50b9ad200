//! The code that a first visit does not need, brought before a message that may need it is obeyed.
//!
//! Not asked for here is what happens by itself; that brings it while it waits (see [`crate::rest`]).

use super::Session;
use crate::protocol::frames::Arrived;
use crate::protocol::timeline::TimelineAsk;
use crate::protocol::{ClientError, FromWorker, Happened, ToWorker};
use crate::rest;
use crate::worker::batch::Open;

/// The operations of a first visit.
const FIRST: [&str; 5] =
    ["BatchWriteItem", "CreateTable", "DescribeTable", "Dynascope.ListPartitions", "ListTables"];

/// The messages of a first visit, as their envelopes name them. Of the timeline's its glances are.
const FIRST_MESSAGES: [&str; 5] = ["call", "hello", "openWorkspace", "startTraffic", "timeline"];

impl Session {
    /// Reads a message of the page. Where the code that reads it did not come, its sender is told.
    pub(super) async fn read(&mut self, arrived: Result<Arrived, String>) -> Option<ToWorker> {
        if let Ok(arrived) = &arrived {
            let (kind, id) = arrived.envelope();
            if !rest::is_here() && !FIRST_MESSAGES.contains(&kind) {
                self.settle().await;
                if let Err(why) = rest::bring().await {
                    // The session has no number for it yet.
                    if let Some(id) = id {
                        self.router.borrow().tell_page(without_code(self.open.as_ref(), id, &why));
                    }
                    return None;
                }
            }
        }
        let read = arrived.and_then(Arrived::read);
        let unread = |error| {
            self.fault(format!("The page sent what cannot be read ({error}). Reload the page to go on."))
        };
        read.map_err(unread).ok()
    }

    /// Whether a message can be obeyed. Where it cannot, because its code did not come, its sender is told.
    pub(super) async fn has_code_for(&mut self, message: &mut ToWorker) -> bool {
        let first = match message {
            ToWorker::Call { operation, .. }
            | ToWorker::Timeline { ask: TimelineAsk::Glance { operation, .. }, .. } => {
                FIRST.contains(&operation.as_str())
            }
            ToWorker::Hello { .. } | ToWorker::OpenWorkspace { .. } | ToWorker::StartTraffic { .. } => true,
            _ => false,
        };
        if first || rest::is_here() {
            return true;
        }
        self.settle().await;
        let Err(why) = rest::bring().await else { return true };
        if let Some(id) = message.id_mut().copied() {
            (self.post)(without_code(self.open.as_ref(), id, &why));
        }
        false
    }
}

/// The answer to a message whose code did not come. It is never part of that code itself (`xtask/src/split/later.rs`).
fn without_code(open: Option<&Open>, id: u64, why: &str) -> FromWorker {
    let message = format!("A part of the engine could not be loaded ({why}). Try again.");
    let now_ms = open.map_or(0, |open| open.clock().now_ms);
    FromWorker::Reply {
        id,
        now_ms,
        result: Err(ClientError::Protocol { message }),
        events: Happened::default(),
    }
}
