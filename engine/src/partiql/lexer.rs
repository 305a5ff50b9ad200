//! From a statement's text to its tokens.
//!
//! Owns names, quotes, numbers, comments and operators. Whatever it cannot read is refused without a detail, as the
//! service does. Its work and its memory grow with the length of the text, which the request limits.

use super::keywords::{JOINED, keyword, operator};
use super::token::{Kind, Token};
use crate::error::Result;
use crate::error::partiql::{Position, malformed};

struct Lexer<'t> {
    rest: std::iter::Peekable<std::str::Chars<'t>>,
    line: u32,
    column: u32,
    /// How many characters are read.
    read: u32,
    tokens: Vec<Token>,
}

/// The tokens of a statement, with [`Kind::End`] as the last.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>> {
    let mut lexer = Lexer { rest: text.chars().peekable(), line: 1, column: 1, read: 0, tokens: Vec::new() };
    lexer.run()?;
    Ok(lexer.tokens)
}

/// The tokens up to where a text can no longer be read, and whether it can be read to its end.
pub(super) fn tokens_until_fault(text: &str) -> (Vec<Token>, bool) {
    let mut lexer = Lexer { rest: text.chars().peekable(), line: 1, column: 1, read: 0, tokens: Vec::new() };
    let whole = lexer.run().is_ok();
    (lexer.tokens, whole)
}

fn unreadable<T>() -> Result<T> {
    Err(malformed(""))
}

