//! A workspace's clock: it runs at the pace of the wall clock while the workspace is open, and never backwards.
//!
//! Owns the arithmetic; the times it starts from are given to it. A wall clock that is set back does not
//! stop it: the machine's monotonic clock carries it on.

/// A running clock, in milliseconds of the epoch.
#[derive(Clone, Debug)]
pub struct Clock {
    last_ms: u64,
    started_ms: u64,
    started_monotonic_ms: u64,
}

impl Clock {
    /// Starts at the wall clock's time, or at the saved last time where that is later.
    pub fn start(saved_last_ms: u64, wall_ms: u64, monotonic_ms: u64) -> Clock {
        let started_ms = saved_last_ms.max(wall_ms);
        Clock { last_ms: started_ms, started_ms, started_monotonic_ms: monotonic_ms }
    }

    /// The time now.
    pub fn now_ms(&mut self, wall_ms: u64, monotonic_ms: u64) -> u64 {
        let ran_ms = self.started_ms + monotonic_ms.saturating_sub(self.started_monotonic_ms);
        self.last_ms = self.last_ms.max(wall_ms).max(ran_ms);
        self.last_ms
    }
}

/// The wall clock, in milliseconds of the epoch.
pub fn wall_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// A clock that nobody sets, in milliseconds of an unknown start.
pub fn monotonic_ms() -> u64 {
    precise_ms() as u64
}

/// The same with its fraction, for measuring how long something took.
pub fn precise_ms() -> f64 {
    web_sys::js_sys::Reflect::get(&js_sys::global(), &"performance".into())
        .ok()
        .and_then(|performance| wasm_bindgen::JsCast::dyn_into::<web_sys::Performance>(performance).ok())
        .map_or_else(js_sys::Date::now, |performance| performance.now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_follows_the_wall_and_never_runs_backwards() {
        let mut clock = Clock::start(0, 1_000, 10);
        assert_eq!(clock.now_ms(1_500, 510), 1_500);
        assert_eq!(clock.now_ms(900, 520), 1_510, "set back: the monotonic clock carries on");
        assert_eq!(clock.now_ms(60_000, 530), 60_000, "slept: the wall clock is right");
        assert_eq!(clock.now_ms(900, 540), 60_000);
    }

    #[test]
    fn a_saved_time_ahead_of_the_wall_goes_on_from_there() {
        let mut clock = Clock::start(5_000, 1_000, 0);
        assert_eq!(clock.now_ms(1_100, 100), 5_100);
    }
}
