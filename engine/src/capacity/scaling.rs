//! Auto scaling: when provisioned throughput is changed, and to what.
//!
//! Owns the alarm of one kind of capacity of a table or index: how many minutes in a row were above or below. Never changes a
//! table. A world's image has it and a journal has not: where changes are replayed the minutes are counted anew.
//!
//! Follows [DynamoDB auto scaling](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html): up after two
//! minutes in a row above the target, down after fifteen in a row below; a minute in which nothing is consumed is no measurement,
//! so that an idle table keeps what it has. By how much a minute must lie below is
//! [AWS's own account](https://repost.aws/knowledge-center/dynamodb-auto-scaling): 20 points.
//!
//! Differs from DynamoDB: an alarm acts as soon as its last minute is over, where the service may take a few minutes more.

use serde::{Deserialize, Serialize};

use crate::table::auto_scaling::Setting;
use crate::timeline::ScalingReason;

/// Minutes in a row above the target that it takes to scale out.
const OUT_AFTER: u32 = 2;
/// Minutes in a row below that it takes to scale in.
const IN_AFTER: u32 = 15;
/// How far below the target a minute must lie, in millionths of a percent.
const IN_BELOW_MILLIONTHS: u64 = 20_000_000;
/// Hundred percent, in millionths.
const WHOLE_MILLIONTHS: u64 = 100_000_000;

/// The minutes that were measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// So many minutes in a row were above the target.
    pub above: u32,
    /// So many were below.
    pub below: u32,
    /// What the last one consumed, in halves of a unit.
    pub consumed_half_units: u64,
    /// When it last scaled out.
    out_ms: Option<u64>,
    /// When it last scaled in.
    in_ms: Option<u64>,
}

/// A throughput that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Units a second.
    pub units: u64,
    /// Why.
    pub reason: ScalingReason,
}

fn bounded(setting: &Setting, units: u64) -> u64 {
    let (minimum, maximum) = (setting.minimum_units.max(1) as u64, setting.maximum_units.max(1) as u64);
    units.min(maximum).max(minimum)
}

/// What a throughput must become to lie within the setting's bounds.
pub fn within_bounds(setting: &Setting, provisioned_units: u64) -> Option<Wanted> {
    let units = bounded(setting, provisioned_units);
    (units != provisioned_units).then_some(Wanted { units, reason: ScalingReason::OutOfBounds })
}

impl Alarm {
    /// Measures a minute that is over, and says what throughput is wanted after it.
    pub fn observe(
        &mut self,
        setting: &Setting,
        provisioned_units: u64,
        half_units: u64,
        now_ms: u64,
    ) -> Option<Wanted> {
        if let Some(wanted) = within_bounds(setting, provisioned_units) {
            return Some(wanted);
        }
        if half_units == 0 {
            return None;
        }
        self.consumed_half_units = half_units;
        let target = setting.target_millionths.max(1) as u64;
        // Units a second are half units of a minute by 120; both sides times that and times a hundred percent.
        let used = u128::from(half_units) * u128::from(WHOLE_MILLIONTHS);
        let share = |millionths: u64| 120 * u128::from(provisioned_units) * u128::from(millionths);
        self.above = if used > share(target) { self.above + 1 } else { 0 };
        self.below =
            if used < share(target.saturating_sub(IN_BELOW_MILLIONTHS)) { self.below + 1 } else { 0 };
        let needed = used.div_ceil(120 * u128::from(target)) as u64;
        let units = bounded(setting, needed);
        let waited = |last_ms: Option<u64>, seconds: Option<i64>| {
            let cooldown_ms = seconds.unwrap_or(0).max(0) as u64 * 1000;
            last_ms.is_none_or(|last_ms| last_ms + cooldown_ms <= now_ms)
        };
        if self.above >= OUT_AFTER
            && units > provisioned_units
            && waited(self.out_ms, setting.scale_out_cooldown)
        {
            return Some(Wanted { units, reason: ScalingReason::AboveTarget });
        }
        let scales_in = setting.disable_scale_in != Some(true);
        if self.below >= IN_AFTER
            && scales_in
            && units < provisioned_units
            && waited(self.in_ms, setting.scale_in_cooldown)
        {
            return Some(Wanted { units, reason: ScalingReason::BelowTarget });
        }
        None
    }

