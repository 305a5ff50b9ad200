//! What a table is made of. These types are what the catalog stores, so every one is serialisable.

use serde::{Deserialize, Serialize};

use crate::model::AttributeType;

use super::attachments::Attachments;

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

impl KeyType {
    /// The same among the types of all attributes.
    pub fn attribute_type(self) -> AttributeType {
        match self {
            KeyType::S => AttributeType::S,
            KeyType::N => AttributeType::N,
            KeyType::B => AttributeType::B,
        }
    }
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
    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> + Clone {
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

/// The most that a table or index serves on demand, in request units a second; none is no maximum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct OnDemandThroughput {
    pub max_read_units: Option<u64>,
    pub max_write_units: Option<u64>,
}

/// What a table or index can serve at once, in units a second: it never drops.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct WarmThroughput {
    pub read_units: u64,
    pub write_units: u64,
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
    pub on_demand: Option<OnDemandThroughput>,
    pub warm: WarmThroughput,
    pub status: IndexStatus,
    /// When the status moves on by itself.
    pub status_until_ms: Option<u64>,
    /// The throughput that takes effect when UPDATING ends.
    pub pending_throughput: Option<Throughput>,
    /// Made by UpdateTable, and being made: whether it is being filled yet. None for an index that was made
    /// with its table, and once it is ACTIVE.
    pub backfilling: Option<bool>,
}

impl Index {
    /// Whether writes to the table must be carried into the index.
    ///
    /// A local index and one made with its table always; one made later from the moment its backfill starts.
    pub fn is_maintained(&self) -> bool {
        self.status != IndexStatus::Deleting && self.backfilling != Some(false)
    }

    /// Whether the index can be read.
    pub fn is_readable(&self) -> bool {
        matches!(self.status, IndexStatus::Active | IndexStatus::Updating)
    }
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
    /// When the setting last changed: it may not change again soon.
    pub changed_ms: Option<u64>,
    /// When ENABLING or DISABLING ends.
    pub status_until_ms: Option<u64>,
}

/// Point-in-time recovery that is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    /// When it was switched on: nothing earlier can be restored.
    pub since_ms: u64,
    /// For how many days every second can be restored (`RecoveryPeriodInDays`).
    pub period_days: u64,
}

impl Recovery {
    /// The earliest moment that can be restored at `now_ms`.
    pub fn earliest_ms(self, now_ms: u64) -> u64 {
        self.since_ms.max(now_ms.saturating_sub(self.period_days * 24 * 60 * 60 * 1000))
    }
}

/// What a table is being restored from; gone once it is ACTIVE.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restore {
    /// The backup; none where it is a point in time of the table.
    pub backup_arn: Option<String>,
    /// The table.
    pub table_arn: String,
    /// The moment that is restored.
    pub at_ms: u64,
}

/// What takes effect when a table's UPDATING ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct PendingUpdate {
    pub throughput: Option<Throughput>,
    pub billing_mode: Option<BillingMode>,
    pub table_class: Option<String>,
    /// The stream is being switched on or off (its setting has changed already).
    pub stream: bool,
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
    pub on_demand: Option<OnDemandThroughput>,
    pub warm: WarmThroughput,
    /// The stream, where there was ever one.
    pub stream: Option<StreamSetting>,
    pub time_to_live: TimeToLive,
    pub status: TableStatus,
    /// When the status moves on by itself (CREATING → ACTIVE, DELETING → gone).
    pub status_until_ms: Option<u64>,
    pub created_ms: u64,
    pub deletion_protection: bool,
    /// `STANDARD` or `STANDARD_INFREQUENT_ACCESS`, where it was given.
    pub table_class: Option<String>,
    /// When UpdateTable switched the table to PAY_PER_REQUEST within the last day.
    #[serde(default)]
    pub on_demand_switches_ms: Vec<u64>,
    /// When UpdateTable changed the class within the last 30 days.
    #[serde(default)]
    pub table_class_changes_ms: Vec<u64>,
    /// When UpdateTable last changed the class.
    pub table_class_changed_ms: Option<u64>,
    /// The ARN of the KMS key, where the table is not encrypted with the service's own.
    pub kms_key_arn: Option<String>,
    /// Tags, in the order they were given.
    pub tags: Vec<(String, String)>,
    /// What UPDATING is about.
    pub pending: Option<PendingUpdate>,
    /// From when on backups can be made, once the table was ACTIVE.
    #[serde(default)]
    pub backups_from_ms: u64,
    /// Point-in-time recovery, where it is on.
    #[serde(default)]
    pub recovery: Option<Recovery>,
    /// What the table is being restored from.
    #[serde(default)]
    pub restore: Option<Restore>,
    /// Its part in a global table.
    #[serde(default)]
    pub global: Option<super::global::GlobalTable>,
    /// `GlobalTableSettingsReplicationMode`, where it was given.
    #[serde(default)]
    pub settings_replication: Option<String>,
    /// Policies, Contributor Insights, vector indexes.
    #[serde(default)]
    pub attachments: Attachments,
}

