//! What UpdateItem charges an UpdateExpression against the item size limit.
//!
//! Owns the price list; knows no item: the service measures what the statement writes and a fixed cost for each clause, not
//! the item that comes of it. The list was measured from the service to the byte by paritysuite/dynamodb-conformance (2026,
//! limits/itemSizeBySurface); it is documented nowhere.

use super::update::{Action, Change, Expression, Update};
use crate::model::{DocumentPath, PathSegment, size};

/// For the update itself.
const UPDATE: usize = 3;
/// For each SET and ADD.
const WRITE: usize = 19;
/// For each REMOVE and DELETE.
const REMOVE: usize = 1;
/// For each step of a target behind the first.
const TARGET_STEP: usize = 4;
/// For a path that is read, and for each of its steps.
const READ: usize = 1;
const READ_STEP: usize = 14;
const IF_NOT_EXISTS: usize = 39;
const LIST_APPEND: usize = 37;
const PLUS: usize = 34;
const MINUS: usize = 37;

impl Update {
    /// The charge in bytes; none for AttributeUpdates, where only the item that comes of them counts.
    pub fn statement_bytes(&self) -> Option<usize> {
        (!self.is_legacy()).then(|| UPDATE + self.actions().iter().map(action).sum::<usize>())
    }
}

fn action(action: &Action) -> usize {
    target(&action.path)
        + match &action.change {
            Change::Set(expression) => WRITE + read(expression),
            Change::Add(value) => WRITE + size::value_bytes(value),
            Change::Remove | Change::Delete(_) => REMOVE,
        }
}

/// A name's bytes, or a list index's digits.
fn step(segment: &PathSegment) -> usize {
    match segment {
        PathSegment::Attribute(name) => name.len(),
        PathSegment::Index(index) => index.to_string().len(),
    }
}

fn target(path: &DocumentPath) -> usize {
    path.0.iter().map(|segment| TARGET_STEP + step(segment)).sum::<usize>() - TARGET_STEP
}

fn operand(path: &DocumentPath) -> usize {
    READ + path.0.iter().map(|segment| READ_STEP + step(segment)).sum::<usize>()
}

fn read(expression: &Expression) -> usize {
    match expression {
        Expression::Path(path) => operand(path),
        Expression::Value(value) => size::value_bytes(value),
        Expression::IfNotExists(path, otherwise) => IF_NOT_EXISTS + operand(path) + read(otherwise),
        Expression::ListAppend(first, second) => LIST_APPEND + read(first) + read(second),
        Expression::Plus(left, right) => PLUS + read(left) + read(right),
        Expression::Minus(left, right) => MINUS + read(left) + read(right),
        // Not measured: no UpdateExpression has it.
        Expression::Outcome(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::Placeholders;
    use super::*;
    use crate::error::expression::Envelope;
    use crate::model::AttributeValue;

    fn charge(text: &str) -> usize {
        let all = [
            (":s", AttributeValue::s("yyyyyyyyyy")),
            (":n", AttributeValue::N(1.into())),
            (":l", AttributeValue::L(vec![AttributeValue::s("e")])),
            (":t", AttributeValue::string_set(vec!["sssss".into()]).unwrap()),
        ];
        let used = all.into_iter().filter(|(name, _)| text.contains(name));
        let values: BTreeMap<String, AttributeValue> = used.map(|(n, v)| (n.to_owned(), v)).collect();
        let values = (!values.is_empty()).then_some(&values);
        let mut placeholders = Placeholders::new(None, values, Envelope::Bare).unwrap();
        Update::compile(text, &mut placeholders).unwrap().statement_bytes().unwrap()
    }

    #[test]
    fn every_clause_costs_what_was_measured() {
        for (text, bytes) in [
            ("SET b = :s", 3 + 19 + 1 + 10),
            ("SET b = :s, c = :s", 3 + 2 * (19 + 1 + 10)),
            ("SET d.leaf = :s", 3 + 19 + (1 + 4 + 4) + 10),
            ("SET d[0] = :s", 3 + 19 + (1 + 4 + 1) + 10),
            ("SET c = abcdefghij", 3 + 19 + 1 + (1 + 14 + 10)),
            ("SET c = m.a.z", 3 + 19 + 1 + (1 + 3 * (14 + 1))),
            ("SET c = l[10]", 3 + 19 + 1 + (1 + 14 + 1 + 14 + 2)),
            ("SET l = list_append(l, :l)", 3 + 19 + 1 + 37 + (1 + 14 + 1) + (3 + 1 + 1)),
            ("SET c = if_not_exists(c, :s)", 3 + 19 + 1 + 39 + (1 + 14 + 1) + 10),
            ("SET n = n + :n", 3 + 19 + 1 + 34 + (1 + 14 + 1) + 2),
            ("SET n = n - :n", 3 + 19 + 1 + 37 + (1 + 14 + 1) + 2),
            ("ADD abcdefghij :n", 3 + 19 + 10 + 2),
            ("ADD ss :t", 3 + 19 + 2 + 5),
            ("DELETE ss :t", 3 + 1 + 2),
            ("REMOVE r", 3 + 1 + 1),
            ("REMOVE m.yy", 3 + 1 + (1 + 4 + 2)),
            ("REMOVE l[10]", 3 + 1 + (1 + 4 + 2)),
        ] {
            assert_eq!(charge(text), bytes, "{text}");
        }
    }
}
