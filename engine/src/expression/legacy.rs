//! The conditions that expressions replaced: Expected, KeyConditions, QueryFilter and ScanFilter, as the same trees.
//!
//! Owns what each ComparisonOperator takes and means. Reads no text and no placeholder: an attribute's name is a
//! top-level attribute's, dots and all.
//!
//! Follows [legacy conditional parameters](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html);
//! the order of the checks is the one that architect/dynalite published.

use super::ast::Comparator;
use super::condition::{Condition, Operand, Test};
use super::key_condition::KeyCondition;
use crate::api::item::{Conditions, Expected, ExpectedAttributeValue};
use crate::api::value::WireValue;
use crate::error::Result;
use crate::error::constraint::{Constraint, Violations};
use crate::error::legacy::{self as words, Layer};
use crate::model::{AttributeType, AttributeValue, DocumentPath};

macro_rules! operators {
    ($($variant:ident $name:literal),* $(,)?) => {
        /// `ComparisonOperator`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Operator { $($variant),* }

        impl Operator {
            /// Every name, in the order in which the service lists them.
            const NAMES: &[&str] = &[$($name),*];

            fn name(self) -> &'static str {
                match self { $(Operator::$variant => $name),* }
            }

            fn from_name(name: &str) -> Option<Operator> {
                match name { $($name => Some(Operator::$variant),)* _ => None }
            }
        }
    };
}

operators! {
    In "IN",
    Null "NULL",
    Between "BETWEEN",
    Less "LT",
    NotContains "NOT_CONTAINS",
    Equal "EQ",
    Greater "GT",
    NotNull "NOT_NULL",
    NotEqual "NE",
    LessOrEqual "LE",
    BeginsWith "BEGINS_WITH",
    GreaterOrEqual "GE",
    Contains "CONTAINS",
}

impl Operator {
    fn takes_count(self, count: usize) -> bool {
        match self {
            Operator::Null | Operator::NotNull => count == 0,
            Operator::Between => count == 2,
            Operator::In => count > 0,
            _ => count == 1,
        }
    }

    fn takes_type(self, attribute_type: AttributeType) -> bool {
        use AttributeType::{B, Bool, N, Null, S};
        match self {
            Operator::Equal | Operator::NotEqual | Operator::Null | Operator::NotNull => true,
            Operator::Contains | Operator::NotContains => matches!(attribute_type, S | N | B | Bool | Null),
            Operator::BeginsWith => matches!(attribute_type, S | B),
            _ => matches!(attribute_type, S | N | B),
        }
    }

