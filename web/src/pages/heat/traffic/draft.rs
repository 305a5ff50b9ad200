//! A recipe as it is being composed: the fields as they are typed, and the workload that they describe. Pure.
//!
//! What was typed stays, whatever it is: a draft is only read when it is asked for its workload, and says at which field
//! something is wrong.

use std::collections::BTreeMap;

use engine::model::braces::is_braced;
use engine::workload::{AccessPattern, Clients, Dictionary, Fill, Recipe, Row, Spread, Template, VERSION};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::arrivals::ArrivalsDraft;
use super::number::number;
use crate::protocol::traffic::Workload;
use crate::state::explanation::count;
use crate::state::json_text::parse;

/// What is wrong, by field: `patterns.0.request`.
pub type Faults = BTreeMap<String, String>;

/// The most patterns.
pub const PATTERNS_MAX: usize = 32;
/// Traffic goes on for so long behind a log's last row, in milliseconds: retries take their time.
const LOG_REST_MS: u64 = 30_000;
/// The operations that traffic sends.
pub const OPERATIONS: [&str; 12] = [
    "GetItem",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "Query",
    "Scan",
    "BatchGetItem",
    "BatchWriteItem",
    "TransactGetItems",
    "TransactWriteItems",
    "ExecuteStatement",
    "BatchExecuteStatement",
];

/// One access pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PatternDraft {
    /// What it is called.
    pub name: String,
    /// The API action.
    pub operation: String,
    /// How often it is chosen.
    pub weight: String,
    /// Its JSON.
    pub request: String,
    /// Its variables: a line each, `user = u-{zipf 1..20}`.
    pub variables: String,
}

/// A recipe.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// What it is called.
    pub name: String,
    /// What is done.
    pub patterns: Vec<PatternDraft>,
    /// How often.
    pub arrivals: ArrivalsDraft,
    /// Whether arrivals are spread as of clients that know nothing of each other.
    pub poisson: bool,
    /// How many clients.
    pub clients: String,
    /// How often one request is sent at most.
    pub attempts: String,
    /// For how long, in seconds; empty for until it is stopped.
    pub duration_s: String,
    /// The seed.
    pub seed: String,
    /// A JSON list of CreateTable requests; empty for none.
    pub tables: String,
    /// A JSON list of `{"count", "pattern"}`; empty for none.
    pub fill: String,
    /// The rows of a log.
    #[serde(skip)]
    pub log: Vec<Row>,
}

fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn list(values: &[impl Serialize]) -> String {
    if values.is_empty() { String::new() } else { pretty(&values) }
}

impl PatternDraft {
    /// The fields of that pattern.
    pub fn of(pattern: &AccessPattern) -> PatternDraft {
        let variables = pattern.variables.iter().map(|(name, template)| format!("{name} = {template}"));
        PatternDraft {
            name: pattern.name.clone(),
            operation: pattern.operation.clone(),
            weight: pattern.weight.to_string(),
            request: pretty(&pattern.request),
            variables: variables.collect::<Vec<_>>().join("\n"),
        }
    }

