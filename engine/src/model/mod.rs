//! The values DynamoDB stores: attribute values, numbers, items, key bytes, document paths, sizes and
//! their JSON and compact encodings.
//!
//! Owns the types and their total, deterministic order. Never knows a table, a request or an exception:
//! what can go wrong here is a small typed error that `error` words.

pub mod braces;
pub mod bytes;
pub mod codec;
pub mod json;
pub mod key;
pub mod map;
pub mod number;
pub mod path;
pub mod size;
pub mod value;

pub use map::{Item, Map};
pub use number::{Number, NumberError};
pub use path::{DocumentPath, PathSegment};
pub use value::{AttributeType, AttributeValue};
