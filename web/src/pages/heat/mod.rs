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

use serde_json::json;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, EmptyState};
use crate::hooks::{use_client, use_heat, use_route, use_tables};
use crate::pages;
use crate::state::route::Page;
use crate::state::tables::TableDescription;
pub use glimpse::HeatGlimpse;

use bands::{Band, places, with_heat};
use traffic::{LATELY_SECONDS, Quick, TrafficPanel, use_starting};
use view::HeatView;

/// The page.
#[component]
pub fn HeatPage() -> Html {
    let (tables, route) = (use_tables(), use_route());
    match tables.chosen(route.route.table.as_deref()) {
        Some(table) => html! { <HeatOfTable key={table.name.clone()} table={table.clone()} /> },
        None if !tables.loaded => Html::default(),
        None => {
            let onclick = Callback::from(move |()| {
                route.go.emit(route.route.at(Page::Design).with("samples", Some(String::new())))
            });
            let actions = pages::has(Page::Design).then(|| html! {
                <Button label="Load a sample" icon="database" kind={ButtonKind::Primary} {onclick} action="samples" />
            });
            html! {
                <EmptyState icon="flame" title="No table, no heat" actions={actions.unwrap_or_default()}>
                    { "The heatmap shows how the requests to a table spread over its partitions." }
                </EmptyState>
            }
        }
    }
}

#[derive(Properties, PartialEq)]
struct HeatOfTableProps {
    table: Rc<TableDescription>,
}

/// The bands of a table: read again whenever its description changes, or a partition opened or has another leader.
#[hook]
fn use_bands(table: &Rc<TableDescription>) -> Option<Rc<Vec<Band>>> {
    let heat = use_heat();
    let rows = heat.history.rows().all();
    let known: Vec<_> = rows.iter().map(|row| (row.partition, row.closed_ms, row.leader)).collect();
    let api = use_client();
    let read = use_state_eq(|| None::<Rc<Vec<Band>>>);
    let setter = read.setter();
    use_effect_with((table.clone(), known), move |(table, _)| {
        let table = table.clone();
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
    let (heat, tables, starting) = (use_heat(), use_tables(), use_starting());
    let table = &props.table;
    let bands = use_bands(table);
    let newest = heat.history.newest().unwrap_or(0);
    let lately = (newest + 1).saturating_sub(LATELY_SECONDS);
    let throttled = use_memo((bands.clone(), heat.history.clone()), move |(bands, history)| {
        let Some(bands) = bands else { return 0 };
        let bands = with_heat((**bands).clone(), history, lately, newest + 1);
        history.cells(lately, newest + 1, &places(&bands)).iter().map(|cell| cell.throttles).sum::<u64>()
    });
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
    let refused = (table.status != "ACTIVE" && table.status != "UPDATING")
        .then(|| AttrValue::from(format!("The table is {}: requests are refused.", table.status)));
    let map = match &bands {
        Some(listed) if *any => {
            html! { <HeatView table={table.clone()} listed={listed.clone()} /> }
        }
        _ => {
            let start = {
                let (start, table) = (starting.start.clone(), table.clone());
                Callback::from(move |()| {
                    if let Ok(workload) = Quick::light().workload(&table) {
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
    };
    html! {
        <div class="heat-page">
            <div class="heat-main">{ map }</div>
            <TrafficPanel tables={tables.list.iter().map(|table| AttrValue::from(table.name.clone())).collect::<Vec<_>>()}
                table={table.clone()} throttled={*throttled} {refused} {starting} />
        </div>
    }
}
