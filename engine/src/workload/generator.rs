//! The requests: real ones, as DynamoDB's JSON, on keys made from the table's key schema.

use serde_json::{Map, Value, json};

use super::distribution::{Keys, Ranks};
use crate::random::Random;
use crate::table::{KeyAttribute, KeyType};

/// How many different sort keys there are under one partition key.
const SORT_KEYS: u64 = 32;
/// The payload of a put item, in bytes: from this…
const PAYLOAD_MIN: u64 = 50;
/// …and up to so much more.
const PAYLOAD_SPREAD: u64 = 450;

/// What a workload does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The table.
    pub table: String,
    /// Reads among the requests, in percent.
    pub read_percent: u32,
    /// How partition keys are drawn.
    pub keys: Keys,
    /// How many partition keys there are.
    pub key_count: u32,
    /// The seed of the draws.
    pub seed: u64,
}

/// The key attributes of a table and of its indexes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyShape {
    /// The table's partition key.
    pub hash: KeyAttribute,
    /// The table's sort key.
    pub range: Option<KeyAttribute>,
    /// What only indexes have in their keys.
    pub others: Vec<KeyAttribute>,
}

impl KeyShape {
    /// Reads the response of a DescribeTable; none where it is not one.
    pub fn of_description(response: &[u8]) -> Option<KeyShape> {
        let response: Value = serde_json::from_slice(response).ok()?;
        let table = &response["Table"];
        let mut attributes = Vec::new();
        for definition in table["AttributeDefinitions"].as_array()? {
            let attribute_type = match definition["AttributeType"].as_str()? {
                "S" => KeyType::S,
                "N" => KeyType::N,
                "B" => KeyType::B,
                _ => return None,
            };
            let name = definition["AttributeName"].as_str()?.to_owned();
            attributes.push(KeyAttribute { name, attribute_type });
        }
        let mut take = |role: &str| {
            let keys = table["KeySchema"].as_array()?;
            let name = keys.iter().find(|key| key["KeyType"] == role)?["AttributeName"].as_str()?;
            let at = attributes.iter().position(|attribute| attribute.name == name)?;
            Some(attributes.remove(at))
        };
        let hash = take("HASH")?;
        let range = take("RANGE");
        Some(KeyShape { hash, range, others: attributes })
    }
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The API action.
    pub operation: &'static str,
    /// Its JSON.
    pub body: Vec<u8>,
}

/// A stream of requests.
#[derive(Clone, Debug)]
pub struct Workload {
    pattern: Pattern,
    shape: KeyShape,
    ranks: Ranks,
    random: Random,
}

impl Workload {
    /// The workload of that pattern on a table of that shape.
    pub fn new(pattern: Pattern, shape: KeyShape) -> Workload {
        let ranks = Ranks::new(pattern.keys, pattern.key_count.into());
        let random = Random::new(pattern.seed);
        Workload { pattern, shape, ranks, random }
    }

    /// The next request: half of the reads get an item and half query a partition key (where the table has a
    /// sort key), half of the writes put an item and half update one.
    pub fn next_request(&mut self) -> Request {
        let reads = self.random.below(100) < u64::from(self.pattern.read_percent);
        let first_half = self.random.below(2) == 0;
        let rank = self.ranks.draw(&mut self.random);
        let sort = self.random.below(SORT_KEYS);
        let (operation, body) = match (reads, first_half) {
            (true, true) if self.shape.range.is_some() => ("Query", self.query(rank)),
            (true, _) => ("GetItem", json!({ "Key": self.key(rank, sort) })),
            (false, true) => ("UpdateItem", self.update(rank, sort)),
            (false, false) => ("PutItem", self.put(rank, sort)),
        };
        let mut body = body;
        body["TableName"] = json!(self.pattern.table);
        Request { operation, body: body.to_string().into_bytes() }
    }

    fn key(&self, rank: u64, sort: u64) -> Map<String, Value> {
        let mut key = Map::new();
        key.insert(self.shape.hash.name.clone(), value(&self.shape.hash, rank));
        if let Some(range) = &self.shape.range {
            key.insert(range.name.clone(), value(range, sort));
        }
        key
    }

    fn query(&self, rank: u64) -> Value {
        json!({
            "KeyConditionExpression": "#k = :k",
            "ExpressionAttributeNames": { "#k": self.shape.hash.name },
            "ExpressionAttributeValues": { ":k": value(&self.shape.hash, rank) },
            "Limit": 10,
        })
    }

    fn update(&self, rank: u64, sort: u64) -> Value {
        json!({
            "Key": self.key(rank, sort),
            "UpdateExpression": "ADD #n :one",
            "ExpressionAttributeNames": { "#n": "traffic_updates" },
            "ExpressionAttributeValues": { ":one": { "N": "1" } },
        })
    }

