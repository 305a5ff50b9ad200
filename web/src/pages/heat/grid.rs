//! The cells of the heatmap: what each row did in each second of the window, and how hot that is. Pure.

use std::collections::BTreeMap;
use std::rc::Rc;

use engine::insight::{HeatCell, HeatColumn};
use engine::timeline::PartitionId;

use super::bands::{Band, partitions};
use crate::state::explanation::{count, half, plural};

/// What is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Metric {
    /// Read units.
    Reads,
    /// Write units.
    #[default]
    Writes,
    /// Requests refused.
    Throttles,
}

impl Metric {
    /// All of them.
    pub const ALL: [Metric; 3] = [Metric::Reads, Metric::Writes, Metric::Throttles];

    /// Its name in the address.
    pub fn slug(self) -> &'static str {
        match self {
            Metric::Reads => "reads",
            Metric::Writes => "writes",
            Metric::Throttles => "throttles",
        }
    }

    /// The metric of that name.
    pub fn from_slug(slug: &str) -> Option<Metric> {
        Metric::ALL.into_iter().find(|metric| metric.slug() == slug)
    }

    /// What a cell has of it: halves of a unit, or requests.
    pub fn amount(self, cell: &HeatCell) -> u64 {
        match self {
            Metric::Reads => cell.read_half_units,
            Metric::Writes => cell.write_half_units,
            Metric::Throttles => cell.throttles,
        }
    }

    /// How many requests of this kind a cell refused.
    pub fn throttles(self, cell: &HeatCell) -> u64 {
        match self {
            Metric::Reads => cell.throttles.saturating_sub(cell.write_throttles),
            Metric::Writes => cell.write_throttles,
            Metric::Throttles => cell.throttles,
        }
    }

    /// The most that a partition of the band can have of it; none where there is no such limit.
    pub fn limit(self, band: &Band) -> Option<u64> {
        match self {
            Metric::Reads => Some(band.limit.0 * 2),
            Metric::Writes => Some(band.limit.1 * 2),
            Metric::Throttles => None,
        }
    }

    /// Whether that limit is the provisioned throughput.
    pub fn is_provisioned(self, band: &Band) -> bool {
        match self {
            Metric::Reads => band.provisioned.0,
            Metric::Writes => band.provisioned.1,
            Metric::Throttles => false,
        }
    }

    /// An amount with its unit.
    pub fn text(self, amount: u64) -> String {
        match self {
            Metric::Reads => format!("{} RCU", half(amount)),
            Metric::Writes => format!("{} WCU", half(amount)),
            Metric::Throttles => plural(amount, "throttle"),
        }
    }

    /// An amount without its unit.
    pub fn figure(self, amount: u64) -> String {
        if self == Metric::Throttles { count(amount) } else { half(amount) }
    }
}

/// What the hottest colour stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// The limit of the partition. The root of the share is shown, so that small loads can be told apart.
    #[default]
    Limit,
    /// The most in view.
    Relative,
}

/// The coldest level of a cell that did anything.
const FLOOR: f64 = 20.0;

/// The level of a share of the scale's end, 0 to 255.
pub fn level(share: f64, scale: Scale) -> u8 {
    let bent = match scale {
        Scale::Limit => share.max(0.0).sqrt(),
        Scale::Relative => share,
    };
    match share > 0.0 {
        true => (FLOOR + bent.min(1.0) * (255.0 - FLOOR)).round() as u8,
        false => 0,
    }
}

/// The rows' cells over a window of seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// The first second.
    pub first: u64,
    /// How many seconds.
    pub seconds: usize,
    cells: Vec<HeatCell>,
}

impl Grid {
    /// The `seconds` seconds that end with `last`, for the partitions of `bands`.
    pub fn new(columns: &BTreeMap<u64, Rc<HeatColumn>>, bands: &[Band], last: u64, seconds: usize) -> Grid {
        let first = (last + 1).saturating_sub(seconds as u64);
        let table = bands.first().map_or("", |band| band.target.table.as_str());
        let places: BTreeMap<PartitionId, usize> =
            partitions(bands).into_iter().enumerate().map(|(at, partition)| (partition, at)).collect();
        let mut cells = vec![HeatCell::default(); places.len() * seconds];
        for (second, column) in columns.range(first..first + seconds as u64) {
            for (key, cell) in column.cells.iter().filter(|(key, _)| key.target.table == table) {
                let Some(row) = places.get(&key.partition) else { continue };
                // A local index has a cell beside its table's: they add up.
                add(&mut cells[row * seconds + (second - first) as usize], cell);
            }
        }
        Grid { first, seconds, cells }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.cells.len().checked_div(self.seconds).unwrap_or(0)
    }

    /// A row's cells, oldest first.
    pub fn row(&self, row: usize) -> &[HeatCell] {
        &self.cells[row * self.seconds..(row + 1) * self.seconds]
    }

    /// One cell.
    pub fn cell(&self, row: usize, second: u64) -> Option<&HeatCell> {
        let at = second.checked_sub(self.first)? as usize;
        if at < self.seconds { self.cells.get(row * self.seconds + at) } else { None }
    }

    /// The most of a metric in one cell.
    pub fn most(&self, metric: Metric) -> u64 {
        self.cells.iter().map(|cell| metric.amount(cell)).max().unwrap_or(0)
    }

