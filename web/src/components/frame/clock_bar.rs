//! The workspace's clock: run and pause, step, speed, a move ahead with its progress, and the time.

use yew::prelude::*;

use crate::components::{Button, ButtonKind, Menu, MenuEntry};
use crate::protocol::clock::{ClockChange, Pace, Speed};
use crate::state::clock::AHEAD;

/// The props of [`ClockBar`].
#[derive(Properties, PartialEq)]
pub struct ClockBarProps {
    /// How it runs.
    pub pace: Pace,
    /// How much of a move ahead is done, in percent; none without one.
    pub moved_percent: Option<u32>,
    /// The time.
    pub time: Html,
    /// What is asked of it.
    pub onchange: Callback<ClockChange>,
}

/// The clock's controls.
#[component]
pub fn ClockBar(props: &ClockBarProps) -> Html {
    let Pace { paused, speed } = props.pace;
    let moving = props.moved_percent.is_some();
    let speeds = Speed::ALL.into_iter().map(|one| MenuEntry {
        checked: Some(one == speed),
        note: (one == Speed::Most).then(|| "all this machine can".into()),
        ..MenuEntry::new(one.name(), one.name())
    });
    let onspeed = props
        .onchange
        .reform(|name: AttrValue| ClockChange::Speed { speed: Speed::from_name(&name).unwrap_or_default() });
    let ahead = AHEAD.iter().map(|(label, ms, note)| MenuEntry {
        note: note.map(AttrValue::from),
        ..MenuEntry::new(ms.to_string(), *label)
    });
    let onahead = props.onchange.reform(|ms: AttrValue| ClockChange::Ahead { ms: ms.parse().unwrap_or(0) });
    let (label, icon, run) = match paused {
        true => ("Run the clock (p)", "play", ClockChange::Run),
        false => ("Pause the clock (p)", "pause", ClockChange::Pause),
    };
    html! {
        <div class="clock-bar" role="group" aria-label="Clock" data-paused={paused.to_string()} data-speed={speed.name()}
            data-moving={moving.to_string()}>
            <Button {label} {icon} icon_only={true} kind={ButtonKind::Quiet} action="clock-run"
                onclick={props.onchange.reform(move |()| run)} />
            <Button label="On to what happens next ( ] )" icon="chevrons-right" icon_only={true} kind={ButtonKind::Quiet} action="clock-step"
                disabled={moving} onclick={props.onchange.reform(|()| ClockChange::Step)} />
            <Menu label={speed.name()} action="clock-speed" title="Speed of the clock ( < and > )" entries={speeds.collect::<Vec<_>>()}
                onselect={onspeed} />
            <Menu label="Ahead" icon="fast-forward" action="clock-ahead" title="Move the clock ahead" entries={ahead.collect::<Vec<_>>()}
                onselect={onahead} />
            { props.time.clone() }
            if let Some(percent) = props.moved_percent {
                <progress class="clock-progress" max="100" value={percent.to_string()} aria-label="Moving ahead" />
                <Button label="Stop here" icon="x" icon_only={true} kind={ButtonKind::Quiet} action="clock-stop"
                    onclick={props.onchange.reform(|()| ClockChange::Stop)} />
            }
        </div>
    }
}
