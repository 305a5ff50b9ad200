//! Every corpus as it stands, and a bounded number of mutations, in every `cargo test`.

use fuzz::run::{Plan, run};
use fuzz::targets::Target;

fn bounded(target: Target, seeds: u64) {
    let ran = run(target, Plan { from: 1, seeds, trace: None }).unwrap_or_else(|found| panic!("{found}"));
    assert!(ran > seeds, "{}: there is no corpus", target.name());
}

#[test]
fn requests() {
    bounded(Target::Request, 1500);
}

#[test]
fn expressions() {
    bounded(Target::Expression, 600);
}

#[test]
fn numbers() {
    bounded(Target::Number, 20_000);
}

#[test]
fn journals() {
    bounded(Target::Journal, 1500);
}

#[test]
fn databases() {
    bounded(Target::Database, 3000);
}

#[test]
fn links() {
    bounded(Target::Link, 2000);
}

#[test]
fn recipes() {
    bounded(Target::Recipe, 600);
}

#[test]
fn archives() {
    bounded(Target::Archive, 2000);
}

#[test]
fn items() {
    bounded(Target::Items, 2000);
}

#[test]
fn images() {
    bounded(Target::Image, 600);
}

#[test]
fn designs() {
    bounded(Target::Design, 1500);
}
