//! What the operations that take PartiQL statements have in common: the constraints on a statement, and a row in an answer.

use crate::access::Region;
use crate::api::parameters::nest_before_a_bad_number;
use crate::api::value::WireValue;
use crate::error::Result;
use crate::error::constraint::{self, Constraint};
use crate::limits::STATEMENT_CHARACTERS;
use crate::model::codec;
use crate::model::json::{write_encoded, write_map};
use crate::partiql::{Read, Values};

/// A statement with its parameters.
#[derive(Clone, Debug)]
pub struct Given {
    /// The statement.
    pub text: String,
    /// The parameters, not looked at yet.
    pub parameters: Option<Vec<WireValue>>,
}

impl Given {
    /// Checks the members that a statement is given in; `member` names one as the API spells it.
    pub fn new(
        statement: Option<String>,
        parameters: Option<Vec<WireValue>>,
        member: impl Fn(&str) -> String,
    ) -> Result<Given> {
        let camel = |name: &str| {
            let member = member(name);
            let mut characters = member.chars();
            characters
                .next()
                .map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
        };
        let text = statement.ok_or_else(|| constraint::null(&camel("statement")))?;
        if text.is_empty() {
            return Err(constraint::violation(&member("Statement"), Constraint::MinLength(1)));
        }
        if text.chars().count() > STATEMENT_CHARACTERS {
            let most = Constraint::MaxLength(STATEMENT_CHARACTERS as u64);
            return Err(constraint::violation(&member("Statement"), most));
        }
        if parameters.as_ref().is_some_and(Vec::is_empty) {
            return Err(constraint::violation(&member("Parameters"), Constraint::MinLength(1)));
        }
        Ok(Given { text, parameters })
    }

    /// The parameters' values; `statement` is the statement's place in the request, where it has one.
    pub fn values(&mut self, request: &[u8], statement: Option<usize>) -> Result<Values> {
        Values::read(self.parameters.take(), || nest_before_a_bad_number(request, statement))
    }
}

/// Writes what a statement returns of a stored item.
pub fn write_row(read: &Read, stored: &[u8], into: &mut Vec<u8>) -> Result<()> {
    if read.columns.is_none() {
        return write_encoded(stored, into).map_err(Region::internal);
    }
    write_map(&read.row(&codec::decode(stored).map_err(Region::internal)?), into);
    Ok(())
}
