//! The static site: the page, the worker and what they load, by Trunk.
//!
//! The release goes to `dist/`, and only the release; a debug bundle goes to `target/dist-debug/`. All addresses in it
//! are relative, so that it works from any path of any static host.

use crate::docs;
use crate::offline;
use crate::process::{self, command};
use crate::report::{Result, step};
use crate::scripts;
use crate::setup::Setup;
use crate::split::site;
use std::path::{Path, PathBuf};

/// Which bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Small and fast: what is published.
    Release,
    /// Quick to build.
    Debug,
}

impl Profile {
    /// Where this bundle is written.
    pub fn folder(self) -> PathBuf {
        match self {
            Profile::Release => crate::root().join("dist"),
            Profile::Debug => crate::root().join("target").join("dist-debug"),
        }
    }
}

/// Builds the bundle and says where it is. What is published is divided (see [`crate::split`]), and its scripts are shortened.
pub fn build(setup: &Setup, profile: Profile) -> Result<PathBuf> {
    let folder = profile.folder();
    whole(setup, profile, &folder)?;
    if profile == Profile::Release {
        step("dividing the modules", || site::divide(&folder))?;
        scripts::shorten(&folder)?;
        offline::write(&folder)?;
    }
    // Behind what the service worker keeps: who has no network has the site, and no documentation.
    docs::write(&folder)?;
    Ok(folder)
}

/// Builds the bundle into this folder, its modules undivided.
pub fn whole(setup: &Setup, profile: Profile, folder: &Path) -> Result {
    let what = match profile {
        Profile::Release => "building the release bundle (2 to 4 minutes the first time)",
        Profile::Debug => "building the debug bundle (about a minute the first time)",
    };
    step(what, || {
        // Trunk runs offline, so that it downloads no tool of its own; what cargo lacks is fetched first.
        let mut fetch = setup.command("cargo");
        process::output(fetch.args(["fetch", "--locked"]), "cargo fetch")?;
        let mut trunk = setup.command("trunk");
        trunk
            .args(["--quiet", "--skip-version-check", "--offline", "--config"])
            .arg(crate::root().join("Trunk.toml"));
        trunk
            .arg("build")
            .arg(format!("--release={}", profile == Profile::Release))
            .arg("--dist")
            .arg(folder);
        // Trunk takes only `true` and `false` for it.
        if std::env::var_os("NO_COLOR").is_some() {
            trunk.env("NO_COLOR", "true");
        }
        process::run(&mut trunk, "trunk build")
    })
}

/// Opens an address in the person's browser; where there is none, nothing happens.
pub fn open(address: &str) {
    let opener = match std::env::consts::OS {
        "macos" => "open",
        "windows" => "explorer",
        _ => "xdg-open",
    };
    process::succeeds(command(opener).arg(address));
}
