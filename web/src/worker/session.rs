//! The one loop of the worker: it takes what has arrived, executes it, commits the changes of all of it at
//! once, and only then answers.
//!
//! Owns which workspace is open. Calls that arrive while a commit is under way wait in the channel and share
//! the next one (group commit), so every reply, a read's too, leaves after all earlier changes are durable. The
//! batch itself, and what becomes of it when a commit fails, is [`super::batch`]'s.

mod past;
mod rest;
mod storage;
mod tabs;
mod time;
mod traffic;
mod workspaces;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use engine::insight::{Heat, Samples};
use engine::timeline::{Event, PartitionId};
use engine::world::Config;
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender};
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use gloo::timers::callback::Timeout;
use gloo::timers::future::TimeoutFuture;
use web_sys::Blob;

use super::batch::{Open, Parked, opened, sandboxed};
use super::channel::Channel;
use super::clock;
use super::durable::Ended;
use super::following::Following;
use super::indexed::Closed;
use super::leader::{self, Lock};
use super::router::Router;
use super::traffic::{Compared, Run};
use super::workspaces::{Entries, Workspaces};
use super::{database, journal, lacking};
use crate::protocol::frames::Arrived;
use crate::protocol::tabs::Heard;
use crate::protocol::{ClientError, FromWorker, Happened, Place, Storage, ToWorker, VERSION};
use time::{Alarms, Told};
use workspaces::{Worked, Working};

/// A batch is closed after this much work, in milliseconds, so that answers do not wait for a long queue.
const BATCH_MS: f64 = 30.0;
/// Where many requests came at once, those that changed so many bytes are stored while the others are executed. Of fewer all are stored at once: a
/// transaction takes as long as some thirty requests, and longer while the worker is busy.
const PART_BYTES: usize = 64 << 10;
/// Whoever had many answers at once asks again at once: where no more than those wait for the next batch, it waits so long for them, in milliseconds.
const GATHER_MS: u32 = 1;
/// A lock that is free within this time, in milliseconds, is not worth a word: on a reload the page before still
/// holds it for a moment.
const PATIENCE_MS: u32 = 400;
/// Decides which requests of a busy second are kept.
const SAMPLE_SEED: u64 = 1;
/// So many requests are handed out at once.
const REQUESTS: usize = 200;

/// What the loop is woken by.
pub enum Command {
    /// The page said something, or something that cannot be read.
    Message(Result<Arrived, String>),
    /// The clock has come to something, or is to be told.
    Tick,
    /// Heat is due.
    Heat,
    /// The commit under way has ended: what the loop tells itself.
    Stored,
    /// The page said something, and sent a file along.
    File {
        /// What it said.
        message: Result<Arrived, String>,
        /// The file.
        file: Blob,
    },
    /// Long work has ended.
    Worked(Worked),
    /// Simulated traffic is due.
    Traffic,
    /// A piece of a snapshot was written, or could not be: what the loop tells itself.
    Drawn,
    /// The lock was not free soon.
    StillWaiting,
    /// Another tab said something.
    Heard(Heard),
    /// A tab that follows is gone.
    Gone(String),
    /// The connection to the database was closed.
    Closed(Closed),
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
    post: Rc<dyn Fn(FromWorker)>,
    config: Config,
    /// Nothing is kept: no database, no lock.
    sandbox: bool,
    workspaces: Option<Workspaces>,
    open: Option<Open>,
    /// The workspace whose lock another tab holds: this one follows it.
    following: Option<Following>,
    /// The name of this tab.
    tab: String,
    /// How often it has led.
    terms: u64,
    router: Rc<RefCell<Router>>,
    /// The channel of the workspace's tabs.
    channel: Option<Channel>,
    /// A tab of a newer version is there: this one does nothing any more.
    outdated: bool,
    /// What no database keeps of the workspaces of this session.
    parked: BTreeMap<String, Parked>,
    /// What no database keeps of the list.
    passing: Entries,
    /// The workspaces that went with the browser's storage, which was not told yet.
    lost: Vec<String>,
    /// The list as it was last read.
    known: RefCell<Entries>,
    /// The list as it was before the browser closed it, until it is there again.
    before: Option<Entries>,
    /// The workspace that should be stored: it was, when this browser last had it open.
    expected: Option<String>,
    /// The channel of all tabs.
    all: Option<Channel>,
    working: Working,
    heat: Heat,
    samples: Samples,
    traffic: Option<Run>,
    compared: Option<Compared>,
    /// The world is not where its clock wants it.
    behind: bool,
    told: Told,
    alarms: Alarms,
    wait_alarm: Option<Timeout>,
    /// The next batch waits for those that were just answered.
    gathers: bool,
}

