//! [GetItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html).

use crate::access::{Context, Region, get, item_key};
use crate::api::decode::decode;
use crate::api::item::GetItemInput;
use crate::capacity::ReadMode;
use crate::error::expression::Envelope;
use crate::error::{Result, constraint};
use crate::model::codec;

use super::answer::Answer;
use super::parameters as read;

/// Reads one item.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: GetItemInput = decode(request)?;
    let table = read::table_name(region, context, input.table_name.as_deref())?;
    let consumed = read::return_consumed_capacity(input.return_consumed_capacity.as_deref())?;
    let key = read::item_in(input.key.ok_or_else(|| constraint::null("key"))?, Envelope::Bare)?;
    let names = input.expression_attribute_names.as_ref();
    let projection = read::projection(input.projection_expression.as_deref(), names)?;

    let key = item_key(&region.active_table(&table)?.saved.table, key)?;
    let mode = ReadMode::consistent(input.consistent_read.unwrap_or(false));
    let found = get(region, context, &table, &key, mode)?;
    let mut answer = Answer::new();
    match (found, projection) {
        (None, _) => {}
        (Some(found), None) => answer.stored("Item", &found)?,
        (Some(found), Some(projection)) => {
            answer.item("Item", &projection.apply(&codec::decode(&found).map_err(Region::internal)?));
        }
    }
    answer.optional("ConsumedCapacity", context.meter.one(&table, consumed, false));
    Ok(answer.finish())
}
