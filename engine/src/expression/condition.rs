//! Conditions and filters, compiled: placeholders replaced, operands checked.
//!
//! Owns what each operator and function takes. What a condition says about an item is in `evaluate`. The legacy
//! parameters (Expected, QueryFilter) become a [`Test`] too: [`Condition::from_test`].
//!
//! Follows [Operator and function reference](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html).

use super::ast::{Comparator, RawCall, RawOperand, RawTest};
use super::placeholders::Placeholders;
use super::{check, parser, paths};
use crate::error::Result;
use crate::error::expression::{self as words, ExpressionKind, Fault};
use crate::limits::IN_OPERANDS;
use crate::model::{AttributeType, AttributeValue, DocumentPath};

/// A compiled condition or filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    pub(super) test: Test,
}

/// A condition's tree. It can be built without a text, for the legacy parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Test {
    Compare { comparator: Comparator, left: Operand, right: Operand },
    Between { value: Operand, low: Operand, high: Operand },
    In { value: Operand, list: Vec<Operand> },
    Exists(DocumentPath),
    NotExists(DocumentPath),
    IsType { value: Operand, attribute_type: AttributeType },
    BeginsWith { value: Operand, prefix: Operand },
    Contains { value: Operand, element: Operand },
    And(Vec<Test>),
    Or(Vec<Test>),
    Not(Box<Test>),
}

/// What a condition compares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// What stands at a path of the item.
    Path(DocumentPath),
    /// A value of the request.
    Value(AttributeValue),
    /// `size(…)` of a path or value.
    Size(Box<Operand>),
    /// Whether a test holds: true or false. Only PartiQL has it.
    Outcome(Box<Test>),
}

impl Condition {
    /// Compiles a ConditionExpression or FilterExpression.
    pub fn compile(kind: ExpressionKind, text: &str, placeholders: &mut Placeholders) -> Result<Condition> {
        match compile(text, placeholders) {
            Ok(test) => Ok(Condition { test }),
            Err(fault) => Err(placeholders.refuse(kind, &fault)),
        }
    }

    /// A condition that has no text.
    pub fn from_test(test: Test) -> Condition {
        Condition { test }
    }

    /// The tree.
    pub fn test(&self) -> &Test {
        &self.test
    }

    /// Every path that the condition names, in the order of the text.
    pub fn paths(&self) -> Vec<&DocumentPath> {
        let mut paths = Vec::new();
        self.test.collect_paths(&mut paths);
        paths
    }

    /// Shows every scalar of the request in it, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        self.test.scalars_mut(visit);
    }

    /// Whether every BETWEEN has its bounds in order: what is checked when a condition is compiled and depends on its scalars.
    pub fn is_ordered(&self) -> bool {
        self.test.is_ordered()
    }

    /// The top-level attributes that the condition names, sorted, each once.
    pub fn attributes(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.paths().into_iter().map(DocumentPath::root).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Refuses a Query's filter on attributes of the queried key.
    pub fn check_filter<'k>(&self, key: impl IntoIterator<Item = &'k str> + Clone) -> Result<()> {
        let on_key = |path: &&DocumentPath| key.clone().into_iter().any(|name| name == path.root());
        match self.paths().into_iter().find(on_key) {
            Some(path) => Err(words::filter_on_key(path.root())),
            None => Ok(()),
        }
    }
}

/// Compiles a condition of any kind.
pub(super) fn compile(text: &str, placeholders: &mut Placeholders) -> std::result::Result<Test, Fault> {
    let parsed = parser::condition(text)?;
    check::condition(&parsed)?;
    test(&parsed.tree, placeholders)
}

fn test(raw: &RawTest, placeholders: &mut Placeholders) -> std::result::Result<Test, Fault> {
    Ok(match raw {
        RawTest::Compare(comparator, left, right) => {
            let (left, right) = (operand(left, placeholders)?, operand(right, placeholders)?);
            Test::compare(*comparator, left, right)?
        }
        RawTest::Between(value, low, high) => {
            let value = operand(value, placeholders)?;
            let (low, high) = (operand(low, placeholders)?, operand(high, placeholders)?);
            Test::between(value, low, high)?
        }
        RawTest::In(value, list) => {
            let value = operand(value, placeholders)?;
            let list =
                list.iter().map(|o| operand(o, placeholders)).collect::<std::result::Result<_, _>>()?;
            Test::membership(value, list)?
        }
        RawTest::Call(function) => Test::function(&function.name, operands(function, placeholders)?)?,
        RawTest::And(tests) => Test::And(all(tests, placeholders)?),
        RawTest::Or(tests) => Test::Or(all(tests, placeholders)?),
        RawTest::Not(inner) => Test::Not(Box::new(test(inner, placeholders)?)),
    })
}

