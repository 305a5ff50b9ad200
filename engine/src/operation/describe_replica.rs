//! `Dynascope.DescribeReplica`: what a region holds of a global table, what is on its way from there, and which writes lost.
//!
//! A request of the inspector: `{"TableName": …, "Limit": 50}`. It looks at the first items in the order of the hashes, at the leader, and
//! says of each when and where it was last written. It changes nothing and consumes nothing, and a dark region is looked into as well.

use std::ops::Bound;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::conflicts::{self, Conflict, Side};
use crate::access::replication::{self, Link, Queue, Replicated, Stamp, links};
use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::error::Result;
use crate::error::constraint::Violations;
use crate::model::json;
use crate::store::Space;
use crate::table::global::GlobalTable;
use crate::table::{TableId, name};

use super::answer;
use super::update_region::status;

/// So many items are given where nothing is asked for, and at most.
const ITEMS: i64 = 50;
/// So many writes on their way are given of each link.
const WAITING: usize = 20;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct DescribeReplicaInput {
    table_name: Option<String>,
    limit: Option<i64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Written {
    region_name: String,
    at_milliseconds: u64,
    count: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Held {
    item: Value,
    /// When and where it was last written; none since before there were replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<Written>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Waiting {
    key: Value,
    written_milliseconds: u64,
    arrives_milliseconds: u64,
    /// Whether the item was removed.
    removed: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct OutLink {
    region_name: String,
    broken: bool,
    lag_milliseconds: u64,
    pending_writes: u64,
    writes: Vec<Waiting>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct OneSide {
    written: Written,
    removed: bool,
    /// What it wrote; none where it removed the item, or was too large to be kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<Value>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Met {
    key: Value,
    met_milliseconds: u64,
    winner: OneSide,
    loser: OneSide,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Member {
    region_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    /// Whether it keeps changes and no table.
    witness: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ReplicaDescription<'a> {
    region_name: &'a str,
    region_status: &'static str,
    /// None where the table is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    table_status: Option<&'static str>,
    /// `STRONG` or `EVENTUAL`; none where it is no global table.
    #[serde(skip_serializing_if = "Option::is_none")]
    multi_region_consistency: Option<&'static str>,
    /// The other regions of the global table, those too that were asked for a moment ago.
    members: Vec<Member>,
    item_count: u64,
    items: Vec<Held>,
    links: Vec<OutLink>,
    conflicts: Vec<Met>,
}

/// An encoded item as JSON.
fn json_of(encoded: &[u8]) -> Result<Value> {
    let mut bytes = Vec::new();
    json::write_encoded(encoded, &mut bytes).map_err(Region::internal)?;
    Ok(serde_json::from_slice(&bytes).expect("an item is always JSON"))
}

fn written(stamp: Stamp) -> Written {
    Written { region_name: stamp.region, at_milliseconds: stamp.at_ms, count: stamp.count }
}

fn items(region: &Region, table: TableId, limit: usize) -> Result<Vec<Held>> {
    let everything = (Bound::Unbounded, Bound::Unbounded);
    let stored = region.store.range(Space::Items { table, index: 0 }, everything).take(limit);
    stored
        .map(|(key, item)| {
            let written = replication::stamp_of(region, table, key).map(written);
            Ok(Held { item: json_of(item)?, written })
        })
        .collect()
}

fn waiting(region: &Region, table: &str, to: &str) -> Result<Vec<Waiting>> {
    let all = replication::waiting(region, to, WAITING).into_iter();
    let of_table = all.filter(|(_, write)| write.table == table);
    of_table
        .map(|(arrives_milliseconds, Replicated { key_item, stamp, item, .. })| {
            let written_milliseconds = stamp.map_or(0, |stamp| stamp.at_ms);
            let key = if key_item.is_empty() { Value::Null } else { json_of(&key_item)? };
            Ok(Waiting { key, written_milliseconds, arrives_milliseconds, removed: item.is_none() })
        })
        .collect()
}

fn members(global: &GlobalTable) -> Vec<Member> {
    let replicas = global.replicas.iter().map(|replica| (&replica.region, replica.status, false));
    let witness = global.witness.iter().map(|(region, status, _)| (region, *status, true));
    let all = replicas.chain(witness);
    all.map(|(region, status, witness)| Member {
        region_name: region.clone(),
        status: status.name(),
        witness,
    })
    .collect()
}

fn side(Side { stamp, removed, item }: Side) -> Result<OneSide> {
    let item = (!item.is_empty()).then(|| json_of(&item)).transpose()?;
    Ok(OneSide { written: written(stamp), removed, item })
}

fn met(conflict: Conflict) -> Result<Met> {
    let Conflict { key_item, at_ms: met_milliseconds, winner, loser, .. } = conflict;
    let key = if key_item.is_empty() { Value::Null } else { json_of(&key_item)? };
    Ok(Met { key, met_milliseconds, winner: side(winner)?, loser: side(loser)? })
}

/// Looks at a region's part in a global table.
pub fn execute(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: DescribeReplicaInput = decode_rare(request)?;
    let mut violations = Violations::default();
    let given = violations.required(&input.table_name, "tableName").cloned().unwrap_or_default();
    if let Some(limit) = input.limit {
        violations.at_least(limit, "limit", 1);
        violations.at_most(limit, "limit", ITEMS);
    }
    violations.into_result()?;
    let table = name::plain(&given)?;
    let state = region.tables.get(table);
    let id = state.map(|state| state.saved.table.id);
    let global = state.and_then(|state| state.saved.table.global.as_ref());
    let limit = input.limit.unwrap_or(ITEMS) as usize;
    let out = |(region_name, link, queue): (String, Link, Queue)| {
        let writes = waiting(region, table, &region_name)?;
        let Link { broken, lag_ms: lag_milliseconds } = link;
        Ok(OutLink { region_name, broken, lag_milliseconds, pending_writes: queue.writes, writes })
    };
    Ok(answer::of(&ReplicaDescription {
        region_name: &region.settings.region,
        region_status: status(region),
        table_status: state.map(|state| state.saved.table.status.name()),
        multi_region_consistency: global.map(|global| if global.strong { "STRONG" } else { "EVENTUAL" }),
        members: global.map(members).unwrap_or_default(),
        item_count: state.map_or(0, |state| state.statistics(0).items),
        items: id.map_or(Ok(Vec::new()), |id| items(region, id, limit))?,
        links: links(region).into_iter().map(out).collect::<Result<_>>()?,
        conflicts: match id {
            Some(id) => conflicts::conflicts(region, id).into_iter().map(met).collect::<Result<_>>()?,
            None => Vec::new(),
        },
    }))
}
