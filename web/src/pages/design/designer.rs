//! The designer: a draft as a form and as requests, and the sending of the requests one after the other.
//!
//! Whatever was typed outlives a refusal, a change of page and a reload: the draft is kept in the browser until it is real.

use std::rc::Rc;

use gloo::utils::document;
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::draft::Draft;
use super::locate::places;
use super::paste::PasteDialog;
use super::requests_pane::RequestsPane;
use super::run::{Run, RunAction, Step};
use crate::client::transfer::await_active;
use crate::components::table_form::TableForm;
use crate::components::{Button, ButtonKind, Split};
use crate::hooks::{
    Api, saved, set_saved, use_client, use_keys, use_notices, use_remote, use_route, use_session, use_tables,
};
use crate::protocol::ClientError;
use crate::share::load::table_of;
use crate::state::design::check::{Place, problems};
use crate::state::design::{TableDesign, scaling};
use crate::state::json_text::parse;
use crate::state::notice::{Level, NoticeAction};
use crate::state::route::{Page, Route};

/// So many minutes a table of a real endpoint may take to become ACTIVE: the backfill of an index takes its time.
const PATIENCE: u32 = 240;

/// The props of [`Designer`].
#[derive(Properties, PartialEq)]
pub struct DesignerProps {
    /// The live table that is changed; none for a new one.
    #[prop_or_default]
    pub table: Option<String>,
}

/// A table's design as it is now; none where there is no such table.
pub async fn design_of(api: &Api, table: &str) -> Option<TableDesign> {
    let request = json!({ "TableName": table });
    let description = api.look("DescribeTable", &request).await?;
    // Refused while the table is being created: then there is none.
    let time_to_live = api.look("DescribeTimeToLive", &request).await;
    let mut design = TableDesign::read(&table_of(&description, time_to_live.as_ref())?);
    if let Some(scaled) = api.look("Dynascope.DescribeAutoScaling", &request).await {
        scaling::take(&mut design, &scaled);
    }
    Some(design)
}

/// The name under which a draft is kept: of a workspace, or of a real endpoint by its address.
fn draft_key(scope: &str, table: Option<&str>) -> String {
    match table {
        None => format!("design:{scope}"),
        Some(table) => format!("design:{scope}:{table}"),
    }
}

fn kept(key: &str) -> Option<Draft> {
    serde_json::from_str(&saved(key)?).ok()
}

