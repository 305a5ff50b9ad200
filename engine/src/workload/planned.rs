//! Access patterns as a design plans them: what is asked, how often, of items how large, and what it may come to.
//!
//! Owns their form, their check, the filling of one request, what one is estimated to cost before anything ran, and the recipe of
//! traffic that sends them at their rates. What a request came to in truth is [`crate::insight::Seen`]'s to say. Sends nothing.
//!
//! Follows [identifying access patterns](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/data-modeling.html): a
//! design begins with the list of what is asked of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::arrivals::{Rate, Spread};
use super::clients::Clients;
use super::pattern::{AccessPattern, Drawn, TRAFFIC_OPERATIONS, find, find_token};
use super::recipe::{Recipe, VERSION};
use super::template::{Dictionary, Moment};
use crate::capacity::{ReadMode, read_half_units, write_half_units};
use crate::error::{ApiError, Result, workload as words};
use crate::limits::ITEM_SIZE_BYTES;
use crate::random::Random;
use crate::timeline::Consumed;

/// The most patterns that a design has.
pub const PATTERNS_MAX: usize = 100;
/// The most requests in a second, minute, hour or day.
pub const TIMES_MAX: u64 = 1_000_000_000;
/// The most items that one request is planned to read or write.
pub const ITEMS_MAX: u64 = 1_000_000;
/// The sum of a recipe's weights is at most about so much.
const WEIGHTS: u128 = 1_000_000;

/// Of what time a rate is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Per {
    #[default]
    Second,
    Minute,
    Hour,
    Day,
}

impl Per {
    /// Each, the shortest first.
    pub const ALL: [Per; 4] = [Per::Second, Per::Minute, Per::Hour, Per::Day];

    /// Its name: `second`.
    pub fn name(self) -> &'static str {
        match self {
            Per::Second => "second",
            Per::Minute => "minute",
            Per::Hour => "hour",
            Per::Day => "day",
        }
    }

    /// Its length in seconds.
    pub fn seconds(self) -> u64 {
        match self {
            Per::Second => 1,
            Per::Minute => 60,
            Per::Hour => 3_600,
            Per::Day => 86_400,
        }
    }
}

/// How often something is expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frequency {
    /// So many times…
    pub times: u64,
    /// …in this time.
    pub per: Per,
}

impl Frequency {
    /// How often in a day.
    pub fn per_day(self) -> u128 {
        u128::from(self.times) * u128::from(86_400 / self.per.seconds())
    }

    /// How often in so many seconds, rounded down.
    pub fn within(self, seconds: u64) -> u128 {
        u128::from(self.times) * u128::from(seconds) / u128::from(self.per.seconds())
    }
}

/// What one use of a pattern may come to. What is none is not tested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Expectation {
    /// At most so many halves of a capacity unit, reads and writes together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_units: Option<u64>,
    /// At most so many partitions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partitions: Option<u64>,
    /// At most so many milliseconds, by the modelled latency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<u64>,
    /// Of the items that are looked at, at least so many percent are returned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub returned_percent: Option<u64>,
    /// No table or index is scanned.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_scan: bool,
    /// At the expected rate no single partition key takes more than a partition serves.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_hot_key: bool,
}

/// An access pattern of a design.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedPattern {
    /// What it is called: "get the cart of a user".
    pub name: String,
    /// Why it is asked, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The API action.
    pub operation: String,
    /// Its request: table, index, key conditions, consistency. Its parameters are templates in the text of an `S`, `N` or `B`.
    pub request: Value,
    /// Templates that are filled once a request, by name, to be used in several places of it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, String>,
    /// How often it is expected.
    #[serde(default)]
    pub rate: Frequency,
    /// The size of one item, in bytes.
    #[serde(default = "item_bytes")]
    pub item_bytes: u64,
    /// How many items one use reads or writes.
    #[serde(default = "one")]
    pub items: u64,
    /// One use reads on to the last page.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all_pages: bool,
    /// What one use may come to.
    #[serde(default)]
    pub expects: Expectation,
}

fn item_bytes() -> u64 {
    1_024
}

fn one() -> u64 {
    1
}

impl PlannedPattern {
    /// A pattern of that request, of which nothing else is known.
    pub fn new(name: &str, operation: &str, request: Value) -> PlannedPattern {
        PlannedPattern {
            name: name.to_owned(),
            note: String::new(),
            operation: operation.to_owned(),
            request,
            variables: BTreeMap::new(),
            rate: Frequency::default(),
            item_bytes: item_bytes(),
            items: one(),
            all_pages: false,
            expects: Expectation::default(),
        }
    }

