//! The list of workspaces, as the page asks for it, and the beginning and end of long work on a whole one.
//!
//! Owns what is on the list while this session runs, and which work is under way. A workspace that another tab has open is neither
//! renamed nor deleted under it. What was deleted goes for good when it can no longer be put back; what was not finished, by a tab
//! that went in the middle, goes at the next look at the list.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use web_sys::Blob;

use super::{Command, Session};
use crate::protocol::frames::Arrived;
use crate::protocol::retry::Fate;
use crate::protocol::tabs::Says;
use crate::protocol::workspaces::{Made, WorkspaceAsk, WorkspaceEntry};
use crate::protocol::{ClientError, FromWorker, Happened, ToWorker};
use crate::share::archive::Head;
use crate::worker::channel::OF_ALL;
use crate::worker::files::{self, Ended, Origin, Place, Work};
use crate::worker::leader::{self, Lock};
use crate::worker::workspaces::{Entries, Entry, UNDO_MS, Workspaces, checked_name, free_id, free_name};
use crate::worker::{clock, database, journal, stored};

/// What a workspace is called that is made because none is left.
const ANOTHER: &str = "My workspace";

/// Long work that is under way, by its ask's id.
#[derive(Default)]
pub(super) struct Working(BTreeMap<u64, Under>);

/// A piece of it.
struct Under {
    /// Set where it is to stop.
    stopped: Rc<Cell<bool>>,
    /// The lock of the workspace that is being made.
    lock: Option<Lock>,
}

impl Working {
    /// Whether somebody reads what is stored, so that no snapshot may take its place.
    pub(super) fn holds_snapshots(&self) -> bool {
        !self.0.is_empty()
    }
}

/// Work that has ended.
pub struct Worked {
    id: u64,
    /// The workspace that was to be made, where one was.
    workspace: Option<String>,
    ended: Ended,
}

/// Why an ask is refused.
fn refused(message: impl Into<String>) -> ClientError {
    ClientError::Protocol { message: message.into() }
}

fn json<T: serde::Serialize>(answer: &T) -> String {
    serde_json::to_string(answer).expect("an answer is plain data")
}

impl Session {
    /// Opens the list of workspaces, where the browser lets it.
    pub(super) async fn list_workspaces(&mut self) {
        if self.workspaces.is_none() && !self.sandbox {
            self.workspaces = Workspaces::open().await.ok();
            self.listen_to_list();
            self.all = self.channel(OF_ALL);
            wasm_bindgen_futures::spawn_local(clear_away());
        }
    }

    /// Everything on the list, and what is open whether or not it is there.
    async fn entries(&self) -> Entries {
        let mut entries = match &self.workspaces {
            Some(workspaces) => match workspaces.entries().await {
                Ok(entries) => {
                    self.known.replace(entries.clone());
                    entries
                }
                Err(_) => Entries::new(),
            },
            None => Entries::new(),
        };
        entries.extend(self.passing.clone());
        let open = self.open.as_ref().map(|open| open.workspace());
        let following = self.following.as_ref().map(|following| following.workspace());
        for id in self.parked.keys().map(String::as_str).chain(open).chain(following) {
            entries.entry(id.to_owned()).or_insert_with(|| Entry { name: id.to_owned(), ..Entry::default() });
        }
        entries
    }

    /// Whether no new workspace can have that id.
    pub(super) async fn is_taken(&self, id: &str) -> bool {
        self.entries().await.contains_key(id)
    }

    /// The ids of all workspaces, sorted.
    pub(super) async fn names(&self) -> Vec<String> {
        self.entries().await.into_iter().filter(|(_, entry)| entry.is_there()).map(|(id, _)| id).collect()
    }

    /// Tells the page the list; gives the ids of those that are there.
    pub(super) async fn tell_list(&self) -> Vec<String> {
        let (there, gone): (Vec<_>, Vec<_>) =
            self.entries().await.into_iter().partition(|(_, entry)| entry.is_there());
        let names: BTreeMap<String, String> = there.into_iter().map(|(id, entry)| (id, entry.name)).collect();
        let ids = names.keys().cloned().collect();
        (self.post)(FromWorker::List { names, deleted: gone.into_iter().map(|(id, _)| id).collect() });
        ids
    }

    /// Tells the page the list, which has changed, and every other tab that it did.
    pub(super) async fn list_changed(&self) {
        self.tell_list().await;
        if let Some(all) = &self.all {
            all.say(&Says::Listed);
        }
    }

