//! The AWS SDK for JavaScript v3's own clients against the endpoint.
//!
//! `js/README.md` says what is there. The packages are those of the folder in `DYNASCOPE_NODE_MODULES` (`cargo xtask test` sets
//! it); without the variable they are installed into `target/js`.

use endpoint::{Endpoint, Options};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

/// The oldest version of Node that the SDK runs on.
const NODE: u32 = 20;
const ADVICE: &str = "the tests of the AWS SDK for JavaScript need Node.js 20 or newer with npm: install them, or run `cargo xtask test`";

/// The folder with the packages, or a sentence on why there is none.
static MODULES: LazyLock<Result<OsString, String>> =
    LazyLock::new(|| match std::env::var_os("DYNASCOPE_NODE_MODULES") {
        Some(modules) => Ok(modules),
        None => modules().map(PathBuf::into_os_string),
    });

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("js")
}

/// Installs the packages into `target/js` where they are missing or others.
fn modules() -> Result<PathBuf, String> {
    let version = run(Command::new("node").arg("--version"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    if major.is_none_or(|major: u32| major < NODE) {
        return Err(format!("{ADVICE} (there is Node.js {})", version.trim()));
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/js");
    let modules = folder.join("node_modules");
    let read = |file: PathBuf| fs::read_to_string(file).unwrap_or_default();
    let lock = read(source().join("package-lock.json"));
    if modules.is_dir() && read(folder.join("package-lock.json")) == lock {
        return Ok(modules);
    }
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(told)?;
    fs::copy(source().join("package.json"), folder.join("package.json")).map_err(told)?;
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    // The lock goes in last: where it stands, everything is installed.
    let _ = fs::remove_file(folder.join("package-lock.json"));
    let waiting = folder.join("npm-shrinkwrap.json");
    fs::write(&waiting, &lock).map_err(told)?;
    run(Command::new(npm).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder))?;
    fs::rename(&waiting, folder.join("package-lock.json")).map_err(told)?;
    Ok(modules)
}

fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{ADVICE} ({command:?}: {error})"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("{ADVICE} ({command:?}: {})", told(&output)))
}

fn told(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    format!("{}\n{out}{err}", output.status)
}

/// Runs one file of tests against an empty endpoint.
fn file(name: &str) {
    let modules = MODULES.as_ref().unwrap_or_else(|sentence| panic!("{sentence}"));
    let endpoint = Endpoint::start(&Options { port: 0, ..Options::default() })
        .expect("a free port on the loopback interface");
    let path = source().join(name);
    let output = Command::new("node")
        .arg("--test")
        .arg(&path)
        .env("NODE_PATH", modules)
        .env("AWS_ENDPOINT_URL", format!("http://{}", endpoint.address()))
        .env("AWS_ACCESS_KEY_ID", "any")
        .env("AWS_SECRET_ACCESS_KEY", "any")
        // Nothing of the developer's own configuration gets in.
        .env("AWS_CONFIG_FILE", path.with_extension("no-config"))
        .env("AWS_SHARED_CREDENTIALS_FILE", path.with_extension("no-credentials"))
        .env_remove("AWS_PROFILE")
        .env_remove("AWS_SESSION_TOKEN")
        .env_remove("AWS_ENDPOINT_URL_DYNAMODB")
        .env_remove("AWS_ENDPOINT_URL_DYNAMODB_STREAMS")
        .output()
        .unwrap_or_else(|error| panic!("{ADVICE} (node: {error})"));
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
            let mut files: Vec<String> = fs::read_dir(source())
                .expect("the tests' folder is there")
                .map(|entry| entry.expect("it can be listed").file_name().to_string_lossy().into_owned())
                .filter(|name| name.ends_with(".test.js"))
                .collect();
            files.sort();
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
