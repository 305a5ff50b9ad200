//! Loading a document, wherever the reader goes meanwhile: a sample, a file, a link.
//!
//! Owns the one loading that can be under way. It never overwrites: a document whose tables are there already is only
//! loaded into a new workspace. A cancelled loading takes away the tables that it made.

mod half;
mod sample;

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::future::{AbortHandle, abortable};
use yew::prelude::*;

use super::browser::requests_key;
use super::clock::monotonic_ms;
use super::{
    Api, FIRST_WORKSPACE, draft_key, saved, set_saved, use_client, use_clock, use_heat, use_notices,
    use_requests, use_route, use_session, use_tables,
};
use crate::client::transfer::{LoadError, Wire, await_active, load};
use crate::protocol::ClientError;
use crate::protocol::embed::autorun;
use crate::protocol::timeline::Replayed;
use crate::share::{self, Document};
use crate::state::loading::{Loading, LoadingAction};
use crate::state::notice::{Level, NoticeAction, Notices};
use crate::state::requests::{Requests, RequestsAction, SavedRequest};
use crate::state::route::{Page, Route};

/// Where a document goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Into the open workspace, beside what it holds.
    Here,
    /// The same, and the reader stays where they are.
    HereAndStay,
    /// Into a new workspace of the document's name.
    NewWorkspace,
    /// The same, and the reader stays where they are.
    NewWorkspaceAndStay,
}

impl Destination {
    /// Whether the page stays what it is.
    fn stays(self) -> bool {
        matches!(self, Destination::HereAndStay | Destination::NewWorkspaceAndStay)
    }

    /// Whether it is a new workspace, whatever the open one holds.
    fn is_new(self) -> bool {
        matches!(self, Destination::NewWorkspace | Destination::NewWorkspaceAndStay)
    }
}

/// Loads documents.
#[derive(Clone, PartialEq)]
pub struct Loader {
    /// How far it is.
    pub state: UseReducerHandle<Loading>,
    /// Load this. Nothing happens while another is under way.
    pub load: Callback<(Rc<Document>, Destination)>,
    /// Stop, and take away what was made.
    pub cancel: Callback<()>,
    /// The failure was read.
    pub dismiss: Callback<()>,
}

/// The provider's children.
#[derive(Properties, PartialEq)]
pub struct LoadingProps {
    /// Who may use the hook.
    pub children: Html,
}

/// Provides the loader; stands inside the slices' provider.
#[component]
pub fn LoadingProvider(props: &LoadingProps) -> Html {
    let loader = use_loader_provider();
    html! { <ContextProvider<Loader> context={loader}>{ props.children.clone() }</ContextProvider<Loader>> }
}

/// The loader.
#[hook]
pub fn use_loader() -> Loader {
    use_context::<Loader>().expect("the page stands inside LoadingProvider")
}

/// The first of these names that is free: `Orders`, `Orders 2`…
pub fn free_name(wanted: &str, taken: &[String]) -> String {
    let wanted = if wanted.trim().is_empty() { "Shared design" } else { wanted.trim() };
    let numbered = (2..).map(|number| format!("{wanted} {number}"));
    let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
    names.find(|name| !taken.contains(name)).unwrap_or_default()
}

