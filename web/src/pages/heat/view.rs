//! The heatmap with its controls, what it tells, and the cell that is looked into.

use std::rc::Rc;

use engine::insight::{HeatHistory, MarkerKind, Places};
use engine::timeline::Event;
use yew::prelude::*;

use super::axes::Marked;
use super::bands::{Band, row};
use super::cell_panel::{CellPanel, Listed};
use super::chart::Chart;
use super::controls::{Controls, FIRST_WINDOW, Order, use_choice};
use super::findings::{Findings, Place};
use super::layout::ROWS;
use super::legend::Legend;
use super::paint::Look;
use super::scene::{Aim, RowsAre, Scene, use_scene};
use super::table::CellTable;
use super::viewport::{Move, Time, Viewport};
use super::words::{Cell, marker_words, time, words_at};
use super::{csv, png};
use crate::components::{Button, ButtonKind};
use crate::hooks::{
    download, use_client, use_dark, use_heat, use_notices, use_partition_totals, use_timeline,
    use_workspace_ms,
};
use crate::state::notice::{Level, NoticeAction};
use crate::state::sampled::Sampled;
use crate::state::tables::TableDescription;
use crate::state::timeline::TimelineAction;

/// One press of a zoom button.
const STEP: f64 = 2.0;

/// The props of [`HeatView`].
#[derive(Properties, PartialEq)]
pub struct HeatViewProps {
    /// The table.
    pub table: Rc<TableDescription>,
    /// Its partitions as they are listed.
    pub listed: Rc<Vec<Band>>,
}

/// The cell that is looked into: its partition or key, whatever its place becomes, and its time.
#[derive(Clone, PartialEq)]
struct Chosen {
    index: Option<String>,
    partition: u32,
    key: Option<u64>,
    from: u64,
    to: u64,
}

impl Chosen {
    fn of(bands: &[Band], cell: Cell) -> Option<Chosen> {
        let (band, row) = row(bands, cell.row)?;
        let key = row.key.as_ref().map(|key| key.hash);
        let index = band.target.index.clone();
        Some(Chosen { index, partition: row.partition, key, from: cell.from, to: cell.to })
    }

    fn cell(&self, bands: &[Band]) -> Option<Cell> {
        let mut rows = super::bands::rows(bands);
        let place = rows.position(|(band, row)| {
            let key = row.key.as_ref().map(|key| key.hash);
            (&band.target.index, key) == (&self.index, self.key)
                && (key.is_some() || row.partition == self.partition)
        })?;
        Some(Cell { row: place, from: self.from, to: self.to })
    }
}