/// The designer.
#[component]
pub fn Designer(props: &DesignerProps) -> Html {
    let (api, session, tables, route) = (use_client(), use_session(), use_tables(), use_route());
    let notices = use_notices();
    // A real endpoint's auto scaling is another service's.
    let endpoint = use_remote().connection.map(|connection| connection.endpoint.url());
    let connected = endpoint.is_some();
    let run = use_reducer(Run::default);
    let before = use_state_eq(|| None::<Draft>);
    let live = props.table.clone();
    let key = draft_key(endpoint.as_ref().unwrap_or(&session.workspace), live.as_deref());
    let draft = use_state_eq({
        let (key, live) = (key.clone(), live.is_some());
        // A live table's draft comes once the table is known.
        move || (!live).then(|| kept(&key).unwrap_or_else(|| Draft::of(None, TableDesign::fresh())))
    });
    {
        let (api, key, draft) = (api.clone(), key.clone(), draft.setter());
        use_effect_with(live.clone(), move |live| {
            let Some(table) = live.clone() else { return };
            wasm_bindgen_futures::spawn_local(async move {
                let Some(base) = design_of(&api, &table).await else { return };
                let fresh = Draft::of(Some(base.clone()), base.clone());
                draft.set(Some(kept(&key).map_or(fresh, |draft| draft.on(Some(base)))));
            });
        });
    }
    let keep = {
        let (setter, run) = (draft.setter(), run.dispatcher());
        use_callback(key.clone(), move |(next, action): (Draft, RunAction), key| {
            set_saved(key, &serde_json::to_string(&next).unwrap_or_default());
            run.dispatch(action);
            setter.set(Some(next));
        })
    };
    let send = {
        let (draft, run, setter) = ((*draft).clone(), run.clone(), draft.setter());
        let (notices, go, here, key) =
            (notices.dispatcher(), route.go.clone(), route.route.clone(), key.clone());
        Callback::from(move |()| {
            let Some(draft) = draft.clone().filter(|draft| !draft.is_broken() && !draft.is_empty()) else {
                return;
            };
            if run.is_busy() {
                return;
            }
            let (api, from) = (api.clone(), run.done());
            let (run, notices, go, here, key) =
                (run.dispatcher(), notices.clone(), go.clone(), here.clone(), key.clone());
            let setter = setter.clone();
            wasm_bindgen_futures::spawn_local(async move {
                let patience = if connected { PATIENCE } else { 1 };
                if !carry_out(&api, &draft, from, &run, patience).await {
                    return;
                }
                set_saved(&key, "");
                let name = draft.base.as_ref().map_or(&draft.design.name, |base| &base.name).clone();
                let sentence = match draft.base {
                    None => format!("{name} is ACTIVE."),
                    Some(_) => format!("{name} is changed."),
                };
                notices.dispatch(NoticeAction::Say(Level::Done, sentence));
                // Who went elsewhere meanwhile stays there, and finds an empty draft when they come back.
                let now = Route::parse(&gloo::utils::window().location().search().unwrap_or_default());
                if now == here {
                    go.emit(here.at(Page::Design).on(Some(name), None));
                } else {
                    // A change begins again from the table as it is then.
                    let fresh = draft.base.is_none().then(|| Draft::of(None, TableDesign::fresh()));
                    run.dispatch(RunAction::Reset);
                    setter.set(fresh);
                }
            });
        })
    };
    use_send_key(send.clone());
    use_focus_on_failure(run.failure().map(|(at, _)| at));
    let Some(shown) = (*draft).clone() else {
        return html! { <p class="opening" role="status">{ "Reading the table…" }</p> };
    };
    let notes = Rc::new(notes(&shown, &run));
    let onchange = {
        let (keep, shown, done) = (keep.clone(), shown.clone(), run.done());
        Callback::from(move |design| keep.emit((shown.formed(design, done), RunAction::Reformed)))
    };
    let ontext = {
        let (keep, shown) = (keep.clone(), shown.clone());
        Callback::from(move |(at, text)| keep.emit((shown.typed(at, text), RunAction::Retyped)))
    };
    let replace = {
        let (keep, before, shown) = (keep.clone(), before.setter(), shown.clone());
        Callback::from(move |next: Draft| {
            before.set(Some(shown.clone()));
            keep.emit((next, RunAction::Reset));
        })
    };
    let reached = shown.reached(run.done());
    let fresh = Draft::of(reached.clone(), reached.clone().unwrap_or_else(TableDesign::fresh));
    let changed = shown.design != fresh.design || shown.is_broken();
    let ondiscard = {
        let (replace, fresh) = (replace.clone(), fresh.clone());
        Callback::from(move |()| replace.emit(fresh.clone()))
    };
    let onback = {
        let (keep, setter, before) = (keep.clone(), before.setter(), (*before).clone());
        Callback::from(move |()| {
            if let Some(before) = before.clone() {
                setter.set(None);
                keep.emit((before, RunAction::Reset));
            }
        })
    };
    let onmigrate = {
        let (go, to) =
            (route.go.clone(), route.route.with("edit", None).with("migrate", Some(String::new())));
        Callback::from(move |()| go.emit(to.clone()))
    };
    let onpaste = {
        let (replace, route, notices) = (replace.clone(), route.clone(), notices.dispatcher());
        Callback::from(move |design: TableDesign| {
            let sentence = format!("{} is taken over. Nothing is created yet.", design.name);
            notices.dispatch(NoticeAction::Say(Level::Done, sentence));
            replace.emit(Draft::of(None, design));
            route.replace.emit(route.route.with("paste", None).with("new", Some(String::new())));
        })
    };
    let pasting = |open: bool| {
        let route = route.clone();
        Callback::from(move |()| {
            let to = route.route.with("paste", open.then(String::new)).with("new", Some(String::new()));
            route.replace.emit(to);
        })
    };
    let (busy, broken) = (run.is_busy(), shown.is_broken());
    let left = shown.requests.len() - run.done().min(shown.requests.len());
    // While it works the button keeps its words.
    let done = if busy { 0 } else { run.done() };
    let left = if busy { shown.requests.len() } else { left };
    let label = match (&live, done, left) {
        (None, 0, _) => "Create table".to_owned(),
        (_, 0, 0 | 1) => "Apply the change".to_owned(),
        (_, 0, left) => format!("Apply {left} changes"),
        (_, _, left) => format!("Go on with {left}"),
    };
    let table = live.as_deref().unwrap_or(&shown.design.name);
    html! {
        <section class="designer" data-designer={if live.is_some() { "change" } else { "new" }} data-busy={busy.to_string()}>
            <header class="design-header">
                <div>
                    <h1>{ live.as_ref().map_or_else(|| "New table".to_owned(), |table| format!("Change {table}")) }</h1>
                </div>
                <div class="design-actions">
                    if before.is_some() {
                        <Button label="Bring back what was here" icon="history" kind={ButtonKind::Quiet} disabled={busy} onclick={onback} action="bring-back" />
                    }
                    if live.is_none() {
                        <Button label="Paste a describe-table" kind={ButtonKind::Quiet} disabled={busy} onclick={pasting(true)} action="paste" />
                    }
                    if live.is_some() {
                        <Button label="Migrate to a new table" kind={ButtonKind::Quiet} disabled={busy} onclick={onmigrate} action="migrate"
                            title="For another key, or other local indexes: they are made with their table." />
                    }
                    <Button label="Discard" kind={ButtonKind::Quiet} disabled={busy || !changed} onclick={ondiscard} action="discard" />
                    <Button {label} kind={ButtonKind::Primary} {busy} disabled={broken || shown.is_empty()} onclick={send.clone()}
                        keys="Ctrl ↵" action="send" />
                </div>
            </header>
            if broken {
                <p class="design-note" data-note="broken">{ "The JSON on the right cannot be read yet: the form waits, and nothing of either is lost." }</p>
            }
            <Split label="Form and requests" percent={56}
                first={html! {
                    <TableForm design={Rc::new(shown.design.clone())} base={reached.filter(|_| live.is_some()).map(Rc::new)}
                        {notes} {onchange} disabled={broken || busy} scales={!connected} />
                }}
                second={html! {
                    <RequestsPane requests={shown.requests.clone()} run={(*run).clone()} table={tables.get(table).cloned()} {ontext} />
                }} />
            <PasteDialog open={route.route.rest.contains_key("paste") && live.is_none()} onclose={pasting(false)} {onpaste} />
        </section>
    }
}

