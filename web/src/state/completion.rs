//! What may be written where the caret stands: attributes, placeholders, functions, keywords, tables, indexes, parameters. Pure.
//!
//! Owns which words are offered and what taking one changes. Never knows an editor: a text, the caret's byte and what is known
//! go in, a list comes out. Nothing is offered inside a text in quotes or a comment.

use engine::expression::is_reserved;

use super::expression_text::{Dialect, KEYWORDS, PARTIQL_KEYWORDS, Token, tokens};

/// What the schema and the items that were seen tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// Attributes: name (or path of names), and what it is: `partition key`, `S`.
    pub attributes: Vec<(String, String)>,
    /// Tables with their indexes.
    pub tables: Vec<(String, Vec<String>)>,
    /// Placeholders that are given.
    pub placeholders: Vec<String>,
}

/// A word that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What the reader sees.
    pub label: String,
    /// What it is.
    pub detail: String,
    /// What is written in place of the word.
    pub text: String,
    /// A #placeholder that must then stand for this name.
    pub names: Option<(String, String)>,
}

impl Entry {
    /// A word that is written as it is.
    pub fn plain(label: &str, detail: &str) -> Entry {
        Entry { label: label.into(), detail: detail.into(), text: label.into(), names: None }
    }
}

/// What is offered for a word.
#[derive(Clone, Debug, PartialEq)]
pub struct Completion {
    /// The bytes of the word.
    pub from: usize,
    /// See `from`.
    pub to: usize,
    /// At least one.
    pub entries: Vec<Entry>,
}

/// How many are offered at most.
const MOST: usize = 40;

const FUNCTIONS: [(&str, &str); 6] = [
    ("attribute_exists", "attribute_exists(path)"),
    ("attribute_not_exists", "attribute_not_exists(path)"),
    ("attribute_type", "attribute_type(path, type)"),
    ("begins_with", "begins_with(path, prefix)"),
    ("contains", "contains(path, operand)"),
    ("size", "size(path)"),
];
const UPDATE_FUNCTIONS: [(&str, &str); 2] =
    [("if_not_exists", "if_not_exists(path, value)"), ("list_append", "list_append(list, list)")];
const PARTIQL_FUNCTIONS: [(&str, &str); 8] = [
    ("attribute_type", "attribute_type(path, type)"),
    ("begins_with", "begins_with(path, prefix)"),
    ("contains", "contains(path, operand)"),
    ("exists", "EXISTS(SELECT …), in a transaction"),
    ("list_append", "list_append(list, list)"),
    ("set_add", "set_add(path, <<…>>)"),
    ("set_delete", "set_delete(path, <<…>>)"),
    ("size", "size(path)"),
];

/// What stands in an expression of that parameter, besides names.
fn words(member: &str) -> (Vec<(&'static str, &'static str)>, Vec<&'static str>) {
    let keywords = |wanted: &[&str]| KEYWORDS.into_iter().filter(|word| wanted.contains(word)).collect();
    match member {
        "ProjectionExpression" => (Vec::new(), Vec::new()),
        "UpdateExpression" => (UPDATE_FUNCTIONS.to_vec(), keywords(&["SET", "REMOVE", "ADD", "DELETE"])),
        "KeyConditionExpression" => (vec![FUNCTIONS[3]], keywords(&["AND", "BETWEEN"])),
        _ => (FUNCTIONS.to_vec(), keywords(&["AND", "OR", "NOT", "BETWEEN", "IN"])),
    }
}

/// What is offered where the caret stands in the text of that parameter; `asked` where the reader asked, before a letter is there.
pub fn complete(text: &str, caret: usize, member: &str, known: &Known, asked: bool) -> Option<Completion> {
    let dialect = if member == "Statement" { Dialect::PartiQl } else { Dialect::Expression };
    let mut at = 0;
    let mut before: Vec<(Token, &str)> = Vec::new();
    let mut word = (caret, "");
    for (kind, part) in tokens(text, dialect) {
        let end = at + part.len();
        if at < caret && caret <= end {
            match kind {
                Token::Text | Token::Comment if caret < end || !part.ends_with('\'') || part.len() == 1 => {
                    return None;
                }
                Token::Number => return None,
                Token::Space | Token::Sign | Token::Text | Token::Comment => before.push((kind, part)),
                _ => word = (at, &part[..caret - at]),
            }
        } else if end <= caret {
            before.push((kind, part));
        }
        at = end;
    }
    let (from, typed) = word;
    if typed.is_empty() && !asked {
        return None;
    }
    before.retain(|(kind, _)| *kind != Token::Space);
    let last = before.last().map_or("", |(_, part)| part);
    let mut entries = match dialect {
        Dialect::PartiQl => statement(typed, &before, known),
        Dialect::Expression => expression(typed, last, member, known),
    };
    entries.truncate(MOST);
    let to = caret;
    // What is there already needs no list.
    let done = entries.iter().any(|entry| entry.text == typed && entry.names.is_none());
    ((asked || !done) && !entries.is_empty()).then_some(Completion { from, to, entries })
}

