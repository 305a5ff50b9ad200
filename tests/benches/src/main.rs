//! How fast Dynascope is: each figure a line `NAME VALUE UNIT`, for `cargo xtask bench`.
//!
//! The requests go in by the door, [`engine::world::World::execute`], as JSON, and every answer is looked at: a refused
//! request ends the benchmark. Times are the best of several rounds, since everything else on a machine only adds. Beside
//! each stands a ratio to the least that the same work could cost on the same machine, which is what to compare
//! between machines.

mod door;
mod http;
mod in_process;
mod measure;
mod requests;
mod timeline;
mod traffic;

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// The endpoint's allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// A benchmark: its name, and what gives its figures.
type Benchmark = (&'static str, fn() -> Result<Vec<measure::Figure>, String>);

const BENCHMARKS: [Benchmark; 5] = [
    ("requests", requests::run),
    ("in_process", in_process::run),
    ("black_friday", traffic::run),
    ("timeline", timeline::run),
    ("http", http::run),
];

fn main() -> ExitCode {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    for (name, run) in BENCHMARKS {
        if !name.contains(&wanted) {
            continue;
        }
        match run() {
            Ok(figures) => figures.iter().for_each(|figure| println!("{figure}")),
            Err(reason) => {
                eprintln!("{name}: {reason}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}
