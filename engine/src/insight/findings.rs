//! Findings: what the last minute tells about a design, each with its evidence.
//!
//! Owns the rules. Each finding has the numbers that were counted, where to look, and what would help, as far as that is a number;
//! the words are the page's. Reads the heat alone and changes nothing.
//!
//! Follows [partition key design](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html),
//! [write sharding](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-sharding.html),
//! [back-pressure of a global index](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/gsi-throttling.html) and
//! "Amazon DynamoDB" (USENIX ATC 2022), section 4. What is a large share is our own choice, said at each threshold.

use std::collections::{BTreeMap, BTreeSet};

use super::concentration::{Concentration, concentrations};
use super::evidence::{Asked, Evidence, Leader, Subject, slot};
use super::heat::HeatHistory;
use super::heat_rows::{MarkerKind, RowId};
use crate::limits::{PARTITION_READ_UNITS, PARTITION_WRITE_UNITS};
use crate::table::lifecycle::iso_date;
use crate::timeline::{Access, SplitCause, Target};

/// Fewer half units than this are no evidence.
const EVIDENCE_HALF_UNITS: u64 = 60;
/// A key that takes so much of its partition is told, in percent.
const HOT_PERCENT: u64 = 60;
/// A key that takes so much of a second leads it, in percent.
const LEADS_PERCENT: u64 = 50;
/// An index with no more keys than this has few.
const FEW_KEYS: usize = 10;
/// A table that uses less than this of what it has has capacity left, in percent.
const LEFT_PERCENT: u64 = 80;
/// So long before and after a split is compared, in seconds.
const SPLIT_SECONDS: u64 = 30;
/// So long a split, or that there was none, is told, in seconds.
const SPLIT_TOLD_SECONDS: u64 = 120;
/// A part that takes so much after a split has it all, in percent.
const UNDIVIDED_PERCENT: u64 = 90;
/// A suffix's partition is planned to be used so far, in percent.
const PLANNED_PERCENT: u64 = 80;

/// What was found, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The table or global index.
    pub target: Target,
    /// Of which units.
    pub access: Access,
    /// The row of the partition where it shows most; none where it shows in all.
    pub row: Option<RowId>,
    /// The second in which it showed most.
    pub second: u64,
    /// The requests that were refused for it.
    pub throttles: u64,
    /// What.
    pub kind: FindingKind,
}

/// Write sharding, or copies to read from: how many keys one has to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread {
    /// What was wanted of the key in one second, in halves of a unit.
    pub wanted_half_units: u64,
    /// What one partition serves in a second, in units.
    pub partition_units: u64,
    /// So many keys share it, each partition used to four fifths.
    pub keys: u64,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// One partition of several takes a large share.
    HotPartition(Concentration),
    /// One key takes a large share of its partition.
    HotKey {
        /// Its hash.
        hash: u64,
        /// What it took, in halves of a unit: so much at least.
        half_units: u64,
        /// What its partition took.
        partition_half_units: u64,
        /// Whether the key is today's date.
        today: bool,
        /// How many keys it should be.
        spread: Spread,
    },
    /// Writes to a partition come in the order of the sort keys of one item collection: a split helps nobody.
    RisingKeys {
        /// The item collection, as text.
        key: String,
        /// What its partition took, in halves of a unit.
        half_units: u64,
        /// What the whole table or index took.
        total_half_units: u64,
        /// Whether the key is today's date.
        today: bool,
        /// How many keys it should be.
        spread: Spread,
    },
    /// One key after the other takes most of the writes.
    MovingKeys {
        /// The keys' hashes, each with the first second in which it led, in the order of time.
        keys: Vec<(u64, u64)>,
        /// What the leading ones took, in halves of a unit…
        half_units: u64,
        /// …of so much.
        total_half_units: u64,
        /// Whether the last one is the date of its day.
        today: bool,
        /// How many keys each should be.
        spread: Spread,
    },
    /// All of a global index's writes have one of a few partition keys.
    FewKeys {
        /// How many.
        keys: u64,
        /// The one with the most writes.
        hottest: u64,
        /// What that took, in halves of a unit.
        half_units: u64,
        /// What all took.
        total_half_units: u64,
        /// How many keys the hottest should be.
        spread: Spread,
    },
    /// A global index without capacity refuses its table's writes.
    BackPressure {
        /// Whether one of the index's partitions was at its limit, rather than the index at its throughput.
        of_partition: bool,
        /// The index's write units a second; none on demand.
        provisioned: Option<u64>,
        /// The table's.
        table_provisioned: Option<u64>,
        /// What was wanted of the index in one second, in halves of a unit.
        wanted_half_units: u64,
    },
    /// A partition refuses though its table has capacity left.
    IdleCapacity {
        /// The most that the partition took in one second, in halves of a unit.
        partition_peak_half_units: u64,
        /// The most that all took in one second.
        peak_half_units: u64,
        /// The units a second that are provisioned.
        provisioned: u64,
        /// How many partitions share them.
        partitions: u64,
    },
    /// A partition was split, and what that did.
    Split {
        /// Whether it helped.
        helped: bool,
        /// What the parts are.
        into: Vec<RowId>,
        /// Why it was split.
        cause: SplitCause,
        /// Refused before, and in how many seconds.
        before: (u64, u64),
        /// Refused after, and in how many seconds.
        after: (u64, u64),
        /// What the part with the most took after, in halves of a unit…
        largest_half_units: u64,
        /// …and all of them.
        all_half_units: u64,
    },
    /// A partition stays near its limit and is not split.
    NotSplit {
        /// `SINGLE_KEY`, `RISING_KEYS` or `ONE_COLLECTION`.
        reason: String,
    },
}

