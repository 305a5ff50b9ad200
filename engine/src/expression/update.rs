//! Updates, compiled: SET, REMOVE, ADD, DELETE.
//!
//! Owns what each action takes. What an update does to an item is in `update_apply`. The legacy AttributeUpdates become
//! actions too: [`Update::from_actions`].
//!
//! Follows [Update expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html).

use super::Test;
use super::ast::{RawAction, RawCall, RawOperand, RawPath, RawValue, Section};
use super::placeholders::Placeholders;
use super::projection::Projection;
use super::{check, parser, paths};
use crate::error::expression::{self as words, ExpressionKind, Fault};
use crate::error::{ApiError, Result, legacy};
use crate::model::{AttributeType, AttributeValue, DocumentPath, Item};

/// A compiled update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    actions: Vec<Action>,
    /// The order in which they are carried out.
    order: Vec<usize>,
    touched: Projection,
    /// Whether it was given as AttributeUpdates.
    legacy: bool,
}

/// One action: what happens at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Where.
    pub path: DocumentPath,
    /// What.
    pub change: Change,
}

/// What an action does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Puts the expression's value there.
    Set(Expression),
    /// Takes away what is there.
    Remove,
    /// Adds a number to a number, or the elements of a set to a set of its type.
    Add(AttributeValue),
    /// Takes the elements of a set from a set of its type.
    Delete(AttributeValue),
}

/// What SET computes; every path reads the item as it was before the update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// What stands at a path.
    Path(DocumentPath),
    /// A value of the request.
    Value(AttributeValue),
    /// What stands at a path, or else that.
    IfNotExists(DocumentPath, Box<Expression>),
    /// Two lists, one after the other.
    ListAppend(Box<Expression>, Box<Expression>),
    /// A sum.
    Plus(Box<Expression>, Box<Expression>),
    /// A difference.
    Minus(Box<Expression>, Box<Expression>),
    /// Whether a test holds: true or false. Only PartiQL has it.
    Outcome(Box<Test>),
}

impl Expression {
    fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        match self {
            Expression::Path(_) => {}
            Expression::Value(value) => value.scalars_mut(visit),
            Expression::IfNotExists(_, otherwise) => otherwise.scalars_mut(visit),
            Expression::ListAppend(one, two) | Expression::Plus(one, two) | Expression::Minus(one, two) => {
                one.scalars_mut(visit);
                two.scalars_mut(visit);
            }
            Expression::Outcome(test) => test.scalars_mut(visit),
        }
    }

    fn collect_paths<'e>(&'e self, into: &mut Vec<&'e DocumentPath>) {
        match self {
            Expression::Path(path) => into.push(path),
            Expression::Value(_) => {}
            Expression::Outcome(test) => test.collect_paths(into),
            Expression::IfNotExists(path, otherwise) => {
                into.push(path);
                otherwise.collect_paths(into);
            }
            Expression::ListAppend(one, two) | Expression::Plus(one, two) | Expression::Minus(one, two) => {
                one.collect_paths(into);
                two.collect_paths(into);
            }
        }
    }
}

impl Update {
    /// Compiles an UpdateExpression.
    pub fn compile(text: &str, placeholders: &mut Placeholders) -> Result<Update> {
        match compile(text, placeholders) {
            Ok(actions) => Ok(Update::from_actions(actions)),
            Err(fault) => Err(placeholders.refuse(ExpressionKind::UpdateExpression, &fault)),
        }
    }

    /// The update of AttributeUpdates.
    pub(super) fn from_attribute_updates(actions: Vec<Action>) -> Update {
        Update { legacy: true, ..Update::from_actions(actions) }
    }

    /// An update that has no text; the actions' paths must not overlap.
    pub fn from_actions(actions: Vec<Action>) -> Update {
        let touched = Projection::from_paths(actions.iter().map(|action| action.path.clone()).collect());
        let last = actions.len().saturating_sub(1);
        let backwards: Vec<&DocumentPath> = actions.iter().rev().map(|action| &action.path).collect();
        let order = paths::tree_order(&backwards).into_iter().map(|at| last - at).collect();
        Update { actions, order, touched, legacy: false }
    }

