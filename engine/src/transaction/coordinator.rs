//! The coordinator.

use serde::{Deserialize, Serialize};

use crate::access::{Context, ItemKey, Region};
use crate::capacity::LEDGER_US;
use crate::error::{ApiError, CancellationReason, Result, transaction as words};
use crate::expression::{Condition, Update};
use crate::model::Item;
use crate::timeline::{Access, EventKind, PrepareVerdict, TransactionId};

use super::partition::{Sender, check_reached as check, prepare, settle, text};

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
    fn sender(&self) -> Sender {
        Sender { transaction: self.transaction, timestamp: self.timestamp, action: self.next }
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Committed | Phase::Cancelled)
    }
}

/// Takes a transaction on and stamps it.
fn begin(region: &mut Region, context: &mut Context, actions: &[Action]) -> Progress {
    region.counters.transactions += 1;
    let transaction = region.counters.transactions;
    let timestamp = region.counters.requests;
    let keys = actions.iter().map(|action| text(region, action)).collect();
    context.record(EventKind::TransactionStarted { transaction, timestamp, keys, access: Access::Write });
    let (verdicts, shown_items) = (Vec::new(), Vec::new());
    Progress { transaction, timestamp, phase: Phase::Preparing, next: 0, verdicts, shown_items }
}

/// Sends the next message.
fn step(region: &mut Region, context: &mut Context, actions: &[Action], progress: &mut Progress) {
    let at = progress.next;
    match progress.phase {
        Phase::Preparing => {
            let prepared = prepare(region, context, &actions[at], progress.sender());
            progress.verdicts.push(prepared.verdict);
            progress.shown_items.extend(prepared.shown_item.map(|item| (at, item)));
        }
        Phase::Deciding => return decide(context, actions, progress),
        Phase::Committing | Phase::Cancelling => {
            let commit = progress.phase == Phase::Committing;
            settle(region, context, &actions[at], progress.sender(), commit);
        }
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

/// Brings a transaction to its end whose coordinator does not go on, as the recovery of the published protocol does: with "commit"
/// in the ledger it only goes forward; else "cancel" is written there, and every item that is held is let go.
pub fn end(region: &mut Region, context: &mut Context, actions: &[Action], progress: &mut Progress) {
    if matches!(progress.phase, Phase::Preparing | Phase::Deciding) {
        let transaction = progress.transaction;
        context.record(EventKind::TransactionAbandoned { transaction, asked: progress.verdicts.len() });
        context.record(EventKind::TransactionDecided { transaction, commit: false });
        (progress.phase, progress.next) = (Phase::Cancelling, 0);
    }
    while !progress.is_over() {
        step(region, context, actions, progress);
    }
}

/// Runs a transaction to its end; where one of its partitions cannot answer, it does not begin.
pub fn run(region: &mut Region, context: &mut Context, actions: &[Action]) -> Result<()> {
    actions.iter().try_for_each(|action| check(region, context, action))?;
    let mut progress = begin(region, context, actions);
    // That it began and what is decided stands in the ledger before anything is sent; a phase's messages go out side by side.
    context.wait(LEDGER_US);
    while !progress.is_over() {
        let phase = progress.phase;
        if phase == Phase::Deciding {
            context.wait(LEDGER_US);
        }
        context.fork();
        while progress.phase == phase {
            step(region, context, actions, &mut progress);
        }
        context.join();
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

fn decide(context: &mut Context, actions: &[Action], progress: &mut Progress) {
    let commit = progress.verdicts.len() == actions.len()
        && progress.verdicts.iter().all(|verdict| *verdict == PrepareVerdict::Accepted);
    progress.phase = if commit { Phase::Committing } else { Phase::Cancelling };
    context.record(EventKind::TransactionDecided { transaction: progress.transaction, commit });
}
