//! What an account may have in a region: tables, and capacity units of a table, an index and all together.
//!
//! Owns the comparison of a table that is made or changed with those that there are; it comes after everything that is wrong
//! with the request itself. Never touches a store.
//!
//! Follows [Quotas](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html) and the API
//! findings that the ACK project published in October 2026.

use super::schema::{Index, OnDemandThroughput, Table, Throughput, WarmThroughput};
use crate::error::Result;
use crate::error::table::{self as words, ensure};
use crate::limits::{ACCOUNT_UNITS, PROVISIONED_UNITS, TABLES};

/// A table's, or an index's, capacity as it will be when the change is over.
struct Capacity<'t> {
    index: Option<&'t str>,
    throughput: Throughput,
    on_demand: Option<OnDemandThroughput>,
    warm: WarmThroughput,
}

fn capacities(table: &Table) -> Vec<Capacity<'_>> {
    let pending = table.pending.as_ref().and_then(|pending| pending.throughput);
    let own = Capacity {
        index: None,
        throughput: pending.unwrap_or(table.throughput),
        on_demand: table.on_demand,
        warm: table.attachments.pace.warm_target().unwrap_or(table.warm),
    };
    let of_index = |index: &'_ Index| -> (Throughput, Option<OnDemandThroughput>) {
        (index.pending_throughput.unwrap_or(index.throughput), index.on_demand)
    };
    let indexes = table.indexes.iter().map(|index| {
        let (throughput, on_demand) = of_index(index);
        Capacity { index: Some(&index.name), throughput, on_demand, warm: index.warm }
    });
    std::iter::once(own).chain(indexes).collect()
}

/// A new table, of which there is room for one more.
pub fn check_count(tables: usize) -> Result<()> {
    ensure(tables < TABLES, words::too_many_tables)
}

/// Whether the capacity of `after`, which was `before`, is within the quotas; `others` are the account's other tables.
/// What was there before is not looked at again.
pub fn check<'t>(
    before: Option<&Table>,
    after: &Table,
    others: impl Iterator<Item = &'t Table>,
    region: &str,
) -> Result<()> {
    let old = before.map(capacities).unwrap_or_default();
    let new = capacities(after);
    for wanted in &new {
        let had = old.iter().find(|had| had.index == wanted.index);
        let had = had.map(|had| (had.throughput, had.on_demand, had.warm)).unwrap_or_default();
        for (parameter, units, before) in [
            ("ReadCapacityUnits", wanted.throughput.read_units, had.0.read_units),
            ("WriteCapacityUnits", wanted.throughput.write_units, had.0.write_units),
        ] {
            ensure(units <= PROVISIONED_UNITS || units == before, || {
                words::units_above_maximum(units, parameter, wanted.index, region)
            })?;
        }
        let (most, had_most) = (wanted.on_demand.unwrap_or_default(), had.1.unwrap_or_default());
        for (kind, most, had) in [
            ("Read", most.max_read_units, had_most.max_read_units),
            ("Write", most.max_write_units, had_most.max_write_units),
        ] {
            ensure(most.is_none_or(|most| most <= PROVISIONED_UNITS) || most == had, || {
                words::on_demand_above_maximum(kind, wanted.index, region)
            })?;
        }
        for (kind, units, before) in [
            ("Read", wanted.warm.read_units, had.2.read_units),
            ("Write", wanted.warm.write_units, had.2.write_units),
        ] {
            ensure(units <= PROVISIONED_UNITS || units == before, || {
                words::warm_above_maximum(kind, wanted.index, region)
            })?;
        }
    }
    let sum = |capacities: &[Capacity<'_>]| {
        capacities.iter().fold((0, 0), |(reads, writes), capacity| {
            (reads + capacity.throughput.read_units, writes + capacity.throughput.write_units)
        })
    };
    let elsewhere = others.map(|table| sum(&capacities(table)));
    let elsewhere = elsewhere.fold((0, 0), |(reads, writes), (r, w)| (reads + r, writes + w));
    let (had, wanted) = (sum(&old), sum(&new));
    for (parameter, elsewhere, had, wanted) in [
        ("ReadCapacityUnits", elsewhere.0, had.0, wanted.0),
        ("WriteCapacityUnits", elsewhere.1, had.1, wanted.1),
    ] {
        ensure(wanted <= had || elsewhere + wanted <= ACCOUNT_UNITS, || {
            words::account_units_exceeded(parameter, elsewhere + had, wanted, region)
        })?;
    }
    Ok(())
}
