//! Request and response shapes, under the names that AWS gives them.
//!
//! Owns the shapes and the reading of JSON into them; every member is optional, since what is required is
//! for the operation to say. Never checks a value.

pub mod account;
pub mod backup;
pub mod bulk;
pub mod contents;
pub mod decode;
pub mod event_source;
pub mod global;
pub mod item;
pub mod parameters;
pub mod resource;
mod shapes;
pub mod statement;
mod straight;
pub mod table;
pub mod value;
pub mod vector;

pub(crate) use shapes::shapes;
