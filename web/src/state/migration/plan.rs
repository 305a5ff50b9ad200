//! A migration into a new table: what it is, what each of its steps sends, what it has done so far. Pure.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::state::design::scaling;
use crate::state::tables::{Keys, TableDescription};

/// Of what cannot be carried over, and of keys that differ, so many are named.
const NAMED_MAX: usize = 8;

/// A migration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The old table.
    pub from: String,
    /// Its key.
    pub from_keys: Keys,
    /// The CreateTable request of the new one.
    pub create: Value,
    /// The new table's name.
    pub to: String,
    /// Its key.
    pub to_keys: Keys,
    /// The attribute of the new table's Time to Live.
    pub time_to_live: Option<String>,
    /// The requests that set its auto scaling and its indexes', where they have any.
    pub scaling: Vec<Value>,
    /// The view of the stream that is begun on the old table; none where it has one that serves.
    pub stream: Option<String>,
}

impl Plan {
    /// The migration of a table into the one that this CreateTable request makes; or why there can be none.
    pub fn new(
        from: &TableDescription,
        create: Value,
        time_to_live: Option<String>,
        scaling: Vec<Value>,
    ) -> Result<Plan, String> {
        // A request has what a description has, as far as keys go.
        let to = TableDescription::read(&create).filter(|to| !to.name.is_empty());
        let to = to.ok_or("The new table needs a name.")?;
        if to.name == from.name {
            return Err("The new table needs another name: both are there at once.".to_owned());
        }
        if to.keys.hash.is_empty() {
            return Err("The new table needs a key.".to_owned());
        }
        let view = from.body["StreamSpecification"]["StreamViewType"].as_str();
        let view = view.filter(|_| from.body["StreamSpecification"]["StreamEnabled"] == true);
        let moves = to.keys != from.keys;
        let stream = match view {
            None => Some("NEW_AND_OLD_IMAGES"),
            Some("NEW_AND_OLD_IMAGES") => None,
            Some("NEW_IMAGE") if !moves => None,
            Some(view) => {
                let why = match moves {
                    true => "Under another key an item is found by what it was",
                    false => "What is carried over is what an item became",
                };
                return Err(format!(
                    "The stream of {} has {view}, and a stream keeps its view. {why}: end it first, and begin one of NEW_AND_OLD_IMAGES.",
                    from.name
                ));
            }
        };
        Ok(Plan {
            from: from.name.clone(),
            from_keys: from.keys.clone(),
            to: to.name,
            to_keys: to.keys,
            create,
            time_to_live,
            scaling,
            stream: stream.map(str::to_owned),
        })
    }

    /// Whether items are found under another key in the new table.
    pub fn moves(&self) -> bool {
        self.from_keys != self.to_keys
    }

    /// Its steps, in their order.
    pub fn steps(&self) -> Vec<StepLine> {
        let Plan { from, to, .. } = self;
        let mut make = vec![("CreateTable", Some(self.create.clone()))];
        if let Some(attribute) = &self.time_to_live {
            let setting = json!({ "AttributeName": attribute, "Enabled": true });
            let request = json!({ "TableName": to, "TimeToLiveSpecification": setting });
            make.push(("UpdateTimeToLive", Some(request)));
        }
        for request in &self.scaling {
            make.push((scaling::OPERATION, Some(request.clone())));
        }
        let stream = |setting: Value| Some(json!({ "TableName": from, "StreamSpecification": setting }));
        let begin = match &self.stream {
            Some(view) => (
                format!("A stream is begun on {from}: every later change is a record in it."),
                vec![("UpdateTable", stream(json!({ "StreamEnabled": true, "StreamViewType": view })))],
            ),
            None => (format!("{from} has a stream that serves already."), Vec::new()),
        };
        let end = match &self.stream {
            Some(_) => (
                format!(
                    "The stream that was begun on {from} is ended. Both tables stay: {from} is yours to delete."
                ),
                vec![("UpdateTable", stream(json!({ "StreamEnabled": false })))],
            ),
            None => (format!("Both tables stay: {from} is yours to delete."), Vec::new()),
        };
        let page = json!({ "TableName": from, "ConsistentRead": true });
        let line = |step, words: String, sent| StepLine { step, words, sent };
        vec![
            line(Step::Make, format!("{to} is made, empty."), make),
            line(Step::Stream, begin.0, begin.1),
            line(
                Step::Stand,
                "A reader takes its place at the end of every shard, before the first page is scanned."
                    .to_owned(),
                vec![("DescribeStream", None), ("GetShardIterator", None)],
            ),
            line(
                Step::Copy,
                format!("Every page of {from} is scanned, and its items are written to {to}."),
                vec![("Scan", Some(page)), ("BatchWriteItem", None)],
            ),
            line(
                Step::Follow,
                format!(
                    "What is written to {from} since then is carried over, record by record, until you cut over."
                ),
                vec![("GetRecords", None), ("BatchWriteItem", None)],
            ),
            line(Step::End, end.0, end.1),
        ]
    }
}

/// A step as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct StepLine {
    /// Which.
    pub step: Step,
    /// What it is, in a sentence.
    pub words: String,
    /// What it sends: operations, each with its request where that is known beforehand.
    pub sent: Vec<(&'static str, Option<Value>)>,
}

/// A step of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Step {
    Make,
    Stream,
    Stand,
    Copy,
    Follow,
    End,
}

impl Step {
    /// The value of `data-at`.
    pub fn name(self) -> &'static str {
        match self {
            Step::Make => "make",
            Step::Stream => "stream",
            Step::Stand => "stand",
            Step::Copy => "copy",
            Step::Follow => "follow",
            Step::End => "end",
        }
    }
}

/// What was done so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    /// Items that were copied.
    pub copied: u64,
    /// Records of the stream that were carried over.
    pub carried: u64,
    /// When the newest of them was written, in seconds of the epoch.
    pub last_record_s: Option<u64>,
    /// How often an item could not be written to the new table…
    pub left_out: u64,
    /// …and why, of some.
    pub reasons: Vec<String>,
}

impl Counts {
    /// An item cannot be written.
    pub fn leave_out(&mut self, why: String) {
        self.left_out += 1;
        if self.reasons.len() < NAMED_MAX && !self.reasons.contains(&why) {
            self.reasons.push(why);
        }
    }
}

/// What a comparison of both tables found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Compared {
    /// Items that are the same in both.
    pub same: u64,
    /// Items of the old table that the new one has not.
    pub missing: u64,
    /// Items that are another in the new table.
    pub differing: u64,
    /// Items of the new table that the old one has not.
    pub extra: u64,
    /// Items of the old table that cannot be in the new one.
    pub homeless: u64,
    /// Keys of some that differ.
    pub keys: Vec<String>,
}

impl Compared {
    /// Whether both hold the same, but for what cannot be in the new table.
    pub fn is_same(&self) -> bool {
        self.missing + self.differing + self.extra == 0
    }

    /// One that differs.
    pub fn name(&mut self, key: String) {
        if self.keys.len() < NAMED_MAX {
            self.keys.push(key);
        }
    }
}
