//! What a reader of the timeline wants to see of it.
//!
//! Owns the filter's form, as messages and addresses carry it. The [`super::Ring`] applies it.

use serde::{Deserialize, Serialize};

use super::names::{PartitionId, RequestId};

/// Which events are wanted: those that everything named here holds for. Nothing named, nothing left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Filter {
    /// The client whose steps they belong to, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<u16>,
    /// The operation of the request that they belong to, `PutItem`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The table that they happened to, or to an index of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// What stands somewhere in the key that they name, capital letters or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The partition that they happened at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<PartitionId>,
    /// The kind's name, `written`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The request that they belong to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestId>,
}

impl Filter {
    /// Whether it leaves nothing out.
    pub fn is_open(&self) -> bool {
        *self == Filter::default()
    }
}
