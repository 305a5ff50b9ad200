//! The service's whole model has an answer here, the scripts ask for all of it, and the README says so.
//!
//! `README=write cargo test -p conformance --test coverage` writes the README's table of operations anew.

use conformance::coverage::Coverage;
use conformance::model::{Fate, OPERATIONS};
use engine::error::ErrorKind;
use engine::world::World;
use std::fs;
use std::path::Path;

/// The table stands between these two lines.
const MARKS: [&str; 2] = ["<!-- what the scripts cover -->\n", "<!-- end of what the scripts cover -->"];

fn coverage() -> Coverage {
    let mut coverage = Coverage::default();
    for (name, text) in conformance::folder::scripts() {
        coverage.add(&text).unwrap_or_else(|reason| panic!("{name}: {reason}"));
    }
    coverage
}

#[test]
fn every_operation_of_the_model_is_done_or_refused() {
    let mut world = World::new(conformance::run::settings());
    for (name, fate) in OPERATIONS {
        let outcome = world.execute("us-east-1", conformance::run::START_MS, name, b"{}");
        let is_unknown = outcome.response.is_err_and(|error| error.kind == ErrorKind::UnknownOperation);
        match fate {
            Fate::Done => assert!(!is_unknown, "{name} is not known"),
            Fate::Refused(reason) => assert!(is_unknown, "{name} is known, though it {reason}"),
        }
    }
}

#[test]
fn every_operation_and_every_exception_has_a_script() {
    let missing = coverage().missing();
    assert!(missing.is_empty(), "no script asks for {missing:?}");
}

#[test]
fn the_readmes_table_of_operations_is_what_the_scripts_cover() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = fs::read_to_string(&path).expect("the README is there");
    let (before, rest) = readme.split_once(MARKS[0]).expect("the table's first mark");
    let (table, after) = rest.split_once(MARKS[1]).expect("the table's last mark");
    let now = coverage().table();
    if std::env::var("README").as_deref() == Ok("write") {
        let [first, last] = MARKS;
        fs::write(&path, [before, first, &now, last, after].concat()).expect("the README can be written");
    } else {
        assert!(
            table == now,
            "the README's table is old: README=write cargo test -p conformance --test coverage"
        );
    }
}
