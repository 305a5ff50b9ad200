//! Tables: schema, index definitions, their validation and life cycle.
//!
//! Owns what a table *is*; items, partitions and tokens stand elsewhere under its number. Never reads or
//! writes an item.
//!
//! Follows [CreateTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html),
//! [UpdateTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html) and
//! [DescribeTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html).

pub mod arn;
pub mod attachments;
pub mod auto_scaling;
pub mod create;
pub mod definition;
pub mod delete;
pub mod describe;
pub mod insights;
pub mod global;
pub mod lifecycle;
pub mod list;
pub mod name;
mod pace;
pub mod replicas;
pub mod restore;
pub mod scaling;
pub mod policy;
pub mod quota;
mod schema;
mod settings;
pub mod tags;
pub mod ttl;
pub mod update;
pub mod vector;

pub use schema::{
    BillingMode, Index, IndexId, IndexKind, IndexStatus, KeyAttribute, KeySchema, KeyType,
    OnDemandThroughput, PendingUpdate, Projection, Recovery, Restore, StreamSetting, StreamView, Table,
    TableId, TableStatus, Throughput, TimeToLive, TtlStatus, WarmThroughput,
};

use crate::random::Random;

/// A UUID of version 4, as `TableId` in DescribeTable.
pub fn uuid(random: &mut Random) -> String {
    let (high, low) = (random.next_u64(), random.next_u64());
    let version = high & !0xf000 | 0x4000;
    let variant = low & !(0b11 << 62) | 0b10 << 62;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        version >> 32,
        version >> 16 & 0xffff,
        version & 0xffff,
        variant >> 48,
        variant & 0xffff_ffff_ffff
    )
}
