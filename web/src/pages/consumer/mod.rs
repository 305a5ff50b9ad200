//! The Consumer view of the Streams page: event source mappings, which hand a stream's records to functions batch by batch, as
//! Lambda does. All of it is the engine's state; the page asks for steps, and draws what came of them.

mod chart;
mod draft;
mod form;
mod handlers;
mod invocations;
mod lanes;
mod read;
mod source;
mod view;

use std::rc::Rc;

use yew::prelude::*;

use crate::components::{Badge, Button, ButtonKind, EmptyState, Icon, Select, SelectOption};
use crate::hooks::{RouteHandle, use_client, use_route, use_tables};
use crate::state::route::Page;
use crate::state::tables::TableDescription;
use draft::Draft;
use form::{SourceForm, likely_attribute, one_item};
use read::use_sources;
use source::Source;
use view::SourceView;

/// What the form is about.
#[derive(Clone, Debug, PartialEq)]
struct Editing {
    table: Rc<TableDescription>,
    draft: Draft,
}

/// The mapping that the address names.
const SOURCE: &str = "source";

fn with_source(route: &RouteHandle, uuid: Option<String>) {
    route.replace.emit(route.route.with(SOURCE, uuid));
}

/// The view.
#[component]
pub fn ConsumerPage() -> Html {
    let (api, route, tables) = (use_client(), use_route(), use_tables());
    let chosen = route.route.rest.get(SOURCE).cloned();
    let (sources, refresh) = use_sources(chosen.clone());
    let editing = use_state_eq(|| None::<Editing>);
    let Some(all) = sources.all.clone() else { return Html::default() };
    let streams: Vec<Rc<TableDescription>> = tables
        .list
        .iter()
        .filter(|table| table.body["StreamSpecification"]["StreamEnabled"] == true)
        .cloned()
        .collect();
    let begin = {
        let (api, editing) = (api.clone(), editing.setter());
        Callback::from(move |table: Rc<TableDescription>| {
            let (api, editing) = (api.clone(), editing.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let page = api.look("Scan", &one_item(&table.name)).await;
                let attribute = likely_attribute(&table, page.as_ref().and_then(|page| page["Items"].get(0)));
                let draft = Draft::new(&table, &attribute);
                editing.set(Some(Editing { table, draft }));
            });
        })
    };
    let onsaved = {
        let (route, editing, refresh) = (route.clone(), editing.setter(), refresh.clone());
        Callback::from(move |uuid: String| {
            editing.set(None);
            with_source(&route, Some(uuid));
            refresh.emit(());
        })
    };
    let onclose = {
        let editing = editing.setter();
        Callback::from(move |()| editing.set(None))
    };
    if let Some(Editing { table, draft }) = &*editing {
        let key = format!("{}{:?}", table.name, draft.uuid);
        return html! {
            <div class="consumer-page">
                <SourceForm {key} table={table.clone()} draft={draft.clone()} {onsaved} {onclose} />
            </div>
        };
    }
    if all.is_empty() {
        return html! { <Nothing {streams} {begin} /> };
    }
    let shown = sources.shown.clone();
    let onedit = {
        let (editing, tables) = (editing.setter(), tables.clone());
        Callback::from(move |source: Source| {
            if let Some(table) = tables.get(source.table()).cloned() {
                editing.set(Some(Editing { table, draft: Draft::of(&source) }));
            }
        })
    };
    let ondeleted = {
        let (route, refresh) = (route.clone(), refresh.clone());
        Callback::from(move |()| {
            with_source(&route, None);
            refresh.emit(());
        })
    };
    html! {
        <div class="consumer-page">
            <aside class="consumer-side">
                <h3>{ "Event sources" }</h3>
                <ul>
                    { for all.iter().map(|source| {
                        let uuid = source.uuid.clone();
                        let current = chosen.as_ref() == Some(&uuid);
                        let onclick = {
                            let route = route.clone();
                            Callback::from(move |_: MouseEvent| with_source(&route, Some(uuid.clone())))
                        };
                        let failed = source.last_processing_result.starts_with("PROBLEM");
                        html! {
                            <li key={source.uuid.clone()}>
                                <button type="button" class="consumer-source" {onclick} aria-current={current.to_string()} data-source={source.function_name().to_owned()}>
                                    <b>{ source.function_name() }</b>
                                    <span>
                                        <Icon name="radio" />{ source.table().to_owned() }
                                        <Badge text={source.state.clone()} tone={if source.is_enabled() { "good" } else { "plain" }} />
                                        if failed {
                                            <Badge text="PROBLEM" tone="bad" title={source.last_processing_result.clone()} />
                                        }
                                    </span>
                                </button>
                            </li>
                        }
                    }) }
                </ul>
                <NewSource {streams} {begin} />
            </aside>
            if let Some(shown) = &shown {
                <SourceView key={shown.source.uuid.clone()} shown={shown.clone()} {refresh} {onedit} {ondeleted} />
            } else {
                <p class="consumer-hint consumer-choose">{ "Choose an event source: its shards, what the function has, and what came of it." }</p>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct StreamsProps {
    streams: Vec<Rc<TableDescription>>,
    begin: Callback<Rc<TableDescription>>,
}

/// Where there is no mapping.
#[component]
fn Nothing(props: &StreamsProps) -> Html {
    let route = use_route();
    if props.streams.is_empty() {
        let records = {
            let route = route.clone();
            Callback::from(move |()| route.replace.emit(route.route.with("view", None)))
        };
        let samples = {
            let route = route.clone();
            Callback::from(move |()| {
                route.go.emit(route.route.at(Page::Design).with("samples", Some(String::new())))
            })
        };
        return html! {
            <EmptyState icon="radio" title="No table has a stream" actions={html! {
                <>
                    <Button label="Enable a stream" icon="radio" kind={ButtonKind::Primary} onclick={records} action="records" />
                    <Button label="Load a sample" icon="book-open" onclick={samples} action="samples" />
                </>
            }}>
                <p>{ "An event source hands the records of a table's stream to a function. Orders is a sample whose stream is enabled." }</p>
            </EmptyState>
        };
    }
    html! {
        <EmptyState icon="radio" title="Nothing reads a stream yet" actions={html! { <NewSource streams={props.streams.clone()} begin={props.begin.clone()} /> }}>
            <p>{ "An event source mapping, as Lambda has it, reads each shard of a stream, hands batches of records to a function, and copes with what fails: \
                  step through it batch by batch, or let it run." }</p>
        </EmptyState>
    }
}

/// Begins a new mapping on one of the streams.
#[component]
fn NewSource(props: &StreamsProps) -> Html {
    let route = use_route();
    let chosen = use_state_eq(|| None::<String>);
    let wanted = chosen.as_ref().or(route.route.table.as_ref());
    let named = wanted.and_then(|name| props.streams.iter().find(|table| table.name == *name));
    let Some(table) = named.or(props.streams.first()).cloned() else { return Html::default() };
    let options = props.streams.iter().map(|table| SelectOption::new(table.name.clone(), table.name.clone()));
    let onchange = {
        let chosen = chosen.setter();
        Callback::from(move |name: String| chosen.set(Some(name)))
    };
    let value = table.name.clone();
    let onclick = props.begin.reform(move |()| table.clone());
    html! {
        <div class="consumer-new">
            if props.streams.len() > 1 {
                <Select label="Stream of" name="stream-of" options={options.collect::<Vec<_>>()} {value} {onchange} />
            }
            <Button label="New event source" icon="plus" kind={ButtonKind::Primary} {onclick} action="new-source" />
        </div>
    }
}