    /// Whether its operation reads; of PartiQL whether its statements do.
    pub fn is_read(&self) -> bool {
        let selects = |statement: &Value| {
            let text = statement["Statement"].as_str().unwrap_or_default();
            text.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("select"))
        };
        let all = |list: &Value| list.as_array().is_some_and(|list| list.iter().all(selects));
        match self.operation.as_str() {
            "GetItem" | "BatchGetItem" | "Query" | "Scan" | "TransactGetItems" => true,
            "ExecuteStatement" => selects(&self.request),
            "BatchExecuteStatement" => all(&self.request["Statements"]),
            "ExecuteTransaction" => all(&self.request["TransactStatements"]),
            _ => false,
        }
    }

    /// How it reads, where it reads.
    pub fn mode(&self) -> ReadMode {
        let strong = |request: &Value| request["ConsistentRead"] == true;
        let tables = self.request["RequestItems"].as_object();
        match self.operation.as_str() {
            "TransactGetItems" | "ExecuteTransaction" => ReadMode::Transactional,
            "BatchGetItem" => ReadMode::consistent(tables.is_some_and(|tables| tables.values().any(strong))),
            _ => ReadMode::consistent(strong(&self.request)),
        }
    }

    /// Refuses what cannot be sent or planned: the words say what is wrong.
    pub fn check(&self) -> Result<()> {
        let refused = |error: ApiError| words::pattern_refused(&self.name, &error);
        if self.name.trim().is_empty() {
            return Err(words::pattern_nameless());
        }
        if !TRAFFIC_OPERATIONS.contains(&self.operation.as_str()) {
            return Err(refused(words::operation_unknown(&self.operation)));
        }
        if !self.request.is_object() {
            return Err(refused(words::request_no_object()));
        }
        let bounds = [
            ("rate", self.rate.times, TIMES_MAX),
            ("item size in bytes", self.item_bytes, ITEM_SIZE_BYTES as u64),
            ("number of items", self.items, ITEMS_MAX),
            ("share of returned items in percent", self.expects.returned_percent.unwrap_or(0), 100),
        ];
        if let Some((what, _, most)) = bounds.into_iter().find(|(_, number, most)| number > most) {
            return Err(refused(words::number_too_large(what, most)));
        }
        Asking::new(self).map(drop)
    }

    /// What one use is estimated to consume, by its item size and number of items, as long as nothing was measured. Indexes that it
    /// writes are not in it.
    pub fn estimate(&self) -> Consumed {
        let (bytes, items) = (self.item_bytes, self.items.max(1));
        if self.is_read() {
            let mode = self.mode();
            let each = matches!(self.operation.as_str(), "BatchGetItem" | "TransactGetItems" | "GetItem");
            let read_half_units = match each {
                true => read_half_units(bytes, mode).saturating_mul(items),
                false => read_half_units(bytes.saturating_mul(items), mode),
            };
            return Consumed { read_half_units, write_half_units: 0 };
        }
        let transactional = matches!(self.operation.as_str(), "TransactWriteItems" | "ExecuteTransaction");
        let write_half_units = write_half_units(bytes, transactional).saturating_mul(items);
        Consumed { read_half_units: 0, write_half_units }
    }

    /// The same as a pattern of traffic.
    pub fn traffic(&self, weight: u32) -> AccessPattern {
        AccessPattern {
            name: self.name.clone(),
            operation: self.operation.clone(),
            request: self.request.clone(),
            weight,
            variables: self.variables.clone(),
        }
    }
}

/// A pattern's request, to be filled again and again.
#[derive(Clone, Debug)]
pub struct Asking {
    request: Value,
    drawn: Drawn,
    random: Random,
}

impl Asking {
    /// Reads the templates; the words say which cannot be read.
    pub fn new(pattern: &PlannedPattern) -> Result<Asking> {
        let refused = |error: ApiError| words::pattern_refused(&pattern.name, &error);
        let mut marked = pattern.request.clone();
        let read = Drawn::read(&mut marked, &pattern.variables, &mut Dictionary::default());
        let (drawn, _) = read.map_err(refused)?;
        Ok(Asking { request: pattern.request.clone(), drawn, random: Random::new(0) })
    }

    /// Whether any two requests of it may differ.
    pub fn has_parameters(&self) -> bool {
        self.drawn.count() > 0
    }

    /// Draws from that seed from now on.
    pub fn seed(&mut self, seed: u64) {
        self.random = Random::new(seed);
    }

    /// The next request.
    pub fn next(&mut self, now_ms: u64) -> Value {
        self.drawn.draw(&Moment { now_ms, client: 1, row: "" }, &mut self.random);
        let (mut request, mut found) = (self.request.clone(), Vec::new());
        find(&mut request, &mut found, &|_, at| self.drawn.text(at).into_owned());
        find_token(&mut request, &mut found, |at| self.drawn.text(at).into_owned());
        request
    }
}

/// Traffic that sends these patterns at so many percent of their rates, for so long. A rate below one request a second is one: the
/// patterns keep their shares of it. Refused where none is expected at all.
pub fn recipe_of(patterns: &[PlannedPattern], percent: u64, seed: u64, duration_ms: u64) -> Result<Recipe> {
    let daily: Vec<u128> = patterns.iter().map(|pattern| pattern.rate.per_day()).collect();
    let total: u128 = daily.iter().sum();
    let most = daily.iter().copied().max().unwrap_or(0).max(1);
    let weight = |times: u128| match times {
        0 => 0,
        // Shares stay exact where they fit.
        _ => (if most > WEIGHTS { (times * WEIGHTS / most).max(1) } else { times }) as u32,
    };
    let used = patterns.iter().zip(&daily).filter(|(_, times)| **times > 0);
    let per_second = (total * u128::from(percent)).div_ceil(100 * 86_400).max(1);
    let recipe = Recipe {
        version: VERSION,
        seed,
        tables: Vec::new(),
        fill: Vec::new(),
        patterns: used.map(|(pattern, times)| pattern.traffic(weight(*times))).collect(),
        rate: Rate::Constant { per_second: u64::try_from(per_second).unwrap_or(u64::MAX) },
        spread: Spread::Poisson,
        clients: Clients { count: 100, ..Clients::default() },
        duration_ms,
        replay: Vec::new(),
    };
    recipe.check().map(|()| recipe)
}

#[cfg(test)]
#[path = "planned_tests.rs"]
mod tests;
