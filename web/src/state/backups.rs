//! Backups and point-in-time recovery as a page shows them: the window that can be restored, and what a moment in it holds.
//!
//! Reads the answers of DescribeContinuousBackups and ListBackups, and the inspector's `DescribeHistory`. Never asks anything; tested
//! natively.
//!
//! Follows [Point-in-time recovery](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html).

use serde::Deserialize;
use serde_json::{Map, Value};

use super::regions::{line, rest_line};
use super::tables::Keys;

/// A time of the API, seconds with a fraction, in milliseconds.
pub fn milliseconds(value: &Value) -> Option<u64> {
    value.as_f64().filter(|seconds| *seconds >= 0.0).map(|seconds| (seconds * 1000.0).round() as u64)
}

/// A time in milliseconds as the API takes it: whole seconds.
pub fn seconds(at_ms: u64) -> u64 {
    at_ms / 1000
}

/// A table's point-in-time recovery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Whether backups can be made at all: not in a table's first moments.
    pub available: bool,
    /// Whether it is on.
    pub enabled: bool,
    /// How many days it reaches back.
    pub period_days: u64,
    /// The first moment that can be restored.
    pub earliest_ms: u64,
    /// The last.
    pub latest_ms: u64,
}

impl Recovery {
    /// Reads the answer of DescribeContinuousBackups.
    pub fn read(answer: &Value) -> Recovery {
        let description = &answer["ContinuousBackupsDescription"];
        let recovery = &description["PointInTimeRecoveryDescription"];
        let time = |name: &str| milliseconds(&recovery[name]).unwrap_or(0);
        Recovery {
            available: description["ContinuousBackupsStatus"] == "ENABLED",
            enabled: recovery["PointInTimeRecoveryStatus"] == "ENABLED",
            period_days: recovery["RecoveryPeriodInDays"].as_u64().unwrap_or(35),
            earliest_ms: time("EarliestRestorableDateTime"),
            latest_ms: time("LatestRestorableDateTime"),
        }
    }

    /// Whether there is more than one moment to choose from.
    pub fn has_window(&self) -> bool {
        self.enabled && self.earliest_ms < self.latest_ms
    }

    /// The nearest moment that can be restored, in whole seconds.
    pub fn nearest(&self, at_ms: u64) -> u64 {
        at_ms.clamp(self.earliest_ms, self.latest_ms.max(self.earliest_ms)) / 1000 * 1000
    }
}

/// A backup in the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// The table it is of.
    pub table: String,
    /// `AVAILABLE`.
    pub status: String,
    /// `USER` or `SYSTEM`.
    pub backup_type: String,
    /// When it was made.
    pub created_ms: u64,
    /// When it goes by itself.
    pub expires_ms: Option<u64>,
    /// Its size.
    pub size_bytes: u64,
}

/// Reads the answer of ListBackups, the newest first.
pub fn summaries(answer: &Value) -> Vec<Summary> {
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let list = answer["BackupSummaries"].as_array().into_iter().flatten();
    let mut all: Vec<Summary> = list
        .map(|one| Summary {
            arn: text(one, "BackupArn"),
            name: text(one, "BackupName"),
            table: text(one, "TableName"),
            status: text(one, "BackupStatus"),
            backup_type: text(one, "BackupType"),
            created_ms: milliseconds(&one["BackupCreationDateTime"]).unwrap_or(0),
            expires_ms: milliseconds(&one["BackupExpiryDateTime"]),
            size_bytes: one["BackupSizeBytes"].as_u64().unwrap_or(0),
        })
        .collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.created_ms));
    all
}

/// What the inspector knows of a table's history.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct History {
    /// Writes in each stretch of the time that was asked for.
    pub write_counts: Vec<u64>,
    /// When each of the last writes was, the newest first.
    pub last_writes_milliseconds: Vec<u64>,
    /// How many items the table held at the moment.
    pub item_count: u64,
    /// The first of them.
    pub items: Vec<Value>,
}

/// What has become since of an item that the table held, or holds now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// It stands as it stood.
    Same,
    /// It stands, with other attributes.
    Changed,
    /// It was deleted since.
    Deleted,
    /// It was not there yet.
    NotYet,
}

impl Since {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Since::Same => "as now",
            Since::Changed => "changed since",
            Since::Deleted => "deleted since",
            Since::NotYet => "not there yet",
        }
    }
}

/// An item at a moment, beside now.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its key, as text.
    pub key: String,
    /// Its other attributes, as text.
    pub rest: String,
    /// What has become of it; none where not all items are at hand.
    pub since: Option<Since>,
}