impl Session {
    /// A session with nothing open. It wakes itself by `commands` and answers by `post`.
    pub fn new(commands: UnboundedSender<Command>, post: impl Fn(FromWorker) + 'static) -> Session {
        let router = Rc::new(RefCell::new(Router::new(post)));
        let routed = router.clone();
        let post = move |message| routed.borrow_mut().deliver(message);
        Session {
            commands,
            post: Rc::new(post),
            config: Config::default(),
            sandbox: false,
            workspaces: None,
            open: None,
            following: None,
            tab: tabs::name(),
            terms: 0,
            router,
            channel: None,
            outdated: false,
            parked: BTreeMap::new(),
            passing: Entries::new(),
            lost: Vec::new(),
            known: RefCell::default(),
            before: None,
            expected: None,
            all: None,
            working: Working::default(),
            heat: Heat::default(),
            samples: Samples::new(SAMPLE_SEED),
            traffic: None,
            compared: None,
            behind: false,
            told: Told::default(),
            alarms: Alarms::default(),
            wait_alarm: None,
            gathers: false,
        }
    }

    /// The loop; it ends when nobody can send commands any more.
    pub async fn run(mut self, mut arriving: UnboundedReceiver<Command>) {
        // Held as long as the loop lives: by it the page and other tabs learn that it does not.
        let _alive = leader::live(&self.tab).await;
        (self.post)(FromWorker::Loaded { version: VERSION, tab: self.tab.clone() });
        while let Some(command) = self.wake(&mut arriving).await {
            let started = clock::monotonic_ms();
            self.obey(command).await;
            while clock::monotonic_ms() - started < BATCH_MS {
                match arriving.try_recv() {
                    Ok(command) => self.obey(command).await,
                    Err(_) => break,
                }
                if self.open.as_ref().is_some_and(|open| open.recorded_bytes() >= PART_BYTES) {
                    self.fly();
                }
            }
            if self.gathers {
                continue;
            }
            if self.fly() && !self.is_wanted() {
                if let Some(open) = &mut self.open {
                    open.pack();
                    if !self.working.holds_snapshots() {
                        open.draw();
                    }
                }
                self.tell_clock();
                self.set_alarms();
                continue;
            }
            self.settle().await;
            let_go().await;
            self.tell_rewritten().await;
            self.tell_again().await;
            self.tell_clock();
            if let Some(open) = &mut self.open {
                open.keep_spent().await;
                if !self.working.holds_snapshots() {
                    open.advance_snapshot().await;
                }
            }
            self.set_alarms();
        }
    }

    /// Waits for a command, or for what is under way in the database.
    async fn wake(&mut self, arriving: &mut UnboundedReceiver<Command>) -> Option<Command> {
        if std::mem::take(&mut self.gathers) {
            return match select(arriving.next(), TimeoutFuture::new(GATHER_MS)).await {
                Either::Left((command, _)) => command,
                Either::Right(_) => Some(Command::Stored),
            };
        }
        let Some(open) = &mut self.open else { return arriving.next().await };
        match select(pin!(open.ended()), arriving.next()).await {
            Either::Left((Ended::Commit, _)) => Some(Command::Stored),
            Either::Left((Ended::Piece, _)) => Some(Command::Drawn),
            Either::Right((command, _)) => command,
        }
    }

    /// Begins to store the batch where somebody waits for it and none is being stored; whether one is now.
    fn fly(&mut self) -> bool {
        let Some(open) = &mut self.open else { return false };
        open.is_aloft() || open.waiting() > 0 && open.take_off()
    }

