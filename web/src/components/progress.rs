//! Long work: how far it is, and a way to stop it.

use yew::prelude::*;

use super::{Button, ButtonKind};
use crate::state::explanation::count;

/// The props of [`Progress`].
#[derive(Properties, PartialEq)]
pub struct ProgressProps {
    /// What is being done.
    pub label: AttrValue,
    /// How much is done.
    #[prop_or_default]
    pub done: u64,
    /// Of how much; none where that is not known.
    #[prop_or_default]
    pub total: Option<u64>,
    /// Stop it.
    #[prop_or_default]
    pub oncancel: Option<Callback<()>>,
}

/// A progress bar with a cancel button.
#[component]
pub fn Progress(props: &ProgressProps) -> Html {
    let figure = match props.total {
        Some(total) => format!("{} of {}", count(props.done), count(total)),
        None if props.done > 0 => count(props.done),
        None => String::new(),
    };
    let bar = match props.total {
        Some(total) => html! {
            <progress aria-label={props.label.clone()} value={props.done.to_string()} max={total.max(1).to_string()} />
        },
        None => html! { <progress aria-label={props.label.clone()} /> },
    };
    html! {
        <div class="progress" role="status">
            <span class="progress-label">{ &props.label }</span>
            { bar }
            <span class="progress-figure">{ figure }</span>
            if let Some(oncancel) = &props.oncancel {
                <Button label="Cancel" kind={ButtonKind::Quiet} onclick={oncancel.clone()} />
            }
        </div>
    }
}
