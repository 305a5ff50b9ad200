//! What a table holds, as the inspector describes it: `Dynascope.DescribeContents`.
//!
//! Owns the shapes of an answer that the service does not have: what advice on a design rests on, so that it can be read back. Counts
//! nothing itself.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An attribute of a key: its name and its type, `S`, `N` or `B`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[allow(missing_docs)]
pub struct KeyPart {
    pub name: String,
    pub attribute_type: String,
}

/// A key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Keys {
    /// The partition key's attributes.
    pub partition: Vec<KeyPart>,
    /// The sort key's.
    pub sort: Vec<KeyPart>,
}

impl Keys {
    /// All attributes, the partition key's first.
    pub fn all(&self) -> impl Iterator<Item = &KeyPart> {
        self.partition.iter().chain(&self.sort)
    }

    /// Whether the attribute is one of the key's.
    pub fn contains(&self, name: &str) -> bool {
        self.all().any(|part| part.name == name)
    }
}

/// The largest of its kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Largest {
    /// Its key, as text.
    pub key: String,
    /// How many items or entries it has.
    pub items: u64,
    /// Its size in bytes.
    pub size_bytes: u64,
}

/// One top-level attribute over what was surveyed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AttributeContents {
    /// Its name.
    pub name: String,
    /// How many items or entries have it.
    pub items: u64,
    /// Its bytes in all of them, its name included.
    pub size_bytes: u64,
    /// The types that it has: `S`, `N`, `SS`…
    pub types: Vec<String>,
    /// Some of its values, in DynamoDB JSON, where they are short texts or numbers.
    pub values: Vec<Value>,
}

/// What stands in the attribute of Time to Live.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TimeToLiveContents {
    /// The attribute.
    pub attribute_name: String,
    /// Items with a time in seconds, which expire.
    pub seconds: u64,
    /// Items with a number that can only be a time in milliseconds.
    pub milliseconds: u64,
    /// Items with a time more than five years ago, which are left alone.
    pub long_past: u64,
    /// Items with something else than a number.
    pub no_number: u64,
}

/// An index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct IndexContents {
    /// Its name.
    pub index_name: String,
    /// A global one; a local one otherwise.
    pub global: bool,
    /// Its key.
    pub keys: Keys,
    /// `ALL`, `INCLUDE` or `KEYS_ONLY`.
    pub projection_type: String,
    /// Its read and write capacity units; none on demand, and where it is local.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioned: Option<[u64; 2]>,
    /// How many entries it has…
    pub entries: u64,
    /// …of how many bytes in all.
    pub size_bytes: u64,
    /// How many of them were surveyed.
    pub surveyed: u64,
    /// How many different partition keys those have.
    pub partition_keys: u64,
    /// The one with the most entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub largest_key: Option<Largest>,
    /// What they hold.
    pub attributes: Vec<AttributeContents>,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TableContents {
    /// Its name.
    pub table_name: String,
    /// Its key.
    pub keys: Keys,
    /// Its read and write capacity units; none on demand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioned: Option<[u64; 2]>,
    /// How many items it has…
    pub items: u64,
    /// …of how many bytes in all.
    pub size_bytes: u64,
    /// How many of them were surveyed: the first in the order of the hashes, so that item collections are whole.
    pub surveyed: u64,
    /// The largest item of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub largest_item: Option<Largest>,
    /// The largest item collection of these, its entries in local indexes included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub largest_collection: Option<Largest>,
    /// How large an item collection may become, in bytes; none for a table without a local index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collection_limit_bytes: Option<u64>,
    /// What they hold.
    pub attributes: Vec<AttributeContents>,
    /// What stands in the attribute of Time to Live, where that is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_to_live: Option<TimeToLiveContents>,
    /// Its indexes.
    pub indexes: Vec<IndexContents>,
}

impl TableContents {
    /// The attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&AttributeContents> {
        self.attributes.iter().find(|one| one.name == name)
    }

    /// The index of that name.
    pub fn index(&self, name: &str) -> Option<&IndexContents> {
        self.indexes.iter().find(|one| one.index_name == name)
    }
}
