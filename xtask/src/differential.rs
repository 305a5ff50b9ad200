//! `cargo xtask differential`: random scripts, answered by the engine and by DynamoDB Local, compared answer by answer.
//!
//! Sets up DynamoDB Local and hands the rest to the crate `differential`, whose options these are.

use crate::process::{self, command};
use crate::report::{Result, say};
use crate::setup::local;

/// Runs the scripts; `options` are those of the crate's own command.
pub fn differential(options: &[&str]) -> Result {
    let folder = local::prepare()?;
    say("building the differential tests …");
    let mut cargo = command("cargo");
    // Unoptimised: DynamoDB Local takes most of the time.
    cargo.args(["run", "--locked", "-q", "-p", "differential", "--", "--local"]).arg(folder).args(options);
    process::run(&mut cargo, "the differential test")
}
