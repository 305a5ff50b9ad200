//! Streams: the shards of a table's stream, its records as they arrive, and an iterator that is moved from record to record.

mod detail;
mod list;
mod log;
mod reader;
mod record;
mod shard;

use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use gloo::utils::document;
use serde_json::{Map, Value, json};
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;
use yew::prelude::*;

use super::consumer::ConsumerPage;
use crate::components::{Badge, Button, ButtonKind, EmptyState, ErrorPanel, Select, SelectOption, Tab, Tabs};
use crate::hooks::{RouteHandle, is_editing, use_call, use_client, use_notices, use_route, use_tables};
use crate::protocol::ClientError;
use crate::state::attribute::from_text;
use crate::state::explanation::plural;
use crate::state::notice::{Level, NoticeAction};
use crate::state::route::Page;
use crate::state::tables::TableDescription;
use detail::RecordDetail;
use list::{RecordList, short};
use log::{ITERATOR_TYPES, Log};
use reader::{Ask, use_reader};
use shard::Shard;

/// The page: its two views.
#[component]
pub fn StreamsPage() -> Html {
    let (tables, route) = (use_tables(), use_route());
    if !tables.loaded {
        return Html::default();
    }
    let view = match route.route.rest.get("view").map(String::as_str) {
        Some("consumer") => "consumer",
        _ => "records",
    };
    let tabs = vec![Tab::new("records", "Records"), Tab::new("consumer", "Consumer")];
    let onselect = {
        let route = route.clone();
        Callback::from(move |view: AttrValue| {
            let view = (view != "records").then(|| view.to_string());
            route.replace.emit(route.route.with("view", view));
        })
    };
    html! {
        <div class="streams-page" data-view={view}>
            <Tabs label="Streams" {tabs} selected={view} {onselect} />
            if view == "consumer" {
                <ConsumerPage />
            } else {
                <Records />
            }
        </div>
    }
}

/// The records of one table's stream.
#[component]
fn Records() -> Html {
    let tables = use_tables();
    let route = use_route();
    if tables.list.is_empty() {
        let onclick = {
            let route = route.clone();
            Callback::from(move |()| {
                route.go.emit(route.route.at(Page::Design).with("samples", Some(String::new())))
            })
        };
        return html! {
            <EmptyState icon="radio" title="A stream is a table's" actions={html! {
                <Button label="Load a sample" icon="book-open" kind={ButtonKind::Primary} {onclick} action="samples" />
            }}>
                <p>{ "It keeps every change of every item for 24 hours, in the order of the item's changes. First there has to be a table." }</p>
            </EmptyState>
        };
    }
    let named = route.route.table.as_deref().and_then(|name| tables.get(name));
    let with = tables.list.iter().find(|table| table.stream_arn.is_some());
    let Some(table) = named.or(with).or(tables.list.first()).cloned() else { return Html::default() };
    let key = table.name.clone();
    html! { <StreamOf {key} {table} all={tables.list.clone()} /> }
}

#[derive(Properties, PartialEq)]
struct StreamOfProps {
    table: Rc<TableDescription>,
    all: Vec<Rc<TableDescription>>,
}

/// The stream of one table, or the way to have one.
#[component]
fn StreamOf(props: &StreamOfProps) -> Html {
    let route = use_route();
    let table = &props.table;
    let enabled = table.body["StreamSpecification"]["StreamEnabled"] == true;
    let choose = table_select(&route, table, &props.all);
    if table.stream_arn.is_none() {
        return html! { <div class="stream-page"><div class="stream-bar">{ choose }</div><Enable table={table.clone()} /></div> };
    }
    html! { <Follow table={table.clone()} {choose} {enabled} /> }
}

