//! Rows, their words, drafts and hottest keys.

use serde_json::json;

use super::draft::PatternDraft;
use super::*;
use crate::state::cost::CostForm;
use crate::state::tables::TableDescription;
use engine::workload::{Expectation, Frequency};

fn tables() -> Tables {
    let table = json!({
        "TableName": "events", "TableStatus": "ACTIVE",
        "AttributeDefinitions": [
            { "AttributeName": "day", "AttributeType": "S" }, { "AttributeName": "id", "AttributeType": "S" },
        ],
        "KeySchema": [
            { "AttributeName": "day", "KeyType": "HASH" }, { "AttributeName": "id", "KeyType": "RANGE" },
        ],
    });
    let mut tables = Tables::default();
    tables.list.push(Rc::new(TableDescription::read(&table).expect("a table")));
    tables
}

fn write(day: &str) -> PlannedPattern {
    let item = json!({ "day": { "S": day }, "id": { "S": "{seq}" } });
    let mut pattern = PlannedPattern::new("write", "PutItem", json!({ "TableName": "events", "Item": item }));
    pattern.rate = Frequency { times: 3_000, per: Per::Second };
    pattern.expects.no_hot_key = true;
    pattern.item_bytes = 300;
    pattern
}

fn used(pattern: &PlannedPattern, seen: Seen) -> Uses {
    let used = Used {
        pattern: pattern.clone(),
        request: Rc::default(),
        events: Rc::default(),
        seen: Ok(seen),
        more: false,
    };
    [(pattern.name.clone(), Some(Rc::new(used)))].into()
}

#[test]
fn a_date_as_partition_key_is_hot_and_a_suffix_cools_it() {
    let of = |pattern: &PlannedPattern| {
        hottest::hottest(pattern, &tables().list[0], None, 1_795_348_800_000).expect("a key")
    };
    let hot = of(&write("{today}"));
    assert_eq!((hot.percent, hot.half_units, hot.limit_half_units, hot.shards), (100, 6_000, 2_000, 3));
    assert!(!hot.fits() && hot.words().contains("3,000 WCU a second of the 1,000"), "{}", hot.words());
    let cool = of(&write("{today}#{shard 0..9}"));
    assert!(cool.fits() && cool.percent < 20, "{cool:?}");
    assert!(
        hottest::hottest(&PlannedPattern::new("s", "Scan", json!({})), &tables().list[0], None, 0).is_none()
    );
    let query = json!({
        "TableName": "events", "KeyConditionExpression": "#d = :d",
        "ExpressionAttributeNames": { "#d": "day" }, "ExpressionAttributeValues": { ":d": { "S": "2026-01-01" } },
    });
    let mut query = PlannedPattern::new("q", "Query", query);
    query.rate = Frequency { times: 120, per: Per::Minute };
    let key = of(&query);
    assert_eq!((key.key.as_str(), key.half_units, key.unit), ("2026-01-01", 2, "RCU"));
}

#[test]
fn a_row_is_estimated_until_it_is_measured_and_fails_by_what_was_seen() {
    let (tables, paying) = (tables(), &CostForm::default().paying());
    let mut pattern = write("{today}#{shard 0..9}");
    pattern.expects.half_units = Some(2);
    let before = row(&pattern, &Uses::new(), &tables, paying, 0);
    assert_eq!(
        (before.verdict, before.measured, units(before.each).as_str()),
        (Verdict::NotRun, false, "1 WCU")
    );
    // 3,000 a second for 730 hours, at $0.625 a million.
    assert_eq!(before.month.to_string(), "$4,927.50");
    let seen = Seen { consumed: Consumed { read_half_units: 0, write_half_units: 4 }, ..Seen::default() };
    let mut uses = used(&pattern, seen);
    let after = row(&pattern, &uses, &tables, paying, 0);
    assert_eq!(
        (after.verdict, after.measured, after.month.to_string().as_str()),
        (Verdict::Failed, true, "$9,855.00")
    );
    assert_eq!(after.tests[0], ("2 units, at most 1 expected".to_owned(), false));
    assert!(after.tests[1].1, "the key is cool");
    pattern.expects.half_units = Some(4);
    assert_eq!(row(&pattern, &uses, &tables, paying, 0).verdict, Verdict::NotRun, "it was changed since");
    uses.insert(pattern.name.clone(), None);
    assert_eq!(row(&pattern, &uses, &tables, paying, 0).verdict, Verdict::Running);
    pattern.expects = Expectation::default();
    assert_eq!(
        row(&pattern, &used(&pattern, Seen::default()), &tables, paying, 0).verdict,
        Verdict::Unexpected
    );
    assert_eq!(rate(&pattern), "3,000 / s");
}

