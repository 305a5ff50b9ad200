//! The heatmap as a question and its answer: so many columns of a stretch of time, these rows, one measure.
//!
//! Pure. A coarse column that is asked for in finer ones is spread evenly over its seconds, so that the totals are the same at
//! every resolution; how it went within the minute or the hour is not known any more.

use std::collections::BTreeMap;

use super::heat::{HeatCell, HeatColumn, HeatHistory, Latency};
use super::heat_keys::KeyCount;
use super::heat_rows::RowId;

/// What is shown of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// Read units, times two.
    Reads,
    /// Write units, times two.
    #[default]
    Writes,
    /// What was read and written, in bytes.
    Bytes,
    /// Requests refused.
    Throttles,
    /// The latency that 99 of 100 requests did not exceed, in microseconds.
    Latency,
    /// Changes of a global index that became visible to its readers.
    Arrivals,
}

impl Measure {
    /// All of them.
    pub const ALL: [Measure; 6] = [
        Measure::Writes,
        Measure::Reads,
        Measure::Bytes,
        Measure::Throttles,
        Measure::Latency,
        Measure::Arrivals,
    ];

    /// What a cell has of it.
    pub fn amount(self, cell: &HeatCell) -> u64 {
        match self {
            Measure::Reads => cell.read_half_units,
            Measure::Writes => cell.write_half_units,
            Measure::Bytes => cell.bytes,
            Measure::Throttles => cell.throttles,
            Measure::Latency => cell.latency.quantile_us(990).unwrap_or(0),
            Measure::Arrivals => cell.arrived.into(),
        }
    }

    /// What is known of it for one key; bytes, latency and arrivals are not counted by key.
    pub fn of_key(self, key: &KeyCount) -> Option<u64> {
        match self {
            Measure::Reads => Some(key.read_half_units),
            Measure::Writes => Some(key.write_half_units),
            Measure::Throttles => Some(key.throttles),
            Measure::Bytes | Measure::Latency | Measure::Arrivals => None,
        }
    }

    /// How many requests of this kind a cell refused.
    pub fn throttles(self, cell: &HeatCell) -> u64 {
        match self {
            Measure::Reads => cell.throttles.saturating_sub(cell.write_throttles),
            Measure::Writes => cell.write_throttles,
            Measure::Arrivals => 0,
            _ => cell.throttles,
        }
    }
}

/// Columns of equal length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first second, of the epoch: a multiple of `step`.
    pub from: u64,
    /// How many seconds a column is of.
    pub step: u64,
    /// How many columns.
    pub columns: usize,
}

impl Window {
    /// The lengths that a column can have, in seconds; beyond them, days.
    pub const STEPS: [u64; 14] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 21_600, 86_400];

    /// The seconds `from..to` in at most so many columns. The first and the last column are whole.
    pub fn fitting(from: u64, to: u64, most: usize) -> Window {
        let span = to.saturating_sub(from).max(1);
        let fits = |step: u64| to.div_ceil(step) - from / step <= most.max(1) as u64;
        let days = (span.div_ceil(86_400).div_ceil(most.max(1) as u64) + 1) * 86_400;
        let step = Window::STEPS.into_iter().find(|step| fits(*step)).unwrap_or(days);
        let first = from / step * step;
        Window { from: first, step, columns: (to.max(from + 1).div_ceil(step) - first / step) as usize }
    }

    /// The second behind the last.
    pub fn to(&self) -> u64 {
        self.from + self.step * self.columns as u64
    }

    /// The seconds of a column.
    pub fn seconds(&self, column: usize) -> (u64, u64) {
        let from = self.from + self.step * column as u64;
        (from, from + self.step)
    }

    /// The column of a second.
    pub fn column(&self, second: u64) -> Option<usize> {
        let at = (second.checked_sub(self.from)? / self.step) as usize;
        (at < self.columns).then_some(at)
    }
}

/// Where each row of the history stands in an answer; none where it is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    of: Vec<Option<u32>>,
    /// How many places there are.
    pub count: usize,
}

impl Places {
    /// The rows in this order; a place without a row stays empty.
    pub fn new(rows: impl IntoIterator<Item = Option<RowId>>) -> Places {
        let mut places = Places::default();
        for (place, row) in rows.into_iter().enumerate() {
            places.count = place + 1;
            let Some(row) = row else { continue };
            let at = row as usize;
            if places.of.len() <= at {
                places.of.resize(at + 1, None);
            }
            places.of[at] = Some(place as u32);
        }
        places
    }

    /// The place of a row.
    pub fn of(&self, row: RowId) -> Option<usize> {
        self.of.get(row as usize).copied().flatten().map(|place| place as usize)
    }
}

/// One column of an answer: an amount and the refusals for each place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ViewColumn {
    /// By place.
    pub amounts: Vec<u64>,
    /// By place.
    pub throttles: Vec<u64>,
}

/// An answer: a matrix of `window.columns` columns with a place for each row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeatView {
    /// The time.
    pub window: Window,
    /// From left to right.
    pub columns: Vec<ViewColumn>,
}

/// The part of an amount that falls into the seconds `from..to` of a stretch.
fn part(amount: u64, stretch: (u64, u64), from: u64, to: u64) -> u64 {
    let length = u128::from(stretch.1 - stretch.0).max(1);
    let up_to = |second: u64| (u128::from(amount) * u128::from(second - stretch.0) / length) as u64;
    up_to(to) - up_to(from)
}