/// The items at a moment beside those of now, in the order of their keys' text.
pub fn compare(then: &History, now: &History, keys: &Keys) -> Vec<Line> {
    let names = keys.names();
    let key = |item: &Value| {
        let own = item.as_object().into_iter().flatten().filter(|(name, _)| names.contains(name));
        line(&own.map(|(name, value)| (name.clone(), value.clone())).collect::<Map<_, _>>())
    };
    let whole = |history: &History| history.items.len() as u64 == history.item_count;
    let known = whole(then) && whole(now);
    let find = |among: &History, wanted: &str| among.items.iter().find(|one| key(one) == wanted).cloned();
    let of_then = then.items.iter().map(|item| {
        let text = key(item);
        let since = match find(now, &text) {
            Some(now) if now == *item => Since::Same,
            Some(_) => Since::Changed,
            None => Since::Deleted,
        };
        Line { rest: rest_line(item, keys), since: known.then_some(since), key: text }
    });
    let mut lines: Vec<Line> = of_then.collect();
    if known {
        for item in &now.items {
            let text = key(item);
            if find(then, &text).is_none() {
                lines.push(Line { rest: rest_line(item, keys), since: Some(Since::NotYet), key: text });
            }
        }
    }
    lines.sort_by(|a, b| a.key.cmp(&b.key));
    lines
}

/// A name for a new table or backup that is not taken: `Orders-restored`, `Orders-restored-2`.
pub fn free_name(wanted: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(wanted) {
        return wanted.to_owned();
    }
    (2..).map(|number| format!("{wanted}-{number}")).find(|name| !taken(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::state::tables::KeyPart;

    #[test]
    fn a_moment_stays_in_the_window_and_is_a_whole_second() {
        let recovery = Recovery::read(
            &json!({"ContinuousBackupsDescription": {"ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 7,
                "EarliestRestorableDateTime": 100, "LatestRestorableDateTime": 200.0}}}),
        );
        assert!(recovery.available && recovery.has_window());
        assert_eq!((recovery.period_days, recovery.earliest_ms, recovery.latest_ms), (7, 100_000, 200_000));
        let nearest = [5, 150_999, 900_000].map(|at_ms| recovery.nearest(at_ms));
        assert_eq!(nearest, [100_000, 150_000, 200_000]);
        let off =
            Recovery::read(&json!({"ContinuousBackupsDescription": {"ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"}}}));
        assert!(off.available && !off.has_window());
        assert_eq!(off.nearest(7_500), 0);
    }

    #[test]
    fn the_items_of_a_moment_stand_beside_those_of_now() {
        let keys =
            Keys { hash: vec![KeyPart { name: "id".into(), attribute_type: "S".into() }], range: Vec::new() };
        let item = |id: &str, state: &str| json!({"id": {"S": id}, "state": {"S": state}});
        let history =
            |items: Vec<Value>| History { item_count: items.len() as u64, items, ..History::default() };
        let then = history(vec![item("1", "open"), item("2", "open"), item("3", "open")]);
        let now = history(vec![item("1", "open"), item("2", "paid"), item("4", "open")]);
        let lines = compare(&then, &now, &keys);
        let since: Vec<Option<Since>> = lines.iter().map(|line| line.since).collect();
        assert_eq!(since, [Since::Same, Since::Changed, Since::Deleted, Since::NotYet].map(Some));
        assert_eq!((lines[1].key.as_str(), lines[1].rest.as_str()), ("id 2", "state open"));
        let part = History { item_count: 60, ..then };
        assert!(compare(&part, &now, &keys).iter().all(|line| line.since.is_none()));
    }

    #[test]
    fn the_newest_backup_is_first_and_a_taken_name_gets_a_number() {
        let list = summaries(&json!({"BackupSummaries": [
            {"BackupArn": "a", "BackupName": "old", "BackupCreationDateTime": 1}, {"BackupArn": "b", "BackupName": "new", "BackupCreationDateTime": 2.5}]}));
        assert_eq!((list[0].name.as_str(), list[0].created_ms, list[0].expires_ms), ("new", 2500, None));
        let taken = ["T", "T-2"];
        assert_eq!(free_name("T", |name| taken.contains(&name)), "T-3");
        assert_eq!(free_name("U", |name| taken.contains(&name)), "U");
        assert_eq!(seconds(milliseconds(&json!(1_767_225_607)).unwrap_or(0)), 1_767_225_607);
    }
}
