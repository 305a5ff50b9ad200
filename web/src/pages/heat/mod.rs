//! Heat: how much each partition was read, written and throttled, second by second; and the traffic generator.
//!
//! Everything drawn is counted by the engine from its own events, the reader's requests and the traffic's alike. The cells
//! are on a canvas, and once more in a table. [`HeatGlimpse`] is the picture alone, for the first minute.

mod bands;
mod chart;
mod glimpse;
mod grid;
mod layout;
mod legend;
mod paint;
mod ramp;
mod table;
mod traffic;
mod traffic_form;
mod view;
mod words;

use std::rc::Rc;

use serde_json::json;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, EmptyState};
use crate::hooks::{saved, set_saved, use_client, use_heat, use_notices, use_route, use_session, use_tables};
use crate::pages;
use crate::protocol::Traffic;
use crate::state::notice::{Level, NoticeAction};
use crate::state::route::Page;
use crate::state::tables::TableDescription;
pub use glimpse::HeatGlimpse;

use bands::{Band, with_unlisted};
use grid::{Grid, Metric};
use traffic::TrafficPanel;
use traffic_form::{TrafficForm, achieved, first, light};
use view::HeatView;

/// Under which name the last traffic is kept.
const LAST_TRAFFIC: &str = "traffic";

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

/// The bands of a table: read again whenever its description changes.
#[hook]
fn use_bands(table: &Rc<TableDescription>) -> Option<Rc<Vec<Band>>> {
    let api = use_client();
    let read = use_state_eq(|| None::<Rc<Vec<Band>>>);
    let setter = read.setter();
    use_effect_with(table.clone(), move |table| {
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
    let (session, notices) = (use_session(), use_notices());
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
    let bands = bands.map(|bands| Rc::new(with_unlisted((*bands).clone(), &heat.columns)));
    let newest = heat.columns.last_key_value().map(|(second, _)| *second);
    let throttled = bands.as_ref().zip(newest).map_or(0, |(bands, newest)| {
        let grid = Grid::new(&heat.columns, bands, newest, 10);
        let rows = (0..grid.rows()).flat_map(|row| grid.row(row));
        rows.map(|cell| Metric::Throttles.amount(cell)).sum()
    });
    let refused = (table.status != "ACTIVE" && table.status != "UPDATING")
        .then(|| AttrValue::from(format!("The table is {}: requests are refused.", table.status)));
    let ontable = {
        let route = route.clone();
        Callback::from(move |name: String| route.go.emit(route.route.on(Some(name), None)))
    };
    let any = heat
        .columns
        .values()
        .any(|column| column.cells.iter().any(|(key, _)| key.target.table == table.name));
    let map = match &bands {
        Some(bands) if any => {
            html! { <HeatView bands={bands.clone()} known_ms={session.now_ms.max(newest.unwrap_or(0) * 1000)} /> }
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
                running={heat.traffic.clone()} achieved={achieved(&heat.sent)} skipped={heat.skipped} {throttled}
                waiting={ordered.is_some_and(|(_, start)| start)} {refused} {onstart} {onstop} />
        </div>
    }
}
