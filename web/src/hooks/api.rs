//! The client, joined with the state: what a call brings goes where it belongs.

mod workspaces;

use std::future::Future;
use std::rc::Rc;

use engine::timeline::{Event, EventKind, Filter, PartitionId};
use futures_util::FutureExt;
use serde_json::Value;
use yew::prelude::*;

use super::clock::monotonic_ms;
use super::remote::Door;
use super::slices::Slices;
use crate::client::transfer::Wire;
use crate::client::{Client, Reply};
use crate::protocol::clock::ClockChange;
use crate::protocol::model::Model;
use crate::protocol::retry::only_reads_request;
use crate::protocol::timeline::{ExportPart, Replayed, TimelineAnswer, TimelineAsk, TimelineRead};
use crate::protocol::traffic::Workload;
use crate::protocol::{ClientError, Durability, Place};
use crate::share::SentRequest;
use crate::state::clock::ClockAction;
use crate::state::heat::HeatAction;
use crate::state::sampled::requests_of;
use crate::state::session::SessionAction;
use crate::state::tables::{TablesAction, changes_tables};
use crate::state::timeline::TimelineAction;
pub use workspaces::Begun;

/// The engine's door for pages: into the live workspace, or into the moment that the playhead stands at. Clones are the same, and
/// those of another moment are not: what depends on a door is read again there.
#[derive(Clone, PartialEq)]
pub struct Api {
    client: Client,
    slices: Slices,
    place: Place,
    /// One of two designs that are compared, in place of `place`.
    side: Option<usize>,
    moment: Option<u64>,
    /// What is written through it is the reader's own.
    own: bool,
    /// It takes nothing that writes: the door of a sandbox whose reader only looks.
    read_only: bool,
    /// A real endpoint, in place of the engine.
    door: Option<Door>,
}

impl Api {
    pub(super) fn new(client: Client, slices: Slices, read_only: bool) -> Api {
        let (place, side, moment) = (Place::Workspace, None, None);
        Api { client, slices, place, side, moment, own: true, read_only, door: None }
    }

    /// The same door for what the sandbox's document sends.
    pub fn of_document(&self) -> Api {
        Api { read_only: false, ..self.clone() }
    }

    /// The way to a real endpoint, in place of this one.
    pub(super) fn through(&self, door: Door) -> Api {
        Api { door: Some(door), moment: None, place: Place::Workspace, side: None, ..self.clone() }
    }

    /// The event at which the workspace is looked at; none while live.
    pub fn moment(&self) -> Option<u64> {
        self.moment
    }

    /// The same door at an event, or into the live workspace.
    pub fn looking_at(&self, moment: Option<u64>) -> Api {
        Api { moment, ..self.clone() }
    }

    /// The door into the live workspace, to which the page goes back.
    pub fn back_to_live(&self) -> Api {
        self.slices.timeline.dispatch(TimelineAction::Live);
        self.looking_at(None)
    }

    /// The same door for what nobody asked for: the sample of the first minute.
    pub fn unasked(&self) -> Api {
        Api { own: false, ..self.clone() }
    }

