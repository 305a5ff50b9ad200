//! The cost page's arithmetic, on the document's carts and on what a run consumed.

use super::*;
use engine::insight::cost::Part;
use engine::insight::{HeatCell, HeatColumn, HeatReport};
use engine::workload::{Frequency, Per};
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

fn total(form: &CostForm) -> [String; WAYS] {
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
    let used = used(&table, Besides::default(), |_| (Load::default(), 3, 1_000));
    let stored: Vec<(Option<&str>, u64, bool)> =
        used.iter().map(|one| (one.index.as_deref(), one.storage_bytes, one.local)).collect();
    assert_eq!(stored, [(None, 1_300, false), (Some("local"), 270, true), (Some("global"), 1_300, false)]);
    assert!(used.iter().all(|one| one.on_demand == Some(true)));
}

fn bills(form: &CostForm) -> Bills {
    let used = form.classed(&form.typed().expect("a load"));
    Bills::of(&form.prices(), &used, form.scaling().expect("a target"), form.period())
}

#[test]
fn what_is_reserved_comes_in_blocks_and_saves_its_percentage() {
    // 80,050 RCU and 20,050 WCU: 50 of each are beyond the blocks.
    let form = CostForm { preset: String::new(), period: "month".into(), ..carts("100000", Reads::Strong) };
    let all = bills(&form);
    assert_eq!(all.reserved, [80_000, 20_000]);
    assert_eq!(
        all.totals().map(|one| one.to_string())[1..],
        ["$17,082.00", "$24,403.16", "$7,857.72", "$3,928.86"]
    );
    assert_eq!(all.row("Your table", None), all.totals(), "one table has it all");
    let small = CostForm { requests: "90".into(), peak: "90".into(), ..form.clone() };
    assert_eq!(bills(&small).reserved, [0, 0]);
    let row = bills(&small).totals();
    assert_eq!(row[1], row[4], "less than a block is not reserved");
    let infrequent = CostForm { class: Some(Class::StandardInfrequentAccess), ..form };
    let infrequent = bills(&infrequent);
    assert_eq!((infrequent.reserved, infrequent.totals()[1].to_string()), ([0, 0], "$21,352.50".to_owned()));
}

#[test]
fn streams_backups_recovery_and_regions_are_billed_beside_the_requests() {
    let none = CostForm { preset: String::new(), period: "month".into(), ..carts("1000", Reads::Eventual) };
    let form = CostForm {
        storage_gb: "100".into(),
        stream_reads: "4".into(),
        backup_gb: "50".into(),
        recovery: true,
        regions: "2".into(),
        ..none.clone()
    };
    let all = bills(&form);
    let part = |part| all.part(part)[0].to_string();
    // 75 GB beyond the free ones; 4 x 2,628,000 calls; 50 GB; 100 GB; the writes twice again.
    assert_eq!(part(Part::Storage), "$18.75");
    assert_eq!(part(Part::StreamReads), "$2.10");
    assert_eq!(part(Part::Backups), "$5.00");
    assert_eq!(part(Part::PointInTimeRecovery), "$20.00");
    let writes = all.part(Part::Writes)[0];
    assert_eq!(all.part(Part::ReplicatedWrites)[0], writes + writes);
    assert!(bills(&none).part(Part::ReplicatedWrites)[0].as_picodollars() == 0);
}

#[test]
fn a_month_of_a_pattern_follows_the_way_of_paying() {
    let form = CostForm { preset: String::new(), target: "50".into(), ..CostForm::default() };
    let each = Consumed { read_half_units: 2, write_half_units: 0 };
    let rate = Frequency { times: 100, per: Per::Second };
    let months = form.paying().months(Class::Standard, each, rate).map(|one| one.to_string());
    assert_eq!(months, ["$32.85", "$9.49", "$18.98", "$4.37", "$2.18"]);
    let reserved = CostForm { plan: "reserved-3".into(), ..form.clone() };
    assert_eq!(reserved.paying().month(Class::Standard, each, rate).to_string(), "$2.18");
    let infrequent = reserved.paying().month(Class::StandardInfrequentAccess, each, rate);
    assert_eq!(infrequent.to_string(), "$11.86", "that class is not reserved");
    let unknown = CostForm { plan: "by the look".into(), ..form };
    assert_eq!(unknown.paying().plan, 0);
}
