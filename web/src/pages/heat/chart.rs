//! The heatmap: cells on a canvas, everything else as SVG over it, a tooltip, and what the reader does with pointer, wheel and
//! keys.
//!
//! Drawn over the cells, a rectangle is zoomed in on; over the row labels only rows are, over the time axis only time. With the
//! shift key the map is moved instead. The wheel zooms time, and rows with the shift key or over their labels.

use std::rc::Rc;

use engine::insight::HeatHistory;
use gloo::utils::window;
use web_sys::{Element, HtmlCanvasElement, HtmlElement};
use yew::prelude::*;

use super::axes::{Axes, Marked, line};
use super::draw::draw;
use super::paint::{Look, Painter};
use super::scene::Scene;
use super::viewport::Move;
use super::words::{Cell, CellWords, words_at};
use crate::hooks::{next_frame, precise_ms, set_size, use_wheel};
use crate::state::tables::TableDescription;

/// A pointer that moved less than this between down and up has clicked.
const CLICK: f64 = 4.0;
/// How much nearer one step of the keyboard comes.
const STEP: f64 = 1.5;

/// What the reader points at.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Pointed {
    /// A place of the chart, in CSS pixels: the cell under it changes as time goes by.
    Place(f64, f64),
    /// A row, counted from the top, and a second.
    Cell(usize, u64),
}

/// What is drawn over the map while the pointer is down.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Drag {
    from: (f64, f64),
    to: (f64, f64),
    /// Moves the map; brushes otherwise.
    pans: bool,
}

/// What a brush is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    Cells,
    Labels,
    Time,
}

/// The props of [`Chart`].
#[derive(Properties, PartialEq)]
pub struct ChartProps {
    /// The box whose width the scene is of.
    pub holder: NodeRef,
    /// What is in view.
    pub scene: Scene,
    /// The table.
    pub table: Rc<TableDescription>,
    /// What its partitions did.
    pub history: Rc<HeatHistory>,
    /// How the cells are coloured; the density is filled in here.
    pub look: Look,
    /// What is marked.
    #[prop_or_default]
    pub marked: Rc<Vec<Marked>>,
    /// Where the timeline's playhead stands, in seconds of the epoch.
    #[prop_or_default]
    pub playhead: Option<f64>,
    /// The cell that was chosen.
    #[prop_or_default]
    pub chosen: Option<Cell>,
    /// The reader chose a cell, or gave it up.
    #[prop_or_default]
    pub onchoose: Callback<Option<Cell>>,
    /// The reader zooms or moves.
    #[prop_or_default]
    pub onmove: Callback<Move>,
    /// Back to all rows and the newest time.
    #[prop_or_default]
    pub onreset: Callback<()>,
}

