//! Admission: may the request come in, and what tokens does it take.
//!
//! The partition's bucket is the cap that no table gets around. A table or global index has its own bucket besides: of its
//! provisioned throughput, of its `OnDemandThroughput`, or of the account's quota for each table on demand.
//! Differs from DynamoDB: the service's global admission control hands tokens to its routers for a few seconds at a time; here
//! there is one router, so the table's bucket is exact.

use crate::capacity::{Bucket, Buckets};
use crate::error::Result;
use crate::error::throttling::{Limit, Throttle};
use crate::limits;
use crate::table::{BillingMode, IndexId, IndexKind};
use crate::timeline::{Access, EventKind};

use super::Context;
use super::region::{Region, TableState};

fn side(buckets: &mut Buckets, access: Access) -> &mut Bucket {
    match access {
        Access::Read => &mut buckets.read,
        Access::Write => &mut buckets.write,
    }
}

fn partition_bucket(state: &mut TableState, partition: u32, access: Access, now_ms: u64) -> &mut Bucket {
    side(state.live.partition_buckets.entry(partition).or_insert_with(|| Buckets::partition(now_ms)), access)
}

/// A local index uses its table's capacity.
fn payer(state: &TableState, index: IndexId) -> IndexId {
    if state.saved.index_partitions.contains_key(&index) { index } else { 0 }
}

/// What a table or global index may take on demand: its own maximum, as far as the account's quota reaches.
fn on_demand_limit(state: &TableState, index: IndexId, access: Access) -> (Limit, u64) {
    let table = &state.saved.table;
    let global = table.indexes.iter().find(|i| i.id == index && i.kind == IndexKind::Global);
    let maximum = global.map_or(table.on_demand, |index| index.on_demand);
    let maximum = maximum.and_then(|maximum| match access {
        Access::Read => maximum.max_read_units,
        Access::Write => maximum.max_write_units,
    });
    match maximum {
        Some(units) if units <= limits::ON_DEMAND_UNITS => (Limit::MaxOnDemand, units),
        _ => (Limit::Account, limits::ON_DEMAND_UNITS),
    }
}

/// The bucket of a table or global index, and which limit it keeps.
fn target_bucket(
    state: &mut TableState,
    index: IndexId,
    access: Access,
    now_ms: u64,
) -> (Limit, &mut Bucket) {
    if let Some(throughput) = state.provisioned(index) {
        let full = || Buckets::provisioned(throughput.read_units, throughput.write_units, now_ms);
        let buckets = state.live.target_buckets.entry(index).or_insert_with(full);
        return (Limit::Provisioned, side(buckets, access));
    }
    let limits = [Access::Read, Access::Write].map(|access| on_demand_limit(state, index, access));
    let full = || Buckets::on_demand(limits[0].1, limits[1].1, now_ms);
    let bucket = side(state.live.target_buckets.entry(index).or_insert_with(full), access);
    let (limit, units) = limits[usize::from(access == Access::Write)];
    if bucket.units_per_second() != units {
        // The maximum was changed.
        *bucket = Bucket::full(units, 1, now_ms);
    }
    (limit, bucket)
}

/// Refuses the request where the partition's or the table's tokens are used up.
pub(super) fn admit(
    region: &mut Region,
    context: &mut Context,
    table: &str,
    index: IndexId,
    place: usize,
    access: Access,
) -> Result<()> {
    if !region.simulation.throttle {
        return Ok(());
    }
    let Some(state) = region.tables.get_mut(table) else { return Ok(()) };
    let payer = payer(state, index);
    let partition = state.partitions(payer).at(place).id;
    let now_ms = context.now_ms;
    let limit = if !partition_bucket(state, partition, access, now_ms).admits(now_ms) {
        Limit::KeyRange
    } else {
        let (limit, bucket) = target_bucket(state, payer, access, now_ms);
        if bucket.admits(now_ms) {
            return Ok(());
        }
        limit
    };
    let provisioned = state.saved.table.billing_mode == BillingMode::Provisioned;
    let throttle = Throttle { index: payer != 0, access, limit, provisioned };
    let first = state.live.is_first_refusal((partition, access, limit), now_ms);
    if context.is_watched() || first {
        let (target, reason) = (state.target(index), throttle.reason());
        context.record(EventKind::Throttled { target, partition, access, reason });
    }
    context.count((state.saved.table.id, index), partition, access, Err(limit));
    let resource = state
        .target(payer)
        .index
        .map_or(state.saved.table.arn.clone(), |name| format!("{}/index/{name}", state.saved.table.arn));
    Err(throttle.refuse(resource))
}

/// Takes the tokens of a request that was admitted, and counts them.
pub(super) fn take(
    region: &mut Region,
    context: &mut Context,
    table: &str,
    index: IndexId,
    place: usize,
    access: Access,
    half_units: u64,
) {
    let Some(state) = region.tables.get_mut(table) else { return };
    let payer = payer(state, index);
    let now_ms = context.now_ms;
    let partition = state.partitions(payer).at(place).id;
    let bucket = partition_bucket(state, partition, access, now_ms);
    bucket.take(half_units, now_ms);
    let partition_left_half_units = bucket.left_half_units();
    let (limit, bucket) = target_bucket(state, payer, access, now_ms);
    bucket.take(half_units, now_ms);
    // The account's quota is no throughput of the table's own.
    let table_left_half_units = (limit != Limit::Account).then(|| bucket.left_half_units());
    match state.saved.table.indexes.iter().find(|i| i.id == index) {
        None => context.meter.table(table, access, half_units),
        Some(local) if payer == 0 => context.meter.local(table, &local.name, access, half_units),
        Some(global) => context.meter.global(table, &global.name, access, half_units),
    }
    context.count((state.saved.table.id, index), partition, access, Ok(half_units));
    context.trace(|| EventKind::TokensTaken {
        target: state.target(index),
        partition,
        access,
        half_units,
        partition_left_half_units,
        table_left_half_units,
    });
}
