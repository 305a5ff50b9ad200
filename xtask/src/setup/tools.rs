//! Trunk and wasm-bindgen, in exactly the versions that work together.
//!
//! A tool of the right version on `PATH` is used; else it is built into the person's cache, `dynascope/NAME-VERSION/` there, with flags that cost
//! a fraction of its own release profile: once for all clones. Nothing of the person's own is replaced.

use crate::process::{self, command};
use crate::report::{Failure, Result, fail, step};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Trunk's version: the newest that builds with Rust 1.95.
pub const TRUNK: &str = "0.21.14";
/// wasm-bindgen's version, the same as the library's in `Cargo.toml`.
pub const WASM_BINDGEN: &str = "0.2.130";

/// Where the tools are.
pub struct Tools {
    /// The folder that holds `trunk`.
    pub trunk: PathBuf,
    /// The folder that holds `wasm-bindgen` and `wasm-bindgen-test-runner`.
    pub wasm_bindgen: PathBuf,
}

impl Tools {
    /// The folders to put on the path.
    pub fn folders(&self) -> Vec<PathBuf> {
        vec![self.wasm_bindgen.clone(), self.trunk.clone()]
    }

    /// The program that runs wasm tests in a browser.
    pub fn test_runner(&self) -> PathBuf {
        self.wasm_bindgen.join(executable("wasm-bindgen-test-runner"))
    }
}

/// Finds the tools, or builds them.
pub fn prepare() -> Result<Tools> {
    let wasm_bindgen = tool("wasm-bindgen-cli", WASM_BINDGEN, "about 8 CPU minutes, once", |cargo| {
        // Without its lock file, which names a version that is not to be had.
        cargo.env("CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS", "fallback");
    })?;
    let trunk = tool("trunk", TRUNK, "about 5 CPU minutes, once", |cargo| {
        cargo.arg("--locked");
    })?;
    Ok(Tools { trunk, wasm_bindgen })
}

fn programs_of(package: &str) -> &'static [&'static str] {
    match package {
        "wasm-bindgen-cli" => &["wasm-bindgen", "wasm-bindgen-test-runner"],
        _ => &["trunk"],
    }
}

/// The folder with the programs of `package` in this version.
fn tool(package: &str, version: &str, cost: &str, extra: impl Fn(&mut Command)) -> Result<PathBuf> {
    let programs = programs_of(package);
    let whole = |folder: &Path| {
        programs.iter().all(|p| folder.join(executable(p)).is_file())
            && is_version(&folder.join(executable(programs[0])), version)
    };
    let on_path = process::find(programs[0]).and_then(|p| p.parent().map(Path::to_path_buf));
    if let Some(folder) = on_path.filter(|folder| whole(folder)) {
        return Ok(folder);
    }
    let home = cache().join(format!("{package}-{version}"));
    if whole(&home.join("bin")) {
        return Ok(home.join("bin"));
    }
    step(&format!("installing {package} {version} into {} ({cost})", home.display()), || {
        let build = crate::root().join(".tools").join("build");
        let mut cargo = command("cargo");
        cargo.arg("install").arg(format!("{package}@{version}")).arg("--no-default-features");
        cargo.args(["--force", "--no-track", "--root"]).arg(&home).env("CARGO_TARGET_DIR", &build);
        cargo.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0").env("CARGO_PROFILE_RELEASE_DEBUG", "0");
        // A wasm build's flags are not the tools'.
        cargo.env_remove("CARGO_BUILD_TARGET").env_remove("RUSTFLAGS");
        extra(&mut cargo);
        process::run(&mut cargo, &format!("cargo install {package}@{version}"))?;
        if !whole(&home.join("bin")) {
            return fail(format!(
                "{package} {version} was installed into {}, but does not start",
                home.display()
            ));
        }
        fs::remove_dir_all(&build).map_err(|e| Failure(format!("cannot remove {}: {e}", build.display())))
    })?;
    Ok(home.join("bin"))
}

/// Where what can be made again is kept for this person; in this clone where there is no such place.
fn cache() -> PathBuf {
    let of = |name| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let local = of("LOCALAPPDATA").filter(|_| cfg!(windows));
    let place = of("XDG_CACHE_HOME").or(local).or_else(|| Some(of("HOME")?.join(".cache")));
    place.map_or_else(|| crate::root().join(".tools"), |place| place.join("dynascope"))
}

fn executable(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

/// Whether `program --version` ends in this version.
fn is_version(program: &Path, version: &str) -> bool {
    process::output(command(program).arg("--version"), "version")
        .is_ok_and(|said| said.split_whitespace().nth(1) == Some(version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tool_and_the_library_are_of_one_version() {
        let manifest = fs::read_to_string(crate::root().join("Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("wasm-bindgen = \"={WASM_BINDGEN}\"")));
        let trunk = fs::read_to_string(crate::root().join("Trunk.toml")).unwrap();
        assert!(trunk.contains(&format!("wasm_bindgen = \"{WASM_BINDGEN}\"")));
    }

    #[cfg(unix)]
    #[test]
    fn another_version_is_not_taken() {
        let cargo = process::find("cargo").unwrap();
        assert!(!is_version(&cargo, "0.0.0"));
        assert!(!is_version(Path::new("/nowhere/trunk"), TRUNK));
    }
}
