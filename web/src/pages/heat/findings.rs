//! What the last minute tells, in sentences with their evidence.

use std::rc::Rc;

use engine::insight::{HeatHistory, Measure, concentrations};
use engine::timeline::Access;
use yew::prelude::*;

use super::bands::Band;
use super::words::finding;
use crate::components::Icon;

/// A finding is about so many seconds.
const SECONDS: u64 = 60;
/// So many are told at most.
const TOLD: usize = 2;

/// The props of [`Findings`].
#[derive(Properties, PartialEq)]
pub struct FindingsProps {
    /// What the partitions did.
    pub history: Rc<HeatHistory>,
    /// The partitions.
    pub bands: Rc<Vec<Band>>,
    /// The second behind the last that is shown.
    pub end: u64,
    /// What is shown.
    pub measure: Measure,
}

/// The findings.
#[component]
pub fn Findings(props: &FindingsProps) -> Html {
    let targets: Vec<_> = props
        .bands
        .iter()
        .map(|band| (band.target.clone(), band.rows.iter().filter_map(|row| row.row).collect()))
        .collect();
    let columns = props.history.between(props.end.saturating_sub(SECONDS), props.end);
    let mut found = concentrations(columns.map(|column| &**column), &targets);
    found.retain(|one| match props.measure {
        Measure::Reads => one.access == Access::Read,
        Measure::Writes => one.access == Access::Write,
        _ => true,
    });
    if found.is_empty() {
        return Html::default();
    }
    html! {
        <ul class="heat-findings" data-part="findings" aria-label="What the last minute tells">
            { for found.iter().take(TOLD).map(|one| finding(one, &props.bands, SECONDS)).map(|told| html! {
                <li key={told.sentence.clone()} data-partition={told.partition.to_string()}>
                    <Icon name="flame" />
                    <div>
                        <p class="heat-sentence">{ told.sentence }</p>
                        <p class="heat-evidence">{ told.evidence }{ " " }{ told.meaning }</p>
                    </div>
                </li>
            }) }
        </ul>
    }
}