impl Lexer<'_> {
    fn peek(&mut self) -> Option<char> {
        self.rest.peek().copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest.next()?;
        self.read += 1;
        if next == '\n' {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
        Some(next)
    }

    fn accept(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.next();
        }
        found
    }

    fn take_while(&mut self, into: &mut String, wanted: impl Fn(char) -> bool) {
        while let Some(next) = self.peek().filter(|next| wanted(*next)) {
            into.push(next);
            self.next();
        }
    }

    /// Adds a token that began at that place.
    fn add(&mut self, kind: Kind, begun: (u32, u32), length: u32) {
        let at = Position { line: begun.0, column: begun.1, length: length.max(1) };
        self.tokens.push(Token { kind, at });
        self.join();
    }

    fn run(&mut self) -> Result<()> {
        loop {
            let begun = (self.line, self.column);
            let before = self.read;
            let Some(first) = self.next() else {
                self.add(Kind::End, begun, 1);
                return Ok(());
            };
            let kind = match first {
                ' ' | '\t' | '\r' | '\n' | '\u{b}' | '\u{c}' => continue,
                '-' if self.accept('-') => {
                    while self.peek().is_some_and(|next| next != '\n' && next != '\r') {
                        self.next();
                    }
                    continue;
                }
                '/' if self.accept('*') => {
                    self.block_comment()?;
                    continue;
                }
                '\'' => Kind::Text(self.quoted('\'')?),
                '"' => Kind::Quoted(self.quoted('"')?),
                '`' => Kind::Ion(ion_type(&self.until('`')?)),
                '0'..='9' => Kind::Number(self.number(first)?),
                '.' if self.peek().is_some_and(|next| next.is_ascii_digit()) => {
                    Kind::Number(self.number(first)?)
                }
                'a'..='z' | 'A'..='Z' | '_' | '$' => self.word(first),
                _ => self.sign(first)?,
            };
            self.add(kind, begun, self.read - before);
        }
    }

    fn block_comment(&mut self) -> Result<()> {
        while let Some(next) = self.next() {
            if next == '*' && self.accept('/') {
                return Ok(());
            }
        }
        unreadable()
    }

    /// Up to the closing quote; two of them stand for one.
    fn quoted(&mut self, quote: char) -> Result<String> {
        let mut text = String::new();
        while let Some(next) = self.next() {
            if next != quote {
                text.push(next);
            } else if self.accept(quote) {
                text.push(quote);
            } else {
                return Ok(text);
            }
        }
        unreadable()
    }

    fn until(&mut self, quote: char) -> Result<String> {
        let mut text = String::new();
        while let Some(next) = self.next() {
            if next == quote {
                return Ok(text);
            }
            text.push(next);
        }
        unreadable()
    }

    fn number(&mut self, first: char) -> Result<String> {
        let mut text = String::from(first);
        self.take_while(&mut text, |next| next.is_ascii_digit());
        if first != '.' && self.accept('.') {
            text.push('.');
            self.take_while(&mut text, |next| next.is_ascii_digit());
        }
        if let Some(exponent) = self.peek().filter(|next| matches!(next, 'e' | 'E')) {
            text.push(exponent);
            self.next();
            if let Some(sign) = self.peek().filter(|next| matches!(next, '+' | '-')) {
                text.push(sign);
                self.next();
            }
            let before = text.len();
            self.take_while(&mut text, |next| next.is_ascii_digit());
            if text.len() == before {
                return unreadable();
            }
        }
        match self.peek() {
            Some(next) if next.is_ascii_alphanumeric() || matches!(next, '_' | '$' | '.' | '"' | '\'') => {
                unreadable()
            }
            _ if !super::literal::is_decimal(&text) => unreadable(),
            _ => Ok(text),
        }
    }

    fn word(&mut self, first: char) -> Kind {
        let mut text = String::from(first);
        self.take_while(&mut text, |next| next.is_ascii_alphanumeric() || matches!(next, '_' | '$'));
        let lower = text.to_ascii_lowercase();
        match lower.as_str() {
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            "null" => Kind::Null,
            "missing" => Kind::Missing,
            "as" => Kind::As,
            "at" => Kind::At,
            "by" => Kind::By,
            "asc" => Kind::Ascending,
            "desc" => Kind::Descending,
            word => match (operator(word), keyword(word)) {
                (Some(operator), _) => Kind::Operator(operator),
                (_, Some(keyword)) => Kind::Keyword(keyword),
                _ => Kind::Name(text),
            },
        }
    }

    fn sign(&mut self, first: char) -> Result<Kind> {
        Ok(match first {
            '*' => Kind::Star,
            '?' => Kind::Question,
            '.' => Kind::Dot,
            ',' => Kind::Comma,
            ':' => Kind::Colon,
            ';' => Kind::Semicolon,
            '(' => Kind::LeftParen,
            ')' => Kind::RightParen,
            '[' => Kind::LeftBracket,
            ']' => Kind::RightBracket,
            '{' => Kind::LeftCurly,
            '}' => Kind::RightCurly,
            '+' => Kind::Operator("+"),
            '-' => Kind::Operator("-"),
            '/' => Kind::Operator("/"),
            '%' => Kind::Operator("%"),
            '@' => Kind::Operator("@"),
            '=' => Kind::Operator("="),
            '|' if self.accept('|') => Kind::Operator("||"),
            '!' if self.accept('=') => Kind::Operator("<>"),
            '<' if self.accept('<') => Kind::LeftDoubleAngle,
            '<' if self.accept('=') => Kind::Operator("<="),
            '<' if self.accept('>') => Kind::Operator("<>"),
            '<' => Kind::Operator("<"),
            '>' if self.accept('>') => Kind::RightDoubleAngle,
            '>' if self.accept('=') => Kind::Operator(">="),
            '>' => Kind::Operator(">"),
            _ => return unreadable(),
        })
    }

    /// Makes one token of the last ones where they are words that go together.
    fn join(&mut self) {
        for (words, joined) in JOINED {
            let Some(from) = self.tokens.len().checked_sub(words.len()) else { continue };
            let last = &self.tokens[from..];
            if !last.iter().zip(*words).all(|(token, word)| token.kind.word() == Some(word)) {
                continue;
            }
            let at = last[0].at;
            let kind = match last[0].kind {
                Kind::Operator(_) => Kind::Operator(joined),
                _ => Kind::Keyword(joined),
            };
            self.tokens.truncate(from);
            self.tokens.push(Token { kind, at });
            return;
        }
    }
}

/// The type of a literal in backquotes, by how it begins. Such literals are refused whatever they are.
fn ion_type(text: &str) -> &'static str {
    let text = text.trim();
    let digits = text.trim_start_matches('-');
    match text.chars().next() {
        Some('"') => "STRING",
        Some('[') => "LIST",
        Some('(') => "SEXP",
        Some('{') if text.starts_with("{{\"") || text.starts_with("{{ \"") => "CLOB",
        Some('{') if text.starts_with("{{") => "BLOB",
        Some('{') => "STRUCT",
        _ if digits.starts_with(|c: char| c.is_ascii_digit()) => {
            if digits.contains('T') || digits.matches('-').count() == 2 {
                "TIMESTAMP"
            } else if digits.contains(['e', 'E']) {
                "FLOAT"
            } else if digits.contains(['.', 'd', 'D']) {
                "DECIMAL"
            } else {
                "INT"
            }
        }
        _ => match text {
            "true" | "false" => "BOOL",
            "null" => "NULL",
            _ => "SYMBOL",
        },
    }
}

#[cfg(test)]
#[path = "lexer_tests.rs"]
mod tests;
