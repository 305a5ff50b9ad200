//! The auto scaling of a table in its own region: what Application Auto Scaling keeps as a scalable target and its policy.
//!
//! Owns what is set for the table and each of its global indexes, and which setting holds where the table also has those of a global
//! table. When and how far it scales is [`crate::capacity`]'s. Never changes a throughput.
//!
//! Follows [DynamoDB auto scaling](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html).

use serde::{Deserialize, Serialize};

use super::auto_scaling::{Kind, Setting, described, merged};
use super::schema::{BillingMode, IndexId, IndexKind, Table};
use crate::api::global as api;
use crate::error::Result;
use crate::error::table::{self as words, ensure};
use crate::timeline::Access;

/// The utilisation that is aimed at where none is given: 70 %.
const TARGET: api::Millionths = api::Millionths(70_000_000);

/// The auto scaling of a table or of one global index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scaling {
    /// Of its read capacity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<Setting>,
    /// Of its write capacity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub write: Option<Setting>,
}

/// The setting that scales one kind of capacity of the table (0) or index: its own, else the global table's in this region.
pub fn setting(table: &Table, index: IndexId, access: Access) -> Option<&Setting> {
    let own = table.attachments.scaling.get(&index);
    let own = own.and_then(|scaling| match access {
        Access::Read => scaling.read.as_ref(),
        Access::Write => scaling.write.as_ref(),
    });
    own.or_else(|| {
        let group = &table.global.as_ref()?.auto_scaling;
        let region = table.arn.split(':').nth(3)?;
        match (table.index_by_id(index), access) {
            (None, Access::Read) => group.read.get(region),
            (None, Access::Write) => group.write.as_ref(),
            (Some(index), Access::Read) => group.index_read.get(region)?.get(&index.name),
            (Some(index), Access::Write) => group.index_write.get(&index.name),
        }
    })
}

/// A table that became global: what scaled it scales its group from now on.
pub(super) fn share(table: &mut Table) {
    let Some(region) = table.arn.split(':').nth(3).map(str::to_owned) else { return };
    let Some(global) = &mut table.global else { return };
    let group = &mut global.auto_scaling;
    for (id, own) in std::mem::take(&mut table.attachments.scaling) {
        match table.indexes.iter().find(|index| index.id == id).map(|index| index.name.clone()) {
            None => {
                group.write = own.write.or(group.write.take());
                group.read.extend(own.read.map(|read| (region.clone(), read)));
            }
            Some(name) => {
                group.index_write.extend(own.write.map(|write| (name.clone(), write)));
                let reads = group.index_read.entry(region.clone()).or_default();
                reads.extend(own.read.map(|read| (name, read)));
            }
        }
    }
}

/// The table (0) or the global index that a request names.
pub fn target(table: &Table, index_name: Option<&str>) -> Result<IndexId> {
    let Some(name) = index_name else { return Ok(0) };
    let index = table.index(name).filter(|index| index.kind == IndexKind::Global);
    index.map(|index| index.id).ok_or_else(|| words::scaling_index_not_found(name, &table.name))
}

/// The table with the auto scaling that a request sets of the table (0) or index.
pub fn update(
    table: &Table,
    index: IndexId,
    read: Option<&api::AutoScalingSettingsUpdate>,
    write: Option<&api::AutoScalingSettingsUpdate>,
) -> Result<Table> {
    let sets = |update: &api::AutoScalingSettingsUpdate| update.auto_scaling_disabled != Some(true);
    let any = read.into_iter().chain(write).any(sets);
    ensure(!any || table.billing_mode == BillingMode::Provisioned, || {
        words::scaling_needs_provisioned(&table.name)
    })?;
    let mut changed = table.clone();
    let scaling = changed.attachments.scaling.entry(index).or_default();
    for (place, update, kind) in
        [(&mut scaling.read, read, Kind::Read), (&mut scaling.write, write, Kind::Write)]
    {
        let Some(update) = update else { continue };
        let mut update = update.clone();
        if place.is_none() {
            let policy = update.scaling_policy_update.get_or_insert_default();
            let tracking = policy.target_tracking_scaling_policy_configuration.get_or_insert_default();
            tracking.target_value.get_or_insert(TARGET);
        }
        *place = merged(&table.name, place.take(), &update, kind)?;
    }
    if *scaling == Scaling::default() {
        changed.attachments.scaling.remove(&index);
    }
    Ok(changed)
}

/// A setting as it is described.
pub fn describe(table: &Table, index: IndexId, access: Access) -> api::AutoScalingSettingsDescription {
    let of = match table.index_by_id(index) {
        None => format!("table/{}", table.name),
        Some(index) => format!("table/{}/index/{}", table.name, index.name),
    };
    let kind = match access {
        Access::Read => Kind::Read,
        Access::Write => Kind::Write,
    };
    let account_id = table.arn.split(':').nth(4).unwrap_or_default();
    described(setting(table, index, access), kind, &of, account_id)
}