macro_rules! wire_names {
    ($($type:ident { $($variant:ident $name:literal),* $(,)? })*) => {$(
        impl $type {
            /// Every value's name on the wire, in the order the service lists them.
            pub const NAMES: &[&str] = &[$($name),*];

            /// The name on the wire.
            pub fn name(self) -> &'static str {
                match self { $($type::$variant => $name),* }
            }

            /// The value of that name.
            pub fn from_name(name: &str) -> Option<$type> {
                match name { $($name => Some($type::$variant),)* _ => None }
            }
        }
    )*};
}

pub(super) use wire_names;

wire_names! {
    KeyType { B "B", N "N", S "S" }
    BillingMode { Provisioned "PROVISIONED", PayPerRequest "PAY_PER_REQUEST" }
    StreamView {
        NewImage "NEW_IMAGE", OldImage "OLD_IMAGE", NewAndOldImages "NEW_AND_OLD_IMAGES", KeysOnly "KEYS_ONLY",
    }
    TableStatus { Creating "CREATING", Updating "UPDATING", Deleting "DELETING", Active "ACTIVE" }
    IndexStatus { Creating "CREATING", Updating "UPDATING", Deleting "DELETING", Active "ACTIVE" }
    TtlStatus { Enabling "ENABLING", Disabling "DISABLING", Enabled "ENABLED", Disabled "DISABLED" }
}

impl Projection {
    /// The names of the three types, in the order the service lists them.
    pub const NAMES: &[&str] = &["ALL", "INCLUDE", "KEYS_ONLY"];

    /// The `ProjectionType`.
    pub fn name(&self) -> &'static str {
        match self {
            Projection::All => "ALL",
            Projection::KeysOnly => "KEYS_ONLY",
            Projection::Include(_) => "INCLUDE",
        }
    }
}

impl Table {
    /// The index of that name.
    pub fn index(&self, name: &str) -> Option<&Index> {
        self.indexes.iter().find(|index| index.name == name)
    }

    /// The index of that number.
    pub fn index_by_id(&self, id: IndexId) -> Option<&Index> {
        self.indexes.iter().find(|index| index.id == id)
    }

    /// The ARN of the table's current stream, or of its last one.
    pub fn stream_arn(&self) -> Option<String> {
        self.stream.as_ref().map(|stream| format!("{}/stream/{}", self.arn, stream.label))
    }

    /// Refuses a transaction on a global table whose consistency is strong over its regions.
    pub fn takes_transactions(&self) -> crate::error::Result<()> {
        match self.global.as_ref().is_some_and(|global| global.strong) {
            true => Err(crate::error::global::strong_needs("A transaction")),
            false => Ok(()),
        }
    }

    /// Whether items can be read and written.
    pub fn is_usable(&self) -> bool {
        matches!(self.status, TableStatus::Active | TableStatus::Updating)
    }
}
