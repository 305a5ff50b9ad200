//! What a table is made of. These types are what the catalog stores, so every one is serialisable.

use serde::{Deserialize, Serialize};

/// The number of a table, unique in its engine for ever: a table made anew under an old name gets a new one.
pub type TableId = u32;

/// The number of an index within its table, from 1, never used twice; 0 stands for the table itself.
pub type IndexId = u32;

/// One attribute of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyAttribute {
    /// Its name.
    pub name: String,
    /// `S`, `N` or `B`.
    pub attribute_type: KeyType,
}

/// The three types that a key attribute may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum KeyType {
    S,
    N,
    B,
}

/// The key of a table or index: HASH attributes, then RANGE attributes. A table has exactly one HASH and
/// at most one RANGE; a GSI may have up to four of each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySchema {
    /// The partition key: never empty.
    pub hash: Vec<KeyAttribute>,
    /// The sort key: may be empty.
    pub range: Vec<KeyAttribute>,
}

impl KeySchema {
    /// All attributes, HASH first.
    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        self.hash.iter().chain(&self.range)
    }

    /// Whether the attribute is one of the key's.
    pub fn contains(&self, name: &str) -> bool {
        self.attributes().any(|a| a.name == name)
    }
}

/// What an index holds of its items beside the keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Projection {
    /// Every attribute.
    All,
    /// The index's and the table's keys.
    KeysOnly,
    /// The keys and these (`NonKeyAttributes`).
    Include(Vec<String>),
}

/// Local or global.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum IndexKind {
    Local,
    Global,
}

/// An index's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum IndexStatus {
    Creating,
    Active,
    Updating,
    Deleting,
}

/// Provisioned throughput, in capacity units a second; both 0 on demand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Throughput {
    pub read_units: u64,
    pub write_units: u64,
    pub last_increase_ms: Option<u64>,
    pub last_decrease_ms: Option<u64>,
    pub decreases_today: u64,
}

/// A secondary index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Index {
    pub id: IndexId,
    pub name: String,
    pub kind: IndexKind,
    pub keys: KeySchema,
    pub projection: Projection,
    /// A global index's own; a local one uses its table's.
    pub throughput: Throughput,
    pub status: IndexStatus,
    /// While CREATING on a live table: the index is being filled.
    pub backfilling: bool,
}

/// How the table is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum BillingMode {
    Provisioned,
    PayPerRequest,
}

/// What a stream record holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum StreamView {
    KeysOnly,
    NewImage,
    OldImage,
    NewAndOldImages,
}

/// A table's stream. After it is switched off, its label, view and records stay readable for 24 hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct StreamSetting {
    pub enabled: bool,
    pub view: StreamView,
    /// The stream's label, an ISO 8601 time, part of its ARN.
    pub label: String,
}

/// A table's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum TableStatus {
    Creating,
    Active,
    Updating,
    Deleting,
}

/// The status of Time to Live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum TtlStatus {
    Enabling,
    Enabled,
    Disabling,
    Disabled,
}

/// A table's Time to Live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct TimeToLive {
    pub attribute: Option<String>,
    pub status: TtlStatus,
    /// When the setting last changed: it may change once an hour.
    pub changed_ms: u64,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Table {
    pub id: TableId,
    pub name: String,
    /// The UUID that DescribeTable shows.
    pub uuid: String,
    pub arn: String,
    pub keys: KeySchema,
    /// AttributeDefinitions, in the order they were given.
    pub attribute_definitions: Vec<KeyAttribute>,
    pub indexes: Vec<Index>,
    /// The number that the next index gets.
    pub next_index: IndexId,
    pub billing_mode: BillingMode,
    /// When the table last became PAY_PER_REQUEST.
    pub on_demand_since_ms: Option<u64>,
    pub throughput: Throughput,
    pub stream: Option<StreamSetting>,
    pub time_to_live: TimeToLive,
    pub status: TableStatus,
    /// When the status moves on by itself (CREATING → ACTIVE, DELETING → gone).
    pub status_until_ms: Option<u64>,
    pub created_ms: u64,
    pub deletion_protection: bool,
    /// `STANDARD` or `STANDARD_INFREQUENT_ACCESS`, where it was given.
    pub table_class: Option<String>,
}

impl Table {
    /// The index of that name.
    pub fn index(&self, name: &str) -> Option<&Index> {
        self.indexes.iter().find(|index| index.name == name)
    }
}
