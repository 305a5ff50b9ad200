//! The heatmap: cells on a canvas, everything else (labels, axis, crosshair, playhead) as SVG over it, and the tooltip.

use std::rc::Rc;

use gloo::utils::window;
use web_sys::{Element, HtmlCanvasElement, HtmlElement};
use yew::prelude::*;

use super::bands::{Band, row};
use super::grid::Grid;
use super::layout::{AXIS, Layout, ROWS, TITLE};
use super::paint::{Look, paint};
use super::words::{CellWords, words_at};
use crate::hooks::{next_frame, put_image, use_width};
use crate::state::explanation::clock;

/// What the reader points at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pointed {
    /// A place of the chart, in CSS pixels: the cell under it changes as time goes by.
    Place(f64, f64),
    /// A row, counted from the top, and a second.
    Cell(usize, u64),
}

/// The props of [`Chart`].
#[derive(Properties, PartialEq)]
pub struct ChartProps {
    /// The rows.
    pub bands: Rc<Vec<Band>>,
    /// Their cells.
    pub grid: Rc<Grid>,
    /// How they are coloured; the density is filled in here.
    pub look: Look,
    /// Where the timeline's playhead stands, in seconds of the epoch.
    pub playhead: Option<f64>,
    /// The height that the rows share, in CSS pixels.
    #[prop_or(ROWS)]
    pub rows_height: f64,
    /// What the reader points at.
    pub pointed: Option<Pointed>,
    /// The reader points elsewhere.
    pub onpoint: Callback<Option<Pointed>>,
    /// The reader chose a cell.
    pub onchoose: Callback<(usize, u64)>,
}

/// The heatmap.
#[component]
pub fn Chart(props: &ChartProps) -> Html {
    let holder = use_node_ref();
    let canvas = use_node_ref();
    let tip = use_node_ref();
    let width = use_width(&holder);
    let layout =
        Rc::new(Layout::new(&props.bands, width, props.rows_height, props.grid.first, props.grid.seconds));
    let look = Look { density: window().device_pixel_ratio().clamp(1.0, 3.0), ..props.look };
    {
        let canvas = canvas.clone();
        let picture = (props.bands.clone(), props.grid.clone(), layout.clone(), look);
        use_effect_with(picture, move |(bands, grid, layout, look)| {
            let (bands, grid, layout, look) = (bands.clone(), grid.clone(), layout.clone(), *look);
            next_frame(move || {
                let Some(canvas) = canvas.cast::<HtmlCanvasElement>() else { return };
                if layout.width > 1.0 {
                    let pixels = paint(&bands, &grid, &layout, look);
                    put_image(&canvas, pixels.width, &pixels.bytes, layout.width, layout.height);
                }
            })
        });
    }
    let cell = props.pointed.and_then(|pointed| match pointed {
        Pointed::Place(x, y) => layout.at(x, y),
        Pointed::Cell(row, second) => Some((row, second)),
    });
    let words = cell.and_then(|(row, second)| {
        words_at(look.metric, &props.bands, row, second, props.grid.cell(row, second))
    });
    {
        let tip = tip.clone();
        let place = cell.zip(words.as_ref()).map(|((row, second), _)| {
            (layout.labels + layout.x(second as f64 + 0.5), layout.tops[row], layout.row_height)
        });
        use_effect_with((place, width), move |(place, width)| {
            let (Some((x, y, high)), Some(tip)) = (*place, tip.cast::<HtmlElement>()) else { return };
            let (wide, tall) = (f64::from(tip.offset_width()), f64::from(tip.offset_height()));
            let left = if x + 14.0 + wide > *width { x - 14.0 - wide } else { x + 14.0 };
            let above = y - tall - 6.0;
            let top = if above < -8.0 { y + high + 6.0 } else { above };
            let style = tip.style();
            // Numbers with a unit are always a length.
            let _ = style.set_property("left", &format!("{}px", left.max(0.0)));
            let _ = style.set_property("top", &format!("{top}px"));
        });
    }
    let onpointermove = {
        let holder = holder.clone();
        props.onpoint.reform(move |event: PointerEvent| {
            let bounds = holder.cast::<Element>()?.get_bounding_client_rect();
            let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
            Some(Pointed::Place(x - bounds.left(), y - bounds.top()))
        })
    };
    let onpointerleave = props.onpoint.reform(|_: PointerEvent| None);
    let onclick = {
        let (onchoose, cell) = (props.onchoose.clone(), cell.filter(|_| words.is_some()));
        Callback::from(move |_: MouseEvent| {
            if let Some(cell) = cell {
                onchoose.emit(cell);
            }
        })
    };
    let onkeydown = {
        let (onpoint, onchoose) = (props.onpoint.clone(), props.onchoose.clone());
        let (rows, first) = (props.grid.rows(), props.grid.first);
        let last = first + props.grid.seconds.max(1) as u64 - 1;
        Callback::from(move |event: KeyboardEvent| {
            let (row, second) = cell.unwrap_or((0, last));
            let to = match event.key().as_str() {
                "ArrowLeft" => (row, second.saturating_sub(1).max(first)),
                "ArrowRight" => (row, (second + 1).min(last)),
                "ArrowUp" => (row.saturating_sub(1), second),
                "ArrowDown" => ((row + 1).min(rows.saturating_sub(1)), second),
                "Home" => (row, first),
                "End" => (row, last),
                "Enter" => return onchoose.emit((row, second)),
                "Escape" => return onpoint.emit(None),
                _ => return,
            };
            event.prevent_default();
            onpoint.emit(Some(Pointed::Cell(to.0, to.1)));
        })
    };
    html! {
        <div class="heat-map" ref={holder} tabindex="0" role="group" aria-roledescription="heatmap" data-rows={props.grid.rows().to_string()}
            aria-label="Heatmap: partitions from top to bottom, seconds from left to right. Arrow keys move the crosshair."
            {onpointermove} {onpointerleave} {onclick} {onkeydown}>
            <canvas class="heat-canvas" data-narrow={(layout.labels < 100.0).to_string()} ref={canvas} aria-hidden="true" />
            { axes(props, &layout, cell) }
            if let Some(words) = &words {
                { tooltip(words, tip) }
            }
            <p class="visually-hidden" role="status">{ words.as_ref().filter(|_| matches!(props.pointed, Some(Pointed::Cell(..)))).map(CellWords::line) }</p>
        </div>
    }
}

