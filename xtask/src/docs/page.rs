//! A page of the documentation: Markdown in, HTML out.
//!
//! Owns the three fenced blocks that are more than text:
//!
//! - ```` ```sandbox id=orders view=query height=420 ```` a live sandbox: what follows the word are the attributes of `<dynascope-sandbox>`, what
//!   stands in the block is its design;
//! - ```` ```js run ```` a program with a button that runs it, as a module of its own (the Content-Security-Policy allows no other); the block
//!   ```` ```answer ```` behind it is what it prints, which a test compares;
//! - ```` ```readme Differences from DynamoDB ```` a section of the README.
//!
//! Headings get ids by which they are linked to. HTML is refused.

use crate::report::{Failure, Result, fail};
use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd, html};
use std::collections::BTreeSet;

use super::PACKAGES;

/// A program on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The module that runs it: its default export takes a console.
    pub module: String,
}

/// A page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Its file's name, without its ending.
    pub name: String,
    /// Its first heading.
    pub title: String,
    /// All of it below the navigation.
    pub html: String,
    /// What it links to, as written.
    pub links: Vec<String>,
    /// Its headings' ids.
    pub anchors: BTreeSet<String>,
    /// Its programs.
    pub snippets: Vec<Snippet>,
}

/// The file of a page's program.
pub fn snippet_file(page: &str, at: usize) -> String {
    format!("{page}-{}.js", at + 1)
}

/// A text in HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

impl Page {
    /// Reads a page.
    pub fn read(name: &str, markdown: &str, readme: &str) -> Result<Page> {
        let mut page = Page { name: name.to_owned(), ..Page::default() };
        let wrong = |what: String| fail(format!("static/docs/{name}.md: {what}"));
        let mut out: Vec<Event<'_>> = Vec::new();
        let mut heading: Option<(usize, String)> = None;
        let mut block: Option<(String, String)> = None;
        let whole = with_sections(markdown, readme);
        let whole = match &whole {
            Ok(text) => text,
            Err(what) => return wrong(what.to_string()),
        };
        for event in Parser::new_ext(whole, Options::ENABLE_TABLES) {
            match event {
                Event::Html(html) | Event::InlineHtml(html) => return wrong(format!("HTML: {html}")),
                Event::Start(Tag::CodeBlock(kind)) => {
                    let info = match kind {
                        CodeBlockKind::Fenced(info) => info.to_string(),
                        CodeBlockKind::Indented => String::new(),
                    };
                    block = Some((info, String::new()));
                }
                Event::Text(text) if block.is_some() => {
                    if let Some((_, code)) = &mut block {
                        code.push_str(&text);
                    }
                }
                Event::End(TagEnd::CodeBlock) => {
                    let (info, code) = block.take().unwrap_or_default();
                    match page.block(&info, &code) {
                        Ok(html) => out.push(Event::Html(CowStr::from(html))),
                        Err(what) => return wrong(what.to_string()),
                    }
                }
                Event::Start(Tag::Heading { .. }) => {
                    heading = Some((out.len(), String::new()));
                    out.push(event);
                }
                Event::End(TagEnd::Heading(_)) => {
                    let (at, text) = heading.take().unwrap_or_default();
                    let id = anchor(&text);
                    if let Some(Event::Start(Tag::Heading { id: place, .. })) = out.get_mut(at) {
                        *place = Some(CowStr::from(id.clone()));
                    }
                    if page.title.is_empty() {
                        page.title = text;
                    }
                    if !page.anchors.insert(id.clone()) {
                        return wrong(format!("two headings are `{id}`"));
                    }
                    out.push(event);
                }
                Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                    page.links.push(dest_url.to_string());
                    let dest_url = CowStr::from(address(&dest_url));
                    out.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
                }
                // A wide table is moved along by keys as well.
                Event::Start(Tag::Table(_)) => {
                    let label = "<div class=\"wide\" role=\"region\" aria-label=\"Table\" tabindex=\"0\">";
                    out.extend([Event::Html(label.into()), event]);
                }
                Event::End(TagEnd::Table) => out.extend([event, Event::Html("</div>\n".into())]),
                event => {
                    if let (Some((_, text)), Event::Text(part) | Event::Code(part)) = (&mut heading, &event) {
                        text.push_str(part);
                    }
                    out.push(event);
                }
            }
        }
        if page.title.is_empty() {
            return wrong("it has no heading".to_owned());
        }
        html::push_html(&mut page.html, out.into_iter());
        Ok(page)
    }

    /// A fenced block.
    fn block(&mut self, info: &str, code: &str) -> Result<String> {
        let (kind, rest) = info.split_once(' ').unwrap_or((info, ""));
        match (kind, rest) {
            ("sandbox", attributes) => sandbox(attributes, code),
            ("js", "run") => {
                let at = self.snippets.len();
                self.snippets.push(Snippet { module: module(code)? });
                let file = snippet_file(&self.name, at);
                Ok(format!(
                    "<div class=\"snippet\" data-snippet=\"{file}\">{}<button type=\"button\" data-action=\"run\">Run</button>\
                     <pre role=\"status\" tabindex=\"0\" aria-label=\"What it prints\" data-part=\"printed\" hidden></pre></div>\n",
                    listing("Program", code)
                ))
            }
            ("answer", "") => Ok(format!(
                "<details class=\"answer\"><summary>What it prints</summary><pre tabindex=\"0\" aria-label=\"Answer\" data-part=\"answer\">{}</pre></details>\n",
                escape(code)
            )),
            (word, _) => Ok(listing(if word.is_empty() { "Example" } else { word }, code)),
        }
    }
}

