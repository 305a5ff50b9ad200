//! A sample at a real endpoint: its tables are made there and its items written by the same requests, each write asked for first.
//!
//! Never what only the engine knows (auto scaling, event sources). What is stopped or refused leaves what was written. Its access patterns,
//! entities and saved requests are kept with the workspace, as all that a design says beside its tables.

use std::rc::Rc;

use futures_util::future::{AbortHandle, abortable};
use serde_json::Value;
use yew::prelude::*;

use crate::client::transfer::{LoadError, load};
use crate::components::{Button, ErrorPanel, Progress};
use crate::hooks::{
    saved_requests, use_client, use_notices, use_remote, use_requests, use_route, use_session, use_tables,
};
use crate::share::Document;
use crate::state::notice::{Level, NoticeAction};
use crate::state::requests::RequestsAction;
use crate::state::route::Page;

/// The props of [`LoadThere`].
#[derive(Properties, PartialEq)]
pub struct LoadThereProps {
    /// The sample; none while it is read.
    pub document: Option<Rc<Document>>,
}

#[derive(Clone, PartialEq)]
enum Job {
    Idle,
    Loading(usize, usize),
    Failed(LoadError),
}

/// What of a document any endpoint takes.
fn plain(document: &Document) -> Document {
    let mut plain = Document { event_sources: Vec::new(), ..document.clone() };
    for table in plain.tables.iter_mut().filter_map(Value::as_object_mut) {
        table.remove("AutoScaling");
    }
    plain
}

/// The buttons of a sample while a real endpoint is connected.
#[component]
pub fn LoadThere(props: &LoadThereProps) -> Html {
    let (api, remote, session, tables, route) =
        (use_client(), use_remote(), use_session(), use_tables(), use_route());
    let (notices, requests) = (use_notices().dispatcher(), use_requests().dispatcher());
    let job = use_state_eq(|| Job::Idle);
    let running = use_mut_ref(|| None::<AbortHandle>);
    let url = remote.connection.as_ref().map(|connection| connection.endpoint.url()).unwrap_or_default();
    let name = |table: &Value| table["TableName"].as_str().map(str::to_owned);
    let names: Vec<String> =
        props.document.iter().flat_map(|one| one.tables.iter().filter_map(name)).collect();
    let here = names.iter().find(|name| tables.get(name).is_some()).cloned();
    let onload = {
        let (document, job, running) = (props.document.clone(), job.setter(), running.clone());
        let (local, model, url) = (remote.local.clone(), session.model.clone(), url.clone());
        let refresh = remote.refresh.clone();
        Callback::from(move |()| {
            let Some(document) = document.clone() else { return };
            job.set(Job::Loading(0, 1));
            let (api, local, job, model) = (api.clone(), local.clone(), job.clone(), model.clone());
            let (notices, requests, url, over) =
                (notices.clone(), requests.clone(), url.clone(), running.clone());
            let refresh = refresh.clone();
            let (work, handle) = abortable(async move {
                let progress = |done, total| job.set(Job::Loading(done, total));
                // An endpoint has the time of the wall.
                let ended = load(&api, &plain(&document), js_sys::Date::now() as u64, progress).await;
                over.borrow_mut().take();
                // The items are counted anew.
                refresh.emit(());
                match ended {
                    Err(failed) => job.set(Job::Failed(failed)),
                    Ok(()) => {
                        requests.dispatch(RequestsAction::Loaded(saved_requests(&document)));
                        let told = document.model();
                        if !told.is_empty() {
                            // What could not be stored is there as long as the page.
                            drop(local.keep_model(model.with(&told)).await);
                        }
                        let said = format!("{} is loaded at {url}.", document.name);
                        notices.dispatch(NoticeAction::Say(Level::Done, said));
                        job.set(Job::Idle);
                    }
                }
            });
            *running.borrow_mut() = Some(handle);
            wasm_bindgen_futures::spawn_local(async move {
                // Who stops it knows.
                let _ = work.await;
            });
        })
    };
    let oncancel = {
        let (job, running) = (job.setter(), running.clone());
        Callback::from(move |()| {
            if let Some(handle) = running.borrow_mut().take() {
                handle.abort();
            }
            job.set(Job::Idle);
        })
    };
    let onopen = {
        let (go, to) = (route.go.clone(), route.route.at(Page::Data).on(here.clone(), None));
        Callback::from(move |()| go.emit(to.clone()))
    };
    html! {
        <div class="sample-actions" data-there={url.clone()}>
            { match &*job {
                Job::Loading(done, total) => html! {
                    <Progress label={format!("To {url}")} done={*done as u64} total={*total as u64} {oncancel} />
                },
                Job::Failed(LoadError { operation, table, error }) => html! {
                    <>
                        <p class="sample-here">{ format!("{operation} of {table} was not carried out. What was written before it stays.") }</p>
                        <ErrorPanel error={error.clone()} />
                        if here.is_none() {
                            <Button label="Load at the endpoint" icon="download" onclick={onload} action="load-there" />
                        }
                    </>
                },
                Job::Idle => match &here {
                    Some(here) => html! {
                        <>
                            <p class="sample-here">{ format!("{here} is a table of {url}.") }</p>
                            <Button label="Open it" icon="arrow-right" onclick={onopen} action="open-there" />
                        </>
                    },
                    None => html! {
                        <Button label="Load at the endpoint" icon="download" onclick={onload} action="load-there"
                            disabled={props.document.is_none() || !tables.loaded}
                            title={format!("Its tables and items go to {url}: each write there is asked for first.")} />
                    },
                },
            } }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_only_the_engine_knows_stays_behind() {
        let mut document = Document::new("n").with_event_sources(vec![json!({ "TableName": "T" })]);
        document.tables.push(json!({ "TableName": "T", "AutoScaling": [], "Tags": [] }));
        let plain = plain(&document);
        assert_eq!(plain.event_sources, Vec::<Value>::new());
        assert_eq!(plain.tables, [json!({ "TableName": "T", "Tags": [] })]);
    }
}
