//! The one loop of the worker: it takes what has arrived, executes it, commits the changes of all of it at
//! once, and only then answers.
//!
//! Owns which workspace is open. Calls that arrive while a commit is under way wait in the channel and share
//! the next one (group commit), so every reply, a read's too, leaves after all earlier changes are durable. The
//! batch itself, and what becomes of it when a commit fails, is [`super::batch`]'s.

mod past;
mod time;
mod traffic;

use std::collections::BTreeMap;

use engine::insight::{Heat, Samples};
use engine::timeline::{Event, PartitionId};
use engine::world::Config;
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender};
use futures_util::StreamExt;
use gloo::timers::callback::Timeout;

use super::batch::{Open, Parked, opened, sandboxed};
use super::clock;
use super::leader::{self, Lock};
use super::traffic::{Compared, Run};
use super::workspaces::Workspaces;
use super::{database, journal};
use crate::protocol::{ClientError, FromWorker, Place, Storage, ToWorker, VERSION};
use time::{Alarms, Told};

/// A batch is closed after this much work, in milliseconds, so that answers do not wait for a long queue.
const BATCH_MS: f64 = 30.0;
/// A lock that is free within this time, in milliseconds, is not worth a word: on a reload the page before still
/// holds it for a moment.
const PATIENCE_MS: u32 = 400;
/// Decides which requests of a busy second are kept.
const SAMPLE_SEED: u64 = 1;
/// So many requests are handed out at once.
const REQUESTS: usize = 200;

/// What the loop is woken by.
#[derive(Debug)]
pub enum Command {
    /// The page said something, or something that cannot be read.
    Message(Result<ToWorker, String>),
    /// The clock has come to something, or is to be told.
    Tick,
    /// Heat is due.
    Heat,
    /// Simulated traffic is due.
    Traffic,
    /// A snapshot has more pieces to write.
    Snapshot,
    /// The lock was not free soon.
    StillWaiting,
    /// The lock that this tab waited for is free.
    Granted {
        /// Of which workspace.
        workspace: String,
        /// The lock.
        lock: Lock,
    },
}

/// The worker's state.
pub struct Session {
    commands: UnboundedSender<Command>,
    post: Box<dyn Fn(FromWorker)>,
    config: Config,
    /// Nothing is kept: no database, no lock.
    sandbox: bool,
    workspaces: Option<Workspaces>,
    open: Option<Open>,
    /// The workspace whose lock another tab holds.
    waiting_for: Option<String>,
    /// What no database keeps of the workspaces of this session.
    parked: BTreeMap<String, Parked>,
    heat: Heat,
    samples: Samples,
    traffic: Option<Run>,
    compared: Option<Compared>,
    /// The world is not where its clock wants it.
    behind: bool,
    told: Told,
    alarms: Alarms,
    wait_alarm: Option<Timeout>,
}

impl Session {
    /// A session with nothing open. It wakes itself by `commands` and answers by `post`.
    pub fn new(commands: UnboundedSender<Command>, post: impl Fn(FromWorker) + 'static) -> Session {
        Session {
            commands,
            post: Box::new(post),
            config: Config::default(),
            sandbox: false,
            workspaces: None,
            open: None,
            waiting_for: None,
            parked: BTreeMap::new(),
            heat: Heat::default(),
            samples: Samples::new(SAMPLE_SEED),
            traffic: None,
            compared: None,
            behind: false,
            told: Told::default(),
            alarms: Alarms::default(),
            wait_alarm: None,
        }
    }

    /// The loop; it ends when nobody can send commands any more.
    pub async fn run(mut self, mut arriving: UnboundedReceiver<Command>) {
        while let Some(command) = arriving.next().await {
            let started = clock::monotonic_ms();
            self.obey(command).await;
            while clock::monotonic_ms() - started < BATCH_MS {
                match arriving.try_recv() {
                    Ok(command) => self.obey(command).await,
                    Err(_) => break,
                }
            }
            self.settle().await;
            self.tell_clock();
            if let Some(open) = &mut self.open
                && open.advance_snapshot().await
            {
                let _ = self.commands.unbounded_send(Command::Snapshot);
            }
            self.set_alarms();
        }
    }

    async fn obey(&mut self, command: Command) {
        self.alarms.rang(&command);
        if matches!(command, Command::Traffic) {
            self.advance_traffic();
        }
        self.keep_up();
        match command {
            // Behind every batch a piece of a snapshot is written; the clock and the traffic have been moved on.
            Command::Tick | Command::Traffic | Command::Snapshot => {}
            Command::Heat => self.send_heat(),
            Command::StillWaiting => {
                if let Some(workspace) = self.waiting_for.clone() {
                    self.list_workspaces().await;
                    let workspaces = self.names().await;
                    (self.post)(FromWorker::Waiting { workspace, workspaces });
                }
            }
            Command::Granted { workspace, lock } => {
                if self.waiting_for.as_ref() == Some(&workspace) {
                    self.open_with(workspace, lock, Vec::new()).await;
                }
            }
            Command::Message(Err(error)) => {
                self.fault(format!("The page sent what cannot be read ({error}). Reload the page to go on."))
            }
            Command::Message(Ok(message)) => self.receive(message).await,
        }
    }