    /// The pattern; what is wrong is entered under `at`.
    pub fn pattern(&self, at: &str, faults: &mut Faults) -> AccessPattern {
        let before = faults.len();
        let mut fault = |field: &str, message: String| drop(faults.insert(format!("{at}.{field}"), message));
        if self.name.trim().is_empty() {
            fault("name", "A pattern needs a name.".to_owned());
        }
        let mut variables = BTreeMap::new();
        for line in self.variables.lines().filter(|line| !line.trim().is_empty()) {
            match line.split_once('=') {
                Some((name, template)) if is_name(name.trim()) => {
                    variables.insert(name.trim().to_owned(), template.trim().to_owned());
                }
                _ => fault("variables", format!("{:?} is not “name = template”.", line.trim())),
            }
        }
        let weight = number(&self.weight, 0, 1_000_000).unwrap_or_else(|message| {
            fault("weight", message);
            0
        });
        let request = parse(&self.request).unwrap_or_else(|broken| {
            let message = format!("Line {}, column {}: {}", broken.line, broken.column, broken.message);
            fault("request", message);
            Value::Null
        });
        if faults.len() == before {
            let mut dictionary = Dictionary::default();
            let texts = variables.values().map(String::as_str);
            let read = |text: &str, dictionary: &mut Dictionary| Template::read(text, dictionary).err();
            if let Some(error) = texts.filter_map(|text| read(text, &mut dictionary)).next() {
                faults.insert(format!("{at}.variables"), error.message);
            }
            dictionary.variables = variables.keys().cloned().collect();
            let mut wrong = None;
            each_scalar(&request, &mut |text| {
                if wrong.is_none() && is_braced(text) {
                    wrong = read(text, &mut dictionary).map(|error| error.message);
                }
            });
            if let Some(message) = wrong {
                faults.insert(format!("{at}.request"), message);
            }
        }
        AccessPattern {
            name: self.name.trim().to_owned(),
            operation: self.operation.clone(),
            request,
            weight: weight as u32,
            variables,
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|one| one.is_alphanumeric() || one == '_')
}

/// Visits the text of each `{"S": …}`, `{"N": …}` and `{"B": …}`.
fn each_scalar(value: &Value, visit: &mut dyn FnMut(&str)) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| each_scalar(value, visit)),
        Value::Object(members) => {
            let only = if members.len() == 1 { members.iter().next() } else { None };
            match only {
                Some((name, Value::String(text))) if ["S", "N", "B"].contains(&name.as_str()) => visit(text),
                _ => members.values().for_each(|value| each_scalar(value, visit)),
            }
        }
        _ => {}
    }
}

impl Draft {
    /// What there is to begin with where no table suggests anything: all but the patterns.
    pub fn without_patterns() -> Draft {
        let clients = Clients::default();
        Draft {
            name: "Traffic".into(),
            clients: count(clients.count.into()),
            attempts: clients.max_attempts.to_string(),
            seed: "1".into(),
            ..Draft::default()
        }
    }

    /// The fields of that workload.
    pub fn of(workload: &Workload) -> Draft {
        let recipe = &workload.recipe;
        let endless = recipe.duration_ms == u64::MAX;
        Draft {
            name: workload.name.clone(),
            patterns: recipe.patterns.iter().map(PatternDraft::of).collect(),
            arrivals: ArrivalsDraft::of(&recipe.rate, !recipe.replay.is_empty()),
            poisson: recipe.spread == Spread::Poisson,
            clients: count(recipe.clients.count.into()),
            attempts: recipe.clients.max_attempts.to_string(),
            duration_s: if endless { String::new() } else { count(recipe.duration_ms.div_ceil(1_000)) },
            seed: recipe.seed.to_string(),
            tables: list(&recipe.tables),
            fill: list(&recipe.fill),
            log: recipe.replay.clone(),
        }
    }

