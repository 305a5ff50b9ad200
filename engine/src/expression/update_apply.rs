//! What a compiled update does to an item.
//!
//! Owns the arithmetic and the set operations of updates, and how values get to their paths: everything reads the item
//! as it was; then the values are put, list indexes beyond the end in their order at the end; then what is removed goes,
//! by the places that it had before.
//!
//! Follows [Update expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html).

use std::borrow::Cow;

use super::update::{Action, Change, Expression, Update};
use crate::error::Result;
use crate::error::expression as words;
use crate::model::{AttributeValue, DocumentPath, Item, Number, NumberError, PathSegment};

impl Update {
    /// The item after the update. For an item that does not exist, pass one that holds only its key.
    pub fn apply(&self, item: &Item) -> Result<Item> {
        let mut puts: Vec<(&DocumentPath, AttributeValue)> = Vec::new();
        let mut removals: Vec<&DocumentPath> = Vec::new();
        for action in self.in_order() {
            if !has_place(&action.path, item) {
                return Err(words::update_path_invalid());
            }
            match self.outcome(action, item)? {
                Outcome::Put(value) => puts.push((&action.path, value)),
                Outcome::Remove => removals.push(&action.path),
                Outcome::Nothing => {}
            }
        }
        puts.sort_unstable_by_key(|(path, _)| *path);
        removals.sort_unstable();
        let mut after = item.clone();
        for (path, value) in puts {
            put(path, value, &mut after);
        }
        for path in removals.into_iter().rev() {
            remove(path, &mut after);
        }
        Ok(after)
    }

    fn outcome(&self, action: &Action, item: &Item) -> Result<Outcome> {
        Ok(match &action.change {
            Change::Set(expression) => Outcome::Put(expression.value(item)?.into_owned()),
            Change::Remove if action.path.get(item).is_none() => Outcome::Nothing,
            Change::Remove => Outcome::Remove,
            Change::Add(value) => Outcome::Put(match action.path.get(item) {
                None => value.clone(),
                Some(there) => add(there, value).unwrap_or_else(|| Err(self.mismatch()))?,
            }),
            Change::Delete(value) => match action.path.get(item) {
                None => Outcome::Nothing,
                Some(there) => match subtract(there, value).ok_or_else(|| self.mismatch())? {
                    Some(rest) => Outcome::Put(rest),
                    None => Outcome::Remove,
                },
            },
        })
    }
}

enum Outcome {
    Put(AttributeValue),
    Remove,
    Nothing,
}

impl Expression {
    /// The expression's value for the item.
    fn value<'v>(&'v self, item: &'v Item) -> Result<Cow<'v, AttributeValue>> {
        match self {
            Expression::Path(path) => {
                path.get(item).map(Cow::Borrowed).ok_or_else(words::update_attribute_missing)
            }
            Expression::Value(value) => Ok(Cow::Borrowed(value)),
            Expression::IfNotExists(path, otherwise) => {
                // The service wants the other value to be there even where it is not needed.
                let otherwise = otherwise.value(item)?;
                Ok(path.get(item).map_or(otherwise, Cow::Borrowed))
            }
            Expression::ListAppend(first, second) => {
                let mut list = first.list(item)?.into_owned();
                list.extend_from_slice(&second.list(item)?);
                Ok(Cow::Owned(AttributeValue::L(list)))
            }
            Expression::Outcome(test) => Ok(Cow::Owned(AttributeValue::Bool(test.holds(item)))),
            Expression::Plus(left, right) => {
                number(left.number(item)?.checked_add(right.number(item)?)).map(Cow::Owned)
            }
            Expression::Minus(left, right) => {
                number(left.number(item)?.checked_sub(right.number(item)?)).map(Cow::Owned)
            }
        }
    }

    fn number(&self, item: &Item) -> Result<Number> {
        match *self.value(item)? {
            AttributeValue::N(number) => Ok(number),
            _ => Err(words::update_operand_type()),
        }
    }

    fn list<'v>(&'v self, item: &'v Item) -> Result<Cow<'v, [AttributeValue]>> {
        match self.value(item)? {
            Cow::Borrowed(AttributeValue::L(list)) => Ok(Cow::Borrowed(list)),
            Cow::Owned(AttributeValue::L(list)) => Ok(Cow::Owned(list)),
            _ => Err(words::update_operand_type()),
        }
    }
}

