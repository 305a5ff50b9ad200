//! WHERE, lowered to the tests that ConditionExpression and FilterExpression compile to.
//!
//! Owns which of PartiQL's operators and functions a condition may have. What each takes is checked where the expressions'
//! are, in `expression`; a test may stand as an operand here, and is then true or false.

use super::ast::{Expr, ExprKind};
use super::path;
use super::{Bound, literal};
use crate::error::Result;
use crate::error::expression as expression_words;
use crate::error::partiql as words;
use crate::expression::{Comparator, Operand, Test};
use crate::limits::EXPRESSION_OPERATORS;
use crate::model::{AttributeType, AttributeValue};

/// Lowers conditions, counting their operators.
pub(super) struct Conditions<'v> {
    pub values: &'v Bound<'v>,
    operators: usize,
}

/// The test of a WHERE clause.
pub(super) fn lower(expr: &Expr, values: &Bound) -> Result<Test> {
    if !expr.is_test() || is_size(expr) {
        return Err(match &expr.kind {
            ExprKind::Statement(_) | ExprKind::Other(..) => {
                Conditions::new(values).operand(expr).err().unwrap_or_else(words::where_not_boolean)
            }
            _ => words::where_not_boolean(),
        });
    }
    Conditions::new(values).test(expr)
}

fn is_size(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Call(name, _) if name == "size")
}

