//! The screens that stand in for a page while there is no workspace.

use yew::prelude::*;

use crate::components::{Button, ButtonKind, EmptyState, Icon};

/// The worker is starting.
#[component]
pub fn OpeningScreen() -> Html {
    html! {
        <div class="opening" role="status" aria-busy="true">{ "Opening the workspace…" }</div>
    }
}

/// The props of [`WaitingScreen`].
#[derive(Properties, PartialEq)]
pub struct WaitingScreenProps {
    /// The workspace.
    pub workspace: AttrValue,
}

/// Another tab holds the workspace, and does not answer.
#[component]
pub fn WaitingScreen(props: &WaitingScreenProps) -> Html {
    html! {
        <div data-screen="waiting" class="screen">
            <EmptyState icon="app-window" title={format!("“{}” is open in a tab that does not answer", props.workspace)}>
                <p>{ "A workspace is led by one tab at a time, so that no write is lost, and the others pass their requests to it. \
                      That one is busy, or of an older version: this one goes on as soon as it answers, is reloaded or closed; or \
                      choose another workspace above." }</p>
            </EmptyState>
        </div>
    }
}

/// The props of [`FaultScreen`].
#[derive(Properties, PartialEq)]
pub struct FaultScreenProps {
    /// What happened.
    pub message: AttrValue,
    /// Load the page again.
    pub onreload: Callback<()>,
    /// Save everything that is stored as a file.
    pub onsave: Callback<()>,
}

/// The worker cannot go on.
#[component]
pub fn FaultScreen(props: &FaultScreenProps) -> Html {
    html! {
        <div class="screen fault" role="alert" data-screen="fault">
            <Icon name="octagon-alert" />
            <h2>{ "The engine stopped" }</h2>
            <p class="fault-message">{ &props.message }</p>
            <p>{ "Every write that was acknowledged is stored. What was under way was not carried out, or is not known to be." }</p>
            <div class="screen-actions">
                <Button label="Reload the page" icon="rotate-cw" kind={ButtonKind::Primary} onclick={props.onreload.clone()} />
                <Button label="Save everything that is stored" icon="save" onclick={props.onsave.clone()} action="save-stored" />
            </div>
        </div>
    }
}
