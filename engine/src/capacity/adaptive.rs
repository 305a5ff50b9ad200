//! Adaptive capacity, as it was in 2017 and 2018: shares that were throttled are raised while the table uses less than it was given.
//!
//! Owns the controller, which runs once a minute. Never admits a request.
//!
//! Follows ["Amazon DynamoDB" (USENIX ATC 2022)](https://www.usenix.org/conference/atc22/presentation/elhemali), section 4.1 (a
//! proportional controller: a table that is throttled without using its throughput has the shares of the throttled partitions
//! raised, one that uses more than it was given has raised shares lowered), and AWS's own account of the time it took, 5 to 30
//! minutes ([why a table is throttled](https://repost.aws/knowledge-center/throttled-ddb)).
//!
//! Modelled: the gain is one (the throttled partitions get what the table left unused, in equal parts), and a share is first raised
//! after five minutes of throttling. A share never passes what a partition takes, and the table's own bucket holds all of them
//! together to its throughput.

use serde::{Deserialize, Serialize};

use super::admission::{Limits, Partition, most, slot};
use crate::limits::BURST_SECONDS;
use crate::timeline::{Access, PartitionId};

/// How long a partition is throttled before its share is first raised.
pub const ADAPTS_AFTER_MS: u64 = 5 * 60_000;

/// How much a share was raised, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Boost {
    /// Beyond the even share, in thousandths of a unit a second.
    raised: u64,
    /// Refused for want of the share in the running minute.
    refused: bool,
    /// Since when it was refused in every minute.
    since_ms: Option<u64>,
}

impl Boost {
    pub(super) fn refused(&mut self) {
        self.refused = true;
    }
}

/// A share that was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Boosted {
    /// The partition.
    pub partition: PartitionId,
    /// Read or write capacity.
    pub access: Access,
    /// The share before, in whole units a second.
    pub from_units: u64,
    /// The share from now on.
    pub to_units: u64,
}

pub(super) fn adapt(
    limits: &Limits,
    partitions: &mut [Partition],
    consumed: [u64; 2],
    minute_ends_ms: u64,
    now_ms: u64,
) -> Vec<Boosted> {
    let mut changed = Vec::new();
    for access in [Access::Read, Access::Write] {
        let at = slot(access);
        let given = limits.ceilings[at].units * 1000;
        let even = limits.share(access, partitions.len());
        // A minute's half units as thousandths of a unit a second.
        let used = consumed[at] * 500 / 60;
        let (mut ripe, mut raised) = (Vec::new(), Vec::new());
        for (place, partition) in partitions.iter_mut().enumerate() {
            let Some(shares) = &mut partition.shares else { continue };
            let boost = &mut shares[at].boost;
            boost.since_ms = match (std::mem::take(&mut boost.refused), boost.since_ms) {
                (false, _) => None,
                (true, Some(since_ms)) => Some(since_ms),
                (true, None) => Some(minute_ends_ms.saturating_sub(60_000)),
            };
            if boost.since_ms.is_some_and(|since_ms| since_ms + ADAPTS_AFTER_MS <= minute_ends_ms) {
                ripe.push(place);
            }
            if boost.raised > 0 {
                raised.push(place);
            }
        }
        let (places, lower) = if used > given { (raised, true) } else { (ripe, false) };
        let step = given.abs_diff(used) / places.len().max(1) as u64;
        for place in places {
            let partition = &mut partitions[place];
            let Some(shares) = &mut partition.shares else { continue };
            let share = &mut shares[at];
            let before = share.boost.raised;
            let room = most(access).min(given).saturating_sub(even);
            share.boost.raised = if lower {
                before.saturating_sub(step)
            } else {
                before.saturating_add(step).min(room).max(before)
            };
            if share.boost.raised != before {
                share.bucket.resize(even + share.boost.raised, BURST_SECONDS, now_ms);
                changed.push(Boosted {
                    partition: partition.id,
                    access,
                    from_units: (even + before) / 1000,
                    to_units: (even + share.boost.raised) / 1000,
                });
            }
        }
    }
    changed
}
