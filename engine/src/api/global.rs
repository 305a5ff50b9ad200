//! Requests and responses of the operations on global tables: the legacy version's, and the auto scaling of replicas.
//!
//! Follows [CreateGlobalTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateGlobalTable.html) and
//! [UpdateTableReplicaAutoScaling](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTableReplicaAutoScaling.html).
//! Never checks a value.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::shapes;
use super::table::RegionAction;

/// A number with a fraction, in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Millionths(pub i64);

impl Serialize for Millionths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64 / 1e6)
    }
}

impl<'de> Deserialize<'de> for Millionths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Millionths, D::Error> {
        f64::deserialize(deserializer).map(|number| Millionths((number * 1e6) as i64))
    }
}

shapes! {
    /// CreateGlobalTable.
    CreateGlobalTableInput {
        global_table_name: String,
        replication_group: Vec<RegionAction>,
    }
    /// One of two things to do with a replica of the legacy version.
    ReplicaUpdate {
        create: RegionAction,
        delete: RegionAction,
    }
    /// UpdateGlobalTable.
    UpdateGlobalTableInput {
        global_table_name: String,
        replica_updates: Vec<ReplicaUpdate>,
    }
    /// DescribeGlobalTable, DescribeGlobalTableSettings and what UpdateGlobalTableSettings is about.
    GlobalTableInput {
        global_table_name: String,
    }
    /// ListGlobalTables.
    ListGlobalTablesInput {
        limit: i32,
        region_name: String,
    }
    /// The response of ListGlobalTables.
    ListGlobalTablesOutput {
        global_tables: Vec<GlobalTableInput>,
    }
    /// How a policy follows its target.
    TargetTrackingConfiguration {
        disable_scale_in: bool,
        scale_in_cooldown: i32,
        scale_out_cooldown: i32,
        target_value: Millionths,
    }
    /// A policy, to be set or as it is described.
    AutoScalingPolicy {
        policy_name: String,
        target_tracking_scaling_policy_configuration: TargetTrackingConfiguration,
    }
    /// The scaling of one kind of capacity, to be set.
    AutoScalingSettingsUpdate {
        minimum_units: i64,
        maximum_units: i64,
        auto_scaling_disabled: bool,
        auto_scaling_role_arn: String,
        scaling_policy_update: AutoScalingPolicy,
    }
    /// The scaling of an index's write capacity, in every region.
    GlobalSecondaryIndexAutoScalingUpdate {
        index_name: String,
        provisioned_write_capacity_auto_scaling_update: AutoScalingSettingsUpdate,
    }
    /// The scaling of an index's read capacity, in one region.
    ReplicaGlobalSecondaryIndexAutoScalingUpdate {
        index_name: String,
        provisioned_read_capacity_auto_scaling_update: AutoScalingSettingsUpdate,
    }
    /// The scaling of read capacity in one region.
    ReplicaAutoScalingUpdate {
        region_name: String,
        replica_global_secondary_index_updates: Vec<ReplicaGlobalSecondaryIndexAutoScalingUpdate>,
        replica_provisioned_read_capacity_auto_scaling_update: AutoScalingSettingsUpdate,
    }
    /// UpdateTableReplicaAutoScaling.
    UpdateTableReplicaAutoScalingInput {
        table_name: String,
        global_secondary_index_updates: Vec<GlobalSecondaryIndexAutoScalingUpdate>,
        provisioned_write_capacity_auto_scaling_update: AutoScalingSettingsUpdate,
        replica_updates: Vec<ReplicaAutoScalingUpdate>,
    }
    /// DescribeTableReplicaAutoScaling.
    DescribeTableReplicaAutoScalingInput {
        table_name: String,
    }
    /// The scaling of one kind of capacity as it is described.
    AutoScalingSettingsDescription {
        minimum_units: i64,
        maximum_units: i64,
        auto_scaling_disabled: bool,
        auto_scaling_role_arn: String,
        scaling_policies: Vec<AutoScalingPolicy>,
    }
    /// The scaling of an index in a region as it is described.
    ReplicaGlobalSecondaryIndexAutoScalingDescription {
        index_name: String,
        index_status: String,
        provisioned_read_capacity_auto_scaling_settings: AutoScalingSettingsDescription,
        provisioned_write_capacity_auto_scaling_settings: AutoScalingSettingsDescription,
    }
    /// The scaling in a region as it is described.
    ReplicaAutoScalingDescription {
        region_name: String,
        global_secondary_indexes: Vec<ReplicaGlobalSecondaryIndexAutoScalingDescription>,
        replica_provisioned_read_capacity_auto_scaling_settings: AutoScalingSettingsDescription,
        replica_provisioned_write_capacity_auto_scaling_settings: AutoScalingSettingsDescription,
        replica_status: String,
    }
    /// The scaling of a global table as it is described.
    TableAutoScalingDescription {
        table_name: String,
        table_status: String,
        replicas: Vec<ReplicaAutoScalingDescription>,
    }
    /// The response of both operations.
    TableAutoScalingOutput {
        table_auto_scaling_description: TableAutoScalingDescription,
    }
}
