//! IteratorAge: how old the last record of each invocation was when the function got it.

use engine::consumer::progress::Logged;
use yew::prelude::*;

use super::lanes::duration;

/// The props of [`AgeChart`].
#[derive(Properties, PartialEq)]
pub struct AgeChartProps {
    /// The invocations, the newest first.
    pub invocations: Vec<Logged>,
}

/// So many bars at most.
const BARS: usize = 60;
const WIDTH: usize = 480;
const HEIGHT: usize = 72;

/// The chart.
#[component]
pub fn AgeChart(props: &AgeChartProps) -> Html {
    let shown: Vec<&Logged> = props.invocations.iter().take(BARS).rev().collect();
    let most_ms = shown.iter().map(|one| one.iterator_age_milliseconds).max().unwrap_or(0).max(1);
    let step = WIDTH as f64 / BARS as f64;
    let newest = shown.last().map_or(0, |one| one.iterator_age_milliseconds);
    html! {
        <figure class="age-chart">
            <figcaption>
                <b>{ "IteratorAge" }</b>
                <span>{ format!("highest {}", duration(if shown.is_empty() { 0 } else { most_ms })) }</span>
                <span>{ format!("last {}", duration(newest)) }</span>
            </figcaption>
            <svg viewBox={format!("0 0 {WIDTH} {HEIGHT}")} preserveAspectRatio="none" role="img"
                aria-label={format!("Iterator age of the last {} invocations, highest {}", shown.len(), duration(most_ms))}>
                <line class="age-base" x1="0" x2={WIDTH.to_string()} y1={(HEIGHT - 1).to_string()} y2={(HEIGHT - 1).to_string()} />
                { for shown.iter().enumerate().map(|(at, one)| {
                    let height = (one.iterator_age_milliseconds as f64 / most_ms as f64 * (HEIGHT - 6) as f64).max(2.0);
                    html! {
                        <rect class="age-bar" data-result={one.result.clone()} x={format!("{:.1}", at as f64 * step + 1.0)} width={format!("{:.1}", step - 2.0)}
                            y={format!("{:.1}", HEIGHT as f64 - height)} height={format!("{height:.1}")}>
                            <title>{ format!("Invocation {}: {}", one.invocation, duration(one.iterator_age_milliseconds)) }</title>
                        </rect>
                    }
                }) }
            </svg>
        </figure>
    }
}
