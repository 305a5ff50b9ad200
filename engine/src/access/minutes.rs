//! What follows from a minute's consumption once it is over: adaptive shares, peaks on demand, auto scaling.
//!
//! Owns carrying it out, table by table, as the kept moments fall due; the rules are [`crate::capacity`]'s. A throughput is changed
//! as UpdateTable would change it, and refused where that would be refused; then the next minute tries again.

use std::collections::BTreeMap;

use crate::api::table as api;
use crate::capacity::{Boosted, Tokens, Wanted, served_after, within_bounds};
use crate::table::{BillingMode, IndexId, Table, WarmThroughput, quota, scaling, update};
use crate::timeline::{Access, EventKind};

use super::Context;
use super::lifecycle::replace_table;
use super::region::{Region, TableState};

const ACCESSES: [Access; 2] = [Access::Read, Access::Write];
const MINUTE_MS: u64 = 60_000;

/// Throughputs that auto scaling wants: of the table (0) and its indexes, of reads and of writes.
type Scaled = BTreeMap<IndexId, [Option<Wanted>; 2]>;

/// Looks at the minutes that are over.
pub(super) fn close(region: &mut Region, context: &mut Context, due: &[String]) {
    for name in due {
        let Some(state) = region.tables.get_mut(name) else { continue };
        let found = measure(state, context.now_ms);
        context.pass(region);
        for (index, boosted) in found.boosted {
            let Some(state) = region.tables.get(name) else { break };
            let target = state.target(index);
            let Boosted { partition, access, from_units, to_units } = boosted;
            context.record(EventKind::ShareChanged { target, partition, access, from_units, to_units });
        }
        for (index, access, peak_units) in found.peaks {
            grow(region, context, name, index, access, peak_units);
        }
        if !found.wanted.is_empty() {
            scale(region, context, name, found.wanted);
        }
    }
}

/// The auto scaling of a table was changed: what lies outside of its bounds is brought inside when the next minute is over.
pub fn rescale(region: &mut Region, table: &str, now_ms: u64) {
    let at_ms = next_minute_ms(now_ms);
    if let Some(state) = region.tables.get_mut(table) {
        state.live.scales_at_ms = Some(at_ms);
        region.due_by(table, at_ms);
    }
}

fn next_minute_ms(now_ms: u64) -> u64 {
    (now_ms / MINUTE_MS + 1) * MINUTE_MS
}

#[derive(Default)]
struct Found {
    boosted: Vec<(IndexId, Boosted)>,
    peaks: Vec<(IndexId, Access, u64)>,
    wanted: Scaled,
}

fn measure(state: &mut TableState, now_ms: u64) -> Found {
    let TableState { saved, live } = state;
    let table = &saved.table;
    let on_demand = table.billing_mode == BillingMode::PayPerRequest;
    let mut found = Found::default();
    for (index, tokens) in live.tokens.iter_mut() {
        let minute = tokens.usage.close(now_ms);
        if on_demand {
            if let Some(minute) = minute {
                let warm = warm_of(table, *index);
                tokens.peaks.observe(minute, [warm.read_units, warm.write_units]);
            }
            let reached = tokens.peaks.reached(now_ms);
            let reached =
                ACCESSES.into_iter().zip(reached).filter_map(|(access, peak)| Some((access, peak?)));
            found.peaks.extend(reached.map(|(access, peak)| (*index, access, peak)));
            continue;
        }
        tokens.peaks = Default::default();
        let Some(minute) = minute else { continue };
        let boosted = tokens.adapt(minute.consumed, minute.end_ms, now_ms);
        found.boosted.extend(boosted.into_iter().map(|boosted| (*index, boosted)));
        let wanted = observe(table, *index, tokens, minute.consumed, now_ms);
        if wanted.iter().any(Option::is_some) {
            found.wanted.insert(*index, wanted);
        }
    }
    if live.scales_at_ms.take_if(|at_ms| *at_ms <= now_ms).is_some() && !on_demand {
        let indexes = table.indexes.iter().map(|index| index.id);
        for index in std::iter::once(0).chain(indexes) {
            let outside = ACCESSES.map(|access| {
                within_bounds(scaling::setting(table, index, access)?, provisioned(table, index, access))
            });
            if outside.iter().any(Option::is_some) {
                let wanted = found.wanted.entry(index).or_default();
                *wanted = [outside[0].or(wanted[0]), outside[1].or(wanted[1])];
            }
        }
    }
    found
}

fn observe(
    table: &Table,
    index: IndexId,
    tokens: &mut Tokens,
    consumed: [u64; 2],
    now_ms: u64,
) -> [Option<Wanted>; 2] {
    let mut wanted = [None; 2];
    for (at, access) in ACCESSES.into_iter().enumerate() {
        if let Some(setting) = scaling::setting(table, index, access) {
            let units = provisioned(table, index, access);
            wanted[at] = tokens.alarms[at].observe(setting, units, consumed[at], now_ms);
        }
    }
    wanted
}

