//! What events name: requests, transactions, partitions, zones, targets, and what was done to them.
//!
//! Owns the numbers and the small types that events are made of, in their JSON form. Nothing happens here.

use serde::{Deserialize, Serialize};

/// The number of a request, from 1, in the order of arrival.
pub type RequestId = u64;

/// The number of a transaction, from 1.
pub type TransactionId = u64;

/// The number of a partition, unique in its engine for ever: a split opens two new numbers.
pub type PartitionId = u32;

/// An availability zone: every partition has one replica in each of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Zone {
    A,
    B,
    C,
}

impl Zone {
    /// The three zones.
    pub const ALL: [Zone; 3] = [Zone::A, Zone::B, Zone::C];

    /// `az-a`, `az-b`, `az-c`.
    pub fn name(self) -> &'static str {
        match self {
            Zone::A => "az-a",
            Zone::B => "az-b",
            Zone::C => "az-c",
        }
    }
}

/// Why a partition opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SplitCause {
    /// It was there from the start.
    #[default]
    Created,
    /// Provisioned throughput was raised.
    Throughput,
    /// An on-demand table reached a new high-water mark.
    OnDemandPeak,
    /// The partition had become too large.
    Size,
    /// The partition stayed near its limit.
    Heat,
    /// One key took most of a hot partition's traffic.
    HotKey,
    /// Somebody asked for it.
    Requested,
}

impl SplitCause {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            SplitCause::Created => "CREATED",
            SplitCause::Throughput => "THROUGHPUT",
            SplitCause::OnDemandPeak => "ON_DEMAND_PEAK",
            SplitCause::Size => "SIZE",
            SplitCause::Heat => "HEAT",
            SplitCause::HotKey => "HOT_KEY",
            SplitCause::Requested => "REQUESTED",
        }
    }
}

/// A table or one of its indexes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Target {
    /// The table's name.
    pub table: String,
    /// The index's name; none for the table itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
}

/// Whether a request reads or writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Access {
    Read,
    Write,
}

/// Capacity in tenths of a unit would lose halves of halves: it is counted in halves of a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consumed {
    /// Read capacity units, times two.
    pub read_half_units: u64,
    /// Write capacity units, times two (always even).
    pub write_half_units: u64,
}

/// Why auto scaling changed a throughput.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ScalingReason {
    /// Two minutes in a row were above the target utilisation.
    AboveTarget,
    /// Fifteen minutes in a row were well below it.
    BelowTarget,
    /// It lay outside of the bounds that were set.
    OutOfBounds,
}

/// What a write did to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum WriteAction {
    Insert,
    Modify,
    Remove,
    /// The item is as it was: no stream record is written.
    Unchanged,
}

/// What a write did to an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IndexAction {
    /// A new entry: one write.
    Put,
    /// A projected attribute changed: one write.
    Update,
    /// The index key changed: the old entry is removed and a new one put, two writes.
    Move,
    /// The entry is gone: one write.
    Delete,
}

/// What a partition answered to a transaction's prepare message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PrepareVerdict {
    /// The item is held for this transaction.
    Accepted,
    /// It is not, for this reason.
    Refused {
        /// The cancellation code.
        code: CancelCode,
        /// The reason's message.
        message: String,
    },
}

/// The codes of a cancellation reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum CancelCode {
    None,
    ConditionalCheckFailed,
    ItemCollectionSizeLimitExceeded,
    TransactionConflict,
    ProvisionedThroughputExceeded,
    ThrottlingError,
    ValidationError,
}
