//! The expression language: conditions, filters, key conditions, updates and projections.
//!
//! Owns everything from an expression's text to its effect on an item. Never knows a table or a request: key attributes
//! are given by name. Each kind is compiled once and then applied to many items without touching its text again.
//!
//! The order in which faults are reported is the service's: the form of the placeholders, the syntax of one expression
//! after the other, redundant parentheses, then names and functions from left to right, the number of operators, and
//! last what each operator takes. A key condition meets its schema only after [`Placeholders::finish`].
//!
//! Follows [Expressions](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html).

mod ast;
mod check;
mod condition;
mod evaluate;
pub mod java;
mod key_condition;
pub mod legacy;
pub mod legacy_update;
mod lexer;
mod locate;
mod parser;
mod paths;
mod placeholders;
mod projection;
mod reserved;
mod show;
mod update;
mod update_apply;
mod update_cost;

pub use crate::error::expression::{Envelope, ExpressionKind};
pub use ast::Comparator;
pub use condition::{Condition, Operand, Test};
pub use java::in_java_order;
pub use key_condition::{KeyCondition, KeyPart, KeyRange, RangeCondition};
pub use locate::{Located, locate};
pub use placeholders::Placeholders;
pub use projection::Projection;
pub use reserved::is_reserved;
pub use update::{Action, Change, Expression, Update};
