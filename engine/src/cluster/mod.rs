//! Partitions: who owns which hashes, which replica answers, how far a follower is behind.
//!
//! Owns the partition map, the replicas' applied positions and their health, the traffic that each partition sees, and the
//! settings of the simulation. There is one copy of the data: a follower is an applied log position, read through
//! before-images. Never reads an item, and never acts by itself: `access` splits, and lets replicas fail.
//!
//! Follows ["Amazon DynamoDB" (USENIX ATC 2022)](https://www.usenix.org/conference/atc22/presentation/elhemali): a
//! partition is a replica group in three zones, the leader takes writes and strongly consistent reads, a write is
//! acknowledged when two of three have it in their log.

mod group;
mod lag;
mod partition;
mod replica;
mod simulation;
mod sketch;
mod traffic;

pub use group::{Change as GroupChange, Failed, Group, Lease, Repair};
pub use lag::{Second, Way};
pub use partition::{Partition, PartitionMap, Point, Split, Splitting, partitions_for};
pub use replica::{InFlight, Replicas};
pub use simulation::{
    CapacityModel, LAG_PERCENT_MAX, PARTITION_SIZE_BYTES, PARTITION_SIZE_BYTES_MIN, SECONDS_MAX, Simulation,
};
pub use sketch::{Heavy, Sketch};
pub use traffic::{Grain, Outlook, Traffic};