impl Test {
    /// Shows every scalar of the request in it, in a fixed order, to be changed into another of its type.
    pub(super) fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        match self {
            Test::Compare { left, right, .. } => {
                left.scalars_mut(visit);
                right.scalars_mut(visit);
            }
            Test::Between { value, low, high } => {
                value.scalars_mut(visit);
                low.scalars_mut(visit);
                high.scalars_mut(visit);
            }
            Test::In { value, list } => {
                value.scalars_mut(visit);
                list.iter_mut().for_each(|operand| operand.scalars_mut(visit));
            }
            Test::Exists(_) | Test::NotExists(_) => {}
            Test::IsType { value, .. } => value.scalars_mut(visit),
            Test::BeginsWith { value, prefix: other } | Test::Contains { value, element: other } => {
                value.scalars_mut(visit);
                other.scalars_mut(visit);
            }
            Test::And(tests) | Test::Or(tests) => tests.iter_mut().for_each(|test| test.scalars_mut(visit)),
            Test::Not(inner) => inner.scalars_mut(visit),
        }
    }

    /// Whether every BETWEEN has its bounds in order.
    pub(super) fn is_ordered(&self) -> bool {
        match self {
            Test::Between { low: Operand::Value(low), high: Operand::Value(high), .. } => {
                bounds(low, high).is_ok()
            }
            Test::And(tests) | Test::Or(tests) => tests.iter().all(Test::is_ordered),
            Test::Not(inner) => inner.is_ordered(),
            _ => true,
        }
    }
}

/// Tests out of their operands, each with the checks of what it takes.
impl Test {
    /// A comparison.
    pub fn compare(
        comparator: Comparator,
        left: Operand,
        right: Operand,
    ) -> std::result::Result<Test, Fault> {
        let symbol = comparator.symbol();
        distinct(symbol, &left, [&right])?;
        if !matches!(comparator, Comparator::Equal | Comparator::NotEqual) {
            ordered(symbol, [&left, &right])?;
        }
        Ok(Test::Compare { comparator, left, right })
    }

    /// BETWEEN.
    pub fn between(value: Operand, low: Operand, high: Operand) -> std::result::Result<Test, Fault> {
        distinct("BETWEEN", &value, [&low, &high])?;
        ordered("BETWEEN", [&value, &low, &high])?;
        if let (Operand::Value(low), Operand::Value(high)) = (&low, &high) {
            bounds(low, high)?;
        }
        Ok(Test::Between { value, low, high })
    }

    /// IN.
    pub fn membership(value: Operand, list: Vec<Operand>) -> std::result::Result<Test, Fault> {
        if list.len() > IN_OPERANDS {
            return Err(words::too_many_in_operands(list.len()));
        }
        distinct("IN", &value, &list)?;
        Ok(Test::In { value, list })
    }

    /// A function that is a condition by itself.
    pub fn function(name: &str, operands: Vec<Operand>) -> std::result::Result<Test, Fault> {
        Ok(match name {
            "attribute_exists" | "attribute_not_exists" => match (exactly(name, operands)?, name) {
                ([Operand::Path(path)], "attribute_exists") => Test::Exists(path),
                ([Operand::Path(path)], _) => Test::NotExists(path),
                _ => return Err(words::path_required(name)),
            },
            "attribute_type" => {
                let [value, type_name] = exactly(name, operands)?;
                distinct(name, &value, [&type_name])?;
                let type_name = match type_name {
                    Operand::Value(AttributeValue::S(type_name)) => type_name,
                    other => {
                        let found = known_type(&other).map_or(ANY_TYPE, AttributeType::name);
                        return Err(words::operand_type(name, found));
                    }
                };
                let attribute_type = AttributeType::from_name(&type_name)
                    .ok_or_else(|| words::unknown_type_name(&type_name))?;
                Test::IsType { value, attribute_type }
            }
            "begins_with" => {
                let [value, prefix] = exactly(name, operands)?;
                distinct(name, &value, [&prefix])?;
                for operand in [&value, &prefix] {
                    if let Some(found) =
                        known_type(operand).filter(|t| !matches!(t, AttributeType::S | AttributeType::B))
                    {
                        return Err(words::operand_type(name, found.name()));
                    }
                }
                Test::BeginsWith { value, prefix }
            }
            "contains" => {
                let [value, element] = exactly(name, operands)?;
                distinct(name, &value, [&element])?;
                Test::Contains { value, element }
            }
            _ => unreachable!("the checks before let no other function stand as a condition"),
        })
    }
}

impl Operand {
    /// `size(…)`.
    pub fn size(operands: Vec<Operand>) -> std::result::Result<Operand, Fault> {
        let [inner] = exactly("size", operands)?;
        use AttributeType::*;
        if let Some(found) = known_type(&inner).filter(|t| matches!(t, N | Bool | Null)) {
            return Err(words::operand_type("size", found.name()));
        }
        Ok(Operand::Size(Box::new(inner)))
    }
}

fn all(tests: &[RawTest], placeholders: &mut Placeholders) -> std::result::Result<Vec<Test>, Fault> {
    tests.iter().map(|raw| test(raw, placeholders)).collect()
}

