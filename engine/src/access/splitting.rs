//! Partitions that open and split: why, when, and what goes with them.
//!
//! Owns the decision to split (provisioned throughput, on-demand peaks, size, heat, on request), the time that it takes,
//! and what follows: statistics, replicas, the stream's shards, the timeline. Where a partition is cut for its traffic,
//! [`crate::cluster::Traffic`] says. Never moves an item: a partition is a range of the keys.
//!
//! Follows "Amazon DynamoDB" (USENIX ATC 2022), section 4, and
//! [partitions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.Partitions.html). A split for
//! throughput is done at once, with the change of the table that asks for it.

use std::ops::Bound;

use crate::cluster::{
    Grain, Outlook, Partition, PartitionMap, Point, Split, Splitting, Traffic, partitions_for,
};
use crate::error::{Result, access as words};
use crate::model::codec;
use crate::model::key::collection_of;
use crate::store::Space;
use crate::table::{IndexId, IndexKind, Throughput, WarmThroughput};
use crate::timeline::{Access, EventKind, PartitionId, SplitCause};

use super::region::{Region, Statistics, TableState};
use super::route::{key_of_bytes, key_text};
use super::{Context, faults};

/// How many partitions a table or index needs: for what is provisioned, and for all that it was ever ready to serve, which is
/// 12,000 read and 4,000 write units a second on demand at least.
pub(super) fn partitions_needed(throughput: Throughput, warm: WarmThroughput) -> u64 {
    let (read, write) = (throughput.read_units, throughput.write_units);
    partitions_for(read.max(warm.read_units), write.max(warm.write_units))
}

impl TableState {
    /// What of the table's (0) or an index's partitions may be cut.
    pub fn grain(&self, index: IndexId) -> Grain {
        let table = &self.saved.table;
        let keys = match table.index_by_id(index) {
            Some(found) if found.kind == IndexKind::Global => return Grain::SortKeys,
            _ => &table.keys,
        };
        if table.indexes.iter().any(|one| one.kind == IndexKind::Local) {
            Grain::Collections
        } else if keys.range.is_empty() {
            Grain::Items
        } else {
            Grain::SortKeys
        }
    }

    /// How many partitions the table (0) or a global index needs.
    fn partitions_needed(&self, index: IndexId) -> u64 {
        let table = &self.saved.table;
        match table.index_by_id(index) {
            None => partitions_needed(table.throughput, table.warm),
            Some(index) => partitions_needed(index.throughput, index.warm),
        }
    }

    /// The table (0) and its global indexes: what has partitions of its own.
    pub fn partitioned(&self) -> Vec<IndexId> {
        std::iter::once(0).chain(self.saved.index_partitions.keys().copied()).collect()
    }

    /// What a split of a partition would do for its traffic.
    pub fn outlook(&self, index: IndexId, partition: PartitionId) -> Outlook {
        let traffic = self.live.traffic.get(&partition);
        traffic.map_or(Outlook::Unknown, |traffic| traffic.outlook(self.grain(index)))
    }

    /// The statistics of a partition: its items, and the entries of local indexes that stand with them.
    fn held(&self, index: IndexId, partition: PartitionId) -> Statistics {
        let parts = self.indexes_within(index);
        let held = parts.filter_map(|index| self.live.statistics.get(&(index, partition)));
        held.fold(Statistics::default(), |sum, part| Statistics {
            items: sum.items + part.items,
            size_bytes: sum.size_bytes + part.size_bytes,
        })
    }

    /// The spaces that a partition's range is of: the table's with its local indexes', or the global index's own.
    fn indexes_within(&self, index: IndexId) -> impl Iterator<Item = IndexId> {
        let all = self.saved.table.indexes.iter();
        let locals = all.filter(move |one| one.kind == IndexKind::Local && index == 0);
        std::iter::once(index).chain(locals.map(|one| one.id))
    }

    /// When the first split of one of the partitions is done.
    pub(super) fn next_split_ms(&self) -> Option<u64> {
        self.maps()
            .flat_map(PartitionMap::iter)
            .filter_map(|one| one.splitting.as_ref().map(|s| s.due_ms))
            .min()
    }
}

impl Region {
    /// The partitions that a new table or index starts with.
    pub(super) fn first_partitions(&mut self, count: u64, now_ms: u64) -> PartitionMap {
        let mut partitions = PartitionMap::even(count, &mut self.counters.partitions, &mut self.random);
        faults::open_in_the_dark(self, &mut partitions, now_ms);
        partitions
    }

    /// Gives a new global index its partitions.
    pub fn add_index_partitions(&mut self, table: &str, index: IndexId, context: &mut Context) {
        let Some(count) = self.tables.get(table).map(|state| state.partitions_needed(index)) else { return };
        let partitions = self.first_partitions(count, context.now_ms);
        let Some(state) = self.tables.get_mut(table) else { return };
        state.saved.index_partitions.insert(index, partitions);
        state.count_faulty();
        self.announce_partitions(table, index, context);
    }

