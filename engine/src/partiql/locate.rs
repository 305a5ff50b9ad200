//! Where in a statement's text its fault stands, for those who are writing one.
//!
//! Owns the way from a fault to the bytes that it is about. Never judges: the statement is read and lowered as a request's is,
//! and the first fault is the one that the request would be refused with, but for what only the table's items tell.

use std::ops::Range;

use super::lexer::tokens_until_fault;
use super::parser::faulty_token;
use super::{Values, lower, parse};
use crate::access::Region;
use crate::error::ApiError;
use crate::error::partiql::Position;
use crate::expression::Located;

/// The first fault of a statement with these parameters.
pub fn locate(region: &Region, text: &str, values: &Values) -> Option<Located> {
    let (error, place) = match parse(text) {
        Err(error) => {
            let place = faulty(text);
            (error, place)
        }
        Ok(parsed) => match lower(region, &parsed, values) {
            Ok(_) => return None,
            Err(error) => {
                let place = Position::told(&error.message).and_then(|at| bytes(text, at));
                (error, place)
            }
        },
    };
    let ApiError { message, .. } = error;
    Some(Located { message, at: place.unwrap_or(0..text.len()) })
}

/// The token that a text cannot be read beyond; what follows the last token where that is none.
fn faulty(text: &str) -> Option<Range<usize>> {
    let (read, whole) = tokens_until_fault(text);
    if !whole {
        let start = read.last().and_then(|token| bytes(text, token.at)).map_or(0, |before| before.end);
        let start = start + text[start..].len() - text[start..].trim_start().len();
        return Some(start..text.len());
    }
    bytes(text, faulty_token(read))
}

/// The bytes at a place.
fn bytes(text: &str, at: Position) -> Option<Range<usize>> {
    let line: usize = text.split_inclusive('\n').take(at.line as usize - 1).map(str::len).sum();
    let mut letters =
        text.get(line..)?.char_indices().map(|(start, _)| line + start).skip(at.column as usize - 1);
    let start = letters.next().unwrap_or(text.len());
    let end = letters.nth((at.length as usize).saturating_sub(2)).filter(|_| at.length > 1);
    let end = match at.length {
        1 => start + text[start..].chars().next().map_or(0, char::len_utf8),
        _ => end.map_or(text.len(), |last| last + text[last..].chars().next().map_or(0, char::len_utf8)),
    };
    Some(start..end)
}