impl<'v> Conditions<'v> {
    pub fn new(values: &'v Bound<'v>) -> Conditions<'v> {
        Conditions { values, operators: 0 }
    }

    fn count(&mut self, operators: usize) -> Result<()> {
        self.operators += operators;
        match self.operators > EXPRESSION_OPERATORS {
            true => {
                let most = EXPRESSION_OPERATORS + 1;
                Err(words::fault(&expression_words::too_many_operators(most)))
            }
            false => Ok(()),
        }
    }

    fn test(&mut self, expr: &Expr) -> Result<Test> {
        match &expr.kind {
            ExprKind::And(tests) => {
                self.count(tests.len() - 1)?;
                self.tests(tests).map(Test::And)
            }
            ExprKind::Or(tests) => {
                self.count(tests.len() - 1)?;
                self.tests(tests).map(Test::Or)
            }
            ExprKind::Not(inner) => {
                if !inner.is_test() || is_size(inner) {
                    return Err(words::not_operand());
                }
                self.count(1)?;
                self.test(inner).map(|test| Test::Not(Box::new(test)))
            }
            ExprKind::Binary(operator, left, right) => {
                let comparator = comparator(operator).ok_or_else(|| words::condition_operator(operator))?;
                self.count(1)?;
                let (left, right) = (self.operand(left)?, self.operand(right)?);
                Test::compare(comparator, left, right).map_err(|fault| self.values.fault(&fault))
            }
            ExprKind::Between { negated, operands } => {
                self.count(1)?;
                let [value, low, high] = &**operands;
                let (value, low, high) = (self.operand(value)?, self.operand(low)?, self.operand(high)?);
                let test = Test::between(value, low, high).map_err(|fault| self.values.fault(&fault))?;
                Ok(negate(*negated, test))
            }
            ExprKind::In { negated, value, list } => {
                let (ExprKind::List(list) | ExprKind::Bag(list)) = &list.kind else {
                    return Err(words::in_operands());
                };
                let is_literal = matches!(
                    value.kind,
                    ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::List(_) | ExprKind::Struct(_)
                );
                if list.is_empty() || is_literal {
                    return Err(words::in_operands());
                }
                self.count(1)?;
                let value = self.operand(value)?;
                let list = list.iter().map(|expr| self.operand(expr)).collect::<Result<_>>()?;
                let test = Test::membership(value, list).map_err(|fault| self.values.fault(&fault))?;
                Ok(negate(*negated, test))
            }
            ExprKind::Is { negated, value, type_name } => {
                self.count(1)?;
                self.is(value, type_name, expr).map(|test| negate(*negated, test))
            }
            ExprKind::Call(name, operands) => {
                self.count(1)?;
                self.call(name, operands, expr)
            }
            ExprKind::Sign(sign, _) => Err(words::condition_operator(sign)),
            _ => Err(self.operand(expr).err().unwrap_or_else(words::where_not_boolean)),
        }
    }

    fn tests(&mut self, tests: &[Expr]) -> Result<Vec<Test>> {
        let lower = |expr: &Expr| match expr.is_test() && !is_size(expr) {
            true => self.test(expr),
            false => Err(words::and_or_operand()),
        };
        tests.iter().map(lower).collect()
    }

    fn is(&mut self, value: &Expr, type_name: &str, expr: &Expr) -> Result<Test> {
        let operand = match &value.kind {
            ExprKind::Name(_) | ExprKind::Path(..) => Operand::Path(path::document(value)?),
            ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::Bool(_) | ExprKind::Null => {
                Operand::Value(literal::value(value)?)
            }
            _ => return Err(words::is_operand()),
        };
        let attribute_type = match (type_name, &operand) {
            ("MISSING", Operand::Path(path)) => return Ok(Test::NotExists(path.clone())),
            // A literal is never missing.
            ("MISSING", _) => return Ok(Test::Or(Vec::new())),
            // The same as a comparison with NULL, for a key too.
            ("NULL", _) => {
                let null = Operand::Value(AttributeValue::Null);
                let test = Test::compare(Comparator::Equal, operand, null);
                return test.map_err(|fault| self.values.fault(&fault));
            }
            ("BOOLEAN", _) => AttributeType::Bool,
            ("BLOB", _) => AttributeType::B,
            ("STRING", _) => AttributeType::S,
            ("NUMERIC", _) => AttributeType::N,
            ("STRUCT" | "TUPLE", _) => AttributeType::M,
            ("LIST", _) => AttributeType::L,
            _ => return Err(words::is_type(type_name, expr.at)),
        };
        Ok(Test::IsType { value: operand, attribute_type })
    }

    fn call(&mut self, name: &str, operands: &[Expr], expr: &Expr) -> Result<Test> {
        match name {
            "attribute_exists" | "attribute_not_exists" | "attribute_type" | "begins_with" | "contains" => {
                let operands: Vec<Operand> =
                    operands.iter().map(|expr| self.operand(expr)).collect::<Result<_>>()?;
                match operands.as_slice() {
                    [_, Operand::Value(AttributeValue::S(type_name))]
                        if name == "attribute_type" && AttributeType::from_name(type_name).is_none() =>
                    {
                        Err(words::unknown_type_name(type_name))
                    }
                    _ => Test::function(name, operands).map_err(|fault| self.values.fault(&fault)),
                }
            }
            "if_not_exists" | "list_append" => Err(words::function_in_condition(name)),
            "size" => Err(words::where_not_boolean()),
            "exists" => {
                operands.iter().try_for_each(|expr| match expr.kind {
                    ExprKind::Statement(_) => self.operand(expr).map(drop),
                    _ => Ok(()),
                })?;
                Err(words::unknown_function(name, expr.at))
            }
            _ => Err(words::unknown_function(name, expr.at)),
        }
    }

    /// What a condition compares.
    pub fn operand(&mut self, expr: &Expr) -> Result<Operand> {
        Ok(match &expr.kind {
            ExprKind::Name(_) | ExprKind::Path(..) => Operand::Path(path::document(expr)?),
            ExprKind::Parameter(at) => Operand::Value(self.values.get(*at)?.clone()),
            ExprKind::Missing => return Err(words::missing_literal()),
            ExprKind::Call(name, operands) if name == "size" => {
                self.count(1)?;
                let operands = operands.iter().map(|expr| self.operand(expr)).collect::<Result<_>>()?;
                Operand::size(operands).map_err(|fault| self.values.fault(&fault))?
            }
            ExprKind::Statement(_) => return Err(words::unsupported_token("SELECT", Some(expr.at))),
            ExprKind::Other(word, _) => return Err(words::unsupported_token(word, Some(expr.at))),
            ExprKind::Aggregate(name) => return Err(words::unsupported_token(name, Some(expr.at))),
            _ if expr.is_test() => Operand::Outcome(Box::new(self.test(expr)?)),
            _ => Operand::Value(literal::value(expr)?),
        })
    }
}

fn negate(negated: bool, test: Test) -> Test {
    if negated { Test::Not(Box::new(test)) } else { test }
}

fn comparator(operator: &str) -> Option<Comparator> {
    Some(match operator {
        "=" => Comparator::Equal,
        "<>" => Comparator::NotEqual,
        "<" => Comparator::Less,
        "<=" => Comparator::LessOrEqual,
        ">" => Comparator::Greater,
        ">=" => Comparator::GreaterOrEqual,
        _ => return None,
    })
}
