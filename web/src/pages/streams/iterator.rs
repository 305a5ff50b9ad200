//! A shard iterator as a marker on its shard's line: where it stands and how long it is good.
//!
//! Follows [GetShardIterator](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html). A token
//! says nothing that a reader could use: where it stands is known from how it was asked for and from what it gave.

use std::rc::Rc;

use engine::limits::ITERATOR_LIFE_MS;

use super::record::Record;

/// Where an iterator begins, as GetShardIterator takes it.
pub const ITERATOR_TYPES: [&str; 4] =
    ["TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"];

/// As many iterators are kept at once.
pub const MARKERS: usize = 8;

/// An iterator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// Its number on this page, from 1.
    pub number: u32,
    /// Its shard.
    pub shard: String,
    /// How it was asked for.
    pub kind: String,
    /// The token for the next GetRecords; none at the end of a closed shard.
    pub token: Option<String>,
    /// The sequence number that it stands behind; none before the first record that there was.
    pub after: Option<String>,
    /// When the token was given out, by the workspace's clock.
    pub issued_ms: u64,
    /// How many records it gave.
    pub read: u64,
}

impl Marker {
    /// Its place among its shard's records: before that one.
    pub fn place(&self, records: &[Rc<Record>]) -> usize {
        match &self.after {
            None => 0,
            Some(after) => records.partition_point(|record| record.sequence_number <= *after),
        }
    }

    /// Milliseconds until the token expires; none once it has.
    pub fn left_ms(&self, now_ms: u64) -> Option<u64> {
        (self.issued_ms + ITERATOR_LIFE_MS).checked_sub(now_ms)
    }

    /// How long it is good, in words.
    pub fn tell_left(&self, now_ms: u64) -> String {
        match (&self.token, self.left_ms(now_ms)) {
            (None, _) => "at the end".into(),
            (_, None) => "expired".into(),
            (_, Some(ms)) => format!("{}:{:02} left", ms / 60_000, ms / 1000 % 60),
        }
    }
}

/// A place on a shard's line, as GetShardIterator is asked for it: the type, and the sequence number where it wants one.
///
/// At the trim horizon it is TRIM_HORIZON and at an open shard's end LATEST; between, AFTER_SEQUENCE_NUMBER stays what it is,
/// and anything else is AT_SEQUENCE_NUMBER. What is trimmed can be asked for as well: the engine has its answer.
pub fn asked_at(
    place: usize,
    records: &[Rc<Record>],
    trimmed: usize,
    open: bool,
    kind: &str,
) -> (&'static str, Option<String>) {
    let number = |at: usize| records.get(at).map(|record| record.sequence_number.clone());
    let before = place.checked_sub(1).and_then(number);
    if place == trimmed {
        return ("TRIM_HORIZON", None);
    }
    match (number(place), before) {
        (None, _) if open => ("LATEST", None),
        (None, before @ Some(_)) => ("AFTER_SEQUENCE_NUMBER", before),
        (_, before @ Some(_)) if kind == "AFTER_SEQUENCE_NUMBER" => ("AFTER_SEQUENCE_NUMBER", before),
        (at @ Some(_), _) => ("AT_SEQUENCE_NUMBER", at),
        (None, None) => ("TRIM_HORIZON", None),
    }
}

#[cfg(test)]
mod tests {
    use super::super::record;
    use super::*;
    use serde_json::{Value, json};

    fn records(numbers: &[u64]) -> Vec<Rc<Record>> {
        let body = |number: &u64| json!({"eventName": "INSERT", "dynamodb": {"SequenceNumber": format!("{number:05}")}});
        record::read(&json!({"Records": numbers.iter().map(body).collect::<Vec<Value>>()}))
    }

    fn marker(after: Option<&str>) -> Marker {
        Marker {
            number: 1,
            shard: "s".into(),
            kind: "LATEST".into(),
            token: Some("t".into()),
            after: after.map(str::to_owned),
            issued_ms: 1_000,
            read: 0,
        }
    }

    #[test]
    fn it_stands_behind_what_was_read() {
        let records = records(&[1, 2, 5]);
        for (after, place) in [(None, 0), (Some("00002"), 2), (Some("00004"), 2), (Some("00005"), 3)] {
            assert_eq!(marker(after).place(&records), place);
        }
    }

    #[test]
    fn a_quarter_of_an_hour_is_counted_down() {
        let marker = marker(None);
        assert_eq!(marker.tell_left(1_000), "15:00 left");
        assert_eq!(marker.tell_left(841_500), "0:59 left");
        assert_eq!(marker.tell_left(901_000), "0:00 left");
        assert_eq!(marker.tell_left(901_001), "expired");
        assert_eq!(Marker { token: None, ..marker }.tell_left(0), "at the end");
    }

    #[test]
    fn a_place_is_asked_for_by_its_type() {
        let records = records(&[1, 2, 5]);
        let asked = |place, trimmed, open, kind| {
            let (kind, number) = asked_at(place, &records, trimmed, open, kind);
            format!("{kind} {}", number.unwrap_or_default())
        };
        assert_eq!(asked(0, 0, true, "LATEST"), "TRIM_HORIZON ");
        assert_eq!(asked(1, 0, true, "TRIM_HORIZON"), "AT_SEQUENCE_NUMBER 00002");
        assert_eq!(asked(1, 0, true, "AFTER_SEQUENCE_NUMBER"), "AFTER_SEQUENCE_NUMBER 00001");
        assert_eq!(asked(3, 0, true, "AT_SEQUENCE_NUMBER"), "LATEST ");
        assert_eq!(asked(3, 0, false, "AT_SEQUENCE_NUMBER"), "AFTER_SEQUENCE_NUMBER 00005");
        // Behind the trim horizon: the engine refuses it.
        assert_eq!(asked(0, 2, true, "LATEST"), "AT_SEQUENCE_NUMBER 00001");
        assert_eq!(asked(2, 2, true, "LATEST"), "TRIM_HORIZON ");
        let (kind, number) = asked_at(0, &[], 0, true, "LATEST");
        assert_eq!((kind, number), ("TRIM_HORIZON", None));
    }
}
