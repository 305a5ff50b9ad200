//! Mutated inputs for everything that reads what others wrote: requests, expressions, PartiQL, numbers, journals, snapshots.
//!
//! Runs on stable Rust, without coverage: [`mutate`] changes the inputs of the corpora by the engine's seeded generator, so an input
//! that fails has a seed. [`targets`] hands each to its reader; [`run`] watches that none panics, hangs, overflows a stack
//! of the size of a browser worker's, or allocates without bound.
//!
//! `corpus/TARGET/` holds the inputs that the mutations begin with. One that failed once is kept there, and from then on is run as
//! it stands in every `cargo test`. `cargo xtask fuzz --seconds N` goes on for that long with seeds of its own.

pub mod files;
pub mod mutate;
pub mod run;
pub mod targets;
