//! What keeps the published site on somebody's device: `sw.js` with the names of the site's files and their version.
//!
//! A debug bundle has none, so that nothing stands between a change and the page.

use crate::report::{Failure, Result};
use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;

/// The page's own script, to which the name of the service worker is given.
const BOOT: &str = "src=\"./boot.js\"";

/// Writes `sw.js` into the built site, and its name into the page.
pub fn write(folder: &Path) -> Result {
    let mut files = BTreeMap::new();
    collect(folder, "", &mut files)?;
    let template = crate::root().join("static").join("sw.js");
    let page = folder.join("index.html");
    let named = text(&page)?.replacen(BOOT, &format!("{BOOT} data-offline=\"./sw.js\""), 1);
    put(&page, &named)?;
    put(&folder.join("sw.js"), &filled(&text(&template)?, &files))
}

/// The service worker of a site with these files, by their paths.
fn filled(template: &str, files: &BTreeMap<String, Vec<u8>>) -> String {
    let mut hasher = DefaultHasher::new();
    for (path, bytes) in files {
        hasher.write(path.as_bytes());
        hasher.write(bytes);
    }
    // The page is asked for by its folder.
    let names: Vec<&str> =
        files.keys().map(|path| if path == "index.html" { "./" } else { path.as_str() }).collect();
    let names = serde_json::Value::from(names).to_string();
    let version = format!("const VERSION = \"{:016x}\";", hasher.finish());
    template.replacen("const VERSION = \"\";", &version, 1).replacen(
        "const FILES = [];",
        &format!("const FILES = {names};"),
        1,
    )
}

/// What a page may ask for: not the licence of the icons, and not the element, which is for other people's pages.
fn is_asked_for(path: &str) -> bool {
    !matches!(path, "sw.js" | "embed.js" | "icons/LICENSE")
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result {
    let fault = |e: std::io::Error| Failure(format!("cannot read {}: {e}", folder.display()));
    for entry in fs::read_dir(folder).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().map_err(fault)?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else if is_asked_for(&path) {
            files.insert(path, fs::read(entry.path()).map_err(fault)?);
        }
    }
    Ok(())
}

fn text(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|e| Failure(format!("cannot read {}: {e}", path.display())))
}

fn put(path: &Path, text: &str) -> Result {
    fs::write(path, text).map_err(|e| Failure(format!("cannot write {}: {e}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_names_the_files_and_another_site_is_another_version() {
        let template = text(&crate::root().join("static").join("sw.js")).unwrap();
        let files = |css: &str| {
            let files = [("index.html", "<p>"), ("a-1.css", css), ("icons/i.svg", "<svg>")];
            files.map(|(path, bytes)| (path.to_owned(), bytes.as_bytes().to_vec())).into_iter().collect()
        };
        let (one, other) = (filled(&template, &files("a{}")), filled(&template, &files("b{}")));
        assert!(one.contains("const FILES = [\"a-1.css\",\"icons/i.svg\",\"./\"];"), "{one}");
        assert!(!one.contains("VERSION = \"\""));
        assert_ne!(one, other);
        assert!(!is_asked_for("embed.js") && is_asked_for("rest.js"));
    }
}
