//! Which cluster is shown: the workspace's, or that of the branch in which traffic runs.

use yew::prelude::*;

use crate::components::{Button, ButtonKind};
use crate::protocol::Place;

/// The props of [`PlaceChoice`].
#[derive(Properties, PartialEq)]
pub struct PlaceChoiceProps {
    /// Which is shown.
    pub place: Place,
    /// Whether there is a branch of traffic: without it there is one only.
    pub has_branch: bool,
    /// The other one is wanted.
    pub onplace: Callback<Place>,
}

/// The choice, and what it means.
#[component]
pub fn PlaceChoice(props: &PlaceChoiceProps) -> Html {
    let choice = |place: Place, label: &'static str, action: &'static str| {
        html! {
            <Button {label} kind={ButtonKind::Quiet} pressed={props.place == place} {action} onclick={props.onplace.reform(move |()| place)} />
        }
    };
    let (name, words) = match (props.place, props.has_branch) {
        (Place::Traffic, _) => {
            ("traffic", "The copy in which the traffic runs. What you kill, split or set here stays there.")
        }
        (Place::Workspace, true) => ("workspace", "Your workspace. The traffic does not reach it."),
        (Place::Workspace, false) => ("workspace", "Your workspace."),
    };
    html! {
        <div class="cluster-place" role="group" aria-label="Which cluster is shown" data-place={name}>
            if props.has_branch {
                { choice(Place::Traffic, "Traffic", "place-traffic") }
                { choice(Place::Workspace, "Workspace", "place-workspace") }
            }
            <span>{ words }</span>
        </div>
    }
}
