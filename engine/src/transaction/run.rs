//! A run: several clients side by side, each with a transaction or a plain request, and the messages between them.
//!
//! Owns what a run is made of and which steps it can take next; the ledger keeps it. [`super::advance`] takes the steps. A
//! message is delivered in any order, later than others, twice; a coordinator may stop, and a recovery manager go on from the
//! ledger. Never reads or writes an item.

use serde::{Deserialize, Serialize};

use crate::access::Region;
use crate::capacity::ReadMode;
use crate::random::Random;
use crate::store::Space;
use crate::timeline::{CancelCode, TransactionId};

use super::partition::Prepared;
use super::tell::Rule;
use super::token::Token;
use super::{Action, ItemRead};

/// What a client asks for, read and checked.
#[derive(Clone, Debug)]
pub enum Work {
    /// TransactWriteItems.
    TransactWrite {
        /// Its actions.
        actions: Vec<Action>,
        /// Its ClientRequestToken.
        token: Option<Token>,
    },
    /// TransactGetItems.
    TransactGet(Vec<ItemRead>),
    /// PutItem, UpdateItem or DeleteItem.
    Write(Box<Action>),
    /// GetItem.
    Get(ItemRead, ReadMode),
}

impl Work {
    /// How many items it is about.
    pub fn items(&self) -> usize {
        match self {
            Work::TransactWrite { actions, .. } => actions.len(),
            Work::TransactGet(reads) => reads.len(),
            Work::Write(_) | Work::Get(..) => 1,
        }
    }
}

/// Where a client's request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Stage {
    /// It has not been sent.
    Waiting,
    /// A plain request is on its way.
    Sent,
    /// Prepare messages are out.
    Preparing,
    /// "Commit" is in the ledger.
    Committing,
    /// "Cancel" is in the ledger.
    Cancelling,
    /// Items are read the first time.
    FirstRound,
    /// Items are read the second time.
    SecondRound,
    /// It is answered.
    Over,
}

/// What an item's partition answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// To a prepare message.
    Prepared(Prepared),
    /// To a transactional read: the item, encoded, and the log position of its last write.
    Read {
        /// The item; none where there is none.
        item: Option<Vec<u8>>,
        /// Its log position.
        version: u64,
    },
    /// To a transactional read that is refused: a cancellation reason.
    NotRead {
        /// Its code.
        code: CancelCode,
        /// Its message.
        message: String,
    },
}

/// What is in a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// Coordinator to partition.
    Prepare,
    /// Coordinator to partition.
    Commit,
    /// Coordinator to partition.
    Cancel,
    /// Coordinator to partition: the first or the second read.
    Read(u8),
    /// Client to partition: a plain request.
    Request,
    /// Partition to coordinator; of a read, with its round.
    Answer(Answer, u8),
}

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its number in the run, from 1.
    pub id: u32,
    /// The client that it is of, from 0.
    pub client: usize,
    /// The action that it is about, from 0.
    pub action: usize,
    /// What is in it.
    pub content: Content,
    /// Which coordinator of the transaction it is of: 0, then 1 more with each recovery.
    pub epoch: u32,
    /// Whether it is held up: a seed leaves it for last.
    pub delayed: bool,
}

impl Message {
    /// What it is called.
    pub fn name(&self) -> &'static str {
        match &self.content {
            Content::Prepare => "Prepare",
            Content::Commit => "Commit",
            Content::Cancel => "Cancel",
            Content::Read(1) => "Read",
            Content::Read(_) => "Read again",
            Content::Request => "Request",
            Content::Answer(Answer::Prepared(prepared), _) => match prepared.accepted() {
                true => "Accepted",
                false => "Refused",
            },
            Content::Answer(Answer::Read { .. }, _) => "Value",
            Content::Answer(Answer::NotRead { .. }, _) => "Refused",
        }
    }
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Outcome {
    /// It was carried out; `again`: its token was used before, and nothing was done.
    Written {
        /// Whether an earlier request was the one that did it.
        again: bool,
    },
    /// The items read, encoded.
    Read(Vec<Option<Vec<u8>>>),
    /// The exception, as it is sent.
    Refused {
        /// Its name.
        name: String,
        /// Its body, JSON.
        body: String,
    },
}

