//! The servers that the benchmarks compare the endpoint with, in fixed versions, installed into `.tools/`.
//!
//! Each is built as its makers build it. One that cannot be had is named in a sentence, and the benchmark goes on without.

use super::{local, node};
use crate::process::{self, command};
use crate::report::{Result, fail, say, step};
use std::path::PathBuf;

/// The version of the crate `dynoxide-rs`.
const DYNOXIDE: &str = "3.2.0";
/// The packages of npm that the site's storage is compared with in the browser.
const BROWSER: [&str; 2] = ["@electric-sql/pglite@0.5.16", "@sqlite.org/sqlite-wasm@3.54.1-build1"];

/// What could be had.
pub struct Peers {
    /// dynoxide's program.
    pub dynoxide: Option<PathBuf>,
    /// The folder of DynamoDB Local's archive.
    pub dynamodb_local: Option<PathBuf>,
}

/// Finds the peers, or installs them.
pub fn prepare() -> Peers {
    Peers { dynoxide: had(dynoxide()), dynamodb_local: had(local::prepare()) }
}

/// The folder of the packages that the storage is compared with in the browser, where they could be had.
pub fn in_browser() -> Option<PathBuf> {
    had(packages())
}

fn had(found: Result<PathBuf>) -> Option<PathBuf> {
    found.map_err(|failure| say(format_args!("{failure}; the benchmark leaves it out"))).ok()
}

fn packages() -> Result<PathBuf> {
    let home = crate::root().join(".tools").join("browser-peers-1");
    let modules = home.join("node_modules");
    let name = |package: &&str| package.rsplit_once('@').map_or(*package, |(name, _)| name).to_owned();
    if BROWSER.iter().map(name).all(|name| modules.join(name).is_dir()) {
        return Ok(modules);
    }
    node::node()?;
    step("installing PGlite and SQLite into .tools (30 MB, once)", || {
        let mut npm = command(node::npm()?);
        npm.args(["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"])
            .arg(&home);
        process::output(npm.args(BROWSER), "npm install").map(drop)
    })?;
    Ok(modules)
}

fn dynoxide() -> Result<PathBuf> {
    let tools = crate::root().join(".tools");
    let home = tools.join(format!("dynoxide-rs-{DYNOXIDE}"));
    let program = home.join("bin").join(format!("dynoxide{}", std::env::consts::EXE_SUFFIX));
    if program.is_file() {
        return Ok(program);
    }
    step(&format!("installing dynoxide-rs {DYNOXIDE} into .tools (about 15 CPU minutes, once)"), || {
        let mut cargo = command("cargo");
        // With its own release profile, and without what does not serve.
        cargo.args(["install", &format!("dynoxide-rs@{DYNOXIDE}"), "--locked", "--force", "--no-track"]);
        cargo
            .args(["--no-default-features", "--features", "native-sqlite,http-server,cli", "--root"])
            .arg(&home);
        cargo.env("CARGO_TARGET_DIR", tools.join("build-dynoxide"));
        cargo.env_remove("CARGO_BUILD_TARGET").env_remove("RUSTFLAGS");
        process::run(&mut cargo, "cargo install dynoxide-rs")
    })?;
    // What it was built in is large.
    let _ = std::fs::remove_dir_all(tools.join("build-dynoxide"));
    if program.is_file() {
        Ok(program)
    } else {
        fail("dynoxide-rs was installed, but its program is not there")
    }
}