    async fn receive(&mut self, message: ToWorker) {
        match message {
            ToWorker::Hello { version, .. } if version != VERSION => self.fault(
                "This page and its background worker are of different versions. Reload the page to go on."
                    .to_owned(),
            ),
            ToWorker::Hello { workspace, sandbox, .. } => {
                self.sandbox = sandbox;
                self.switch(workspace, Vec::new()).await
            }
            ToWorker::OpenWorkspace { workspace } => self.switch(workspace, Vec::new()).await,
            ToWorker::DeleteWorkspace { workspace } => self.delete(workspace).await,
            ToWorker::Call { id, place: Place::Workspace, operation, request } => {
                self.call(id, &operation, &request)
            }
            ToWorker::Call { id, place: Place::Traffic, operation, request } => {
                self.call_branch(id, None, &operation, &request)
            }
            ToWorker::CallSide { id, side, operation, request } => {
                self.call_branch(id, Some(side), &operation, &request)
            }
            ToWorker::ReadAside { id } => self.read_aside(id).await,
            ToWorker::SetClock { id, change } => self.set_clock(id, change),
            ToWorker::ReadRequests { id, partitions, from, to } => {
                self.read_requests(id, &partitions, from, to)
            }
            ToWorker::Timeline { id, ask } => self.ask_timeline(id, ask).await,
            ToWorker::StartTraffic { id, workload } => self.start_traffic(id, workload),
            ToWorker::StartComparison { id, sides } => self.start_comparison(id, *sides),
            ToWorker::StopTraffic => self.stop_traffic(),
            ToWorker::DiscardTraffic => self.discard_traffic(),
            ToWorker::KeepTraffic { id } => self.keep_traffic(id).await,
            ToWorker::KeepRecipes { id, recipes } => self.keep_recipes(id, recipes).await,
        }
    }

    fn fault(&self, message: String) {
        (self.post)(FromWorker::Fault { message });
    }

    /// Lets go of the open workspace, its answers sent first.
    async fn close(&mut self) {
        self.settle().await;
        self.traffic = None;
        self.compared = None;
        self.alarms = Alarms::default();
        self.behind = false;
        self.heat = Heat::default();
        self.samples = Samples::new(SAMPLE_SEED);
        self.waiting_for = None;
        self.wait_alarm = None;
        if let Some(open) = self.open.take() {
            let is_memory = open.is_memory();
            let (workspace, parked) = open.close().await;
            if is_memory {
                self.parked.insert(workspace, parked);
            }
        }
    }

