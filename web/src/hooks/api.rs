//! The client, joined with the state: what a call brings goes where it belongs.

use std::future::Future;
use std::rc::Rc;

use engine::timeline::{Event, PartitionId};
use serde_json::Value;
use yew::prelude::*;

use super::browser::{draft_key, forget, recipe_key, requests_key};
use super::clock::monotonic_ms;
use super::slices::Slices;
use crate::client::transfer::Wire;
use crate::client::{Client, Reply};
use crate::protocol::clock::ClockChange;
use crate::protocol::traffic::Workload;
use crate::protocol::{ClientError, Place};
use crate::state::clock::ClockAction;
use crate::state::heat::HeatAction;
use crate::state::sampled::requests_of;
use crate::state::session::SessionAction;
use crate::state::tables::{TablesAction, changes_tables};
use crate::state::timeline::TimelineAction;

/// The engine's door for pages. Clones are the same.
#[derive(Clone, PartialEq)]
pub struct Api {
    client: Client,
    slices: Slices,
    place: Place,
    /// One of two designs that are compared, in place of `place`.
    side: Option<usize>,
}

impl Api {
    pub(super) fn new(client: Client, slices: Slices) -> Api {
        Api { client, slices, place: Place::Workspace, side: None }
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
        let place = self.place;
        let reply = self.client.call(place, operation.clone(), request);
        async move {
            let reply = reply.await;
            if place != Place::Workspace {
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
            reply
        }
    }

    /// Looks something up without a trace on the page's timeline: for the frame's and a page's own reading, never for
    /// what the reader asked for. None where it failed.
    pub async fn look(&self, operation: &str, request: &Value) -> Option<Value> {
        let request = request.to_string();
        let reply = match self.side {
            Some(side) => self.client.call_side(side, operation, request).await,
            None => self.client.call(self.place, operation, request).await,
        };
        serde_json::from_str(&reply.result.ok()?).ok()
    }

    /// The wire without a trace on the page's timeline, for long reading of the page's own.
    pub fn quiet(&self) -> impl Wire + use<> {
        self.client.clone()
    }

    /// Opens another workspace, made when it is not there.
    pub fn open_workspace(&self, workspace: &str) {
        self.slices.session.dispatch(SessionAction::Opening(workspace.to_owned()));
        self.client.open_workspace(workspace);
    }

    /// Forgets a workspace and all it holds, its saved requests and its draft too.
    pub fn delete_workspace(&self, workspace: &str) {
        forget(&requests_key(workspace));
        forget(&draft_key(workspace));
        forget(&recipe_key(workspace));
        forget(&draft_key(&format!("transactions:{workspace}")));
        self.client.delete_workspace(workspace);
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
}

/// The engine's door.
#[hook]
pub fn use_client() -> Api {
    use_context::<Api>().expect("the page stands inside SlicesProvider")
}
