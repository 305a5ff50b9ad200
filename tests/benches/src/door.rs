//! A world with its clock, for requests whose answers must be answers.

use engine::world::{Config, World};
use serde_json::Value;

/// A world in which nothing lags and nothing is throttled, so that only the work is measured.
pub struct Door {
    world: World,
    region: String,
    now_ms: u64,
}

impl Door {
    /// An empty world.
    pub fn new() -> Door {
        let config = Config { instant: true, lag: false, throttle: false, ..Config::default() };
        Door { region: config.region.clone(), world: World::new(config), now_ms: 1_767_225_600_000 }
    }

    /// Sends a request; the answer's bytes.
    pub fn send(&mut self, operation: &str, request: &[u8]) -> Result<Vec<u8>, String> {
        self.now_ms += 1;
        let outcome = self.world.execute(&self.region, self.now_ms, operation, request);
        // What a journal would have stored by now: without it the world keeps what it needs to wind back.
        let position = self.world.position();
        self.world.durable(position);
        outcome.response.map_err(|error| format!("{operation} was refused: {error:?}"))
    }

    /// Sends a request and reads the answer.
    pub fn call(&mut self, operation: &str, request: &Value) -> Result<Value, String> {
        let answer = self.send(operation, request.to_string().as_bytes())?;
        serde_json::from_slice(&answer).map_err(|e| format!("{operation} answered no JSON: {e}"))
    }
}
