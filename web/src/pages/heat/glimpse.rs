//! The heatmap alone, moving: light traffic on one table, for as long as it is looked at.

use std::rc::Rc;

use engine::insight::Measure;
use yew::prelude::*;

use super::chart::Chart;
use super::grid::Scale;
use super::paint::Look;
use super::scene::{Aim, RowsAre, use_scene};
use super::traffic::Quick;
use super::use_bands;
use super::viewport::{Time, Viewport};
use crate::hooks::{use_client, use_dark, use_heat};
use crate::state::route::{Page, Route};
use crate::state::tables::TableDescription;

/// The height of all rows together, in CSS pixels.
const HEIGHT: f64 = 112.0;
/// So many seconds are shown.
const SECONDS: u64 = 60;

/// The props of [`HeatGlimpse`].
#[derive(Properties, PartialEq)]
pub struct HeatGlimpseProps {
    /// The table.
    pub table: Rc<TableDescription>,
}

/// The picture, and the traffic that it is of. The traffic runs in a copy of the workspace, as the Heat page's does, and ends with
/// the picture, but where the reader goes to the Heat page.
#[component]
pub fn HeatGlimpse(props: &HeatGlimpseProps) -> Html {
    let (heat, api, dark) = (use_heat(), use_client(), use_dark());
    let holder = use_node_ref();
    let bands = use_bands(&props.table, api.clone(), &heat.history);
    let quick = Quick::glimpse();
    let active = props.table.status == "ACTIVE";
    let table = props.table.clone();
    use_effect_with((active, table.name.clone()), move |(active, _)| {
        let workload = active.then(|| Quick::glimpse().workload(Some(&table))).and_then(Result::ok);
        let started = workload.is_some();
        if let Some(workload) = workload {
            let answer = api.start_traffic(workload);
            // Where it was refused the picture stands still.
            wasm_bindgen_futures::spawn_local(async move { drop(answer.await) });
        }
        move || {
            let to = Route::parse(&gloo::utils::window().location().search().unwrap_or_default());
            if started && to.page != Page::Heat {
                api.discard_traffic();
            }
        }
    });
    let newest = heat.history.newest();
    // The table itself: its indexes have their rows on the Heat page.
    let own =
        use_memo(bands, |bands| bands.iter().flat_map(|bands| bands.first().cloned()).collect::<Vec<_>>());
    let scene = use_scene(
        &holder,
        Aim {
            table: props.table.clone(),
            listed: own.clone(),
            history: heat.history.clone(),
            measure: Measure::Reads,
            rows: RowsAre::Partitions,
            viewport: Viewport { time: Time::Live(SECONDS), rows: None },
            end: newest.unwrap_or(0),
            height: HEIGHT,
            histograms: false,
        },
    );
    if own.is_empty() || newest.is_none() {
        return html! { <div class="glimpse" data-part="glimpse" data-state="cold"></div> };
    }
    let look = Look { scale: Scale::Relative, brightness: 1.0, dark, density: 1.0 };
    let running = heat.running().is_some();
    html! {
        <figure class="glimpse" data-part="glimpse" data-state={if running { "moving" } else { "still" }}>
            <Chart {holder} {scene} table={props.table.clone()} history={heat.history.clone()} {look} />
            <figcaption>
                { format!("The reads of {}, partition by partition, in the last minute: ", props.table.name) }
                { format!("{} requests a second on a copy of it, most of them for a few keys. Nothing of this traffic is stored.", quick.rate) }
            </figcaption>
        </figure>
    }
}
