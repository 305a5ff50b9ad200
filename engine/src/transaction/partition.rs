//! What an item's partition does with a transaction's message: prepare, commit, cancel.
//!
//! Owns the checks of the published protocol: a prepare is accepted where the item is held by no other transaction, the
//! transaction's timestamp is later than the item's, and the condition and the limits hold. A message that comes again changes
//! nothing: an item that is held already is accepted again, one that is not held is neither written nor let go. Never knows
//! what the coordinator makes of an answer.

use serde::{Deserialize, Serialize};

use crate::access::{
    Change, Context, ItemKey, Region, Write, apply, charge_cancelled, check_available, compute, evaluate,
    key_text,
};
use crate::error::{ApiError, CancellationReason, ErrorKind, access as access_words, transaction as words};
use crate::model::codec;
use crate::timeline::{CancelCode, EventKind, PrepareVerdict, TransactionId};

use super::{Action, ActionKind};

/// The transaction that a message is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sender {
    /// Its number.
    pub transaction: TransactionId,
    /// Its timestamp.
    pub timestamp: u64,
    /// Which of its actions the message is about, from 0.
    pub action: usize,
}

/// A partition's answer to a prepare message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// The answer.
    pub verdict: PrepareVerdict,
    /// The refused item, where it was asked for, encoded.
    pub shown_item: Option<Vec<u8>>,
}

impl Prepared {
    /// Whether the item is held now.
    pub fn accepted(&self) -> bool {
        self.verdict == PrepareVerdict::Accepted
    }

    /// The reason at the item's place in a TransactionCanceledException.
    pub fn reason(&self) -> CancellationReason {
        match &self.verdict {
            PrepareVerdict::Accepted => CancellationReason::none(),
            PrepareVerdict::Refused { code, message } => CancellationReason {
                code: words::code_name(*code),
                message: Some(message.clone()),
                item: self.shown_item.as_ref().and_then(|encoded| codec::decode(encoded).ok()),
            },
        }
    }
}

/// An action's item as text.
pub(super) fn text(region: &Region, action: &Action) -> String {
    match (&action.key, region.tables.get(&action.table)) {
        (Ok(key), Some(state)) => key_text(&state.saved.table.keys, &key.attributes),
        _ => String::new(),
    }
}

/// An action as a write of its item; of no transaction where it is a plain request.
pub(super) fn write<'a>(
    action: &'a Action,
    key: &'a ItemKey,
    transaction: Option<TransactionId>,
) -> Write<'a> {
    Write {
        table: &action.table,
        key,
        change: match &action.kind {
            ActionKind::Put(item) => Change::Put(item),
            ActionKind::Update(update) => Change::Update(update),
            ActionKind::Delete => Change::Delete,
            ActionKind::Check => Change::Check,
        },
        condition: action.condition.as_ref(),
        return_old_on_failure: action.return_old_on_failure,
        transaction,
    }
}

/// The cancellation code of a refusal.
pub(super) fn code(error: &ApiError) -> CancelCode {
    match error.kind {
        ErrorKind::ConditionalCheckFailed => CancelCode::ConditionalCheckFailed,
        ErrorKind::TransactionConflict => CancelCode::TransactionConflict,
        ErrorKind::ProvisionedThroughputExceeded => CancelCode::ProvisionedThroughputExceeded,
        ErrorKind::Throttling | ErrorKind::RequestLimitExceeded => CancelCode::ThrottlingError,
        ErrorKind::ItemCollectionSizeLimitExceeded => CancelCode::ItemCollectionSizeLimitExceeded,
        _ => CancelCode::ValidationError,
    }
}

