//! Point-in-time recovery of a table: on and off, its period, the moment that is restored, and what the table held then.

use std::rc::Rc;

use serde_json::{Value, json};
use yew::prelude::*;

use super::read::Reading;
use super::window::Window;
use crate::components::{Badge, Button, ButtonKind, Field};
use crate::hooks::{use_client, use_timeline};
use crate::protocol::clock::ClockChange;
use crate::state::backups::{Since, compare, seconds};
use crate::state::explanation::plural;
use crate::state::tables::TableDescription;

/// Moved ahead by this much a table has something to restore: the latest moment is five minutes behind.
const AHEAD_MS: u64 = 6 * 60 * 1000;

/// The props of [`PointInTime`].
#[derive(Properties, PartialEq)]
pub struct PointInTimeProps {
    /// The table.
    pub table: Rc<TableDescription>,
    /// What was read.
    pub reading: Rc<Reading>,
    /// What the new table is called.
    pub target: String,
    /// Whether nothing can be changed now.
    pub locked: bool,
    /// Another moment was chosen.
    pub onchoose: Callback<u64>,
    /// Sends a request.
    pub onsend: Callback<(&'static str, Value)>,
}

/// Point-in-time recovery.
#[component]
pub fn PointInTime(props: &PointInTimeProps) -> Html {
    let (api, timeline) = (use_client(), use_timeline());
    let days = use_state_eq(|| None::<String>);
    let PointInTimeProps { table, reading, .. } = props;
    let Some(recovery) = reading.recovery else {
        return html! { <p class="backups-words">{ "Continuous backups are told of once the table is ACTIVE." }</p> };
    };
    let name = table.name.clone();
    let shown_days = (*days).clone().unwrap_or_else(|| recovery.period_days.to_string());
    let switch = |on: bool| {
        let mut specification = json!({ "PointInTimeRecoveryEnabled": on });
        if on {
            // What is no number is refused in the service's words.
            specification["RecoveryPeriodInDays"] = json!(shown_days.trim().parse::<i64>().unwrap_or(0));
        }
        let request = json!({ "TableName": name, "PointInTimeRecoverySpecification": specification });
        props.onsend.reform(move |()| ("UpdateContinuousBackups", request.clone()))
    };
    let ondays = {
        let days = days.setter();
        Callback::from(move |text: String| days.set(Some(text)))
    };
    let onchoose = props.onchoose.reform(move |at_ms: u64| recovery.nearest(at_ms));
    let restore = json!({
        "SourceTableName": table.name, "TargetTableName": props.target, "RestoreDateTime": seconds(reading.at_ms)
    });
    let onrestore = props.onsend.reform(move |()| ("RestoreTableToPointInTime", restore.clone()));
    let onahead = {
        let api = api.clone();
        Callback::from(move |()| {
            let asked = api.set_clock(ClockChange::Ahead { ms: AHEAD_MS });
            // The strip shows the clock; a clock that cannot be stored says so there.
            wasm_bindgen_futures::spawn_local(async move { drop(asked.await) });
        })
    };
    let playhead = timeline.current().filter(|_| props.locked).map(|event| event.at_ms);
    let onplayhead = playhead.map(|at_ms| {
        let (onchoose, api) = (onchoose.clone(), api.clone());
        Callback::from(move |()| {
            onchoose.emit(at_ms);
            drop(api.back_to_live());
        })
    });
    let lines = compare(&reading.history, &reading.present, &table.keys);
    let status = if recovery.enabled { ("ENABLED", "good") } else { ("DISABLED", "plain") };
    html! {
        <section class="backups-recovery" aria-label="Point-in-time recovery" data-enabled={recovery.enabled.to_string()}>
            <h3>{ "Point-in-time recovery " }<Badge text={status.0} tone={status.1} /></h3>
            <div class="backups-fields">
                <Field label="Recovery period, days" name="days" value={shown_days.clone()} oninput={ondays} disabled={props.locked} />
                if recovery.enabled {
                    <Button label="Change the period" onclick={switch(true)} disabled={props.locked || shown_days == recovery.period_days.to_string()} action="change-recovery" />
                    <Button label="Turn off" kind={ButtonKind::Quiet} onclick={switch(false)} disabled={props.locked} action="recovery-off"
                        title="What was kept is gone; turned on again, it begins anew" />
                } else {
                    <Button label="Turn on" icon="play" kind={ButtonKind::Primary} onclick={switch(true)} disabled={props.locked} action="recovery-on" />
                }
            </div>
            if !recovery.enabled {
                <p class="backups-words">
                    { "Turned on, the table can be restored as it was at any second of the last 1 to 35 days, into a new table. It costs by the table's size, \
                       consumes no capacity, and reaches back to the moment at which it is turned on." }
                </p>
            } else {
                <Window {recovery} history={reading.history.clone()} until_ms={reading.until_ms} at_ms={reading.at_ms} onchoose={onchoose.clone()} />
                if !recovery.has_window() {
                    <p class="backups-words">
                        { "LatestRestorableDateTime is five minutes behind now: write something, and let some time pass. " }
                        <Button label="Move the clock 6 minutes ahead" icon="fast-forward" onclick={onahead} disabled={props.locked} action="ahead" />
                    </p>
                }
                if let Some(onplayhead) = onplayhead {
                    <p class="backups-words">
                        { "The playhead stands in the past. " }
                        <Button label="Choose the playhead's moment" icon="clock" onclick={onplayhead} action="playhead" />
                    </p>
                }
                <div class="backups-preview" data-items={reading.history.item_count.to_string()}>
                    <h4>{ format!("What the table held then: {}", plural(reading.history.item_count, "item")) }</h4>
                    <ul>
                        { for lines.iter().map(|line| {
                            let since = line.since.map_or("", Since::words);
                            html! {
                                <li key={line.key.clone()} data-since={since}>
                                    <b>{ &line.key }</b><span>{ &line.rest }</span>
                                    if !since.is_empty() { <small>{ since }</small> }
                                </li>
                            }
                        }) }
                    </ul>
                    if reading.history.item_count > reading.history.items.len() as u64 {
                        <p class="backups-words">{ format!("The first {} of them, in the order of the hashes.", reading.history.items.len()) }</p>
                    }
                </div>
                <Button label={format!("Restore into {}", props.target)} icon="history" kind={ButtonKind::Primary} onclick={onrestore} disabled={props.locked} action="restore-moment" />
            }
        </section>
    }
}
