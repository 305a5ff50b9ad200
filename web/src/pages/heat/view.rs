//! The heatmap with its controls: what is shown, how it is scaled, which stretch of time, and what it tells.

use std::rc::Rc;

use engine::insight::concentrations;
use engine::timeline::Access;
use yew::prelude::*;

use super::bands::Band;
use super::chart::{Chart, Pointed};
use super::grid::{Grid, Metric, Scale};
use super::legend::Legend;
use super::paint::Look;
use super::table::CellTable;
use super::words::{Finding, finding};
use crate::components::{Button, ButtonKind, Icon, Select, SelectOption, Tab, Tabs};
use crate::hooks::{use_dark, use_heat, use_interval, use_route, use_timeline};
use crate::state::explanation::clock;
use crate::state::timeline::TimelineAction;

/// The stretches of time to choose from, in seconds.
const WINDOWS: [(usize, &str); 5] =
    [(60, "1 min"), (120, "2 min"), (300, "5 min"), (600, "10 min"), (1800, "30 min")];
/// A finding is about so many seconds.
const FINDING_SECONDS: u64 = 60;

/// The props of [`HeatView`].
#[derive(Properties, PartialEq)]
pub struct HeatViewProps {
    /// The rows.
    pub bands: Rc<Vec<Band>>,
    /// The newest moment of the workspace's clock that was heard of.
    pub known_ms: u64,
}

/// What is chosen, kept in the address.
#[derive(Clone, Copy, PartialEq)]
struct Choice {
    metric: Metric,
    scale: Scale,
    seconds: usize,
    table: bool,
}

#[hook]
fn use_choice() -> (Choice, Callback<(&'static str, Option<String>)>) {
    let route = use_route();
    let rest = |name: &str| route.route.rest.get(name).map(String::as_str);
    let choice = Choice {
        metric: rest("metric").and_then(Metric::from_slug).unwrap_or_default(),
        scale: if rest("scale") == Some("relative") { Scale::Relative } else { Scale::Limit },
        seconds: rest("window").and_then(|text| text.parse().ok()).unwrap_or(120).clamp(10, 3600),
        table: rest("view") == Some("table"),
    };
    let choose = Callback::from(move |(name, value)| route.replace.emit(route.route.with(name, value)));
    (choice, choose)
}

/// The workspace's clock now: what was heard of it last, and the time that went by since.
#[hook]
fn use_now_ms(known_ms: u64) -> u64 {
    let heard = use_mut_ref(|| (0_u64, 0.0_f64));
    let wall_ms = js_sys::Date::now();
    let mut heard = heard.borrow_mut();
    let now_ms = heard.0 + (wall_ms - heard.1).max(0.0) as u64;
    if known_ms > now_ms || heard.0 == 0 {
        *heard = (known_ms, wall_ms);
        return known_ms;
    }
    now_ms
}

/// The heatmap with its controls.
#[component]
pub fn HeatView(props: &HeatViewProps) -> Html {
    let (heat, timeline) = (use_heat(), use_timeline());
    let (choice, choose) = use_choice();
    let dark = use_dark();
    let paused = use_state_eq(|| None::<u64>);
    let pointed = use_state_eq(|| None::<Pointed>);
    let ticks = use_state(|| 0_u32);
    let now_ms = use_now_ms(props.known_ms);
    let tick = {
        let setter = ticks.setter();
        use_callback(*ticks, move |(), at: &u32| setter.set(at.wrapping_add(1)))
    };
    use_interval(paused.is_none(), 1000, tick);
    let newest = heat.columns.last_key_value().map_or(0, |(second, _)| *second);
    // With traffic the picture ends with the last whole second of it; otherwise with the clock.
    let live_end = match heat.traffic {
        Some(_) => newest.saturating_sub(1),
        None => newest.max(now_ms / 1000),
    };
    let end = paused.unwrap_or(live_end);
    let grid = Rc::new(Grid::new(&heat.columns, &props.bands, end, choice.seconds));
    let most = grid.most(choice.metric);
    let look = Look { metric: choice.metric, scale: choice.scale, dark, density: 1.0 };
    let playhead =
        timeline.playhead.and_then(|_| timeline.current()).map(|event| event.at_ms as f64 / 1000.0);
    let onpoint = {
        let pointed = pointed.setter();
        Callback::from(move |to| pointed.set(to))
    };
    let onchoose = {
        let (pointed, paused, timeline) = (pointed.setter(), paused.setter(), timeline.clone());
        Callback::from(move |(row, second)| {
            pointed.set(Some(Pointed::Cell(row, second)));
            paused.set(Some(end));
            let span = timeline.span_ms();
            if span.is_some_and(|(first, last)| (first / 1000..=last / 1000).contains(&second)) {
                timeline.dispatch(TimelineAction::SeekTime(second * 1000 + 999));
            }
        })
    };
    let pause = {
        let paused = paused.setter();
        move |to: Option<u64>| {
            let paused = paused.clone();
            Callback::from(move |()| paused.set(to))
        }
    };
    let half = choice.seconds as u64 / 2;
    let later = end + half;
    let tabs =
        vec![Tab::new("writes", "Writes"), Tab::new("reads", "Reads"), Tab::new("throttles", "Throttles")];
    let onselect = {
        let choose = choose.clone();
        Callback::from(move |slug: AttrValue| choose.emit(("metric", Some(slug.to_string()))))
    };
    let set = |name: &'static str| {
        let choose = choose.clone();
        Callback::from(move |value: String| choose.emit((name, Some(value))))
    };
    let windows = WINDOWS.map(|(seconds, label)| SelectOption::new(seconds.to_string(), label)).to_vec();
    let ontable = {
        let choose = choose.clone();
        Callback::from(move |()| choose.emit(("view", (!choice.table).then(|| "table".to_owned()))))
    };
    html! {
        <>
            <div class="heat-bar" role="group" aria-label="What the heatmap shows">
                <Tabs label="Metric" {tabs} selected={choice.metric.slug()} {onselect} />
                <Select label="Colours" hide_label={true} name="scale" onchange={set("scale")} disabled={choice.metric == Metric::Throttles}
                    value={if choice.scale == Scale::Limit { "limit" } else { "relative" }}
                    options={vec![SelectOption::new("limit", "Scaled to the limit"), SelectOption::new("relative", "Scaled to the most in view")]} />
                <Select label="Stretch of time" hide_label={true} name="window" onchange={set("window")}
                    value={choice.seconds.to_string()} options={windows} />
                <Button label="Earlier" icon="chevron-left" icon_only={true} kind={ButtonKind::Quiet} action="earlier" onclick={pause(Some(end.saturating_sub(half)))} />
                <Button label="Later" icon="chevron-right" icon_only={true} kind={ButtonKind::Quiet} action="later" disabled={paused.is_none()}
                    onclick={pause((later < live_end).then_some(later))} />
                if paused.is_some() {
                    <Button label="Follow" icon="play" kind={ButtonKind::Plain} action="follow" onclick={pause(None)} />
                } else {
                    <Button label="Pause" icon="pause" kind={ButtonKind::Plain} action="pause" onclick={pause(Some(end))} />
                }
                <Button label="Table" icon="table-2" pressed={choice.table} onclick={ontable} action="as-table"
                    title="The same figures as a table" />
            </div>
            if grid.is_empty() {
                { quiet(newest, end, pause(Some(newest))) }
            }
            if choice.table {
                <CellTable bands={props.bands.clone()} grid={grid.clone()} metric={choice.metric} />
            } else {
                <figure class="heat-figure" data-live={paused.is_none().to_string()} data-end={end.to_string()}>
                    <Chart bands={props.bands.clone()} {grid} {look} {playhead} pointed={*pointed} {onpoint} {onchoose} />
                    <Legend metric={choice.metric} scale={choice.scale} bands={props.bands.clone()} {most} {dark} />
                </figure>
            }
            { findings(&heat.columns, &props.bands, end, choice.metric) }
        </>
    }
}