/// Asks an item's partition whether it accepts the transaction; an accepting one holds the item for it.
pub fn prepare(region: &mut Region, context: &mut Context, action: &Action, sender: Sender) -> Prepared {
    let refused = match &action.key {
        Err(error) => Some(error.clone()),
        Ok(key) if region.has_open_transactions() && holder(region, action) == Some(sender.transaction) => {
            let write = write(action, key, Some(sender.transaction));
            compute(region, &write).err()
        }
        Ok(key) => match is_later(region, action, key, sender.timestamp) {
            false => Some(access_words::transaction_conflict()),
            true => evaluate(region, context, &write(action, key, Some(sender.transaction))).err(),
        },
    };
    let shown_item = refused.as_ref().and_then(|error| Some(codec::encode(error.item.as_deref()?)));
    let verdict = match refused {
        None => PrepareVerdict::Accepted,
        Some(error) => PrepareVerdict::Refused { code: code(&error), message: error.message },
    };
    let Some(state) = region.tables.get(&action.table) else { return Prepared { verdict, shown_item } };
    let (target, table) = (state.target(0), state.saved.table.id);
    let partitions = &state.saved.partitions;
    let partition =
        action.key.as_ref().map_or(partitions.at(0), |key| partitions.at(partitions.owner(&key.bytes))).id;
    if let (PrepareVerdict::Accepted, Ok(key)) = (&verdict, &action.key) {
        region.hold(table, &key.bytes, sender.transaction);
    }
    context.pass(region);
    context.record(EventKind::Prepared {
        transaction: sender.transaction,
        action: sender.action,
        target,
        partition,
        key: text(region, action),
        verdict: verdict.clone(),
    });
    Prepared { verdict, shown_item }
}

/// Refuses to send a message where the item's partition cannot answer as things are.
pub(super) fn check_reached(
    region: &Region,
    context: &mut Context,
    action: &Action,
) -> crate::error::Result<()> {
    match (&action.key, region.active_table(&action.table)) {
        (Ok(key), Ok(_)) => check_available(region, context, &write(action, key, Some(0))),
        _ => Ok(()),
    }
}

/// The transaction that holds an action's item.
pub(super) fn holder(region: &Region, action: &Action) -> Option<TransactionId> {
    let table = region.tables.get(&action.table)?.saved.table.id;
    region.mark(table, &action.key.as_ref().ok()?.bytes)?.pending
}

/// Whether the transaction's timestamp is later than the item's.
fn is_later(region: &Region, action: &Action, key: &ItemKey, timestamp: u64) -> bool {
    !region.checks.timestamp
        || !region.has_open_transactions()
        || region.item_timestamp(&action.table, key) < timestamp
}

/// Writes an item that the transaction holds, or lets go of it. Says whether it did.
pub fn settle(
    region: &mut Region,
    context: &mut Context,
    action: &Action,
    sender: Sender,
    commit: bool,
) -> bool {
    let Ok(key) = &action.key else { return false };
    let Some(state) = region.tables.get(&action.table) else { return false };
    let (target, table) = (state.target(0), state.saved.table.id);
    let held = holder(region, action) == Some(sender.transaction);
    if !held && (region.checks.pending || !commit) {
        return false;
    }
    let one = write(action, key, Some(sender.transaction));
    if commit {
        // The item has been held since it was evaluated, so it evaluates to the same again; the condition has passed.
        let again = Write { condition: None, ..one };
        match compute(region, &again) {
            Ok(evaluated) => apply(region, context, &again, &evaluated),
            Err(error) if region.checks.pending => unreachable!("a prepared item was changed: {error}"),
            Err(_) => {}
        }
        let written = !matches!(action.kind, ActionKind::Check);
        if region.has_open_transactions() && (written || region.checks.checked) {
            region.stamp_item(&action.table, key, sender.timestamp, written);
        }
    } else {
        charge_cancelled(region, context, &one);
    }
    if held {
        region.release(table, &key.bytes);
    }
    context.pass(region);
    context.record(EventKind::Settled {
        transaction: sender.transaction,
        action: sender.action,
        target,
        key: text(region, action),
        commit,
    });
    true
}
