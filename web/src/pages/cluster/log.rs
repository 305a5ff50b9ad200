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

/// The events in words, with how often the same was said one after the other.
fn gathered(events: &[Rc<Event>]) -> Vec<(&Rc<Event>, String, usize)> {
    let mut lines: Vec<(&Rc<Event>, String, usize)> = Vec::new();
    for event in events {
        let told = tell_event(event);
        match lines.last_mut() {
            Some((_, last, times)) if *last == told => *times += 1,
            _ => lines.push((event, told, 1)),
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
                { for gathered(&props.events).into_iter().take(LINES).map(|(event, told, times)| html! {
                    <li key={event.id} data-event={event.id.to_string()}>
                        <time>{ clock(event.at_ms) }</time>{ told }
                        if times > 1 {
                            <b>{ format!(" ×{times}") }</b>
                        }
                    </li>
                }) }
            </ol>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_again_is_counted() {
        let dark = |id: u64, zone: &str| {
            let event = serde_json::json!({"id": id, "at_ms": id, "kind": {"zoneChanged": {"zone": zone, "dark": true}}});
            Rc::new(serde_json::from_value::<Event>(event).unwrap())
        };
        let events = [dark(3, "a"), dark(2, "b"), dark(1, "b")];
        let counted: Vec<usize> = gathered(&events).iter().map(|(_, _, times)| *times).collect();
        assert_eq!(counted, [1, 2]);
    }
}
