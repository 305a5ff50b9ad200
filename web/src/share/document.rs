//! The design document: what a link, a file and a sample hold.
//!
//! Owns the format and its checks. Tables, items and requests stay DynamoDB's own JSON, unread beyond what the
//! format itself needs: whether a table is valid is the engine's to say.

use std::collections::BTreeMap;

use engine::workload::{PATTERNS_MAX, PlannedPattern};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ShareError;
use crate::protocol::entity::{self, Entity};
use crate::protocol::model::Model;
use crate::protocol::traffic::Workload;

/// The newest format that this version reads. It writes the oldest that has all there is: event sources came with 2, access patterns
/// with 3, entities and what is set beside a table ([`BESIDE`]) with 4, the seed of sample data with 5.
pub const FORMAT: u32 = 5;

/// What a table has in a document beside the members of CreateTable and its `TimeToLive`.
pub const BESIDE: [&str; 2] = ["PointInTimeRecoverySpecification", "AutoScaling"];

/// The largest document, in bytes of JSON.
pub const DOCUMENT_BYTES_MAX: usize = 8_000_000;

/// The most tables: [so many](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html) an account has by itself.
const TABLES_MAX: usize = 2_500;

/// The most items, and the most requests of a history: as many of the smallest as [`DOCUMENT_BYTES_MAX`] holds.
const ITEMS_MAX: usize = 500_000;

/// The most of anything else.
const BESIDE_MAX: usize = 10_000;

/// How deep its JSON may be nested: an item's 32 levels are 64 of DynamoDB JSON.
const DEPTH_MAX: usize = 80;

/// A request that is kept with the design.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedRequest {
    /// What people call it.
    #[serde(default)]
    pub name: String,
    /// The API action.
    pub operation: String,
    /// Its JSON.
    pub request: Value,
    /// What it shows, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// A request of a workspace's history, and when it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentRequest {
    /// The workspace's time, in milliseconds of the epoch.
    pub at_ms: u64,
    /// The API action, or the inspector's `Dynascope.…`.
    pub operation: String,
    /// Its JSON, as it was sent.
    pub request: String,
    /// The number of the last event that it left: sent again, it leaves the same, unless another version is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_event: Option<u64>,
}

/// A design: tables, what is in them, and what to ask them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// The format, at most [`FORMAT`].
    pub dynascope: u32,
    /// The design's name.
    #[serde(default)]
    pub name: String,
    /// A sentence or two about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// CreateTable requests, each with an optional `"TimeToLive": {"AttributeName": "…"}` and with [`BESIDE`]: the specification of
    /// UpdateContinuousBackups, and a list of `{"IndexName", "Capacity", "MinimumUnits", "MaximumUnits", "TargetValue"}`.
    #[serde(default)]
    pub tables: Vec<Value>,
    /// The items of each table, in DynamoDB JSON.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub items: BTreeMap<String, Vec<Value>>,
    /// Event source mappings: CreateEventSourceMapping requests that have `TableName`, the table whose stream they read, in the
    /// place of its ARN.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub event_sources: Vec<Value>,
    /// Saved requests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<SavedRequest>,
    /// What it is for: its access patterns, each name once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub patterns: Vec<PlannedPattern>,
    /// What kinds of things its tables hold: its entities, each name once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
    /// Sample data of the entities is made of this seed, and written when the document is loaded: in the place of items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample_seed: Option<u64>,
    /// Simulated traffic on it: recipes, each of its own version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipes: Vec<Workload>,
    /// Every request since the workspace was made. Sent again into an empty one, at the same times, they leave the same state and the
    /// same events, so that a link can name one of them. A document has these in place of tables and items.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<SentRequest>,
    /// The moment that relative times were written for, in seconds of the epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<i64>,
    /// The number attributes of each table that move with the time of loading: by as much as it is after
    /// `epoch`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub relative_times: BTreeMap<String, Vec<String>>,
}

impl Document {
    /// An empty design.
    pub fn new(name: impl Into<String>) -> Document {
        Document { dynascope: 1, name: name.into(), ..Document::default() }
    }

