//! Loading a document, wherever the reader goes meanwhile: a sample, a file, a link.
//!
//! Owns the one loading that can be under way. It never overwrites: a document whose tables are there already is only
//! loaded into a new workspace. A cancelled loading takes away the tables that it made.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::future::{AbortHandle, abortable};
use yew::prelude::*;

use super::{
    Api, saved, set_saved, use_client, use_notices, use_requests, use_route, use_session, use_tables,
};
use crate::client::transfer::{LoadError, await_active, load};
use crate::share::Document;
use crate::state::loading::{Loading, LoadingAction};
use crate::state::notice::{Level, NoticeAction};
use crate::state::requests::{RequestsAction, SavedRequest};
use crate::state::route::{Page, Route};

/// Where a document goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Into the open workspace, beside what it holds.
    Here,
    /// Into a new workspace of the document's name.
    NewWorkspace,
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
    let (requests, notices) = (use_requests().dispatcher(), use_notices().dispatcher());
    let state = use_reducer(Loading::default);
    let running: Running = use_mut_ref(|| None);
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
        let session = session.clone();
        Callback::from(move |(document, destination): (Rc<Document>, Destination)| {
            if busy {
                return;
            }
            let clash = document
                .tables
                .iter()
                .any(|table| table["TableName"].as_str().is_some_and(|name| tables.get(name).is_some()));
            let elsewhere = destination == Destination::NewWorkspace || clash;
            let title = document.name.clone();
            let workspace = match elsewhere {
                true => free_name(&title, &session.workspaces),
                false => session.workspace.clone(),
            };
            if elsewhere {
                api.open_workspace(&workspace);
            }
            loading.dispatch(LoadingAction::Started(title));
            let work = Work { api: api.clone(), loading: loading.clone(), document };
            let (requests, notices) = (requests.clone(), notices.clone());
            let (go, from) = (route.go.clone(), route.route.clone());
            let now_ms = (!elsewhere).then_some(session.now_ms);
            work.start(running.clone(), workspace.clone(), now_ms, move |document| {
                offer_first(&workspace, &document);
                requests.dispatch(RequestsAction::Loaded(saved_requests(&document)));
                notices.dispatch(NoticeAction::Say(Level::Done, loaded_sentence(&document)));
                // Who went elsewhere meanwhile stays there.
                if Route::parse(&gloo::utils::window().location().search().unwrap_or_default()) == from {
                    let table = document.tables.first().and_then(|table| table["TableName"].as_str());
                    go.emit(from.at(Page::Query).on(table.map(str::to_owned), None));
                }
            });
        })
    };
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
    format!("{} is loaded: {items} items, {requests} saved requests.", document.name)
}

fn saved_requests(document: &Document) -> Vec<SavedRequest> {
    let printed = document.requests.iter().map(|one| SavedRequest {
        name: one.name.clone(),
        operation: one.operation.clone(),
        request: crate::state::json_text::print(&one.request),
        note: one.note.clone(),
    });
    printed.collect()
}

/// Opens the Query page on the document's first query, where nothing was written there yet.
fn offer_first(workspace: &str, document: &Document) {
    let draft = format!("draft:{workspace}");
    let first = document.requests.iter().find(|one| one.operation == "Query").or(document.requests.first());
    if let (None, Some(first)) = (saved(&draft), first) {
        set_saved(
            &draft,
            &format!("{}\n{}", first.operation, crate::state::json_text::print(&first.request)),
        );
    }
}

/// The workspace that is being loaded into, and the way to stop.
type Running = Rc<RefCell<Option<(String, AbortHandle)>>>;

/// One loading.
struct Work {
    api: Api,
    loading: UseReducerDispatcher<Loading>,
    document: Rc<Document>,
}

impl Work {
    /// Runs until it is done, refused or aborted. `now_ms` is none where the clock is not known yet.
    fn start(
        self,
        running: Running,
        workspace: String,
        now_ms: Option<u64>,
        done: impl FnOnce(Rc<Document>) + 'static,
    ) {
        let Work { api, loading, document } = self;
        let work = {
            let (api, loading, document) = (api.clone(), loading.clone(), document.clone());
            async move {
                // A new workspace's clock comes with its first answer.
                let now_ms = match now_ms {
                    Some(now_ms) => now_ms,
                    None => api.call("ListTables", "{}").await.now_ms,
                };
                let progress = |done, total| loading.dispatch(LoadingAction::Progress(done, total));
                load(&api, &document, now_ms, progress).await
            }
        };
        let (work, handle) = abortable(work);
        *running.borrow_mut() = Some((workspace, handle));
        wasm_bindgen_futures::spawn_local(async move {
            match work.await {
                Ok(Ok(())) => {
                    done(document);
                    loading.dispatch(LoadingAction::Ended);
                }
                Ok(Err(LoadError { operation, table, error })) => {
                    loading.dispatch(LoadingAction::Failed { operation, table, error });
                }
                // Another workspace was opened meanwhile: there is nothing to take back in that one.
                Err(_) if running.borrow().is_none() => loading.dispatch(LoadingAction::Ended),
                Err(_) => {
                    loading.dispatch(LoadingAction::Undo);
                    take_back(&api, &document).await;
                    loading.dispatch(LoadingAction::Ended);
                }
            }
            running.borrow_mut().take();
        });
    }
}

/// Deletes the document's tables; there were none of these names before.
async fn take_back(api: &Api, document: &Document) {
    for table in &document.tables {
        let Some(name) = table["TableName"].as_str() else { continue };
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
