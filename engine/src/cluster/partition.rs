//! The partition map: contiguous ranges of the keys.
//!
//! Owns who has which keys, and the cutting of a range in two or three. A partition owns a range of hashes; where an item
//! collection was cut between its sort keys, it begins or ends inside of the collection. Partitions split and never merge.
//! Never knows why one is split, and counts nothing.

use std::ops::Bound;

use serde::{Deserialize, Serialize};

use crate::limits;
use crate::model::key::{self, Hash};
use crate::random::Random;
use crate::timeline::{PartitionId, SplitCause, Zone};

use super::group::Group;

/// A partition: the owner of the hashes from `first` to `last`, both included, but for what lies before `from` and behind
/// `until` where it begins or ends inside of an item collection.
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
    /// The first key bytes that it owns of its first hash; none for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Box<[u8]>>,
    /// The first key bytes of its last hash that it does not own any more; none for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Box<[u8]>>,
    /// The split that is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub splitting: Option<Box<Splitting>>,
    /// What is not as it should be with its replicas; none where all is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Box<Group>>,
}

/// A split that is under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Splitting {
    /// Why it is split.
    pub cause: SplitCause,
    /// Where.
    pub points: Vec<Point>,
    /// When it is done, in milliseconds of the epoch.
    pub due_ms: u64,
}

/// Where a partition is cut: what comes from there on is the next one's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Point {
    /// Before the first key of a hash.
    Hash(Hash),
    /// Inside of an item collection: before these key bytes.
    Key(Vec<u8>),
}

impl Point {
    /// The first key bytes behind it.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Point::Hash(hash) => hash.to_be_bytes().to_vec(),
            Point::Key(key) => key.clone(),
        }
    }
}

/// A partition that was split, and what it was split into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// As it was.
    pub whole: Partition,
    /// What has come of it, in the order of the keys.
    pub parts: Vec<Partition>,
}

/// All partitions of a table or a global index, in the order of their keys and without a gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartitionMap(Vec<Partition>);

/// How many partitions a throughput needs, one at least: each serves 3,000 read units and 1,000 write units side by
/// side. An on-demand table's 12,000 and 4,000 make four.
pub fn partitions_for(read_units: u64, write_units: u64) -> u64 {
    let reads = read_units.div_ceil(limits::PARTITION_READ_UNITS);
    let writes = write_units.div_ceil(limits::PARTITION_WRITE_UNITS);
    reads.max(writes).max(1)
}

/// The hash that key bytes begin with; what a bound has less than that is taken for zeros.
fn hash_at(key: &[u8]) -> Hash {
    match key.first_chunk() {
        Some(hash) => Hash::from_be_bytes(*hash),
        None => {
            let mut hash = [0; 8];
            hash[..key.len()].copy_from_slice(key);
            Hash::from_be_bytes(hash)
        }
    }
}

impl Partition {
    /// Whether all of it comes before the key.
    fn ends_before(&self, hash: Hash, key: &[u8]) -> bool {
        self.last < hash || self.last == hash && self.until.as_ref().is_some_and(|until| **until <= *key)
    }

    /// Whether it begins before the key bytes, so that it may own something below them.
    fn starts_below(&self, bound: &[u8]) -> bool {
        match &self.from {
            Some(from) => **from < *bound,
            None => self.first.to_be_bytes().as_slice() < bound,
        }
    }

    /// The key bytes that it owns.
    pub fn bounds(&self) -> (Bound<Vec<u8>>, Bound<Vec<u8>>) {
        let start = match &self.from {
            Some(from) => from.to_vec(),
            None => self.first.to_be_bytes().to_vec(),
        };
        let end = match (&self.until, self.last.checked_add(1)) {
            (Some(until), _) => Bound::Excluded(until.to_vec()),
            (None, Some(next)) => Bound::Excluded(next.to_be_bytes().to_vec()),
            (None, None) => Bound::Unbounded,
        };
        (Bound::Included(start), end)
    }