fn tooltip(words: &CellWords, tip: NodeRef) -> Html {
    html! {
        <div class="heat-tip" ref={tip} aria-hidden="true" data-part="tooltip">
            <strong>{ &words.value }</strong>
            if let Some(share) = &words.share {
                <span>{ share }</span>
            }
            if let Some(throttled) = &words.throttled {
                <span class="heat-throttled">{ throttled }</span>
            }
            <span><time>{ &words.time }</time>{ " · " }{ &words.partition }</span>
            <span class="heat-faint">{ &words.place }</span>
        </div>
    }
}

fn axes(props: &ChartProps, layout: &Layout, cell: Option<(usize, u64)>) -> Html {
    let (width, height) = (layout.labels + layout.width, layout.height + AXIS);
    let text = |class: &'static str, x: f64, y: f64, text: String| {
        html! { <text {class} x={format!("{x:.1}")} y={format!("{y:.1}")}>{ text }</text> }
    };
    let line = |class: &'static str, x1: f64, y1: f64, x2: f64, y2: f64| {
        html! {
            <line {class} x1={format!("{x1:.1}")} y1={format!("{y1:.1}")} x2={format!("{x2:.1}")} y2={format!("{y2:.1}")} />
        }
    };
    let every = layout.label_every();
    let narrow = layout.labels < 100.0;
    let labels = layout.tops.iter().enumerate().filter(|(at, _)| at % every == 0).filter_map(|(at, top)| {
        let (_, row) = row(&props.bands, at)?;
        let middle = top + layout.row_height / 2.0 + 4.0;
        let zone = row.leader.strip_prefix("az-").unwrap_or("").to_owned();
        Some(html! {
            <g class="heat-row-label" data-zone={zone.clone()}>
                { text("heat-partition", 0.0, middle, row.name()) }
                if !narrow {
                    { text("heat-range", 30.0, middle, row.range()) }
                }
                if !row.leader.is_empty() && layout.row_height >= 9.0 {
                    <text class="heat-zone" x={format!("{:.1}", layout.labels - 14.0)} y={format!("{middle:.1}")}>
                        { zone.clone() }<title>{ format!("leader in {}", row.leader) }</title>
                    </text>
                }
            </g>
        })
    });
    let titles = props.bands.iter().zip(&layout.titles).map(|(band, top)| {
        let class = if band.target.index.is_some() { "heat-title index" } else { "heat-title" };
        text(class, 0.0, top + TITLE - 8.0, band.title())
    });
    let ticks = layout.ticks().into_iter().map(|second| {
        let x = layout.labels + layout.x(second as f64);
        html! {
            <>
                { line("heat-tick", x, layout.height - 4.0, x, layout.height + 4.0) }
                { text("heat-time", x, layout.height + 17.0, clock(second * 1000)[..8].to_owned()) }
            </>
        }
    });
    let seconds = layout.first as f64..=(layout.first + layout.seconds as u64) as f64;
    let playhead = props.playhead.filter(|at| seconds.contains(at)).map(|at| layout.labels + layout.x(at));
    html! {
        <svg class="heat-axes" width={format!("{width:.0}")} height={format!("{height:.0}")} aria-hidden="true">
            { for titles }
            { for labels }
            { line("heat-axis", layout.labels, layout.height - 4.0, width, layout.height - 4.0) }
            { for ticks }
            if let Some(x) = playhead {
                { line("heat-playhead", x, 0.0, x, layout.height - 4.0) }
            }
            if let Some((row, second)) = cell && row < layout.tops.len() {
                { line("heat-cross", layout.labels + layout.x(second as f64 + 0.5), 0.0, layout.labels + layout.x(second as f64 + 0.5), layout.height - 4.0) }
                <rect class="heat-cell" x={format!("{:.1}", layout.labels + layout.x(second as f64))} y={format!("{:.1}", layout.tops[row])}
                    width={format!("{:.1}", (layout.width / layout.seconds.max(1) as f64).max(2.0))} height={format!("{:.1}", layout.row_height)} />
            }
        </svg>
    }
}
