//! The door for all requests.
//!
//! A world is the engines of one account, one a region (one region by default). It owns the request
//! numbers and the timeline's order; it never looks into a request.
//!
//! Beside DynamoDB's own operations the door takes the inspector's, named `Dynascope.…`: they are what the
//! interface needs to see inside, and are journalled and answered like the others.

use crate::error::{ApiError, unknown_operation};
use crate::timeline::Event;

/// How a world behaves. The same configuration and the same calls give the same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The seed of every draw.
    pub seed: u64,
    /// The region's name, part of every ARN.
    pub region: String,
    /// The account, part of every ARN.
    pub account_id: String,
    /// Tables, indexes and TTL settings change at once, without CREATING, UPDATING and DELETING.
    pub instant: bool,
    /// Followers and global indexes lag behind; off, every read sees the last write.
    pub lag: bool,
    /// Requests beyond the capacity are throttled.
    pub throttle: bool,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            seed: 1,
            region: "us-east-1".into(),
            account_id: "000000000000".into(),
            instant: false,
            lag: true,
            throttle: true,
        }
    }
}

/// What a call came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The response's or the exception's JSON is made from this.
    pub response: Result<Vec<u8>, ApiError>,
    /// What the journal must keep, encoded; empty where nothing changed. [`World::replay`] takes it.
    pub changes: Vec<u8>,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// Why saved bytes cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage(pub String);

/// The engines of one account.
#[derive(Clone, Debug)]
pub struct World {
    config: Config,
}

impl World {
    /// An empty world.
    pub fn new(config: Config) -> World {
        World { config }
    }

    /// Answers one request: `operation` is the name behind the dot of `X-Amz-Target`, `request` its JSON.
    /// `now_ms` never runs backwards.
    pub fn execute(&mut self, region: &str, now_ms: u64, operation: &str, request: &[u8]) -> Outcome {
        let _ = (region, now_ms, operation, request, &self.config);
        Outcome { response: Err(unknown_operation()), changes: Vec::new(), events: Vec::new() }
    }

    /// Does what is due by itself until `now_ms`: statuses that move on, followers that catch up, index
    /// entries that arrive, expired items that go, shards that are trimmed. Its `response` is empty.
    pub fn tick(&mut self, now_ms: u64) -> Outcome {
        let _ = now_ms;
        Outcome { response: Ok(Vec::new()), changes: Vec::new(), events: Vec::new() }
    }

    /// When [`World::tick`] next has something to do.
    pub fn next_due_ms(&self) -> Option<u64> {
        None
    }

    /// The whole state, encoded and checksummed.
    pub fn snapshot(&self) -> Vec<u8> {
        Vec::new()
    }

    /// The world of a snapshot.
    pub fn restore(config: Config, snapshot: &[u8]) -> Result<World, Damage> {
        let _ = snapshot;
        Ok(World::new(config))
    }

    /// Applies the changes of one outcome again, when a journal is read back.
    pub fn replay(&mut self, changes: &[u8]) -> Result<(), Damage> {
        let _ = changes;
        Ok(())
    }

    /// The log position after the last call: hand it to [`World::durable`] when its changes are stored.
    pub fn position(&self) -> u64 {
        0
    }

    /// Everything up to `position` is stored: [`World::wind_back`] will not go behind it.
    pub fn durable(&mut self, position: u64) {
        let _ = position;
    }

    /// Undoes everything after the last durable position.
    pub fn wind_back(&mut self) {}
}
