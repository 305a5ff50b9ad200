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
use crate::partiql::{Prepared, Read, Write, exists, key_of, prepare};
use crate::transaction::{Action, ItemRead, read_all, run};

use super::answer::Answer;
use super::constraints;
use super::statement_request::{Given, write_row};
use super::transact_request::{Transaction, check_distinct, check_size};
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
    region.active_table(table).map(drop).map_err(Fault::Missing)
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

/// Sorts out the statements' faults: the first refusal, else a cancellation where a table is missing.
fn sound<T>(all: Vec<std::result::Result<T, Fault>>, key: impl Fn(&T) -> Option<ApiError>) -> Result<Vec<T>> {
    let mut reasons = Vec::new();
    let mut missing = false;
    for (at, one) in all.iter().enumerate() {
        let (code, error) = match one {
            Err(Fault::Refused(error)) => return Err(words::in_transaction(at, error.clone())),
            Err(Fault::Missing(error)) => {
                missing = true;
                ("ResourceNotFound", Some(error.clone()))
            }
            Ok(one) => ("ValidationError", key(one)),
        };
        reasons.push(error.map_or_else(CancellationReason::none, |error| CancellationReason {
            code,
            message: Some(error.message),
            item: None,
        }));
    }
    match missing {
        true => Err(transaction_words::cancelled(reasons)),
        false => Ok(all.into_iter().filter_map(std::result::Result::ok).collect()),
    }
}

/// Runs up to 100 statements, all reads or all writes, as one transaction.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
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
    let (mut reads, mut changes) = (Vec::new(), Vec::new());
    for (at, ((given, on_failure), values)) in given.iter().zip(&values).enumerate() {
        match prepare(region, &given.text, values).map_err(|error| words::in_transaction(at, error))? {
            Prepared::Read(read) => reads.push(read),
            Prepared::Write(write) => changes.push((Changes::Write(write), *on_failure)),
            Prepared::Exists(read) => changes.push((Changes::Exists(read), *on_failure)),
            Prepared::Expression => return Err(words::unsupported_in_transaction()),
            Prepared::Unsupported(name) => return Err(words::unsupported_operation(&name)),
        }
    }
    if !reads.is_empty() && !changes.is_empty() {
        return Err(words::transaction_mixed());
    }
    if changes.is_empty() {
        return answer_reads(region, context, &reads, consumed);
    }
    let inserts: Vec<bool> =
        changes.iter().map(|(one, _)| matches!(one, Changes::Write(write) if write.is_insert())).collect();
    let all = changes.into_iter().map(|(one, return_old)| action_of(region, one, return_old)).collect();
    let actions = sound(all, |action: &Action| action.key.as_ref().err().cloned())?;
    if actions.iter().all(|action| action.key.is_ok()) {
        check_distinct(&actions)?;
    }
    check_size(&actions)?;
    let digest = token::digest(request)?;
    let transaction = Transaction {
        actions,
        named: Vec::new(),
        token: input.client_request_token,
        digest,
        consumed,
        metrics: false,
    };
    write(region, context, &transaction, &inserts)?;
    let mut answer = Answer::new();
    answer.list("Responses", std::iter::empty::<()>(), |_, _| Ok(()))?;
    answer.optional("ConsumedCapacity", context.meter.all(consumed, true));
    Ok(answer.finish())
}

fn write(
    region: &mut Region,
    context: &mut Context,
    transaction: &Transaction,
    inserts: &[bool],
) -> Result<()> {
    if token::was_done(region, context, transaction)? {
        return Ok(());
    }
    token::refuse_running(region, transaction)?;
    run(region, context, &transaction.actions).map_err(|error| duplicates(error, inserts))?;
    token::remember(region, context, transaction);
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

fn answer_reads(
    region: &mut Region,
    context: &mut Context,
    reads: &[Read],
    consumed: ReturnConsumedCapacity,
) -> Result<Vec<u8>> {
    let all = reads.iter().map(|read| get_of(region, read)).collect();
    let gets = sound(all, |get: &ItemRead| get.key.as_ref().err().cloned())?;
    let mut seen = BTreeSet::new();
    let twice = |get: &ItemRead| {
        get.key.as_ref().is_ok_and(|key| !seen.insert((get.table.clone(), key.bytes.clone())))
    };
    if gets.iter().all(|get| get.key.is_ok()) && gets.iter().any(twice) {
        return Err(request_words::transaction_twice_on_an_item());
    }
    let found = read_all(region, context, &gets)?;
    let mut answer = Answer::new();
    answer.list("Responses", reads.iter().zip(&found), |(read, item), into| {
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
