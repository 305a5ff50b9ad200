//! What is consumed in a minute: what auto scaling, adaptive capacity and the peaks of tables on demand go by.
//!
//! Owns the running minute's count and nothing older, so that its memory is bounded. A world's image has it and a
//! journal has not: where changes are replayed the minute is counted anew.

use serde::{Deserialize, Serialize};

use super::admission::slot;
use crate::timeline::Access;

const MINUTE_MS: u64 = 60_000;

/// The running minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// When the minute is over; 0 while nothing was consumed since the last was closed.
    until_ms: u64,
    /// Half units read and written.
    consumed: [u64; 2],
    /// A minute began with the last count.
    began: bool,
}

/// A minute that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minute {
    /// When it was over.
    pub end_ms: u64,
    /// Half units read and written in it.
    pub consumed: [u64; 2],
}

impl Usage {
    pub(super) fn count(&mut self, access: Access, half_units: u64, now_ms: u64) {
        if self.until_ms == 0 {
            self.until_ms = (now_ms / MINUTE_MS + 1) * MINUTE_MS;
            self.began = true;
        }
        self.consumed[slot(access)] += half_units;
    }

    /// Whether a minute began since the last call: when it is over something is to be done.
    pub fn take_began(&mut self) -> Option<u64> {
        std::mem::take(&mut self.began).then_some(self.until_ms)
    }

    /// When the running minute is over.
    pub fn next_due_ms(&self) -> Option<u64> {
        (self.until_ms > 0).then_some(self.until_ms)
    }

    /// The minute, once it is over; counting begins anew.
    pub fn close(&mut self, now_ms: u64) -> Option<Minute> {
        let over = self.until_ms > 0 && self.until_ms <= now_ms;
        over.then(|| {
            let minute = Minute { end_ms: self.until_ms, consumed: self.consumed };
            *self = Usage::default();
            minute
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_counted_from_its_first_request_to_its_end() {
        let mut usage = Usage::default();
        assert_eq!((usage.next_due_ms(), usage.close(600_000)), (None, None));
        usage.count(Access::Write, 2, 61_000);
        usage.count(Access::Read, 1, 119_999);
        assert_eq!((usage.take_began(), usage.take_began()), (Some(120_000), None));
        assert_eq!(usage.close(119_999), None);
        assert_eq!(usage.close(120_000), Some(Minute { end_ms: 120_000, consumed: [1, 2] }));
        assert_eq!(usage.next_due_ms(), None);
    }
}
