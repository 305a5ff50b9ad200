//! The auto scaling of a global table's replicas, as it was set.
//!
//! Owns what is kept of it (for writing the group's, for reading each region's), its checks and its description. Never
//! scales anything: [`super::scaling`] tells which setting holds, and `capacity` when it acts.
//!
//! Follows [UpdateTableReplicaAutoScaling](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTableReplicaAutoScaling.html).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::schema::{BillingMode, IndexKind, Table};
use crate::api::global as api;
use crate::error::table::ensure;
use crate::error::{Result, global as words};

/// The scaling of one kind of capacity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// The fewest units.
    pub minimum_units: i64,
    /// The most units.
    pub maximum_units: i64,
    /// The role that scales.
    pub role_arn: Option<String>,
    /// The policy's name.
    pub policy_name: Option<String>,
    /// Whether it only scales out.
    pub disable_scale_in: Option<bool>,
    /// Seconds between two steps in.
    pub scale_in_cooldown: Option<i64>,
    /// Seconds between two steps out.
    pub scale_out_cooldown: Option<i64>,
    /// The utilisation aimed at, in millionths of a percent.
    pub target_millionths: i64,
}

impl Setting {
    /// The scaling between two bounds towards a target, and nothing else said.
    pub fn new(minimum_units: i64, maximum_units: i64, target_millionths: i64) -> Setting {
        Setting {
            minimum_units,
            maximum_units,
            role_arn: None,
            policy_name: None,
            disable_scale_in: None,
            scale_in_cooldown: None,
            scale_out_cooldown: None,
            target_millionths,
        }
    }
}

/// The auto scaling of a global table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutoScaling {
    /// Write capacity of the table, in every region.
    pub write: Option<Setting>,
    /// Write capacity of global indexes by name, in every region.
    pub index_write: BTreeMap<String, Setting>,
    /// Read capacity by region.
    pub read: BTreeMap<String, Setting>,
    /// Read capacity of global indexes: by region, then by name.
    pub index_read: BTreeMap<String, BTreeMap<String, Setting>>,
}

/// The role that the service scales with where none is given.
fn service_role(account_id: &str) -> String {
    format!(
        "arn:aws:iam::{account_id}:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/\
         AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
    )
}

/// Read or write capacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Read,
    Write,
}

impl Kind {
    fn metric(self) -> &'static str {
        match self {
            Kind::Read => "DynamoDBReadCapacityUtilization",
            Kind::Write => "DynamoDBWriteCapacityUtilization",
        }
    }
}

/// A setting as it is described; `of` is what it scales, `table/Orders`.
pub(super) fn described(
    setting: Option<&Setting>,
    kind: Kind,
    of: &str,
    account_id: &str,
) -> api::AutoScalingSettingsDescription {
    let Some(setting) = setting else {
        return api::AutoScalingSettingsDescription {
            auto_scaling_disabled: Some(true),
            scaling_policies: Some(Vec::new()),
            ..api::AutoScalingSettingsDescription::default()
        };
    };
    let cooldown = |seconds: Option<i64>| seconds.and_then(|seconds| i32::try_from(seconds).ok());
    let policy_name = setting.policy_name.clone().unwrap_or_else(|| format!("{}:{of}", kind.metric()));
    api::AutoScalingSettingsDescription {
        minimum_units: Some(setting.minimum_units),
        maximum_units: Some(setting.maximum_units),
        auto_scaling_disabled: None,
        auto_scaling_role_arn: Some(setting.role_arn.clone().unwrap_or_else(|| service_role(account_id))),
        scaling_policies: Some(vec![api::AutoScalingPolicy {
            policy_name: Some(policy_name),
            target_tracking_scaling_policy_configuration: Some(api::TargetTrackingConfiguration {
                disable_scale_in: setting.disable_scale_in,
                scale_in_cooldown: cooldown(setting.scale_in_cooldown),
                scale_out_cooldown: cooldown(setting.scale_out_cooldown),
                target_value: Some(api::Millionths(setting.target_millionths)),
            }),
        }]),
    }
}

