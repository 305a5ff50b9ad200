//! The session's simulated traffic: its orders, its pace by the workspace's clock, and what the page is told of it.
//!
//! Owns that there is one traffic or one comparison at a time. The branches are [`crate::worker::traffic`]'s.

use engine::error::ApiError;
use engine::workload::Tables;
use engine::world::{Outcome, World};

use super::Session;
use crate::protocol::model::Model;
use crate::protocol::traffic::Workload;
use crate::protocol::{ClientError, FromWorker, Happened};
use crate::worker::batch::worded;
use crate::worker::traffic::{Compared, Run};

impl Session {
    /// Branches off the workspace and starts, in place of what runs.
    pub(super) fn start_traffic(&mut self, id: u64, workload: Workload) {
        let Some(open) = &self.open else { return self.refuse(id) };
        let (world, now_ms) = (open.world(), open.clock().now_ms);
        let started = {
            let region = &self.config.region;
            Run::start(world, region, now_ms, id, workload, open.changes(), Tables::More)
        };
        let started = started.map(|run| (self.traffic, self.compared) = (Some(run), None));
        self.answer_start(id, now_ms, started);
    }

    /// Makes two designs and starts, in place of what runs.
    pub(super) fn start_comparison(&mut self, id: u64, sides: [Workload; 2]) {
        let Some(open) = &self.open else { return self.refuse(id) };
        let (world, now_ms) = (open.world(), open.clock().now_ms);
        let started = Compared::start(world, &self.config.region, now_ms, id, sides);
        let started = started.map(|compared| (self.traffic, self.compared) = (None, Some(compared)));
        self.answer_start(id, now_ms, started);
    }

    fn answer_start(&mut self, id: u64, now_ms: u64, started: Result<(), ApiError>) {
        self.send_heat();
        let result = worded(started.map(|()| b"{}".to_vec()));
        (self.post)(FromWorker::Reply { id, now_ms, result, events: Happened::default() });
    }

    /// Nothing is sent any more; the branches stay.
    pub(super) fn stop_traffic(&mut self) {
        self.traffic.iter_mut().for_each(Run::stop);
        self.compared.iter_mut().for_each(Compared::stop);
        self.send_heat();
    }

    /// The branches go.
    pub(super) fn discard_traffic(&mut self) {
        (self.traffic, self.compared) = (None, None);
        self.send_heat();
    }

    /// The branch becomes the workspace, once all earlier answers have left and the snapshot of it is stored.
    pub(super) async fn keep_traffic(&mut self, id: u64) {
        self.settle().await;
        let Some(open) = &mut self.open else { return self.refuse(id) };
        self.traffic.iter_mut().for_each(Run::stop);
        let result = match self.traffic.as_ref().and_then(Run::world).map(World::snapshot) {
            Some(snapshot) => open.replace(&self.config, snapshot).await,
            None => Err(ClientError::Protocol {
                message: "There is no traffic whose items could be kept.".to_owned(),
            }),
        };
        let now_ms = open.clock().now_ms;
        self.told.asked = true;
        if result.is_ok() {
            self.discard_traffic();
        }
        let result = result.map(|()| "{}".to_owned());
        (self.post)(FromWorker::Reply { id, now_ms, result, events: Happened::default() });
    }

    /// Keeps recipes with the workspace.
    pub(super) async fn keep_recipes(&mut self, id: u64, recipes: Vec<Workload>) {
        let Some(open) = &mut self.open else { return self.refuse(id) };
        let kept = open.keep_recipes(recipes).await;
        let result = kept.map(|()| "{}".to_owned());
        let result = result.map_err(|failure| ClientError::Storage { message: failure.sentence() });
        let now_ms = open.clock().now_ms;
        (self.post)(FromWorker::Reply { id, now_ms, result, events: Happened::default() });
    }

    /// Keeps what the design says beside its tables.
    pub(super) async fn keep_model(&mut self, id: u64, model: Model) {
        let Some(open) = &mut self.open else { return self.refuse(id) };
        let kept = open.keep_model(model).await;
        let result = kept.map(|()| "{}".to_owned());
        let result = result.map_err(|failure| ClientError::Storage { message: failure.sentence() });
        let now_ms = open.clock().now_ms;
        (self.post)(FromWorker::Reply { id, now_ms, result, events: Happened::default() });
    }

