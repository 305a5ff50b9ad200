//! The clock, joined with the workspace's: the bar in the strip, and what its keys and the palette ask.

use yew::prelude::*;

use crate::components::frame::ClockBar;
use crate::hooks::{use_client, use_clock, use_notices, use_workspace_ms};
use crate::protocol::clock::ClockChange;
use crate::state::clock::day;
use crate::state::explanation::clock;
use crate::state::notice::{Level, NoticeAction};

/// How often the running time is drawn, in milliseconds.
const DRAWN_MS: u32 = 100;

/// Asks something of the clock, and says on the status line why it was refused.
#[hook]
pub fn use_ask_clock() -> Callback<ClockChange> {
    let (api, notices) = (use_client(), use_notices().dispatcher());
    use_callback(api, move |change: ClockChange, api| {
        let (api, notices) = (api.clone(), notices.clone());
        wasm_bindgen_futures::spawn_local(async move {
            if let Err(error) = api.set_clock(change).await {
                let why = crate::state::lesson::show(&error).message;
                notices.dispatch(NoticeAction::Say(Level::Failed, why));
            }
        });
    })
}

/// The clock's bar.
#[component]
pub fn Clock() -> Html {
    let clock = use_clock();
    let onchange = use_ask_clock();
    html! {
        <ClockBar pace={clock.state.pace} moved_percent={clock.moved_percent()} time={html! { <Time /> }} {onchange} />
    }
}

/// The workspace's time, running.
#[component]
fn Time() -> Html {
    let now_ms = use_workspace_ms(DRAWN_MS);
    html! {
        <time class="clock-time" data-ms={now_ms.to_string()} title="The workspace's time, in UTC">
            <span class="clock-day">{ day(now_ms) }</span><span>{ clock(now_ms) }</span>
        </time>
    }
}
