//! The Lambda event source: what reads a stream, hands batches of its records to a function, and copes with what fails.
//!
//! Owns event source mappings and their progress, filters, functions, batches, retries. All of it is bytes in the store, so
//! that it is saved, journalled and wound back like items are; time is the caller's. Never writes an item: a function's requests
//! go through the world's ordinary door, which carries out a [`Job`] and hands back what came of it.
//!
//! Follows [Using Lambda with DynamoDB](https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html). Records are delivered at least
//! once: a batch whose function failed half-way, or whose answer was lost, is delivered again.
//!
//! - [`mapping`] the settings, [`pattern`] the filters, [`function`] and [`template`] what is done with a record
//! - [`progress`] what is saved, [`steps`] what is done next and when, [`work`] and `outcome` doing it
//! - [`describe`] showing it

pub mod describe;
mod event;
pub mod function;
pub mod mapping;
mod outcome;
pub mod pattern;
pub mod progress;
pub mod steps;
pub mod template;
pub mod work;

pub use work::Job;
