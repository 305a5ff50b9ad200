//! Hot partitions: one partition of several takes a large share of the units.
//!
//! Follows [partition key design](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html):
//! throughput is used best when requests are spread evenly over the partitions. What is large is our own choice: more
//! than an even share by a fifth of the rest (40 % of four partitions, 60 % of two).

use std::collections::BTreeMap;

use super::{HeatCell, HeatColumn, RowId};
use crate::timeline::{Access, Target};

/// Fewer half units than this in all are no evidence.
const EVIDENCE_HALF_UNITS: u64 = 60;

/// One partition took a large share of a table's or an index's units, with the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concentration {
    /// The table or global index.
    pub target: Target,
    /// How many partitions it has.
    pub partitions: u64,
    /// The row of the hot one.
    pub row: RowId,
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

fn of(cell: &HeatCell, access: Access) -> Sum {
    match access {
        Access::Read => Sum {
            half_units: cell.read_half_units,
            peak_half_units: cell.peak_read_half_units,
            throttles: cell.throttles.saturating_sub(cell.write_throttles),
        },
        Access::Write => Sum {
            half_units: cell.write_half_units,
            peak_half_units: cell.peak_write_half_units,
            throttles: cell.write_throttles,
        },
    }
}

/// Where one partition took a large share of the read or the write units in `columns`, the largest share first.
///
/// `targets` are the table and its global indexes, each with the rows of its partitions; what a local index uses is its table's.
pub fn concentrations<'a>(
    columns: impl IntoIterator<Item = &'a HeatColumn>,
    targets: &[(Target, Vec<RowId>)],
) -> Vec<Concentration> {
    let owners: BTreeMap<RowId, usize> = targets
        .iter()
        .enumerate()
        .flat_map(|(at, (_, rows))| rows.iter().map(move |row| (*row, at)))
        .collect();
    let mut sums: BTreeMap<(usize, Access, RowId), Sum> = BTreeMap::new();
    for (row, cell) in columns.into_iter().flat_map(|column| &column.cells) {
        let Some(at) = owners.get(row) else { continue };
        for access in [Access::Read, Access::Write] {
            let more = of(cell, access);
            let sum = sums.entry((*at, access, *row)).or_default();
            sum.half_units += more.half_units;
            sum.peak_half_units = sum.peak_half_units.max(more.peak_half_units);
            sum.throttles += more.throttles;
        }
    }
    let mut found = Vec::new();
    for (at, (target, rows)) in targets.iter().enumerate() {
        for access in [Access::Write, Access::Read] {
            let of_target = sums.range((at, access, 0)..=(at, access, RowId::MAX));
            let total_half_units = of_target.clone().map(|(_, sum)| sum.half_units).sum();
            // Of equals the first.
            let hottest = of_target.max_by_key(|((.., row), sum)| (sum.half_units, RowId::MAX - row));
            let Some((&(_, _, row), sum)) = hottest else { continue };
            let count = rows.len() as u64;
            let large = sum.half_units * 5 * count >= total_half_units * (count + 4);
            if count < 2 || total_half_units < EVIDENCE_HALF_UNITS || !large {
                continue;
            }
            found.push(Concentration {
                target: target.clone(),
                partitions: count,
                row,
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

    fn target(index: Option<&str>) -> Target {
        Target { table: "Orders".into(), index: index.map(str::to_owned) }
    }

    fn targets() -> Vec<(Target, Vec<RowId>)> {
        vec![(target(None), vec![1, 2, 3, 4]), (target(Some("status-index")), vec![5, 6])]
    }

    fn writes(second: u64, cells: &[(RowId, u64)]) -> HeatColumn {
        let cell = |&(row, half_units): &(RowId, u64)| {
            let peak_write_half_units = half_units;
            (row, HeatCell { write_half_units: half_units, peak_write_half_units, ..HeatCell::default() })
        };
        HeatColumn { cells: cells.iter().map(cell).collect(), ..HeatColumn::new(second, 1) }
    }

    #[test]
    fn a_partition_with_a_large_share_is_found_with_its_evidence() {
        let columns = [writes(1, &[(1, 20), (3, 100)]), writes(2, &[(2, 20), (3, 42), (4, 18)])];
        let found = concentrations(&columns, &targets());
        assert_eq!(found.len(), 1);
        let one = &found[0];
        assert_eq!((one.row, one.partitions, one.access), (3, 4, Access::Write));
        assert_eq!((one.half_units, one.total_half_units, one.peak_half_units), (142, 200, 100));
        assert_eq!(one.share_thousandths(), 710);
    }

    #[test]
    fn an_even_load_and_a_single_request_say_nothing() {
        let even = [writes(1, &[(1, 50), (2, 60), (3, 40), (4, 50)])];
        assert_eq!(concentrations(&even, &targets()), []);
        assert_eq!(concentrations(&[writes(1, &[(1, 2)])], &targets()), []);
        let alone = vec![(target(None), vec![1])];
        assert_eq!(concentrations(&[writes(1, &[(1, 900)])], &alone), [], "one of one is no share");
    }

    #[test]
    fn the_threshold_depends_on_how_many_partitions_there_are() {
        let index = |first| [writes(1, &[(5, first), (6, 100 - first)])];
        assert_eq!(concentrations(&index(59), &targets()), []);
        assert_eq!(concentrations(&index(60), &targets())[0].target, target(Some("status-index")));
    }

    #[test]
    fn refusals_are_told_apart() {
        let mut column = writes(1, &[(1, 70), (2, 30)]);
        column.cells[0].1.throttles = 5;
        column.cells[0].1.write_throttles = 3;
        let found = concentrations(&[column], &targets());
        assert_eq!((found[0].half_units, found[0].peak_half_units, found[0].throttles), (70, 70, 3));
    }
}
