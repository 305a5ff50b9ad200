//! What a compiled condition says about an item.
//!
//! Owns the comparison of attribute values: by value and within one type only; `<>` holds wherever `=` does not, also
//! where an operand is missing. Allocates nothing.
//!
//! Follows [Comparison operator and function reference](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html);
//! details are those that DynamoDB Local shows.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::ast::Comparator;
use super::condition::{Condition, Operand, Test};
use crate::model::{AttributeValue, Item, Number};

impl Condition {
    /// Whether the condition holds for the item; a missing item is one without attributes.
    pub fn evaluate(&self, item: Option<&Item>) -> bool {
        static NOTHING: Item = Item::new();
        self.test.holds(item.unwrap_or(&NOTHING))
    }
}

impl Test {
    /// Whether the test holds for the item.
    pub fn holds(&self, item: &Item) -> bool {
        match self {
            Test::Compare { comparator, left, right } => {
                compare(*comparator, left.value(item).as_deref(), right.value(item).as_deref())
            }
            Test::Between { value, low, high } => {
                let Some(value) = value.value(item) else { return false };
                let at_least = |bound: &Operand, wanted: Ordering| {
                    bound.value(item).and_then(|b| order(&value, &b)).is_some_and(|found| found != wanted)
                };
                at_least(low, Ordering::Less) && at_least(high, Ordering::Greater)
            }
            Test::In { value, list } => value
                .value(item)
                .is_some_and(|value| list.iter().any(|other| other.value(item).as_deref() == Some(&*value))),
            Test::Exists(path) => path.get(item).is_some(),
            Test::NotExists(path) => path.get(item).is_none(),
            Test::IsType { value, attribute_type } => {
                value.value(item).is_some_and(|value| value.attribute_type() == *attribute_type)
            }
            Test::BeginsWith { value, prefix } => match (value.value(item), prefix.value(item)) {
                (Some(value), Some(prefix)) => begins_with(&value, &prefix),
                _ => false,
            },
            Test::Contains { value, element } => match (value.value(item), element.value(item)) {
                (Some(value), Some(element)) => contains(&value, &element),
                _ => false,
            },
            Test::And(tests) => tests.iter().all(|test| test.holds(item)),
            Test::Or(tests) => tests.iter().any(|test| test.holds(item)),
            Test::Not(inner) => !inner.holds(item),
        }
    }
}

impl Operand {
    /// The operand's value for the item, if it has one.
    pub fn value<'v>(&'v self, item: &'v Item) -> Option<Cow<'v, AttributeValue>> {
        match self {
            Operand::Path(path) => path.get(item).map(Cow::Borrowed),
            Operand::Value(value) => Some(Cow::Borrowed(value)),
            Operand::Size(inner) => {
                let size = size(&*inner.value(item)?)?;
                Some(Cow::Owned(AttributeValue::N(Number::from(size as i64))))
            }
            Operand::Outcome(test) => Some(Cow::Owned(AttributeValue::Bool(test.holds(item)))),
        }
    }
}

fn compare(comparator: Comparator, left: Option<&AttributeValue>, right: Option<&AttributeValue>) -> bool {
    let (Some(left), Some(right)) = (left, right) else { return comparator == Comparator::NotEqual };
    match comparator {
        Comparator::Equal => left == right,
        Comparator::NotEqual => left != right,
        Comparator::Less => order(left, right).is_some_and(Ordering::is_lt),
        Comparator::LessOrEqual => order(left, right).is_some_and(Ordering::is_le),
        Comparator::Greater => order(left, right).is_some_and(Ordering::is_gt),
        Comparator::GreaterOrEqual => order(left, right).is_some_and(Ordering::is_ge),
    }
}

/// The order of two values of one type that has an order: strings by their UTF-8 bytes.
fn order(left: &AttributeValue, right: &AttributeValue) -> Option<Ordering> {
    match (left, right) {
        (AttributeValue::S(left), AttributeValue::S(right)) => Some(left.cmp(right)),
        (AttributeValue::N(left), AttributeValue::N(right)) => Some(left.cmp(right)),
        (AttributeValue::B(left), AttributeValue::B(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

/// `size()`: a string's length in UTF-16 units, a binary's in bytes, elements of the others; nothing for scalars.
fn size(value: &AttributeValue) -> Option<usize> {
    match value {
        AttributeValue::S(text) => Some(text.encode_utf16().count()),
        AttributeValue::B(bytes) => Some(bytes.len()),
        AttributeValue::M(map) => Some(map.len()),
        AttributeValue::L(list) => Some(list.len()),
        AttributeValue::Ss(set) => Some(set.len()),
        AttributeValue::Ns(set) => Some(set.len()),
        AttributeValue::Bs(set) => Some(set.len()),
        AttributeValue::N(_) | AttributeValue::Bool(_) | AttributeValue::Null => None,
    }
}

fn begins_with(value: &AttributeValue, prefix: &AttributeValue) -> bool {
    match (value, prefix) {
        (AttributeValue::S(value), AttributeValue::S(prefix)) => value.starts_with(prefix.as_str()),
        (AttributeValue::B(value), AttributeValue::B(prefix)) => value.starts_with(prefix),
        _ => false,
    }
}

fn contains(value: &AttributeValue, element: &AttributeValue) -> bool {
    match (value, element) {
        (AttributeValue::S(value), AttributeValue::S(part)) => value.contains(part.as_str()),
        (AttributeValue::B(value), AttributeValue::B(part)) => {
            part.is_empty() || value.windows(part.len()).any(|window| window == part)
        }
        (AttributeValue::Ss(set), AttributeValue::S(element)) => set.binary_search(element).is_ok(),
        (AttributeValue::Ns(set), AttributeValue::N(element)) => set.binary_search(element).is_ok(),
        (AttributeValue::Bs(set), AttributeValue::B(element)) => set.binary_search(element).is_ok(),
        (AttributeValue::L(list), element) => list.contains(element),
        _ => false,
    }
}
