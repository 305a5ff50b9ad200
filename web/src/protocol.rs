//! The messages between page and worker.
//!
//! A message is an envelope, of JSON or, where there is much of it, of a few bytes ([`frames`]); DynamoDB's own requests and responses ride in
//! it as text, unread, and events packed ([`packed`]). A version handshake comes first, since an old worker can meet a new page.

pub mod clock;
pub mod embed;
pub mod entity;
pub mod frames;
pub mod model;
pub mod named;
pub mod packed;
pub mod retry;
pub mod tabs;
pub mod timeline;
pub mod traffic;
pub mod workspaces;

use std::collections::BTreeMap;

use clock::{ClockChange, ClockState};
use engine::timeline::PartitionId;
use model::Model;
pub use packed::Happened;
use serde::{Deserialize, Serialize};
use timeline::TimelineAsk;
use traffic::{SideReport, TrafficSecond, TrafficState, Workload};
use workspaces::WorkspaceAsk;

/// Raised with every change of the messages below.
pub const VERSION: u32 = 17;

/// Page to worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ToWorker {
    /// The first message. Answered by [`FromWorker::Ready`] or [`FromWorker::Fault`].
    Hello {
        /// The page's [`VERSION`].
        version: u32,
        /// The workspace to open; made when it is not there.
        workspace: String,
        /// Keep nothing: the page is a sandbox in somebody's document. Every workspace is in memory, and no storage
        /// of the browser is touched.
        sandbox: bool,
        /// The page shows this workspace already: its worker before this one is gone.
        again: bool,
        /// When this browser last had it open, it was stored: where nothing of it is there any more, that is told.
        #[serde(default)]
        kept: bool,
    },
    /// One request to the engine; answered by one [`FromWorker::Reply`] of the same id, in the workspace once durable.
    Call {
        /// The page's number for it.
        id: u64,
        /// Where.
        place: Place,
        /// The API action, or the inspector's `Dynascope.…`.
        operation: String,
        /// Its JSON.
        request: String,
    },
    /// The same in one of two designs that are compared: refused where none are.
    CallSide {
        /// The page's number for it.
        id: u64,
        /// Which of the two: 0 or 1.
        side: usize,
        /// The API action, or the inspector's `Dynascope.…`.
        operation: String,
        /// Its JSON.
        request: String,
    },
    /// Switch to another workspace (made when it is not there); answered by a new [`FromWorker::Ready`].
    OpenWorkspace {
        /// Its name.
        workspace: String,
    },
    /// Forget a workspace and all it holds; answered by a new [`FromWorker::Ready`]: of the workspace that was open, or,
    /// when that was the one, of the first of the others (of itself, empty, when there is no other).
    DeleteWorkspace {
        /// Its name.
        workspace: String,
    },
    /// Hand out what was found damaged and set aside; answered by one [`FromWorker::Reply`] of the same id, whose text is
    /// a list of `{"name", "base64"}`.
    ReadAside {
        /// The page's number for it.
        id: u64,
    },
    /// Choose how durable the workspace's writes are. Answered by one [`FromWorker::Reply`] of the same id once that is stored, and
    /// a new [`FromWorker::Ready`].
    SetDurability {
        /// The page's number for it.
        id: u64,
        /// From the next write on.
        durability: Durability,
    },
    /// Ask something of the workspace's clock. Answered by one [`FromWorker::Reply`] of the same id once that is stored, a
    /// move's once it has ended; a [`FromWorker::Clock`] follows every change.
    SetClock {
        /// The page's number for it.
        id: u64,
        /// What.
        change: ClockChange,
    },
    /// Hand out the requests that are kept of some partitions in some seconds; answered by one [`FromWorker::Reply`] of the
    /// same id, whose events are those of one request after the other, at most 200 of them, and whose text is
    /// `{"kept": n}`.
    ReadRequests {
        /// The page's number for it.
        id: u64,
        /// The partitions.
        partitions: Vec<PartitionId>,
        /// The first second of the epoch.
        from: u64,
        /// The second behind the last.
        to: u64,
    },
    /// Ask something of the workspace's history. Answered by one [`FromWorker::Reply`] of the same id.
    Timeline {
        /// The page's number for it.
        id: u64,
        /// What.
        ask: TimelineAsk,
    },
    /// Start simulated traffic in an unjournalled branch of the workspace, in place of what runs. Answered by one
    /// [`FromWorker::Reply`] of the same id: `{}`, or what is wrong with the recipe.
    StartTraffic {
        /// The page's number for it.
        id: u64,
        /// What to send.
        workload: Workload,
    },
    /// Stop the traffic; its branch stays as it is.
    StopTraffic,
    /// Stop the traffic, or the comparison, and discard its branches.
    DiscardTraffic,
    /// Make the traffic's branch the workspace's state, by one snapshot. Answered by one [`FromWorker::Reply`] of the same id
    /// once that is stored; the branch stays where it could not be.
    KeepTraffic {
        /// The page's number for it.
        id: u64,
    },
    /// Start the same traffic on two designs, each in a copy of the workspace, in place of what runs. Answered by one
    /// [`FromWorker::Reply`] of the same id: `{}`, or what is wrong with a recipe.
    StartComparison {
        /// The page's number for it.
        id: u64,
        /// The two of them; each brings its tables along.
        sides: Box<[Workload; 2]>,
    },
    /// Keep these recipes with the workspace, in place of those that it has. Answered by one [`FromWorker::Reply`] of the same
    /// id once that is stored.
    KeepRecipes {
        /// The page's number for it.
        id: u64,
        /// All of them.
        recipes: Vec<Workload>,
    },
    /// Keep this beside the workspace's tables, in place of what it has. Answered by one [`FromWorker::Reply`] of the same id once
    /// that is stored.
    KeepModel {
        /// The page's number for it.
        id: u64,
        /// All of it.
        model: Model,
    },
    /// Ask something of the list of workspaces, or for work on a whole one. Answered by one [`FromWorker::Reply`] of the same id;
    /// [`FromWorker::Progress`] tells on the way how far long work is.
    Workspaces {
        /// The page's number for it.
        id: u64,
        /// What. An import brings its file along, beside the message.
        ask: WorkspaceAsk,
    },
}

