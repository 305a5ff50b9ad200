//! The door for all requests.
//!
//! A world is the engines of one account, one a region (one region by default). It owns the request
//! numbers and the timeline's order; it never looks into a request.
//!
//! Beside DynamoDB's own operations the door takes the inspector's, named `Dynascope.…`: they are what the
//! interface needs to see inside, and are journalled and answered like the others.

mod direct;
mod event_sources;
mod global;
mod history;
mod image;
mod past;
mod time;

use std::collections::{BTreeMap, VecDeque};

use crate::access::Settings;
use crate::engine::{Engine, Executed};
use crate::error::ApiError;
use crate::limits;
use crate::model::codec::{Reader, write_bytes};
use crate::operation::in_region;
pub use crate::store::Damage;
use crate::store::Segment;
use crate::timeline::{Detail, Event, Tally, Target};

pub use history::{Cause, History};
pub use image::{Imaging, Restoring};
pub use past::{Moment, Past};
pub use time::Advance;

/// How a world behaves. The same configuration and the same calls give the same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The seed of every draw.
    pub seed: u64,
    /// The region's name, part of every ARN.
    pub region: String,
    /// The account, part of every ARN.
    pub account_id: String,
    /// Tables, indexes and TTL settings change at once, without CREATING, UPDATING and DELETING; a vector index
    /// that is added to a live table takes its time all the same.
    pub instant: bool,
    /// Followers and global indexes lag behind; off, every read sees the last write.
    pub lag: bool,
    /// Requests beyond the capacity are throttled.
    pub throttle: bool,
    /// How large an item collection of a table with a local index may become, in bytes: 10 GB in the service.
    pub collection_limit_bytes: u64,
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
            collection_limit_bytes: limits::ITEM_COLLECTION_BYTES,
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
    /// The numbers of it, in order: of the world's own region, since the partitions of another are numbered apart.
    pub tallies: Vec<Tally>,
    /// How long the request took, in microseconds (modelled: see [`crate::capacity::served_us`]); 0 for what was none.
    pub latency_us: u64,
}

impl Outcome {
    /// Nothing happened, and this is the answer.
    pub fn of(response: Result<Vec<u8>, ApiError>) -> Outcome {
        Outcome { response, changes: Vec::new(), events: Vec::new(), tallies: Vec::new(), latency_us: 0 }
    }
}

impl Default for Outcome {
    fn default() -> Outcome {
        Outcome::of(Ok(Vec::new()))
    }
}

/// The engines of one account, by region.
#[derive(Clone, Debug)]
pub struct World {
    config: Config,
    engines: BTreeMap<String, Engine>,
    /// How many outcomes had changes.
    position: u64,
    /// Those that are not durable yet: which engine's log stood where after them.
    volatile: VecDeque<(u64, String, u64)>,
    /// No event source of a region has a step to take before that time; never saved.
    sources_idle: BTreeMap<String, u64>,
}

impl World {
    /// An empty world.
    pub fn new(config: Config) -> World {
        let mut world = World {
            config,
            engines: BTreeMap::new(),
            position: 0,
            volatile: VecDeque::new(),
            sources_idle: BTreeMap::new(),
        };
        let region = world.config.region.clone();
        world.engine(&region);
        world
    }

    /// The engine of a region, made when it is first asked for.
    fn engine(&mut self, region: &str) -> &mut Engine {
        if !self.engines.contains_key(region) {
            // A region of its own draws of its own.
            let other = region != self.config.region;
            let seed = if other { xxhash_rust::xxh3::xxh3_64(region.as_bytes()) } else { 0 };
            let engine = Engine::new(settings(&self.config, region), self.config.seed ^ seed);
            self.engines.insert(region.to_string(), engine);
        }
        self.engines.get_mut(region).expect("it was just put there")
    }

