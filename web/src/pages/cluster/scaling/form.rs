//! The settings of one kind of capacity: minimum, maximum and target.

use engine::timeline::Access;
use serde_json::{Value, json};
use yew::prelude::*;

use crate::components::{Button, ButtonKind, Field};
use crate::state::scaling::Settings;

/// What is aimed at where nothing else is said, in percent.
const TARGET: f64 = 70.0;

/// The props of [`ScalingForm`].
#[derive(Properties, PartialEq)]
pub struct ScalingFormProps {
    /// Which capacity.
    pub access: Access,
    /// As they are.
    pub settings: Settings,
    /// The update that is wanted, in UpdateAutoScaling's words.
    pub onsave: Callback<(Access, Value)>,
}

/// What is typed.
#[derive(Clone, Default, PartialEq)]
struct Typed {
    minimum: Option<String>,
    maximum: Option<String>,
    target: Option<String>,
}

/// The update that what is typed comes to; what is wrong with it otherwise. The engine holds it to its bounds.
fn update(minimum: &str, maximum: &str, target: &str) -> Result<Value, &'static str> {
    let whole = |text: &str| text.trim().replace([',', '_'], "").parse::<u64>().ok();
    let (Some(minimum), Some(maximum)) = (whole(minimum), whole(maximum)) else {
        return Err("Minimum and maximum are whole numbers.");
    };
    let target = target.trim().parse::<f64>().ok().filter(|target| target.is_finite());
    let Some(target) = target else { return Err("The target is a number of percent.") };
    Ok(json!({
        "MinimumUnits": minimum, "MaximumUnits": maximum,
        "ScalingPolicyUpdate": { "TargetTrackingScalingPolicyConfiguration": { "TargetValue": target } }
    }))
}

/// The form.
#[component]
pub fn ScalingForm(props: &ScalingFormProps) -> Html {
    let typed = use_state_eq(Typed::default);
    let fault = use_state_eq(|| None::<&'static str>);
    let settings = &props.settings;
    let shown = |typed: &Option<String>, own: Option<String>| typed.clone().or(own).unwrap_or_default();
    let minimum = shown(&typed.minimum, settings.minimum_units.map(|units| units.to_string()));
    let maximum = shown(&typed.maximum, settings.maximum_units.map(|units| units.to_string()));
    let target = shown(&typed.target, Some(settings.target().unwrap_or(TARGET).to_string()));
    let set = |change: fn(&mut Typed, String)| {
        let (typed, setter) = ((*typed).clone(), typed.setter());
        Callback::from(move |text: String| {
            let mut next = typed.clone();
            change(&mut next, text);
            setter.set(next);
        })
    };
    let name = |field: &str| {
        let access = if props.access == Access::Read { "read" } else { "write" };
        format!("{access}-{field}")
    };
    let onsubmit = {
        let (onsave, access) = (props.onsave.clone(), props.access);
        let (minimum, maximum, target) = (minimum.clone(), maximum.clone(), target.clone());
        let (typed, fault) = (typed.setter(), fault.setter());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match update(&minimum, &maximum, &target) {
                Ok(update) => {
                    fault.set(None);
                    typed.set(Typed::default());
                    onsave.emit((access, update));
                }
                Err(why) => fault.set(Some(why)),
            }
        })
    };
    let onoff = {
        let access = props.access;
        props.onsave.reform(move |()| (access, json!({ "AutoScalingDisabled": true })))
    };
    let on = settings.is_on();
    html! {
        <form class="scaling-form" {onsubmit} data-on={on.to_string()}>
            <Field label="Minimum" name={name("minimum")} value={minimum} oninput={set(|typed, text| typed.minimum = Some(text))} />
            <Field label="Maximum" name={name("maximum")} value={maximum} oninput={set(|typed, text| typed.maximum = Some(text))} />
            <Field label="Target, %" name={name("target")} value={target} oninput={set(|typed, text| typed.target = Some(text))} />
            <button class="button" data-kind={if on { "plain" } else { "primary" }} data-action={name("scale")}>
                <span>{ if on { "Save" } else { "Switch on" } }</span>
            </button>
            if on {
                <Button label="Switch off" kind={ButtonKind::Quiet} onclick={onoff} action={name("off")} />
            }
            if let Some(fault) = *fault {
                <p class="field-error" role="alert">{ fault }</p>
            }
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_becomes_an_update() {
        let made = update(" 5 ", "1,000", "70").expect("an update");
        assert_eq!((&made["MinimumUnits"], &made["MaximumUnits"]), (&json!(5), &json!(1000)));
        assert_eq!(
            made["ScalingPolicyUpdate"]["TargetTrackingScalingPolicyConfiguration"]["TargetValue"],
            json!(70.0)
        );
        assert!(update("", "1", "70").is_err() && update("1", "2", "much").is_err());
    }
}
