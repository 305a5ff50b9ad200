//! Admission: may the request come in, and what tokens does it take.
//!
//! Owns whose tokens a request takes, and the refusal; how the tokens are counted is [`crate::capacity`]'s. In turn are asked
//! the partition (for a read, the replica that serves it), the table or global index, the partition's share where the model has
//! shares, and the storage nodes. A write is admitted by the global indexes that it changes as well: one that has no capacity
//! left, or too much on its way, refuses the table's write.
//!
//! Follows ["Amazon DynamoDB" (USENIX ATC 2022)](https://www.usenix.org/conference/atc22/presentation/elhemali) and
//! [back-pressure of a global index](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/gsi-throttling.html).

use crate::capacity::{Ask, Draws, Limits, Tokens, on_demand, served_us};
use crate::cluster::CapacityModel;
use crate::error::Result;
use crate::error::throttling::{Limit, Throttle};
use crate::table::{BillingMode, IndexId, IndexKind};
use crate::timeline::{EventKind, Zone};

use super::Context;
use super::region::{Region, TableState};

/// How many writes may be on their way to a global index's partition; modelled, since the service publishes no length.
const INDEX_QUEUE: usize = 10_000;

/// What a table or global index may take, as its settings say it.
fn limits(state: &TableState, model: CapacityModel, index: IndexId) -> Limits {
    if let Some(throughput) = state.provisioned(index) {
        return Limits::provisioned(model, throughput.read_units, throughput.write_units);
    }
    let table = &state.saved.table;
    let global = table.indexes.iter().find(|i| i.id == index && i.kind == IndexKind::Global);
    let (warm, maximum) = global.map_or((table.warm, table.on_demand), |index| (index.warm, index.on_demand));
    let maximum = maximum.unwrap_or_default();
    Limits::on_demand(
        on_demand(warm.read_units, maximum.max_read_units),
        on_demand(warm.write_units, maximum.max_write_units),
    )
}

/// The tokens of the table (0) or global index.
fn tokens(state: &mut TableState, model: CapacityModel, payer: IndexId, now_ms: u64) -> &mut Tokens {
    let limits = limits(state, model, payer);
    state.live.tokens.fitted(payer, limits, state.saved.partitions(payer), now_ms)
}

/// The zone that serves an eventually consistent read: the one that was picked of those whose replicas are able, or the next of
/// them that has tokens.
pub(super) fn serving_zone(
    region: &mut Region,
    table: &str,
    index: IndexId,
    place: usize,
    (picked, able): (Zone, &[Zone]),
    now_ms: u64,
) -> Zone {
    if !region.simulation.throttle {
        return picked;
    }
    let model = region.simulation.capacity_model;
    let Some(state) = region.tables.get_mut(table) else { return picked };
    let payer = state.saved.owner(index);
    tokens(state, model, payer, now_ms).serving_zone(place, picked, able, now_ms)
}

/// Lets the request wait for the replica that serves it.
pub(super) fn serve(
    region: &mut Region,
    context: &mut Context,
    table: &str,
    index: IndexId,
    place: usize,
    ask: Ask,
) {
    let (now_ms, model) = (context.now_ms, region.simulation.capacity_model);
    let Some(state) = region.tables.get_mut(table) else { return };
    let payer = state.saved.owner(index);
    let busy = tokens(state, model, payer, now_ms).busy_thousandths(place, ask, now_ms);
    wait(context, state, payer, place, ask, busy);
}

fn wait(context: &mut Context, state: &TableState, payer: IndexId, place: usize, ask: Ask, busy: u64) {
    // A global index is written behind the request's back.
    if payer != 0 && ask == Ask::Write {
        return;
    }
    let partition = state.partitions(payer).at(place);
    let followers = partition.group.as_ref().map_or(2, |group| group.followers(partition.leader));
    let draws = Draws::new(context.request, context.tallies.len(), partition.id);
    context.wait_here(served_us(ask, busy, followers, draws));
}

/// Refuses the request where tokens that it needs are used up, else lets it wait for the replica that serves it.
pub(super) fn admit(
    region: &mut Region,
    context: &mut Context,
    table: &str,
    index: IndexId,
    place: usize,
    ask: Ask,
) -> Result<()> {
    if !region.simulation.throttle {
        serve(region, context, table, index, place, ask);
        return Ok(());
    }
    let (now_ms, model) = (context.now_ms, region.simulation.capacity_model);
    let Some(state) = region.tables.get_mut(table) else { return Ok(()) };
    let payer = state.saved.owner(index);
    let partition = state.partitions(payer).at(place).id;
    let queued = |state: &TableState| {
        state.live.replicas.get(&partition).map_or(0, |replicas| replicas.on_their_way())
    };
    let verdict = if payer != 0 && ask == Ask::Write && queued(state) >= INDEX_QUEUE {
        Err(Limit::KeyRange)
    } else {
        let tokens = tokens(state, model, payer, now_ms);
        tokens.admit(place, ask, now_ms).map(|()| tokens.busy_thousandths(place, ask, now_ms))
    };
    let limit = match verdict {
        Ok(busy) if region.nodes.admit(partition, ask, now_ms) => {
            wait(context, state, payer, place, ask, busy);
            return Ok(());
        }
        Ok(_) => Limit::KeyRange,
        Err(limit) => limit,
    };
    let access = ask.access();
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
    ask: Ask,
    half_units: u64,
) {
    let (now_ms, model) = (context.now_ms, region.simulation.capacity_model);
    // Where nothing is refused, nobody has to wait for what was taken.
    let forgive = !region.simulation.throttle;
    let Some(state) = region.tables.get_mut(table) else { return };
    let payer = state.saved.owner(index);
    let partition = state.partitions(payer).at(place).id;
    let taken = tokens(state, model, payer, now_ms);
    let levels = taken.take(place, ask, half_units, forgive, now_ms);
    let minute_ends_ms = taken.usage.take_began();
    region.nodes.take(partition, ask, half_units, forgive, now_ms);
    let access = ask.access();
    match state.saved.table.indexes.iter().find(|i| i.id == index) {
        None => context.meter.table(table, access, half_units),
        Some(local) if payer == 0 => context.meter.local(table, &local.name, access, half_units),
        Some(global) => context.meter.global(table, &global.name, access, half_units),
    }
    context.count((state.saved.table.id, index), partition, access, Ok(half_units));
    let target = state.target(index);
    context.pass(region);
    context.trace(|| EventKind::TokensTaken {
        target,
        partition,
        access,
        half_units,
        partition_left_half_units: levels.partition.left_half_units,
        partition_size_half_units: levels.partition.size_half_units,
        table_left_half_units: levels.table.map(|level| level.left_half_units),
        table_size_half_units: levels.table.map(|level| level.size_half_units),
        replica_left_half_units: levels.replica.map(|level| level.left_half_units),
        replica_size_half_units: levels.replica.map(|level| level.size_half_units),
    });
    if let Some(at_ms) = minute_ends_ms {
        region.due_by(table, at_ms);
    }
}
