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
mod traffic_form;
mod view;
mod viewport;
mod words;

use std::rc::Rc;

use serde_json::json;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, EmptyState};
use crate::hooks::{saved, set_saved, use_client, use_heat, use_notices, use_route, use_tables};
use crate::pages;
use crate::protocol::Traffic;
use crate::state::notice::{Level, NoticeAction};
use crate::state::route::Page;
use crate::state::tables::TableDescription;
pub use glimpse::HeatGlimpse;

use bands::{Band, places, with_heat};
use traffic::TrafficPanel;
use traffic_form::{TrafficForm, achieved, first, lately as lately_sum, light};
use view::HeatView;

/// Under which name the last traffic is kept.
const LAST_TRAFFIC: &str = "traffic";

/// The panel tells what was throttled in so many seconds.
const LATELY_SECONDS: u64 = 10;

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
    let (heat, tables, route, api) = (use_heat(), use_tables(), use_route(), use_client());
    let notices = use_notices();
    let table = &props.table;
    let bands = use_bands(table);
    let form = use_state_eq(|| {
        let kept = saved(LAST_TRAFFIC).and_then(|text| serde_json::from_str::<Traffic>(&text).ok());
        TrafficForm::of(&kept.unwrap_or_else(|| first("")))
    });
    // The reports at the last order, and whether it was to start.
    let ordered = use_state_eq(|| None::<(u64, bool)>);
    {
        let (ordered, notices) = (ordered.clone(), notices.dispatcher());
        use_effect_with((heat.reports, heat.traffic.is_some()), move |(reports, running)| {
            let Some((at, start)) = *ordered else { return };
            if *running == start {
                ordered.set(None);
            } else if *reports > at + 1 {
                ordered.set(None);
                let text = "The traffic did not start: the table cannot be used now.".into();
                notices.dispatch(NoticeAction::Say(Level::Failed, text));
            }
        });
    }
    let onstart = {
        let (api, ordered, reports) = (api.clone(), ordered.setter(), heat.reports);
        let form = form.setter();
        Callback::from(move |traffic: Traffic| {
            if let Ok(text) = serde_json::to_string(&traffic) {
                set_saved(LAST_TRAFFIC, &text);
            }
            form.set(TrafficForm::of(&traffic));
            ordered.set(Some((reports, true)));
            api.start_traffic(traffic);
        })
    };
    let onstop = {
        let (api, ordered, reports) = (api.clone(), ordered.setter(), heat.reports);
        Callback::from(move |()| {
            ordered.set(Some((reports, false)));
            api.stop_traffic();
        })
    };
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
    let ontable = {
        let route = route.clone();
        Callback::from(move |name: String| route.go.emit(route.route.on(Some(name), None)))
    };
    let map = match &bands {
        Some(listed) if *any => {
            html! { <HeatView table={table.clone()} listed={listed.clone()} /> }
        }
        _ => {
            let start = {
                let (onstart, traffic) = (onstart.clone(), light(&table.name));
                Callback::from(move |()| onstart.emit(traffic.clone()))
            };
            let actions = html! {
                <Button label="Start light traffic" icon="play" kind={ButtonKind::Primary} onclick={start} action="light-traffic"
                    disabled={refused.is_some()} busy={ordered.is_some()} />
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
                table={table.name.clone()} {ontable} form={(*form).clone()} onform={
                    let form = form.setter();
                    Callback::from(move |next| form.set(next))
                }
                running={heat.traffic.clone()} achieved={achieved(&heat.seconds)} lately={lately_sum(&heat.seconds, LATELY_SECONDS)} skipped={heat.skipped} throttled={*throttled}
                waiting={ordered.is_some_and(|(_, start)| start)} {refused} {onstart} {onstop} />
        </div>
    }
}
