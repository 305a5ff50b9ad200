//! [GetItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html).

use crate::access::{Context, Region, get, item_key};
use crate::api::decode::decode;
use crate::api::item::GetItemInput;
use crate::capacity::ReadMode;
use crate::error::Result;
use crate::error::constraint::Violations;
use crate::error::expression::Envelope;
use crate::expression::Projection;
use crate::model::codec;
use crate::table::name;

use super::answer::Answer;
use super::constraints;
use super::parameters as read;

/// Reads one item.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: GetItemInput = decode(request)?;
    name::check_length(input.table_name.as_deref())?;
    let mut violations = Violations::default();
    let consumed = constraints::consumed(&mut violations, input.return_consumed_capacity.as_deref());
    let table = name::gather(&mut violations, input.table_name.as_deref())?;
    violations.required(&input.key, "key");
    violations.into_result()?;
    read::at_home(region, context, input.table_name.as_deref(), &table)?;
    read::check_attributes_to_get(input.attributes_to_get.as_ref(), "AttributesToGet")?;
    let names = input.expression_attribute_names.as_ref();
    let (attributes, text) = (input.attributes_to_get, input.projection_expression.as_deref());
    read::check_projection(attributes.is_some(), text.is_some(), names)?;
    let key = read::item_in(input.key.unwrap_or_default(), Envelope::Bare)?;
    let projection = read::projection_of(attributes, text, names)?;

    let schema = &region.active_table(&table)?.saved.table;
    let key = item_key(schema, key)?;
    read::check_key_paths(schema, projection.iter().flat_map(Projection::paths))?;
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
