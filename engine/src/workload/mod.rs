//! Seeded traffic: which requests simulated clients send, when, and what came of them.
//!
//! Owns recipes and their runs: access patterns with templates for values, arrival rates, key distributions, clients that
//! send refused requests again, which of the requests are watched. Everything is drawn from one seed, natively and in
//! WebAssembly the same: distributions are tables of integers or `libm`'s. A run sends real requests into a branch of a
//! world, behind decoding; it never reads a clock and never answers anybody.

mod arrivals;
mod clients;
mod digest;
mod distribution;
mod filling;
mod pattern;
mod planned;
mod recipe;
mod run;
mod takeover;
mod template;
mod watch;

pub use arrivals::{Rate, Spread};
pub use clients::{Clients, WAITING};
pub use digest::{DRAWS_DIGEST, RUN_DIGEST, draws_digest, run_digest};
pub use filling::{Filling, Tables};
pub use pattern::{AccessPattern, Compiled, TRAFFIC_OPERATIONS};
pub use planned::{
    Asking, Expectation, Frequency, ITEMS_MAX, PATTERNS_MAX, Per, PlannedPattern, TIMES_MAX, recipe_of,
};
pub use recipe::{Fill, Recipe, Row, VERSION, suggest};
pub use run::{LATENCY_MS, Onlooker, Progress, Run, Second};
pub use template::{Dictionary, Moment, Template};
pub use watch::{ALL_UP_TO, CELL, Watch};

#[cfg(test)]
mod doors_tests;
#[cfg(test)]
mod run_tests;
