//! Chromium and its WebDriver, for the tests that need a real browser.
//!
//! `CHROMIUM` and `CHROMEDRIVER` name others than those on the path.

use super::debian;
use crate::process;
use crate::report::{Result, fail};
use std::env;
use std::path::PathBuf;

/// A browser and the driver that belongs to it.
#[derive(Clone, Debug)]
pub struct Browser {
    /// The browser itself.
    pub chromium: PathBuf,
    /// Its WebDriver server.
    pub chromedriver: PathBuf,
}

/// Finds a browser that is there.
pub fn find() -> Option<Browser> {
    let named = |variable: &str| env::var_os(variable).map(PathBuf::from).filter(|p| p.is_file());
    let names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
    let mac = PathBuf::from("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
    let chromium = named("CHROMIUM")
        .or_else(|| names.iter().find_map(|name| process::find(name)))
        .or_else(|| Some(mac).filter(|p| p.is_file()))?;
    let chromedriver = named("CHROMEDRIVER").or_else(|| process::find("chromedriver"))?;
    Some(Browser { chromium, chromedriver })
}

/// Finds a browser, or installs one where apt can.
pub fn prepare() -> Result<Browser> {
    if find().is_none() && debian::available() {
        debian::install(&["chromium", "chromium-driver"])?;
    }
    match find() {
        Some(browser) => Ok(browser),
        None => fail(
            "Chromium and chromedriver are missing: install both in the same version (Debian: `apt-get install chromium \
             chromium-driver`; elsewhere Chrome and https://googlechromelabs.github.io/chrome-for-testing), or name \
             them in CHROMIUM and CHROMEDRIVER",
        ),
    }
}