    async fn keep_entry(&mut self, id: &str, entry: Entry) -> Result<(), ClientError> {
        match &self.workspaces {
            None => drop(self.passing.insert(id.to_owned(), entry)),
            Some(workspaces) => {
                let kept = workspaces.put(id, &entry).await;
                kept.map_err(|failure| ClientError::Storage { message: failure.sentence() })?;
            }
        }
        Ok(())
    }

    async fn drop_entry(&mut self, id: &str) {
        self.passing.remove(id);
        if let Some(workspaces) = &self.workspaces {
            // What stays on the list unfinished is cleared away later.
            let _ = workspaces.remove(id).await;
        }
    }

    /// Answers an ask that brought a file.
    pub(super) async fn receive_file(&mut self, message: Result<Arrived, String>, file: Blob) {
        let Some(mut message) = self.read(message).await else { return };
        self.router.borrow_mut().enter(None, &mut message, Fate::Undecided);
        match message {
            ToWorker::Workspaces { id, ask: WorkspaceAsk::Import { name } } => {
                let begun = self.begin_import(id, &name, file).await;
                self.answer_refusal(id, begun);
            }
            _ => {
                self.fault("The page sent a file that nothing asks for. Reload the page to go on.".to_owned())
            }
        }
    }

    /// Answers an ask.
    pub(super) async fn ask_workspaces(&mut self, id: u64, ask: WorkspaceAsk) {
        self.list_workspaces().await;
        let answered = match ask {
            WorkspaceAsk::List => Ok(json(&self.listed().await)),
            WorkspaceAsk::Create { name } => self.create(&name).await.map(|made| json(&made)),
            WorkspaceAsk::Rename { workspace, name } => self.rename(&workspace, &name).await,
            WorkspaceAsk::Delete { workspace } => self.set_aside(workspace).await,
            WorkspaceAsk::PutBack { workspace } => self.put_back(&workspace).await,
            WorkspaceAsk::Discard { workspace } => self.discard(&workspace).await,
            WorkspaceAsk::Stop { of } => {
                let of = self.router.borrow().number_of(of);
                if let Some(under) = of.and_then(|of| self.working.0.get(&of)) {
                    under.stopped.set(true);
                }
                Ok("{}".to_owned())
            }
            WorkspaceAsk::Duplicate { workspace, name } => {
                let begun = self.begin_copy(id, &workspace, &name).await;
                return self.answer_refusal(id, begun);
            }
            WorkspaceAsk::Export { workspace, requests } => {
                let begun = self.begin_export(id, &workspace, requests).await;
                return self.answer_refusal(id, begun);
            }
            WorkspaceAsk::Import { .. } => Err(refused("No file came with the message.")),
        };
        self.answer(id, answered);
    }

    fn answer(&self, id: u64, result: Result<String, ClientError>) {
        let now_ms = self.open.as_ref().map_or(0, |open| open.clock().now_ms);
        (self.post)(FromWorker::Reply { id, now_ms, result, events: Happened::default() });
    }

    /// Work that began is answered at its end.
    fn answer_refusal(&self, id: u64, begun: Result<(), ClientError>) {
        if let Err(error) = begun {
            self.answer(id, Err(error));
        }
    }

    async fn listed(&self) -> Vec<WorkspaceEntry> {
        let mut list = Vec::new();
        let now_ms = clock::wall_ms();
        if self.workspaces.is_some() {
            wasm_bindgen_futures::spawn_local(clear_away());
        }
        for (workspace, entry) in self.entries().await {
            if entry.is_over(now_ms) {
                continue;
            }
            let in_memory = self.workspaces.is_none() || self.parked.contains_key(&workspace);
            let bytes = if in_memory { None } else { stored::stored_bytes(&workspace).await.ok() };
            list.push(WorkspaceEntry {
                lapses_ms: entry.lapses_ms(),
                name: entry.name,
                made_ms: entry.made_ms,
                bytes,
                workspace,
            });
        }
        list
    }

    async fn create(&mut self, name: &str) -> Result<Made, ClientError> {
        let name = checked_name(name).map_err(refused)?;
        let entries = self.entries().await;
        let workspace = free_id(&entries, &name);
        let name = free_name(&entries, &name, None);
        let entry = Entry { name: name.clone(), made_ms: clock::wall_ms(), ..Entry::default() };
        self.keep_entry(&workspace, entry).await?;
        self.list_changed().await;
        self.switch(workspace.clone(), Vec::new()).await;
        Ok(Made { workspace, name, ..Made::default() })
    }

