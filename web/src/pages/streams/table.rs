//! The shards as a table: the tree's facts in words and numbers.

use std::collections::BTreeMap;
use std::rc::Rc;

use yew::prelude::*;

use super::list::short;
use super::log::Listed;
use super::shard::Shard;
use super::tree::Joint;
use crate::components::{Badge, Button, ButtonKind};
use crate::state::clock::day;
use crate::state::explanation::clock;

/// The props of [`ShardTable`].
#[derive(Properties, PartialEq)]
pub struct ShardTableProps {
    /// The shards, each behind its parent.
    pub shards: Rc<Vec<Shard>>,
    /// Each shard's records.
    pub records: BTreeMap<String, Listed>,
    /// The chosen shard's id.
    pub chosen: String,
    /// What made each shard's children, by the shard.
    pub joints: Rc<BTreeMap<String, Joint>>,
    /// A shard was chosen.
    pub onselect: Callback<String>,
    /// Show this event on the timeline.
    pub onevent: Callback<u64>,
}

fn moment(at_ms: Option<u64>) -> String {
    at_ms.map_or_else(String::new, |at_ms| {
        format!("{} {}", day(at_ms), clock(at_ms).split('.').next().unwrap_or_default())
    })
}

/// The table.
#[component]
pub fn ShardTable(props: &ShardTableProps) -> Html {
    html! {
        <div class="shard-table" tabindex="0" role="region" aria-label="Shards">
            <table>
                <thead><tr>
                    { for ["Shard", "State", "Parent", "Partition", "Opened because", "Opened (UTC)", "Closed (UTC)", "Sequence numbers", "Records", "Gone by (UTC)"]
                        .map(|head| html! { <th scope="col">{ head }</th> }) }
                </tr></thead>
                <tbody>{ for props.shards.iter().map(|shard| row(props, shard)) }</tbody>
            </table>
        </div>
    }
}

fn row(props: &ShardTableProps, shard: &Shard) -> Html {
    let listed = props.records.get(&shard.id).cloned().unwrap_or_default();
    let count = (listed.records.len() - listed.trimmed) as u64 + listed.older;
    let state = if shard.open() { "open" } else { "closed" };
    let onclick = {
        let id = shard.id.clone();
        props.onselect.reform(move |()| id.clone())
    };
    let joint = shard.parent.as_ref().and_then(|parent| props.joints.get(parent));
    let event = joint.and_then(|joint| joint.event);
    let range = match &shard.last {
        Some(last) => format!("{} to {}", short(&shard.first), short(last)),
        None => format!("from {}", short(&shard.first)),
    };
    html! {
        <tr key={shard.id.clone()} data-row-shard={shard.id.clone()} aria-selected={(shard.id == props.chosen).to_string()}>
            <th scope="row"><Button label={format!("…{}", shard.short())} title={shard.id.clone()} kind={ButtonKind::Quiet} {onclick} action="shard" /></th>
            <td><Badge text={state} tone={if shard.open() { "good" } else { "plain" }} /></td>
            <td>{ shard.parent.as_ref().map(|parent| format!("…{}", parent.rsplit('-').next().unwrap_or(parent))) }</td>
            <td>{ shard.facts.partition }</td>
            <td>
                if let Some(event) = event {
                    <Button label={shard.origin()} kind={ButtonKind::Quiet} onclick={props.onevent.reform(move |()| event)} action="origin"
                        title="Show on the timeline" />
                } else {
                    { shard.origin() }
                }
            </td>
            <td>{ moment(Some(shard.facts.opened_ms)) }</td>
            <td>{ moment(shard.facts.closed_ms) }</td>
            <td title={format!("{} {}", shard.first, shard.last.as_deref().unwrap_or_default())}>{ range }</td>
            <td>{ count }</td>
            <td>{ moment(shard.facts.gone_ms) }</td>
        </tr>
    }
}