/// Code that is only read.
fn listing(label: &str, code: &str) -> String {
    format!("<pre tabindex=\"0\" aria-label=\"{}\"><code>{}</code></pre>\n", escape(label), escape(code))
}

/// A live sandbox. Its attributes are words or `name=value`; a value has no space but in quotes.
fn sandbox(attributes: &str, design: &str) -> Result<String> {
    const KNOWN: [&str; 11] =
        ["id", "title", "view", "height", "theme", "panels", "lesson", "step", "read-only", "autorun", "src"];
    let mut html = String::from("<dynascope-sandbox");
    let mut rest = attributes.trim();
    while !rest.is_empty() {
        let end = rest.find([' ', '=']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if !KNOWN.contains(&name) {
            return fail(format!("a sandbox has no attribute `{name}`"));
        }
        let value = match after.strip_prefix("=\"") {
            Some(quoted) => {
                quoted.split_once('"').ok_or_else(|| Failure(format!("{name}: the quote does not end")))?
            }
            None => match after.strip_prefix('=') {
                Some(plain) => plain.split_once(' ').unwrap_or((plain, "")),
                None => ("", after),
            },
        };
        rest = value.1.trim_start();
        html.push_str(&format!(" {name}=\"{}\"", escape(value.0)));
    }
    let design: serde_json::Value =
        serde_json::from_str(design).map_err(|e| Failure(format!("the design: {e}")))?;
    let design = design.to_string().replace("</", "<\\/");
    Ok(format!("{html}><script type=\"application/json\">{design}</script></dynascope-sandbox>\n"))
}

/// A program as a module: its imports come from this site, and its console is given. What it prints stands below it, so it must not
/// read from a replica that has not heard yet of what was written before.
fn module(code: &str) -> Result<String> {
    let reads = ["\"GetItem\"", "\"Query\"", "\"Scan\"", "GetCommand(", "QueryCommand(", "ScanCommand("];
    if reads.iter().any(|read| code.contains(read)) && !code.contains("ConsistentRead: true") {
        return fail("a program reads without ConsistentRead");
    }
    let (mut end, mut within) = (0, false);
    for line in code.split_inclusive('\n') {
        if !within && !line.starts_with("import ") {
            break;
        }
        within = !line.trim_end().ends_with(';');
        end += line.len();
    }
    let (imports, body) = code.split_at(end);
    let mut imports = imports.to_owned();
    for (package, file) in PACKAGES {
        imports = imports.replace(&format!("\"{package}\""), &format!("\"./{file}\""));
    }
    if let Some(other) = imports.split("from \"").skip(1).find(|rest| !rest.starts_with("./")) {
        return fail(format!("a program imports {}", other.lines().next().unwrap_or_default()));
    }
    Ok(format!("{imports}\nexport default async function (console) {{\n{body}}}\n"))
}

/// The text with the sections of the README that it asks for.
fn with_sections(markdown: &str, readme: &str) -> Result<String> {
    let mut text = String::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        let Some(wanted) = line.strip_prefix("```readme ") else {
            text.push_str(line);
            text.push('\n');
            continue;
        };
        if lines.next() != Some("```") {
            return fail(format!("the block of the README's section `{wanted}` has a content"));
        }
        let section = readme.split("\n## ").find_map(|part| part.strip_prefix(wanted)?.strip_prefix('\n'));
        // Without the sections in it.
        let section = section.and_then(|section| section.split("\n### ").next());
        text.push_str(section.ok_or_else(|| Failure(format!("the README has no section `{wanted}`")))?);
        text.push('\n');
    }
    Ok(text)
}