    /// Lets a region act, and count its requests and events on from the newest of all regions: they are of one timeline. Where it tells the
    /// event that is looked for, the others are kept as they are at that event.
    fn in_turn<T>(&mut self, region: &str, act: impl FnOnce(&mut Engine) -> T) -> T {
        self.engine(region);
        if self.engines.len() == 1 {
            return act(self.engine(region));
        }
        let newest = self
            .engines
            .values()
            .map(Engine::counted)
            .fold((0, 0), |(requests, events), one| (one.0.max(requests), one.1.max(events)));
        let engine = self.engine(region);
        let done = engine.counting_from(newest, act);
        if engine.has_told(newest.1) {
            let others = self.engines.iter_mut().filter(|(other, _)| *other != region);
            others.for_each(|(_, engine)| engine.stay_as_seen());
        }
        done
    }

    /// Answers one request: `operation` is the name behind the dot of `X-Amz-Target`, `request` its JSON.
    /// `now_ms` never runs backwards.
    pub fn execute(&mut self, region: &str, now_ms: u64, operation: &str, request: &[u8]) -> Outcome {
        self.execute_with(region, now_ms, Detail::Watched, operation, request)
    }

    /// The same for a request of which no more is to be recorded than its tallies and what is rare.
    pub fn execute_with(
        &mut self,
        region: &str,
        now_ms: u64,
        detail: Detail,
        operation: &str,
        request: &[u8],
    ) -> Outcome {
        if operation == in_region::NAME {
            return match in_region::read(request) {
                Ok(inner) => {
                    self.execute_with(&inner.region, now_ms, detail, &inner.operation, &inner.request)
                }
                Err(refusal) => Outcome::of(Err(refusal)),
            };
        }
        let mut outcome = Outcome::default();
        self.engine(region);
        self.catch_up(now_ms, &mut outcome);
        self.introduce(region, operation);
        self.tell_outages(region);
        let executed = self.in_turn(region, |engine| engine.execute(now_ms, detail, operation, request));
        let done = executed.response.is_ok();
        outcome.response = self.note(region, executed, &mut outcome);
        if done {
            self.follow(region, now_ms, operation, request, &mut outcome);
            self.follow_event_sources(region, now_ms, operation, request, &mut outcome);
            self.catch_up(now_ms, &mut outcome);
        }
        outcome
    }

    /// Does what is due by itself until `now_ms`: statuses that move on, followers that catch up, index
    /// entries that arrive, expired items that go, shards that are trimmed. Its `response` is empty.
    pub fn tick(&mut self, now_ms: u64) -> Outcome {
        self.tick_with(now_ms, Detail::Watched)
    }

    /// The same, recorded as finely as that.
    pub fn tick_with(&mut self, now_ms: u64, detail: Detail) -> Outcome {
        let mut outcome = Outcome::default();
        let regions: Vec<String> = self.engines.keys().cloned().collect();
        for region in regions {
            let executed = self.in_turn(&region, |engine| engine.tick(now_ms, detail));
            let _ = self.note(&region, executed, &mut outcome);
        }
        self.catch_up(now_ms, &mut outcome);
        outcome
    }

    /// Does what happens between the regions, and what reads their streams, by `now_ms`.
    fn catch_up(&mut self, now_ms: u64, outcome: &mut Outcome) {
        self.move_replicas(now_ms, outcome);
        self.run_event_sources(now_ms, outcome);
    }

    /// Takes over what a call to one engine came to, but for its response. Each segment stands behind its region's name.
    fn note(&mut self, region: &str, executed: Executed, outcome: &mut Outcome) -> Result<Vec<u8>, ApiError> {
        if let Some(segment) = &executed.changes {
            write_segment(region, segment, &mut outcome.changes);
            self.position += 1;
            self.volatile.push_back((self.position, region.to_string(), segment.position));
        }
        outcome.latency_us += executed.latency_us;
        let mut events = executed.events;
        if region != self.config.region {
            events.iter_mut().for_each(|event| event.region = Some(region.to_owned()));
        } else {
            match outcome.tallies.is_empty() {
                true => outcome.tallies = executed.tallies,
                false => outcome.tallies.extend(executed.tallies),
            }
        }
        match outcome.events.is_empty() {
            true => outcome.events = events,
            false => outcome.events.append(&mut events),
        }
        executed.response
    }

