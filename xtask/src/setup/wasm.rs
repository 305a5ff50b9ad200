//! A Rust that builds for `wasm32-unknown-unknown`.
//!
//! Three ways, tried in this order: what is active already; `rustup target add` (unless `RUSTUP_AUTO_INSTALL`
//! is 0: then rustup must download nothing); Debian's `rustc-web`, for which the standard library is built once from
//! the sources that Debian packages. "Works" always means: a program that uses std compiles *and* links.

use super::debian;
use crate::process::{self, command};
use crate::report::{Failure, Result, fail, say, step};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The target of the page and the worker.
pub const TARGET: &str = "wasm32-unknown-unknown";

const PACKAGES: [&str; 8] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "rust-web-clippy",
    "lld-22",
    "gcc",
    "libc6-dev",
];
const LINKED: &str = "debian-wasm";
const SYSTEM_STD: &str = "/usr/lib/rustlib/wasm32-unknown-unknown/lib";

/// How wasm builds are started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Toolchain {
    /// The name to give rustup, where it is not the active toolchain.
    pub rustup: Option<String>,
    /// The folder that must come first on the path, where there is no rustup.
    pub folder: Option<PathBuf>,
}

impl Toolchain {
    /// Makes `command` use this toolchain.
    pub fn apply(&self, command: &mut Command) {
        if let Some(name) = &self.rustup {
            command.env("RUSTUP_TOOLCHAIN", name);
        }
        if self.folder.is_some() {
            command.env_remove("RUSTUP_TOOLCHAIN");
        }
    }
}

/// Finds or makes the toolchain.
pub fn prepare() -> Result<Toolchain> {
    if probe(|| command("rustc"))? {
        return Ok(Toolchain::default());
    }
    let rustup = process::find("rustup").is_some();
    let may_download = env::var_os("RUSTUP_AUTO_INSTALL").is_none_or(|v| v != "0");
    if rustup && may_download {
        let added = step(&format!("rustup target add {TARGET} (about 20 MB)"), || {
            process::output(command("rustup").args(["target", "add", TARGET]), "rustup target add")
        });
        if added.is_ok() && probe(|| command("rustc"))? {
            return Ok(Toolchain::default());
        }
    }
    if !debian::available() {
        return fail(match (rustup, debian::has_apt()) {
            (true, _) => format!("the Rust target {TARGET} is missing: run `rustup target add {TARGET}`"),
            (false, true) => {
                format!(
                    "the Rust target {TARGET} is missing: run `apt-get install {}` as root",
                    PACKAGES.join(" ")
                )
            }
            (false, false) => format!(
                "the Rust target {TARGET} is missing: install Rust by https://rustup.rs, then run `rustup target add {TARGET}`"
            ),
        });
    }
    debian_route(rustup)
}

fn debian_route(rustup: bool) -> Result<Toolchain> {
    debian::install(&PACKAGES)?;
    let version = process::output(system_rustc().arg("-vV"), "rustc -vV")?;
    let stamp = Path::new(SYSTEM_STD).join(".stamp");
    if fs::read_to_string(stamp).ok().as_deref() != Some(stamp_of(&version).as_str()) || !probe(system_rustc)?
    {
        let what = format!("building std for {TARGET} from Debian's sources (about 1.5 CPU minutes, once)");
        step(&what, || build_std(&version))?;
        if !probe(system_rustc)? {
            return fail(format!(
                "std for {TARGET} was built, but a program does not link: is lld-22 whole?"
            ));
        }
    }
    if rustup {
        // It fails where the link is there already; the probe decides.
        process::succeeds(command("rustup").args(["toolchain", "link", LINKED, "/usr"]));
        let linked = || {
            let mut rustc = command("rustc");
            rustc.env("RUSTUP_TOOLCHAIN", LINKED);
            rustc
        };
        if probe(linked)? {
            return Ok(Toolchain { rustup: Some(LINKED.into()), folder: None });
        }
    }
    Ok(Toolchain { rustup: None, folder: Some("/usr/bin".into()) })
}

fn system_rustc() -> Command {
    let mut rustc = command("/usr/bin/rustc");
    rustc.env_remove("RUSTUP_TOOLCHAIN");
    rustc
}

/// What identifies the compiler that a std was built by, on one line.
fn stamp_of(version: &str) -> String {
    version.replace('\n', " ")
}

