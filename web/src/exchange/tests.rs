//! Out and in again: the same design, or what is missing is listed.

use engine::world::{Config, World};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::samples::{any_design, everything, of_the_site};
use super::{Design, Format, LeftOut, export, import};
use crate::share::load::{Step, steps};

/// What is written, and read again.
fn around(design: &Design, format: Format) -> (Design, Vec<LeftOut>, Vec<LeftOut>) {
    let carried = export(design, format);
    let taken = import(&carried.text).unwrap_or_else(|fault| panic!("{fault:?} in\n{}", carried.text));
    (taken.design, carried.left_out, taken.left_out)
}

/// By name: a template's resources have no order.
fn sorted(mut design: Design) -> Design {
    design.tables.sort_by(|one, other| one.name().cmp(other.name()));
    for table in &mut design.tables {
        table.scaling.sort_by_key(|scaling| (scaling.index.clone(), scaling.word()));
        // Some formats have them as a map.
        table
            .create
            .tags
            .as_mut()
            .into_iter()
            .for_each(|tags| tags.sort_by(|one, other| one.key.cmp(&other.key)));
        table.items.clear();
    }
    design
}

fn world() -> World {
    World::new(Config { instant: true, lag: false, throttle: false, ..Config::default() })
}

/// Sends the requests that a design is, as a page does.
fn make(world: &mut World, design: &Design) {
    for step in steps(&design.document(), 1_000) {
        if let Step::Call { operation, request } = step {
            let answer =
                world.execute("us-east-1", 1_000, operation, request.to_string().as_bytes()).response;
            answer.unwrap_or_else(|error| panic!("{operation} {request}: {error:?}"));
        }
    }
}

#[test]
fn everything_goes_around_every_format_that_has_a_place_for_it() {
    let design = everything();
    for format in [Format::CloudFormation, Format::CloudFormationJson] {
        let (back, out, taken) = around(&design, format);
        assert_eq!((sorted(back), out, taken), (sorted(design.clone()), vec![], vec![]));
    }
    let (back, out, taken) = around(&design, Format::Sam);
    assert_eq!((sorted(back), out, taken), (sorted(design.clone()), vec![], vec![]));
    let (back, out, taken) = around(&design, Format::Terraform);
    let unnamed = Design { name: String::new(), description: String::new(), ..sorted(design.clone()) };
    assert_eq!((sorted(back), out, taken), (unnamed, vec![], vec![]));
    for format in [Format::Cdk, Format::Cli] {
        assert_eq!(export(&design, format).left_out, [], "{format:?}");
    }
}

#[test]
fn every_format_lists_what_it_leaves_out() {
    let mut design = everything();
    design.tables[0].items = vec![json!({ "user_id": { "S": "u" }, "order_id": { "S": "o" } })];
    let left_out = |format| -> Vec<String> {
        export(&design, format).left_out.into_iter().map(|one| one.what).collect()
    };
    for format in [Format::CloudFormation, Format::Sam, Format::Terraform, Format::Cdk, Format::Cli] {
        assert_eq!(left_out(format), ["Orders: items"], "{format:?}");
    }
    let beside = ["Orders.TimeToLive", "Orders.PointInTimeRecoverySpecification", "Orders.AutoScaling"];
    assert_eq!(left_out(Format::CreateTable)[..3], beside);
    assert_eq!(left_out(Format::DescribeTable)[3..5], ["Orders.Tags", "Orders.ResourcePolicy"]);
    let of_workbench = left_out(Format::Workbench);
    for what in [
        "Orders.LocalSecondaryIndexes",
        "tenant.events-2.by-tenant-and-region, whose key has several attributes",
    ] {
        assert!(of_workbench.iter().any(|left| left == what), "{what} in {of_workbench:?}");
    }
    assert_eq!(left_out(Format::Markdown), Vec::<String>::new());
}

#[test]
fn a_design_document_tells_what_is_expected_of_each_access_pattern() {
    use engine::workload::{Expectation, Frequency, Per, PlannedPattern};
    let request = json!({ "TableName": "Orders", "KeyConditionExpression": "user_id = :u" });
    let mut pattern = PlannedPattern::new("Orders of a user", "Query", request);
    pattern.rate = Frequency { times: 20, per: Per::Hour };
    (pattern.items, pattern.item_bytes, pattern.note) = (10, 300, "The account page".to_owned());
    pattern.variables.insert("u".to_owned(), "user_{zipf 1..9}".to_owned());
    pattern.expects = Expectation {
        half_units: Some(1),
        partitions: Some(1),
        latency_ms: Some(10),
        returned_percent: Some(90),
        no_scan: true,
        no_hot_key: true,
    };
    let mut design = everything();
    design.model.patterns = vec![pattern];
    let text = export(&design, Format::Markdown).text;
    for told in [
        "20 an hour | 10 of 300 bytes | at most 0.5 units, at most 1 partition, at most 10 ms (modelled), at least 90 % of what is \
         looked at returned, no scan, no key above what a partition serves | The account page |",
        "Variables of Orders of a user: `u` = `user_{zipf 1..9}`.",
    ] {
        assert!(text.contains(told), "{text}");
    }
}

