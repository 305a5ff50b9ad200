//! What a region does by itself: statuses that move on, minutes whose consumption is looked at, followers that catch up, index entries that arrive, items that
//! expire, stream records that are trimmed.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::limits::STREAM_RETENTION_MS;
use crate::store::Space;
use crate::stream::{Record, SHARD_LIFE_MS, record_key, record_position};
use crate::table::IndexId;
use crate::timeline::{EventKind, PartitionId};

use super::region::{Arrival, Region, TableState};
use super::{Context, expiry, faults, lifecycle, lingering, minutes};

/// Does all that is due by the context's time.
pub fn run(region: &mut Region, context: &mut Context) {
    debug_assert!(region.schedule_holds(), "whatever becomes due is told to the schedule");
    if region.next_due_ms().is_some_and(|due| due <= context.now_ms) {
        let due = region.due_tables(context.now_ms);
        catch_up(region, context, &due);
        faults::advance(region, context, &due);
        region.finish_splits(context, &due);
        lifecycle::advance_tables(region, context, &due);
        minutes::close(region, context, &due);
        roll_shards(region, context, &due);
        trim_streams(region, context, &due);
        expiry::sweep(region, context, &due);
        lingering::forget(region, context);
        region.reschedule(&due, context.now_ms);
    }
    // No follower lacks what was written earlier than that.
    region.store.forget(context.now_ms.saturating_sub(region.longest_lag_ms));
    debug_assert!(region.followers_can_be_read(), "what a follower lacks is in the log");
}

fn catch_up(region: &mut Region, context: &mut Context, due: &[String]) {
    let now_ms = context.now_ms;
    for name in due {
        context.pass(region);
        let Some(state) = region.tables.get_mut(name) else { continue };
        let id = state.saved.table.id;
        for (&partition, replicas) in &mut state.live.replicas {
            for (zone, position) in replicas.advance(now_ms) {
                // Index partitions tell of each entry instead.
                let place = state.saved.partitions.place(partition).filter(|_| context.is_watched());
                if place.is_some_and(|place| state.saved.partitions.at(place).leader != zone) {
                    context.trace(|| EventKind::Applied { partition, zone, position });
                }
            }
        }
        let mut arrived: BTreeMap<(IndexId, PartitionId), (u32, u64)> = BTreeMap::new();
        let due_now = |state: &mut TableState| match state.live.arrivals.front() {
            Some(arrival) if arrival.at_ms <= now_ms => state.live.arrivals.pop_front(),
            _ => None,
        };
        while let Some(state) = region.tables.get_mut(name) {
            let Some(arrival) = due_now(state) else { break };
            let Arrival { lag_ms, index, partition, hash, key, .. } = arrival;
            // Where the partition was split in the meantime, its part that has the key.
            let map = state.saved.partitions(index);
            let partition = match map.place(partition) {
                Some(_) => partition,
                None => map.at(map.owner(&hash.to_be_bytes())).id,
            };
            let sum = arrived.entry((index, partition)).or_default();
            *sum = (sum.0 + 1, sum.1 + lag_ms);
            if let Some(key) = key {
                let target = state.target(index);
                context.pass(region);
                context.record(EventKind::IndexPropagated { target, partition, key, lag_ms });
            }
        }
        for ((index, partition), sum) in arrived {
            context.count_arrived((id, index), partition, sum);
        }
    }
}

/// A shard that has taken records for four hours closes, and a child follows it.
fn roll_shards(region: &mut Region, context: &mut Context, due: &[String]) {
    let position = region.store.position();
    let now_ms = context.now_ms;
    let mut changed = Vec::new();
    for name in due {
        let Some(state) = region.tables.get_mut(name) else { continue };
        let target = state.target(0);
        let old: Vec<u32> = state
            .saved
            .shards
            .0
            .iter()
            .filter(|shard| shard.closed.is_none() && shard.opened_ms + SHARD_LIFE_MS <= now_ms)
            .map(|shard| shard.partition)
            .collect();
        let Some(stream) = state.saved.table.stream.clone().filter(|stream| stream.enabled) else { continue };
        for partition in old {
            let Some(parent) = state.saved.shards.close(partition, now_ms, position) else { continue };
            context.record(EventKind::ShardClosed { target: target.clone(), shard: parent.clone() });
            let shard = state
                .saved
                .shards
                .open(&stream, partition, Some(parent.clone()), now_ms, position)
                .id
                .clone();
            let parent = Some(parent);
            context.record(EventKind::ShardOpened { target: target.clone(), shard, parent, partition });
            changed.push(name);
        }
    }
    changed.dedup();
    for name in changed {
        region.save_table(name, now_ms);
    }
}

fn trim_streams(region: &mut Region, context: &mut Context, due: &[String]) {
    let Some(horizon_ms) = context.now_ms.checked_sub(STREAM_RETENTION_MS) else { return };
    for name in due {
        let Some(state) = region.tables.get(name) else { continue };
        let record_goes = state.live.oldest_record_ms.is_some_and(|oldest| oldest < horizon_ms);
        let shard_goes = state.saved.shards.closed_first_ms().is_some_and(|closed| closed < horizon_ms);
        if !record_goes && !shard_goes {
            continue;
        }
        let space = Space::Stream { table: state.saved.table.id };
        let target = state.target(0);
        let shards: Vec<String> = state.saved.shards.0.iter().map(|shard| shard.id.clone()).collect();
        for shard in shards {
            let start = record_key(&shard, 0);
            let end = record_key(&shard, u64::MAX);
            let old: Vec<Vec<u8>> = region
                .store
                .range(space, (Bound::Included(&start), Bound::Included(&end)))
                .take_while(|(_, bytes)| Record::written_ms(bytes).is_ok_and(|at_ms| at_ms < horizon_ms))
                .map(|(key, _)| key.to_vec())
                .collect();
            if !old.is_empty() {
                let records = old.len() as u64;
                let shard = shard.clone();
                context.record(EventKind::ShardTrimmed { target: target.clone(), shard, records });
            }
            if let Some(last) = old.last().and_then(|key| record_position(key))
                && let Some(state) = region.tables.get_mut(name)
            {
                state.saved.shards.trim(&shard, last);
            }
            for key in old {
                region.store.write(space, &key, None, context.now_ms);
            }
        }
        if let Some(state) = region.tables.get_mut(name) {
            state.saved.shards.forget(horizon_ms);
        }
        region.find_oldest_record(name);
        region.save_table(name, context.now_ms);
    }
}
