//! The coordinator.

use serde::{Deserialize, Serialize};

use crate::access::{
    Change, Context, ItemKey, Region, Write, apply, charge_cancelled, check_available, compute, evaluate,
    key_text,
};
use crate::error::{
    ApiError, CancellationReason, ErrorKind, Result, access as access_words, transaction as words,
};
use crate::expression::{Condition, Update};
use crate::model::Item;
use crate::timeline::{Access, CancelCode, EventKind, PrepareVerdict, TransactionId};

/// What an action does to its item.
#[derive(Clone, Debug)]
pub enum ActionKind {
    /// Replaces it.
    Put(Item),
    /// Changes it.
    Update(Update),
    /// Removes it.
    Delete,
    /// Tests it.
    Check,
}

/// One action of a transaction. An action whose key does not fit its table is carried along, to be refused by its
/// partition.
#[derive(Clone, Debug)]
pub struct Action {
    /// The table's name.
    pub table: String,
    /// The item's key, or why it is none.
    pub key: Result<ItemKey>,
    /// What to do.
    pub kind: ActionKind,
    /// What must hold.
    pub condition: Option<Condition>,
    /// Whether a failed condition hands out the item.
    pub return_old_on_failure: bool,
}

/// Where a transaction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// Prepare messages go out, one for each action.
    Preparing,
    /// All have answered: the coordinator decides.
    Deciding,
    /// Commit messages go out.
    Committing,
    /// Cancel messages go out.
    Cancelling,
    /// Every item is written.
    Committed,
    /// Every item is as it was.
    Cancelled,
}

/// How far a transaction has come. This is what the ledger keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Its number.
    pub transaction: TransactionId,
    /// Its timestamp.
    pub timestamp: u64,
    /// Where it stands.
    pub phase: Phase,
    /// The action that the next message is about.
    pub next: usize,
    /// The answers to the prepare messages so far.
    pub verdicts: Vec<PrepareVerdict>,
    /// The refused items that were asked for, as DynamoDB JSON, by action.
    pub shown_items: Vec<(usize, Vec<u8>)>,
}

impl Progress {
    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Committed | Phase::Cancelled)
    }
}

fn text(region: &Region, action: &Action) -> String {
    match (&action.key, region.tables.get(&action.table)) {
        (Ok(key), Some(state)) => key_text(&state.saved.table.keys, &key.attributes),
        _ => String::new(),
    }
}

/// Takes a transaction on and stamps it.
pub fn begin(region: &mut Region, context: &mut Context, actions: &[Action]) -> Progress {
    region.counters.transactions += 1;
    let transaction = region.counters.transactions;
    let timestamp = region.counters.requests;
    let keys = actions.iter().map(|action| text(region, action)).collect();
    context.record(EventKind::TransactionStarted { transaction, timestamp, keys, access: Access::Write });
    let (verdicts, shown_items) = (Vec::new(), Vec::new());
    Progress { transaction, timestamp, phase: Phase::Preparing, next: 0, verdicts, shown_items }
}

/// Sends the next message.
pub fn step(region: &mut Region, context: &mut Context, actions: &[Action], progress: &mut Progress) {
    let at = progress.next;
    match progress.phase {
        Phase::Preparing => {
            let verdict = prepare(region, context, &actions[at], progress);
            progress.verdicts.push(verdict);
        }
        Phase::Deciding => return decide(context, actions, progress),
        Phase::Committing => settle(region, context, &actions[at], progress, true),
        Phase::Cancelling => settle(region, context, &actions[at], progress, false),
        Phase::Committed | Phase::Cancelled => return,
    }
    progress.next += 1;
    if progress.next < actions.len() {
        return;
    }
    progress.next = 0;
    progress.phase = match progress.phase {
        Phase::Preparing => Phase::Deciding,
        Phase::Committing => Phase::Committed,
        _ => Phase::Cancelled,
    };
    if progress.is_over() {
        let committed = progress.phase == Phase::Committed;
        context.record(EventKind::TransactionFinished { transaction: progress.transaction, committed });
    }
}

/// Gives up a transaction whose coordinator does not go on, as the recovery of the published protocol does: "cancel" goes
/// into the ledger, and every item that is held is let go. Says no, and does nothing, once "commit" is in the ledger:
/// from there on it only goes forward.
pub fn abandon(
    region: &mut Region,
    context: &mut Context,
    actions: &[Action],
    progress: &mut Progress,
) -> bool {
    match progress.phase {
        Phase::Committing | Phase::Committed => return false,
        Phase::Preparing | Phase::Deciding => {
            let transaction = progress.transaction;
            context.record(EventKind::TransactionAbandoned { transaction, asked: progress.verdicts.len() });
            context.record(EventKind::TransactionDecided { transaction, commit: false });
            (progress.phase, progress.next) = (Phase::Cancelling, 0);
        }
        Phase::Cancelling | Phase::Cancelled => {}
    }
    while !progress.is_over() {
        step(region, context, actions, progress);
    }
    true
}

/// Refuses to send the next message where the partition that it is for cannot answer as things are: it is to be sent again.
pub fn check_reachable(
    region: &Region,
    context: &mut Context,
    actions: &[Action],
    progress: &Progress,
) -> Result<()> {
    match (progress.phase, actions.get(progress.next)) {
        (Phase::Preparing | Phase::Committing, Some(action)) => check(region, context, action),
        _ => Ok(()),
    }
}

fn check(region: &Region, context: &mut Context, action: &Action) -> Result<()> {
    match (&action.key, region.active_table(&action.table)) {
        (Ok(key), Ok(_)) => check_available(region, context, &write(action, key, 0)),
        _ => Ok(()),
    }
}

