//! One script on both sides.

use crate::capacity;
use crate::compare::{self, Difference};
use crate::generate::{STREAM, Step};
use crate::known::Known;
use crate::local::Local;
use crate::stream;
use engine::world::{Config, World};
use serde_json::{Map, Value};
use std::io;

/// When every script begins: 2026-01-01T00:00:00Z, in milliseconds.
const START_MS: u64 = 1_767_225_600_000;
/// The most pages that are followed.
const PAGES: usize = 100;

/// An answer of either side.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// What was asked for.
    Response(Value),
    /// An exception.
    Refusal(Refusal),
}

/// An exception.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// Its name, without the namespace.
    pub name: String,
    /// Its message.
    pub message: String,
    /// Its whole body.
    pub body: Value,
}

/// What a script came to.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Requests that were answered by both sides.
    pub requests: usize,
    /// Of them, those that both refused.
    pub refused: usize,
    /// The explained differences met, by their place in the list.
    pub explained: Vec<usize>,
    /// The differences that nothing explains, in order.
    pub found: Vec<Found>,
}

/// A difference that nothing explains.
#[derive(Clone, Debug)]
pub struct Found {
    /// The step's place in the script.
    pub at: usize,
    /// The engine's answer.
    pub ours: Answer,
    /// DynamoDB Local's answer.
    pub theirs: Answer,
    /// Where they differ.
    pub differences: Vec<Difference>,
}

/// The engine's side.
struct Engine {
    world: World,
    now_ms: u64,
}

impl Engine {
    fn new() -> Engine {
        let config = Config { instant: true, lag: false, throttle: false, ..Config::default() };
        Engine { world: World::new(config), now_ms: START_MS }
    }

    fn call(&mut self, operation: &str, request: &Value) -> Answer {
        self.now_ms += 1000;
        while self.world.next_due_ms().is_some_and(|due| due <= self.now_ms) {
            self.world.tick(self.now_ms);
        }
        let outcome = self.world.execute("us-east-1", self.now_ms, operation, request.to_string().as_bytes());
        let position = self.world.position();
        self.world.durable(position);
        match outcome.response {
            Ok(body) => Answer::Response(serde_json::from_slice(&body).unwrap_or_default()),
            Err(error) => Answer::Refusal(Refusal {
                name: error.kind.name().to_owned(),
                body: serde_json::from_slice(&error.to_json()).expect("an exception is JSON"),
                message: error.message,
            }),
        }
    }
}

/// Runs a script on an empty engine and an emptied DynamoDB Local, to its end, or `until` this many differences that nothing
/// explains. One that leaves the two with other items, explained or not, ends it too.
pub fn run(steps: &[Step], until: usize, local: &mut Local, known: &Known) -> io::Result<Report> {
    local.reset()?;
    let mut engine = Engine::new();
    let mut report = Report::default();
    for (at, step) in steps.iter().enumerate() {
        let step =
            &Step { request: capacity::in_parts(&step.operation, step.request.clone()), ..step.clone() };
        let ours = answer(step, |operation, request| Ok(engine.call(operation, request)))?;
        let mut theirs = answer(step, |operation, request| local.call(operation, request))?;
        if let (Answer::Response(ours), Answer::Response(theirs)) = (&ours, &mut theirs) {
            capacity::put_right(&step.operation, &step.request, ours, theirs);
        }
        report.requests += 1;
        let mut differences = compare::differences(&step.operation, step.to_the_end, &ours, &theirs);
        differences.extend(step.sorted_by.and_then(|name| compare::order(name, &ours, &theirs)));
        let explained = known.explain(&step.operation, &step.request, &mut differences);
        report.explained.extend(explained);
        let diverged = match (&ours, &theirs) {
            (Answer::Refusal(_), Answer::Refusal(_)) => {
                report.refused += 1;
                // DynamoDB Local has by then carried out the statements before the one that it refuses a batch for.
                step.operation == "BatchExecuteStatement"
            }
            (Answer::Response(ours), Answer::Response(theirs)) => errors(ours) != errors(theirs),
            _ => !is_read(step),
        };
        if !differences.is_empty() {
            report.found.push(Found { at, ours, theirs, differences });
        }
        if diverged || report.found.len() >= until {
            break;
        }
    }
    Ok(report)
}

fn is_read(step: &Step) -> bool {
    ["Get", "Query", "Scan", "Describe", "List", "BatchGet", "TransactGet"]
        .iter()
        .any(|prefix| step.operation.starts_with(prefix))
        || step.request["Statement"].as_str().is_some_and(|text| text.starts_with("SELECT"))
}

/// Which of a batch's statements were refused.
fn errors(response: &Value) -> Vec<bool> {
    let statements = response["Responses"].as_array().into_iter().flatten();
    statements.map(|response| !response["Error"].is_null()).collect()
}

/// The answer to a step: of all its pages together, where it is followed to the end.
fn answer(step: &Step, mut call: impl FnMut(&str, &Value) -> io::Result<Answer>) -> io::Result<Answer> {
    if step.operation == STREAM {
        return stream::read(&step.request, call);
    }
    let mut call = |request: &Value| call(&step.operation, request);
    let first = call(&step.request)?;
    let Answer::Response(Value::Object(mut whole)) = first else { return Ok(first) };
    if !step.to_the_end {
        return Ok(Answer::Response(whole.into()));
    }
    let mut request = step.request.clone();
    for _ in 0..PAGES {
        let Some(next) = whole.remove("LastEvaluatedKey") else { break };
        request["ExclusiveStartKey"] = next;
        match call(&request)? {
            Answer::Response(Value::Object(page)) => add(&mut whole, page),
            other => return Ok(other),
        }
    }
    // What single pages cost follows from where they end, which is not compared.
    if request.get("ExclusiveStartKey").is_some() {
        whole.remove("ConsumedCapacity");
    }
    Ok(Answer::Response(whole.into()))
}

fn add(whole: &mut Map<String, Value>, page: Map<String, Value>) {
    for (name, value) in page {
        match (whole.get_mut(&name), value) {
            (Some(Value::Array(all)), Value::Array(more)) => all.extend(more),
            (Some(sum @ Value::Number(_)), Value::Number(more)) => {
                *sum = (sum.as_u64().unwrap_or(0) + more.as_u64().unwrap_or(0)).into();
            }
            (_, value) => {
                whole.insert(name, value);
            }
        }
    }
}