fn fits(word: &str, typed: &str) -> bool {
    word.len() >= typed.len()
        && word.is_char_boundary(typed.len())
        && word[..typed.len()].eq_ignore_ascii_case(typed)
}

fn expression(typed: &str, last: &str, member: &str, known: &Known) -> Vec<Entry> {
    if typed.starts_with(['#', ':']) {
        let of = known.placeholders.iter().filter(|name| fits(name, typed));
        let mut entries: Vec<Entry> = of.map(|name| Entry::plain(name, "placeholder")).collect();
        if let Some(begun) = typed.strip_prefix('#') {
            let fresh =
                known.attributes.iter().filter(|(name, _)| fits(name, begun) && !name.contains(['.', '[']));
            entries.extend(
                fresh
                    .filter_map(|(name, _)| placeholder(name))
                    .filter(|entry| !known.placeholders.contains(&entry.text)),
            );
        }
        return entries;
    }
    let begins = fits_any(typed);
    let mut entries: Vec<Entry> = Vec::new();
    for (name, detail) in known.attributes.iter().filter(|(name, _)| begins(name)) {
        let steps = || name.split('.');
        let plain = |step: &str| {
            step.starts_with(|c: char| c.is_ascii_alphabetic())
                && step.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                && !is_reserved(step)
        };
        match steps().all(plain) {
            true => entries.push(Entry::plain(name, detail)),
            false if name.contains('.') => {}
            false => entries.extend(placeholder(name)),
        }
    }
    // Behind a dot stands a name.
    if last == "." {
        return entries;
    }
    let (functions, keywords) = words(member);
    let functions = functions.into_iter().filter(|(name, _)| begins(name));
    entries.extend(
        functions.map(|(name, detail)| Entry { text: format!("{name}("), ..Entry::plain(name, detail) }),
    );
    entries
        .extend(keywords.into_iter().filter(|word| begins(word)).map(|word| Entry::plain(word, "keyword")));
    entries
}

fn fits_any(typed: &str) -> impl Fn(&str) -> bool {
    move |word| fits(word, typed)
}

/// A name that needs a placeholder, with one.
fn placeholder(name: &str) -> Option<Entry> {
    let letters: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    if letters.is_empty() {
        return None;
    }
    let text = format!("#{letters}");
    let detail = if is_reserved(name) { "reserved word" } else { "needs a placeholder" };
    Some(Entry {
        label: name.into(),
        detail: format!("{detail}: {text}"),
        names: Some((text.clone(), name.into())),
        text,
    })
}

fn statement(typed: &str, before: &[(Token, &str)], known: &Known) -> Vec<Entry> {
    let keyword = |at: usize| {
        let at = before.len().checked_sub(at)?;
        before.get(at).filter(|(kind, _)| *kind == Token::Keyword).map(|(_, word)| word.to_ascii_uppercase())
    };
    let plain = typed.trim_start_matches('"');
    let begins = fits_any(plain);
    let source = matches!(keyword(1).as_deref(), Some("FROM" | "INTO" | "UPDATE"));
    if source {
        let table = |(name, _): &&(String, Vec<String>)| begins(name);
        let mut entries = Vec::new();
        for (name, indexes) in known.tables.iter().filter(table) {
            let quoted = format!("\"{name}\"");
            entries.push(Entry { text: quoted.clone(), ..Entry::plain(name, "table") });
            if keyword(1).as_deref() == Some("FROM") {
                entries.extend(indexes.iter().map(|index| Entry {
                    text: format!("{quoted}.\"{index}\""),
                    ..Entry::plain(&format!("{name}.{index}"), "index")
                }));
            }
        }
        return entries;
    }
    // Behind `"Table".` stands an index.
    if let [.., (Token::Keyword, from), (_, table), (Token::Sign, ".")] = before
        && from.eq_ignore_ascii_case("FROM")
    {
        let table = table.trim_matches('"');
        let indexes = known.tables.iter().filter(|(name, _)| name == table).flat_map(|(_, indexes)| indexes);
        let fitting = indexes.filter(|index| begins(index));
        return fitting
            .map(|index| Entry { text: format!("\"{index}\""), ..Entry::plain(index, "index") })
            .collect();
    }
    let mut entries: Vec<Entry> = Vec::new();
    for (name, detail) in known.attributes.iter().filter(|(name, _)| begins(name)) {
        let word = |step: &str| step.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let bare = name.split('.').all(|step| word(step) && !is_reserved(step)) && !typed.starts_with('"');
        let text = if bare {
            name.clone()
        } else {
            name.split('.').map(|step| format!("\"{step}\"")).collect::<Vec<_>>().join(".")
        };
        entries.push(Entry { text, ..Entry::plain(name, detail) });
    }
    if !typed.starts_with('"') {
        let functions = PARTIQL_FUNCTIONS.into_iter().filter(|(name, _)| begins(name));
        entries.extend(
            functions.map(|(name, detail)| Entry { text: format!("{name}("), ..Entry::plain(name, detail) }),
        );
        let keywords = PARTIQL_KEYWORDS.into_iter().filter(|word| begins(word));
        entries.extend(keywords.map(|word| Entry::plain(word, "keyword")));
    }
    entries
}

