//! Scripts of requests and answers, run through the engine's door with a clock of their own.
//!
//! Owns the scripts' folder ([`folder`]) and format ([`script`]), what it writes short ([`repetition`]), the comparison of answers
//! ([`matching`]), the runner ([`run`]), what the scripts cover ([`coverage`]) of the service's [`model`], the table of what DynamoDB does ([`facts`]), and the loader of the gallery's
//! samples ([`sample`]). Knows nothing of the engine but [`engine::world`]. The answers in
//! `scripts/` are DynamoDB's, by its documentation and by recorded behaviour, never the engine's own:
//! see `scripts/README.md`.

pub mod coverage;
pub mod facts;
pub mod folder;
pub mod matching;
pub mod model;
pub mod repetition;
pub mod run;
pub mod sample;
pub mod script;
