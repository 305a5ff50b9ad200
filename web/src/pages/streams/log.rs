//! A stream as far as it was read: its shards, each shard's records in order, and where the learner's iterator stands.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::record::Record;
use super::shard::{Shard, tree};
use crate::protocol::ClientError;
use crate::state::reducible;

/// Where an iterator begins, as GetShardIterator takes it.
pub const ITERATOR_TYPES: [&str; 4] =
    ["TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"];

/// The learner's iterator.
#[derive(Clone, Debug, PartialEq)]
pub struct Iterator {
    /// Its shard.
    pub shard: String,
    /// How it was asked for.
    pub kind: String,
    /// The token for the next GetRecords; none at the end of a closed shard.
    pub token: Option<String>,
    /// The sequence number that it stands behind; none before the first record.
    pub after: Option<String>,
}

/// A stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    /// Its ARN.
    pub arn: String,
    /// `ENABLED` or `DISABLED`.
    pub status: String,
    /// What its records keep.
    pub view_type: String,
    /// Its shards, each below its parent.
    pub shards: Vec<Shard>,
    /// Each shard's records, oldest first.
    pub records: BTreeMap<String, Rc<Vec<Rc<Record>>>>,
    /// Whether it was read once.
    pub read: bool,
    /// The learner's iterator.
    pub iterator: Option<Iterator>,
    /// The record that it read last.
    pub current: Option<Rc<Record>>,
    /// What the last call of the iterator came to, in a sentence.
    pub told: String,
    /// Why the last call was refused.
    pub failure: Option<ClientError>,
}

/// What can happen to it.
#[derive(Clone, Debug)]
pub enum LogAction {
    /// Another stream is looked at.
    Open(String),
    /// It was described: status, view type, shards.
    Described(String, String, Vec<Shard>),
    /// A shard's records that followed.
    Read(String, Vec<Rc<Record>>),
    /// All shards were read to their ends.
    AllRead,
    /// The iterator stands there; with what that means.
    Stands(Iterator, String),
    /// The iterator read this record.
    Shows(Rc<Record>),
    /// A call was refused.
    Failed(ClientError),
}

impl Log {
    /// A shard's records.
    pub fn of(&self, shard: &str) -> Rc<Vec<Rc<Record>>> {
        self.records.get(shard).cloned().unwrap_or_default()
    }

    /// The iterator's place among its shard's records: before that one.
    pub fn place(&self) -> Option<usize> {
        let iterator = self.iterator.as_ref()?;
        let records = self.of(&iterator.shard);
        Some(match &iterator.after {
            None => 0,
            Some(after) => records.partition_point(|record| record.sequence_number <= *after),
        })
    }

    /// The shard to begin with: the first open one with records, the first open one, the first.
    pub fn first_shard(&self) -> Option<&Shard> {
        let open = || self.shards.iter().filter(|shard| shard.open());
        let full = open().find(|shard| !self.of(&shard.id).is_empty());
        full.or_else(|| open().next()).or(self.shards.first())
    }

    /// The transition.
    pub fn apply(&mut self, action: LogAction) {
        match action {
            LogAction::Open(arn) => *self = Log { arn, ..Log::default() },
            LogAction::Described(status, view_type, shards) => {
                self.status = status;
                self.view_type = view_type;
                self.records.retain(|id, _| shards.iter().any(|shard| shard.id == *id));
                self.shards = tree(shards);
            }
            LogAction::Read(shard, more) => {
                let records = Rc::make_mut(self.records.entry(shard).or_default());
                let last = records.last().map(|record| record.sequence_number.clone()).unwrap_or_default();
                records.extend(more.into_iter().filter(|record| record.sequence_number > last));
            }
            LogAction::AllRead => self.read = true,
            LogAction::Stands(iterator, told) => {
                self.iterator = Some(iterator);
                self.told = told;
                self.failure = None;
            }
            LogAction::Shows(record) => self.current = Some(record),
            LogAction::Failed(error) => self.failure = Some(error),
        }
    }
}

reducible!(Log, LogAction);

#[cfg(test)]
mod tests {
    use super::super::record;
    use super::*;
    use serde_json::{Value, json};

    fn records(numbers: &[u64]) -> Vec<Rc<Record>> {
        let body = |number: &u64| json!({"eventName": "INSERT", "dynamodb": {"SequenceNumber": format!("{number:05}")}});
        record::read(&json!({"Records": numbers.iter().map(body).collect::<Vec<Value>>()}))
    }

    #[test]
    fn a_record_that_comes_twice_is_there_once() {
        let mut log = Log::default();
        log.apply(LogAction::Read("s".into(), records(&[1, 2])));
        log.apply(LogAction::Read("s".into(), records(&[2, 3])));
        assert_eq!(log.of("s").len(), 3);
    }

    #[test]
    fn the_marker_stands_behind_what_was_read() {
        let mut log = Log::default();
        log.apply(LogAction::Read("s".into(), records(&[1, 2, 5])));
        assert_eq!(log.place(), None);
        for (after, place) in [(None, 0), (Some("00002"), 2), (Some("00004"), 2), (Some("00005"), 3)] {
            let after = after.map(str::to_owned);
            let iterator = Iterator { shard: "s".into(), kind: "LATEST".into(), token: None, after };
            log.apply(LogAction::Stands(iterator, String::new()));
            assert_eq!(log.place(), Some(place));
        }
    }
}
