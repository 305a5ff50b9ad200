//! `cargo xtask test`: everything that must hold before a change is merged.
//!
//! All steps run even when an earlier one failed, so that one run shows everything; only the browser's tests of the
//! site need a site. What the tests counted is summed from the lines of their harness.

use crate::bundle::{self, Profile};
use crate::docs;
use crate::process::{self, command};
use crate::report::{Failure, Result, fail, say, seconds};
use crate::setup::{Setup, browser, browser::Browser, linters, node, python, tools, wasm};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed.
    pub failed: u64,
}

impl Count {
    /// Adds what a line of a test harness says, if it is its result line.
    pub fn add_line(&mut self, line: &str) {
        let Some(result) = line.trim_start().strip_prefix("test result: ") else { return };
        for part in result.split([';', '.']) {
            let mut words = part.split_whitespace();
            let (number, what) = (words.next().and_then(|n| n.parse::<u64>().ok()), words.next());
            match (number, what) {
                (Some(n), Some("passed")) => self.passed += n,
                (Some(n), Some("failed")) => self.failed += n,
                _ => {}
            }
        }
    }
}

/// The steps as they run, with their times and the count of tests.
#[derive(Default)]
struct Run {
    steps: Vec<(&'static str, bool, Duration)>,
    count: Count,
}

impl Run {
    fn step(&mut self, name: &'static str, work: impl FnOnce(&mut Count) -> Result<bool>) -> bool {
        say(format_args!("{name} …"));
        let start = Instant::now();
        let result = work(&mut self.count);
        let done = result.and_then(|passed| if passed { Ok(()) } else { fail(format!("{name} failed")) });
        self.ended(name, (done, start.elapsed())).is_some()
    }

