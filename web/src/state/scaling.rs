//! Auto scaling as the inspector describes it, and what it went by: consumption by the minute, and the steps it took. Pure.

use std::rc::Rc;

use engine::insight::{HeatHistory, Places};
use engine::timeline::{Access, Event, EventKind, ScalingReason, Target};
use serde::Deserialize;

/// What `Dynascope.DescribeAutoScaling` answers.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Described {
    /// The table, then each global index.
    pub targets: Vec<Scaled>,
}

/// A table or global index.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Scaled {
    /// The global index; none for the table.
    pub index_name: Option<String>,
    /// How its read capacity is scaled.
    pub provisioned_read_capacity_auto_scaling_settings: Settings,
    /// How its write capacity is scaled.
    pub provisioned_write_capacity_auto_scaling_settings: Settings,
    /// What the scaling of reads goes by.
    pub read_measurement: Measurement,
    /// What the scaling of writes goes by.
    pub write_measurement: Measurement,
}

impl Scaled {
    /// The settings and the measurement of one kind of capacity.
    pub fn of(&self, access: Access) -> (&Settings, Measurement) {
        match access {
            Access::Read => (&self.provisioned_read_capacity_auto_scaling_settings, self.read_measurement),
            Access::Write => (&self.provisioned_write_capacity_auto_scaling_settings, self.write_measurement),
        }
    }
}

/// How one kind of capacity is scaled.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Settings {
    /// Never less, in units a second; none where it is not scaled.
    pub minimum_units: Option<u64>,
    /// Never more.
    pub maximum_units: Option<u64>,
    /// What it aims at.
    pub scaling_policies: Vec<Policy>,
}

/// A policy.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Policy {
    /// What it tracks.
    pub target_tracking_scaling_policy_configuration: Tracking,
}

/// What a policy tracks.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Tracking {
    /// The use that it aims at, in percent.
    pub target_value: f64,
}

impl Settings {
    /// Whether anything is scaled.
    pub fn is_on(&self) -> bool {
        self.maximum_units.is_some()
    }

    /// The use that it aims at, in percent.
    pub fn target(&self) -> Option<f64> {
        let policy = self.scaling_policies.first()?;
        Some(policy.target_tracking_scaling_policy_configuration.target_value)
    }
}

/// What auto scaling goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Measurement {
    /// What is provisioned, in units a second; 0 on demand.
    pub provisioned_units: u64,
    /// Minutes in a row above the target.
    pub minutes_above: u32,
    /// Minutes in a row so far below that it scales in after fifteen.
    pub minutes_below: u32,
}

/// A change that auto scaling made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// When, in milliseconds of the epoch.
    pub at_ms: u64,
    /// The throughput before, in units a second.
    pub from_units: u64,
    /// The throughput that it became.
    pub to_units: u64,
    /// Why.
    pub reason: ScalingReason,
}

impl Step {
    /// Why, in words.
    pub fn why(&self) -> &'static str {
        match self.reason {
            ScalingReason::AboveTarget => "two minutes in a row above the target",
            ScalingReason::BelowTarget => "fifteen minutes in a row 20 points below the target",
            ScalingReason::OutOfBounds => "it was outside of minimum and maximum",
        }
    }
}

/// The step of an event, where it is one of that target and kind of capacity.
pub fn step_of(event: &Event, of: &Target, kind: Access) -> Option<Step> {
    match &event.kind {
        EventKind::AutoScaled { target, access, from_units, to_units, reason, .. }
            if target == of && *access == kind =>
        {
            let (from_units, to_units, reason) = (*from_units, *to_units, *reason);
            Some(Step { at_ms: event.at_ms, from_units, to_units, reason })
        }
        _ => None,
    }
}

/// A minute of the chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Minute {
    /// Its first second of the epoch.
    pub second: u64,
    /// What was consumed of it, in units a second on the average.
    pub consumed: f64,
    /// What was provisioned at its end, in units a second.
    pub provisioned: u64,
}

