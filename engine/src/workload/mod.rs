//! Seeded traffic: which requests a simulated workload sends, in which order and when.
//!
//! Owns the draws. Sends nothing: a driver takes the requests and hands them to a world at the times that
//! [`Arrivals`] gives. The same pattern and seed give the same requests, byte for byte, natively and in
//! WebAssembly: distributions are tables of integers.

mod distribution;
mod generator;

pub use distribution::{DRAWS_DIGEST, Keys, Ranks, draws_digest};
pub use generator::{Arrivals, KeyShape, Pattern, Request, Workload};
