//! [GetItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html).

use crate::access::{Context, ItemKey, Region, get};
use crate::api::decode::decode;
use crate::api::item::GetItemInput;
use crate::capacity::{ReadMode, ReturnConsumedCapacity};
use crate::error::Result;
use crate::error::constraint::Violations;
use crate::error::expression::Envelope;
use crate::expression::Projection;
use crate::model::{AttributeValue, codec};
use crate::table::name;

use super::answer::Answer;
use super::constraints;
use super::direct::Answered;
use super::parameters as read;

/// A request that may be carried out, as far as can be told without its table.
#[derive(Clone, Debug)]
pub struct Get {
    table: String,
    /// What the request names it by, where that is not its plain name.
    named: Option<String>,
    key: ItemKey,
    mode: ReadMode,
    projection: Option<Projection>,
    consumed: ReturnConsumedCapacity,
}

impl Get {
    /// Reads and checks a request.
    pub fn read(region: &Region, context: &mut Context, request: &[u8]) -> Result<Get> {
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
        let key = ItemKey::unplaced(read::item_in(input.key.unwrap_or_default(), Envelope::Bare)?);
        let projection = read::projection_of(attributes, text, names)?;
        let mode = ReadMode::consistent(input.consistent_read.unwrap_or(false));
        let named = input.table_name.filter(|given| *given != table);
        Ok(Get { table, named, key, mode, projection, consumed })
    }

    /// Shows every scalar of the request, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        self.key.attributes.scalars_mut(visit);
    }

    /// Reads one item.
    pub fn carry_out(
        &mut self,
        region: &mut Region,
        context: &mut Context,
        answered: Answered,
    ) -> Result<Vec<u8>> {
        let Get { table, named, key, mode, projection, consumed } = self;
        if let Some(named) = named {
            context.meter.named(table, named);
        }
        let schema = &region.active_table(table)?.saved.table;
        key.place(schema)?;
        read::check_key_paths(schema, projection.iter().flat_map(Projection::paths))?;
        let found = get(region, context, table, key, *mode)?;
        answered.with(|| {
            let mut answer = Answer::new();
            match (found, projection) {
                (None, _) => {}
                (Some(found), None) => answer.stored("Item", &found)?,
                (Some(found), Some(projection)) => {
                    let item = codec::decode(&found).map_err(Region::internal)?;
                    answer.item("Item", &projection.apply(&item));
                }
            }
            answer.optional("ConsumedCapacity", context.meter.one(table, *consumed, false));
            Ok(answer.finish())
        })
    }
}

/// Reads one item.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    Get::read(region, context, request)?.carry_out(region, context, Answered::Yes)
}
