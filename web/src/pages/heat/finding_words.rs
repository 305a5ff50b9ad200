//! Findings in words: what was seen with its numbers, the rule behind it, and what to do. Pure.

use engine::insight::{Concentration, Finding, FindingKind, HeatHistory, RowId, Spread};
use engine::timeline::{Access, SplitCause};

use super::bands::{Band, Row};
use super::keys;
use super::measure::percent;
use super::words::time;
use crate::state::explanation::{count, half, plural};
use crate::state::tables::TableDescription;

/// So many of the keys that the heat moved through are named.
const KEYS_TOLD: usize = 4;

/// A finding as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// One sentence.
    pub sentence: String,
    /// The numbers that it rests on.
    pub evidence: String,
    /// The rule of DynamoDB behind it.
    pub rule: String,
    /// What to do.
    pub advice: String,
    /// Which partition shows it; none where it has no row any more.
    pub partition: Option<u32>,
}

/// Whoever words a finding knows where it was found.
pub struct Words<'a> {
    /// The table and its global indexes.
    pub bands: &'a [Band],
    /// What was counted.
    pub history: &'a HeatHistory,
    /// The table.
    pub table: &'a TableDescription,
    /// Over how many seconds.
    pub seconds: u64,
}

fn unit(access: Access) -> &'static str {
    match access {
        Access::Read => "RCU",
        Access::Write => "WCU",
    }
}

fn kind(access: Access) -> &'static str {
    match access {
        Access::Read => "read",
        Access::Write => "write",
    }
}

/// ` It refused 12 writes.`, where it refused any.
fn refused(found: &Finding) -> String {
    match found.throttles {
        0 => String::new(),
        throttles => format!("; {} refused", plural(throttles, kind(found.access))),
    }
}

/// `0.3` a second, of so many in so many seconds.
fn rate((refused, seconds): (u64, u64)) -> String {
    let tenths = refused * 10 / seconds.max(1);
    match tenths {
        0 if refused == 0 => "none".to_owned(),
        100.. => count(tenths / 10),
        _ => format!("{}.{}", tenths / 10, tenths % 10),
    }
}

