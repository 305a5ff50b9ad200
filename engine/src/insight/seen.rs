//! What one use of an access pattern came to, by the events of its requests, and whether that is what was expected.
//!
//! Owns the summing and the tests. Computes no units anew: they are the engine's, out of the events. What a month of it costs is
//! on demand or provisioned, by the price list of [`super::price`].

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::price::{ClassPrices, Money};
use crate::timeline::{Access, Consumed, Event, EventKind, PartitionId, Target};
use crate::workload::{Expectation, Frequency};

/// Units that are counted for one million.
const MILLION: u128 = 1_000_000;
/// Seconds in an hour.
const HOUR: u128 = 3_600;

/// What one use came to: one request, or those of all its pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// How many requests it took.
    pub requests: u64,
    /// A table or index was read without a partition key.
    pub scanned: bool,
    /// The partitions that were touched.
    pub partitions: BTreeSet<(String, Option<String>, PartitionId)>,
    /// Items that were looked at.
    pub evaluated: u64,
    /// Items that were returned of them.
    pub returned: u64,
    /// What it consumed.
    pub consumed: Consumed,
    /// What was metered on each table, and on each index that was read, in halves of a unit.
    pub metered: BTreeMap<(String, Option<String>), u64>,
    /// How long it took by the model, in microseconds.
    pub latency_us: u64,
    /// The exception that ended it: name and message.
    pub refused: Option<(String, String)>,
}

impl Seen {
    /// What the events of one request say.
    pub fn of(events: &[Event]) -> Seen {
        let mut seen = Seen { requests: 1, ..Seen::default() };
        let key =
            |target: &Target, partition: PartitionId| (target.table.clone(), target.index.clone(), partition);
        for event in events {
            match &event.kind {
                EventKind::Routed { target, partition, hash, access, .. } => {
                    seen.scanned |= hash.is_none() && *access == Access::Read;
                    seen.partitions.insert(key(target, *partition));
                }
                EventKind::IndexWritten { target, partition, .. } => {
                    seen.partitions.insert(key(target, *partition));
                }
                EventKind::Evaluated { evaluated, returned, .. } => {
                    seen.evaluated += evaluated;
                    seen.returned += returned;
                }
                EventKind::Metered { target, half_units, .. } => {
                    let place = (target.table.clone(), target.index.clone());
                    *seen.metered.entry(place).or_default() += half_units;
                }
                EventKind::RequestFinished { error, message, consumed, latency_us } => {
                    seen.consumed.read_half_units += consumed.read_half_units;
                    seen.consumed.write_half_units += consumed.write_half_units;
                    seen.latency_us += latency_us;
                    let words = || message.clone().unwrap_or_default();
                    seen.refused = error.as_ref().map(|name| (name.clone(), words()));
                }
                _ => {}
            }
        }
        seen
    }

    /// This page and the next one.
    pub fn and(mut self, next: Seen) -> Seen {
        self.requests += next.requests;
        self.scanned |= next.scanned;
        self.partitions.extend(next.partitions);
        self.evaluated += next.evaluated;
        self.returned += next.returned;
        self.consumed.read_half_units += next.consumed.read_half_units;
        self.consumed.write_half_units += next.consumed.write_half_units;
        for (place, half_units) in next.metered {
            *self.metered.entry(place).or_default() += half_units;
        }
        self.latency_us += next.latency_us;
        self.refused = next.refused;
        self
    }

    /// What was metered on that table, or on that index of it, in halves of a unit.
    pub fn metered(&self, table: &str, index: Option<&str>) -> Option<u64> {
        self.metered.get(&(table.to_owned(), index.map(str::to_owned))).copied()
    }

    /// How many of the items that were looked at were returned, in percent, rounded down; none where nothing was looked at.
    pub fn returned_percent(&self) -> Option<u64> {
        (self.returned * 100).checked_div(self.evaluated)
    }
}

/// What is expected of a use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Rule {
    /// It is answered.
    Answered,
    /// Nothing is scanned.
    NoScan,
    /// At most so many halves of a unit.
    HalfUnits,
    /// At most so many partitions.
    Partitions,
    /// At most so many milliseconds.
    LatencyMs,
    /// At least so many percent of the items are returned.
    ReturnedPercent,
}

/// One test of a use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was tested.
    pub rule: Rule,
    /// The limit, in the rule's unit; 0 for a rule without one.
    pub limit: u64,
    /// What was seen, in the same.
    pub seen: u64,
    /// Whether it is as expected.
    pub passed: bool,
}

/// Tests a use. A use that was refused fails, whatever is expected; else only what is expected is tested.
pub fn checks(expects: &Expectation, seen: &Seen) -> Vec<Check> {
    if seen.refused.is_some() {
        return vec![Check { rule: Rule::Answered, limit: 0, seen: 0, passed: false }];
    }
    let mut all = Vec::new();
    if expects.no_scan {
        all.push(Check {
            rule: Rule::NoScan,
            limit: 0,
            seen: u64::from(seen.scanned),
            passed: !seen.scanned,
        });
    }
    let used = seen.consumed.read_half_units + seen.consumed.write_half_units;
    let touched = seen.partitions.len() as u64;
    for (rule, limit, seen) in [
        (Rule::HalfUnits, expects.half_units, used),
        (Rule::Partitions, expects.partitions, touched),
        // A part of a millisecond is over the whole ones before it.
        (Rule::LatencyMs, expects.latency_ms, seen.latency_us.div_ceil(1_000)),
    ] {
        all.extend(limit.map(|limit| Check { rule, limit, seen, passed: seen <= limit }));
    }
    if let (Some(limit), Some(seen)) = (expects.returned_percent, seen.returned_percent()) {
        all.push(Check { rule: Rule::ReturnedPercent, limit, seen, passed: seen >= limit });
    }
    all
}

/// What uses at that rate cost on demand in so many seconds, each of them consuming so much.
pub fn on_demand(prices: &ClassPrices, each: Consumed, rate: Frequency, seconds: u64) -> Money {
    let times = rate.within(seconds);
    let of = |half_units: u64| times.saturating_mul(u128::from(half_units));
    prices.million_reads.of(of(each.read_half_units), 2 * MILLION)
        + prices.million_writes.of(of(each.write_half_units), 2 * MILLION)
}

/// What uses at that rate cost in so many seconds as their part of provisioned capacity, of which so many percent are used.
pub fn provisioned(
    prices: &ClassPrices,
    each: Consumed,
    rate: Frequency,
    seconds: u64,
    used_percent: u64,
) -> Money {
    let times = rate.within(seconds);
    // A unit is one a second: so many units are as many unit-seconds.
    let percent = u128::from(used_percent.clamp(1, 100));
    let of = |half_units: u64| times.saturating_mul(u128::from(half_units)).saturating_mul(100);
    prices.read_unit_hour.of(of(each.read_half_units), 2 * HOUR * percent)
        + prices.write_unit_hour.of(of(each.write_half_units), 2 * HOUR * percent)
}

#[cfg(test)]
#[path = "seen_tests.rs"]
mod tests;
