//! A document that was being loaded when its tab was closed: what there is of it goes at the next opening.
//!
//! Owns the mark, kept beside the workspace while a document is being loaded into it. Takes away only what the mark names:
//! tables of names that were free before, with their patterns, entities and traffic, or the workspace that was made for them.

use std::rc::Rc;

use serde::{Deserialize, Serialize};
use yew::prelude::*;

use super::{Running, take_back};
use crate::hooks::{Api, Sessions, forget, saved, set_saved};
use crate::protocol::traffic::Workload;
use crate::share::Document;
use crate::state::loading::{Loading, LoadingAction};
use crate::state::notice::{Level, NoticeAction, Notices};

/// What is being loaded into a workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Mark {
    /// The document's name.
    name: String,
    /// Its tables.
    tables: Vec<String>,
    /// Whether the workspace was made for it.
    made: bool,
}

fn key(workspace: &str) -> String {
    format!("loading:{workspace}")
}

/// The names of a document's tables.
pub fn names(document: &Document) -> Vec<String> {
    let names = document.tables.iter().filter_map(|table| table["TableName"].as_str());
    names.map(str::to_owned).collect()
}

/// A document begins to be loaded into the workspace, which was `made` for it or was there before.
pub fn mark(workspace: &str, document: &Document, made: bool) {
    let mark = Mark { name: document.name.clone(), tables: names(document), made };
    if let Ok(text) = serde_json::to_string(&mark) {
        set_saved(&key(workspace), &text);
    }
}

/// It is there, or taken back.
pub fn unmark(workspace: &str) {
    forget(&key(workspace));
}

/// Takes away what a closed tab left half done in the workspace that is opened.
#[hook]
pub fn use_recovery(
    api: &Api,
    session: &Sessions,
    recipes: &Rc<Vec<Workload>>,
    running: &Running,
    loading: UseReducerDispatcher<Loading>,
    notices: UseReducerDispatcher<Notices>,
) {
    let (api, running, model) = (api.clone(), running.clone(), session.model.clone());
    let recipes = recipes.clone();
    let deps = (session.opened, session.is_ready(), session.workspace.clone());
    use_effect_with(deps, move |(_, ready, workspace)| {
        if !ready || running.borrow().is_some() {
            return;
        }
        let mark = saved(&key(workspace)).and_then(|text| serde_json::from_str::<Mark>(&text).ok());
        let Some(mark) = mark else { return };
        let (workspace, model, recipes) = (workspace.clone(), model.clone(), recipes.clone());
        loading.dispatch(LoadingAction::Started(mark.name.clone()));
        loading.dispatch(LoadingAction::Undo);
        wasm_bindgen_futures::spawn_local(async move {
            match mark.made {
                true => api.delete_workspace(&workspace),
                false => {
                    take_back(&api, &mark.tables).await;
                    // What could not be stored is there as long as the page.
                    drop(api.keep_model(model.without(&mark.tables)).await);
                    let asks = |one: &&Workload| one.tables().iter().any(|table| mark.tables.contains(table));
                    let left: Vec<Workload> = recipes.iter().filter(|one| !asks(one)).cloned().collect();
                    if left.len() < recipes.len() {
                        drop(api.keep_recipes(left).await);
                    }
                }
            }
            unmark(&workspace);
            loading.dispatch(LoadingAction::Ended);
            notices.dispatch(NoticeAction::Say(
                Level::Done,
                format!(
                    "“{}” was being loaded when its tab was closed: the half that was there is taken away.",
                    mark.name
                ),
            ));
        });
    });
}
