//! [UpdateItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html).

use crate::access::{Change, Context, Region, item_key, write};
use crate::api::decode::decode;
use crate::api::item::UpdateItemInput;
use crate::error::{Result, value as words};
use crate::limits;

use super::parameters::{ReturnValues, check_key_paths};
use super::write_parameters;

/// Changes an item, or makes one.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let mut parameters = write_parameters::read(region, context, decode::<UpdateItemInput>(request)?)?;
    let update = parameters.update.take().ok_or_else(|| Region::internal("an update without its actions"))?;
    let key = std::mem::take(&mut parameters.attributes);
    let schema = &region.active_table(&parameters.table)?.saved.table;
    update.check_key(schema.keys.attributes().map(|a| a.name.as_str()))?;
    let indexed = schema.indexes.iter().flat_map(|index| index.keys.attributes());
    update.check_index_keys(indexed.map(|a| a.name.as_str()))?;
    let key = item_key(schema, key)?;
    check_key_paths(schema, update.reads())?;
    parameters.check_condition(schema)?;
    // Told before the condition is looked at.
    if update.statement_bytes().is_some_and(|bytes| bytes > limits::ITEM_SIZE_BYTES) {
        return Err(words::updated_item_too_large());
    }
    let written = write(region, context, &parameters.write(&key, Change::Update(&update)))?;
    let shown = match parameters.return_values {
        ReturnValues::None => None,
        ReturnValues::AllOld => written.old,
        ReturnValues::AllNew => written.new,
        ReturnValues::UpdatedOld => written.old.map(|item| update.touched(&item)),
        ReturnValues::UpdatedNew => written.new.map(|item| update.touched(&item)),
    };
    parameters.answer(region, context, &key, shown.as_ref())
}