    /// Says on the timeline which partitions a table (0) or global index has been given.
    pub(super) fn announce_partitions(&self, table: &str, index: IndexId, context: &mut Context) {
        let Some(state) = self.tables.get(table) else { return };
        for partition in state.partitions(index).iter() {
            record_opened(state, index, partition, SplitCause::Created, context);
        }
    }

    /// Splits partitions until a table (0) or global index has enough of them for its throughput and for what it was ever ready to
    /// serve.
    pub fn split_for_throughput(&mut self, table: &str, index: IndexId, context: &mut Context) {
        let Some(state) = self.tables.get_mut(table) else { return };
        let (throughput, count) = (state.provisioned(index), state.partitions_needed(index));
        if count <= state.partitions(index).len() as u64 {
            return;
        }
        let mut numbers = self.counters.partitions;
        let splits = state.saved.partitions_mut(index).split_to(count, &mut numbers);
        self.counters.partitions = numbers;
        let cause = throughput.map_or(SplitCause::OnDemandPeak, |_| SplitCause::Throughput);
        let told = context.events.len();
        self.follow_splits(table, index, splits, cause, context);
        self.save_table(table, context.now_ms);
        context.pass_since(told, self);
    }

    /// Counts a request for a key at a partition; where it has kept it hot for long enough, a split begins.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn observe(
        &mut self,
        context: &mut Context,
        table: &str,
        index: IndexId,
        place: usize,
        key: &[u8],
        access: Access,
        half_units: u64,
    ) {
        let Some(state) = self.tables.get_mut(table) else { return };
        let index = state.saved.owner(index);
        let (now_ms, partition) = (context.now_ms, state.partitions(index).at(place).id);
        let traffic =
            state.live.traffic.entry(partition).or_insert_with(|| Traffic::new(partition.into(), now_ms));
        let hot_ms = traffic.observe(key, access == Access::Write, half_units, now_ms);
        if let Some((rises, last)) = traffic.take_turn() {
            let table = &state.saved.table;
            let keys = table.index_by_id(index).map_or(&table.keys, |index| &index.keys);
            let of = key_of_bytes(keys, collection_of(last)).map(|of| key_text(keys, &of));
            let (target, key) = (state.target(index), of.unwrap_or_default());
            context.record(EventKind::KeysRise { target, partition, key, rises });
        }
        let Some(hot_ms) = hot_ms else { return };
        if !self.simulation.split_for_heat || hot_ms < self.simulation.heat_seconds * 1000 {
            return;
        }
        if state.partitions(index).at(place).splitting.is_some() {
            return;
        }
        let outlook = state.outlook(index, partition);
        if !outlook.helps() {
            let news = state.live.traffic.get_mut(&partition).is_some_and(Traffic::decline);
            if news {
                let (target, reason) = (state.target(index), outlook.name().to_owned());
                context.record(EventKind::SplitDeclined { target, partition, reason });
            }
            return;
        }
        let cause = match &outlook {
            Outlook::Isolates(_) => SplitCause::HotKey,
            _ => SplitCause::Heat,
        };
        self.begin_split(context, table, index, place, outlook.points(), cause);
    }

    /// Looks whether a partition has grown too large; then a split begins.
    pub(super) fn check_size(&mut self, context: &mut Context, table: &str, index: IndexId, place: usize) {
        let Some(state) = self.tables.get_mut(table) else { return };
        let partition = state.partitions(index).at(place);
        let (id, splitting) = (partition.id, partition.splitting.is_some());
        let size_bytes = state.held(index, id).size_bytes;
        if splitting || size_bytes <= self.simulation.partition_size_bytes {
            return;
        }
        let now_ms = context.now_ms;
        let traffic = state.live.traffic.entry(id).or_insert_with(|| Traffic::new(id.into(), now_ms));
        // A partition that cannot be cut is looked at again when it has grown by an eighth.
        if size_bytes < traffic.tried_bytes + traffic.tried_bytes / 8 {
            return;
        }
        traffic.tried_bytes = size_bytes;
        let points = self.middle_by_size(table, index, place).into_iter().collect();
        self.begin_split(context, table, index, place, points, SplitCause::Size);
    }

    /// The point that leaves about half of a partition's bytes on each side; between item collections, where that leaves a
    /// quarter at least.
    fn middle_by_size(&self, table: &str, index: IndexId, place: usize) -> Option<Point> {
        let state = self.tables.get(table)?;
        let partition = state.partitions(index).at(place);
        let spaces: Vec<IndexId> = state.indexes_within(index).collect();
        let total = state.held(index, partition.id).size_bytes;
        let grain = state.grain(index);
        let bounds = partition.bounds();
        let range = (bounds.0.as_ref().map(Vec::as_slice), bounds.1.as_ref().map(Vec::as_slice));
        let space = |index| Space::Items { table: state.saved.table.id, index };
        if spaces.len() > 1 {
            // Collections stay whole, and are as large as their items and entries together.
            return self.middle_of_collections(state, &spaces, range, total);
        }
        let (mut before, mut last) = (0, None);
        let mut boundary: Option<(u64, Point)> = None;
        let away = |bytes: u64| bytes.abs_diff(total / 2);
        for (key, value) in self.store.range(space(index), range) {
            let hash = crate::model::key::hash_of(key);
            if last.is_some_and(|last| last != hash)
                && boundary.as_ref().is_none_or(|(at, _)| away(before) < away(*at))
            {
                boundary = Some((before, Point::Hash(hash)));
            }
            if before * 2 >= total {
                let good = |at: u64| at * 4 >= total && (total - at) * 4 >= total;
                return match boundary {
                    Some((at, point)) if good(at) || grain != Grain::SortKeys => Some(point),
                    _ if grain != Grain::SortKeys => None,
                    _ => Some(Point::Key(key.to_vec())).filter(|point| partition.holds(point)),
                };
            }
            before += codec::size_bytes(value).unwrap_or(0);
            last = Some(hash);
        }
        boundary.map(|(_, point)| point)
    }

    fn middle_of_collections(
        &self,
        state: &TableState,
        spaces: &[IndexId],
        range: (Bound<&[u8]>, Bound<&[u8]>),
        total: u64,
    ) -> Option<Point> {
        let mut sizes: std::collections::BTreeMap<u64, u64> = std::collections::BTreeMap::new();
        for &index in spaces {
            let space = Space::Items { table: state.saved.table.id, index };
            for (key, value) in self.store.range(space, range) {
                *sizes.entry(crate::model::key::hash_of(key)).or_default() +=
                    codec::size_bytes(value).unwrap_or(0);
            }
        }
        let mut before = 0;
        let points = sizes.into_iter().map(|(hash, bytes)| {
            before += bytes;
            (before - bytes, hash)
        });
        let best = points.skip(1).min_by_key(|(before, _)| before.abs_diff(total / 2))?;
        Some(Point::Hash(best.1))
    }

    /// Begins to split a partition at points, as far as they are inside of it; the background does it when it is due.
    fn begin_split(
        &mut self,
        context: &mut Context,
        table: &str,
        index: IndexId,
        place: usize,
        mut points: Vec<Point>,
        cause: SplitCause,
    ) {
        let due_ms = context.now_ms + self.simulation.split_seconds * 1000;
        let Some(state) = self.tables.get_mut(table) else { return };
        let target = state.target(index);
        let partition = state.saved.partitions_mut(index).at_mut(place);
        points.retain(|point| partition.holds(point));
        if points.is_empty() || partition.splitting.is_some() {
            return;
        }
        let id = partition.id;
        partition.splitting = Some(Box::new(Splitting { cause, points, due_ms }));
        context.pass(self);
        context.record(EventKind::SplitStarted { target, partition: id, cause, done_at_ms: due_ms });
        self.save_table(table, context.now_ms);
    }

    /// Splits a partition now, where its observed traffic or else what it stores is divided.
    pub fn split_now(
        &mut self,
        context: &mut Context,
        table: &str,
        index: IndexId,
        place: usize,
    ) -> Result<Vec<PartitionId>> {
        let state = self.active_table(table)?;
        let partition = state.partitions(index).at(place);
        let observed = state.outlook(index, partition.id).points();
        let points = match observed.iter().any(|point| partition.holds(point)) {
            true => observed,
            false => match self.middle_by_size(table, index, place) {
                Some(point) => vec![point],
                None => partition.middle().into_iter().collect(),
            },
        };
        let opened = self.split_at(context, table, index, place, &points, SplitCause::Requested);
        if opened.is_empty() { Err(words::partition_not_divisible()) } else { Ok(opened) }
    }

    /// Does the splits that are due.
    pub(super) fn finish_splits(&mut self, context: &mut Context, due: &[String]) {
        for table in due {
            let Some(state) = self.tables.get(table) else { continue };
            for index in state.partitioned() {
                while let Some((place, splitting)) = self.due_split(table, index, context.now_ms) {
                    self.split_at(context, table, index, place, &splitting.points, splitting.cause);
                }
            }
        }
    }

    /// The next split of a table's (0) or index's partitions that is due by then. It is under way no more.
    fn due_split(&mut self, table: &str, index: IndexId, now_ms: u64) -> Option<(usize, Box<Splitting>)> {
        let partitions = self.tables.get_mut(table)?.saved.partitions_mut(index);
        let mut all = partitions.iter_mut().enumerate();
        all.find_map(|(place, one)| {
            let splitting = one.splitting.take_if(|splitting| splitting.due_ms <= now_ms)?;
            Some((place, splitting))
        })
    }

    fn split_at(
        &mut self,
        context: &mut Context,
        table: &str,
        index: IndexId,
        place: usize,
        points: &[Point],
        cause: SplitCause,
    ) -> Vec<PartitionId> {
        let Some(state) = self.tables.get_mut(table) else { return Vec::new() };
        let mut numbers = self.counters.partitions;
        let split = state.saved.partitions_mut(index).split(place, points, &mut numbers);
        self.counters.partitions = numbers;
        let opened = split.iter().flat_map(|split| &split.parts).map(|part| part.id).collect();
        let told = context.events.len();
        self.follow_splits(table, index, split.into_iter().collect(), cause, context);
        self.save_table(table, context.now_ms);
        // The partition and its shard are divided at once, whichever event tells of it.
        context.pass_since(told, self);
        opened
    }

    /// What follows from splits: the timeline, the statistics, the replicas, the stream's shards.
    fn follow_splits(
        &mut self,
        table: &str,
        index: IndexId,
        splits: Vec<Split>,
        cause: SplitCause,
        context: &mut Context,
    ) {
        for split in &splits {
            self.recount_parts(table, index, split);
            context.pass(self);
            let Some(state) = self.tables.get_mut(table) else { return };
            let target = state.target(index);
            let into = split.parts.iter().map(|part| part.id).collect();
            let cut_at =
                split.parts[1..].iter().map(|part| super::route::start_text(state, index, part)).collect();
            context.record(EventKind::PartitionSplit { target, from: split.whole.id, into, cause, cut_at });
            for part in &split.parts {
                record_opened(state, index, part, cause, context);
            }
            let Some(state) = self.tables.get_mut(table) else { return };
            state.live.traffic.remove(&split.whole.id);
            // A follower has applied of the parts what it had of the whole.
            if let Some(replicas) = state.live.replicas.remove(&split.whole.id) {
                for part in &split.parts {
                    state.live.replicas.insert(part.id, replicas.clone());
                }
            }
            if index == 0 {
                self.split_shards(table, split, cause, context);
            }
        }
        if let Some(state) = self.tables.get_mut(table) {
            state.count_faulty();
        }
    }

    /// Counts the parts of a partition that was split: all but the last, which has the rest.
    fn recount_parts(&mut self, table: &str, index: IndexId, split: &Split) {
        let Some(state) = self.tables.get_mut(table) else { return };
        for index in state.indexes_within(index).collect::<Vec<_>>() {
            let Some(mut rest) = state.live.statistics.remove(&(index, split.whole.id)) else { continue };
            let space = Space::Items { table: state.saved.table.id, index };
            let Some((last, others)) = split.parts.split_last() else { continue };
            for part in others {
                let bounds = part.bounds();
                let range = (bounds.0.as_ref().map(Vec::as_slice), bounds.1.as_ref().map(Vec::as_slice));
                let mut counted = Statistics::default();
                for (_, value) in self.store.range(space, range) {
                    counted.items += 1;
                    counted.size_bytes += codec::size_bytes(value).unwrap_or(0);
                }
                rest.items -= counted.items;
                rest.size_bytes -= counted.size_bytes;
                state.live.statistics.insert((index, part.id), counted);
            }
            state.live.statistics.insert((index, last.id), rest);
        }
    }

    /// Closes the shard of a partition that was split, and opens one for each of its parts.
    fn split_shards(&mut self, table: &str, split: &Split, cause: SplitCause, context: &mut Context) {
        let position = self.store.position();
        let Some(state) = self.tables.get_mut(table) else { return };
        let target = state.target(0);
        let Some(stream) = state.saved.table.stream.clone().filter(|stream| stream.enabled) else { return };
        let shards = &mut state.saved.shards;
        let Some(parent) = shards.close(split.whole.id, context.now_ms, position) else { return };
        context.record(EventKind::ShardClosed { target: target.clone(), shard: parent.clone() });
        for partition in split.parts.iter().map(|part| part.id) {
            let from = (parent.clone(), cause);
            let opened = shards.open_part(&stream, partition, from, context.now_ms, position);
            let (shard, parent) = (opened.id.clone(), Some(parent.clone()));
            context.record(EventKind::ShardOpened { target: target.clone(), shard, parent, partition });
        }
    }
}

fn record_opened(
    state: &TableState,
    index: IndexId,
    partition: &Partition,
    cause: SplitCause,
    context: &mut Context,
) {
    context.record(EventKind::PartitionOpened {
        target: state.target(index),
        partition: partition.id,
        parent: partition.parent,
        first: format!("{:016x}", partition.first),
        last: format!("{:016x}", partition.last),
        leader: partition.leader,
        cause,
    });
}
