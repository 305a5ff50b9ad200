//! Every limit as a named constant, with the page that documents it.
//!
//! Follows [Quotas](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html) and
//! [Constraints](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html).

/// The size of an item, attribute names included, in bytes.
pub const ITEM_SIZE_BYTES: usize = 400 * 1024;
/// A partition key's value, in bytes.
pub const PARTITION_KEY_BYTES: usize = 2048;
/// A sort key's value, in bytes.
pub const SORT_KEY_BYTES: usize = 1024;
/// What storage is billed for each item and index entry beyond its size, in bytes.
pub const STORED_OVERHEAD_BYTES: u64 = 100;
/// How deep lists and maps nest.
pub const NESTING_LEVELS: usize = 32;
/// An expression's text, in bytes.
pub const EXPRESSION_BYTES: usize = 4096;
/// Operators in one UpdateExpression (and, as observed, in any expression).
pub const EXPRESSION_OPERATORS: usize = 300;
/// All names and values of a request's placeholders together, the placeholders included, in bytes.
pub const PLACEHOLDERS_BYTES: usize = 2 * 1024 * 1024;
/// Operands of IN.
pub const IN_OPERANDS: usize = 100;
/// A placeholder's length in characters.
pub const PLACEHOLDER_LENGTH: usize = 255;
/// Keys of a BatchGetItem.
pub const BATCH_GET_KEYS: usize = 100;
/// Requests of a BatchWriteItem.
pub const BATCH_WRITE_REQUESTS: usize = 25;
/// A PartiQL statement, in characters.
pub const STATEMENT_CHARACTERS: usize = 8192;
/// Statements of a BatchExecuteStatement.
pub const BATCH_STATEMENTS: usize = 25;
/// What a BatchGetItem returns or a BatchWriteItem carries, in bytes.
pub const BATCH_BYTES: usize = 16 * 1024 * 1024;
/// A page of Query or Scan, before its filter, in bytes.
pub const PAGE_BYTES: usize = 1024 * 1024;
/// Items of a transaction.
pub const TRANSACTION_ITEMS: usize = 100;
/// The items of a transaction together, in bytes.
pub const TRANSACTION_BYTES: usize = 4 * 1024 * 1024;
/// Local secondary indexes of a table.
pub const LOCAL_INDEXES: usize = 5;
/// Global secondary indexes of a table.
pub const GLOBAL_INDEXES: usize = 20;
/// Attributes that INCLUDE projections name, over all of a table's indexes.
pub const PROJECTED_ATTRIBUTES: usize = 100;
/// An item collection of a table with a local secondary index, in bytes.
pub const ITEM_COLLECTION_BYTES: u64 = 10 * 1024 * 1024 * 1024;
/// Read units a second that one partition serves.
pub const PARTITION_READ_UNITS: u64 = 3000;
/// Write units a second that one partition serves.
pub const PARTITION_WRITE_UNITS: u64 = 1000;
/// Read units, and write units, a second that the account's quotas let each table and global index on demand have.
pub const ON_DEMAND_UNITS: u64 = 40_000;
/// How many seconds of unused capacity are kept for a burst.
pub const BURST_SECONDS: u64 = 300;
/// Records of one GetRecords.
pub const GET_RECORDS_RECORDS: usize = 1000;
/// How long stream records are kept, in milliseconds.
pub const STREAM_RETENTION_MS: u64 = 24 * 60 * 60 * 1000;
/// How long a shard iterator is good for, in milliseconds.
pub const ITERATOR_LIFE_MS: u64 = 15 * 60 * 1000;
/// The most characters of a ClientRequestToken.
pub const REQUEST_TOKEN_LENGTH: u64 = 36;
/// How long a ClientRequestToken is remembered, in milliseconds.
pub const IDEMPOTENCY_MS: u64 = 10 * 60 * 1000;
/// The fewest characters of a table's or an index's name.
pub const NAME_LENGTH_MIN: usize = 3;
/// The most characters of a table's or an index's name.
pub const NAME_LENGTH_MAX: usize = 255;
/// The most characters where a table's name or ARN may stand.
pub const NAME_OR_ARN_LENGTH: usize = 1024;
/// HASH attributes of a global index's key, and as many RANGE attributes.
pub const GLOBAL_INDEX_KEY_ATTRIBUTES: usize = 4;
/// Attributes that one INCLUDE projection names.
pub const INDEX_PROJECTED_ATTRIBUTES: usize = 20;
/// Read units a second that an on-demand table or index serves from the start.
pub const ON_DEMAND_READ_UNITS: u64 = 12000;
/// Write units a second that an on-demand table or index serves from the start.
pub const ON_DEMAND_WRITE_UNITS: u64 = 4000;
/// The most capacity units of either kind that a table or an index may be provisioned with.
pub const PROVISIONED_UNITS: u64 = 40000;
/// Decreases of provisioned throughput in a day that need no waiting; each further one waits an hour.
pub const FREE_DECREASES: u64 = 4;
/// Switches of a table to on-demand within 24 hours.
pub const ON_DEMAND_SWITCHES: usize = 4;
/// Changes of a table's class within 30 days.
pub const TABLE_CLASS_CHANGES: usize = 2;
/// Tables of an account in a region.
pub const TABLES: usize = 2500;
/// Tags of a table.
pub const TAGS: usize = 50;
/// The characters of a tag's key.
pub const TAG_KEY_LENGTH: usize = 128;
/// The characters of a tag's value.
pub const TAG_VALUE_LENGTH: usize = 256;
/// Vector indexes of a table.
pub const VECTOR_INDEXES: usize = 5;
/// Dimensions of a vector.
pub const VECTOR_DIMENSIONS: i64 = 4096;
/// Results of a SearchVectors.
pub const SEARCH_TOP_K: i32 = 100;
/// The text of a resource-based policy, in bytes.
pub const POLICY_BYTES: usize = 20480;
/// Read capacity units that an account may provision over all tables of a region, by default; as many for writing.
pub const ACCOUNT_UNITS: u64 = 80000;
/// Days that point-in-time recovery reaches back at most, and by default.
pub const RECOVERY_DAYS: u64 = 35;
/// How long a backup is kept that the service made itself of a deleted table, in milliseconds.
pub const SYSTEM_BACKUP_MS: u64 = 35 * 24 * 60 * 60 * 1000;
/// Tables of an account that are restored at a time.
pub const RESTORES: usize = 50;
/// Backups of one page of ListBackups.
pub const LIST_BACKUPS: usize = 100;
