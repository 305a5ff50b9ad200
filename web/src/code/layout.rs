//! Code laid out on lines: what fits stays on one, what does not is broken at its outermost brackets first. Pure.
//!
//! Owns width, indentation, and the alignment of a name's values below each other; the languages say what stands where.

/// How wide a line may be.
const WIDTH: usize = 88;
/// Names up to so many bytes are aligned with each other however they differ.
const SMALL_NAME: usize = 40;
/// How far a longer one may be from the mean of those above it.
const NAME_RATIO: f64 = 2.5;

/// A piece of code.
#[derive(Clone, Debug)]
pub enum Doc {
    /// Text, as it is.
    Word(String),
    /// One after the other.
    Row(Vec<Doc>),
    /// What stands between brackets, with commas.
    Block(Box<Block>),
    /// A name with its colon, and its value, which stands below the value of the line above.
    Pair(String, Box<Doc>),
    /// An expression and the calls upon it.
    Chain(Box<Doc>, Vec<Doc>),
}

/// What stands between brackets.
#[derive(Clone, Debug)]
pub struct Block {
    /// The bracket and what stands before it.
    pub open: String,
    /// The elements.
    pub items: Vec<Doc>,
    /// The closing bracket.
    pub close: &'static str,
    /// Whether a broken block ends its last line with a comma.
    pub trailing: bool,
    /// Whether a space stands inside the brackets of a block on one line.
    pub padded: bool,
    /// Whether it is always broken.
    pub broken: bool,
}

impl From<&str> for Doc {
    fn from(text: &str) -> Doc {
        Doc::Word(text.to_owned())
    }
}

impl From<String> for Doc {
    fn from(text: String) -> Doc {
        Doc::Word(text)
    }
}

/// A block that breaks where it must, with a comma behind its last line.
pub fn block(open: impl Into<String>, items: Vec<Doc>, close: &'static str) -> Doc {
    Doc::Block(Box::new(Block {
        open: open.into(),
        items,
        close,
        trailing: true,
        padded: false,
        broken: false,
    }))
}

/// The same without the last comma.
pub fn bare_block(open: impl Into<String>, items: Vec<Doc>, close: &'static str) -> Doc {
    Doc::Block(Box::new(Block {
        open: open.into(),
        items,
        close,
        trailing: false,
        padded: false,
        broken: false,
    }))
}

/// A block with a space inside its brackets.
pub fn padded_block(open: impl Into<String>, items: Vec<Doc>, close: &'static str) -> Doc {
    Doc::Block(Box::new(Block {
        open: open.into(),
        items,
        close,
        trailing: true,
        padded: true,
        broken: false,
    }))
}

impl Doc {
    /// The same, broken whatever its width.
    pub fn broken(self) -> Doc {
        match self {
            Doc::Block(mut block) => {
                block.broken = !block.items.is_empty();
                Doc::Block(block)
            }
            other => other,
        }
    }

    /// On one line.
    fn flat(&self, out: &mut String) -> bool {
        match self {
            Doc::Word(text) => {
                out.push_str(text);
                !text.contains('\n')
            }
            Doc::Row(list) => list.iter().all(|doc| doc.flat(out)),
            Doc::Pair(name, value) => {
                out.push_str(name);
                out.push(' ');
                value.flat(out)
            }
            Doc::Chain(head, calls) => head.flat(out) && calls.iter().all(|call| call.flat(out)),
            Doc::Block(block) => {
                let pad = if block.padded && !block.items.is_empty() { " " } else { "" };
                out.push_str(&block.open);
                out.push_str(pad);
                for (at, item) in block.items.iter().enumerate() {
                    if at > 0 {
                        out.push_str(", ");
                    }
                    if out.len() > 4 * WIDTH || !item.flat(out) {
                        return false;
                    }
                }
                out.push_str(pad);
                out.push_str(block.close);
                !block.broken
            }
        }
    }
}

fn width(text: &str) -> usize {
    text.chars().map(|c| if c == '\t' { 4 } else { 1 }).sum()
}

/// How wide the name of each item of a block becomes, as gofmt has it: the names of lines that follow each other are as wide as the widest
/// of them; an item on several lines, and a name of quite another length, begin anew. None where an item has no name or several lines.
fn name_widths(items: &[Doc], indent: usize) -> Vec<Option<usize>> {
    let names: Vec<Option<&str>> = items
        .iter()
        .map(|item| {
            let Doc::Pair(name, _) = item else { return None };
            let mut flat = String::new();
            let fits = item.flat(&mut flat) && indent + width(&flat) < WIDTH;
            fits.then_some(name.as_str())
        })
        .collect();
    let mut widths: Vec<Option<usize>> = vec![None; items.len()];
    let (mut from, mut logarithms, mut before) = (0, Vec::<f64>::new(), 0);
    for (at, name) in names.iter().enumerate() {
        let size = name.map_or(0, |name| name.len().saturating_sub(1));
        let aligned = match () {
            () if before == 0 || size == 0 => false,
            () if logarithms.is_empty() || (before <= SMALL_NAME && size <= SMALL_NAME) => true,
            () => {
                let mean = (logarithms.iter().sum::<f64>() / logarithms.len() as f64).exp();
                let ratio = size as f64 / mean;
                NAME_RATIO * ratio > 1.0 && NAME_RATIO > ratio
            }
        };
        if !aligned {
            (from, logarithms) = (at, Vec::new());
        }
        if size > 0 {
            logarithms.push((size as f64).ln());
        }
        before = size;
        let Some(name) = name else { continue };
        let widest = name.chars().count().max(widths[from..at].iter().flatten().copied().max().unwrap_or(0));
        widths[from..=at].fill(Some(widest));
    }
    widths
}

