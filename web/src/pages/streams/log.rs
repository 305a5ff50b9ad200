//! A stream as far as it was read: its shards, each shard's records in order, and where the learner's iterators stand.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::iterator::{MARKERS, Marker};
use super::record::Record;
use super::shard::{Shard, tree};
use crate::protocol::ClientError;
use crate::state::reducible;

/// As many records of a shard are listed; older ones are there for an iterator.
pub const LISTED: usize = 5_000;

/// As many trimmed records of a shard stay in sight while the page is open.
const TRIMMED_KEPT: usize = 100;

/// A shard's records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Oldest first; first those that were read once and are trimmed now.
    pub records: Rc<Vec<Rc<Record>>>,
    /// How many of them are trimmed.
    pub trimmed: usize,
    /// How many older ones are not listed.
    pub older: u64,
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
    /// Its shards, each behind its parent.
    pub shards: Rc<Vec<Shard>>,
    /// Each shard's records.
    pub records: BTreeMap<String, Listed>,
    /// Raised with every change of the records.
    pub revision: u64,
    /// The learner's iterators, in the order of their numbers.
    pub markers: Vec<Marker>,
    /// The number of the one that reads next.
    pub chosen: Option<u32>,
    /// The number that was given last.
    numbered: u32,
    /// The sequence numbers that the last GetRecords gave.
    pub given: Vec<String>,
    /// What the last call of an iterator came to, in a sentence.
    pub told: String,
    /// Why the last call was refused, and the iterator that was used.
    pub failure: Option<(Option<u32>, ClientError)>,
}

/// What can happen to it.
#[derive(Clone, Debug)]
pub enum LogAction {
    /// A stream is read from the beginning: another one, or the same at another moment.
    Open(String),
    /// It was described: status, view type, shards.
    Described(String, String, Vec<Shard>),
    /// A shard's records that followed.
    Read(String, Vec<Rc<Record>>),
    /// An iterator was given out, in place of that one where there is one; with what that means.
    Stands(Marker, Option<u32>, String),
    /// An iterator gave these records and stands behind them.
    Moved(Marker, Vec<String>, String),
    /// This iterator reads next.
    Choose(u32),
    /// It is forgotten.
    Drop(u32),
    /// A call was refused.
    Failed(Option<u32>, ClientError),
}

impl Log {
    /// A shard's records.
    pub fn of(&self, shard: &str) -> Listed {
        self.records.get(shard).cloned().unwrap_or_default()
    }

    /// The shard of that id.
    pub fn shard(&self, id: &str) -> Option<&Shard> {
        self.shards.iter().find(|shard| shard.id == id)
    }

    /// The shards that follow it.
    pub fn children<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Shard> {
        self.shards.iter().filter(move |shard| shard.parent.as_deref() == Some(id))
    }

    /// The iterator of that number.
    pub fn marker(&self, number: u32) -> Option<&Marker> {
        self.markers.iter().find(|marker| marker.number == number)
    }

    /// The shard and the record of that sequence number.
    pub fn find(&self, number: &str) -> Option<(&str, Rc<Record>)> {
        self.records.iter().find_map(|(shard, listed)| {
            let at = listed.records.binary_search_by(|record| record.sequence_number.as_str().cmp(number));
            Some((shard.as_str(), listed.records[at.ok()?].clone()))
        })
    }

    /// The shard to begin with: the first open one with records, the first open one, the first.
    pub fn first_shard(&self) -> Option<&Shard> {
        let open = || self.shards.iter().filter(|shard| shard.open());
        let full = open().find(|shard| !self.of(&shard.id).records.is_empty());
        full.or_else(|| open().next()).or(self.shards.first())
    }

    /// The records of one item over all shards, in the order of its changes, each with its shard.
    pub fn of_item(&self, key: &str) -> Vec<(Rc<Record>, String)> {
        let mut list: Vec<(Rc<Record>, String)> = Vec::new();
        for (shard, listed) in &self.records {
            let own = listed.records.iter().filter(|record| &*record.key == key);
            list.extend(own.map(|record| (record.clone(), shard.clone())));
        }
        list.sort_by(|(one, _), (other, _)| one.sequence_number.cmp(&other.sequence_number));
        list
    }

