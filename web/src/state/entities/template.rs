//! The templates of keys: `ORDER#{order_date}#{order_id}`, written from an item's attributes and recognised in a key.
//!
//! A hole names an attribute. `{n :5}` fills it up with zeros to five digits, so that numbers sort as texts; `{status=open}` is there only
//! where the attribute is that, which leaves every other item out of the index (sparse); `{?status=open}` is the same, and writes nothing.
//! What stands between `#` and `#` is one part: a hole of a template that has a `#` holds none itself. `{{` and `}}` are braces.

use std::collections::BTreeSet;

use engine::model::braces::{Braced, LoneBrace, pieces};

/// The most digits that a number is filled up to.
const DIGITS: usize = 38;

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// What stands as it is.
    Text(String),
    /// What an attribute has.
    Hole {
        /// The attribute.
        attribute: String,
        /// Filled up with zeros to so many digits.
        digits: usize,
        /// Only where it is this.
        only: Option<String>,
        /// It writes nothing: it is a condition alone.
        silent: bool,
    },
}

/// A template that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyTemplate(Vec<Piece>);

/// What a text may have at a place.
#[derive(Clone, Copy, PartialEq)]
enum Token {
    Char(char),
    /// One character of a hole; whether it may be a `#`.
    One(bool),
    /// Any number of them.
    Any(bool),
}

fn hole(text: &str) -> Piece {
    let numbered = text.rsplit_once(':').and_then(|(name, digits)| {
        let digits = digits.trim().parse().ok().filter(|digits| *digits <= DIGITS)?;
        Some((name.trim(), digits))
    });
    let (name, digits) = numbered.unwrap_or((text.trim(), 0));
    match name.split_once('=') {
        Some((name, only)) => {
            let silent = name.starts_with('?');
            let attribute = name.strip_prefix('?').unwrap_or(name).trim().to_owned();
            Piece::Hole { attribute, digits, only: Some(only.trim().into()), silent }
        }
        None => Piece::Hole { attribute: name.into(), digits, only: None, silent: false },
    }
}

impl KeyTemplate {
    /// Reads a template; or says what is wrong with it.
    pub fn read(text: &str) -> Result<KeyTemplate, String> {
        let cut = pieces(text).map_err(|LoneBrace| {
            format!("A brace in “{text}” opens or closes nothing: attributes stand in {{braces}}.")
        })?;
        let read: Vec<Piece> = cut
            .into_iter()
            .map(|piece| match piece {
                Braced::Plain(plain) => Piece::Text(plain),
                Braced::Hole(text) => hole(text),
            })
            .collect();
        let empty = |piece: &Piece| matches!(piece, Piece::Hole { attribute, .. } if attribute.is_empty());
        match read.iter().any(empty) {
            true => Err("Between two braces stands the name of an attribute.".to_owned()),
            false => Ok(KeyTemplate(read)),
        }
    }

    /// Its pieces.
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// The attributes that it is filled from, in order.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Hole { attribute, .. } => Some(attribute.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// What attributes have to be for the key to be there.
    pub fn conditions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Hole { attribute, only: Some(only), .. } => Some((attribute.as_str(), only.as_str())),
            _ => None,
        })
    }

    /// The key of an item; none where an attribute is not there, or not what it has to be.
    pub fn write(&self, value: impl Fn(&str) -> Option<String>) -> Option<String> {
        let mut key = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => key += text,
                Piece::Hole { attribute, digits, only, silent } => {
                    let value = value(attribute)?;
                    if only.as_ref().is_some_and(|only| *only != value) {
                        return None;
                    }
                    if !silent {
                        key += &format!("{value:0>digits$}");
                    }
                }
            }
        }
        Some(key)
    }

    /// How many characters of it stand as they are: of two templates that fit, the one with more says more.
    pub fn fixed(&self) -> usize {
        self.tokens().iter().filter(|token| matches!(token, Token::Char(_))).count()
    }

    fn tokens(&self) -> Vec<Token> {
        let in_parts = self.0.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains('#')));
        let mut tokens = Vec::new();
        for piece in &self.0 {
            match piece {
                Piece::Hole { silent: true, .. } => {}
                Piece::Text(text) | Piece::Hole { only: Some(text), .. } => {
                    tokens.extend(text.chars().map(Token::Char));
                }
                Piece::Hole { .. } => tokens.extend([Token::One(!in_parts), Token::Any(!in_parts)]),
            }
        }
        tokens
    }

    /// Whether a key may have been written by it.
    pub fn fits(&self, key: &str) -> bool {
        let key: Vec<Token> = key.chars().map(Token::Char).collect();
        meet(&self.tokens(), &key)
    }

    /// Whether the two may write the same key.
    pub fn may_equal(&self, other: &KeyTemplate) -> bool {
        meet(&self.tokens(), &other.tokens())
    }
}

