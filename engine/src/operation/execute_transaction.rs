//! [ExecuteTransaction](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteTransaction.html).

use std::collections::BTreeSet;

use crate::access::{Context, Region, item_key};
use crate::api::decode::decode;
use crate::api::statement::ExecuteTransactionInput;
use crate::capacity::ReturnConsumedCapacity;
use crate::error::constraint::{Constraint, Violations};
use crate::error::{
    ApiError, CancellationReason, ErrorKind, Result, constraint, partiql as words, request as request_words,
    transaction as transaction_words,
};
use crate::limits::TRANSACTION_ITEMS;
use crate::model::AttributeValue;
use crate::partiql::{Parsed, Prepared, Read, Values, Write, exists, key_of, lower, parse};
use crate::transaction::{Action, ItemRead, Token, read_all, refuse_running, remember, run, was_done};

use super::answer::Answer;
use super::constraints;
use super::direct::Answered;
use super::statement_request::{Given, write_row};
use super::transact_request::{check_distinct, check_size};
use super::transact_token as token;

/// What is wrong with one statement of a transaction.
enum Fault {
    /// The request is refused.
    Refused(ApiError),
    /// The transaction is cancelled.
    Missing(ApiError),
}

/// Refuses what a transaction does not take; a table that is not there cancels it.
fn table_of(region: &Region, table: &str) -> std::result::Result<(), Fault> {
    let state = region.active_table(table).map_err(Fault::Missing)?;
    state.saved.table.takes_transactions().map_err(Fault::Refused)
}

fn get_of(region: &Region, read: &Read) -> std::result::Result<ItemRead, Fault> {
    table_of(region, &read.table)?;
    if read.index.is_some() {
        return Err(Fault::Refused(words::transaction_index()));
    }
    let key = key_of(region, read).map_err(Fault::Refused)?;
    let attributes = key.ok_or_else(|| Fault::Refused(words::transaction_select()))?;
    let table = &region.active_table(&read.table).map_err(Fault::Missing)?.saved.table;
    Ok(ItemRead { table: read.table.clone(), key: item_key(table, attributes) })
}

fn action_of(region: &Region, one: Changes, return_old: bool) -> std::result::Result<Action, Fault> {
    match one {
        Changes::Write(write) => {
            table_of(region, &write.table)?;
            write.check_returning().map_err(Fault::Refused)?;
            if write.returning.is_some() {
                return Err(Fault::Refused(words::transaction_returning()));
            }
            write.action(region, return_old).map_err(Fault::Refused)
        }
        Changes::Exists(read) => {
            table_of(region, &read.table)?;
            if read.index.is_some() {
                return Err(Fault::Refused(words::exists_index()));
            }
            exists(region, &read, return_old).map_err(Fault::Refused)
        }
    }
}

/// A statement that takes part in a writing transaction.
enum Changes {
    Write(Write),
    Exists(Read),
}

/// What a statement comes to, or that its table is missing.
type Found<T> = std::result::Result<T, ApiError>;

/// Takes out the refusal.
fn found<T>(one: std::result::Result<T, Fault>) -> Result<Found<T>> {
    match one {
        Ok(one) => Ok(Ok(one)),
        Err(Fault::Missing(error)) => Ok(Err(error)),
        Err(Fault::Refused(error)) => Err(error),
    }
}

/// The statements, or a cancellation where a table is missing.
fn sound<T>(all: Vec<Found<T>>, key: impl Fn(&T) -> Option<ApiError>) -> Result<Vec<T>> {
    if all.iter().all(Found::is_ok) {
        return Ok(all.into_iter().filter_map(Found::ok).collect());
    }
    let reason = |one: &Found<T>| {
        let (code, error) = match one {
            Err(error) => ("ResourceNotFound", Some(error.clone())),
            Ok(one) => ("ValidationError", key(one)),
        };
        error.map_or_else(CancellationReason::none, |error| CancellationReason {
            code,
            message: Some(error.message),
            item: None,
        })
    };
    Err(transaction_words::cancelled(all.iter().map(reason).collect()))
}