impl ToWorker {
    /// The page's number for it, where it is answered by a [`FromWorker::Reply`].
    pub fn id_mut(&mut self) -> Option<&mut u64> {
        match self {
            ToWorker::Call { id, .. }
            | ToWorker::CallSide { id, .. }
            | ToWorker::ReadAside { id }
            | ToWorker::SetClock { id, .. }
            | ToWorker::ReadRequests { id, .. }
            | ToWorker::Timeline { id, .. }
            | ToWorker::StartTraffic { id, .. }
            | ToWorker::KeepTraffic { id }
            | ToWorker::Workspaces { id, .. }
            | ToWorker::StartComparison { id, .. }
            | ToWorker::SetDurability { id, .. }
            | ToWorker::KeepRecipes { id, .. }
            | ToWorker::KeepModel { id, .. } => Some(id),
            ToWorker::Hello { .. }
            | ToWorker::OpenWorkspace { .. }
            | ToWorker::DeleteWorkspace { .. }
            | ToWorker::StopTraffic
            | ToWorker::DiscardTraffic => None,
        }
    }
}

/// Where a request is carried out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Place {
    /// In the workspace.
    #[default]
    Workspace,
    /// In the unjournalled branch in which simulated traffic runs: refused where none does.
    Traffic,
}

/// Worker to page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FromWorker {
    /// The first message of all: the worker listens (what was sent to it before is lost).
    Loaded {
        /// The worker's [`VERSION`].
        version: u32,
        /// The name of the tab, whose lock the worker holds for as long as it lives.
        tab: String,
    },
    /// The workspace is open.
    Ready {
        /// The worker's [`VERSION`].
        version: u32,
        /// Which workspace.
        workspace: String,
        /// Whether writes survive a reload.
        storage: Storage,
        /// What the reader must know about the opening, one sentence each: what was found damaged, what could not be
        /// done. Empty when all is well.
        report: Vec<String>,
        /// How many damaged parts of the journal are set aside.
        aside: u32,
        /// All workspaces, by name.
        workspaces: Vec<String>,
        /// The workspace's clock.
        clock: ClockState,
        /// The recipes that are kept with it.
        recipes: Vec<Workload>,
        /// What the design says beside its tables.
        model: Box<Model>,
        /// How durable its writes are.
        durability: Durability,
        /// What the opening read.
        opening: Opening,
        /// Whether this tab leads the workspace; otherwise its requests go to the tab that does.
        leads: bool,
        /// The page shows this workspace already, and it goes on: all that was acknowledged is there. History, heat and traffic
        /// begin anew.
        again: bool,
    },
    /// How many tabs have the workspace open.
    Tabs {
        /// Whether this one leads.
        leads: bool,
        /// How many others there are.
        others: u32,
    },
    /// Another tab is of a newer version, to which this one has left the workspace: the page must be loaded again.
    Outdated,
    /// The clock was changed, or moves too fast to be followed without being told.
    Clock {
        /// As it stands.
        clock: ClockState,
    },
    /// The answer to a call.
    Reply {
        /// The call's id.
        id: u64,
        /// The workspace's clock when it was answered.
        now_ms: u64,
        /// Response or exception.
        result: Result<String, ClientError>,
        /// What happened, in order (a failed call has events too).
        events: Happened,
    },
    /// What happened by itself: statuses, propagation, TTL.
    Events {
        /// In order.
        events: Happened,
    },
    /// What is rare and happened in the traffic's branch: failures, elections, splits, changes of a throughput.
    Branch {
        /// In order; the newest where there are many.
        events: Happened,
    },
    /// New heat, a few times a second while there is any.
    Heat {
        /// What changed since the last message.
        report: engine::insight::HeatReport,
        /// The traffic whose branch is there.
        traffic: Option<Box<TrafficState>>,
        /// What the traffic that is running came to, by second of the epoch: the seconds in which something happened since the
        /// last message, each as a whole.
        seconds: Vec<(u64, TrafficSecond)>,
        /// Simulated requests that were left out since the last message, because this machine is too slow for the rate.
        skipped: u64,
        /// Whether two designs are being compared.
        comparing: bool,
    },
    /// What is new of the two designs that are compared, a few times a second.
    Comparison {
        /// The first and the second.
        sides: Box<[SideReport; 2]>,
    },
    /// The list of workspaces, before every [`FromWorker::Ready`] and when it has changed.
    List {
        /// What each of those that are there is called, by id.
        names: BTreeMap<String, String>,
        /// The ids that no new workspace can have besides: of those that were deleted and can be put back.
        deleted: Vec<String>,
    },
    /// How far long work is.
    Progress {
        /// The ask's id.
        id: u64,
        /// So much is done…
        done: u64,
        /// …of so much.
        total: u64,
    },
    /// The workspace is open in another tab, which does not answer; this one waits.
    Waiting {
        /// Which workspace.
        workspace: String,
        /// All workspaces, by name.
        workspaces: Vec<String>,
    },
    /// The worker cannot go on.
    Fault {
        /// What happened, in a sentence for people.
        message: String,
    },
}

