//! [ListTagsOfResource](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTagsOfResource.html).

use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::resource::{ListTagsOfResourceInput, ListTagsOfResourceOutput};
use crate::api::table::Tag;
use crate::error::Result;

use super::{answer, tags_of};

/// Lists a table's tags: all of them, since fifty were seen to come without a NextToken.
pub fn execute(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: ListTagsOfResourceInput = decode_rare(request)?;
    let table = tags_of::find(region, input.resource_arn.as_deref())?;
    let tags =
        table.tags.iter().map(|(key, value)| Tag { key: Some(key.clone()), value: Some(value.clone()) });
    Ok(answer::of(&ListTagsOfResourceOutput { tags: Some(tags.collect()), next_token: None }))
}
