//! The timeline at the bottom: a density track of reads, writes and throttles, the playhead, the steps and the clock.

use engine::timeline::Density;
use web_sys::Element;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, Icon, Select, SelectOption};
use crate::state::explanation::clock;

/// The event under the playhead.
#[derive(Clone, Debug, PartialEq)]
pub struct StripMoment {
    /// Its id.
    pub event: u64,
    /// When.
    pub at_ms: u64,
    /// What.
    pub text: AttrValue,
}

/// The props of [`TimelineStrip`].
#[derive(Properties, PartialEq)]
pub struct TimelineStripProps {
    /// The stretches of the track.
    pub buckets: Vec<Density>,
    /// The track's first and last moment; none without events.
    pub span_ms: Option<(u64, u64)>,
    /// The event under the playhead.
    pub moment: Option<StripMoment>,
    /// Whether the playhead follows the newest event.
    pub live: bool,
    /// What is filtered, in words; none where all events are stepped through.
    pub filter: Option<AttrValue>,
    /// Whether the events are listed.
    pub listed: bool,
    /// The list with its filters.
    pub list: Html,
    /// The pinned moments: their names and times.
    pub pins: Vec<(AttrValue, u64)>,
    /// Whether only the bar is shown.
    pub collapsed: bool,
    /// The workspace's clock.
    pub clock: Html,
    /// `minute`, `ten` or `all`.
    pub window: AttrValue,
    /// To the first event.
    pub onfirst: Callback<()>,
    /// Step by so many events.
    pub onstep: Callback<i64>,
    /// To the newest, and follow.
    pub onlive: Callback<()>,
    /// To this moment.
    pub onseek: Callback<u64>,
    /// Step through all events again.
    pub onunfilter: Callback<()>,
    /// List the events, or put the list away.
    pub onlist: Callback<()>,
    /// Another window.
    pub onwindow: Callback<String>,
    /// Collapse, or open.
    pub oncollapse: Callback<()>,
}

const HEIGHT: f64 = 32.0;

/// The timeline strip.
#[component]
pub fn TimelineStrip(props: &TimelineStripProps) -> Html {
    let none = props.span_ms.is_none();
    let step = |label: &'static str, icon: &'static str, onclick: Callback<()>, keys: &'static str| {
        html! {
            <Button {label} {icon} icon_only={true} kind={ButtonKind::Quiet} {onclick} disabled={none} action={keys}
                title={label} />
        }
    };
    let windows = vec![
        SelectOption::new("minute", "1 min"),
        SelectOption::new("ten", "10 min"),
        SelectOption::new("all", "All"),
    ];
    let nothing = AttrValue::from(if none { "Every request leaves its events here." } else { "" });
    let text = props.moment.as_ref().map_or(nothing, |moment| moment.text.clone());
    html! {
        <section class="strip" aria-label="Timeline" data-collapsed={props.collapsed.to_string()} data-live={props.live.to_string()}
            data-listed={props.listed.to_string()}>
            <div class="strip-bar">
                <div class="strip-steps" role="group" aria-label="Steps">
                    { step("First event", "skip-back", props.onfirst.clone(), "first") }
                    { step("Step back ( , )", "step-back", props.onstep.reform(|()| -1), "back") }
                    { step("Step forward ( . )", "step-forward", props.onstep.reform(|()| 1), "forward") }
                    { step("Newest event", "skip-forward", props.onlive.clone(), "newest") }
                </div>
                { props.clock.clone() }
                <time class="strip-moment" title="When the event under the playhead happened">{ props.moment.as_ref().map(|m| clock(m.at_ms)) }</time>
                <span class="strip-event" data-event={props.moment.as_ref().map(|m| m.event.to_string())} title={text.clone()}>{ text }</span>
                if let Some(filter) = &props.filter {
                    <button type="button" class="strip-filter" title="Step through all events" data-action="unfilter"
                        onclick={props.onunfilter.reform(|_: MouseEvent| ())}>
                        <span>{ filter }</span><Icon name="x" />
                    </button>
                }
                <span class="strip-legend" aria-hidden="true">
                    <i data-kind="reads"></i>{ "reads" }<i data-kind="writes"></i>{ "writes" }<i data-kind="throttles"></i>{ "throttles" }
                </span>
                <Select label="Window" hide_label={true} options={windows} value={props.window.clone()} onchange={props.onwindow.clone()} />
                <Button label="Events" icon="layers" kind={ButtonKind::Quiet} onclick={props.onlist.clone()} action="events"
                    title={if props.listed { "Put the list of events away" } else { "List and filter the events" }} />
                <button type="button" class="strip-live" aria-pressed={props.live.to_string()} data-action="live"
                    onclick={props.onlive.reform(|_: MouseEvent| ())}>
                    <i aria-hidden="true"></i>{ "live" }
                </button>
                <Button label={if props.collapsed { "Open the timeline" } else { "Collapse the timeline" }}
                    icon={if props.collapsed { "chevron-up" } else { "chevron-down" }} icon_only={true}
                    kind={ButtonKind::Quiet} onclick={props.oncollapse.clone()} action="collapse" />
            </div>
            if !props.collapsed {
                { track(props) }
            }
            { props.list.clone() }
        </section>
    }
}

