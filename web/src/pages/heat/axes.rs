//! What stands around the cells and over them: titles, labels, the time axis, histograms, markers and the playhead, as SVG.

use std::rc::Rc;

use yew::prelude::*;

use super::bands::{Band, row};
use super::grid::Grid;
use super::layout::{AXIS, Layout, TITLE};
use super::measure::figure;
use crate::state::explanation::clock;

/// The histogram of time ends so far above the cells.
const FOOT: f64 = 2.0;

/// A moment that is marked with a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Marked {
    /// When, in seconds of the epoch.
    pub second: f64,
    /// `split`, `failover`, `throttled`, `status`.
    pub kind: &'static str,
    /// What happened.
    pub text: String,
}

/// The props of [`Axes`].
#[derive(Properties, PartialEq)]
pub struct AxesProps {
    /// The rows.
    pub bands: Rc<Vec<Band>>,
    /// Their cells.
    pub grid: Rc<Grid>,
    /// Where everything stands.
    pub layout: Rc<Layout>,
    /// What arrives at each band of a global index.
    pub arriving: Rc<Vec<Option<String>>>,
    /// What is marked.
    pub marked: Rc<Vec<Marked>>,
    /// Where the timeline's playhead stands, in seconds of the epoch.
    pub playhead: Option<f64>,
}

/// A text.
pub fn label(class: &'static str, x: f64, y: f64, text: String) -> Html {
    html! { <text {class} x={format!("{x:.1}")} y={format!("{y:.1}")}>{ text }</text> }
}

/// A line.
pub fn line(class: &'static str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> Html {
    html! {
        <line {class} x1={format!("{x1:.1}")} y1={format!("{y1:.1}")} x2={format!("{x2:.1}")} y2={format!("{y2:.1}")} />
    }
}

/// What the time axis writes at a second: the date where a day begins.
pub fn tick_text(second: u64) -> String {
    if second.is_multiple_of(86_400) {
        return super::csv::iso(second)[..10].to_owned();
    }
    clock(second * 1000)[..8].to_owned()
}

/// The parts of a picture as a path: rectangles of these corners and sizes.
fn path(rectangles: impl Iterator<Item = (f64, f64, f64, f64)>) -> String {
    let filled = rectangles.filter(|(.., wide, high)| *wide > 0.05 && *high > 0.05);
    filled.map(|(x, y, wide, high)| format!("M{x:.1} {y:.1}h{wide:.1}v{high:.1}h-{wide:.1}z")).collect()
}

/// Everything around the cells. The crosshair is the chart's, since it moves all the time.
#[component]
pub fn Axes(props: &AxesProps) -> Html {
    let layout = &*props.layout;
    let (right, foot) = (layout.labels + layout.width, layout.head + layout.height);
    let seconds = layout.window.from as f64..=layout.window.to() as f64;
    let x = |second: f64| layout.labels + layout.x(second);
    let titles = layout.bands.iter().map(|place| {
        let band = &props.bands[place.band];
        let class = if band.target.index.is_some() { "heat-title index" } else { "heat-title" };
        let arriving = props.arriving.get(place.band).cloned().flatten();
        let title =
            if arriving.is_some() && is_narrow(layout) { band.name().to_owned() } else { band.title() };
        let text = arriving.map_or_else(|| title.clone(), |arriving| format!("{title} · {arriving}"));
        label(class, 0.0, layout.head + place.title + TITLE - 8.0, text)
    });
    let ticks = layout.ticks().into_iter().map(|second| {
        let x = x(second as f64);
        html! {
            <>
                { line("heat-tick", (x, foot - 4.0), (x, foot + 4.0)) }
                { label("heat-time", x, foot + 17.0, tick_text(second)) }
            </>
        }
    });
    let playhead = props.playhead.filter(|at| seconds.contains(at)).map(x);
    html! {
        <svg class="heat-axes" width={format!("{:.0}", right + layout.side)} height={format!("{:.0}", foot + AXIS)} aria-hidden="true">
            { for titles }
            { for row_labels(props) }
            if layout.head > 0.0 {
                { time_histogram(props) }
            }
            if layout.side > 0.0 {
                { row_histogram(props) }
            }
            { line("heat-axis", (layout.labels, foot - 4.0), (right, foot - 4.0)) }
            { for ticks }
            { for props.marked.iter().filter(|marked| seconds.contains(&marked.second)).map(|marked| marker(layout, marked)) }
            if let Some(x) = playhead {
                { line("heat-playhead", (x, layout.head), (x, foot - 4.0)) }
            }
        </svg>
    }
}

/// Whether there is room for short labels only.
fn is_narrow(layout: &Layout) -> bool {
    layout.labels < 100.0
}

