//! A pattern as it is typed: every field's text, and the pattern that they describe. Pure.
//!
//! What was typed stays, whatever it is: a draft is only read when its pattern is asked for, and says at which field something is
//! wrong.

use std::collections::BTreeMap;

use engine::workload::{
    Expectation, Frequency, ITEMS_MAX, Per, PlannedPattern, TIMES_MAX, TRAFFIC_OPERATIONS,
};
use serde_json::Value;

use crate::state::explanation::{count, half};
use crate::state::json_text::{parse, print};

/// What is wrong, by field.
pub type Faults = BTreeMap<&'static str, String>;

/// A pattern's fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PatternDraft {
    /// What it is called.
    pub name: String,
    /// Why it is asked.
    pub note: String,
    /// The API action.
    pub operation: String,
    /// Its request's JSON.
    pub request: String,
    /// A line each: `user = u-{zipf 1..20}`.
    pub variables: String,
    /// How often…
    pub times: String,
    /// …in which time: `second`.
    pub per: String,
    /// The size of an item, in bytes.
    pub item_bytes: String,
    /// How many items one use reads or writes.
    pub items: String,
    /// One use reads to the last page.
    pub all_pages: bool,
    /// At most so many units.
    pub units: String,
    /// At most so many partitions.
    pub partitions: String,
    /// At most so many milliseconds.
    pub latency_ms: String,
    /// At least so many percent returned.
    pub returned: String,
    /// Nothing is scanned.
    pub no_scan: bool,
    /// No key takes more than a partition serves.
    pub no_hot_key: bool,
}

/// Halves of a unit: `0.5`, `3`.
fn half_units(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let half = match part.trim_end_matches('0') {
        "" => 0,
        "5" => 1,
        _ => return None,
    };
    whole.parse::<u64>().ok()?.checked_mul(2)?.checked_add(half)
}

impl PatternDraft {
    /// The fields of that pattern.
    pub fn of(pattern: &PlannedPattern) -> PatternDraft {
        let variables = pattern.variables.iter().map(|(name, template)| format!("{name} = {template}"));
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        let expects = pattern.expects;
        PatternDraft {
            name: pattern.name.clone(),
            note: pattern.note.clone(),
            operation: pattern.operation.clone(),
            request: print(&pattern.request),
            variables: variables.collect::<Vec<_>>().join("\n"),
            times: pattern.rate.times.to_string(),
            per: pattern.rate.per.name().to_owned(),
            item_bytes: pattern.item_bytes.to_string(),
            items: pattern.items.to_string(),
            all_pages: pattern.all_pages,
            units: expects.half_units.map(half).unwrap_or_default(),
            partitions: number(expects.partitions),
            latency_ms: number(expects.latency_ms),
            returned: number(expects.returned_percent),
            no_scan: expects.no_scan,
            no_hot_key: expects.no_hot_key,
        }
    }

    /// The pattern; or what is wrong with which field. `others` are the names that are taken.
    pub fn pattern(&self, others: &[&str]) -> Result<PlannedPattern, Faults> {
        let mut faults = Faults::new();
        let name = self.name.trim();
        match name {
            "" => drop(faults.insert("name", "An access pattern needs a name.".to_owned())),
            name if others.contains(&name) => {
                faults.insert("name", "Another access pattern has this name.".to_owned());
            }
            _ => {}
        }
        let mut variables = BTreeMap::new();
        for line in self.variables.lines().filter(|line| !line.trim().is_empty()) {
            match line.split_once('=') {
                Some((name, template)) if !name.trim().is_empty() => {
                    variables.insert(name.trim().to_owned(), template.trim().to_owned());
                }
                _ => {
                    faults.insert("variables", format!("{:?} is not “name = template”.", line.trim()));
                }
            }
        }
        let request = parse(&self.request).unwrap_or_else(|broken| {
            let text = format!("Line {}, column {}: {}", broken.line, broken.column, broken.message);
            faults.insert("request", text);
            Value::Object(Default::default())
        });
        let mut whole = |field: &'static str, text: &str, most: u64| {
            let text = text.trim().replace([',', '_'], "");
            let number = text.parse::<u64>().ok().filter(|number| *number <= most);
            if number.is_none() {
                faults.insert(field, format!("A whole number, at most {}.", count(most)));
            }
            number.unwrap_or_default()
        };
        let times = whole("times", &self.times, TIMES_MAX);
        let item_bytes = whole("item_bytes", &self.item_bytes, engine::limits::ITEM_SIZE_BYTES as u64);
        let items = whole("items", &self.items, ITEMS_MAX);
        let mut given = |field: &'static str, text: &str, most: u64| {
            (!text.trim().is_empty()).then(|| whole(field, text, most))
        };
        let partitions = given("partitions", &self.partitions, TIMES_MAX);
        let latency_ms = given("latency_ms", &self.latency_ms, TIMES_MAX);
        let returned_percent = given("returned", &self.returned, 100);
        let units = Some(self.units.trim()).filter(|text| !text.is_empty());
        if units.is_some_and(|text| half_units(text).is_none()) {
            faults.insert("units", "Units, whole or with a half: 2.5.".to_owned());
        }
        let per = Per::ALL.into_iter().find(|per| per.name() == self.per).unwrap_or_default();
        let pattern = PlannedPattern {
            name: name.to_owned(),
            note: self.note.trim().to_owned(),
            operation: self.operation.clone(),
            request,
            variables,
            rate: Frequency { times, per },
            item_bytes,
            items,
            all_pages: self.all_pages && self.pages(),
            expects: Expectation {
                half_units: units.and_then(half_units),
                partitions,
                latency_ms,
                returned_percent,
                no_scan: self.no_scan,
                no_hot_key: self.no_hot_key,
            },
        };
        if faults.is_empty()
            && let Err(error) = pattern.check()
        {
            faults.insert("request", error.message);
        }
        if faults.is_empty() { Ok(pattern) } else { Err(faults) }
    }

    /// Whether its operation answers in pages.
    pub fn pages(&self) -> bool {
        matches!(self.operation.as_str(), "Query" | "Scan" | "ExecuteStatement")
    }

    /// The operations to choose from.
    pub fn operations() -> &'static [&'static str] {
        &TRAFFIC_OPERATIONS
    }
}