    /// Whether a key condition can be made of it.
    fn is_indexable(self) -> bool {
        use Operator::{BeginsWith, Between, Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
        matches!(self, BeginsWith | Between | Equal | Greater | GreaterOrEqual | Less | LessOrEqual)
    }

    /// The test of an attribute; the values' number and types were checked.
    fn test(self, attribute: &str, values: Vec<AttributeValue>) -> Test {
        let path = DocumentPath::attribute(attribute);
        let value = Operand::Path(path.clone());
        let mut others = values.into_iter().map(Operand::Value);
        let mut next = || others.next().expect("the number of values was checked");
        let compare = |comparator, right| Test::Compare { comparator, left: value.clone(), right };
        match self {
            Operator::Equal => compare(Comparator::Equal, next()),
            Operator::NotEqual => compare(Comparator::NotEqual, next()),
            Operator::Less => compare(Comparator::Less, next()),
            Operator::LessOrEqual => compare(Comparator::LessOrEqual, next()),
            Operator::Greater => compare(Comparator::Greater, next()),
            Operator::GreaterOrEqual => compare(Comparator::GreaterOrEqual, next()),
            Operator::Between => {
                let (low, high) = (next(), next());
                Test::Between { value, low, high }
            }
            Operator::In => Test::In { value, list: others.collect() },
            Operator::Null => Test::NotExists(path),
            Operator::NotNull => Test::Exists(path),
            Operator::BeginsWith => Test::BeginsWith { value, prefix: next() },
            Operator::Contains => Test::Contains { value, element: next() },
            // Of a missing attribute nothing is said.
            Operator::NotContains => Test::And(vec![
                Test::Exists(path),
                Test::Not(Box::new(Test::Contains { value, element: next() })),
            ]),
        }
    }
}

/// Reads the values.
fn read(values: Vec<WireValue>, layer: Layer) -> Result<Vec<AttributeValue>> {
    let one = |value: WireValue| match layer {
        Layer::Older => value.read_alone(),
        Layer::Current(_) => value.read(),
    };
    values.into_iter().map(|value| one(value).map_err(|error| layer.value(error))).collect()
}

/// Checks that the operator takes these values.
fn check(operator: Operator, values: &[AttributeValue], layer: Layer) -> Result<()> {
    use AttributeValue::{B, N, S};
    if !operator.takes_count(values.len()) {
        return Err(layer.argument_count(operator.name()));
    }
    let types = || values.iter().map(AttributeValue::attribute_type);
    if types().zip(types().skip(1)).any(|(one, two)| one != two) {
        return Err(layer.argument_types());
    }
    if let Some(refused) = types().find(|attribute_type| !operator.takes_type(*attribute_type)) {
        return Err(layer.argument_type(operator.name(), refused.name()));
    }
    let descending = match (operator, values) {
        (Operator::Between, [S(low), S(high)]) => low > high,
        (Operator::Between, [N(low), N(high)]) => low > high,
        (Operator::Between, [B(low), B(high)]) => low > high,
        _ => false,
    };
    if descending { Err(layer.between_order()) } else { Ok(()) }
}

/// Notes operators that are none, or missing where one is `required`. `member` is the parameter in camel case.
fn check_names<'c>(
    violations: &mut Violations,
    member: &str,
    operators: impl Iterator<Item = (&'c String, Option<&'c str>)>,
    required: bool,
) {
    for (attribute, operator) in operators {
        let member = || format!("{member}.{attribute}.member.comparisonOperator");
        match operator {
            None if required => violations.add(None, &member(), Constraint::NotNull),
            Some(name) if Operator::from_name(name).is_none() => {
                violations.add(Some(&name), &member(), Constraint::Enum(Operator::NAMES));
            }
            _ => {}
        }
    }
}

/// Notes what the framework refuses in KeyConditions, QueryFilter or ScanFilter.
pub fn check_conditions(violations: &mut Violations, member: &str, conditions: Option<&Conditions>) {
    let operators = conditions.into_iter().flatten();
    check_names(violations, member, operators.map(|(n, c)| (n, c.comparison_operator.as_deref())), true);
}

/// Notes what the framework refuses in Expected.
pub fn check_expected(violations: &mut Violations, expected: Option<&Expected>) {
    let operators = expected.into_iter().flatten();
    let operators = operators.map(|(name, c)| (name, c.comparison_operator.as_deref()));
    check_names(violations, "expected", operators, false);
}

/// Whether all conditions must hold, or one of them: `ConditionalOperator`.
fn joins_all(operator: Option<&str>, conditions: usize, layer: Layer) -> Result<bool> {
    match (operator, conditions) {
        (None, _) => Ok(true),
        (Some(_), 0) => Err(layer.operator_without_conditions()),
        (Some(_), 1) => Err(layer.operator_with_one_condition()),
        (Some("AND"), _) => Ok(true),
        (Some("OR"), _) => Ok(false),
        (Some(_), _) => Err(layer.unknown_conditional_operator()),
    }
}

/// Checks ConditionalOperator alone, which an operation may do before it reads the conditions.
pub fn check_conditional_operator(operator: Option<&str>, conditions: usize, layer: Layer) -> Result<()> {
    joins_all(operator, conditions, layer).map(|_| ())
}

fn join(mut tests: Vec<Test>, all: bool) -> Option<Condition> {
    let test = match tests.len() {
        0 => return None,
        1 => tests.remove(0),
        _ if all => Test::And(tests),
        _ => Test::Or(tests),
    };
    Some(Condition::from_test(test))
}