/// The auto scaling of a global table: its regions by name, its own among them.
pub fn describe(table: &Table) -> Result<api::TableAutoScalingOutput> {
    let global = table.global.as_ref().ok_or_else(|| words::not_global(&table.name))?;
    let mut arn = table.arn.split(':').skip(3);
    let (home, account_id) = (arn.next().unwrap_or_default(), arn.next().unwrap_or_default());
    let others =
        global.replicas.iter().filter_map(|replica| Some((replica.region.as_str(), replica.status.name()?)));
    let mut regions: Vec<(&str, &str)> = others.chain([(home, "ACTIVE")]).collect();
    regions.sort_unstable();
    let scaling = &global.auto_scaling;
    let of = format!("table/{}", table.name);
    let one = |(region, status): (&str, &str)| {
        let index = |index: &super::Index| {
            let of = format!("{of}/index/{}", index.name);
            let read = scaling.index_read.get(region).and_then(|indexes| indexes.get(&index.name));
            let write = scaling.index_write.get(&index.name);
            api::ReplicaGlobalSecondaryIndexAutoScalingDescription {
                index_name: Some(index.name.clone()),
                index_status: Some(index.status.name().into()),
                provisioned_read_capacity_auto_scaling_settings: Some(described(
                    read,
                    Kind::Read,
                    &of,
                    account_id,
                )),
                provisioned_write_capacity_auto_scaling_settings: Some(described(
                    write,
                    Kind::Write,
                    &of,
                    account_id,
                )),
            }
        };
        let indexes = table.indexes.iter().filter(|index| index.kind == IndexKind::Global).map(index);
        let (read, write) = (scaling.read.get(region), scaling.write.as_ref());
        api::ReplicaAutoScalingDescription {
            region_name: Some(region.to_owned()),
            global_secondary_indexes: Some(indexes.collect()),
            replica_provisioned_read_capacity_auto_scaling_settings: Some(described(
                read,
                Kind::Read,
                &of,
                account_id,
            )),
            replica_provisioned_write_capacity_auto_scaling_settings: Some(described(
                write,
                Kind::Write,
                &of,
                account_id,
            )),
            replica_status: Some(status.to_owned()),
        }
    };
    Ok(api::TableAutoScalingOutput {
        table_auto_scaling_description: Some(api::TableAutoScalingDescription {
            table_name: Some(table.name.clone()),
            table_status: Some(table.status.name().into()),
            replicas: Some(regions.into_iter().map(one).collect()),
        }),
    })
}

/// The table with the auto scaling that a request sets.
pub fn update(table: &Table, request: &api::UpdateTableReplicaAutoScalingInput) -> Result<Table> {
    let name = table.name.as_str();
    let global = table.global.as_ref().ok_or_else(|| words::not_global(name))?;
    let home = table.arn.split(':').nth(3).unwrap_or_default();
    let replicas = request.replica_updates.as_deref().unwrap_or_default();
    let indexes = request.global_secondary_index_updates.as_deref().unwrap_or_default();
    let write = request.provisioned_write_capacity_auto_scaling_update.as_ref();
    ensure(write.is_some() || !replicas.is_empty() || !indexes.is_empty(), || {
        words::scaling_nothing(name, None)
    })?;
    for (at, replica) in replicas.iter().enumerate() {
        let region = replica.region_name.as_deref().unwrap_or_default();
        let twice = replicas[..at].iter().any(|other| other.region_name == replica.region_name);
        ensure(!twice, || words::scaling_region_twice(name, region))?;
        let nothing = replica.replica_provisioned_read_capacity_auto_scaling_update.is_none()
            && replica.replica_global_secondary_index_updates.as_ref().is_none_or(Vec::is_empty);
        ensure(!nothing, || words::scaling_nothing(name, Some(region)))?;
        ensure(region == home || global.replica(region).is_some(), || words::not_global(name))?;
    }
    if table.billing_mode == BillingMode::PayPerRequest {
        let sets = |update: Option<&api::AutoScalingSettingsUpdate>| {
            update.is_some_and(|update| update.auto_scaling_disabled != Some(true))
        };
        let mut regions: Vec<String> = global.replicas.iter().map(|replica| replica.region.clone()).collect();
        regions.push(home.to_owned());
        regions.sort_unstable();
        ensure(!sets(write), || {
            let parameter = "GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate";
            words::scaling_on_demand(name, &regions, parameter)
        })?;
        let read = |replica: &api::ReplicaAutoScalingUpdate| {
            sets(replica.replica_provisioned_read_capacity_auto_scaling_update.as_ref())
        };
        ensure(!replicas.iter().any(read), || {
            words::scaling_on_demand(
                name,
                &regions,
                "ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate",
            )
        })?;
    }
    let mut scaling = global.auto_scaling.clone();
    if let Some(write) = write {
        scaling.write = merged(name, scaling.write, write, Kind::Write)?;
    }
    for index in indexes {
        let Some(write) = &index.provisioned_write_capacity_auto_scaling_update else { continue };
        put(name, &mut scaling.index_write, index.index_name.as_deref(), write, Kind::Write)?;
    }
    for replica in replicas {
        let region = replica.region_name.as_deref();
        if let Some(read) = &replica.replica_provisioned_read_capacity_auto_scaling_update {
            put(name, &mut scaling.read, region, read, Kind::Read)?;
        }
        let own = scaling.index_read.entry(region.unwrap_or_default().to_owned()).or_default();
        for index in replica.replica_global_secondary_index_updates.iter().flatten() {
            let Some(read) = &index.provisioned_read_capacity_auto_scaling_update else { continue };
            put(name, own, index.index_name.as_deref(), read, Kind::Read)?;
        }
    }
    let mut table = table.clone();
    table.global.get_or_insert_default().auto_scaling = scaling;
    Ok(table)
}

