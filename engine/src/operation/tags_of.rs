//! Finding what a `ResourceArn` of the tags' operations names.

use crate::access::Region;
use crate::error::{Result, resource as words};
use crate::table::{Table, TableStatus, arn};

/// The table of that ARN. One that is being created is not known to the tags' operations.
pub fn find<'a>(region: &'a Region, resource_arn: Option<&str>) -> Result<&'a Table> {
    let name = arn::of_tagged(resource_arn, region.settings.home())?;
    let table = name.and_then(|name| region.tables.get(name)).map(|state| &state.saved.table);
    table
        .filter(|table| table.status != TableStatus::Creating)
        .ok_or_else(|| words::resource_arn_not_found(resource_arn.unwrap_or_default()))
}
