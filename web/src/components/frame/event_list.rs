//! The events around the playhead, as a list with its filters. The event that is shown is marked, and in sight.

use std::rc::Rc;

use engine::timeline::{Event, Filter, Subjects};
use web_sys::{Element, ScrollIntoViewOptions, ScrollLogicalPosition};
use yew::prelude::*;

use crate::components::{Button, ButtonKind, Field, Select, SelectOption};
use crate::state::explanation::{clock, tell_event};
use crate::state::place::kind_words;
use crate::state::timeline::Window;

/// The props of [`EventList`].
#[derive(Properties, PartialEq)]
pub struct EventListProps {
    /// The events.
    pub window: Rc<Window>,
    /// What is filtered.
    pub filter: Filter,
    /// What a filter can be set to.
    pub subjects: Rc<Subjects>,
    /// The event that is shown.
    pub current: Option<u64>,
    /// How many events have fallen away.
    pub fallen: u64,
    /// Another filter.
    pub onfilter: Callback<Filter>,
    /// Show this event.
    pub onchoose: Callback<u64>,
    /// What can be done with the moment: pins, branch, export.
    pub actions: Html,
}

/// The list.
#[component]
pub fn EventList(props: &EventListProps) -> Html {
    let list = use_node_ref();
    {
        let list = list.clone();
        let first = props.window.events.first().map(|event| event.id);
        use_effect_with((props.current, first), move |_| {
            let list = list.cast::<Element>();
            if let Some(row) = list.and_then(|list| list.query_selector("[aria-current]").ok().flatten()) {
                let options = ScrollIntoViewOptions::new();
                options.set_block(ScrollLogicalPosition::Nearest);
                row.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    }
    let shown = props.window.events.len() as u64;
    let (from, to) = (props.window.before + 1, props.window.before + shown);
    let counted = match (props.window.total, shown) {
        (0, _) if props.filter.is_open() => "No event yet: every request leaves its events here.".to_owned(),
        (0, _) => "No event matches.".to_owned(),
        (total, shown) if shown == total => format!("{total} events"),
        (total, _) => format!("{from} to {to} of {total} events, around the playhead"),
    };
    html! {
        <div class="event-list">
            <div class="event-filters" role="group" aria-label="Filters">
                { filters(props) }
                <span class="event-actions">{ props.actions.clone() }</span>
            </div>
            if props.fallen > 0 {
                <p class="event-fallen" role="status">{ format!("The oldest {} events have fallen away: the timeline keeps 1,000,000, and 200 MB.", props.fallen) }</p>
            }
            <p class="event-count" aria-live="polite" data-total={props.window.total.to_string()}>{ counted }</p>
            <ol class="event-rows" ref={list}>
                { for props.window.events.iter().map(|event| row(event, props)) }
            </ol>
        </div>
    }
}

fn row(event: &Rc<Event>, props: &EventListProps) -> Html {
    let id = event.id;
    let onclick = props.onchoose.reform(move |_: MouseEvent| id);
    let current = (props.current == Some(id)).then_some("true");
    html! {
        <li key={id}>
            <button type="button" {onclick} data-event={id.to_string()} data-kind={event.kind.name()} aria-current={current}>
                <span class="event-id">{ id }</span>
                <time>{ clock(event.at_ms) }</time>
                <span class="event-request">{ event.request.map(|request| format!("request {request}")) }</span>
                <span class="event-text">{ tell_event(event) }</span>
            </button>
        </li>
    }
}

fn filters(props: &EventListProps) -> Html {
    let set = |change: fn(&mut Filter, Option<String>)| {
        let (filter, onfilter) = (props.filter.clone(), props.onfilter.clone());
        Callback::from(move |text: String| {
            let mut filter = filter.clone();
            change(&mut filter, Some(text).filter(|text| !text.is_empty()));
            onfilter.emit(filter);
        })
    };
    let choice = |label: &'static str,
                  name: &'static str,
                  all: &'static str,
                  list: Vec<(String, String)>,
                  value: Option<String>,
                  onchange| {
        let mut options = vec![SelectOption::new("", all)];
        // What an address asks for may not be there yet.
        if let Some(value) = value.as_ref().filter(|value| !list.iter().any(|(one, _)| one == *value)) {
            options.push(SelectOption::new(value.clone(), value.clone()));
        }
        options.extend(list.into_iter().map(|(value, label)| SelectOption::new(value, label)));
        html! { <Select {label} {name} hide_label={true} {options} value={value.unwrap_or_default()} {onchange} /> }
    };
    let same = |list: &[String]| list.iter().map(|text| (text.clone(), text.clone())).collect::<Vec<_>>();
    let Filter { client, operation, table, key, partition, kind, request } = &props.filter;
    let kinds = props.subjects.kinds.iter().map(|kind| (kind.clone(), kind_words(kind))).collect();
    let clients = props.subjects.clients.iter().map(|one| (one.to_string(), format!("client {one}")));
    let clients: Vec<_> = clients.collect();
    let some_client = !clients.is_empty() || client.is_some();
    let clear = props.onfilter.reform(|()| Filter::default());
    html! {
        <>
            { choice("Kind", "event-kind", "All kinds", kinds, kind.clone(), set(|filter, text| filter.kind = text)) }
            { choice("Operation", "event-operation", "All operations", same(&props.subjects.operations), operation.clone(),
                set(|filter, text| filter.operation = text)) }
            { choice("Table", "event-table", "All tables", same(&props.subjects.tables), table.clone(),
                set(|filter, text| filter.table = text)) }
            if some_client {
                { choice("Client", "event-client", "All clients", clients, client.map(|client| client.to_string()),
                    set(|filter, text| filter.client = text.and_then(|text| text.parse().ok()))) }
            }
            <Field label="Key" name="event-key" hide_label={true} placeholder="key" input_type="search" value={key.clone().unwrap_or_default()}
                oninput={set(|filter, text| filter.key = text)} />
            <Field label="Partition" name="event-partition" hide_label={true} placeholder="partition" input_type="number"
                value={partition.map(|partition| partition.to_string()).unwrap_or_default()}
                oninput={set(|filter, text| filter.partition = text.and_then(|text| text.parse().ok()))} />
            <Field label="Request" name="event-request" hide_label={true} placeholder="request" input_type="number"
                value={request.map(|request| request.to_string()).unwrap_or_default()}
                oninput={set(|filter, text| filter.request = text.and_then(|text| text.parse().ok()))} />
            if !props.filter.is_open() {
                <Button label="Clear" icon="x" kind={ButtonKind::Quiet} onclick={clear} action="clear-filter" />
            }
        </>
    }
}
