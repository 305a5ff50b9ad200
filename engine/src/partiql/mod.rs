//! PartiQL: statements read, and lowered to what the other operations are made of.
//!
//! Owns everything from a statement's text to the reads and writes that it comes to: the lexer, the grammar, the lowering to
//! the conditions, updates and projections of [`crate::expression`], the plan of a SELECT, and the token that a page ends with.
//! Never reads or writes an item itself ([`crate::access`] does) and never words a response.
//!
//! A statement's life: [`parse`] reads its text, once; [`lower`] lowers it with its parameters, looking at no more of the tables
//! than the service does before (whether the index that is read has a key that PartiQL cannot read); then [`select`], [`Write::resolve`] or [`get`] find
//! its table. The order in which faults are reported is the service's: parameters, text, what the clauses mean, the table,
//! its keys.
//!
//! Follows [PartiQL for DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html).

mod ast;
mod condition;
mod cursor;
mod keywords;
mod lexer;
mod literal;
mod locate;
mod lower;
mod parser;
mod path;
mod plan;
mod read;
mod statement;
mod token;
mod update;
mod write;

pub use cursor::digest;
pub use locate::locate;
pub use lower::{Column, Parsed, Prepared, Read, lower, parse};
pub use read::{Rows, exists, get, key_of, select, single_key};
pub use write::{Keyed, Returning, Write};

use crate::api::value::WireValue;
use crate::error::expression::Fault;
use crate::error::partiql as words;
use crate::error::value::ValueError;
use crate::error::{ApiError, Result};
use crate::model::AttributeValue;

/// The parameters of a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(Vec<AttributeValue>);

impl Values {
    /// Reads the parameters: the first that is no value is the fault. `nest_first` says, where that is a bad number, whether a
    /// value nests too deeply before it.
    pub fn read(parameters: Option<Vec<WireValue>>, nest_first: impl Fn() -> bool) -> Result<Values> {
        let read = |value: WireValue| {
            value.read().map_err(|error| match error {
                ValueError::Number(..) if nest_first() => literal::parameter(ValueError::Nesting),
                error => literal::parameter(error),
            })
        };
        parameters.unwrap_or_default().into_iter().map(read).collect::<Result<_>>().map(Values)
    }

    /// Shows every scalar of the parameters, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        self.0.iter_mut().for_each(|value| value.scalars_mut(visit));
    }
}

/// The parameters of a statement that asks for so many.
struct Bound<'v> {
    values: &'v Values,
    asked: usize,
}

impl Bound<'_> {
    fn get(&self, at: usize) -> Result<&AttributeValue> {
        self.values.0.get(at).ok_or_else(words::parameter_count)
    }

    /// What is wrong with an operand.
    fn fault(&self, fault: &Fault) -> ApiError {
        self.first(words::fault(fault))
    }

    /// What is wrong, but that a parameter is missing is told before it.
    fn first(&self, error: ApiError) -> ApiError {
        if self.asked > self.values.0.len() { words::parameter_count() } else { error }
    }
}
