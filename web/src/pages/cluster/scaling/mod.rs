//! Auto scaling of a table and its global indexes: its settings, how long its alarms have counted, the steps it took, and the
//! clock beside them, since it goes by minutes.

mod chart;
mod form;

use std::rc::Rc;

use engine::insight::Places;
use engine::timeline::{Access, EventKind, PartitionId, Target};
use serde_json::{Value, json};
use yew::prelude::*;

use super::read::use_newest;
use crate::components::{Button, ButtonKind, ErrorPanel, Menu, MenuEntry, Select, SelectOption, Term};
use crate::hooks::{use_client, use_clock, use_heat, use_interval, use_route, use_workspace_ms};
use crate::protocol::clock::{ClockChange, Speed};
use crate::protocol::{ClientError, Place};
use crate::state::cluster::Cluster;
use crate::state::explanation::{clock as time_of, count};
use crate::state::heat::rows_of;
use crate::state::scaling::{Described, Scaled, Step, minutes, steps};
use crate::state::tables::TableDescription;
use chart::ScalingChart;
use form::ScalingForm;

/// How often it is read anew, in milliseconds.
const EVERY_MS: u32 = 1_000;
/// So many minutes are drawn.
const MINUTES: u64 = 60;
/// So many steps are looked for.
const STEPS: usize = 200;
/// Minutes in a row above the target that scale out, and below that scale in.
const ALARMS: (u32, u32) = (2, 15);

/// The props of [`AutoScaling`].
#[derive(Properties, PartialEq)]
pub struct AutoScalingProps {
    /// The table.
    pub table: Rc<TableDescription>,
    /// The index that is chosen in the rail.
    pub index: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// What is read of it.
#[derive(Clone, PartialEq)]
struct Reading {
    described: Rc<Described>,
    cluster: Rc<Cluster>,
}

/// How the table and its indexes are scaled, read now and then, and what reads it now.
#[hook]
fn use_described(table: &str) -> (Option<Reading>, Callback<()>) {
    let api = use_client();
    let reading = use_state_eq(|| None::<Reading>);
    let refresh = {
        let (table, setter) = (table.to_owned(), reading.setter());
        Callback::from(move |()| {
            let (api, setter) = (api.clone(), setter.clone());
            let request = json!({ "TableName": table });
            wasm_bindgen_futures::spawn_local(async move {
                let Some(described) = api.look("Dynascope.DescribeAutoScaling", &request).await else {
                    return;
                };
                let Some(cluster) = api.look("Dynascope.ListPartitions", &request).await else { return };
                if let (Ok(described), Ok(cluster)) =
                    (serde_json::from_value(described), serde_json::from_value(cluster))
                {
                    setter.set(Some(Reading { described: Rc::new(described), cluster: Rc::new(cluster) }));
                }
            });
        })
    };
    use_interval(true, EVERY_MS, refresh.clone());
    {
        let refresh = refresh.clone();
        use_effect_with(table.to_owned(), move |_| refresh.emit(()));
    }
    ((*reading).clone(), refresh)
}

/// The page's part.
#[component]
pub fn AutoScaling(props: &AutoScalingProps) -> Html {
    let (api, heat, route) = (use_client(), use_heat(), use_route());
    let now_ms = use_workspace_ms(EVERY_MS);
    let (reading, refresh) = use_described(&props.table.name);
    let refused = use_state_eq(|| None::<ClientError>);
    let scaled = |event: &engine::timeline::Event| matches!(event.kind, EventKind::AutoScaled { .. });
    let events = use_newest(props.place, STEPS, scaled);
    let Some(reading) = reading else { return Html::default() };
    let targets = &reading.described.targets;
    let chosen = targets.iter().find(|one| one.index_name == props.index).or(targets.first());
    let Some(chosen) = chosen else { return Html::default() };
    let target = Target { table: props.table.name.clone(), index: chosen.index_name.clone() };
    let listed = reading.cluster.of(chosen.index_name.as_deref());
    let listed: Vec<PartitionId> = listed.iter().map(|partition| partition.partition_id).collect();
    let places = Places::new(rows_of(&heat.history, &target, &listed).into_iter().map(Some));
    let onsave = {
        let (api, table, index) = (api.clone(), props.table.name.clone(), chosen.index_name.clone());
        let (refused, refresh) = (refused.setter(), refresh.clone());
        Callback::from(move |(access, update): (Access, Value)| {
            let mut request = json!({ "TableName": table, member(access): update });
            if let Some(index) = &index {
                request["IndexName"] = json!(index);
            }
            let reply = api.call("Dynascope.UpdateAutoScaling", request.to_string());
            let (refused, refresh) = (refused.clone(), refresh.clone());
            wasm_bindgen_futures::spawn_local(async move {
                refused.set(reply.await.result.err());
                refresh.emit(());
            });
        })
    };
    let ontarget = {
        let table = props.table.name.clone();
        Callback::from(move |name: String| {
            route.go.emit(route.route.on(Some(table.clone()), (!name.is_empty()).then_some(name)))
        })
    };
    let options = targets.iter().map(|one| match &one.index_name {
        None => SelectOption::new("", format!("{} (table)", props.table.name)),
        Some(name) => SelectOption::new(name.clone(), format!("{name} (GSI)")),
    });
    let one = |access: Access, word: &'static str, unit: &'static str| {
        let (settings, measured) = chosen.of(access);
        let steps = steps(&events, &target, access);
        // The newest minute still runs.
        let drawn =
            minutes(&heat.history, &places, access, &steps, measured.provisioned_units, (now_ms, MINUTES));
        html! {
            <section class="scaling-part" data-access={word} aria-label={format!("Auto scaling of {word}")}>
                <h3>{ format!("{} capacity", if access == Access::Read { "Read" } else { "Write" }) }</h3>
                <ScalingForm key={format!("{target:?} {word}")} {access} settings={settings.clone()} onsave={onsave.clone()} />
                { alarms(chosen, access, drawn.iter().rev().nth(1).map_or(0.0, |minute| minute.consumed), unit) }
                <ScalingChart minutes={drawn} target_percent={settings.target()} {unit} access={word} />
                { told(&steps, unit) }
            </section>
        }
    };
    html! {
        <div class="scaling">
            <div class="scaling-bar">
                <Select label="Auto scaling of" name="scaling-target" options={options.collect::<Vec<_>>()}
                    value={chosen.index_name.clone().unwrap_or_default()} onchange={ontarget} />
                <ClockBeside />
            </div>
            <p class="scaling-words">
                { "Auto scaling changes provisioned throughput by the minute: out after two minutes in a row above the target, in after \
                   fifteen in a row 20 points below it. A minute without any traffic is no measurement. " }<Term word="modelled" />
            </p>
            if let Some(error) = &*refused {
                <ErrorPanel error={error.clone()} />
            }
            if props.table.on_demand {
                <p class="scaling-words" data-part="on-demand">{ "This table is on demand: it has no provisioned throughput to scale. UpdateTable with \
                    BillingMode PROVISIONED changes that." }</p>
            } else {
                <div class="scaling-parts">
                    { one(Access::Read, "reads", "RCU") }
                    { one(Access::Write, "writes", "WCU") }
                </div>
            }
        </div>
    }
}

/// The member of UpdateAutoScaling that sets one kind of capacity.
fn member(access: Access) -> &'static str {
    match access {
        Access::Read => "ProvisionedReadCapacityAutoScalingSettingsUpdate",
        Access::Write => "ProvisionedWriteCapacityAutoScalingSettingsUpdate",
    }
}

