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
                { for props.events.iter().map(|event| html! {
                    <li key={event.id} data-event={event.id.to_string()}><time>{ clock(event.at_ms) }</time>{ tell_event(event) }</li>
                }) }
            </ol>
        </section>
    }
}