    /// Adds event sources.
    pub fn with_event_sources(self, event_sources: Vec<Value>) -> Document {
        Document { event_sources, ..self }.of_oldest_format()
    }

    /// Adds what the design says beside its tables.
    pub fn with_model(self, model: Model) -> Document {
        let Model { patterns, entities } = model;
        Document { patterns, entities, ..self }.of_oldest_format()
    }

    /// Adds the seed of its entities' sample data.
    pub fn with_sample_seed(self, sample_seed: Option<u64>) -> Document {
        Document { sample_seed, ..self }.of_oldest_format()
    }

    /// What it says beside its tables.
    pub fn model(&self) -> Model {
        Model { patterns: self.patterns.clone(), entities: self.entities.clone() }
    }

    /// The same, of the oldest format that has all of it.
    pub fn of_oldest_format(self) -> Document {
        let set_beside = |table: &Value| BESIDE.iter().any(|name| table.get(name).is_some());
        let dynascope = match () {
            () if self.sample_seed.is_some() => 5,
            () if !self.entities.is_empty() || self.tables.iter().any(set_beside) => 4,
            () if !self.patterns.is_empty() => 3,
            () if !self.event_sources.is_empty() => 2,
            () => 1,
        };
        Document { dynascope, ..self }
    }

    /// Reads a document's JSON.
    pub fn parse(text: &str) -> Result<Document, ShareError> {
        if text.len() > DOCUMENT_BYTES_MAX {
            return Err(ShareError::TooLarge { limit_bytes: DOCUMENT_BYTES_MAX });
        }
        if nesting(text) > DEPTH_MAX {
            return Err(ShareError::TooDeep);
        }
        let value: Value = serde_json::from_str(text).map_err(|error| malformed(error.to_string()))?;
        match value.get("dynascope").map(Value::as_u64) {
            Some(Some(version)) if (1..=u64::from(FORMAT)).contains(&version) => {}
            Some(Some(version)) if version > u64::from(FORMAT) => {
                return Err(ShareError::Newer { version: version.to_string() });
            }
            _ => return Err(malformed(format!("it does not say \"dynascope\": {FORMAT}"))),
        }
        let document: Document =
            serde_json::from_value(value).map_err(|error| malformed(error.to_string()))?;
        document.check()?;
        Ok(document.of_oldest_format())
    }

    /// The document's JSON: the same document gives the same text.
    pub fn to_json(&self) -> String {
        // By way of a value, whose objects are sorted by name.
        serde_json::to_value(self).expect("a document is plain data").to_string()
    }

