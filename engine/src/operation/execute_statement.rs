//! [ExecuteStatement](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html).

use crate::access::{Context, Region};
use crate::api::decode::decode;
use crate::api::statement::ExecuteStatementInput;
use crate::capacity::{ReadMode, ReturnConsumedCapacity};
use crate::error::constraint::{Constraint, Violations};
use crate::error::{Result, constraint, partiql as words};
use crate::model::AttributeValue;
use crate::model::json::write_map;
use crate::partiql::{Parsed, Prepared, Values, digest, lower, parse, select};

use super::answer::Answer;
use super::constraints;
use super::direct::Answered;
use super::parameters as read;
use super::statement_request::{Given, write_row};

/// The longest NextToken.
const NEXT_TOKEN_CHARACTERS: u64 = 32768;

/// A request that may be carried out many times: its statement is parsed, and lowered anew with each set of parameters.
#[derive(Clone, Debug)]
pub struct Statement {
    text: String,
    parsed: Parsed,
    values: Values,
    next_token: Option<String>,
    limit: Option<u64>,
    consistent: bool,
    consumed: ReturnConsumedCapacity,
    return_old_on_failure: bool,
}

impl Statement {
    /// Reads and checks a request.
    pub fn read(request: &[u8]) -> Result<Statement> {
        let input: ExecuteStatementInput = decode(request)?;
        let mut given = Given::new(input.statement, input.parameters, str::to_owned)?;
        match input.next_token.as_ref().map(|token| token.len() as u64) {
            Some(0) => return Err(constraint::violation("NextToken", Constraint::MinLength(1))),
            Some(length) if length > NEXT_TOKEN_CHARACTERS => {
                return Err(constraint::violation("NextToken", Constraint::MaxLength(NEXT_TOKEN_CHARACTERS)));
            }
            _ => {}
        }
        let consumed = read::return_consumed_capacity(input.return_consumed_capacity.as_deref())?;
        let mut violations = Violations::default();
        violations.at_least(input.limit.unwrap_or(1).into(), "limit", 1);
        let on_failure = input.return_values_on_condition_check_failure.as_deref();
        let return_old_on_failure = constraints::on_failure(&mut violations, on_failure);
        violations.into_result()?;
        let values = given.values(request, None)?;
        Ok(Statement {
            parsed: parse(&given.text)?,
            text: given.text,
            values,
            next_token: input.next_token,
            limit: input.limit.map(|limit| limit.unsigned_abs().into()),
            consistent: input.consistent_read.unwrap_or(false),
            consumed,
            return_old_on_failure,
        })
    }

    /// Shows every scalar of the request, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        self.values.scalars_mut(visit);
    }

    /// Runs one statement: a page of a SELECT, or a write of one item.
    pub fn carry_out(
        &mut self,
        region: &mut Region,
        context: &mut Context,
        answered: Answered,
    ) -> Result<Vec<u8>> {
        let asked = &*self;
        match lower(region, &asked.parsed, &asked.values)? {
            Prepared::Exists(_) | Prepared::Expression => Err(words::exists_outside_transaction()),
            Prepared::Unsupported(name) => Err(words::unsupported_operation(&name)),
            Prepared::Read(read) => {
                let mode = ReadMode::consistent(asked.consistent);
                let token = (digest(&asked.text, &asked.values), asked.next_token.as_deref());
                let rows = select(region, context, &read, (asked.limit, mode), token)?;
                answered.with(|| {
                    let mut answer = Answer::new();
                    answer.list("Items", &rows.items, |item, into| write_row(&read, item, into))?;
                    answer.optional("NextToken", rows.next_token);
                    if let Some(last) = &rows.last {
                        answer.item("LastEvaluatedKey", last);
                    }
                    Ok(asked.finish(answer, context, &read.table))
                })
            }
            Prepared::Write(write) => {
                let keyed = write.resolve(region)?;
                let shown = keyed.run(region, context, asked.return_old_on_failure)?;
                answered.with(|| {
                    let mut answer = Answer::new();
                    answer.list("Items", &shown, |item, into| {
                        write_map(item, into);
                        Ok(())
                    })?;
                    Ok(asked.finish(answer, context, keyed.table()))
                })
            }
        }
    }

    fn finish(&self, mut answer: Answer, context: &Context, table: &str) -> Vec<u8> {
        answer.optional("ConsumedCapacity", context.meter.one(table, self.consumed, false));
        answer.finish()
    }
}

/// Runs one statement: a page of a SELECT, or a write of one item.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    Statement::read(request)?.carry_out(region, context, Answered::Yes)
}
