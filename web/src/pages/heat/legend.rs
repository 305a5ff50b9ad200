//! The legend: the ramp with its figures, the limit, and the hatch.

use std::rc::Rc;

use engine::insight::Measure;
use yew::prelude::*;

use super::bands::Band;
use super::grid::{Scale, level};
use super::measure::{figure, is_provisioned, limit, text};
use super::ramp::{colour, hatch, hex};
use crate::components::Term;
use crate::state::explanation::count;

/// Figures along the ramp: where, from 0 to 1, and what. The ramp ends at so many times less where it is brighter.
pub fn figures(
    measure: Measure,
    scale: Scale,
    bands: &[Band],
    most: f64,
    brightness: f64,
) -> Vec<(f64, String)> {
    let limits: Vec<u64> = bands.iter().filter_map(|band| limit(measure, band)).collect();
    let shown = |amount: f64| figure(measure, (amount / brightness).round() as u64);
    match (scale, limits.first()) {
        (Scale::Limit, Some(first)) => {
            let same = limits.iter().all(|limit| limit == first);
            [0u64, 2, 10, 25, 50, 100]
                .into_iter()
                .map(|percent| {
                    let text = match same && first / 2 >= 100 {
                        true => count(((first / 2 * percent) as f64 / 100.0 / brightness).round() as u64),
                        false => format!("{} %", (percent as f64 / brightness).round()),
                    };
                    ((percent as f64 / 100.0).sqrt(), text)
                })
                .collect()
        }
        _ if most <= 0.0 => vec![(0.0, "0".to_owned())],
        _ => vec![(0.0, "0".to_owned()), (0.5, shown(most / 2.0)), (1.0, shown(most))],
    }
}

/// What the hottest colour stands for.
pub fn end(measure: Measure, scale: Scale, bands: &[Band], most: f64, brightness: f64) -> String {
    let limits: Vec<(&Band, u64)> =
        bands.iter().filter_map(|band| Some((band, limit(measure, band)?))).collect();
    let part = match brightness {
        1.0 => String::new(),
        brightness if brightness > 1.0 => format!("1/{brightness} of "),
        brightness => format!("{} times ", 1.0 / brightness),
    };
    match (scale, limits.first()) {
        (Scale::Limit, Some((first, end))) => {
            let kind = |band: &Band| {
                if is_provisioned(measure, band) { "provisioned" } else { "a partition's limit" }
            };
            if limits.iter().all(|(band, other)| other == end && kind(band) == kind(first)) {
                return format!("{part}{} a second, {}", text(measure, *end), kind(first));
            }
            let each = limits
                .iter()
                .map(|(band, limit)| format!("{} {} ({})", band.name(), text(measure, *limit), kind(band)));
            format!("{part}a second: {}", each.collect::<Vec<_>>().join(", "))
        }
        _ if most <= 0.0 => "nothing in this stretch of time".to_owned(),
        _ if measure == Measure::Latency => {
            format!(
                "{part}{}, the longest in view (99 of 100 requests, modelled)",
                text(measure, most.round() as u64)
            )
        }
        _ => format!("{part}{} in a second, the most in view", text(measure, most.round() as u64)),
    }
}

/// The props of [`Legend`].
#[derive(Properties, PartialEq)]
pub struct LegendProps {
    /// What is shown.
    pub measure: Measure,
    /// What the hottest colour stands for.
    pub scale: Scale,
    /// So many times brighter.
    pub brightness: f64,
    /// The rows.
    pub bands: Rc<Vec<Band>>,
    /// The most in view, in a second.
    pub most: f64,
    /// Whether the page is dark.
    pub dark: bool,
}

const WIDTH: f64 = 280.0;
const INSET: f64 = 14.0;

