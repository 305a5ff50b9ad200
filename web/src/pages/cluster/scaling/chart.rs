//! Consumed and provisioned by the minute: bars under a line of steps, and the target between them.

use yew::prelude::*;

use crate::state::explanation::{clock, count};
use crate::state::scaling::Minute;

/// The props of [`ScalingChart`].
#[derive(Properties, PartialEq)]
pub struct ScalingChartProps {
    /// The minutes, oldest first.
    pub minutes: Vec<Minute>,
    /// The use that is aimed at, in percent; none where nothing is scaled.
    pub target_percent: Option<f64>,
    /// `RCU` or `WCU`.
    pub unit: AttrValue,
    /// `reads` or `writes`.
    pub access: AttrValue,
}

/// The drawing's size in its own units.
const SIZE: (f64, f64) = (600.0, 150.0);

/// The step line through a level for each minute, as a path. A level is a height from 0, the top, to the drawing's.
fn path(levels: impl Iterator<Item = f64>, wide: f64) -> String {
    let mut path = String::new();
    for (at, level) in levels.enumerate() {
        let (left, right) = (at as f64 * wide, (at + 1) as f64 * wide);
        let first = if at == 0 { format!("M0 {level:.1}") } else { format!("L{left:.1} {level:.1}") };
        path += &format!("{first}L{right:.1} {level:.1}");
    }
    path
}

/// The chart. What it shows stands beside it in words.
#[component]
pub fn ScalingChart(props: &ScalingChartProps) -> Html {
    let most =
        props.minutes.iter().map(|minute| minute.consumed.max(minute.provisioned as f64)).fold(1.0, f64::max);
    let wide = SIZE.0 / props.minutes.len().max(1) as f64;
    let level = |units: f64| SIZE.1 - units / (most * 1.1) * SIZE.1;
    let provisioned = path(props.minutes.iter().map(|minute| level(minute.provisioned as f64)), wide);
    let target = props.target_percent.map(|percent| {
        path(props.minutes.iter().map(|minute| level(minute.provisioned as f64 * percent / 100.0)), wide)
    });
    let bars = props.minutes.iter().enumerate().filter(|(_, minute)| minute.consumed > 0.0).map(|(at, minute)| {
        let top = level(minute.consumed);
        html! {
            <rect class="scaling-consumed" x={format!("{:.1}", at as f64 * wide + 1.0)} width={format!("{:.1}", (wide - 2.0).max(1.0))}
                y={format!("{top:.1}")} height={format!("{:.1}", SIZE.1 - top)} data-second={minute.second.to_string()} />
        }
    });
    let (first, last) = (props.minutes.first(), props.minutes.last());
    let span =
        |minute: Option<&Minute>| minute.map(|minute| clock(minute.second * 1_000)).unwrap_or_default();
    let label = format!(
        "{} consumed and provisioned in the last {} minutes, up to {} a second",
        props.unit,
        props.minutes.len(),
        count(most.ceil() as u64)
    );
    html! {
        <figure class="scaling-chart" data-access={props.access.clone()}>
            <svg viewBox={format!("0 0 {} {}", SIZE.0, SIZE.1)} preserveAspectRatio="none" role="img" aria-label={label}>
                { for bars }
                if let Some(target) = target {
                    <path class="scaling-target" d={target} />
                }
                <path class="scaling-provisioned" d={provisioned} />
            </svg>
            <figcaption>
                <span>{ span(first) }</span>
                <span class="scaling-key" data-key="consumed">{ "consumed" }</span>
                <span class="scaling-key" data-key="provisioned">{ "provisioned" }</span>
                if props.target_percent.is_some() {
                    <span class="scaling-key" data-key="target">{ "target" }</span>
                }
                <span>{ format!("top: {} {} a second", count((most * 1.1).ceil() as u64), props.unit) }</span>
                <span>{ span(last) }</span>
            </figcaption>
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_line_is_level_through_each_minute() {
        assert_eq!(path([10.0, 5.0].into_iter(), 20.0), "M0 10.0L20.0 10.0L20.0 5.0L40.0 5.0");
        assert_eq!(path(std::iter::empty(), 20.0), "");
    }
}
