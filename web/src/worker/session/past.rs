//! What the page asks of the open workspace's past, and the branch that makes a workspace of it.
//!
//! Owns the making of a branch: a new workspace whose first snapshot is the world of an earlier moment, and whose clock goes on
//! from there.

use engine::world::World;

use super::{Parked, Session, sandboxed};
use crate::protocol::timeline::TimelineAsk;
use crate::protocol::{ClientError, FromWorker, Happened};
use crate::worker::batch::opened;
use crate::worker::clock;
use crate::worker::leader;

impl Session {
    /// Answers an ask.
    pub(super) async fn ask_timeline(&mut self, id: u64, ask: TimelineAsk) {
        if let (TimelineAsk::Glance { operation, request }, Some(open)) = (&ask, &mut self.open) {
            return open.glance(&self.config.region, id, operation, request);
        }
        // What was answered by now is in the history.
        self.settle().await;
        let Some(open) = &mut self.open else { return self.refuse(id) };
        let now_ms = open.clock().now_ms;
        match ask {
            TimelineAsk::Look { event, operation, request } => {
                (self.post)(open.look(&self.config.region, id, event, &operation, &request));
            }
            TimelineAsk::Glance { .. } => {}
            TimelineAsk::Read(read) => {
                let (text, events) = open.travel().read(&read);
                (self.post)(FromWorker::Reply { id, now_ms, result: Ok(text), events: events.into() });
            }
            TimelineAsk::Export { filter, from } => {
                let result = Ok(open.travel().export(&filter, from));
                (self.post)(FromWorker::Reply { id, now_ms, result, events: Happened::default() });
            }
            TimelineAsk::Requests => {
                let result = open.travel().requests().map(|requests| serde_json::json!(requests).to_string());
                (self.post)(FromWorker::Reply { id, now_ms, result, events: Happened::default() });
            }
            TimelineAsk::Replay { requests } => {
                open.replay(&self.config.region, World::new(self.config.clone()), id, requests);
                self.told.asked = true;
            }
            TimelineAsk::Branch { event, workspace } => {
                let world = open.past(event).cloned();
                let result = match world {
                    Ok(world) => self.branch(workspace, world).await,
                    Err(error) => Err(error),
                };
                let result = result.map(|()| "{}".to_owned());
                (self.post)(FromWorker::Reply { id, now_ms, result, events: Happened::default() });
            }
        }
    }

    /// Makes a workspace of a world.
    async fn branch(&mut self, workspace: String, world: World) -> Result<(), ClientError> {
        if self.is_taken(&workspace).await {
            let message =
                format!("There is a workspace “{workspace}” already: the branch needs another name.");
            return Err(ClientError::Past { message });
        }
        let (mut open, notes) = if self.sandbox {
            (sandboxed(workspace.clone(), &self.config, None), Vec::new())
        } else {
            let lock = leader::try_lock(&workspace).await;
            let lock = lock.ok_or_else(|| ClientError::Past {
                message: format!("The workspace “{workspace}” is open in another tab."),
            })?;
            opened(workspace.clone(), lock, &self.config, None).await
        };
        let begun = open.begin_with(world).await;
        let is_memory = open.is_memory();
        let (name, parked): (String, Parked) = open.close().await;
        begun?;
        if is_memory {
            self.parked.insert(name, parked);
        } else {
            self.list_workspaces().await;
            if let Some(workspaces) = &self.workspaces {
                let added = workspaces.add(&workspace, clock::wall_ms()).await;
                added.map_err(|failure| ClientError::Storage { message: failure.sentence() })?;
            }
        }
        match notes.into_iter().next() {
            None => Ok(()),
            Some(message) => Err(ClientError::Storage { message }),
        }
    }
}
