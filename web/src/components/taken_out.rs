//! What was taken out of a list a moment ago, with a way back.

use yew::prelude::*;

use super::{Button, ButtonKind, Icon};

/// The props of [`TakenOut`].
#[derive(Properties, PartialEq)]
pub struct TakenOutProps {
    /// What it is called.
    pub name: AttrValue,
    /// Put it back.
    pub onundo: Callback<()>,
    /// It was read.
    pub onread: Callback<()>,
}

/// A bar that says it.
#[component]
pub fn TakenOut(props: &TakenOutProps) -> Html {
    html! {
        <div class="banner" role="status" data-banner="taken-out">
            <Icon name="trash-2" />
            <p>{ format!("“{}” is taken out of the design.", props.name) }</p>
            <Button label="Undo" icon="undo-2" onclick={props.onundo.clone()} action="undo-remove" />
            <Button label="Understood" kind={ButtonKind::Quiet} onclick={props.onread.clone()} action="dismiss-removed" />
        </div>
    }
}