    /// Sends one request to where the door leads. What only looks at the past leaves no trace.
    fn send(&self, operation: String, request: String) -> impl Future<Output = Reply> + 'static {
        if let Some(door) = &self.door {
            return door.call(operation, request).left_future();
        }
        let reply = match (self.place, self.moment) {
            (Place::Workspace, Some(event)) => {
                self.client.timeline(TimelineAsk::Look { event, operation, request }).left_future()
            }
            (Place::Workspace, None) if self.read_only && !only_reads_request(&operation, &request) => {
                std::future::ready(Reply::failed(refused(&operation))).left_future().right_future()
            }
            // The traffic's branch has no past.
            (place, _) => self.client.call(place, operation, request).right_future().right_future(),
        };
        reply.right_future()
    }

    /// The same for the page's own reading, which leaves no trace where the workspace is live either.
    fn send_quietly(&self, operation: String, request: String) -> impl Future<Output = Reply> + 'static {
        let live = self.moment.is_none() && self.door.is_none();
        match (self.side, self.place, live) {
            (Some(side), ..) => self.client.call_side(side, operation, request).left_future(),
            (None, Place::Workspace, true) => {
                let glance = self.client.timeline(TimelineAsk::Glance { operation, request });
                glance.left_future().right_future()
            }
            _ => self.send(operation, request).right_future().right_future(),
        }
    }

    /// Reads events of the worker's history.
    pub async fn read_timeline(&self, read: TimelineRead) -> Option<(TimelineAnswer, Vec<Event>)> {
        let reply = self.client.timeline(TimelineAsk::Read(read)).await;
        Some((serde_json::from_str(&reply.result.ok()?).ok()?, reply.events))
    }

    /// A part of the history as JSON, from an event on.
    pub async fn export_timeline(&self, filter: Filter, from: u64) -> Result<ExportPart, ClientError> {
        let text = self.client.timeline(TimelineAsk::Export { filter, from }).await.result?;
        let broken = |error: serde_json::Error| ClientError::Protocol { message: error.to_string() };
        serde_json::from_str(&text).map_err(broken)
    }

    /// Every request since the workspace was made.
    pub async fn sent_requests(&self) -> Result<Vec<SentRequest>, ClientError> {
        let text = self.client.timeline(TimelineAsk::Requests).await.result?;
        let broken = |error: serde_json::Error| ClientError::Protocol { message: error.to_string() };
        serde_json::from_str(&text).map_err(broken)
    }

    /// Sends the requests of a history again, into a workspace in which nothing has happened yet.
    pub fn replay(
        &self,
        requests: Vec<SentRequest>,
    ) -> impl Future<Output = Result<Replayed, ClientError>> + 'static {
        let reply = self.client.timeline(TimelineAsk::Replay { requests });
        let broken = |error: serde_json::Error| ClientError::Protocol { message: error.to_string() };
        async move { serde_json::from_str(&reply.await.result?).map_err(broken) }
    }

    /// Makes a new workspace of what stood here at an event, and opens it.
    pub async fn branch(&self, event: u64, workspace: String) -> Result<(), ClientError> {
        let ask = TimelineAsk::Branch { event, workspace: workspace.clone() };
        self.client.timeline(ask).await.result?;
        self.open_workspace(&workspace);
        Ok(())
    }

    /// The same door to the workspace, or to the branch in which traffic runs.
    pub fn at(&self, place: Place) -> Api {
        Api { place, ..self.clone() }
    }

    /// The same door to one of two designs that are compared, for looks alone.
    pub fn at_side(&self, side: usize) -> Api {
        Api { side: Some(side), ..self.clone() }
    }

    /// Sends one request. In the workspace its events go to the timeline, and the tables are read again where it may have
    /// changed them; what happens in the traffic's branch has no trace there.
    pub fn call(
        &self,
        operation: impl Into<String>,
        request: impl Into<String>,
    ) -> impl Future<Output = Reply> + 'static {
        let operation = operation.into();
        let slices = self.slices.clone();
        let is_live = self.place == Place::Workspace && self.moment.is_none() && self.door.is_none();
        let own = self.own;
        let reply = self.send(operation.clone(), request.into());
        async move {
            let reply = reply.await;
            if !is_live {
                return reply;
            }
            if reply.now_ms > 0 {
                slices.session.dispatch(SessionAction::Clock(reply.now_ms));
                slices.clock.dispatch(ClockAction::Seen(reply.now_ms, monotonic_ms()));
            }
            if !reply.events.is_empty() {
                slices.timeline.dispatch(TimelineAction::Append(reply.events.clone()));
            }
            if reply.result.is_ok() && changes_tables(&operation) {
                slices.tables.dispatch(TablesAction::Want);
            }
            let written = |event: &Event| matches!(event.kind, EventKind::Written { .. });
            if own && reply.result.is_ok() && (operation == "CreateTable" || reply.events.iter().any(written))
            {
                slices.session.dispatch(SessionAction::Wrote);
            }
            reply
        }
    }

    /// Looks something up without a trace on the page's timeline: for the frame's and a page's own reading, never for
    /// what the reader asked for. None where it failed.
    pub async fn look(&self, operation: &str, request: &Value) -> Option<Value> {
        let reply = self.send_quietly(operation.to_owned(), request.to_string()).await;
        serde_json::from_str(&reply.result.ok()?).ok()
    }

    /// The wire without a trace on the page's timeline, for long reading of the page's own.
    pub fn quiet(&self) -> impl Wire + use<> {
        Quiet(self.clone())
    }

    /// What was found damaged in the open workspace's journal and set aside, as a JSON list.
    pub async fn read_aside(&self) -> Result<String, ClientError> {
        self.client.read_aside().await.result
    }

    /// Asks something of the workspace's clock; ready once that is stored, a move's once it has ended.
    pub fn set_clock(&self, change: ClockChange) -> impl Future<Output = Result<(), ClientError>> + 'static {
        let reply = self.client.set_clock(change);
        async move { reply.await.result.map(drop) }
    }

    /// Chooses how durable the workspace's writes are; ready once that is stored.
    pub fn set_durability(
        &self,
        durability: Durability,
    ) -> impl Future<Output = Result<(), ClientError>> + 'static {
        let reply = self.client.set_durability(durability);
        async move { reply.await.result.map(drop) }
    }

    /// The requests that the worker keeps of some partitions in the seconds `from..to`: each one's events, and how many are
    /// kept, which may be more.
    pub async fn read_requests(
        &self,
        partitions: Vec<PartitionId>,
        from: u64,
        to: u64,
    ) -> Option<(Vec<Rc<Vec<Event>>>, u64)> {
        let reply = self.client.read_requests(partitions, from, to).await;
        let answer: Value = serde_json::from_str(&reply.result.ok()?).ok()?;
        Some((requests_of(reply.events), answer["kept"].as_u64()?))
    }

    /// Starts simulated traffic in place of what is there; ready once it has begun, or was refused.
    pub fn start_traffic(
        &self,
        workload: Workload,
    ) -> impl Future<Output = Result<(), ClientError>> + 'static {
        let reply = self.client.start_traffic(workload);
        async move { reply.await.result.map(drop) }
    }

    /// Makes the traffic's copy of the workspace the workspace; ready once that is stored.
    pub fn keep_traffic(&self) -> impl Future<Output = Result<(), ClientError>> + 'static {
        let (reply, tables) = (self.client.keep_traffic(), self.slices.tables.clone());
        async move {
            let kept = reply.await.result;
            tables.dispatch(TablesAction::Want);
            kept.map(drop)
        }
    }

    /// Starts the same traffic on two designs in place of what is there; ready once it has begun, or was refused.
    pub fn start_comparison(
        &self,
        sides: [Workload; 2],
    ) -> impl Future<Output = Result<(), ClientError>> + 'static {
        let reply = self.client.start_comparison(sides);
        async move { reply.await.result.map(drop) }
    }

    /// Keeps these recipes with the workspace; ready once that is stored. They are shown at once.
    pub fn keep_recipes(
        &self,
        recipes: Vec<Workload>,
    ) -> impl Future<Output = Result<(), ClientError>> + 'static {
        self.slices.heat.dispatch(HeatAction::Recipes(recipes.clone()));
        let reply = self.client.keep_recipes(recipes);
        async move { reply.await.result.map(drop) }
    }

    /// Keeps what the design says beside its tables; ready once that is stored. It is shown at once.
    pub fn keep_model(&self, model: Model) -> impl Future<Output = Result<(), ClientError>> + 'static {
        self.slices.session.dispatch(SessionAction::Model(model.clone()));
        let reply = self.client.keep_model(model);
        async move { reply.await.result.map(drop) }
    }

    /// Stops it; its copy of the workspace stays.
    pub fn stop_traffic(&self) {
        self.client.stop_traffic();
    }

    /// Discards it and its copy of the workspace.
    pub fn discard_traffic(&self) {
        self.client.discard_traffic();
    }
}

