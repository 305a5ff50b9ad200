//! A transaction as it stands: what the inspector's answers say of it, or the events of one that ran at once.
//!
//! The messages are read from the standing, so they are those that were sent, also after a reload. Follows
//! [Distributed Transactions at Scale in Amazon DynamoDB](https://www.usenix.org/conference/atc23/presentation/idziorek).

use engine::timeline::{Event, EventKind, PrepareVerdict};
use serde_json::Value;

use crate::state::request::rows::{Row, Shape, rows};

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Phase {
    Preparing,
    Deciding,
    Committing,
    Cancelling,
    Committed,
    Cancelled,
}

impl Phase {
    fn read(text: &str) -> Option<Phase> {
        use Phase::*;
        let all = [Preparing, Deciding, Committing, Cancelling, Committed, Cancelled];
        all.into_iter().find(|phase| phase.name() == text)
    }

    /// As the engine writes it.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Preparing => "Preparing",
            Phase::Deciding => "Deciding",
            Phase::Committing => "Committing",
            Phase::Cancelling => "Cancelling",
            Phase::Committed => "Committed",
            Phase::Cancelled => "Cancelled",
        }
    }
}

/// What a partition answered to its prepare message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds the item.
    Accepted,
    /// It does not: the reason's code and message.
    Refused(String, String),
}

/// One action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Its table.
    pub table: String,
    /// Its key, as text.
    pub key: String,
    /// The partition that owns the key.
    pub partition: Option<u64>,
    /// `Put`, `Update`, `Delete` or `ConditionCheck`.
    pub kind: String,
    /// What must hold.
    pub condition: Option<String>,
    /// What its partition answered, once it was asked.
    pub verdict: Option<Verdict>,
    /// Whether it was committed or let go.
    pub settled: bool,
}

/// A message of the coordinator, with the action it goes to, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// Asks an item's partition.
    Prepare(usize),
    /// Writes the decision into the ledger.
    Decide,
    /// Tells a partition to write.
    Commit(usize),
    /// Tells a partition to let go.
    Cancel(usize),
}

impl Message {
    /// `Prepare item 1`.
    pub fn name(self) -> String {
        match self {
            Message::Prepare(at) => format!("Prepare item {}", at + 1),
            Message::Decide => "Decide".into(),
            Message::Commit(at) => format!("Commit item {}", at + 1),
            Message::Cancel(at) => format!("Cancel item {}", at + 1),
        }
    }

    /// Its action.
    pub fn action(self) -> Option<usize> {
        match self {
            Message::Prepare(at) | Message::Commit(at) | Message::Cancel(at) => Some(at),
            Message::Decide => None,
        }
    }
}

/// A transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Its number.
    pub number: u64,
    /// Its timestamp.
    pub timestamp: u64,
    /// Where it stands.
    pub phase: Phase,
    /// Its actions.
    pub actions: Vec<Action>,
    /// The message that comes next.
    pub next: Option<Message>,
    /// The exception that it ended with.
    pub error: Option<Value>,
}

