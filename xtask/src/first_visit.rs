//! `cargo xtask first-visit`: draws up the lists of what a first visit does not run (see [`crate::split`]), from a first visit in a browser.

use crate::bundle::{self, Profile};
use crate::files::{read, write};
use crate::process::{self, command};
use crate::report::{Failure, Result, fail, say};
use crate::setup::{Setup, browser};
use crate::split::later::Later;
use crate::split::links::Links;
use crate::split::read::Module;
use crate::split::{site, watch};
use crate::{check, split};
use std::collections::BTreeSet;

/// What the worker of a watched site does more: it tells what ran when it is asked on this channel.
const TELL: &str = "
const ran = new BroadcastChannel(\"ran\");
ran.onmessage = () => ran.postMessage(Array.from(new Uint8Array(initSync().ran.buffer)).join(\"\"));
";

/// Builds the site, watches a first visit to it, and writes the lists.
pub fn first_visit() -> Result {
    let setup = Setup::prepare()?;
    let browser = browser::prepare()?;
    let folder = crate::root().join("target").join("dist-watched");
    bundle::whole(&setup, Profile::Release, &folder)?;
    let names = site::modules(&folder)?;
    let mut modules = Vec::new();
    for name in names {
        let path = folder.join(&name);
        let bytes = read(&path)?;
        let broken = |broken: split::Broken| Failure(format!("{name} cannot be watched: {broken}"));
        write(&path, &watch::watched(&bytes).map_err(broken)?)?;
        modules.push((name, bytes));
    }
    let loader = folder.join("worker_loader.js");
    let text = [read(&loader)?, TELL.as_bytes().to_vec()].concat();
    write(&loader, &text)?;

    let mut cargo = command("cargo");
    cargo.args(["run", "--locked", "-q", "-p", "e2e", "--bin", "first_visit"]);
    cargo.env("DYNASCOPE_DIST", &folder).env("CHROMIUM", browser.chromium);
    cargo.env("CHROMEDRIVER", browser.chromedriver);
    check::without_proxy(&mut cargo);
    let mut told = Vec::new();
    let succeeded = process::lines(&mut cargo, |line| {
        told.extend(line.split_once(' ').map(|(of, ran)| (of.to_owned(), ran.to_owned())));
    })?;
    if !succeeded {
        return fail("the first visit failed");
    }
    for (name, bytes) in modules {
        let base = site::base(&name);
        let broken = |broken: split::Broken| Failure(format!("{name}: {broken}"));
        let module = Module::read(&bytes).map_err(broken)?;
        let links = Links::read(&module, &read(&site::linked(base))?).map_err(broken)?;
        let mut ran = BTreeSet::new();
        for (_, bytes) in told.iter().filter(|(of, _)| of == base) {
            ran.extend(module.defined().zip(bytes.bytes()).filter(|(_, ran)| *ran == b'1').map(|(at, _)| at));
        }
        if ran.is_empty() {
            return fail(format!("nothing of {name} ran"));
        }
        let list = Later::draw_up(&module, &links, &ran);
        write(&site::list(base), list.to_string().as_bytes())?;
        say(format_args!("{name}: {} of {} functions ran", ran.len(), module.bodies.len()));
    }
    say("the lists are in xtask/src/split/later; `cargo xtask dist` divides the site by them");
    Ok(())
}