/// Reads and checks every condition: the attribute, its operator, its values. Operators' names were checked.
fn compiled(conditions: Conditions, layer: Layer) -> Result<Vec<(String, Operator, Vec<AttributeValue>)>> {
    if conditions.contains_key("") {
        return Err(layer.empty_name());
    }
    let mut all = Vec::with_capacity(conditions.len());
    for (attribute, condition) in conditions {
        let values = read(condition.attribute_value_list.unwrap_or_default(), layer)?;
        let operator = condition.comparison_operator.as_deref().and_then(Operator::from_name);
        let operator = operator.expect("the framework refused what is no operator");
        check(operator, &values, layer)?;
        all.push((attribute, operator, values));
    }
    Ok(all)
}

/// QueryFilter or ScanFilter as a filter; none where it has no condition.
pub fn filter(
    conditions: Option<Conditions>,
    operator: Option<&str>,
    layer: Layer,
) -> Result<Option<Condition>> {
    let conditions = conditions.unwrap_or_default();
    let joins = joins_all(operator, conditions.len(), layer);
    // The older layer reads the conditions before it looks at what joins them.
    if let Layer::Current(_) = layer {
        joins.clone()?;
    }
    let tests =
        compiled(conditions, layer)?.into_iter().map(|(name, operator, values)| operator.test(&name, values));
    Ok(join(tests.collect(), joins?))
}

/// Refuses a QueryFilter on attributes of the queried key.
pub fn check_query_filter<'k>(filter: &Condition, key: impl Iterator<Item = &'k str>) -> Result<()> {
    let tested = filter.attributes();
    key.filter(|name| tested.contains(name)).try_for_each(|name| Err(words::query_filter_on_key(name)))
}

/// KeyConditions as a key condition.
pub fn key_conditions(conditions: Conditions, layer: Layer) -> Result<KeyCondition> {
    if conditions.is_empty() {
        return Err(words::key_conditions_empty());
    }
    let (mut tests, mut unindexable) = (Vec::new(), Vec::new());
    for (name, operator, values) in compiled(conditions, layer)? {
        match operator.is_indexable() {
            true => tests.push(operator.test(&name, values)),
            false => unindexable.push(name),
        }
    }
    Ok(KeyCondition::from_tests(tests, unindexable))
}

/// Expected as a condition; none where it expects nothing.
pub fn expected(
    expected: Option<Expected>,
    operator: Option<&str>,
    layer: Layer,
) -> Result<Option<Condition>> {
    let expected = expected.unwrap_or_default();
    let all = joins_all(operator, expected.len(), layer)?;
    if expected.contains_key("") {
        return Err(layer.empty_name());
    }
    let tests = expected.into_iter().map(|(attribute, expected)| expectation(&attribute, expected, layer));
    Ok(join(tests.collect::<Result<_>>()?, all))
}

fn expectation(attribute: &str, expected: ExpectedAttributeValue, layer: Layer) -> Result<Test> {
    let ExpectedAttributeValue { value, exists, comparison_operator, attribute_value_list } = expected;
    if value.is_some() && attribute_value_list.is_some() {
        return Err(layer.value_and_list(attribute));
    }
    let Some(operator) = comparison_operator.as_deref().and_then(Operator::from_name) else {
        return match (attribute_value_list, exists, value) {
            (Some(_), _, _) => Err(layer.list_without_operator(attribute)),
            (None, Some(false), Some(_)) => Err(layer.value_not_expected(attribute)),
            (None, Some(false), None) => Ok(Operator::Null.test(attribute, Vec::new())),
            (None, exists, None) => Err(layer.value_missing(attribute, exists)),
            (None, _, Some(value)) => Ok(Operator::Equal.test(attribute, read(vec![value], layer)?)),
        };
    };
    if exists.is_some() {
        return Err(layer.exists_and_operator(attribute));
    }
    let values = match (value, attribute_value_list) {
        (None, None) if !operator.takes_count(0) => {
            return Err(layer.operator_without_value(operator.name(), attribute));
        }
        (Some(value), _) => vec![value],
        (None, list) => list.unwrap_or_default(),
    };
    let values = read(values, layer)?;
    check(operator, &values, layer)?;
    Ok(operator.test(attribute, values))
}

#[cfg(test)]
#[path = "legacy_tests.rs"]
mod tests;
