//! How the region's simulation behaves: the capacity model, scaled-down partitions, splits, faults and lags.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use yew::prelude::*;

use super::levels::model_options;
use crate::components::{Button, ButtonKind, ErrorPanel, Field, Select};
use crate::hooks::{use_client, use_session};
use crate::protocol::{ClientError, Place};

/// The switches: the member, the label, and what it does.
const SWITCHES: [(&str, &str, &str); 3] = [
    (
        "SplitForHeat",
        "Split for heat",
        "A partition whose traffic stays near its limit splits where that divides it.",
    ),
    ("Lag", "Followers and indexes lag", "Off, every read sees the last write."),
    ("Throttle", "Throttle", "Requests beyond the capacity are refused."),
];

/// The numbers: the member, the label, the unit.
const NUMBERS: [(&str, &str, &str); 7] = [
    (
        "PartitionSizeBytes",
        "Partition size",
        "bytes; 10 GB in the service, small enough here to see a split for size",
    ),
    ("LagPercent", "Lag", "% of what the model draws; 1000 makes stale reads easy to see"),
    ("HeatSeconds", "Heat lasts", "seconds near the limit before a partition splits"),
    ("SplitSeconds", "A split takes", "seconds"),
    ("LeaseMilliseconds", "A lease runs on", "milliseconds after its leader has failed"),
    ("LogReplicaSeconds", "A log replica comes", "seconds after a replica has failed"),
    ("HealSeconds", "A replica is whole", "seconds after it has failed"),
];

const MODEL: &str = "CapacityModel";

/// The request that changes what differs; the error is by member.
fn changes(was: &Value, typed: &BTreeMap<String, String>) -> Result<Value, BTreeMap<String, String>> {
    let (mut request, mut faults) = (Map::new(), BTreeMap::new());
    for (member, text) in typed {
        let value = match &was[member.as_str()] {
            Value::Bool(_) => json!(text == "true"),
            Value::Number(_) => match text.trim().replace([',', '_'], "").parse::<u64>() {
                Ok(number) => json!(number),
                Err(_) => {
                    faults.insert(member.clone(), "A whole number.".to_owned());
                    continue;
                }
            },
            _ => json!(text),
        };
        if value != was[member.as_str()] {
            request.insert(member.clone(), value);
        }
    }
    if faults.is_empty() { Ok(Value::Object(request)) } else { Err(faults) }
}

/// The props of [`SimulationSettings`].
#[derive(Properties, PartialEq)]
pub struct SimulationSettingsProps {
    /// Whose: the workspace's, or the traffic's branch's.
    pub place: Place,
}

/// The settings.
#[component]
pub fn SimulationSettings(props: &SimulationSettingsProps) -> Html {
    let (api, session) = (use_client(), use_session());
    let was = use_state_eq(|| None::<Value>);
    let typed = use_state_eq(BTreeMap::<String, String>::new);
    let refused = use_state_eq(|| None::<ClientError>);
    let faults = use_state_eq(BTreeMap::<String, String>::new);
    {
        let (api, was) = (api.clone(), was.setter());
        use_effect_with((session.opened, api.moment()), move |_| {
            wasm_bindgen_futures::spawn_local(async move {
                was.set(api.look("Dynascope.DescribeSimulation", &json!({})).await);
            });
        });
    }
    let Some(now) = &*was else { return Html::default() };
    let shown = |member: &str| {
        typed.get(member).cloned().unwrap_or_else(|| match &now[member] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
    };
    let set = |member: &'static str| {
        let (typed, setter) = ((*typed).clone(), typed.setter());
        Callback::from(move |text: String| {
            let mut next = typed.clone();
            next.insert(member.to_owned(), text);
            setter.set(next);
        })
    };
    let onsubmit = {
        let (api, now, typed, was) = (api.clone(), now.clone(), typed.clone(), was.setter());
        let (refused, faults) = (refused.setter(), faults.setter());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let request = match changes(&now, &typed) {
                Ok(request) => request,
                Err(wrong) => return faults.set(wrong),
            };
            faults.set(BTreeMap::new());
            let reply = api.call("Dynascope.UpdateSimulation", request.to_string());
            let (was, typed, refused) = (was.clone(), typed.setter(), refused.clone());
            wasm_bindgen_futures::spawn_local(async move {
                match reply.await.result {
                    Ok(body) => {
                        was.set(serde_json::from_str(&body).ok());
                        typed.set(BTreeMap::new());
                        refused.set(None);
                    }
                    Err(error) => refused.set(Some(error)),
                }
            });
        })
    };
    let onreset = {
        let (typed, faults) = (typed.setter(), faults.setter());
        Callback::from(move |()| {
            typed.set(BTreeMap::new());
            faults.set(BTreeMap::new());
        })
    };
    let changed = changes(now, &typed).map_or(true, |request| request != json!({}));
    let kept = match props.place {
        Place::Workspace => ". They are saved with the workspace.",
        Place::Traffic => ". Here they are the branch's, and gone with it.",
    };
    html! {
        <form class="cluster-settings" {onsubmit} data-changed={changed.to_string()}>
            <p>{ "How this region behaves inside. The service publishes none of these times: they are " }<b>{ "modelled" }</b>{ kept }</p>
            <Select label="Capacity model" name={MODEL} options={model_options()} value={shown(MODEL)} onchange={set(MODEL)} />
            { for SWITCHES.iter().map(|(member, label, what)| {
                let on = shown(member) == "true";
                let onclick = set(member).reform(move |_: MouseEvent| (!on).to_string());
                html! {
                    <label class="cluster-switch">
                        <input type="checkbox" name={*member} checked={on} {onclick} />
                        <span><b>{ *label }</b><small>{ *what }</small></span>
                    </label>
                }
            }) }
            <div class="cluster-numbers">
                { for NUMBERS.iter().map(|(member, label, unit)| html! {
                    <Field key={*member} label={*label} name={*member} value={shown(member)} oninput={set(member)} hint={*unit}
                        error={faults.get(*member).map(|fault| AttrValue::from(fault.clone()))} />
                }) }
            </div>
            if let Some(error) = &*refused {
                <ErrorPanel error={error.clone()} />
            }
            <div class="cluster-buttons">
                <button class="button" data-kind="primary" data-action="save-simulation" disabled={!changed}><span>{ "Save" }</span></button>
                <Button label="Undo" kind={ButtonKind::Quiet} disabled={!changed} onclick={onreset} />
            </div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_asked_for() {
        let was = json!({"CapacityModel": "ADAPTIVE", "Lag": true, "LagPercent": 100});
        let typed = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect()
        };
        assert_eq!(changes(&was, &typed(&[])), Ok(json!({})));
        let some = typed(&[("CapacityModel", "STATIC"), ("Lag", "true"), ("LagPercent", " 1,000 ")]);
        assert_eq!(changes(&was, &some), Ok(json!({"CapacityModel": "STATIC", "LagPercent": 1000})));
        assert!(changes(&was, &typed(&[("LagPercent", "many")])).unwrap_err().contains_key("LagPercent"));
    }
}
