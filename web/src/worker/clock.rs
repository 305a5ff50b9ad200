//! A workspace's clock: virtual time that runs at its own speed while the workspace is open, and never backwards.
//!
//! Owns the arithmetic and what is saved of a clock; the machine's time is given to it. A clock only *wants* to be
//! somewhere: whoever moves the world there says how far it came ([`Clock::reach`]), and the clock goes on from that, so a
//! machine that is too slow for the speed gets a slower clock and no debt.
//!
//! While a workspace is closed its time stands still. The clock is saved at every change and every [`SAVED_EVERY_MS`]; when
//! it is opened again, what passed since the last saving counts, but never more than that, so that nobody finds
//! it earlier than it was seen.

use js_sys::Reflect;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsCast;
use web_sys::Performance;

use crate::protocol::clock::{ClockChange, ClockState, Pace};

/// How often a running clock is saved, in milliseconds of the wall clock.
pub const SAVED_EVERY_MS: u64 = 15_000;

/// How far a step goes at most where nothing happens by itself, in milliseconds: a day.
const STEP_MS: u64 = 24 * 60 * 60 * 1000;

/// What is saved of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// Its time.
    pub now_ms: u64,
    /// The wall clock's time then.
    pub wall_ms: u64,
    /// How it runs.
    pub pace: Pace,
}

impl Kept {
    /// Where the clock goes on when the wall clock says `wall_ms`.
    pub fn resumes_ms(&self, wall_ms: u64) -> u64 {
        let passed_ms = wall_ms.saturating_sub(self.wall_ms).min(SAVED_EVERY_MS);
        match self.pace.paused {
            true => self.now_ms,
            false => self.now_ms + passed_ms * u64::from(self.pace.speed.times()),
        }
    }
}

/// A move ahead that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ahead {
    from_ms: u64,
    until_ms: u64,
    /// It ends where something happens.
    to_event: bool,
}

/// A running clock, in milliseconds of the epoch.
#[derive(Clone, Debug)]
pub struct Clock {
    pace: Pace,
    now_ms: u64,
    /// It runs since then: its time and the machine's.
    since: (u64, f64),
    ahead: Option<Ahead>,
    /// How it ran when it was last saved.
    saved_pace: Pace,
    /// The machine's time then; none where something has changed since that must be saved at once.
    saved_at_ms: Option<f64>,
}

impl Clock {
    /// A clock that goes on from `now_ms`.
    pub fn start(now_ms: u64, pace: Pace, monotonic_ms: f64) -> Clock {
        let since = (now_ms, monotonic_ms);
        Clock { pace, now_ms, since, ahead: None, saved_pace: pace, saved_at_ms: None }
    }

    /// The time that the world has reached.
    pub fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// How it runs.
    pub fn pace(&self) -> Pace {
        self.pace
    }

    /// As it stands.
    pub fn state(&self) -> ClockState {
        let ahead = self.ahead.map(|ahead| (ahead.from_ms, ahead.until_ms));
        ClockState { now_ms: self.now_ms, pace: self.pace, ahead }
    }

    /// Whether it is being moved ahead.
    pub fn is_ahead(&self) -> bool {
        self.ahead.is_some()
    }

    /// Whether the move ends at the first thing that happens.
    pub fn is_stepping(&self) -> bool {
        self.ahead.is_some_and(|ahead| ahead.to_event)
    }

    fn runs_to_ms(&self, monotonic_ms: f64) -> u64 {
        let (from_ms, from_monotonic_ms) = self.since;
        let passed_ms = (monotonic_ms - from_monotonic_ms).max(0.0);
        match self.pace.paused {
            true => from_ms,
            false => from_ms + (passed_ms * f64::from(self.pace.speed.times())) as u64,
        }
    }

    /// Where it should be now.
    pub fn wanted_ms(&self, monotonic_ms: f64) -> u64 {
        match self.ahead {
            Some(ahead) => ahead.until_ms,
            None => self.runs_to_ms(monotonic_ms).max(self.now_ms),
        }
    }

    /// The world is at `at_ms` now, which is not before the time that it was at.
    pub fn reach(&mut self, at_ms: u64, monotonic_ms: f64) {
        debug_assert!(at_ms >= self.now_ms, "time never runs backwards");
        let kept_up = self.ahead.is_none() && at_ms == self.wanted_ms(monotonic_ms);
        self.now_ms = at_ms;
        if !kept_up {
            self.since = (at_ms, monotonic_ms);
        }
        if self.ahead.is_some_and(|ahead| at_ms >= ahead.until_ms) {
            self.end_move();
        }
    }

