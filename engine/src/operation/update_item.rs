//! [UpdateItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html).

use crate::access::{Change, Context, Region, Write, item_key, write};
use crate::api::decode::decode;
use crate::api::item::UpdateItemInput;
use crate::error::expression::Envelope;
use crate::error::{Result, constraint};
use crate::expression::Update;

use super::answer::Answer;
use super::parameters::{self as read, ReturnValues};

/// Changes an item, or makes one.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: UpdateItemInput = decode(request)?;
    let table = read::table_name(region, context, input.table_name.as_deref())?;
    let consumed = read::return_consumed_capacity(input.return_consumed_capacity.as_deref())?;
    let metrics = read::return_item_collection_metrics(input.return_item_collection_metrics.as_deref())?;
    let return_values = read::return_values(input.return_values.as_deref())?;
    let return_old_on_failure =
        read::return_on_failure(input.return_values_on_condition_check_failure.as_deref())?;
    let key = read::item_in(input.key.ok_or_else(|| constraint::null("key"))?, Envelope::Counted)?;
    let values = read::values(input.expression_attribute_values, Envelope::Counted)?;
    let expressions = read::write_expressions(
        input.condition_expression.as_deref(),
        input.update_expression.as_deref(),
        true,
        input.expression_attribute_names.as_ref(),
        values.as_ref(),
        Envelope::Counted,
    )?;

    let schema = &region.active_table(&table)?.saved.table;
    let update = expressions.update.unwrap_or_else(|| Update::from_actions(Vec::new()));
    update.check_key(schema.keys.attributes().map(|a| a.name.as_str()))?;
    let indexed = schema.indexes.iter().flat_map(|index| index.keys.attributes());
    update.check_index_keys(indexed.map(|a| a.name.as_str()))?;
    let key = item_key(schema, key)?;
    let condition = expressions.condition.as_ref();
    let change = Change::Update(&update);
    let written = write(
        region,
        context,
        &Write { table: &table, key: &key, change, condition, return_old_on_failure, transaction: None },
    )?;
    let mut answer = Answer::new();
    let shown = match return_values {
        ReturnValues::None => None,
        ReturnValues::AllOld => written.old,
        ReturnValues::AllNew => written.new,
        ReturnValues::UpdatedOld => written.old.map(|item| update.touched(&item)),
        ReturnValues::UpdatedNew => written.new.map(|item| update.touched(&item)),
    };
    if let Some(attributes) = shown.filter(|attributes| !attributes.is_empty()) {
        answer.item("Attributes", &attributes);
    }
    answer.optional("ConsumedCapacity", context.meter.one(&table, consumed, false));
    let state = region.active_table(&table)?;
    answer.optional("ItemCollectionMetrics", read::item_collection_metrics(state, &key, metrics));
    Ok(answer.finish())
}
