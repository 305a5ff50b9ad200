//! Key conditions of Query: equality on the partition key, a range of the sort key.
//!
//! Owns what a key condition may say and how it meets a key's attributes, of which a GSI may have several. Never reads
//! an item: it says which keys to look at.
//!
//! Follows [Key condition expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html).

use std::fmt;

use super::ast::Comparator;
use super::condition::{self, Operand, Test};
use super::placeholders::Placeholders;
use super::show::Shown;
use crate::error::expression::{self as words, ExpressionKind};
use crate::error::{Result, legacy};
use crate::model::{AttributeType, AttributeValue, DocumentPath};

/// A compiled KeyConditionExpression that has not met a schema yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyCondition {
    test: Test,
    /// The attributes that KeyConditions test in a way that no index can follow.
    unindexable: Vec<String>,
}

/// One attribute of the queried key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPart<'k> {
    /// Its name.
    pub name: &'k str,
    /// `S`, `N` or `B`.
    pub attribute_type: AttributeType,
}

/// Which keys a query looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRange {
    /// The values of all HASH attributes, in the order of the key.
    pub hash: Vec<AttributeValue>,
    /// The values of the first RANGE attributes that are tested by equality, in the order of the key.
    pub equal: Vec<AttributeValue>,
    /// The condition on the RANGE attribute that follows those; none where all of its values are wanted.
    pub range: Option<RangeCondition>,
}

/// A condition on a RANGE attribute other than equality.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum RangeCondition {
    Less(AttributeValue),
    LessOrEqual(AttributeValue),
    Greater(AttributeValue),
    GreaterOrEqual(AttributeValue),
    /// Both bounds are in the range.
    Between(AttributeValue, AttributeValue),
    BeginsWith(AttributeValue),
}

/// What one attribute is tested for.
#[derive(Clone, Debug)]
enum Wanted<'t> {
    Equal(&'t AttributeValue),
    Range(RangeCondition),
}

impl KeyCondition {
    /// Compiles a KeyConditionExpression. Whether it suits a key is asked later, when all the request's expressions are
    /// compiled and [`Placeholders::finish`] has passed: [`KeyCondition::bind`].
    pub fn compile(text: &str, placeholders: &mut Placeholders) -> Result<KeyCondition> {
        match condition::compile(text, placeholders) {
            Ok(test) => Ok(KeyCondition { test, unindexable: Vec::new() }),
            Err(fault) => Err(placeholders.refuse(ExpressionKind::KeyConditionExpression, &fault)),
        }
    }

    /// A key condition that has no text (KeyConditions): comparisons, BETWEEN and begins_with, all of which must hold, and
    /// the attributes that are tested otherwise.
    pub(super) fn from_tests(tests: Vec<Test>, unindexable: Vec<String>) -> KeyCondition {
        KeyCondition { test: Test::And(tests), unindexable }
    }

    /// Shows every scalar of the request in it, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        self.test.scalars_mut(visit);
    }

    /// Whether BETWEEN has its bounds in order.
    pub fn is_ordered(&self) -> bool {
        self.test.is_ordered()
    }

    /// The keys that the condition asks for. `hash` and `range` are the queried key's attributes; `index` is the name of
    /// the queried index.
    pub fn bind(&self, hash: &[KeyPart], range: &[KeyPart], index: Option<&str>) -> Result<KeyRange> {
        let mut conditions: Vec<(&str, Wanted)> = Vec::new();
        collect(&self.test, &mut conditions)?;
        let (named, attributes) = (conditions.len() + self.unindexable.len(), hash.len() + range.len());
        if named > attributes {
            return Err(words::key_condition_count(named, attributes));
        }
        self.check_indexable(&conditions, hash, range)?;
        if hash.len() == 1 && range.len() <= 1 {
            check_plain(&conditions, hash[0], range.first(), index)?;
        } else {
            check_several(&conditions, hash, range)?;
        }
        for part in hash.iter().chain(range) {
            if let Some((_, wanted)) = conditions.iter().find(|(name, _)| *name == part.name) {
                check_values(part, wanted, index)?;
            }
        }
        let mut take = |part: &KeyPart| {
            let at = conditions.iter().position(|(name, _)| *name == part.name)?;
            Some(conditions.swap_remove(at).1)
        };
        let mut keys = KeyRange { hash: Vec::with_capacity(hash.len()), equal: Vec::new(), range: None };
        for part in hash {
            if let Some(Wanted::Equal(value)) = take(part) {
                keys.hash.push(value.clone());
            }
        }
        for part in range {
            match take(part) {
                Some(Wanted::Equal(value)) => keys.equal.push(value.clone()),
                Some(Wanted::Range(range)) => keys.range = Some(range),
                None => break,
            }
        }
        Ok(keys)
    }
}

