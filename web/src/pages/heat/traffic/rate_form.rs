//! The rate over time: its fields, and its curve.

use engine::workload::Rate;
use yew::prelude::*;

use super::arrivals::{ArrivalsDraft, Kind};
use super::draft::Faults;
use super::form::{name_of, named, options};
use crate::components::{Field, Select};
use crate::state::explanation::count;

/// The curve's width and height, in CSS pixels of its own.
const SIZE: (f64, f64) = (320.0, 72.0);
/// So many places of the curve are looked at.
const PLACES: u64 = 160;

/// The props of [`RateForm`].
#[derive(Properties, PartialEq)]
pub struct RateFormProps {
    /// The fields.
    pub arrivals: ArrivalsDraft,
    /// A field was changed.
    pub onchange: Callback<ArrivalsDraft>,
    /// What is wrong.
    pub faults: Faults,
    /// How long the recipe takes, where it ends, in milliseconds.
    pub duration_ms: Option<u64>,
}

/// The fields and the curve.
#[component]
pub fn RateForm(props: &RateFormProps) -> Html {
    let arrivals = &props.arrivals;
    let fault = |name: &str| props.faults.get(name).map(|text| AttrValue::from(text.clone()));
    let changed = |set: fn(&mut ArrivalsDraft, String)| {
        let (arrivals, onchange) = (arrivals.clone(), props.onchange.clone());
        Callback::from(move |text: String| {
            let mut arrivals = arrivals.clone();
            set(&mut arrivals, text);
            onchange.emit(arrivals);
        })
    };
    let field = |label: &'static str,
                 name: &'static str,
                 value: &str,
                 set: fn(&mut ArrivalsDraft, String)| {
        html! {
            <Field {label} name={format!("rate-{name}")} value={value.to_owned()} oninput={changed(set)} error={fault(name)} mono={true} />
        }
    };
    let low = |label| field(label, "low", &arrivals.low, |arrivals, text| arrivals.low = text);
    let high = |label| field(label, "high", &arrivals.high, |arrivals, text| arrivals.high = text);
    let at = |label| field(label, "at", &arrivals.at_s, |arrivals, text| arrivals.at_s = text);
    let lasts = |label| field(label, "for", &arrivals.for_s, |arrivals, text| arrivals.for_s = text);
    let fields = match arrivals.kind {
        Kind::Constant => html! { <>{ low("Requests / s") }</> },
        Kind::Ramp => {
            html! { <>{ low("From, requests / s") }{ high("To, requests / s") }{ lasts("Within, s") }</> }
        }
        Kind::Spike => html! {
            <>{ low("Before and after, / s") }{ high("In it, / s") }{ at("Begins after, s") }{ lasts("Lasts, s") }</>
        },
        Kind::Day => {
            html! { <>{ low("At midnight, / s") }{ high("At noon, / s") }{ lasts("A day lasts, s") }</> }
        }
        Kind::Curve | Kind::Steps => html! {
            <Field label="Points: seconds, requests / s" name="rate-points" rows={5} mono={true} value={arrivals.points.clone()}
                oninput={changed(|arrivals, text| arrivals.points = text)} error={fault("points")} />
        },
        Kind::Log => Html::default(),
    };
    let curve = (!arrivals.is_log()).then(|| arrivals.rate(&mut Faults::new()));
    let onkind = changed(|arrivals, name| arrivals.kind = named(&Kind::ALL, &name).unwrap_or_default());
    html! {
        <div class="compose-rate">
            <div class="compose-fields">
                <Select label="Arrivals" name="rate-kind" options={options(&Kind::ALL)} value={name_of(&Kind::ALL, &arrivals.kind)} onchange={onkind} />
                { fields }
            </div>
            if let Some(rate) = curve {
                { drawn(&rate, props.duration_ms) }
            }
        </div>
    }
}

/// How far the curve is drawn, in milliseconds.
fn horizon_ms(rate: &Rate, duration_ms: Option<u64>) -> u64 {
    let own_ms = match rate {
        Rate::Constant { .. } => 60_000,
        Rate::Ramp { over_ms, .. } => over_ms * 5 / 4,
        Rate::Spike { at_ms, for_ms, .. } => at_ms + for_ms + at_ms.max(&10_000),
        Rate::Day { day_ms, .. } => *day_ms,
        Rate::Steps { steps: points } | Rate::Curve { points } => {
            points.last().map_or(60_000, |(at_ms, _)| at_ms * 5 / 4)
        }
    };
    duration_ms.unwrap_or(own_ms).max(1_000)
}

fn drawn(rate: &Rate, duration_ms: Option<u64>) -> Html {
    let (until_ms, peak) = (horizon_ms(rate, duration_ms), rate.peak());
    let place = |at: u64| {
        let level = rate.at(until_ms * at / PLACES) as f64 / (peak.max(1) * 1_000) as f64;
        (at as f64 / PLACES as f64 * SIZE.0, SIZE.1 - level * (SIZE.1 - 2.0))
    };
    let line: String = (0..=PLACES).map(place).map(|(x, y)| format!("L{x:.1} {y:.1}")).collect();
    let words = format!("{} requests a second at most, over {} s", count(peak), count(until_ms / 1_000));
    html! {
        <figure class="compose-curve" data-part="curve" data-peak={peak.to_string()}>
            <svg viewBox={format!("0 0 {} {}", SIZE.0, SIZE.1)} preserveAspectRatio="none" role="img" aria-label={words.clone()}>
                <path class="compose-area" d={format!("M0 {h} {line} L{w} {h} Z", w = SIZE.0, h = SIZE.1)} />
                <path class="compose-line" d={line.replacen('L', "M", 1)} />
            </svg>
            <figcaption>{ words }</figcaption>
        </figure>
    }
}
