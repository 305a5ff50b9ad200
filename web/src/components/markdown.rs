//! Markdown as nodes: a lesson's text, wherever its file comes from.
//!
//! Walks the parser's events into nodes. It never makes markup of text: raw HTML is shown as it is written, a link goes to an `https`
//! address and nowhere else, and an image is its description. What nests too deep is shown without what it is nested in.
//!
//! Follows [CommonMark](https://spec.commonmark.org/) with tables, by `pulldown-cmark`.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag};
use yew::prelude::*;

use super::CodeView;
use crate::exchange::Language;

/// What nests deeper is shown flat.
const DEPTH: usize = 24;

/// The props of [`Markdown`].
#[derive(Properties, PartialEq)]
pub struct MarkdownProps {
    /// The text.
    pub text: AttrValue,
    /// The first level of a heading in it: 4 where it stands under an `h3`.
    #[prop_or(4)]
    pub heading: u8,
}

/// Markdown.
#[component]
pub fn Markdown(props: &MarkdownProps) -> Html {
    let nodes = use_memo((props.text.clone(), props.heading), |(text, heading)| draw(text, *heading));
    html! { <div class="markdown">{ (*nodes).clone() }</div> }
}

/// What is open around the text that is being read.
struct Open {
    kind: Kind,
    inside: Vec<Html>,
    /// The text alone, for what shows no nodes.
    plain: String,
}

enum Kind {
    Whole,
    Element(&'static str),
    Heading(u8),
    Link(String),
    List(Option<u64>),
    Code(String),
    Image,
    Head,
    Cell,
    /// Shown without itself.
    Nothing,
}

fn kind(tag: Tag, heading: u8) -> Kind {
    match tag {
        Tag::Paragraph => Kind::Element("p"),
        Tag::Heading { level, .. } => Kind::Heading(heading.saturating_add(match level {
            HeadingLevel::H1 | HeadingLevel::H2 | HeadingLevel::H3 => 0,
            _ => 1,
        })),
        Tag::BlockQuote(_) => Kind::Element("blockquote"),
        Tag::CodeBlock(block) => Kind::Code(match block {
            CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or_default().to_owned(),
            CodeBlockKind::Indented => String::new(),
        }),
        Tag::List(first) => Kind::List(first),
        Tag::Item => Kind::Element("li"),
        Tag::Table(_) => Kind::Element("table"),
        Tag::TableHead => Kind::Head,
        Tag::TableRow => Kind::Element("tr"),
        Tag::TableCell => Kind::Cell,
        Tag::Emphasis => Kind::Element("em"),
        Tag::Strong => Kind::Element("strong"),
        Tag::Link { dest_url, .. } if dest_url.starts_with("https://") => Kind::Link(dest_url.into_string()),
        Tag::Image { .. } => Kind::Image,
        _ => Kind::Nothing,
    }
}

fn language(name: &str) -> Option<Language> {
    Some(match name {
        "json" => Language::Json,
        "yaml" => Language::Yaml,
        "sh" | "shell" | "bash" => Language::Shell,
        "python" => Language::Python,
        "javascript" | "js" => Language::JavaScript,
        "sql" | "partiql" => Language::PartiQl,
        _ => return None,
    })
}

fn draw(text: &str, heading: u8) -> Html {
    let mut open = vec![Open { kind: Kind::Whole, inside: Vec::new(), plain: String::new() }];
    let mut in_head = false;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(tag) => {
                let kind = if open.len() > DEPTH { Kind::Nothing } else { kind(tag, heading) };
                in_head |= matches!(kind, Kind::Head);
                open.push(Open { kind, inside: Vec::new(), plain: String::new() });
            }
            Event::End(_) => {
                let Some(done) = open.pop() else { break };
                if matches!(done.kind, Kind::Head) {
                    in_head = false;
                }
                if let Some(around) = open.last_mut() {
                    around.plain.push_str(&done.plain);
                    match done.kind {
                        // Its nodes become those around it, so that depth does not come back in another guise.
                        Kind::Nothing => around.inside.extend(done.inside),
                        _ => around.inside.push(closed(done, in_head)),
                    }
                }
            }
            Event::Text(part) | Event::Html(part) | Event::InlineHtml(part) => {
                say(&mut open, &part, |text| html! { { text } })
            }
            Event::Code(part) => say(&mut open, &part, |text| html! { <code>{ text }</code> }),
            Event::SoftBreak => say(&mut open, " ", |text| html! { { text } }),
            Event::HardBreak => say(&mut open, "\n", |_| html! { <br /> }),
            Event::Rule => say(&mut open, "", |_| html! { <hr /> }),
            _ => {}
        }
    }
    open.into_iter().flat_map(|open| open.inside).collect()
}

fn say(open: &mut [Open], part: &str, draw: impl FnOnce(String) -> Html) {
    if let Some(around) = open.last_mut() {
        around.plain.push_str(part);
        around.inside.push(draw(part.to_owned()));
    }
}

fn closed(done: Open, in_head: bool) -> Html {
    let Open { kind, inside, plain } = done;
    let element = |name: &'static str, inside: Vec<Html>| html! { <@{name}>{ for inside }</@> };
    match kind {
        Kind::Whole | Kind::Nothing => inside.into_iter().collect(),
        Kind::Element(name) => element(name, inside),
        Kind::Heading(level) => element(["h2", "h3", "h4", "h5"][usize::from(level.clamp(2, 5)) - 2], inside),
        Kind::Link(href) => html! { <a {href} target="_blank" rel="noopener noreferrer">{ for inside }</a> },
        Kind::List(None) => html! { <ul>{ for inside }</ul> },
        Kind::List(Some(first)) => html! { <ol start={first.to_string()}>{ for inside }</ol> },
        Kind::Code(name) => match language(&name) {
            Some(language) => {
                html! { <CodeView label="Code" text={plain.trim_end().to_owned()} {language} /> }
            }
            None => {
                html! { <pre class="code-view" role="region" tabindex="0" aria-label="Code">{ plain }</pre> }
            }
        },
        Kind::Image => html! { { plain } },
        Kind::Head => html! { <thead><tr>{ for inside }</tr></thead> },
        Kind::Cell if in_head => html! { <th scope="col">{ for inside }</th> },
        Kind::Cell => html! { <td>{ for inside }</td> },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is drawn, in the words of the drawing's own description.
    fn drawn(text: &str) -> String {
        format!("{:?}", draw(text, 4))
    }

    #[test]
    fn markup_of_a_text_is_text() {
        let drawn = drawn("A <script>alert(1)</script> and\n\n<img src=x onerror=alert(2)>\n");
        assert!(drawn.contains("<script>") && drawn.contains("onerror=alert(2)"), "{drawn}");
        for element in ["script", "img"] {
            assert!(!drawn.contains(&format!("tag: \"{element}\"")), "{drawn}");
        }
    }

    #[test]
    fn only_https_addresses_are_links() {
        let links =
            "[a](https://docs.aws.amazon.com/x) [b](javascript:alert) [c](http://host/) [d](?page=heat)";
        let drawn = drawn(links);
        assert_eq!(drawn.matches("noopener").count(), 1, "{drawn}");
        assert!(!drawn.contains("javascript") && !drawn.contains("http://"), "{drawn}");
    }

    #[test]
    fn what_nests_too_deep_is_flat() {
        let drawn = drawn(&format!("{}deep", "> ".repeat(2_000)));
        assert!(drawn.contains("deep"), "the text itself is there");
        assert!(drawn.matches("blockquote").count() <= 2 * DEPTH, "it is not nested on");
    }
}