impl KeyCondition {
    /// Refuses operators of KeyConditions that no index can follow, where the attributes suit the key.
    fn check_indexable(
        &self,
        conditions: &[(&str, Wanted)],
        hash: &[KeyPart],
        range: &[KeyPart],
    ) -> Result<()> {
        if self.unindexable.is_empty() {
            return Ok(());
        }
        let count = conditions.len() + self.unindexable.len();
        let others = self.unindexable.iter().map(String::as_str);
        let names: Vec<&str> = conditions.iter().map(|(name, _)| *name).chain(others).collect();
        let wanted = hash.iter().chain(range).take(count.max(hash.len()));
        Err(match wanted.into_iter().find(|part| !names.contains(&part.name)) {
            Some(part) => words::key_condition_missing(part.name),
            None => legacy::not_indexable(),
        })
    }
}

/// Takes the conditions apart at AND; every attribute may have one.
fn collect<'t>(test: &'t Test, into: &mut Vec<(&'t str, Wanted<'t>)>) -> Result<()> {
    let (path, wanted) = match test {
        Test::And(tests) => return tests.iter().try_for_each(|test| collect(test, into)),
        Test::Compare { comparator: Comparator::NotEqual, .. } => {
            return Err(words::key_condition_operator("<>"));
        }
        Test::Compare { comparator, left, right } => {
            simple([left, right])?;
            let (path, value, mirrored) = match (left, right) {
                (Operand::Size(_) | Operand::Outcome(_), _) | (_, Operand::Size(_) | Operand::Outcome(_)) => {
                    return Err(words::key_condition_nested());
                }
                (Operand::Path(_), Operand::Path(_)) => return Err(words::key_condition_two_names()),
                (Operand::Value(_), Operand::Value(_)) => return Err(words::key_condition_no_name()),
                (Operand::Path(path), Operand::Value(value)) => (path, value, false),
                (Operand::Value(value), Operand::Path(path)) => (path, value, true),
            };
            let comparator = if mirrored { comparator.mirrored() } else { *comparator };
            (path, compared(comparator, value))
        }
        Test::Between { value, low, high } => {
            let path = first(value, [low, high], "BETWEEN")?;
            (path, Wanted::Range(RangeCondition::Between(literal(low)?.clone(), literal(high)?.clone())))
        }
        Test::BeginsWith { value, prefix } => {
            let path = first(value, [prefix], "begins_with")?;
            (path, Wanted::Range(RangeCondition::BeginsWith(literal(prefix)?.clone())))
        }
        Test::In { .. } => return Err(words::key_condition_operator("IN")),
        Test::Exists(_) => return Err(words::key_condition_operator("attribute_exists")),
        Test::NotExists(_) => return Err(words::key_condition_operator("attribute_not_exists")),
        Test::IsType { .. } => return Err(words::key_condition_operator("attribute_type")),
        Test::Contains { .. } => return Err(words::key_condition_operator("contains")),
        Test::Or(_) => return Err(words::key_condition_operator("OR")),
        Test::Not(_) => return Err(words::key_condition_operator("NOT")),
    };
    if into.iter().any(|(name, _)| *name == path.root()) {
        return Err(words::key_condition_repeated());
    }
    into.push((path.root(), wanted));
    Ok(())
}

fn compared(comparator: Comparator, value: &AttributeValue) -> Wanted<'_> {
    let range = match comparator {
        Comparator::Equal | Comparator::NotEqual => return Wanted::Equal(value),
        Comparator::Less => RangeCondition::Less,
        Comparator::LessOrEqual => RangeCondition::LessOrEqual,
        Comparator::Greater => RangeCondition::Greater,
        Comparator::GreaterOrEqual => RangeCondition::GreaterOrEqual,
    };
    Wanted::Range(range(value.clone()))
}

/// Refuses functions, paths into an attribute and a second path; the first of these from left to right.
fn simple<'t>(operands: impl IntoIterator<Item = &'t Operand>) -> Result<()> {
    let mut named = false;
    for operand in operands {
        match operand {
            Operand::Value(_) => {}
            Operand::Size(_) | Operand::Outcome(_) => return Err(words::key_condition_nested()),
            Operand::Path(_) if named => return Err(words::key_condition_two_names()),
            Operand::Path(path) if !path.is_top_level() => {
                return Err(words::key_condition_nested_attribute());
            }
            Operand::Path(_) => named = true,
        }
    }
    Ok(())
}

/// The path that must stand first; the others are to be values.
fn first<'t, const COUNT: usize>(
    value: &'t Operand,
    others: [&'t Operand; COUNT],
    operator: &str,
) -> Result<&'t DocumentPath> {
    if matches!(value, Operand::Value(_)) {
        return Err(words::key_condition_operand_order(operator));
    }
    simple([value].into_iter().chain(others))?;
    match value {
        Operand::Path(path) => Ok(path),
        _ => unreachable!("neither a value nor a function"),
    }
}