    /// Answers a request to the traffic's branch, or to one of two designs that are compared. Nothing of it is kept.
    pub(super) fn call_branch(&mut self, id: u64, side: Option<usize>, operation: &str, request: &str) {
        let Some(open) = &self.open else { return self.refuse(id) };
        let now_ms = open.clock().now_ms;
        let outcome = match side {
            None => self.traffic.as_mut().and_then(|run| run.execute(operation, request, &mut self.heat)),
            Some(side) => {
                self.compared.as_mut().and_then(|compared| compared.execute(side, operation, request))
            }
        };
        let (result, events) = match outcome {
            Some(Outcome { response, events, .. }) => (worded(response), events),
            None => {
                let message = "No traffic runs: there is no branch to look into.".to_owned();
                (Err(ClientError::Protocol { message }), Vec::new())
            }
        };
        (self.post)(FromWorker::Reply { id, now_ms, result, events: events.into() });
    }

    /// Where the workspace's clock may go by the traffic, which wants to be at `wanted_ms`.
    pub(super) fn waits_for_traffic(&mut self, wanted_ms: u64) -> u64 {
        let Some(open) = &self.open else { return wanted_ms };
        // Requests of the traffic are left out only where the wall clock sets the pace.
        if open.is_moving() || open.runs_at_wall_pace() {
            return wanted_ms;
        }
        let filling = self.traffic.as_ref().is_some_and(Run::is_filling)
            || self.compared.as_ref().is_some_and(Compared::is_filling);
        let next_ms = match (&mut self.traffic, &mut self.compared) {
            (Some(run), _) => run.next_ms(wanted_ms),
            (None, Some(compared)) => compared.next_ms(wanted_ms),
            (None, None) => None,
        };
        let now_ms = open.clock().now_ms;
        if filling { now_ms } else { next_ms.unwrap_or(wanted_ms).max(now_ms) }
    }

    /// Whether traffic is due at once, where it is due at all by the clock.
    pub(super) fn traffic_is_behind(&mut self) -> Option<bool> {
        let open = self.open.as_ref()?;
        let wanted_ms = open.wanted_ms();
        let behind = match (&mut self.traffic, &mut self.compared) {
            (Some(run), _) if run.is_going() => run.is_behind(wanted_ms),
            (None, Some(compared)) if compared.is_going() => compared.is_behind(wanted_ms),
            _ => return None,
        };
        Some(behind && !open.is_moving())
    }

    /// Whether there is something to tell.
    pub(super) fn is_warm(&self) -> bool {
        self.traffic.as_ref().is_some_and(Run::is_warm)
            || self.compared.as_ref().is_some_and(Compared::is_warm)
            || self.heat.has_changed()
    }

    /// Sends what has arrived by now.
    pub(super) fn advance_traffic(&mut self) {
        let Some(open) = self.open.as_ref().filter(|open| !open.is_moving()) else { return };
        if let Some(run) = &mut self.traffic {
            let (heat, samples) = (&mut self.heat, &mut self.samples);
            run.advance(open.wanted_ms(), open.runs_at_wall_pace(), heat, samples);
        }
        if let Some(compared) = &mut self.compared {
            compared.advance(open.wanted_ms());
        }
    }

    /// All heat that there is, and what the traffic has come to, for a page that has heard nothing yet.
    pub(super) fn whole_heat(&mut self) -> Vec<FromWorker> {
        let changes = self.open.as_ref().map_or(0, |open| open.changes());
        let (seconds, skipped) = self.traffic.as_ref().map(Run::whole_counts).unwrap_or_default();
        let traffic = self.traffic.as_mut().map(|run| Box::new(run.state(changes)));
        let (report, comparing) = (self.heat.whole_report(), self.compared.is_some());
        let heat = FromWorker::Heat { report, traffic, seconds, skipped, comparing };
        let sides = self.compared.as_mut().map(|compared| Box::new(compared.whole_reports()));
        std::iter::once(heat).chain(sides.map(|sides| FromWorker::Comparison { sides })).collect()
    }

    /// Tells what is new.
    pub(super) fn send_heat(&mut self) {
        let changes = self.open.as_ref().map_or(0, |open| open.changes());
        if let Some(compared) = &mut self.compared {
            (self.post)(FromWorker::Comparison { sides: Box::new(compared.take_reports()) });
        }
        let events = self.traffic.as_mut().map(Run::take_events).unwrap_or_default();
        if !events.is_empty() {
            (self.post)(FromWorker::Branch { events: events.into() });
        }
        let (seconds, skipped) = self.traffic.as_mut().map(Run::take_counts).unwrap_or_default();
        let traffic = self.traffic.as_mut().map(|run| Box::new(run.state(changes)));
        let (report, comparing) = (self.heat.take_report(), self.compared.is_some());
        (self.post)(FromWorker::Heat { report, traffic, seconds, skipped, comparing });
    }
}
