//! The cost page's arithmetic, on the document's carts and on what a run consumed.

use super::*;
use engine::insight::{HeatCell, HeatColumn, HeatReport};
use serde_json::json;

fn carts(requests: &str, reads: Reads) -> CostForm {
    CostForm {
        source: Source::Typed,
        preset: "2024 and earlier".into(),
        period: "days30".into(),
        requests: requests.into(),
        peak: requests.into(),
        reads,
        ..CostForm::default()
    }
}

fn total(form: &CostForm) -> [String; 3] {
    let used = form.typed().expect("a load");
    Bills::of(&form.prices(), &used, form.scaling().unwrap(), form.period())
        .totals()
        .map(|money| money.to_string())
}

#[test]
fn the_document_s_carts_cost_what_it_says_and_half_their_reads_as_metered() {
    assert_eq!(total(&carts("1,000", Reads::Strong))[0], "$1,166.40");
    assert_eq!(total(&carts("1,000", Reads::Eventual))[0], "$907.20");
    let day = CostForm { period: "day".into(), ..carts("100000", Reads::Strong) };
    assert_eq!(total(&day)[0], "$3,888.00");
    let month = CostForm { period: "month".into(), ..day };
    assert_eq!(total(&month)[1], "$17,082.00");
}

#[test]
fn faults_stand_at_their_fields() {
    let form = CostForm {
        requests: "many".into(),
        read_percent: "101".into(),
        storage_gb: "-1".into(),
        ..CostForm::default()
    };
    let names: Vec<&str> = form.typed().unwrap_err().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["requests", "read_percent", "storage_gb"]);
    assert!(CostForm { target: "95".into(), ..CostForm::default() }.scaling().is_err());
}

#[test]
fn every_write_is_paid_for_in_each_index_again() {
    let used = CostForm { indexes: "2".into(), read_percent: "0".into(), ..carts("1000", Reads::Strong) };
    let bills = Bills::of(&used.prices(), &used.typed().unwrap(), used.scaling().unwrap(), used.period());
    let own = bills.row("Your table", None)[0];
    assert_eq!(bills.row("Your table", Some("GSI 2"))[0], own);
    assert_eq!(bills.totals()[0], own + own + own);
    assert_eq!(bills.part(Part::Writes)[0], bills.requests()[0]);
}

#[test]
fn use_and_break_even_are_shares_of_the_peak() {
    let form = CostForm {
        requests: "100".into(),
        peak: "1000".into(),
        read_percent: "0".into(),
        ..carts("100", Reads::Strong)
    };
    let bills = Bills::of(&form.prices(), &form.typed().unwrap(), form.scaling().unwrap(), Period::MONTH);
    assert_eq!(bills.use_millionths(), Some(100_000));
    // $0.00065 an hour against 3,600 writes at $1.25 a million, and one read unit.
    assert_eq!(bills.break_even().map(|share| share / 1_000), Some(144));
}

#[test]
fn a_run_is_metered_by_its_seconds() {
    let mut history = HeatHistory::default();
    let column = |second: u64, writes: u64| {
        let mut column = HeatColumn::new(second, 1);
        column.cells = vec![(0, HeatCell { write_half_units: writes, ..HeatCell::default() })];
        column
    };
    history.absorb(HeatReport { columns: vec![column(10, 20), column(12, 60)], ..HeatReport::default() });
    let loads = metered(&history, &[BTreeSet::from([0]), BTreeSet::from([7])], 10, 14);
    assert_eq!((loads[0].base.write_milli_units, loads[0].peak.write_milli_units), (10_000, 30_000));
    assert_eq!(loads[1], Load::default());
    assert_eq!(metered(&history, &[BTreeSet::from([0])], 12, 14)[0].base.write_milli_units, 15_000);
}

#[test]
fn a_table_s_indexes_stand_behind_it() {
    let table = TableDescription::read(&json!({
        "TableName": "Orders", "TableStatus": "ACTIVE", "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "LocalSecondaryIndexes": [{"IndexName": "local", "KeySchema": [], "IndexSizeBytes": 70, "ItemCount": 2}],
        "GlobalSecondaryIndexes": [{"IndexName": "global", "KeySchema": []}]
    }))
    .expect("a table");
    let used = used(&table, |_| (Load::default(), 3, 1_000));
    let stored: Vec<(Option<&str>, u64, bool)> =
        used.iter().map(|one| (one.index.as_deref(), one.storage_bytes, one.local)).collect();
    assert_eq!(stored, [(None, 1_300, false), (Some("local"), 270, true), (Some("global"), 1_300, false)]);
    assert!(used.iter().all(|one| one.on_demand == Some(true)));
}