    /// The items that have records, those of the newest records first, and how many records each has.
    pub fn items(&self) -> Vec<(Rc<str>, usize)> {
        let mut seen: BTreeMap<Rc<str>, (usize, &str)> = BTreeMap::new();
        for record in self.records.values().flat_map(|listed| listed.records.iter()) {
            let (count, newest) = seen.entry(record.key.clone()).or_default();
            *count += 1;
            *newest = (*newest).max(record.sequence_number.as_str());
        }
        let mut list: Vec<(Rc<str>, (usize, &str))> = seen.into_iter().collect();
        list.sort_by(|(_, (_, one)), (_, (_, other))| other.cmp(one));
        list.into_iter().map(|(key, (count, _))| (key, count)).collect()
    }

    /// The transition.
    pub fn apply(&mut self, action: LogAction) {
        match action {
            LogAction::Open(arn) if arn == self.arn => {
                self.records.clear();
                self.revision += 1;
            }
            LogAction::Open(arn) => *self = Log { arn, ..Log::default() },
            LogAction::Described(status, view_type, shards) => {
                self.revision += 1;
                self.status = status;
                self.view_type = view_type;
                self.records.retain(|id, _| shards.iter().any(|shard| shard.id == *id));
                self.shards = Rc::new(tree(shards));
                for shard in self.shards.iter() {
                    if let (Some(listed), Some(to)) =
                        (self.records.get_mut(&shard.id), &shard.facts.trimmed_to)
                    {
                        listed.trim(to);
                    }
                }
            }
            LogAction::Read(shard, more) => {
                self.revision += 1;
                self.records.entry(shard).or_default().append(more);
            }
            LogAction::Stands(mut marker, instead_of, told) => {
                self.told = told;
                self.failure = None;
                self.given = Vec::new();
                match instead_of.and_then(|number| self.markers.iter_mut().find(|one| one.number == number)) {
                    Some(old) => {
                        marker.number = old.number;
                        self.chosen = Some(old.number);
                        *old = marker;
                    }
                    None => {
                        self.numbered += 1;
                        marker.number = self.numbered;
                        self.chosen = Some(self.numbered);
                        if self.markers.len() == MARKERS {
                            self.markers.remove(0);
                        }
                        self.markers.push(marker);
                    }
                }
            }
            LogAction::Moved(marker, given, told) => {
                self.told = told;
                self.failure = None;
                self.given = given;
                self.chosen = Some(marker.number);
                if let Some(old) = self.markers.iter_mut().find(|one| one.number == marker.number) {
                    *old = marker;
                }
            }
            LogAction::Choose(number) => {
                self.chosen = Some(number);
                self.failure = None;
                self.told = String::new();
            }
            LogAction::Drop(number) => {
                self.markers.retain(|marker| marker.number != number);
                self.failure = None;
                self.told = String::new();
                if self.chosen == Some(number) {
                    self.chosen = self.markers.last().map(|marker| marker.number);
                }
            }
            LogAction::Failed(number, error) => {
                self.chosen = number.or(self.chosen);
                self.failure = Some((number, error));
            }
        }
    }
}

impl Listed {
    fn append(&mut self, more: Vec<Rc<Record>>) {
        let records = Rc::make_mut(&mut self.records);
        let last = records.last().map(|record| record.sequence_number.clone()).unwrap_or_default();
        records.extend(more.into_iter().filter(|record| record.sequence_number > last));
        let over = records.len().saturating_sub(LISTED);
        if over > 0 {
            records.drain(..over);
            let trimmed = self.trimmed.min(over);
            self.trimmed -= trimmed;
            self.older += (over - trimmed) as u64;
        }
    }