/// Whether this compiler can compile and link a program that uses std.
fn probe(rustc: impl Fn() -> Command) -> Result<bool> {
    let folder = scratch("probe")?;
    let (source, program) = (folder.join("probe.rs"), folder.join("probe.wasm"));
    let text = "#[unsafe(no_mangle)] pub extern \"C\" fn f(n: usize) -> usize { vec![1u8; n].len() }\n";
    fs::write(&source, text).map_err(|e| Failure(format!("cannot write {}: {e}", source.display())))?;
    let mut rustc = rustc();
    rustc.args(["--edition", "2024", "--crate-type", "cdylib", "--target", TARGET]);
    rustc.args(["-O", "-C", "lto=fat", "-C", "panic=abort", "-o"]).arg(&program).arg(&source);
    let works = process::succeeds(&mut rustc) && fs::metadata(&program).is_ok_and(|m| m.len() > 0);
    let _ = fs::remove_dir_all(folder);
    Ok(works)
}

/// Builds std in a scratch folder and swaps it in whole, so that an interrupted run leaves no half behind.
fn build_std(version: &str) -> Result {
    let folder = scratch("std")?;
    let write = |name: &str, text: &str| {
        fs::write(folder.join(name), text).map_err(|e| Failure(format!("cannot write {name}: {e}")))
    };
    fs::create_dir_all(folder.join("src")).map_err(|e| Failure(format!("cannot make a folder: {e}")))?;
    write("Cargo.toml", "[package]\nname=\"s\"\nversion=\"0.0.0\"\nedition=\"2021\"\n[workspace]\n")?;
    write("src/lib.rs", "#![no_std]\n")?;
    let target = folder.join("target");
    let mut cargo = command("/usr/bin/cargo");
    for name in ["CARGO_ENCODED_RUSTFLAGS", "RUSTUP_TOOLCHAIN", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER"] {
        cargo.env_remove(name);
    }
    // With its bitcode, or a later `lto = "fat"` finds none; with `test`, or wasm-bindgen-test does not link.
    cargo.current_dir(&folder).env("PATH", "/usr/bin:/bin").env("RUSTC", "/usr/bin/rustc");
    cargo
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_TARGET_DIR", &target);
    cargo.args(["build", "-q", "--release", "--target", TARGET]);
    cargo.args(["-Z", "build-std=std,panic_abort,panic_unwind,test"]);
    process::output(&mut cargo, "building std")?;

    let fresh = format!("{SYSTEM_STD}.new");
    let root = |program: &str, arguments: &[&str]| {
        process::output(debian::as_root(program).args(arguments), &format!("{program} {fresh}"))
    };
    root("rm", &["-rf", &fresh])?;
    root("mkdir", &["-p", &fresh])?;
    let built = target.join(TARGET).join("release").join("deps");
    let entries =
        fs::read_dir(&built).map_err(|e| Failure(format!("cannot read {}: {e}", built.display())))?;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        // `libs-….rlib` is the empty package that the build hung on.
        if name.starts_with("lib") && name.ends_with(".rlib") && !name.starts_with("libs-") {
            root("cp", &[&entry.path().to_string_lossy(), &format!("{fresh}/")])?;
        }
    }
    let stamp = folder.join("stamp");
    fs::write(&stamp, stamp_of(version)).map_err(|e| Failure(format!("cannot write the stamp: {e}")))?;
    root("cp", &[&stamp.to_string_lossy(), &format!("{fresh}/.stamp")])?;
    root("rm", &["-rf", SYSTEM_STD])?;
    root("mv", &[&fresh, SYSTEM_STD])?;
    let _ = fs::remove_dir_all(&folder);
    // What was compiled against the old std does not link with the new one (E0463).
    let stale = crate::root().join("target").join(TARGET);
    if stale.exists() {
        say("removing the wasm builds of the old std");
        let _ = fs::remove_dir_all(stale);
    }
    Ok(())
}

/// An empty folder of this process's own.
fn scratch(name: &str) -> Result<PathBuf> {
    let folder = env::temp_dir().join(format!("dynascope-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|e| Failure(format!("cannot make {}: {e}", folder.display())))?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_that_does_not_work_is_no_toolchain() {
        assert!(!probe(|| command("no-such-rustc")).unwrap());
    }

    #[test]
    fn a_linked_toolchain_replaces_the_inherited_one() {
        let mut cargo = Command::new("cargo");
        cargo.env("RUSTUP_TOOLCHAIN", "stable");
        Toolchain { rustup: Some("other".into()), folder: None }.apply(&mut cargo);
        let set: Vec<_> = cargo.get_envs().collect();
        assert_eq!(set, [("RUSTUP_TOOLCHAIN".as_ref(), Some("other".as_ref()))]);
    }
}
