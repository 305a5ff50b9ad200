//! [PutItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html).

use crate::access::{Change, Context, Region, Write, key_of_item, write};
use crate::api::decode::decode;
use crate::api::item::PutItemInput;
use crate::error::expression::Envelope;
use crate::error::{Result, constraint, value as words};
use crate::limits;
use crate::model::size;

use super::answer::Answer;
use super::parameters as read;

/// Creates an item, or replaces one.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: PutItemInput = decode(request)?;
    let table = read::table_name(region, context, input.table_name.as_deref())?;
    let consumed = read::return_consumed_capacity(input.return_consumed_capacity.as_deref())?;
    let metrics = read::return_item_collection_metrics(input.return_item_collection_metrics.as_deref())?;
    let return_old = read::return_old(input.return_values.as_deref())?;
    let return_old_on_failure =
        read::return_on_failure(input.return_values_on_condition_check_failure.as_deref())?;
    let item = read::item_in(input.item.ok_or_else(|| constraint::null("item"))?, Envelope::Counted)?;
    let values = read::values(input.expression_attribute_values, Envelope::Counted)?;
    let names = input.expression_attribute_names.as_ref();
    let condition = input.condition_expression.as_deref();
    let expressions =
        read::write_expressions(condition, None, false, names, values.as_ref(), Envelope::Counted)?;
    if size::item_bytes(&item) > limits::ITEM_SIZE_BYTES {
        return Err(words::item_too_large());
    }

    let state = region.active_table(&table)?;
    let key = key_of_item(&state.saved.table, &item)?;
    let change = Change::Put(&item);
    let condition = expressions.condition.as_ref();
    let written = write(
        region,
        context,
        &Write { table: &table, key: &key, change, condition, return_old_on_failure, transaction: None },
    )?;
    let mut answer = Answer::new();
    read::answer_old(&mut answer, return_old, &written);
    answer.optional("ConsumedCapacity", context.meter.one(&table, consumed, false));
    let state = region.active_table(&table)?;
    answer.optional("ItemCollectionMetrics", read::item_collection_metrics(state, &key, metrics));
    Ok(answer.finish())
}