    /// Marks what is trimmed up to there; the oldest of it falls out of sight.
    fn trim(&mut self, to: &str) {
        let trimmed = self.records.partition_point(|record| record.sequence_number.as_str() <= to);
        if trimmed == 0 {
            return;
        }
        // What is not listed is older, so that it is trimmed as well.
        self.older = 0;
        let out = trimmed.saturating_sub(TRIMMED_KEPT);
        if out > 0 {
            Rc::make_mut(&mut self.records).drain(..out);
        }
        self.trimmed = trimmed - out;
    }
}

reducible!(Log, LogAction);

#[cfg(test)]
mod tests {
    use super::super::record;
    use super::*;
    use serde_json::{Value, json};

    fn records(numbers: impl Iterator<Item = usize>) -> Vec<Rc<Record>> {
        let body = |number: usize| {
            json!({"eventName": "INSERT", "dynamodb": {"SequenceNumber": format!("{number:05}"),
                "Keys": {"id": {"N": (number % 2).to_string()}}}})
        };
        record::read(&json!({"Records": numbers.map(body).collect::<Vec<Value>>()}))
    }

    fn marker() -> Marker {
        Marker {
            number: 0,
            shard: "s".into(),
            kind: "LATEST".into(),
            token: None,
            after: None,
            issued_ms: 0,
            read: 0,
        }
    }

    #[test]
    fn a_record_that_comes_twice_is_there_once() {
        let mut log = Log::default();
        log.apply(LogAction::Read("s".into(), records(1..3)));
        log.apply(LogAction::Read("s".into(), records(2..4)));
        assert_eq!(log.of("s").records.len(), 3);
        assert_eq!(log.find("00002").map(|(shard, _)| shard), Some("s"));
        assert!(log.find("00009").is_none());
    }

    #[test]
    fn an_items_records_stand_together_over_the_shards() {
        let mut log = Log::default();
        log.apply(LogAction::Read("b".into(), records(5..8)));
        log.apply(LogAction::Read("a".into(), records(1..4)));
        let of = |key: &str| -> Vec<String> {
            log.of_item(key)
                .into_iter()
                .map(|(record, shard)| format!("{shard}{}", record.sequence_number))
                .collect()
        };
        assert_eq!(of("id = 1"), ["a00001", "a00003", "b00005", "b00007"]);
        assert_eq!(log.items(), [("id = 1".into(), 4), ("id = 0".into(), 2)]);
    }

    #[test]
    fn what_is_trimmed_stays_in_sight_as_such_and_the_oldest_fall_away() {
        let mut log = Log::default();
        log.apply(LogAction::Read("s".into(), records(0..LISTED + 10)));
        assert_eq!((log.of("s").records.len(), log.of("s").older), (LISTED, 10));
        let facts = super::super::shard::Facts { trimmed_to: Some("00200".into()), ..Default::default() };
        let shard = Shard { id: "s".into(), facts, ..Shard::default() };
        log.apply(LogAction::Described(String::new(), String::new(), vec![shard]));
        let listed = log.of("s");
        assert_eq!((listed.trimmed, listed.older), (TRIMMED_KEPT, 0));
        assert_eq!(listed.records[TRIMMED_KEPT].sequence_number, "00201");
    }

    #[test]
    fn an_iterator_is_added_or_takes_the_place_of_another() {
        let mut log = Log::default();
        log.apply(LogAction::Stands(marker(), None, String::new()));
        log.apply(LogAction::Stands(marker(), None, String::new()));
        log.apply(LogAction::Stands(
            Marker { kind: "TRIM_HORIZON".into(), ..marker() },
            Some(1),
            String::new(),
        ));
        let kinds: Vec<(u32, &str)> = log.markers.iter().map(|one| (one.number, one.kind.as_str())).collect();
        assert_eq!(kinds, [(1, "TRIM_HORIZON"), (2, "LATEST")]);
        log.apply(LogAction::Drop(1));
        assert_eq!(log.chosen, Some(2));
        for _ in 0..MARKERS {
            log.apply(LogAction::Stands(marker(), None, String::new()));
        }
        assert_eq!((log.markers.len(), log.markers[0].number), (MARKERS, 3));
    }
}
