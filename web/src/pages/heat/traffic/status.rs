//! How the traffic stands: what is sent, what is refused, how long it takes.

use yew::prelude::*;

use super::figures::{achieved, lately};
use crate::components::{Badge, Progress};
use crate::hooks::Heats;
use crate::protocol::traffic::{TrafficPhase, TrafficState};
use crate::state::explanation::count;

/// What is told is of so many seconds.
pub const LATELY_SECONDS: u64 = 10;

/// The props of [`Status`].
#[derive(Properties, PartialEq)]
pub struct StatusProps {
    /// The traffic.
    pub traffic: TrafficState,
    /// What it came to.
    pub heat: Heats,
    /// The requests on the table that were throttled lately.
    pub throttled: u64,
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
    let sent = match achieved(&props.heat.seconds) {
        None => "measuring…".to_owned(),
        Some(rate) => format!("{} of {} a second", count(rate), count(traffic.rate)),
    };
    let (clients, attempts) = traffic.clients;
    html! {
        <dl class="heat-status" data-part="traffic-status">
            <dt>{ "Running" }</dt>
            <dd>{ &traffic.name }</dd>
            <dt>{ "Sent" }</dt>
            <dd data-part="achieved" data-achieved={achieved(&props.heat.seconds).map(|rate| rate.to_string())}>{ sent }</dd>
            <dt>{ "Throttled" }</dt>
            <dd data-part="throttled" data-throttled={props.throttled.to_string()}>
                if props.throttled > 0 {
                    <Badge tone="bad" text={format!("{} in 10 s", count(props.throttled))} />
                } else {
                    { "none in 10 s" }
                }
            </dd>
            if sum.retries > 0 {
                <dt>{ "Sent again" }</dt>
                <dd data-part="retries" data-retries={sum.retries.to_string()}
                    title={format!("{} clients, as the AWS SDKs' standard mode has them: each sends a throttled request up to {} times, after a wait that grows, while its retry quota lasts.", count(clients.into()), attempts)}>
                    { format!("{} in 10 s", count(sum.retries)) }
                </dd>
            }
            if sum.given_up > 0 {
                <dt>{ "Given up" }</dt>
                <dd data-part="given-up" data-given-up={sum.given_up.to_string()}
                    title="Throttled every time, or without retry quota: these requests have failed for good.">
                    <Badge tone="bad" text={format!("{} in 10 s", count(sum.given_up))} />
                </dd>
            }
            if props.heat.skipped > 0 {
                <dt>{ "Left out" }</dt>
                <dd data-part="skipped" title="This machine is too slow for the rate: these requests were not sent.">
                    { format!("{}: the rate is too high for this machine", count(props.heat.skipped)) }
                </dd>
            }
        </dl>
    }
}