fn literal(operand: &Operand) -> Result<&AttributeValue> {
    match operand {
        Operand::Value(value) => Ok(value),
        _ => Err(words::key_condition_two_names()),
    }
}

/// A key of one HASH attribute and at most one RANGE attribute.
fn check_plain(
    conditions: &[(&str, Wanted)],
    hash: KeyPart,
    range: Option<&KeyPart>,
    index: Option<&str>,
) -> Result<()> {
    let of = |name: &str| conditions.iter().find(|(n, _)| *n == name).map(|(_, wanted)| wanted);
    match of(hash.name) {
        None => return Err(words::key_condition_missing(hash.name)),
        Some(Wanted::Range(_)) => return Err(words::key_condition_not_supported()),
        Some(wanted) => check_values(&hash, wanted, index)?,
    }
    match range {
        _ if conditions.len() < 2 => Ok(()),
        None => Err(words::key_condition_not_supported()),
        Some(range) if of(range.name).is_none() => Err(words::key_condition_missing(range.name)),
        Some(_) => Ok(()),
    }
}

/// A key of several HASH or several RANGE attributes: equality on all HASH attributes and on the first RANGE attributes,
/// another condition only on the last one named.
fn check_several(conditions: &[(&str, Wanted)], hash: &[KeyPart], range: &[KeyPart]) -> Result<()> {
    let of = |part: &&KeyPart| conditions.iter().find(|(n, _)| *n == part.name).map(|(_, wanted)| wanted);
    let not_equal = |part: &&KeyPart| !matches!(of(part), Some(Wanted::Equal(_)));
    let names = |parts: Vec<&KeyPart>| -> Vec<String> { parts.iter().map(|p| p.name.to_owned()).collect() };
    let missing = names(hash.iter().filter(|part| of(part).is_none()).collect());
    let unequal = names(hash.iter().filter(not_equal).collect());
    let blamed = if missing.is_empty() { unequal } else { missing };
    if !blamed.is_empty() {
        return Err(words::hash_equality_missing(&blamed.iter().map(String::as_str).collect::<Vec<_>>()));
    }
    let stranger = |name: &str| !hash.iter().chain(range).any(|part| part.name == name);
    if conditions.iter().any(|(name, _)| stranger(name)) {
        let next = range.iter().find(|part| of(part).is_none());
        return Err(next.map_or_else(words::key_condition_not_supported, |part| {
            words::key_condition_missing(part.name)
        }));
    }
    if let Some(last) = range.iter().rposition(|part| of(&part).is_some()) {
        let blamed: Vec<&str> = range[..last].iter().filter(not_equal).map(|part| part.name).collect();
        if !blamed.is_empty() {
            return Err(words::range_equality_missing(&blamed, range[last].name));
        }
    }
    Ok(())
}

/// The values must be of the attribute's type and not empty.
fn check_values(part: &KeyPart, wanted: &Wanted, index: Option<&str>) -> Result<()> {
    use RangeCondition::*;
    let values: [&AttributeValue; 2] = match wanted {
        Wanted::Equal(value) => [value, value],
        Wanted::Range(Between(low, high)) => [low, high],
        Wanted::Range(Less(v) | LessOrEqual(v) | Greater(v) | GreaterOrEqual(v) | BeginsWith(v)) => [v, v],
    };
    if values.iter().any(|value| value.attribute_type() != part.attribute_type) {
        return Err(words::key_condition_type());
    }
    for value in values {
        match value {
            AttributeValue::S(text) if text.is_empty() => {
                return Err(words::key_condition_empty_value(part.name, "string", index));
            }
            AttributeValue::B(bytes) if bytes.is_empty() => {
                return Err(words::key_condition_empty_value(part.name, "binary", index));
            }
            _ => {}
        }
    }
    Ok(())
}

impl fmt::Display for KeyCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.test.fmt(f)
    }
}

impl fmt::Display for RangeCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RangeCondition::Less(value) => write!(f, "< {}", Shown(value)),
            RangeCondition::LessOrEqual(value) => write!(f, "<= {}", Shown(value)),
            RangeCondition::Greater(value) => write!(f, "> {}", Shown(value)),
            RangeCondition::GreaterOrEqual(value) => write!(f, ">= {}", Shown(value)),
            RangeCondition::Between(low, high) => write!(f, "BETWEEN {} AND {}", Shown(low), Shown(high)),
            RangeCondition::BeginsWith(prefix) => write!(f, "begins with {}", Shown(prefix)),
        }
    }
}

#[cfg(test)]
#[path = "key_condition_tests.rs"]
mod tests;