/// Writes a piece of code that begins at the end of `out`, on a line indented by `depth` steps; `after` letters follow it.
pub fn write(doc: &Doc, step: &str, depth: usize, after: usize, out: &mut String) {
    let mut flat = String::new();
    let column = width(out.rsplit('\n').next().unwrap_or_default());
    if doc.flat(&mut flat) && column + width(&flat) + after <= WIDTH {
        return out.push_str(&flat);
    }
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        (0..depth).for_each(|_| out.push_str(step));
    };
    match doc {
        Doc::Word(text) => out.push_str(text),
        Doc::Row(list) => {
            for (at, part) in list.iter().enumerate() {
                let after = if at + 1 == list.len() { after } else { 0 };
                write(part, step, depth, after, out);
            }
        }
        Doc::Pair(name, value) => {
            out.push_str(name);
            out.push(' ');
            write(value, step, depth, after, out);
        }
        Doc::Chain(head, calls) => {
            write(head, step, depth, 0, out);
            for call in calls {
                line(out, depth + 1);
                write(call, step, depth + 1, 1, out);
            }
        }
        Doc::Block(block) => {
            out.push_str(&block.open);
            let widths = name_widths(&block.items, width(&step.repeat(depth + 1)));
            for (at, item) in block.items.iter().enumerate() {
                line(out, depth + 1);
                match (item, widths[at]) {
                    (Doc::Pair(name, value), Some(width)) => {
                        let mut flat = String::new();
                        value.flat(&mut flat);
                        out.push_str(&format!("{name:width$} {flat}"));
                    }
                    _ => write(item, step, depth + 1, 1, out),
                }
                if block.trailing || at + 1 < block.items.len() {
                    out.push(',');
                }
            }
            line(out, depth);
            out.push_str(block.close);
        }
    }
}

/// A piece of code as text.
pub fn text(doc: &Doc, step: &str, depth: usize) -> String {
    let mut out = step.repeat(depth);
    write(doc, step, depth, 0, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stays_on_a_line() {
        let doc = block("f(", vec!["a".into(), block("[", vec!["1".into(), "2".into()], "]")], ")");
        assert_eq!(text(&doc, "  ", 0), "f(a, [1, 2])");
        assert_eq!(text(&doc.clone().broken(), "  ", 1), "  f(\n    a,\n    [1, 2],\n  )");
        let wide: Vec<Doc> = (0..30).map(|n| Doc::from(format!("{n}{n}"))).collect();
        let broken = text(&block("[", wide, "]"), "  ", 0);
        assert!(broken.starts_with("[\n  00,\n") && broken.ends_with("2929,\n]"));
        let chain = Doc::Chain(Box::new("client".into()), vec![".a()".into(), ".b()".into()]);
        assert_eq!(text(&chain, "  ", 0), "client.a().b()");
    }

    #[test]
    fn values_stand_below_each_other_as_gofmt_has_them() {
        let pair = |name: &str, value: &str| Doc::Pair(format!("{name}:"), Box::new(value.into()));
        let several = Doc::Pair("Three:".into(), Box::new(block("[", vec!["1".into()], "]").broken()));
        let list = vec![pair("A", "1"), pair("Long", "2"), several, pair("Bb", "3"), pair("Äö", "4")];
        let doc = block("{", list, "}").broken();
        assert_eq!(
            text(&doc, "\t", 0),
            "{\n\tA:    1,\n\tLong: 2,\n\tThree: [\n\t\t1,\n\t],\n\tBb: 3,\n\tÄö: 4,\n}"
        );
        // A name of another length by far begins anew.
        let long = "x".repeat(41);
        let doc = block("{", vec![pair("a", "1"), pair("b", "2"), pair(&long, "3")], "}").broken();
        assert_eq!(text(&doc, "\t", 0), format!("{{\n\ta: 1,\n\tb: 2,\n\t{long}: 3,\n}}"));
        assert_eq!(text(&block("{", vec![pair("a", "1"), pair("bb", "2")], "}"), "\t", 0), "{a: 1, bb: 2}");
    }
}
