//! Cluster: a table's partitions on the hash ring and in the three zones, what fails and heals there, a key followed to its
//! partition, and the consistency lab. All of it is the engine's state and the timeline's events.

mod lab;
mod locate;
mod log;
mod partitions;
mod read;
mod replica;
mod ring;
mod settings;
mod trial;

use std::rc::Rc;

use serde_json::{Value, json};
use yew::prelude::*;

use crate::components::{Button, ButtonKind, EmptyState, Select, SelectOption, Tab, Tabs};
use crate::hooks::{use_client, use_notices, use_route, use_tables, use_timeline, use_workspace_ms};
use crate::state::cluster::{Partition, levels};
use crate::state::notice::{Level, NoticeAction};
use crate::state::route::Page;
use crate::state::tables::TableDescription;
use engine::timeline::{PartitionId, Target};
use lab::ConsistencyLab;
use locate::{LocateKey, Located};
use log::ClusterLog;
use partitions::{PartitionTable, Switch};
use read::use_cluster;
use ring::HashRing;
use settings::SimulationSettings;

/// How often the workspace's time is drawn here, in milliseconds.
const DRAWN_MS: u32 = 500;

/// The page.
#[component]
pub fn ClusterPage() -> Html {
    let (tables, route) = (use_tables(), use_route());
    if !tables.loaded {
        return Html::default();
    }
    let Some(table) = tables.chosen(route.route.table.as_deref()).cloned() else {
        let onclick = {
            let route = route.clone();
            Callback::from(move |()| {
                route.go.emit(route.route.at(Page::Design).with("samples", Some(String::new())))
            })
        };
        return html! {
            <EmptyState icon="server" title="A cluster keeps tables" actions={html! {
                <Button label="Load a sample" icon="book-open" kind={ButtonKind::Primary} {onclick} action="samples" />
            }}>
                <p>{ "Every table is cut into partitions by the hash of its partition key, and every partition has a replica in each of three zones. First there has to be a table." }</p>
            </EmptyState>
        };
    };
    let view = route.route.rest.get("view").map_or("partitions", String::as_str).to_owned();
    let tabs = vec![
        Tab::new("partitions", "Partitions"),
        Tab::new("lab", "Consistency lab"),
        Tab::new("settings", "Simulation"),
    ];
    let onselect = {
        let route = route.clone();
        Callback::from(move |view: AttrValue| {
            let view = (view != "partitions").then(|| view.to_string());
            route.replace.emit(route.route.with("view", view));
        })
    };
    let key = table.name.clone();
    html! {
        <div class="cluster-page" data-view={view.clone()}>
            <Tabs label="Cluster" {tabs} selected={view.clone()} {onselect} />
            { match view.as_str() {
                "lab" => html! { <ConsistencyLab {key} {table} /> },
                "settings" => html! { <SimulationSettings /> },
                _ => html! { <Partitions {key} {table} index={route.route.index.clone()} /> },
            } }
        </div>
    }
}

/// The props of [`Partitions`].
#[derive(Properties, PartialEq)]
struct PartitionsProps {
    table: Rc<TableDescription>,
    /// The index that is chosen in the rail.
    index: Option<String>,
}