    /// The same, to be read by people.
    pub fn to_pretty_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a document is plain data")
    }

    fn check(&self) -> Result<(), ShareError> {
        let items = self.items.values().map(Vec::len).sum::<usize>();
        for (what, count, most) in [
            ("tables", self.tables.len(), TABLES_MAX),
            ("items", items, ITEMS_MAX),
            ("event sources", self.event_sources.len(), BESIDE_MAX),
            ("saved requests", self.requests.len(), BESIDE_MAX),
            ("recipes", self.recipes.len(), BESIDE_MAX),
            ("requests in its history", self.history.len(), ITEMS_MAX),
        ] {
            if count > most {
                return Err(malformed(format!("it has more than {most} {what}")));
            }
        }
        let mut names = Vec::new();
        for (at, table) in self.tables.iter().enumerate() {
            let name = table["TableName"].as_str();
            let name = name.ok_or_else(|| malformed(format!("table {} has no TableName", at + 1)))?;
            if names.contains(&name) {
                return Err(malformed(format!("there are two tables “{name}”")));
            }
            names.push(name);
        }
        for (table, items) in &self.items {
            if !names.contains(&table.as_str()) {
                return Err(malformed(format!("there are items for “{table}”, but no such table")));
            }
            if let Some(at) = items.iter().position(|item| !item.is_object()) {
                return Err(malformed(format!("item {} of “{table}” is not an object", at + 1)));
            }
        }
        for (at, source) in self.event_sources.iter().enumerate() {
            let table = source["TableName"].as_str();
            let table =
                table.ok_or_else(|| malformed(format!("event source {} has no TableName", at + 1)))?;
            if !names.contains(&table) {
                return Err(malformed(format!(
                    "an event source reads “{table}”, but there is no such table"
                )));
            }
        }
        if self.patterns.len() > PATTERNS_MAX {
            return Err(malformed(format!("it has more than {PATTERNS_MAX} access patterns")));
        }
        for (at, pattern) in self.patterns.iter().enumerate() {
            pattern
                .check()
                .map_err(|error| malformed(format!("access pattern {}: {}", at + 1, error.message)))?;
            if self.patterns[..at].iter().any(|other| other.name == pattern.name) {
                return Err(malformed(format!("there are two access patterns “{}”", pattern.name)));
            }
        }
        if let Some(why) = entity::refused(&self.entities) {
            return Err(malformed(why));
        }
        if self.sample_seed.is_some() && self.entities.is_empty() {
            return Err(malformed("it has a seed of sample data, but no entities".to_owned()));
        }
        for workload in &self.recipes {
            let checked = workload.recipe.check();
            checked
                .map_err(|error| malformed(format!("the recipe “{}”: {}", workload.name, error.message)))?;
        }
        match self.requests.iter().find(|saved| !saved.request.is_object()) {
            Some(saved) => Err(malformed(format!("the request “{}” is not an object", saved.name))),
            None => Ok(()),
        }
    }
}

fn malformed(reason: String) -> ShareError {
    ShareError::Malformed(reason)
}

