//! What a table or index on demand serves at once, and how that grows.
//!
//! Owns the rule of the previous peak: twice as much is served at once, and a new peak counts as the previous one when thirty minutes
//! have passed since the traffic first went beyond. What is saved of it is the table's warm throughput, which is twice its
//! previous peak and never drops. Never changes a table.
//!
//! Follows [on-demand capacity mode](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html)
//! and [warm throughput](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html).
//!
//! Modelled: traffic is measured by whole minutes, and what goes beyond twice the peak is refused, where the service "may" refuse it.

use serde::{Deserialize, Serialize};

use super::admission::Ceiling;
use super::usage::Minute;
use crate::limits::ON_DEMAND_UNITS;
use crate::timeline::Limit;

/// How long after traffic went beyond its previous peak the new peak counts.
pub const PEAK_WINDOW_MS: u64 = 30 * 60_000;

/// What is served in a second: of the table's own maximum, the account's quota and what the table has grown to, the least.
pub fn on_demand(warm_units: u64, maximum: Option<u64>) -> Ceiling {
    let ceilings = [
        Ceiling { units: maximum.unwrap_or(u64::MAX), limit: Limit::MaxOnDemand },
        Ceiling { units: ON_DEMAND_UNITS, limit: Limit::Account },
        Ceiling { units: warm_units, limit: Limit::KeyRange },
    ];
    let [first, ..] = ceilings;
    ceilings.into_iter().fold(first, |least, one| if one.units < least.units { one } else { least })
}

/// A peak that is not yet the previous one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Rising {
    /// When the first minute beyond the previous peak was over.
    since_ms: u64,
    /// The highest since, in units a second.
    units: u64,
}

/// The peaks that are being reached, of reads and of writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peaks([Option<Rising>; 2]);

impl Peaks {
    /// Looks at a minute that is over, where `warm_units` are served at once.
    pub fn observe(&mut self, minute: Minute, warm_units: [u64; 2]) {
        for ((rising, consumed), warm) in self.0.iter_mut().zip(minute.consumed).zip(warm_units) {
            let units = consumed / 120;
            let beyond = units * 2 > warm && warm < ON_DEMAND_UNITS;
            match rising {
                Some(rising) => rising.units = rising.units.max(units),
                None if beyond => *rising = Some(Rising { since_ms: minute.end_ms, units }),
                None => {}
            }
        }
    }

    /// When a peak that is being reached becomes the previous one.
    pub fn next_due_ms(&self) -> Option<u64> {
        self.0.iter().flatten().map(|rising| rising.since_ms + PEAK_WINDOW_MS).min()
    }

    /// The peaks that count from now on, of reads and of writes, in units a second.
    pub fn reached(&mut self, now_ms: u64) -> [Option<u64>; 2] {
        let due = |rising: &mut Rising| rising.since_ms + PEAK_WINDOW_MS <= now_ms;
        let [read, write] = &mut self.0;
        [read.take_if(due), write.take_if(due)].map(|reached| reached.map(|rising| rising.units))
    }
}

/// What is served at once after a peak: twice as much, as far as the account's quota reaches.
pub fn served_after(peak_units: u64) -> u64 {
    (peak_units * 2).min(ON_DEMAND_UNITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_of_the_three_holds_and_is_named() {
        let of = |warm, maximum| {
            let ceiling = on_demand(warm, maximum);
            (ceiling.units, ceiling.limit)
        };
        assert_eq!(of(4_000, None), (4_000, Limit::KeyRange));
        assert_eq!(of(4_000, Some(10)), (10, Limit::MaxOnDemand));
        assert_eq!(of(4_000, Some(5_000)), (4_000, Limit::KeyRange));
        assert_eq!(of(60_000, None), (40_000, Limit::Account));
        assert_eq!(of(40_000, Some(40_000)), (40_000, Limit::MaxOnDemand));
    }

    #[test]
    fn a_peak_counts_thirty_minutes_after_traffic_first_went_beyond() {
        let mut peaks = Peaks::default();
        let minute = |end_ms, units: u64| Minute { end_ms, consumed: [0, units * 120] };
        peaks.observe(minute(60_000, 2_000), [12_000, 4_000]);
        assert_eq!(peaks.next_due_ms(), None, "half of what is served is its previous peak");
        peaks.observe(minute(120_000, 2_500), [12_000, 4_000]);
        peaks.observe(minute(180_000, 4_000), [12_000, 4_000]);
        peaks.observe(minute(240_000, 100), [12_000, 4_000]);
        assert_eq!(peaks.next_due_ms(), Some(120_000 + PEAK_WINDOW_MS));
        assert_eq!(peaks.reached(119_999 + PEAK_WINDOW_MS), [None, None]);
        assert_eq!(peaks.reached(120_000 + PEAK_WINDOW_MS), [None, Some(4_000)]);
        assert_eq!((served_after(4_000), peaks.next_due_ms()), (8_000, None));
        assert_eq!(served_after(30_000), 40_000);
    }
}
