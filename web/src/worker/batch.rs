//! The open workspace: its world, its clock, its journal, and the batch that the next commit makes durable.
//!
//! Owns the rule that an answer leaves only when all changes before it are stored. When a commit fails the world
//! is wound back to the last durable point and every waiting request is refused with a storage error. Chooses
//! no workspace and sets no timer: that is [`super::session`]'s.

mod commit;
mod copy;
mod replay;
mod spent;

use std::rc::Rc;

use data_encoding::BASE64;
use engine::error::ApiError;
use engine::timeline::Tally;
use engine::world::{Cause, Config, Outcome, World};
use serde_json::json;

use super::clock::{self, Clock, Kept};
use super::disk::{Durability, Failure};
use super::durable::Durable;
use super::indexed::{Indexed, Listener, reason};
use super::journal::Sizes;
use super::leader::Lock;
use super::segment::Stored;
use super::session::memory;
use super::travel::{Travel, read_only};
use crate::protocol::clock::{ClockChange, ClockState, Pace};
use crate::protocol::model::Model;
use crate::protocol::traffic::Workload;
use crate::protocol::{ClientError, FromWorker, Happened, Opening, Storage};
use commit::Aloft;

/// One slice of moving the world on may take so long, in milliseconds, before the page's requests have their turn.
const SLICE_MS: f64 = 20.0;

/// What leaves when the batch is durable.
enum Due {
    Reply {
        id: u64,
        now_ms: u64,
        result: Result<String, ClientError>,
        events: Happened,
    },
    Events(Happened),
    /// The answer to a change of the clock.
    Clock {
        id: u64,
    },
}

/// What a session keeps of a workspace that no database does.
pub struct Parked {
    world: World,
    clock: Kept,
    recipes: Vec<Workload>,
    model: Model,
}

/// A workspace that is open.
pub struct Open {
    workspace: String,
    durable: Durable<Indexed>,
    clock: Clock,
    storage: Storage,
    /// What the opening read.
    opening: Opening,
    due: Vec<Due>,
    /// The batch that is being stored meanwhile.
    aloft: Option<Aloft>,
    /// So many of the calls that were noted are durable, which the history has not kept yet.
    landed: usize,
    /// The changes of the clock that are answered when its move has ended.
    moving: Vec<u64>,
    /// What the batch's requests came to.
    tallies: Vec<Tally>,
    /// What those before came to, which was not asked for yet.
    counted: Vec<Tally>,
    /// Since when something was consumed that is not saved, by a clock that nobody sets.
    spent_since_ms: Option<f64>,
    travel: Travel,
    failed: bool,
    /// How many of the page's requests have changed something.
    changes: u64,
    /// The recipes that are kept with the workspace.
    recipes: Vec<Workload>,
    /// What its design says beside its tables.
    model: Model,
    lock: Lock,
}

/// Opens a workspace: from its journal, or, where the browser refuses to store, in memory (from `parked`, when this
/// session had it open before). The sentences say what was found wrong.
pub async fn opened(
    workspace: String,
    lock: Lock,
    config: &Config,
    parked: Option<Parked>,
) -> (Open, Vec<String>) {
    let started = clock::monotonic_ms();
    let mut open = in_memory(workspace, config, parked, Storage::Durable, lock);
    let wall_ms = clock::wall_ms();
    let read = match Indexed::open(&open.workspace).await {
        Ok(disk) => Durable::open(disk, Sizes::default(), config, wall_ms).await.map_err(reason),
        Err(reason) => Err(reason),
    };
    let (durable, found) = match read {
        Ok(read) => read,
        Err(reason) => {
            open.storage = memory(reason);
            return (open, Vec::new());
        }
    };
    open.durable = durable;
    let mut report = found.report;
    let mut kept = None;
    if let Some(journal) = open.durable.journal() {
        kept = journal.clock().await.unwrap_or_else(|reason| {
            report
                .push(format!("How the workspace's clock ran could not be read ({reason}). It runs at 1x."));
            None
        });
        open.recipes = journal.recipes().await.unwrap_or_else(|reason| {
            report.push(format!("The traffic recipes of the workspace could not be read ({reason})."));
            Vec::new()
        });
        open.model = journal.model().await.unwrap_or_else(|reason| {
            report.push(format!("The access patterns of the workspace could not be read ({reason})."));
            Model::default()
        });
        if let Err(reason) = journal.read_durability().await {
            report
                .push(format!("How durable writes are to be could not be read ({reason}). They are strict."));
        }
    }
    report.extend(open.take_up_spent().await);
    open.travel = Travel::of(&open.durable.world);
    // A workspace that was never open begins now.
    let resumes_ms = kept.map_or(wall_ms, |kept| kept.resumes_ms(wall_ms));
    let pace = kept.map_or_else(Pace::default, |kept| kept.pace);
    open.clock = Clock::start(found.last_ms.max(resumes_ms), pace, clock::monotonic_ms());
    if let Some(failure) = found.refused {
        report.push(
            "What is damaged could not be set aside, so nothing new is written to this workspace. \
             What can be read is here; export it to keep it."
                .to_owned(),
        );
        open.storage = memory(failure.sentence());
    }
    open.opening = Opening { took_ms: (clock::monotonic_ms() - started) as u64, ..found.opening };
    (open, report)
}

