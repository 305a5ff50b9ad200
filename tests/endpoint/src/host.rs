//! The engine under its lock: wall clock, background tick, and what becomes of a panic.
//!
//! Owns the one [`World`]. Knows nothing of HTTP. Everything is in memory: each outcome is durable at once.

use engine::error::{ApiError, internal_failure};
use engine::timeline::Detail;
use engine::world::{Config, Outcome, World};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::Notify;

/// The engine, shared by all connections.
pub struct Host {
    region: String,
    allow_unsigned: bool,
    clocked: Mutex<Clocked>,
    // Told when something becomes due earlier than before.
    sooner: Notify,
}

/// The wall clock, in milliseconds since 1970.
pub fn wall_clock_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}

struct Clocked {
    world: World,
    // The latest time the world was given: the wall clock may step back, the world's may not.
    now_ms: u64,
}

impl Clocked {
    fn read_clock(&mut self) -> u64 {
        self.now_ms = self.now_ms.max(wall_clock_ms());
        self.now_ms
    }

    /// Runs `step`; if the engine panics, undoes what it did and answers as the service does for its own faults.
    fn guarded(&mut self, step: impl FnOnce(&mut World, u64) -> Outcome) -> Outcome {
        let now_ms = self.now_ms;
        let world = &mut self.world;
        match catch_unwind(AssertUnwindSafe(|| step(world, now_ms))) {
            Ok(outcome) => {
                let position = self.world.position();
                self.world.durable(position);
                outcome
            }
            Err(_) => {
                self.world.wind_back();
                Outcome::of(Err(internal_failure()))
            }
        }
    }

    /// Reads the clock, and does what is due by now; when the next is.
    fn tick_if_due(&mut self) -> Option<u64> {
        let now_ms = self.read_clock();
        let due_ms = self.world.next_due_ms();
        if due_ms.is_none_or(|due_ms| due_ms > now_ms) {
            return due_ms;
        }
        // A tick has no one to answer.
        let _ = self.guarded(|world, now_ms| world.tick(now_ms));
        self.world.next_due_ms()
    }
}

impl Host {
    /// An empty world.
    pub fn new(config: Config, allow_unsigned: bool) -> Host {
        Host {
            region: config.region.clone(),
            allow_unsigned,
            clocked: Mutex::new(Clocked { world: World::new(config), now_ms: 0 }),
            sooner: Notify::new(),
        }
    }

    /// The region of requests that name none.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Whether a request needs no signature.
    pub fn allows_unsigned(&self) -> bool {
        self.allow_unsigned
    }

    /// Answers one request at the wall clock's time: the response's JSON or the exception.
    pub fn execute(&self, region: &str, operation: &str, request: &[u8]) -> Result<Vec<u8>, ApiError> {
        let mut clocked = self.lock();
        let due_before = clocked.tick_if_due();
        let outcome = clocked.guarded(|world, now_ms| {
            world.execute_with(region, now_ms, Detail::Answered, operation, request)
        });
        let due_after = clocked.world.next_due_ms();
        drop(clocked);
        if due_after.is_some_and(|after| due_before.is_none_or(|before| after < before)) {
            self.sooner.notify_one();
        }
        // What happened is of no use here; it is freed without the lock.
        outcome.response
    }

    /// Ticks the world whenever something is due, for ever.
    pub async fn tick_when_due(self: Arc<Host>) {
        loop {
            let due_ms = self.lock().tick_if_due();
            let Some(due_ms) = due_ms else {
                self.sooner.notified().await;
                continue;
            };
            // At least a millisecond, so that a world that is always due leaves room for requests.
            let wait = Duration::from_millis(due_ms.saturating_sub(wall_clock_ms()).max(1));
            // Whether the time is up or something became due sooner, the next round looks again.
            let _ = tokio::time::timeout(wait, self.sooner.notified()).await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Clocked> {
        // `guarded` lets no panic of the engine through; a poisoned lock has a world wound back to a sound state.
        self.clocked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
