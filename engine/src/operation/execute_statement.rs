//! [ExecuteStatement](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html).

use crate::access::{Context, Region};
use crate::api::decode::decode;
use crate::api::statement::ExecuteStatementInput;
use crate::capacity::ReadMode;
use crate::error::constraint::{Constraint, Violations};
use crate::error::{Result, constraint, partiql as words};
use crate::model::json::write_map;
use crate::partiql::{Prepared, digest, prepare, select};

use super::answer::Answer;
use super::constraints;
use super::parameters as read;
use super::statement_request::{Given, write_row};

/// The longest NextToken.
const NEXT_TOKEN_CHARACTERS: u64 = 32768;

/// Runs one statement: a page of a SELECT, or a write of one item.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: ExecuteStatementInput = decode(request)?;
    let mut given = Given::new(input.statement, input.parameters, str::to_owned)?;
    let next_token = input.next_token.as_deref();
    match next_token.map(|token| token.len() as u64) {
        Some(0) => return Err(constraint::violation("NextToken", Constraint::MinLength(1))),
        Some(length) if length > NEXT_TOKEN_CHARACTERS => {
            return Err(constraint::violation("NextToken", Constraint::MaxLength(NEXT_TOKEN_CHARACTERS)));
        }
        _ => {}
    }
    let consumed = read::return_consumed_capacity(input.return_consumed_capacity.as_deref())?;
    let mut violations = Violations::default();
    violations.at_least(input.limit.unwrap_or(1).into(), "limit", 1);
    let limit = input.limit.map(|limit| limit.unsigned_abs().into());
    let on_failure = input.return_values_on_condition_check_failure.as_deref();
    let return_old_on_failure = constraints::on_failure(&mut violations, on_failure);
    violations.into_result()?;
    let values = given.values(request, None)?;
    let mut answer = Answer::new();
    let table = match prepare(region, &given.text, &values)? {
        Prepared::Exists(_) | Prepared::Expression => return Err(words::exists_outside_transaction()),
        Prepared::Unsupported(name) => return Err(words::unsupported_operation(&name)),
        Prepared::Read(read) => {
            let mode = ReadMode::consistent(input.consistent_read.unwrap_or(false));
            let token = (digest(&given.text, &values), next_token);
            let rows = select(region, context, &read, (limit, mode), token)?;
            answer.list("Items", &rows.items, |item, into| write_row(&read, item, into))?;
            answer.optional("NextToken", rows.next_token);
            if let Some(last) = &rows.last {
                answer.item("LastEvaluatedKey", last);
            }
            read.table
        }
        Prepared::Write(write) => {
            let keyed = write.resolve(region)?;
            let shown = keyed.run(region, context, return_old_on_failure)?;
            answer.list("Items", &shown, |item, into| {
                write_map(item, into);
                Ok(())
            })?;
            keyed.table().to_owned()
        }
    };
    answer.optional("ConsumedCapacity", context.meter.one(&table, consumed, false));
    Ok(answer.finish())
}