    fn put(&mut self, rank: u64, sort: u64) -> Value {
        let mut item = self.key(rank, sort);
        for attribute in &self.shape.others {
            let drawn = self.ranks.draw(&mut self.random);
            item.insert(attribute.name.clone(), value(attribute, drawn));
        }
        let length = PAYLOAD_MIN + self.random.below(PAYLOAD_SPREAD);
        item.insert("traffic_payload".to_owned(), json!({ "S": "x".repeat(length as usize) }));
        json!({ "Item": item })
    }
}

/// The key value of that number: `user_id-00042`, 42, or its eight bytes.
fn value(attribute: &KeyAttribute, number: u64) -> Value {
    match attribute.attribute_type {
        KeyType::S => json!({ "S": format!("{}-{number:05}", attribute.name) }),
        KeyType::N => json!({ "N": number.to_string() }),
        KeyType::B => json!({ "B": data_encoding::BASE64.encode(&number.to_be_bytes()) }),
    }
}

/// When requests arrive: evenly, so many a second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrivals {
    rate: u64,
    start_ms: u64,
    sent: u64,
}

impl Arrivals {
    /// `rate` requests a second (at least one), the first at `start_ms`.
    pub fn new(rate: u32, start_ms: u64) -> Arrivals {
        Arrivals { rate: u64::from(rate.max(1)), start_ms, sent: 0 }
    }

    /// When the next request arrives.
    pub fn next_ms(&self) -> u64 {
        self.start_ms + self.sent * 1000 / self.rate
    }

    /// The next request was sent.
    pub fn advance(&mut self) {
        self.sent += 1;
    }

    /// Leaves out what would have arrived before `now_ms`, and says how many requests that was.
    pub fn skip_to(&mut self, now_ms: u64) -> u64 {
        let due = (now_ms.saturating_sub(self.start_ms) * self.rate).div_ceil(1000);
        let skipped = due.saturating_sub(self.sent);
        self.sent += skipped;
        skipped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESCRIPTION: &str = r#"{"Table": {
        "AttributeDefinitions": [
            {"AttributeName": "status", "AttributeType": "S"},
            {"AttributeName": "user_id", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "N"}],
        "KeySchema": [
            {"AttributeName": "user_id", "KeyType": "HASH"},
            {"AttributeName": "at", "KeyType": "RANGE"}]}}"#;

    fn workload(seed: u64) -> Workload {
        let shape = KeyShape::of_description(DESCRIPTION.as_bytes()).expect("a description");
        let pattern = Pattern {
            table: "Orders".into(),
            read_percent: 70,
            keys: Keys::Zipf { exponent_thousandths: 1_000 },
            key_count: 100,
            seed,
        };
        Workload::new(pattern, shape)
    }

    #[test]
    fn a_description_gives_the_keys_and_what_only_indexes_have() {
        let shape = KeyShape::of_description(DESCRIPTION.as_bytes()).expect("a description");
        assert_eq!(shape.hash.name, "user_id");
        assert_eq!(shape.range.expect("a sort key").attribute_type, KeyType::N);
        assert_eq!(shape.others[0].name, "status");
        assert_eq!(KeyShape::of_description(b"{}"), None);
    }

    #[test]
    fn the_same_seed_sends_the_same_requests() {
        let (mut one, mut two, mut other) = (workload(1), workload(1), workload(2));
        let first: Vec<_> = (0..100).map(|_| one.next_request()).collect();
        assert_eq!(first, (0..100).map(|_| two.next_request()).collect::<Vec<_>>());
        assert_ne!(first, (0..100).map(|_| other.next_request()).collect::<Vec<_>>());
    }

    #[test]
    fn the_mix_is_as_asked_and_puts_fill_the_index_keys() {
        let mut workload = workload(3);
        let requests: Vec<_> = (0..1_000).map(|_| workload.next_request()).collect();
        let count = |name: &str| requests.iter().filter(|request| request.operation == name).count();
        let reads = count("GetItem") + count("Query");
        assert!((650..750).contains(&reads), "{reads}");
        assert!(count("PutItem") > 100 && count("UpdateItem") > 100);
        let put = requests.iter().find(|request| request.operation == "PutItem").expect("a put");
        let body: Value = serde_json::from_slice(&put.body).expect("JSON");
        assert!(body["Item"]["status"]["S"].as_str().expect("text").starts_with("status-"));
        assert!(body["Item"]["at"]["N"].is_string());
    }

    #[test]
    fn arrivals_are_even_and_can_be_skipped() {
        let mut arrivals = Arrivals::new(4, 1_000);
        let times: Vec<_> = (0..5)
            .map(|_| {
                let at = arrivals.next_ms();
                arrivals.advance();
                at
            })
            .collect();
        assert_eq!(times, [1_000, 1_250, 1_500, 1_750, 2_000]);
        assert_eq!(arrivals.skip_to(3_000), 3);
        assert_eq!(arrivals.next_ms(), 3_000);
        assert_eq!(arrivals.skip_to(2_000), 0);
    }
}
