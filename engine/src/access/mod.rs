//! The one way to read and write items.
//!
//! Owns the state of a region as the operations see it ([`Region`]) and the record of one request ([`Context`]): route,
//! admit, test, write the item with its index entries and its stream record, and say so on the timeline. Never parses a
//! request and never words a response.

mod admit;
mod asked;
pub mod archive;
pub mod background;
mod collection;
pub mod bulk;
pub mod conflicts;
mod context;
mod entries;
mod expiry;
pub mod faults;
pub mod history;
mod key_range;
pub mod lifecycle;
pub mod lingering;
mod live;
mod marks;
pub mod replication;
pub mod minutes;
pub mod outage;
mod page;
mod probe;
mod read;
mod region;
mod route;
mod schedule;
mod search;
mod splitting;
pub mod streams;
mod write;

pub use collection::collection_gigabytes;
pub use context::Context;
pub use key_range::{behind, collection_range, holds, resume};
pub use marks::{Checks, Mark, Marks};
pub use page::{Page, PageRequest, Range, page};
pub use probe::{Probe, Seen};
pub use read::{get, stored_bytes};
pub use region::{Live, Region, Saved, Settings, Statistics, TableState};
pub use route::{
    ItemKey, check_index_keys, check_keys_not_empty, item_key, key_of_bytes, key_of_item, key_text,
};
pub use search::{Found, Search, search, vector_counts};
pub use write::{
    Change, Evaluated, Write, apply, charge_cancelled, check_available, compute, evaluate, write,
};
