//! What the browser does to the storage of the open workspace, and how durable it is to be.
//!
//! Owns what the page is told of it. What is done about it is [`crate::worker::durable`]'s.

use std::rc::Rc;

use super::{Command, Session};
use crate::protocol::{ClientError, Durability, FromWorker};
use crate::worker::clock;
use crate::worker::disk::Failure;
use crate::worker::indexed::Closed;

/// A database that could not be opened again is tried after this pause, in milliseconds.
const REOPEN_MS: u32 = 300;

impl Session {
    /// Hears from now on when the open workspace's database is closed.
    pub(super) fn listen(&mut self) {
        let commands = self.commands.clone();
        if let Some(open) = &mut self.open {
            // The loop lives as long as the database is open.
            open.listen(Rc::new(move |closed| drop(commands.unbounded_send(Command::Closed(closed)))));
        }
    }

    /// The database was closed by the browser, or because somebody else wants it.
    pub(super) async fn closed(&mut self, closed: Closed) {
        self.settle().await;
        if closed == Closed::Newer {
            return self.step_down().await;
        }
        // The list of workspaces may have gone in the same way: it is made again.
        self.workspaces = None;
        self.list_workspaces().await;
        let Some(open) = &mut self.open else { return };
        if let Some(workspaces) = &self.workspaces
            && let Err(failure) = workspaces.add(open.workspace(), clock::wall_ms()).await
        {
            web_sys::console::warn_1(&failure.sentence().into());
        }
        match open.check().await {
            Ok(()) => {}
            // A deletion that is still under way closes what is opened too: once more, until it is over.
            Err(Failure::Other(_)) => {
                self.wait_alarm = Some(self.wake_after(REOPEN_MS, || Command::Closed(Closed::Lost)));
            }
            Err(failure) => self.told_on(vec![failure.sentence()]).await,
        }
    }

    /// Tells the page where everything was written again.
    pub(super) async fn tell_rewritten(&mut self) {
        let Some(open) = &mut self.open else { return };
        if !open.take_rewritten().await {
            return;
        }
        let report = vec![
            "The browser deleted what was stored of this workspace while it was open. Everything was still in memory, and is \
             stored again: nothing is lost."
                .to_owned(),
        ];
        self.told_on(report).await;
    }

    /// Chooses how durable writes are.
    pub(super) async fn set_durability(&mut self, id: u64, durability: Durability) {
        self.settle().await;
        let Some(open) = &mut self.open else { return self.refuse(id) };
        let kept = open.keep_durability(durability).await;
        let now_ms = open.clock().now_ms;
        let result = kept.map(|()| "{}".to_owned());
        let result = result.map_err(|failure| ClientError::Storage { message: failure.sentence() });
        let is_kept = result.is_ok();
        (self.post)(FromWorker::Reply { id, now_ms, result, events: Vec::new() });
        if is_kept {
            self.told_on(Vec::new()).await;
        }
    }

    /// Tells every page of the opening again, which goes on, with these sentences.
    async fn told_on(&mut self, report: Vec<String>) {
        let names = self.names().await;
        let Some(mut ready) = self.ready(report, names).await else { return };
        if let FromWorker::Ready { again, .. } = &mut ready {
            *again = true;
        }
        (self.post)(ready.clone());
        if let FromWorker::Ready { leads, .. } = &mut ready {
            *leads = false;
        }
        let router = self.router.borrow();
        router.tabs().for_each(|tab| router.tell(tab, ready.clone()));
    }
}
