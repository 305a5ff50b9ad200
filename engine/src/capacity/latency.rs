//! How long a request takes at a partition.
//!
//! Owns the model and the measure of how busy a replica is. Never reads a clock, and takes nothing from the region's generator:
//! what looks random follows from the request's number, so that whoever looks on changes nothing.
//!
//! A request takes [`ROUTING_US`] to come in and to be answered, and then at each partition that it asks
//!
//! ```text
//! a read    READ_US + queue
//! a write   WRITE_US + QUORUM_US + E(QUORUM_SPREAD_US / followers) + queue
//! queue     with the chance ρ: E(S / 2(1 − ρ)), else nothing
//! ```
//!
//! `E(m)` is exponential with the mean m. The write waits for the quicker of the followers that take the log (two of three zones
//! have it then), and the least of n exponentials is an exponential of an nth of the mean. ρ is how busy the replica is: what it
//! served in the last second, of the most that it serves (1,000 write units, or 3,000 strongly consistent read units), and no more
//! than 95 %. S is the time of one unit, 1 ms of a write and 1/3 ms of a read. The mean of the queue is that of M/D/1 (Pollaczek and
//! Khinchine: ρS / 2(1 − ρ)), and so is the chance to wait; that those who wait do so exponentially is an approximation. So the
//! 99th percentile rises well before the median does, and both before anything is throttled. Partitions that are asked side by
//! side, by a batch or in a phase of a transaction, take as long as the slowest of them.
//!
//! Modelled: all of it. The service publishes "single-digit milliseconds", and that a transactional write takes about four times as
//! long as a plain one and a transactional read twice as long (USENIX ATC 2023, section 6). Follows "Amazon DynamoDB" (USENIX ATC
//! 2022), sections 2 and 5, in what is waited for.

use serde::{Deserialize, Serialize};

use super::admission::Ask;
use crate::limits::{PARTITION_READ_UNITS, PARTITION_WRITE_UNITS};
use crate::timeline::{PartitionId, RequestId};

/// The time to a request router and back, in microseconds.
pub const ROUTING_US: u64 = 1_000;
/// What a replica takes to read, in microseconds.
const READ_US: u64 = 2_000;
/// What a leader takes to write, in microseconds…
const WRITE_US: u64 = 1_500;
/// …and a follower to take the log, at least…
const QUORUM_US: u64 = 1_000;
/// …and how much longer on the average.
const QUORUM_SPREAD_US: u64 = 500;
/// A transaction's coordinator writes its ledger as any table is written.
pub const LEDGER_US: u64 = WRITE_US + QUORUM_US + QUORUM_SPREAD_US / 2;
/// Busier than this a replica is not in the formula, in thousandths.
const BUSIEST: u64 = 950;
/// Over how long it is measured how busy a replica is, in milliseconds.
const WINDOW_MS: u64 = 1_000;

/// What a replica served of late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// The number of the running window.
    window: u64,
    /// Half units in it…
    now: u64,
    /// …and in the window before.
    before: u64,
}

impl Load {
    /// Counts what was served.
    pub fn count(&mut self, half_units: u64, now_ms: u64) {
        let window = now_ms / WINDOW_MS;
        if window != self.window {
            self.before = if window == self.window + 1 { self.now } else { 0 };
            (self.window, self.now) = (window, 0);
        }
        self.now += half_units;
    }

    /// What was served in the last second, in halves of a unit: of the window before as much as lies in it.
    fn last_second(&self, now_ms: u64) -> u64 {
        let (before, now) = match now_ms / WINDOW_MS - self.window {
            0 => (self.before, self.now),
            1 => (self.now, 0),
            _ => (0, 0),
        };
        now + before * (WINDOW_MS - now_ms % WINDOW_MS) / WINDOW_MS
    }

    /// How busy the replica is, in thousandths of the most that it serves; more than all where a burst goes beyond.
    pub fn busy_thousandths(&self, ask: Ask, now_ms: u64) -> u64 {
        self.last_second(now_ms) * 1000 / (most_units(ask) * 2)
    }
}

fn most_units(ask: Ask) -> u64 {
    match ask {
        Ask::Read { .. } => PARTITION_READ_UNITS,
        Ask::Write => PARTITION_WRITE_UNITS,
    }
}

/// What latency is drawn from.
#[derive(Clone, Copy, Debug)]
pub struct Draws(u64);

impl Draws {
    /// Those of a request's part, at a partition.
    pub fn new(request: Option<RequestId>, part: usize, partition: PartitionId) -> Draws {
        Draws(request.unwrap_or(0) << 24 ^ (part as u64) << 16 ^ u64::from(partition))
    }

    /// The next (SplitMix64: Steele, Lea, Flood 2014).
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed >> 32) as u32
    }

    /// An exponential draw of that mean.
    fn exponential(&mut self, mean: u64) -> u64 {
        mean * minus_ln_thousandths(self.next()) / 1000
    }
}

/// 1000 ln(1 + n/32), rounded.
const LN: [u64; 33] = [
    0, 31, 61, 90, 118, 145, 172, 198, 223, 248, 272, 296, 318, 341, 363, 384, 405, 426, 446, 466, 486, 505,
    523, 542, 560, 577, 595, 612, 629, 645, 661, 677, 693,
];

