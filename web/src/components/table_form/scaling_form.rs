//! Auto scaling of reads and of writes, of a table or of one of its global indexes.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::components::Field;
use crate::state::design::scaling::{ScalingDesign, Scalings};

/// The props of [`ScalingForm`].
#[derive(Properties, PartialEq)]
pub struct ScalingFormProps {
    /// What the fields' names begin with: `scale`, `gsi-0-scale`.
    pub name: AttrValue,
    /// Of reads, then of writes.
    pub scaling: Scalings,
    /// It was changed.
    pub onchange: Callback<Scalings>,
}

/// Both switches, and the fields of what is on.
#[component]
pub fn ScalingForm(props: &ScalingFormProps) -> Html {
    html! { <>{ for [("reads", 0), ("writes", 1)].map(|(what, at)| one(props, what, at)) }</> }
}

fn one(props: &ScalingFormProps, what: &'static str, at: usize) -> Html {
    let scaling = &props.scaling[at];
    let with = |change: fn(&mut ScalingDesign, String)| {
        let all = props.scaling.clone();
        props.onchange.reform(move |text| {
            let mut all = all.clone();
            change(&mut all[at], text);
            all
        })
    };
    let onswitch = {
        let all = props.scaling.clone();
        props.onchange.reform(move |event: Event| {
            let mut all = all.clone();
            all[at].on = event.target_unchecked_into::<HtmlInputElement>().checked();
            all
        })
    };
    let name = |field: &str| format!("{}-{what}{field}", props.name);
    html! {
        <>
            <label class="check">
                <input type="checkbox" name={name("")} checked={scaling.on} onchange={onswitch} />
                { format!("Auto scaling of {what}") }
            </label>
            if scaling.on {
                <div class="units">
                    <Field label="At least" name={name("-least")} value={scaling.least.clone()} oninput={with(|one, text| one.least = text)} />
                    <Field label="At most" name={name("-most")} value={scaling.most.clone()} oninput={with(|one, text| one.most = text)} />
                    <Field label="Use aimed at, %" name={name("-target")} value={scaling.target.clone()} oninput={with(|one, text| one.target = text)} />
                </div>
            }
        </>
    }
}
