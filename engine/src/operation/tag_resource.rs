//! [TagResource](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html).

use crate::access::lifecycle::replace_table;
use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::resource::{NothingOutput, TagResourceInput};
use crate::error::{Result, table as words};
use crate::table::{Table, TableStatus, arn, tags};

use super::{answer, tags_of};

/// Puts tags on a table.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: TagResourceInput = decode_rare(request)?;
    let resource_arn = input.resource_arn.as_deref();
    arn::of_tagged(resource_arn, region.settings.home())?;
    let added = tags::added(input.tags.as_deref())?;
    let table = tags_of::find(region, resource_arn)?;
    let merged = tags::merge(table.tags.clone(), added)?;
    if merged != table.tags {
        if table.status == TableStatus::Deleting {
            return Err(words::table_in_use(&table.name, "deleted"));
        }
        let table = Table { tags: merged, ..table.clone() };
        replace_table(region, context, table, None, &[]);
    }
    Ok(answer::of(&NothingOutput {}))
}