fn track(props: &TimelineStripProps) -> Html {
    let (from, to) = props.span_ms.unwrap_or((0, 1));
    let span = to.saturating_sub(from).max(1) as f64;
    let most = props.buckets.iter().map(|b| b.reads + b.writes).max().unwrap_or(0).max(1);
    let columns = props.buckets.len().max(1) as f64;
    let playhead = props.moment.as_ref().filter(|m| (from..=to).contains(&m.at_ms));
    let playhead = playhead.map(|moment| (moment.at_ms - from) as f64 / span * columns);
    let onclick = props.onseek.reform(move |event: MouseEvent| {
        let rect = event.target_unchecked_into::<Element>().closest(".strip-track").ok().flatten();
        let rect = rect.map(|track| track.get_bounding_client_rect());
        let share =
            rect.map_or(1.0, |rect| (f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0));
        from + (share.clamp(0.0, 1.0) * span) as u64
    });
    let onkeydown = {
        let onstep = props.onstep.clone();
        Callback::from(move |event: KeyboardEvent| {
            let by = match event.key().as_str() {
                "ArrowLeft" => -1,
                "ArrowRight" => 1,
                "PageUp" => -20,
                "PageDown" => 20,
                _ => return,
            };
            event.prevent_default();
            onstep.emit(by);
        })
    };
    let now = props.moment.as_ref();
    html! {
        <div class="strip-track" role="slider" tabindex="0" aria-label="Playhead" {onclick} {onkeydown}
            aria-valuemin={from.to_string()} aria-valuemax={to.to_string()}
            aria-valuenow={now.map_or(to, |m| m.at_ms).to_string()}
            aria-valuetext={now.map(|m| format!("{} {}", clock(m.at_ms), m.text))}>
            <svg viewBox={format!("0 0 {columns} {HEIGHT}")} preserveAspectRatio="none" aria-hidden="true">
                { for props.buckets.iter().enumerate().map(|(at, bucket)| bars(at, bucket, most)) }
                { for props.pins.iter().filter(|(_, at_ms)| (from..=to).contains(at_ms)).map(|(name, at_ms)| {
                    let x = (at_ms - from) as f64 / span * columns;
                    html! { <line class="pin" data-pin={name.clone()} x1={x.to_string()} x2={x.to_string()} y1="0" y2={HEIGHT.to_string()} /> }
                }) }
                if let Some(x) = playhead {
                    <line class="playhead" x1={x.to_string()} x2={x.to_string()} y1="0" y2={HEIGHT.to_string()} />
                }
            </svg>
        </div>
    }
}

/// Writes stand on the ground, reads on the writes; a throttle is a mark at the top. Heights grow with the root, so that one
/// request shows beside a thousand.
fn bars(at: usize, bucket: &Density, most: u32) -> Html {
    let height = |count: u32| match count {
        0 => 0.0,
        _ => ((f64::from(count) / f64::from(most)).sqrt() * (HEIGHT - 6.0) * 0.7).max(2.0),
    };
    let (writes, reads) = (height(bucket.writes), height(bucket.reads));
    let bar =
        |class: &'static str, y: f64, height: f64| {
            (height > 0.0).then(|| html! {
            <rect {class} x={at.to_string()} y={y.to_string()} width="0.82" height={height.to_string()} />
        })
        };
    html! {
        <>
            { bar("writes", HEIGHT - writes, writes) }
            { bar("reads", HEIGHT - writes - reads, reads) }
            { bar("throttles", 0.0, if bucket.throttles > 0 { 4.0 } else { 0.0 }) }
        </>
    }
}
