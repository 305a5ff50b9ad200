//! The words of cells and markers.

use super::super::bands::tests::{orders, split, table, write};
use super::super::bands::with_heat;
use super::super::grid::{Columns, Subject};
use super::*;
use engine::insight::{Heat, Window};
use engine::timeline::{Limit, Tally};
use serde_json::Value;
use std::rc::Rc;

fn told(heat: &Heat, measure: Measure, step: u64) -> CellWords {
    let bands = with_heat(orders(), heat.history(), 43_000, 44_000);
    let window = Window { from: 43_470 / step * step, step, columns: 5 };
    let grid = Columns::default().grid(heat.history(), &Rc::new(Subject::of(&bands)), measure, window);
    let (from, to) = window.seconds(window.column(43_471).unwrap());
    words_at(&bands, &grid, Cell { row: 1, from, to }, heat.history(), &table(Value::Null)).unwrap()
}

#[test]
fn a_cell_is_told_in_a_line() {
    let mut heat = Heat::default();
    heat.count(&write(43_471, 2, 264));
    heat.count(&Tally { throttled: Some(Limit::KeyRange), half_units: 0, ..write(43_471, 2, 0) });
    heat.count(&write(43_475, 2, 36));
    let words = told(&heat, Measure::Writes, 1);
    assert_eq!(
        words.line(),
        "12:04:31 · 132 WCU, 13 % of 1,000 WCU, 1 throttled · p2 · leader az-b · Orders · 8000… – ffff…"
    );
    assert_eq!(words.hashes, "8000000000000000 – ffffffffffffffff");
    assert_eq!(words.keys, [("hash 2000000000000000".to_owned(), "100 % of the requests".to_owned())]);
    assert_eq!(told(&heat, Measure::Throttles, 1).value, "1 throttle");
    assert_eq!(told(&heat, Measure::Latency, 1).value, "p99 4.0 ms");
    let wide = told(&heat, Measure::Writes, 10);
    assert_eq!((wide.value.as_str(), wide.share.as_deref()), ("150 WCU in 10 s", Some("1.5 % of 1,000 WCU")));
    assert_eq!(wide.time, "12:04:30 – 12:04:40");
    assert!(wide.more.contains(&("Busiest second", "0 RCU, 132 WCU".into())), "{:?}", wide.more);
}

#[test]
fn what_arrives_at_an_index_is_told_with_how_late() {
    let mut heat = Heat::default();
    for (second, arrived, lag_ms) in [(43_470, 3, 120), (43_471, 1, 41)] {
        heat.count(&Tally { arrived, lag_ms, request: None, ..write(second, 3, 8) });
    }
    heat.count(&write(43_471, 1, 2));
    let mut bands = with_heat(orders(), heat.history(), 43_000, 44_000);
    bands[1].target.index = Some("by-status".into());
    let arriving = arriving(&bands, heat.history(), 43_462, 43_472);
    assert_eq!(arriving, [None, Some("0.4 arrivals/s, 40 ms behind".into())]);
    let cell = heat.history().cells(43_470, 43_471, &Places::new(bands[1].rows.iter().map(|row| row.row)));
    let told = cell.first().and_then(arrivals);
    assert_eq!(told.as_deref(), Some("3 changes arrived, 40 ms behind the table on average"));
    assert_eq!(arrivals(&HeatCell::default()), None);
}

#[test]
fn a_marker_is_told_where_its_partition_is_shown() {
    let mut heat = Heat::default();
    heat.count(&write(43_471, 2, 2));
    heat.observe(&[split(43_472_000, 2, 8, "8000000000000000", "bfffffffffffffff")], &[]);
    heat.observe(&[split(43_472_000, 2, 9, "c000000000000000", "ffffffffffffffff")], &[]);
    heat.count(&Tally { throttled: Some(Limit::KeyRange), half_units: 0, ..write(43_473, 9, 0) });
    let bands = with_heat(orders(), heat.history(), 43_000, 44_000);
    let said: Vec<_> =
        heat.history().rows().markers().map(|m| marker_words(m, &bands, heat.history())).collect();
    assert_eq!(
        said,
        [
            Some("12:04:32 p2 was split into p8 and p9: it stayed near its limit".to_owned()),
            Some("12:04:33 p9: the first write was throttled".to_owned())
        ]
    );
    assert_eq!(marker_words(heat.history().rows().markers().next().unwrap(), &[], heat.history()), None);
}
