//! The heatmap as a table: the same cells, for the keyboard, for screen readers, and for reading exact figures.

use std::rc::Rc;

use yew::prelude::*;

use super::bands::Band;
use super::grid::{Grid, Metric, percent, summary};
use crate::state::explanation::{clock, count, half, size};

/// Into how many stretches of time the window is divided.
const STRETCHES: usize = 5;

/// The props of [`CellTable`].
#[derive(Properties, PartialEq)]
pub struct CellTableProps {
    /// The rows.
    pub bands: Rc<Vec<Band>>,
    /// Their cells.
    pub grid: Rc<Grid>,
    /// What is shown.
    pub metric: Metric,
}

fn time(second: u64) -> String {
    clock(second * 1000)[..8].to_owned()
}

/// The table.
#[component]
pub fn CellTable(props: &CellTableProps) -> Html {
    let (grid, metric) = (&props.grid, props.metric);
    let length = grid.seconds.div_ceil(STRETCHES).max(1);
    let starts = (0..grid.seconds).step_by(length).map(|at| grid.first + at as u64);
    let unit = match metric {
        Metric::Reads => "RCU",
        Metric::Writes => "WCU",
        Metric::Throttles => "throttles",
    };
    let mut at = 0;
    let bodies = props.bands.iter().map(|band| {
        let rows = band.rows.iter().map(|row| {
            let cells = grid.row(at);
            at += 1;
            let all = summary(cells, grid.first, metric);
            let total = metric.amount(&all.sum);
            let limit = metric.limit(band);
            html! {
                <tr data-partition={row.partition.to_string()} data-index={band.target.index.clone()}
                    data-total={total.to_string()} data-reads={all.sum.read_half_units.to_string()} data-writes={all.sum.write_half_units.to_string()}
                    data-throttles={all.sum.throttles.to_string()} data-peak={all.peak.to_string()} data-items={row.items.to_string()}>
                    <th scope="row">{ row.name() }</th>
                    <td>{ &row.leader }</td>
                    <td class="heat-data">{ row.range() }</td>
                    <td class="heat-number">
                        { count(row.items) }
                        if row.items > 0 {
                            <span class="heat-faint">{ format!(" · {}", size(row.size_bytes)) }</span>
                        }
                    </td>
                    <td class="heat-number heat-total">{ metric.figure(total) }</td>
                    <td class="heat-number">
                        { metric.figure(all.peak) }
                        if let Some(limit) = limit {
                            <span class="heat-faint">{ format!(" · {}", percent(all.peak, limit)) }</span>
                        }
                        if all.peak > 0 {
                            <span class="visually-hidden">{ format!(" at {}", time(all.peak_second)) }</span>
                        }
                    </td>
                    <td class="heat-number">{ count(metric.throttles(&all.sum)) }</td>
                    { for cells.chunks(length).map(|part| {
                        let part = summary(part, 0, metric);
                        let refused = metric.throttles(&part.sum);
                        html! {
                            <td class="heat-number" data-throttled={(refused > 0).then_some("true")}
                                data-zero={(metric.amount(&part.sum) == 0).then_some("true")}>{ metric.figure(metric.amount(&part.sum)) }</td>
                        }
                    }) }
                </tr>
            }
        });
        let limit = match metric {
            Metric::Reads => format!(" · {} RCU a second", half(band.limit.0 * 2)),
            Metric::Writes => format!(" · {} WCU a second", half(band.limit.1 * 2)),
            Metric::Throttles => String::new(),
        };
        html! {
            <tbody>
                <tr class="heat-band"><th scope="rowgroup" colspan="12">{ band.title() }{ limit }</th></tr>
                { for rows }
            </tbody>
        }
    });
    html! {
        <div class="heat-table" tabindex="0" role="region" aria-label="Heat as a table">
            <table data-metric={metric.slug()}>
                <caption class="visually-hidden">
                    { format!("{unit} of each partition from {} to {}, in stretches of {length} s.", time(grid.first), time(grid.first + grid.seconds as u64)) }
                </caption>
                <thead>
                    <tr>
                        <th scope="col">{ "Partition" }</th>
                        <th scope="col">{ "Leader" }</th>
                        <th scope="col">{ "Hashes" }</th>
                        <th scope="col" class="heat-number">{ "Items" }</th>
                        <th scope="col" class="heat-number">{ format!("Total {unit}") }</th>
                        <th scope="col" class="heat-number">{ "Peak second" }</th>
                        <th scope="col" class="heat-number">{ "Throttled" }</th>
                        { for starts.map(|second| html! { <th scope="col" class="heat-number">{ time(second) }</th> }) }
                    </tr>
                </thead>
                { for bodies }
            </table>
        </div>
    }
}