impl Standing {
    /// Reads what `Dynascope.BeginTransactWriteItems`, `…StepTransaction` or an entry of `…ListTransactions` says.
    pub fn read(value: &Value) -> Option<Standing> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let action = |action: &Value| Action {
            table: text(&action["Table"]),
            key: text(&action["Key"]),
            partition: action["Partition"].as_u64(),
            kind: text(&action["Kind"]),
            condition: action["Condition"].as_str().map(str::to_owned),
            verdict: action.get("Verdict").map(|verdict| match verdict["Accepted"] == true {
                true => Verdict::Accepted,
                false => Verdict::Refused(text(&verdict["Code"]), text(&verdict["Message"])),
            }),
            settled: action["Settled"] == true,
        };
        let at = value["Next"]["Action"].as_u64().unwrap_or(0) as usize;
        Some(Standing {
            number: value["Transaction"].as_u64()?,
            timestamp: value["Timestamp"].as_u64().unwrap_or(0),
            phase: Phase::read(value["Phase"].as_str()?)?,
            actions: value["Actions"].as_array()?.iter().map(action).collect(),
            next: match value["Next"]["Message"].as_str() {
                Some("Prepare") => Some(Message::Prepare(at)),
                Some("Decide") => Some(Message::Decide),
                Some("Commit") => Some(Message::Commit(at)),
                Some("Cancel") => Some(Message::Cancel(at)),
                _ => None,
            },
            error: value.get("Error").cloned(),
        })
    }

    /// Reads the events of a transaction that ran at once; none where none was started.
    pub fn of_events(request: &Value, events: &[Event]) -> Option<Standing> {
        let mut standing: Option<Standing> = None;
        for event in events {
            match (&event.kind, &mut standing) {
                (EventKind::TransactionStarted { transaction, timestamp, keys, .. }, _) => {
                    let asked = rows(Shape::Actions, request);
                    let text = |value: &Value| value.as_str().map(str::to_owned);
                    let action = |(at, row): (usize, &Row)| Action {
                        table: row.table().to_owned(),
                        key: keys.get(at).cloned().unwrap_or_default(),
                        partition: None,
                        kind: row.kind.clone(),
                        condition: text(&row.content["ConditionExpression"]),
                        verdict: None,
                        settled: false,
                    };
                    standing = Some(Standing {
                        number: *transaction,
                        timestamp: *timestamp,
                        phase: Phase::Preparing,
                        actions: asked.iter().enumerate().map(action).collect(),
                        next: None,
                        error: None,
                    });
                }
                (EventKind::Prepared { action, partition, verdict, .. }, Some(standing)) => {
                    if let Some(action) = standing.actions.get_mut(*action) {
                        action.partition = Some(u64::from(*partition));
                        action.verdict = Some(match verdict {
                            PrepareVerdict::Accepted => Verdict::Accepted,
                            PrepareVerdict::Refused { code, message } => {
                                Verdict::Refused(format!("{code:?}"), message.clone())
                            }
                        });
                    }
                }
                (EventKind::TransactionDecided { commit, .. }, Some(standing)) => {
                    standing.phase = if *commit { Phase::Committing } else { Phase::Cancelling };
                }
                (EventKind::Settled { action, .. }, Some(standing)) => {
                    if let Some(action) = standing.actions.get_mut(*action) {
                        action.settled = true;
                    }
                }
                (EventKind::TransactionFinished { committed, .. }, Some(standing)) => {
                    standing.phase = if *committed { Phase::Committed } else { Phase::Cancelled };
                    standing.actions.iter_mut().for_each(|action| action.settled = true);
                }
                _ => {}
            }
        }
        standing
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Committed | Phase::Cancelled)
    }

    /// What was decided, once it was.
    pub fn decision(&self) -> Option<bool> {
        match self.phase {
            Phase::Preparing | Phase::Deciding => None,
            Phase::Committing | Phase::Committed => Some(true),
            Phase::Cancelling | Phase::Cancelled => Some(false),
        }
    }

    /// The messages that were sent, in order.
    pub fn messages(&self) -> Vec<Message> {
        let numbered = || self.actions.iter().enumerate();
        let asked = numbered().filter(|(_, action)| action.verdict.is_some());
        let mut messages: Vec<Message> = asked.map(|(at, _)| Message::Prepare(at)).collect();
        if let Some(commit) = self.decision() {
            messages.push(Message::Decide);
            let settled = numbered().filter(|(_, action)| action.settled);
            messages.extend(
                settled.map(|(at, _)| if commit { Message::Commit(at) } else { Message::Cancel(at) }),
            );
        }
        messages
    }

    /// Whether the transaction holds that item after so many of its messages.
    pub fn holds_after(&self, action: usize, messages: usize) -> bool {
        let Some(one) = self.actions.get(action) else { return false };
        let sent = self.messages();
        let sent = &sent[..messages.min(sent.len())];
        let let_go = [Message::Commit(action), Message::Cancel(action)];
        one.verdict == Some(Verdict::Accepted)
            && sent.contains(&Message::Prepare(action))
            && !let_go.iter().any(|message| sent.contains(message))
    }

    /// Whether the transaction holds that item now.
    pub fn holds(&self, action: usize) -> bool {
        self.holds_after(action, usize::MAX)
    }

    /// The event of a message, among the events that are kept.
    pub fn event_of<'a>(
        &self,
        message: Message,
        mut events: impl DoubleEndedIterator<Item = &'a Event>,
    ) -> Option<u64> {
        let found = events.rfind(|event| match (&event.kind, message) {
            (EventKind::Prepared { transaction, action, .. }, Message::Prepare(at)) => {
                (*transaction, *action) == (self.number, at)
            }
            (EventKind::TransactionDecided { transaction, .. }, Message::Decide) => {
                *transaction == self.number
            }
            (EventKind::Settled { transaction, action, .. }, Message::Commit(at) | Message::Cancel(at)) => {
                (*transaction, *action) == (self.number, at)
            }
            _ => false,
        });
        found.map(|event| event.id)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use serde_json::json;

    pub fn standing(phase: &str, verdicts: &[Option<bool>], settled: usize, next: Value) -> Standing {
        let action = |(at, verdict): (usize, &Option<bool>)| {
            let mut action = json!({"Table": "Accounts", "Key": format!("account_id = account{}", at + 1),
                "Partition": 1, "Kind": "Update", "Condition": "balance >= :amount", "Settled": at < settled});
            match verdict {
                Some(true) => action["Verdict"] = json!({"Accepted": true}),
                Some(false) => {
                    action["Verdict"] =
                        json!({"Accepted": false, "Code": "ConditionalCheckFailed", "Message": "m"});
                }
                None => {}
            }
            action
        };
        let actions: Vec<Value> = verdicts.iter().enumerate().map(action).collect();
        let value =
            json!({"Transaction": 3, "Timestamp": 9, "Phase": phase, "Actions": actions, "Next": next});
        Standing::read(&value).unwrap()
    }

    #[test]
    fn the_messages_are_those_that_were_sent() {
        let begun = standing("Preparing", &[None, None], 0, json!({"Message": "Prepare", "Action": 0}));
        assert_eq!((begun.messages(), begun.next), (vec![], Some(Message::Prepare(0))));
        let half =
            standing("Committing", &[Some(true), Some(true)], 1, json!({"Message": "Commit", "Action": 1}));
        let sent = [Message::Prepare(0), Message::Prepare(1), Message::Decide, Message::Commit(0)];
        assert_eq!(half.messages(), sent);
        assert!(!half.holds(0) && half.holds(1));
        assert!(half.holds_after(0, 1) && !half.holds_after(1, 1) && half.holds_after(1, 3));
    }

    #[test]
    fn a_refused_item_is_never_held() {
        let over = standing("Cancelled", &[Some(false), Some(true)], 2, Value::Null);
        assert!(over.is_over() && over.decision() == Some(false));
        assert!(!over.holds_after(0, 2) && over.holds_after(1, 2) && !over.holds(1));
        assert_eq!(over.messages().last(), Some(&Message::Cancel(1)));
    }
}