fn put(
    table: &str,
    settings: &mut BTreeMap<String, Setting>,
    of: Option<&str>,
    update: &api::AutoScalingSettingsUpdate,
    kind: Kind,
) -> Result<()> {
    let of = of.unwrap_or_default();
    match merged(table, settings.remove(of), update, kind)? {
        Some(setting) => settings.insert(of.to_owned(), setting),
        None => None,
    };
    Ok(())
}

/// What a request makes of a setting: what it leaves out stays, where there was one.
pub(super) fn merged(
    table: &str,
    current: Option<Setting>,
    update: &api::AutoScalingSettingsUpdate,
    kind: Kind,
) -> Result<Option<Setting>> {
    if update.auto_scaling_disabled == Some(true) {
        return Ok(None);
    }
    let policy = update.scaling_policy_update.as_ref();
    let tracking = policy.and_then(|policy| policy.target_tracking_scaling_policy_configuration.as_ref());
    let target = tracking.and_then(|tracking| tracking.target_value).map(|target| target.0);
    let (minimum, maximum) = (update.minimum_units, update.maximum_units);
    let setting = match (current, minimum, maximum, target) {
        (Some(mut setting), ..) => {
            setting.minimum_units = minimum.unwrap_or(setting.minimum_units);
            setting.maximum_units = maximum.unwrap_or(setting.maximum_units);
            setting.target_millionths = target.unwrap_or(setting.target_millionths);
            setting
        }
        (None, Some(minimum_units), Some(maximum_units), Some(target_millionths)) => {
            Setting::new(minimum_units, maximum_units, target_millionths)
        }
        (None, ..) => {
            let missing = [
                (maximum.is_none(), "MaximumUnits"),
                (target.is_none(), "ScalingPolicyUpdate"),
                (minimum.is_none(), "MinimumUnits"),
            ];
            let missing: Vec<&str> =
                missing.into_iter().filter(|(missing, _)| *missing).map(|(_, name)| name).collect();
            return Err(words::scaling_incomplete(table, &missing));
        }
    };
    ensure(setting.minimum_units <= setting.maximum_units, words::scaling_bounds)?;
    let bounds = 10_000_000..=90_000_000;
    ensure(bounds.contains(&setting.target_millionths), || {
        let (whole, rest) = (setting.target_millionths / 1_000_000, setting.target_millionths % 1_000_000);
        let digits = format!("{:06}", rest.unsigned_abs());
        let digits = digits.trim_end_matches('0');
        let digits = if digits.is_empty() { "0" } else { digits };
        words::scaling_target(kind.metric(), &format!("{whole}.{digits}"))
    })?;
    Ok(Some(Setting {
        role_arn: update.auto_scaling_role_arn.clone().or(setting.role_arn.clone()),
        policy_name: policy.and_then(|policy| policy.policy_name.clone()).or(setting.policy_name.clone()),
        disable_scale_in: tracking.and_then(|t| t.disable_scale_in).or(setting.disable_scale_in),
        scale_in_cooldown: tracking
            .and_then(|t| t.scale_in_cooldown)
            .map(i64::from)
            .or(setting.scale_in_cooldown),
        scale_out_cooldown: tracking
            .and_then(|t| t.scale_out_cooldown)
            .map(i64::from)
            .or(setting.scale_out_cooldown),
        ..setting
    }))
}
