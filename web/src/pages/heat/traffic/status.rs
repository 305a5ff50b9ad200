//! How the traffic stands: what is sent and refused and why, how long it takes, what it costs.

use engine::insight::price::Prices;
use yew::prelude::*;

use super::bill::cost;
use super::figures::{achieved, lately};
use crate::components::{Badge, Progress};
use crate::hooks::Heats;
use crate::protocol::traffic::{TrafficPhase, TrafficSecond, TrafficState};
use crate::state::explanation::count;

/// What is told is of so many seconds.
const LATELY_SECONDS: u64 = 10;

/// The props of [`Status`].
#[derive(Properties, PartialEq)]
pub struct StatusProps {
    /// The traffic.
    pub traffic: TrafficState,
    /// What it came to.
    pub heat: Heats,
}

/// Two percentiles in words: `4 ms, 30 ms`.
pub fn percentiles(second: &TrafficSecond) -> Option<(String, String)> {
    let of = |thousandths| second.percentile_ms(thousandths).map(|ms| format!("≤ {} ms", count(ms)));
    of(500).zip(of(990))
}

/// How the traffic stands.
#[component]
pub fn Status(props: &StatusProps) -> Html {
    let traffic = &props.traffic;
    match &traffic.phase {
        TrafficPhase::Filling { written, of } => {
            return html! {
                <div class="heat-filling" data-part="filling">
                    <Progress label={format!("Writing {} items first", count(*of))} done={*written} total={*of} />
                </div>
            };
        }
        TrafficPhase::Failed { reason } => {
            return html! { <p class="field-error" role="alert" data-part="failed">{ reason }</p> };
        }
        _ => {}
    }
    let sum = lately(&props.heat.seconds, LATELY_SECONDS);
    let rate = achieved(&props.heat.seconds).filter(|_| traffic.is_running());
    let sent = match rate {
        _ if !traffic.is_running() => "nothing any more".to_owned(),
        None => "measuring…".to_owned(),
        Some(rate) => format!("{} of {} a second", count(rate), count(traffic.rate)),
    };
    let (clients, attempts) = traffic.clients;
    let again = format!(
        "{} clients, as the AWS SDKs' standard mode has them: each sends a throttled request up to {attempts} times, after a wait \
         that grows, while its retry quota lasts.",
        count(clients.into())
    );
    let presets = Prices::presets();
    let prices = presets.first();
    let cost = prices.and_then(|prices| cost(prices, traffic));
    html! {
        <dl class="heat-status" data-part="traffic-status">
            <dt>{ if traffic.is_running() { "Running" } else { "Ended" } }</dt>
            <dd data-part="traffic-name">{ &traffic.name }</dd>
            <dt>{ "Sent" }</dt>
            <dd data-part="achieved" data-achieved={rate.map(|rate| rate.to_string())}>{ sent }</dd>
            <dt>{ "Throttled" }</dt>
            <dd data-part="throttled" data-throttled={sum.throttled.to_string()}>
                if sum.throttled > 0 {
                    <Badge tone="bad" text={format!("{} in 10 s", count(sum.throttled))} />
                } else {
                    { "none in 10 s" }
                }
            </dd>
            if !traffic.figures.throttled.is_empty() {
                <dt>{ "Why" }</dt>
                <dd data-part="reasons">
                    { for traffic.figures.throttled.iter().map(|(reason, times)| html! {
                        <span data-reason={reason.clone()}><code>{ reason }</code>{ format!(" {}", count(*times)) }</span>
                    }) }
                </dd>
            }
            <dt>{ "Sent again" }</dt>
            <dd data-part="retries" data-retries={sum.retries.to_string()} title={again}>{ in_ten(sum.retries) }</dd>
            <dt>{ "Given up" }</dt>
            <dd data-part="given-up" data-given-up={sum.given_up.to_string()}
                title="Throttled every time, or without retry quota: these requests have failed for good.">
                if sum.given_up > 0 {
                    <Badge tone="bad" text={in_ten(sum.given_up)} />
                } else {
                    { in_ten(0) }
                }
            </dd>
            if sum.refused > 0 {
                <dt>{ "Refused" }</dt>
                <dd data-part="refused" title="For another reason: a condition that was not met, a fault of the request's own.">{ in_ten(sum.refused) }</dd>
            }
            <dt title="Modelled: service, the quorum, queueing near the limit, and the waits for retries.">{ "Latency" }</dt>
            <dd data-part="latency">
                { percentiles(&sum).map_or_else(|| "–".to_owned(), |(half, most)| format!("p50 {half}, p99 {most}")) }
            </dd>
            <dt title={prices.map(|prices| prices.name.clone())}>{ "Cost" }</dt>
            <dd data-part="cost">
                { cost.map_or_else(|| "–".to_owned(), |cost| format!("{} so far, {} a month", cost.so_far, cost.month)) }
            </dd>
            if props.heat.skipped > 0 {
                <dt>{ "Left out" }</dt>
                <dd data-part="skipped" title="This machine is too slow for the rate: these requests were not sent.">
                    { format!("{}: the rate is too high for this machine", count(props.heat.skipped)) }
                </dd>
            }
        </dl>
    }
}

fn in_ten(number: u64) -> String {
    match number {
        0 => "none in 10 s".to_owned(),
        number => format!("{} in 10 s", count(number)),
    }
}
