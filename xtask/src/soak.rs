//! `cargo xtask soak`: the random histories and crashes of the crate `simulation`, for 10,000 seeds or as many as one likes.

use crate::process::{self, command};
use crate::report::{Result, say};

/// Runs the seeds; `options` are those of the crate's own command.
pub fn soak(options: &[&str]) -> Result {
    say("building the simulation …");
    let mut cargo = command("cargo");
    cargo.args(["run", "--locked", "-q", "--profile", "soak", "-p", "simulation", "--"]).args(options);
    process::run(&mut cargo, "the simulation")
}