    /// The same; actions that get in each other's way are refused.
    pub fn from_disjoint_actions(actions: Vec<Action>) -> std::result::Result<Update, Fault> {
        paths::check_disjoint(&actions.iter().map(|action| &action.path).collect::<Vec<_>>())?;
        Ok(Update::from_actions(actions))
    }

    /// Shows every scalar of the request in it, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        for action in &mut self.actions {
            match &mut action.change {
                Change::Set(expression) => expression.scalars_mut(visit),
                Change::Remove => {}
                Change::Add(value) | Change::Delete(value) => value.scalars_mut(visit),
            }
        }
    }

    /// The actions, in the order of the text.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// The actions in the order in which they are carried out, which shows in which fault is reported.
    pub(super) fn in_order(&self) -> impl Iterator<Item = &Action> {
        self.order.iter().map(|at| &self.actions[*at])
    }

    /// Whether it was given as AttributeUpdates.
    pub(super) fn is_legacy(&self) -> bool {
        self.legacy
    }

    /// The fault of an attribute of another type than its action takes.
    pub(super) fn mismatch(&self) -> ApiError {
        if self.legacy { legacy::update_type_mismatch() } else { words::update_operand_type() }
    }

    /// The paths that the update writes or removes, in the order of the text.
    pub fn paths(&self) -> &[DocumentPath] {
        self.touched.paths()
    }

    /// The paths that the update reads.
    pub fn reads(&self) -> Vec<&DocumentPath> {
        let mut paths = Vec::new();
        for action in &self.actions {
            if let Change::Set(expression) = &action.change {
                expression.collect_paths(&mut paths);
            }
        }
        paths
    }

    /// What UPDATED_OLD and UPDATED_NEW return of the item before or after: only what the update names.
    pub fn touched(&self, item: &Item) -> Item {
        self.touched.apply(item)
    }

    /// The value of the request that SET gives the whole attribute, where it is one as it stands.
    pub fn sets(&self, attribute: &str) -> Option<&AttributeValue> {
        let action = self.actions.iter().find(|a| a.path.is_top_level() && a.path.root() == attribute)?;
        match &action.change {
            Change::Set(Expression::Value(value)) => Some(value),
            _ => None,
        }
    }

    /// Refuses an update of a key attribute: the first of the key is named.
    pub fn check_key<'k>(&self, key: impl IntoIterator<Item = &'k str>) -> Result<()> {
        match key.into_iter().find(|name| self.paths().iter().any(|path| path.root() == *name)) {
            Some(name) => Err(words::update_of_key(name)),
            None => Ok(()),
        }
    }

    /// Refuses an update inside an index's key attribute, which is never a document.
    pub fn check_index_keys<'k>(&self, keys: impl IntoIterator<Item = &'k str> + Clone) -> Result<()> {
        for path in self.paths().iter().filter(|path| !path.is_top_level()) {
            if keys.clone().into_iter().any(|name| name == path.root()) {
                return Err(words::index_key_not_scalar(path.root()));
            }
        }
        Ok(())
    }
}

/// Compiles an update.
pub(super) fn compile(
    text: &str,
    placeholders: &mut Placeholders,
) -> std::result::Result<Vec<Action>, Fault> {
    let parsed = parser::update(text)?;
    check::update(&parsed)?;
    let raw: Vec<&RawPath> = parsed.tree.iter().map(|action| &action.path).collect();
    let paths = paths::resolve_disjoint(&raw, placeholders)?;
    check::operators(&parsed)?;
    // From the last action to the first, as the service does: that shows in which fault it reports.
    let mut actions = Vec::with_capacity(paths.len());
    for (raw, path) in parsed.tree.iter().zip(paths).rev() {
        actions.push(Action { path, change: change(raw, placeholders)? });
    }
    actions.reverse();
    Ok(actions)
}

