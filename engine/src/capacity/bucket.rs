//! Token buckets.
//!
//! A request is admitted while its bucket holds anything, and takes what it costs once that is known: a large read may
//! leave the bucket in debt, which then refills first. Tokens are millionths of half units and rates thousandths of a unit a
//! second, so that a refill by the millisecond is a whole number even where a table's throughput is divided over partitions.

use serde::{Deserialize, Serialize};

/// Longer than any bucket takes to refill: a wait beyond it fills the bucket, whatever its debt.
const LONGEST_REFILL_MS: u64 = u32::MAX as u64;

/// Tokens of one half unit.
const HALF_UNIT: i64 = 1_000_000;

/// What a bucket holds and how much it can hold, in halves of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Level {
    pub left_half_units: u64,
    pub size_half_units: u64,
}

/// A bucket that refills at a constant rate up to its size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// Millionths of a half unit; below zero in debt.
    tokens: i64,
    /// The most that it holds, in millionths of a half unit.
    size: i64,
    milli_units_per_second: u64,
    refilled_ms: u64,
}

impl Bucket {
    /// A full bucket of `milli_units_per_second` (thousandths of a unit), which keeps `seconds` of them.
    pub fn full(milli_units_per_second: u64, seconds: u64, now_ms: u64) -> Bucket {
        // A thousandth of a unit is two thousandths of a half unit: 2,000 tokens.
        let size = (milli_units_per_second * seconds * 2000) as i64;
        Bucket { tokens: size, size, milli_units_per_second, refilled_ms: now_ms }
    }

    fn refilled(&self, now_ms: u64) -> i64 {
        let elapsed_ms = now_ms.saturating_sub(self.refilled_ms).min(LONGEST_REFILL_MS);
        (self.tokens + elapsed_ms as i64 * (self.milli_units_per_second * 2) as i64).min(self.size)
    }

    fn refill(&mut self, now_ms: u64) {
        if now_ms > self.refilled_ms {
            self.tokens = self.refilled(now_ms);
            self.refilled_ms = now_ms;
        }
    }

    /// Changes rate and size. What it holds it keeps, as far as there is room; a higher rate brings the first second of what
    /// was added at once.
    pub fn resize(&mut self, milli_units_per_second: u64, seconds: u64, now_ms: u64) {
        self.refill(now_ms);
        let added = milli_units_per_second.saturating_sub(self.milli_units_per_second);
        self.milli_units_per_second = milli_units_per_second;
        self.size = (milli_units_per_second * seconds * 2000) as i64;
        if added > 0 {
            self.tokens = self.tokens.max(0) + (added * 2000) as i64;
        }
        self.tokens = self.tokens.min(self.size);
    }

    /// Holds one second's units at most, from now on: a part of a whole that has spent its burst.
    pub fn keep_one_second(&mut self) {
        self.tokens = self.tokens.min((self.milli_units_per_second * 2000) as i64);
    }

    /// Whether a request is admitted now.
    pub fn admits(&mut self, now_ms: u64) -> bool {
        self.refill(now_ms);
        self.tokens > 0
    }

    /// Takes `half_units`.
    pub fn take(&mut self, half_units: u64, now_ms: u64) {
        self.refill(now_ms);
        self.tokens = self.tokens.saturating_sub((half_units as i64).saturating_mul(HALF_UNIT));
    }

    /// Forgives a debt: nothing is refused for it.
    pub fn forgive(&mut self) {
        self.tokens = self.tokens.max(0);
    }

    /// What it holds at `now_ms`; nothing while in debt.
    pub fn level(&self, now_ms: u64) -> Level {
        let halves = |tokens: i64| (tokens.max(0) / HALF_UNIT) as u64;
        Level { left_half_units: halves(self.refilled(now_ms)), size_half_units: halves(self.size) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn left(bucket: &Bucket, now_ms: u64) -> u64 {
        bucket.level(now_ms).left_half_units
    }

    #[test]
    fn a_burst_lasts_as_long_as_what_was_saved() {
        let mut bucket = Bucket::full(10_000, 300, 0);
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
        let mut bucket = Bucket::full(1_000, 1, 0);
        bucket.take(10, 0);
        assert_eq!(left(&bucket, 0), 0);
        assert!(!bucket.admits(4_000));
        assert!(bucket.admits(4_500));
        assert!(bucket.admits(1_000_000));
        assert_eq!(left(&bucket, u64::MAX), 2);
        assert!(bucket.admits(u64::MAX), "the longest wait overflows nothing");
    }

    #[test]
    fn a_third_of_a_unit_is_a_rate() {
        let mut bucket = Bucket::full(333, 1, 0);
        bucket.take(2, 0);
        assert!(!bucket.admits(2_003));
        assert!(bucket.admits(2_004), "three seconds of a third, less the one that it held");
    }

    #[test]
    fn a_raise_is_felt_at_once_and_a_cut_takes_what_is_too_much() {
        let mut bucket = Bucket::full(1_000, 300, 0);
        bucket.take(1_000, 0);
        bucket.resize(100_000, 300, 0);
        assert_eq!(left(&bucket, 0), 198, "the debt is forgotten, 99 units were added");
        bucket.resize(1_000, 1, 0);
        assert_eq!(bucket.level(0), Level { left_half_units: 2, size_half_units: 2 });
    }

    proptest! {
        /// Never more than its size; over any window no more is admitted than was held, than the rate brought, and than the
        /// last request went into debt by.
        #[test]
        fn what_is_admitted_is_bounded(
            rate in 1u64..2_000_000,
            seconds in 1u64..300,
            requests in proptest::collection::vec((0u64..400, 1u64..800), 1..200),
        ) {
            let mut bucket = Bucket::full(rate, seconds, 0);
            let (mut now_ms, mut admitted) = (0, 0u128);
            for (wait_ms, cost) in requests {
                now_ms += wait_ms;
                if bucket.admits(now_ms) {
                    bucket.take(cost, now_ms);
                    prop_assert!(bucket.tokens > -(cost as i64 * HALF_UNIT), "in debt by no more than this request");
                    admitted += u128::from(cost);
                    let brought = u128::from(rate) * 2 * u128::from(now_ms) / 1_000_000;
                    let held = u128::from(bucket.level(now_ms).size_half_units) + 1;
                    prop_assert!(admitted <= held + brought + 1 + u128::from(cost));
                }
                let level = bucket.level(now_ms);
                prop_assert!(level.left_half_units <= level.size_half_units);
            }
        }
    }
}
