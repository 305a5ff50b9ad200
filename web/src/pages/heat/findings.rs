//! What the last minute tells, in sentences with their evidence, each with a way to the cell where it shows.

use std::rc::Rc;

use engine::insight::{HeatHistory, Measure, Subject, findings};
use engine::timeline::Access;
use yew::prelude::*;

use super::bands::Band;
use super::finding_words::{Told, Words};
use super::words::time;
use crate::components::{Button, ButtonKind, Icon};
use crate::hooks::use_route;
use crate::state::route::Page;
use crate::state::tables::TableDescription;

/// A finding is about so many seconds.
const SECONDS: u64 = 60;
/// So many are told at most.
const TOLD: usize = 4;

/// The cell in which a finding shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The global index; none for the table.
    pub index: Option<String>,
    /// The partition.
    pub partition: u32,
    /// The hash of the key that it is about, where that is one.
    pub key: Option<u64>,
    /// The second.
    pub second: u64,
    /// Whether it is about writes.
    pub writes: bool,
}

/// The props of [`Findings`].
#[derive(Properties, PartialEq)]
pub struct FindingsProps {
    /// What the partitions did.
    pub history: Rc<HeatHistory>,
    /// The partitions.
    pub bands: Rc<Vec<Band>>,
    /// The table.
    pub table: Rc<TableDescription>,
    /// The second behind the last that is shown.
    pub end: u64,
    /// What is shown.
    pub measure: Measure,
    /// Told which cell is wanted.
    pub onlook: Callback<Place>,
}

/// The read and write units a second that a table or one of its global indexes is provisioned with.
fn provisioned(table: &TableDescription, index: Option<&str>) -> Option<[u64; 2]> {
    let indexes = table.body["GlobalSecondaryIndexes"].as_array().into_iter().flatten();
    let described = match index {
        None => Some(&*table.body),
        Some(name) => indexes.into_iter().find(|described| described["IndexName"] == name),
    };
    let throughput = &described.filter(|_| !table.on_demand)?["ProvisionedThroughput"];
    Some([throughput["ReadCapacityUnits"].as_u64()?, throughput["WriteCapacityUnits"].as_u64()?])
}

/// What is found, with its name and its place.
fn told(props: &FindingsProps) -> Vec<(&'static str, Told, Place)> {
    let subjects: Vec<Subject> = props
        .bands
        .iter()
        .map(|band| Subject {
            target: band.target.clone(),
            rows: band.rows.iter().filter_map(|row| row.row).collect(),
            provisioned: provisioned(&props.table, band.target.index.as_deref()),
        })
        .collect();
    let mut found = findings(&props.history, &subjects, props.end.saturating_sub(SECONDS), props.end);
    found.retain(|one| match props.measure {
        Measure::Reads => one.access == Access::Read,
        Measure::Writes => one.access == Access::Write,
        _ => true,
    });
    let words = Words { bands: &props.bands, history: &props.history, table: &props.table, seconds: SECONDS };
    let tell = |one: &engine::insight::Finding| {
        let told = words.tell(one);
        let partition = told.partition.unwrap_or_default();
        let (index, writes) = (one.target.index.clone(), one.access == Access::Write);
        let place = Place { index, partition, key: one.kind.key(), second: one.second, writes };
        (one.kind.name(), told, place)
    };
    found.iter().take(TOLD).map(tell).collect()
}

/// The findings.
#[component]
pub fn Findings(props: &FindingsProps) -> Html {
    let route = use_route();
    let told = told(props);
    let onadvice = Callback::from(move |()| route.go.emit(route.route.at(Page::Advice)));
    if told.is_empty() {
        return Html::default();
    }
    let one = |(at, (kind, told, place)): (usize, (&'static str, Told, Place))| {
        let label = format!("Show p{} at {}", place.partition, time(place.second));
        let (index, access) = (place.index.clone(), if place.writes { "write" } else { "read" });
        let look = told.partition.map(|_| {
            let onclick = props.onlook.reform(move |()| place.clone());
            html! { <Button {label} kind={ButtonKind::Quiet} icon="search" {onclick} action="finding-cell" /> }
        });
        // Of each target and access one of a kind is found at most.
        let name = format!("{kind} {} {}", access, index.unwrap_or_default());
        html! {
            <li key={name} data-finding={kind} data-partition={told.partition.map(|partition| partition.to_string())}>
                <Icon name="flame" />
                <details open={at == 0}>
                    <summary class="heat-sentence">{ told.sentence }</summary>
                    <p class="heat-evidence">{ told.evidence }</p>
                    <p class="heat-evidence">{ told.rule }</p>
                    <p class="heat-advice">{ told.advice }</p>
                    { look }
                </details>
            </li>
        }
    };
    html! {
        <ul class="heat-findings" data-part="findings" aria-label="What the last minute tells">
            { for told.into_iter().enumerate().map(one) }
            <li>
                <Icon name="info" />
                <Button label="All advice" kind={ButtonKind::Quiet} icon="arrow-right" onclick={onadvice} action="all-advice" />
            </li>
        </ul>
    }
}