#[hook]
fn use_loader_provider() -> Loader {
    let (api, session, tables, route) = (use_client(), use_session(), use_tables(), use_route());
    let (clock, heat) = (use_clock(), use_heat());
    let (requests, notices) = (use_requests().dispatcher(), use_notices().dispatcher());
    let state = use_reducer(Loading::default);
    let running: Running = use_mut_ref(|| None);
    let notices_again = notices.clone();
    {
        // What is loaded stays with its workspace: it stops where another one is opened.
        let running = running.clone();
        use_effect_with(session.workspace.clone(), move |workspace| {
            let elsewhere = running.borrow().as_ref().is_some_and(|(target, _)| target != workspace);
            if elsewhere && let Some((_, handle)) = running.borrow_mut().take() {
                handle.abort();
            }
        });
    }
    let load = {
        let (running, loading, busy) = (running.clone(), state.dispatcher(), state.is_busy());
        let (session, clock, api, heat) = (session.clone(), clock.clone(), api.clone(), heat.clone());
        Callback::from(move |(document, destination): (Rc<Document>, Destination)| {
            // The state that was drawn last may not have it yet.
            if busy || running.borrow().is_some() {
                return;
            }
            let clash = document
                .tables
                .iter()
                .any(|table| table["TableName"].as_str().is_some_and(|name| tables.get(name).is_some()));
            let replays = !document.history.is_empty();
            let elsewhere = destination.is_new() || clash || replays;
            loading.dispatch(LoadingAction::Started(free_name(&document.name, &[])));
            // Nothing is loaded into the past.
            let api = api.of_document().back_to_live();
            let api = if destination == Destination::HereAndStay { api.unasked() } else { api };
            let work = Work {
                api: api.clone(),
                loading: loading.clone(),
                notices: notices.clone(),
                document,
                running: running.clone(),
            };
            let (requests, notices) = (requests.clone(), notices.clone());
            // A new workspace has none of its own.
            let recipes = if elsewhere { Rc::default() } else { heat.recipes.clone() };
            let model = if elsewhere { Rc::default() } else { session.model.clone() };
            let keeping = api.clone();
            // The step back would lead into the workspace that was open before, which the address does not name.
            let go = if elsewhere { route.replace.clone() } else { route.go.clone() };
            let (from, replace) = (route.route.clone(), route.replace.clone());
            let former = session.workspace.clone();
            let place = match elsewhere {
                true => Place::New { taken: session.taken(), former: former.clone() },
                false => Place::Open { now_ms: clock.at(monotonic_ms()) },
            };
            work.start(former, place, move |workspace, document| {
                offer(&workspace, first_request(&document, elsewhere));
                // Who went elsewhere meanwhile stays there.
                let here = || Route::parse(&gloo::utils::window().location().search().unwrap_or_default());
                let mut runs = None;
                if here() == from && !destination.stays() {
                    // The draft follows the table and index that the address names.
                    let first = first_request(&document, elsewhere).map(|first| &first.request);
                    let named = |member: &str| first?[member].as_str().map(str::to_owned);
                    let table = document.tables.first().and_then(|table| table["TableName"].as_str());
                    let table = named("TableName").or(table.map(str::to_owned));
                    let page =
                        if from.embed() || !document.history.is_empty() { from.page } else { Page::Query };
                    let to = from.at(page).on(table, named("IndexName"));
                    // The first request is shown, and sent where the document wants it.
                    let to = if page == Page::Query { to.with("op", Some(String::new())) } else { to };
                    let asked = autorun(&from);
                    runs = asked.then_some(page).filter(|page| *page != Page::Query);
                    let now = asked && runs.is_none();
                    go.emit(if now { to.with("run", Some(String::new())) } else { to });
                }
                async move {
                    // What could not be stored is there as long as the page.
                    if !document.recipes.is_empty() {
                        let own = document.recipes.iter().rev();
                        let all = own.fold((*recipes).clone(), |all, one| one.in_front_of(&all));
                        drop(keeping.keep_recipes(all).await);
                    }
                    let told = document.model();
                    if !told.is_empty() {
                        drop(keeping.keep_model(model.with(&told)).await);
                    }
                    // Whoever is told that it is there may leave at once: nothing of it is half.
                    half::unmark(&workspace);
                    requests.dispatch(RequestsAction::Loaded(saved_requests(&document)));
                    notices.dispatch(NoticeAction::Say(Level::Done, loaded_sentence(&document)));
                    // The page has what it shows by now.
                    if runs == Some(here().page) {
                        replace.emit(here().with("run", Some(String::new())));
                    }
                }
            });
        })
    };
    half::use_recovery(&api, &session, &heat.recipes, &running, state.dispatcher(), notices_again);
    let cancel = {
        let running = running.clone();
        use_callback((), move |(), ()| {
            if let Some((_, handle)) = &*running.borrow() {
                handle.abort();
            }
        })
    };
    let dismiss = {
        let loading = state.dispatcher();
        use_callback((), move |(), ()| loading.dispatch(LoadingAction::Ended))
    };
    Loader { state, load, cancel, dismiss }
}