/// Sends the requests from `from` on; whether all of them are done. For a table to settle it waits `patience` minutes.
async fn carry_out(
    api: &Api,
    draft: &Draft,
    from: usize,
    run: &UseReducerDispatcher<Run>,
    patience: u32,
) -> bool {
    for (at, request) in draft.requests.iter().enumerate().skip(from) {
        let step = |step| run.dispatch(RunAction::At(at, step));
        step(Step::Sent);
        if let Err(error) = api.call(request.operation.clone(), request.text.clone()).await.result {
            step(Step::Failed(error));
            return false;
        }
        let table =
            parse(&request.text).ok().and_then(|value| value["TableName"].as_str().map(str::to_owned));
        if let Some(table) = table.filter(|_| request.operation != "UpdateTimeToLive") {
            step(Step::Settling);
            let mut waited = 1;
            let settled = loop {
                match await_active(api, &table).await {
                    // It answers, and is not ACTIVE yet.
                    Err(ClientError::Protocol { .. }) if waited < patience => waited += 1,
                    settled => break settled,
                }
            };
            if let Err(error) = settled {
                step(Step::Failed(error));
                return false;
            }
        }
        step(Step::Done);
    }
    true
}

/// What to say beside the fields: the broken rules in plain words, and where none is known the engine's own.
fn notes(draft: &Draft, run: &Run) -> Vec<(Place, String)> {
    let found = problems(&draft.design, draft.base.as_ref()).into_iter();
    let found = found.filter(|problem| run.tried || !problem.unfinished);
    let mut notes: Vec<(Place, String)> = found.map(|problem| (problem.place, problem.text)).collect();
    if let Some((at, ClientError::Api { message, .. })) = run.failure()
        && let Some(request) = draft.requests.get(at)
    {
        let value: Value = parse(&request.text).unwrap_or_default();
        notes.extend(places(message, &value, &draft.design));
    }
    notes
}

/// Ctrl-Enter sends.
#[hook]
fn use_send_key(send: Callback<()>) {
    let pressed = use_callback(send, move |event: KeyboardEvent, send| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            send.emit(());
        }
    });
    use_keys(pressed);
}

/// A refusal takes the reader to the first field that it is about.
#[hook]
fn use_focus_on_failure(failed: Option<usize>) {
    use_effect_with(failed, move |failed| {
        if failed.is_none() {
            return;
        }
        let field = document().query_selector(".table-form [aria-invalid=true]").ok().flatten();
        if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
            // Fails for no element.
            let _ = field.focus();
        }
    });
}
