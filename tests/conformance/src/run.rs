//! Runs a script through [`World::execute`], with a clock that only the script moves.

use crate::matching::{self, Names};
use crate::repetition;
use crate::script::{self, Action, Answer, Call, Request};
use engine::error::ApiError;
use engine::world::{Config, World};
use serde_json::Value;
use std::collections::BTreeMap;

/// The region that every script begins in.
const HOME: &str = "us-east-1";

/// When every script begins: 2026-01-01T00:00:00Z, in milliseconds.
pub const START_MS: u64 = 1_767_225_600_000;

/// The settings that a script begins with: everything at once, nothing throttled.
pub fn settings() -> Config {
    Config { instant: true, lag: false, throttle: false, ..Config::default() }
}

/// A script that is being run.
struct Runner {
    world: World,
    config: Config,
    /// The world's snapshot when it was last opened, and the changes since: what a disk would hold.
    snapshot: Vec<u8>,
    journal: Vec<u8>,
    now_ms: u64,
    region: String,
    names: Names,
    /// How often the next request is sent: in a second, for how many milliseconds, over how many numbers.
    traffic: Option<(u64, u64, Option<u64>)>,
}

/// Runs a script's text. Returns every difference, each with its line; none where all answers were right.
pub fn run(text: &str) -> Vec<String> {
    let steps = match script::parse(text) {
        Ok(steps) => steps,
        Err(reason) => return vec![reason],
    };
    let mut runner = Runner::new(settings());
    let mut title = String::new();
    let mut failures = Vec::new();
    for step in steps {
        let result = match step.action {
            Action::Title(text) => {
                title = text;
                Ok(())
            }
            Action::World(words) => runner.begin_again(&words),
            Action::Reopen => runner.reopen(),
            Action::Region(region) => {
                runner.region = region;
                Ok(())
            }
            Action::Advance(time_ms) => {
                runner.advance(time_ms);
                Ok(())
            }
            Action::Traffic { per_second, for_ms, over } => {
                runner.traffic = Some((per_second, for_ms, over));
                Ok(())
            }
            Action::Call(call) => {
                let done = match runner.traffic.take() {
                    Some(traffic) => runner.send(&call, traffic),
                    None => runner.call(&call),
                };
                done.map_err(|reason| format!("{}: {reason}", call.operation))
            }
        };
        if let Err(reason) = result {
            failures.push(format!("line {} ({title}): {reason}", step.line));
        }
    }
    failures
}

impl Runner {
    fn new(config: Config) -> Runner {
        let world = World::new(config.clone());
        let snapshot = world.snapshot();
        let (journal, names, region) = (Vec::new(), Names::new(), HOME.into());
        Runner { world, config, snapshot, journal, now_ms: START_MS, region, names, traffic: None }
    }

    /// Opens the world that was stored: what its last snapshot and the changes since make, written and read once more.
    fn reopen(&mut self) -> Result<(), String> {
        let damaged = |damage| format!("cannot be opened again: {damage:?}");
        let mut world = World::restore(self.config.clone(), &self.snapshot).map_err(damaged)?;
        world.replay(&self.journal).map_err(damaged)?;
        self.snapshot = world.snapshot();
        self.journal.clear();
        self.world = World::restore(self.config.clone(), &self.snapshot).map_err(damaged)?;
        Ok(())
    }

    fn begin_again(&mut self, words: &[String]) -> Result<(), String> {
        let mut config = settings();
        for word in words {
            match word.as_str() {
                "not-instant" => config.instant = false,
                "lag" => config.lag = true,
                "throttle" => config.throttle = true,
                _ => match word.strip_prefix("collection-limit=").map(str::parse) {
                    Some(Ok(bytes)) => config.collection_limit_bytes = bytes,
                    _ => return Err(format!("no such setting: {word}")),
                },
            }
        }
        let (now_ms, names) = (self.now_ms, std::mem::take(&mut self.names));
        *self = Runner { now_ms, names, ..Runner::new(config) };
        Ok(())
    }

