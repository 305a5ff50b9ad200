//! Admission: may the request come in, and what tokens does it take.
//!
//! The partition's bucket is the cap that no table gets around; a provisioned table or index has its own bucket besides.
//! Differs from DynamoDB: the service's global admission control hands tokens to its routers for a few seconds at a time; here
//! there is one router, so the table's bucket is exact.

use crate::capacity::{Bucket, Buckets};
use crate::error::{Result, access as words};
use crate::table::{BillingMode, IndexId};
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

fn target_bucket(state: &mut TableState, index: IndexId, access: Access, now_ms: u64) -> Option<&mut Bucket> {
    let throughput = state.provisioned(index)?;
    let full = || Buckets::provisioned(throughput.read_units, throughput.write_units, now_ms);
    Some(side(state.live.target_buckets.entry(index).or_insert_with(full), access))
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
    if !region.settings.throttle {
        return Ok(());
    }
    let Some(state) = region.tables.get_mut(table) else { return Ok(()) };
    let payer = payer(state, index);
    let partition = state.partitions(payer).at(place).id;
    let now_ms = context.now_ms;
    let scope = if payer == 0 { "Table" } else { "Index" };
    let kind = match access {
        Access::Read => "Read",
        Access::Write => "Write",
    };
    let cause = if !partition_bucket(state, partition, access, now_ms).admits(now_ms) {
        "KeyRangeThroughputExceeded"
    } else if target_bucket(state, payer, access, now_ms).is_some_and(|bucket| !bucket.admits(now_ms)) {
        "ProvisionedThroughputExceeded"
    } else {
        return Ok(());
    };
    let reason = format!("{scope}{kind}{cause}");
    context.record(EventKind::Throttled { target: state.target(index), partition, access, reason });
    Err(match (state.saved.table.billing_mode, payer) {
        (BillingMode::PayPerRequest, _) => words::on_demand_throttled(),
        (BillingMode::Provisioned, 0) => words::throughput_exceeded(),
        (BillingMode::Provisioned, _) => words::index_throughput_exceeded(),
    })
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
    let table_left_half_units = target_bucket(state, payer, access, now_ms).map(|bucket| {
        bucket.take(half_units, now_ms);
        bucket.left_half_units()
    });
    let target = state.target(index);
    match &target.index {
        None => context.meter.table(table, access, half_units),
        Some(name) if payer == 0 => context.meter.local(table, name, access, half_units),
        Some(name) => context.meter.global(table, name, access, half_units),
    }
    context.record(EventKind::TokensTaken {
        target,
        partition,
        access,
        half_units,
        partition_left_half_units,
        table_left_half_units,
    });
}