    /// Something happened by itself: a step ends here.
    pub fn happened(&mut self) {
        if self.is_stepping() {
            self.end_move();
        }
    }

    fn end_move(&mut self) {
        self.ahead = None;
        self.saved_at_ms = None;
    }

    /// Does what is asked.
    pub fn change(&mut self, change: ClockChange, monotonic_ms: f64) {
        // What has passed until now passed at the old pace; what the world has not reached is not owed.
        self.since = (self.now_ms, monotonic_ms);
        self.saved_at_ms = None;
        let from_ms = self.ahead.map_or(self.now_ms, |ahead| ahead.from_ms);
        match change {
            ClockChange::Pause => self.pace.paused = true,
            ClockChange::Run => self.pace.paused = false,
            ClockChange::Speed { speed } => self.pace.speed = speed,
            ClockChange::Step => {
                self.pace.paused = true;
                let until_ms = self.now_ms + STEP_MS;
                self.ahead = Some(Ahead { from_ms: self.now_ms, until_ms, to_event: true });
            }
            ClockChange::Ahead { ms } => {
                // Behind one that is under way.
                let start_ms = self.ahead.filter(|ahead| !ahead.to_event).map_or(self.now_ms, |a| a.until_ms);
                let until_ms = start_ms.saturating_add(ms);
                self.ahead = (ms > 0).then_some(Ahead { from_ms, until_ms, to_event: false });
            }
            ClockChange::Stop => self.ahead = None,
        }
    }

    /// In how many milliseconds of the wall clock it is `at_ms`; none while it stands still.
    pub fn comes_in_ms(&self, at_ms: u64) -> Option<u64> {
        if self.is_ahead() {
            return Some(0);
        }
        let left_ms = at_ms.saturating_sub(self.now_ms);
        (!self.pace.paused).then(|| left_ms.div_ceil(u64::from(self.pace.speed.times())))
    }

    /// What is to be saved now; none where what was saved is good enough.
    pub fn to_keep(&self, wall_ms: u64, monotonic_ms: f64) -> Option<Kept> {
        let fresh = |at_ms: f64| self.pace.paused || monotonic_ms - at_ms < SAVED_EVERY_MS as f64;
        (!self.saved_at_ms.is_some_and(fresh)).then(|| self.kept(wall_ms))
    }

    /// All that is worth keeping of it.
    pub fn kept(&self, wall_ms: u64) -> Kept {
        Kept { now_ms: self.now_ms, wall_ms, pace: self.pace }
    }

    /// It was saved.
    pub fn saved(&mut self, kept: &Kept, monotonic_ms: f64) {
        (self.saved_pace, self.saved_at_ms) = (kept.pace, Some(monotonic_ms));
    }

    /// It could not be saved: it runs as it did when it was, and is tried again with the next saving.
    pub fn give_back(&mut self, monotonic_ms: f64) {
        self.since = (self.now_ms, monotonic_ms);
        (self.pace, self.saved_at_ms) = (self.saved_pace, Some(monotonic_ms));
    }
}

/// The wall clock, in milliseconds of the epoch.
pub fn wall_ms() -> u64 {
    js_sys::Date::now() as u64
}

thread_local! {
    /// Whoever tells the time is asked for once: the loop asks what time it is several times a request.
    static PERFORMANCE: Option<Performance> = Reflect::get(&js_sys::global(), &"performance".into())
        .ok()
        .and_then(|performance| performance.dyn_into().ok());
}

