//! `Dynascope.UpdateAutoScaling` and `Dynascope.DescribeAutoScaling`: the auto scaling of a table and its global indexes.
//!
//! Requests of the inspector, in the place of Application Auto Scaling's: `{"TableName": …, "IndexName": …,
//! "ProvisionedWriteCapacityAutoScalingSettingsUpdate": {"MinimumUnits": 5, "MaximumUnits": 1000}}`, in the words that
//! UpdateTableReplicaAutoScaling has. A new setting aims at 70 % unless it says otherwise; `"AutoScalingDisabled": true` takes it away.

use serde::{Deserialize, Serialize};

use crate::access::{Context, Region, TableState, minutes};
use crate::api::decode::decode;
use crate::api::global::{AutoScalingSettingsDescription, AutoScalingSettingsUpdate};
use crate::error::Result;
use crate::error::constraint::Violations;
use crate::table::{IndexId, IndexKind, name, scaling};
use crate::timeline::Access;

use super::answer;

/// The request.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct UpdateAutoScalingInput {
    table_name: Option<String>,
    index_name: Option<String>,
    provisioned_read_capacity_auto_scaling_settings_update: Option<AutoScalingSettingsUpdate>,
    provisioned_write_capacity_auto_scaling_settings_update: Option<AutoScalingSettingsUpdate>,
}

/// The response of both: the table, then each global index.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AutoScalingOutput {
    table_name: String,
    targets: Vec<TargetDescription>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct TargetDescription {
    /// The global index; none for the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    index_name: Option<String>,
    provisioned_read_capacity_auto_scaling_settings: AutoScalingSettingsDescription,
    provisioned_write_capacity_auto_scaling_settings: AutoScalingSettingsDescription,
    read_measurement: Measurement,
    write_measurement: Measurement,
}

/// What auto scaling goes by.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Measurement {
    /// What is provisioned, in units a second; 0 on demand.
    provisioned_units: u64,
    /// What the last minute with any traffic consumed, in units.
    consumed_units: f64,
    /// Minutes in a row above the target.
    minutes_above: u32,
    /// Minutes in a row so far below that it scales in after fifteen.
    minutes_below: u32,
}

fn measurement(state: &TableState, index: IndexId, access: Access) -> Measurement {
    let throughput = state.provisioned(index).unwrap_or_default();
    let (at, provisioned_units) = match access {
        Access::Read => (0, throughput.read_units),
        Access::Write => (1, throughput.write_units),
    };
    let alarm = state.live.tokens.get(index).map(|tokens| tokens.alarms[at]).unwrap_or_default();
    Measurement {
        provisioned_units,
        consumed_units: alarm.consumed_half_units as f64 / 2.0,
        minutes_above: alarm.above,
        minutes_below: alarm.below,
    }
}

fn described(table_name: String, state: &TableState) -> Vec<u8> {
    let table = &state.saved.table;
    let globals = table.indexes.iter().filter(|index| index.kind == IndexKind::Global);
    let one = |(index, index_name): (IndexId, Option<String>)| TargetDescription {
        index_name,
        provisioned_read_capacity_auto_scaling_settings: scaling::describe(table, index, Access::Read),
        provisioned_write_capacity_auto_scaling_settings: scaling::describe(table, index, Access::Write),
        read_measurement: measurement(state, index, Access::Read),
        write_measurement: measurement(state, index, Access::Write),
    };
    let targets = std::iter::once((0, None)).chain(globals.map(|index| (index.id, Some(index.name.clone()))));
    let targets = targets.map(one).collect();
    answer::of(&AutoScalingOutput { table_name, targets })
}

fn constrain(violations: &mut Violations, update: &AutoScalingSettingsUpdate, is_new: bool, member: &str) {
    if update.auto_scaling_disabled == Some(true) {
        return;
    }
    for (units, name) in [(update.minimum_units, "minimumUnits"), (update.maximum_units, "maximumUnits")] {
        let member = format!("{member}.{name}");
        match units {
            Some(units) => violations.at_least(units, &member, 1),
            None if is_new => drop(violations.required(&units, &member)),
            None => {}
        }
    }
}

/// Sets, changes or takes away the auto scaling of a table or global index.
pub fn update(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: UpdateAutoScalingInput = decode(request)?;
    let table_name = name::of_table_operation(input.table_name.as_deref())?;
    let state = region.table_to_change(&table_name)?;
    let table = &state.saved.table;
    let index = scaling::target(table, input.index_name.as_deref())?;
    let read = input.provisioned_read_capacity_auto_scaling_settings_update.as_ref();
    let write = input.provisioned_write_capacity_auto_scaling_settings_update.as_ref();
    let mut violations = Violations::default();
    let own = table.attachments.scaling.get(&index);
    if let Some(update) = read {
        let is_new = own.is_none_or(|own| own.read.is_none());
        constrain(&mut violations, update, is_new, "provisionedReadCapacityAutoScalingSettingsUpdate");
    }
    if let Some(update) = write {
        let is_new = own.is_none_or(|own| own.write.is_none());
        constrain(&mut violations, update, is_new, "provisionedWriteCapacityAutoScalingSettingsUpdate");
    }
    violations.into_result()?;
    let changed = scaling::update(table, index, read, write)?;
    if let Some(state) = region.tables.get_mut(&table_name) {
        state.saved.table = changed;
    }
    minutes::rescale(region, &table_name, context.now_ms);
    region.save_table(&table_name, context.now_ms);
    let state = region.table(&table_name)?;
    Ok(described(table_name, state))
}

/// Tells how a table and its global indexes are scaled.
pub fn describe(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: UpdateAutoScalingInput = decode(request)?;
    let table_name = name::of_table_operation(input.table_name.as_deref())?;
    let state = region.table(&table_name)?;
    Ok(described(table_name, state))
}
