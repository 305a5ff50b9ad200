//! Streams: records, shards and their lineage, iterators.
//!
//! Owns what a stream is made of and how it is encoded. Never writes the store: `access` appends records, `operation`
//! reads them.
//!
//! Follows [DynamoDB Streams](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html): each
//! change appears exactly once, in order for its item; shards follow partitions, a child after its parent.

mod iterator;
pub mod json;
mod record;
mod shard;

pub use iterator::ShardIterator;
pub use record::{Record, record_key, record_position, sequence_number, sequence_position};
pub use shard::{Origin, SHARD_LIFE_MS, Shard, Shards};
