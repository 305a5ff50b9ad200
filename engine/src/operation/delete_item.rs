//! [DeleteItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html).

use crate::access::{Change, Context, Region, item_key, write};
use crate::api::decode::decode;
use crate::api::item::DeleteItemInput;
use crate::error::Result;

use super::write_parameters;

/// Removes an item; a missing one is no fault.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let mut parameters = write_parameters::read(region, context, decode::<DeleteItemInput>(request)?)?;
    let key = std::mem::take(&mut parameters.attributes);
    let schema = &region.active_table(&parameters.table)?.saved.table;
    let key = item_key(schema, key)?;
    parameters.check_condition(schema)?;
    let written = write(region, context, &parameters.write(&key, Change::Delete))?;
    parameters.answer(region, context, &key, parameters.old(&written))
}