/// The last `count` minutes up to `now_ms`, oldest first: what was consumed of these rows, and what was provisioned as the steps
/// (newest first) tell it, which lead to what is provisioned now.
pub fn minutes(
    history: &HeatHistory,
    places: &Places,
    access: Access,
    steps: &[Step],
    provisioned: u64,
    (now_ms, count): (u64, u64),
) -> Vec<Minute> {
    let this = now_ms / 60_000;
    let mut minutes = Vec::new();
    for minute in this.saturating_sub(count - 1)..=this {
        let second = minute * 60;
        let cells = history.cells(second, second + 60, places);
        let half_units: u64 = cells
            .iter()
            .map(|cell| match access {
                Access::Read => cell.read_half_units,
                Access::Write => cell.write_half_units,
            })
            .sum();
        // The running minute is as long as it has run.
        let seconds = if minute == this { (now_ms / 1_000 - second).max(1) } else { 60 };
        let end_ms = (second + 60) * 1_000;
        // The oldest step after its end began with what was provisioned then.
        let later = steps.iter().rev().find(|step| step.at_ms >= end_ms);
        minutes.push(Minute {
            second,
            consumed: half_units as f64 / 2.0 / seconds as f64,
            provisioned: later.map_or(provisioned, |step| step.from_units),
        });
    }
    minutes
}

/// The steps among events, in their order.
pub fn steps(events: &[Rc<Event>], target: &Target, access: Access) -> Vec<Step> {
    events.iter().filter_map(|event| step_of(event, target, access)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn target() -> Target {
        Target { table: "Orders".into(), index: None }
    }

    fn scaled(at_ms: u64, from_units: u64, to_units: u64) -> Rc<Event> {
        let kind = EventKind::AutoScaled {
            target: target(),
            access: Access::Write,
            from_units,
            to_units,
            consumed_half_units: 7,
            reason: ScalingReason::AboveTarget,
        };
        Rc::new(Event { id: at_ms, at_ms, request: None, region: None, kind })
    }

    #[test]
    fn steps_are_those_of_the_target_and_lead_to_what_is_provisioned() {
        let events = [scaled(200_000, 20, 40), scaled(130_000, 10, 20)];
        let steps = steps(&events, &target(), Access::Write);
        assert_eq!(steps.iter().map(|step| step.to_units).collect::<Vec<_>>(), [40, 20]);
        assert!(super::steps(&events, &target(), Access::Read).is_empty());
        let minutes =
            minutes(&HeatHistory::default(), &Places::default(), Access::Write, &steps, 40, (250_000, 5));
        let provisioned: Vec<u64> = minutes.iter().map(|minute| minute.provisioned).collect();
        assert_eq!(provisioned, [10, 10, 20, 40, 40]);
        assert_eq!(minutes.iter().map(|minute| minute.second).collect::<Vec<_>>(), [0, 60, 120, 180, 240]);
    }

    #[test]
    fn what_is_described_is_read() {
        let answer = json!({"TableName": "Orders", "Targets": [{
            "ProvisionedReadCapacityAutoScalingSettings": {"AutoScalingDisabled": true},
            "ProvisionedWriteCapacityAutoScalingSettings": {"MinimumUnits": 5, "MaximumUnits": 1000, "ScalingPolicies": [
                {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 70.0}}]},
            "ReadMeasurement": {"ProvisionedUnits": 5},
            "WriteMeasurement": {"ProvisionedUnits": 10, "ConsumedUnits": 4.5, "MinutesAbove": 1, "MinutesBelow": 0}}]});
        let described: Described = serde_json::from_value(answer).unwrap();
        let (settings, measured) = described.targets[0].of(Access::Write);
        assert_eq!((settings.is_on(), settings.target(), measured.minutes_above), (true, Some(70.0), 1));
        assert!(!described.targets[0].of(Access::Read).0.is_on());
    }
}