/// The heatmap.
#[component]
pub fn Chart(props: &ChartProps) -> Html {
    let (canvas, painter) = (use_node_ref(), use_mut_ref(|| (Painter::default(), None)));
    let tip = use_node_ref();
    let pointed = use_state_eq(|| None::<Pointed>);
    let drag = use_state_eq(|| None::<Drag>);
    let (scene, layout) = (&props.scene, props.scene.layout.clone());
    let look = Look { density: window().device_pixel_ratio().clamp(1.0, 3.0), ..props.look };
    {
        let (canvas, painter) = (canvas.clone(), painter.clone());
        let picture = (scene.bands.clone(), scene.grid.clone(), layout.clone(), look);
        use_effect_with(picture, move |(bands, grid, layout, look)| {
            let (bands, grid, layout, look) = (bands.clone(), grid.clone(), layout.clone(), *look);
            next_frame(move || {
                let Some(canvas) = canvas.cast::<HtmlCanvasElement>() else { return };
                let started = precise_ms();
                let mut painter = painter.borrow_mut();
                let (painter, narrow) = &mut *painter;
                draw(&canvas, narrow, painter.paint(&bands, &grid, &layout, look));
                set_size(&canvas, layout.width, layout.height);
                let took = precise_ms() - started;
                // What the drawing costs is read by the benches.
                let _ = canvas.set_attribute("data-draw-ms", &format!("{took:.2}"));
            })
        });
    }
    let cell = pointed.filter(|_| drag.is_none()).and_then(|pointed| cell_of(scene, pointed));
    let words = cell.and_then(|cell| words_at(&scene.bands, &scene.grid, cell, &props.history, &props.table));
    {
        let tip = tip.clone();
        let place = cell.zip(words.as_ref()).and_then(|(cell, _)| {
            let (top, bottom) = layout.row(cell.row)?;
            let x = layout.labels + layout.x((cell.from + cell.to) as f64 / 2.0);
            Some((x, layout.head + top, bottom - top, layout.labels + layout.width))
        });
        use_effect_with(place, move |place| {
            let (Some((x, y, high, right)), Some(tip)) = (*place, tip.cast::<HtmlElement>()) else { return };
            let (wide, tall) = (f64::from(tip.offset_width()), f64::from(tip.offset_height()));
            let left = if x + 14.0 + wide > right { x - 14.0 - wide } else { x + 14.0 };
            let above = y - tall - 6.0;
            let top = if above < -8.0 { y + high + 6.0 } else { above };
            let style = tip.style();
            // Numbers with a unit are always a length.
            let _ = style.set_property("left", &format!("{}px", left.max(0.0)));
            let _ = style.set_property("top", &format!("{top}px"));
        });
    }
    let place_of = {
        let holder = props.holder.clone();
        move |x: i32, y: i32| {
            let bounds = holder.cast::<Element>()?.get_bounding_client_rect();
            Some((f64::from(x) - bounds.left(), f64::from(y) - bounds.top()))
        }
    };
    let onpointerdown = {
        let (drag, place_of, holder) = (drag.setter(), place_of.clone(), props.holder.clone());
        Callback::from(move |event: PointerEvent| {
            if event.button() > 1 {
                return;
            }
            let Some(from) = place_of(event.client_x(), event.client_y()) else { return };
            if let Some(element) = holder.cast::<Element>() {
                // Refused only for a pointer that is gone.
                let _ = element.set_pointer_capture(event.pointer_id());
            }
            drag.set(Some(Drag { from, to: from, pans: event.shift_key() || event.button() == 1 }));
        })
    };
    let onpointermove = {
        let (pointed, drag, place_of) = (pointed.setter(), drag.clone(), place_of.clone());
        let (onmove, layout) = (props.onmove.clone(), layout.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(to) = place_of(event.client_x(), event.client_y()) else { return };
            pointed.set(Some(Pointed::Place(to.0, to.1)));
            let Some(before) = *drag else { return };
            if !before.pans {
                return drag.set(Some(Drag { to, ..before }));
            }
            let seconds = layout.second_at(0.0) - layout.second_at(1.0);
            let seconds = seconds * (to.0 - before.to.0);
            let rows = (before.to.1 - to.1) / layout.scale;
            // Less than a second is kept for the next time.
            let moved = if seconds.abs() < 1.0 { before.to.0 } else { to.0 };
            let seconds = if seconds.abs() < 1.0 { 0.0 } else { seconds };
            onmove.emit(Move::Pan(seconds, rows));
            drag.set(Some(Drag { to: (moved, to.1), ..before }));
        })
    };
    let onpointerup = {
        let (drag, scene) = (drag.clone(), scene.clone());
        let (onmove, onchoose) = (props.onmove.clone(), props.onchoose.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(done) = *drag else { return };
            drag.set(None);
            let to = place_of(event.client_x(), event.client_y()).unwrap_or(done.to);
            let still = (to.0 - done.from.0).abs() < CLICK && (to.1 - done.from.1).abs() < CLICK;
            match (still, done.pans) {
                (true, _) => {
                    if let Some(cell) = cell_of(&scene, Pointed::Place(to.0, to.1)) {
                        onchoose.emit(Some(cell));
                    }
                }
                (false, false) => {
                    if let Some(brush) = brush(&scene, Drag { to, ..done }) {
                        onmove.emit(brush);
                    }
                }
                (false, true) => {}
            }
        })
    };
    let onpointercancel = {
        let drag = drag.setter();
        Callback::from(move |_: PointerEvent| drag.set(None))
    };
    let onpointerleave = {
        let pointed = pointed.setter();
        Callback::from(move |_: PointerEvent| pointed.set(None))
    };
    let ondblclick = props.onreset.reform(|_: MouseEvent| ());
    let turned = {
        let (onmove, layout, holder) = (props.onmove.clone(), layout.clone(), props.holder.clone());
        Callback::from(move |event: WheelEvent| {
            let Some(bounds) = holder.cast::<Element>().map(|element| element.get_bounding_client_rect())
            else {
                return;
            };
            let x = f64::from(event.client_x()) - bounds.left();
            let y = f64::from(event.client_y()) - bounds.top();
            let line = if event.delta_mode() == WheelEvent::DOM_DELTA_LINE { 24.0 } else { 1.0 };
            // With the shift key some browsers turn the wheel sideways.
            let (across, down) = (event.delta_x() * line, event.delta_y() * line);
            let turned = if event.shift_key() && down == 0.0 { across } else { down };
            let factor = (-turned * 0.002).exp().clamp(0.25, 4.0);
            if event.shift_key() || x < layout.labels {
                onmove.emit(Move::ZoomRows(layout.unit_near(y - layout.head), factor));
            } else if across.abs() > down.abs() {
                let seconds = layout.second_at(across.abs()) - layout.second_at(0.0);
                onmove.emit(Move::Pan(seconds * across.signum(), 0.0));
            } else {
                onmove.emit(Move::ZoomTime(layout.second_at(x - layout.labels), factor));
            }
        })
    };
    use_wheel(&props.holder, turned);
    let onkeydown = {
        let (onmove, onchoose, onreset) =
            (props.onmove.clone(), props.onchoose.clone(), props.onreset.clone());
        let (pointed, scene, chosen) = (pointed.setter(), scene.clone(), props.chosen.is_some());
        Callback::from(move |event: KeyboardEvent| {
            if event.ctrl_key() || event.meta_key() || event.alt_key() {
                return;
            }
            let (window, rows) = (scene.grid.window, scene.grid.rows());
            let last = window.to().saturating_sub(window.step);
            let (row, second) = cell.map_or((0, last), |cell| (cell.row, cell.from));
            let unit = scene.axis.rows.get(row).map_or(0.0, |(top, end)| (top + end) / 2.0);
            let half = (window.step * window.columns as u64) as f64 / 2.0;
            let point = |row: usize, second: u64| pointed.set(Some(Pointed::Cell(row, second)));
            // The crosshair takes the map along where it leaves it.
            let to_row = |to: usize| {
                let (top, end) = scene.axis.rows.get(to).copied().unwrap_or_default();
                let (first, last) = scene.span;
                let by = if top < first { top - first } else { (end - last).max(0.0) };
                if by != 0.0 {
                    onmove.emit(Move::Pan(0.0, by));
                }
                point(to, second);
            };
            match event.key().as_str() {
                "ArrowLeft" if second == window.from => onmove.emit(Move::Pan(-half / 2.0, 0.0)),
                "ArrowLeft" => point(row, second.saturating_sub(window.step).max(window.from)),
                "ArrowRight" if second >= last => onmove.emit(Move::Pan(half / 2.0, 0.0)),
                "ArrowRight" => point(row, (second + window.step).min(last)),
                "ArrowUp" => to_row(row.saturating_sub(1)),
                "ArrowDown" => to_row((row + 1).min(rows.saturating_sub(1))),
                "Home" => point(row, window.from),
                "End" => point(row, last),
                "PageUp" => onmove.emit(Move::Pan(-half, 0.0)),
                "PageDown" => onmove.emit(Move::Pan(half, 0.0)),
                "+" | "=" => onmove.emit(Move::ZoomTime(second as f64, STEP)),
                "-" => onmove.emit(Move::ZoomTime(second as f64, 1.0 / STEP)),
                "]" => onmove.emit(Move::ZoomRows(unit, STEP)),
                "[" => onmove.emit(Move::ZoomRows(unit, 1.0 / STEP)),
                "0" => onreset.emit(()),
                "Enter" => onchoose.emit(Some(Cell { row, from: second, to: second + window.step })),
                "Escape" if chosen => onchoose.emit(None),
                "Escape" => pointed.set(None),
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let by_keys = matches!(*pointed, Some(Pointed::Cell(..)));
    html! {
        <div class="heat-map" ref={props.holder.clone()} tabindex="0" role="group" aria-roledescription="heatmap"
            data-rows={scene.grid.rows().to_string()} data-from={scene.grid.window.from.to_string()} data-to={scene.grid.window.to().to_string()}
            data-step={scene.grid.window.step.to_string()} data-dragged={drag.map(|drag| if drag.pans { "map" } else { "brush" })}
            aria-label="Heatmap: rows from top to bottom, time from left to right. Arrow keys move the crosshair, Enter lists the requests of its cell, \
                plus and minus zoom time, brackets zoom rows, Page Up and Page Down move in time, 0 shows all."
            {onpointerdown} {onpointermove} {onpointerup} {onpointercancel} {onpointerleave} {ondblclick} {onkeydown}>
            <canvas class="heat-canvas" data-narrow={(layout.labels < 100.0).to_string()} data-head={(layout.head > 0.0).to_string()} ref={canvas} aria-hidden="true" />
            <Axes bands={scene.bands.clone()} grid={scene.grid.clone()} layout={layout.clone()} arriving={scene.arriving.clone()} marked={props.marked.clone()} playhead={props.playhead} />
            { cross(scene, cell, props.chosen, *drag) }
            if let Some(words) = &words {
                { tooltip(words, tip) }
            }
            <p class="visually-hidden" role="status">{ words.as_ref().filter(|_| by_keys).map(CellWords::line) }</p>
        </div>
    }
}

/// The cell that is pointed at.
fn cell_of(scene: &Scene, pointed: Pointed) -> Option<Cell> {
    let (layout, window) = (&scene.layout, scene.grid.window);
    let (row, column) = match pointed {
        Pointed::Place(x, y) => {
            let column = layout.column_at(x - layout.labels)?;
            let (from, to) = window.seconds(column);
            let unit = layout.unit_at(y - layout.head)?;
            (scene.axis.row_at(&scene.bands, unit, from, to)?, column)
        }
        Pointed::Cell(row, second) => (row, window.column(second)?),
    };
    let (from, to) = window.seconds(column);
    (row < scene.grid.rows()).then_some(Cell { row, from, to })
}

fn over(scene: &Scene, (x, y): (f64, f64)) -> Over {
    let layout = &scene.layout;
    match () {
        () if x < layout.labels => Over::Labels,
        () if y > layout.head + layout.height || y < layout.head => Over::Time,
        () => Over::Cells,
    }
}

/// The stretch of time and the rows that a brush is over.
fn brush(scene: &Scene, drag: Drag) -> Option<Move> {
    let layout = &scene.layout;
    let (left, right) = (drag.from.0.min(drag.to.0), drag.from.0.max(drag.to.0));
    let (top, bottom) = (drag.from.1.min(drag.to.1), drag.from.1.max(drag.to.1));
    let second = |x: f64| layout.second_at(x - layout.labels);
    let unit = |y: f64| layout.unit_near(y - layout.head);
    let time = (right - left >= CLICK).then(|| (second(left), second(right)));
    let rows = (bottom - top >= CLICK).then(|| (unit(top), unit(bottom)));
    match over(scene, drag.from) {
        Over::Labels => rows.map(|rows| Move::Brush(None, Some(rows))),
        Over::Time => time.map(|time| Move::Brush(Some(time), None)),
        // Hardly any height is a stretch of time, hardly any width are rows.
        Over::Cells if bottom - top < 3.0 * CLICK => time.map(|time| Move::Brush(Some(time), None)),
        Over::Cells if right - left < 3.0 * CLICK => rows.map(|rows| Move::Brush(None, Some(rows))),
        Over::Cells => Some(Move::Brush(time, rows)),
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
            if let Some(arrived) = &words.arrived {
                <span data-part="arrived">{ arrived }</span>
            }
            <span><time>{ &words.time }</time>{ " · " }{ &words.partition }</span>
            <span class="heat-faint">{ &words.place }</span>
            if let Some((key, share)) = words.keys.first() {
                <span class="heat-tip-key"><b>{ key }</b>{ " " }{ share }</span>
            }
        </div>
    }
}

/// The crosshair, the chosen cell and the brush.
fn cross(scene: &Scene, cell: Option<Cell>, chosen: Option<Cell>, drag: Option<Drag>) -> Html {
    let layout = &scene.layout;
    let foot = layout.head + layout.height - 4.0;
    let rectangle = |class: &'static str, x: f64, y: f64, wide: f64, high: f64| {
        html! {
            <rect {class} x={format!("{x:.1}")} y={format!("{y:.1}")} width={format!("{wide:.1}")} height={format!("{high:.1}")} />
        }
    };
    let framed = |class: &'static str, cell: Cell| {
        let (top, bottom) = layout.row(cell.row)?;
        let (left, right) = (layout.x(cell.from as f64).max(0.0), layout.x(cell.to as f64).min(layout.width));
        (right > left).then(|| {
            rectangle(
                class,
                layout.labels + left,
                layout.head + top,
                (right - left).max(2.0),
                (bottom - top).max(2.0),
            )
        })
    };
    let lines = cell.and_then(|cell| {
        let (top, bottom) = layout.row(cell.row)?;
        let x = layout.labels + layout.x((cell.from + cell.to) as f64 / 2.0);
        let y = layout.head + (top + bottom) / 2.0;
        Some(html! {
            <>
                { line("heat-cross", (x, layout.head), (x, foot)) }
                { line("heat-cross", (layout.labels, y), (layout.labels + layout.width, y)) }
            </>
        })
    });
    let brushed = drag.filter(|drag| !drag.pans).map(|drag| {
        let over = over(scene, drag.from);
        let (left, right) = (drag.from.0.min(drag.to.0), drag.from.0.max(drag.to.0));
        let (top, bottom) = (drag.from.1.min(drag.to.1), drag.from.1.max(drag.to.1));
        let all_time = over == Over::Labels
            || (over == Over::Cells && right - left < 3.0 * CLICK && bottom - top >= 3.0 * CLICK);
        let all_rows = over == Over::Time || (over == Over::Cells && bottom - top < 3.0 * CLICK);
        let (left, right) =
            if all_time { (layout.labels, layout.labels + layout.width) } else { (left, right) };
        let (top, bottom) = if all_rows { (layout.head, foot) } else { (top, bottom) };
        rectangle("heat-brush", left, top, right - left, bottom - top)
    });
    html! {
        <svg class="heat-cross-layer" width={format!("{:.0}", layout.labels + layout.width + layout.side)} height={format!("{foot:.0}")} aria-hidden="true">
            { lines }
            { chosen.and_then(|cell| framed("heat-chosen", cell)) }
            { cell.and_then(|cell| framed("heat-cell", cell)) }
            { brushed }
        </svg>
    }
}