fn provisioned(table: &Table, index: IndexId, access: Access) -> u64 {
    let throughput = table.index_by_id(index).map_or(table.throughput, |index| index.throughput);
    match access {
        Access::Read => throughput.read_units,
        Access::Write => throughput.write_units,
    }
}

fn warm_of(table: &Table, index: IndexId) -> WarmThroughput {
    table.index_by_id(index).map_or(table.warm, |index| index.warm)
}

/// A new peak on demand: warm throughput rises, and partitions with it.
fn grow(
    region: &mut Region,
    context: &mut Context,
    name: &str,
    index: IndexId,
    access: Access,
    peak_units: u64,
) {
    let Some(state) = region.tables.get_mut(name) else { return };
    let target = state.target(index);
    let table = &mut state.saved.table;
    let of_index = table.indexes.iter_mut().find(|of| of.id == index);
    let warm = of_index.map_or(&mut table.warm, |index| &mut index.warm);
    let units = match access {
        Access::Read => &mut warm.read_units,
        Access::Write => &mut warm.write_units,
    };
    let served_units = served_after(peak_units).max(*units);
    *units = served_units;
    context.pass(region);
    context.record(EventKind::PeakReached { target, access, peak_units, served_units });
    region.split_for_throughput(name, index, context);
    region.save_table(name, context.now_ms);
}

/// Changes the throughputs as UpdateTable would; where the day's decreases are spent, the increases alone.
fn scale(region: &mut Region, context: &mut Context, name: &str, wanted: Scaled) {
    let now_ms = context.now_ms;
    let Some(state) = region.tables.get(name) else { return };
    let table = &state.saved.table;
    let others = || region.tables.values().map(|state| &state.saved.table).filter(|other| other.name != name);
    let rises =
        |index: IndexId, at: usize, wanted: &Wanted| wanted.units > provisioned(table, index, ACCESSES[at]);
    let mut increases = wanted.clone();
    for (index, pair) in &mut increases {
        for (at, one) in pair.iter_mut().enumerate() {
            one.take_if(|wanted| !rises(*index, at, wanted));
        }
    }
    increases.retain(|_, pair| pair.iter().any(Option::is_some));
    let attempts = [wanted, increases].into_iter().filter(|wanted| !wanted.is_empty());
    let done = attempts.into_iter().find_map(|wanted| {
        let updated =
            update::update(table, &request(table, &wanted), now_ms, region.settings.instant).ok()?;
        quota::check(Some(table), &updated.table, others(), &region.settings.region).ok()?;
        Some((wanted, updated))
    });
    let Some((scaled, updated)) = done else {
        // A table that is being changed is looked at again; what its limits refuse, with its next traffic.
        if table.status_until_ms.is_some() {
            rescale(region, name, now_ms);
        }
        return;
    };
    let before = table.clone();
    for (index, pair) in scaled {
        let Some(state) = region.tables.get_mut(name) else { return };
        let target = state.target(index);
        for (at, wanted) in pair.into_iter().enumerate() {
            let (Some(wanted), access) = (wanted, ACCESSES[at]) else { continue };
            let mut consumed_half_units = 0;
            if let Some(tokens) = state.live.tokens.get_mut(index) {
                consumed_half_units = tokens.alarms[at].consumed_half_units;
                tokens.alarms[at].scaled(wanted, now_ms);
            }
            context.record(EventKind::AutoScaled {
                target: target.clone(),
                access,
                from_units: provisioned(&before, index, access),
                to_units: wanted.units,
                consumed_half_units,
                reason: wanted.reason,
            });
        }
    }
    replace_table(region, context, updated.table, updated.stream, &updated.steps);
}

/// The UpdateTable that says so.
fn request(table: &Table, wanted: &Scaled) -> api::UpdateTableInput {
    let throughput = |index: IndexId, pair: &[Option<Wanted>; 2]| {
        let units = |at: usize| {
            let units = pair[at].map_or(provisioned(table, index, ACCESSES[at]), |wanted| wanted.units);
            i64::try_from(units).ok()
        };
        api::ProvisionedThroughput { read_capacity_units: units(0), write_capacity_units: units(1) }
    };
    let indexes = wanted.iter().filter_map(|(index, pair)| {
        let name = table.index_by_id(*index)?.name.clone();
        let update = api::UpdateGlobalSecondaryIndexAction {
            index_name: Some(name),
            provisioned_throughput: Some(throughput(*index, pair)),
            ..Default::default()
        };
        Some(api::GlobalSecondaryIndexUpdate { update: Some(update), ..Default::default() })
    });
    let indexes: Vec<_> = indexes.collect();
    api::UpdateTableInput {
        table_name: Some(table.name.clone()),
        provisioned_throughput: wanted.get(&0).map(|pair| throughput(0, pair)),
        global_secondary_index_updates: (!indexes.is_empty()).then_some(indexes),
        ..Default::default()
    }
}
