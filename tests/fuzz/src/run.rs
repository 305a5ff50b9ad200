//! Running inputs under watch.
//!
//! Each target runs in a thread with a small stack. A panic fails with the input's seed; an input that takes too long, or more memory
//! than it can be worth, does too. A stack that overflows ends the process: the input is then in the file that was named.

use crate::mutate::mutate;
use crate::targets::{Prepared, Target};
use engine::random::Random;
use peak_alloc::PeakAlloc;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// A browser worker's stack: what wasm modules get from the linker.
const STACK_BYTES: usize = 1 << 20;
/// The longest that one input may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// What an input may take of memory besides a multiple of its own length.
const SPARE_BYTES: usize = 64 << 20;
/// How many times its own length an input may take of memory.
const TIMES: usize = 400;

#[global_allocator]
static PEAK: PeakAlloc = PeakAlloc;

/// Memory is counted for the whole process: one target at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Which inputs to run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The first seed.
    pub from: u64,
    /// How many seeds.
    pub seeds: u64,
    /// Where each input is written before it is read, for one that ends the process.
    pub trace: Option<PathBuf>,
}

/// Runs the corpus as it stands, then mutated inputs. The error names the input.
pub fn run(target: Target, plan: Plan) -> Result<u64, String> {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let (told, progress) = mpsc::channel();
    let work = move || work(target, &plan, &told);
    let thread = thread::Builder::new().stack_size(STACK_BYTES).name(target.name().into()).spawn(work);
    let thread = thread.map_err(|error| format!("no thread: {error}"))?;
    let mut last = String::new();
    loop {
        match progress.recv_timeout(PATIENCE) {
            Ok(input) => last = input,
            Err(RecvTimeoutError::Timeout) => {
                return Err(format!("{}: {last} takes more than {PATIENCE:?}", target.name()));
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    thread.join().map_err(|_| format!("{}: {last} ended the thread", target.name()))?
}

fn work(target: Target, plan: &Plan, told: &Sender<String>) -> Result<u64, String> {
    let mut prepared = target.prepare();
    let inputs = prepared.inputs.clone();
    for (at, input) in inputs.iter().enumerate() {
        one(&mut prepared, target, input, format!("input {at} of the corpus"), plan, told)?;
    }
    for seed in plan.from..plan.from + plan.seeds {
        let input = mutate(&mut Random::new(seed), &inputs, target.words());
        one(&mut prepared, target, &input, format!("seed {seed}"), plan, told)?;
    }
    Ok(inputs.len() as u64 + plan.seeds)
}

fn one(
    prepared: &mut Prepared,
    target: Target,
    input: &[u8],
    name: String,
    plan: &Plan,
    told: &Sender<String>,
) -> Result<(), String> {
    // The receiver outlives this thread, or nobody cares.
    let _ = told.send(name.clone());
    if let Some(trace) = &plan.trace {
        fs::write(trace, input).map_err(|error| format!("{}: {error}", trace.display()))?;
    }
    let before = PEAK.current_usage();
    PEAK.reset_peak_usage();
    let read = catch_unwind(AssertUnwindSafe(|| prepared.read(input)));
    let used = PEAK.peak_usage().saturating_sub(before);
    let shown = || format!("{}: {name} ({} bytes): {}", target.name(), input.len(), excerpt(input));
    if read.is_err() {
        return Err(format!("{} panics", shown()));
    }
    if used > SPARE_BYTES + TIMES * input.len() {
        return Err(format!("{} takes {} MB", shown(), used >> 20));
    }
    Ok(())
}

fn excerpt(input: &[u8]) -> String {
    String::from_utf8_lossy(&input[..input.len().min(400)]).escape_debug().to_string()
}
