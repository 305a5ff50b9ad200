//! Divides a WebAssembly module in two: what a first visit runs, and the rest, which is fetched when first needed.
//!
//! The two parts share the memory, the table of functions and the globals, which the first part owns. A function of the other part
//! is called by its slot in the table. Until the rest is there, the slots of its functions hold small stand-ins that ask for it
//! ([`JOIN`]) and then call what has taken their place. So what is where can only cost time: nothing can be called that is not there.
//! What the rest calls of the first part it may have once more itself ([`choose::again`]): both are the same, over the same memory.
//!
//! - [`read`] what must be known of a module
//! - [`links`] which functions and which data refer to which
//! - [`later`] the list of what a first visit does not run
//! - [`choose`] what stays and what goes, [`data`] of the data
//! - [`mod@write`] the two modules
//! - [`site`] does it to the built site, [`styles`] to its style sheets; [`watch`] finds out what a first visit runs

pub mod choose;
pub mod data;
pub mod later;
pub mod links;
pub mod read;
pub mod site;
pub mod styles;
pub mod watch;
pub mod write;

use std::fmt;

/// The imported function that brings the rest: it takes 1 where the caller cannot wait, and returns a value that is dropped.
pub const JOIN: &str = "joinRest";

/// Why a module cannot be divided.
#[derive(Debug)]
pub struct Broken(pub String);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<wasmparser::BinaryReaderError> for Broken {
    fn from(error: wasmparser::BinaryReaderError) -> Broken {
        Broken(error.to_string())
    }
}

impl<E: fmt::Debug> From<wasm_encoder::reencode::Error<E>> for Broken {
    fn from(error: wasm_encoder::reencode::Error<E>) -> Broken {
        Broken(format!("{error:?}"))
    }
}
