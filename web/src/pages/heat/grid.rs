//! The cells of the heatmap: what each row did in each column of the window, and how hot that is. Pure.
//!
//! A column is asked of the heat's history once, and again only when what it is of has changed ([`Columns`]).

use std::collections::BTreeMap;
use std::rc::Rc;

use engine::insight::{HeatColumn, HeatHistory, Measure, Places, RowId, ViewColumn, Window};

use super::bands::{Band, places, rows};

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
        true => (FLOOR + bent.min(1.0) * (255.0 - FLOOR) + 0.5) as u8,
        false => 0,
    }
}

/// What the rows are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Partitions.
    Partitions(Places),
    /// Keys, each at its place.
    Keys(BTreeMap<(RowId, u64), usize>),
}

impl Subject {
    /// The rows of some bands.
    pub fn of(bands: &[Band]) -> Subject {
        let keys = rows(bands).enumerate().filter_map(|(at, (_, row))| Some((at, row.key.as_ref()?)));
        let keys = keys.flat_map(|(at, key)| key.rows.iter().map(move |row| ((*row, key.hash), at)));
        let keys: BTreeMap<(RowId, u64), usize> = keys.collect();
        match keys.is_empty() {
            true => Subject::Partitions(places(bands)),
            false => Subject::Keys(keys),
        }
    }
}

/// The columns that were asked for last.
#[derive(Debug, Default)]
pub struct Columns {
    of: Option<(Rc<Subject>, Measure, u64)>,
    known: BTreeMap<u64, (Vec<Rc<HeatColumn>>, Rc<ViewColumn>)>,
}

impl Columns {
    /// The grid of a window.
    pub fn grid(
        &mut self,
        history: &HeatHistory,
        subject: &Rc<Subject>,
        measure: Measure,
        window: Window,
    ) -> Grid {
        let of = (subject.clone(), measure, window.step);
        if self.of.as_ref() != Some(&of) {
            self.known.clear();
            self.of = Some(of);
        }
        let mut known = BTreeMap::new();
        let mut columns = Vec::with_capacity(window.columns);
        for at in 0..window.columns {
            let (from, to) = window.seconds(at);
            let sources: Vec<Rc<HeatColumn>> = history.between(from, to).cloned().collect();
            let same = |(before, _): &(Vec<Rc<HeatColumn>>, _)| {
                before.len() == sources.len() && before.iter().zip(&sources).all(|(a, b)| Rc::ptr_eq(a, b))
            };
            let column = match self.known.remove(&from).filter(same) {
                Some((_, column)) => column,
                None => Rc::new(match &**subject {
                    Subject::Partitions(places) => history.view_column(from, to, places, measure),
                    Subject::Keys(keys) => history.key_column(from, to, keys, measure),
                }),
            };
            columns.push(column.clone());
            known.insert(from, (sources, column));
        }
        self.known = known;
        let most = columns.iter().flat_map(|column| &column.amounts).copied().max().unwrap_or(0);
        Grid { window, measure, columns, most }
    }
}

/// The rows' cells over a window of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// The time.
    pub window: Window,
    /// What is shown.
    pub measure: Measure,
    columns: Vec<Rc<ViewColumn>>,
    most: u64,
}

impl Grid {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.amounts.len())
    }

    /// The columns, from left to right.
    pub fn columns(&self) -> &[Rc<ViewColumn>] {
        &self.columns
    }

    /// The amount and the refusals of a cell.
    pub fn cell(&self, row: usize, column: usize) -> Option<(u64, u64)> {
        let column = self.columns.get(column)?;
        Some((*column.amounts.get(row)?, column.throttles[row]))
    }

    /// What an amount of one column comes to in a second. A latency is what it is.
    pub fn in_a_second(&self, amount: f64) -> f64 {
        if self.measure == Measure::Latency { amount } else { amount / self.window.step as f64 }
    }

    /// The most of one cell, by the second.
    pub fn most(&self) -> f64 {
        self.in_a_second(self.most as f64)
    }

    /// Whether nothing happened in it.
    pub fn is_empty(&self) -> bool {
        self.most == 0
            && self.columns.iter().all(|column| column.throttles.iter().all(|throttles| *throttles == 0))
    }

    /// What all rows of a column have of it together, by the second; of a latency the most.
    pub fn column_total(&self, column: usize) -> f64 {
        let amounts = self.columns.get(column).map_or(&[][..], |column| &column.amounts);
        self.in_a_second(match self.measure {
            Measure::Latency => amounts.iter().copied().max().unwrap_or(0),
            _ => amounts.iter().sum(),
        } as f64)
    }

    /// What each row has of it over the whole window; of a latency the most.
    pub fn row_totals(&self) -> Vec<u64> {
        let mut totals = vec![0; self.rows()];
        for column in &self.columns {
            for (total, amount) in totals.iter_mut().zip(&column.amounts) {
                *total =
                    if self.measure == Measure::Latency { (*total).max(*amount) } else { *total + amount };
            }
        }
        totals
    }
}

