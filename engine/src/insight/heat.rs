//! Heat: how much each partition was read, written and throttled, and how long its requests took, column by column.
//!
//! Owns the counters: exact for each partition and second. Columns age: the newest [`SECONDS_KEPT`] stay seconds, older ones
//! are added up to minutes, those to hours, and the oldest hours go. Where there are many partitions, columns age sooner, so
//! that never more than [`CELLS_KEPT`] cells of 144 bytes (about 86 MB) and the same number of columns are held. Nothing is
//! lost by aging but the resolution. It never asks what a request was; it is told its [`Tally`].
//!
//! The page holds a [`HeatHistory`] of its own, fed by the worker's [`HeatReport`]s; a report's columns replace what they cover.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::heat_keys::{KeyCount, KeyCounts};
use super::heat_rows::{HeatRow, Marker, MarkerKind, RowId, Rows};
use crate::timeline::{Access, Event, Limit, RequestId, Tally};

/// So many columns of one second are kept: 15 minutes.
pub const SECONDS_KEPT: usize = 900;
/// So many of one minute: a day.
pub const MINUTES_KEPT: usize = 1_440;
/// So many of one hour: 30 days.
pub const HOURS_KEPT: usize = 720;
/// So many cells of all columns together: 1,000 partitions over ten minutes.
pub const CELLS_KEPT: usize = 600_000;
/// A row that was not throttled for so many seconds is throttled "first" again.
const CALM_SECONDS: u64 = 60;

/// The upper ends of the latency's classes, in microseconds; the last class has none.
pub const LATENCY_CLASSES_US: [u32; 11] =
    [1_000, 2_000, 3_000, 4_000, 6_000, 8_000, 12_000, 16_000, 32_000, 64_000, 128_000];

/// The latencies of the requests of one cell, by class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Latency {
    /// All of them together, in microseconds.
    pub sum_us: u64,
    /// The longest, in microseconds.
    pub most_us: u64,
    /// How many are in each class of [`LATENCY_CLASSES_US`], and beyond them.
    pub classes: [u32; 12],
}

impl Latency {
    fn count(&mut self, us: u64) {
        self.sum_us += us;
        self.most_us = self.most_us.max(us);
        let class = LATENCY_CLASSES_US.iter().position(|end| us <= u64::from(*end)).unwrap_or(11);
        self.classes[class] = self.classes[class].saturating_add(1);
    }

    pub(super) fn add(&mut self, other: &Latency) {
        self.sum_us += other.sum_us;
        self.most_us = self.most_us.max(other.most_us);
        for (count, more) in self.classes.iter_mut().zip(other.classes) {
            *count = count.saturating_add(more);
        }
    }

    /// How many requests are counted.
    pub fn requests(&self) -> u64 {
        self.classes.iter().map(|count| u64::from(*count)).sum()
    }

    /// The latency that so many thousandths of the requests did not exceed: the upper end of its class, in microseconds, and
    /// never more than the longest. None without a request.
    pub fn quantile_us(&self, thousandths: u64) -> Option<u64> {
        let wanted = (self.requests() * thousandths).div_ceil(1000).max(1);
        let mut seen = 0;
        for (class, count) in self.classes.iter().enumerate() {
            seen += u64::from(*count);
            if seen >= wanted {
                let end = LATENCY_CLASSES_US.get(class).map_or(u64::MAX, |end| u64::from(*end));
                return Some(end.min(self.most_us));
            }
        }
        None
    }
}

/// What one partition did in one column. In JSON it is a list of its numbers: there are many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "CellNumbers", into = "CellNumbers")]
pub struct HeatCell {
    /// Read units consumed, times two.
    pub read_half_units: u64,
    /// Write units consumed, times two.
    pub write_half_units: u64,
    /// What was sized for them, in bytes.
    pub bytes: u64,
    /// Requests that were admitted: one that came with several parts is one, and what the engine did by itself is none.
    pub requests: u64,
    /// Requests refused.
    pub throttles: u64,
    /// How many of these were writes.
    pub write_throttles: u64,
    /// How many of them were refused for the partition's own limit, of reads and of writes.
    pub key_range_throttles: [u32; 2],
    /// Changes of a global index that became visible to its readers…
    pub arrived: u32,
    /// …and how long that took, in milliseconds, added up.
    pub lag_ms: u64,
    /// The most read units of one second, times two.
    pub peak_read_half_units: u64,
    /// The most write units of one second, times two.
    pub peak_write_half_units: u64,
    /// How long the admitted ones took (modelled).
    pub latency: Latency,
}

