//! The access patterns of a design as they are shown: what a use of one came to, what was expected, what a month of it costs. Pure.
//!
//! - `draft` a pattern as it is typed
//! - `hottest` the partition key that takes most of a pattern's requests

pub mod draft;
pub mod hottest;

use std::collections::BTreeMap;
use std::rc::Rc;

use engine::insight::cost::Class;
use engine::insight::price::Money;
use engine::insight::{Check, Rule, Seen, checks};
use engine::timeline::{Consumed, Event};
use engine::workload::{Per, PlannedPattern};
use serde_json::Value;
use yew::Reducible;

use super::cost::{Paying, class_of};
use super::explanation::{count, half, latency, plural};
use super::tables::Tables;
use crate::protocol::{ClientError, named};
use hottest::Hottest;

/// One use of a pattern that is over.
#[derive(Clone, Debug, PartialEq)]
pub struct Used {
    /// The pattern as it was then.
    pub pattern: PlannedPattern,
    /// Its first request, with its parameters.
    pub request: Rc<Value>,
    /// The events of its last request.
    pub events: Rc<Vec<Event>>,
    /// What it came to; the error where it did not reach the engine, or was refused.
    pub seen: Result<Seen, (Seen, ClientError)>,
    /// Whether there are more pages, which it did not read.
    pub more: bool,
}

impl Used {
    /// What it came to, refused or not.
    pub fn came_to(&self) -> &Seen {
        match &self.seen {
            Ok(seen) | Err((seen, _)) => seen,
        }
    }
}

/// The newest use of each pattern, by name; none while it is under way.
pub type Uses = BTreeMap<String, Option<Rc<Used>>>;

/// What running the patterns of a workspace came to, as long as the page is open.
#[derive(Clone, Default, PartialEq)]
pub struct PatternRuns {
    workspace: String,
    uses: Rc<Uses>,
    under_way: usize,
}

impl PatternRuns {
    /// The uses in this workspace.
    pub fn of(&self, workspace: &str) -> Rc<Uses> {
        if self.workspace == workspace { self.uses.clone() } else { Rc::default() }
    }

    /// Whether some are under way in this workspace.
    pub fn is_busy(&self, workspace: &str) -> bool {
        self.workspace == workspace && self.under_way > 0
    }
}

/// What changes [`PatternRuns`]; each says in which workspace.
pub enum RunsAction {
    /// The patterns of these names are used, one after the other. Those of another workspace are forgotten.
    Begun(String, Vec<String>),
    /// One of them was.
    Used(String, Rc<Used>),
}

impl Reducible for PatternRuns {
    type Action = RunsAction;
    fn reduce(mut self: Rc<Self>, action: RunsAction) -> Rc<Self> {
        let next = Rc::make_mut(&mut self);
        match action {
            RunsAction::Begun(workspace, names) => {
                if next.workspace != workspace {
                    *next = PatternRuns { workspace, ..PatternRuns::default() };
                }
                next.under_way += names.len();
                Rc::make_mut(&mut next.uses).extend(names.into_iter().map(|name| (name, None)));
            }
            RunsAction::Used(workspace, used) if next.workspace == workspace => {
                next.under_way = next.under_way.saturating_sub(1);
                Rc::make_mut(&mut next.uses).insert(used.pattern.name.clone(), Some(used));
            }
            RunsAction::Used(..) => {}
        }
        self
    }
}

/// The newest use of this pattern, where it was of the pattern as it stands.
fn newest(pattern: &PlannedPattern, uses: &Uses) -> Option<Rc<Used>> {
    uses.get(&pattern.name).cloned().flatten().filter(|used| used.pattern == *pattern)
}

/// What one use consumes: as it was measured, where it was; else estimated from the size of the items.
pub fn each(pattern: &PlannedPattern, uses: &Uses) -> (Consumed, bool) {
    let measured = newest(pattern, uses).and_then(|used| Some(used.seen.as_ref().ok()?.consumed));
    (measured.unwrap_or_else(|| pattern.estimate()), measured.is_some())
}

/// How a pattern stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was not run yet, or was changed since.
    NotRun,
    /// It is being run.
    Running,
    /// Nothing is expected of it.
    Unexpected,
    /// All that is expected holds.
    Passed,
    /// Something does not.
    Failed,
}

impl Verdict {
    /// The value of `data-verdict`.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::NotRun => "not-run",
            Verdict::Running => "running",
            Verdict::Unexpected => "none",
            Verdict::Passed => "passed",
            Verdict::Failed => "failed",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::NotRun => "not run yet",
            Verdict::Running => "running…",
            Verdict::Unexpected => "nothing expected",
            Verdict::Passed => "passes",
            Verdict::Failed => "fails",
        }
    }
}