fn table_select(route: &RouteHandle, table: &TableDescription, all: &[Rc<TableDescription>]) -> Html {
    let options: Vec<SelectOption> = all
        .iter()
        .map(|table| {
            let note = if table.stream_arn.is_some() { "" } else { " (no stream)" };
            SelectOption::new(table.name.clone(), format!("{}{note}", table.name))
        })
        .collect();
    let onchange = {
        let route = route.clone();
        Callback::from(move |name: String| route.go.emit(route.route.on(Some(name), None)))
    };
    html! { <Select label="Table" hide_label={true} name="stream-table" {options} value={table.name.clone()} {onchange} /> }
}

const VIEW_TYPES: [(&str, &str); 4] = [
    ("NEW_AND_OLD_IMAGES", "the item before and after"),
    ("NEW_IMAGE", "the item after"),
    ("OLD_IMAGE", "the item before"),
    ("KEYS_ONLY", "the key alone"),
];

#[derive(Properties, PartialEq)]
struct EnableProps {
    table: Rc<TableDescription>,
}

/// Offers to switch a stream on.
#[component]
fn Enable(props: &EnableProps) -> Html {
    let call = use_call();
    let view = use_state_eq(|| VIEW_TYPES[0].0.to_owned());
    let options: Vec<SelectOption> =
        VIEW_TYPES.iter().map(|(name, what)| SelectOption::new(*name, format!("{name}: {what}"))).collect();
    let onchange = {
        let view = view.setter();
        Callback::from(move |name| view.set(name))
    };
    let onclick = {
        let specification = json!({ "StreamEnabled": true, "StreamViewType": *view });
        let request = json!({ "TableName": props.table.name, "StreamSpecification": specification });
        call.run.reform(move |()| ("UpdateTable".to_owned(), request.to_string()))
    };
    html! {
        <EmptyState icon="radio" title={format!("{} has no stream", props.table.name)} actions={html! { <>
            <Select label="What a record keeps" hide_label={true} name="view-type" {options} value={(*view).clone()} {onchange} />
            <Button label="Switch the stream on" icon="play" kind={ButtonKind::Primary} {onclick} busy={call.state.loading()} action="enable-stream" />
        </> }}>
            <p>{ "A stream keeps every change of every item for 24 hours, exactly once, in the order of the item's changes. What it \
                  keeps of a change is its view type." }</p>
            if let Some(failure) = call.state.failure() {
                <ErrorPanel error={failure.error.clone()} />
            }
        </EmptyState>
    }
}

#[derive(Properties, PartialEq)]
struct FollowProps {
    table: Rc<TableDescription>,
    choose: Html,
    enabled: bool,
}