fn operand(raw: &RawOperand, placeholders: &mut Placeholders) -> std::result::Result<Operand, Fault> {
    Ok(match raw {
        RawOperand::Path(path) => Operand::Path(paths::resolve(path, placeholders)?),
        RawOperand::Value(placeholder) => Operand::Value(placeholders.value(placeholder)?.clone()),
        RawOperand::Call(function) => Operand::size(operands(function, placeholders)?)?,
    })
}

/// What the service calls the type of an operand that it does not know yet.
const ANY_TYPE: &str = "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}";

fn operands(function: &RawCall, placeholders: &mut Placeholders) -> std::result::Result<Vec<Operand>, Fault> {
    function.operands.iter().map(|o| operand(o, placeholders)).collect()
}

/// The operands of a function that takes exactly so many.
fn exactly<const COUNT: usize>(
    name: &str,
    operands: Vec<Operand>,
) -> std::result::Result<[Operand; COUNT], Fault> {
    operands.try_into().map_err(|all: Vec<Operand>| words::operand_count(name, all.len()))
}

/// The operand's type, where it does not depend on the item.
fn known_type(operand: &Operand) -> Option<AttributeType> {
    match operand {
        Operand::Path(_) => None,
        Operand::Value(value) => Some(value.attribute_type()),
        Operand::Size(_) => Some(AttributeType::N),
        Operand::Outcome(_) => Some(AttributeType::Bool),
    }
}

/// Refuses a path that is compared with itself.
fn distinct<'o>(
    operator: &str,
    first: &Operand,
    others: impl IntoIterator<Item = &'o Operand>,
) -> std::result::Result<(), Fault> {
    match first {
        Operand::Path(path) if others.into_iter().any(|other| other == first) => {
            Err(words::operands_not_distinct(operator, &paths::show(path)))
        }
        _ => Ok(()),
    }
}

/// Refuses operands of a type without an order.
fn ordered<'o>(
    operator: &str,
    operands: impl IntoIterator<Item = &'o Operand>,
) -> std::result::Result<(), Fault> {
    use AttributeType::{B, N, S};
    for operand in operands {
        if let Some(found) = known_type(operand).filter(|t| !matches!(t, S | N | B)) {
            return Err(words::operand_type(operator, found.name()));
        }
    }
    Ok(())
}

fn bounds(low: &AttributeValue, high: &AttributeValue) -> std::result::Result<(), Fault> {
    use AttributeValue::{B, N, S};
    let shown = |value: &AttributeValue| match value {
        S(text) => format!("{{S:{text}}}"),
        N(number) => format!("{{N:{number}}}"),
        B(bytes) => format!("{{B:java.nio.HeapByteBuffer[pos=0 lim={0} cap={0}]}}", bytes.len()),
        _ => unreachable!("only scalars are bounds"),
    };
    let descending = match (low, high) {
        (S(low), S(high)) => low > high,
        (N(low), N(high)) => low > high,
        (B(low), B(high)) => low > high,
        _ => return Err(words::between_types(&shown(low), &shown(high))),
    };
    if descending { Err(words::between_order(&shown(low), &shown(high))) } else { Ok(()) }
}

impl Operand {
    fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        match self {
            Operand::Path(_) => {}
            Operand::Value(value) => value.scalars_mut(visit),
            Operand::Size(inner) => inner.scalars_mut(visit),
            Operand::Outcome(test) => test.scalars_mut(visit),
        }
    }

    fn collect_paths<'t>(&'t self, into: &mut Vec<&'t DocumentPath>) {
        match self {
            Operand::Path(path) => into.push(path),
            Operand::Value(_) => {}
            Operand::Size(inner) => inner.collect_paths(into),
            Operand::Outcome(test) => test.collect_paths(into),
        }
    }
}

impl Test {
    pub(super) fn collect_paths<'t>(&'t self, into: &mut Vec<&'t DocumentPath>) {
        match self {
            Test::Compare { left, right, .. } => {
                [left, right].into_iter().for_each(|o| o.collect_paths(into))
            }
            Test::Between { value, low, high } => {
                [value, low, high].into_iter().for_each(|o| o.collect_paths(into))
            }
            Test::In { value, list } => {
                value.collect_paths(into);
                list.iter().for_each(|o| o.collect_paths(into));
            }
            Test::Exists(path) | Test::NotExists(path) => into.push(path),
            Test::IsType { value, .. } => value.collect_paths(into),
            Test::BeginsWith { value, prefix: other } | Test::Contains { value, element: other } => {
                value.collect_paths(into);
                other.collect_paths(into);
            }
            Test::And(tests) | Test::Or(tests) => tests.iter().for_each(|t| t.collect_paths(into)),
            Test::Not(inner) => inner.collect_paths(into),
        }
    }
}

#[cfg(test)]
#[path = "condition_tests.rs"]
pub(super) mod tests;