/// Whether one text fits both: every pair of places that one text can reach, each once.
fn meet(one: &[Token], other: &[Token]) -> bool {
    let (mut open, mut seen) = (vec![(0_usize, 0_usize)], BTreeSet::from([(0, 0)]));
    while let Some((a, b)) = open.pop() {
        let (left, right) = (one.get(a), other.get(b));
        if left.is_none() && right.is_none() {
            return true;
        }
        let mut go = |to: (usize, usize)| {
            if seen.insert(to) {
                open.push(to);
            }
        };
        if matches!(left, Some(Token::Any(_))) {
            go((a + 1, b));
        }
        if matches!(right, Some(Token::Any(_))) {
            go((a, b + 1));
        }
        let (Some(&left), Some(&right)) = (left, right) else { continue };
        if share_a_character(left, right) {
            let on = |token, at| if matches!(token, Token::Any(_)) { at } else { at + 1 };
            go((on(left, a), on(right, b)));
        }
    }
    false
}

fn share_a_character(one: Token, other: Token) -> bool {
    let takes = |token, character| match token {
        Token::Char(own) => own == character,
        Token::One(any) | Token::Any(any) => any || character != '#',
    };
    match (one, other) {
        (Token::Char(character), token) | (token, Token::Char(character)) => takes(token, character),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> KeyTemplate {
        KeyTemplate::read(text).expect("a template")
    }

    #[test]
    fn a_key_is_written_from_attributes() {
        let value = |name: &str| match name {
            "user_id" => Some("u7".to_owned()),
            "n" => Some("42".to_owned()),
            "status" => Some("open".to_owned()),
            _ => None,
        };
        let key = |text| read(text).write(value);
        assert_eq!(key("USER#{user_id}"), Some("USER#u7".into()));
        assert_eq!(key("ORDER#{n :5}#{{x}}"), Some("ORDER#00042#{x}".into()));
        assert_eq!(key("ORDERS#{status=open}"), Some("ORDERS#open".into()));
        assert_eq!(key("ORDERS#{status=shipped}"), None, "sparse");
        assert_eq!(key("{?status=open}{n}"), Some("42".into()));
        assert_eq!(key("{?status=shipped}{n}"), None);
        assert_eq!(key("{gone}"), None);
        assert_eq!(read("{a}-{ b }").attributes().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(read("{a=1}").conditions().collect::<Vec<_>>(), [("a", "1")]);
        for wrong in ["{", "a}", "{}", "{ =x}"] {
            assert!(KeyTemplate::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_key_is_recognised() {
        assert!(read("USER#{id}").fits("USER#7"));
        assert!(!read("USER#{id}").fits("USER#"), "a hole is never empty");
        assert!(!read("ORDER#{id}").fits("ORDER#7#ITEM#1"), "a part has no # within it");
        assert!(read("ORDER#{id}#ITEM#{n}").fits("ORDER#7#ITEM#1"));
        assert!(
            read("{order_id}").fits("2024-01-23T08:00:00Z#1000"),
            "where no # divides it, a hole may have one"
        );
        assert!(read("ORDERS#{status=open}").fits("ORDERS#open"));
        assert!(!read("ORDERS#{status=open}").fits("ORDERS#shipped"));
        assert!(read("").fits("") && !read("").fits("x"));
        assert!(read("{?status=open}{n}").fits("42"));
        assert_eq!(read("ORDER#{id}").fixed(), 6);
    }

    #[test]
    fn two_templates_may_write_the_same_key_or_never_do() {
        let may = |one, other| read(one).may_equal(&read(other));
        assert!(may("USER#{id}", "USER#{email}"));
        assert!(!may("USER#{id}", "ORDER#{id}"));
        assert!(!may("ORDER#{id}", "ORDER#{id}#ITEM#{n}"));
        assert!(may("USER#{id}", "{label}#{x}"));
        assert!(may("PROFILE", "{label}"));
        assert!(!may("PROFILE", "META"));
        assert!(!may("{status=open}", "{status=closed}"));
    }
}
