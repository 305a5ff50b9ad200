//! The traffic panel: what to send, start and stop, and what comes of it.
//!
//! - `quick` the quick choices and the workload that they describe, `form` their fields
//! - `figures` sums over the traffic's seconds, `status` how it stands

mod figures;
mod form;
mod quick;
mod status;

use std::rc::Rc;

use yew::prelude::*;

use crate::components::{Button, ButtonKind, ErrorPanel};
use crate::hooks::{saved, set_saved, use_client, use_heat, use_route};
use crate::protocol::ClientError;
use crate::protocol::traffic::Workload;
use crate::state::tables::TableDescription;
use form::QuickForm;
pub use quick::Quick;
pub use status::LATELY_SECONDS;
use status::Status;

/// Under which name the last choices are kept.
const LAST_QUICK: &str = "traffic";

/// Starting traffic: whether an order is under way, what is wrong with the last one, and the order.
#[derive(Clone, PartialEq)]
pub struct Starting {
    /// The order was given and not answered yet.
    pub busy: bool,
    /// Why the last order was refused.
    pub refused: Option<ClientError>,
    /// Start this.
    pub start: Callback<Workload>,
}

/// Starts traffic.
#[hook]
pub fn use_starting() -> Starting {
    let api = use_client();
    let state = use_state_eq(|| (false, None::<ClientError>));
    let setter = state.setter();
    let start = use_callback(api, move |workload: Workload, api| {
        setter.set((true, None));
        let (setter, answer) = (setter.clone(), api.start_traffic(workload));
        wasm_bindgen_futures::spawn_local(async move { setter.set((false, answer.await.err())) });
    });
    let (busy, refused) = (*state).clone();
    Starting { busy, refused, start }
}

/// The props of [`TrafficPanel`].
#[derive(Properties, PartialEq)]
pub struct TrafficPanelProps {
    /// The tables that there are.
    pub tables: Vec<AttrValue>,
    /// The table that is shown.
    pub table: Rc<TableDescription>,
    /// The requests on it that were throttled in the last ten seconds.
    pub throttled: u64,
    /// What stands in the way of starting.
    pub refused: Option<AttrValue>,
    /// Starts traffic.
    pub starting: Starting,
}

/// The panel.
#[component]
pub fn TrafficPanel(props: &TrafficPanelProps) -> Html {
    let (heat, api, route) = (use_heat(), use_client(), use_route());
    let quick = use_state_eq(|| {
        let kept = saved(LAST_QUICK).and_then(|text| serde_json::from_str::<Quick>(&text).ok());
        kept.unwrap_or_default()
    });
    let parsed = quick.workload(&props.table);
    let onquick = {
        let quick = quick.setter();
        Callback::from(move |next| quick.set(next))
    };
    let ontable = Callback::from(move |name: String| route.go.emit(route.route.on(Some(name), None)));
    let onstart = {
        let (starting, parsed, quick) = (props.starting.clone(), parsed.clone(), quick.clone());
        Callback::from(move |()| {
            let Ok(workload) = &parsed else { return };
            if let Ok(text) = serde_json::to_string(&*quick) {
                set_saved(LAST_QUICK, &text);
            }
            starting.start.emit(workload.clone());
        })
    };
    let running = heat.running().is_some();
    let label = if running { "Start anew" } else { "Start traffic" };
    html! {
        <section class="heat-traffic" aria-label="Traffic generator" data-traffic={if running { "running" } else { "stopped" }}>
            <h3>{ "Traffic generator" }</h3>
            <QuickForm quick={(*quick).clone()} {onquick} tables={props.tables.clone()} table={props.table.name.clone()} {ontable}
                faults={parsed.as_ref().err().cloned().unwrap_or_default()} />
            <div class="heat-buttons">
                <Button {label} icon="play" kind={ButtonKind::Primary} onclick={onstart} action="start-traffic" busy={props.starting.busy}
                    disabled={parsed.is_err() || props.refused.is_some()} />
                if running {
                    <Button label="Stop" icon="x" onclick={ {
                        let api = api.clone();
                        Callback::from(move |()| api.stop_traffic())
                    } } action="stop-traffic" />
                }
            </div>
            if let Some(refused) = &props.refused {
                <p class="field-error" role="alert">{ refused }</p>
            }
            if let Some(refused) = &props.starting.refused {
                <ErrorPanel error={refused.clone()} />
            }
            if let Some(traffic) = &heat.traffic {
                <Status traffic={traffic.clone()} heat={heat.clone()} throttled={props.throttled} />
            }
            <p class="heat-note">{ "Traffic runs in a copy of this workspace; your items are not changed." }</p>
        </section>
    }
}
