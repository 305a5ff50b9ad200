//! That the past is being looked at: which moment, and the ways out of it.

use yew::prelude::*;

use crate::components::{Button, ButtonKind, Icon};
use crate::state::explanation::clock;

/// The props of [`PastBanner`].
#[derive(Properties, PartialEq)]
pub struct PastBannerProps {
    /// The event that is shown.
    pub event: u64,
    /// When it happened; none while that is not known yet.
    pub at_ms: Option<u64>,
    /// The newest event.
    pub newest: u64,
    /// Back to live.
    pub onlive: Callback<()>,
    /// Make a new workspace of this moment.
    pub onbranch: Callback<()>,
}

/// The banner.
#[component]
pub fn PastBanner(props: &PastBannerProps) -> Html {
    let when = props.at_ms.map_or_else(|| "an earlier moment".to_owned(), clock);
    html! {
        <div class="banner past-banner" role="status" data-banner="past" data-event={props.event.to_string()}>
            <Icon name="history" />
            <p>
                { "You are looking at " }<b>{ when }</b>
                { format!(", event {} of {}. Everything is as it was then, and nothing can be written.", props.event, props.newest.max(props.event)) }
            </p>
            <Button label="Branch from here" icon="split" kind={ButtonKind::Quiet} onclick={props.onbranch.clone()} action="branch" />
            <Button label="Back to live" icon="skip-forward" onclick={props.onlive.clone()} action="back-to-live" />
        </div>
    }
}
