//! The numbers of a request, partition by partition: what heat, hot keys and latency are counted from.
//!
//! Owns [`Tally`] and [`Detail`]. A tally is a few numbers, so that every request of simulated traffic has them; the events,
//! which tell a request in words, are made for those that are watched.

use serde::{Deserialize, Serialize};

use super::{Access, PartitionId, RequestId};

/// How much is recorded of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Its tallies, and the events that are rare: nobody hears its response.
    Counted,
    /// The same of a request whose response is heard: what it consumed is known by table and index too.
    Answered,
    /// All of its events too.
    #[default]
    Watched,
}

impl Detail {
    /// Whether somebody hears the response.
    pub fn is_answered(self) -> bool {
        self != Detail::Counted
    }
}

/// Which limit a refused request has reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Limit {
    /// A partition's.
    KeyRange,
    /// The provisioned throughput of a table or a global index.
    Provisioned,
    /// `OnDemandThroughput` of a table or a global index.
    MaxOnDemand,
    /// The account's quota for each table and global index on demand.
    Account,
}

/// What one request did at one partition: the tokens that it took there, or that it was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The clock, in milliseconds of the epoch.
    pub at_ms: u64,
    /// The request; none for what the engine did by itself.
    pub request: Option<RequestId>,
    /// The table's number.
    pub table: u32,
    /// The index's number; 0 for the table itself.
    pub index: u32,
    /// The partition: a local index's is its table's.
    pub partition: PartitionId,
    /// Read or write capacity.
    pub access: Access,
    /// The hash of the partition key; none where many keys are read.
    pub hash: Option<u64>,
    /// What was taken, in halves of a unit; 0 for a refused one.
    pub half_units: u64,
    /// What was sized for it, in bytes.
    pub size_bytes: u64,
    /// The limit that was reached; none for one that was admitted.
    pub throttled: Option<Limit>,
    /// How long the request waited for this partition, in microseconds (modelled); 0 for an index that is written behind
    /// the request's back.
    pub latency_us: u64,
    /// So many changes of a global index became visible there to its readers: no request's, since they come behind its back…
    pub arrived: u32,
    /// …so long after they were written, in milliseconds, added up.
    pub lag_ms: u64,
}
