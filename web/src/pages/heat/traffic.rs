//! The traffic generator's panel: what to send, start and stop, and what came of it.

use engine::workload::Clients;
use yew::prelude::*;

use super::traffic_form::TrafficForm;
use crate::components::{Badge, Button, ButtonKind, Field, Select, SelectOption};
use crate::protocol::{KeyDistribution, Traffic, TrafficSecond};
use crate::state::explanation::{count, plural};

/// The props of [`TrafficPanel`].
#[derive(Properties, PartialEq)]
pub struct TrafficPanelProps {
    /// The tables that there are.
    pub tables: Vec<AttrValue>,
    /// The table that is shown.
    pub table: AttrValue,
    /// Another table is to be shown.
    pub ontable: Callback<String>,
    /// The fields.
    pub form: TrafficForm,
    /// A field was changed.
    pub onform: Callback<TrafficForm>,
    /// The traffic that is running.
    pub running: Option<Traffic>,
    /// The rate that it reaches; none before it is known.
    pub achieved: Option<u64>,
    /// Its requests that this machine was too slow for.
    pub skipped: u64,
    /// The requests on the table that were throttled in the last ten seconds.
    pub throttled: u64,
    /// What it came to in the last ten seconds.
    pub lately: TrafficSecond,
    /// Whether an order was given that has not been answered.
    pub waiting: bool,
    /// What stands in the way of starting.
    pub refused: Option<AttrValue>,
    /// Start this.
    pub onstart: Callback<Traffic>,
    /// Stop.
    pub onstop: Callback<()>,
}

/// The panel.
#[component]
pub fn TrafficPanel(props: &TrafficPanelProps) -> Html {
    let parsed = props.form.parse(&props.table);
    let fault = |name: &str| {
        parsed.as_ref().err().and_then(|faults| faults.get(name)).map(|text| AttrValue::from(text.clone()))
    };
    let field = |label: &'static str, name: &'static str, value: &str, set: fn(&mut TrafficForm, String)| {
        let (form, onform) = (props.form.clone(), props.onform.clone());
        let oninput = Callback::from(move |text: String| {
            let mut form = form.clone();
            set(&mut form, text);
            onform.emit(form);
        });
        html! { <Field {label} {name} value={value.to_owned()} {oninput} error={fault(name)} mono={true} /> }
    };
    let keys = match props.form.keys {
        KeyDistribution::Uniform => "uniform",
        KeyDistribution::Zipf => "zipf",
    };
    let onkeys = {
        let (form, onform) = (props.form.clone(), props.onform.clone());
        Callback::from(move |name: String| {
            let keys = if name == "zipf" { KeyDistribution::Zipf } else { KeyDistribution::Uniform };
            onform.emit(TrafficForm { keys, ..form.clone() });
        })
    };
    let onstart = {
        let (onstart, parsed) = (props.onstart.clone(), parsed.clone());
        Callback::from(move |()| {
            if let Ok(traffic) = &parsed {
                onstart.emit(traffic.clone());
            }
        })
    };
    let changed = props.running.as_ref() != parsed.as_ref().ok();
    let label = if props.running.is_some() { "Start anew" } else { "Start traffic" };
    let tables: Vec<SelectOption> =
        props.tables.iter().map(|table| SelectOption::new(table.clone(), table.clone())).collect();
    html! {
        <section class="heat-traffic" aria-label="Traffic generator" data-traffic={if props.running.is_some() { "running" } else { "stopped" }}>
            <h3>{ "Traffic generator" }</h3>
            <div class="heat-fields">
                <Select label="Table" name="traffic-table" options={tables} value={props.table.clone()} onchange={props.ontable.clone()} />
                { field("Requests / s", "rate", &props.form.rate, |form, text| form.rate = text) }
                { field("Reads, %", "read_percent", &props.form.read_percent, |form, text| form.read_percent = text) }
                <Select label="Keys" name="keys" value={keys} onchange={onkeys} options={vec![
                    SelectOption::new("uniform", "Uniform: all alike"),
                    SelectOption::new("zipf", "Zipf: a few are hot"),
                ]} />
                { field("Partition keys", "key_count", &props.form.key_count, |form, text| form.key_count = text) }
                { field("Seed", "seed", &props.form.seed, |form, text| form.seed = text) }
            </div>
            <div class="heat-buttons">
                <Button {label} icon="play" kind={ButtonKind::Primary} onclick={onstart} action="start-traffic" busy={props.waiting}
                    disabled={parsed.is_err() || props.refused.is_some() || !changed} />
                if props.running.is_some() {
                    <Button label="Stop" icon="x" onclick={props.onstop.clone()} action="stop-traffic" />
                }
            </div>
            if let Some(refused) = &props.refused {
                <p class="field-error" role="alert">{ refused }</p>
            }
            { status(props) }
            <p class="heat-note">{ "Traffic runs in a copy of this workspace; your items are not changed." }</p>
        </section>
    }
}

fn status(props: &TrafficPanelProps) -> Html {
    let Some(running) = &props.running else { return Html::default() };
    let keys = match running.keys {
        KeyDistribution::Uniform => "uniform",
        KeyDistribution::Zipf => "Zipf",
    };
    let clients = Clients::default();
    html! {
        <dl class="heat-status" data-part="traffic-status">
            <dt>{ "Running on" }</dt>
            <dd>{ &running.table }{ format!(", {keys} over {}", plural(running.key_count.into(), "key")) }</dd>
            <dt>{ "Sent" }</dt>
            <dd data-part="achieved" data-achieved={props.achieved.map(|rate| rate.to_string())}>
                { props.achieved.map_or_else(|| "measuring…".to_owned(), |rate| format!("{} of {} a second", count(rate), count(running.rate.into()))) }
            </dd>
            <dt>{ "Throttled" }</dt>
            <dd data-part="throttled" data-throttled={props.throttled.to_string()}>
                if props.throttled > 0 {
                    <Badge tone="bad" text={format!("{} in 10 s", count(props.throttled))} />
                } else {
                    { "none in 10 s" }
                }
            </dd>
            if props.lately.retries > 0 {
                <dt>{ "Sent again" }</dt>
                <dd data-part="retries" data-retries={props.lately.retries.to_string()}
                    title={format!("{} clients, as the AWS SDKs' standard mode has them: each sends a throttled request up to {} times, after a wait that grows, while its retry quota lasts.", clients.count, clients.max_attempts)}>
                    { format!("{} in 10 s", count(props.lately.retries)) }
                </dd>
            }
            if props.lately.given_up > 0 {
                <dt>{ "Given up" }</dt>
                <dd data-part="given-up" data-given-up={props.lately.given_up.to_string()}
                    title="Throttled every time, or without retry quota: these requests have failed for good.">
                    <Badge tone="bad" text={format!("{} in 10 s", count(props.lately.given_up))} />
                </dd>
            }
            if props.skipped > 0 {
                <dt>{ "Left out" }</dt>
                <dd data-part="skipped" title="This machine is too slow for the rate: these requests were not sent.">
                    { format!("{}: the rate is too high for this machine", count(props.skipped)) }
                </dd>
            }
        </dl>
    }
}
