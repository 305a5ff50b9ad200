//! Heat: how much each partition was read, written and throttled, second by second; and the traffic generator.
//!
//! Everything drawn is counted by the engine from its own requests, the reader's and the traffic's alike. What is looked at is
//! a viewport on rows and time (`viewport`, `axis`); `scene` makes columns and places of it, `paint` pixels, `axes` what
//! stands around them. The same cells are once more in a table. [`HeatGlimpse`] is the picture alone, for the first minute.

mod axes;
mod axis;
mod bands;
mod cell_panel;
mod chart;
mod controls;
mod csv;
mod draw;
mod finding_words;
mod findings;
mod glimpse;
mod grid;
mod keys;
mod layout;
mod legend;
mod measure;
mod paint;
mod png;
mod ramp;
mod scene;
mod table;
mod traffic;
mod view;
mod viewport;
mod words;

use std::rc::Rc;

use engine::insight::HeatHistory;
use serde_json::json;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, EmptyState};
use crate::hooks::{Api, use_branch_tables, use_client, use_heat, use_route, use_tables};
use crate::pages;
use crate::protocol::Place;
use crate::state::route::{Page, Route};
use crate::state::tables::TableDescription;
pub use glimpse::HeatGlimpse;

use bands::Band;
pub use traffic::Quick;
use traffic::{Compare, Composer, Starting, TrafficPanel, use_starting};
use view::HeatView;

/// The page.
#[component]
pub fn HeatPage() -> Html {
    let (tables, route, starting) = (use_tables(), use_route(), use_starting());
    // What the traffic has brought along is in its copy of the workspace alone.
    let branch = use_branch_tables().unwrap_or_default();
    let brought = branch.iter().filter(|table| tables.loaded && tables.get(&table.name).is_none());
    let brought: Vec<Rc<TableDescription>> = brought.cloned().collect();
    let named = route.route.table.as_deref();
    let own = brought.iter().find(|table| Some(table.name.as_str()) == named);
    let table = own.or_else(|| tables.chosen(named)).or(brought.first()).cloned();
    let all: Vec<Rc<TableDescription>> = tables.list.iter().chain(&brought).cloned().collect();
    let main = match (route.route.rest.get("view").map(String::as_str), &table) {
        // What is begun with depends on the table.
        (_, None) if !tables.loaded => Html::default(),
        (Some("compose"), table) => {
            html! { <Composer tables={all.clone()} table={table.clone()} starting={starting.clone()} /> }
        }
        (Some("compare"), table) => html! { <Compare table={table.clone()} /> },
        (_, Some(table)) => {
            html! { <HeatOfTable key={table.name.clone()} table={table.clone()} starting={starting.clone()} /> }
        }
        (_, None) => no_table(route.route.at(Page::Design), route.go.clone()),
    };
    html! {
        <div class="heat-page">
            <div class="heat-main">{ main }</div>
            <TrafficPanel tables={all.iter().map(|table| AttrValue::from(table.name.clone())).collect::<Vec<_>>()} {table} {starting} />
        </div>
    }
}

fn no_table(design: Route, go: Callback<Route>) -> Html {
    let onclick = Callback::from(move |()| go.emit(design.with("samples", Some(String::new()))));
    let actions = pages::has(Page::Design).then(|| html! {
        <Button label="Load a sample" icon="database" kind={ButtonKind::Primary} {onclick} action="samples" />
    });
    html! {
        <EmptyState icon="flame" title="No table, no heat" actions={actions.unwrap_or_default()}>
            { "The heatmap shows how the requests to a table spread over its partitions." }
        </EmptyState>
    }
}

/// Where a table is looked at: in the traffic's copy of the workspace while there is one that has to do with it.
#[hook]
fn use_place(table: &str) -> Place {
    let heat = use_heat();
    let concerned =
        heat.traffic.as_ref().is_some_and(|traffic| traffic.tables.iter().any(|one| one == table));
    if concerned { Place::Traffic } else { Place::Workspace }
}

#[derive(Properties, PartialEq)]
struct HeatOfTableProps {
    table: Rc<TableDescription>,
    starting: Starting,
}

/// The bands of a table: read again whenever its description changes, or a partition opened or has another leader.
#[hook]
fn use_bands(table: &Rc<TableDescription>, api: Api, history: &HeatHistory) -> Option<Rc<Vec<Band>>> {
    let rows = history.rows().all();
    let known: Vec<_> = rows.iter().map(|row| (row.partition, row.closed_ms, row.leader)).collect();
    let read = use_state_eq(|| None::<Rc<Vec<Band>>>);
    let setter = read.setter();
    use_effect_with((table.clone(), known, api), move |(table, _, api)| {
        let (table, api) = (table.clone(), api.clone());
        wasm_bindgen_futures::spawn_local(async move {
            let list = api.look("Dynascope.ListPartitions", &json!({ "TableName": table.name })).await;
            // A table may go between the two calls.
            setter.set(list.map(|list| Rc::new(bands::bands(&list, &table))));
        });
    });
    (*read).clone()
}

#[component]
fn HeatOfTable(props: &HeatOfTableProps) -> Html {
    let (heat, starting) = (use_heat(), &props.starting);
    let table = &props.table;
    let (api, place) = (use_client(), use_place(&table.name));
    let bands = use_bands(table, api.at(place), &heat.history);
    let any = use_memo((bands.clone(), heat.history.clone()), |(bands, history)| {
        let Some(bands) = bands else { return false };
        let rows = history.rows();
        let listed = bands
            .iter()
            .flat_map(|band| &band.rows)
            .any(|row| rows.row_of(row.partition).is_some_and(|row| history.has(row)));
        let known = rows.all().iter().filter(|row| {
            row.target.as_ref().is_some_and(|target| bands.iter().any(|band| band.target == *target))
        });
        listed || known.into_iter().any(|row| history.has(row.row))
    });
    match &bands {
        Some(listed) if *any => html! { <HeatView table={table.clone()} listed={listed.clone()} /> },
        _ => {
            let quick = Quick::light();
            let refused = quick.refused(Some(table));
            let start = {
                let (start, table) = (starting.start.clone(), table.clone());
                Callback::from(move |()| {
                    if let Ok(workload) = quick.workload(Some(&table)) {
                        start.emit(workload);
                    }
                })
            };
            let actions = html! {
                <Button label="Start light traffic" icon="play" kind={ButtonKind::Primary} onclick={start} action="light-traffic"
                    disabled={refused.is_some()} busy={starting.busy} />
            };
            html! {
                <EmptyState icon="flame" title={format!("{} is cold", table.name)} {actions}>
                    { "Nothing was read or written yet. Send a request, or let the traffic generator send some: each second of \
                       each partition becomes a cell." }
                </EmptyState>
            }
        }
    }
}