/// One client of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// The API action.
    pub operation: String,
    /// Its request, as it came in.
    pub request: String,
    /// The number of its transaction; none before it is sent, and for plain requests.
    pub transaction: Option<TransactionId>,
    /// The timestamp that its coordinator gave it.
    pub timestamp: u64,
    /// Where it stands.
    pub stage: Stage,
    /// Whether its coordinator stopped, and nobody has gone on yet.
    pub crashed: bool,
    /// How often a recovery manager went on with it.
    pub epoch: u32,
    /// What the coordinator has heard, by item; lost when it stops.
    pub answers: Vec<Option<Answer>>,
    /// What the first of two reads told, by item.
    pub first: Vec<Option<Answer>>,
    /// The items that have carried out the decision, as far as the coordinator knows.
    pub settled: Vec<bool>,
    /// Its ClientRequestToken.
    pub token: Option<String>,
    /// How it ended.
    pub outcome: Option<Outcome>,
}

/// A step that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The step.
    pub step: Step,
    /// The client.
    pub client: usize,
    /// The message that was delivered, doubled, held up or let go.
    pub message: Option<Message>,
    /// The messages that went out.
    pub sent: Vec<Message>,
    /// What happened, in words.
    pub text: String,
    /// Why, where a rule decided.
    pub rule: Option<Rule>,
}

/// Something that can happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Step {
    /// A client sends its request.
    Start(usize),
    /// A message arrives.
    Deliver(u32),
    /// A coordinator that has all answers decides.
    Decide(usize),
    /// A coordinator stops.
    Crash(usize),
    /// A recovery manager goes on with a transaction.
    Recover(usize),
    /// A message will arrive twice.
    Repeat(u32),
    /// A message is held up.
    Delay(u32),
    /// A message is held up no more.
    Resume(u32),
}

impl Step {
    /// The step as it is written: `deliver 4`; clients are counted from 1.
    pub fn id(self) -> String {
        match self {
            Step::Start(client) => format!("start {}", client + 1),
            Step::Deliver(message) => format!("deliver {message}"),
            Step::Decide(client) => format!("decide {}", client + 1),
            Step::Crash(client) => format!("crash {}", client + 1),
            Step::Recover(client) => format!("recover {}", client + 1),
            Step::Repeat(message) => format!("repeat {message}"),
            Step::Delay(message) => format!("delay {message}"),
            Step::Resume(message) => format!("resume {message}"),
        }
    }

    /// The step that is written so.
    pub fn read(id: &str) -> Option<Step> {
        let (name, number) = id.split_once(' ')?;
        let number: u32 = number.parse().ok()?;
        let client = (number as usize).checked_sub(1);
        Some(match name {
            "start" => Step::Start(client?),
            "deliver" => Step::Deliver(number),
            "decide" => Step::Decide(client?),
            "crash" => Step::Crash(client?),
            "recover" => Step::Recover(client?),
            "repeat" => Step::Repeat(number),
            "delay" => Step::Delay(number),
            "resume" => Step::Resume(number),
            _ => return None,
        })
    }

    /// Whether it is something going wrong, which no seed does by itself.
    pub fn is_fault(self) -> bool {
        matches!(self, Step::Crash(_) | Step::Repeat(_) | Step::Delay(_))
    }
}

/// Several clients and the messages between them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The clients.
    pub clients: Vec<Client>,
    /// The messages on their way, by number.
    pub messages: Vec<Message>,
    /// Messages sent so far.
    pub sent: u32,
    /// The steps taken; none are kept where nobody looks.
    pub trail: Vec<Taken>,
}

/// Where the ledger keeps the run.
const RUN: &[u8] = b"run";