/// Where the workspace is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Storage {
    /// In IndexedDB: every acknowledged write survives.
    Durable,
    /// In memory only, and why.
    Memory {
        /// The browser's reason.
        reason: String,
    },
}

/// How durable an acknowledged write is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Durability {
    /// It survives everything but the loss of the disk.
    #[default]
    Strict,
    /// It survives a crash of the browser; a loss of the machine's power may take the last moments with it.
    Relaxed,
}

/// What was read when a workspace was opened, every checksum verified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Opening {
    /// Bytes of the snapshot.
    pub snapshot_bytes: u64,
    /// Commits that were replayed behind it.
    pub commits: u64,
    /// Their bytes.
    pub journal_bytes: u64,
    /// How long all of it took.
    pub took_ms: u64,
}

impl Opening {
    /// Whether nothing was there.
    pub fn is_of_nothing(&self) -> bool {
        self.snapshot_bytes == 0 && self.commits == 0
    }
}

/// Why a call has no response.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ClientError {
    /// DynamoDB's exception.
    Api {
        /// `ValidationException`.
        name: String,
        /// Its message.
        message: String,
        /// The whole body of the answer: `__type`, `message`, and what else it carries.
        body: String,
    },
    /// The write could not be stored: it did not happen.
    Storage {
        /// Why.
        message: String,
    },
    /// The tab or worker that the request was sent to is gone, and whether it was carried out is not known.
    LeaderChanged {
        /// What shows whether it was, in a sentence.
        check: String,
    },
    /// The page looks at a moment that is past, where nothing can be written; or at one that is not kept.
    Past {
        /// Which, and why.
        message: String,
    },
    /// A real endpoint was not asked, or did not answer as DynamoDB does.
    Remote {
        /// Why.
        message: String,
    },
    /// Page and worker did not understand each other.
    Protocol {
        /// Why.
        message: String,
    },
}
