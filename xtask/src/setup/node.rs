//! Node.js with the AWS SDK for JavaScript, for the tests that speak to the endpoint through its clients.
//!
//! The packages are those of `tests/endpoint/js/package-lock.json`, installed into `target/js`; the tests read their folder
//! from `DYNASCOPE_NODE_MODULES`.

use super::debian;
use crate::process::{self, command};
use crate::report::{Failure, Result, fail, step};
use std::fs;
use std::path::{Path, PathBuf};

/// The variable that names the packages' folder to the tests.
pub const VARIABLE: &str = "DYNASCOPE_NODE_MODULES";
/// The oldest version of Node.js that the SDK runs on.
const OLDEST: u32 = 20;

/// The folder with the packages, installed where they are missing.
pub fn prepare() -> Result<PathBuf> {
    node()?;
    let source = crate::root().join("tests/endpoint/js");
    let folder = crate::root().join("target").join("js");
    packages(&source, &folder, "the AWS SDK for JavaScript into target/js (about 10 s)")?;
    Ok(folder.join("node_modules"))
}

/// Installs what the lock in `source` names into `folder`, unless it is there.
fn packages(source: &Path, folder: &Path, what: &str) -> Result {
    let lock = "package-lock.json";
    let told = |e: std::io::Error| Failure(format!("cannot prepare {}: {e}", folder.display()));
    let wanted = fs::read_to_string(source.join(lock)).map_err(told)?;
    let same = fs::read_to_string(folder.join(lock)).is_ok_and(|found| found == wanted);
    if same && folder.join("node_modules").is_dir() {
        return Ok(());
    }
    step(&format!("installing {what}"), || {
        fs::create_dir_all(folder).map_err(told)?;
        fs::copy(source.join("package.json"), folder.join("package.json")).map_err(told)?;
        // The lock gets its own name last: where it stands, everything is installed.
        let _ = fs::remove_file(folder.join(lock));
        let waiting = folder.join("npm-shrinkwrap.json");
        fs::write(&waiting, &wanted).map_err(told)?;
        let mut npm = command(npm()?);
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(folder);
        process::output(&mut npm, "npm ci")?;
        fs::rename(&waiting, folder.join(lock)).map_err(told)
    })
}

/// A Node.js that is new enough, and npm.
pub fn node() -> Result {
    let ready = || version().is_some_and(|major| major >= OLDEST) && npm().is_ok();
    if ready() {
        return Ok(());
    }
    if debian::available() {
        debian::install(&["nodejs", "npm"])?;
    }
    if ready() {
        return Ok(());
    }
    let found = version().map_or("none".to_owned(), |major| format!("version {major}"));
    fail(format!(
        "Node.js {OLDEST} or newer with npm is missing (found: {found}): install it (Debian: `apt-get install nodejs npm`)"
    ))
}

/// npm's program.
pub fn npm() -> Result<PathBuf> {
    let name = if cfg!(windows) { "npm.cmd" } else { "npm" };
    match process::find("npm").or_else(|| process::find(name)) {
        Some(npm) => Ok(npm),
        None => fail("npm is missing: it comes with Node.js (Debian: `apt-get install npm`)"),
    }
}

fn version() -> Option<u32> {
    let said = process::output(command("node").arg("--version"), "node --version").ok()?;
    major(&said)
}

fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v8.0.0"), Some(8));
        assert_eq!(major("20"), None);
    }

    #[test]
    fn the_packages_are_pinned_and_the_lock_names_no_registry() {
        let source = crate::root().join("tests/endpoint/js");
        let manifest = fs::read_to_string(source.join("package.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
        for (name, version) in manifest["dependencies"].as_object().unwrap() {
            let version = version.as_str().unwrap();
            assert!(version.split('.').all(|part| part.parse::<u32>().is_ok()), "{name} {version}");
        }
        let lock = fs::read_to_string(source.join("package-lock.json")).unwrap();
        assert!(!lock.contains("\"resolved\"") && !lock.contains("://"));
    }
}