    /// Its share of the hash space, in millionths. A part of an item collection has the share of its one hash: none.
    pub fn share_millionths(&self) -> u64 {
        let width = u128::from(self.last - self.first) + 1;
        ((width * 1_000_000) >> 64) as u64
    }

    /// Whether a point is inside, so that something may be on both sides of it.
    pub fn holds(&self, point: &Point) -> bool {
        let bytes = point.bytes();
        self.starts_below(&bytes) && !self.ends_before(hash_at(&bytes), &bytes)
    }

    /// The point in the middle of its hashes, where it has more than one.
    pub fn middle(&self) -> Option<Point> {
        let middle = Point::Hash(self.first + (self.last - self.first) / 2 + 1);
        (self.first < self.last).then_some(middle)
    }

    /// Its parts when it is cut at those points, which ascend and are inside. Its leaders take turns over the zones, as
    /// long as all replicas are there.
    fn cut(&self, points: &[Point], next_id: &mut u64) -> Vec<Partition> {
        let mut parts = Vec::with_capacity(points.len() + 1);
        let mut rest = Partition { splitting: None, parent: Some(self.id), ..self.clone() };
        let take_number = |part: &mut Partition, next_id: &mut u64, turn: usize| {
            *next_id += 1;
            part.id = *next_id as PartitionId;
            if self.group.is_none() {
                part.leader = Zone::ALL[(self.leader as usize + turn) % 3];
            }
        };
        for (turn, point) in points.iter().enumerate() {
            let mut part = rest.clone();
            match point {
                Point::Hash(hash) => {
                    (part.last, part.until) = (hash - 1, None);
                    (rest.first, rest.from) = (*hash, None);
                }
                Point::Key(key) => {
                    (part.last, part.until) = (key::hash_of(key), Some(key.as_slice().into()));
                    (rest.first, rest.from) = (key::hash_of(key), Some(key.as_slice().into()));
                }
            }
            take_number(&mut part, next_id, turn);
            parts.push(part);
        }
        take_number(&mut rest, next_id, points.len());
        parts.push(rest);
        parts
    }
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
                from: None,
                until: None,
                splitting: None,
                group: None,
            }
        });
        PartitionMap(partitions.collect())
    }

    /// Where the owner of key bytes stands in the map.
    pub fn owner(&self, key: &[u8]) -> usize {
        let hash = hash_at(key);
        // The last one owns whatever is left.
        self.0[..self.0.len() - 1].partition_point(|partition| partition.ends_before(hash, key))
    }

    /// Where the first and the last partition stand that own something of a range of key bytes: one at least.
    pub fn span(&self, range: (Bound<&[u8]>, Bound<&[u8]>)) -> (usize, usize) {
        let first = match range.0 {
            Bound::Included(key) | Bound::Excluded(key) => self.owner(key),
            Bound::Unbounded => 0,
        };
        let last = match range.1 {
            Bound::Included(key) => self.owner(key),
            Bound::Excluded(key) => {
                self.0.partition_point(|partition| partition.starts_below(key)).saturating_sub(1)
            }
            Bound::Unbounded => self.0.len() - 1,
        };
        (first, last.max(first))
    }

    /// The partitions in the order of their keys.
    pub fn iter(&self) -> std::slice::Iter<'_, Partition> {
        self.0.iter()
    }

    /// The same, to be changed; their ranges are not to be.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Partition> {
        self.0.iter_mut()
    }

    /// The partition at a place.
    pub fn at(&self, place: usize) -> &Partition {
        &self.0[place]
    }

    /// The same, to be changed; its range is not to be.
    pub fn at_mut(&mut self, place: usize) -> &mut Partition {
        &mut self.0[place]
    }

    /// Where the partition of that number stands.
    pub fn place(&self, id: PartitionId) -> Option<usize> {
        self.0.iter().position(|partition| partition.id == id)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Never: a map owns the whole hash space.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Cuts a partition at those of the points that are inside of it; none where that is none.
    pub fn split(&mut self, place: usize, points: &[Point], next_id: &mut u64) -> Option<Split> {
        let whole = self.0[place].clone();
        let mut inside: Vec<Point> = points.iter().filter(|point| whole.holds(point)).cloned().collect();
        inside.sort_by_cached_key(Point::bytes);
        inside.dedup();
        if inside.is_empty() {
            return None;
        }
        let parts = whole.cut(&inside, next_id);
        self.0.splice(place..=place, parts.iter().cloned());
        Some(Split { whole, parts })
    }

    /// Splits every partition in the middle of its hashes until there are at least `count`, or none can be split.
    pub fn split_to(&mut self, count: u64, next_id: &mut u64) -> Vec<Split> {
        let mut splits: Vec<Split> = Vec::new();
        while (self.0.len() as u64) < count && self.0.iter().any(|one| one.middle().is_some()) {
            for place in (0..self.0.len()).rev() {
                let Some(middle) = self.0[place].middle() else { continue };
                let Some(mut split) = self.split(place, &[middle], next_id) else { continue };
                // Halved again in the same go: the parts are those of the first whole one.
                let holder = |one: &&mut Split| one.parts.iter().any(|part| part.id == split.whole.id);
                match splits.iter_mut().find(holder) {
                    Some(earlier) => {
                        split.parts.iter_mut().for_each(|part| part.parent = Some(earlier.whole.id));
                        let at = earlier.parts.iter().position(|part| part.id == split.whole.id);
                        self.0[place].parent = Some(earlier.whole.id);
                        self.0[place + 1].parent = Some(earlier.whole.id);
                        if let Some(at) = at {
                            earlier.parts.splice(at..=at, split.parts);
                        }
                    }
                    None => splits.push(split),
                }
            }
        }
        splits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::ops::RangeBounds;

    fn start(partition: &Partition) -> Vec<u8> {
        match partition.bounds().0 {
            Bound::Included(start) => start,
            other => panic!("a partition begins with a key: {other:?}"),
        }
    }

    /// Every key has one owner: each partition ends where the next begins.
    fn whole(map: &PartitionMap) {
        assert_eq!((map.at(0).first, map.at(map.len() - 1).last), (0, Hash::MAX));
        assert_eq!((&map.at(0).from, &map.at(map.len() - 1).until), (&None, &None));
        for pair in map.0.windows(2) {
            assert_eq!(pair[0].bounds().1, Bound::Excluded(start(&pair[1])));
        }
        for (place, partition) in map.iter().enumerate() {
            let start = start(partition);
            assert_eq!(map.owner(&start), place);
            let (first, end) = partition.bounds();
            let own = (first.as_ref().map(Vec::as_slice), end.as_ref().map(Vec::as_slice));
            assert_eq!(map.span(own), (place, place));
        }
    }

    fn key(hash: Hash, tail: &[u8]) -> Vec<u8> {
        [&hash.to_be_bytes()[..], tail].concat()
    }

    #[test]
    fn the_number_of_partitions_follows_the_throughput() {
        assert_eq!(partitions_for(12_000, 4_000), 4, "a new on-demand table");
        assert_eq!(partitions_for(5, 5), 1);
        assert_eq!(partitions_for(100, 3_200), 4, "the early example of the 2022 paper");
        assert_eq!(partitions_for(0, 0), 1);
    }

    #[test]
    fn every_key_has_one_owner_before_and_after_a_split() {
        let (mut ids, mut random) = (0, Random::new(1));
        for count in [1, 3, 4, 10, 1000] {
            let mut map = PartitionMap::even(count, &mut ids, &mut random);
            whole(&map);
            let splits = map.split_to(count + 1, &mut ids);
            assert_eq!(splits.iter().map(|split| split.parts.len()).sum::<usize>() as u64, 2 * count);
            whole(&map);
        }
    }

    #[test]
    fn partitions_that_are_halved_twice_descend_from_the_first_whole_one() {
        let (mut ids, mut random) = (0, Random::new(1));
        let mut map = PartitionMap::even(1, &mut ids, &mut random);
        let splits = map.split_to(4, &mut ids);
        assert_eq!((splits.len(), splits[0].whole.id, splits[0].parts.len()), (1, 1, 4));
        assert_eq!(splits[0].parts, map.0);
        assert!(map.iter().all(|part| part.parent == Some(1)));
        whole(&map);
    }

    #[test]
    fn an_item_collection_is_cut_between_its_sort_keys_and_a_key_stands_alone() {
        let (mut ids, mut random) = (0, Random::new(1));
        let mut map = PartitionMap::even(2, &mut ids, &mut random);
        let half = 1 << 63;
        assert_eq!(
            map.split(0, &[Point::Hash(half), Point::Key(key(half, b"a"))], &mut ids),
            None,
            "outside"
        );
        let split = map.split(1, &[Point::Key(key(half, b"m"))], &mut ids).expect("it is inside");
        assert_eq!(split.parts.len(), 2);
        whole(&map);
        assert_eq!((map.owner(&key(half, b"l")), map.owner(&key(half, b"m"))), (1, 2));
        let alone = [Point::Key(key(half, b"x")), Point::Key(key(half, b"x\0"))];
        map.split(2, &alone, &mut ids).expect("it is inside");
        whole(&map);
        assert_eq!((map.len(), map.owner(&key(half, b"x"))), (5, 3));
        assert_eq!((map.owner(&key(half, b"w")), map.owner(&key(half, b"y"))), (2, 4));
        let collection =
            (Bound::Included(&half.to_be_bytes()[..]), Bound::Excluded(&(half + 1).to_be_bytes()[..]));
        assert_eq!(map.span(collection), (1, 4), "a query walks through all of them");
        // Halving leaves what has one hash only.
        map.split_to(6, &mut ids);
        whole(&map);
        assert_eq!(map.at(map.owner(&key(half, b"x"))).first, half);
    }

    #[test]
    fn a_map_of_an_earlier_version_reads_and_a_new_one_reads_back() {
        let earlier = r#"[{"id":1,"first":0,"last":18446744073709551615,"leader":"b","parent":null}]"#;
        let mut map: PartitionMap = serde_json::from_str(earlier).expect("it reads");
        assert_eq!((map.len(), map.at(0).leader), (1, Zone::B));
        assert_eq!(serde_json::to_string(&map).expect("JSON"), earlier);
        map.split(0, &[Point::Hash(5), Point::Key(key(9, b"k"))], &mut 1).expect("both are inside");
        let again: PartitionMap =
            serde_json::from_slice(&serde_json::to_vec(&map).expect("JSON")).expect("it reads");
        assert_eq!(again, map);
    }

    proptest! {
        #[test]
        fn any_cuts_leave_every_key_one_owner(
            cuts in proptest::collection::vec((0u64..6, proptest::collection::vec(0u8..3, 0..3), any::<bool>()), 0..30),
            probes in proptest::collection::vec((0u64..6, proptest::collection::vec(0u8..3, 0..4)), 1..30),
        ) {
            let (mut ids, mut random) = (0, Random::new(1));
            let mut map = PartitionMap::even(1, &mut ids, &mut random);
            for (hash, tail, by_hash) in cuts {
                let point = if by_hash { Point::Hash(hash) } else { Point::Key(key(hash, &[&tail[..], b"!"].concat())) };
                let place = map.owner(&point.bytes());
                map.split(place, &[point], &mut ids);
            }
            whole(&map);
            for (hash, tail) in probes {
                let probe = key(hash, &tail);
                let owners = map.iter().filter(|one| {
                    let (start, end) = one.bounds();
                    (start.as_ref().map(Vec::as_slice), end.as_ref().map(Vec::as_slice)).contains(&probe[..])
                });
                let owners: Vec<PartitionId> = owners.map(|one| one.id).collect();
                prop_assert_eq!(owners, vec![map.at(map.owner(&probe)).id]);
            }
        }
    }
}
