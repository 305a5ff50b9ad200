//! The checks that need no value: reserved words, list indexes, and where which function may stand; from left to right.
//!
//! Owns the functions' names. Never resolves a placeholder: the compilers do, when these checks have passed.

use super::ast::{Parsed, RawAction, RawCall, RawOperand, RawPath, RawSegment, RawTest, RawValue, Section};
use super::reserved::is_reserved;
use crate::error::expression::{self as words, ExpressionKind, Fault};
use crate::limits::EXPRESSION_OPERATORS;

/// The functions that are a condition by themselves.
const TESTS: [&str; 5] =
    ["attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains"];
/// The function that is an operand of a condition.
const SIZE: &str = "size";
/// The functions of an update.
const VALUES: [&str; 2] = ["if_not_exists", "list_append"];

/// Where a function stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// As a condition.
    Test,
    /// As an operand of a condition.
    Operand,
    /// As the whole value of SET.
    Value,
    /// Within a value of SET.
    InValue,
}

/// Checks a condition.
pub(super) fn condition(parsed: &Parsed<RawTest>) -> Result<(), Fault> {
    redundant_parentheses(parsed)?;
    test(&parsed.tree)?;
    operators(parsed)
}

/// Checks the paths of a projection.
pub(super) fn projection(parsed: &Parsed<Vec<RawPath>>) -> Result<(), Fault> {
    parsed.tree.iter().try_for_each(path)
}

/// Checks an update; [`operators`] is called for later.
pub(super) fn update(parsed: &Parsed<Vec<RawAction>>) -> Result<(), Fault> {
    redundant_parentheses(parsed)?;
    for action in &parsed.tree {
        path(&action.path)?;
        match &action.value {
            None => {}
            Some(RawValue::Operand(value)) => operand(value, Place::Value)?,
            Some(RawValue::Sum { left, right, .. }) => {
                operand(left, Place::InValue)?;
                operand(right, Place::InValue)?;
            }
        }
    }
    match parsed.repeated_section.map(Section::name) {
        Some(section) => Err(words::section_twice(section)),
        None => Ok(()),
    }
}

/// Checks the number of operators.
pub(super) fn operators<T>(parsed: &Parsed<T>) -> Result<(), Fault> {
    match parsed.operators > EXPRESSION_OPERATORS {
        true => Err(words::too_many_operators(EXPRESSION_OPERATORS + 1)),
        false => Ok(()),
    }
}

fn redundant_parentheses<T>(parsed: &Parsed<T>) -> Result<(), Fault> {
    if parsed.redundant_parentheses { Err(words::redundant_parentheses()) } else { Ok(()) }
}

fn test(raw: &RawTest) -> Result<(), Fault> {
    match raw {
        RawTest::Compare(_, left, right) => {
            operand(left, Place::Operand)?;
            operand(right, Place::Operand)
        }
        RawTest::Between(value, low, high) => {
            [value, low, high].into_iter().try_for_each(|o| operand(o, Place::Operand))
        }
        RawTest::In(value, list) => {
            operand(value, Place::Operand)?;
            list.iter().try_for_each(|o| operand(o, Place::Operand))
        }
        RawTest::Call(function) => call(function, Place::Test),
        RawTest::And(tests) | RawTest::Or(tests) => tests.iter().try_for_each(test),
        RawTest::Not(inner) => test(inner),
    }
}

fn operand(raw: &RawOperand, place: Place) -> Result<(), Fault> {
    match raw {
        RawOperand::Path(raw) => path(raw),
        RawOperand::Value(_) => Ok(()),
        RawOperand::Call(function) => call(function, place),
    }
}

fn call(function: &RawCall, place: Place) -> Result<(), Fault> {
    let name = function.name.as_str();
    let (of_condition, of_update) = (TESTS.contains(&name) || name == SIZE, VALUES.contains(&name));
    let in_condition = matches!(place, Place::Test | Place::Operand);
    if !of_condition && !of_update {
        return Err(words::unknown_function(name));
    }
    if in_condition != of_condition {
        let kind = match in_condition {
            true => ExpressionKind::ConditionExpression,
            false => ExpressionKind::UpdateExpression,
        };
        return Err(words::function_not_allowed(name, kind));
    }
    let misplaced = match place {
        Place::Test => name == SIZE,
        Place::Operand => name != SIZE,
        Place::Value => false,
        Place::InValue => name == "list_append",
    };
    if misplaced {
        return Err(words::function_misplaced(name));
    }
    let inner = if in_condition { Place::Operand } else { Place::InValue };
    function.operands.iter().try_for_each(|o| operand(o, inner))
}

fn path(raw: &RawPath) -> Result<(), Fault> {
    for segment in &raw.0 {
        match segment {
            RawSegment::Word(word) if is_reserved(word) => return Err(words::reserved_word(word)),
            RawSegment::Index(digits) if digits.parse::<i32>().is_err() => {
                return Err(words::list_index(digits));
            }
            _ => {}
        }
    }
    Ok(())
}
