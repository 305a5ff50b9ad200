//! The map of one of two designs that are compared.

use std::rc::Rc;

use engine::insight::Measure;
use yew::prelude::*;

use super::super::chart::Chart;
use super::super::grid::Scale;
use super::super::paint::Look;
use super::super::scene::{Aim, RowsAre, use_scene};
use super::super::use_bands;
use super::super::viewport::{Time, Viewport};
use crate::hooks::{use_client, use_dark};
use crate::state::heat::Side;
use crate::state::tables::TableDescription;

/// The height of all rows together, in CSS pixels.
const HEIGHT: f64 = 220.0;
/// So many seconds are shown.
const SECONDS: u64 = 60;

/// The props of [`SideMap`].
#[derive(Properties, PartialEq)]
pub struct SideMapProps {
    /// What it did.
    pub side: Side,
    /// Which of the two it is: 0 or 1.
    pub at: usize,
    /// What is shown of it.
    pub measure: Measure,
}

/// The map.
#[component]
pub fn SideMap(props: &SideMapProps) -> Html {
    let api = use_client().at_side(props.at);
    let read = use_state_eq(|| None::<Rc<TableDescription>>);
    {
        let read = read.setter();
        let name = props.side.traffic.tables.first().cloned();
        use_effect_with((name, props.side.traffic.run), move |(name, _)| {
            let Some(name) = name.clone() else { return };
            wasm_bindgen_futures::spawn_local(async move {
                let answer = api.look("DescribeTable", &serde_json::json!({ "TableName": name })).await;
                read.set(answer.and_then(|answer| TableDescription::read(&answer["Table"])).map(Rc::new));
            });
        });
    }
    match &*read {
        Some(table) => {
            html! { <Drawn table={table.clone()} side={props.side.clone()} at={props.at} measure={props.measure} /> }
        }
        None => html! { <div class="compare-map" data-state="cold"></div> },
    }
}

#[derive(Properties, PartialEq)]
struct DrawnProps {
    table: Rc<TableDescription>,
    side: Side,
    at: usize,
    measure: Measure,
}

#[component]
fn Drawn(props: &DrawnProps) -> Html {
    let (dark, holder, api) = (use_dark(), use_node_ref(), use_client());
    let history = props.side.history.clone();
    let bands = use_bands(&props.table, api.at_side(props.at), &history);
    let listed = use_memo(bands, |bands| bands.as_deref().cloned().unwrap_or_default());
    let scene = use_scene(
        &holder,
        Aim {
            table: props.table.clone(),
            listed: listed.clone(),
            history: history.clone(),
            measure: props.measure,
            rows: RowsAre::Partitions,
            viewport: Viewport { time: Time::Live(SECONDS), rows: None },
            end: history.newest().unwrap_or(0),
            height: HEIGHT,
            histograms: false,
        },
    );
    if listed.is_empty() || history.newest().is_none() {
        return html! { <div class="compare-map" data-state="cold"></div> };
    }
    let look = Look { scale: Scale::Limit, brightness: 1.0, dark, density: 1.0 };
    html! {
        <div class="compare-map" data-state="drawn">
            <Chart {holder} {scene} table={props.table.clone()} {history} {look} />
        </div>
    }
}