impl Run {
    /// Adds a client whose request is not sent yet.
    pub fn join(&mut self, operation: &str, request: &str, work: &Work) {
        let items = work.items();
        let token = match work {
            Work::TransactWrite { token: Some(token), .. } => Some(token.text.clone()),
            _ => None,
        };
        self.clients.push(Client {
            operation: operation.into(),
            request: request.into(),
            transaction: None,
            timestamp: 0,
            stage: Stage::Waiting,
            crashed: false,
            epoch: 0,
            answers: vec![None; items],
            first: vec![None; items],
            settled: vec![false; items],
            token,
            outcome: None,
        });
    }

    /// Whether every client is answered and nothing is on its way.
    pub fn is_over(&self) -> bool {
        self.messages.is_empty() && self.clients.iter().all(|client| client.stage == Stage::Over)
    }

    /// The message of that number, if it is on its way.
    pub fn message(&self, id: u32) -> Option<&Message> {
        self.messages.iter().find(|message| message.id == id)
    }

    /// All that can happen next: what moves on first, then what goes wrong.
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for (at, client) in self.clients.iter().enumerate() {
            match client.stage {
                Stage::Waiting => steps.push(Step::Start(at)),
                _ if client.crashed => steps.push(Step::Recover(at)),
                Stage::Preparing if client.answers.iter().all(Option::is_some) => {
                    steps.push(Step::Decide(at));
                }
                _ => {}
            }
        }
        steps.extend(self.messages.iter().map(|message| match message.delayed {
            true => Step::Resume(message.id),
            false => Step::Deliver(message.id),
        }));
        for (at, client) in self.clients.iter().enumerate() {
            let runs = matches!(client.stage, Stage::Preparing | Stage::Committing | Stage::Cancelling);
            if runs && !client.crashed {
                steps.push(Step::Crash(at));
            }
        }
        for message in &self.messages {
            if !message.delayed {
                steps.push(Step::Delay(message.id));
                // A plain request that is sent twice is two requests.
                if message.content != Content::Request {
                    steps.push(Step::Repeat(message.id));
                }
            }
        }
        steps
    }

    /// The step that a seed takes: any that moves on, one that lets go of a message only where there is no other.
    pub fn draw(&self, random: &mut Random) -> Option<Step> {
        let steps: Vec<Step> = self.steps().into_iter().filter(|step| !step.is_fault()).collect();
        let late = |step: &Step| matches!(step, Step::Resume(_));
        let prompt: Vec<Step> = steps.iter().copied().filter(|step| !late(step)).collect();
        let choice = if prompt.is_empty() { steps } else { prompt };
        let at = random.below(choice.len().max(1) as u64) as usize;
        choice.get(at).copied()
    }

    /// The run that is under way.
    pub fn load(region: &Region) -> crate::error::Result<Option<Run>> {
        let bytes = region.store.get(Space::Ledger, RUN);
        bytes.map(|bytes| serde_json::from_slice(bytes).map_err(Region::internal)).transpose()
    }

    /// Writes the run into the ledger; one that is over leaves it, and the items' marks with it.
    pub fn save(&self, region: &mut Region, now_ms: u64) {
        if self.is_over() {
            return Run::drop_from(region, now_ms);
        }
        let bytes = serde_json::to_vec(self).expect("a run is always JSON");
        region.store.write(Space::Ledger, RUN, Some(bytes), now_ms);
    }

    /// Takes the run out of the ledger.
    pub fn drop_from(region: &mut Region, now_ms: u64) {
        region.store.write(Space::Ledger, RUN, None, now_ms);
        region.contest_nothing(now_ms);
        if !region.has_open_transactions() {
            region.clear_marks(now_ms);
        }
    }

    /// The clients whose transactions are under way.
    pub fn running(&self) -> impl Iterator<Item = &Client> {
        self.clients.iter().filter(|client| !matches!(client.stage, Stage::Waiting | Stage::Over))
    }
}