/// A statement as the request gives it.
#[derive(Clone, Debug)]
struct Statement {
    parsed: Parsed,
    values: Values,
    return_old: bool,
}

/// A request that may be carried out many times: its statements are parsed, and lowered anew with each set of parameters.
#[derive(Clone, Debug)]
pub struct TransactStatements {
    statements: Vec<Statement>,
    token: Option<Token>,
    consumed: ReturnConsumedCapacity,
}

impl TransactStatements {
    /// Reads and checks a request.
    pub fn read(request: &[u8]) -> Result<TransactStatements> {
        let input: ExecuteTransactionInput = decode(request)?;
        let statements = input.transact_statements.ok_or_else(|| constraint::null("transactStatements"))?;
        if statements.is_empty() {
            return Err(constraint::violation("TransactStatements", Constraint::MinLength(1)));
        }
        if statements.len() > TRANSACTION_ITEMS {
            let most = Constraint::MaxLength(TRANSACTION_ITEMS as u64);
            return Err(constraint::violation("TransactStatements", most));
        }
        let mut violations = Violations::default();
        token::check(input.client_request_token.as_deref())?;
        let mut given = Vec::new();
        for (at, one) in statements.into_iter().enumerate() {
            let member = |name: &str| format!("TransactStatements.{}.member.{name}", at + 1);
            let on_failure = one.return_values_on_condition_check_failure.as_deref();
            let place = format!("transactStatements.{}.member", at + 1);
            let on_failure = constraints::return_on_failure(&mut violations, on_failure, &place);
            given.push((Given::new(one.statement, one.parameters, member)?, on_failure));
        }
        let consumed = constraints::consumed(&mut violations, input.return_consumed_capacity.as_deref());
        violations.into_result()?;
        // The parameters of all come before any statement's text.
        let values = given.iter_mut().enumerate();
        let values =
            values.map(|(at, (given, _))| given.values(request, Some(at))).collect::<Result<Vec<_>>>()?;
        let statements = given.into_iter().zip(values).enumerate();
        let statements = statements
            .map(|(at, ((given, return_old), values))| {
                let parsed = parse(&given.text).map_err(|error| words::in_transaction(at, error))?;
                Ok(Statement { parsed, values, return_old })
            })
            .collect::<Result<Vec<_>>>()?;
        let token = token::read(input.client_request_token, request)?;
        Ok(TransactStatements { statements, token, consumed })
    }

    /// Shows every scalar of the request, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        self.statements.iter_mut().for_each(|statement| statement.values.scalars_mut(visit));
    }

    /// Its ClientRequestToken.
    pub fn token_mut(&mut self) -> Option<&mut Token> {
        self.token.as_mut()
    }

    /// Runs up to 100 statements, all reads or all writes, as one transaction.
    pub fn carry_out(
        &mut self,
        region: &mut Region,
        context: &mut Context,
        answered: Answered,
    ) -> Result<Vec<u8>> {
        let (mut reads, mut changes) = (Vec::new(), Vec::new());
        // One after the other is looked at; a table that is not there cancels the transaction at the end.
        for (at, Statement { parsed, values, return_old }) in self.statements.iter().enumerate() {
            let refused = |error| words::in_transaction(at, error);
            match lower(region, parsed, values).map_err(refused)? {
                Prepared::Read(read) => {
                    let get = found(get_of(region, &read)).map_err(refused)?;
                    reads.push((read, get));
                }
                Prepared::Write(write) => {
                    let insert = write.is_insert();
                    let action =
                        found(action_of(region, Changes::Write(write), *return_old)).map_err(refused)?;
                    changes.push((action, insert));
                }
                Prepared::Exists(read) => {
                    let action =
                        found(action_of(region, Changes::Exists(read), *return_old)).map_err(refused)?;
                    changes.push((action, false));
                }
                Prepared::Expression => return Err(words::unsupported_in_transaction()),
                Prepared::Unsupported(name) => return Err(words::unsupported_operation(&name)),
            }
        }
        if !reads.is_empty() && !changes.is_empty() {
            return Err(words::transaction_mixed());
        }
        if changes.is_empty() {
            let (reads, gets): (Vec<Read>, Vec<_>) = reads.into_iter().unzip();
            let found = read_items(region, context, gets)?;
            return answered.with(|| answer_reads(context, &reads, &found, self.consumed));
        }
        let (all, inserts): (Vec<_>, Vec<bool>) = changes.into_iter().unzip();
        let actions = sound(all, |action: &Action| action.key.as_ref().err().cloned())?;
        if actions.iter().all(|action| action.key.is_ok()) {
            check_distinct(&actions)?;
        }
        check_size(&actions)?;
        write(region, context, &actions, self.token.as_ref(), &inserts)?;
        answered.with(|| {
            let mut answer = Answer::new();
            answer.list("Responses", std::iter::empty::<()>(), |_, _| Ok(()))?;
            answer.optional("ConsumedCapacity", context.meter.all(self.consumed, true));
            Ok(answer.finish())
        })
    }
}