#[test]
fn the_samples_of_the_site_go_around() {
    for design in of_the_site() {
        for format in [Format::CloudFormation, Format::Terraform] {
            let (back, _, taken) = around(&design, format);
            assert_eq!((sorted(back).tables, taken), (sorted(design.clone()).tables, vec![]));
        }
        make(&mut world(), &design);
    }
}

#[test]
fn a_workbench_model_keeps_its_items() {
    for design in of_the_site() {
        let carried = export(&design, Format::Workbench);
        let taken = import(&carried.text).expect("a model");
        for (table, before) in taken.design.tables.iter().zip(&design.tables) {
            // Those of an entity stand together.
            let in_order = |items: &[Value]| {
                let mut texts: Vec<String> = items.iter().map(Value::to_string).collect();
                texts.sort();
                texts
            };
            assert_eq!(in_order(&table.items), in_order(&before.items));
            assert_eq!(table.create.key_schema, before.create.key_schema);
            assert_eq!(
                table.create.global_secondary_indexes.is_some(),
                before.create.global_secondary_indexes.is_some()
            );
        }
        // A second time nothing more is lost.
        assert_eq!(export(&taken.design, Format::Workbench).text, carried.text);
    }
}

#[test]
fn what_the_engine_describes_is_what_was_made() {
    let design = everything();
    let mut world = world();
    make(&mut world, &design);
    for table in &design.tables {
        let request = json!({ "TableName": table.name() }).to_string();
        let answer = world
            .execute("us-east-1", 2_000, "DescribeTable", request.as_bytes())
            .response
            .expect("it is there");
        let taken = import(std::str::from_utf8(&answer).expect("text")).expect("a description");
        let made = &taken.design.tables[0];
        assert_eq!(made.create.key_schema, table.create.key_schema);
        assert_eq!(made.create.local_secondary_indexes, table.create.local_secondary_indexes);
        assert_eq!(made.create.sse_specification.is_some(), table.create.sse_specification.is_some());
        assert_eq!(taken.left_out, []);
    }
}

#[test]
fn a_text_that_is_nothing_is_refused_with_its_place() {
    let fault = |text: &str| import(text).expect_err(text);
    assert_eq!((fault("{\n  \"a\": x").line, fault("{\n  \"a\": x").column), (2, 8));
    assert_eq!(fault("Resources:\n  T: [1\n").line, 3);
    assert!(fault("resource \"aws_dynamodb_table\" \"t\" {\n  name = \n}\n").line >= 2);
    assert!(fault("{\"a\": 1}").message.contains("none of what can be read"));
    assert!(fault("hello").message.contains("none of what can be read"));
    assert!(fault("").message.contains("none of what can be read"));
    assert!(fault("Resources: {}").message.contains("there is no table in it"));
    assert!(fault(&" ".repeat(super::TEXT_BYTES_MAX + 1)).message.contains("larger than 8 MB"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_design_goes_around(design in any_design()) {
        for format in [Format::CloudFormation, Format::CloudFormationJson, Format::Sam] {
            let (back, out, taken) = around(&design, format);
            prop_assert_eq!((sorted(back), out, taken), (sorted(design.clone()), vec![], vec![]));
        }
        let (back, out, taken) = around(&design, Format::Terraform);
        prop_assert_eq!((sorted(back).tables, out, taken), (sorted(design.clone()).tables, vec![], vec![]));
        for format in [Format::CreateTable, Format::DescribeTable, Format::Workbench] {
            let (back, out, _) = around(&design, format);
            prop_assert_eq!(back.tables.len(), design.tables.len());
            // Whatever is missing is listed.
            for (back, before) in back.tables.iter().zip(&design.tables) {
                let listed = |what: &str| out.iter().any(|left| left.what == format!("{}.{what}", before.name()));
                prop_assert_eq!(back.time_to_live != before.time_to_live, listed("TimeToLive"));
                prop_assert_eq!(back.recovery_days != before.recovery_days, listed("PointInTimeRecoverySpecification"));
                let locals = back.create.local_secondary_indexes != before.create.local_secondary_indexes;
                prop_assert_eq!(locals, listed("LocalSecondaryIndexes"));
                prop_assert_eq!(&back.create.key_schema, &before.create.key_schema);
            }
        }
    }

    #[test]
    fn the_engine_takes_any_of_them(design in any_design()) {
        make(&mut world(), &design);
    }

    #[test]
    fn no_text_breaks_the_reading(text in "(resource \"|Resources:|\\{|const x = )?[a-zA-Z{}\\[\\]():,.'\"`$!&*|<>=\n -]{0,80}") {
        let _ = import(&text);
    }
}