/// The seconds of `from..to` that a column covers; none where it covers none.
fn overlap(column: &HeatColumn, from: u64, to: u64) -> Option<(u64, u64)> {
    let (from, to) = (from.max(column.second), to.min(column.end()));
    (from < to).then_some((from, to))
}

/// What falls into `from..to` of a cell of the stretch. Peaks are of one second and stay; so does the longest latency.
fn cell_part(cell: &HeatCell, stretch: (u64, u64), from: u64, to: u64) -> HeatCell {
    if (from, to) == stretch {
        return *cell;
    }
    let of = |amount| part(amount, stretch, from, to);
    HeatCell {
        read_half_units: of(cell.read_half_units),
        write_half_units: of(cell.write_half_units),
        bytes: of(cell.bytes),
        requests: of(cell.requests),
        throttles: of(cell.throttles),
        write_throttles: of(cell.write_throttles),
        key_range_throttles: cell.key_range_throttles.map(|count| of(count.into()) as u32),
        arrived: of(cell.arrived.into()) as u32,
        lag_ms: of(cell.lag_ms),
        peak_read_half_units: cell.peak_read_half_units,
        peak_write_half_units: cell.peak_write_half_units,
        latency: Latency {
            sum_us: of(cell.latency.sum_us),
            most_us: cell.latency.most_us,
            classes: cell.latency.classes.map(|count| of(count.into()) as u32),
        },
    }
}

impl HeatHistory {
    /// One measure of the rows over a window.
    pub fn view(&self, window: Window, places: &Places, measure: Measure) -> HeatView {
        let column = |at| {
            let (from, to) = window.seconds(at);
            self.view_column(from, to, places, measure)
        };
        HeatView { window, columns: (0..window.columns).map(column).collect() }
    }

    /// One measure of the rows in the seconds `from..to`.
    pub fn view_column(&self, from: u64, to: u64, places: &Places, measure: Measure) -> ViewColumn {
        let mut view = ViewColumn { amounts: vec![0; places.count], throttles: vec![0; places.count] };
        let mut latencies = vec![None::<Latency>; if measure == Measure::Latency { places.count } else { 0 }];
        for column in self.between(from, to) {
            let Some((from, to)) = overlap(column, from, to) else { continue };
            let stretch = (column.second, column.end());
            let whole = (from, to) == stretch;
            for (row, cell) in &column.cells {
                let Some(place) = places.of(*row) else { continue };
                let throttles = measure.throttles(cell);
                if throttles > 0 {
                    view.throttles[place] +=
                        if whole { throttles } else { part(throttles, stretch, from, to) };
                }
                if measure == Measure::Latency {
                    // A part of a minute was as slow as the whole.
                    latencies[place].get_or_insert_default().add(&cell.latency);
                } else {
                    let amount = measure.amount(cell);
                    view.amounts[place] += if whole { amount } else { part(amount, stretch, from, to) };
                }
            }
        }
        for (amount, latency) in view.amounts.iter_mut().zip(latencies) {
            *amount = latency.and_then(|latency| latency.quantile_us(990)).unwrap_or(0);
        }
        view
    }

    /// One measure of some keys in the seconds `from..to`, each at its place. What was not counted of a key is not shown.
    pub fn key_column(
        &self,
        from: u64,
        to: u64,
        places: &BTreeMap<(RowId, u64), usize>,
        measure: Measure,
    ) -> ViewColumn {
        let mut view = ViewColumn { amounts: vec![0; places.len()], throttles: vec![0; places.len()] };
        for column in self.between(from, to) {
            let Some((from, to)) = overlap(column, from, to) else { continue };
            let of = |amount| part(amount, (column.second, column.end()), from, to);
            for key in column.keys.iter() {
                let Some(place) = places.get(&(key.row, key.hash)) else { continue };
                view.amounts[*place] += of(measure.of_key(key).unwrap_or(0));
                view.throttles[*place] += of(key.throttles);
            }
        }
        view
    }

    /// Everything that the rows did in the seconds `from..to`, by place.
    pub fn cells(&self, from: u64, to: u64, places: &Places) -> Vec<HeatCell> {
        let mut cells = vec![HeatCell::default(); places.count];
        for column in self.between(from, to) {
            let Some((from, to)) = overlap(column, from, to) else { continue };
            for (row, cell) in &column.cells {
                if let Some(place) = places.of(*row) {
                    cells[place].add(&cell_part(cell, (column.second, column.end()), from, to));
                }
            }
        }
        cells
    }

    /// The keys of some rows in the columns that have a second in `from..to`, those with the most requests first.
    pub fn keys(&self, from: u64, to: u64, of: impl Fn(RowId) -> bool) -> Vec<KeyCount> {
        let mut sums = BTreeMap::<(RowId, u64), KeyCount>::new();
        for key in self.between(from, to).flat_map(|column| column.keys.iter()).filter(|key| of(key.row)) {
            match sums.get_mut(&(key.row, key.hash)) {
                Some(sum) => sum.add(key),
                None => drop(sums.insert((key.row, key.hash), *key)),
            }
        }
        let mut keys: Vec<KeyCount> = sums.into_values().collect();
        keys.sort_by_key(|key| std::cmp::Reverse(key.requests + key.throttles));
        keys
    }
}

#[cfg(test)]
#[path = "heat_view_tests.rs"]
mod tests;
