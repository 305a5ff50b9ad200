//! The documentation: `static/docs/*.md` as pages beside the site, `docs/*.html`.
//!
//! Owns the set of pages, their order and their links, and the files beside them. A page's own text is [`page`]'s. Pages are CommonMark with
//! tables; HTML in them is refused. The order is the one in which `index.md` first names them; the others follow. A link that leads
//! nowhere fails the build. A first visit of Dynascope loads nothing of it, and nothing of it is kept for use without a
//! network.

pub mod page;

use crate::files;
use crate::report::{Result, fail, step};
use crate::setup::node;
use page::Page;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The AWS SDK's packages that a snippet may import, and the files that they come as.
pub const PACKAGES: [(&str, &str); 2] = [
    ("@aws-sdk/client-dynamodb", "sdk/client-dynamodb.js"),
    ("@aws-sdk/lib-dynamodb", "sdk/lib-dynamodb.js"),
];

/// Writes the documentation into the built site.
pub fn write(site: &Path) -> Result {
    let source = crate::root().join("static").join("docs");
    let readme = files::text(&crate::root().join("README.md"))?;
    let mut sources = BTreeMap::new();
    for (path, at) in files::all(&source)? {
        if let Some(name) = path.strip_suffix(".md") {
            sources.insert(name.to_owned(), files::text(&at)?);
        }
    }
    let pages = pages(&sources, &readme)?;
    let folder = site.join("docs");
    let made = fs::create_dir_all(&folder);
    made.map_err(|e| crate::report::Failure(format!("cannot make {}: {e}", folder.display())))?;
    let template = files::text(&source.join("template.html"))?;
    for page in &pages {
        files::write(&folder.join(format!("{}.html", page.name)), filled(&template, page, &pages))?;
        for (at, snippet) in page.snippets.iter().enumerate() {
            files::write(&folder.join(page::snippet_file(&page.name, at)), &snippet.module)?;
        }
    }
    let css = crate::root().join("static").join("css").join("tokens.css");
    let styles = format!("{}\n{}", files::text(&css)?, files::text(&source.join("docs.css"))?);
    files::write(&folder.join("docs.css"), styles)?;
    files::write(&folder.join("docs.js"), files::text(&source.join("docs.js"))?)
}

/// Adds the AWS SDK for JavaScript v3 as modules for a browser, so that a reader runs the pages' snippets.
pub fn add_sdk(site: &Path) -> Result {
    let modules = node::prepare()?;
    step("bundling the AWS SDK for the documentation", || {
        let mut esbuild = Command::new("node");
        esbuild.arg(modules.join("esbuild/bin/esbuild"));
        for (package, file) in PACKAGES {
            let name = file.trim_start_matches("sdk/").trim_end_matches(".js");
            esbuild.arg(format!("{name}={package}"));
        }
        esbuild.arg(format!("--outdir={}", site.join("docs").join("sdk").display()));
        esbuild.args(["--bundle", "--splitting", "--format=esm", "--minify", "--log-level=error"]);
        // A package's name is looked for from the folder where this runs.
        let folder = modules.parent().unwrap_or(&modules);
        crate::process::output(esbuild.current_dir(folder), "esbuild").map(drop)
    })
}

/// The pages in their order, their links checked.
fn pages(sources: &BTreeMap<String, String>, readme: &str) -> Result<Vec<Page>> {
    let Some(index) = sources.get("index") else { return fail("static/docs has no index.md") };
    let index = Page::read("index", index, readme)?;
    let mut order = vec!["index".to_owned()];
    for link in index.links.iter().filter_map(|link| link.strip_suffix(".md")) {
        if !order.iter().any(|name| name == link) {
            order.push(link.to_owned());
        }
    }
    let unnamed: Vec<String> = sources.keys().filter(|name| !order.contains(name)).cloned().collect();
    order.extend(unnamed);
    let mut pages = vec![index];
    for name in &order[1..] {
        let Some(text) = sources.get(name) else { return fail(format!("static/docs has no {name}.md")) };
        pages.push(Page::read(name, text, readme)?);
    }
    let places: BTreeMap<&str, &BTreeSet<String>> =
        pages.iter().map(|page| (page.name.as_str(), &page.anchors)).collect();
    for page in &pages {
        for link in &page.links {
            if let Some(why) = dead(link, &page.name, &places) {
                return fail(format!("static/docs/{}.md links to `{link}`: {why}", page.name));
            }
        }
    }
    Ok(pages)
}

/// Why a link leads nowhere. What is elsewhere is not asked for.
fn dead(link: &str, here: &str, places: &BTreeMap<&str, &BTreeSet<String>>) -> Option<String> {
    if ["https://", "../?", "../#"].iter().any(|known| link.starts_with(known)) || link == "../" {
        return None;
    }
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let name = if file.is_empty() { here } else { file.strip_suffix(".md").unwrap_or("") };
    match places.get(name) {
        None => Some("there is no such page".to_owned()),
        Some(anchors) if !anchor.is_empty() && !anchors.contains(anchor) => {
            Some(format!("that page has no heading `{anchor}`, but {anchors:?}"))
        }
        Some(_) => None,
    }
}

fn filled(template: &str, page: &Page, pages: &[Page]) -> String {
    let entry = |to: &Page| {
        let current = if to.name == page.name { " aria-current=\"page\"" } else { "" };
        format!("<li><a href=\"{}.html\"{current}>{}</a></li>\n", to.name, page::escape(&to.title))
    };
    let navigation: String = pages.iter().map(entry).collect();
    template
        .replace("<!-- title -->", &page::escape(&page.title))
        .replace("<!-- navigation -->", &navigation)
        .replace("<!-- page -->", &page.html)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(sources: &[(&str, &str)]) -> Result<Vec<Page>> {
        let sources = sources.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        pages(&sources, "")
    }

    #[test]
    fn the_index_gives_the_order_and_every_link_leads_somewhere() {
        let (b, a) = (("b", "# Bees\n\n[back](index.md)"), ("a", "# Ants\n\n## Their legs\n\nsix"));
        let names = |found: Result<Vec<Page>>| -> Vec<String> {
            found.unwrap().into_iter().map(|page| page.name).collect()
        };
        let found = set(&[("index", "# All\n\n[Bees](b.md), [ants](a.md), [legs](a.md#their-legs)"), b, a]);
        assert_eq!(names(found), ["index", "b", "a"]);
        let found = set(&[("index", "# All\n\n[legs](a.md#their-legs)"), b, a]);
        assert_eq!(names(found), ["index", "a", "b"], "what it does not name follows");
        for dead in ["[x](c.md)", "[x](a.md#arms)", "[x](#arms)", "[x](/a.md)", "[x](http://plain.example)"] {
            let index = format!("# All\n\n[Bees](b.md), [ants](a.md), {dead}");
            assert!(set(&[("index", &index), b, a]).is_err(), "{dead}");
        }
    }

    #[test]
    fn the_projects_own_pages_can_be_written() {
        let folder = crate::root().join("target").join("docs-test");
        let _ = fs::remove_dir_all(&folder);
        write(&folder).unwrap_or_else(|failure| panic!("{failure}"));
        let embed = files::text(&folder.join("docs").join("embed.html")).unwrap();
        assert!(embed.contains("<dynascope-sandbox") && embed.contains("aria-current=\"page\""));
        assert!(!embed.contains("<!-- "), "everything of the template is filled");
    }
}
