//! Requests and responses about what belongs to a table beside its items: tags.
//!
//! Owns their shapes; never checks a value.

use serde::{Deserialize, Serialize};

use super::shapes;
use super::table::Tag;

shapes! {
    /// TagResource.
    TagResourceInput {
        resource_arn: String,
        tags: Vec<Tag>,
    }
    /// UntagResource.
    UntagResourceInput {
        resource_arn: String,
        tag_keys: Vec<String>,
    }
    /// The response of an operation that answers with nothing.
    NothingOutput {}
    /// ListTagsOfResource.
    ListTagsOfResourceInput {
        resource_arn: String,
        next_token: String,
    }
    /// The response of ListTagsOfResource.
    ListTagsOfResourceOutput {
        tags: Vec<Tag>,
        next_token: String,
    }
}
