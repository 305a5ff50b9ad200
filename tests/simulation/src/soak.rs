//! Many seeds, one after the other, on as many threads as asked: concurrent histories of transactions with all checks and without
//! one of them, and a long history of everything else now and then. Says which seed went wrong.

use std::ops::Range;
use std::panic::catch_unwind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::history;
use crate::transactions::walk;

/// The checks that a protocol is tried without; the last is the timestamp that an item gets which a transaction only checks.
pub const CHECKS: [&str; 3] = ["TimestampCheck", "PendingCheck", "CheckedTimestamp"];

/// A seed in so many has a history of everything as well.
const HISTORY_EVERY: u64 = 20;
/// How many steps that takes.
const HISTORY_STEPS: usize = 250;
/// After how many seeds it is said how far it is.
const TOLD_EVERY: u64 = 1000;

/// What the seeds did: enough to see that they were not idle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Seeds.
    pub seeds: u64,
    /// Ends of their histories in which a transaction was written.
    pub written: u64,
    /// Seeds whose history went wrong without each of [`CHECKS`].
    pub caught: [u64; 3],
    /// Histories of everything.
    pub histories: u64,
    /// Partitions that were split in them.
    pub splits: usize,
    /// Leaders that were elected in them.
    pub elections: usize,
}

impl Summary {
    fn add(&mut self, other: &Summary) {
        self.seeds += other.seeds;
        self.written += other.written;
        self.histories += other.histories;
        self.splits += other.splits;
        self.elections += other.elections;
        for (caught, more) in self.caught.iter_mut().zip(other.caught) {
            *caught += more;
        }
    }
}

/// Runs the seeds; `tell` hears how far it is. The error names the seed that went wrong, and how.
pub fn soak(seeds: Range<u64>, threads: usize, tell: impl Fn(u64) + Sync) -> Result<Summary, String> {
    let next = AtomicU64::new(seeds.start);
    let result = Mutex::new(Ok(Summary::default()));
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                break;
            }
            let found = one(seed);
            let Ok(mut result) = result.lock() else { break };
            match (&mut *result, found) {
                (Ok(sum), Ok(found)) => {
                    sum.add(&found);
                    if sum.seeds % TOLD_EVERY == 0 {
                        tell(sum.seeds);
                    }
                }
                (Ok(_), Err(reason)) => *result = Err(reason),
                (Err(_), _) => break,
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(work);
        }
    });
    result.into_inner().unwrap_or_else(|_| Err("a thread was lost".into()))
}

fn one(seed: u64) -> Result<Summary, String> {
    catch_unwind(|| {
        let found = walk(seed, None);
        if found["Serializable"] != true {
            return Err(format!("seed {seed} is not serializable: {}", found["Counterexample"]["Trail"]));
        }
        let written = found["Ends"].to_string().matches("Written").count() as u64;
        let caught = CHECKS.map(|check| u64::from(walk(seed, Some(check))["Serializable"] == false));
        let mut summary = Summary { seeds: 1, written, caught, ..Summary::default() };
        if seed.is_multiple_of(HISTORY_EVERY) {
            let report = history::run(seed, HISTORY_STEPS);
            summary.histories = 1;
            (summary.splits, summary.elections) = (report.splits, report.elections);
        }
        Ok(summary)
    })
    .unwrap_or_else(|panic| {
        let told = panic.downcast_ref::<String>().map(String::as_str);
        let told = told.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(format!("seed {seed}: {}", told.unwrap_or("it panicked")))
    })
}
