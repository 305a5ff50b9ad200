//! Divides the modules of the built site, and its style sheets.

use super::later::Later;
use super::links::Links;
use super::read::Module;
use super::{choose, styles, write};
use crate::files::{hash, read, write};
use crate::report::{Failure, Result};
use crate::setup::wasm;
use std::fs;
use std::path::{Path, PathBuf};

/// What follows the stem in a module's file name.
const MODULE: &str = "_bg.wasm";

/// The modules in this folder, by their files' names.
pub fn modules(folder: &Path) -> Result<Vec<String>> {
    let files =
        fs::read_dir(folder).map_err(|e| Failure(format!("cannot read {}: {e}", folder.display())))?;
    let names = files.flatten().map(|file| file.file_name().to_string_lossy().into_owned());
    Ok(names.filter(|name| name.ends_with(MODULE)).collect())
}

/// The program that a module is: its file's name without a hash.
pub fn base(name: &str) -> &str {
    let stem = name.strip_suffix(MODULE).unwrap_or(name);
    stem.split_once('-').map_or(stem, |(base, _)| base)
}

/// Functions of so many bytes at most are in both parts of a program. Of the worker all are: so its rest is by itself as fast as an undivided
/// module. For the page it is enough that the table is shorter.
fn again_bytes(base: &str) -> usize {
    if base == "worker" { usize::MAX } else { 150 }
}

/// Where cargo leaves a published program as it was linked.
pub fn linked(base: &str) -> PathBuf {
    let folder = crate::root().join("target").join(wasm::TARGET).join("site");
    folder.join(format!("{base}.wasm"))
}

/// Where the list of what a first visit does not run of a program is kept.
pub fn list(base: &str) -> PathBuf {
    let folder = crate::root().join("xtask").join("src").join("split").join("later");
    folder.join(format!("{base}.txt"))
}

/// Divides every module in this folder, each into itself and a file of the rest beside it. Where the page's names carry hashes,
/// the page names the new ones.
pub fn divide(folder: &Path) -> Result {
    for name in modules(folder)? {
        let (stem, base) = (name.trim_end_matches(MODULE), base(&name));
        let bytes = read(&folder.join(&name))?;
        let broken = |broken| Failure(format!("{name} cannot be divided: {broken}"));
        let module = Module::read(&bytes).map_err(broken)?;
        let links = Links::read(&module, &read(&linked(base))?).map_err(broken)?;
        let later = Later::parse(&String::from_utf8_lossy(&read(&list(base))?));
        let mut staying = choose::staying(&module, &links, &choose::tied(&module), &later.of(&module));
        staying.again = choose::again(&module, again_bytes(base));
        let parts = write::parts(&module, &links, &staying, "").map_err(broken)?;
        let hash = hash([&parts.first[..], &parts.rest]);
        let rest = format!("{base}_rest-{hash}.wasm");
        let parts = write::parts(&module, &links, &staying, &rest).map_err(broken)?;
        write(&folder.join(rest), &parts.rest)?;
        write(&folder.join(&name), &parts.first)?;
        if stem != base {
            rename(folder, &name, &format!("{base}-{hash}{MODULE}"))?;
        }
    }
    divide_styles(folder)
}

/// Makes one file of the later style sheets.
fn divide_styles(folder: &Path) -> Result {
    let page = folder.join("index.html");
    let Some(taken) = styles::take(&String::from_utf8_lossy(&read(&page)?)) else { return Ok(()) };
    let mut all = Vec::new();
    for path in &taken.paths {
        let path = folder.join(path);
        all.extend(read(&path)?);
        fs::remove_file(&path).map_err(|e| Failure(format!("cannot remove {}: {e}", path.display())))?;
    }
    let file = format!("pages_rest-{}.css", hash([&all[..]]));
    write(&folder.join(&file), &all)?;
    write(&page, taken.naming(&file).as_bytes())
}

/// Gives a file another name, and the page that name.
fn rename(folder: &Path, old: &str, new: &str) -> Result {
    let page = folder.join("index.html");
    let text = String::from_utf8_lossy(&read(&page)?).replace(old, new);
    write(&page, text.as_bytes())?;
    fs::rename(folder.join(old), folder.join(new)).map_err(|e| Failure(format!("cannot rename {old}: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_of_a_program_and_the_program_has_a_list() {
        assert_eq!(base("app-0123456789abcdef_bg.wasm"), "app");
        assert_eq!(base("worker_bg.wasm"), "worker");
        for program in ["app", "worker"] {
            assert!(list(program).is_file());
        }
    }
}
