//! Code as it is coloured to be read: texts, numbers, words of the language, names before a value, comments. Pure.
//!
//! Owns one plain reading for all languages that designs are written in; never judges a text, loses no letter of it.

use crate::exchange::Language;

/// What a stretch of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Stretch {
    Comment,
    Text,
    Number,
    Word,
    Name,
    Rest,
}

impl Stretch {
    /// The value of `data-token`.
    pub fn name(self) -> &'static str {
        match self {
            Stretch::Comment => "comment",
            Stretch::Text => "text",
            Stretch::Number => "number",
            Stretch::Word => "word",
            Stretch::Name => "name",
            Stretch::Rest => "rest",
        }
    }
}

/// The words of a language that are its own.
fn words(language: Language) -> &'static [&'static str] {
    match language {
        Language::Json | Language::Yaml => &["true", "false", "null"],
        Language::Hcl => &["true", "false", "null", "resource", "terraform", "required_providers"],
        Language::TypeScript => &[
            "import",
            "from",
            "as",
            "export",
            "class",
            "extends",
            "constructor",
            "super",
            "const",
            "new",
            "this",
            "true",
            "false",
        ],
        Language::Shell => &["aws", "dynamodb", "set", "wait"],
        Language::Markdown => &[],
        Language::Python => &[
            "import", "from", "try", "except", "as", "for", "in", "while", "if", "not", "raise", "break",
            "True", "False", "None",
        ],
        Language::JavaScript => &[
            "import", "from", "const", "new", "try", "catch", "if", "else", "for", "of", "await", "throw",
            "true", "false", "null",
        ],
        Language::Java => {
            &["import", "public", "class", "static", "void", "try", "catch", "new", "true", "false", "null"]
        }
        Language::Go => &[
            "package", "import", "func", "if", "for", "range", "var", "nil", "map", "string", "true", "false",
        ],
        Language::Rust => &[
            "use", "async", "fn", "let", "mut", "match", "while", "for", "in", "await", "true", "false",
            "Ok", "Err", "Some",
        ],
        Language::CSharp => {
            &["using", "var", "new", "try", "catch", "await", "foreach", "in", "true", "false", "string"]
        }
        Language::PartiQl => &[
            "SELECT",
            "FROM",
            "WHERE",
            "AND",
            "OR",
            "NOT",
            "BETWEEN",
            "IN",
            "IS",
            "MISSING",
            "NULL",
            "ORDER",
            "BY",
            "DESC",
            "INSERT",
            "INTO",
            "VALUE",
            "UPDATE",
            "SET",
            "REMOVE",
            "DELETE",
            "RETURNING",
            "ALL",
            "MODIFIED",
            "OLD",
            "NEW",
            "EXISTS",
        ],
    }
}

/// How a comment begins.
fn comment(language: Language) -> Option<&'static str> {
    match language {
        Language::Yaml | Language::Hcl | Language::Shell | Language::Python => Some("#"),
        Language::TypeScript
        | Language::JavaScript
        | Language::Java
        | Language::Go
        | Language::Rust
        | Language::CSharp => Some("//"),
        Language::PartiQl => Some("--"),
        Language::Json | Language::Markdown => None,
    }
}

/// The stretches of a text, in order: together they are the text.
pub fn stretches(text: &str, language: Language) -> Vec<(Stretch, &str)> {
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        match language {
            Language::Markdown => {
                let kind = if line.starts_with('#') { Stretch::Name } else { Stretch::Rest };
                found.push((kind, line));
            }
            _ => read_line(line, language, &mut found),
        }
    }
    found
}

fn read_line<'a>(line: &'a str, language: Language, found: &mut Vec<(Stretch, &'a str)>) {
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| {
            c.is_alphanumeric()
                || matches!(c, '_' | '$' | '-' | '!')
                || (language == Language::Yaml && c == ':')
        };
        let length = match first {
            _ if comment(language).is_some_and(|begins| rest.starts_with(begins)) => {
                found.push((Stretch::Comment, rest));
                return;
            }
            '"' | '\'' | '`' => {
                let length = quoted(rest, first, language);
                found.push((named(Stretch::Text, &rest[length..], language), &rest[..length]));
                length
            }
            c if is_word(c) && c != ':' => {
                let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                // `Name:` ends before its colon, `AWS::DynamoDB::Table` has them in it.
                let end = rest[..end].trim_end_matches(':').len();
                let word = &rest[..end];
                let kind = match word {
                    _ if words(language).contains(&word) || word.starts_with('!') => Stretch::Word,
                    _ if word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => Stretch::Number,
                    _ => named(Stretch::Rest, &rest[end..], language),
                };
                found.push((kind, word));
                end
            }
            other => {
                let length = other.len_utf8();
                found.push((Stretch::Rest, &rest[..length]));
                length
            }
        };
        rest = &rest[length..];
    }
}

/// A name, where what follows gives it a value.
fn named(kind: Stretch, behind: &str, language: Language) -> Stretch {
    let behind = behind.trim_start_matches(' ');
    let is_name = match language {
        Language::Hcl => behind.starts_with("= ") || behind.starts_with('{'),
        Language::Shell | Language::PartiQl => false,
        _ => behind.starts_with(':') && !behind.starts_with("::"),
    };
    if is_name { Stretch::Name } else { kind }
}

/// The length of a text in quotes, of the line where it does not end.
fn quoted(text: &str, quote: char, language: Language) -> usize {
    let escapes = !matches!((language, quote), (Language::Yaml | Language::Shell | Language::PartiQl, '\''));
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' if escapes => escaped = true,
            _ if letter == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds(text: &str, language: Language) -> Vec<(Stretch, &str)> {
        let mut all = stretches(text, language);
        all.retain(|(kind, _)| *kind != Stretch::Rest);
        all
    }

    #[test]
    fn each_language_is_coloured_as_it_is_read() {
        use Stretch::{Comment, Name, Number, Text, Word};
        assert_eq!(
            kinds("Type: AWS::DynamoDB::Table # x\n", Language::Yaml),
            [(Name, "Type"), (Comment, "# x\n")]
        );
        assert_eq!(kinds("A: !Ref 'it''s'", Language::Yaml)[..2], [(Name, "A"), (Word, "!Ref")]);
        assert_eq!(
            kinds("\"a\": [1, \"b\"]", Language::Json),
            [(Name, "\"a\""), (Number, "1"), (Text, "\"b\"")]
        );
        assert_eq!(kinds("  name = \"x\"\n", Language::Hcl), [(Name, "name"), (Text, "\"x\"")]);
        assert_eq!(kinds("const a = new T('x'); // y", Language::TypeScript).len(), 4);
    }

    proptest! {
        #[test]
        fn no_letter_is_lost(text in "[a-z:\"'`#/{}= \né!-]{0,80}") {
            for language in [Language::Json, Language::Yaml, Language::Hcl, Language::TypeScript, Language::Shell, Language::Markdown, Language::Python, Language::Rust, Language::PartiQl] {
                let all: String = stretches(&text, language).into_iter().map(|(_, part)| part).collect();
                prop_assert_eq!(&all, &text);
            }
        }
    }
}