    /// The workload, or what is wrong.
    pub fn workload(&self) -> Result<Workload, Faults> {
        let mut faults = Faults::new();
        let mut patterns = Vec::new();
        for (at, pattern) in self.patterns.iter().enumerate() {
            patterns.push(pattern.pattern(&format!("patterns.{at}"), &mut faults));
        }
        if patterns.is_empty() || (faults.is_empty() && patterns.iter().all(|pattern| pattern.weight == 0)) {
            faults.insert("patterns".into(), "A recipe needs a pattern with a weight above 0.".into());
        }
        let mut field = |name: &str, text: &str, least: u64, most: u64| {
            number(text, least, most).unwrap_or_else(|message| {
                faults.insert(name.to_owned(), message);
                least
            })
        };
        let clients = field("clients", &self.clients, 1, 100_000) as u32;
        let max_attempts = field("attempts", &self.attempts, 1, 20) as u32;
        let seed = field("seed", &self.seed, 0, u64::MAX);
        let duration_ms = match self.duration_s.trim() {
            // A log is over when its last requests have been sent again.
            "" if self.arrivals.is_log() => self.log.last().map_or(0, |row| row.at_ms) + LOG_REST_MS,
            "" => u64::MAX,
            text => field("duration", text, 1, 604_800) * 1_000,
        };
        if self.name.trim().is_empty() {
            faults.insert("name".into(), "A recipe needs a name.".into());
        }
        let rate = self.arrivals.rate(&mut faults);
        let replay = if self.arrivals.is_log() { self.log.clone() } else { Vec::new() };
        if self.arrivals.is_log() && replay.is_empty() {
            faults.insert("log".into(), "Choose a log, or paste one.".into());
        }
        let tables: Vec<Value> = read_list("tables", &self.tables, &mut faults);
        let fill: Vec<Fill> = read_list("fill", &self.fill, &mut faults);
        let recipe = Recipe {
            version: VERSION,
            seed,
            tables,
            fill,
            patterns,
            rate,
            spread: if self.poisson { Spread::Poisson } else { Spread::Even },
            clients: Clients { count: clients, max_attempts },
            duration_ms,
            replay,
        };
        let unknown = recipe.replay.iter().position(|row| recipe.pattern_of(row).is_none());
        if let (Some(at), true) = (unknown, faults.is_empty()) {
            let operation = &recipe.replay[at].operation;
            let message =
                format!("Row {} asks for “{operation}”: no pattern has that name or operation.", at + 1);
            faults.insert("log".into(), message);
        }
        if faults.is_empty() {
            Ok(Workload { name: self.name.trim().to_owned(), recipe })
        } else {
            Err(faults)
        }
    }

    /// Writes the read consistency into every read: strong, or eventual, which is what is not asked for.
    pub fn set_consistency(&mut self, strong: bool) {
        for pattern in &mut self.patterns {
            let (Ok(mut request), true) = (
                parse(&pattern.request),
                ["GetItem", "Query", "Scan", "BatchGetItem", "ExecuteStatement"]
                    .contains(&pattern.operation.as_str()),
            ) else {
                continue;
            };
            let mut set = |request: &mut Value| {
                // A global index is read eventually, whoever asks.
                if let Some(members) =
                    request.as_object_mut().filter(|members| !members.contains_key("IndexName"))
                {
                    match strong {
                        true => drop(members.insert("ConsistentRead".into(), true.into())),
                        false => drop(members.remove("ConsistentRead")),
                    }
                }
            };
            match request.get_mut("RequestItems").and_then(Value::as_object_mut) {
                Some(tables) => tables.values_mut().for_each(&mut set),
                None => set(&mut request),
            }
            pattern.request = pretty(&request);
        }
    }

    /// Whether its reads are strongly consistent: all, none, or none of the two.
    pub fn consistency(&self) -> Option<bool> {
        let reads = self
            .patterns
            .iter()
            .filter(|pattern| ["GetItem", "Query", "Scan"].contains(&pattern.operation.as_str()));
        let asked =
            reads.map(|pattern| pattern.request.contains("\"ConsistentRead\": true")).collect::<Vec<_>>();
        match asked.split_first() {
            Some((first, rest)) => rest.iter().all(|one| one == first).then_some(*first),
            None => Some(false),
        }
    }
}

