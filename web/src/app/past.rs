//! The banner over what is past, joined with the timeline: back to live, or into a branch.

use yew::prelude::*;

use super::branch::BranchDialog;
use crate::components::frame::PastBanner;
use crate::hooks::use_timeline;
use crate::state::timeline::TimelineAction;

/// The banner, while the playhead is off the newest event.
#[component]
pub fn Past() -> Html {
    let timeline = use_timeline();
    let branching = use_state_eq(|| false);
    let ask = |open: bool| {
        let branching = branching.setter();
        Callback::from(move |()| branching.set(open))
    };
    let Some(event) = timeline.playhead else { return Html::default() };
    let at_ms = timeline.current().map(|event| event.at_ms);
    let newest = timeline.newest().map_or(event, |event| event.id);
    let onlive = {
        let timeline = timeline.dispatcher();
        Callback::from(move |()| timeline.dispatch(TimelineAction::Live))
    };
    html! {
        <>
            <PastBanner {event} {at_ms} {newest} {onlive} onbranch={ask(true)} />
            <BranchDialog open={*branching} {event} {at_ms} onclose={ask(false)} />
        </>
    }
}
