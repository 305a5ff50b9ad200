//! Splits an expression's text into tokens with their places in the text.
//!
//! Owns what a token is. Never refuses anything: a character that no token has becomes [`Kind::Unknown`], and the
//! parser says so.

/// What a token is. Keywords are recognised in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An attribute's or function's name.
    Word,
    /// `#name`.
    Name,
    /// `:value`.
    Value,
    /// `0`, `17`.
    Index,
    And,
    Or,
    Not,
    Between,
    In,
    Set,
    Remove,
    Add,
    Delete,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Open,
    Close,
    OpenIndex,
    CloseIndex,
    Comma,
    Dot,
    Plus,
    Minus,
    /// A character without a meaning.
    Unknown,
    /// The end of the text.
    End,
}

/// A token: `text[start..end]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

const KEYWORDS: [(&str, Kind); 9] = [
    ("AND", Kind::And),
    ("OR", Kind::Or),
    ("NOT", Kind::Not),
    ("BETWEEN", Kind::Between),
    ("IN", Kind::In),
    ("SET", Kind::Set),
    ("REMOVE", Kind::Remove),
    ("ADD", Kind::Add),
    ("DELETE", Kind::Delete),
];

/// The tokens of `text`; the last one is [`Kind::End`].
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let word_end = |from: usize| {
        let rest = bytes[from..].iter();
        from + rest.take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count()
    };
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        let next = bytes.get(at + 1).copied();
        let (kind, end) = match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {
                at += 1;
                continue;
            }
            b'a'..=b'z' | b'A'..=b'Z' => {
                let end = word_end(at);
                let keyword = KEYWORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(&text[at..end]));
                (keyword.map_or(Kind::Word, |(_, kind)| *kind), end)
            }
            b'#' if word_end(at + 1) > at + 1 => (Kind::Name, word_end(at + 1)),
            b':' if word_end(at + 1) > at + 1 => (Kind::Value, word_end(at + 1)),
            b'0' => (Kind::Index, at + 1),
            b'1'..=b'9' => (Kind::Index, at + bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count()),
            b'<' if next == Some(b'>') => (Kind::NotEqual, at + 2),
            b'<' if next == Some(b'=') => (Kind::LessOrEqual, at + 2),
            b'>' if next == Some(b'=') => (Kind::GreaterOrEqual, at + 2),
            b'<' => (Kind::Less, at + 1),
            b'>' => (Kind::Greater, at + 1),
            b'=' => (Kind::Equal, at + 1),
            b'(' => (Kind::Open, at + 1),
            b')' => (Kind::Close, at + 1),
            b'[' => (Kind::OpenIndex, at + 1),
            b']' => (Kind::CloseIndex, at + 1),
            b',' => (Kind::Comma, at + 1),
            b'.' => (Kind::Dot, at + 1),
            b'+' => (Kind::Plus, at + 1),
            b'-' => (Kind::Minus, at + 1),
            _ => {
                let width = text[at..].chars().next().map_or(1, char::len_utf8);
                (Kind::Unknown, at + width)
            }
        };
        tokens.push(Token { kind, start, end });
        at = end;
    }
    tokens.push(Token { kind: Kind::End, start: text.len(), end: text.len() });
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_cover_the_text_in_order() {
        for (text, shown) in [
            ("a=:v", "a|=|:v|"),
            ("a<>:v AND NOT b", "a|<>|:v|AND|NOT|b|"),
            ("#a.b[10]", "#a|.|b|[|10|]|"),
            ("a <= >= < > =", "a|<=|>=|<|>|=|"),
            ("12ab 007", "12|ab|0|0|7|"),
            ("# : é", "#|:|é|"),
            ("", ""),
        ] {
            let all = tokens(text);
            let joined: String = all.iter().map(|t| format!("{}|", &text[t.start..t.end])).collect();
            assert_eq!(joined, format!("{shown}|"), "{text}");
        }
    }

    #[test]
    fn keywords_have_no_case() {
        for text in ["between", "BETWEEN", "Between"] {
            assert_eq!(tokens(text)[0].kind, Kind::Between);
        }
        assert_eq!(tokens("betweens")[0].kind, Kind::Word);
    }
}