/// A JSON list of something; an empty text is an empty one.
fn read_list<T: for<'a> Deserialize<'a>>(field: &str, text: &str, faults: &mut Faults) -> Vec<T> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    serde_json::from_str(text).unwrap_or_else(|error| {
        faults.insert(field.to_owned(), error.to_string());
        Vec::new()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn friday() -> Draft {
        Draft::of(&Workload { name: "Black Friday".into(), recipe: Recipe::black_friday(7) })
    }

    #[test]
    fn a_workload_comes_back_from_its_fields() {
        let mut workload = Workload { name: "Black Friday".into(), recipe: Recipe::black_friday(7) };
        assert_eq!(friday().workload(), Ok(workload.clone()));
        let row = Row { at_ms: 5, operation: "Query".into(), key: "k".into() };
        // Where a log is replayed the rate counts for nothing.
        workload.recipe.rate = engine::workload::Rate::Constant { per_second: 100 };
        (workload.recipe.replay, workload.recipe.duration_ms) = (vec![row], 31_000);
        workload.recipe.patterns[0].variables.insert("u".into(), "{zipf 1..9}".into());
        assert_eq!(Draft::of(&workload).workload(), Ok(workload));
    }

    #[test]
    fn without_a_table_only_the_patterns_are_missing() {
        let faults = Draft::without_patterns().workload().unwrap_err();
        assert_eq!(faults.into_keys().collect::<Vec<_>>(), ["patterns"]);
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field_and_what_was_typed_stays() {
        let mut draft = friday();
        draft.patterns[0].request = "{\n  \"TableName\": oops\n}".into();
        draft.patterns[1].variables = "user {zipf}".into();
        (draft.clients, draft.duration_s, draft.seed) = ("0".into(), "soon".into(), String::new());
        (draft.name, draft.fill) = (" ".into(), "[{}]".into());
        let kept = draft.clone();
        let faults = draft.workload().expect_err("much is wrong");
        let fields: Vec<&str> = faults.keys().map(String::as_str).collect();
        assert_eq!(
            fields,
            ["clients", "duration", "fill", "name", "patterns.0.request", "patterns.1.variables", "seed"]
        );
        assert!(
            faults["patterns.0.request"].starts_with("Line 2, column 16"),
            "{}",
            faults["patterns.0.request"]
        );
        assert_eq!(draft, kept);
    }

    #[test]
    fn a_hole_that_is_none_is_found_before_it_is_sent() {
        let mut draft = friday();
        draft.patterns[0].request = draft.patterns[0].request.replace("uniform", "unifrom");
        let faults = draft.workload().expect_err("a hole");
        assert!(faults["patterns.0.request"].contains("unifrom"), "{faults:?}");
        let mut draft = friday();
        draft.patterns[1].variables = "user = {client}{".into();
        assert!(draft.workload().expect_err("a brace").contains_key("patterns.1.variables"));
    }

    #[test]
    fn a_log_needs_patterns_for_its_rows() {
        let mut draft = friday();
        draft.arrivals = ArrivalsDraft::of(&Recipe::black_friday(1).rate, true);
        assert!(draft.workload().expect_err("no log").contains_key("log"));
        draft.log = vec![Row { at_ms: 0, operation: "Scan".into(), key: "k".into() }];
        assert!(draft.workload().expect_err("no pattern")["log"].contains("Row 1 asks for “Scan”"));
        draft.log = vec![Row { at_ms: 500, operation: "Query".into(), key: "k".into() }];
        draft.duration_s = String::new();
        let duration_ms = draft.workload().map(|workload| workload.recipe.duration_ms);
        assert_eq!(duration_ms, Ok(30_500), "it ends behind the last row");
    }

    #[test]
    fn consistency_is_written_into_every_read() {
        let mut draft = friday();
        assert_eq!(draft.consistency(), Some(false));
        draft.set_consistency(true);
        assert_eq!(draft.consistency(), Some(true));
        let workload = draft.workload().expect("it is right");
        assert_eq!(workload.recipe.patterns[0].request["ConsistentRead"], true);
        assert!(workload.recipe.patterns[1].request.get("ConsistentRead").is_none(), "a write");
        draft.set_consistency(false);
        assert_eq!(draft.workload().map(|workload| workload.recipe), Ok(Recipe::black_friday(7)));
    }
}
