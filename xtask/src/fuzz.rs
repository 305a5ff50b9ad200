//! `cargo xtask fuzz`: the targets of the crate `fuzz`, with new seeds, for as long as one likes.

use crate::process::{self, command};
use crate::report::{Result, say};

/// Runs the targets; `options` are those of the crate's own command.
pub fn fuzz(options: &[&str]) -> Result {
    say("building the fuzz targets …");
    let mut cargo = command("cargo");
    // Unoptimised: sums are checked, and stack frames are at their largest.
    cargo.args(["run", "--locked", "-q", "-p", "fuzz", "--"]).args(options);
    process::run(&mut cargo, "fuzzing")
}