/// Where a link leads in the written pages.
fn address(link: &str) -> String {
    match link.split_once(".md") {
        Some((name, rest)) if !link.contains("://") => format!("{name}.html{rest}"),
        _ => link.to_owned(),
    }
}

/// A heading's id: its words in small letters.
fn anchor(heading: &str) -> String {
    let letters = heading.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' });
    letters.collect::<String>().split_whitespace().collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(markdown: &str) -> Result<Page> {
        Page::read("a", markdown, "# R\n\n## Differences\n\n| what |\n|---|\n| time |\n\n## More\n\nno\n")
    }

    #[test]
    fn headings_links_and_tables_are_written_for_a_browser() {
        let page =
            read("# The `d=` link\n\n[see](b.md#c) [out](https://x.example/y.md)\n\n| a |\n|-|\n| 1 |\n")
                .unwrap();
        assert_eq!(page.title, "The d= link");
        assert!(page.html.contains("<h1 id=\"the-d-link\">"), "{}", page.html);
        assert!(
            page.html.contains("href=\"b.html#c\"") && page.html.contains("href=\"https://x.example/y.md\"")
        );
        assert!(page.html.contains("tabindex=\"0\"><table>"));
        assert_eq!(page.links, ["b.md#c", "https://x.example/y.md"]);
        assert!(
            read("no heading").is_err() && read("# A\n\n<b>html</b>").is_err() && read("# A\n\n# A").is_err()
        );
    }

    #[test]
    fn a_sandbox_holds_its_design_and_nothing_that_ends_it() {
        let page = read(
            "# A\n\n```sandbox id=o view=query panels=\"data query\" autorun\n{\"name\": \"</script>\"}\n```\n",
        );
        let html = page.unwrap().html;
        let open = "<dynascope-sandbox id=\"o\" view=\"query\" panels=\"data query\" autorun=\"\">";
        assert!(html.contains(open), "{html}");
        assert!(html.contains("{\"name\":\"<\\/script>\"}</script></dynascope-sandbox>"), "{html}");
        for wrong in ["```sandbox onclick=x\n{}\n```", "```sandbox\n{\n```", "```sandbox title=\"x\n{}\n```"]
        {
            assert!(read(&format!("# A\n\n{wrong}\n")).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_program_is_a_module_that_imports_from_the_site() {
        let page = read(
            "# A\n\n```js run\nimport {\n  A,\n} from \"@aws-sdk/client-dynamodb\";\n\nconsole.log(A < 1);\n```\n\n```answer\ntrue\n```\n",
        )
        .unwrap();
        assert_eq!(
            page.snippets[0].module,
            "import {\n  A,\n} from \"./sdk/client-dynamodb.js\";\n\nexport default async function (console) {\n\nconsole.log(A < 1);\n}\n"
        );
        assert!(page.html.contains("data-snippet=\"a-1.js\"") && page.html.contains("A &lt; 1"));
        assert!(page.html.contains("data-part=\"answer\">true\n</pre>"));
        assert!(read("# A\n\n```js run\nimport fs from \"fs\";\n```\n").is_err());
        let query =
            |more| read(&format!("# A\n\n```js run\nawait it.request(\"Query\", {{{more}}});\n```\n"));
        assert!(query(" ConsistentRead: true ").is_ok() && query("").is_err());
        assert!(read("# A\n\n```js run\nawait 1;\n```\n").unwrap().snippets[0].module.contains("await 1;"));
    }

    #[test]
    fn a_section_of_the_readme_is_taken_whole() {
        let page = read("# A\n\n```readme Differences\n```\n").unwrap();
        assert!(page.html.contains("<td>time</td>") && !page.html.contains("no"), "{}", page.html);
        assert!(read("# A\n\n```readme Nothing\n```\n").is_err());
    }
}
