//! Statements as they were written.
//!
//! Owns the shapes that the parser makes and the lowering reads: names and literals, nothing resolved, no table known.

use super::token::Kind;
use crate::error::partiql::Position;

/// An expression. Its height is bounded by the parser, so that walking it needs a bounded stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expr {
    pub kind: ExprKind,
    /// Where its operator, or its first token, stands.
    pub at: Position,
    /// How many expressions stand within each other here.
    pub height: u16,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ExprKind {
    /// A number with its sign, as written.
    Number(String),
    Text(String),
    Bool(bool),
    Null,
    Missing,
    /// A literal in backquotes, by its type.
    Ion(&'static str),
    /// `?`: which one.
    Parameter(usize),
    Name(String),
    Path(Box<Expr>, Vec<Step>),
    List(Vec<Expr>),
    Bag(Vec<Expr>),
    Struct(Vec<(Expr, Expr)>),
    /// `+` or `-` of something that is no number.
    Sign(&'static str, Box<Expr>),
    Not(Box<Expr>),
    /// Chains of AND and of OR are one node each.
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Binary(&'static str, Box<Expr>, Box<Expr>),
    Between {
        negated: bool,
        operands: Box<[Expr; 3]>,
    },
    In {
        negated: bool,
        value: Box<Expr>,
        list: Box<Expr>,
    },
    Is {
        negated: bool,
        value: Box<Expr>,
        type_name: &'static str,
    },
    /// A function: its name in lower case.
    Call(String, Vec<Expr>),
    /// A function over items.
    Aggregate(&'static str),
    Statement(Box<Statement>),
    /// What DynamoDB has nothing for: the word that it begins with, and what a statement of it is called.
    Other(&'static str, &'static str),
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Name(String),
    /// What stands in brackets.
    Index(Expr),
    /// `.*`
    Unpivot(Position),
    /// `[*]`
    Wildcard(Position),
}

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Statement {
    Select(Select),
    Insert(Insert),
    /// UPDATE and DELETE, in either order of their clauses.
    Change(Change),
}

/// Where a statement reads or writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    pub path: Expr,
    pub aliased: bool,
    /// Whether there are more of them.
    pub several: bool,
}

/// SELECT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Select {
    pub projection: Selected,
    pub distinct: bool,
    pub source: Source,
    pub condition: Option<Expr>,
    pub order: Vec<Term>,
    /// A clause that DynamoDB has nothing for, and where its expression stands.
    pub clause: Option<(&'static str, Option<Position>)>,
}

/// What SELECT selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Selected {
    /// `*`
    All,
    /// Expressions, and whether each has an alias.
    List(Vec<(Expr, bool)>),
    /// `VALUE …`, or PIVOT.
    Value,
}

/// One term of ORDER BY.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub key: Expr,
    pub descending: bool,
}

/// INSERT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Insert {
    pub at: Position,
    pub target: Expr,
    pub value: Expr,
    /// `VALUE` stood before the value.
    pub single: bool,
    /// `AT …`
    pub placed: bool,
    /// `ON CONFLICT …`
    pub conflict: bool,
    pub returning: Option<Returning>,
}

/// UPDATE or DELETE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub at: Position,
    pub source: Source,
    pub actions: Vec<Action>,
    pub condition: Option<Expr>,
    pub returning: Option<Returning>,
}

/// What happens to an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Set(Expr, Expr),
    Remove(Expr),
    Insert,
    Delete,
}

/// RETURNING.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Returning {
    /// `all_old`, `modified_new` and so on.
    pub what: &'static str,
    /// Whether `*` follows.
    pub star: bool,
    /// Whether there are more elements.
    pub several: bool,
}

impl Expr {
    /// What a message calls an expression that no attribute value is made of.
    pub fn shown(&self) -> String {
        match &self.kind {
            ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::Bool(_) | ExprKind::Null => "Lit".into(),
            ExprKind::Missing => "MISSING".into(),
            ExprKind::Ion(_) => "Lit".into(),
            ExprKind::Parameter(_) => "Parameter".into(),
            ExprKind::Name(_) => "Id".into(),
            ExprKind::Path(..) => "Path".into(),
            ExprKind::List(_) => "List".into(),
            ExprKind::Bag(_) => "Bag".into(),
            ExprKind::Struct(_) => "Struct".into(),
            ExprKind::Sign(name, _) | ExprKind::Binary(name, ..) => (*name).into(),
            ExprKind::Not(_) => "not".into(),
            ExprKind::And(_) => "and".into(),
            ExprKind::Or(_) => "or".into(),
            ExprKind::Between { .. } => "between".into(),
            ExprKind::In { .. } => "in".into(),
            ExprKind::Is { .. } => "IsType".into(),
            ExprKind::Call(name, _) => name.clone(),
            ExprKind::Aggregate(name) => (*name).into(),
            ExprKind::Statement(_) => "SELECT".into(),
            ExprKind::Other(word, _) => (*word).into(),
        }
    }

    /// Whether it is a statement that writes, which no operator takes.
    pub fn is_change(&self) -> bool {
        let ExprKind::Statement(statement) = &self.kind else { return false };
        !matches!(**statement, Statement::Select(_))
    }

    /// Whether the expression says true or false of an item.
    pub fn is_test(&self) -> bool {
        matches!(
            self.kind,
            ExprKind::Not(_)
                | ExprKind::And(_)
                | ExprKind::Or(_)
                | ExprKind::Binary(..)
                | ExprKind::Between { .. }
                | ExprKind::In { .. }
                | ExprKind::Is { .. }
                | ExprKind::Call(..)
                | ExprKind::Aggregate(_)
                | ExprKind::Sign(..)
        )
    }
}

impl Statement {
    /// How high the highest of its expressions is.
    pub fn height(&self) -> u16 {
        let condition = |condition: &Option<Expr>| condition.as_ref().map_or(0, |expr| expr.height);
        match self {
            Statement::Select(select) => {
                let selected = match &select.projection {
                    Selected::List(list) => list.iter().map(|(expr, _)| expr.height).max().unwrap_or(0),
                    Selected::All | Selected::Value => 0,
                };
                let order = select.order.iter().map(|term| term.key.height).max().unwrap_or(0);
                selected.max(order).max(select.source.path.height).max(condition(&select.condition))
            }
            Statement::Insert(insert) => insert.value.height.max(insert.target.height),
            Statement::Change(change) => {
                let action = |action: &Action| match action {
                    Action::Set(path, value) => path.height.max(value.height),
                    Action::Remove(path) => path.height,
                    Action::Insert | Action::Delete => 0,
                };
                let actions = change.actions.iter().map(action).max().unwrap_or(0);
                actions.max(change.source.path.height).max(condition(&change.condition))
            }
        }
    }
}

/// Whether a token may be the name of a table or an attribute.
pub(super) fn is_name(kind: &Kind) -> bool {
    matches!(kind, Kind::Name(_) | Kind::Quoted(_))
}
