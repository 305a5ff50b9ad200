//! Blocks and attributes of Terraform's language as text, aligned as `terraform fmt` aligns them.

/// What stands in a block.
pub enum Part {
    /// `name = value`, on one line.
    Attribute(String, String),
    /// `name = {`, lines, `}`.
    Map(String, Vec<(String, String)>),
    /// `name "label" {`, parts, `}`.
    Block(String, Vec<Part>),
}

/// An attribute.
pub fn attribute(name: &str, value: impl Into<String>) -> Part {
    Part::Attribute(name.to_owned(), value.into())
}

/// A block.
pub fn block(head: impl Into<String>, parts: Vec<Part>) -> Part {
    Part::Block(head.into(), parts)
}

/// A text in quotes, with nothing in it that Terraform would evaluate.
pub fn quoted(text: &str) -> String {
    let escaped = serde_json::Value::from(text).to_string();
    // JSON writes what it must; Terraform knows fewer escapes, but all of these.
    let escaped = escaped.replace("\\b", "\\u0008").replace("\\f", "\\u000c");
    escaped.replace("${", "$${").replace("%{", "%%{")
}

/// A list of texts.
pub fn list<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let texts: Vec<String> = texts.into_iter().map(quoted).collect();
    format!("[{}]", texts.join(", "))
}

/// The parts at a level: attributes first in runs of aligned lines, an empty line around blocks.
pub fn text(parts: &[Part]) -> String {
    let mut out = String::new();
    write(parts, 0, &mut out);
    out
}

fn write(parts: &[Part], level: usize, out: &mut String) {
    let indent = "  ".repeat(level);
    let mut at = 0;
    while at < parts.len() {
        if at > 0 {
            out.push('\n');
        }
        match &parts[at] {
            Part::Attribute(..) => {
                let run = parts[at..].iter().map_while(|part| match part {
                    Part::Attribute(name, value) => Some((name, value)),
                    _ => None,
                });
                let run: Vec<(&String, &String)> = run.collect();
                at += run.len();
                write_run(&run, &indent, out);
            }
            Part::Map(name, entries) => {
                at += 1;
                out.push_str(&format!("{indent}{name} = {{\n"));
                let run: Vec<(&String, &String)> =
                    entries.iter().map(|(name, value)| (name, value)).collect();
                write_run(&run, &format!("{indent}  "), out);
                out.push_str(&format!("{indent}}}\n"));
            }
            Part::Block(head, parts) => {
                at += 1;
                out.push_str(&format!("{indent}{head} {{\n"));
                write(parts, level + 1, out);
                out.push_str(&format!("{indent}}}\n"));
            }
        }
    }
}

fn write_run(run: &[(&String, &String)], indent: &str, out: &mut String) {
    let width = run.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    for (name, value) in run {
        let gap = " ".repeat(width - name.chars().count());
        out.push_str(&format!("{indent}{name}{gap} = {value}\n"));
    }
}