/// Runs up to 100 statements, all reads or all writes, as one transaction.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    TransactStatements::read(request)?.carry_out(region, context, Answered::Yes)
}

fn write(
    region: &mut Region,
    context: &mut Context,
    actions: &[Action],
    token: Option<&Token>,
    inserts: &[bool],
) -> Result<()> {
    if was_done(region, context, token)? {
        return Ok(());
    }
    refuse_running(region, token)?;
    run(region, context, actions).map_err(|error| duplicates(error, inserts))?;
    remember(region, context, token);
    Ok(())
}

/// An INSERT whose key is taken has a reason of its own.
fn duplicates(error: ApiError, inserts: &[bool]) -> ApiError {
    if error.kind != ErrorKind::TransactionCanceled {
        return error;
    }
    let failed = ErrorKind::ConditionalCheckFailed;
    let reason = |(reason, insert): (CancellationReason, &bool)| match *insert
        && reason.code == words::batch_code(failed)
    {
        true => CancellationReason {
            code: words::batch_code(ErrorKind::DuplicateItem),
            message: Some(words::DUPLICATE_ITEM.into()),
            item: reason.item,
        },
        false => reason,
    };
    transaction_words::cancelled(error.reasons.into_iter().zip(inserts).map(reason).collect())
}

/// Reads the items as of one moment.
fn read_items(
    region: &mut Region,
    context: &mut Context,
    all: Vec<Found<ItemRead>>,
) -> Result<Vec<Option<Vec<u8>>>> {
    let gets = sound(all, |get: &ItemRead| get.key.as_ref().err().cloned())?;
    let mut seen = BTreeSet::new();
    let twice = |get: &ItemRead| {
        get.key.as_ref().is_ok_and(|key| !seen.insert((get.table.clone(), key.bytes.clone())))
    };
    if gets.iter().all(|get| get.key.is_ok()) && gets.iter().any(twice) {
        return Err(request_words::transaction_twice_on_an_item());
    }
    read_all(region, context, &gets)
}

fn answer_reads(
    context: &Context,
    reads: &[Read],
    found: &[Option<Vec<u8>>],
    consumed: ReturnConsumedCapacity,
) -> Result<Vec<u8>> {
    let mut answer = Answer::new();
    answer.list("Responses", reads.iter().zip(found), |(read, item), into| {
        let mut one = Answer::new();
        if let Some(item) = item {
            one.written("Item", |into| write_row(read, item, into))?;
        }
        into.extend_from_slice(&one.finish());
        Ok(())
    })?;
    answer.optional("ConsumedCapacity", context.meter.all(consumed, true));
    Ok(answer.finish())
}
