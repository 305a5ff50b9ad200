//! What keeps the published site on somebody's device: `sw.js` with the names of the site's files and their version.
//!
//! A debug bundle has none, so that nothing stands between a change and the page.

use crate::files;
use crate::report::Result;
use crate::scripts::shortened;
use std::collections::BTreeMap;
use std::path::Path;

/// The page's own script, to which the name of the service worker is given.
const BOOT: &str = "src=\"./boot.js\"";

/// Writes `sw.js` into the built site, and its name into the page.
pub fn write(folder: &Path) -> Result {
    let asked_for = files::all(folder)?.into_iter().filter(|(path, _)| is_asked_for(path));
    let contents = asked_for.map(|(path, at)| Ok((path, files::read(&at)?)));
    let contents = contents.collect::<Result<BTreeMap<_, _>>>()?;
    let template = crate::root().join("static").join("sw.js");
    let page = folder.join("index.html");
    let named = files::text(&page)?.replacen(BOOT, &format!("{BOOT} data-offline=\"./sw.js\""), 1);
    files::write(&page, named)?;
    files::write(&folder.join("sw.js"), filled(&shortened(&files::text(&template)?), &contents))
}

/// The service worker of a site with these files, by their paths.
fn filled(template: &str, files: &BTreeMap<String, Vec<u8>>) -> String {
    let version = files::hash(files.iter().flat_map(|(path, bytes)| [path.as_bytes(), bytes]));
    // The page is asked for by its folder.
    let names: Vec<&str> =
        files.keys().map(|path| if path == "index.html" { "./" } else { path.as_str() }).collect();
    let names = serde_json::Value::from(names).to_string();
    let version = format!("const VERSION = \"{version}\";");
    template.replacen("const VERSION = \"\";", &version, 1).replacen(
        "const FILES = [];",
        &format!("const FILES = {names};"),
        1,
    )
}

/// What a page may ask for: not the licence of the icons, nor their pictures, which are a system's that installs it, and not the element, which
/// is for other people's pages.
fn is_asked_for(path: &str) -> bool {
    let is_picture = path.starts_with("icons/") && path.ends_with(".png");
    !is_picture && !matches!(path, "sw.js" | "embed.js" | "icons/LICENSE")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_names_the_files_and_another_site_is_another_version() {
        let template = files::text(&crate::root().join("static").join("sw.js")).unwrap();
        let contents = |css: &str| {
            let files = [("index.html", "<p>"), ("a-1.css", css), ("icons/i.svg", "<svg>")];
            files.map(|(path, bytes)| (path.to_owned(), bytes.as_bytes().to_vec())).into_iter().collect()
        };
        let (one, other) = (filled(&template, &contents("a{}")), filled(&template, &contents("b{}")));
        assert!(one.contains("const FILES = [\"a-1.css\",\"icons/i.svg\",\"./\"];"), "{one}");
        assert!(!one.contains("VERSION = \"\""));
        assert_ne!(one, other);
        assert!(!is_asked_for("embed.js") && is_asked_for("rest.js"));
        assert!(!is_asked_for("icons/dynascope-192.png") && is_asked_for("icons/dynascope.svg"));
    }
}
