//! How a region's simulation behaves: what a learner may slow down, scale down or switch off.
//!
//! Owns the settings, their bounds and their form in the store: one record for each region. Decides nothing: `cluster`,
//! `capacity` and `access` ask it. A region whose settings were never changed has no record, and behaves as the
//! configuration of its world says.
//!
//! Modelled: the durations are what the papers call "seconds" and "minutes"; the service publishes none.

use serde::{Deserialize, Serialize};

/// How provisioned throughput is shared between partitions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CapacityModel {
    /// Each partition has an equal part of it, and no more: until 2017.
    Static,
    /// A partition that is throttled is given more after a while: 2017 and 2018.
    Adaptive,
    /// The table's tokens are shared by all its partitions: today.
    #[default]
    GlobalAdmissionControl,
}

impl CapacityModel {
    /// The models by their names on the wire.
    pub const NAMES: [(&'static str, CapacityModel); 3] = [
        ("STATIC", CapacityModel::Static),
        ("ADAPTIVE", CapacityModel::Adaptive),
        ("GLOBAL_ADMISSION_CONTROL", CapacityModel::GlobalAdmissionControl),
    ];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        CapacityModel::NAMES[self as usize].0
    }

    /// The model of that name.
    pub fn of(name: &str) -> Option<CapacityModel> {
        CapacityModel::NAMES.iter().find(|(known, _)| *known == name).map(|(_, model)| *model)
    }
}

/// A partition's size in the service, about: 10 GB.
pub const PARTITION_SIZE_BYTES: u64 = 10 * 1024 * 1024 * 1024;
/// The smallest that it can be scaled down to, in bytes.
pub const PARTITION_SIZE_BYTES_MIN: u64 = 1024;
/// The longest that anything may take, in seconds: a day.
pub const SECONDS_MAX: u64 = 24 * 60 * 60;
/// The longest that lags may be stretched, in percent.
pub const LAG_PERCENT_MAX: u64 = 10_000;

/// The settings of one region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Simulation {
    /// How provisioned throughput is shared between partitions.
    pub capacity_model: CapacityModel,
    /// A partition splits when it has become larger than this, in bytes.
    pub partition_size_bytes: u64,
    /// Partitions split where traffic stays near their limit.
    pub split_for_heat: bool,
    /// How long it must stay there, in seconds.
    pub heat_seconds: u64,
    /// How long a split for heat or size takes, in seconds.
    pub split_seconds: u64,
    /// How long a leader's lease runs on when the leader has failed, in milliseconds.
    pub lease_ms: u64,
    /// How long it takes until a log replica stands in for a failed replica, in seconds.
    pub log_replica_seconds: u64,
    /// How long it takes until a failed replica is whole again, in seconds.
    pub heal_seconds: u64,
    /// Followers and global indexes lag.
    pub lag: bool,
    /// How far, in percent of what the model draws.
    pub lag_percent: u64,
    /// Requests beyond the capacity are refused.
    pub throttle: bool,
}

impl Default for Simulation {
    fn default() -> Simulation {
        Simulation::of(true, true)
    }
}

impl Simulation {
    /// The settings of a region that were never changed.
    pub fn of(lag: bool, throttle: bool) -> Simulation {
        Simulation {
            capacity_model: CapacityModel::default(),
            partition_size_bytes: PARTITION_SIZE_BYTES,
            split_for_heat: true,
            heat_seconds: 120,
            split_seconds: 180,
            lease_ms: 2000,
            log_replica_seconds: 5,
            heal_seconds: 300,
            lag,
            lag_percent: 100,
            throttle,
        }
    }

    /// The store's bytes.
    pub fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("settings are always JSON")
    }

    /// Reads what [`Simulation::encode`] wrote, now or in an earlier version; none where it is something else.
    pub fn decode(bytes: &[u8]) -> Option<Simulation> {
        serde_json::from_slice(bytes).ok()
    }

    /// What becomes of a delay that the model has drawn, in milliseconds.
    pub fn stretched_ms(&self, drawn_ms: u64) -> u64 {
        drawn_ms * self.lag_percent / 100
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_read_back_and_those_of_an_earlier_version_are_completed() {
        let changed = Simulation { lag_percent: 250, split_for_heat: false, ..Simulation::of(false, true) };
        assert_eq!(Simulation::decode(&changed.encode()), Some(changed.clone()));
        assert_eq!(changed.stretched_ms(20), 50);
        let earlier = Simulation::decode(br#"{"capacity_model":"STATIC","lag":false}"#).expect("settings");
        let model = CapacityModel::Static;
        assert_eq!(earlier, Simulation { capacity_model: model, ..Simulation::of(false, true) });
        assert_eq!(Simulation::decode(b"no"), None);
    }

    #[test]
    fn every_model_has_its_name() {
        for (name, model) in CapacityModel::NAMES {
            assert_eq!((model.name(), CapacityModel::of(name)), (name, Some(model)));
            assert_eq!(serde_json::to_value(model).expect("JSON"), name);
        }
        assert_eq!(CapacityModel::of("static"), None);
    }
}