/// What the last minute tells, at most twice.
fn findings(
    columns: &std::collections::BTreeMap<u64, Rc<engine::insight::HeatColumn>>,
    bands: &[Band],
    end: u64,
    metric: Metric,
) -> Html {
    let targets: Vec<_> = bands
        .iter()
        .map(|band| (band.target.clone(), band.rows.iter().map(|row| row.partition).collect()))
        .collect();
    let from = (end + 1).saturating_sub(FINDING_SECONDS);
    let columns = columns.range(from..=end).map(|(_, column)| &**column);
    let mut found = concentrations(columns, &targets);
    found.retain(|one| match metric {
        Metric::Reads => one.access == Access::Read,
        Metric::Writes => one.access == Access::Write,
        Metric::Throttles => true,
    });
    let list = found.iter().take(2).map(|one| finding(one, bands, FINDING_SECONDS)).map(|told: Finding| {
        html! {
            <li key={told.sentence.clone()} data-partition={told.partition.to_string()}>
                <Icon name="flame" />
                <div>
                    <p class="heat-sentence">{ told.sentence }</p>
                    <p class="heat-evidence">{ told.evidence }{ " " }{ told.meaning }</p>
                </div>
            </li>
        }
    });
    html! {
        if !found.is_empty() {
            <ul class="heat-findings" data-part="findings" aria-label="What the last minute tells">{ for list }</ul>
        }
    }
}

/// Nothing happened in the window; it did before.
fn quiet(newest: u64, end: u64, show: Callback<()>) -> Html {
    if newest == 0 || newest >= end {
        return Html::default();
    }
    html! {
        <p class="heat-quiet" data-part="quiet">
            { format!("Nothing in this stretch. The last activity was at {}.", &clock(newest * 1000)[..8]) }
            <Button label="Show it" kind={ButtonKind::Quiet} onclick={show} action="show-last" />
        </p>
    }
}