fn change(raw: &RawAction, placeholders: &mut Placeholders) -> std::result::Result<Change, Fault> {
    let Some(raw_value) = &raw.value else { return Ok(Change::Remove) };
    let value = value(raw_value, placeholders)?;
    match (raw.section, value) {
        (Section::Set, value) => Ok(Change::Set(value)),
        (Section::Remove, _) => unreachable!("REMOVE has no value"),
        (section, Expression::Value(value)) => {
            use AttributeType::{Bs, N, Ns, Ss};
            match (section, value.attribute_type()) {
                (Section::Add, N | Ss | Ns | Bs) => Ok(Change::Add(value)),
                (Section::Delete, Ss | Ns | Bs) => Ok(Change::Delete(value)),
                (_, other) => Err(words::section_operand_type(section.name(), long_name(other))),
            }
        }
        (_, _) => unreachable!("ADD and DELETE have a placeholder's value"),
    }
}

fn value(raw: &RawValue, placeholders: &mut Placeholders) -> std::result::Result<Expression, Fault> {
    match raw {
        RawValue::Operand(raw) => operand(raw, placeholders),
        RawValue::Sum { minus, left, right } => {
            let (left, right) = (operand(left, placeholders)?, operand(right, placeholders)?);
            Expression::sum(*minus, left, right)
        }
    }
}

fn operand(raw: &RawOperand, placeholders: &mut Placeholders) -> std::result::Result<Expression, Fault> {
    Ok(match raw {
        RawOperand::Path(path) => Expression::Path(paths::resolve(path, placeholders)?),
        RawOperand::Value(placeholder) => Expression::Value(placeholders.value(placeholder)?.clone()),
        RawOperand::Call(function) => call(function, placeholders)?,
    })
}

fn call(function: &RawCall, placeholders: &mut Placeholders) -> std::result::Result<Expression, Fault> {
    let operands =
        function.operands.iter().map(|o| operand(o, placeholders)).collect::<std::result::Result<_, _>>()?;
    Expression::function(&function.name, operands)
}

/// Expressions out of their operands, each with the checks of what it takes.
impl Expression {
    /// A sum, or a difference.
    pub fn sum(minus: bool, left: Expression, right: Expression) -> std::result::Result<Expression, Fault> {
        let (symbol, make): (_, fn(_, _) -> _) = match minus {
            true => ("-", Expression::Minus),
            false => ("+", Expression::Plus),
        };
        require(symbol, [&left, &right], AttributeType::N)?;
        Ok(make(Box::new(left), Box::new(right)))
    }

    /// `if_not_exists` or `list_append`.
    pub fn function(name: &str, operands: Vec<Expression>) -> std::result::Result<Expression, Fault> {
        let [first, second]: [Expression; 2] =
            operands.try_into().map_err(|all: Vec<Expression>| words::operand_count(name, all.len()))?;
        match (name, first) {
            ("if_not_exists", Expression::Path(path)) => match second {
                Expression::Path(other) if other == path => {
                    Err(words::operands_not_distinct(name, &paths::show(&path)))
                }
                second => Ok(Expression::IfNotExists(path, Box::new(second))),
            },
            ("if_not_exists", _) => Err(words::path_required(name)),
            (_, first) => {
                require(name, [&first, &second], AttributeType::L)?;
                Ok(Expression::ListAppend(Box::new(first), Box::new(second)))
            }
        }
    }
}

/// Refuses values of the request that are of another type.
fn require(
    operator: &str,
    operands: [&Expression; 2],
    wanted: AttributeType,
) -> std::result::Result<(), Fault> {
    for operand in operands {
        if let Expression::Value(value) = operand
            && value.attribute_type() != wanted
        {
            return Err(words::operand_type(operator, value.attribute_type().name()));
        }
    }
    Ok(())
}

/// A type under the long name that the messages about ADD and DELETE have.
pub(super) fn long_name(attribute_type: AttributeType) -> &'static str {
    match attribute_type {
        AttributeType::S => "STRING",
        AttributeType::N => "NUMBER",
        AttributeType::B => "BINARY",
        AttributeType::Bool => "BOOLEAN",
        AttributeType::Null => "NULL",
        AttributeType::M => "MAP",
        AttributeType::L => "LIST",
        AttributeType::Ss => "STRING_SET",
        AttributeType::Ns => "NUMBER_SET",
        AttributeType::Bs => "BINARY_SET",
    }
}

#[cfg(test)]
#[path = "update_tests.rs"]
mod tests;
