//! Query: every operation by a form and as JSON, in step; its answer; and what happened.
//!
//! The JSON's text is the one truth: the form is read from it and changes it. While it cannot be read, the text stays as it
//! was typed, its fault is marked, and the form shows what was last read. Beside the JSON stands the same request as a program.

mod code;
mod outcome;
mod result;
mod shards;
mod there;
mod writing;

use std::rc::Rc;

use engine::timeline::EventKind;
use serde_json::Value;
use yew::prelude::*;

use crate::components::request_form::RequestForm;
use crate::components::{
    Button, ButtonKind, Dialog, EmptyState, Field, JsonEditor, Menu, MenuEntry, Select, SelectOption, Split,
    Tab, Tabs, WhatHappened,
};
use crate::hooks::{
    RouteHandle, draft_key, saved, set_saved, use_call, use_keys, use_notices, use_partition_totals,
    use_remote, use_requests, use_route, use_session, use_tables, use_timeline,
};
use crate::protocol::ClientError;
use crate::state::call::CallState;
use crate::state::expression_fault::places;
use crate::state::json_text::{JsonFault, parse, print};
use crate::state::notice::{Level, NoticeAction};
use crate::state::request::edit;
use crate::state::request::operations::{self, OPERATIONS, Operation, operation};
use crate::state::request::template::template;
use crate::state::requests::{RequestsAction, SavedRequest, SentRequest};
use crate::state::route::Page;
use crate::state::timeline::TimelineAction;
use code::CodePane;
use result::ResultPane;
use shards::use_shards;
use there::ToldThere;
use writing::{use_faults, use_known};

/// What is being written.
#[derive(Clone, Debug, PartialEq)]
struct Draft {
    operation: &'static Operation,
    text: String,
    /// As the text last was when it could be read.
    request: Rc<Value>,
    fault: Option<JsonFault>,
}

impl Draft {
    fn typed(&self, text: String) -> Draft {
        match parse(&text) {
            Ok(value) => Draft { operation: self.operation, text, request: Rc::new(value), fault: None },
            Err(fault) => Draft { text, fault: Some(fault), ..self.clone() },
        }
    }

    fn of(operation: &'static Operation, request: Value) -> Draft {
        Draft { operation, text: print(&request), request: Rc::new(request), fault: None }
    }

    /// Opens what was written down under `operation` as it was, readable or not.
    fn reopened(operation: &'static Operation, text: String) -> Draft {
        Draft::of(operation, Value::Object(Default::default())).typed(text)
    }
}

const FIRST: &str = "Query";

fn first_operation() -> &'static Operation {
    operation(FIRST).unwrap_or(&OPERATIONS[0])
}

/// What was being written under that name.
fn kept(draft_key: &str) -> Option<Draft> {
    let kept = saved(draft_key)?;
    let (name, text) = kept.split_once('\n')?;
    Some(Draft::reopened(operation(name)?, text.to_owned()))
}

