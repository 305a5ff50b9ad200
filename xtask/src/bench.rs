//! `cargo xtask bench [--browser] [NAME]`: the figures of the benchmarks, native or of the built site in a browser, printed and kept.
//!
//! A benchmark prints `NAME VALUE UNIT`, one figure a line. All of them end in `target/bench.json`, a list of
//! `{name, value, unit}` sorted by name: a figure measured again replaces the old one, the others stay.

use crate::process::{self, command};
use crate::report::{Failure, Result, fail, say, seconds};
use crate::setup::{Setup, browser, peers};
use crate::{bundle, check};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// One measured figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What was measured, in dotted words.
    pub name: String,
    /// How much.
    pub value: f64,
    /// Of what.
    pub unit: String,
}

impl Figure {
    /// Reads a line `NAME VALUE UNIT`.
    pub fn parse(line: &str) -> Option<Figure> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [name, value, unit] = words[..] else { return None };
        let value = value.parse::<f64>().ok().filter(|v| v.is_finite())?;
        Some(Figure { name: name.into(), value, unit: unit.into() })
    }
}

/// Runs the benchmarks whose name contains `name`, or all.
pub fn bench(name: Option<&str>) -> Result {
    let start = Instant::now();
    say("building and running the benchmarks (a release build first: about two minutes) …");
    let mut cargo = command("cargo");
    // The endpoint is measured as a process of its own.
    cargo.args(["build", "--locked", "-q", "--release", "-p", "benches", "-p", "endpoint"]);
    process::run(&mut cargo, "building the benchmarks")?;
    let mut cargo = command("cargo");
    cargo.args(["run", "--locked", "-q", "--release", "-p", "benches", "--"]).args(name);
    if name.is_none_or(|name| "http".contains(name)) {
        let peers = peers::prepare();
        let found = [("DYNOXIDE", peers.dynoxide), ("DYNAMODB_LOCAL", peers.dynamodb_local)];
        for (peer, path) in found {
            cargo.envs(path.map(|path| (format!("DYNASCOPE_BENCH_{peer}"), path)));
        }
    }
    measure(&mut cargo, name, start)
}

/// Builds the site, and runs the benchmarks in a browser whose name contains `name`, or all.
pub fn browser(name: Option<&str>) -> Result {
    let start = Instant::now();
    let setup = Setup::prepare()?;
    let browser = browser::prepare()?;
    let site = bundle::build(&setup, bundle::Profile::Release)?;
    let mut cargo = command("cargo");
    cargo.args(["run", "--locked", "-q", "-p", "e2e", "--bin", "bench", "--"]).args(name);
    cargo.env("DYNASCOPE_DIST", site).env("CHROMIUM", browser.chromium);
    cargo.env("CHROMEDRIVER", browser.chromedriver);
    check::without_proxy(&mut cargo);
    if name.is_none_or(|name| "durable_puts".contains(name)) {
        cargo.envs(peers::in_browser().map(|path| ("DYNASCOPE_BENCH_BROWSER_PEERS", path)));
    }
    measure(&mut cargo, name, start)
}

/// Runs what prints figures, and keeps them.
fn measure(cargo: &mut Command, name: Option<&str>, start: Instant) -> Result {
    let mut figures = Vec::new();
    let succeeded = process::lines(cargo, |line| {
        println!("{line}");
        figures.extend(Figure::parse(line));
    })?;
    if !succeeded {
        return fail("a benchmark failed");
    }
    if figures.is_empty() {
        return fail(format!("no benchmark is called {}", name.unwrap_or("anything")));
    }
    let path = crate::root().join("target").join("bench.json");
    keep(&path, &figures)?;
    say(format_args!("{} figures in target/bench.json after {}", figures.len(), seconds(start.elapsed())));
    Ok(())
}

/// Merges figures into the file by name.
pub fn keep(path: &Path, figures: &[Figure]) -> Result {
    let old = match fs::read(path) {
        Ok(bytes) => read(&bytes)
            .ok_or_else(|| Failure(format!("{} is no list of figures: remove it", path.display())))?,
        Err(_) => Vec::new(),
    };
    let merged: BTreeMap<&str, &Figure> = old.iter().chain(figures).map(|f| (f.name.as_str(), f)).collect();
    let list: Vec<Value> = merged
        .values()
        .map(|f| {
            let fields =
                [("name", f.name.clone().into()), ("value", f.value.into()), ("unit", f.unit.clone().into())];
            Value::Object(
                fields.into_iter().map(|(k, v): (&str, Value)| (k.to_string(), v)).collect::<Map<_, _>>(),
            )
        })
        .collect();
    let text = format!("{:#}\n", Value::Array(list));
    fs::write(path, text).map_err(|e| Failure(format!("cannot write {}: {e}", path.display())))
}

fn read(bytes: &[u8]) -> Option<Vec<Figure>> {
    let list: Value = serde_json::from_slice(bytes).ok()?;
    let figure = |value: &Value| {
        let text = |field: &str| value.get(field)?.as_str().map(String::from);
        Some(Figure { name: text("name")?, value: value.get("value")?.as_f64()?, unit: text("unit")? })
    };
    list.as_array()?.iter().map(figure).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_three_words_with_a_number_in_the_middle() {
        let figure = Figure::parse("query.items 1250.5 items/s").unwrap();
        assert_eq!(
            (figure.name.as_str(), figure.value, figure.unit.as_str()),
            ("query.items", 1250.5, "items/s")
        );
        for line in ["", "a b c", "a 1", "a 1 b c", "a NaN b"] {
            assert_eq!(Figure::parse(line), None, "{line}");
        }
    }

    #[test]
    fn figures_merge_by_name_and_foreign_files_are_left_alone() {
        let path = std::env::temp_dir().join(format!("dynascope-bench-{}.json", std::process::id()));
        let figure = |name: &str, value| Figure { name: name.into(), value, unit: "ns".into() };
        keep(&path, &[figure("b", 1.0), figure("a", 2.0)]).unwrap();
        keep(&path, &[figure("b", 3.0)]).unwrap();
        assert_eq!(read(&fs::read(&path).unwrap()).unwrap(), [figure("a", 2.0), figure("b", 3.0)]);
        fs::write(&path, "{}").unwrap();
        assert!(keep(&path, &[figure("b", 3.0)]).is_err());
        fs::remove_file(&path).unwrap();
    }
}
