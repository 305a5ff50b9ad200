//! The Python listings, each run with real boto3 against an endpoint of its own.
//!
//! `listings/README.md` says what was added to them. The interpreter is that of `DYNASCOPE_PYTHON` (`cargo xtask
//! test` sets it); without the variable, an environment with boto3 is made in `target/venv`.

use crate::{folder, run, set_up, told};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

const ADVICE: &str = "the listings need Python 3.9 or newer with venv and boto3: install it, or set DYNASCOPE_PYTHON to an interpreter that has boto3";

/// The interpreter with boto3, or a sentence on why there is none.
pub static PYTHON: LazyLock<Result<OsString, String>> =
    LazyLock::new(|| match std::env::var_os("DYNASCOPE_PYTHON") {
        Some(python) => Ok(python),
        None => environment().map(PathBuf::into_os_string),
    });

/// Makes `target/venv` where it is missing.
fn environment() -> Result<PathBuf, String> {
    let venv = folder("../../target/venv");
    let python = venv.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let imports = Command::new(&python).args(["-c", "import boto3, awscli"]).output();
    if imports.is_ok_and(|output| output.status.success()) {
        return Ok(python);
    }
    let system = if cfg!(windows) { "python" } else { "python3" };
    set_up(Command::new(system).args(["-m", "venv"]).arg(&venv), ADVICE)?;
    set_up(
        Command::new(&python).args(["-m", "pip", "install", "--quiet", "boto3==1.44.5", "awscli==1.46.3"]),
        ADVICE,
    )?;
    Ok(python)
}

/// Runs one listing.
fn listing(name: &str) {
    let python = PYTHON.as_ref().unwrap_or_else(|sentence| panic!("{sentence}"));
    let output = run(python, &["-B"], &folder("listings").join(name), &[]);
    assert!(output.status.success(), "{name}: {}", told(&output));
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
            let files = crate::files("listings", ".py");
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