    async fn rename(&mut self, workspace: &str, name: &str) -> Result<String, ClientError> {
        let name = checked_name(name).map_err(refused)?;
        let entries = self.entries().await;
        let entry = entries.get(workspace).filter(|entry| entry.is_there()).cloned();
        let entry = entry.ok_or_else(|| refused("There is no such workspace any more."))?;
        if free_name(&entries, &name, Some(workspace)) != name {
            return Err(refused(format!("There is a workspace “{name}” already.")));
        }
        self.keep_entry(workspace, Entry { name, ..entry }).await?;
        self.list_changed().await;
        Ok("{}".to_owned())
    }

    /// Deletes a workspace so that it can be put back. The open one makes room for the first of the others, or for a new one.
    async fn set_aside(&mut self, workspace: String) -> Result<String, ClientError> {
        let entries = self.entries().await;
        let entry = entries.get(&workspace).filter(|entry| entry.is_there()).cloned();
        let entry = entry.ok_or_else(|| refused("There is no such workspace any more."))?;
        let is_open = self.open.as_ref().is_some_and(|open| open.workspace() == workspace);
        let others = if self.sandbox { false } else { leader::others_want(&workspace, is_open).await };
        if others {
            let name = &entry.name;
            return Err(refused(format!(
                "The workspace “{name}” is open in another tab. Close it there, then delete it."
            )));
        }
        if is_open {
            self.close().await;
        }
        let gone = Entry { deleted_ms: Some(clock::wall_ms()), ..entry };
        let kept = self.keep_entry(&workspace, gone).await;
        if !is_open {
            kept?;
            self.list_changed().await;
            return Ok("{}".to_owned());
        }
        if let Err(error) = kept {
            self.switch(workspace, Vec::new()).await;
            return Err(error);
        }
        self.list_changed().await;
        match self.names().await.into_iter().next() {
            Some(next) => self.switch(next, Vec::new()).await,
            None => drop(self.create(ANOTHER).await?),
        }
        Ok("{}".to_owned())
    }

    async fn put_back(&mut self, workspace: &str) -> Result<String, ClientError> {
        let entries = self.entries().await;
        let gone = entries.get(workspace).filter(|entry| entry.deleted_ms.is_some()).cloned();
        let gone = gone.ok_or_else(|| refused("It has been deleted for good meanwhile."))?;
        let name = free_name(&entries, &gone.name, Some(workspace));
        self.keep_entry(workspace, Entry { name: name.clone(), deleted_ms: None, ..gone }).await?;
        self.list_changed().await;
        Ok(json(&Made { workspace: workspace.to_owned(), name, ..Made::default() }))
    }

    async fn discard(&mut self, workspace: &str) -> Result<String, ClientError> {
        let entries = self.entries().await;
        if entries.get(workspace).is_some_and(|entry| entry.is_there()) {
            return Err(refused("It is not deleted."));
        }
        self.parked.remove(workspace);
        if self.workspaces.is_some() {
            let deleted = database::delete(&journal::database_name(workspace)).await;
            deleted.map_err(|message| ClientError::Storage { message })?;
        }
        self.drop_entry(workspace).await;
        self.list_changed().await;
        Ok("{}".to_owned())
    }

    /// Where a workspace is read from: as it stands behind the last answer.
    async fn origin(&mut self, workspace: &str) -> Result<(Origin, String), ClientError> {
        self.settle().await;
        let entries = self.entries().await;
        let entry = entries.get(workspace).filter(|entry| entry.is_there());
        let entry = entry.ok_or_else(|| refused("There is no such workspace any more."))?;
        let open = self.open.as_ref().filter(|open| open.workspace() == workspace && open.is_memory());
        let origin = match (open, self.parked.get(workspace)) {
            (Some(open), _) => Origin::Memory(open.source()),
            (None, Some(parked)) => Origin::Memory(parked.source()),
            (None, None) => Origin::Stored(workspace.to_owned()),
        };
        Ok((origin, entry.name.clone()))
    }

    /// A new workspace, not on the page's list before it is whole.
    async fn place(&mut self, name: &str) -> Result<(Place, String, Option<Lock>), ClientError> {
        let name = checked_name(name).map_err(refused)?;
        let entries = self.entries().await;
        let id = free_id(&entries, &name);
        let made_ms = clock::wall_ms();
        let entry = Entry { name, made_ms, unfinished: true, ..Entry::default() };
        self.keep_entry(&id, entry).await?;
        if self.workspaces.is_none() {
            return Ok((Place::Memory(id.clone()), id, None));
        }
        let lock = leader::try_lock(&id).await;
        let lock = lock.ok_or_else(|| refused("Another tab makes a workspace of that name just now."))?;
        Ok((Place::Stored(id.clone()), id, Some(lock)))
    }

