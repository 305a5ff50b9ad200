//! Random requests, answered by the engine and by DynamoDB Local, and compared one by one.
//!
//! A script is a seed: [`generate::script`] draws tables, requests and PartiQL statements, good and bad, and reads everything at
//! the end, streams too. [`run::run`] sends each to both sides, and
//! [`compare`] tells where the answers differ once what may differ (dates, identifiers, the order of sets) is set aside.
//! DynamoDB Local is not the service: `known.json` lists the differences that are explained, each with where the service's own
//! answer is written down. What is left is a fault of ours, until it is explained: the script is shortened and printed, and becomes
//! a script of `tests/conformance` when it is mended.
//!
//! `cargo xtask differential --seeds N` runs it.

pub mod capacity;
pub mod compare;
pub mod generate;
pub mod known;
pub mod local;
pub mod minimise;
pub mod run;
pub mod stream;
