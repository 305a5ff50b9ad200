//! Traffic: what to send, start and stop, and what comes of it.
//!
//! The panel beside the map has the quick choices (`quick`, `form`), how it stands (`status`), what becomes of its copy of the
//! workspace (`ending`) and the recipes of the workspace (`recipes`). The composer (`compose` with `pattern_form`, `rate_form`,
//! `log_form`) takes the map's place, and so does the comparison of two designs (`compare`, `held`). What is typed and what it means is
//! pure: `quick`, `keys`, `draft`, `arrivals`, `log`, `designs`, `number`; so are the sums in `figures` and `bill`.

mod arrivals;
mod bill;
mod compare;
mod compose;
mod designs;
mod draft;
mod ending;
mod figures;
mod form;
mod held;
mod keys;
mod log;
mod log_form;
mod number;
mod pattern_form;
mod quick;
mod rate_form;
mod recipes;
mod side_map;
mod starting;
mod status;

use std::rc::Rc;

use yew::prelude::*;

use crate::components::{Button, ButtonKind, ErrorPanel};
use crate::hooks::{saved, set_saved, use_client, use_heat, use_route};
use crate::state::tables::TableDescription;
pub use compare::Compare;
pub use compose::Composer;
use ending::Ending;
use form::QuickForm;
pub use quick::Quick;
use recipes::Recipes;
pub use starting::{Starting, use_starting};
use status::Status;

/// Under which name the last choices are kept.
const LAST_QUICK: &str = "traffic";

/// The props of [`TrafficPanel`].
#[derive(Properties, PartialEq)]
pub struct TrafficPanelProps {
    /// The tables that there are.
    pub tables: Vec<AttrValue>,
    /// The table that is shown.
    pub table: Option<Rc<TableDescription>>,
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
    let parsed = quick.workload(props.table.as_deref());
    let onquick = {
        let quick = quick.setter();
        Callback::from(move |next: Quick| {
            if let Ok(text) = serde_json::to_string(&next) {
                set_saved(LAST_QUICK, &text);
            }
            quick.set(next);
        })
    };
    let ontable = {
        let route = route.clone();
        Callback::from(move |name: String| route.go.emit(route.route.on(Some(name), None)))
    };
    let onstart = {
        let (starting, parsed) = (props.starting.clone(), parsed.clone());
        Callback::from(move |()| {
            if let Ok(workload) = &parsed {
                starting.start.emit(workload.clone());
            }
        })
    };
    let open = |view: &'static str| {
        let route = route.clone();
        Callback::from(move |()| route.go.emit(route.route.with("view", Some(view.to_owned()))))
    };
    let running = heat.running().is_some();
    let refused = quick.refused(props.table.as_deref());
    let label = if running { "Start anew" } else { "Start traffic" };
    html! {
        <section class="heat-traffic" aria-label="Traffic generator" data-traffic={if running { "running" } else { "stopped" }}>
            <h3>{ "Traffic generator" }</h3>
            <QuickForm quick={(*quick).clone()} {onquick} tables={props.tables.clone()}
                table={props.table.as_ref().map(|table| AttrValue::from(table.name.clone())).unwrap_or_default()} {ontable}
                faults={parsed.as_ref().err().cloned().unwrap_or_default()} />
            <div class="heat-buttons">
                <Button {label} icon="play" kind={ButtonKind::Primary} onclick={onstart} action="start-traffic" busy={props.starting.busy}
                    disabled={parsed.is_err() || refused.is_some()} />
                if running {
                    <Button label="Stop" icon="x" onclick={ {
                        let api = api.clone();
                        Callback::from(move |()| api.stop_traffic())
                    } } action="stop-traffic" />
                }
            </div>
            <div class="heat-buttons">
                <Button label="Compose…" onclick={open("compose")} action="compose" title="Patterns, rates over time, keys, clients, a log to replay" />
                <Button label="Compare designs…" onclick={open("compare")} action="compare" title="The same traffic on two designs side by side" />
            </div>
            if let Some(refused) = refused {
                <p class="field-error" role="alert">{ refused }</p>
            }
            if let Some(refused) = &props.starting.refused {
                <ErrorPanel error={refused.clone()} />
            }
            if let Some(traffic) = &heat.traffic {
                <Status traffic={traffic.clone()} heat={heat.clone()} />
                if !traffic.is_running() {
                    <Ending traffic={traffic.clone()} />
                }
            }
            <p class="heat-note">{ "Traffic runs in a copy of this workspace; your items are not changed unless you keep it." }</p>
            <Recipes starting={props.starting.clone()} />
        </section>
    }
}
