//! What findings rest on: the last columns of a table and its global indexes, added up by row, by key and by second.
//!
//! Owns the sums; never judges them. Its memory is bounded by the columns and the rows that it is given.

use std::collections::BTreeMap;

use super::heat::{HeatCell, HeatColumn};
use super::heat_keys::KeyCount;
use super::heat_rows::RowId;
use crate::timeline::{Access, Target};

/// A table or a global index, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Which.
    pub target: Target,
    /// The rows of its partitions.
    pub rows: Vec<RowId>,
    /// The read and the write units a second that are provisioned; none on demand.
    pub provisioned: Option<[u64; 2]>,
}

/// Reads are 0 and writes are 1, wherever both are counted.
pub(super) fn slot(access: Access) -> usize {
    usize::from(access == Access::Write)
}

/// What was asked of a row, a key or a whole target, of one access.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Taken, in halves of a unit.
    pub half_units: u64,
    /// The most of one second.
    pub peak_half_units: u64,
    /// Refused requests.
    pub throttles: u64,
    /// Of these, for a partition's own limit.
    pub of_partition: u64,
    /// The second of the most, refusals counted as what they would have taken.
    pub peak_second: u64,
    /// That most: what was wanted in that second, in halves of a unit.
    pub wanted_half_units: u64,
}

impl Asked {
    fn add(&mut self, column: &HeatColumn, half_units: u64, peak: u64, refused: [u64; 2], each: u64) {
        self.half_units += half_units;
        self.peak_half_units = self.peak_half_units.max(peak);
        self.throttles += refused[0];
        self.of_partition += refused[1];
        let wanted = peak + refused[0] * each / column.seconds.max(1);
        if wanted > self.wanted_half_units {
            (self.wanted_half_units, self.peak_second) = (wanted, column.second);
        }
    }
}

/// A cell's counts of one access: units, the most of a second, refusals and how many of them for the partition's limit.
fn of_cell(cell: &HeatCell, access: Access) -> (u64, u64, [u64; 2]) {
    let of_partition = u64::from(cell.key_range_throttles[slot(access)]);
    match access {
        Access::Read => {
            let refused = cell.throttles.saturating_sub(cell.write_throttles);
            (cell.read_half_units, cell.peak_read_half_units, [refused, of_partition])
        }
        Access::Write => {
            (cell.write_half_units, cell.peak_write_half_units, [cell.write_throttles, of_partition])
        }
    }
}

/// A key's counts of one access.
fn of_key(key: &KeyCount, access: Access) -> u64 {
    match access {
        Access::Read => key.read_half_units,
        Access::Write => key.write_half_units,
    }
}

/// What was asked of one subject.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// By row.
    pub rows: BTreeMap<RowId, [Asked; 2]>,
    /// By row and key; what could not be counted of all keys is in `missed`.
    pub keys: BTreeMap<(RowId, u64), [Asked; 2]>,
    /// How many requests of keys there may have been that are not counted.
    pub missed: u64,
    /// All rows together; its peak is of one second of all of them.
    pub whole: [Asked; 2],
    /// The key that took the most of each second, and all that was taken in it: of writes, in the order of time.
    pub leaders: Vec<Leader>,
}

/// The key that took the most of a second's writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leader {
    /// The second.
    pub second: u64,
    /// The key's hash, and the row of its partition.
    pub key: (RowId, u64),
    /// What it took, refusals counted as what they would have taken, in halves of a unit…
    pub half_units: u64,
    /// …of so much.
    pub all_half_units: u64,
}

/// What one request takes on the average of what was admitted, in halves of a unit; a unit at least.
fn each(half_units: u64, requests: u64) -> u64 {
    half_units.checked_div(requests).unwrap_or(0).max(2)
}

impl Evidence {
    /// Adds up the columns.
    pub fn gather<'a>(columns: impl IntoIterator<Item = &'a HeatColumn>, rows: &[RowId]) -> Evidence {
        let mut sorted = rows.to_vec();
        sorted.sort_unstable();
        let own = |row: RowId| sorted.binary_search(&row).is_ok();
        let mut found = Evidence::default();
        for column in columns {
            let mut whole = [(0, 0, [0; 2], 0); 2];
            for (row, cell) in column.cells.iter().filter(|(row, _)| own(*row)) {
                for access in [Access::Read, Access::Write] {
                    let (half_units, peak, refused) = of_cell(cell, access);
                    let each = each(half_units, cell.requests);
                    found.rows.entry(*row).or_default()[slot(access)]
                        .add(column, half_units, peak, refused, each);
                    let (units, peaks, throttles, most) = &mut whole[slot(access)];
                    (*units, *peaks, *most) = (*units + half_units, *peaks + peak, each.max(*most));
                    (throttles[0], throttles[1]) = (throttles[0] + refused[0], throttles[1] + refused[1]);
                }
            }
            for (sum, (units, peaks, throttles, each)) in found.whole.iter_mut().zip(whole) {
                sum.add(column, units, peaks, throttles, each);
            }
            found.of_keys(column, own, whole[1].0 + whole[1].2[0] * whole[1].3);
        }
        found
    }

    fn of_keys(&mut self, column: &HeatColumn, own: impl Fn(RowId) -> bool, all_half_units: u64) {
        let mut leader: Option<Leader> = None;
        for key in column.keys.iter().filter(|key| own(key.row)) {
            self.missed += key.missed;
            let sums = self.keys.entry((key.row, key.hash)).or_default();
            // A key's refusals are not told apart: they are its writes' where it is only written, and so with reads.
            let reads = key.read_half_units > 0;
            let writes = key.write_half_units > 0 || !reads;
            for (access, refused) in [(Access::Read, reads && !writes), (Access::Write, writes)] {
                let half_units = of_key(key, access);
                let refused = if refused { key.throttles } else { 0 };
                let each = each(half_units, key.requests);
                let peak = half_units / column.seconds.max(1);
                sums[slot(access)].add(column, half_units, peak, [refused, 0], each);
                let wanted = half_units + refused * each;
                if access == Access::Write && leader.is_none_or(|one| one.half_units < wanted) && wanted > 0 {
                    let key = (key.row, key.hash);
                    leader = Some(Leader { second: column.second, key, half_units: wanted, all_half_units });
                }
            }
        }
        self.leaders.extend(leader);
    }
}