    /// Whether something waits for a moment at which no batch is being stored.
    fn is_wanted(&mut self) -> bool {
        self.router.borrow().retells() || self.open.as_mut().is_some_and(Open::wants_journal)
    }

    async fn obey(&mut self, command: Command) {
        if matches!(command, Command::Stored) {
            let Some(open) = &mut self.open else { return };
            let messages = open.land().await;
            // The database has the next batch before anything is said of this one, where it is not worth waiting for more.
            self.gathers = (1..=messages.len()).contains(&open.waiting());
            if !self.gathers && !self.is_wanted() {
                self.fly();
            }
            return self.let_leave(messages).await;
        }
        if matches!(command, Command::Drawn) {
            return self.open.iter_mut().for_each(Open::drawn);
        }
        self.alarms.rang(&command);
        let goes_along = matches!(
            &command,
            Command::Tick | Command::Traffic | Command::Heat | Command::Message(Ok(Arrived::Call(_)))
        );
        if !goes_along {
            self.land().await;
        }
        if matches!(command, Command::Traffic) {
            self.advance_traffic();
        }
        self.keep_up();
        match command {
            // The clock and the traffic have been moved on.
            Command::Tick | Command::Traffic | Command::Drawn | Command::Stored => {}
            Command::Heat => self.send_heat(),
            Command::StillWaiting => self.still_waiting().await,
            Command::Granted { workspace, lock } => self.granted(workspace, lock).await,
            Command::Heard(heard) => self.hear(heard).await,
            Command::Gone(tab) => self.gone(&tab),
            Command::Closed(closed) => self.closed(closed).await,
            Command::Message(message) => {
                if let Some(message) = self.read(message).await {
                    self.hear_page(message).await
                }
            }
            Command::File { message, file } => self.receive_file(message, file).await,
            Command::Worked(worked) => self.worked(worked).await,
        }
    }

