//! The code that a first visit does not need, brought before a message that may need it is obeyed.
//!
//! Not asked for here is what happens by itself; that brings it while it waits (see [`crate::rest`]).

use super::Session;
use crate::protocol::timeline::TimelineAsk;
use crate::protocol::{ClientError, FromWorker, Happened, ToWorker};
use crate::rest;

/// The operations of a first visit.
const FIRST: [&str; 5] =
    ["BatchWriteItem", "CreateTable", "DescribeTable", "Dynascope.ListPartitions", "ListTables"];

impl Session {
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
            let message = format!("A part of the engine could not be loaded ({why}). Try again.");
            let now_ms = self.open.as_ref().map_or(0, |open| open.clock().now_ms);
            let result = Err(ClientError::Protocol { message });
            (self.post)(FromWorker::Reply { id, now_ms, result, events: Happened::default() });
        }
        false
    }
}