/// The fields of a cell in their order, the latency's last.
type CellNumbers = ([u64; 9], [u32; 3], u64, u64, [u32; 12]);

impl From<CellNumbers> for HeatCell {
    fn from((numbers, small, sum_us, most_us, classes): CellNumbers) -> HeatCell {
        let [reads, writes, arrived] = small;
        let [
            read_half_units,
            write_half_units,
            bytes,
            requests,
            throttles,
            write_throttles,
            peak_read_half_units,
            peak_write_half_units,
            lag_ms,
        ] = numbers;
        HeatCell {
            read_half_units,
            write_half_units,
            bytes,
            requests,
            throttles,
            write_throttles,
            key_range_throttles: [reads, writes],
            arrived,
            lag_ms,
            peak_read_half_units,
            peak_write_half_units,
            latency: Latency { sum_us, most_us, classes },
        }
    }
}

impl From<HeatCell> for CellNumbers {
    fn from(cell: HeatCell) -> CellNumbers {
        let numbers = [
            cell.read_half_units,
            cell.write_half_units,
            cell.bytes,
            cell.requests,
            cell.throttles,
            cell.write_throttles,
            cell.peak_read_half_units,
            cell.peak_write_half_units,
            cell.lag_ms,
        ];
        let [reads, writes] = cell.key_range_throttles;
        let small = [reads, writes, cell.arrived];
        (numbers, small, cell.latency.sum_us, cell.latency.most_us, cell.latency.classes)
    }
}

impl HeatCell {
    /// Adds a cell of another partition or of another time. Peaks are of one second each: the higher stays.
    pub fn add(&mut self, other: &HeatCell) {
        self.read_half_units += other.read_half_units;
        self.write_half_units += other.write_half_units;
        self.bytes += other.bytes;
        self.requests += other.requests;
        self.throttles += other.throttles;
        self.write_throttles += other.write_throttles;
        for (sum, more) in self.key_range_throttles.iter_mut().zip(other.key_range_throttles) {
            *sum = sum.saturating_add(more);
        }
        self.arrived = self.arrived.saturating_add(other.arrived);
        self.lag_ms += other.lag_ms;
        self.peak_read_half_units = self.peak_read_half_units.max(other.peak_read_half_units);
        self.peak_write_half_units = self.peak_write_half_units.max(other.peak_write_half_units);
        self.latency.add(&other.latency);
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        *self == HeatCell::default()
    }
}

/// One stretch of time of all partitions; those that did nothing are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeatColumn {
    /// Its first second, of the epoch.
    pub second: u64,
    /// How many seconds it is of: 1, 60 or 3600.
    pub seconds: u64,
    /// The cells, in the order of the rows' numbers.
    pub cells: Vec<(RowId, HeatCell)>,
    /// The keys that were asked for most, as far as they are known.
    pub keys: KeyCounts,
}

impl HeatColumn {
    /// An empty one.
    pub fn new(second: u64, seconds: u64) -> HeatColumn {
        HeatColumn { second, seconds, ..HeatColumn::default() }
    }

    /// The second behind its last.
    pub fn end(&self) -> u64 {
        self.second + self.seconds
    }

    /// The cell of a row.
    pub fn cell(&self, row: RowId) -> Option<&HeatCell> {
        let at = self.cells.binary_search_by_key(&row, |(row, _)| *row).ok()?;
        Some(&self.cells[at].1)
    }

    fn cell_mut(&mut self, row: RowId) -> (&mut HeatCell, bool) {
        let (at, new) = match self.cells.binary_search_by_key(&row, |(row, _)| *row) {
            Ok(at) => (at, false),
            Err(at) => {
                self.cells.insert(at, (row, HeatCell::default()));
                (at, true)
            }
        };
        (&mut self.cells[at].1, new)
    }

    fn absorb(&mut self, other: &HeatColumn) {
        for (row, cell) in &other.cells {
            self.cell_mut(*row).0.add(cell);
        }
        self.keys.absorb(&other.keys);
    }
}

/// What changed since the last report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HeatReport {
    /// What is older than this second is kept no more.
    pub oldest: u64,
    /// The columns that changed, oldest first. Each replaces all that it covers.
    pub columns: Vec<HeatColumn>,
    /// The rows that are new or changed.
    pub rows: Vec<HeatRow>,
    /// The markers that are new or changed, by their place from the first ever.
    pub markers: Vec<(u64, Marker)>,
    /// Texts of keys that were learned, by hash.
    pub names: Vec<(u64, String)>,
}

/// The columns, the rows that they are of, and what is marked on them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeatHistory {
    columns: BTreeMap<u64, Rc<HeatColumn>>,
    rows: Rows,
}

