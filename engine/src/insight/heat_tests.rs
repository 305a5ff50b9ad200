//! The counters of heat: what is counted, how it ages, what a mirror is told.

use super::*;
use crate::timeline::Limit;
use proptest::prelude::*;

fn tally(at_ms: u64, partition: u32, access: Access, half_units: u64) -> Tally {
    Tally {
        at_ms,
        request: Some(at_ms),
        table: 1,
        index: 0,
        partition,
        access,
        hash: Some(u64::from(partition) * 77),
        half_units,
        size_bytes: half_units * 500,
        throttled: None,
        latency_us: 3_000 + half_units,
        arrived: 0,
        lag_ms: 0,
    }
}

fn refused(at_ms: u64, partition: u32, access: Access) -> Tally {
    Tally { throttled: Some(Limit::KeyRange), ..tally(at_ms, partition, access, 0) }
}

fn small(columns: [usize; 3], cells: usize) -> Heat {
    Heat { limit: Limits { columns, cells }, ..Heat::default() }
}

#[test]
fn tokens_and_throttles_add_up_by_second_and_partition() {
    let mut heat = Heat::default();
    heat.count(&tally(1_000, 5, Access::Write, 2));
    heat.count(&tally(1_999, 5, Access::Write, 3));
    heat.count(&tally(1_999, 5, Access::Write, 1));
    heat.count(&Tally { request: None, ..tally(1_999, 5, Access::Write, 0) });
    heat.count(&tally(2_000, 6, Access::Write, 2));
    let report = heat.take_report();
    assert_eq!(report.columns.iter().map(|column| column.second).collect::<Vec<_>>(), [1, 2]);
    let cell = report.columns[0].cells[0].1;
    assert_eq!(
        (cell.write_half_units, cell.peak_write_half_units, cell.requests, cell.bytes),
        (6, 6, 2, 3000),
        "two parts are one request, and the engine's own work is none"
    );
    assert_eq!((cell.latency.requests(), cell.latency.quantile_us(500)), (4, Some(3_003)));
    assert!(!heat.has_changed(), "nothing changed since");
    for access in [Access::Read, Access::Write, Access::Write] {
        heat.count(&refused(2_500, 6, access));
    }
    let report = heat.take_report();
    let cell = report.columns[0].cells[0].1;
    assert_eq!((cell.throttles, cell.write_throttles, cell.write_half_units, cell.requests), (3, 2, 2, 1));
    assert_eq!(report.markers.len(), 1, "the first of them is marked: {:?}", report.markers);
    heat.count(&refused(2_000 + CALM_SECONDS * 1000, 6, Access::Read));
    assert_eq!(heat.history().rows().markers().count(), 1, "still the same throttling");
}

#[test]
fn columns_age_and_a_straggler_finds_its_minute() {
    let mut heat = small([2, 2, 1], 100);
    for second in [3_600, 3_601, 3_659, 3_661, 3_720] {
        heat.count(&tally(second * 1000, 1, Access::Read, 2));
    }
    let lengths = |heat: &Heat| {
        heat.history().columns().values().map(|column| (column.second, column.seconds)).collect::<Vec<_>>()
    };
    assert_eq!(lengths(&heat), [(3_600, 60), (3_661, 1), (3_720, 1)]);
    heat.count(&tally(3_630_000, 2, Access::Read, 10));
    let minute = &heat.history().columns()[&3_600];
    assert_eq!(minute.cells.iter().map(|(_, cell)| cell.read_half_units).collect::<Vec<_>>(), [6, 10]);
    assert_eq!(minute.cell(0).unwrap().peak_read_half_units, 2);
    for minute in 62..66 {
        heat.count(&tally(minute * 60_000, 1, Access::Read, 2));
    }
    assert_eq!(lengths(&heat), [(3_600, 3_600)], "three minutes of one hour");
    for second in [9_000, 9_100, 9_200, 90_000, 90_001] {
        heat.count(&tally(second * 1000, 1, Access::Read, 2));
    }
    assert_eq!(lengths(&heat), [(7_200, 3_600), (90_000, 1), (90_001, 1)], "the oldest hour went");
}

#[test]
fn many_partitions_age_sooner() {
    let mut heat = small([900, 900, 900], 50);
    for second in 0..200 {
        (0..10).for_each(|partition| heat.count(&tally(second * 1000, partition, Access::Write, 2)));
    }
    assert!(heat.cells <= 50 && heat.history().columns().len() > 3);
    let sum: u64 =
        heat.history().columns().values().flat_map(|c| &c.cells).map(|(_, c)| c.write_half_units).sum();
    assert_eq!(sum, 200 * 10 * 2, "nothing is lost");
}

#[test]
fn a_cell_comes_back_from_json() {
    let mut heat = Heat::default();
    heat.count(&tally(1_000, 5, Access::Write, 2));
    heat.count(&refused(1_000, 5, Access::Read));
    let report = heat.take_report();
    let text = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<HeatReport>(&text).unwrap(), report);
}

fn tallies() -> impl Strategy<Value = Vec<Tally>> {
    let one = (0_u64..20_000, 0_u32..12, any::<bool>(), 0_u64..40, any::<bool>());
    let one = one.prop_map(|(second, partition, write, half_units, throttled)| {
        let access = if write { Access::Write } else { Access::Read };
        match throttled {
            true => refused(second * 1000, partition, access),
            false => tally(second * 1000, partition, access, half_units),
        }
    });
    prop::collection::vec(one, 0..300).prop_map(|mut tallies| {
        tallies.sort_by_key(|tally| tally.at_ms);
        tallies
    })
}

fn total(cells: impl IntoIterator<Item = HeatCell>) -> HeatCell {
    let mut sum = HeatCell::default();
    cells.into_iter().for_each(|cell| sum.add(&cell));
    HeatCell { peak_read_half_units: 0, peak_write_half_units: 0, ..sum }
}

proptest! {
    /// However little is kept, what is counted stays counted, nothing overlaps, and a mirror that is told now and then has
    /// the same columns.
    #[test]
    fn aging_preserves_totals(tallies in tallies(), seconds in 1_usize..30, minutes in 1_usize..30, cells in 12_usize..90) {
        let mut aged = small([seconds, minutes, 1_000], cells);
        let mut whole = small([usize::MAX; 3], usize::MAX);
        let mut mirror = HeatHistory::default();
        for (at, tally) in tallies.iter().enumerate() {
            aged.count(tally);
            whole.count(tally);
            if at % 17 == 0 {
                mirror.absorb(aged.take_report());
            }
        }
        mirror.absorb(aged.take_report());
        let cells = |history: &HeatHistory| total(history.columns().values().flat_map(|c| c.cells.iter().map(|(_, cell)| *cell)));
        // Seven hours at most: nothing has to go but where the cells of hours alone are too many.
        if aged.history().columns().values().next().is_none_or(|column| column.second <= tallies[0].at_ms / 1000) {
            prop_assert_eq!(cells(aged.history()), cells(whole.history()));
        }
        prop_assert!(aged.cells <= cells_limit(&aged));
        let ends: Vec<(u64, u64)> = aged.history().columns().values().map(|c| (c.second, c.end())).collect();
        prop_assert!(ends.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{:?}", ends);
        prop_assert_eq!(mirror.columns(), aged.history().columns());
        prop_assert_eq!(mirror.rows().all(), aged.history().rows().all());
    }
}

fn cells_limit(heat: &Heat) -> usize {
    heat.limit.cells.max(12)
}