/// A stream: its shards, the records of one, and the record that the iterator read.
#[component]
fn Follow(props: &FollowProps) -> Html {
    let reader = use_reader(&props.table.name, props.table.stream_arn.clone());
    let log = &reader.log;
    let chosen = use_state_eq(|| None::<String>);
    let ask = |ask: Ask| reader.ask.reform(move |()| ask.clone());
    let of_iterator = log.iterator.as_ref().map(|iterator| iterator.shard.clone());
    let shard_id =
        (*chosen).clone().or(of_iterator).filter(|id| log.shards.iter().any(|shard| shard.id == *id));
    let shard = match &shard_id {
        Some(id) => log.shards.iter().find(|shard| shard.id == *id),
        None => log.first_shard(),
    };
    let shard = shard.cloned();
    let here = log
        .iterator
        .as_ref()
        .filter(|iterator| Some(&iterator.shard) == shard.as_ref().map(|shard| &shard.id));
    let next = match (&shard, here) {
        // The iterator stands in another shard, or nowhere yet.
        (Some(shard), None) => ask(Ask::First(shard.id.clone())),
        _ => ask(Ask::Next),
    };
    use_step_keys(ask(Ask::Previous), next.clone());
    let Some(shard) = shard else {
        return html! { <div class="stream-page"><div class="stream-bar">{ props.choose.clone() }</div><p class="stream-hint">{ "The stream is being read…" }</p></div> };
    };
    let records = log.of(&shard.id);
    let onselect = {
        let id = shard.id.clone();
        reader.ask.reform(move |record| Ask::Show(id.clone(), record))
    };
    let onshard = {
        let chosen = chosen.setter();
        Callback::from(move |id: String| chosen.set(Some(id)))
    };
    let marker = here.and(log.place());
    let number = log.current.as_ref().map(|record| record.sequence_number.clone());
    let kinds: Vec<SelectOption> =
        ITERATOR_TYPES.iter().map(|kind| SelectOption::new(*kind, *kind)).collect();
    let at_number = number.clone().or(records.last().map(|record| record.sequence_number.clone()));
    let onkind = {
        let (id, number) = (shard.id.clone(), at_number);
        reader.ask.reform(move |kind: String| {
            let number = kind.ends_with("SEQUENCE_NUMBER").then(|| number.clone()).flatten();
            Ask::Stand(id.clone(), kind, number)
        })
    };
    let current = log.current.clone().filter(|_| here.is_some());
    let hint = match (records.is_empty(), shard.open()) {
        (true, true) => "No record in this shard yet. Make a change, and see it arrive.",
        (true, false) => "This shard has no record; it is closed.",
        _ => "Choose a record, or step with Next: both images stand here, the difference marked.",
    };
    html! {
        <div class="stream-page">
            <div class="stream-bar" role="toolbar" aria-label="Stream">
                { props.choose.clone() }
                <Badge text={log.view_type.clone()} tone="stream" title="What a record keeps of a change" />
                if !props.enabled { <Badge text="DISABLED" tone="warning" title="No new records; the old ones stay for 24 hours." /> }
                <span class="top-space"></span>
                <MakeChange table={props.table.clone()} />
            </div>
            <div class="stream-panes">
                { shard_tree(log, &shard, onshard) }
                <section class="stream-middle" aria-label="Records" data-shard={shard.id.clone()}>
                    <div class="stream-iterator" role="toolbar" aria-label="Iterator">
                        <Select label="Iterator type" hide_label={true} name="iterator-type" options={kinds}
                            value={here.map_or("TRIM_HORIZON", |iterator| iterator.kind.as_str()).to_owned()} onchange={onkind} />
                        <Button label="Previous" icon="step-back" icon_only={true} onclick={ask(Ask::Previous)} action="previous" title="The record before (,)"
                            disabled={here.is_none()} />
                        <Button label="Next" icon="step-forward" keys="." onclick={next} action="next" />
                    </div>
                    if let Some(error) = &log.failure {
                        <ErrorPanel error={error.clone()} />
                    } else if here.is_some() {
                        <p class="stream-hint" data-part="iterator" role="status">{ &log.told }</p>
                    }
                    <RecordList {records} current={number} {marker} {onselect} />
                </section>
                if let Some(record) = current {
                    <RecordDetail {record} />
                } else {
                    <p class="stream-hint stream-detail">{ hint }</p>
                }
            </div>
        </div>
    }
}

fn shard_tree(log: &Log, chosen: &Shard, onshard: Callback<String>) -> Html {
    html! {
        <nav class="stream-shards" aria-label="Shards">
            <h3>{ plural(log.shards.len() as u64, "shard") }</h3>
            <ul>
                { for log.shards.iter().map(|shard| {
                    let onclick = {
                        let id = shard.id.clone();
                        onshard.reform(move |_: MouseEvent| id.clone())
                    };
                    let count = log.of(&shard.id).len() as u64;
                    let state = if shard.open() { "open" } else { "closed" };
                    let range = match &shard.last {
                        Some(last) => format!("{} to {}", short(&shard.first), short(last)),
                        None => format!("from {}", short(&shard.first)),
                    };
                    html! {
                        <li key={shard.id.clone()} data-depth={shard.depth.min(6).to_string()}>
                            <button type="button" class="stream-shard" {onclick} title={shard.id.clone()} aria-current={(shard.id == chosen.id).to_string()}
                                data-shard-state={state} data-count={count.to_string()}>
                                <span class="stream-shard-name"><i aria-hidden="true">{ if shard.depth > 0 { "↳" } else { "" } }</i>
                                    <code>{ format!("…{}", shard.short()) }</code><Badge text={state} tone={if shard.open() { "good" } else { "plain" }} /></span>
                                <span class="stream-shard-facts">
                                    if let Some(partition) = shard.partition() { { format!("partition {partition} · ") } }
                                    { plural(count, "record") }
                                </span>
                                <span class="stream-shard-facts">{ range }</span>
                            </button>
                        </li>
                    }
                }) }
            </ul>
        </nav>
    }
}