impl FindingKind {
    /// Its name, for links and tests.
    pub fn name(&self) -> &'static str {
        match self {
            FindingKind::HotPartition(_) => "hot-partition",
            FindingKind::HotKey { .. } => "hot-key",
            FindingKind::RisingKeys { .. } => "rising-keys",
            FindingKind::MovingKeys { .. } => "moving-keys",
            FindingKind::FewKeys { .. } => "few-keys",
            FindingKind::BackPressure { .. } => "back-pressure",
            FindingKind::IdleCapacity { .. } => "idle-capacity",
            FindingKind::Split { .. } => "split",
            FindingKind::NotSplit { .. } => "not-split",
        }
    }

    /// The hash of the partition key that it is about, where that is one that is known by its hash.
    pub fn key(&self) -> Option<u64> {
        match self {
            FindingKind::HotKey { hash, .. } => Some(*hash),
            FindingKind::FewKeys { hottest, .. } => Some(*hottest),
            FindingKind::MovingKeys { keys, .. } => keys.last().map(|(hash, _)| *hash),
            _ => None,
        }
    }

    /// What explains more comes first.
    fn rank(&self) -> u8 {
        match self {
            FindingKind::BackPressure { .. } => 0,
            FindingKind::MovingKeys { .. } => 1,
            FindingKind::RisingKeys { .. } => 2,
            FindingKind::FewKeys { .. } => 3,
            FindingKind::HotKey { .. } => 4,
            FindingKind::IdleCapacity { .. } => 5,
            FindingKind::HotPartition(_) => 6,
            FindingKind::Split { .. } => 7,
            FindingKind::NotSplit { .. } => 8,
        }
    }
}

/// How many keys share what was wanted of one.
fn spread(asked: &Asked, access: Access) -> Spread {
    let partition_units = match access {
        Access::Read => PARTITION_READ_UNITS,
        Access::Write => PARTITION_WRITE_UNITS,
    };
    let planned = partition_units * 2 * PLANNED_PERCENT / 100;
    let keys = asked.wanted_half_units.div_ceil(planned).max(2);
    Spread { wanted_half_units: asked.wanted_half_units, partition_units, keys }
}

/// Whether a key's text names the day of a second.
fn names_day(text: &str, second: u64) -> bool {
    let date = iso_date(second * 1000);
    date.get(..10).is_some_and(|day| text.contains(day) || text.contains(&day.replace('-', "")))
}

/// What the seconds `from..to` tell of a table and its global indexes, the table first among `subjects`; what was refused most first.
pub fn findings(history: &HeatHistory, subjects: &[Subject], from: u64, to: u64) -> Vec<Finding> {
    let mut found = Vec::new();
    let table = subjects.iter().find(|subject| subject.target.index.is_none());
    for subject in subjects {
        let evidence = Evidence::gather(history.between(from, to).map(|column| &**column), &subject.rows);
        let of = Of { history, subject, evidence: &evidence };
        found.extend(of.back_pressure(table));
        found.extend(of.moving());
        found.extend(of.few_keys());
        for access in [Access::Write, Access::Read] {
            found.extend(of.rising(access));
            found.extend(of.hot_keys(access));
            found.extend(of.idle_capacity(access));
        }
        found.extend(of.splits(to));
    }
    let targets: Vec<_> = subjects.iter().map(|one| (one.target.clone(), one.rows.clone())).collect();
    let columns = history.between(from, to).map(|column| &**column);
    found.extend(concentrations(columns, &targets).into_iter().map(|one| Finding {
        target: one.target.clone(),
        access: one.access,
        row: Some(one.row),
        second: to.saturating_sub(1),
        throttles: one.throttles,
        kind: FindingKind::HotPartition(one),
    }));
    explain_once(&mut found);
    found.sort_by_key(|one| {
        (std::cmp::Reverse(one.throttles > 0), one.kind.rank(), std::cmp::Reverse(one.throttles))
    });
    found
}

