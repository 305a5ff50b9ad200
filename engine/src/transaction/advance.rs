//! Taking a step of a run: the coordinators, the recovery manager, and the messages that arrive.
//!
//! Owns the coordinator's side of the published protocol, one message at a time; what a partition does with a message is
//! [`super::partition`]'s, the same as in an ordinary call. Never chooses a step.

use crate::access::{Checks, Context, Region, get, key_text, write as write_item};
use crate::error::{ApiError, ErrorKind, Result, transaction as words};
use crate::store::Space;
use crate::timeline::{Access, CancelCode, EventKind, PrepareVerdict};

use super::partition::{Prepared, Sender, check_reached, holder, prepare, settle, text, write};
use super::run::{Answer, Client, Content, Message, Outcome, Run, Stage, Step, Taken, Work};
use super::tell::{Rule, items};
use super::{Action, ItemRead, token};

/// What is told of a step.
pub(super) struct Told {
    text: String,
    rule: Option<Rule>,
}

pub(super) fn told(text: impl Into<String>, rule: Option<Rule>) -> Told {
    Told { text: text.into(), rule }
}

/// Everything that a step is taken with.
pub struct Stepper<'a> {
    /// The data.
    pub region: &'a mut Region,
    /// The record of the request that steps.
    pub context: &'a mut Context,
    /// What each client asks for.
    pub works: &'a [Work],
    /// Where all stands.
    pub run: &'a mut Run,
    /// Whether the steps are told and kept.
    pub watched: bool,
}