    /// The throughput was changed: minutes are counted anew.
    pub fn scaled(&mut self, wanted: Wanted, now_ms: u64) {
        (self.above, self.below) = (0, 0);
        match wanted.reason {
            ScalingReason::AboveTarget => self.out_ms = Some(now_ms),
            ScalingReason::BelowTarget => self.in_ms = Some(now_ms),
            ScalingReason::OutOfBounds => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn setting(minimum_units: i64, maximum_units: i64, percent: i64) -> Setting {
        Setting::new(minimum_units, maximum_units, percent * 1_000_000)
    }

    fn minute(alarm: &mut Alarm, setting: &Setting, provisioned: u64, units: u64) -> Option<u64> {
        alarm.observe(setting, provisioned, units * 120, 0).map(|wanted| wanted.units)
    }

    #[test]
    fn two_minutes_above_scale_out_to_the_target() {
        let (mut alarm, setting) = (Alarm::default(), setting(5, 1000, 70));
        assert_eq!(minute(&mut alarm, &setting, 100, 71), None);
        assert_eq!(minute(&mut alarm, &setting, 100, 70), None, "on the target is not above it");
        assert_eq!(minute(&mut alarm, &setting, 100, 90), None);
        assert_eq!(minute(&mut alarm, &setting, 100, 0), None, "an idle minute is no measurement");
        assert_eq!(minute(&mut alarm, &setting, 100, 98), Some(140));
    }

    #[test]
    fn fifteen_minutes_twenty_points_below_scale_in_and_the_bounds_hold() {
        let (mut alarm, setting) = (Alarm::default(), setting(20, 50, 70));
        assert_eq!(minute(&mut alarm, &setting, 5, 0), Some(20));
        assert_eq!(minute(&mut alarm, &setting, 90, 0), Some(50));
        for _ in 0..14 {
            assert_eq!(minute(&mut alarm, &setting, 50, 7), None);
        }
        assert_eq!(minute(&mut alarm, &setting, 50, 25), None, "half is 20 points below 70, not more");
        for _ in 0..14 {
            assert_eq!(minute(&mut alarm, &setting, 50, 24), None);
        }
        assert_eq!(minute(&mut alarm, &setting, 50, 7), Some(20));
        assert_eq!(minute(&mut alarm, &setting, 50, 100), None);
        assert_eq!(minute(&mut alarm, &setting, 50, 100), None, "the maximum is reached");
    }

    #[test]
    fn a_cooldown_is_waited_for_and_scale_in_can_be_off() {
        let mut alarm = Alarm::default();
        let setting = Setting { scale_out_cooldown: Some(300), ..setting(1, 1000, 50) };
        let at = |alarm: &mut Alarm, now_ms| alarm.observe(&setting, 10, 120 * 9, now_ms);
        assert_eq!(at(&mut alarm, 0), None);
        let wanted = at(&mut alarm, 60_000).expect("two minutes");
        alarm.scaled(wanted, 60_000);
        assert_eq!((at(&mut alarm, 120_000), at(&mut alarm, 359_999)), (None, None));
        assert!(at(&mut alarm, 360_000).is_some());
        let setting = Setting { disable_scale_in: Some(true), ..setting.clone() };
        let mut alarm = Alarm::default();
        assert!((0..20).all(|_| alarm.observe(&setting, 100, 120, 0).is_none()));
    }

    proptest! {
        /// Whatever is measured, what is wanted lies within the bounds and is a change.
        #[test]
        fn what_is_wanted_is_within_bounds(
            minimum in 1i64..100, more in 0i64..1000, percent in 20i64..=90,
            provisioned in 1u64..2000, minutes in proptest::collection::vec(0u64..500_000, 1..60),
        ) {
            let setting = setting(minimum, minimum + more, percent);
            let (mut alarm, mut provisioned) = (Alarm::default(), provisioned);
            for (at, consumed) in minutes.into_iter().enumerate() {
                let now_ms = at as u64 * 60_000;
                if let Some(wanted) = alarm.observe(&setting, provisioned, consumed, now_ms) {
                    prop_assert!(wanted.units != provisioned);
                    prop_assert!((minimum as u64..=(minimum + more) as u64).contains(&wanted.units));
                    alarm.scaled(wanted, now_ms);
                    provisioned = wanted.units;
                }
            }
        }
    }
}
