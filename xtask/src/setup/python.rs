//! A Python with boto3 and the AWS CLI, for the tests that speak to the endpoint through a real SDK, and with the validators of what designs are
//! exported as.
//!
//! The environment is `target/venv`; the tests read its interpreter from `DYNASCOPE_PYTHON`.

use super::debian;
use crate::process::{self, command};
use crate::report::{Failure, Result, fail, step};
use std::fs;
use std::path::{Path, PathBuf};

/// The variable that names the interpreter to the tests.
pub const VARIABLE: &str = "DYNASCOPE_PYTHON";
/// The packages of the environment, pinned.
const REQUIREMENTS: [&str; 4] = ["boto3==1.44.5", "awscli==1.46.3", "cfn-lint==1.58.0", "python-hcl2==8.1.4"];

/// The interpreter of the environment, made where it is missing.
pub fn prepare() -> Result<PathBuf> {
    let venv = crate::root().join("target").join("venv");
    let python = if cfg!(windows) { venv.join("Scripts/python.exe") } else { venv.join("bin/python") };
    let stamp = venv.join("dynascope-requirements");
    let wanted = REQUIREMENTS.join("\n");
    let same = fs::read_to_string(&stamp).is_ok_and(|found| found == wanted);
    if same && process::succeeds(command(&python).args(["-c", "import boto3, awscli, cfnlint, hcl2"])) {
        return Ok(python);
    }
    step(&format!("installing {} into target/venv (about 60 s)", REQUIREMENTS.join(" ")), || {
        make(&venv)?;
        let mut pip = command(&python);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(REQUIREMENTS);
        process::output(&mut pip, "pip install")?;
        fs::write(&stamp, &wanted).map_err(|e| Failure(format!("cannot write {}: {e}", stamp.display())))
    })?;
    Ok(python)
}

fn make(venv: &Path) -> Result {
    let _ = fs::remove_dir_all(venv);
    let create = || {
        ["python3", "python"].iter().any(|python| {
            process::find(python).is_some()
                && process::succeeds(command(python).args(["-m", "venv"]).arg(venv))
        })
    };
    if create() {
        return Ok(());
    }
    if debian::available() {
        debian::install(&["python3", "python3-venv"])?;
        if create() {
            return Ok(());
        }
    }
    fail(
        "Python 3.9 or newer with its venv module is missing: install it (Debian: `apt-get install python3 python3-venv`)",
    )
}
