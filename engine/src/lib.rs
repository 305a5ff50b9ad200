//! A deterministic DynamoDB.
//!
//! Everything that Dynascope does happens here: the same calls give the same bytes, natively and in
//! WebAssembly. There is no clock (`now_ms` is an argument), no randomness (the seed is
//! configuration), no I/O and no thread.
//!
//! The order of the modules below is the order of the layers: **a module uses only what stands above
//! it**. `tests/tidy` reads every `use crate::` and fails on an arrow that points the wrong way.
//!
//! The life of a request: [`world::World::execute`] → [`engine::Engine::execute`] → one file of
//! [`operation`] (decode, validate, find the table, compile the expressions) → [`cluster`] (hash →
//! partition → leader or replica) → [`capacity`] (admission) → [`access`] (condition, item, indexes,
//! stream record) → an [`world::Outcome`] of response, changes and events.

pub mod limits;
pub mod random;
pub mod model;
pub mod timeline;
pub mod error;
pub mod api;
pub mod expression;
pub mod store;
pub mod table;
pub mod cluster;
pub mod capacity;
pub mod index;
pub mod vector;
pub mod stream;
pub mod access;
pub mod transaction;
pub mod backup;
pub mod consumer;
pub mod partiql;
pub mod operation;
pub mod engine;
pub mod world;
pub mod workload;
pub mod insight;
