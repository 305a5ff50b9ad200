//! Divides the modules of the built site.

use super::later::Later;
use super::read::Module;
use super::{choose, write};
use crate::report::{Failure, Result};
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;

/// What a first visit does not run of the page's module and of the worker's.
const LISTS: [(&str, &str); 2] =
    [("app", include_str!("later/app.txt")), ("worker", include_str!("later/worker.txt"))];

/// Divides every module in this folder, each into itself and a file of the rest beside it. Where the page's names carry hashes,
/// the page names the new ones.
pub fn divide(folder: &Path) -> Result {
    let files =
        fs::read_dir(folder).map_err(|e| Failure(format!("cannot read {}: {e}", folder.display())))?;
    let names = files.flatten().map(|file| file.file_name().to_string_lossy().into_owned());
    let names: Vec<String> = names.filter(|name| name.ends_with("_bg.wasm")).collect();
    for name in names {
        let stem = name.trim_end_matches("_bg.wasm");
        let base = stem.split('-').next().unwrap_or(stem);
        let list = LISTS.iter().find(|(of, _)| *of == base).map_or("", |(_, list)| list);
        let bytes = read(&folder.join(&name))?;
        let broken = |broken| Failure(format!("{name} cannot be divided: {broken}"));
        let module = Module::read(&bytes).map_err(broken)?;
        let rest = choose::rest(&module, &Later::parse(list).of(&module));
        let parts = write::parts(&module, &rest, "").map_err(broken)?;
        let hash = hash(&[&parts.first, &parts.rest]);
        let rest_name = format!("{base}_rest-{hash}.wasm");
        let parts = write::parts(&module, &rest, &rest_name).map_err(broken)?;
        write(&folder.join(rest_name), &parts.rest)?;
        write(&folder.join(&name), &parts.first)?;
        if stem != base {
            rename(folder, &name, &format!("{base}-{hash}_bg.wasm"))?;
        }
    }
    Ok(())
}

/// Gives a file another name, and the page that name.
fn rename(folder: &Path, old: &str, new: &str) -> Result {
    let page = folder.join("index.html");
    let text = String::from_utf8_lossy(&read(&page)?).replace(old, new);
    write(&page, text.as_bytes())?;
    fs::rename(folder.join(old), folder.join(new)).map_err(|e| Failure(format!("cannot rename {old}: {e}")))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|e| Failure(format!("cannot read {}: {e}", path.display())))
}

fn write(path: &Path, bytes: &[u8]) -> Result {
    fs::write(path, bytes).map_err(|e| Failure(format!("cannot write {}: {e}", path.display())))
}

fn hash(parts: &[&[u8]]) -> String {
    let mut hasher = DefaultHasher::new();
    parts.iter().for_each(|part| hasher.write(part));
    format!("{:016x}", hasher.finish())
}
