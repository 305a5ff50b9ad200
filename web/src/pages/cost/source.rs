//! What a run has used: the tables of the place in which requests run, and what the heat counted of them lately.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use engine::insight::RowId;
use engine::timeline::{EventKind, PartitionId, Target};
use serde_json::json;
use yew::prelude::*;

use crate::components::{Select, SelectOption, Term};
use crate::hooks::{
    Api, use_branch_tables, use_client, use_heat, use_interval, use_session, use_tables, use_timeline,
    use_workspace_ms,
};
use crate::protocol::Place;
use crate::state::cluster::Cluster;
use crate::state::cost::{Besides, Used, metered, used};
use crate::state::heat::rows_of;
use crate::state::timeline::Timeline;

/// How often it is read anew, in milliseconds.
const EVERY_MS: u32 = 1_000;

/// What a run has used.
#[derive(Clone, PartialEq)]
pub struct Run {
    /// By table and index.
    pub used: Rc<Vec<Used>>,
    /// Whether it is the traffic's.
    pub place: Place,
    /// Over how many seconds.
    pub seconds: u64,
}

/// What the requests of the last `window` seconds used, read anew now and then while it is wanted: of the branch in which traffic
/// runs, else of the workspace. None where there is no table.
#[hook]
pub fn use_run(wanted: bool, window: u64) -> Option<Run> {
    let (api, heat, tables, session) = (use_client(), use_heat(), use_tables(), use_session());
    let branch = use_branch_tables();
    let now_ms = use_workspace_ms(EVERY_MS);
    let timeline = use_timeline();
    let clusters = use_state_eq(BTreeMap::<String, (Rc<Cluster>, Besides)>::new);
    let place = if branch.is_some() { Place::Traffic } else { Place::Workspace };
    let list = branch.map_or_else(|| tables.list.clone(), |branch| (*branch).clone());
    let turn = use_state_eq(|| 0_u64);
    let next = {
        let (turn, setter) = (*turn, turn.setter());
        Callback::from(move |()| setter.set(turn + 1))
    };
    use_interval(wanted, EVERY_MS, next);
    {
        let (setter, names) =
            (clusters.setter(), list.iter().map(|table| table.name.clone()).collect::<Vec<_>>());
        use_effect_with(
            (names, place, *turn, session.opened, wanted),
            move |(names, place, _, _, wanted)| {
                if !*wanted {
                    return;
                }
                let (api, names) = (api.at(*place), names.clone());
                wasm_bindgen_futures::spawn_local(async move {
                    let mut read = BTreeMap::new();
                    for name in names {
                        let answer =
                            api.look("Dynascope.ListPartitions", &json!({ "TableName": name })).await;
                        let Some(cluster) = answer.and_then(|answer| serde_json::from_value(answer).ok())
                        else {
                            continue;
                        };
                        let besides = besides(&api, &name).await;
                        read.insert(name, (Rc::new(cluster), besides));
                    }
                    setter.set(read);
                });
            },
        );
    }
    if !wanted || list.is_empty() {
        return None;
    }
    // The running second is not whole.
    let to = now_ms / 1_000;
    let began = match place {
        Place::Traffic => heat.seconds.first_key_value().map(|(second, _)| *second),
        Place::Workspace => heat.history.oldest(),
    };
    let from = to.saturating_sub(window).max(began.unwrap_or(to)).min(to);
    let (clusters, mut besides): (Vec<Rc<Cluster>>, Vec<Besides>) =
        list.iter().map(|table| clusters.get(&table.name).cloned().unwrap_or_default()).unzip();
    // The tables, each before its global indexes.
    let targets = list.iter().zip(&clusters).flat_map(|(table, cluster)| {
        let globals = table.indexes.iter().filter(|index| index.global).map(|index| Some(index.name.clone()));
        std::iter::once(None).chain(globals).map(|index| {
            let listed: Vec<PartitionId> =
                cluster.of(index.as_deref()).iter().map(|one| one.partition_id).collect();
            rows_of(&heat.history, &Target { table: table.name.clone(), index }, &listed)
        })
    });
    let targets: Vec<BTreeSet<RowId>> = targets.collect();
    let mut loads = metered(&heat.history, &targets, from, to).into_iter();
    let mut all = Vec::new();
    if place == Place::Workspace {
        // Their events name no table: they are counted on the first that has a stream.
        let reads = stream_reads(&timeline, from * 1_000, to * 1_000);
        let first = list.iter().zip(&mut besides).find(|(table, _)| table.stream_arn.is_some());
        if let Some((_, besides)) = first {
            besides.stream_milli_reads = (reads * 1_000).checked_div(to - from).unwrap_or(0);
        }
    }
    for ((table, cluster), besides) in list.iter().zip(&clusters).zip(besides) {
        all.extend(used(table, besides, |index| {
            let partitions = cluster.of(index);
            let entries = partitions.iter().map(|one| one.item_count).sum();
            let bytes = partitions.iter().map(|one| one.size_bytes).sum();
            (loads.next().unwrap_or_default(), entries, bytes)
        }));
    }
    Some(Run { used: Rc::new(all), place, seconds: to - from })
}

/// What a table has beside its requests: its on-demand backups, and whether point-in-time recovery is on.
async fn besides(api: &Api, table: &str) -> Besides {
    let request = json!({ "TableName": table });
    let backups = api.look("ListBackups", &request).await.unwrap_or_default();
    let sizes = backups["BackupSummaries"].as_array().into_iter().flatten();
    let backup_bytes = sizes.filter_map(|one| one["BackupSizeBytes"].as_u64()).sum();
    let continuous = api.look("DescribeContinuousBackups", &request).await.unwrap_or_default();
    let described = &continuous["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"];
    let recovery = described["PointInTimeRecoveryStatus"] == "ENABLED";
    Besides { stream_milli_reads: 0, backup_bytes, recovery }
}

/// The page's own GetRecords calls in that time.
fn stream_reads(timeline: &Timeline, from_ms: u64, to_ms: u64) -> u64 {
    let here = timeline.events().iter().filter(|event| event.region.is_none());
    let within = here.filter(|event| (from_ms..to_ms).contains(&event.at_ms));
    let reads = within.filter(|event| {
        matches!(&event.kind, EventKind::RequestReceived { operation, .. } if operation == "GetRecords")
    });
    reads.count() as u64
}

/// What is measured, in words, and over how long.
pub fn told(run: Option<&Run>, window: u64, onwindow: Callback<String>) -> Html {
    let windows =
        [(10, "Last 10 seconds"), (60, "Last minute"), (600, "Last 10 minutes"), (3_600, "Last hour")];
    let options = windows.map(|(seconds, label)| SelectOption::new(seconds.to_string(), label)).to_vec();
    let words = match run {
        Some(Run { place: Place::Traffic, seconds, .. }) => {
            format!(
                "Metered in the branch in which traffic runs, over its last {seconds} s, as if it went on so."
            )
        }
        Some(Run { seconds, .. }) => format!(
            "Metered of your own requests in the workspace, over the last {seconds} s, as if it went on so. Start traffic on the Heat page for more."
        ),
        None => String::new(),
    };
    html! {
        <div class="cost-run" data-place={run.map(|run| if run.place == Place::Traffic { "traffic" } else { "workspace" })}
            data-seconds={run.map(|run| run.seconds.to_string())}>
            <Select label="Metered over" name="window" {options} value={window.to_string()} onchange={onwindow} />
            <p class="cost-words">{ words }{ " " }<Term word="RCU" text="Read units" />{ " and " }<Term word="WCU" text="write units" />
                { " are what the engine charged: eventually consistent reads half." }</p>
        </div>
    }
}
