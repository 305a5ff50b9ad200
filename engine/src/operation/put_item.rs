//! [PutItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html).

use crate::access::{Change, Context, Region, key_of_item, write};
use crate::api::decode::decode;
use crate::api::item::PutItemInput;
use crate::error::{Result, value as words};
use crate::limits;
use crate::model::size;

use super::write_parameters;

/// Creates an item, or replaces one.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let parameters = write_parameters::read(region, context, decode::<PutItemInput>(request)?)?;
    let item = &parameters.attributes;
    if size::item_bytes(item) > limits::ITEM_SIZE_BYTES {
        return Err(words::item_too_large());
    }
    let schema = &region.active_table(&parameters.table)?.saved.table;
    let key = key_of_item(schema, item)?;
    parameters.check_condition(schema)?;
    let change = Change::Put(item);
    let written = write(region, context, &parameters.write(&key, change))?;
    parameters.answer(region, context, &key, parameters.old(&written))
}