/// A clock that nobody sets, in milliseconds of an unknown start.
pub fn monotonic_ms() -> f64 {
    PERFORMANCE.with(|performance| performance.as_ref().map_or_else(js_sys::Date::now, Performance::now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::clock::Speed;

    const RUNS: Pace = Pace { paused: false, speed: Speed::One };

    /// What the world does that keeps up.
    fn keep_up(clock: &mut Clock, monotonic_ms: f64) -> u64 {
        clock.reach(clock.wanted_ms(monotonic_ms), monotonic_ms);
        clock.now_ms()
    }

    #[test]
    fn it_runs_at_its_speed_and_stands_still() {
        let mut clock = Clock::start(1_000, RUNS, 10.0);
        assert_eq!(keep_up(&mut clock, 510.4), 1_500);
        assert_eq!(keep_up(&mut clock, 511.2), 1_501, "fractions are not lost");
        assert_eq!(keep_up(&mut clock, 500.0), 1_501, "never backwards");
        keep_up(&mut clock, 511.0);
        clock.change(ClockChange::Speed { speed: Speed::Sixty }, 511.0);
        assert_eq!(keep_up(&mut clock, 611.0), 1_501 + 6_000);
        assert_eq!(clock.comes_in_ms(8_701), Some(20));
        clock.change(ClockChange::Pause, 611.0);
        assert_eq!((keep_up(&mut clock, 9_999.0), clock.comes_in_ms(8_701)), (7_501, None));
        clock.change(ClockChange::Run, 10_000.0);
        assert_eq!(keep_up(&mut clock, 10_010.0), 8_101, "what passed while it stood is not made up for");
    }

    #[test]
    fn a_machine_that_is_too_slow_has_a_slower_clock_and_no_debt() {
        let mut clock = Clock::start(0, Pace { speed: Speed::Most, ..RUNS }, 0.0);
        assert_eq!(clock.wanted_ms(100.0), 8_640_000);
        clock.reach(500_000, 100.0);
        assert_eq!(clock.wanted_ms(100.0), 500_000);
        assert_eq!(clock.wanted_ms(101.0), 586_400);
    }

    #[test]
    fn a_move_ahead_goes_to_its_end_and_may_be_made_longer_or_ended() {
        let mut clock = Clock::start(1_000, RUNS, 0.0);
        clock.change(ClockChange::Ahead { ms: 3_600_000 }, 0.0);
        assert_eq!((clock.wanted_ms(0.0), clock.comes_in_ms(u64::MAX)), (3_601_000, Some(0)));
        clock.reach(2_000_000, 50.0);
        assert_eq!(clock.state().ahead, Some((1_000, 3_601_000)));
        clock.change(ClockChange::Ahead { ms: 1 }, 60.0);
        assert_eq!(clock.wanted_ms(60.0), 3_601_001);
        clock.reach(3_601_001, 90.0);
        assert_eq!((clock.is_ahead(), clock.wanted_ms(95.0)), (false, 3_601_006), "it runs on from there");
        clock.change(ClockChange::Ahead { ms: 5_000 }, 95.0);
        clock.change(ClockChange::Stop, 96.0);
        assert_eq!((clock.is_ahead(), clock.wanted_ms(96.0)), (false, 3_601_001));
    }

    #[test]
    fn a_step_pauses_and_ends_where_something_happens() {
        let mut clock = Clock::start(1_000, RUNS, 0.0);
        clock.change(ClockChange::Step, 0.0);
        assert!(clock.is_stepping());
        clock.reach(61_000, 3.0);
        clock.happened();
        assert_eq!((clock.is_ahead(), clock.wanted_ms(999.0)), (false, 61_000));
        clock.change(ClockChange::Step, 999.0);
        assert_eq!(clock.wanted_ms(999.0), 61_000 + STEP_MS, "where nothing is due a day is enough");
    }

    #[test]
    fn it_is_saved_when_it_changes_and_now_and_then_and_never_found_earlier_than_seen() {
        let mut clock = Clock::start(5_000, RUNS, 0.0);
        let kept = clock.to_keep(70_000, 0.0).expect("it was never saved");
        clock.saved(&kept, 0.0);
        assert_eq!(clock.to_keep(84_000, 14_000.0), None);
        keep_up(&mut clock, 14_999.0);
        assert!(kept.resumes_ms(70_000 + 15_500) >= clock.now_ms());
        assert_eq!(kept.resumes_ms(9_000_000), 20_000, "closed for hours, it stood still");
        assert_eq!(kept.resumes_ms(1_000), 5_000, "the wall clock was set back");
        assert!(clock.to_keep(85_000, 15_000.0).is_some());
        clock.change(ClockChange::Pause, 15_100.0);
        let paused = clock.to_keep(85_100, 15_100.0).expect("it was changed");
        clock.give_back(15_100.0);
        assert!(!clock.pace().paused, "what could not be saved did not happen");
        clock.change(ClockChange::Pause, 15_200.0);
        clock.saved(&paused, 15_200.0);
        assert_eq!(clock.to_keep(9_000_000, 9_000_000.0), None, "nothing moves");
        assert_eq!(paused.resumes_ms(9_000_000), paused.now_ms);
    }
}
