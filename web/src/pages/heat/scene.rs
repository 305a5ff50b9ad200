//! The scene: what of the heat is in view, and where it stands. Joins the viewport with the width of its box.

use std::rc::Rc;

use engine::insight::{HeatHistory, Measure, Window};
use yew::prelude::*;

use super::axis::{Axis, Heights};
use super::bands::{Band, with_heat};
use super::grid::{Columns, Grid, Subject};
use super::keys::key_bands;
use super::layout::{Layout, Room};
use super::viewport::{Bounds, Viewport};
use super::words::arriving;
use crate::hooks::use_width;
use crate::state::tables::TableDescription;

/// Before the width of the box is known, or where there is none.
const WIDTH: f64 = 1_000.0;

/// What arrives at a global index is told of so many of the last seconds.
const ARRIVING_SECONDS: u64 = 10;

/// What the rows are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowsAre {
    /// Partitions, each as high as any other.
    #[default]
    Partitions,
    /// Partitions by their range of hashes.
    Ranges,
    /// The keys that were asked for most.
    Keys,
}

/// What is looked at.
#[derive(Clone, PartialEq)]
pub struct Aim {
    /// The table.
    pub table: Rc<TableDescription>,
    /// Its partitions as they are listed.
    pub listed: Rc<Vec<Band>>,
    /// What they did.
    pub history: Rc<HeatHistory>,
    /// What is shown of it.
    pub measure: Measure,
    /// What the rows are.
    pub rows: RowsAre,
    /// Which time and rows.
    pub viewport: Viewport,
    /// The second behind the newest that is shown while following.
    pub end: u64,
    /// The height that the rows share, in CSS pixels.
    pub height: f64,
    /// Whether there are histograms.
    pub histograms: bool,
}

/// What is in view.
#[derive(Clone, PartialEq)]
pub struct Scene {
    /// The rows.
    pub bands: Rc<Vec<Band>>,
    /// The partitions, whatever the rows are.
    pub partitions: Rc<Vec<Band>>,
    /// What arrives at each band of a global index.
    pub arriving: Rc<Vec<Option<String>>>,
    /// Where they stand.
    pub axis: Rc<Axis>,
    /// Their cells.
    pub grid: Rc<Grid>,
    /// Where everything stands on the screen.
    pub layout: Rc<Layout>,
    /// The part of the vertical axis that is in view.
    pub span: (f64, f64),
    /// What could be in view.
    pub bounds: Bounds,
}

/// The scene in a box.
#[hook]
pub fn use_scene(holder: &NodeRef, aim: Aim) -> Scene {
    let measured = use_width(holder);
    let width = if measured < 1.0 { WIDTH } else { measured };
    let room = Room { width, rows: aim.height, histograms: aim.histograms };
    let columns = use_mut_ref(Columns::default);
    let bounds = Bounds { oldest: aim.history.oldest().unwrap_or(aim.end), end: aim.end, rows: f64::MAX };
    let (from, to) = aim.viewport.seconds(bounds);
    let window = Window::fitting(from, to, room.columns());
    let partitions =
        use_memo((aim.listed.clone(), aim.history.clone(), window), |(listed, history, window)| {
            with_heat((**listed).clone(), history, window.from, window.to())
        });
    let of_rows = (partitions.clone(), aim.history.clone(), aim.table.clone(), window);
    let keys = use_memo((aim.rows == RowsAre::Keys).then_some(of_rows), |of_rows| {
        let (partitions, history, table, window) = of_rows.as_ref()?;
        Some(Rc::new(key_bands(partitions, history, table, window.from, window.to())))
    });
    let bands = (*keys).clone().unwrap_or_else(|| partitions.clone());
    let arriving = {
        let deps = (bands.clone(), partitions.clone(), aim.history.clone(), window.to());
        use_memo(deps, |(bands, partitions, history, to)| {
            let all = arriving(partitions, history, to.saturating_sub(ARRIVING_SECONDS), *to);
            let of =
                |band: &Band| all.get(partitions.iter().position(|one| one.target == band.target)?)?.clone();
            bands.iter().map(of).collect::<Vec<_>>()
        })
    };
    let heights = if aim.rows == RowsAre::Ranges { Heights::ByRange } else { Heights::Equal };
    let axis = use_memo((bands.clone(), heights), |(bands, heights)| Axis::new(bands, *heights));
    let subject = use_memo(bands.clone(), |bands| Subject::of(bands));
    let grid = use_memo((aim.history.clone(), subject, aim.measure, window), {
        |(history, subject, measure, window)| columns.borrow_mut().grid(history, subject, *measure, *window)
    });
    let bounds = Bounds { rows: axis.end(), ..bounds };
    let span = aim.viewport.span(bounds);
    let layout = use_memo((axis.clone(), span, window, room), |(axis, span, window, room)| {
        Layout::new(axis, *span, *window, *room)
    });
    Scene { bands, partitions, arriving, axis, grid, layout, span, bounds }
}