/// A pattern as a row shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The pattern.
    pub pattern: PlannedPattern,
    /// The table that it asks, as far as its request names one.
    pub table: Option<String>,
    /// The index.
    pub index: Option<String>,
    /// Its newest use, where it is of the pattern as it stands.
    pub used: Option<Rc<Used>>,
    /// What one use consumes.
    pub each: Consumed,
    /// Whether that was measured; else it is estimated from the size of the items.
    pub measured: bool,
    /// What a month of it costs, as it is paid for.
    pub month: Money,
    /// The partition key that takes most.
    pub hottest: Option<Hottest>,
    /// Each test, in words, and whether it holds.
    pub tests: Vec<(String, bool)>,
    /// How it stands.
    pub verdict: Verdict,
}

/// The table and the index that a request names: of several tables the first.
pub fn target(request: &Value) -> (Option<String>, Option<String>) {
    let table = named::tables(request).next().map(str::to_owned);
    (table, request["IndexName"].as_str().map(str::to_owned))
}

/// The row of a pattern.
pub fn row(pattern: &PlannedPattern, uses: &Uses, tables: &Tables, paying: &Paying, now_ms: u64) -> Row {
    let (table, index) = target(&pattern.request);
    let used = newest(pattern, uses);
    let (each, measured) = each(pattern, uses);
    let good = used.as_deref().and_then(|used| used.seen.as_ref().ok());
    let described = table.as_deref().and_then(|name| tables.get(name));
    let class = described.map_or(Class::Standard, |table| class_of(table));
    let own = good.and_then(|seen| seen.metered(table.as_deref()?, index.as_deref()));
    let hottest = described.and_then(|table| hottest::hottest(pattern, table, own, now_ms));
    let mut tests = Vec::new();
    if let Some(used) = &used {
        let found = checks(&pattern.expects, used.came_to());
        tests.extend(found.iter().map(|check| (words(check, used.came_to()), check.passed)));
    }
    if let Some(hottest) = hottest.as_ref().filter(|_| pattern.expects.no_hot_key) {
        tests.push((hottest.words(), hottest.fits()));
    }
    let verdict = match (&used, uses.get(&pattern.name)) {
        (None, Some(None)) => Verdict::Running,
        (None, _) => Verdict::NotRun,
        _ if tests.iter().any(|(_, passed)| !passed) => Verdict::Failed,
        _ if tests.is_empty() => Verdict::Unexpected,
        _ => Verdict::Passed,
    };
    Row {
        month: paying.month(class, each, pattern.rate),
        pattern: pattern.clone(),
        measured,
        table,
        index,
        used,
        each,
        hottest,
        tests,
        verdict,
    }
}

/// A test in words.
fn words(check: &Check, seen: &Seen) -> String {
    let Check { rule, limit, seen: figure, passed } = *check;
    match rule {
        Rule::Answered => {
            let refused = seen.refused.as_ref().map_or("a fault", |(name, _)| name.as_str());
            format!("It was refused: {refused}")
        }
        Rule::NoScan if passed => "Nothing is scanned".to_owned(),
        Rule::NoScan => "It scans: each item is looked at, whatever is wanted".to_owned(),
        Rule::HalfUnits => {
            let word = if figure == 2 { "unit" } else { "units" };
            format!("{} {word}, at most {} expected", half(figure), half(limit))
        }
        Rule::Partitions => format!("{}, at most {} expected", plural(figure, "partition"), count(limit)),
        Rule::LatencyMs => format!("{}, at most {limit} ms expected (modelled)", latency(seen.latency_us)),
        Rule::ReturnedPercent => {
            format!("{figure} % of the items looked at are returned, at least {limit} % expected")
        }
    }
}

/// `0.5 RCU`, `1 RCU + 2 WCU`.
pub fn units(each: Consumed) -> String {
    let parts = [(each.read_half_units, "RCU"), (each.write_half_units, "WCU")];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(units, _)| *units > 0)
        .map(|(units, name)| format!("{} {name}", half(*units)))
        .collect();
    if parts.is_empty() { "0".to_owned() } else { parts.join(" + ") }
}

/// `a second`, `an hour`.
pub fn a_time(per: Per) -> String {
    let article = if per == Per::Hour { "an" } else { "a" };
    format!("{article} {}", per.name())
}

/// `800 / s`, `not planned`.
pub fn rate(pattern: &PlannedPattern) -> String {
    match pattern.rate.times {
        0 => "not planned".to_owned(),
        times => {
            let per = match pattern.rate.per {
                Per::Second => "s",
                Per::Minute => "min",
                Per::Hour => "h",
                Per::Day => "day",
            };
            format!("{} / {per}", count(times))
        }
    }
}

#[cfg(test)]
mod tests;
