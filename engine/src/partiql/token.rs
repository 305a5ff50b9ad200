//! The tokens of a statement.
//!
//! Owns what a token is, and how tightly an infix operator binds. Never reads text: `lexer` does.

use crate::error::partiql::Position;

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: Kind,
    pub at: Position,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword in lower case, several words joined: `select`, `insert_into`, `all_old`.
    Keyword(&'static str),
    /// An operator: `=`, `and`, `not_in`.
    Operator(&'static str),
    /// `*`, an operator as well.
    Star,
    /// An unquoted name.
    Name(String),
    /// A name in double quotes.
    Quoted(String),
    /// A number as written, without a sign.
    Number(String),
    Text(String),
    Bool(bool),
    Null,
    Missing,
    /// A literal in backquotes: the name of its type.
    Ion(&'static str),
    As,
    At,
    By,
    Ascending,
    Descending,
    Question,
    Dot,
    Comma,
    Colon,
    Semicolon,
    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    LeftCurly,
    RightCurly,
    LeftDoubleAngle,
    RightDoubleAngle,
    End,
}

impl Kind {
    /// The keyword's or operator's text; nothing for other tokens.
    pub fn word(&self) -> Option<&'static str> {
        match self {
            Kind::Keyword(word) | Kind::Operator(word) => Some(word),
            Kind::Star => Some("*"),
            _ => None,
        }
    }

    /// How tightly the token binds as an infix operator; 0 where it is none.
    pub fn precedence(&self) -> u8 {
        match self {
            Kind::Star => 70,
            Kind::Operator(word) => match *word {
                "or" => 10,
                "and" => 20,
                "=" | "<>" | "is" | "is_not" | "in" | "not_in" => 40,
                "<" | "<=" | ">" | ">=" | "between" | "not_between" | "like" | "not_like" => 50,
                "+" | "-" | "||" => 60,
                "/" | "%" => 70,
                _ => 0,
            },
            _ => 0,
        }
    }
}

/// How tightly NOT binds.
pub(super) const NOT_PRECEDENCE: u8 = 30;
/// Above this, an expression ends before the clauses of SELECT.
pub(super) const CLAUSE_PRECEDENCE: u8 = 6;
