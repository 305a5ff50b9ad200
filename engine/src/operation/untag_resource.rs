//! [UntagResource](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UntagResource.html).

use crate::access::lifecycle::replace_table;
use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::resource::{NothingOutput, UntagResourceInput};
use crate::error::{Result, table as words};
use crate::table::{TableStatus, arn, tags};

use super::{answer, tags_of};

/// Takes tags off a table; a key that it has not is none to refuse.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: UntagResourceInput = decode_rare(request)?;
    let resource_arn = input.resource_arn.as_deref();
    arn::of_tagged(resource_arn, region.settings.home())?;
    let removed = tags::removed(input.tag_keys.as_deref())?;
    let mut table = tags_of::find(region, resource_arn)?.clone();
    let before = table.tags.len();
    table.tags.retain(|(key, _)| !removed.contains(key));
    if table.tags.len() != before {
        if table.status == TableStatus::Deleting {
            return Err(words::table_in_use(&table.name, "deleted"));
        }
        replace_table(region, context, table, None, &[]);
    }
    Ok(answer::of(&NothingOutput {}))
}