impl HeatHistory {
    /// The columns, by their first second.
    pub fn columns(&self) -> &BTreeMap<u64, Rc<HeatColumn>> {
        &self.columns
    }

    /// The rows and markers.
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// Whether anything was counted of a row.
    pub fn has(&self, row: RowId) -> bool {
        self.columns.values().any(|column| column.cell(row).is_some())
    }

    /// The newest second of the newest column.
    pub fn newest(&self) -> Option<u64> {
        self.columns.last_key_value().map(|(_, column)| column.end() - 1)
    }

    /// The oldest second that is kept.
    pub fn oldest(&self) -> Option<u64> {
        self.columns.first_key_value().map(|(second, _)| *second)
    }

    /// The columns that have a second in `from..to`, oldest first.
    pub fn between(&self, from: u64, to: u64) -> impl DoubleEndedIterator<Item = &Rc<HeatColumn>> {
        let before = self.columns.range(..from).next_back().filter(|(_, column)| column.end() > from);
        let first = before.map_or(from, |(second, _)| *second);
        self.columns.range(first..to.max(first)).map(|(_, column)| column)
    }

    /// Takes over what another history reports.
    pub fn absorb(&mut self, report: HeatReport) {
        for column in report.columns {
            let covered: Vec<u64> =
                self.columns.range(column.second..column.end()).map(|(at, _)| *at).collect();
            for second in covered {
                self.columns.remove(&second);
            }
            self.columns.insert(column.second, Rc::new(column));
        }
        while self.oldest().is_some_and(|oldest| oldest < report.oldest) {
            self.columns.pop_first();
        }
        self.rows.absorb(report.rows, report.markers, report.names);
    }
}

/// Counts tallies into columns, ages them, and reports what changed.
#[derive(Clone, Debug, Default)]
pub struct Heat {
    history: HeatHistory,
    /// How many columns there are of a second, of a minute and of an hour.
    kept: [usize; 3],
    cells: usize,
    changed: BTreeSet<u64>,
    throttled: BTreeMap<RowId, u64>,
    /// The request that each row admitted last: its parts are one request.
    latest: BTreeMap<RowId, RequestId>,
    limit: Limits,
}

/// How much is kept.
#[derive(Clone, Copy, Debug)]
struct Limits {
    columns: [usize; 3],
    cells: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { columns: [SECONDS_KEPT, MINUTES_KEPT, HOURS_KEPT], cells: CELLS_KEPT }
    }
}

/// The lengths of columns, in seconds.
const LENGTHS: [u64; 3] = [1, 60, 3600];

impl Heat {
    /// A heat that keeps so many columns of a second, of a minute and of an hour.
    #[cfg(test)]
    pub(super) fn of_columns(columns: [usize; 3]) -> Heat {
        Heat { limit: Limits { columns, ..Limits::default() }, ..Heat::default() }
    }

    /// The counts so far.
    pub fn history(&self) -> &HeatHistory {
        &self.history
    }

    /// Counts what a request came to at a partition.
    pub fn count(&mut self, tally: &Tally) {
        let row = self.history.rows.of(tally.partition, tally.at_ms);
        let second = tally.at_ms / 1000;
        let at = self.column_at(second);
        let column = Rc::make_mut(self.history.columns.get_mut(&at).expect("it was just put there"));
        let one_second = column.seconds == 1;
        let (cell, new) = column.cell_mut(row);
        let write = tally.access == Access::Write;
        if tally.throttled.is_some() {
            cell.throttles += 1;
            cell.write_throttles += u64::from(write);
            let of_partition = &mut cell.key_range_throttles[usize::from(write)];
            *of_partition = of_partition.saturating_add(u32::from(tally.throttled == Some(Limit::KeyRange)));
        } else {
            let (sum, peak) = match tally.access {
                Access::Read => (&mut cell.read_half_units, &mut cell.peak_read_half_units),
                Access::Write => (&mut cell.write_half_units, &mut cell.peak_write_half_units),
            };
            *sum += tally.half_units;
            *peak = (*peak).max(if one_second { *sum } else { tally.half_units });
            cell.bytes += tally.size_bytes;
            cell.arrived = cell.arrived.saturating_add(tally.arrived);
            cell.lag_ms += tally.lag_ms;
            // What has no number is not a request.
            let another =
                tally.request.is_some_and(|request| self.latest.insert(row, request) != Some(request));
            cell.requests += u64::from(another);
            if tally.latency_us > 0 {
                cell.latency.count(tally.latency_us);
            }
        }
        if let Some(hash) = tally.hash {
            column.keys.count(&KeyCount {
                hash,
                row,
                read_half_units: if write { 0 } else { tally.half_units },
                write_half_units: if write { tally.half_units } else { 0 },
                requests: u64::from(tally.throttled.is_none()),
                throttles: u64::from(tally.throttled.is_some()),
                missed: 0,
            });
        }
        self.cells += usize::from(new);
        self.changed.insert(at);
        if tally.throttled.is_some() {
            let before = self.throttled.insert(row, second);
            if before.is_none_or(|before| before + CALM_SECONDS < second) {
                let kind = MarkerKind::Throttled { access: tally.access };
                self.history.rows.mark(tally.at_ms, Some(row), kind);
            }
        }
        self.age();
    }

