//! What is called wrong beside a field is what the engine refuses, and the other way round.

use engine::world::{Config, World};

use super::*;

fn part(name: &str, kind: &str) -> KeyPart {
    KeyPart { name: name.into(), kind: kind.into() }
}

fn good() -> TableDesign {
    let global =
        IndexDesign { name: "by-status".into(), hash: vec![part("status", "S")], ..IndexDesign::fresh(true) };
    let local =
        IndexDesign { name: "by-date".into(), range: vec![part("date", "S")], ..IndexDesign::fresh(false) };
    TableDesign {
        name: "Orders".into(),
        hash: part("user_id", "S"),
        range: Some(part("order_id", "S")),
        globals: vec![global],
        locals: vec![local],
        on_demand: false,
        ..TableDesign::fresh()
    }
}

fn is_refused(design: &TableDesign) -> bool {
    let mut world = World::new(Config::default());
    let request = design.create_request().to_string();
    world.execute("us-east-1", 1_700_000_000_000, "CreateTable", request.as_bytes()).response.is_err()
}

#[test]
fn a_good_design_has_no_problem() {
    assert_eq!(problems(&good(), None), []);
    assert!(!is_refused(&good()));
}

#[test]
fn each_broken_rule_is_said_at_its_field_and_refused_by_the_engine() {
    use IndexPlace as I;
    use Place::*;
    type Break = fn(&mut TableDesign);
    let cases: &[(Break, Place)] = &[
        (|t| t.name = "my table".into(), Name),
        (|t| t.name = "ab".into(), Name),
        (|t| t.name = "a".repeat(256), Name),
        (|t| t.hash.name.clear(), Hash),
        (|t| t.range = Some(part("", "S")), Range),
        (|t| t.range = Some(part("user_id", "S")), Range),
        (|t| t.range = None, Locals),
        (|t| t.units.read = "0".into(), Read),
        (|t| t.units.read = "many".into(), Read),
        (|t| t.units.write = "40001".into(), Write),
        (|t| t.globals[0].units.write.clear(), Global(0, I::Write)),
        (
            |t| {
                t.on_demand = true;
                t.most.read = "0".into();
            },
            MostRead,
        ),
        (
            |t| {
                t.on_demand = true;
                t.most.write = "40001".into();
            },
            MostWrite,
        ),
        (
            |t| {
                t.on_demand = true;
                t.globals[0].most.read = "some".into();
            },
            Global(0, I::MostRead),
        ),
        (|t| t.globals[0].name = "a/b".into(), Global(0, I::Name)),
        (|t| t.globals[0].name = "by-date".into(), Global(0, I::Name)),
        (|t| t.globals[0].hash[0].name.clear(), Global(0, I::Hash(0))),
        (|t| t.globals[0].range.push(part("status", "S")), Global(0, I::Range(0))),
        (|t| t.globals[0].projection = "INCLUDE".into(), Global(0, I::Attributes)),
        (
            |t| {
                t.globals[0].projection = "INCLUDE".into();
                t.globals[0].attributes = (0..21).map(|n| format!("a{n}\n")).collect();
            },
            Global(0, I::Attributes),
        ),
        (|t| t.locals[0].range[0].name = "user_id".into(), Local(0, I::Range(0))),
        (
            |t| {
                for n in 0..5 {
                    t.locals.push(IndexDesign { name: format!("local-{n}"), ..t.locals[0].clone() });
                }
            },
            Locals,
        ),
        (
            |t| {
                for n in 0..20 {
                    t.globals.push(IndexDesign { name: format!("global-{n}"), ..t.globals[0].clone() });
                }
            },
            Globals,
        ),
    ];
    for (at, (breaks, place)) in cases.iter().enumerate() {
        let mut design = good();
        breaks(&mut design);
        let found = problems(&design, None);
        assert!(found.iter().any(|problem| problem.place == *place), "case {at}: {found:?}");
        assert!(is_refused(&design), "case {at}");
    }
}

#[test]
fn one_attribute_has_one_type() {
    let mut design = good();
    design.globals[0].hash[0] = part("order_id", "N");
    let found = problems(&design, None);
    assert_eq!(found[0].place, Place::Global(0, IndexPlace::Hash(0)));
    assert!(found[0].text.contains("of type S in another key"), "{}", found[0].text);
    // On a live table too, where the other key is the table's as it is.
    let mut later = good();
    later.globals[0].hash[0] = part("date", "N");
    later.locals.clear();
    assert_eq!(problems(&later, Some(&good()))[0].place, Place::Global(0, IndexPlace::Hash(0)));
}

#[test]
fn a_name_that_is_not_finished_is_not_yet_wrong() {
    let mut design = good();
    design.name = "Or".into();
    assert!(problems(&design, None)[0].unfinished);
    design.name = "Or ders".into();
    let found = problems(&design, None);
    assert!(!found[0].unfinished && found[0].text.starts_with("A space"));
}
