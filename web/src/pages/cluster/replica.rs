//! One replica of a partition: its role, how far it is behind, and its switch.

use yew::prelude::*;

use crate::components::{Button, ButtonKind};
use crate::state::cluster::Replica;

/// The props of [`ReplicaCell`].
#[derive(Properties, PartialEq)]
pub struct ReplicaCellProps {
    /// The replica.
    pub replica: Replica,
    /// The partition's name, for the switch.
    pub partition: AttrValue,
    /// Its whole zone is dark.
    pub dark: bool,
    /// What it says of itself.
    pub words: AttrValue,
    /// To be killed, or healed.
    pub onkill: Callback<bool>,
}

/// A replica.
#[component]
pub fn ReplicaCell(props: &ReplicaCellProps) -> Html {
    let standing = props.replica.standing();
    let word = match standing {
        "log" => "log only",
        other => other,
    };
    let down = matches!(standing, "failed" | "log");
    let (label, icon) = match down {
        true => (format!("Heal the replica of {} in {}", props.partition, props.replica.zone), "rotate-cw"),
        false => (format!("Kill the {word} of {} in {}", props.partition, props.replica.zone), "x"),
    };
    html! {
        <div class="cluster-replica" data-zone={props.replica.zone.clone()} data-standing={standing}>
            <span class="cluster-replica-role"><i aria-hidden="true"></i>{ word }</span>
            <span class="cluster-replica-words">{ props.words.clone() }</span>
            <Button {label} {icon} icon_only={true} kind={ButtonKind::Quiet} disabled={props.dark}
                action={if down { "heal" } else { "kill" }} onclick={props.onkill.reform(move |()| !down)} />
        </div>
    }
}