/// How an amount becomes a level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heating {
    scale: Scale,
    /// A share of the scale's end for each unit of an amount of one column.
    share: f64,
}

impl Heating {
    /// The levels of a band's cells: the end of the scale is so many times brighter.
    pub fn new(grid: &Grid, limit: Option<u64>, scale: Scale, brightness: f64) -> Heating {
        let (end, scale) = match limit.filter(|_| scale == Scale::Limit) {
            Some(limit) => (limit as f64, Scale::Limit),
            None => (grid.most(), Scale::Relative),
        };
        Heating { scale, share: brightness * grid.in_a_second(1.0) / end.max(f64::MIN_POSITIVE) }
    }

    /// The level of an amount.
    pub fn level(&self, amount: u64) -> u8 {
        if amount == 0 { 0 } else { level(amount as f64 * self.share, self.scale) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::bands::tests::{orders, write};
    use super::super::bands::with_heat;
    use super::*;
    use engine::insight::Heat;

    const WINDOW: Window = Window { from: 8, step: 1, columns: 5 };

    fn heat() -> Heat {
        let mut heat = Heat::default();
        let counts = [(5, 1, 999), (11, 1, 20), (11, 1, 40), (11, 3, 2), (12, 2, 2000), (12, 77, 50)];
        counts
            .iter()
            .for_each(|(second, partition, half_units)| heat.count(&write(*second, *partition, *half_units)));
        heat
    }

    fn subject(heat: &Heat) -> Rc<Subject> {
        Rc::new(Subject::of(&with_heat(orders(), heat.history(), 0, 20)))
    }

    #[test]
    fn cells_stand_in_their_row_and_column() {
        let heat = heat();
        let grid = Columns::default().grid(heat.history(), &subject(&heat), Measure::Writes, WINDOW);
        let writes = |row| (0..5).map(|column| grid.cell(row, column).unwrap().0).collect::<Vec<_>>();
        assert_eq!(
            [writes(0), writes(1), writes(2)],
            [[0, 0, 0, 60, 0], [0, 0, 0, 0, 2000], [0, 0, 0, 2, 0]]
        );
        assert_eq!((grid.rows(), grid.cell(0, 5), grid.most()), (3, None, 2000.0));
        assert_eq!((grid.column_total(3), grid.row_totals()), (62.0, vec![60, 2000, 2]));
    }

    #[test]
    fn only_what_changed_is_asked_for_again() {
        let mut heat = heat();
        let (subject, mut columns) = (subject(&heat), Columns::default());
        let before = columns.grid(heat.history(), &subject, Measure::Writes, WINDOW);
        heat.count(&write(12, 1, 6));
        let after = columns.grid(heat.history(), &subject, Measure::Writes, Window { from: 9, ..WINDOW });
        let same = |at: usize| Rc::ptr_eq(&before.columns()[at + 1], &after.columns()[at]);
        assert_eq!([same(0), same(1), same(2)], [true; 3]);
        assert_eq!((before.cell(0, 4), after.cell(0, 3)), (Some((0, 0)), Some((6, 0))));
    }

    #[test]
    fn the_limit_is_the_end_of_the_ramp_and_anything_can_be_seen() {
        let (heat, bands) = (heat(), orders());
        let grid = Columns::default().grid(heat.history(), &subject(&heat), Measure::Writes, WINDOW);
        let limit = Some(bands[0].limit.1 * 2);
        assert_eq!(
            [2000, 60, 0].map(|amount| Heating::new(&grid, limit, Scale::Limit, 1.0).level(amount)),
            [255, 61, 0]
        );
        assert_eq!(Heating::new(&grid, limit, Scale::Relative, 1.0).level(60), 27);
        assert_eq!(
            Heating::new(&grid, None, Scale::Limit, 1.0).level(2000),
            255,
            "the most in view is the end"
        );
        assert_eq!(Heating::new(&grid, limit, Scale::Limit, 4.0).level(500), 255, "brighter");
        let wide = Grid { window: Window { step: 10, ..WINDOW }, ..grid };
        assert_eq!(Heating::new(&wide, limit, Scale::Limit, 1.0).level(20_000), 255, "by the second");
        assert_eq!(level(9.0, Scale::Limit), 255, "a burst may go beyond the provisioned throughput");
    }
}
