//! The timeline strip, joined with the timeline's slice: the track, the list of events with its filters, the pins.

use yew::prelude::*;

use super::branch::BranchDialog;
use super::clock::Clock;
use super::compare::CompareDialog;
use super::travel::{stretches, use_export, use_place, use_seek, use_step_link, use_window};
use crate::components::frame::{EventList, StripMoment, TimelineStrip};
use crate::components::{Button, ButtonKind};
use crate::hooks::{saved, set_saved, use_route, use_timeline};
use crate::state::explanation::{clock, tell_event};
use crate::state::place::{Place, words};
use crate::state::timeline::{Pin, TimelineAction};

/// How many stretches the track has.
const STRETCHES: usize = 240;

/// The strip at the bottom of the frame.
#[component]
pub fn Strip() -> Html {
    let (timeline, route) = (use_timeline(), use_route());
    let collapsed = use_state_eq(|| saved("strip").as_deref() == Some("collapsed"));
    let listed = use_state_eq(|| Place::of(&route.route).listed);
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
    // The page's own events are not all there is to draw.
    let oldest_ms = timeline.events().front().map_or(0, |event| event.at_ms);
    let reaches_back = timeline.has_older() && span_ms.is_some_and(|(from_ms, _)| from_ms < oldest_ms);
    let told = span_ms.filter(|_| !*collapsed && (reaches_back || !timeline.filter.is_open()));
    use_window(*listed, told, STRETCHES);
    use_place(*listed);
    let onseek = use_seek();
    let buckets = match span_ms {
        Some((from, to)) if !*collapsed => stretches(&timeline, from, to, STRETCHES),
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
    let onlist = {
        let (listed, to) = (listed.setter(), !*listed);
        Callback::from(move |()| listed.set(to))
    };
    let pins = timeline.pins.iter().zip(["A", "B"]);
    let pins = pins.filter_map(|(pin, name)| pin.map(|pin| (name.into(), pin.at_ms))).collect::<Vec<_>>();
    html! {
        <TimelineStrip {buckets} {span_ms} {moment} live={timeline.live()} filter={words(&timeline.filter).map(AttrValue::from)}
            collapsed={*collapsed} clock={html! { <Clock /> }} window={(*window).clone()} listed={*listed}
            list={if *listed { html! { <Listed /> } } else { Html::default() }} {pins} onfirst={onseek.reform(|()| None)} {onstep}
            onlive={dispatch(|| TimelineAction::Live)} onseek={onseek.reform(Some)} {onwindow} {oncollapse} {onlist}
            onunfilter={dispatch(|| TimelineAction::Filter(engine::timeline::Filter::default()))} />
    }
}

/// The list of events, and what can be done with the moment that is shown.
#[component]
fn Listed() -> Html {
    let timeline = use_timeline();
    let export = use_export();
    let onlink = use_step_link();
    let comparing = use_state_eq(|| None::<[Pin; 2]>);
    let branching = use_state_eq(|| false);
    let onfilter = {
        let timeline = timeline.dispatcher();
        Callback::from(move |filter| timeline.dispatch(TimelineAction::Filter(filter)))
    };
    let onchoose = {
        let timeline = timeline.dispatcher();
        Callback::from(move |id| timeline.dispatch(TimelineAction::Seek(id)))
    };
    let current = timeline.current().map(|event| (event.id, event.at_ms));
    let pin = |place: usize, name: &str| {
        let dispatcher = timeline.dispatcher();
        let onclick = Callback::from(move |()| dispatcher.dispatch(TimelineAction::Pin(place)));
        let pinned = timeline.pins[place];
        let label =
            pinned.map_or_else(|| format!("Pin {name}"), |pin| format!("{name} {}", clock(pin.at_ms)));
        html! {
            <Button {label} kind={ButtonKind::Quiet} pressed={pinned.is_some()} {onclick} disabled={current.is_none()}
                title={format!("Pin the moment that is shown as {name}")} action={format!("pin-{}", name.to_lowercase())} />
        }
    };
    let both = timeline.pins[0].zip(timeline.pins[1]).map(|(a, b)| [a, b]);
    let oncompare = {
        let comparing = comparing.setter();
        Callback::from(move |()| comparing.set(both))
    };
    let onclose = {
        let comparing = comparing.setter();
        Callback::from(move |()| comparing.set(None))
    };
    let onexport = {
        let filter = timeline.filter.clone();
        export.reform(move |()| filter.clone())
    };
    let ask = |open: bool| {
        let branching = branching.setter();
        Callback::from(move |()| branching.set(open))
    };
    let actions = html! {
        <>
            { pin(0, "A") }
            { pin(1, "B") }
            <Button label="Compare" icon="scale" kind={ButtonKind::Quiet} onclick={oncompare} disabled={both.is_none()} action="compare"
                title="What differs between the two pinned moments" />
            <Button label="Branch" icon="split" kind={ButtonKind::Quiet} onclick={ask(true)} disabled={current.is_none()} action="branch-event"
                title="A new workspace of the moment that is shown" />
            <Button label="Link" icon="share-2" kind={ButtonKind::Quiet} onclick={onlink} disabled={current.is_none()} action="link-event"
                title="A link that opens at this step: it carries every request since the workspace was made" />
            <Button label="Export" icon="file-json" kind={ButtonKind::Quiet} onclick={onexport} action="export-events"
                title="The events that match, as a file of JSON" />
        </>
    };
    html! {
        <>
            <EventList window={timeline.window.clone()} filter={timeline.filter.clone()} subjects={timeline.subjects.clone()}
                current={current.map(|(id, _)| id)} fallen={timeline.fallen} {onfilter} {onchoose} {actions} />
            <CompareDialog pins={*comparing} {onclose} />
            if let Some((event, at_ms)) = current {
                <BranchDialog open={*branching} {event} at_ms={Some(at_ms)} onclose={ask(false)} />
            }
        </>
    }
}