/// How deep the text's JSON is nested, without reading it: brackets within strings do not count.
fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_reads_back_and_is_always_the_same_text() {
        let text = r#"{"requests":[{"request":{"b":1,"a":2},"operation":"Query","name":"q"}],
            "name":"n","dynascope":1,"tables":[{"TableName":"T","KeySchema":[]}],"items":{"T":[{"k":{"S":"1"}}]}}"#;
        let document = Document::parse(text).expect("a document");
        let written = document.to_json();
        assert_eq!(Document::parse(&written), Ok(document.clone()));
        assert_eq!(
            written,
            r#"{"dynascope":1,"items":{"T":[{"k":{"S":"1"}}]},"name":"n","requests":[{"name":"q","operation":"Query","request":{"a":2,"b":1}}],"tables":[{"KeySchema":[],"TableName":"T"}]}"#
        );
        assert_eq!(Document::parse(&document.to_pretty_json()), Ok(document));
    }

    /// What earlier versions have written is opened for ever, and written as it was.
    #[test]
    fn documents_of_every_format_open_and_are_written_as_they_were() {
        for (text, format) in [
            (include_str!("fixtures/format-1.json"), 1),
            (include_str!("fixtures/format-2.json"), 2),
            (include_str!("fixtures/format-3.json"), 3),
            (include_str!("fixtures/format-4-entities.json"), 4),
            (include_str!("fixtures/format-4-beside.json"), 4),
            (include_str!("fixtures/format-5.json"), 5),
        ] {
            let document = Document::parse(text).expect("a document");
            assert_eq!(document.dynascope, format);
            assert_eq!(document.event_sources.len(), usize::from(format > 1));
            assert_eq!(document.patterns.len(), usize::from(format > 2));
            assert_eq!(document.entities.len(), usize::from(format > 3));
            assert_eq!(document.sample_seed.is_some(), format > 4);
            assert_eq!(document.to_json(), text.trim_end());
        }
    }

    #[test]
    fn an_event_source_needs_its_table() {
        let text = r#"{"dynascope":2,"eventSources":[{"TableName":"T"}]}"#;
        let reason = Document::parse(text).expect_err("no table").to_string();
        assert!(reason.contains("an event source reads “T”, but there is no such table"), "{reason}");
    }

    #[test]
    fn access_patterns_go_along_each_name_once() {
        let pattern = PlannedPattern::new("all", "Scan", serde_json::json!({ "TableName": "T" }));
        let of = |patterns| Model { patterns, ..Model::default() };
        let document = Document::new("n").with_model(of(vec![pattern.clone()]));
        assert_eq!((document.dynascope, Document::parse(&document.to_json())), (3, Ok(document)));
        let twice = Document::new("n").with_model(of(vec![pattern.clone(), pattern.clone()]));
        let reason = Document::parse(&twice.to_json()).expect_err("twice").to_string();
        assert!(reason.contains("there are two access patterns “all”"), "{reason}");
        let odd = PlannedPattern { operation: "CreateTable".into(), ..pattern };
        let reason = Document::parse(&Document::new("n").with_model(of(vec![odd])).to_json());
        let reason = reason.expect_err("no traffic").to_string();
        assert!(reason.contains("access pattern 1: all: Traffic cannot send CreateTable"), "{reason}");
    }

    #[test]
    fn entities_go_along_each_name_once() {
        let named = |name: &str| Entity { name: name.into(), table: "T".into(), ..Entity::default() };
        let of = |entities| Model { entities, ..Model::default() };
        let document = Document::new("n").with_model(of(vec![named("A")]));
        assert_eq!((document.dynascope, Document::parse(&document.to_json())), (4, Ok(document.clone())));
        assert_eq!(document.model().entities, [named("A")]);
        let twice = Document::new("n").with_model(of(vec![named("A"), named("A")]));
        let reason = Document::parse(&twice.to_json()).expect_err("twice").to_string();
        assert!(reason.contains("there are two entities “A”"), "{reason}");
    }

    #[test]
    fn recipes_go_along_and_one_of_a_newer_version_is_told() {
        let recipe = engine::workload::Recipe::black_friday(7);
        let mut document = Document::new("n");
        document.recipes.push(Workload { name: "Black Friday".into(), recipe });
        assert_eq!(Document::parse(&document.to_json()), Ok(document.clone()));
        document.recipes[0].recipe.version = 99;
        let reason = Document::parse(&document.to_json()).expect_err("newer").to_string();
        assert!(reason.contains("the recipe “Black Friday”: This recipe is of version 99"), "{reason}");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let reason = |text: &str| Document::parse(text).expect_err("it is wrong").to_string();
        assert!(reason("{").contains("EOF"));
        assert!(reason("[]").contains("does not say \"dynascope\": 5"));
        assert!(reason(r#"{"dynascope":6}"#).contains("newer Dynascope (format 6)"));
        assert!(
            reason(r#"{"dynascope":5,"sampleSeed":1}"#).contains("a seed of sample data, but no entities")
        );
        assert!(reason(r#"{"dynascope":1,"tables":[{}]}"#).contains("table 1 has no TableName"));
        let twice = r#"{"dynascope":1,"tables":[{"TableName":"T"},{"TableName":"T"}]}"#;
        assert!(reason(twice).contains("two tables “T”"));
        assert!(reason(r#"{"dynascope":1,"items":{"T":[]}}"#).contains("no such table"));
        let many = format!(r#"{{"dynascope":1,"tables":[{}{{}}]}}"#, "{},".repeat(2_500));
        assert!(reason(&many).contains("more than 2500 tables"), "{}", reason(&many));
        let odd = r#"{"dynascope":1,"tables":[{"TableName":"T"}],"items":{"T":[7]}}"#;
        assert!(reason(odd).contains("item 1 of “T” is not an object"));
    }

    #[test]
    fn depth_and_size_are_capped_before_anything_is_read() {
        let deep = format!("{{\"dynascope\":1,\"x\":{}{}}}", "[".repeat(500_000), "]".repeat(500_000));
        assert_eq!(Document::parse(&deep), Err(ShareError::TooDeep));
        let quoted = format!("{{\"dynascope\":1,\"name\":\"{}\\\"[\"}}", "[".repeat(200));
        assert!(Document::parse(&quoted).is_ok());
        let large = " ".repeat(DOCUMENT_BYTES_MAX + 1);
        assert!(matches!(Document::parse(&large), Err(ShareError::TooLarge { .. })));
    }
}
