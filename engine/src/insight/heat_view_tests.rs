//! Views of heat: windows, places, and totals that no resolution changes.

use super::*;
use crate::insight::heat::Heat;
use crate::timeline::{Access, Tally};
use proptest::prelude::*;

fn tally(second: u64, partition: u32, half_units: u64) -> Tally {
    Tally {
        at_ms: second * 1000,
        request: Some(second * 1000 + half_units),
        table: 1,
        index: 0,
        partition,
        access: Access::Write,
        hash: Some(9 + u64::from(partition)),
        half_units,
        size_bytes: 3 * half_units,
        throttled: None,
        latency_us: 4_000,
        arrived: 0,
        lag_ms: 0,
    }
}

#[test]
fn a_window_has_round_columns() {
    assert_eq!(Window::fitting(100, 160, 60), Window { from: 100, step: 1, columns: 60 });
    assert_eq!(Window::fitting(101, 161, 30), Window { from: 100, step: 5, columns: 13 });
    assert_eq!(Window::fitting(100, 100, 10), Window { from: 100, step: 1, columns: 1 });
    let month = Window::fitting(7, 30 * 86_400, 600);
    assert_eq!((month.step, month.columns), (21_600, 120));
    assert_eq!(Window::fitting(0, 86_400 * 5_000, 600).columns, 500);
    let window = Window { from: 100, step: 5, columns: 3 };
    assert_eq!(
        (window.column(99), window.column(104), window.column(114), window.column(115)),
        (None, Some(0), Some(2), None)
    );
}

#[test]
fn rows_stand_where_they_are_asked_for() {
    let mut heat = Heat::default();
    for (second, partition, half_units) in [(10, 1, 4), (10, 2, 6), (11, 1, 8), (12, 3, 2)] {
        heat.count(&tally(second, partition, half_units));
    }
    let history = heat.history();
    // Rows are numbered as they come: the second and the first partition.
    let places = Places::new([Some(1), None, Some(0)]);
    let view = history.view(Window { from: 10, step: 2, columns: 2 }, &places, Measure::Writes);
    assert_eq!(
        view.columns.iter().map(|column| column.amounts.clone()).collect::<Vec<_>>(),
        [[6, 0, 12], [0, 0, 0]]
    );
    let latency = history.view_column(10, 12, &places, Measure::Latency);
    assert_eq!(latency.amounts, [4_000, 0, 4_000]);
    assert_eq!(history.cells(10, 12, &places)[2].bytes, 36);
    let keys = history.keys(10, 13, |row| row < 2);
    assert_eq!(keys.iter().map(|key| (key.hash, key.requests)).collect::<Vec<_>>(), [(10, 2), (11, 1)]);
    let at = BTreeMap::from([((0, 10), 1), ((2, 12), 0)]);
    assert_eq!(history.key_column(10, 13, &at, Measure::Writes).amounts, [2, 12]);
}

proptest! {
    /// The same stretch has the same totals at every resolution, whether its columns are seconds, minutes or hours.
    #[test]
    fn every_resolution_has_the_same_totals(
        counts in prop::collection::vec((0_u64..9_000, 0_u32..5, 0_u64..50), 1..120),
        keep in 1_usize..40,
        most in 1_usize..80,
    ) {
        let mut counts = counts;
        counts.sort_unstable();
        let mut heat = Heat::of_columns([keep, 20, 100]);
        counts.iter().for_each(|(second, partition, half_units)| heat.count(&tally(*second, *partition, *half_units)));
        let history = heat.history();
        let places = Places::new((0..history.rows().all().len() as RowId).map(Some));
        let window = Window::fitting(0, 10_800, most);
        for measure in [Measure::Writes, Measure::Bytes] {
            let view = history.view(window, &places, measure);
            let all: u64 = view.columns.iter().flat_map(|column| &column.amounts).sum();
            let exact: u64 = counts.iter().map(|(_, _, half_units)| half_units * if measure == Measure::Bytes { 3 } else { 1 }).sum();
            prop_assert_eq!(all, exact);
        }
        let mut cells = HeatCell::default();
        for at in 0..window.columns {
            let (from, to) = window.seconds(at);
            history.cells(from, to, &places).iter().for_each(|cell| cells.add(cell));
        }
        prop_assert!(cells.requests <= counts.len() as u64);
        prop_assert_eq!(cells.latency.requests(), counts.len() as u64);
    }
}