    /// Counts everything that a request came to, and takes notice of what happened: rows that open, what is marked, what keys
    /// are called.
    pub fn observe(&mut self, events: &[Event], tallies: &[Tally]) {
        self.observe_all(&[events], tallies);
    }

    /// The same of several calls at once, of each its events.
    pub fn observe_all(&mut self, events: &[&[Event]], tallies: &[Tally]) {
        events.iter().copied().flatten().for_each(|event| self.history.rows.record(event));
        tallies.iter().for_each(|tally| self.count(tally));
        self.history.rows.name_entries(events, tallies);
    }

    /// The column that counts a second, made when there is none.
    fn column_at(&mut self, second: u64) -> u64 {
        let before = self.history.columns.range(..=second).next_back();
        match before {
            Some((at, column)) if column.end() > second => *at,
            _ => {
                self.history.columns.insert(second, Rc::new(HeatColumn::new(second, 1)));
                self.kept[0] += 1;
                second
            }
        }
    }

    /// Adds up the oldest columns until no more is kept than may be.
    fn age(&mut self) {
        for (class, length) in LENGTHS.iter().enumerate().skip(1) {
            while self.kept[class - 1] > self.limit.columns[class - 1] && self.fold(class - 1, *length) {}
        }
        while self.kept[2] > self.limit.columns[2] {
            self.drop_oldest();
        }
        while self.cells > self.limit.cells {
            if !self.fold(0, LENGTHS[1]) && !self.fold(1, LENGTHS[2]) {
                if self.history.columns.len() < 2 {
                    return;
                }
                self.drop_oldest();
            }
        }
    }

    fn drop_oldest(&mut self) {
        let Some((second, column)) = self.history.columns.pop_first() else { return };
        self.forget(second, &column);
    }

    fn forget(&mut self, second: u64, column: &HeatColumn) {
        self.changed.remove(&second);
        self.cells -= column.cells.len();
        let class = LENGTHS.iter().position(|length| *length == column.seconds).unwrap_or(0);
        self.kept[class] -= 1;
    }

    /// Adds up the oldest columns of a class to one of `length` seconds; false where there are none.
    fn fold(&mut self, class: usize, length: u64) -> bool {
        let finer = LENGTHS[class];
        let oldest = self.history.columns.values().find(|column| column.seconds == finer);
        let Some(start) = oldest.map(|column| column.second / length * length) else { return false };
        let mut whole = HeatColumn::new(start, length);
        let parts: Vec<u64> = self.history.columns.range(start..start + length).map(|(at, _)| *at).collect();
        for second in parts {
            if let Some(part) = self.history.columns.remove(&second) {
                self.forget(second, &part);
                whole.absorb(&part);
            }
        }
        self.cells += whole.cells.len();
        self.kept[class + 1] += 1;
        self.history.columns.insert(start, Rc::new(whole));
        self.changed.insert(start);
        true
    }

    /// Whether anything changed since the last [`Heat::take_report`].
    pub fn has_changed(&self) -> bool {
        !self.changed.is_empty() || self.history.rows.has_changed()
    }

    /// What changed since the last report.
    pub fn take_report(&mut self) -> HeatReport {
        let changed = std::mem::take(&mut self.changed);
        let columns = changed
            .iter()
            .filter_map(|second| self.history.columns.get(second))
            .map(|column| (**column).clone());
        let columns = columns.collect();
        let (rows, markers, names) = self.history.rows.take_changes();
        HeatReport { oldest: self.history.oldest().unwrap_or(0), columns, rows, markers, names }
    }

    /// All that there is, for somebody who has heard nothing yet.
    pub fn whole_report(&self) -> HeatReport {
        let columns = self.history.columns.values().map(|column| (**column).clone()).collect();
        let (rows, markers, names) = self.history.rows.whole();
        HeatReport { oldest: self.history.oldest().unwrap_or(0), columns, rows, markers, names }
    }
}

#[cfg(test)]
#[path = "heat_tests.rs"]
mod tests;
