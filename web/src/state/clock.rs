//! The workspace's clock as the page knows it: what the worker last told, and what has passed since.

use super::reducible;
use crate::protocol::clock::{ClockState, Pace};

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// How far ahead a clock can be moved at once: the words, the milliseconds, and what is over by then.
pub const AHEAD: [(&str, u64, Option<&str>); 8] = [
    ("1 second", 1_000, None),
    ("1 minute", MINUTE_MS, Some("TTL's sweep goes by")),
    ("10 minutes", 10 * MINUTE_MS, Some("idempotency tokens lapse")),
    ("1 hour", HOUR_MS, None),
    ("4 hours", 4 * HOUR_MS, Some("a stream's shard is closed")),
    ("1 day", DAY_MS, Some("stream records are trimmed")),
    ("7 days", 7 * DAY_MS, None),
    ("35 days", 35 * DAY_MS, Some("recovery's reach")),
];

/// The day of that time, in UTC: `2026-11-25`.
pub fn day(at_ms: u64) -> String {
    // Days of the proleptic Gregorian calendar, counted from a year that begins in March (H. Hinnant's algorithm).
    let days = (at_ms / DAY_MS) + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{:02}", of_year - (153 * shifted + 2) / 5 + 1)
}

/// The clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkspaceClock {
    /// As it was told.
    pub state: ClockState,
    /// The page's monotonic clock then, in milliseconds.
    heard_at_ms: u64,
}

/// What can happen to it.
#[derive(Clone, Copy, Debug)]
pub enum ClockAction {
    /// The worker told it, at that time of the page's monotonic clock.
    Told(ClockState, u64),
    /// An answer carried this time, at that time of the page's monotonic clock.
    Seen(u64, u64),
}

impl WorkspaceClock {
    /// The workspace's time when the page's monotonic clock says `monotonic_ms`. A clock that goes as the wall clock does
    /// is followed; another one is told often, and stands in between.
    pub fn at(&self, monotonic_ms: u64) -> u64 {
        match self.is_followed() {
            true => self.state.now_ms + monotonic_ms.saturating_sub(self.heard_at_ms),
            false => self.state.now_ms,
        }
    }

    /// Whether time passes here without being told.
    pub fn is_followed(&self) -> bool {
        let Pace { paused, speed } = self.state.pace;
        !paused && speed.times() == 1 && self.state.ahead.is_none() && self.state.now_ms > 0
    }

    /// How much of a move ahead is done, from 0 to 100; none where there is no move.
    pub fn moved_percent(&self) -> Option<u32> {
        let (from_ms, until_ms) = self.state.ahead?;
        let all = until_ms.saturating_sub(from_ms).max(1);
        Some((self.state.now_ms.saturating_sub(from_ms) as u128 * 100 / u128::from(all)).min(100) as u32)
    }

    /// The transition.
    pub fn apply(&mut self, action: ClockAction) {
        match action {
            ClockAction::Told(state, heard_at_ms) => *self = WorkspaceClock { state, heard_at_ms },
            // Told late or out of turn it says nothing new.
            ClockAction::Seen(now_ms, heard_at_ms) if now_ms > self.at(heard_at_ms) => {
                self.state.now_ms = now_ms;
                self.heard_at_ms = heard_at_ms;
            }
            ClockAction::Seen(..) => {}
        }
    }
}

reducible!(WorkspaceClock, ClockAction);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::clock::Speed;

    fn told(now_ms: u64, paused: bool, speed: Speed, ahead: Option<(u64, u64)>) -> WorkspaceClock {
        let mut clock = WorkspaceClock::default();
        let state = ClockState { now_ms, pace: Pace { paused, speed }, ahead };
        clock.apply(ClockAction::Told(state, 100));
        clock
    }

    #[test]
    fn it_goes_on_with_the_wall_clock_and_otherwise_stands_until_it_is_told() {
        let mut clock = told(5_000, false, Speed::One, None);
        assert_eq!(clock.at(350), 5_250);
        clock.apply(ClockAction::Seen(5_100, 400));
        assert_eq!(clock.at(400), 5_300, "an older answer does not set it back");
        clock.apply(ClockAction::Seen(6_000, 400));
        assert_eq!(clock.at(410), 6_010);
        assert_eq!(told(5_000, true, Speed::One, None).at(9_999), 5_000);
        assert_eq!(told(5_000, false, Speed::Hour, None).at(9_999), 5_000);
        assert_eq!(WorkspaceClock::default().at(9_999), 0, "nothing was told yet");
    }

    #[test]
    fn days_are_the_calendar_s() {
        for (at_ms, text) in [
            (0, "1970-01-01"),
            (951_782_400_000, "2000-02-29"),
            (951_868_799_999, "2000-02-29"),
            (951_868_800_000, "2000-03-01"),
            (1_767_225_599_999, "2025-12-31"),
            (1_767_225_600_000, "2026-01-01"),
            (4_107_542_400_000, "2100-03-01"),
        ] {
            assert_eq!(day(at_ms), text);
        }
    }

    #[test]
    fn a_move_ahead_has_its_progress() {
        assert_eq!(told(1_500, false, Speed::One, Some((1_000, 3_000))).moved_percent(), Some(25));
        assert_eq!(told(1_500, false, Speed::One, None).moved_percent(), None);
        assert_eq!(told(1_000, false, Speed::One, Some((1_000, 1_000))).moved_percent(), Some(0));
    }
}
