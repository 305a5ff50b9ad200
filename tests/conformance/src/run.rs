//! Runs a script through [`World::execute`], with a clock that only the script moves.

use crate::matching::{self, Names};
use crate::repetition;
use crate::script::{self, Action, Answer, Call, Request};
use engine::error::ApiError;
use engine::world::{Config, World};
use serde_json::Value;

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
            Action::Call(call) => {
                runner.call(&call).map_err(|reason| format!("{}: {reason}", call.operation))
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
        let (journal, names) = (Vec::new(), Names::new());
        Runner { world, config, snapshot, journal, now_ms: START_MS, region: HOME.into(), names }
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
