//! The document that is being loaded, over every page: how far it is, a way to stop it, and why it stopped.

use yew::prelude::*;

use crate::components::{Button, ErrorPanel, Progress};
use crate::hooks::use_loader;
use crate::state::loading::Loading;

/// The bar.
#[component]
pub fn LoadingBar() -> Html {
    let loader = use_loader();
    match &*loader.state {
        Loading::Idle => html! {},
        Loading::Running { name, done, total } => html! {
            <div class="loading-bar" data-loading="running">
                <Progress label={format!("Loading {name}")} done={*done as u64} total={*total as u64} oncancel={loader.cancel.clone()} />
            </div>
        },
        Loading::Undoing { name } => html! {
            <div class="loading-bar" data-loading="undoing">
                <Progress label={format!("Taking {name} away again")} />
            </div>
        },
        Loading::Failed { name, operation, table, error, undone } => html! {
            <div class="loading-bar" data-loading="failed">
                <p>{ match undone {
                    true => format!("{name} was not loaded: {operation} of {table} was refused. Everything is as it was before."),
                    false => format!("{name} was not loaded whole: {operation} of {table} was refused. What was done before it stays."),
                } }</p>
                <ErrorPanel error={error.clone()} actions={html! {
                    <Button label="Understood" onclick={loader.dismiss.clone()} action="dismiss-loading" />
                }} />
            </div>
        },
    }
}
