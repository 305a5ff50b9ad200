//! Tables: schema, index definitions, their validation and life cycle.
//!
//! Owns what a table *is*; items, partitions and tokens stand elsewhere under its number. Never reads or
//! writes an item.
//!
//! Follows [CreateTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html),
//! [UpdateTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html) and
//! [DescribeTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html).

mod schema;

pub use schema::{
    BillingMode, Index, IndexId, IndexKind, IndexStatus, KeyAttribute, KeySchema, KeyType, Projection,
    StreamSetting, StreamView, Table, TableId, TableStatus, Throughput, TimeToLive, TtlStatus,
};
