//! The heatmap alone, moving: light traffic on one table, for as long as it is looked at.

use std::rc::Rc;

use yew::prelude::*;

use super::chart::{Chart, Pointed};
use super::grid::{Grid, Metric, Scale};
use super::paint::Look;
use super::traffic_form::glimpse;
use super::use_bands;
use crate::hooks::{use_client, use_dark, use_heat};
use crate::state::explanation::count;
use crate::state::route::{Page, Route};
use crate::state::tables::TableDescription;

/// The height of all rows together, in CSS pixels.
const HEIGHT: f64 = 112.0;
/// So many seconds are shown.
const SECONDS: usize = 60;

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
    let pointed = use_state_eq(|| None::<Pointed>);
    let bands = use_bands(&props.table);
    let traffic = glimpse(&props.table.name);
    let active = props.table.status == "ACTIVE";
    use_effect_with((active, traffic.clone()), move |(active, traffic)| {
        if *active {
            api.start_traffic(traffic.clone());
        }
        let started = *active;
        move || {
            let to = Route::parse(&gloo::utils::window().location().search().unwrap_or_default());
            if started && to.page != Page::Heat {
                api.stop_traffic();
            }
        }
    });
    let newest = heat.columns.last_key_value().map(|(second, _)| *second);
    let (Some(bands), Some(newest)) = (bands.filter(|bands| !bands.is_empty()), newest) else {
        return html! { <div class="glimpse" data-part="glimpse" data-state="cold"></div> };
    };
    // The table itself: its indexes have their rows on the Heat page.
    let own = Rc::new(bands[..1].to_vec());
    let grid = Rc::new(Grid::new(&heat.columns, &own, newest.saturating_sub(1), SECONDS));
    let look = Look { metric: Metric::Reads, scale: Scale::Relative, dark, density: 1.0 };
    let onpoint = {
        let pointed = pointed.setter();
        Callback::from(move |to| pointed.set(to))
    };
    let running = heat.traffic.as_ref() == Some(&traffic);
    html! {
        <figure class="glimpse" data-part="glimpse" data-state={if running { "moving" } else { "still" }}>
            <Chart bands={own} {grid} {look} rows_height={HEIGHT} playhead={None::<f64>} pointed={*pointed} {onpoint} onchoose={Callback::noop()} />
            <figcaption>
                { format!("The reads of {}, partition by partition, in the last minute: ", props.table.name) }
                { format!("{} requests a second on a copy of it, most of them for a few keys. Nothing of this traffic is stored.", count(traffic.rate.into())) }
            </figcaption>
        </figure>
    }
}
