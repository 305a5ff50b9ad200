//! `Dynascope.UpdateReplica` and `Dynascope.UpdateZone`: replicas and zones that fail and come back.
//!
//! Requests of the inspector: `{"TableName": …, "IndexName": …, "Partition": 7, "Zone": "az-b", "Action": "KILL"}` or `"HEAL"`;
//! `{"Zone": "az-a", "Status": "DARK"}` or `"UP"`. What follows, a lease that runs out, an election, a log replica, healing,
//! happens by itself, in the times that the simulation's settings say.

use serde::{Deserialize, Serialize};

use crate::access::faults::{Replica, ReplicaAction, switch_replica, switch_zone};
use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::error::constraint::Violations;
use crate::error::{Result, access as words};
use crate::timeline::Zone;

use super::answer;
use super::partition_of::{PartitionInput, describe, find};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct UpdateReplicaInput {
    table_name: Option<String>,
    index_name: Option<String>,
    partition: Option<i64>,
    zone: Option<String>,
    action: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct UpdateZoneInput {
    zone: Option<String>,
    status: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ZoneDescription {
    zone: &'static str,
    /// `UP` or `DARK`.
    status: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ZonesOutput {
    zones: Vec<ZoneDescription>,
}

/// The member's value, which must be one of `values`.
fn one_of<'a>(
    violations: &mut Violations,
    given: &'a Option<String>,
    member: &str,
    values: &[&str],
) -> Option<&'a str> {
    let text = violations.required(given, member)?;
    violations.one_of(text, member, values);
    Some(text)
}

fn zone_of(violations: &mut Violations, given: &Option<String>) -> Zone {
    let name = one_of(violations, given, "zone", &Zone::ALL.map(Zone::name));
    Zone::ALL.into_iter().find(|zone| Some(zone.name()) == name).unwrap_or(Zone::A)
}

/// Kills or heals one replica of a partition; answers with the partition.
pub fn replica(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: UpdateReplicaInput = decode_rare(request)?;
    let mut violations = Violations::default();
    let zone = zone_of(&mut violations, &input.zone);
    let action = match one_of(&mut violations, &input.action, "action", &["KILL", "HEAL"]) {
        Some("KILL") => ReplicaAction::Kill,
        _ => ReplicaAction::Heal,
    };
    let UpdateReplicaInput { table_name, index_name, partition, .. } = input;
    let found = find(region, &PartitionInput { table_name, index_name, partition }, violations)?;
    if action == ReplicaAction::Heal && region.is_dark(zone) {
        return Err(words::zone_is_dark(zone.name()));
    }
    let at = Replica { table: &found.table, index: found.index, place: found.place, zone };
    switch_replica(region, context, at, action);
    let state = region.active_table(&found.table)?;
    let partition = state.partitions(found.index).at(found.place);
    Ok(answer::of(&describe(region, state, found.index, partition, context.now_ms)))
}

/// Lets a zone go dark, or light up again; answers with all zones.
pub fn zone(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: UpdateZoneInput = decode_rare(request)?;
    let mut violations = Violations::default();
    let zone = zone_of(&mut violations, &input.zone);
    let status = one_of(&mut violations, &input.status, "status", &["DARK", "UP"]);
    violations.into_result()?;
    switch_zone(region, context, zone, status == Some("DARK"));
    let status = |zone| if region.is_dark(zone) { "DARK" } else { "UP" };
    let zones = Zone::ALL.map(|zone| ZoneDescription { zone: zone.name(), status: status(zone) });
    Ok(answer::of(&ZonesOutput { zones: zones.into() }))
}
