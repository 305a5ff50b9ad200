//! Hot partitions: one partition of several takes a large share of the units.
//!
//! Follows [partition key design](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html):
//! throughput is used best when requests are spread evenly over the partitions. What is large is our own choice: more
//! than an even share by a fifth of the rest (40 % of four partitions, 60 % of two).

use std::collections::BTreeMap;

use super::{HeatCell, HeatColumn};
use crate::timeline::{Access, PartitionId, Target};

/// Fewer half units than this in all are no evidence.
const EVIDENCE_HALF_UNITS: u64 = 60;

/// One partition took a large share of a table's or an index's units, with the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concentration {
    /// The table or global index.
    pub target: Target,
    /// How many partitions it has.
    pub partitions: u64,
    /// The hot one.
    pub partition: PartitionId,
    /// Of which units.
    pub access: Access,
    /// What the hot one took, in halves of a unit.
    pub half_units: u64,
    /// What all took together.
    pub total_half_units: u64,
    /// The most that the hot one took in one second.
    pub peak_half_units: u64,
    /// The requests of this kind that the hot one refused.
    pub throttles: u64,
}

impl Concentration {
    /// The hot one's share, in thousandths, rounded down.
    pub fn share_thousandths(&self) -> u64 {
        self.half_units * 1000 / self.total_half_units.max(1)
    }
}

#[derive(Clone, Copy, Default)]
struct Sum {
    half_units: u64,
    peak_half_units: u64,
    throttles: u64,
}

fn of(cell: &HeatCell, access: Access) -> (u64, u64) {
    match access {
        Access::Read => (cell.read_half_units, cell.throttles.saturating_sub(cell.write_throttles)),
        Access::Write => (cell.write_half_units, cell.write_throttles),
    }
}

/// Where one partition took a large share of the read or the write units in `columns`, the largest share first.
///
/// `targets` are the table and its global indexes, each with its partitions; what a local index uses is its table's.
pub fn concentrations<'a>(
    columns: impl IntoIterator<Item = &'a HeatColumn>,
    targets: &[(Target, Vec<PartitionId>)],
) -> Vec<Concentration> {
    let owners: BTreeMap<PartitionId, usize> = targets
        .iter()
        .enumerate()
        .flat_map(|(at, (_, partitions))| partitions.iter().map(move |partition| (*partition, at)))
        .collect();
    let mut sums: BTreeMap<(usize, Access, PartitionId), Sum> = BTreeMap::new();
    for column in columns {
        // A local index has a cell of its own beside its table's.
        let mut second: BTreeMap<(usize, Access, PartitionId), (u64, u64)> = BTreeMap::new();
        for (key, cell) in &column.cells {
            let Some(at) = owners.get(&key.partition) else { continue };
            if targets[*at].0.table != key.target.table {
                continue;
            }
            for access in [Access::Read, Access::Write] {
                let (half_units, throttles) = of(cell, access);
                let entry = second.entry((*at, access, key.partition)).or_default();
                *entry = (entry.0 + half_units, entry.1 + throttles);
            }
        }
        for (key, (half_units, throttles)) in second {
            let sum = sums.entry(key).or_default();
            sum.half_units += half_units;
            sum.peak_half_units = sum.peak_half_units.max(half_units);
            sum.throttles += throttles;
        }
    }
    let mut found = Vec::new();
    for (at, (target, partitions)) in targets.iter().enumerate() {
        for access in [Access::Write, Access::Read] {
            let of_target = sums.range((at, access, 0)..=(at, access, PartitionId::MAX));
            let total_half_units = of_target.clone().map(|(_, sum)| sum.half_units).sum();
            // Of equals the first.
            let hottest = of_target.max_by_key(|((.., id), sum)| (sum.half_units, u32::MAX - id));
            let Some((&(_, _, partition), sum)) = hottest else { continue };
            let count = partitions.len() as u64;
            let large = sum.half_units * 5 * count >= total_half_units * (count + 4);
            if count < 2 || total_half_units < EVIDENCE_HALF_UNITS || !large {
                continue;
            }
            found.push(Concentration {
                target: target.clone(),
                partitions: count,
                partition,
                access,
                half_units: sum.half_units,
                total_half_units,
                peak_half_units: sum.peak_half_units,
                throttles: sum.throttles,
            });
        }
    }
    found.sort_by_key(|one| std::cmp::Reverse(one.share_thousandths()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::HeatKey;

    fn target(index: Option<&str>) -> Target {
        Target { table: "Orders".into(), index: index.map(str::to_owned) }
    }

    fn targets() -> Vec<(Target, Vec<PartitionId>)> {
        vec![(target(None), vec![1, 2, 3, 4]), (target(Some("status-index")), vec![5, 6])]
    }

    fn writes(second: u64, cells: &[(Option<&str>, PartitionId, u64)]) -> HeatColumn {
        let cell = |&(index, partition, half_units): &(Option<&str>, PartitionId, u64)| {
            let cell = HeatCell { write_half_units: half_units, ..HeatCell::default() };
            (HeatKey { target: target(index), partition }, cell)
        };
        HeatColumn { second, cells: cells.iter().map(cell).collect() }
    }

    #[test]
    fn a_partition_with_a_large_share_is_found_with_its_evidence() {
        let columns = [
            writes(1, &[(None, 1, 20), (None, 3, 100)]),
            writes(2, &[(None, 2, 20), (None, 3, 42), (None, 4, 18)]),
        ];
        let found = concentrations(&columns, &targets());
        assert_eq!(found.len(), 1);
        let one = &found[0];
        assert_eq!((one.partition, one.partitions, one.access), (3, 4, Access::Write));
        assert_eq!((one.half_units, one.total_half_units, one.peak_half_units), (142, 200, 100));
        assert_eq!(one.share_thousandths(), 710);
    }

    #[test]
    fn an_even_load_and_a_single_request_say_nothing() {
        let even = [writes(1, &[(None, 1, 50), (None, 2, 60), (None, 3, 40), (None, 4, 50)])];
        assert_eq!(concentrations(&even, &targets()), []);
        assert_eq!(concentrations(&[writes(1, &[(None, 1, 2)])], &targets()), []);
        let alone = vec![(target(None), vec![1])];
        assert_eq!(concentrations(&[writes(1, &[(None, 1, 900)])], &alone), [], "one of one is no share");
    }

    #[test]
    fn the_threshold_depends_on_how_many_partitions_there_are() {
        let index =
            |first| [writes(1, &[(Some("status-index"), 5, first), (Some("status-index"), 6, 100 - first)])];
        assert_eq!(concentrations(&index(59), &targets()), []);
        assert_eq!(concentrations(&index(60), &targets())[0].target, target(Some("status-index")));
    }

    #[test]
    fn a_local_index_counts_for_its_table_and_refusals_are_told_apart() {
        let mut column = writes(1, &[(None, 1, 40), (Some("by-date"), 1, 30), (None, 2, 30)]);
        column.cells[0].1.throttles = 5;
        column.cells[0].1.write_throttles = 3;
        let found = concentrations(&[column], &targets());
        assert_eq!((found[0].half_units, found[0].peak_half_units, found[0].throttles), (70, 70, 3));
    }
}