fn loaded_sentence(document: &Document) -> String {
    let items: usize = document.items.values().map(Vec::len).sum();
    let requests = document.requests.len();
    if !document.history.is_empty() {
        return format!(
            "{} is as it was: {} requests were sent again.",
            document.name,
            document.history.len()
        );
    }
    format!("{} is loaded: {items} items, {requests} saved requests.", document.name)
}

/// The requests that a document has saved, as the page keeps them.
pub fn saved_requests(document: &Document) -> Vec<SavedRequest> {
    let printed = document.requests.iter().map(|one| SavedRequest {
        name: one.name.clone(),
        operation: one.operation.clone(),
        request: crate::state::json_text::print(&one.request),
        note: one.note.clone(),
    });
    printed.collect()
}

/// Opens the Query page on this request, where nothing was written there yet.
fn offer(workspace: &str, request: Option<&share::SavedRequest>) {
    let draft = draft_key(workspace);
    if let (None, Some(first)) = (saved(&draft), request) {
        set_saved(
            &draft,
            &format!("{}\n{}", first.operation, crate::state::json_text::print(&first.request)),
        );
    }
}

/// The request that a document shows first: its own first one in a workspace of its own, a query beside what is there already.
fn first_request(document: &Document, alone: bool) -> Option<&share::SavedRequest> {
    let query = document.requests.iter().find(|one| one.operation == "Query");
    query.filter(|_| !alone).or(document.requests.first())
}

/// The workspace that is being loaded into, and the way to stop.
type Running = Rc<RefCell<Option<(String, AbortHandle)>>>;

/// Where one loading goes.
enum Place {
    /// Into the open workspace, whose clock this is.
    Open { now_ms: u64 },
    /// Into a new one, whose name is none of these; and the one that is open before.
    New { taken: Vec<String>, former: String },
}

/// One loading.
struct Work {
    api: Api,
    loading: UseReducerDispatcher<Loading>,
    notices: UseReducerDispatcher<Notices>,
    document: Rc<Document>,
    running: Running,
}

impl Work {
    /// Runs until it is done, refused or aborted. `workspace` is the open one.
    fn start<F: Future<Output = ()> + 'static>(
        self,
        workspace: String,
        place: Place,
        done: impl FnOnce(String, Rc<Document>) -> F + 'static,
    ) {
        let Work { api, loading, notices, document, running } = self;
        // The workspace that was made, and the one that was open before.
        let made = Rc::new(RefCell::new(None::<(String, String)>));
        let marked = Rc::new(RefCell::new(None::<String>));
        let work = {
            let marked = marked.clone();
            let (api, loading, document) = (api.clone(), loading.clone(), document.clone());
            let (made, running, open) = (made.clone(), running.clone(), workspace.clone());
            async move {
                let mut made_new = false;
                let (workspace, now_ms) = match place {
                    Place::Open { now_ms } => (open, now_ms),
                    Place::New { taken, former } => {
                        let unused = is_unused(&api, &former).await;
                        let (name, now_ms) = new_workspace(&api, &running, &document, taken).await?;
                        if unused {
                            api.delete_workspace(&former);
                        }
                        made_new = true;
                        *made.borrow_mut() = Some((name.clone(), former));
                        (name, now_ms)
                    }
                };
                *marked.borrow_mut() = Some(workspace.clone());
                half::mark(&workspace, &document, made_new);
                let progress = |done, total| loading.dispatch(LoadingAction::Progress(done, total));
                if !document.history.is_empty() {
                    let replayed = api.replay(document.history.clone()).await;
                    let failed =
                        |error| LoadError { operation: "Replay".into(), table: String::new(), error };
                    let Replayed { differs } = replayed.map_err(failed)?;
                    if let Some(operation) = differs {
                        let said = format!(
                            "This link sends its requests again, and from a {operation} on they came to other events than when it \
                             was made: another version of Dynascope made it. What you see may differ from what was shown."
                        );
                        notices.dispatch(NoticeAction::Say(Level::Failed, said));
                    }
                    return Ok(workspace);
                }
                load(&api, &document, now_ms, progress).await?;
                if let Some(seed) = document.sample_seed {
                    sample::write(&api, &document.entities, seed, now_ms, progress).await?;
                }
                Ok(workspace)
            }
        };
        let (work, handle) = abortable(work);
        *running.borrow_mut() = Some((workspace, handle));
        wasm_bindgen_futures::spawn_local(async move {
            let ended = work.await;
            let made = made.take();
            // What is undone goes back to the workspace that was open before; that is no reason to stop anything.
            let overtaken = running.borrow_mut().take().is_none();
            let marked = marked.take();
            match ended {
                Ok(Ok(workspace)) => {
                    done(workspace, document).await;
                    loading.dispatch(LoadingAction::Ended);
                }
                Ok(Err(LoadError { operation, table, error })) => {
                    let undone = made.is_some();
                    if let Some((name, former)) = made {
                        api.open_workspace(&former);
                        api.delete_workspace(&name);
                    }
                    loading.dispatch(LoadingAction::Failed { operation, table, error, undone });
                }
                // Another workspace was opened meanwhile: there is nothing to take back in that one.
                Err(_) if overtaken => {
                    if let Some((name, _)) = made {
                        api.delete_workspace(&name);
                    }
                    loading.dispatch(LoadingAction::Ended);
                }
                Err(_) => {
                    loading.dispatch(LoadingAction::Undo);
                    match made {
                        Some((name, former)) => {
                            api.open_workspace(&former);
                            api.delete_workspace(&name);
                        }
                        None => take_back(&api, &half::names(&document)).await,
                    }
                    loading.dispatch(LoadingAction::Ended);
                }
            }
            if let Some(workspace) = marked {
                half::unmark(&workspace);
            }
        });
    }
}

