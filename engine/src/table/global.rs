//! A table's part in a global table of version 2019.11.21: the other regions that hold a replica, and how far each is.
//!
//! Owns what the catalog keeps of it and the modelled durations; `world` moves the statuses on, since only it sees the other
//! regions. Never writes an item.
//!
//! Follows [Global tables](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GlobalTables.html) and the API
//! findings that the ACK project published in October 2026.
//!
//! Differs from DynamoDB: durations are modelled. The service takes 15 to 50 s to add a replica of an empty table, ten
//! minutes where there is an item, and two to four minutes to remove one.

use serde::{Deserialize, Serialize};

use super::auto_scaling::AutoScaling;

/// How long after a request a new replica is listed, CREATING.
pub const LISTING_MS: u64 = 1000;
/// How long a replica is CREATING.
pub const JOINING_MS: u64 = 3000;
/// How long a replica that is to go still works.
pub const LEAVING_MS: u64 = 2000;
/// How long a replica is DELETING.
pub const DELETING_MS: u64 = 3000;
/// For how long a region that a replica was added from cannot be removed while that replica is there.
pub const SOURCE_MS: u64 = 24 * 60 * 60 * 1000;

/// The status of a replica or a witness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReplicaStatus {
    /// Asked for, and not listed yet.
    Requested,
    /// It is there and has no items yet.
    Creating,
    /// It takes and sends writes.
    Active,
    /// It is to go, and still ACTIVE to a reader.
    Leaving,
    /// Its table goes.
    Deleting,
}

impl ReplicaStatus {
    /// The name on the wire; none where it is not listed yet.
    pub fn name(self) -> Option<&'static str> {
        match self {
            ReplicaStatus::Requested => None,
            ReplicaStatus::Creating => Some("CREATING"),
            ReplicaStatus::Active | ReplicaStatus::Leaving => Some("ACTIVE"),
            ReplicaStatus::Deleting => Some("DELETING"),
        }
    }

    /// Whether writes are sent to it.
    pub fn takes_writes(self) -> bool {
        matches!(self, ReplicaStatus::Active | ReplicaStatus::Leaving)
    }
}

/// What a region has of its own where the others have the group's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overrides {
    /// Read capacity units.
    pub read_units: Option<u64>,
    /// The most read request units.
    pub max_read_units: Option<u64>,
    /// The table class, and when it was set.
    pub table_class: Option<(String, u64)>,
    /// Read capacity units of global indexes, by their names.
    pub index_read_units: Vec<(String, u64)>,
    /// The ARN of the key that the replica is encrypted with.
    pub kms_key_arn: Option<String>,
}

/// Another region's replica, as this region sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replica {
    /// Its region.
    pub region: String,
    /// How far it is.
    pub status: ReplicaStatus,
    /// When the status moves on, in the region that was asked for the change.
    pub until_ms: Option<u64>,
    /// What it has of its own.
    pub overrides: Overrides,
}

/// Which region a replica was added from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The replica's region.
    pub region: String,
    /// The region that was asked.
    pub source: String,
    /// When.
    pub at_ms: u64,
}

/// A table's part in a global table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GlobalTable {
    /// Whether its consistency is STRONG over all regions (MRSC); EVENTUAL otherwise.
    pub strong: bool,
    /// The other regions, in the order in which they came here.
    pub replicas: Vec<Replica>,
    /// The region that keeps changes of a STRONG table and no table, with its status and when that moves on.
    pub witness: Option<(String, ReplicaStatus, Option<u64>)>,
    /// Where replicas were added from.
    pub origins: Vec<Origin>,
    /// The auto scaling that was set for the group and for regions.
    #[serde(default)]
    pub auto_scaling: AutoScaling,
}

impl GlobalTable {
    /// The replica of that region.
    pub fn replica(&self, region: &str) -> Option<&Replica> {
        self.replicas.iter().find(|replica| replica.region == region)
    }

    /// The same, to be changed.
    pub fn replica_mut(&mut self, region: &str) -> Option<&mut Replica> {
        self.replicas.iter_mut().find(|replica| replica.region == region)
    }

    /// Whether a replica comes or goes.
    pub fn is_changing(&self) -> bool {
        self.replicas.iter().any(|replica| replica.status != ReplicaStatus::Active)
    }

    /// When the status of a replica or of the witness moves on.
    pub fn due_ms(&self) -> Option<u64> {
        let witness = self.witness.iter().filter_map(|(_, _, until_ms)| *until_ms);
        self.replicas.iter().filter_map(|replica| replica.until_ms).chain(witness).min()
    }

    /// Whether a replica that was added from `region` in the last 24 hours is still there.
    pub fn is_source(&self, region: &str, home: &str, now_ms: u64) -> bool {
        self.origins.iter().any(|origin| {
            origin.source == region
                && now_ms < origin.at_ms + SOURCE_MS
                && (origin.region == home || self.replica(&origin.region).is_some())
        })
    }
}

/// What another region tells of a table when replicas are added or removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    /// Whether it is protected against deletion.
    pub deletion_protection: bool,
}