/// `.` and `,` move the iterator on this page, before the frame takes them for the timeline.
#[hook]
fn use_step_keys(previous: Callback<()>, next: Callback<()>) {
    use_effect_with((previous, next), |(previous, next)| {
        let (previous, next) = (previous.clone(), next.clone());
        let options = EventListenerOptions { phase: EventListenerPhase::Capture, passive: false };
        let listener = EventListener::new_with_options(&document(), "keydown", options, move |event| {
            let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
            if key.ctrl_key() || key.meta_key() || key.alt_key() || is_editing(key) {
                return;
            }
            match key.key().as_str() {
                "." => next.emit(()),
                "," => previous.emit(()),
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        });
        move || drop(listener)
    });
}

#[derive(Properties, PartialEq)]
struct MakeChangeProps {
    table: Rc<TableDescription>,
}

/// A small change of the table's first item, so that a record arrives.
#[component]
fn MakeChange(props: &MakeChangeProps) -> Html {
    let api = use_client();
    let notices = use_notices();
    let busy = use_state_eq(|| false);
    let onclick = {
        let (api, notices, busy, table) =
            (api.clone(), notices.dispatcher(), busy.setter(), props.table.clone());
        Callback::from(move |()| {
            busy.set(true);
            let (api, notices, busy, table) = (api.clone(), notices.clone(), busy.clone(), table.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let page = api.look("Scan", &json!({ "TableName": table.name, "Limit": 1 })).await;
                let item = page.and_then(|page| page["Items"].get(0).cloned());
                let request = small_change(&table, item.as_ref());
                let said = match api.call("UpdateItem", request.to_string()).await.result {
                    Ok(_) => (Level::Done, "UpdateItem: ADD touched 1.".to_owned()),
                    Err(ClientError::Api { name, message, .. }) => {
                        (Level::Failed, format!("{name}: {message}"))
                    }
                    Err(_) => (Level::Failed, "The change was not stored.".to_owned()),
                };
                notices.dispatch(NoticeAction::Say(said.0, said.1));
                busy.set(false);
            });
        })
    };
    html! {
        <Button label="Make a change" icon="pencil" {onclick} busy={*busy} action="make-change"
            title="UpdateItem on the table's first item: ADD touched 1" />
    }
}

/// Counts up `touched` in an item; in a new one where there is none.
fn small_change(table: &TableDescription, item: Option<&Value>) -> Value {
    let key: Map<String, Value> = table
        .keys
        .all()
        .map(|part| {
            let blank = match part.attribute_type.as_str() {
                "N" => "1",
                "B" => "AQ==",
                _ => "first",
            };
            let known = item.and_then(|item| item.get(&part.name)).cloned();
            (part.name.clone(), known.unwrap_or_else(|| from_text(&part.attribute_type, blank)))
        })
        .collect();
    json!({ "TableName": table.name, "Key": key, "UpdateExpression": "ADD touched :one",
        "ExpressionAttributeValues": { ":one": { "N": "1" } } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_touches_the_first_item_or_makes_one() {
        let body = json!({"TableName": "T", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}]});
        let table = TableDescription::read(&body).unwrap();
        assert_eq!(small_change(&table, None)["Key"], json!({"id": {"N": "1"}}));
        let item = json!({"id": {"N": "7"}, "other": {"S": "x"}});
        assert_eq!(small_change(&table, Some(&item))["Key"], json!({"id": {"N": "7"}}));
    }
}
