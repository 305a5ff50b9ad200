//! Random histories of requests, checked against a model so naive that it cannot be wrong: a map of items.
//!
//! [`crashes`] are lives of a stored workspace, over a database that fails at every point.
//!
//! A history is a seed. While it runs, the world is wound back, saved, restored and replayed at random moments, time
//! jumps, and every answer is compared with the model's. A seed that fails is a regression: name it in
//! `tests/histories.rs`.

pub mod crashes;
mod history;
mod model;
pub mod soak;
pub mod transactions;

pub use history::{Report, run};