    async fn receive(&mut self, mut message: ToWorker) {
        if !self.has_code_for(&mut message).await {
            return;
        }
        match message {
            ToWorker::Hello { version, .. } if version != VERSION => self.fault(
                "This page and its background worker are of different versions. Reload the page to go on."
                    .to_owned(),
            ),
            ToWorker::Hello { workspace, sandbox, again, kept, .. } => {
                self.sandbox = sandbox;
                self.expected = kept.then(|| workspace.clone());
                self.open_first(workspace, again).await
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
            ToWorker::KeepModel { id, model } => self.keep_model(id, model).await,
            ToWorker::Workspaces { id, ask } => self.ask_workspaces(id, ask).await,
            ToWorker::SetDurability { id, durability } => self.set_durability(id, durability).await,
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
        self.part();
        if let Some(open) = self.open.take() {
            let is_memory = open.is_memory();
            let (workspace, parked) = open.close().await;
            if is_memory {
                self.parked.insert(workspace, parked);
            }
        }
    }

    /// Opens another workspace, or follows the tab that has it open.
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
        self.lead_or_follow(workspace, report, false).await
    }

    async fn open_with(&mut self, workspace: String, lock: Lock, mut report: Vec<String>, again: bool) {
        self.wait_alarm = None;
        let parked = self.parked.remove(&workspace);
        let (open, notes) = opened(workspace.clone(), lock, &self.config, parked).await;
        report.extend(notes);
        if !open.is_memory() {
            self.list_workspaces().await;
            report.extend(lacking::sentences());
            report.extend(self.list_opened(&workspace, open.opening()).await);
        }
        // What was kept in memory only went with the tab that led.
        let again = again && !open.is_memory();
        self.open = Some(open);
        self.lead(report, again).await;
    }

    /// Tells the page what is open.
    async fn announce(&mut self, report: Vec<String>) {
        let names = self.tell_list().await;
        if let Some(following) = &self.following {
            following.told_again(report, names).into_iter().for_each(|told| (self.post)(told));
        } else if let Some(ready) = self.ready(report, names).await {
            (self.post)(ready);
        }
    }

    /// What is told of the open workspace.
    async fn ready(&mut self, report: Vec<String>, workspaces: Vec<String>) -> Option<FromWorker> {
        let open = self.open.as_mut()?;
        let aside = open.aside_count().await;
        Some(FromWorker::Ready {
            version: VERSION,
            workspace: open.workspace().to_owned(),
            storage: open.storage(),
            report,
            aside,
            workspaces,
            clock: open.clock(),
            recipes: open.recipes().to_vec(),
            model: Box::new(open.model().clone()),
            durability: open.durability(),
            opening: open.opening(),
            leads: true,
            again: false,
        })
    }

    /// Forgets a workspace. The open one makes room for the first of the others, or for itself, empty.
    async fn delete(&mut self, workspace: String) {
        let is_open = self.open.as_ref().is_some_and(|open| open.workspace() == workspace);
        if is_open && self.router.borrow().count() > 0 {
            return self.announce(vec![open_elsewhere(&workspace)]).await;
        }
        if is_open {
            self.close().await;
        }
        self.parked.remove(&workspace);
        let mut report = Vec::new();
        let lock = if self.sandbox { Some(Lock::without()) } else { leader::try_lock(&workspace).await };
        match lock {
            None => report.push(open_elsewhere(&workspace)),
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
        let message = match self.outdated {
            true => "A newer version of Dynascope is open in another tab. Reload this page to go on.",
            false => "No workspace is open yet.",
        };
        let message = message.to_owned();
        let result = Err(ClientError::Protocol { message });
        (self.post)(FromWorker::Reply { id, now_ms: 0, result, events: Happened::default() });
    }

    async fn read_aside(&mut self, id: u64) {
        let (now_ms, result) = match &mut self.open {
            Some(open) => (open.clock().now_ms, open.aside().await),
            None => (0, Err(ClientError::Protocol { message: "No workspace is open.".to_owned() })),
        };
        (self.post)(FromWorker::Reply { id, now_ms, result, events: Happened::default() });
    }

    fn read_requests(&mut self, id: u64, partitions: &[PartitionId], from: u64, to: u64) {
        let kept = self.samples.requests(from, to, partitions);
        let events: Vec<Event> =
            kept.iter().take(REQUESTS).flat_map(|events| events.iter().cloned()).collect();
        let now_ms = self.open.as_ref().map_or(0, |open| open.clock().now_ms);
        let result = Ok(format!("{{\"kept\":{}}}", kept.len()));
        (self.post)(FromWorker::Reply { id, now_ms, result, events: events.into() });
    }

    /// Makes everything durable and lets its answers go.
    async fn settle(&mut self) {
        let Some(open) = &mut self.open else { return };
        let messages = open.settle().await;
        self.let_leave(messages).await;
    }

    /// Waits for the batch that is being stored and lets its answers go.
    async fn land(&mut self) {
        let Some(open) = &mut self.open else { return };
        let messages = open.land().await;
        self.let_leave(messages).await;
    }

    /// Lets answers go, and then has what they tell in the history, the heat and the samples: the page goes on meanwhile.
    async fn let_leave(&mut self, messages: Vec<FromWorker>) {
        let events = messages.iter().filter_map(|message| match message {
            FromWorker::Reply { events, .. } | FromWorker::Events { events } => Some(events.shared().clone()),
            _ => None,
        });
        let happened: Vec<Rc<Vec<Event>>> = events.collect();
        if !messages.is_empty() {
            messages.into_iter().for_each(|message| (self.post)(message));
            let_go().await;
        }
        let Some(open) = &mut self.open else { return };
        open.remember();
        let tallies = open.take_tallies();
        let all: Vec<&[Event]> = happened.iter().map(|events| &events[..]).collect();
        self.heat.observe_all(&all, &tallies);
        happened.iter().for_each(|events| self.samples.offer(events));
    }
}

/// Lets what was said be posted before more is done.
async fn let_go() {
    let mut asked = false;
    std::future::poll_fn(move |context| {
        if std::mem::replace(&mut asked, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}

fn open_elsewhere(workspace: &str) -> String {
    format!("The workspace “{workspace}” is open in another tab. Close it there, then delete it.")
}

/// Why a workspace is kept in memory only.
pub(super) fn memory(reason: impl Into<String>) -> Storage {
    Storage::Memory { reason: reason.into() }
}
