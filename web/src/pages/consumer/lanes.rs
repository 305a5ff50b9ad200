//! The shards of a mapping's stream as lanes: what is settled, what the function has, what waits behind it.

use yew::prelude::*;

use super::source::{Lane, Part, Shard, short};
use crate::components::Badge;
use crate::state::explanation::{clock, plural};

/// The props of [`Lanes`].
#[derive(Properties, PartialEq)]
pub struct LanesProps {
    /// The shards.
    pub shards: Vec<Shard>,
    /// The workspace's time, in milliseconds.
    pub now_ms: u64,
}

fn status(lane: &Lane) -> (&'static str, &'static str) {
    match lane.status.as_str() {
        "IN_FLIGHT" => ("in flight", "accent"),
        "BLOCKED" => ("blocked", "bad"),
        "RETRYING" => ("next part", "warning"),
        "GATHERING" => ("gathering", "stream"),
        _ => ("idle", "plain"),
    }
}

/// How long something takes, for reading: `3.2 s`.
pub fn duration(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        60_000..3_600_000 => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1_000),
        _ => format!("{} h {} min", ms / 3_600_000, ms % 3_600_000 / 60_000),
    }
}

fn part(part: &Part, first: bool, now_ms: u64) -> Html {
    let name = if part.part.is_empty() { "whole batch".to_owned() } else { format!("part {}", part.part) };
    let waits = part.due_milliseconds.checked_sub(now_ms).filter(|wait_ms| first && *wait_ms > 0);
    html! {
        <li class="lane-part" data-part={part.part.clone()} data-next={first.then_some("true")} data-attempts={part.attempts.to_string()}>
            <b>{ name }</b>
            <span>{ plural(part.record_count, "record") }</span>
            if part.attempts > 0 {
                <span class="lane-failed">{ plural(part.attempts, "failed attempt") }</span>
            }
            if let Some(wait_ms) = waits {
                <span>{ format!("retried at {}, in {}", clock(part.due_milliseconds), duration(wait_ms)) }</span>
            }
        </li>
    }
}

fn lane(shard: &Shard, lane: &Lane, now_ms: u64) -> Html {
    let (word, tone) = status(lane);
    let working: u64 = lane.parts.iter().map(|part| part.record_count).sum();
    let cells = [("working", working), ("pending", lane.pending_count), ("unread", shard.unread_count)];
    html! {
        <li class="lane" data-lane={lane.lane.to_string()} data-status={lane.status.clone()}>
            <div class="lane-head">
                <span class="lane-name">{ format!("lane {}", lane.lane) }</span>
                <Badge text={word} {tone} />
                if lane.batch > 0 && !lane.parts.is_empty() {
                    <span>{ format!("batch {}", lane.batch) }</span>
                }
                if let Some(at_ms) = lane.returns_milliseconds {
                    <span>{ format!("the function returns at {}", clock(at_ms)) }</span>
                }
            </div>
            <ol class="lane-track" aria-label={format!("Records of lane {}", lane.lane)}>
                <li data-cell="settled">{ "settled" }</li>
                { for cells.iter().filter(|(name, count)| *count > 0 || *name == "working").map(|(name, count)| {
                    let word = match *name {
                        "working" if lane.status == "BLOCKED" => "to be tried again",
                        "working" if lane.status == "RETRYING" => "to go to the function",
                        "working" => "with the function",
                        "pending" => "waiting",
                        _ => "unread in the shard",
                    };
                    html! { <li data-cell={*name} data-count={count.to_string()}><b>{ count }</b>{ " " }{ word }</li> }
                }) }
            </ol>
            if !lane.parts.is_empty() {
                <ol class="lane-parts" aria-label="What is left of the batch">
                    { for lane.parts.iter().enumerate().map(|(at, one)| part(one, at == 0, now_ms)) }
                </ol>
            }
            if let Some(window) = &lane.window {
                <p class="lane-window">
                    { format!("Window {} to {}, state ", clock(window.start_milliseconds), clock(window.end_milliseconds)) }
                    <code>{ window.state.to_string() }</code>
                </p>
            }
        </li>
    }
}

/// The lanes.
#[component]
pub fn Lanes(props: &LanesProps) -> Html {
    let now_ms = props.now_ms;
    html! {
        <ul class="lane-shards">
            { for props.shards.iter().map(|shard| {
                let (word, tone) = match shard.status.as_str() {
                    "WAITING_FOR_PARENT" => ("waits for its parent", "warning"),
                    "FINISHED" => ("read to its end", "good"),
                    _ => ("reading", "stream"),
                };
                html! {
                    <li class="lane-shard" data-shard={shard.shard_id.clone()} data-shard-status={shard.status.clone()} key={shard.shard_id.clone()}>
                        <h4>
                            <span title={shard.shard_id.clone()}>{ "shard " }<code>{ short(&shard.shard_id) }</code></span>
                            <Badge text={word} {tone} />
                            if let Some(parent) = &shard.parent_shard_id {
                                <small>{ "after " }<code>{ short(parent) }</code></small>
                            }
                            <small class="lane-lag" data-lag={shard.iterator_age_milliseconds.to_string()}>
                                { match shard.iterator_age_milliseconds {
                                    0 if shard.lanes.is_empty() => "nothing was read yet".to_owned(),
                                    0 => "up to date".to_owned(),
                                    ms if shard.lanes.is_empty() => {
                                        format!("{} unread, {} behind", plural(shard.unread_count, "record"), duration(ms))
                                    }
                                    ms => format!("{} behind", duration(ms)),
                                } }
                            </small>
                        </h4>
                        <ol>{ for shard.lanes.iter().map(|one| lane(shard, one, now_ms)) }</ol>
                    </li>
                }
            }) }
        </ul>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_their_unit() {
        let shown: Vec<String> = [250, 3_240, 61_000, 7_260_000].into_iter().map(duration).collect();
        assert_eq!(shown, ["250 ms", "3.2 s", "1 min 1 s", "2 h 1 min"]);
    }
}