    fn begin_work(&mut self, id: u64, lock: Option<Lock>) -> Work {
        let stopped = Rc::new(Cell::new(false));
        self.working.0.insert(id, Under { stopped: stopped.clone(), lock });
        let post = self.post.clone();
        let progress = move |done, total| post(FromWorker::Progress { id, done, total });
        Work { stopped, progress: Rc::new(progress) }
    }

    fn spawn(&self, id: u64, workspace: Option<String>, work: impl Future<Output = Ended> + 'static) {
        let commands = self.commands.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let ended = work.await;
            // The loop lives as long as the worker does.
            let _ = commands.unbounded_send(Command::Worked(Worked { id, workspace, ended }));
        });
    }

    async fn begin_copy(&mut self, id: u64, workspace: &str, name: &str) -> Result<(), ClientError> {
        let (origin, _) = self.origin(workspace).await?;
        let (place, made, lock) = self.place(name).await?;
        let work = self.begin_work(id, lock);
        self.spawn(id, Some(made), files::duplicate(origin, place, self.config.clone(), work));
        Ok(())
    }

    async fn begin_export(&mut self, id: u64, workspace: &str, requests: String) -> Result<(), ClientError> {
        let (origin, name) = self.origin(workspace).await?;
        let head = Head { name, exported_ms: clock::wall_ms() };
        let work = self.begin_work(id, None);
        self.spawn(id, None, files::export(origin, head, requests, work));
        Ok(())
    }

    async fn begin_import(&mut self, id: u64, name: &str, file: Blob) -> Result<(), ClientError> {
        self.list_workspaces().await;
        let (place, made, lock) = self.place(name).await?;
        let work = self.begin_work(id, lock);
        self.spawn(id, Some(made), files::import(file, place, self.config.clone(), work));
        Ok(())
    }

    /// Takes the end of long work: what was made goes on the list, what was not leaves nothing.
    pub(super) async fn worked(&mut self, worked: Worked) {
        let Worked { id, workspace, ended } = worked;
        // Its lock is held until all of this is done.
        let under = self.working.0.remove(&id);
        let result = match (ended, workspace) {
            (Ended::Exported(exported), _) => Ok(json(&exported)),
            (Ended::Made { name, requests, parked }, Some(workspace)) => {
                self.finish(workspace, name, requests, parked.map(|parked| *parked)).await
            }
            (Ended::Made { .. }, None) => Err(refused("Nothing was to be made.")),
            (ended, workspace) => {
                if let Some(workspace) = workspace {
                    if self.workspaces.is_some() {
                        // What cannot be deleted now is cleared away later.
                        let _ = database::delete(&journal::database_name(&workspace)).await;
                    }
                    self.drop_entry(&workspace).await;
                }
                match ended {
                    Ended::Failed(reason) => Err(refused(reason)),
                    _ => Err(refused(STOPPED)),
                }
            }
        };
        if let Some(lock) = under.and_then(|under| under.lock) {
            lock.free().await;
        }
        self.answer(id, result);
    }

    async fn finish(
        &mut self,
        workspace: String,
        called: Option<String>,
        requests: String,
        parked: Option<super::Parked>,
    ) -> Result<String, ClientError> {
        let entries = self.entries().await;
        let entry = entries.get(&workspace).cloned().unwrap_or_default();
        // What the file says of itself is as good as what somebody types.
        let called =
            called.and_then(|called| checked_name(&called).ok()).unwrap_or_else(|| entry.name.clone());
        let name = free_name(&entries, &called, Some(&workspace));
        if let Some(parked) = parked {
            self.parked.insert(workspace.clone(), parked);
        }
        self.keep_entry(&workspace, Entry { name: name.clone(), unfinished: false, ..entry }).await?;
        self.list_changed().await;
        Ok(json(&Made { workspace, name, requests }))
    }
}

/// What is said of work that was stopped.
const STOPPED: &str = "It was cancelled: nothing of it is left.";

/// Clears away what can no longer be put back, and what was never finished.
async fn clear_away() {
    let Ok(workspaces) = Workspaces::open().await else { return };
    let now_ms = clock::wall_ms();
    let Ok(entries) = workspaces.entries().await else { return };
    // Where no tab can be told to hold what it makes, a day is enough for whatever it is.
    let made = |entry: &Entry| leader::are_known() || entry.made_ms + UNDO_MS < now_ms;
    let over =
        entries.into_iter().filter(|(_, entry)| entry.is_over(now_ms) && (!entry.unfinished || made(entry)));
    for (id, _) in over {
        // A tab that still makes it holds its lock.
        let Some(lock) = leader::try_lock(&id).await else { continue };
        if database::delete(&journal::database_name(&id)).await.is_ok() {
            let _ = workspaces.remove(&id).await;
        }
        lock.free().await;
    }
}
