//! Packages on Debian and its relatives, by apt.

use crate::process::{self, command};
use crate::report::{Result, fail, say};
use std::process::{Command, Stdio};

/// Whether packages can be installed here.
pub fn available() -> bool {
    process::find("apt-get").is_some() && (is_root() || process::find("sudo").is_some())
}

/// Whether apt is here, even though this user may not use it.
pub fn has_apt() -> bool {
    process::find("apt-get").is_some()
}

fn is_root() -> bool {
    process::output(command("id").arg("-u"), "id").is_ok_and(|id| id.trim() == "0")
}

/// A command run as root.
pub fn as_root(program: &str) -> Command {
    if is_root() {
        return command(program);
    }
    let mut sudo = command("sudo");
    sudo.arg(program);
    sudo
}

/// Whether all of these packages are installed.
pub fn installed(packages: &[&str]) -> bool {
    let mut query = command("dpkg-query");
    query.args(["-W", "-f", "${Status}\n"]).args(packages).stderr(Stdio::null());
    process::output(&mut query, "dpkg-query")
        .is_ok_and(|out| out.lines().filter(|l| *l == "install ok installed").count() == packages.len())
}

/// Installs packages. Another apt may be at work: its lock is waited for, and a broken half is mended.
pub fn install(packages: &[&str]) -> Result {
    if installed(packages) {
        return Ok(());
    }
    say(format_args!("apt-get install {} (about a minute)", packages.join(" ")));
    let apt = |arguments: &[&str]| {
        let mut apt = as_root("env");
        apt.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]);
        apt.args(["-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"]).args(arguments);
        process::output(&mut apt, "apt-get")
    };
    let wanted: Vec<&str> =
        ["install", "-y", "--no-install-recommends"].iter().chain(packages).copied().collect();
    let mut last = None;
    for _ in 0..3 {
        // Neither has to succeed: a list may be unreachable that the packages do not come from.
        let _ = apt(&["update"]);
        match apt(&wanted) {
            Ok(_) => return Ok(()),
            Err(failure) => last = Some(failure),
        }
        let _ = apt(&["-f", "-y", "install"]);
    }
    let why = last.map(|f| f.0).unwrap_or_default();
    fail(format!("could not install the packages {}: install them with apt-get ({why})", packages.join(" ")))
}