fn number(sum: std::result::Result<Number, NumberError>) -> Result<AttributeValue> {
    match sum {
        Ok(number) => Ok(AttributeValue::N(number)),
        Err(NumberError::Underflow) => Err(words::number_underflow()),
        Err(_) => Err(words::number_overflow()),
    }
}

/// The sum; `None` where the two are not of one type that has one.
fn add(there: &AttributeValue, value: &AttributeValue) -> Option<Result<AttributeValue>> {
    use AttributeValue::{Bs, L, N, Ns, Ss};
    Some(Ok(match (there, value) {
        (N(there), N(value)) => return Some(number(there.checked_add(*value))),
        (Ss(there), Ss(value)) => Ss(union(there, value)),
        (Ns(there), Ns(value)) => Ns(union(there, value)),
        (Bs(there), Bs(value)) => Bs(union(there, value)),
        // Only AttributeUpdates add a list.
        (L(there), L(value)) => L([there.as_slice(), value].concat()),
        _ => return None,
    }))
}

/// What is left of a set: `Some(None)` where nothing is, for no set is empty; `None` where the two are not of one type.
fn subtract(there: &AttributeValue, value: &AttributeValue) -> Option<Option<AttributeValue>> {
    use AttributeValue::{Bs, Ns, Ss};
    Some(match (there, value) {
        (Ss(there), Ss(value)) => difference(there, value).map(Ss),
        (Ns(there), Ns(value)) => difference(there, value).map(Ns),
        (Bs(there), Bs(value)) => difference(there, value).map(Bs),
        _ => return None,
    })
}

fn union<T: Ord + Clone>(there: &[T], value: &[T]) -> Vec<T> {
    let mut all = [there, value].concat();
    all.sort_unstable();
    all.dedup();
    all
}

fn difference<T: Ord + Clone>(there: &[T], value: &[T]) -> Option<Vec<T>> {
    let rest: Vec<T> = there.iter().filter(|e| value.binary_search(e).is_err()).cloned().collect();
    (!rest.is_empty()).then_some(rest)
}

/// Whether the path's last step leads from a map or list that is there.
fn has_place(path: &DocumentPath, item: &Item) -> bool {
    let Some((last, parent)) = path.0.split_last().filter(|(_, parent)| !parent.is_empty()) else {
        return true;
    };
    let mut value = item.get(path.root());
    for segment in &parent[1..] {
        value = match (segment, value) {
            (PathSegment::Attribute(name), Some(AttributeValue::M(map))) => map.get(name),
            (PathSegment::Index(index), Some(AttributeValue::L(list))) => list.get(*index),
            _ => None,
        };
    }
    matches!(
        (last, value),
        (PathSegment::Attribute(_), Some(AttributeValue::M(_)))
            | (PathSegment::Index(_), Some(AttributeValue::L(_)))
    )
}

/// The value that the path's last step leads from; a top-level attribute has none.
fn parent<'i>(path: &DocumentPath, item: &'i mut Item) -> Option<&'i mut AttributeValue> {
    let (_, parent) = path.0.split_last()?;
    let (_, steps) = parent.split_first()?;
    let mut value = item.get_mut(path.root())?;
    for segment in steps {
        value = match (segment, value) {
            (PathSegment::Attribute(name), AttributeValue::M(map)) => map.get_mut(name)?,
            (PathSegment::Index(index), AttributeValue::L(list)) => list.get_mut(*index)?,
            _ => return None,
        };
    }
    Some(value)
}

fn put(path: &DocumentPath, value: AttributeValue, item: &mut Item) {
    if path.is_top_level() {
        item.insert(path.root(), value);
        return;
    }
    match (path.0.last(), parent(path, item)) {
        (Some(PathSegment::Attribute(name)), Some(AttributeValue::M(map))) => {
            map.insert(name.as_str(), value);
        }
        (Some(PathSegment::Index(index)), Some(AttributeValue::L(list))) => match list.get_mut(*index) {
            Some(element) => *element = value,
            None => list.push(value),
        },
        _ => unreachable!("the path has a place"),
    }
}

fn remove(path: &DocumentPath, item: &mut Item) {
    if path.is_top_level() {
        item.remove(path.root());
        return;
    }
    match (path.0.last(), parent(path, item)) {
        (Some(PathSegment::Attribute(name)), Some(AttributeValue::M(map))) => {
            map.remove(name);
        }
        (Some(PathSegment::Index(index)), Some(AttributeValue::L(list))) => {
            if *index < list.len() {
                list.remove(*index);
            }
        }
        _ => unreachable!("the path has a place"),
    }
}