/// Of what says the same less well only the best is told.
fn explain_once(found: &mut Vec<Finding>) {
    let known: Vec<(Target, Access, Option<RowId>, u8)> =
        found.iter().map(|one| (one.target.clone(), one.access, one.row, one.kind.rank())).collect();
    let has = |one: &Finding, ranks: &[u8], same_row: bool| {
        known.iter().any(|(target, access, row, rank)| {
            ranks.contains(rank)
                && (*target == one.target && *access == one.access)
                && (!same_row || *row == one.row)
        })
    };
    found.retain(|one| match &one.kind {
        FindingKind::HotKey { .. } => !has(one, &[1, 3], false) && !has(one, &[2], true),
        FindingKind::HotPartition(_) => !has(one, &[1, 3], false) && !has(one, &[2, 4], true),
        FindingKind::RisingKeys { .. } => !has(one, &[1], false),
        FindingKind::NotSplit { .. } => !has(one, &[1, 2, 4], true),
        _ => true,
    });
}

/// One subject with its evidence.
struct Of<'a> {
    history: &'a HeatHistory,
    subject: &'a Subject,
    evidence: &'a Evidence,
}

impl Of<'_> {
    fn found(&self, access: Access, row: Option<RowId>, asked: &Asked, kind: FindingKind) -> Finding {
        let target = self.subject.target.clone();
        Finding { target, access, row, second: asked.peak_second, throttles: asked.throttles, kind }
    }

    fn is_today(&self, hash: u64, second: u64) -> bool {
        self.history.rows().name(hash).is_some_and(|text| names_day(text, second))
    }

    /// The keys of a row, the one that took the most first.
    fn keys_of(&self, row: RowId, access: Access) -> Vec<(u64, Asked)> {
        let keys = self.evidence.keys.range((row, 0)..=(row, u64::MAX));
        let mut keys: Vec<_> = keys.map(|((_, hash), asked)| (*hash, asked[slot(access)])).collect();
        keys.sort_by_key(|(hash, asked)| (std::cmp::Reverse(asked.half_units + asked.throttles), *hash));
        keys
    }

    fn hot_keys(&self, access: Access) -> Option<Finding> {
        let found = self.evidence.rows.iter().filter_map(|(row, sums)| {
            let partition = &sums[slot(access)];
            let (hash, key) = *self.keys_of(*row, access).first()?;
            let is_hot = key.half_units * 100 >= partition.half_units * HOT_PERCENT;
            if partition.half_units < EVIDENCE_HALF_UNITS || !is_hot {
                return None;
            }
            // Its refusals are counted with its writes where it is written too: the partition's are the more exact.
            let throttles = key.throttles.min(partition.throttles);
            let kind = FindingKind::HotKey {
                hash,
                half_units: key.half_units.min(partition.half_units),
                partition_half_units: partition.half_units,
                today: self.is_today(hash, key.peak_second),
                spread: spread(&key, access),
            };
            Some(self.found(access, Some(*row), &Asked { throttles, ..key }, kind))
        });
        // Of several hot keys the one that was refused and wanted most.
        found.max_by_key(|one| match &one.kind {
            FindingKind::HotKey { half_units, .. } => (one.throttles, *half_units),
            _ => (0, 0),
        })
    }

    fn rising(&self, access: Access) -> Option<Finding> {
        let total = &self.evidence.whole[slot(access)];
        let found = self.evidence.rows.iter().filter_map(|(row, sums)| {
            let partition = &sums[slot(access)];
            let key = self.history.rows().get(*row)?.rising.clone()?;
            if access == Access::Read || partition.half_units < EVIDENCE_HALF_UNITS {
                return None;
            }
            // A partition that writes no more than its even share harms nobody.
            if partition.half_units * self.subject.rows.len() as u64 <= total.half_units
                && partition.throttles == 0
            {
                return None;
            }
            let today = names_day(&key, partition.peak_second);
            let (half_units, total_half_units) = (partition.half_units, total.half_units);
            let spread = spread(partition, access);
            let kind = FindingKind::RisingKeys { key, half_units, total_half_units, today, spread };
            Some(self.found(access, Some(*row), partition, kind))
        });
        found.max_by_key(|one| match &one.kind {
            FindingKind::RisingKeys { half_units, .. } => (one.throttles, *half_units),
            _ => (0, 0),
        })
    }

    /// One key after the other leads, and none comes back.
    fn moving(&self) -> Option<Finding> {
        let leads = |one: &&Leader| one.half_units * 100 >= one.all_half_units * LEADS_PERCENT;
        let seconds: Vec<&Leader> =
            self.evidence.leaders.iter().filter(|one| one.all_half_units > 0).collect();
        let leaders: Vec<&Leader> = seconds.iter().copied().filter(leads).collect();
        let all_half_units: u64 = seconds.iter().map(|one| one.all_half_units).sum();
        let half_units: u64 = leaders.iter().map(|one| one.half_units).sum();
        let mut turns: Vec<&[&Leader]> = leaders.chunk_by(|one, next| one.key == next.key).collect();
        let distinct: BTreeSet<_> = turns.iter().map(|turn| turn[0].key).collect();
        // Nobody is ahead by chance: each leads for two seconds at least, but for the first and the last.
        let inner = turns.get(1..turns.len().saturating_sub(1)).unwrap_or_default();
        let steady = inner.iter().all(|turn| turn.len() >= 2);
        if turns.len() < 3 || distinct.len() < turns.len() || !steady {
            return None;
        }
        if all_half_units < EVIDENCE_HALF_UNITS * 3 || half_units * 100 < all_half_units * LEADS_PERCENT {
            return None;
        }
        let last = turns.pop()?;
        let now = last.last()?;
        let busiest = leaders.iter().max_by_key(|one| one.half_units)?;
        let asked = Asked { wanted_half_units: busiest.half_units, ..Asked::default() };
        let throttles =
            distinct.iter().filter_map(|key| self.evidence.keys.get(key)).map(|key| key[1].throttles).sum();
        let keys = turns.iter().chain([&last]).map(|turn| (turn[0].key.1, turn[0].second)).collect();
        let kind = FindingKind::MovingKeys {
            keys,
            half_units,
            total_half_units: all_half_units,
            today: self.is_today(now.key.1, now.second),
            spread: spread(&asked, Access::Write),
        };
        let asked = Asked { peak_second: now.second, throttles, ..asked };
        Some(self.found(Access::Write, Some(now.key.0), &asked, kind))
    }

    fn few_keys(&self) -> Option<Finding> {
        let total = &self.evidence.whole[slot(Access::Write)];
        self.subject.target.index.as_ref()?;
        let mut keys: BTreeMap<u64, (RowId, Asked)> = BTreeMap::new();
        for ((row, hash), asked) in &self.evidence.keys {
            let asked = asked[slot(Access::Write)];
            if asked.half_units + asked.throttles > 0 {
                let sum = keys.entry(*hash).or_insert((*row, Asked::default()));
                sum.1.half_units += asked.half_units;
                sum.1.throttles += asked.throttles;
                sum.1.wanted_half_units = sum.1.wanted_half_units.max(asked.wanted_half_units);
                sum.1.peak_second = asked.peak_second;
            }
        }
        let enough = total.half_units >= EVIDENCE_HALF_UNITS.max(keys.len() as u64 * 20);
        if keys.is_empty() || keys.len() > FEW_KEYS || self.evidence.missed > 0 || !enough {
            return None;
        }
        let count = keys.len() as u64;
        let (hottest, (row, asked)) = keys.into_iter().max_by_key(|(_, (_, asked))| asked.half_units)?;
        let kind = FindingKind::FewKeys {
            keys: count,
            hottest,
            half_units: asked.half_units.min(total.half_units),
            total_half_units: total.half_units,
            spread: spread(&asked, Access::Write),
        };
        Some(self.found(Access::Write, Some(row), &Asked { throttles: total.throttles, ..asked }, kind))
    }

    fn back_pressure(&self, table: Option<&Subject>) -> Option<Finding> {
        self.subject.target.index.as_ref()?;
        let total = &self.evidence.whole[slot(Access::Write)];
        let refusing = |sums: &[Asked; 2]| sums[slot(Access::Write)].throttles;
        let (row, sums) = self.evidence.rows.iter().max_by_key(|(_, sums)| refusing(sums))?;
        if refusing(sums) == 0 {
            return None;
        }
        let kind = FindingKind::BackPressure {
            of_partition: total.of_partition * 2 > total.throttles,
            provisioned: self.subject.provisioned.map(|units| units[slot(Access::Write)]),
            table_provisioned: table
                .and_then(|table| table.provisioned)
                .map(|units| units[slot(Access::Write)]),
            wanted_half_units: total.wanted_half_units,
        };
        Some(self.found(Access::Write, Some(*row), total, kind))
    }

    fn idle_capacity(&self, access: Access) -> Option<Finding> {
        let provisioned = self.subject.provisioned?[slot(access)];
        let total = &self.evidence.whole[slot(access)];
        let refused = |sums: &[Asked; 2]| sums[slot(access)].of_partition;
        let (row, sums) = self.evidence.rows.iter().max_by_key(|(_, sums)| refused(sums))?;
        let partition = sums[slot(access)];
        let left = total.peak_half_units * 100 < provisioned * 2 * LEFT_PERCENT;
        if partition.of_partition == 0 || self.subject.rows.len() < 2 || !left {
            return None;
        }
        let kind = FindingKind::IdleCapacity {
            partition_peak_half_units: partition.peak_half_units,
            peak_half_units: total.peak_half_units,
            provisioned,
            partitions: self.subject.rows.len() as u64,
        };
        let asked = Asked { throttles: partition.of_partition, ..partition };
        Some(self.found(access, Some(*row), &asked, kind))
    }

    /// What the splits of the last minutes did, and where there was none.
    fn splits(&self, to: u64) -> Vec<Finding> {
        let rows = self.history.rows();
        let since = to.saturating_sub(SPLIT_TOLD_SECONDS) * 1000;
        let mine =
            |row: &RowId| rows.get(*row).is_some_and(|row| row.target.as_ref() == Some(&self.subject.target));
        let told = rows.markers().filter(|marker| marker.at_ms >= since && marker.at_ms < to * 1000);
        let told = told.filter_map(|marker| {
            let row = marker.row.filter(mine)?;
            match &marker.kind {
                MarkerKind::Split { into, cause } => self.split(row, into, *cause, marker.at_ms / 1000, to),
                MarkerKind::Declined { reason } if rows.get(row)?.closed_ms.is_none() => {
                    let kind = FindingKind::NotSplit { reason: reason.clone() };
                    let asked = Asked { peak_second: marker.at_ms / 1000, ..Asked::default() };
                    Some(self.found(Access::Write, Some(row), &asked, kind))
                }
                _ => None,
            }
        });
        // The newest of each kind.
        let mut newest: BTreeMap<&'static str, Finding> = BTreeMap::new();
        told.for_each(|one| drop(newest.insert(one.kind.name(), one)));
        newest.into_values().collect()
    }

    fn split(&self, row: RowId, into: &[RowId], cause: SplitCause, second: u64, to: u64) -> Option<Finding> {
        if !matches!(cause, SplitCause::Heat | SplitCause::HotKey | SplitCause::Requested) {
            return None;
        }
        // The second of the split is of both.
        let (start, end) = (second.saturating_sub(SPLIT_SECONDS), to.min(second + 1 + SPLIT_SECONDS));
        let gather = |from, to, rows: &[RowId]| {
            Evidence::gather(self.history.between(from, to).map(|column| &**column), rows)
        };
        let (before, after) = (gather(start, second, &[row]), gather(second + 1, end, into));
        let access = match before.whole[1].half_units >= before.whole[0].half_units {
            true => Access::Write,
            false => Access::Read,
        };
        let (old, new) = (&before.whole[slot(access)], &after.whole[slot(access)]);
        let (seconds_before, seconds_after) = (second - start, end.saturating_sub(second + 1));
        if seconds_after < 5 || new.half_units < EVIDENCE_HALF_UNITS {
            return None;
        }
        let largest = after.rows.values().map(|sums| sums[slot(access)].half_units).max()?;
        let undivided = largest * 100 >= new.half_units * UNDIVIDED_PERCENT;
        // Refused a second, each side times the other's seconds.
        let fewer = new.throttles * 2 * seconds_before <= old.throttles * seconds_after;
        let helped = if old.throttles > 0 { fewer } else { !undivided };
        let kind = FindingKind::Split {
            helped,
            into: into.to_vec(),
            cause,
            before: (old.throttles, seconds_before),
            after: (new.throttles, seconds_after),
            largest_half_units: largest,
            all_half_units: new.half_units,
        };
        let asked = Asked {
            peak_second: second,
            throttles: if helped { 0 } else { new.throttles },
            ..Asked::default()
        };
        Some(self.found(access, Some(row), &asked, kind))
    }
}

#[cfg(test)]
#[path = "findings_tests.rs"]
mod tests;