/// The text with an entry taken, and where the caret then stands.
pub fn take(text: &str, completion: &Completion, entry: &Entry) -> (String, usize) {
    let Completion { from, to, .. } = *completion;
    (format!("{}{}{}", &text[..from], entry.text, &text[to..]), from + entry.text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        let attribute = |name: &str| (name.to_owned(), "S".to_owned());
        Known {
            attributes: ["user_id", "status", "total", "address.city", "odd name"].map(attribute).to_vec(),
            tables: vec![("Orders".into(), vec!["status-index".into()])],
            placeholders: vec![":u".into(), "#t".into()],
        }
    }

    fn offered(text: &str, member: &str) -> Vec<String> {
        let found = complete(text, text.len(), member, &known(), false);
        found.map_or_else(Vec::new, |found| found.entries.into_iter().map(|entry| entry.text).collect())
    }

    #[test]
    fn names_functions_and_keywords_are_offered_by_what_is_typed() {
        assert_eq!(offered("u", "FilterExpression"), ["user_id"]);
        assert_eq!(
            offered("a", "FilterExpression"),
            ["address.city", "attribute_exists(", "attribute_not_exists(", "attribute_type(", "AND"]
        );
        assert_eq!(offered("st", "FilterExpression"), ["#status"]);
        assert_eq!(offered("odd", "ProjectionExpression"), ["#oddname"]);
        assert_eq!(offered("total > :", "FilterExpression"), [":u"]);
        assert_eq!(offered("#", "FilterExpression"), ["#t", "#user_id", "#status", "#total", "#oddname"]);
        assert_eq!(offered("SET total = if", "UpdateExpression"), ["if_not_exists("]);
        assert_eq!(offered("user_id", "FilterExpression"), Vec::<String>::new());
        assert_eq!(offered("user_id = ", "FilterExpression"), Vec::<String>::new());
        assert!(complete("", 0, "FilterExpression", &known(), true).is_some());
    }

    #[test]
    fn a_statement_is_offered_tables_indexes_and_attributes() {
        assert_eq!(offered("SELECT * FROM O", "Statement"), ["\"Orders\"", "\"Orders\".\"status-index\""]);
        assert_eq!(offered("SELECT * FROM \"Or", "Statement"), ["\"Orders\"", "\"Orders\".\"status-index\""]);
        assert_eq!(offered("SELECT * FROM \"Orders\".\"s", "Statement"), ["\"status-index\""]);
        assert_eq!(offered("SELECT * FROM \"Orders\" WHERE st", "Statement"), ["\"status\""]);
        assert_eq!(offered("SELECT * FROM \"Orders\" WH", "Statement"), ["WHERE"]);
        assert_eq!(offered("WHERE a = 'us", "Statement"), Vec::<String>::new());
        assert_eq!(offered("-- us", "Statement"), Vec::<String>::new());
    }

    #[test]
    fn taking_an_entry_replaces_the_word() {
        let text = "total > us AND";
        let found = complete(text, 10, "FilterExpression", &known(), false).unwrap();
        assert_eq!(take(text, &found, &found.entries[0]), ("total > user_id AND".to_owned(), 15));
    }
}