    /// Whether nothing happened in it.
    pub fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| *cell == HeatCell::default())
    }

    /// The levels of a row's cells.
    pub fn levels(&self, row: usize, band: &Band, metric: Metric, scale: Scale) -> Vec<u8> {
        let (end, scale) = match metric.limit(band).filter(|_| scale == Scale::Limit) {
            Some(limit) => (limit, Scale::Limit),
            None => (self.most(metric), Scale::Relative),
        };
        let share = |cell: &HeatCell| metric.amount(cell) as f64 / end.max(1) as f64;
        self.row(row).iter().map(|cell| level(share(cell), scale)).collect()
    }
}

fn add(to: &mut HeatCell, cell: &HeatCell) {
    to.read_half_units += cell.read_half_units;
    to.write_half_units += cell.write_half_units;
    to.throttles += cell.throttles;
    to.write_throttles += cell.write_throttles;
}

/// What a row did over a stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// All of it.
    pub sum: HeatCell,
    /// The most of the metric in one second.
    pub peak: u64,
    /// The second of that.
    pub peak_second: u64,
}

/// Sums up cells whose first is of the second `first`.
pub fn summary(cells: &[HeatCell], first: u64, metric: Metric) -> Summary {
    let mut summary = Summary { peak_second: first, ..Summary::default() };
    for (second, cell) in (first..).zip(cells) {
        add(&mut summary.sum, cell);
        if metric.amount(cell) > summary.peak {
            (summary.peak, summary.peak_second) = (metric.amount(cell), second);
        }
    }
    summary
}

/// Of a whole, in percent: `13 %`, `0.4 %`.
pub fn percent(part: u64, whole: u64) -> String {
    let thousandths = u128::from(part) * 1000 / u128::from(whole.max(1));
    match thousandths {
        0 if part > 0 => "under 0.1 %".to_owned(),
        1..100 => format!("{}.{} %", thousandths / 10, thousandths % 10),
        _ => format!("{} %", count((thousandths / 10) as u64)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::bands::tests::orders;
    use super::*;
    use engine::insight::HeatKey;
    use engine::timeline::Target;

    fn column(second: u64, cells: &[(Option<&str>, u32, u64, u64)]) -> (u64, Rc<HeatColumn>) {
        let cells = cells.iter().map(|&(index, partition, write_half_units, throttles)| {
            let target = Target { table: "Orders".into(), index: index.map(str::to_owned) };
            let cell = HeatCell { write_half_units, throttles, write_throttles: 1, ..HeatCell::default() };
            (HeatKey { target, partition }, cell)
        });
        (second, Rc::new(HeatColumn { second, cells: cells.collect() }))
    }

    fn grid() -> Grid {
        let columns = BTreeMap::from([
            column(5, &[(None, 1, 999, 0)]),
            column(11, &[(None, 1, 20, 4), (Some("by-date"), 1, 40, 0), (Some("status-index"), 3, 2, 0)]),
            column(12, &[(None, 2, 2000, 0), (None, 77, 50, 0)]),
        ]);
        Grid::new(&columns, &orders(), 12, 5)
    }

    #[test]
    fn cells_stand_in_their_row_and_second_and_local_indexes_add_up() {
        let grid = grid();
        assert_eq!((grid.first, grid.rows()), (8, 3));
        let writes = |row| grid.row(row).iter().map(|cell| cell.write_half_units).collect::<Vec<_>>();
        assert_eq!(writes(0), [0, 0, 0, 60, 0]);
        assert_eq!(writes(1), [0, 0, 0, 0, 2000]);
        assert_eq!(writes(2), [0, 0, 0, 2, 0]);
        assert_eq!(grid.cell(0, 11).unwrap().throttles, 4);
        assert_eq!((grid.cell(0, 7), grid.cell(0, 13), grid.most(Metric::Writes)), (None, None, 2000));
    }

    #[test]
    fn the_limit_is_the_end_of_the_ramp_and_anything_can_be_seen() {
        let (grid, bands) = (grid(), orders());
        assert_eq!(grid.levels(1, &bands[0], Metric::Writes, Scale::Limit)[4], 255);
        assert_eq!(grid.levels(0, &bands[0], Metric::Writes, Scale::Limit), [0, 0, 0, 61, 0]);
        assert_eq!(grid.levels(0, &bands[0], Metric::Writes, Scale::Relative)[3], 27);
        // Throttles have no limit: the most in view is the end.
        assert_eq!(grid.levels(0, &bands[0], Metric::Throttles, Scale::Limit)[3], 255);
        assert_eq!(level(9.0, Scale::Limit), 255, "a burst may go beyond the provisioned throughput");
    }

    #[test]
    fn refusals_are_those_of_the_metric() {
        let cell = HeatCell { throttles: 5, write_throttles: 2, ..HeatCell::default() };
        assert_eq!(Metric::ALL.map(|metric| metric.throttles(&cell)), [3, 2, 5]);
    }

    #[test]
    fn a_row_is_summed_up_with_its_peak() {
        let grid = grid();
        let row = summary(grid.row(0), grid.first, Metric::Writes);
        assert_eq!((row.sum.write_half_units, row.peak, row.peak_second), (60, 60, 11));
    }

    #[test]
    fn shares_are_written_for_people() {
        let texts = [(1, 8), (4, 1000), (1, 100_000), (0, 5), (5000, 2)].map(|(a, b)| percent(a, b));
        assert_eq!(texts, ["12 %", "0.4 %", "under 0.1 %", "0 %", "250,000 %"]);
    }
}