/// The heatmap with its controls.
#[component]
pub fn HeatView(props: &HeatViewProps) -> Html {
    let (heat, timeline, notices) = (use_heat(), use_timeline(), use_notices());
    let (choice, choose) = use_choice();
    let dark = use_dark();
    let holder = use_node_ref();
    let viewport = use_state_eq(|| Viewport { time: Time::Live(choice.seconds), rows: None });
    let chosen = use_state_eq(|| None::<Chosen>);
    let open = use_state_eq(|| None::<usize>);
    let now_ms = use_workspace_ms(1_000);
    {
        // Another stretch in the address is followed, and other rows are shown from the first to the last.
        let viewport = viewport.clone();
        use_effect_with((choice.seconds, choice.rows), move |(seconds, _)| {
            let time = if viewport.is_live() { Time::Live(*seconds) } else { viewport.time };
            viewport.set(Viewport { time, rows: None });
        });
    }
    let history = heat.history.clone();
    let newest = history.newest().unwrap_or(0);
    // With traffic the picture ends with the last whole second of it; otherwise with the clock.
    let end = match heat.running() {
        Some(_) => newest,
        None => newest.max(now_ms / 1000) + 1,
    };
    let scene = use_scene(
        &holder,
        Aim {
            table: props.table.clone(),
            listed: props.listed.clone(),
            history: history.clone(),
            measure: choice.measure,
            rows: choice.rows,
            viewport: *viewport,
            end,
            height: ROWS,
            histograms: true,
        },
    );
    let look = Look { scale: choice.scale, brightness: choice.brightness, dark, density: 1.0 };
    let marked = {
        let deps = (scene.bands.clone(), history.clone(), scene.grid.window);
        use_memo(deps, |(bands, history, window)| marked(bands, history, window.from, window.to()))
    };
    let playhead =
        timeline.playhead.and_then(|_| timeline.current()).map(|event| event.at_ms as f64 / 1000.0);
    let cell = chosen.as_ref().and_then(|chosen| chosen.cell(&scene.bands));
    let listed = use_requests(&scene, cell, (*chosen).clone(), &history);
    let totals = use_partition_totals(Some(props.table.name.clone()), props.listed.clone());
    let onmove = {
        let (viewport, bounds) = (viewport.clone(), scene.bounds);
        Callback::from(move |what: Move| viewport.set(viewport.after(what, bounds)))
    };
    let onreset = {
        let (viewport, seconds) = (viewport.setter(), choice.seconds);
        Callback::from(move |()| viewport.set(Viewport { time: Time::Live(seconds), rows: None }))
    };
    let onchoose = {
        let (chosen, open, onmove) = (chosen.setter(), open.setter(), onmove.clone());
        let (bands, timeline) = (scene.bands.clone(), timeline.clone());
        Callback::from(move |cell: Option<Cell>| {
            open.set(None);
            chosen.set(cell.and_then(|cell| Chosen::of(&bands, cell)));
            let Some(cell) = cell else { return };
            onmove.emit(Move::Pause);
            let span = timeline.span_ms();
            if span.is_some_and(|(first, last)| first / 1000 < cell.to && cell.from <= last / 1000) {
                timeline.dispatch(TimelineAction::SeekTime(cell.to * 1000 - 1));
            }
        })
    };
    let onlook = {
        let (chosen, open, onmove) = (chosen.setter(), open.setter(), onmove.clone());
        let (step, bands) = (scene.grid.window.step, scene.bands.clone());
        let (choose, by_key) = (choose.clone(), choice.rows == RowsAre::Keys);
        Callback::from(move |place: Place| {
            let from = place.second / step * step;
            let Place { index, partition, key, .. } = place;
            let has = |key: &u64| {
                super::bands::rows(&bands).any(|(band, row)| {
                    band.target.index == index && row.key.as_ref().is_some_and(|own| own.hash == *key)
                })
            };
            // Where the rows are keys a finding about a key has its row; any other is shown at its partition.
            let key = key.filter(|key| by_key && has(key));
            if by_key && key.is_none() {
                choose.emit(("rows", None));
            }
            open.set(None);
            chosen.set(Some(Chosen { index, partition, key, from, to: from + step }));
            onmove.emit(Move::Pause);
        })
    };
    let onevent = {
        let (timeline, notices) = (timeline.clone(), notices.dispatcher());
        Callback::from(move |event: Event| {
            // A copy of the workspace counts on from the same number.
            match timeline.events().iter().any(|kept| **kept == event) {
                true => timeline.dispatch(TimelineAction::Seek(event.id)),
                false => notices.dispatch(NoticeAction::Say(
                    Level::Note,
                    "It happened in the traffic's copy of the workspace: the timeline has what was done here.".into(),
                )),
            }
        })
    };
    let half = viewport.length() as f64 / 2.0;
    let onorder = {
        let (onmove, onreset, scene, table) =
            (onmove.clone(), onreset.clone(), scene.clone(), props.table.name.clone());
        let (history, seconds, notices) = (history.clone(), choice.seconds, notices.dispatcher());
        let middle = (scene.grid.window.from + scene.grid.window.to()) as f64 / 2.0;
        let density = gloo::utils::window().device_pixel_ratio();
        Callback::from(move |order: Order| match order {
            Order::Earlier => onmove.emit(Move::Pan(-half, 0.0)),
            Order::Later => onmove.emit(Move::Pan(half, 0.0)),
            Order::Nearer => onmove.emit(Move::ZoomTime(middle, STEP)),
            Order::Farther => onmove.emit(Move::ZoomTime(middle, 1.0 / STEP)),
            Order::Pause => onmove.emit(Move::Pause),
            Order::Follow => onmove.emit(Move::Follow(seconds)),
            Order::Reset => onreset.emit(()),
            Order::Png => {
                let name = format!("{table}-heat.png");
                png::save(&name, &scene.bands, &scene.grid, &scene.layout, Look { density, ..look });
            }
            Order::Csv => {
                let text = match choice.rows {
                    RowsAre::Keys => csv::keys(&scene.bands, &scene.grid),
                    _ => csv::partitions(&scene.bands, &history, scene.grid.window),
                };
                if download(&format!("{table}-heat.csv"), "text/csv", &text).is_err() {
                    notices.dispatch(NoticeAction::Say(
                        Level::Failed,
                        "The browser refused the download.".into(),
                    ));
                }
            }
        })
    };
    let zoomed = viewport.rows.is_some() || viewport.time != Time::Live(choice.seconds);
    let show_last = {
        let (viewport, length) = (viewport.setter(), viewport.length().max(FIRST_WINDOW));
        Callback::from(move |()| {
            let from = (newest + 1).saturating_sub(length);
            viewport.set(Viewport { time: Time::Fixed(from, from + length), rows: None });
        })
    };
    let words = cell.and_then(|cell| words_at(&scene.bands, &scene.grid, cell, &history, &props.table));
    html! {
        <>
            <Controls {choice} onchoose={choose} seconds={viewport.length()} live={viewport.is_live()} {zoomed} {onorder} />
            <Findings history={history.clone()} bands={scene.partitions.clone()} table={props.table.clone()} end={scene.grid.window.to()}
                measure={choice.measure} {onlook} />
            if scene.grid.is_empty() {
                { quiet(newest, scene.grid.window.to(), show_last) }
            }
            if choice.table {
                <CellTable bands={scene.bands.clone()} arriving={scene.arriving.clone()} grid={scene.grid.clone()} history={history.clone()} />
            } else {
                <figure class="heat-figure" data-live={viewport.is_live().to_string()} data-end={scene.grid.window.to().to_string()}>
                    <Chart {holder} scene={scene.clone()} table={props.table.clone()} history={history.clone()} {look} {marked} {playhead} chosen={cell}
                        onchoose={onchoose.clone()} {onmove} {onreset} />
                    <Legend measure={choice.measure} scale={choice.scale} brightness={choice.brightness} bands={scene.bands.clone()} most={scene.grid.most()} {dark} />
                </figure>
            }
            if let Some(words) = words {
                <CellPanel {words} {listed} {totals} open={*open} {onevent} onclose={onchoose.reform(|()| None)}
                    onopen={
                        let open = open.setter();
                        Callback::from(move |at| open.set(at))
                    } />
            }
        </>
    }
}

