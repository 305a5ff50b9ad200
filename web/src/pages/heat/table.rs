//! The heatmap as a table: the same cells, for the keyboard, for screen readers, and for reading exact figures.

use std::rc::Rc;

use engine::insight::{HeatCell, HeatHistory, Measure, Window};
use yew::prelude::*;

use super::bands::{Band, places};
use super::grid::Grid;
use super::measure::{figure, limit, percent, slug, text, unit};
use super::words::time;
use crate::state::explanation::{count, size};

/// Into how many stretches of time the window is divided.
const STRETCHES: usize = 5;

/// The props of [`CellTable`].
#[derive(Properties, PartialEq)]
pub struct CellTableProps {
    /// The rows.
    pub bands: Rc<Vec<Band>>,
    /// What arrives at each band of a global index.
    pub arriving: Rc<Vec<Option<String>>>,
    /// Their cells.
    pub grid: Rc<Grid>,
    /// What the partitions did.
    pub history: Rc<HeatHistory>,
}

/// What a row did over a stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Summary {
    amount: u64,
    throttles: u64,
}

fn summary(grid: &Grid, row: usize, columns: std::ops::Range<usize>) -> Summary {
    let mut summary = Summary::default();
    for (amount, throttles) in columns.filter_map(|column| grid.cell(row, column)) {
        summary.amount = match grid.measure {
            Measure::Latency => summary.amount.max(amount),
            _ => summary.amount + amount,
        };
        summary.throttles += throttles;
    }
    summary
}

/// The column with the most, and what it has.
fn peak(grid: &Grid, row: usize) -> (u64, usize) {
    let amounts =
        (0..grid.window.columns).map(|column| (grid.cell(row, column).map_or(0, |cell| cell.0), column));
    amounts.max_by_key(|(amount, column)| (*amount, std::cmp::Reverse(*column))).unwrap_or_default()
}

/// The table.
#[component]
pub fn CellTable(props: &CellTableProps) -> Html {
    let (grid, window) = (&props.grid, props.grid.window);
    let measure = grid.measure;
    let length = window.columns.div_ceil(STRETCHES).max(1);
    let starts: Vec<usize> = (0..window.columns).step_by(length).collect();
    let unit = unit(measure);
    let all = if measure == Measure::Latency { "Longest".to_owned() } else { format!("Total {unit}") };
    let cells = props.history.cells(window.from, window.to(), &places(&props.bands));
    let mut at = 0;
    let bodies = props.bands.iter().zip(&*props.arriving).map(|(band, arriving)| {
        let rows = band.rows.iter().map(|row| {
            let place = at;
            at += 1;
            let whole = summary(grid, place, 0..window.columns);
            let (most, column) = peak(grid, place);
            let counted = cells.get(place).filter(|_| row.key.is_none()).copied().unwrap_or_else(HeatCell::default);
            let most_share = limit(measure, band).map(|limit| percent(most, limit * window.step));
            html! {
                <tr data-partition={row.partition.to_string()} data-index={band.target.index.clone()} data-key={row.key.as_ref().map(|key| key.text.clone())}
                    data-total={whole.amount.to_string()} data-reads={counted.read_half_units.to_string()} data-writes={counted.write_half_units.to_string()}
                    data-throttles={whole.throttles.to_string()} data-peak={most.to_string()} data-items={row.items.to_string()}>
                    <th scope="row">{ row.name() }</th>
                    <td>{ &row.leader }</td>
                    <td class="heat-data">{ if row.key.is_some() { format!("p{}", row.partition) } else { row.range() } }</td>
                    <td class="heat-number">
                        { count(row.items) }
                        if row.items > 0 {
                            <span class="heat-faint">{ format!(" · {}", size(row.size_bytes)) }</span>
                        }
                    </td>
                    <td class="heat-number heat-total">{ figure(measure, whole.amount) }</td>
                    <td class="heat-number">
                        { figure(measure, most) }
                        if let Some(share) = most_share {
                            <span class="heat-faint">{ format!(" · {share}") }</span>
                        }
                        if most > 0 {
                            <span class="visually-hidden">{ format!(" at {}", time(window.seconds(column).0)) }</span>
                        }
                    </td>
                    <td class="heat-number">{ count(whole.throttles) }</td>
                    { for starts.iter().map(|start| {
                        let part = summary(grid, place, *start..(start + length).min(window.columns));
                        html! {
                            <td class="heat-number" data-throttled={(part.throttles > 0).then_some("true")}
                                data-zero={(part.amount == 0).then_some("true")}>{ figure(measure, part.amount) }</td>
                        }
                    }) }
                </tr>
            }
        });
        let limit = limit(measure, band).map(|limit| format!(" · {} a second", text(measure, limit)));
        html! {
            <tbody>
                <tr class="heat-band"><th scope="rowgroup" colspan="12">{ band.title() }{ arriving.as_ref().map(|arriving| format!(" · {arriving}")) }{ limit.unwrap_or_default() }</th></tr>
                { for rows }
            </tbody>
        }
    });
    html! {
        <div class="heat-table" tabindex="0" role="region" aria-label="Heat as a table">
            <table data-metric={slug(measure)}>
                <caption class="visually-hidden">{ caption(window, length, unit) }</caption>
                <thead>
                    <tr>
                        <th scope="col">{ "Row" }</th>
                        <th scope="col">{ "Leader" }</th>
                        <th scope="col">{ "Hashes" }</th>
                        <th scope="col" class="heat-number">{ "Items" }</th>
                        <th scope="col" class="heat-number">{ all }</th>
                        <th scope="col" class="heat-number">{ peak_title(window) }</th>
                        <th scope="col" class="heat-number">{ "Throttled" }</th>
                        { for starts.iter().map(|start| html! {
                            <th scope="col" class="heat-number">{ time(window.seconds(*start).0) }</th>
                        }) }
                    </tr>
                </thead>
                { for bodies }
            </table>
        </div>
    }
}

fn caption(window: Window, length: usize, unit: &str) -> String {
    let stretch = window.step * length as u64;
    format!(
        "{unit} of each row from {} to {}, in stretches of {stretch} s.",
        time(window.from),
        time(window.to())
    )
}

fn peak_title(window: Window) -> String {
    if window.step == 1 { "Peak second".to_owned() } else { format!("Peak {} s", window.step) }
}
