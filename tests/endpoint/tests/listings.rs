//! The Python listings, each run with real boto3 against an endpoint of its own.
//!
//! `listings/README.md` says what was added to them. The interpreter is that of `DYNASCOPE_PYTHON` (`cargo xtask
//! test` sets it); without the variable, an environment with boto3 is made in `target/venv`.

use endpoint::{Endpoint, Options};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

/// The interpreter with boto3, or a sentence on why there is none.
static PYTHON: LazyLock<Result<OsString, String>> =
    LazyLock::new(|| match std::env::var_os("DYNASCOPE_PYTHON") {
        Some(python) => Ok(python),
        None => environment().map(PathBuf::into_os_string),
    });

/// Makes `target/venv` where it is missing.
fn environment() -> Result<PathBuf, String> {
    let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/venv");
    let python = venv.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let imports = Command::new(&python).args(["-c", "import boto3"]).output();
    if imports.is_ok_and(|output| output.status.success()) {
        return Ok(python);
    }
    let system = if cfg!(windows) { "python" } else { "python3" };
    run(Command::new(system).args(["-m", "venv"]).arg(&venv))?;
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "boto3==1.44.5"]))?;
    Ok(python)
}

fn run(command: &mut Command) -> Result<(), String> {
    let advice = "the listings need Python 3.9 or newer with venv and boto3: install it, or set DYNASCOPE_PYTHON to an interpreter that has boto3";
    let output = command.output().map_err(|error| format!("{advice} ({command:?}: {error})"))?;
    if output.status.success() { Ok(()) } else { Err(format!("{advice} ({command:?}: {})", told(&output))) }
}

fn told(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    format!("{}\n{out}{err}", output.status)
}

/// Runs one listing against an empty endpoint.
fn listing(file: &str) {
    let python = PYTHON.as_ref().unwrap_or_else(|sentence| panic!("{sentence}"));
    let options = Options { port: 0, ..Options::default() };
    let endpoint = Endpoint::start(&options).expect("a free port on the loopback interface");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("listings").join(file);
    let output = Command::new(python)
        .arg("-B")
        .arg(&path)
        .env("AWS_ENDPOINT_URL", format!("http://{}", endpoint.address()))
        .env("AWS_ACCESS_KEY_ID", "any")
        .env("AWS_SECRET_ACCESS_KEY", "any")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("NO_PROXY", "127.0.0.1")
        // Nothing of the developer's own configuration gets in.
        .env("AWS_CONFIG_FILE", path.with_extension("no-config"))
        .env("AWS_SHARED_CREDENTIALS_FILE", path.with_extension("no-credentials"))
        .env_remove("AWS_PROFILE")
        .env_remove("AWS_SESSION_TOKEN")
        .env_remove("AWS_ENDPOINT_URL_DYNAMODB")
        .env_remove("AWS_ENDPOINT_URL_DYNAMODB_STREAMS")
        .output()
        .unwrap_or_else(|error| panic!("{} does not run: {error}", python.display()));
    assert!(output.status.success(), "{file}: {}", told(&output));
}

macro_rules! listings {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                listing(concat!(stringify!($name), ".py"));
            }
        )*

        #[test]
        fn every_listing_is_run() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("listings");
            let mut files: Vec<String> = std::fs::read_dir(folder)
                .expect("the listings' folder is there")
                .map(|entry| entry.expect("it can be listed").file_name().to_string_lossy().into_owned())
                .filter(|name| name.ends_with(".py"))
                .collect();
            files.sort();
            assert_eq!(files, [$(concat!(stringify!($name), ".py")),*]);
        }
    };
}

listings! {
    batch_write
    composite_key
    consistent_reads
    global_secondary_index
    local_secondary_index
    primary_key
    provisioned_table
    shopping_cart
    stream
    time_to_live
    transaction
    write_sharding
}
