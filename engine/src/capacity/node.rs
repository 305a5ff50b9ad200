//! Storage nodes: each replica of a partition stands on one, beside replicas of other partitions.
//!
//! Owns which node a replica stands on, and the nodes' tokens: a read needs those of the node that serves it, a write those of
//! all three nodes that the partition's replicas stand on. A world's image
//! has them and a journal has not: where changes are replayed every node's bucket is full.
//!
//! Follows ["Amazon DynamoDB" (USENIX ATC 2022)](https://www.usenix.org/conference/atc22/presentation/elhemali), sections 2 and 4.
//!
//! Modelled: 64 nodes in each zone, replicas spread over them by their partitions' numbers, and a node that serves four partitions
//! at their most. The service publishes none of these, and moves replicas away from busy nodes.

use serde::{Deserialize, Serialize};

use super::admission::Ask;
use super::bucket::Bucket;
use crate::limits::{PARTITION_READ_UNITS, PARTITION_WRITE_UNITS};
use crate::timeline::{PartitionId, Zone};

/// Nodes of a zone.
const NODES: usize = 64;
/// How many partitions a node serves at their most.
const PARTITIONS_AT_MOST: u64 = 4;
/// Zones place the partitions in orders of their own, so that two that share a node in one zone share none in the next.
const STRIDES: [usize; 3] = [1, 5, 11];

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Node {
    read: Bucket,
    write: Bucket,
}

/// The nodes of a region.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nodes(Vec<Node>);

fn place(partition: PartitionId, zone: Zone) -> usize {
    let number = partition.saturating_sub(1) as usize;
    let turn = number / NODES;
    zone as usize * NODES + (number + turn * (STRIDES[zone as usize] - 1)) % NODES
}

impl Nodes {
    fn fill(&mut self, now_ms: u64) {
        if self.0.is_empty() {
            let full = |units: u64| Bucket::full(units * PARTITIONS_AT_MOST * 1000, 1, now_ms);
            let node = Node { read: full(PARTITION_READ_UNITS), write: full(PARTITION_WRITE_UNITS) };
            self.0 = vec![node; NODES * Zone::ALL.len()];
        }
    }

    /// Whether the nodes that a request needs have tokens.
    pub fn admit(&mut self, partition: PartitionId, ask: Ask, now_ms: u64) -> bool {
        self.fill(now_ms);
        match ask {
            Ask::Read { zone, .. } => self.0[place(partition, zone)].read.admits(now_ms),
            Ask::Write => {
                Zone::ALL.into_iter().all(|zone| self.0[place(partition, zone)].write.admits(now_ms))
            }
        }
    }

    /// Takes a request's tokens; `forgive` where nothing is ever refused.
    pub fn take(&mut self, partition: PartitionId, ask: Ask, half_units: u64, forgive: bool, now_ms: u64) {
        self.fill(now_ms);
        let spend = |bucket: &mut Bucket, half_units: u64| {
            bucket.take(half_units, now_ms);
            if forgive {
                bucket.forgive();
            }
        };
        match ask {
            Ask::Read { zone, mode } => {
                spend(&mut self.0[place(partition, zone)].read, mode.replica_half_units(half_units));
            }
            Ask::Write => {
                for zone in Zone::ALL {
                    spend(&mut self.0[place(partition, zone)].write, half_units);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capacity::ReadMode;
    use std::collections::BTreeSet;

    #[test]
    fn the_first_partitions_stand_alone_and_neighbours_of_one_zone_part_in_another() {
        for zone in Zone::ALL {
            let nodes: BTreeSet<usize> = (1..=64).map(|partition| place(partition, zone)).collect();
            assert_eq!(nodes.len(), 64);
        }
        let shares = |zone| place(1, zone) == place(65, zone);
        assert_eq!(Zone::ALL.map(shares), [true, false, false]);
    }

    #[test]
    fn a_write_needs_the_tokens_of_three_nodes_and_a_read_those_of_one() {
        let mut nodes = Nodes::default();
        // Partitions 1, 65, 129, 193 and 257 stand on one node in zone A.
        for partition in [65, 129, 193, 257] {
            assert!(nodes.admit(partition, Ask::Write, 0));
            nodes.take(partition, Ask::Write, 2000, false, 0);
        }
        assert!(!nodes.admit(1, Ask::Write, 0), "four thousand units are gone in zone A");
        assert!(nodes.admit(2, Ask::Write, 0));
        assert!(nodes.admit(1, Ask::Read { zone: Zone::A, mode: ReadMode::Strong }, 0));
        assert!(nodes.admit(1, Ask::Write, 1));
    }
}
