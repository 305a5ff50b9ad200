//! [DeleteItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html).

use crate::access::{Change, Context, Region, Write, item_key, write};
use crate::api::decode::decode;
use crate::api::item::DeleteItemInput;
use crate::error::expression::Envelope;
use crate::error::{Result, constraint};

use super::answer::Answer;
use super::parameters as read;

/// Removes an item; a missing one is no fault.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: DeleteItemInput = decode(request)?;
    let table = read::table_name(region, context, input.table_name.as_deref())?;
    let consumed = read::return_consumed_capacity(input.return_consumed_capacity.as_deref())?;
    let metrics = read::return_item_collection_metrics(input.return_item_collection_metrics.as_deref())?;
    let return_old = read::return_old(input.return_values.as_deref())?;
    let return_old_on_failure =
        read::return_on_failure(input.return_values_on_condition_check_failure.as_deref())?;
    let key = read::item_in(input.key.ok_or_else(|| constraint::null("key"))?, Envelope::Counted)?;
    let values = read::values(input.expression_attribute_values, Envelope::Counted)?;
    let names = input.expression_attribute_names.as_ref();
    let condition = input.condition_expression.as_deref();
    let expressions =
        read::write_expressions(condition, None, false, names, values.as_ref(), Envelope::Counted)?;

    let key = item_key(&region.active_table(&table)?.saved.table, key)?;
    let condition = expressions.condition.as_ref();
    let change = Change::Delete;
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
