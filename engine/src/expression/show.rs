//! Compiled expressions as text to show, with the placeholders' names and values in their places.
//!
//! Owns that text: the timeline's `ConditionTested` and the explanations have it. Nothing ever parses it.

use std::fmt::{self, Display, Formatter};

use super::condition::{Condition, Operand, Test};
use super::update::{Action, Change, Expression, Update};
use crate::model::AttributeValue;

/// How many bytes of a string or binary are shown.
const SHOWN_CHARACTERS: usize = 64;

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.test().fmt(f)
    }
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Test::Compare { comparator, left, right } => write!(f, "{left} {} {right}", comparator.symbol()),
            Test::Between { value, low, high } => write!(f, "{value} BETWEEN {low} AND {high}"),
            Test::In { value, list } => {
                write!(f, "{value} IN (")?;
                separated(f, ", ", list)?;
                f.write_str(")")
            }
            Test::Exists(path) => write!(f, "attribute_exists({path})"),
            Test::NotExists(path) => write!(f, "attribute_not_exists({path})"),
            Test::IsType { value, attribute_type } => {
                write!(f, "attribute_type({value}, {})", attribute_type.name())
            }
            Test::BeginsWith { value, prefix } => write!(f, "begins_with({value}, {prefix})"),
            Test::Contains { value, element } => write!(f, "contains({value}, {element})"),
            Test::And(tests) => {
                separated(f, " AND ", tests.iter().map(|test| Grouped { test, ors_only: true }))
            }
            Test::Or(tests) => {
                separated(f, " OR ", tests.iter().map(|test| Grouped { test, ors_only: true }))
            }
            Test::Not(inner) => write!(f, "NOT {}", Grouped { test: inner, ors_only: false }),
        }
    }
}

/// A test within another: in parentheses where it would be read otherwise.
struct Grouped<'t> {
    test: &'t Test,
    ors_only: bool,
}

impl Display for Grouped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.test {
            Test::Or(_) => write!(f, "({})", self.test),
            Test::And(_) if !self.ors_only => write!(f, "({})", self.test),
            test => test.fmt(f),
        }
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Path(path) => path.fmt(f),
            Operand::Value(value) => Shown(value).fmt(f),
            Operand::Size(inner) => write!(f, "size({inner})"),
            Operand::Outcome(test) => write!(f, "({test})"),
        }
    }
}

impl Display for Update {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        separated(f, ", ", self.actions())
    }
}

impl Display for Action {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.change {
            Change::Set(value) => write!(f, "SET {path} = {value}"),
            Change::Remove => write!(f, "REMOVE {path}"),
            Change::Add(value) => write!(f, "ADD {path} {}", Shown(value)),
            Change::Delete(value) => write!(f, "DELETE {path} {}", Shown(value)),
        }
    }
}

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Expression::Path(path) => path.fmt(f),
            Expression::Value(value) => Shown(value).fmt(f),
            Expression::IfNotExists(path, value) => write!(f, "if_not_exists({path}, {value})"),
            Expression::ListAppend(first, second) => write!(f, "list_append({first}, {second})"),
            Expression::Plus(left, right) => write!(f, "{left} + {right}"),
            Expression::Minus(left, right) => write!(f, "{left} - {right}"),
            Expression::Outcome(test) => write!(f, "({test})"),
        }
    }
}

/// A value to show: like JSON, shortened.
pub(super) struct Shown<'v>(pub &'v AttributeValue);

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            AttributeValue::S(text) => quoted(f, text),
            AttributeValue::N(number) => number.fmt(f),
            AttributeValue::B(bytes) => binary(f, bytes),
            AttributeValue::Bool(value) => value.fmt(f),
            AttributeValue::Null => f.write_str("null"),
            AttributeValue::M(map) => {
                f.write_str("{")?;
                for (at, (name, value)) in map.iter().enumerate() {
                    write!(f, "{}{name}: {}", if at == 0 { "" } else { ", " }, Shown(value))?;
                }
                f.write_str("}")
            }
            AttributeValue::L(list) => {
                f.write_str("[")?;
                separated(f, ", ", list.iter().map(Shown))?;
                f.write_str("]")
            }
            AttributeValue::Ss(set) => set_of(f, set, |f, text| quoted(f, text)),
            AttributeValue::Ns(set) => set_of(f, set, |f, number| number.fmt(f)),
            AttributeValue::Bs(set) => set_of(f, set, |f, bytes| binary(f, bytes)),
        }
    }
}

fn quoted(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        None => write!(f, "{text:?}"),
        Some((end, _)) => write!(f, "{:?}…", &text[..end]),
    }
}

fn binary(f: &mut Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    f.write_str("0x")?;
    bytes.iter().take(SHOWN_CHARACTERS / 2).try_for_each(|byte| write!(f, "{byte:02x}"))?;
    if bytes.len() > SHOWN_CHARACTERS / 2 { f.write_str("…") } else { Ok(()) }
}

fn set_of<T>(
    f: &mut Formatter<'_>,
    set: &[T],
    show: impl Fn(&mut Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    f.write_str("<")?;
    for (at, element) in set.iter().enumerate() {
        f.write_str(if at == 0 { "" } else { ", " })?;
        show(f, element)?;
    }
    f.write_str(">")
}

fn separated<T: Display>(
    f: &mut Formatter<'_>,
    separator: &str,
    parts: impl IntoIterator<Item = T>,
) -> fmt::Result {
    for (at, part) in parts.into_iter().enumerate() {
        write!(f, "{}{part}", if at == 0 { "" } else { separator })?;
    }
    Ok(())
}
