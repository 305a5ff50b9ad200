//! The project's commands, as a library: `cargo xtask serve | dist | test | bench`.
//!
//! Owns the set-up of a machine ([`setup`]), the bundle ([`bundle`]), the static server ([`server`], which the
//! browser tests start as well), what divides the site ([`split`]) and the two long commands ([`check`], [`mod@bench`]). It never knows what the
//! product does, and it needs no shell: every tool is started directly.

pub mod bench;
pub mod bundle;
pub mod check;
pub mod differential;
pub mod docs;
pub mod files;
pub mod first_visit;
pub mod fuzz;
pub mod offline;
pub mod process;
pub mod report;
pub mod scripts;
pub mod server;
pub mod setup;
pub mod sizes;
pub mod soak;
pub mod split;

use std::path::PathBuf;

/// The workspace's root folder.
pub fn root() -> PathBuf {
    let xtask = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().map(PathBuf::from).unwrap_or(xtask)
}