fn row_labels(props: &AxesProps) -> impl Iterator<Item = Html> {
    let layout = &props.layout;
    let narrow = is_narrow(layout);
    layout.row_labels().into_iter().filter_map(move |(at, middle)| {
        let (_, row) = row(&props.bands, at)?;
        let middle = layout.head + middle + 4.0;
        let zone = row.leader.strip_prefix("az-").unwrap_or("").to_owned();
        let most = if narrow { 6 } else { 16 };
        Some(match &row.key {
            Some(key) => {
                let (long, letters) = (key.text.chars().count(), key.text.chars());
                let shown: String = match (long > most, narrow) {
                    (false, _) => letters.collect(),
                    // What keys differ in is more often their end.
                    (true, true) => std::iter::once('…').chain(letters.skip(long + 1 - most)).collect(),
                    (true, false) => letters.take(most - 1).chain(['…']).collect(),
                };
                html! {
                    <g class="heat-row-label">
                        { label("heat-partition", 0.0, middle, shown) }
                        <title>{ &key.text }</title>
                    </g>
                }
            }
            None => html! {
                <g class="heat-row-label" data-zone={zone.clone()} data-gone={(!row.listed).then_some("true")}>
                    { label("heat-partition", 0.0, middle, row.name()) }
                    if !narrow {
                        { label("heat-range", 36.0, middle, row.range()) }
                    }
                    if !row.leader.is_empty() {
                        <text class="heat-zone" x={format!("{:.1}", layout.labels - 14.0)} y={format!("{middle:.1}")}>
                            { zone.clone() }<title>{ format!("leader in {}", row.leader) }</title>
                        </text>
                    }
                </g>
            },
        })
    })
}

/// All rows together, column by column.
fn time_histogram(props: &AxesProps) -> Html {
    let (layout, grid) = (&props.layout, &props.grid);
    let totals: Vec<f64> = (0..grid.window.columns).map(|column| grid.column_total(column)).collect();
    let most = totals.iter().copied().fold(0.0, f64::max);
    let (high, wide) = (layout.head - 12.0 - FOOT, layout.column_width());
    let gap = if wide >= 4.0 { 1.0 } else { 0.0 };
    let bars = totals.iter().enumerate().map(|(column, total)| {
        let tall = if most > 0.0 { total / most * high } else { 0.0 };
        (layout.labels + column as f64 * wide, layout.head - FOOT - tall, wide - gap, tall)
    });
    let told = figure(grid.measure, most.round() as u64);
    html! {
        <g class="heat-histogram" data-axis="time">
            <path d={path(bars)} />
            { line("heat-axis", (layout.labels, layout.head - FOOT), (layout.labels + layout.width, layout.head - FOOT)) }
            if most > 0.0 {
                <text class="heat-most" x={format!("{:.1}", layout.labels - 6.0)} y={format!("{:.1}", layout.head - FOOT - high + 6.0)}>
                    { told }<title>{ "the most of all rows together in a second" }</title>
                </text>
            }
        </g>
    }
}

/// Each row over the whole window.
fn row_histogram(props: &AxesProps) -> Html {
    let (layout, grid) = (&props.layout, &props.grid);
    let totals = grid.row_totals();
    let most = totals.iter().copied().max().unwrap_or(0);
    let (left, wide) = (layout.labels + layout.width + 6.0, layout.side - 10.0);
    let bars = totals.iter().enumerate().filter_map(|(row, total)| {
        let (top, bottom) = layout.row(row)?;
        let gap = if bottom - top > 6.0 { 1.0 } else { 0.0 };
        let long = *total as f64 / most.max(1) as f64 * wide;
        Some((left, layout.head + top, long, bottom - top - gap))
    });
    html! {
        <g class="heat-histogram" data-axis="rows">
            <path d={path(bars)} />
            { line("heat-axis", (left, layout.head), (left, layout.head + layout.height - 4.0)) }
            if most > 0 {
                <text class="heat-most" x={format!("{:.1}", left + wide)} y={format!("{:.1}", layout.head + layout.height + 13.0)}>
                    { figure(grid.measure, most) }<title>{ "the most of one row in all of this time" }</title>
                </text>
            }
        </g>
    }
}

fn marker(layout: &Layout, marked: &Marked) -> Html {
    let x = layout.labels + layout.x(marked.second);
    let (top, foot) = (layout.head - FOOT, layout.head + layout.height - 4.0);
    html! {
        <g class="heat-marker" data-kind={marked.kind}>
            { line("heat-marker-line", (x, top), (x, foot)) }
            <path d={format!("M{:.1} {:.1}h8l-4 6z", x - 4.0, top - 4.0)} />
            <title>{ &marked.text }</title>
        </g>
    }
}
