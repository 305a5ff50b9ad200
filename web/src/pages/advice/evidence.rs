//! What advice rests on, gathered: what each table holds, and what the requests came to of which the events are at hand.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use engine::api::contents::TableContents;
use engine::insight::advice::Requests;
use engine::insight::{Finding, Subject, findings};
use engine::timeline::{Event, PartitionId, Target};
use serde_json::json;
use yew::prelude::*;

use crate::hooks::{
    Api, use_branch_tables, use_client, use_heat, use_interval, use_session, use_tables, use_timeline,
};
use crate::protocol::Place;
use crate::protocol::timeline::TimelineRead;
use crate::state::cluster::Cluster;
use crate::state::heat::{HeatLog, rows_of};
use crate::state::tables::TableDescription;
use crate::state::timeline::Timeline;

/// While traffic runs the evidence is gathered anew so often, in milliseconds.
const EVERY_MS: u32 = 5_000;
/// Traffic is looked at over so many seconds.
const SECONDS: u64 = 60;
/// So many of the newest events of the history are looked at…
const EVENTS: u64 = 100_000;
/// …so many at a time.
const PART: usize = 10_000;
/// So many partitions of a table are asked for their requests.
const PARTITIONS: usize = 16;

/// One table with what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct OfTable {
    /// Its description, where the requests run.
    pub table: Rc<TableDescription>,
    /// What it holds.
    pub contents: TableContents,
    /// What the heat shows of it.
    pub findings: Vec<Finding>,
}

/// The evidence.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// By table.
    pub tables: Vec<OfTable>,
    /// What the requests came to.
    pub requests: Requests,
    /// The reader's own requests among them, since the workspace was opened…
    pub own: u64,
    /// …of which the oldest are no longer kept…
    pub fallen: bool,
    /// …and those of traffic, a sample where there are many.
    pub sampled: u64,
}

/// The events of a history, request by request in their order.
fn by_request(events: impl Iterator<Item = Event>) -> Vec<Vec<Event>> {
    let mut by_request: BTreeMap<u64, Vec<Event>> = BTreeMap::new();
    for event in events.filter(|event| event.region.is_none()) {
        if let Some(request) = event.request {
            by_request.entry(request).or_default().push(event);
        }
    }
    by_request.into_values().collect()
}

/// The requests of the worker's history, which is older than the page where the workspace was open in another tab before or the page keeps
/// less: the newest of them. With it, whether there were more. None where there is no such history.
async fn kept_requests(api: &Api) -> Option<(Vec<Vec<Event>>, bool)> {
    let (answer, _) = api.read_timeline(TimelineRead::default()).await?;
    let ((first, _), (last, _)) = (answer.first?, answer.last?);
    let from = first.max(last.saturating_sub(EVENTS));
    let (mut all, mut around) = (Vec::new(), from.saturating_sub(1));
    while around < last {
        let read = TimelineRead { around, after: PART, ..TimelineRead::default() };
        let (_, part) = api.read_timeline(read).await?;
        let Some(newest) = part.last().map(|event| event.id).filter(|newest| *newest > around) else { break };
        around = newest;
        all.extend(part);
    }
    Some((by_request(all.into_iter()), answer.fallen > 0 || from > first))
}

/// What the last minute of heat shows of a table.
fn heat_of(heat: &HeatLog, contents: &TableContents, cluster: &Cluster) -> Vec<Finding> {
    let globals = contents.indexes.iter().filter(|index| index.global);
    let targets = globals.map(|index| (Some(index.index_name.clone()), index.provisioned));
    let subjects: Vec<Subject> = std::iter::once((None, contents.provisioned))
        .chain(targets)
        .map(|(index, provisioned)| {
            let listed: Vec<PartitionId> =
                cluster.of(index.as_deref()).iter().map(|one| one.partition_id).collect();
            let target = Target { table: contents.table_name.clone(), index };
            let rows = rows_of(&heat.history, &target, &listed).into_iter().collect();
            Subject { target, rows, provisioned }
        })
        .collect();
    let end = heat.history.newest().map_or(0, |second| second + 1);
    findings(&heat.history, &subjects, end.saturating_sub(SECONDS), end)
}

async fn gather(api: Api, list: Vec<Rc<TableDescription>>, timeline: Timeline, heat: HeatLog) -> Evidence {
    let mut evidence = Evidence::default();
    let (requests, fallen) = match kept_requests(&api).await {
        Some(kept) => kept,
        None => (by_request(timeline.events().iter().map(|event| (**event).clone())), false),
    };
    requests.iter().for_each(|events| evidence.requests.observe(events, true));
    evidence.fallen = fallen;
    evidence.own = evidence.requests.count;
    let to = heat.history.newest().map_or(0, |second| second + 1);
    let mut seen = BTreeSet::new();
    for table in list {
        let request = json!({ "TableName": table.name });
        let contents = api.look("Dynascope.DescribeContents", &request).await;
        let contents = contents.and_then(|answer| serde_json::from_value::<TableContents>(answer).ok());
        // A table may go between the calls.
        let Some(contents) = contents else { continue };
        let cluster = api.look("Dynascope.ListPartitions", &request).await;
        let cluster: Cluster =
            cluster.and_then(|answer| serde_json::from_value(answer).ok()).unwrap_or_default();
        if heat.traffic.is_some() {
            for partition in cluster.partitions.iter().take(PARTITIONS) {
                let asked = api.read_requests(vec![partition.partition_id], to.saturating_sub(SECONDS), to);
                for events in asked.await.map_or_else(Vec::new, |(requests, _)| requests) {
                    let id = events.first().map(|event| (event.at_ms, event.id));
                    // A request that came to several partitions is kept at each of them.
                    if seen.insert(id) {
                        evidence.requests.observe(&events, false);
                    }
                }
            }
        }
        let findings = heat_of(&heat, &contents, &cluster);
        evidence.tables.push(OfTable { table, contents, findings });
    }
    evidence.sampled = evidence.requests.count - evidence.own;
    evidence
}

/// The evidence, gathered when the page is opened, when the tables change, when it is asked for, and now and then while traffic runs.
/// None until it is there.
#[hook]
pub fn use_evidence() -> (Option<Rc<Evidence>>, Callback<()>) {
    let (api, heat, tables, session) = (use_client(), use_heat(), use_tables(), use_session());
    let (timeline, branch) = (use_timeline(), use_branch_tables());
    let found = use_state(|| None::<Rc<Evidence>>);
    let turn = use_state_eq(|| 0_u64);
    let again = {
        let (turn, setter) = (*turn, turn.setter());
        Callback::from(move |()| setter.set(turn + 1))
    };
    use_interval(heat.running().is_some(), EVERY_MS, again.clone());
    let place = if branch.is_some() { Place::Traffic } else { Place::Workspace };
    let list = branch.map_or_else(|| tables.list.clone(), |branch| (*branch).clone());
    let newest = use_mut_ref(|| 0_u64);
    {
        let setter = found.setter();
        let deps = (list, place, *turn, session.opened, tables.loaded);
        use_effect_with(deps, move |(list, place, _, _, loaded)| {
            if !*loaded {
                return;
            }
            *newest.borrow_mut() += 1;
            let number = *newest.borrow();
            let gathered = gather(api.at(*place), list.clone(), (*timeline).clone(), (*heat).clone());
            wasm_bindgen_futures::spawn_local(async move {
                let evidence = gathered.await;
                // What was asked for later is newer.
                if *newest.borrow() == number {
                    setter.set(Some(Rc::new(evidence)));
                }
            });
        });
    }
    ((*found).clone(), again)
}
