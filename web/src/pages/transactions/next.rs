//! What can happen next: each step to take, and beside it what can go wrong.

use yew::prelude::*;

use super::scene::{Next, Scene};
use crate::components::{Button, ButtonKind};

/// The props of [`NextSteps`].
#[derive(Properties, PartialEq)]
pub struct NextStepsProps {
    /// The run.
    pub scene: Scene,
    /// Something was sent and is not answered yet.
    pub busy: bool,
    /// A step was chosen.
    pub onstep: Callback<String>,
}

/// The steps that can be taken.
#[component]
pub fn NextSteps(props: &NextStepsProps) -> Html {
    let scene = &props.scene;
    let (faults, moves): (Vec<&Next>, Vec<&Next>) = scene.steps.iter().partition(|next| next.fault);
    let crashes = faults.iter().filter(|next| next.message.is_none());
    let button = |next: &Next, kind: ButtonKind, label: String, icon: Option<&'static str>| {
        let step = next.step.clone();
        let onclick = props.onstep.reform(move |()| step.clone());
        html! {
            <Button {label} {kind} {onclick} disabled={props.busy} action={next.step.replace(' ', "-")} icon={icon.map(AttrValue::from)} />
        }
    };
    let of_message = |next: &Next, name: &str| {
        faults
            .iter()
            .find(|one| one.message.is_some() && one.message == next.message && one.step.starts_with(name))
            .copied()
    };
    html! {
        <section class="tx-next-steps" aria-label="What can happen next">
            <h3>{ "What can happen next" }</h3>
            if moves.is_empty() {
                <p class="tx-soft">{ "Nothing: every client is answered, and no message is on its way." }</p>
            }
            <ul>
                { for moves.iter().map(|next| html! {
                    <li key={next.step.clone()} data-client={next.client.map(|client| client.to_string())}>
                        { button(next, ButtonKind::Plain, scene.label(next), None) }
                        { for of_message(next, "delay").map(|delay| button(delay, ButtonKind::Quiet, "Delay".into(), None)) }
                        { for of_message(next, "repeat").map(|repeat| button(repeat, ButtonKind::Quiet, "Twice".into(), None)) }
                    </li>
                }) }
            </ul>
            if crashes.clone().next().is_some() {
                <h3>{ "What can go wrong" }</h3>
                <ul>
                    { for crashes.map(|next| html! {
                        <li key={next.step.clone()} data-client={next.client.map(|client| client.to_string())}>
                            { button(next, ButtonKind::Danger, scene.label(next), Some("x")) }
                        </li>
                    }) }
                </ul>
            }
        </section>
    }
}