/// The legend.
#[component]
pub fn Legend(props: &LegendProps) -> Html {
    let stops = (0..=16).map(|at| {
        let share = f64::from(at) / 16.0;
        let shade = hex(colour(level(share, Scale::Relative), props.dark));
        html! { <stop offset={share.to_string()} stop-color={shade} /> }
    });
    let figures = figures(props.measure, props.scale, &props.bands, props.most, props.brightness);
    let figures = figures.into_iter().map(|(at, text)| {
        let x = format!("{:.1}", INSET + at * (WIDTH - 2.0 * INSET));
        html! {
            <>
                <line class="heat-tick" x1={x.clone()} x2={x.clone()} y1="10" y2="14" />
                <text class="heat-time" {x} y="25">{ text }</text>
            </>
        }
    });
    let strokes = (0..5).map(|at| {
        let x = f64::from(at) * 6.0 - 4.0;
        html! { <line x1={(x + 12.0).to_string()} y1="-2" x2={x.to_string()} y2="14" /> }
    });
    let unit = match props.measure {
        Measure::Reads => Some("RCU"),
        Measure::Writes => Some("WCU"),
        _ => None,
    };
    html! {
        <div class="heat-legend">
            <svg class="heat-ramp" width={WIDTH.to_string()} height="28" aria-hidden="true">
                <defs><linearGradient id="heat-ramp">{ for stops }</linearGradient></defs>
                <rect x={INSET.to_string()} y="0" width={(WIDTH - 2.0 * INSET).to_string()} height="10" rx="2" fill="url(#heat-ramp)" />
                { for figures }
            </svg>
            <p data-part="limit">
                if let Some(word) = unit {
                    <Term {word} />{ ", " }
                }
                { "hottest: " }{ end(props.measure, props.scale, &props.bands, props.most, props.brightness) }
            </p>
            <p class="heat-hatch">
                <svg width="24" height="12" aria-hidden="true" stroke={hex(hatch(0, props.dark))} stroke-width="1.6">
                    <rect width="24" height="12" stroke="none" fill={hex(colour(40, props.dark))} />{ for strokes }
                </svg>
                { "throttled" }
            </p>
            <p class="heat-faint" title="The service does not publish its hash or its partitions. The limits of a partition are its own.">
                { "hashes and partitions " }<i>{ "modelled" }</i>
            </p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::super::bands::tests::orders;
    use super::*;

    #[test]
    fn figures_stand_where_their_colour_is() {
        let bands = orders();
        let told = figures(Measure::Writes, Scale::Limit, &bands, 40.0, 1.0);
        assert_eq!(told[3], (0.5, "250".to_owned()));
        assert_eq!(told[5], (1.0, "1,000".to_owned()));
        assert_eq!(figures(Measure::Writes, Scale::Limit, &bands, 40.0, 4.0)[5].1, "250");
        assert_eq!(level(0.25, Scale::Limit), level(0.5, Scale::Relative));
        assert_eq!(figures(Measure::Writes, Scale::Relative, &bands, 41.0, 1.0)[1].1, "10.5");
        assert_eq!(figures(Measure::Throttles, Scale::Limit, &bands, 4.0, 1.0)[2].1, "4");
        assert_eq!(figures(Measure::Throttles, Scale::Limit, &bands, 0.0, 1.0).len(), 1);
    }

    #[test]
    fn the_limit_is_named_for_each_band_where_they_differ() {
        let mut bands = orders();
        let end = |measure, bands: &[Band]| end(measure, Scale::Limit, bands, 0.0, 1.0);
        assert_eq!(end(Measure::Reads, &bands), "3,000 RCU a second, a partition's limit");
        (bands[0].limit, bands[0].provisioned) = ((5, 5), (true, true));
        assert_eq!(
            end(Measure::Writes, &bands),
            "a second: Orders 5 WCU (provisioned), status-index 1,000 WCU (a partition's limit)"
        );
        assert_eq!(figures(Measure::Writes, Scale::Limit, &bands, 0.0, 2.0)[5].1, "50 %");
    }
}
