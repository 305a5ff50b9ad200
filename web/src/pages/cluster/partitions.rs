//! The partitions as a table: a row each, its three replicas by zone, its tokens, its hottest key, and the switches. It is the
//! picture's text too.

use std::rc::Rc;

use engine::timeline::PartitionId;
use yew::prelude::*;

use super::called;
use super::levels::LevelBar;
use super::replica::ReplicaCell;
use crate::components::{Button, ButtonKind};
use crate::state::cluster::{Partition, Tokens, ZONES};
use crate::state::explanation::size;

/// What can be switched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Switch {
    /// A replica.
    Replica {
        /// Its partition.
        partition: PartitionId,
        /// Its zone.
        zone: String,
        /// Kill it; heal it otherwise.
        kill: bool,
    },
    /// A whole zone.
    Zone {
        /// Which.
        zone: &'static str,
        /// Let it go dark.
        dark: bool,
    },
    /// Split a partition now.
    Split {
        /// Which.
        partition: PartitionId,
    },
}

/// The props of [`PartitionTable`].
#[derive(Properties, PartialEq)]
pub struct PartitionTableProps {
    /// The partitions in the order of their keys.
    pub partitions: Vec<Rc<Partition>>,
    /// The zones that are dark.
    pub dark: Vec<String>,
    /// How many seconds of throughput their buckets keep.
    pub burst_seconds: u64,
    /// The one that is looked at.
    pub chosen: Option<PartitionId>,
    /// The workspace's time.
    pub now_ms: u64,
    /// Something was switched.
    pub onswitch: Callback<Switch>,
    /// A partition was chosen.
    pub onchoose: Callback<PartitionId>,
}

/// So many rows are shown at first, and with each wish for more.
const ROWS: usize = 60;

/// The table.
#[component]
pub fn PartitionTable(props: &PartitionTableProps) -> Html {
    let shown = use_state_eq(|| ROWS);
    let chosen_at = props.chosen.and_then(|id| props.partitions.iter().position(|p| p.partition_id == id));
    // The chosen one is always among those that are shown.
    let count = (*shown).max(chosen_at.map_or(0, |at| at + 1)).min(props.partitions.len());
    let left = props.partitions.len() - count;
    let onmore = {
        let shown = shown.setter();
        Callback::from(move |()| shown.set(count + ROWS))
    };
    html! {
        <div class="cluster-table">
            <table aria-label="Partitions" aria-rowcount={props.partitions.len().to_string()}>
                <thead>
                    <tr>
                        <th scope="col">{ "Partition" }</th>
                        { for ZONES.iter().map(|zone| zone_head(props, zone)) }
                        <th scope="col">{ "Tokens" }</th>
                        <th scope="col">{ "Hottest keys" }</th>
                        <th scope="col"><span class="visually-hidden">{ "Split" }</span></th>
                    </tr>
                </thead>
                <tbody>{ for props.partitions.iter().take(count).map(|partition| row(props, partition)) }</tbody>
            </table>
            if left > 0 {
                <Button label={format!("Show {} more", left.min(ROWS))} kind={ButtonKind::Quiet} onclick={onmore} action="more-partitions" />
            }
        </div>
    }
}

fn zone_head(props: &PartitionTableProps, zone: &'static str) -> Html {
    let dark = props.dark.iter().any(|one| one == zone);
    let label = if dark { "Light up" } else { "Go dark" };
    let onclick = props.onswitch.reform(move |()| Switch::Zone { zone, dark: !dark });
    html! {
        <th scope="col" class="zone-head" data-zone={zone} data-dark={dark.to_string()}>
            <i aria-hidden="true"></i>{ zone }
            <Button {label} kind={ButtonKind::Quiet} pressed={dark} {onclick} action={format!("dark-{zone}")}
                title={format!("{label}: every replica in {zone}")} />
        </th>
    }
}

fn row(props: &PartitionTableProps, partition: &Rc<Partition>) -> Html {
    let id = partition.partition_id;
    let name = called(partition);
    let chosen = props.chosen == Some(id);
    let trouble = partition.trouble(props.now_ms);
    let onclick = props.onchoose.reform(move |_: MouseEvent| id);
    let onsplit = props.onswitch.reform(move |()| Switch::Split { partition: id });
    let parent = partition.parent_partition_id.map(|parent| format!("of p{parent}"));
    let cut = partition.from_key.as_ref().map(|key| format!("from {key}"));
    html! {
        <tr key={id} data-partition={id.to_string()} data-leader={partition.leader_zone.clone()} aria-selected={chosen.to_string()}
            data-writes={partition.takes_writes.to_string()} data-splitting={partition.splitting.is_some().to_string()}>
            <th scope="row">
                <button type="button" class="partition-name" {onclick}>{ &name }</button>
                if let Some(parent) = parent {
                    <small>{ parent }</small>
                }
                <code title={format!("{} to {}", partition.first_hash, partition.last_hash)}>{ partition.range_text() }</code>
                if let Some(cut) = cut {
                    <code>{ cut }</code>
                }
                <small>{ format!("{} items, {}", partition.item_count, size(partition.size_bytes)) }</small>
                if let Some(trouble) = trouble {
                    <small class="partition-trouble" role="status">{ trouble }</small>
                }
            </th>
            { for partition.replicas.iter().map(|replica| {
                let zone = replica.zone.clone();
                let onkill = props.onswitch.reform(move |kill| Switch::Replica { partition: id, zone: zone.clone(), kill });
                html! {
                    <td data-label={replica.zone.clone()}>
                        <ReplicaCell replica={replica.clone()} partition={name.clone()} words={replica.words(props.now_ms)} {onkill}
                            dark={props.dark.contains(&replica.zone)} />
                    </td>
                }
            }) }
            <td class="partition-tokens">
                { tokens(props, partition.read_tokens, "reads", "RCU") }
                { tokens(props, partition.write_tokens, "writes", "WCU") }
            </td>
            <td class="partition-keys">
                { for partition.hottest_keys.iter().take(2).map(|hot| html! {
                    <span class="hot-key" title={hot.key.clone()}><b>{ format!("{:.0} %", hot.share * 100.0) }</b><code>{ &hot.key }</code></span>
                }) }
                if let Some(outlook) = partition.outlook() {
                    <small>{ outlook }</small>
                }
            </td>
            <td>
                <Button label={format!("Split {name} now")} icon="split" icon_only={true} kind={ButtonKind::Quiet} onclick={onsplit} action="split"
                    disabled={partition.splitting.is_some()} />
            </td>
        </tr>
    }
}

/// A partition's bucket; nothing where it was never asked.
fn tokens(
    props: &PartitionTableProps,
    tokens: Option<Tokens>,
    access: &'static str,
    word: &'static str,
) -> Html {
    let Some(tokens) = tokens else { return Html::default() };
    let (now, burst) = tokens.parts(props.burst_seconds);
    html! {
        <>
            <LevelBar tokens={now} {access} label={word} />
            if let Some(burst) = burst {
                <LevelBar tokens={burst} {access} part="burst" label={format!("{word}, burst")} />
            }
        </>
    }
}
