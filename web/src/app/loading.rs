//! The document that is being loaded, over every page: how far it is, a way to stop it, and why it stopped.

use yew::prelude::*;

use super::clock::use_ask_clock;
use crate::components::{Button, ErrorPanel, Progress};
use crate::hooks::{use_clock, use_loader};
use crate::protocol::clock::ClockChange;
use crate::state::loading::Loading;

/// The bar.
#[component]
pub fn LoadingBar() -> Html {
    let loader = use_loader();
    let paused = use_clock().state.pace.paused;
    let ask_clock = use_ask_clock();
    match &*loader.state {
        Loading::Idle => html! {},
        Loading::Running { name, done, total } => html! {
            <div class="loading-bar" data-loading="running">
                <Progress label={format!("Loading {name}")} done={*done as u64} total={*total as u64} oncancel={loader.cancel.clone()} />
                if paused {
                    <p data-part="paused">
                        { "The workspace's clock is paused: no table becomes ACTIVE while it stands. " }
                        <Button label="Run the clock" icon="play" onclick={ask_clock.reform(|()| ClockChange::Run)} />
                    </p>
                }
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