    /// Moves the clock; whatever is due on the way happens at its own time.
    fn advance(&mut self, time_ms: u64) {
        self.now_ms += time_ms;
        let advance = self.world.advance(self.now_ms, usize::MAX);
        self.journal.extend(advance.outcome.changes);
    }

    fn call(&mut self, call: &Call) -> Result<(), String> {
        let request = match &call.request {
            Request::Json(value) => matching::resolve(&repetition::expand(value), &self.names).to_string(),
            Request::Text(text) => text.clone(),
        };
        let outcome = self.world.execute(&self.region, self.now_ms, &call.operation, request.as_bytes());
        self.journal.extend(outcome.changes);
        match (&call.answer, outcome.response) {
            (Answer::Response { body, any_order }, Ok(response)) => {
                let response = json(&response)?;
                matching::compare(&repetition::expand(body), &response, *any_order, &mut self.names)
                    .map_err(|reason| format!("{reason}\n      {response}"))
            }
            (Answer::Exception { name, message, members }, Err(error)) => {
                self.compare_exception(name, message, members.as_ref(), &error)
            }
            (Answer::Response { .. }, Err(error)) => Err(format!("is refused: {error}")),
            (Answer::Exception { name, message, .. }, Ok(response)) => {
                let response = String::from_utf8_lossy(&response).into_owned();
                Err(format!("is not refused with {name}: {message}\n      {response}"))
            }
        }
    }

    /// Sends a request many times, and counts what comes of it: answers, and refusals by their reason or exception.
    fn send(
        &mut self,
        call: &Call,
        (per_second, for_ms, over): (u64, u64, Option<u64>),
    ) -> Result<(), String> {
        let (Request::Json(request), Answer::Response { body, any_order }) = (&call.request, &call.answer)
        else {
            return Err("traffic is JSON, and its answer a count".into());
        };
        let start_ms = self.now_ms;
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for number in 0..per_second * for_ms / 1000 {
            self.advance(start_ms + number * 1000 / per_second - self.now_ms);
            let request = repetition::replaced(
                request,
                "<request>",
                &(number % over.unwrap_or(u64::MAX) + 1).to_string(),
            );
            let request = matching::resolve(&repetition::expand(&request), &self.names).to_string();
            let outcome = self.world.execute(&self.region, self.now_ms, &call.operation, request.as_bytes());
            self.journal.extend(outcome.changes);
            let came_to = match outcome.response {
                Ok(_) => "answered".to_owned(),
                Err(error) => match error.throttling.first() {
                    Some(throttling) => throttling.reason.clone(),
                    None => error.kind.name().to_owned(),
                },
            };
            *counts.entry(came_to).or_default() += 1;
        }
        self.advance(start_ms + for_ms - self.now_ms);
        let counts = serde_json::to_value(&counts).map_err(|error| error.to_string())?;
        matching::compare(body, &counts, *any_order, &mut self.names)
            .map_err(|reason| format!("{reason}\n      {counts}"))
    }

    fn compare_exception(
        &mut self,
        name: &str,
        message: &str,
        members: Option<&Value>,
        error: &ApiError,
    ) -> Result<(), String> {
        let worded = message == "..." || message == error.message;
        if name != error.kind.name() || !worded {
            return Err(format!("is refused otherwise:\n      {error}\n  not {name}: {message}"));
        }
        let mut body = json(&error.to_json())?;
        if let Value::Object(body) = &mut body {
            for stated in ["__type", "message", "Message"] {
                body.remove(stated);
            }
        }
        let nothing = Value::Object(serde_json::Map::new());
        matching::compare(members.unwrap_or(&nothing), &body, false, &mut self.names)
            .map_err(|reason| format!("the exception's members: {reason}"))
    }
}

fn json(bytes: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(bytes)
        .map_err(|error| format!("answers with no JSON ({error}): {}", String::from_utf8_lossy(bytes)))
}