/// How one key becomes several.
fn shard(spread: &Spread, access: Access) -> String {
    let (unit, keys) = (unit(access), spread.keys);
    let planned = spread.partition_units * 4 / 5;
    let last = keys - 1;
    let how = match access {
        Access::Write => {
            format!(
                "Write sharding: with a suffix from 0 to {last} behind the key, drawn or computed from the item, {keys} keys share"
            )
        }
        Access::Read => {
            format!(
                "A cache, or {keys} copies under a suffix from 0 to {last} behind the key, of which each read picks one, share"
            )
        }
    };
    let wanted = half(spread.wanted_half_units);
    if spread.wanted_half_units <= planned * 2 {
        return format!(
            "At {wanted} {unit} in its busiest second one partition still carries it. Before it needs more than {} {unit}: {} it.",
            count(planned),
            lower_first(&how)
        );
    }
    let whole = match access {
        Access::Write => format!(" A read of all of it then asks {keys} keys."),
        Access::Read => String::new(),
    };
    format!(
        "{how} the {wanted} {unit} that were wanted in its busiest second, at most {} {unit} each.{whole}",
        count(planned)
    )
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

const ONE_PARTITION: &str = "All items of a partition key hash to one place, and a partition takes at most 1,000 WCU and 3,000 RCU a second, \
                             however much is provisioned.";
const TODAY: &str =
    " The key is today's date: everything goes to today's partition, and tomorrow to another one.";

impl Words<'_> {
    fn band(&self, found: &Finding) -> Option<&Band> {
        self.bands.iter().find(|band| band.target == found.target)
    }

    fn row(&self, row: RowId) -> Option<&Row> {
        self.bands.iter().flat_map(|band| &band.rows).find(|one| one.row == Some(row))
    }

    fn partition(&self, row: Option<RowId>) -> String {
        let known = row.and_then(|row| self.history.rows().get(row));
        known.map_or_else(|| "one partition".to_owned(), |row| format!("p{}", row.partition))
    }

    fn key(&self, found: &Finding, hash: u64) -> String {
        let named = self.band(found).map(|band| keys::name(hash, band, self.history, self.table));
        named.unwrap_or_else(|| format!("hash {hash:016x}"))
    }

    /// The name of the partition key's attribute.
    fn attribute(&self, found: &Finding) -> String {
        let index = found.target.index.as_deref();
        let own = self.table.indexes.iter().find(|one| Some(one.name.as_str()) == index).map(|one| &one.keys);
        let names = own.unwrap_or(&self.table.keys).hash.iter().map(|part| part.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    }

    /// Says it.
    pub fn tell(&self, found: &Finding) -> Told {
        let (unit, kind) = (unit(found.access), kind(found.access));
        let name = found.target.index.as_ref().unwrap_or(&found.target.table);
        let of_index = found.target.index.as_ref().map(|index| format!(" of {index}")).unwrap_or_default();
        let (place, seconds) = (self.partition(found.row), self.seconds);
        let (sentence, evidence, rule, advice) = match &found.kind {
            FindingKind::HotPartition(hot) => self.hot_partition(hot, &of_index),
            FindingKind::HotKey { hash, half_units, partition_half_units, today, spread } => (
                format!(
                    "One key takes {} of the {kind}s of {place}{of_index}.",
                    percent(*half_units, *partition_half_units)
                ),
                format!(
                    "{} = {}: {} of the partition's {} {unit} in the last {seconds} s{}",
                    self.attribute(found),
                    self.key(found, *hash),
                    half(*half_units),
                    half(*partition_half_units),
                    refused(found),
                ),
                format!("{ONE_PARTITION} No split helps a single key.{}", if *today { TODAY } else { "" }),
                shard(spread, found.access),
            ),
            FindingKind::RisingKeys { key, half_units, total_half_units, today, spread } => (
                format!("Rising keys in {place}{of_index}: the heat moves, splitting will not help."),
                format!(
                    "{key}: each write comes behind the one before; {} of {name}'s {} {unit} in the last {seconds} s{}",
                    half(*half_units),
                    half(*total_half_units),
                    refused(found),
                ),
                format!(
                    "Wherever the partition is cut, all new sort keys are behind the last cut, so the service does not split it.{}",
                    if *today { TODAY } else { "" }
                ),
                shard(spread, found.access),
            ),
            FindingKind::MovingKeys { keys, half_units, total_half_units, today, spread } => {
                let told = keys.iter().rev().take(KEYS_TOLD).rev();
                let told =
                    told.map(|(hash, since)| format!("{} from {}", self.key(found, *hash), time(*since)));
                (
                    format!("The heat of {name} moves from key to key, splitting will not help."),
                    format!(
                        "{} led one after the other and took {} of the {unit}: {}{}",
                        plural(keys.len() as u64, "key"),
                        percent(*half_units, *total_half_units),
                        told.collect::<Vec<_>>().join(", "),
                        refused(found),
                    ),
                    format!(
                        "{ONE_PARTITION} A split comes minutes later, when another key is hot.{}",
                        if *today { TODAY } else { "" }
                    ),
                    shard(spread, found.access),
                )
            }
            FindingKind::FewKeys { keys, hottest, half_units, total_half_units, spread } => (
                format!("{name} has {} for all of its writes.", plural(*keys, "partition key")),
                format!(
                    "{} {}; {} = {} took {} of {} {unit} in the last {seconds} s{}",
                    plural(*keys, "value"),
                    if *keys == 1 { "was written" } else { "were written" },
                    self.attribute(found),
                    self.key(found, *hottest),
                    half(*half_units),
                    half(*total_half_units),
                    refused(found),
                ),
                format!(
                    "Each key of an index is written to one partition of at most 1,000 WCU a second: {} carry {} WCU at most, and an index that \
                     is full refuses its table's writes.",
                    plural(*keys, "key"),
                    count(*keys * 1_000)
                ),
                format!("An index key with more values spreads its writes. {}", shard(spread, found.access)),
            ),
            FindingKind::BackPressure { of_partition, provisioned, table_provisioned, wanted_half_units } => {
                let has = |units: Option<u64>| {
                    units.map_or("is on demand".to_owned(), |units| format!("has {} WCU", count(units)))
                };
                let wanted = half(*wanted_half_units);
                let advice = match (provisioned, of_partition) {
                    (Some(_), false) => format!(
                        "Provision {name} with {} WCU at least, or let auto scaling do it for the index as for the table.",
                        count(wanted_half_units.div_ceil(2))
                    ),
                    _ => "More capacity does not help one of its partitions: give the index a key with more values, or shard it.".to_owned(),
                };
                (
                    format!("{name} cannot take its writes, and refuses those of {}.", found.target.table),
                    format!(
                        "{} of {} refused in the last {seconds} s; {wanted} WCU were wanted of the index in its busiest second; it {}, the table {}",
                        plural(found.throttles, "write"),
                        found.target.table,
                        has(*provisioned),
                        has(*table_provisioned),
                    ),
                    "A write is admitted when its table and every global index that it changes have capacity: an index without it holds the \
                     table up."
                        .to_owned(),
                    advice,
                )
            }
            FindingKind::IdleCapacity {
                partition_peak_half_units,
                peak_half_units,
                provisioned,
                partitions,
            } => {
                let share = provisioned / partitions.max(&1);
                // A partition's own limit is no share of anything.
                let by_share = *partition_peak_half_units < share * 2 + share / 2;
                let rule = match by_share {
                    true => format!(
                        "Under this capacity model each of {} partitions has its part of the table's {} {unit}: {} {unit}.",
                        count(*partitions),
                        count(*provisioned),
                        count(share)
                    ),
                    false => ONE_PARTITION.to_owned(),
                };
                let advice = match by_share {
                    true => {
                        "Keys that spread the load use what is provisioned; under global admission control, today's model, a partition may take \
                             what others leave, up to its own limit."
                    }
                    false => "More capacity would not help: spread the load over more keys.",
                };
                (
                    format!("{place}{of_index} refuses though {name} has capacity left."),
                    format!(
                        "{} refused there in the last {seconds} s; it took {} {unit} in its busiest second, all partitions {} of {} {unit}",
                        plural(found.throttles, kind),
                        half(*partition_peak_half_units),
                        half(*peak_half_units),
                        count(*provisioned),
                    ),
                    rule,
                    advice.to_owned(),
                )
            }
            FindingKind::Split { helped, into, cause, before, after, largest_half_units, all_half_units } => {
                let parts: Vec<String> = into.iter().map(|row| self.partition(Some(*row))).collect();
                let why = match cause {
                    SplitCause::HotKey => {
                        "One key was put on a partition of its own, so that the others do not suffer with it."
                    }
                    SplitCause::Heat => {
                        "A partition that stays near its limit is split where its traffic is divided, not in the middle."
                    }
                    _ => "A split divides what a partition takes where its traffic or its items are divided.",
                };
                let advice = match helped {
                    true => "Nothing more to do while the keys stay as even as they are.".to_owned(),
                    false => "One key, or rising ones, cannot be divided: change the key, by write sharding for one.".to_owned(),
                };
                (
                    format!(
                        "The split of {place}{of_index} at {} {}.",
                        time(found.second),
                        if *helped { "helped" } else { "did not help" }
                    ),
                    format!(
                        "Refused a second: {} before, {} after; of {} the busiest takes {} of the {unit}",
                        rate(*before),
                        rate(*after),
                        parts.join(" and "),
                        percent(*largest_half_units, *all_half_units),
                    ),
                    why.to_owned(),
                    advice,
                )
            }
            FindingKind::NotSplit { reason } => {
                let (why, advice) = match reason.as_str() {
                    "SINGLE_KEY" => (
                        "All of its traffic is one key's, which no split divides.",
                        "Shard the key, or cache its reads.",
                    ),
                    "RISING_KEYS" => (
                        "Its keys rise, so that everything new would go to the last part.",
                        "Shard the key, so that several rise side by side.",
                    ),
                    _ => (
                        "Its traffic is one item collection's, and a table with a local index never divides one.",
                        "A global index in the local one's place lets the collection be divided; or shard the partition key.",
                    ),
                };
                (
                    format!("{place}{of_index} stays near its limit and is not split."),
                    format!("Looked at {}", time(found.second)),
                    why.to_owned(),
                    advice.to_owned(),
                )
            }
        };
        let partition = found.row.and_then(|row| self.row(row)).map(|row| row.partition);
        Told { sentence, evidence: evidence + ".", rule, advice, partition }
    }

    fn hot_partition(&self, hot: &Concentration, of_index: &str) -> (String, String, String, String) {
        let (unit, kind) = (unit(hot.access), kind(hot.access));
        let sentence = format!(
            "One partition of {}{of_index} took {} of the {kind} units in the last {} s.",
            count(hot.partitions),
            percent(hot.half_units, hot.total_half_units),
            self.seconds,
        );
        let band = self.bands.iter().find(|band| band.target == hot.target);
        let limit = band.map(|band| match hot.access {
            Access::Read => band.limit.0,
            Access::Write => band.limit.1,
        });
        let range =
            self.row(hot.row).map(|row| format!("{} ({})", row.name(), row.range())).unwrap_or_default();
        let mut evidence = format!(
            "{range}: {} of {} {unit}; {} in its busiest second",
            half(hot.half_units),
            half(hot.total_half_units),
            half(hot.peak_half_units),
        );
        if let Some(limit) = limit {
            evidence +=
                &format!(", {} of its {} {unit}", percent(hot.peak_half_units, limit * 2), count(limit));
        }
        if hot.throttles > 0 {
            evidence += &format!("; {} refused there", plural(hot.throttles, &format!("{kind} request")));
        }
        let advice = match (&hot.target.index, hot.access) {
            (Some(_), _) => "A partition key of the index with more values spreads the load.",
            (None, Access::Write) => {
                "Keys with more values, or a suffix that shards the hot ones, spread the writes."
            }
            (None, Access::Read) => {
                "A cache, or copies of the hot items under several keys, spread the reads."
            }
        };
        let rule = format!("Few partition keys get most of the {kind}s. {ONE_PARTITION}");
        (sentence, evidence, rule, advice.to_owned())
    }
}

#[cfg(test)]
#[path = "finding_words_tests.rs"]
mod tests;
