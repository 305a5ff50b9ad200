//! rustfmt and clippy: a minimal toolchain comes without them.

use super::debian;
use crate::process::{self, command};
use crate::report::{Result, fail, step};

/// Installs what is missing of the two.
pub fn prepare() -> Result {
    if present() {
        return Ok(());
    }
    if process::find("rustup").is_some() {
        step("rustup component add rustfmt clippy (about 10 MB)", || {
            process::output(
                command("rustup").args(["component", "add", "rustfmt", "clippy"]),
                "rustup component add",
            )
        })?;
    } else if debian::available() {
        debian::install(&["rustfmt-web", "rust-web-clippy"])?;
    }
    if present() {
        return Ok(());
    }
    fail(
        "rustfmt and clippy are missing: run `rustup component add rustfmt clippy` (Debian: `apt-get install rustfmt-web rust-web-clippy`)",
    )
}

fn present() -> bool {
    ["fmt", "clippy"].iter().all(|name| process::succeeds(command("cargo").args([name, "--version"])))
}
