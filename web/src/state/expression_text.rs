//! Expressions and PartiQL statements as editors show them: cut into stretches by what they are. Pure.
//!
//! Owns the reading that colours, completion and the writing of PartiQL share. Never judges a text, and loses no letter of it: what
//! is wrong is the engine's to say.

/// Which language a text is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// A condition, filter, key condition, projection or update.
    Expression,
    /// A PartiQL statement.
    PartiQl,
}

/// What a stretch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// A word of the language.
    Keyword,
    /// The name of a function, before its parenthesis.
    Function,
    /// An attribute's name.
    Attribute,
    /// `#name`, or a name in double quotes.
    Name,
    /// `:value`, or `?`.
    Value,
    /// A number.
    Number,
    /// A text in single quotes.
    Text,
    /// `-- to the end of the line`.
    Comment,
    /// White space.
    Space,
    /// Signs.
    Sign,
}

impl Token {
    /// The value of `data-token`.
    pub fn name(self) -> &'static str {
        match self {
            Token::Keyword => "word",
            Token::Function => "function",
            Token::Attribute => "attribute",
            Token::Name => "name",
            Token::Value => "value",
            Token::Number => "number",
            Token::Text => "text",
            Token::Comment => "comment",
            Token::Space | Token::Sign => "rest",
        }
    }
}

/// The words of expressions.
pub const KEYWORDS: [&str; 9] = ["AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"];
/// The words of PartiQL, as DynamoDB takes it.
pub const PARTIQL_KEYWORDS: [&str; 27] = [
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
    "ASC",
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
];

/// Cuts a text into stretches that together are the text.
pub fn tokens(text: &str, dialect: Dialect) -> Vec<(Token, &str)> {
    let mut out: Vec<(Token, &str)> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let partiql = dialect == Dialect::PartiQl;
        let run = |from: usize, inside: &dyn Fn(char) -> bool| {
            rest[from..].find(|c| !inside(c)).map_or(rest.len(), |end| from + end)
        };
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let (kind, length) = match first {
            c if c.is_whitespace() => (Token::Space, run(0, &char::is_whitespace)),
            '-' if partiql && rest.starts_with("--") => (Token::Comment, run(0, &|c| c != '\n')),
            '\'' if partiql => (Token::Text, quoted(rest, '\'')),
            '"' if partiql => (Token::Name, quoted(rest, '"')),
            '?' if partiql => (Token::Value, 1),
            '#' if !partiql => (Token::Name, run(1, &word)),
            ':' if !partiql => (Token::Value, run(1, &word)),
            '0'..='9' => (Token::Number, run(0, &|c| c.is_ascii_digit() || (partiql && c == '.'))),
            c if c.is_alphabetic() || c == '_' => {
                let end = run(0, &|c| c.is_alphanumeric() || c == '_');
                (word_kind(&rest[..end], &rest[end..], dialect), end)
            }
            c => (Token::Sign, c.len_utf8()),
        };
        out.push((kind, &rest[..length]));
        rest = &rest[length..];
    }
    out
}

fn word_kind(word: &str, after: &str, dialect: Dialect) -> Token {
    let keywords: &[&str] = match dialect {
        Dialect::Expression => &KEYWORDS,
        Dialect::PartiQl => &PARTIQL_KEYWORDS,
    };
    let is_keyword = keywords.iter().any(|keyword| keyword.eq_ignore_ascii_case(word));
    let literal = dialect == Dialect::PartiQl
        && ["true", "false"].iter().any(|literal| literal.eq_ignore_ascii_case(word));
    match () {
        () if is_keyword || literal => Token::Keyword,
        () if after.trim_start().starts_with('(') => Token::Function,
        () => Token::Attribute,
    }
}

/// The length of what stands in quotes, of which two stand for one; of all that is left where it does not end.
fn quoted(text: &str, quote: char) -> usize {
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == quote && letters.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
    }
    text.len()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds(text: &str, dialect: Dialect) -> Vec<(Token, &str)> {
        tokens(text, dialect)
            .into_iter()
            .filter(|(kind, _)| !matches!(kind, Token::Space | Token::Sign))
            .collect()
    }

    #[test]
    fn stretches_are_what_they_look_like() {
        use Token::{Attribute, Comment, Function, Keyword, Name, Number, Text, Value};
        assert_eq!(
            kinds("size(#n) > :v and a[0].b = :w", Dialect::Expression),
            [
                (Function, "size"),
                (Name, "#n"),
                (Value, ":v"),
                (Keyword, "and"),
                (Attribute, "a"),
                (Number, "0"),
                (Attribute, "b"),
                (Value, ":w")
            ]
        );
        assert_eq!(
            kinds("SELECT * FROM \"T\" WHERE id = 'it''s' -- x", Dialect::PartiQl),
            [
                (Keyword, "SELECT"),
                (Keyword, "FROM"),
                (Name, "\"T\""),
                (Keyword, "WHERE"),
                (Attribute, "id"),
                (Text, "'it''s'"),
                (Comment, "-- x")
            ]
        );
    }

    proptest! {
        #[test]
        fn no_letter_is_lost(text in "[a-zA-Z#:'\"?()\\[\\]., 0-9=<>é\n-]{0,60}") {
            for dialect in [Dialect::Expression, Dialect::PartiQl] {
                let all: String = tokens(&text, dialect).into_iter().map(|(_, part)| part).collect();
                prop_assert_eq!(&all, &text);
            }
        }
    }
}