/// How long the alarms have counted.
fn alarms(of: &Scaled, access: Access, consumed: f64, unit: &'static str) -> Html {
    let (settings, measured) = of.of(access);
    let on = settings.is_on();
    let counted = |so_far: u32, of: u32, what: &'static str, name: &'static str| {
        html! {
            <div class="scaling-alarm" data-alarm={name} data-minutes={so_far.to_string()}>
                <span>{ what }</span>
                <meter min="0" max={of.to_string()} value={so_far.min(of).to_string()}>{ so_far }</meter>
                <small>{ format!("{so_far} of {of} min") }</small>
            </div>
        }
    };
    html! {
        <div class="scaling-now" data-provisioned={measured.provisioned_units.to_string()}>
            <p><b>{ format!("{} {unit}", count(measured.provisioned_units)) }</b>{ " provisioned, " }
                { format!("{consumed:.1} a second consumed in the last whole minute") }</p>
            if on {
                { counted(measured.minutes_above, ALARMS.0, "Above the target", "above") }
                { counted(measured.minutes_below, ALARMS.1, "Far below it", "below") }
            }
        </div>
    }
}

/// The steps in words, newest first.
fn told(steps: &[Step], unit: &'static str) -> Html {
    html! {
        <ol class="scaling-steps" aria-label="Steps">
            { for steps.iter().take(12).map(|step| html! {
                <li data-to={step.to_units.to_string()}>
                    <time>{ time_of(step.at_ms) }</time>
                    <b>{ format!("{} → {} {unit}", count(step.from_units), count(step.to_units)) }</b>
                    { ": " }{ step.why() }
                </li>
            }) }
        </ol>
    }
}

/// The clock's speed and its moves ahead.
#[component]
fn ClockBeside() -> Html {
    let (api, clock) = (use_client(), use_clock());
    let ask = Callback::from(move |change: ClockChange| {
        let asked = api.set_clock(change);
        // The strip shows the clock; a clock that cannot be stored says so there.
        wasm_bindgen_futures::spawn_local(async move { drop(asked.await) });
    });
    let speed = clock.state.pace.speed;
    let speeds = Speed::ALL
        .into_iter()
        .map(|one| MenuEntry { checked: Some(one == speed), ..MenuEntry::new(one.name(), one.name()) });
    let onspeed = ask
        .reform(|name: AttrValue| ClockChange::Speed { speed: Speed::from_name(&name).unwrap_or_default() });
    let ahead = |label: &'static str, ms: u64, action: &'static str| {
        html! {
            <Button {label} icon="fast-forward" kind={ButtonKind::Quiet} {action} onclick={ask.reform(move |()| ClockChange::Ahead { ms })} />
        }
    };
    html! {
        <div class="scaling-clock" role="group" aria-label="Time">
            { ahead("1 min", 60_000, "ahead-1") }
            { ahead("15 min", 900_000, "ahead-15") }
            { ahead("1 h", 3_600_000, "ahead-60") }
            <Menu label={format!("Speed {}", speed.name())} action="scaling-speed" title="Speed of the clock" entries={speeds.collect::<Vec<_>>()} onselect={onspeed} />
            <small>{ "Traffic rests while the clock is moved ahead; at a higher speed it goes on." }</small>
        </div>
    }
}
