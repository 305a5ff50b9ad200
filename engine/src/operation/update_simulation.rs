//! `Dynascope.UpdateSimulation` and `Dynascope.DescribeSimulation`: how this region's simulation behaves.
//!
//! Requests of the inspector: `{"CapacityModel": "STATIC", "PartitionSizeBytes": 100000, "Lag": false, …}` changes what is
//! given, leaves the rest, and answers with everything. The settings are saved with the region's data.

use serde::{Deserialize, Serialize};

use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::cluster::{CapacityModel, LAG_PERCENT_MAX, PARTITION_SIZE_BYTES_MIN, SECONDS_MAX, Simulation};
use crate::error::Result;
use crate::error::constraint::Violations;

use super::answer;

/// The request: what is not given stays as it is.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct UpdateSimulationInput {
    capacity_model: Option<String>,
    partition_size_bytes: Option<i64>,
    split_for_heat: Option<bool>,
    heat_seconds: Option<i64>,
    split_seconds: Option<i64>,
    lease_milliseconds: Option<i64>,
    log_replica_seconds: Option<i64>,
    heal_seconds: Option<i64>,
    lag: Option<bool>,
    lag_percent: Option<i64>,
    throttle: Option<bool>,
}

/// The response of both.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct SimulationDescription {
    /// `STATIC`, `ADAPTIVE` or `GLOBAL_ADMISSION_CONTROL`.
    capacity_model: &'static str,
    /// A partition splits when it has become larger than this.
    partition_size_bytes: u64,
    /// Whether partitions split where traffic stays near their limit.
    split_for_heat: bool,
    /// How long it must stay there.
    heat_seconds: u64,
    /// How long a split for heat or size takes.
    split_seconds: u64,
    /// How long the lease of a leader that fails runs on.
    lease_milliseconds: u64,
    /// How long it takes until a log replica stands in for a failed replica.
    log_replica_seconds: u64,
    /// How long it takes until a failed replica is whole again.
    heal_seconds: u64,
    /// Whether followers and global indexes lag.
    lag: bool,
    /// How far, in percent of what the model draws.
    lag_percent: u64,
    /// Whether requests beyond the capacity are refused.
    throttle: bool,
}

fn shown(region: &Region) -> Vec<u8> {
    let simulation = &region.simulation;
    answer::of(&SimulationDescription {
        capacity_model: simulation.capacity_model.name(),
        partition_size_bytes: simulation.partition_size_bytes,
        split_for_heat: simulation.split_for_heat,
        heat_seconds: simulation.heat_seconds,
        split_seconds: simulation.split_seconds,
        lease_milliseconds: simulation.lease_ms,
        log_replica_seconds: simulation.log_replica_seconds,
        heal_seconds: simulation.heal_seconds,
        lag: simulation.lag,
        lag_percent: simulation.lag_percent,
        throttle: simulation.throttle,
    })
}

/// Puts a number in its place, where one is given that is within its bounds.
fn put(violations: &mut Violations, given: Option<i64>, member: &str, (min, max): (u64, u64), to: &mut u64) {
    let Some(value) = given else { return };
    violations.at_least(value, member, min as i64);
    violations.at_most(value, member, max as i64);
    *to = value.unsigned_abs();
}

/// Changes the settings that are given.
pub fn update(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: UpdateSimulationInput = decode_rare(request)?;
    let mut violations = Violations::default();
    let mut simulation: Simulation = region.simulation.clone();
    if let Some(name) = &input.capacity_model {
        violations.one_of(name, "capacityModel", &CapacityModel::NAMES.map(|(name, _)| name));
        simulation.capacity_model = CapacityModel::of(name).unwrap_or_default();
    }
    let sizes = (PARTITION_SIZE_BYTES_MIN, i64::MAX as u64);
    let seconds = (0, SECONDS_MAX);
    for (given, member, bounds, to) in [
        (input.partition_size_bytes, "partitionSizeBytes", sizes, &mut simulation.partition_size_bytes),
        (input.heat_seconds, "heatSeconds", seconds, &mut simulation.heat_seconds),
        (input.split_seconds, "splitSeconds", seconds, &mut simulation.split_seconds),
        (input.lease_milliseconds, "leaseMilliseconds", (0, 1000 * SECONDS_MAX), &mut simulation.lease_ms),
        (input.log_replica_seconds, "logReplicaSeconds", seconds, &mut simulation.log_replica_seconds),
        (input.heal_seconds, "healSeconds", seconds, &mut simulation.heal_seconds),
        (input.lag_percent, "lagPercent", (0, LAG_PERCENT_MAX), &mut simulation.lag_percent),
    ] {
        put(&mut violations, given, member, bounds, to);
    }
    violations.into_result()?;
    for (given, to) in [
        (input.split_for_heat, &mut simulation.split_for_heat),
        (input.lag, &mut simulation.lag),
        (input.throttle, &mut simulation.throttle),
    ] {
        *to = given.unwrap_or(*to);
    }
    region.simulate(simulation, context.now_ms);
    Ok(shown(region))
}

/// Says what the settings are.
pub fn describe(region: &mut Region, _context: &mut Context, _request: &[u8]) -> Result<Vec<u8>> {
    Ok(shown(region))
}
