//! The inspector's stepped transactions: `Dynascope.BeginTransactWriteItems` takes a TransactWriteItems request on,
//! `Dynascope.StepTransaction` sends its next message, `Dynascope.ListTransactions` tells which are under way,
//! `Dynascope.AbandonTransaction` gives one up that is not decided.
//!
//! Differs from DynamoDB: the service has no such operations. What they show is its published protocol, one message at a
//! time, by the same code that runs an ordinary transaction to its end.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::access::{Context, Region, key_text};
use crate::api::decode::decode;
use crate::api::item::TransactWriteItemsInput;
use crate::error::{Result, constraint, transaction as words};
use crate::timeline::PrepareVerdict;
use crate::transaction::{
    self, Action, ActionKind, Entry, Phase, Progress, refuse_running, remember, was_done,
};

use super::answer;
use super::transact_request::{Transaction, parse};
use super::transact_write_items::answer as response;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StepTransactionInput {
    transaction: Option<u64>,
}

fn kind(action: &Action) -> &'static str {
    match action.kind {
        ActionKind::Put(_) => "Put",
        ActionKind::Update(_) => "Update",
        ActionKind::Delete => "Delete",
        ActionKind::Check => "ConditionCheck",
    }
}

fn message(progress: &Progress) -> Option<&'static str> {
    match progress.phase {
        Phase::Preparing => Some("Prepare"),
        Phase::Deciding => Some("Decide"),
        Phase::Committing => Some("Commit"),
        Phase::Cancelling => Some("Cancel"),
        Phase::Committed | Phase::Cancelled => None,
    }
}

/// A transaction as the inspector shows it.
fn describe(region: &Region, actions: &[Action], progress: &Progress) -> Value {
    let shown: Vec<Value> = actions
        .iter()
        .enumerate()
        .map(|(at, action)| {
            let state = region.tables.get(&action.table);
            let key = match (&action.key, state) {
                (Ok(key), Some(state)) => key_text(&state.saved.table.keys, &key.attributes),
                _ => String::new(),
            };
            let partition = match (&action.key, state) {
                (Ok(key), Some(state)) => {
                    let partitions = &state.saved.partitions;
                    Some(partitions.at(partitions.owner(&key.bytes)).id)
                }
                _ => None,
            };
            let settled = match progress.phase {
                Phase::Committing | Phase::Cancelling => at < progress.next,
                Phase::Committed | Phase::Cancelled => true,
                _ => false,
            };
            let mut one = json!({
                "Table": action.table, "Key": key, "Partition": partition, "Kind": kind(action),
                "Condition": action.condition.as_ref().map(ToString::to_string), "Settled": settled,
            });
            match progress.verdicts.get(at) {
                None => {}
                Some(PrepareVerdict::Accepted) => one["Verdict"] = json!({ "Accepted": true }),
                Some(PrepareVerdict::Refused { code, message }) => {
                    let code = words::code_name(*code);
                    one["Verdict"] = json!({ "Accepted": false, "Code": code, "Message": message });
                }
            }
            one
        })
        .collect();
    let next = message(progress).map(|message| match progress.phase {
        Phase::Deciding => json!({ "Message": message }),
        _ => json!({ "Message": message, "Action": progress.next }),
    });
    json!({
        "Transaction": progress.transaction, "Timestamp": progress.timestamp,
        "Phase": format!("{:?}", progress.phase), "Actions": shown, "Next": next,
    })
}

/// `Dynascope.BeginTransactWriteItems`: a TransactWriteItems request in, the transaction as it stands out.
pub fn begin(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: TransactWriteItemsInput = decode(request)?;
    let transaction = parse(region, input, request)?;
    if was_done(region, context, transaction.token.as_ref())? {
        return response(region, context, &transaction);
    }
    refuse_running(region, transaction.token.as_ref())?;
    let progress = transaction::begin(region, context, &transaction.actions);
    let text = String::from_utf8_lossy(request);
    transaction::save(region, &text, &progress, context.now_ms);
    Ok(answer::of(&describe(region, &transaction.actions, &progress)))
}

/// A stepped transaction's request, and what the ledger has of it.
fn open(region: &mut Region, context: &Context, request: &[u8]) -> Result<(Transaction, Entry)> {
    let input: StepTransactionInput = decode(request)?;
    let number = input.transaction.ok_or_else(|| constraint::null("transaction"))?;
    let entry = transaction::load(region, number)?.ok_or_else(|| words::not_found(number))?;
    let parsed =
        decode(entry.request.as_bytes()).and_then(|input| parse(region, input, entry.request.as_bytes()));
    match parsed {
        Ok(transaction) => Ok((transaction, entry)),
        // One of its tables is gone, and with it what there was to hold.
        Err(error) => {
            transaction::forget(region, number, context.now_ms);
            Err(error)
        }
    }
}

/// The transaction as it stands now; when it is over, out of the ledger and with its answer.
fn stand(
    region: &mut Region,
    context: &mut Context,
    transaction: &Transaction,
    entry: &Entry,
) -> Result<Vec<u8>> {
    let progress = &entry.progress;
    let mut shown = describe(region, &transaction.actions, progress);
    if !progress.is_over() {
        transaction::save(region, &entry.request, progress, context.now_ms);
        return Ok(answer::of(&shown));
    }
    transaction::forget(region, progress.transaction, context.now_ms);
    match progress.cancelled(transaction.actions.len()) {
        Some(error) => shown["Error"] = serde_json::from_slice(&error.to_json()).map_err(Region::internal)?,
        None => {
            remember(region, context, transaction.token.as_ref());
            let done = response(region, context, transaction)?;
            shown["Response"] = serde_json::from_slice(&done).map_err(Region::internal)?;
        }
    }
    Ok(answer::of(&shown))
}

/// `Dynascope.StepTransaction`: `{"Transaction": number}` in, the transaction as it stands after its next message out; when
/// it is over, with `Response` or `Error` as an ordinary call would have had them. Where the message's partition cannot answer, it
/// is refused, and may be sent again.
pub fn step(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let (transaction, mut entry) = open(region, context, request)?;
    transaction::check_reachable(region, context, &transaction.actions, &entry.progress)?;
    transaction::step(region, context, &transaction.actions, &mut entry.progress);
    stand(region, context, &transaction, &entry)
}

/// `Dynascope.AbandonTransaction`: `{"Transaction": number}` in, the cancelled transaction out, with its `Error`. Refused
/// once the decision to commit is in the ledger.
pub fn abandon(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let (transaction, mut entry) = open(region, context, request)?;
    if !transaction::abandon(region, context, &transaction.actions, &mut entry.progress) {
        return Err(words::decided(entry.progress.transaction));
    }
    stand(region, context, &transaction, &entry)
}

/// `Dynascope.ListTransactions`: those under way, oldest first, with their requests.
pub fn list(region: &mut Region, _context: &mut Context, _request: &[u8]) -> Result<Vec<u8>> {
    let mut all = Vec::new();
    for entry in transaction::list(region)? {
        let transaction = parse(region, decode(entry.request.as_bytes())?, entry.request.as_bytes())?;
        let mut shown = describe(region, &transaction.actions, &entry.progress);
        shown["Request"] = serde_json::from_str(&entry.request).map_err(Region::internal)?;
        all.push(shown);
    }
    Ok(answer::of(&json!({ "Transactions": all })))
}
