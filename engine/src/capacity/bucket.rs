//! Token buckets.
//!
//! A request is admitted while its bucket holds anything, and takes what it costs once that is known: a large read may
//! leave the bucket in debt, which then refills first. Tokens are thousandths of half units, so that a refill by the
//! millisecond is a whole number.

use crate::limits;

/// A bucket that refills at a constant rate up to its size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Thousandths of a half unit.
    tokens: i64,
    units_per_second: u64,
    seconds: u64,
    refilled_ms: u64,
}

impl Bucket {
    /// A full bucket of `units_per_second`, which keeps `seconds` of them.
    pub fn full(units_per_second: u64, seconds: u64, now_ms: u64) -> Bucket {
        let mut bucket = Bucket { tokens: 0, units_per_second, seconds, refilled_ms: now_ms };
        bucket.tokens = bucket.size();
        bucket
    }

    fn size(&self) -> i64 {
        (self.units_per_second * self.seconds * 2000) as i64
    }

    fn refill(&mut self, now_ms: u64) {
        let elapsed_ms = i128::from(now_ms.saturating_sub(self.refilled_ms));
        let refilled = i128::from(self.tokens) + elapsed_ms * i128::from(self.units_per_second) * 2;
        self.tokens = refilled.min(i128::from(self.size())) as i64;
        self.refilled_ms = self.refilled_ms.max(now_ms);
    }

    /// The units that a second brings.
    pub fn units_per_second(&self) -> u64 {
        self.units_per_second
    }

    /// Whether a request is admitted now.
    pub fn admits(&mut self, now_ms: u64) -> bool {
        self.refill(now_ms);
        self.tokens > 0
    }

    /// Takes `half_units`.
    pub fn take(&mut self, half_units: u64, now_ms: u64) {
        self.refill(now_ms);
        self.tokens -= (half_units * 1000) as i64;
    }

    /// What is left, in halves of a unit; nothing while in debt.
    pub fn left_half_units(&self) -> u64 {
        (self.tokens.max(0) / 1000) as u64
    }
}

/// The two buckets of a partition, a table or an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buckets {
    /// For reads.
    pub read: Bucket,
    /// For writes.
    pub write: Bucket,
}

impl Buckets {
    /// A partition's: 3,000 read and 1,000 write units a second, and nothing kept beyond a second.
    pub fn partition(now_ms: u64) -> Buckets {
        Buckets {
            read: Bucket::full(limits::PARTITION_READ_UNITS, 1, now_ms),
            write: Bucket::full(limits::PARTITION_WRITE_UNITS, 1, now_ms),
        }
    }

    /// A provisioned table's or index's: its throughput, with 300 seconds of burst.
    pub fn provisioned(read_units: u64, write_units: u64, now_ms: u64) -> Buckets {
        Buckets {
            read: Bucket::full(read_units, limits::BURST_SECONDS, now_ms),
            write: Bucket::full(write_units, limits::BURST_SECONDS, now_ms),
        }
    }

    /// A table's or index's on demand: so many units a second, and nothing kept beyond it.
    pub fn on_demand(read_units: u64, write_units: u64, now_ms: u64) -> Buckets {
        Buckets { read: Bucket::full(read_units, 1, now_ms), write: Bucket::full(write_units, 1, now_ms) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_lasts_as_long_as_what_was_saved() {
        let mut bucket = Bucket::full(10, 300, 0);
        let mut admitted = 0;
        while bucket.admits(0) {
            bucket.take(2, 0);
            admitted += 1;
        }
        assert_eq!(admitted, 3000);
        assert!(!bucket.admits(0));
        assert!(bucket.admits(100), "a tenth of a second brings one unit");
        bucket.take(2, 100);
        assert!(!bucket.admits(100));
    }

    #[test]
    fn a_debt_is_refilled_first_and_a_full_bucket_overflows() {
        let mut bucket = Bucket::full(1, 1, 0);
        bucket.take(10, 0);
        assert_eq!(bucket.left_half_units(), 0);
        assert!(!bucket.admits(4_000));
        assert!(bucket.admits(4_500));
        assert!(bucket.admits(1_000_000));
        assert_eq!(bucket.left_half_units(), 2);
    }
}
