//! The AWS SDK for JavaScript v3's own clients against the endpoint.
//!
//! `js/README.md` says what is there. The packages are those of the folder in `DYNASCOPE_NODE_MODULES` (`cargo xtask test` sets
//! it); without the variable they are installed into `target/js`.

use crate::{folder, run, set_up, told};
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

/// The oldest version of Node that the SDK runs on.
const NODE: u32 = 20;
const ADVICE: &str = "the tests of the AWS SDK for JavaScript need Node.js 20 or newer with npm: install them, or run `cargo xtask test`";

/// The folder with the packages, or a sentence on why there is none.
pub static MODULES: LazyLock<Result<OsString, String>> =
    LazyLock::new(|| match std::env::var_os("DYNASCOPE_NODE_MODULES") {
        Some(modules) => Ok(modules),
        None => modules().map(PathBuf::into_os_string),
    });

/// Installs the packages into `target/js` where they are missing or others.
fn modules() -> Result<PathBuf, String> {
    let version = set_up(Command::new("node").arg("--version"), ADVICE)?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    if major.is_none_or(|major: u32| major < NODE) {
        return Err(format!("{ADVICE} (there is Node.js {})", version.trim()));
    }
    let (source, folder) = (folder("js"), folder("../../target/js"));
    let modules = folder.join("node_modules");
    let read = |file: PathBuf| fs::read_to_string(file).unwrap_or_default();
    let lock = read(source.join("package-lock.json"));
    if modules.is_dir() && read(folder.join("package-lock.json")) == lock {
        return Ok(modules);
    }
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(told)?;
    fs::copy(source.join("package.json"), folder.join("package.json")).map_err(told)?;
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    // The lock goes in last: where it stands, everything is installed.
    let _ = fs::remove_file(folder.join("package-lock.json"));
    let waiting = folder.join("npm-shrinkwrap.json");
    fs::write(&waiting, &lock).map_err(told)?;
    let mut install = Command::new(npm);
    install.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder);
    set_up(&mut install, ADVICE)?;
    fs::rename(&waiting, folder.join("package-lock.json")).map_err(told)?;
    Ok(modules)
}

/// Runs one file of tests.
fn file(name: &str) {
    let modules = MODULES.as_ref().unwrap_or_else(|sentence| panic!("{sentence}"));
    let output = run("node".as_ref(), &["--test"], &folder("js").join(name), &[("NODE_PATH", modules)]);
    let told = told(&output);
    assert!(output.status.success(), "{name}: {told}");
    // A file without tests would pass.
    assert!(!told.contains("tests 0\n"), "{name}: {told}");
}

macro_rules! files {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                file(concat!(stringify!($name), ".test.js"));
            }
        )*

        #[test]
        fn every_file_is_run() {
            let files = crate::files("js", ".test.js");
            assert_eq!(files, [$(concat!(stringify!($name), ".test.js")),*]);
        }
    };
}

files! {
    batches
    items
    pages
    streams
    tables
    transactions
    wire
}
