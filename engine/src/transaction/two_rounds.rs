//! TransactGetItems in a run, one message at a time: every item is read, then looked at again.
//!
//! Owns what a partition answers and when the coordinator rejects. Writes nothing, and holds nothing.

use crate::access::get;
use crate::capacity::ReadMode;
use crate::error::{ApiError, access as access_words, transaction as words};

use super::ItemRead;
use super::advance::{Stepper, Told, reason, told};
use super::partition::code;
use super::run::{Answer, Content, Message, Outcome, Stage};
use super::tell::Rule;

impl Stepper<'_> {
    /// A partition answers a transactional read: the first time with the item, the second with its log position.
    pub(super) fn read(&mut self, message: &Message, wanted: &ItemRead, round: u8) -> Told {
        let key = self.read_text(wanted);
        let id = self.region.tables.get(&wanted.table).map(|state| state.saved.table.id);
        let mark = match (&wanted.key, id) {
            (Ok(key), Some(id)) => self.region.mark(id, &key.bytes).copied().unwrap_or_default(),
            _ => Default::default(),
        };
        let pending = mark.pending.filter(|_| self.region.checks.pending);
        let (answer, said) = match (&wanted.key, pending) {
            (Ok(_), Some(holder)) => (
                Err(access_words::transaction_conflict()),
                told(format!("{key} is not read: t{holder} is about to write it."), Some(Rule::TwoRounds)),
            ),
            (Ok(item), None) if round == 1 => {
                let found = get(self.region, self.context, &wanted.table, item, ReadMode::Transactional);
                (
                    found,
                    told(format!("{key} is read; its last write is at log position {}.", mark.version), None),
                )
            }
            (Ok(_), None) => (
                Ok(None),
                told(
                    format!("{key} is looked at again; its last write is at log position {}.", mark.version),
                    Some(Rule::TwoRounds),
                ),
            ),
            (Err(error), _) => {
                (Err(error.clone()), told(format!("The read is refused: {}", error.message), None))
            }
        };
        let answer = match answer {
            Ok(item) => Answer::Read { item, version: mark.version },
            Err(error) => Answer::NotRead { code: code(&error), message: error.message.clone() },
        };
        self.post(Message { content: Content::Answer(answer, round), ..message.clone() });
        said
    }

    /// The coordinator hears an answer to a transactional read.
    pub(super) fn hear_read(&mut self, message: &Message, answer: Answer, round: u8) -> Told {
        let at = message.client;
        let client = self.client(at);
        let of_now = match client.stage {
            Stage::FirstRound => round == 1,
            Stage::SecondRound => round == 2,
            _ => false,
        };
        if !of_now || client.answers[message.action].is_some() {
            return told("The answer changes nothing: it was heard before.", Some(Rule::Repeated));
        }
        client.answers[message.action] = Some(answer);
        if !client.answers.iter().all(Option::is_some) {
            return told("The coordinator hears the answer, and waits for the others.", None);
        }
        let count = client.answers.len();
        let failed = client.answers.iter().flatten().any(|answer| matches!(answer, Answer::NotRead { .. }));
        if failed {
            let error = words::cancelled(client.answers.iter().map(reason).collect());
            self.refuse(at, &error);
            return told("One of the reads was refused: all of it is rejected.", Some(Rule::TwoRounds));
        }
        if round == 1 {
            client.first = std::mem::replace(&mut client.answers, vec![None; count]);
            client.stage = Stage::SecondRound;
            for action in 0..count {
                self.send(at, action, Content::Read(2));
            }
            return told("All items are read; each is looked at a second time.", Some(Rule::TwoRounds));
        }
        let changed: Vec<bool> = client
            .first
            .iter()
            .zip(&client.answers)
            .map(|(first, second)| version(first) != version(second))
            .collect();
        if changed.contains(&true) {
            let conflict = |changed: &bool| match changed {
                true => Some(not_read(&access_words::transaction_conflict())),
                false => None,
            };
            let reasons = changed.iter().map(conflict).map(|answer| reason(&answer)).collect();
            self.refuse(at, &words::cancelled(reasons));
            return told(
                "An item was written between the two reads: all of it is rejected.",
                Some(Rule::TwoRounds),
            );
        }
        let found = client.first.iter().map(|answer| match answer {
            Some(Answer::Read { item, .. }) => item.clone(),
            _ => None,
        });
        let found = found.collect();
        self.end(at, Outcome::Read(found));
        told(
            "No log position changed between the two reads: the items are as of one moment.",
            Some(Rule::TwoRounds),
        )
    }
}

fn not_read(error: &ApiError) -> Answer {
    Answer::NotRead { code: code(error), message: error.message.clone() }
}

fn version(answer: &Option<Answer>) -> u64 {
    match answer {
        Some(Answer::Read { version, .. }) => *version,
        _ => 0,
    }
}
