//! Capacity: units, token buckets, admission, ConsumedCapacity.
//!
//! Owns what a request is charged and whether it is admitted. Never reads or writes an item, and never
//! decides what a request touches.
//!
//! Follows [read and write operations](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html)
//! and [burst and adaptive capacity](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html).

mod adaptive;
mod admission;
mod bucket;
mod latency;
mod meter;
mod node;
mod on_demand;
mod scaling;
mod units;
mod usage;

pub use adaptive::Boosted;
pub use admission::{Ask, Ceiling, Levels, Limits, Targets, Tokens};
pub use bucket::Level;
pub use latency::{Draws, LEDGER_US, ROUTING_US, served_us};
pub use meter::{Meter, ReturnConsumedCapacity};
pub use node::Nodes;
pub use on_demand::{Peaks, on_demand, served_after};
pub use scaling::{Alarm, Wanted, within_bounds};
pub use units::{ReadMode, read_half_units, write_half_units};
pub use usage::{Minute, Usage};