/// Whether the open workspace is the one that nobody asked for, with nothing in it: then it makes room for a new one.
async fn is_unused(api: &Api, workspace: &str) -> bool {
    let kept = saved(&requests_key(workspace)).and_then(|text| serde_json::from_str::<Requests>(&text).ok());
    if workspace != FIRST_WORKSPACE || !kept.unwrap_or_default().saved.is_empty() {
        return false;
    }
    let list = api.look("ListTables", &serde_json::json!({})).await;
    list.is_some_and(|list| list["TableNames"].as_array().is_some_and(Vec::is_empty))
}

/// So many names are tried: another tab can have taken one since the list was read.
const NAMES_TRIED: usize = 20;

/// Opens a workspace that is new and empty; the document's first request stands ready in it. Gives its name and its clock.
async fn new_workspace(
    api: &Api,
    running: &Running,
    document: &Document,
    mut taken: Vec<String>,
) -> Result<(String, u64), LoadError> {
    let mut tries = 0;
    loop {
        let name = free_name(&document.name, &taken);
        offer(&name, first_request(document, true));
        if let Some((target, _)) = &mut *running.borrow_mut() {
            target.clone_from(&name);
        }
        api.open_workspace(&name);
        // A glance: nothing has happened there yet.
        let reply = Wire::call(&api.quiet(), "ListTables", "{}".to_owned()).await;
        let error = match reply.result.map(|body| serde_json::from_str::<serde_json::Value>(&body)) {
            Ok(Ok(body)) if body["TableNames"].as_array().is_some_and(Vec::is_empty) => {
                return Ok((name, reply.now_ms));
            }
            Ok(_) => ClientError::Protocol { message: format!("The workspace “{name}” is not empty.") },
            Err(error) => error,
        };
        taken.push(name);
        tries += 1;
        if tries == NAMES_TRIED {
            return Err(LoadError { operation: "ListTables".into(), table: String::new(), error });
        }
    }
}

/// Deletes a document's tables; there were none of these names before.
async fn take_back(api: &Api, tables: &[String]) {
    for name in tables {
        // A table that is being created cannot be deleted yet; one that is not there need not be.
        if await_active(api, name).await.is_ok() {
            let request = serde_json::json!({ "TableName": name });
            drop(api.call("DeleteTable", request.to_string()).await);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_workspace_takes_a_free_name() {
        let taken = ["Orders".to_owned(), "Orders 2".to_owned()];
        assert_eq!(free_name("Orders", &taken), "Orders 3");
        assert_eq!(free_name("Users", &taken), "Users");
        assert_eq!(free_name(" ", &[]), "Shared design");
    }
}