impl Stepper<'_> {
    /// Refuses a step whose message's partition cannot answer as things are: the message stays on its way.
    pub fn check(&mut self, step: Step) -> Result<()> {
        let Step::Deliver(id) = step else { return Ok(()) };
        let Some(message) = self.run.message(id) else { return Ok(()) };
        match (&self.works[message.client], &message.content) {
            (Work::TransactWrite { actions, .. }, Content::Prepare | Content::Commit) => {
                check_reached(self.region, self.context, &actions[message.action])
            }
            _ => Ok(()),
        }
    }

    /// Takes a step that is among [`Run::steps`].
    pub fn take(&mut self, step: Step) {
        let first_new = self.run.sent;
        let message = match step {
            Step::Deliver(id) | Step::Repeat(id) | Step::Delay(id) | Step::Resume(id) => {
                self.run.message(id).cloned()
            }
            _ => None,
        };
        let client = match (step, &message) {
            (Step::Start(at) | Step::Decide(at) | Step::Crash(at) | Step::Recover(at), _) => at,
            (_, Some(message)) => message.client,
            (_, None) => return,
        };
        let Told { text, rule } = match (step, message.clone()) {
            (Step::Start(_), _) => self.start(client),
            (Step::Decide(_), _) => self.decide(client),
            (Step::Crash(_), _) => self.crash(client),
            (Step::Recover(_), _) => self.recover(client),
            (Step::Deliver(id), Some(message)) => {
                self.run.messages.retain(|other| other.id != id);
                self.deliver(message)
            }
            (Step::Repeat(_), Some(message)) => {
                let name = message.name();
                self.post(message);
                told(format!("The message {name} will arrive twice."), None)
            }
            (Step::Delay(id), Some(message)) => {
                self.hold_up(id, true);
                told(format!("The message {} is held up.", message.name()), None)
            }
            (Step::Resume(id), Some(message)) => {
                self.hold_up(id, false);
                told(format!("The message {} goes on.", message.name()), None)
            }
            (_, None) => return,
        };
        if self.watched {
            let sent = self.run.messages.iter().filter(|message| message.id > first_new).cloned().collect();
            let kind = EventKind::TransactionStep {
                client: client + 1,
                transaction: self.run.clients[client].transaction,
                step: step.id(),
                told: text.clone(),
                rule: rule.map(|rule| rule.text().to_string()),
            };
            self.run.trail.push(Taken { step, client, message, sent, text, rule });
            if self.context.is_probed() {
                self.run.save(self.region, self.context.now_ms);
                self.context.pass(self.region);
            }
            self.context.record(kind);
        }
    }

    pub(super) fn post(&mut self, message: Message) {
        self.run.sent += 1;
        self.run.messages.push(Message { id: self.run.sent, delayed: false, ..message });
    }

    pub(super) fn send(&mut self, client: usize, action: usize, content: Content) {
        let epoch = self.run.clients[client].epoch;
        self.post(Message { id: 0, client, action, content, epoch, delayed: false });
    }

    /// Gives up a client that nothing is decided for: what it has on its way is lost, and for a transaction that was preparing
    /// "cancel" goes into the ledger and to every item. What is decided only goes forward.
    pub fn give_up(&mut self, at: usize) {
        let stage = self.run.clients[at].stage;
        if matches!(stage, Stage::Committing | Stage::Cancelling | Stage::Over) {
            return;
        }
        self.run.messages.retain(|message| message.client != at);
        let Some(transaction) = self.run.clients[at].transaction else {
            self.client(at).stage = Stage::Over;
            return;
        };
        let asked = self.run.clients[at].answers.iter().flatten().count();
        self.context.record(EventKind::TransactionAbandoned { transaction, asked });
        if stage != Stage::Preparing {
            self.client(at).stage = Stage::Over;
            self.context.record(EventKind::TransactionFinished { transaction, committed: false });
            return;
        }
        self.context.record(EventKind::TransactionDecided { transaction, commit: false });
        let client = self.client(at);
        (client.stage, client.crashed) = (Stage::Cancelling, false);
        client.epoch += 1;
        for action in 0..self.run.clients[at].settled.len() {
            self.send(at, action, Content::Cancel);
        }
    }

    fn hold_up(&mut self, id: u32, delayed: bool) {
        for message in self.run.messages.iter_mut().filter(|message| message.id == id) {
            message.delayed = delayed;
        }
    }

    pub(super) fn client(&mut self, at: usize) -> &mut Client {
        &mut self.run.clients[at]
    }

    pub(super) fn end(&mut self, at: usize, outcome: Outcome) {
        let client = self.client(at);
        client.stage = Stage::Over;
        client.outcome = Some(outcome);
        if let Some(transaction) = client.transaction {
            let committed = !matches!(client.outcome, Some(Outcome::Refused { .. }));
            self.context.record(EventKind::TransactionFinished { transaction, committed });
        }
    }

    pub(super) fn refuse(&mut self, at: usize, error: &ApiError) {
        let body = String::from_utf8_lossy(&error.to_json()).into_owned();
        self.end(at, Outcome::Refused { name: error.kind.name().into(), body });
    }

    /// Takes a transaction on and stamps it.
    fn begin(&mut self, at: usize, keys: Vec<String>, access: Access) -> (u64, u64) {
        self.region.counters.transactions += 1;
        self.region.counters.requests += 1;
        let (transaction, timestamp) = (self.region.counters.transactions, self.region.counters.requests);
        let client = self.client(at);
        (client.transaction, client.timestamp) = (Some(transaction), timestamp);
        self.context.record(EventKind::TransactionStarted { transaction, timestamp, keys, access });
        (transaction, timestamp)
    }

    fn start(&mut self, at: usize) -> Told {
        let works = self.works;
        match &works[at] {
            Work::TransactWrite { actions, token } => {
                let running = token::refuse_running_in(self.run, token.as_ref());
                match running.and_then(|()| token::was_done(self.region, self.context, token.as_ref())) {
                    Err(error) => {
                        self.refuse(at, &error);
                        return told(format!("It is refused: {}", error.message), Some(Rule::Token));
                    }
                    Ok(true) => {
                        self.end(at, Outcome::Written { again: true });
                        let text = "Its token was used for this very request before: nothing is done, and the answer is that of the first time.";
                        return told(text, Some(Rule::Token));
                    }
                    Ok(false) => {}
                }
                let keys = actions.iter().map(|action| text(self.region, action)).collect();
                let (number, timestamp) = self.begin(at, keys, Access::Write);
                self.client(at).stage = Stage::Preparing;
                for action in 0..actions.len() {
                    self.send(at, action, Content::Prepare);
                }
                let count = items(actions.len());
                told(
                    format!(
                        "t{number} is stamped {timestamp} and in the ledger; a prepare message goes to each of its {count}."
                    ),
                    None,
                )
            }
            Work::TransactGet(reads) => {
                let keys = reads.iter().map(|read| self.read_text(read)).collect();
                let (number, _) = self.begin(at, keys, Access::Read);
                self.client(at).stage = Stage::FirstRound;
                for action in 0..reads.len() {
                    self.send(at, action, Content::Read(1));
                }
                told(format!("t{number} reads its {} for the first time.", items(reads.len())), None)
            }
            Work::Write(_) | Work::Get(..) => {
                self.client(at).stage = Stage::Sent;
                self.send(at, 0, Content::Request);
                told("The plain request is on its way to its partition; it has no coordinator.", None)
            }
        }
    }

    fn decide(&mut self, at: usize) -> Told {
        let client = &self.run.clients[at];
        let (number, count) = (client.transaction.unwrap_or_default(), client.answers.len());
        let accepted: Vec<bool> = client.answers.iter().map(has_accepted).collect();
        let refused = accepted.iter().filter(|accepted| !**accepted).count();
        let commit = refused == 0;
        self.context.record(EventKind::TransactionDecided { transaction: number, commit });
        let client = self.client(at);
        client.stage = if commit { Stage::Committing } else { Stage::Cancelling };
        client.settled = accepted.iter().map(|accepted| !accepted).collect();
        let content = if commit { Content::Commit } else { Content::Cancel };
        for action in (0..count).filter(|action| accepted[*action]) {
            self.send(at, action, content.clone());
        }
        let ended = self.finish(at);
        let text = match commit {
            true => format!(
                "All {} accepted: “commit” is written into the ledger for t{number}.{ended}",
                items(count)
            ),
            false => {
                format!(
                    "{refused} of {} refused: “cancel” is written into the ledger for t{number}.{ended}",
                    items(count)
                )
            }
        };
        told(text, Some(Rule::Decision))
    }

    /// Answers the client where every item has carried out the decision.
    fn finish(&mut self, at: usize) -> &'static str {
        let client = &self.run.clients[at];
        if !client.settled.iter().all(|settled| *settled) {
            return "";
        }
        match client.stage {
            Stage::Committing => {
                if let Work::TransactWrite { token, .. } = &self.works[at] {
                    token::remember(self.region, self.context, token.as_ref());
                }
                self.end(at, Outcome::Written { again: false });
                " All of it happened, and its client is answered."
            }
            Stage::Cancelling => {
                let error = words::cancelled(client.answers.iter().map(reason).collect());
                self.refuse(at, &error);
                " Nothing of it happened, and its client is answered."
            }
            _ => "",
        }
    }

    fn crash(&mut self, at: usize) -> Told {
        let client = self.client(at);
        client.crashed = true;
        let number = client.transaction.unwrap_or_default();
        let ledger = match client.stage {
            Stage::Preparing => {
                client.answers.fill(None);
                "that it began"
            }
            Stage::Committing => "“commit”",
            _ => "“cancel”",
        };
        told(
            format!(
                "The coordinator of t{number} stops, and what it had heard is lost. The ledger has {ledger}; messages on their way still arrive."
            ),
            None,
        )
    }

    fn recover(&mut self, at: usize) -> Told {
        let client = self.client(at);
        client.crashed = false;
        client.epoch += 1;
        let (number, stage) = (client.transaction.unwrap_or_default(), client.stage);
        let (content, does) = match stage {
            Stage::Preparing => (Content::Prepare, "every item is asked to prepare again"),
            Stage::Committing => (Content::Commit, "“commit” goes to every item again"),
            _ => (Content::Cancel, "“cancel” goes to every item again"),
        };
        for action in 0..client.settled.len() {
            self.send(at, action, content.clone());
        }
        told(
            format!("A recovery manager finds t{number} in the ledger and goes on: {does}."),
            Some(Rule::Recovery),
        )
    }

    fn deliver(&mut self, message: Message) -> Told {
        let works = self.works;
        match (&works[message.client], message.content.clone()) {
            (Work::TransactWrite { actions, .. }, Content::Prepare) => {
                self.prepare(&message, &actions[message.action])
            }
            (Work::TransactWrite { actions, .. }, Content::Commit) => {
                self.settle(&message, &actions[message.action], true)
            }
            (Work::TransactWrite { actions, .. }, Content::Cancel) => {
                self.settle(&message, &actions[message.action], false)
            }
            (Work::TransactWrite { actions, .. }, Content::Answer(Answer::Prepared(prepared), _)) => {
                let key = text(self.region, &actions[message.action]);
                self.hear(&message, prepared, &key)
            }
            (Work::TransactGet(reads), Content::Read(round)) => {
                self.read(&message, &reads[message.action], round)
            }
            (Work::TransactGet(_), Content::Answer(answer, round)) => self.hear_read(&message, answer, round),
            (Work::Write(action), Content::Request) => self.plain_write(message.client, action),
            (Work::Get(read, mode), Content::Request) => {
                let (found, key) = match &read.key {
                    Ok(key) => {
                        (get(self.region, self.context, &read.table, key, *mode), self.read_text(read))
                    }
                    Err(error) => (Err(error.clone()), String::new()),
                };
                match found {
                    Ok(item) => {
                        self.end(message.client, Outcome::Read(vec![item]));
                        told(format!("{key} is read as it was committed last."), Some(Rule::PlainRead))
                    }
                    Err(error) => {
                        self.refuse(message.client, &error);
                        told(format!("The read is refused: {}", error.message), None)
                    }
                }
            }
            _ => told("The message is of no use.", None),
        }
    }

    fn sender(&self, message: &Message) -> Sender {
        let client = &self.run.clients[message.client];
        Sender {
            transaction: client.transaction.unwrap_or_default(),
            timestamp: client.timestamp,
            action: message.action,
        }
    }

    fn prepare(&mut self, message: &Message, action: &Action) -> Told {
        let sender = self.sender(message);
        let (number, key) = (sender.transaction, text(self.region, action));
        let held_by = holder(self.region, action);
        let (item, latest_delete) = match &action.key {
            Ok(key) => (
                self.region.item_timestamp(&action.table, key),
                self.region.latest_delete(&action.table, key),
            ),
            Err(_) => (0, 0),
        };
        let there = is_there(self.region, action);
        let prepared = prepare(self.region, self.context, action, sender);
        let timestamp = sender.timestamp;
        let said = match &prepared.verdict {
            PrepareVerdict::Accepted if held_by == Some(number) => {
                told(format!("{key} is held for t{number} already, and accepts again."), Some(Rule::Repeated))
            }
            PrepareVerdict::Accepted => {
                let holds = match &action.condition {
                    Some(condition) => format!("{condition} holds, "),
                    None => String::new(),
                };
                let free = match self.region.checks {
                    Checks { timestamp: false, .. } => {
                        format!("no other transaction holds it, and its timestamp {item} is not looked at.")
                    }
                    Checks { pending: false, .. } => format!(
                        "its timestamp {item} is earlier than {timestamp}, and who else holds it is not looked at."
                    ),
                    _ => format!(
                        "its timestamp {item} is earlier than {timestamp}, and no other transaction holds it."
                    ),
                };
                told(
                    format!("{key} accepts, and is held for t{number}: {holds}{free}"),
                    Some(Rule::Timestamp),
                )
            }
            PrepareVerdict::Refused { code: CancelCode::TransactionConflict, .. } => match held_by {
                _ if item >= timestamp && !there && item == latest_delete => told(
                    format!(
                        "{key} refuses: it is not there, and an item of its partition was deleted at {latest_delete}, not before t{number}'s {timestamp}."
                    ),
                    Some(Rule::LatestDelete),
                ),
                _ if item >= timestamp => told(
                    format!("{key} refuses: it was written at {item}, not before t{number}'s {timestamp}."),
                    Some(Rule::Timestamp),
                ),
                holder => told(
                    format!("{key} refuses: t{} holds it.", holder.unwrap_or_default()),
                    Some(Rule::Pending),
                ),
            },
            PrepareVerdict::Refused { message, .. } => {
                told(format!("{key} refuses: {message}"), Some(Rule::Condition))
            }
        };
        let answer = Content::Answer(Answer::Prepared(prepared), 0);
        let epoch = message.epoch;
        self.post(Message { content: answer, epoch, ..message.clone() });
        said
    }

    /// The coordinator hears an answer to a prepare message.
    fn hear(&mut self, message: &Message, prepared: Prepared, key: &str) -> Told {
        let at = message.client;
        let client = &self.run.clients[at];
        let number = client.transaction.unwrap_or_default();
        let accepted = prepared.accepted();
        let word = if accepted { "accepted" } else { "refused" };
        if client.stage == Stage::Preparing && !client.crashed {
            // Who asked does not matter where the item is held; a refusal counts for the coordinator that asked, if it is the first.
            let heard = &client.answers[message.action];
            let counts = match accepted {
                true => !has_accepted(heard),
                false => message.epoch == client.epoch && heard.is_none(),
            };
            if counts {
                self.client(at).answers[message.action] = Some(Answer::Prepared(prepared));
                return told(format!("The coordinator of t{number} hears that {key} {word}."), None);
            }
        }
        let client = &self.run.clients[at];
        let decided = match (client.stage, &client.outcome) {
            (Stage::Committing, _) | (Stage::Over, Some(Outcome::Written { .. })) => Some(Content::Commit),
            (Stage::Cancelling, _) | (Stage::Over, _) => Some(Content::Cancel),
            _ => None,
        };
        let on_its_way = |content: &Content| {
            self.run.messages.iter().any(|other| {
                (other.client, other.action) == (at, message.action) && other.content == *content
            })
        };
        match decided {
            Some(content) if accepted && !on_its_way(&content) => {
                let what = if content == Content::Commit { "commit" } else { "cancel" };
                self.send(at, message.action, content);
                told(
                    format!(
                        "{key} accepted t{number} late: the ledger has “{what}”, which it is told again."
                    ),
                    Some(Rule::Recovery),
                )
            }
            _ => told(
                format!(
                    "The answer that {key} {word} changes nothing: the coordinator that asked is gone, or knows already."
                ),
                Some(Rule::Repeated),
            ),
        }
    }

    fn settle(&mut self, message: &Message, action: &Action, commit: bool) -> Told {
        let sender = self.sender(message);
        let (number, key) = (sender.transaction, text(self.region, action));
        let did = settle(self.region, self.context, action, sender, commit);
        let (at, heard) = (message.client, !self.run.clients[message.client].crashed);
        let deciding = matches!(self.run.clients[at].stage, Stage::Committing | Stage::Cancelling);
        let mut ended = "";
        if heard && deciding {
            self.client(at).settled[message.action] = true;
            ended = self.finish(at);
        }
        match (did, commit) {
            (true, true) => told(
                format!(
                    "{key} carries out t{number} with timestamp {}, and is held no more.{ended}",
                    sender.timestamp
                ),
                None,
            ),
            (true, false) => told(format!("{key} stays as it was, and is held no more.{ended}"), None),
            (false, _) => told(
                format!("{key} is not held for t{number}: the message changes nothing.{ended}"),
                Some(Rule::Repeated),
            ),
        }
    }

    fn plain_write(&mut self, at: usize, action: &Action) -> Told {
        self.region.counters.requests += 1;
        let (now, key) = (self.region.counters.requests, text(self.region, action));
        self.client(at).timestamp = now;
        let held_by = holder(self.region, action);
        let written = match &action.key {
            Ok(item) => write_item(self.region, self.context, &write(action, item, None)).map(|_| ()),
            Err(error) => Err(error.clone()),
        };
        match written {
            Ok(()) => {
                self.end(at, Outcome::Written { again: false });
                told(format!("{key} is written, with timestamp {now}."), Some(Rule::PlainWrite))
            }
            Err(error) => {
                self.refuse(at, &error);
                match (error.kind, held_by) {
                    (ErrorKind::TransactionConflict, Some(holder)) => {
                        told(format!("{key} is not written: t{holder} holds it."), Some(Rule::PlainWrite))
                    }
                    _ => told(format!("{key} is not written: {}", error.message), None),
                }
            }
        }
    }

    pub(super) fn read_text(&self, read: &ItemRead) -> String {
        match (&read.key, self.region.tables.get(&read.table)) {
            (Ok(key), Some(state)) => key_text(&state.saved.table.keys, &key.attributes),
            _ => String::new(),
        }
    }
}

fn has_accepted(answer: &Option<Answer>) -> bool {
    matches!(answer, Some(Answer::Prepared(prepared)) if prepared.accepted())
}

/// The cancellation reason in an item's place.
pub(super) fn reason(answer: &Option<Answer>) -> crate::error::CancellationReason {
    match answer {
        Some(Answer::Prepared(prepared)) => prepared.reason(),
        Some(Answer::NotRead { code, message }) => crate::error::CancellationReason {
            code: words::code_name(*code),
            message: Some(message.clone()),
            item: None,
        },
        _ => crate::error::CancellationReason::none(),
    }
}

fn is_there(region: &Region, action: &Action) -> bool {
    let (Ok(key), Some(state)) = (&action.key, region.tables.get(&action.table)) else { return false };
    region.store.get(Space::Items { table: state.saved.table.id, index: 0 }, &key.bytes).is_some()
}
