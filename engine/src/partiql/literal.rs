//! Literals as attribute values.
//!
//! Owns the rules for numbers, sets, lists and maps in a statement's text. A fault names its place within the value, from
//! `root`. Parameters stand for whole values only, never for a part of one.

use super::ast::{Expr, ExprKind};
use crate::error::partiql as words;
use crate::error::value::number as number_words;
use crate::error::{ApiError, Result};
use crate::limits::NESTING_LEVELS;
use crate::model::{AttributeValue, Map, Number, NumberError};

/// Where a literal stands within the value that it is part of.
struct Place {
    text: String,
    levels: usize,
}

impl Place {
    fn root() -> Place {
        Place { text: "root".into(), levels: 0 }
    }

    fn member(&self, name: &str) -> Place {
        Place { text: format!("{}.{name}", self.text), levels: self.levels + 1 }
    }

    fn element(&self, at: usize) -> Place {
        Place { text: format!("{}[{at}]", self.text), levels: self.levels + 1 }
    }
}

/// The value of a literal.
pub(super) fn value(expr: &Expr) -> Result<AttributeValue> {
    read(expr, &Place::root())
}

fn read(expr: &Expr, place: &Place) -> Result<AttributeValue> {
    if place.levels >= NESTING_LEVELS {
        return Err(words::literal_nested(&place.text));
    }
    Ok(match &expr.kind {
        ExprKind::Text(text) => AttributeValue::S(text.clone()),
        ExprKind::Number(text) => AttributeValue::N(number(text, expr, &place.text)?),
        ExprKind::Bool(value) => AttributeValue::Bool(*value),
        ExprKind::Null => AttributeValue::Null,
        ExprKind::List(list) => {
            let element = |(at, expr): (usize, &Expr)| read(expr, &place.element(at));
            AttributeValue::L(list.iter().enumerate().map(element).collect::<Result<_>>()?)
        }
        ExprKind::Struct(members) => AttributeValue::M(map(members, place)?),
        ExprKind::Bag(members) => set(members, &place.text)?,
        ExprKind::Ion(type_name) => return Err(words::ion_literal(type_name, &place.text, expr.at)),
        _ => return Err(words::data_type(&expr.shown(), &place.text, expr.at)),
    })
}

fn map(members: &[(Expr, Expr)], place: &Place) -> Result<Map> {
    let mut map = Map::new();
    for (key, value) in members {
        let name = key_name(key, &place.text)?;
        if map.contains(name) {
            return Err(words::duplicate_key(name, &place.text, key.at));
        }
        map.insert(name, read(value, &place.member(name))?);
    }
    Ok(map)
}

/// The key of a member of a map: a string.
pub(super) fn key_name<'e>(key: &'e Expr, root: &str) -> Result<&'e str> {
    let name = match &key.kind {
        ExprKind::Text(text) => return Ok(text),
        ExprKind::Number(text) if text.contains(['.', 'e', 'E']) => "DECIMAL".into(),
        ExprKind::Number(_) => "INT".into(),
        ExprKind::Bool(_) => "BOOL".into(),
        ExprKind::Null => "NULL".into(),
        _ => key.shown(),
    };
    Err(words::key_type(&name, root, key.at))
}

fn set(members: &[Expr], root: &str) -> Result<AttributeValue> {
    let (mut texts, mut numbers, mut written) = (Vec::new(), Vec::new(), Vec::new());
    for member in members {
        match &member.kind {
            ExprKind::Text(text) => texts.push(text.clone()),
            ExprKind::Number(text) => {
                numbers.push(number(text, member, root)?);
                written.push(text.clone());
            }
            _ => return Err(words::bag_member(Some(member.at))),
        }
    }
    match (texts.is_empty(), numbers.is_empty()) {
        (true, true) => Err(words::empty_bag()),
        (false, false) => Err(words::bag_member(None)),
        (false, true) => {
            let shown = texts.clone();
            AttributeValue::string_set(texts).ok_or_else(|| words::duplicate_strings(&shown))
        }
        (true, false) => {
            AttributeValue::number_set(numbers).ok_or_else(|| words::duplicate_numbers(&written, root))
        }
    }
}

fn number(text: &str, expr: &Expr, root: &str) -> Result<Number> {
    let number = Number::parse(text).map_err(|error| {
        let error = if wraps(text) { NumberError::Underflow } else { error };
        words::under(&number_words(error, text).message, root)
    })?;
    if number == Number::ZERO && text.starts_with('-') && text.contains(['.', 'e', 'E']) {
        return Err(words::negative_zero(root, expr.at));
    }
    Ok(number)
}

/// The exponent as written, and how many digits stand behind the point and in all, leading zeros left out.
fn parts(text: &str) -> Option<(i64, i64, i64)> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], text[at + 1..].parse::<i64>().ok()?),
        None => (text, 0),
    };
    let fraction = mantissa.find('.').map_or(0, |at| mantissa.len() - at - 1);
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    let zeros = mantissa.bytes().filter(|b| b.is_ascii_digit() || *b == b'.');
    let zeros = zeros.take_while(|b| matches!(b, b'0' | b'.')).filter(|b| *b == b'0').count();
    Some((exponent, fraction as i64, digits.saturating_sub(zeros).max(1) as i64))
}

/// Whether a number's exponent and scale fit in 32 bits, as Java's decimals want.
pub(super) fn is_decimal(text: &str) -> bool {
    let fits = |number: i64| i32::try_from(number).is_ok();
    parts(text).is_some_and(|(exponent, fraction, _)| fits(exponent) && fits(fraction - exponent))
}

/// Whether the magnitude of a number is so large that the service's 32-bit sum of it comes out negative, and so as too
/// small.
pub(super) fn wraps(text: &str) -> bool {
    parts(text)
        .is_some_and(|(exponent, fraction, digits)| digits - (fraction - exponent) > i64::from(i32::MAX))
}

/// What is wrong with a parameter, in the words of statements.
pub(super) fn parameter(error: crate::error::value::ValueError) -> ApiError {
    use crate::error::value::ValueError;
    match error {
        ValueError::Nesting => words::parameter_nested(),
        ValueError::Number(_, text) if !is_decimal(&text) => number_words(NumberError::Malformed, &text),
        ValueError::Number(NumberError::Overflow, text) if wraps(&text) => {
            number_words(NumberError::Underflow, &text)
        }
        error => ApiError::from(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_are_read_as_java_does() {
        assert!(is_decimal("1e2147483647"));
        assert!(!is_decimal("1e2147483648"));
        assert!(!is_decimal("1.5e-2147483647"));
        assert!(is_decimal("15e-2147483647"));
        assert!(wraps("1e2147483647"));
        assert!(!wraps("1e2147483646"));
        assert!(!wraps("1e126"));
    }
}
