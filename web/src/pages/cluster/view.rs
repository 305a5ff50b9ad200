//! The partitions of a table or of one of its global indexes: ring, key, log, tokens and table, and what is switched there.

use std::rc::Rc;

use engine::timeline::{PartitionId, Target};
use serde_json::{Value, json};
use yew::prelude::*;

use super::levels::TokenLevels;
use super::locate::{LocateKey, Located};
use super::log::{self, ClusterLog};
use super::partitions::{PartitionTable, Switch};
use super::read::{use_cluster, use_newest};
use super::ring::HashRing;
use crate::components::{Select, SelectOption};
use crate::hooks::{use_client, use_notices, use_route, use_workspace_ms};
use crate::protocol::Place;
use crate::state::notice::{Level, NoticeAction};
use crate::state::tables::TableDescription;

/// How often the workspace's time is drawn here, in milliseconds.
const DRAWN_MS: u32 = 500;
/// So many events are looked at for the log.
const LOGGED: usize = 1_000;

/// The props of [`Partitions`].
#[derive(Properties, PartialEq)]
pub struct PartitionsProps {
    /// The table.
    pub table: Rc<TableDescription>,
    /// The index that is chosen in the rail.
    pub index: Option<String>,
    /// Where it stands.
    pub place: Place,
    /// The tables beside it that can be chosen here: those of the traffic's branch, which the rail does not know.
    #[prop_or_default]
    pub others: Option<Rc<Vec<Rc<TableDescription>>>>,
}

/// The partitions of the table or of one of its global indexes.
#[component]
pub fn Partitions(props: &PartitionsProps) -> Html {
    let (api, notices, route) = (use_client(), use_notices().dispatcher(), use_route());
    let table = &props.table;
    let own_index = table
        .indexes
        .iter()
        .filter(|index| index.global)
        .find(|index| Some(&index.name) == props.index.as_ref());
    let index = own_index.map(|index| index.name.clone());
    let target = Target { table: table.name.clone(), index: index.clone() };
    let events = use_newest(props.place, LOGGED, |event| log::belongs(event, &target));
    let now_ms = use_workspace_ms(DRAWN_MS);
    let (reading, refresh) = use_cluster(&props.table.name, props.place);
    let chosen = use_state_eq(|| None::<PartitionId>);
    let located = use_state_eq(|| None::<Located>);
    let Some(reading) = reading else { return Html::default() };
    let cluster = &reading.cluster;
    let partitions = cluster.of(index.as_deref());
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
    let keys = own_index.map_or(&table.keys, |index| &index.keys).clone();
    let targets = targets(props);
    let ontarget = {
        let (route, chosen, located) = (route.clone(), chosen.setter(), located.setter());
        Callback::from(move |value: String| {
            chosen.set(None);
            located.set(None);
            // No name has a slash in it.
            let (table, index) = value.split_once('/').map_or((value.as_str(), None), |(t, i)| (t, Some(i)));
            route.go.emit(route.route.on(Some(table.to_owned()), index.map(str::to_owned)));
        })
    };
    let onmodel =
        ask.reform(|model: String| ("Dynascope.UpdateSimulation", json!({ "CapacityModel": model })));
    let target_value =
        index.as_ref().map_or(props.table.name.clone(), |index| format!("{}/{index}", props.table.name));
    let burst_seconds = reading.buckets.of(index.as_deref()).map_or(1, |own| own.partition_burst_seconds);
    let standing =
        partitions.iter().map(|one| (one.partition_id, one.leader_zone.clone())).collect::<Vec<_>>();
    let hash = located.as_ref().map(|found| found.hash.clone());
    html! {
        <div class="cluster-view">
            <aside class="cluster-side">
                <Select label="Partitions of" name="cluster-target" options={targets} value={target_value} onchange={ontarget} />
                <HashRing partitions={partitions.clone()} chosen={*chosen} {hash} onchoose={onchoose.clone()} />
                <LocateKey key={format!("{target:?}")} table={props.table.name.clone()} index={index.clone()} {keys} {standing} found={(*located).clone()} {onlocated} />
                <ClusterLog {events} />
            </aside>
            <div class="cluster-main">
                <TokenLevels buckets={(*reading.buckets).clone()} index={index.clone().map(AttrValue::from)} on_demand={props.table.on_demand} {onmodel} />
                <PartitionTable {partitions} dark={cluster.dark_zones.clone()} {burst_seconds} chosen={*chosen} {now_ms} {onswitch} {onchoose} />
            </div>
        </div>
    }
}

/// What can be looked at: the table with its global indexes, and the other tables of the branch with theirs.
fn targets(props: &PartitionsProps) -> Vec<SelectOption> {
    let own = std::slice::from_ref(&props.table);
    let tables = props.others.as_ref().map_or(own, |others| others.as_slice());
    let options = tables.iter().flat_map(|table| {
        let globals = table.indexes.iter().filter(|index| index.global);
        let table_itself = SelectOption::new(table.name.clone(), format!("{} (table)", table.name));
        std::iter::once(table_itself).chain(globals.map(|index| {
            SelectOption::new(
                format!("{}/{}", table.name, index.name),
                format!("{} (GSI of {})", index.name, table.name),
            )
        }))
    });
    options.collect()
}