/// Runs a transaction to its end; where one of its partitions cannot answer, it does not begin.
pub fn run(region: &mut Region, context: &mut Context, actions: &[Action]) -> Result<()> {
    actions.iter().try_for_each(|action| check(region, context, action))?;
    let mut progress = begin(region, context, actions);
    while !progress.is_over() {
        step(region, context, actions, &mut progress);
    }
    progress.cancelled(actions.len()).map_or(Ok(()), Err)
}

impl Progress {
    /// The exception of a cancelled transaction, with a reason for each of so many actions: `None` for one that was never
    /// asked.
    pub fn cancelled(&self, actions: usize) -> Option<ApiError> {
        (self.phase == Phase::Cancelled).then(|| words::cancelled(self.reasons(actions)))
    }

    fn reasons(&self, actions: usize) -> Vec<CancellationReason> {
        let reason = |(at, verdict): (usize, &PrepareVerdict)| match verdict {
            PrepareVerdict::Accepted => CancellationReason::none(),
            PrepareVerdict::Refused { code, message } => CancellationReason {
                code: words::code_name(*code),
                message: Some(message.clone()),
                item: self
                    .shown_items
                    .iter()
                    .find(|(action, _)| *action == at)
                    .and_then(|(_, encoded)| crate::model::codec::decode(encoded).ok()),
            },
        };
        let never_asked = (self.verdicts.len()..actions).map(|_| CancellationReason::none());
        self.verdicts.iter().enumerate().map(reason).chain(never_asked).collect()
    }
}

fn write<'a>(action: &'a Action, key: &'a ItemKey, transaction: TransactionId) -> Write<'a> {
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
        transaction: Some(transaction),
    }
}

/// The cancellation code of a refusal.
fn code(error: &ApiError) -> CancelCode {
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
fn prepare(
    region: &mut Region,
    context: &mut Context,
    action: &Action,
    progress: &mut Progress,
) -> PrepareVerdict {
    let refused = match &action.key {
        Err(error) => Some(error.clone()),
        Ok(key) => match is_later(region, action, key, progress.timestamp) {
            false => Some(access_words::transaction_conflict()),
            true => evaluate(region, context, &write(action, key, progress.transaction)).err(),
        },
    };
    let verdict = match refused {
        None => PrepareVerdict::Accepted,
        Some(error) => {
            if let Some(item) = &error.item {
                progress.shown_items.push((progress.next, crate::model::codec::encode(item)));
            }
            PrepareVerdict::Refused { code: code(&error), message: error.message.clone() }
        }
    };
    let Some(state) = region.tables.get(&action.table) else { return verdict };
    let (target, table) = (state.target(0), state.saved.table.id);
    let partitions = &state.saved.partitions;
    let partition =
        action.key.as_ref().map_or(partitions.at(0), |key| partitions.at(partitions.owner(&key.bytes))).id;
    if let (PrepareVerdict::Accepted, Ok(key)) = (&verdict, &action.key) {
        region.marks.entry((table, key.bytes.clone())).or_default().pending = Some(progress.transaction);
    }
    context.record(EventKind::Prepared {
        transaction: progress.transaction,
        action: progress.next,
        target,
        partition,
        key: text(region, action),
        verdict: verdict.clone(),
    });
    verdict
}

/// Whether the transaction's timestamp is later than the item's.
fn is_later(region: &Region, action: &Action, key: &ItemKey, timestamp: u64) -> bool {
    let Some(state) = region.tables.get(&action.table) else { return true };
    region.marks.get(&(state.saved.table.id, key.bytes.clone())).is_none_or(|mark| mark.timestamp < timestamp)
}

fn decide(context: &mut Context, actions: &[Action], progress: &mut Progress) {
    let commit = progress.verdicts.len() == actions.len()
        && progress.verdicts.iter().all(|verdict| *verdict == PrepareVerdict::Accepted);
    progress.phase = if commit { Phase::Committing } else { Phase::Cancelling };
    context.record(EventKind::TransactionDecided { transaction: progress.transaction, commit });
}

/// Writes an item, or lets go of it.
fn settle(region: &mut Region, context: &mut Context, action: &Action, progress: &Progress, commit: bool) {
    let accepted = progress.verdicts.get(progress.next) == Some(&PrepareVerdict::Accepted);
    let Ok(key) = &action.key else { return };
    let Some(state) = region.tables.get(&action.table) else { return };
    let (target, table) = (state.target(0), state.saved.table.id);
    if !accepted {
        return;
    }
    let place = (table, key.bytes.clone());
    let one = write(action, key, progress.transaction);
    if commit {
        // The item has been held since it was evaluated, so it evaluates to the same again; the condition has passed.
        let again = Write { condition: None, ..one };
        match compute(region, &again) {
            Ok(evaluated) => apply(region, context, &again, &evaluated),
            Err(error) => unreachable!("a prepared item was changed: {error}"),
        }
        if let Some(mark) = region.marks.get_mut(&place) {
            mark.timestamp = mark.timestamp.max(progress.timestamp);
        }
    } else {
        charge_cancelled(region, context, &one);
    }
    if region.has_open_transactions() {
        if let Some(mark) = region.marks.get_mut(&place) {
            mark.pending = None;
        }
    } else {
        // Whatever begins from now on is later than this.
        region.marks.remove(&place);
    }
    let key = text(region, action);
    let (transaction, action) = (progress.transaction, progress.next);
    context.record(EventKind::Settled { transaction, action, target, key, commit });
}