/// Long work (loading a document, importing, scanning) goes through the same door.
impl Wire for Api {
    fn call(&self, operation: &str, request: String) -> impl Future<Output = Reply> {
        Api::call(self, operation, request)
    }

    fn pause(&self, ms: u32) -> impl Future<Output = ()> {
        gloo::timers::future::TimeoutFuture::new(ms)
    }

    fn is_here(&self) -> bool {
        self.door.is_none()
    }
}

/// A door that leaves no trace on the page's timeline.
struct Quiet(Api);

impl Wire for Quiet {
    fn call(&self, operation: &str, request: String) -> impl Future<Output = Reply> {
        self.0.send_quietly(operation.to_owned(), request)
    }

    fn pause(&self, ms: u32) -> impl Future<Output = ()> {
        gloo::timers::future::TimeoutFuture::new(ms)
    }
}

/// The engine's door.
#[hook]
pub fn use_client() -> Api {
    use_context::<Api>().expect("the page stands inside SlicesProvider")
}

/// What a sandbox says whose reader only looks.
fn refused(operation: &str) -> ClientError {
    let name = "AccessDeniedException".to_owned();
    let message = format!(
        "{operation} is not allowed: this sandbox is read-only. Open it in Dynascope to change what is in it."
    );
    let body = serde_json::json!({"__type": name, "Message": message}).to_string();
    ClientError::Api { name, message, body }
}