/// The partitions of the table or of one of its global indexes.
#[component]
fn Partitions(props: &PartitionsProps) -> Html {
    let (api, notices, timeline) = (use_client(), use_notices().dispatcher(), use_timeline());
    let route = use_route();
    let now_ms = use_workspace_ms(DRAWN_MS);
    let (cluster, refresh) = use_cluster(&props.table.name);
    let chosen = use_state_eq(|| None::<PartitionId>);
    let located = use_state_eq(|| None::<Located>);
    let Some(cluster) = cluster else { return Html::default() };
    let index = props.index.clone().filter(|name| cluster.indexes().contains(&name.as_str()));
    let partitions = cluster.of(index.as_deref());
    let target = Target { table: props.table.name.clone(), index: index.clone() };
    let levels = levels(timeline.events(), &target);
    let ask = {
        let (api, notices, refresh) = (api.clone(), notices.clone(), refresh.clone());
        Callback::from(move |(operation, request): (&'static str, Value)| {
            let (api, notices, refresh) = (api.clone(), notices.clone(), refresh.clone());
            wasm_bindgen_futures::spawn_local(async move {
                if let Err(error) = api.call(operation, request.to_string()).await.result {
                    let why = crate::state::lesson::show(&error).message;
                    notices.dispatch(NoticeAction::Say(Level::Failed, why));
                }
                refresh.emit(());
            });
        })
    };
    let onswitch = {
        let (table, index) = (props.table.name.clone(), index.clone());
        ask.reform(move |switch: Switch| {
            let mut request = json!({ "TableName": table });
            if let Some(index) = &index {
                request["IndexName"] = json!(index);
            }
            match switch {
                Switch::Replica { partition, zone, kill } => {
                    request["Partition"] = json!(partition);
                    request["Zone"] = json!(zone);
                    request["Action"] = json!(if kill { "KILL" } else { "HEAL" });
                    ("Dynascope.UpdateReplica", request)
                }
                Switch::Split { partition } => {
                    request["Partition"] = json!(partition);
                    ("Dynascope.SplitPartition", request)
                }
                Switch::Zone { zone, dark } => {
                    let status = if dark { "DARK" } else { "UP" };
                    ("Dynascope.UpdateZone", json!({ "Zone": zone, "Status": status }))
                }
            }
        })
    };
    let onlocated = {
        let (chosen, located) = (chosen.setter(), located.setter());
        Callback::from(move |found: Option<Located>| {
            chosen.set(found.as_ref().and_then(|found| found.partitions.first().map(|p| p.partition_id)));
            located.set(found);
        })
    };
    let onchoose = {
        let chosen = chosen.setter();
        Callback::from(move |partition: PartitionId| chosen.set(Some(partition)))
    };
    let keys = index.as_deref().and_then(|name| props.table.indexes.iter().find(|one| one.name == name));
    let keys = keys.map_or(&props.table.keys, |index| &index.keys).clone();
    let targets: Vec<SelectOption> =
        std::iter::once(SelectOption::new("", format!("{} (table)", props.table.name)))
            .chain(
                cluster
                    .indexes()
                    .into_iter()
                    .map(|name| SelectOption::new(name.to_owned(), format!("{name} (GSI)"))),
            )
            .collect();
    let ontarget = {
        let (route, chosen, located) = (route.clone(), chosen.setter(), located.setter());
        let table = props.table.name.clone();
        Callback::from(move |name: String| {
            chosen.set(None);
            located.set(None);
            route.go.emit(route.route.on(Some(table.clone()), (!name.is_empty()).then_some(name)));
        })
    };
    let standing =
        partitions.iter().map(|one| (one.partition_id, one.leader_zone.clone())).collect::<Vec<_>>();
    let hash = located.as_ref().map(|found| found.hash.clone());
    html! {
        <div class="cluster-view">
            <aside class="cluster-side">
                <Select label="Partitions of" name="cluster-target" options={targets} value={index.clone().unwrap_or_default()} onchange={ontarget} />
                <HashRing partitions={partitions.clone()} chosen={*chosen} {hash} onchoose={onchoose.clone()} />
                <LocateKey key={format!("{target:?}")} table={props.table.name.clone()} index={index.clone()} {keys} {standing} found={(*located).clone()} {onlocated} />
                <ClusterLog events={timeline.events().iter().rev().filter(|event| log::belongs(event, &target)).take(12).cloned().collect::<Vec<_>>()} />
            </aside>
            <PartitionTable {partitions} dark={cluster.dark_zones.clone()} {levels} chosen={*chosen} {now_ms} {onswitch} {onchoose} />
        </div>
    }
}

/// How a partition is called on the page: `p7`.
fn called(partition: &Partition) -> String {
    format!("p{}", partition.partition_id)
}
