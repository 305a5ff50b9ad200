//! The open workspace: its world, its clock, its journal, and the batch that the next commit makes durable.
//!
//! Owns the rule that an answer leaves only when all changes before it are stored. When a commit fails the world
//! is wound back to the last durable point and every waiting request is refused with a storage error. Chooses
//! no workspace and sets no timer: that is [`super::session`]'s.

use data_encoding::BASE64;
use engine::timeline::Event;
use engine::world::{Config, Outcome, World};
use serde_json::json;

use super::clock::{self, Clock};
use super::database::Failure;
use super::journal::Journal;
use super::leader::Lock;
use super::segment::{Rebuild, Stored, recover};
use super::session::memory;
use crate::protocol::{ClientError, FromWorker, Storage};

/// How a world is built from a journal.
struct Worlds<'a>(&'a Config);

impl Rebuild for Worlds<'_> {
    type State = World;
    fn fresh(&self) -> World {
        World::new(self.0.clone())
    }
    fn restore(&self, snapshot: &[u8]) -> Result<World, String> {
        World::restore(self.0.clone(), snapshot).map_err(|damage| damage.0)
    }
    fn replay(&self, world: &mut World, record: &[u8]) -> Result<(), String> {
        world.replay(record).map_err(|damage| damage.0)
    }
}

/// What leaves when the batch is durable.
enum Due {
    Reply { id: u64, now_ms: u64, result: Result<String, ClientError>, events: Vec<Event> },
    Events(Vec<Event>),
}

/// A workspace that is open.
pub struct Open {
    workspace: String,
    world: World,
    clock: Clock,
    storage: Storage,
    journal: Option<Journal>,
    /// The changes that the next commit holds.
    records: Vec<Vec<u8>>,
    due: Vec<Due>,
    failed: bool,
    lock: Lock,
}

/// Opens a workspace: from its journal, or, where the browser refuses to store, in memory (from `parked`, when this
/// session had it open before). The sentences say what was found wrong.
pub async fn opened(
    workspace: String,
    lock: Lock,
    config: &Config,
    parked: Option<World>,
) -> (Open, Vec<String>) {
    let wall_ms = clock::wall_ms();
    let mut open = Open {
        workspace,
        world: parked.unwrap_or_else(|| World::new(config.clone())),
        clock: Clock::start(0, wall_ms, clock::monotonic_ms()),
        storage: Storage::Durable,
        journal: None,
        records: Vec::new(),
        due: Vec::new(),
        failed: false,
        lock,
    };
    let (mut journal, found) = match Journal::open(&open.workspace).await {
        Ok(opened) => opened,
        Err(reason) => {
            open.storage = memory(reason);
            return (open, Vec::new());
        }
    };
    let recovered = recover(&Worlds(config), &found);
    let resumed = journal.resume(&found, &recovered, wall_ms).await;
    let mut report = recovered.report;
    let position = recovered.state.position();
    open.world = recovered.state;
    open.world.durable(position);
    open.clock = Clock::start(recovered.last_ms, wall_ms, clock::monotonic_ms());
    match resumed {
        Ok(()) => open.journal = Some(journal),
        Err(failure) => {
            report.push(
                "What is damaged could not be set aside, so nothing new is written to this workspace. \
                 What can be read is here; export it to keep it."
                    .to_owned(),
            );
            open.storage = memory(failure.sentence());
        }
    }
    (open, report)
}

/// Opens a workspace that nothing is kept of.
pub fn sandboxed(workspace: String, config: &Config, parked: Option<World>) -> Open {
    Open {
        workspace,
        world: parked.unwrap_or_else(|| World::new(config.clone())),
        clock: Clock::start(0, clock::wall_ms(), clock::monotonic_ms()),
        storage: memory("it is a sandbox inside another page."),
        journal: None,
        records: Vec::new(),
        due: Vec::new(),
        failed: false,
        lock: Lock::without(),
    }
}

impl Open {
    /// Its name.
    pub fn workspace(&self) -> &str {
        &self.workspace
    }

    /// Where it is kept.
    pub fn storage(&self) -> Storage {
        self.storage.clone()
    }

    /// Whether nothing of it is stored.
    pub fn is_memory(&self) -> bool {
        self.journal.is_none()
    }

    /// Whether the last commit failed.
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    /// The world as it stands.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// How many damaged parts of the journal are set aside.
    pub async fn aside_count(&self) -> u32 {
        match &self.journal {
            Some(journal) => journal.aside().await.map_or(0, |aside| aside.len() as u32),
            None => 0,
        }
    }

