//! What a load comes to under each way of paying: on demand, provisioned for its peak, and scaled automatically.
//!
//! Owns the step from rates to what [`super::cost`] bills, exact in thousandths of a unit. Knows no price and measures nothing.
//!
//! Follows [read/write capacity mode](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html) and
//! [auto scaling](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html). Modelled: a day repeats, its
//! peak lasts so long and the rest of it is even; auto scaling holds its target all the time, with no delay on either side.

use std::ops::Add;

use super::cost::{Billing, Capacity, Period, Requests};
use super::price::Money;
use crate::capacity::{ReadMode, read_half_units, write_half_units};
use crate::timeline::Consumed;

/// Seconds in a day.
const DAY: u64 = 86_400;
/// Thousandths of a unit in half a unit.
const HALF: u64 = 500;

/// Units a second, in thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    /// Read units.
    pub read_milli_units: u64,
    /// Write units.
    pub write_milli_units: u64,
}

impl Rate {
    /// So many requests a second on items of `size_bytes`, so many percent of them reads.
    pub fn of(
        per_second: u64,
        read_percent: u64,
        size_bytes: u64,
        mode: ReadMode,
        transactional: bool,
    ) -> Rate {
        let milli = |percent: u64, half_units: u64| {
            let product = u128::from(per_second) * u128::from(percent) * u128::from(half_units * HALF) / 100;
            u64::try_from(product).unwrap_or(u64::MAX)
        };
        let read_percent = read_percent.min(100);
        Rate {
            read_milli_units: milli(read_percent, read_half_units(size_bytes, mode)),
            write_milli_units: milli(100 - read_percent, write_half_units(size_bytes, transactional)),
        }
    }

    /// What was consumed in `observed_ms`, by the second, rounded to the nearest thousandth; nothing where no time was observed.
    pub fn metered(consumed: Consumed, observed_ms: u64) -> Rate {
        let milli = |half_units: u64| {
            let product = u128::from(half_units) * u128::from(HALF) * 1000 + u128::from(observed_ms / 2);
            product
                .checked_div(u128::from(observed_ms))
                .map_or(0, |rate| u64::try_from(rate).unwrap_or(u64::MAX))
        };
        Rate {
            read_milli_units: milli(consumed.read_half_units),
            write_milli_units: milli(consumed.write_half_units),
        }
    }

    /// The larger of both, of reads and of writes.
    pub fn or_more(self, other: Rate) -> Rate {
        Rate {
            read_milli_units: self.read_milli_units.max(other.read_milli_units),
            write_milli_units: self.write_milli_units.max(other.write_milli_units),
        }
    }

    fn requests(self, seconds: u64) -> Requests {
        let half_units = |milli: u64| (u128::from(milli) * u128::from(seconds)).div_ceil(u128::from(HALF));
        Requests {
            read_half_units: half_units(self.read_milli_units),
            write_half_units: half_units(self.write_milli_units),
        }
    }

    /// The capacity that has this rate at so many percent of its use, for so many seconds.
    fn capacity(self, percent: u64, minimum_units: u64, seconds: u64) -> Capacity {
        let units = |milli: u64| {
            let whole = (u128::from(milli) * 100).div_ceil(u128::from(percent.max(1)) * 1000);
            whole.max(u128::from(minimum_units)).saturating_mul(u128::from(seconds))
        };
        Capacity {
            read_unit_seconds: units(self.read_milli_units),
            write_unit_seconds: units(self.write_milli_units),
        }
    }
}

impl Add for Rate {
    type Output = Rate;
    fn add(self, other: Rate) -> Rate {
        Rate {
            read_milli_units: self.read_milli_units.saturating_add(other.read_milli_units),
            write_milli_units: self.write_milli_units.saturating_add(other.write_milli_units),
        }
    }
}

/// A load whose days are all alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Most of the day.
    pub base: Rate,
    /// While its peak lasts; never below the base.
    pub peak: Rate,
    /// How long that is in each day, in seconds.
    pub peak_seconds: u64,
}

/// How auto scaling is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scaling {
    /// The use that it aims at, in percent.
    pub target_percent: u64,
    /// Never fewer units.
    pub minimum_units: u64,
}

/// How a load is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// By the request.
    OnDemand,
    /// Provisioned for the peak, all the time.
    Provisioned,
    /// Provisioned, and scaled.
    AutoScaled(Scaling),
}

impl Load {
    /// The same all day.
    pub fn steady(rate: Rate) -> Load {
        Load { base: rate, peak: rate, peak_seconds: 0 }
    }

    /// The length of the peaks and of the rest of a period.
    fn parts(&self, period: Period) -> (u64, u64) {
        let peak = u128::from(period.seconds) * u128::from(self.peak_seconds.min(DAY)) / u128::from(DAY);
        (peak as u64, period.seconds - peak as u64)
    }

    /// What is billed of it in a period.
    pub fn billing(&self, plan: Plan, period: Period) -> Billing {
        let (peak, rest) = self.parts(period);
        let highest = self.peak.or_more(self.base);
        match plan {
            Plan::OnDemand => Billing::OnDemand(self.base.requests(rest).and(highest.requests(peak))),
            Plan::Provisioned => Billing::Provisioned(highest.capacity(100, 1, period.seconds)),
            Plan::AutoScaled(Scaling { target_percent, minimum_units }) => {
                let of = |rate: Rate, seconds| rate.capacity(target_percent, minimum_units.max(1), seconds);
                let (base, peak) = (of(self.base, rest), of(highest, peak));
                Billing::Provisioned(Capacity {
                    read_unit_seconds: base.read_unit_seconds + peak.read_unit_seconds,
                    write_unit_seconds: base.write_unit_seconds + peak.write_unit_seconds,
                })
            }
        }
    }
}

/// Below which average use of what is provisioned on demand costs less, in millionths of it; `full` is what that use all the time would
/// cost on demand. None where on demand would cost nothing.
pub fn break_even_millionths(provisioned: Money, full: Money) -> Option<u64> {
    let share = provisioned.as_picodollars().saturating_mul(1_000_000).checked_div(full.as_picodollars())?;
    Some(u64::try_from(share).unwrap_or(u64::MAX))
}

#[cfg(test)]
#[path = "forecast_tests.rs"]
mod tests;