/// Opens a workspace that nothing is kept of.
pub fn sandboxed(workspace: String, config: &Config, parked: Option<Parked>) -> Open {
    let storage = memory("it is a sandbox inside another page.");
    in_memory(workspace, config, parked, storage, Lock::without())
}

fn in_memory(
    workspace: String,
    config: &Config,
    parked: Option<Parked>,
    storage: Storage,
    lock: Lock,
) -> Open {
    let (world, now_ms, pace, recipes, model) = match parked {
        Some(Parked { world, clock, recipes, model }) => (world, clock.now_ms, clock.pace, recipes, model),
        None => (World::new(config.clone()), clock::wall_ms(), Pace::default(), Vec::new(), Model::default()),
    };
    let travel = Travel::of(&world);
    Open {
        workspace,
        durable: Durable::in_memory(world),
        clock: Clock::start(now_ms, pace, clock::monotonic_ms()),
        storage,
        opening: Opening::default(),
        due: Vec::new(),
        aloft: None,
        landed: 0,
        moving: Vec::new(),
        tallies: Vec::new(),
        counted: Vec::new(),
        spent_since_ms: None,
        travel,
        failed: false,
        changes: 0,
        recipes,
        model,
        lock,
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
        self.durable.is_memory()
    }

    /// Whether the last commit failed.
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    /// The world as it stands.
    pub fn world(&self) -> &World {
        &self.durable.world
    }

    /// How many damaged parts of the journal are set aside.
    pub async fn aside_count(&mut self) -> u32 {
        match self.durable.journal() {
            Some(journal) => journal.aside().await.map_or(0, |aside| aside.len() as u32),
            None => 0,
        }
    }

    /// What is set aside, as a JSON list of `{"name", "base64"}`; a part that the browser cannot hand out says why.
    pub async fn aside(&mut self) -> Result<String, ClientError> {
        let Some(journal) = self.durable.journal() else { return Ok("[]".to_owned()) };
        let aside = journal.aside().await;
        let aside = aside.map_err(|failure| ClientError::Storage { message: failure.sentence() })?;
        let one = |(name, stored): (String, Stored)| match stored {
            Stored::Bytes(bytes) => json!({ "name": name, "base64": BASE64.encode(&bytes) }),
            Stored::Unreadable(reason) => json!({ "name": name, "unreadable": reason }),
        };
        Ok(aside.into_iter().map(one).collect::<serde_json::Value>().to_string())
    }

    /// Lets go of the journal and the lock; what a session may keep in their place is left.
    pub async fn close(self) -> (String, Parked) {
        let world = self.durable.into_world();
        self.lock.free().await;
        let clock = self.clock.kept(clock::wall_ms());
        (self.workspace, Parked { world, clock, recipes: self.recipes, model: self.model })
    }

    /// The workspace's clock as it stands.
    pub fn clock(&self) -> ClockState {
        self.clock.state()
    }

    /// Where the clock should be now.
    pub fn wanted_ms(&self) -> u64 {
        self.clock.wanted_ms(clock::monotonic_ms())
    }

    /// Whether the clock is being moved ahead.
    pub fn is_moving(&self) -> bool {
        self.clock.is_ahead()
    }

    /// Whether the clock goes as the wall clock does.
    pub fn runs_at_wall_pace(&self) -> bool {
        self.clock.pace().speed.times() == 1
    }

    /// In how many milliseconds of the wall clock it is `at_ms` here; none while the clock stands still.
    pub fn comes_in_ms(&self, at_ms: u64) -> Option<u64> {
        self.clock.comes_in_ms(at_ms)
    }

    /// When the engine next has something to do by itself, in the workspace's time.
    pub fn next_due_ms(&self) -> Option<u64> {
        self.durable.world.next_due_ms()
    }

    /// Changes the clock; the answer is due with the batch, or when the move has ended.
    pub fn set_clock(&mut self, id: u64, change: ClockChange) {
        self.clock.change(change, clock::monotonic_ms());
        self.moving.push(id);
        self.answer_moves();
    }

    /// The changes of the clock whose move has ended are answered with the batch.
    fn answer_moves(&mut self) {
        if !self.clock.is_ahead() {
            self.due.extend(self.moving.drain(..).map(|id| Due::Clock { id }));
        }
    }

    /// Executes a request; its answer is due with the batch.
    pub fn call(&mut self, region: &str, id: u64, operation: &str, request: &str) {
        let now_ms = self.clock.now_ms();
        self.travel.leave();
        self.travel.sent(now_ms, operation, request);
        let moment = self.durable.world.moment();
        let outcome = self.durable.world.execute(region, now_ms, operation, request.as_bytes());
        let cause = Cause::request(region, now_ms, operation, request.as_bytes(), false);
        let Outcome { response, changes, events, tallies, .. } = outcome;
        let events = Happened::from(events);
        self.travel.note(&self.durable.world, &moment, cause, events.shared(), &tallies);
        self.travel.came_to(&events);
        self.changes += u64::from(!changes.is_empty());
        self.durable.record(changes);
        self.tallies.extend(tallies);
        self.due.push(Due::Reply { id, now_ms, result: worded(response), events });
    }

    /// Answers a request of the page's own reading. Where it changes something after all it is part of the history, as it is of the
    /// journal.
    pub fn glance(&mut self, region: &str, id: u64, operation: &str, request: &str) {
        let now_ms = self.clock.now_ms();
        let (moment, due) = (self.durable.world.moment(), self.is_due(now_ms));
        let outcome = self.durable.world.glance(region, now_ms, operation, request.as_bytes());
        let Outcome { response, changes, events, tallies, .. } = outcome;
        let (changed, events) = (!changes.is_empty(), Happened::from(events));
        if changed {
            self.travel.sent(now_ms, operation, request);
            self.travel.came_to(&events);
        }
        // A look into the tables takes tokens, and what was due has happened.
        if changed || due || !tallies.is_empty() {
            let cause = Cause::request(region, now_ms, operation, request.as_bytes(), true);
            // Where it changed nothing, what it told has the numbers of what is told next.
            let told = if changed { events.shared().clone() } else { Rc::default() };
            self.travel.note(&self.durable.world, &moment, cause, &told, &tallies);
        }
        self.durable.record(changes);
        self.due.push(Due::Reply { id, now_ms, result: worded(response), events });
    }

    /// The workspace's history.
    pub fn travel(&self) -> &Travel {
        &self.travel
    }

    /// The world as it was at an event, before or behind the whole of its request.
    pub fn past(&mut self, event: u64) -> Result<&World, ClientError> {
        self.travel.wind_whole(&self.durable.world, event).map(|world| &*world)
    }

    /// Whether something is due by then.
    fn is_due(&self, now_ms: u64) -> bool {
        self.durable.world.next_due_ms().is_some_and(|due_ms| due_ms <= now_ms)
    }

    /// Answers a request that reads as the world was at an event.
    pub fn look(&mut self, region: &str, id: u64, event: u64, operation: &str, request: &str) -> FromWorker {
        let (now_ms, result, events) = match self.travel.wind(&self.durable.world, event) {
            Err(error) => (self.clock.now_ms(), Err(error), Vec::new()),
            Ok(world) => {
                let looked = world.look(region, operation, request.as_bytes());
                let (result, mut events) = match looked {
                    Some(Outcome { response, events, .. }) => (worded(response), events),
                    None => (Err(read_only(operation)), Vec::new()),
                };
                events.iter_mut().for_each(|event| event.id = 0);
                (world.now_ms(), result, events)
            }
        };
        FromWorker::Reply { id, now_ms, result, events: events.into() }
    }

    /// Begins a workspace that is empty with a world: it is stored as the first snapshot, and the clock goes on from there.
    pub async fn begin_with(&mut self, world: World) -> Result<(), ClientError> {
        let now_ms = world.now_ms();
        self.clock = Clock::start(now_ms, self.clock.pace(), clock::monotonic_ms());
        let stored = match self.durable.replace(world, now_ms).await {
            Ok(()) => self.keep_clock().await,
            failed => failed,
        };
        stored.map_err(|failure| ClientError::Storage { message: failure.sentence() })
    }

    /// Moves the world on to `wanted_ms`, as far as one slice allows: what is due on the way happens, each thing at its
    /// time. Says whether nothing is left to do.
    pub fn keep_up(&mut self, wanted_ms: u64) -> bool {
        // Several requests in one millisecond: the world is there.
        let there_ms = self.durable.world.now_ms().min(self.clock.now_ms());
        if wanted_ms <= there_ms && !self.clock.is_ahead() && !self.is_due(there_ms) {
            self.clock.reach(self.clock.now_ms(), clock::monotonic_ms());
            return true;
        }
        let started = clock::monotonic_ms();
        let stepping = self.clock.is_stepping();
        loop {
            let (moment, due) = (self.durable.world.moment(), self.is_due(wanted_ms));
            let advance = self.durable.world.advance(wanted_ms, 1);
            let Outcome { changes, events, tallies, .. } = advance.outcome;
            let events = Happened::from(events);
            if due {
                let cause = Cause::Time { until_ms: wanted_ms };
                self.travel.note(&self.durable.world, &moment, cause, events.shared(), &tallies);
            }
            self.tallies.extend(tallies);
            let now_ms = advance.at_ms.max(self.clock.now_ms());
            self.clock.reach(now_ms, clock::monotonic_ms());
            self.durable.record(changes);
            if !events.is_empty() {
                self.clock.happened();
                self.due.push(Due::Events(events));
            }
            let stepped = stepping && !self.clock.is_ahead();
            let there = now_ms >= wanted_ms || stepped;
            if there || clock::monotonic_ms() - started > SLICE_MS {
                self.answer_moves();
                return there;
            }
        }
    }

    /// Saves the clock where that is due.
    async fn keep_clock(&mut self) -> Result<(), Failure> {
        let (wall_ms, monotonic_ms) = (clock::wall_ms(), clock::monotonic_ms());
        let (Some(journal), Some(kept)) = (self.durable.journal(), self.clock.to_keep(wall_ms, monotonic_ms))
        else {
            return Ok(());
        };
        let stored = journal.keep_clock(&kept).await;
        match &stored {
            Ok(()) => self.clock.saved(&kept, monotonic_ms),
            Err(_) => self.clock.give_back(clock::monotonic_ms()),
        }
        stored
    }

    /// What the requests that are durable came to, once.
    pub fn take_tallies(&mut self) -> Vec<Tally> {
        std::mem::take(&mut self.counted)
    }

    /// How many of the page's requests have changed something since it was opened.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// The recipes that are kept with it.
    pub fn recipes(&self) -> &[Workload] {
        &self.recipes
    }

    /// Keeps these recipes.
    pub async fn keep_recipes(&mut self, recipes: Vec<Workload>) -> Result<(), Failure> {
        if let Some(journal) = self.durable.journal() {
            journal.keep_recipes(&recipes).await?;
        }
        self.recipes = recipes;
        Ok(())
    }

    /// What its design says beside its tables.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Keeps that.
    pub async fn keep_model(&mut self, model: Model) -> Result<(), Failure> {
        if let Some(journal) = self.durable.journal() {
            journal.keep_model(&model).await?;
        }
        self.model = model;
        Ok(())
    }

    /// Puts another world in the place of this one, by its snapshot: once that is stored it is the workspace. Call it behind
    /// [`Open::settle`], when nothing is left that is not durable.
    pub async fn replace(&mut self, config: &Config, snapshot: Vec<u8>) -> Result<(), ClientError> {
        let storage = |message| ClientError::Storage { message };
        let world = World::restore(config.clone(), &snapshot).map_err(|damage| storage(damage.0))?;
        let now_ms = self.clock.now_ms().max(world.now_ms());
        let replaced = self.durable.replace(world, now_ms).await;
        replaced.map_err(|failure| storage(failure.sentence()))?;
        // No way leads back behind this.
        self.travel = Travel::of(&self.durable.world);
        self.clock.reach(now_ms, clock::monotonic_ms());
        Ok(())
    }

    /// How durable writes are.
    pub fn durability(&mut self) -> Durability {
        self.durable.journal().map(|journal| journal.durability()).unwrap_or_default()
    }

    /// Chooses how durable writes are. Call it behind [`Open::settle`].
    pub async fn keep_durability(&mut self, durability: Durability) -> Result<(), Failure> {
        match self.durable.journal() {
            Some(journal) => journal.keep_durability(durability).await,
            None => Err(Failure::Other("this workspace is in memory only".to_owned())),
        }
    }

    /// What the opening read.
    pub fn opening(&self) -> Opening {
        self.opening
    }

    /// Tells `listener` when the browser closes the database.
    pub fn listen(&mut self, listener: Listener) {
        if let Some(journal) = self.durable.journal() {
            journal.disk_mut().listen(listener);
        }
    }

    /// The browser closed the database: everything is written again where it was deleted. Call it behind [`Open::settle`].
    pub async fn check(&mut self) -> Result<(), Failure> {
        self.durable.check(self.clock.now_ms()).await
    }

    /// Whether everything was written again since this was last asked; what is kept beside the state is then, too.
    pub async fn take_rewritten(&mut self) -> bool {
        if !self.durable.take_rewritten() {
            return false;
        }
        let (kept, durability) = (self.clock.kept(clock::wall_ms()), self.durability());
        if let Some(journal) = self.durable.journal() {
            let notes = async {
                journal.keep_clock(&kept).await?;
                journal.keep_durability(durability).await?;
                journal.keep_recipes(&self.recipes).await?;
                journal.keep_model(&self.model).await
            };
            if let Err(failure) = notes.await {
                web_sys::console::warn_1(&failure.sentence().into());
            }
        }
        true
    }

    /// Begins a snapshot where one is due, goes on with it, or ends it. Call it behind [`Open::settle`], when nothing is left that is
    /// not durable.
    pub async fn advance_snapshot(&mut self) {
        tell_no_snapshot(self.durable.advance_snapshot(self.clock.now_ms()).await);
    }

    /// Begins to write the next piece of a snapshot that is on its way, beside the batch that is being stored.
    pub fn draw(&mut self) {
        self.durable.draw();
    }

    /// Takes note that a piece of a snapshot was written, or could not be.
    pub fn drawn(&mut self) {
        tell_no_snapshot(self.durable.drawn());
    }
}

fn tell_no_snapshot(came_to: Result<(), Failure>) {
    if let Err(failure) = came_to {
        web_sys::console::warn_1(&format!("No snapshot: {}", failure.sentence()).into());
    }
}

/// An answer of the engine as the page is told it.
pub(super) fn worded(response: Result<Vec<u8>, ApiError>) -> Result<String, ClientError> {
    response.map(text).map_err(|error| ClientError::Api {
        name: error.kind.name().to_owned(),
        body: text(error.to_json()),
        message: error.message,
    })
}

fn text(json: Vec<u8>) -> String {
    String::from_utf8(json).expect("the engine answers in JSON, which is UTF-8")
}
