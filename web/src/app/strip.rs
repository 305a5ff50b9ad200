//! The timeline strip, joined with the timeline's slice.

use yew::prelude::*;

use super::clock::Clock;
use crate::components::frame::{StripMoment, TimelineStrip};
use crate::hooks::{saved, set_saved, use_timeline};
use crate::state::explanation::tell_event;
use crate::state::timeline::TimelineAction;

/// How many stretches the track has.
const STRETCHES: usize = 240;

/// The strip at the bottom of the frame.
#[component]
pub fn Strip() -> Html {
    let timeline = use_timeline();
    let collapsed = use_state_eq(|| saved("strip").as_deref() == Some("collapsed"));
    let window = use_state_eq(|| "minute".to_owned());
    let span_ms = timeline.span_ms().map(|(first, last)| {
        let moment = timeline.current().map_or(last, |event| event.at_ms);
        let length = match window.as_str() {
            "minute" => 60_000,
            "ten" => 600_000,
            _ => return (first, last.max(first + 1000)),
        };
        // The window ends at the newest event, or goes back with the playhead.
        let end = if last.saturating_sub(moment) < length { last } else { moment + length / 2 };
        (end.saturating_sub(length), end)
    });
    let buckets = match span_ms {
        Some((from, to)) if !*collapsed => timeline.density(from, to, STRETCHES),
        _ => Vec::new(),
    };
    let moment = timeline.current().map(|event| StripMoment {
        event: event.id,
        at_ms: event.at_ms,
        text: tell_event(event).into(),
    });
    let dispatch = |action: fn() -> TimelineAction| {
        let timeline = timeline.dispatcher();
        Callback::from(move |()| timeline.dispatch(action()))
    };
    let onstep = {
        let timeline = timeline.dispatcher();
        Callback::from(move |by| timeline.dispatch(TimelineAction::Step(by)))
    };
    let onseek = {
        let timeline = timeline.dispatcher();
        Callback::from(move |at_ms| timeline.dispatch(TimelineAction::SeekTime(at_ms)))
    };
    let onfilter = {
        let timeline = timeline.dispatcher();
        Callback::from(move |request| timeline.dispatch(TimelineAction::Filter(request)))
    };
    let onwindow = {
        let window = window.setter();
        Callback::from(move |to| window.set(to))
    };
    let oncollapse = {
        let (setter, to) = (collapsed.setter(), !*collapsed);
        Callback::from(move |()| {
            set_saved("strip", if to { "collapsed" } else { "open" });
            setter.set(to);
        })
    };
    html! {
        <TimelineStrip {buckets} {span_ms} {moment} live={timeline.live()} filter={timeline.filter} collapsed={*collapsed}
            clock={html! { <Clock /> }} window={(*window).clone()} onfirst={dispatch(|| TimelineAction::First)} {onstep}
            onlive={dispatch(|| TimelineAction::Live)} {onseek} {onfilter} {onwindow} {oncollapse} />
    }
}
