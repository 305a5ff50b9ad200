//! What the browser does to the storage of the open workspace, and how durable it is to be.
//!
//! Owns what the page is told of it. What is done about it is [`crate::worker::durable`]'s.

use std::rc::Rc;

use super::{Command, Session};
use crate::protocol::{ClientError, Durability, FromWorker, Happened, Opening};
use crate::worker::clock;
use crate::worker::disk::Failure;
use crate::worker::indexed::Closed;
use crate::worker::workspaces::Entries;

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
        let listed = self.list_again().await;
        let Some(open) = &mut self.open else { return };
        match open.check().await.and(listed) {
            Ok(()) => {}
            // A deletion that is still under way closes what is opened too: once more, until it is over.
            Err(Failure::Other(_)) => {
                self.wait_alarm = Some(self.wake_after(REOPEN_MS, || Command::Closed(Closed::Lost)));
            }
            Err(failure) => self.told_on(vec![failure.sentence()]).await,
        }
    }

    /// The list of workspaces may have gone in the same way as the open one's database: it is made again. Those that were on it and are
    /// not any more are gone, since nothing of them is in memory.
    async fn list_again(&mut self) -> Result<(), Failure> {
        if self.open.as_ref().is_none_or(|open| open.is_memory()) {
            return Ok(());
        }
        let known = self.before.take().unwrap_or_else(|| self.known.borrow().clone());
        let there = self.make_list_again(&known).await;
        match there {
            Ok(there) => {
                let lost =
                    known.into_iter().filter(|(id, entry)| entry.is_there() && !there.contains_key(id));
                self.lost.extend(lost.map(|(_, entry)| entry.name));
                self.list_changed().await;
                Ok(())
            }
            Err(failure) => {
                self.before = Some(known);
                Err(failure)
            }
        }
    }

    /// Opens the list again, with the open workspace on it as it was `before`; what is on it.
    async fn make_list_again(&mut self, before: &Entries) -> Result<Entries, Failure> {
        self.workspaces = None;
        self.list_workspaces().await;
        let (Some(open), Some(workspaces)) = (&self.open, &self.workspaces) else {
            return Err(Failure::Other("the list of workspaces cannot be opened".to_owned()));
        };
        let id = open.workspace();
        let is_new = workspaces.add(id, clock::wall_ms()).await?;
        if let Some(entry) = before.get(id).filter(|_| is_new) {
            workspaces.put(id, entry).await?;
        }
        workspaces.entries().await
    }

    /// Tells the page where everything was written again, and what is gone.
    pub(super) async fn tell_rewritten(&mut self) {
        let Some(open) = &mut self.open else { return };
        let is_rewritten = open.take_rewritten().await;
        if !is_rewritten && self.lost.is_empty() {
            return;
        }
        let lost: Vec<String> =
            std::mem::take(&mut self.lost).iter().map(|name| format!("“{name}”")).collect();
        let report = match lost.join(", ") {
            lost if lost.is_empty() => {
                "The browser deleted what was stored of this workspace while it was open. Everything was \
                 still in memory, and is stored again: nothing is lost."
                    .to_owned()
            }
            lost => format!(
                "The browser deleted what was stored of all workspaces. Everything of this one was still in memory, and is stored \
                 again: nothing of it is lost. Those that were not open are gone: {lost}."
            ),
        };
        self.told_on(vec![report]).await;
    }

    /// Hears from now on when the list of workspaces is closed: its database may be deleted after that of the open one.
    pub(super) fn listen_to_list(&mut self) {
        let commands = self.commands.clone();
        if let Some(workspaces) = &mut self.workspaces {
            // The loop lives as long as the list is open.
            workspaces.listen(move || drop(commands.unbounded_send(Command::Closed(Closed::Lost))));
        }
    }

    /// Puts a workspace that was opened on the list. The sentences say what went wrong: it could not be, or nothing is stored of it any
    /// more.
    pub(super) async fn list_opened(&mut self, workspace: &str, opening: Opening) -> Option<String> {
        let is_expected = self.expected.take_if(|expected| expected == workspace).is_some();
        match self.workspaces.as_ref()?.add(workspace, clock::wall_ms()).await {
            Err(failure) => Some(format!(
                "The workspace could not be put on the list of workspaces. {}",
                failure.sentence()
            )),
            Ok(is_new) => (is_new && is_expected && opening.is_of_nothing()).then(|| {
                format!(
                    "The browser has deleted what was stored of “{workspace}”, and of every other workspace here: it does so where \
                     the disk is full, or where somebody clears its data. The workspace begins anew."
                )
            }),
        }
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
        (self.post)(FromWorker::Reply { id, now_ms, result, events: Happened::default() });
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
