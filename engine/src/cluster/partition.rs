//! The partition map: contiguous ranges of the hash space.

use serde::{Deserialize, Serialize};

use crate::limits;
use crate::model::key::Hash;
use crate::random::Random;
use crate::timeline::{PartitionId, Zone};

/// A partition: the owner of the hashes from `first` to `last`, both included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partition {
    /// Its number.
    pub id: PartitionId,
    /// The first hash.
    pub first: Hash,
    /// The last hash.
    pub last: Hash,
    /// The zone of its leader.
    pub leader: Zone,
    /// The partition that it was split from.
    pub parent: Option<PartitionId>,
}

/// All partitions of a table or a global index, in the order of their hashes and without a gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartitionMap(Vec<Partition>);

/// How many partitions a throughput needs, one at least: each serves 3,000 read units and 1,000 write units side by
/// side. An on-demand table's 12,000 and 4,000 make four.
pub fn partitions_for(read_units: u64, write_units: u64) -> u64 {
    let reads = read_units.div_ceil(limits::PARTITION_READ_UNITS);
    let writes = write_units.div_ceil(limits::PARTITION_WRITE_UNITS);
    reads.max(writes).max(1)
}

impl PartitionMap {
    /// `count` partitions of equal ranges; `next_id` counts on.
    pub fn even(count: u64, next_id: &mut u64, random: &mut Random) -> PartitionMap {
        let first_leader = random.below(3);
        let partitions = (0..count).map(|at| {
            *next_id += 1;
            let bound = |at: u64| ((u128::from(at) << 64) / u128::from(count)) as Hash;
            Partition {
                id: *next_id as PartitionId,
                first: bound(at),
                last: if at + 1 == count { Hash::MAX } else { bound(at + 1) - 1 },
                leader: Zone::ALL[((first_leader + at) % 3) as usize],
                parent: None,
            }
        });
        PartitionMap(partitions.collect())
    }

    /// Where the owner of a hash stands in the map.
    pub fn owner(&self, hash: Hash) -> usize {
        self.0.partition_point(|partition| partition.last < hash)
    }

    /// The partitions in the order of their hashes.
    pub fn iter(&self) -> std::slice::Iter<'_, Partition> {
        self.0.iter()
    }

    /// The partition at a place.
    pub fn at(&self, place: usize) -> &Partition {
        &self.0[place]
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Never: a map owns the whole hash space.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Splits every partition in the middle until there are at least `count`; returns the new ones.
    pub fn split_to(&mut self, count: u64, next_id: &mut u64) -> Vec<Partition> {
        let mut opened = Vec::new();
        while (self.0.len() as u64) < count {
            let halves = self.0.iter().flat_map(|whole| {
                let middle = whole.first + (whole.last - whole.first) / 2;
                let mut half = |first, last, turn| {
                    *next_id += 1;
                    let leader = Zone::ALL[(whole.leader as usize + turn) % 3];
                    Partition { id: *next_id as PartitionId, first, last, leader, parent: Some(whole.id) }
                };
                [half(whole.first, middle, 0), half(middle + 1, whole.last, 1)]
            });
            let halves: Vec<Partition> = halves.collect();
            opened.retain(|old: &Partition| !halves.iter().any(|new| new.parent == Some(old.id)));
            opened.extend(halves.iter().cloned());
            self.0 = halves;
        }
        opened
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(map: &PartitionMap) {
        assert_eq!((map.at(0).first, map.at(map.len() - 1).last), (0, Hash::MAX));
        for pair in map.0.windows(2) {
            assert_eq!(pair[0].last + 1, pair[1].first);
        }
        for (place, partition) in map.iter().enumerate() {
            assert_eq!((map.owner(partition.first), map.owner(partition.last)), (place, place));
        }
    }

    #[test]
    fn the_number_of_partitions_follows_the_throughput() {
        assert_eq!(partitions_for(12_000, 4_000), 4, "a new on-demand table");
        assert_eq!(partitions_for(5, 5), 1);
        assert_eq!(partitions_for(100, 3_200), 4, "the early example of the 2022 paper");
        assert_eq!(partitions_for(0, 0), 1);
    }

    #[test]
    fn every_hash_has_one_owner_before_and_after_a_split() {
        let (mut ids, mut random) = (0, Random::new(1));
        for count in [1, 3, 4, 10, 1000] {
            let mut map = PartitionMap::even(count, &mut ids, &mut random);
            whole(&map);
            let opened = map.split_to(count + 1, &mut ids);
            assert_eq!(opened.len() as u64, 2 * count);
            whole(&map);
        }
    }
}