#[test]
fn the_tables_of_requests_of_every_shape() {
    let (batch, transaction) = (
        json!({ "RequestItems": { "A": {} } }),
        json!({ "TransactItems": [{ "Put": { "TableName": "B" } }, { "Put": { "TableName": "A" } }] }),
    );
    assert_eq!(target(&batch), (Some("A".into()), None));
    assert_eq!(target(&transaction), (Some("B".into()), None));
    let both = json!({ "TableName": "C", "IndexName": "i" });
    assert_eq!(target(&both), (Some("C".into()), Some("i".into())));
}

#[test]
fn a_pattern_comes_back_from_its_fields_and_faults_stand_at_theirs() {
    let mut pattern = write("{today}-{n}");
    pattern.variables.insert("n".into(), "{shard 0..3}".into());
    pattern.expects = Expectation {
        half_units: Some(5),
        partitions: Some(1),
        latency_ms: Some(20),
        returned_percent: Some(90),
        no_scan: true,
        no_hot_key: true,
    };
    let draft = PatternDraft::of(&pattern);
    assert_eq!((draft.units.as_str(), draft.times.as_str(), draft.per.as_str()), ("2.5", "3000", "second"));
    assert_eq!(draft.pattern(&["other"]), Ok(pattern));
    let broken = PatternDraft {
        request: "{".into(),
        variables: "n".into(),
        times: "often".into(),
        units: "1.3".into(),
        returned: "101".into(),
        ..draft.clone()
    };
    let faults: Vec<&str> = broken.pattern(&["write"]).expect_err("faults").into_keys().collect();
    assert_eq!(faults, ["name", "request", "returned", "times", "units", "variables"]);
    let hole = PatternDraft { variables: String::new(), ..draft };
    assert!(hole.pattern(&[]).expect_err("a hole")["request"].contains("{n}"));
}

#[test]
fn what_was_measured_is_counted_in_its_workspace_until_the_pattern_is_changed() {
    let mut pattern = write("today");
    let seen = Seen { consumed: Consumed { read_half_units: 0, write_half_units: 8 }, ..Seen::default() };
    let one = used(&pattern, seen)[&pattern.name].clone().expect("a use");
    let runs = Rc::new(PatternRuns::default());
    let runs = runs.reduce(RunsAction::Begun("Shop".to_owned(), vec![pattern.name.clone()]));
    assert!(runs.is_busy("Shop") && !runs.is_busy("Bank"));
    // A use of the workspace that was left comes too late.
    let runs = runs.reduce(RunsAction::Used("Bank".to_owned(), one.clone()));
    assert_eq!(each(&pattern, &runs.of("Shop")), (pattern.estimate(), false));
    let runs = runs.reduce(RunsAction::Used("Shop".to_owned(), one.clone()));
    assert!(!runs.is_busy("Shop"));
    assert_eq!(each(&pattern, &runs.of("Shop")), (one.came_to().consumed, true));
    assert_eq!(each(&pattern, &runs.of("Bank")), (pattern.estimate(), false));
    pattern.item_bytes = 900;
    assert_eq!(each(&pattern, &runs.of("Shop")), (pattern.estimate(), false));
    let runs = runs.reduce(RunsAction::Begun("Bank".to_owned(), Vec::new()));
    assert!(runs.of("Shop").is_empty());
}