/// −1000 ln u, of u = (draw + 1) / 2³².
fn minus_ln_thousandths(draw: u32) -> u64 {
    let draw = u64::from(draw) + 1;
    // u is m / 2^halvings, m from 1 to below 2.
    let halvings = 32 - draw.ilog2();
    let above_one = (draw << halvings) - (1 << 32);
    let (step, rest) = ((above_one >> 27) as usize, above_one & ((1 << 27) - 1));
    let ln = LN[step] + (((LN[step + 1] - LN[step]) * rest) >> 27);
    (u64::from(halvings) * 693_147 / 1000).saturating_sub(ln)
}

/// How long a request waits for the replica that serves it, which is so busy, in microseconds; a write for one of so many
/// `followers` too.
pub fn served_us(ask: Ask, busy_thousandths: u64, followers: u64, mut draws: Draws) -> u64 {
    let busy = busy_thousandths.min(BUSIEST);
    let waits = (u64::from(draws.next()) * 1000) >> 32 < busy;
    let queue = match waits {
        true => draws.exponential(1_000_000 * 1000 / most_units(ask) / (2 * (1000 - busy))),
        false => 0,
    };
    queue
        + match ask {
            Ask::Read { .. } => READ_US,
            Ask::Write => WRITE_US + QUORUM_US + draws.exponential(QUORUM_SPREAD_US / followers.max(1)),
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capacity::ReadMode;
    use crate::timeline::Zone;

    const READ: Ask = Ask::Read { zone: Zone::A, mode: ReadMode::Strong };

    /// The median, the 99th percentile and the mean of many requests.
    fn percentiles(ask: Ask, busy: u64, followers: u64) -> [u64; 3] {
        let mut all: Vec<u64> =
            (1..=20_000).map(|n| served_us(ask, busy, followers, Draws::new(Some(n), 0, 7))).collect();
        all.sort_unstable();
        [all[10_000], all[19_800], all.iter().sum::<u64>() / 20_000]
    }

    #[test]
    fn the_exponential_has_its_mean_and_its_quantiles() {
        let mut draws = Draws::new(Some(1), 0, 1);
        let mut all: Vec<u64> = (0..100_000).map(|_| draws.exponential(10_000)).collect();
        all.sort_unstable();
        let mean = all.iter().sum::<u64>() / 100_000;
        assert!((9_900..10_100).contains(&mean), "{mean}");
        // ln 2 and ln 100.
        assert!((6_800..7_060).contains(&all[50_000]), "{}", all[50_000]);
        assert!((45_000..47_100).contains(&all[99_000]), "{}", all[99_000]);
        assert_eq!((minus_ln_thousandths(u32::MAX), minus_ln_thousandths(0)), (0, 22_180));
    }

    #[test]
    fn the_queue_has_the_mean_of_the_formula() {
        for (busy, wanted) in [(0, 0), (500, 500), (800, 2_000), (900, 4_500), (950, 9_500), (2_000, 9_500)] {
            let [_, _, mean] = percentiles(Ask::Write, busy, 2);
            let queue = mean - (WRITE_US + QUORUM_US + QUORUM_SPREAD_US / 2);
            assert!(queue.abs_diff(wanted) <= wanted / 20 + 20, "{busy}: {queue}, not {wanted}");
        }
    }

    #[test]
    fn the_99th_percentile_rises_first_then_the_median_and_both_before_the_limit() {
        let reads = [0, 300, 600, 900].map(|busy| percentiles(READ, busy, 2));
        assert_eq!(reads[0], [2_000; 3], "an idle replica's reads take what they take");
        assert_eq!(reads[1][0], reads[0][0], "at a third most do not wait");
        assert!(reads[1][1] > reads[0][1] + 500, "but some do: {reads:?}");
        assert!(reads.windows(2).all(|pair| pair[0][1] < pair[1][1]), "{reads:?}");
        assert!(reads[3][0] > reads[0][0] + 500, "{reads:?}");
        let writes = [0, 300, 600, 900].map(|busy| percentiles(Ask::Write, busy, 2));
        assert!(writes.windows(2).all(|pair| pair[0][1] < pair[1][1]), "{writes:?}");
    }

    #[test]
    fn a_lost_follower_is_felt() {
        let [two, one] = [2, 1].map(|followers| percentiles(Ask::Write, 0, followers));
        assert!(one[2].abs_diff(two[2] + 250) < 20, "the other is the only one: {one:?} {two:?}");
    }

    #[test]
    fn a_load_is_that_of_the_last_second() {
        let mut load = Load::default();
        assert_eq!(load.busy_thousandths(Ask::Write, 5_000), 0);
        (0..1_000).for_each(|ms| load.count(1, 5_000 + ms));
        assert_eq!(load.busy_thousandths(Ask::Write, 5_999), 500);
        assert_eq!(load.busy_thousandths(Ask::Write, 6_500), 250, "half of it is a second ago");
        (0..500).for_each(|ms| load.count(2, 6_000 + ms));
        assert_eq!(load.busy_thousandths(Ask::Write, 6_500), 750);
        assert_eq!(load.busy_thousandths(READ, 6_500), 250);
        assert_eq!(load.busy_thousandths(Ask::Write, 8_000), 0);
    }
}
