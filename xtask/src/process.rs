//! Starting other programs.
//!
//! A process that cargo started inherits `CARGO`, `RUSTC` and the environment of its package; handed on, they would
//! make another toolchain's cargo call this one's compiler. [`command`] drops them. `RUSTUP_TOOLCHAIN` stays
//! (it is what the person chose) until a wasm build replaces it.

use crate::report::{Failure, Result, fail};
use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A command for `program`, run in the workspace's root with cargo's own variables dropped.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(crate::root());
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(is_cargos_own) {
            command.env_remove(&name);
        }
    }
    if let Some(paths) = env::var_os("LD_LIBRARY_PATH") {
        let root = crate::root();
        let kept: Vec<PathBuf> = env::split_paths(&paths)
            .filter(|p| !p.starts_with(&root) && !p.components().any(|c| c.as_os_str() == "toolchains"))
            .collect();
        match env::join_paths(kept) {
            Ok(joined) if !joined.is_empty() => command.env("LD_LIBRARY_PATH", joined),
            _ => command.env_remove("LD_LIBRARY_PATH"),
        };
    }
    command
}

fn is_cargos_own(name: &str) -> bool {
    let exact = [
        "CARGO",
        "RUSTC",
        "RUSTDOC",
        "CARGO_BIN_NAME",
        "CARGO_CRATE_NAME",
        "CARGO_PRIMARY_PACKAGE",
        "OUT_DIR",
    ];
    exact.contains(&name) || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
}

/// `PATH` with these folders in front.
pub fn path_with(folders: &[PathBuf]) -> OsString {
    let old = env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(env::split_paths(&old));
    env::join_paths(all).unwrap_or(old)
}

/// The first program of this name on `PATH`.
pub fn find(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(&file)).find(|path| path.is_file())
}

/// Runs a command whose output goes to the screen; `what` begins the sentence of a failure.
pub fn run(command: &mut Command, what: &str) -> Result {
    let status = command.status().map_err(|e| cannot_start(command, &e))?;
    if status.success() { Ok(()) } else { fail(format!("{what} failed ({status})")) }
}

/// Runs a command silently: its standard output, or a failure with the end of what it said.
pub fn output(command: &mut Command, what: &str) -> Result<String> {
    let out = command.stdin(Stdio::null()).output().map_err(|e| cannot_start(command, &e))?;
    if out.status.success() {
        return Ok(String::from_utf8_lossy(&out.stdout).into_owned());
    }
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    let lines: Vec<&str> = said.lines().filter(|l| !l.trim().is_empty()).collect();
    let end = lines[lines.len().saturating_sub(15)..].join("\n    ");
    fail(format!("{what} failed ({}):\n    {end}", out.status))
}

/// Whether a command runs silently and well.
pub fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|s| s.success())
}

/// Runs a command and hands each line of its standard output to `each`; says whether it succeeded.
pub fn lines(command: &mut Command, mut each: impl FnMut(&str)) -> Result<bool> {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|e| cannot_start(command, &e))?;
    if let Some(stdout) = child.stdout.take() {
        let mut reader = BufReader::new(stdout);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
            each(String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']));
            line.clear();
        }
    }
    let status = child.wait().map_err(|e| cannot_start(command, &e))?;
    Ok(status.success())
}

fn cannot_start(command: &Command, error: &std::io::Error) -> Failure {
    Failure(format!("cannot start {}: {error}", command.get_program().to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_only_what_cargo_sets_for_its_own_child() {
        for name in ["CARGO", "RUSTC", "CARGO_PKG_NAME", "CARGO_MANIFEST_DIR"] {
            assert!(is_cargos_own(name), "{name}");
        }
        for name in ["CARGO_HOME", "CARGO_TARGET_DIR", "RUSTUP_TOOLCHAIN", "RUSTFLAGS", "PATH"] {
            assert!(!is_cargos_own(name), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_failing_command_says_what_failed_and_what_it_said() {
        let failure =
            output(Command::new("ls").arg("/nowhere-to-be-found"), "listing").unwrap_err().to_string();
        assert!(failure.starts_with("listing failed"), "{failure}");
        assert!(failure.contains("nowhere-to-be-found"), "{failure}");
        assert!(run(&mut Command::new("no-such-program-here"), "x").is_err());
    }
}
