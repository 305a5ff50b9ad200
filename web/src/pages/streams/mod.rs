//! Streams: the shards of a table's stream and what made them, its records as they arrive, and iterators that are moved from record
//! to record; beside it what consumes a stream.

mod ask;
mod detail;
mod diff;
mod doing;
mod follow;
mod history;
mod iterator;
mod line;
mod list;
mod log;
mod markers;
mod reader;
mod record;
mod settings;
mod shard;
mod table;
mod tree;
mod views;

use std::rc::Rc;

use serde_json::json;
use yew::prelude::*;

use super::consumer::ConsumerPage;
use crate::components::{Button, ButtonKind, EmptyState, Select, SelectOption, Tab, Tabs};
use crate::hooks::{AtPlace, RouteHandle, use_branch_tables, use_client, use_route, use_tables};
use crate::protocol::Place;
use crate::state::route::Page;
use crate::state::tables::TableDescription;
use follow::Follow;
use settings::Enable;

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
    let (tables, branch) = (use_tables(), use_branch_tables());
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
                <p>{ "It keeps every change of every item for 24 hours, in the order of the item's changes. First there has to be a table: the \
                      samples Orders and Shopping carts have a stream." }</p>
            </EmptyState>
        };
    }
    let in_branch =
        branch.as_ref().filter(|_| route.route.rest.get(IN).is_some_and(|place| place == "traffic"));
    let place = if in_branch.is_some() { Place::Traffic } else { Place::Workspace };
    let all = in_branch.map_or_else(|| tables.list.clone(), |branch| (**branch).clone());
    let named = all.iter().find(|table| Some(&table.name) == route.route.table.as_ref());
    let with = all.iter().find(|table| table.stream_arn.is_some());
    let Some(table) = named.or(with).or(all.first()).cloned() else { return Html::default() };
    let key = format!("{place:?} {}", table.name);
    html! {
        <AtPlace {place}>
            <StreamOf {key} {table} {all} {place} has_branch={branch.is_some()} />
        </AtPlace>
    }
}

/// The parameter that says where: `traffic` is the branch in which traffic runs.
const IN: &str = "in";

#[derive(Properties, PartialEq)]
struct StreamOfProps {
    table: Rc<TableDescription>,
    all: Vec<Rc<TableDescription>>,
    place: Place,
    /// Whether there is a branch of traffic to choose.
    has_branch: bool,
}

/// The stream of one table, or the way to have one.
#[component]
fn StreamOf(props: &StreamOfProps) -> Html {
    let route = use_route();
    let table = &props.table;
    let streams = use_streams(table);
    let place = props.place;
    let choose_place = place_select(&route, place, props.has_branch);
    let Some(latest) = table.stream_arn.clone() else {
        let choose = table_select(&route, table, &props.all);
        return html! { <div class="stream-page"><div class="stream-bar">{ choose_place }{ choose }</div><Enable table={table.clone()} /></div> };
    };
    let wanted = route.route.rest.get("stream");
    let arn = streams
        .iter()
        .find(|(_, label)| Some(label) == wanted)
        .map_or(latest.clone(), |(arn, _)| arn.clone());
    let choose = html! {
        <>
            { choose_place }
            { table_select(&route, table, &props.all) }
            { stream_select(&route, &streams, &arn, &latest) }
        </>
    };
    let key = arn.clone();
    html! { <Follow {key} table={table.clone()} {arn} {place} {choose} /> }
}

/// The table's streams whose records are still there, oldest first: ARN and label.
#[hook]
fn use_streams(table: &TableDescription) -> Rc<Vec<(String, String)>> {
    let api = use_client();
    let streams = use_state_eq(Rc::<Vec<(String, String)>>::default);
    let setter = streams.setter();
    let specification = table.body["StreamSpecification"].clone();
    use_effect_with((table.name.clone(), table.stream_arn.clone(), specification), move |(table, ..)| {
        let request = json!({ "TableName": table });
        wasm_bindgen_futures::spawn_local(async move {
            let Some(answer) = api.look("ListStreams", &request).await else { return };
            let list = answer["Streams"].as_array().into_iter().flatten();
            let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
            let one = |stream: &serde_json::Value| {
                Some((text(&stream["StreamArn"])?, text(&stream["StreamLabel"])?))
            };
            setter.set(Rc::new(list.filter_map(one).collect()));
        });
    });
    (*streams).clone()
}

/// Choosing between the workspace and the traffic's branch, where there is one.
fn place_select(route: &RouteHandle, place: Place, has_branch: bool) -> Html {
    if !has_branch {
        return Html::default();
    }
    let options = vec![
        SelectOption::new("workspace", "Your workspace"),
        SelectOption::new("traffic", "The traffic's branch"),
    ];
    let onchange = {
        let route = route.clone();
        Callback::from(move |place: String| {
            let to = route.route.at(Page::Streams).with(IN, (place == "traffic").then_some(place));
            route.replace.emit(to);
        })
    };
    let value = if place == Place::Traffic { "traffic" } else { "workspace" };
    html! { <Select label="Where" hide_label={true} name="stream-place" {options} {value} {onchange} /> }
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
        Callback::from(move |name: String| {
            let place = route.route.rest.get(IN).cloned();
            route.go.emit(route.route.at(Page::Streams).on(Some(name), None).with(IN, place));
        })
    };
    html! { <Select label="Table" hide_label={true} name="stream-table" {options} value={table.name.clone()} {onchange} /> }
}

/// Choosing one of several streams of a table: one for each time that it was switched on.
fn stream_select(route: &RouteHandle, streams: &[(String, String)], arn: &str, latest: &str) -> Html {
    if streams.len() < 2 {
        return Html::default();
    }
    let option = |(of, label): &(String, String)| {
        let note = if of == latest { "" } else { " (earlier)" };
        SelectOption::new(label.clone(), format!("Stream of {label}{note}"))
    };
    let value = streams.iter().find(|(of, _)| of == arn).map(|(_, label)| label.clone()).unwrap_or_default();
    let onchange = {
        let route = route.clone();
        Callback::from(move |label: String| {
            let to = route
                .route
                .at(Page::Streams)
                .with("stream", Some(label))
                .with(IN, route.route.rest.get(IN).cloned());
            route.replace.emit(to);
        })
    };
    html! { <Select label="Stream" hide_label={true} name="stream" options={streams.iter().map(option).collect::<Vec<_>>()} {value} {onchange} /> }
}
