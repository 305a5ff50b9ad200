//! Capacity: units, token buckets, admission, ConsumedCapacity.
//!
//! Owns what a request is charged and whether it is admitted. Never reads or writes an item, and never
//! decides what a request touches.
//!
//! Follows [read and write operations](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html)
//! and [burst and adaptive capacity](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html).

mod bucket;
mod meter;
mod units;

pub use bucket::{Bucket, Buckets};
pub use meter::{Meter, ReturnConsumedCapacity};
pub use units::{ReadMode, read_half_units, write_half_units};