    /// What is set aside, as a JSON list of `{"name", "base64"}`; a part that the browser cannot hand out says why.
    pub async fn aside(&self) -> Result<String, ClientError> {
        let Some(journal) = &self.journal else { return Ok("[]".to_owned()) };
        let aside = journal.aside().await;
        let aside = aside.map_err(|failure| ClientError::Storage { message: failure.sentence() })?;
        let one = |(name, stored): (String, Stored)| match stored {
            Stored::Bytes(bytes) => json!({ "name": name, "base64": BASE64.encode(&bytes) }),
            Stored::Unreadable(reason) => json!({ "name": name, "unreadable": reason }),
        };
        Ok(aside.into_iter().map(one).collect::<serde_json::Value>().to_string())
    }

    /// Lets go of the journal and the lock; the name and the world are left.
    pub async fn close(self) -> (String, World) {
        drop(self.journal);
        self.lock.free().await;
        (self.workspace, self.world)
    }

    /// The workspace's time.
    pub fn now_ms(&mut self) -> u64 {
        self.clock.now_ms(clock::wall_ms(), clock::monotonic_ms())
    }

    /// When the engine next has something to do by itself, and in how many milliseconds that is.
    pub fn due_in_ms(&mut self) -> Option<(u64, u64)> {
        let due_ms = self.world.next_due_ms()?;
        Some((due_ms, due_ms.saturating_sub(self.now_ms())))
    }

    /// Executes a request; its answer is due with the batch.
    pub fn call(&mut self, region: &str, id: u64, operation: &str, request: &str) {
        self.tick();
        let now_ms = self.now_ms();
        let outcome = self.world.execute(region, now_ms, operation, request.as_bytes());
        let Outcome { response, changes, events, .. } = outcome;
        self.record(changes);
        let result = match response {
            Ok(body) => Ok(text(body)),
            Err(error) => Err(ClientError::Api {
                name: error.kind.name().to_owned(),
                body: text(error.to_json()),
                message: error.message,
            }),
        };
        self.due.push(Due::Reply { id, now_ms, result, events });
    }

    /// Lets the engine do what is due by itself.
    pub fn tick(&mut self) {
        let now_ms = self.now_ms();
        if self.world.next_due_ms().is_none_or(|due_ms| due_ms > now_ms) {
            return;
        }
        let Outcome { changes, events, .. } = self.world.tick(now_ms);
        self.record(changes);
        if !events.is_empty() {
            self.due.push(Due::Events(events));
        }
    }

    fn record(&mut self, changes: Vec<u8>) {
        if !changes.is_empty() {
            self.records.push(changes);
        }
    }

    /// Makes the batch durable, and gives what may leave now.
    pub async fn settle(&mut self) -> Vec<FromWorker> {
        let records = std::mem::take(&mut self.records);
        let due = std::mem::take(&mut self.due);
        let now_ms = self.now_ms();
        let stored = match &mut self.journal {
            Some(journal) if !records.is_empty() => journal.commit(now_ms, &records).await,
            _ => Ok(()),
        };
        self.failed = stored.is_err();
        match stored {
            Ok(()) => {
                self.world.durable(self.world.position());
                due.into_iter().map(answer).collect()
            }
            Err(failure) => {
                self.world.wind_back();
                due.into_iter().filter_map(|due| refuse(due, &failure)).collect()
            }
        }
    }

    /// Writes one piece of a snapshot, where one is due or on its way; true while there is more to write. Call
    /// it behind [`Open::settle`], when nothing is left that is not durable. Piece by piece, so that no answer
    /// waits for all of it.
    pub async fn advance_snapshot(&mut self) -> bool {
        let now_ms = self.now_ms();
        let Some(journal) = &mut self.journal else { return false };
        if journal.wants_snapshot() && self.records.is_empty() {
            journal.begin_snapshot(self.world.snapshot(), now_ms);
        }
        if journal.is_advancing()
            && let Err(failure) = journal.advance().await
        {
            // The segments hold everything that the snapshot would have.
            web_sys::console::warn_1(&format!("No snapshot: {}", failure.sentence()).into());
        }
        journal.is_advancing()
    }
}

fn text(json: Vec<u8>) -> String {
    String::from_utf8(json).expect("the engine answers in JSON, which is UTF-8")
}

fn answer(due: Due) -> FromWorker {
    match due {
        Due::Reply { id, now_ms, result, events } => FromWorker::Reply { id, now_ms, result, events },
        Due::Events(events) => FromWorker::Events { events },
    }
}

fn refuse(due: Due, failure: &Failure) -> Option<FromWorker> {
    match due {
        Due::Reply { id, now_ms, .. } => {
            let result = Err(ClientError::Storage { message: failure.sentence() });
            Some(FromWorker::Reply { id, now_ms, result, events: Vec::new() })
        }
        Due::Events(_) => None,
    }
}