    /// A step has ended; what it made, if it went well.
    fn ended<T>(&mut self, name: &'static str, (result, time): (Result<T>, Duration)) -> Option<T> {
        let made = result.map_err(say).ok();
        let passed = made.is_some();
        say(format_args!("{name}: {} in {}", if passed { "passed" } else { "FAILED" }, seconds(time)));
        self.steps.push((name, passed, time));
        made
    }
}

/// Sets everything up and runs all steps.
pub fn test() -> Result {
    let start = Instant::now();
    let wasm = wasm::prepare()?;
    linters::prepare()?;
    let browser = browser::prepare()?;
    say(format_args!("compilers and browser are ready after {}", seconds(start.elapsed())));

    let mut run = Run::default();
    // Whoever needs it first makes it: the tools are compiled, for minutes, while what needs none of them is checked.
    let setup = LazyLock::new(|| tools::prepare().map(|tools| Setup { wasm, tools }));
    let packages = LazyLock::new(|| Ok((python::prepare()?, node::prepare()?)));
    // The longest single pieces of work, which keep one core busy: the others are checked beside them.
    let built = thread::scope(|scope| {
        let building = scope.spawn(|| {
            let start = Instant::now();
            // The documentation takes the SDK from the packages.
            let built = ready(&setup).and_then(|setup| ready(&packages).and_then(|_| site(setup)));
            (built, start.elapsed())
        });
        run.step("packages of Python and Node.js", |_| ready(&packages).map(|_| true));
        native_checks(&mut run, &packages);
        run.step("clippy, wasm", |_| finish(&mut wasm_clippy(ready(&setup)?)));
        run.step("wasm tests in Chromium", |count| counted(&mut wasm_tests(ready(&setup)?, &browser), count));
        building.join().expect("what builds the site does not panic")
    });
    if let Some(site) = run.ended("tools and site", built) {
        run.step("browser tests", |count| counted(&mut browser_tests(&site, &browser), count));
    }

    for (name, passed, time) in &run.steps {
        say(format_args!("{:8} {:>12}  {name}", if *passed { "passed" } else { "FAILED" }, seconds(*time)));
    }
    say(format_args!("all of it took {}", seconds(start.elapsed())));
    let bad: Vec<&str> = run.steps.iter().filter(|s| !s.1).map(|s| s.0).collect();
    if !bad.is_empty() {
        say(format_args!("failed steps: {}", bad.join("; ")));
    }
    println!("{} passed, {} failed", run.count.passed, run.count.failed);
    if bad.is_empty() && run.count.failed == 0 { Ok(()) } else { fail("not everything passed") }
}

/// All checks that need neither the tools nor a browser.
fn native_checks(run: &mut Run, packages: &Result<(PathBuf, PathBuf)>) {
    run.step("format", |_| finish(&mut cargo(&["fmt", "--all", "--", "--check"])));
    run.step("tidy", |count| counted(&mut cargo(&["test", "--locked", "-q", "-p", "tidy"]), count));
    run.step("clippy, native", |_| {
        finish(&mut cargo(&[
            "clippy",
            "--locked",
            "-q",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))
    });
    run.step("documentation", |_| {
        let mut doc = cargo(&["doc", "--locked", "-q", "--workspace", "--no-deps"]);
        finish(doc.env("RUSTDOCFLAGS", "-D warnings"))
    });
    run.step("native tests", |count| {
        let (python, modules) = ready(packages)?;
        let mut native = cargo(&["test", "--locked", "-q", "--workspace", "--no-fail-fast"]);
        native.args(["--exclude", "tidy", "--exclude", "browser", "--exclude", "e2e"]);
        native.env(python::VARIABLE, python).env(node::VARIABLE, modules);
        counted(&mut native, count)
    });
}

/// Runs a command whose success is all that counts.
fn finish(command: &mut Command) -> Result<bool> {
    process::lines(command, |line| println!("{line}"))
}

/// Runs tests, and counts them.
fn counted(tests: &mut Command, count: &mut Count) -> Result<bool> {
    process::lines(tests, |line| {
        println!("{line}");
        count.add_line(line);
    })
}

/// What could be set up, or why it could not.
fn ready<T>(set_up: &Result<T>) -> Result<&T> {
    set_up.as_ref().map_err(|failure| Failure(failure.0.clone()))
}

/// Builds the site that the browser's tests open.
fn site(setup: &Setup) -> Result<PathBuf> {
    let folder = bundle::build(setup, Profile::Release)?;
    docs::add_sdk(&folder)?;
    Ok(folder)
}

fn wasm_clippy(setup: &Setup) -> Command {
    let mut clippy = setup.command("cargo");
    clippy.args(["clippy", "--locked", "-q", "-p", "web", "-p", "browser", "--all-targets"]);
    clippy.args(["--target", wasm::TARGET, "--", "-D", "warnings"]);
    clippy
}

/// The worker's tests that need a browser, and no site.
fn wasm_tests(setup: &Setup, browser: &Browser) -> Command {
    let mut cargo = setup.command("cargo");
    // Without `-q`, which cargo would hand on to a runner that does not know it.
    cargo.args(["test", "--locked", "-p", "browser", "--target", wasm::TARGET]).env("RUST_BACKTRACE", "0");
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", setup.tools.test_runner());
    cargo.env("CHROMEDRIVER", &browser.chromedriver).env("WASM_BINDGEN_USE_BROWSER", "1");
    // For all tests together; twenty seconds if nothing is said, which a busy machine needs alone.
    cargo.env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    without_proxy(&mut cargo);
    cargo
}

/// The tests of the built site, through a browser's own WebDriver.
fn browser_tests(site: &Path, browser: &Browser) -> Command {
    let mut cargo = cargo(&["test", "--locked", "-q", "-p", "e2e", "--no-fail-fast", "--"]);
    // One more than there are cores: a sixth of its time a test waits, for tables that are being made for one thing.
    let threads = thread::available_parallelism().map_or(2, |cores| cores.get() + 1);
    cargo.arg(format!("--test-threads={threads}"));
    let variables: [(&str, OsString); 3] = [
        ("DYNASCOPE_DIST", site.into()),
        ("CHROMIUM", browser.chromium.clone().into()),
        ("CHROMEDRIVER", browser.chromedriver.clone().into()),
    ];
    cargo.envs(variables);
    without_proxy(&mut cargo);
    cargo
}

/// What runs on this machine is reached directly, whatever proxy the machine has.
pub fn without_proxy(command: &mut Command) {
    for name in ["NO_PROXY", "no_proxy"] {
        command.env(name, "127.0.0.1,localhost");
    }
}

fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = command("cargo");
    cargo.args(arguments);
    cargo
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_the_result_lines_of_every_harness() {
        let mut count = Count::default();
        for line in [
            "running 3 tests",
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 filtered out",
            "7 passed; 7 failed",
        ] {
            count.add_line(line);
        }
        assert_eq!(count, Count { passed: 15, failed: 2 });
    }

    #[test]
    fn a_step_that_fails_is_remembered_and_the_next_one_runs() {
        let mut run = Run::default();
        assert!(!run.step("first", |_| fail("no")));
        assert!(run.step("second", |_| Ok(true)));
        assert_eq!(run.steps.iter().map(|s| s.1).collect::<Vec<_>>(), [false, true]);
    }
}
