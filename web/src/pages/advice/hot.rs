//! What the heat shows, as advice in short: the sentence and how many keys one has to become. Pure.

use engine::insight::{Finding, FindingKind, HeatHistory, Spread};
use engine::timeline::Access;

use super::words::{Told, percent};
use crate::state::explanation::{count, half, plural};
use crate::state::tables::TableDescription;

fn unit(access: Access) -> (&'static str, &'static str, u64) {
    match access {
        Access::Read => ("reads", "RCU", 3_000),
        Access::Write => ("writes", "WCU", 1_000),
    }
}

/// How many keys one should be, where that is what helps.
pub fn spread(finding: &Finding) -> Option<Spread> {
    match &finding.kind {
        FindingKind::HotKey { spread, .. }
        | FindingKind::RisingKeys { spread, .. }
        | FindingKind::MovingKeys { spread, .. }
        | FindingKind::FewKeys { spread, .. } => Some(*spread),
        _ => None,
    }
}

/// Says it; none of what is no advice: what a split did is told on the heat map.
pub fn tell(finding: &Finding, history: &HeatHistory, table: &TableDescription) -> Option<Told> {
    let index = finding.target.index.as_deref();
    let place = index.unwrap_or(&finding.target.table);
    let (kind, unit, limit) = unit(finding.access);
    // What only an index's entries name may have no text here.
    let named = |hash: &u64| match history.rows().name(*hash) {
        Some(text) => table.partition_value(index, text),
        None => "the key with the most".to_owned(),
    };
    let (sentence, seen) = match &finding.kind {
        FindingKind::HotKey { hash, half_units, partition_half_units, .. } => (
            format!("One partition key of {place} takes most of its partition's {kind}."),
            format!(
                "{}: {} of {} {unit} ({})",
                named(hash),
                half(*half_units),
                half(*partition_half_units),
                percent(*half_units, *partition_half_units)
            ),
        ),
        FindingKind::RisingKeys { key, half_units, total_half_units, .. } => (
            format!("The keys of {place} rise: each write comes behind the one before."),
            format!("{key}: {} of {} {unit}", half(*half_units), half(*total_half_units)),
        ),
        FindingKind::MovingKeys { keys, half_units, total_half_units, .. } => (
            format!("The heat of {place} moves from key to key."),
            format!(
                "{} led one after the other, with {} of the {kind}",
                plural(keys.len() as u64, "key"),
                percent(*half_units, *total_half_units)
            ),
        ),
        FindingKind::FewKeys { keys, hottest, half_units, total_half_units, .. } => (
            format!("{place} has {} for all of its writes.", plural(*keys, "partition key")),
            format!("{}: {} of {} {unit}", named(hottest), half(*half_units), half(*total_half_units)),
        ),
        FindingKind::HotPartition(hot) => (
            format!("One of {} of {place} takes most of its {kind}.", plural(hot.partitions, "partition")),
            format!(
                "{} of {} {unit} ({})",
                half(hot.half_units),
                half(hot.total_half_units),
                percent(hot.half_units, hot.total_half_units)
            ),
        ),
        FindingKind::BackPressure { wanted_half_units, .. } => (
            format!("{place} holds its table's writes up."),
            format!("{} WCU were wanted of it in one second", half(*wanted_half_units)),
        ),
        FindingKind::IdleCapacity { partition_peak_half_units, provisioned, partitions, .. } => (
            format!("A partition of {place} refuses {kind} though its table has capacity left."),
            format!(
                "{} {unit} in its busiest second; {} {unit} are provisioned for {}",
                half(*partition_peak_half_units),
                count(*provisioned),
                plural(*partitions, "partition")
            ),
        ),
        FindingKind::Split { .. } | FindingKind::NotSplit { .. } => return None,
    };
    let seen = match finding.throttles {
        0 => format!("{seen}, in the last minute"),
        refused => format!("{seen}, in the last minute; {} refused", count(refused)),
    };
    let what = match spread(finding) {
        Some(spread) => {
            let planned = spread.partition_units * 4 / 5;
            let wanted = half(spread.wanted_half_units);
            let now = match spread.wanted_half_units <= planned * 2 {
                true => format!(
                    "At {wanted} {unit} in its busiest second one partition still carries it. Before it needs more than {} {unit}: ",
                    count(planned)
                ),
                false => format!("{wanted} {unit} were wanted in its busiest second: "),
            };
            let last = spread.keys.saturating_sub(1);
            let how = match finding.access {
                Access::Write => format!(
                    "write sharding, with a suffix from 0 to {last} behind the key, so that {} keys share it and each partition is used to four \
                     fifths at most. A read of all of it then asks each of them.",
                    spread.keys
                ),
                Access::Read => format!(
                    "a cache, or {} copies under a suffix from 0 to {last}, of which each read picks one.",
                    spread.keys
                ),
            };
            now + &how
        }
        None => "The heat map shows which partition and when, and what helps.".to_owned(),
    };
    let why = format!(
        "All items of a partition key hash to one place, and a partition takes at most {} {unit} a second, however much is provisioned.",
        count(limit)
    );
    Some(Told { sentence, seen, why, what })
}
