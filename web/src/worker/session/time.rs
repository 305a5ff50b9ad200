//! The session's time: it moves the open workspace on as its clock wants, tells the page, and wakes the loop when that is due.
//!
//! Owns the alarms. Never reads a request: what is due is the engine's to do, in slices, so that calls are answered between.

use gloo::timers::callback::Timeout;

use super::{Command, Session};
use crate::protocol::FromWorker;
use crate::protocol::clock::{ClockChange, ClockState};
use crate::worker::clock::{self, SAVED_EVERY_MS};

/// Heat leaves at most this often, in milliseconds.
const HEAT_MS: u32 = 250;
/// Traffic advances this often, in milliseconds…
const TRAFFIC_MS: u32 = 100;
/// …and after this pause while it is behind, so that the page's requests have their turn.
const TRAFFIC_BEHIND_MS: u32 = 5;
/// A clock at another pace than the wall clock's is told this often, in milliseconds.
const CLOCK_MS: u32 = 100;
/// What is due by itself wakes the loop at most this often, in milliseconds: the page draws no oftener, and a request that comes earlier does it on
/// its way. Whenever it is done, it happens at its own time.
const DUE_MS: u64 = 16;
/// After a failed commit the engine's own work waits this long, in milliseconds.
const BACKOFF_MS: u32 = 1_000;

/// What the page knows of the clock.
#[derive(Debug, Default)]
pub(super) struct Told {
    state: ClockState,
    at_ms: f64,
    /// It was asked to change since.
    pub(super) asked: bool,
}

/// The timers that wake the loop.
#[derive(Default)]
pub(super) struct Alarms {
    /// With the time of a clock that nobody sets at which it goes off.
    clock: Option<(f64, Timeout)>,
    heat: Option<Timeout>,
    traffic: Option<Timeout>,
}

impl Alarms {
    /// The timer has gone off.
    pub(super) fn rang(&mut self, command: &Command) {
        match command {
            Command::Tick => self.clock = None,
            Command::Heat => self.heat = None,
            Command::Traffic => self.traffic = None,
            _ => {}
        }
    }
}

impl Session {
    /// Changes the clock of the open workspace.
    pub(super) fn set_clock(&mut self, id: u64, change: ClockChange) {
        let Some(open) = &mut self.open else { return self.refuse(id) };
        open.set_clock(id, change);
        self.told.asked = true;
    }

    /// Moves the open workspace on as far as its clock has come, or as one slice allows.
    pub(super) fn keep_up(&mut self) {
        let Some(open) = &self.open else { return };
        let (moving, wanted_ms) = (open.is_moving(), open.wanted_ms());
        let wanted_ms = self.waits_for_traffic(wanted_ms);
        let Some(open) = &mut self.open else { return };
        self.behind = !open.keep_up(wanted_ms);
        if let Some(run) = &mut self.traffic
            && moving
        {
            run.rest_until(open.clock().now_ms, &mut self.heat, &mut self.samples);
        }
    }

    /// Tells the page where the clock stands, where it cannot know.
    pub(super) fn tell_clock(&mut self) {
        let Some(open) = &self.open else { return };
        let state = open.clock();
        let changed = self.told.asked || state.pace != self.told.state.pace;
        let moved = state.ahead.is_some() != self.told.state.ahead.is_some();
        let alone = state.now_ms != self.told.state.now_ms && (open.is_moving() || !open.runs_at_wall_pace());
        let due = clock::monotonic_ms() - self.told.at_ms >= f64::from(CLOCK_MS);
        if changed || moved || (alone && due) {
            self.told = Told { state, at_ms: clock::monotonic_ms(), asked: false };
            (self.post)(FromWorker::Clock { clock: state });
        }
    }

    /// Wakes the loop when the clock comes to what is due, when it is to be told or saved, and when heat and traffic are due.
    pub(super) fn set_alarms(&mut self) {
        if self.is_warm() && self.alarms.heat.is_none() {
            self.alarms.heat = Some(self.wake_after(HEAT_MS, || Command::Heat));
        }
        if self.alarms.traffic.is_none()
            && let Some(behind) = self.traffic_is_behind()
        {
            let wait_ms = if behind { TRAFFIC_BEHIND_MS } else { TRAFFIC_MS };
            self.alarms.traffic = Some(self.wake_after(wait_ms, || Command::Traffic));
        }
        let Some(wait_ms) = self.tick_in_ms() else {
            self.alarms.clock = None;
            return;
        };
        let at_ms = clock::monotonic_ms() + f64::from(wait_ms);
        // One that goes off too early is set again then: that is less than to set it with every commit.
        if self.alarms.clock.as_ref().is_none_or(|(set_ms, _)| *set_ms > at_ms) {
            self.alarms.clock = Some((at_ms, self.wake_after(wait_ms, || Command::Tick)));
        }
    }

    fn tick_in_ms(&self) -> Option<u32> {
        let open = self.open.as_ref()?;
        let state = open.clock();
        let due_ms = open.next_due_ms().and_then(|due_ms| open.comes_in_ms(due_ms));
        let due_ms = due_ms.map(|wait_ms| wait_ms.max(DUE_MS));
        let told_ms = (!state.pace.paused && !open.runs_at_wall_pace()).then_some(u64::from(CLOCK_MS));
        let saved_ms = (!state.pace.paused && !open.is_memory()).then_some(SAVED_EVERY_MS);
        let at_once = (self.behind || open.is_moving()).then_some(0);
        let wait_ms = [due_ms, told_ms, saved_ms, open.spent_in_ms(), at_once].into_iter().flatten().min()?;
        let wait_ms = wait_ms.min(60_000) as u32;
        Some(if open.has_failed() { wait_ms.max(BACKOFF_MS) } else { wait_ms })
    }

    pub(super) fn wake_after(&self, wait_ms: u32, command: fn() -> Command) -> Timeout {
        let commands = self.commands.clone();
        Timeout::new(wait_ms, move || {
            let _ = commands.unbounded_send(command());
        })
    }
}
