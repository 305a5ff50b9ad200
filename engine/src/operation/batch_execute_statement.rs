//! [BatchExecuteStatement](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html).

use std::collections::BTreeSet;

use crate::access::{Context, ItemKey, Region};
use crate::api::decode::decode;
use crate::api::statement::BatchExecuteStatementInput;
use crate::capacity::{Meter, ReadMode, ReturnConsumedCapacity};
use crate::error::constraint::{Constraint, Violations};
use crate::error::{ApiError, Result, constraint, partiql as words, request as request_words};
use crate::limits::BATCH_STATEMENTS;
use crate::model::AttributeValue;
use crate::partiql::{Keyed, Parsed, Prepared, Read, Values, get, lower, parse, single_key};

use super::answer::Answer;
use super::constraints;
use super::direct::Answered;
use super::statement_request::{Given, write_row};

/// A statement of a batch whose item is known.
enum One {
    Read(Read, ItemKey, ReadMode),
    Write(Keyed),
}

impl One {
    fn place(&self) -> (&str, &[u8]) {
        match self {
            One::Read(read, key, _) => (&read.table, &key.bytes),
            One::Write(keyed) => (keyed.table(), &keyed.key().bytes),
        }
    }
}

fn resolve(region: &Region, prepared: Prepared, mode: ReadMode) -> Result<One> {
    match prepared {
        Prepared::Read(read) => {
            let key = single_key(region, &read)?.ok_or_else(words::batch_select)?;
            Ok(One::Read(read, key, mode))
        }
        Prepared::Write(write) => Ok(One::Write(write.resolve(region)?)),
        Prepared::Exists(_) | Prepared::Expression => Err(words::exists_outside_transaction()),
        Prepared::Unsupported(_) => Err(words::batch_operation()),
    }
}

/// What one statement returns, as the start of its answer.
fn run(region: &mut Region, context: &mut Context, one: &One) -> Result<Answer> {
    let mut answer = Answer::new();
    match one {
        One::Read(read, key, mode) => {
            let found = get(region, context, read, key, *mode)?;
            if let Some(found) = found {
                answer.written("Item", |into| write_row(read, &found, into))?;
            }
        }
        // The service takes ReturnValuesOnConditionCheckFailure here and never returns an item for it.
        One::Write(keyed) => {
            if let Some(item) = keyed.run(region, context, false)? {
                answer.item("Item", &item);
            }
        }
    }
    answer.value("TableName", one.place().0);
    Ok(answer)
}

fn refused(error: &ApiError, table: Option<&str>) -> Answer {
    let mut fault = Answer::new();
    fault.value("Code", words::batch_code(error.kind));
    fault.value("Message", &error.message);
    let mut answer = Answer::new();
    answer.nested("Error", fault);
    answer.optional("TableName", table);
    answer
}

/// A statement as the request gives it.
#[derive(Clone, Debug)]
struct Statement {
    /// What is wrong with its text or its parameters is told beside the others' answers.
    parsed: Result<Parsed>,
    values: Result<Values>,
    mode: ReadMode,
}

impl Statement {
    fn prepare(&self, region: &Region) -> Result<Prepared> {
        let values = self.values.as_ref().map_err(Clone::clone)?;
        lower(region, self.parsed.as_ref().map_err(Clone::clone)?, values)
    }
}

/// A request that may be carried out many times: its statements are parsed, and lowered anew with each set of parameters.
#[derive(Clone, Debug)]
pub struct BatchStatements {
    statements: Vec<Statement>,
    consumed: ReturnConsumedCapacity,
}

impl BatchStatements {
    /// Reads and checks a request.
    pub fn read(request: &[u8]) -> Result<BatchStatements> {
        let input: BatchExecuteStatementInput = decode(request)?;
        let statements = input.statements.ok_or_else(|| constraint::null("statements"))?;
        if statements.is_empty() {
            return Err(constraint::violation("Statements", Constraint::MinLength(1)));
        }
        if statements.len() > BATCH_STATEMENTS {
            return Err(constraint::violation("Statements", Constraint::MaxLength(BATCH_STATEMENTS as u64)));
        }
        let mut violations = Violations::default();
        let mut given = Vec::new();
        for (at, one) in statements.into_iter().enumerate() {
            let member = |name: &str| format!("Statements.{}.member.{name}", at + 1);
            let on_failure = one.return_values_on_condition_check_failure.as_deref();
            let place = format!("statements.{}.member", at + 1);
            constraints::return_on_failure(&mut violations, on_failure, &place);
            let mode = ReadMode::consistent(one.consistent_read.unwrap_or(false));
            given.push((Given::new(one.statement, one.parameters, member)?, mode));
        }
        let consumed = constraints::consumed(&mut violations, input.return_consumed_capacity.as_deref());
        violations.into_result()?;
        let read = |(at, (mut given, mode)): (usize, (Given, ReadMode))| Statement {
            values: given.values(request, Some(at)),
            parsed: parse(&given.text),
            mode,
        };
        Ok(BatchStatements { statements: given.into_iter().enumerate().map(read).collect(), consumed })
    }

    /// Shows every scalar of the request, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        let values = self.statements.iter_mut().flat_map(|statement| &mut statement.values);
        values.for_each(|values| values.scalars_mut(visit));
    }

    /// Runs up to 25 statements, all reads or all writes of single items, each by itself.
    pub fn carry_out(
        &mut self,
        region: &mut Region,
        context: &mut Context,
        answered: Answered,
    ) -> Result<Vec<u8>> {
        let prepared: Vec<(Result<Prepared>, ReadMode)> =
            self.statements.iter().map(|statement| (statement.prepare(region), statement.mode)).collect();
        let has =
            |wanted: fn(&Prepared) -> bool| prepared.iter().any(|(one, _)| one.as_ref().is_ok_and(wanted));
        if has(|one| matches!(one, Prepared::Read(_))) && has(|one| matches!(one, Prepared::Write(_))) {
            return Err(words::batch_mixed());
        }
        let resolved: Vec<Result<One>> = prepared
            .into_iter()
            .map(|(one, mode)| one.and_then(|prepared| resolve(region, prepared, mode)))
            .collect();
        let mut seen = BTreeSet::new();
        if resolved.iter().flatten().any(|one| !seen.insert(one.place())) {
            return Err(request_words::duplicate_keys());
        }

        // What failed is not shown as consumed.
        let mut shown = Meter::default();
        let mut responses = Vec::new();
        context.fork();
        for one in &resolved {
            let before = std::mem::take(&mut context.meter);
            let response = match one {
                Err(error) => refused(error, None),
                Ok(one) => match run(region, context, one) {
                    Ok(answer) => {
                        shown.absorb(context.meter.clone());
                        answer
                    }
                    Err(error) => refused(&error, Some(one.place().0)),
                },
            };
            let used = std::mem::replace(&mut context.meter, before);
            context.meter.absorb(used);
            responses.push(response);
        }
        context.join();
        answered.with(|| {
            let mut answer = Answer::new();
            answer.list("Responses", responses, |response, into| {
                into.extend_from_slice(&response.finish());
                Ok(())
            })?;
            let consumed = shown.all(self.consumed, false).filter(|_| !shown.is_empty());
            answer.optional("ConsumedCapacity", consumed);
            Ok(answer.finish())
        })
    }
}

/// Runs up to 25 statements, all reads or all writes of single items, each by itself.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    BatchStatements::read(request)?.carry_out(region, context, Answered::Yes)
}
