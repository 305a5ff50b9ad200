//! SET and REMOVE, lowered to the actions that UpdateExpression compiles to.
//!
//! Owns which of PartiQL's operators and functions an assignment may have; SET_ADD and SET_DELETE are ADD and DELETE.

use super::ast::{self, Expr, ExprKind};
use super::condition::Conditions;
use super::{Bound, literal, path};
use crate::error::Result;
use crate::error::expression as expression_words;
use crate::error::partiql as words;
use crate::expression::{Action, Change, Comparator, Expression, Test, Update};
use crate::limits::EXPRESSION_OPERATORS;
use crate::model::{AttributeValue, DocumentPath};

struct Assignments<'v> {
    values: &'v Bound<'v>,
    operators: usize,
}

/// The update that a statement's actions make.
pub(super) fn lower(actions: &[ast::Action], values: &Bound) -> Result<Update> {
    let mut assignments = Assignments { values, operators: 0 };
    let lower = |action: &ast::Action| assignments.action(action).transpose();
    let actions: Vec<Action> = actions.iter().filter_map(lower).collect::<Result<_>>()?;
    Update::from_disjoint_actions(actions).map_err(|fault| words::fault(&fault))
}

impl Assignments<'_> {
    fn action(&mut self, action: &ast::Action) -> Result<Option<Action>> {
        Ok(match action {
            ast::Action::Remove(target) => {
                Some(Action { path: path::document(target)?, change: Change::Remove })
            }
            ast::Action::Set(target, value) => {
                let path = path::document(target)?;
                let change = match &value.kind {
                    ExprKind::Call(name, operands) if name == "set_add" || name == "set_delete" => {
                        self.set_operation(name, operands, value, &path)?
                    }
                    _ => Change::Set(self.expression(value)?),
                };
                Some(Action { path, change })
            }
            ast::Action::Insert | ast::Action::Delete => None,
        })
    }

    fn count(&mut self) -> Result<()> {
        self.operators += 1;
        match self.operators > EXPRESSION_OPERATORS {
            true => Err(words::fault(&expression_words::too_many_operators(self.operators))),
            false => Ok(()),
        }
    }

    fn set_operation(
        &mut self,
        name: &str,
        operands: &[Expr],
        call: &Expr,
        target: &DocumentPath,
    ) -> Result<Change> {
        let upper = name.to_uppercase();
        let [first, second] = operands else { return Err(words::set_operation_count(&upper, call.at)) };
        let is_path = matches!(first.kind, ExprKind::Name(_) | ExprKind::Path(..));
        if !is_path || path::document(first)? != *target {
            return Err(self.values.first(words::set_operation_first(&upper, call.at)));
        }
        let value = match &second.kind {
            ExprKind::Bag(_) => Some(literal::value(second)?),
            ExprKind::Parameter(at) => Some(self.values.get(*at)?.clone()),
            _ => None,
        };
        match value {
            Some(value @ (AttributeValue::Ss(_) | AttributeValue::Ns(_) | AttributeValue::Bs(_))) => {
                Ok(if name == "set_add" { Change::Add(value) } else { Change::Delete(value) })
            }
            _ => Err(words::set_operation_second(&upper, first.at)),
        }
    }

    fn expression(&mut self, expr: &Expr) -> Result<Expression> {
        let operator = |name: &str| Err(words::update_operator(name));
        Ok(match &expr.kind {
            ExprKind::Name(_) | ExprKind::Path(..) => Expression::Path(path::document(expr)?),
            ExprKind::Parameter(at) => Expression::Value(self.values.get(*at)?.clone()),
            ExprKind::Missing => return Err(words::missing_literal()),
            ExprKind::Binary(sign @ ("+" | "-"), left, right) => {
                self.count()?;
                let (left, right) = (self.expression(left)?, self.expression(right)?);
                Expression::sum(*sign == "-", left, right).map_err(|fault| self.values.fault(&fault))?
            }
            ExprKind::Binary("=", left, right) => {
                self.count()?;
                let mut conditions = Conditions::new(self.values);
                let (left, right) = (conditions.operand(left)?, conditions.operand(right)?);
                let test = Test::compare(Comparator::Equal, left, right);
                Expression::Outcome(Box::new(test.map_err(|fault| self.values.fault(&fault))?))
            }
            ExprKind::Call(name, operands) => self.call(name, operands, expr)?,
            ExprKind::Sign(sign, _) => {
                return Err(words::fault(&expression_words::operand_count(sign, 1)));
            }
            ExprKind::Binary(name, ..) => return operator(name),
            ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Not(_) => return operator(&expr.shown()),
            ExprKind::Between { .. } | ExprKind::In { .. } => return operator(&expr.shown()),
            ExprKind::Is { .. } => return Err(words::is_in_update()),
            ExprKind::Statement(_) => return Err(words::unsupported_token("SELECT", Some(expr.at))),
            ExprKind::Other(word, _) => return Err(words::unsupported_token(word, Some(expr.at))),
            ExprKind::Aggregate(name) => return Err(words::unsupported_token(name, Some(expr.at))),
            _ => Expression::Value(literal::value(expr)?),
        })
    }

    fn call(&mut self, name: &str, operands: &[Expr], expr: &Expr) -> Result<Expression> {
        match name {
            "if_not_exists" | "list_append" => {
                self.count()?;
                let operands = operands.iter().map(|expr| self.expression(expr)).collect::<Result<_>>()?;
                Expression::function(name, operands).map_err(|fault| self.values.fault(&fault))
            }
            "attribute_exists"
            | "attribute_not_exists"
            | "attribute_type"
            | "begins_with"
            | "contains"
            | "size" => Err(words::function_in_update(name)),
            _ => Err(words::unknown_function(name, expr.at)),
        }
    }
}