/// The requests of the chosen cell, read from the worker once it is chosen.
#[hook]
fn use_requests(
    scene: &Scene,
    cell: Option<Cell>,
    chosen: Option<Chosen>,
    history: &HeatHistory,
) -> Option<Rc<Listed>> {
    let api = use_client();
    let read = use_state_eq(|| None::<(Chosen, Rc<Listed>)>);
    let asked = cell.zip(chosen.clone()).and_then(|(cell, chosen)| {
        let (_, row) = row(&scene.bands, cell.row)?;
        let all = match &row.key {
            Some(key) => {
                let keys = history.keys(cell.from, cell.to, |one| key.rows.contains(&one));
                keys.iter().filter(|one| one.hash == key.hash).map(|one| one.requests + one.throttles).sum()
            }
            None => {
                let counted = history.cells(cell.from, cell.to, &Places::new([row.row]));
                counted.first().map_or(0, |cell| cell.requests + cell.throttles)
            }
        };
        let rows = row.key.as_ref().map_or_else(Vec::new, |key| key.rows.clone());
        let of_key = rows.iter().filter_map(|row| Some(history.rows().get(*row)?.partition));
        let mut partitions: Vec<u32> = of_key.chain([row.partition]).collect();
        partitions.sort_unstable();
        partitions.dedup();
        Some((chosen, partitions, all))
    });
    let setter = read.setter();
    use_effect_with(asked, move |asked| {
        let Some((chosen, partitions, all)) = asked.clone() else { return };
        wasm_bindgen_futures::spawn_local(async move {
            let found = api.read_requests(partitions, chosen.from, chosen.to).await;
            let (events, _) = found.unwrap_or_default();
            let mut requests: Vec<Sampled> = events.into_iter().map(Sampled::read).collect();
            if let Some(hash) = chosen.key {
                requests.retain(|one| one.has_hash(hash));
            }
            // What one request did at a partition may have been counted in several parts.
            setter.set(Some((chosen, Rc::new(Listed { requests, all }))));
        });
    });
    let (of, listed) = (*read).clone()?;
    (Some(of) == chosen).then_some(listed)
}

/// What is marked between two seconds, as far as it is of the rows that are shown.
fn marked(bands: &[Band], history: &HeatHistory, from: u64, to: u64) -> Vec<Marked> {
    let within = history.rows().markers().filter(|marker| (from..to).contains(&(marker.at_ms / 1000)));
    let told = within.filter_map(|marker| {
        let kind = match marker.kind {
            MarkerKind::Split { .. } | MarkerKind::Declined { .. } => "split",
            MarkerKind::Throttled { .. } => "throttled",
            MarkerKind::LeaderFailed { .. } | MarkerKind::Failover { .. } | MarkerKind::Zone { .. } => {
                "failover"
            }
            MarkerKind::Status { .. } => "status",
        };
        Some(Marked {
            second: marker.at_ms as f64 / 1000.0,
            kind,
            text: marker_words(marker, bands, history)?,
        })
    });
    told.collect()
}

/// Nothing happened in the window; it did before.
fn quiet(newest: u64, end: u64, show: Callback<()>) -> Html {
    if newest == 0 || newest >= end {
        return Html::default();
    }
    html! {
        <p class="heat-quiet" data-part="quiet">
            { format!("Nothing in this stretch. The last activity was at {}.", time(newest)) }
            <Button label="Show it" kind={ButtonKind::Quiet} onclick={show} action="show-last" />
        </p>
    }
}
