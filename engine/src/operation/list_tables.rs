//! [ListTables](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html).

use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::table::ListTablesInput;
use crate::error::Result;
use crate::table::list::list;

use super::answer;

/// Lists the tables' names.
pub fn execute(region: &mut Region, _context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: ListTablesInput = decode_rare(request)?;
    Ok(answer::of(&list(&input, region.tables.keys().map(String::as_str))?))
}
