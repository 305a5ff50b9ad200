//! What happened in the cluster lately, as the timeline tells it.

use std::rc::Rc;

use engine::timeline::{Event, Target};
use yew::prelude::*;

use crate::state::explanation::{clock, tell_event};

/// Whether the event is about how the target's partitions stand, and not about one request.
pub fn belongs(event: &Event, target: &Target) -> bool {
    use engine::timeline::EventKind::*;
    match &event.kind {
        PartitionOpened { target: of, .. }
        | SplitStarted { target: of, .. }
        | PartitionSplit { target: of, .. }
        | Unavailable { target: of, .. }
        | ReplicaFailed { target: of, .. }
        | LeaseExpired { target: of, .. }
        | LeaderElected { target: of, .. }
        | LogReplicaAdded { target: of, .. }
        | ReplicaHealed { target: of, .. }
        | Throttled { target: of, .. } => of == target,
        ZoneChanged { .. } => true,
        _ => false,
    }
}

/// The props of [`ClusterLog`].
#[derive(Properties, PartialEq)]
pub struct ClusterLogProps {
    /// The events, newest first.
    pub events: Vec<Rc<Event>>,
}

/// So many lines are shown.
const LINES: usize = 12;

/// The newest events in words. What was said already is not said again: one outage refuses many requests.
fn gathered(events: &[Rc<Event>]) -> Vec<(&Rc<Event>, String)> {
    let mut lines: Vec<(&Rc<Event>, String)> = Vec::new();
    for event in events {
        let told = tell_event(event);
        if lines.iter().all(|(_, before)| *before != told) {
            lines.push((event, told));
        }
        if lines.len() == LINES {
            break;
        }
    }
    lines
}

/// The list.
#[component]
pub fn ClusterLog(props: &ClusterLogProps) -> Html {
    html! {
        <section class="cluster-log" aria-label="What happened here">
            <h3>{ "What happened here" }</h3>
            if props.events.is_empty() {
                <p class="quiet">{ "Nothing lately. Write an item, kill a leader or split a partition." }</p>
            }
            <ol>
                { for gathered(&props.events).into_iter().map(|(event, told)| html! {
                    <li key={event.id} data-event={event.id.to_string()}><time>{ clock(event.at_ms) }</time>{ told }</li>
                }) }
            </ol>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_already_is_not_said_again() {
        let dark = |id: u64, zone: engine::timeline::Zone| {
            let kind = engine::timeline::EventKind::ZoneChanged { zone, dark: true };
            Rc::new(Event { id, at_ms: id, region: None, request: None, kind })
        };
        use engine::timeline::Zone::{A, B};
        let events = [dark(4, A), dark(3, B), dark(2, A), dark(1, B)];
        let newest: Vec<u64> = gathered(&events).iter().map(|(event, _)| event.id).collect();
        assert_eq!(newest, [4, 3]);
    }
}