    /// The table or index that tallies of the world's own region name by its numbers; none once it is deleted.
    pub fn target(&self, table: u32, index: u32) -> Option<Target> {
        let tables = &self.engines.get(&self.config.region)?.region().tables;
        let state = tables.values().find(|state| state.saved.table.id == table)?;
        (index == 0 || state.saved.table.indexes.iter().any(|i| i.id == index)).then(|| state.target(index))
    }

    /// When [`World::tick`] next has something to do, or earlier: whoever waits for it asks again.
    pub fn next_due_ms(&self) -> Option<u64> {
        let engines = self.engines.values().filter_map(Engine::next_due_ms);
        engines.chain(self.arrivals_due_ms()).chain(self.event_sources_due_ms()).min()
    }

    /// What was consumed of every table's capacity, encoded: to be kept beside a journal, which knows of writes alone. Some hundred
    /// bytes for each partition that was asked for something of late.
    pub fn spent(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (region, engine) in &self.engines {
            write_bytes(region.as_bytes(), &mut bytes);
            write_bytes(&engine.spent(), &mut bytes);
        }
        bytes
    }

    /// Takes up what was consumed by then, in a world that went on from there: behind the last [`World::applied`].
    pub fn take_up_spent(&mut self, spent: &[u8]) -> Result<(), Damage> {
        let mut reader = Reader(spent);
        while !reader.0.is_empty() {
            let region = reader.text()?.to_owned();
            let bytes = reader.bytes()?;
            // A region is made when it is asked for; what was never asked for has consumed nothing.
            if let Some(engine) = self.engines.get_mut(&region) {
                engine.take_up_spent(bytes)?;
            }
        }
        Ok(())
    }

    /// Applies the changes of outcomes again, when a journal is read back: of one, or of several one after the other.
    /// An outcome whose changes cannot be applied leaves its engine as it was; those before it are applied.
    pub fn replay(&mut self, changes: &[u8]) -> Result<(), Damage> {
        let applied = self.apply(changes);
        self.applied()?;
        applied
    }

    /// The same for one of many: what depends on the state is read anew by [`World::applied`], which must follow the last.
    pub fn apply(&mut self, changes: &[u8]) -> Result<(), Damage> {
        self.sources_idle.clear();
        let segments = read_segments(changes)?;
        segments.iter().try_for_each(|(region, segment)| self.engine(region).replay(segment))
    }

    /// Reads anew what depends on the state, behind the last [`World::apply`]: in a time that grows with the state.
    pub fn applied(&mut self) -> Result<(), Damage> {
        self.engines.values_mut().try_for_each(Engine::replayed)
    }

    /// The position after the last call: hand it to [`World::durable`] when its changes are stored.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Everything up to `position` is stored: [`World::wind_back`] will not go behind it.
    pub fn durable(&mut self, position: u64) {
        while self.volatile.front().is_some_and(|(at, ..)| *at <= position) {
            if let Some((_, region, log_position)) = self.volatile.pop_front() {
                self.engine(&region).durable(log_position);
            }
        }
    }

    /// Undoes everything after the last durable position.
    pub fn wind_back(&mut self) {
        self.volatile.clear();
        self.sources_idle.clear();
        self.engines.values_mut().for_each(Engine::wind_back);
    }
}

/// A segment behind its region's name.
fn write_segment(region: &str, segment: &Segment, into: &mut Vec<u8>) {
    write_bytes(region.as_bytes(), into);
    into.extend_from_slice(&segment.encode());
}

/// The segments that were written one behind the other, each with its region's name.
fn read_segments(mut bytes: &[u8]) -> Result<Vec<(String, Segment)>, Damage> {
    let mut segments = Vec::new();
    while !bytes.is_empty() {
        let mut reader = Reader(bytes);
        let region = reader.text()?.to_owned();
        let (segment, rest) = Segment::decode(reader.0)?;
        segments.push((region, segment));
        bytes = rest;
    }
    Ok(segments)
}

fn settings(config: &Config, region: &str) -> Settings {
    Settings {
        region: region.into(),
        account_id: config.account_id.clone(),
        instant: config.instant,
        lag: config.lag,
        throttle: config.throttle,
        collection_limit_bytes: config.collection_limit_bytes,
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod tally_tests;
