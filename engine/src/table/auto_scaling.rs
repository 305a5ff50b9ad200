//! The auto scaling of a global table's replicas, as it was set.
//!
//! Owns what is kept of it: for writing the group's, for reading each region's. Modelled: it is kept and described; nothing
//! scales by it yet.
//!
//! Follows [UpdateTableReplicaAutoScaling](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTableReplicaAutoScaling.html).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