    /// Opens another workspace, or waits until the tab that has it open lets it go.
    async fn switch(&mut self, workspace: String, report: Vec<String>) {
        if self.open.as_ref().is_some_and(|open| open.workspace() == workspace) {
            return self.announce(report).await;
        }
        self.close().await;
        if self.sandbox {
            let parked = self.parked.remove(&workspace);
            self.open = Some(sandboxed(workspace, &self.config, parked));
            return self.announce(report).await;
        }
        if let Some(lock) = leader::try_lock(&workspace).await {
            return self.open_with(workspace, lock, report).await;
        }
        self.waiting_for = Some(workspace.clone());
        self.wait_alarm = Some(self.wake_after(PATIENCE_MS, || Command::StillWaiting));
        let commands = self.commands.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let lock = leader::lock(&workspace).await;
            // Not wanted any more: the command is dropped, and the lock with it.
            let _ = commands.unbounded_send(Command::Granted { workspace, lock });
        });
    }

    async fn open_with(&mut self, workspace: String, lock: Lock, mut report: Vec<String>) {
        self.waiting_for = None;
        self.wait_alarm = None;
        let parked = self.parked.remove(&workspace);
        let (open, notes) = opened(workspace.clone(), lock, &self.config, parked).await;
        report.extend(notes);
        if !open.is_memory() {
            self.list_workspaces().await;
            if let Some(workspaces) = &self.workspaces
                && let Err(failure) = workspaces.add(&workspace, clock::wall_ms()).await
            {
                report.push(format!(
                    "The workspace could not be put on the list of workspaces. {}",
                    failure.sentence()
                ));
            }
        }
        self.open = Some(open);
        self.announce(report).await;
    }

    /// Opens the list of workspaces, where the browser lets it.
    async fn list_workspaces(&mut self) {
        if self.workspaces.is_none() {
            self.workspaces = Workspaces::open().await.ok();
        }
    }

    /// The names of all workspaces, sorted.
    async fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.parked.keys().cloned().collect();
        if let Some(workspaces) = &self.workspaces {
            names.extend(workspaces.names().await.unwrap_or_default());
        }
        names.extend(self.open.as_ref().map(|open| open.workspace().to_owned()));
        names.extend(self.waiting_for.clone());
        names.sort();
        names.dedup();
        names
    }

    /// Tells the page what is open.
    async fn announce(&mut self, report: Vec<String>) {
        let names = self.names().await;
        let Some(open) = &mut self.open else { return };
        let aside = open.aside_count().await;
        (self.post)(FromWorker::Ready {
            version: VERSION,
            workspace: open.workspace().to_owned(),
            storage: open.storage(),
            report,
            aside,
            workspaces: names,
            clock: open.clock(),
            recipes: open.recipes().to_vec(),
        });
    }

    /// Forgets a workspace. The open one makes room for the first of the others, or for itself, empty.
    async fn delete(&mut self, workspace: String) {
        let is_open = self.open.as_ref().is_some_and(|open| open.workspace() == workspace);
        if is_open {
            self.close().await;
        }
        self.parked.remove(&workspace);
        let mut report = Vec::new();
        let lock = if self.sandbox { Some(Lock::without()) } else { leader::try_lock(&workspace).await };
        match lock {
            None => report.push(format!(
                "The workspace “{workspace}” is open in another tab. Close it there, then delete it."
            )),
            Some(lock) => {
                if let Err(reason) = self.delete_stored(&workspace).await {
                    report.push(format!("The workspace “{workspace}” could not be deleted: {reason}"));
                }
                lock.free().await;
            }
        }
        if !is_open {
            return self.announce(report).await;
        }
        let next = match &self.workspaces {
            Some(workspaces) => workspaces.names().await.unwrap_or_default().into_iter().next(),
            None => self.parked.keys().next().cloned(),
        };
        self.switch(next.unwrap_or(workspace), report).await;
    }

    async fn delete_stored(&self, workspace: &str) -> Result<(), String> {
        let Some(workspaces) = &self.workspaces else { return Ok(()) };
        database::delete(&journal::database_name(workspace)).await?;
        workspaces.remove(workspace).await.map_err(|failure| failure.sentence())
    }

    fn call(&mut self, id: u64, operation: &str, request: &str) {
        match &mut self.open {
            Some(open) => open.call(&self.config.region, id, operation, request),
            None => self.refuse(id),
        }
    }

    /// Answers what needs an open workspace while none is.
    fn refuse(&self, id: u64) {
        let message = match &self.waiting_for {
            Some(name) => format!("The workspace “{name}” is open in another tab."),
            None => "No workspace is open yet.".to_owned(),
        };
        let result = Err(ClientError::Protocol { message });
        (self.post)(FromWorker::Reply { id, now_ms: 0, result, events: Vec::new() });
    }

    async fn read_aside(&mut self, id: u64) {
        let (now_ms, result) = match &mut self.open {
            Some(open) => (open.clock().now_ms, open.aside().await),
            None => (0, Err(ClientError::Protocol { message: "No workspace is open.".to_owned() })),
        };
        (self.post)(FromWorker::Reply { id, now_ms, result, events: Vec::new() });
    }

    fn read_requests(&mut self, id: u64, partitions: &[PartitionId], from: u64, to: u64) {
        let kept = self.samples.requests(from, to, partitions);
        let events: Vec<Event> =
            kept.iter().take(REQUESTS).flat_map(|events| events.iter().cloned()).collect();
        let now_ms = self.open.as_ref().map_or(0, |open| open.clock().now_ms);
        let result = Ok(format!("{{\"kept\":{}}}", kept.len()));
        (self.post)(FromWorker::Reply { id, now_ms, result, events });
    }

    /// Makes the batch durable and lets its answers go.
    async fn settle(&mut self) {
        let Some(open) = &mut self.open else { return };
        let (messages, tallies) = (open.settle().await, open.take_tallies());
        let mut happened: Vec<Event> = Vec::new();
        for message in messages {
            if let FromWorker::Reply { events, .. } | FromWorker::Events { events } = &message {
                happened.extend(events.iter().cloned());
            }
            (self.post)(message);
        }
        self.heat.observe(&happened, &tallies);
        self.samples.offer(happened);
    }
}

/// Why a workspace is kept in memory only.
pub(super) fn memory(reason: impl Into<String>) -> Storage {
    Storage::Memory { reason: reason.into() }
}