/// The page.
#[component]
pub fn QueryPage() -> Html {
    let session = use_session();
    let tables = use_tables();
    let route = use_route();
    let timeline = use_timeline();
    let requests = use_requests();
    let notices = use_notices();
    let call = use_call();
    let naming = use_state_eq(|| None::<String>);
    let connected = use_remote().connection.is_some();
    let draft_key = draft_key(&session.workspace);
    let draft = use_state_eq({
        let draft_key = draft_key.clone();
        move || kept(&draft_key)
    });
    let change = {
        let setter = draft.setter();
        use_callback(draft_key.clone(), move |next: Draft, draft_key| {
            set_saved(draft_key, &format!("{}\n{}", next.operation.name, next.text));
            setter.set(Some(next));
        })
    };
    let chosen = tables.chosen(route.route.table.as_deref()).cloned();
    // The first draft, and a draft that follows the table chosen on the left.
    {
        let (draft, setter, change) = ((*draft).clone(), draft.setter(), change.clone());
        let deps = (tables.loaded, chosen.clone(), route.route.table.clone(), route.route.index.clone());
        use_effect_with(deps, move |(loaded, chosen, table, index)| {
            let Some(chosen) = chosen.as_ref().filter(|_| *loaded) else { return };
            match draft {
                None => setter.set(Some(Draft::of(first_operation(), template(FIRST, Some(chosen))))),
                Some(draft) if draft.fault.is_none() && table.is_some() => {
                    let now = (draft.request["TableName"].as_str(), draft.request["IndexName"].as_str());
                    let reads = matches!(draft.operation.name, "Query" | "Scan");
                    let to = (Some(chosen.name.as_str()), index.as_deref().filter(|_| reads));
                    if now.0.is_some() && now != to && draft.operation.form.contains(&operations::Part::Table)
                    {
                        let mut request = (*draft.request).clone();
                        edit::retarget(&mut request, draft.operation.name, chosen, to.1);
                        change.emit(Draft::of(draft.operation, request));
                    }
                }
                Some(_) => {}
            }
        });
    }
    let shown =
        (*draft).clone().unwrap_or_else(|| Draft::of(first_operation(), template(FIRST, chosen.as_deref())));
    let send = {
        let run = call.run.clone();
        move |operation: &'static Operation, text: &str| {
            run.emit((operation.name.to_owned(), text.to_owned()))
        }
    };
    let run = {
        let (send, shown) = (send.clone(), shown.clone());
        Callback::from(move |()| {
            // Broken JSON is not sent: its fault is marked where it is.
            if shown.fault.is_none() {
                send(shown.operation, &shown.text);
            }
        })
    };
    use_run_key(run.clone());
    use_history(&call.state, &requests);
    let onoperation = {
        let (change, chosen, shown) = (change.clone(), chosen.clone(), shown.clone());
        Callback::from(move |name: String| {
            let Some(next) = operation(&name) else { return };
            let mut request = template(&name, chosen.as_deref());
            // What both know goes along.
            if let (Some(old), Some(new)) = (shown.request.as_object(), request.as_object_mut()) {
                // A new table has a name of its own.
                let apart = [next.name, shown.operation.name].contains(&"CreateTable");
                for member in ["TableName", "Key", "Item"].into_iter().filter(|_| !apart) {
                    if let (Some(old), true) = (old.get(member), new.contains_key(member)) {
                        new.insert(member.to_owned(), old.clone());
                    }
                }
            }
            change.emit(Draft::of(next, request));
        })
    };
    use_asked(&route, onoperation.clone(), {
        let (draft_key, setter) = (draft_key.clone(), draft.setter());
        Callback::from(move |()| setter.set(kept(&draft_key)))
    });
    {
        // `&run` sends what is shown, once it is there.
        let (route, run) = (route.clone(), run.clone());
        let rest = &route.route.rest;
        let asked = rest.contains_key("run") && !rest.contains_key("op") && draft.is_some();
        use_effect_with(asked, move |asked| {
            if *asked {
                run.emit(());
                route.replace.emit(route.route.with("run", None));
            }
        });
    }
    let onedit = {
        let (change, shown) = (change.clone(), shown.clone());
        Callback::from(move |what: edit::Edit| {
            let mut request = (*shown.request).clone();
            edit::apply(&mut request, what);
            change.emit(Draft::of(shown.operation, request));
        })
    };
    let ontarget = {
        let (change, shown, route, list) =
            (change.clone(), shown.clone(), route.clone(), tables.list.clone());
        Callback::from(move |(table, index): (String, Option<String>)| {
            let Some(table) = list.iter().find(|other| other.name == table) else { return };
            let mut request = (*shown.request).clone();
            edit::retarget(&mut request, shown.operation.name, table, index.as_deref());
            change.emit(Draft::of(shown.operation, request));
            route.replace.emit(route.route.on(Some(table.name.clone()), index));
        })
    };
    let ontext = {
        let (change, shown) = (change.clone(), shown.clone());
        Callback::from(move |text| change.emit(shown.typed(text)))
    };
    let open = {
        let change = change.clone();
        move |name: &str, text: &str| {
            if let Some(operation) = operation(name) {
                change.emit(Draft::reopened(operation, text.to_owned()));
            }
        }
    };
    let onsaved = {
        let (open, saved, requests) = (open.clone(), requests.saved.clone(), requests.dispatcher());
        Callback::from(move |value: AttrValue| {
            if let Some(name) = value.strip_prefix("forget:") {
                requests.dispatch(RequestsAction::Forget(name.to_owned()));
            } else if let Some(one) = saved.iter().find(|one| one.name == value.as_str()) {
                open(&one.operation, &one.request);
            }
        })
    };
    let onhistory = {
        let history = requests.history.clone();
        Callback::from(move |value: AttrValue| {
            if let Some(sent) = value.parse::<usize>().ok().and_then(|at| history.get(at)) {
                open(&sent.operation, &sent.request);
            }
        })
    };
    let onpage = {
        let (change, shown) = (change.clone(), shown.clone());
        Callback::from(move |request: Value| {
            let next = Draft::of(shown.operation, request);
            send(next.operation, &next.text);
            change.emit(next);
        })
    };
    let onevent = {
        let timeline = timeline.dispatcher();
        Callback::from(move |id| timeline.dispatch(TimelineAction::Seek(id)))
    };
    let onrecord = {
        let (route, events) = (route.clone(), call.state.events().cloned());
        Callback::from(move |id: u64| {
            let event = events.iter().flat_map(|events| events.iter()).find(|event| event.id == id);
            event.into_iter().for_each(|event| route.go_to_record(event));
        })
    };
    let asked_of = call.state.events().and_then(|events| {
        let mut tables = events.iter().filter_map(|event| match &event.kind {
            EventKind::RequestReceived { table, .. } => table.clone(),
            _ => None,
        });
        tables.next()
    });
    let totals = use_partition_totals(asked_of, call.state.events().cloned());
    let ask_name = {
        let (naming, suggestion) = (naming.setter(), suggestion(&shown));
        Callback::from(move |()| naming.set(Some(suggestion.clone())))
    };
    let asked = call.state.answer().map(|answer| answer.request.clone());
    let keys = asked.and_then(|text| serde_json::from_str::<Value>(&text).ok()).map(|request| {
        let table = request["TableName"].as_str().and_then(|name| tables.get(name));
        let mut keys =
            table.map_or_else(Vec::new, |table| table.keys_of(request["IndexName"].as_str()).names());
        let own = table.map_or_else(Vec::new, |table| table.keys.names());
        keys.extend(own.into_iter().filter(|name| !keys.contains(name)).collect::<Vec<_>>());
        keys
    });
    let table = shown.request["TableName"].as_str().map(str::to_owned);
    let of = table.or_else(|| chosen.as_ref().map(|table| table.name.clone()));
    let known = use_known(tables.list.clone(), of, call.state.answer().cloned());
    let faults = use_faults(shown.request.clone());
    let as_code = use_state_eq(|| false);
    let onside = {
        let setter = as_code.setter();
        Callback::from(move |id: AttrValue| setter.set(id == "code"))
    };
    let find = {
        let (operation, known) = (shown.operation.name, known.clone());
        Callback::from(move |(text, caret, asked): (String, usize, bool)| {
            crate::code::completion::complete(operation, &text, caret, &known, asked)
        })
    };
    let shards = use_shards(shown.request["StreamArn"].as_str().unwrap_or_default().to_owned());
    let ondesigner = (!route.route.embed()).then(|| {
        let route = route.clone();
        Callback::from(move |table: Option<String>| {
            let to = route.route.at(Page::Design);
            route.go.emit(match table {
                None => to.on(None, None).with("new", Some(String::new())),
                table => to.on(table, None).with("edit", Some(String::new())),
            });
        })
    });
    let groups: Vec<SelectOption> = OPERATIONS
        .iter()
        .map(|operation| SelectOption::under(operation.group, operation.name, operation.name))
        .collect();
    let toolbar = html! {
        <div class="query-bar" role="toolbar" aria-label="Request">
            <Select label="Operation" hide_label={true} name="operation" options={groups} value={shown.operation.name} onchange={onoperation} />
            <Button label="Run" icon="play" kind={ButtonKind::Primary} keys="Ctrl ↵" onclick={run} action="run"
                busy={call.state.loading()} disabled={shown.fault.is_some()} />
            <span class="top-space"></span>
            <Menu label="Saved" icon="star" action="saved" entries={saved_entries(&requests.saved)} onselect={onsaved}
                empty="No request is saved yet." />
            <Menu label="History" icon="history" action="history" entries={history_entries(&requests.history)} onselect={onhistory}
                empty="No request was sent yet." />
            <Button label="Save" icon="save" kind={ButtonKind::Quiet} onclick={ask_name} action="save" />
        </div>
    };
    let left = html! {
        <div class="query-column">
            <RequestForm operation={shown.operation} request={shown.request.clone()} tables={tables.list.clone()}
                stale={shown.fault.is_some()} {onedit} {ontarget} {shards} {ondesigner} known={known} faults={faults.clone()} />
            <div class="query-lower" tabindex="0">
                <ResultPane call={(*call.state).clone()} operation={shown.operation.name} keys={keys.unwrap_or_default()} {onpage} />
            </div>
        </div>
    };
    let remarks: Vec<AttrValue> = faults.iter().map(|fault| fault.message.clone().into()).collect();
    let right = html! {
        <div class="query-column">
            <div class="request-side">
                <Tabs label="Show the request as" tabs={vec![Tab::new("json", "JSON"), Tab::new("code", "Code")]}
                    selected={if *as_code { "code" } else { "json" }} onselect={onside} />
                if *as_code {
                    <CodePane operation={shown.operation.name} request={shown.request.clone()} />
                } else {
                    <JsonEditor label="Request JSON" name="request" value={shown.text.clone()} oninput={ontext} fault={shown.fault.clone()}
                        marks={places(&shown.text, &faults)} {remarks} {find} />
                }
            </div>
            <div class="query-lower" tabindex="0">
                if connected {
                    <ToldThere answer={call.state.answer().map(|answer| answer.value.clone())} />
                } else if let Some(events) = call.state.events() {
                    <WhatHappened events={events.clone()} totals={totals} playhead={timeline.playhead} {onevent} {onrecord} />
                } else {
                    <EmptyState icon="eye" title="What happened">
                        <p>{ "Which partitions answered, what was evaluated against returned, the units with their arithmetic, \
                              the replica and its lag, the indexes and streams." }</p>
                    </EmptyState>
                }
            </div>
        </div>
    };
    let onsave = {
        let (requests, notices, naming, shown) =
            (requests.dispatcher(), notices.dispatcher(), naming.setter(), shown.clone());
        Callback::from(move |name: String| {
            notices.dispatch(NoticeAction::Say(Level::Done, format!("“{name}” is saved in this workspace.")));
            requests.dispatch(RequestsAction::Save(SavedRequest {
                name,
                operation: shown.operation.name.to_owned(),
                request: shown.text.clone(),
                note: String::new(),
            }));
            naming.set(None);
        })
    };
    html! {
        <div class="query-page" data-answered={(!matches!(*call.state, CallState::Idle)).to_string()}>
            { toolbar }
            <Split label="Request and answer, JSON and what happened" first={left} second={right} percent={56} />
            <SaveDialog name={(*naming).clone()} {onsave} onname={ {
                let naming = naming.setter();
                Callback::from(move |name| naming.set(name))
            } } />
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct SaveDialogProps {
    /// The name so far; closed where there is none.
    name: Option<String>,
    onname: Callback<Option<String>>,
    onsave: Callback<String>,
}

#[component]
fn SaveDialog(props: &SaveDialogProps) -> Html {
    let name = props.name.clone().unwrap_or_default();
    let trimmed = name.trim().to_owned();
    let disabled = trimmed.is_empty();
    let onclose = props.onname.reform(|()| None);
    html! {
        <Dialog open={props.name.is_some()} title="Save the request" onclose={onclose.clone()} actions={html! { <>
            <Button label="Cancel" onclick={onclose} />
            <Button label="Save" kind={ButtonKind::Primary} {disabled} onclick={props.onsave.reform(move |()| trimmed.clone())} action="save-request" />
        </> }}>
            <Field label="Name" name="request-name" value={name} oninput={props.onname.reform(Some)}
                hint="It goes with the workspace and its links. A request of the same name is replaced." />
        </Dialog>
    }
}

fn suggestion(draft: &Draft) -> String {
    let part = |name: &str| draft.request[name].as_str().map(|text| format!(" {text}"));
    format!(
        "{}{}{}",
        draft.operation.name,
        part("TableName").unwrap_or_default(),
        part("IndexName").unwrap_or_default()
    )
}

fn saved_entries(saved: &[SavedRequest]) -> Vec<MenuEntry> {
    let note = |one: &SavedRequest| Some(one.operation.clone().into());
    saved
        .iter()
        .map(|one| MenuEntry { note: note(one), ..MenuEntry::new(one.name.clone(), one.name.clone()) })
        .collect()
}

fn history_entries(history: &[SentRequest]) -> Vec<MenuEntry> {
    let entry = |(at, sent): (usize, &SentRequest)| {
        let request: Value = serde_json::from_str(&sent.request).unwrap_or_default();
        let table = request["TableName"].as_str().unwrap_or_default();
        let what = ["KeyConditionExpression", "UpdateExpression", "FilterExpression", "Statement"];
        let what = what.iter().find_map(|name| request[*name].as_str()).unwrap_or_default();
        MenuEntry {
            note: Some(sent.error.clone().unwrap_or_else(|| what.to_owned()).into()),
            ..MenuEntry::new(at.to_string(), format!("{} {table}", sent.operation))
        }
    };
    history.iter().take(30).enumerate().map(entry).collect()
}

/// `&op=PutItem` begins a request of that operation; `&op` alone opens what was put under the draft's name meanwhile.
#[hook]
fn use_asked(route: &RouteHandle, onoperation: Callback<String>, reopen: Callback<()>) {
    let route = route.clone();
    use_effect_with(route.route.rest.get("op").cloned(), move |asked| {
        match asked.as_deref() {
            None => return,
            Some("") => reopen.emit(()),
            Some(name) => onoperation.emit(name.to_owned()),
        }
        route.replace.emit(route.route.with("op", None));
    });
}

/// Ctrl-Enter and ⌘-Enter run, wherever the focus is.
#[hook]
fn use_run_key(run: Callback<()>) {
    use_keys(Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            run.emit(());
        }
    }));
}

/// Every call that is over goes into the history.
#[hook]
fn use_history(call: &UseReducerHandle<CallState>, requests: &crate::hooks::RequestLists) {
    let requests = requests.dispatcher();
    use_effect_with(call.clone(), move |call| {
        let sent = match &**call {
            CallState::Ready(answer) => Some((&answer.operation, &answer.request, answer.now_ms, None)),
            CallState::Failed { failure, .. } => {
                let error = match &failure.error {
                    ClientError::Api { name, .. } => name.clone(),
                    _ => "not answered".to_owned(),
                };
                Some((&failure.operation, &failure.request, failure.now_ms, Some(error)))
            }
            _ => None,
        };
        if let Some((operation, request, at_ms, error)) = sent {
            requests.dispatch(RequestsAction::Sent(SentRequest {
                operation: operation.clone(),
                request: request.to_string(),
                at_ms,
                error,
            }));
        }
    });
}
