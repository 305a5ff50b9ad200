//! Bulk operations: what was asked for, and what has become of it.
//!
//! Owns their record in the store and the status that follows from it; there is no S3 here, so an operation finds no bucket and
//! writes nothing. Never reads a request.
//!
//! Follows [bulk put items](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/BulkPutItems.Requesting.html).

use std::ops::Bound;

use serde::{Deserialize, Serialize};

use crate::api::bulk::{InputS3Configuration, OutputS3Configuration};
use crate::store::Space;
use crate::table::lifecycle::duration;

use super::region::Region;

/// How long an operation looks for its input.
pub const SEARCHING_MS: u64 = 5000;
/// How long an operation is CANCELLING.
pub const CANCELLING_MS: u64 = 2000;
/// How long operations are listed.
pub const KEPT_MS: u64 = 90 * 24 * 60 * 60 * 1000;

/// A bulk operation as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct BulkOperation {
    pub number: u32,
    pub arn: String,
    /// The table as the request names it.
    pub table: String,
    pub table_uuid: String,
    pub token: Option<String>,
    pub input: InputS3Configuration,
    pub output: OutputS3Configuration,
    pub max_write_units: Option<i64>,
    pub tier: String,
    pub started_ms: u64,
    pub cancelled_ms: Option<u64>,
}

/// Where an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkStatus {
    /// It looks for its input.
    InProgress,
    /// It is being cancelled.
    Cancelling,
    /// It was cancelled, at that time.
    Cancelled(u64),
    /// It found no input, at that time.
    Failed(u64),
}

impl BulkStatus {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            BulkStatus::InProgress => "IN_PROGRESS",
            BulkStatus::Cancelling => "CANCELLING",
            BulkStatus::Cancelled(_) => "CANCELLED",
            BulkStatus::Failed(_) => "FAILED",
        }
    }

    /// When it ended.
    pub fn ended_ms(self) -> Option<u64> {
        match self {
            BulkStatus::InProgress | BulkStatus::Cancelling => None,
            BulkStatus::Cancelled(at_ms) | BulkStatus::Failed(at_ms) => Some(at_ms),
        }
    }
}

impl BulkOperation {
    /// Where it is at `now_ms`.
    pub fn status(&self, now_ms: u64, instant: bool) -> BulkStatus {
        match self.cancelled_ms {
            Some(at_ms) => match at_ms + duration(CANCELLING_MS, instant) {
                end_ms if end_ms <= now_ms => BulkStatus::Cancelled(end_ms),
                _ => BulkStatus::Cancelling,
            },
            None => match self.started_ms + duration(SEARCHING_MS, instant) {
                end_ms if end_ms <= now_ms => BulkStatus::Failed(end_ms),
                _ => BulkStatus::InProgress,
            },
        }
    }

    /// Writes it to the store.
    pub fn save(&self, region: &mut Region, now_ms: u64) {
        let bytes = serde_json::to_vec(self).expect("an operation is always JSON");
        region.store.write(Space::BulkOperations, &self.number.to_be_bytes(), Some(bytes), now_ms);
    }
}

/// The bulk operations of the last 90 days, the newest first.
pub fn bulk_operations(region: &Region, now_ms: u64) -> Vec<BulkOperation> {
    let stored = region.store.range(Space::BulkOperations, (Bound::Unbounded, Bound::Unbounded));
    let operations = stored.rev().filter_map(|(_, bytes)| serde_json::from_slice(bytes).ok());
    operations.take_while(|operation: &BulkOperation| operation.started_ms + KEPT_MS > now_ms).collect()
}

/// The number that the next operation gets. Those that are listed no more are forgotten.
pub fn next_bulk_number(region: &mut Region, now_ms: u64) -> u32 {
    let stored = region.store.range(Space::BulkOperations, (Bound::Unbounded, Bound::Unbounded));
    let operations: Vec<BulkOperation> =
        stored.filter_map(|(_, bytes)| serde_json::from_slice(bytes).ok()).collect();
    let next = operations.last().map_or(1, |last| last.number + 1);
    for old in operations.iter().filter(|operation| operation.started_ms + KEPT_MS <= now_ms) {
        region.store.write(Space::BulkOperations, &old.number.to_be_bytes(), None, now_ms);
    }
    next
}
