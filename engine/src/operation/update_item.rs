//! [UpdateItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html).

use crate::access::{Change, Context, ItemKey, Region, write};
use crate::api::decode::decode;
use crate::api::item::UpdateItemInput;
use crate::error::{Result, value as words};
use crate::expression;
use crate::limits;
use crate::model::AttributeValue;

use super::direct::Answered;
use super::parameters::{ReturnValues, check_key_paths};
use super::write_parameters::{self, Parameters};

/// A request that may be carried out, as far as can be told without its table.
#[derive(Clone, Debug)]
pub struct Update {
    parameters: Parameters,
    update: expression::Update,
    key: ItemKey,
}

impl Update {
    /// Reads and checks a request.
    pub fn read(region: &Region, context: &mut Context, request: &[u8]) -> Result<Update> {
        let mut parameters = write_parameters::read(region, context, decode::<UpdateItemInput>(request)?)?;
        let update = parameters.update.take();
        let update = update.ok_or_else(|| Region::internal("an update without its actions"))?;
        let key = ItemKey::unplaced(std::mem::take(&mut parameters.attributes));
        Ok(Update { parameters, update, key })
    }

    /// Shows every scalar of the request, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        self.key.attributes.scalars_mut(visit);
        self.parameters.scalars_mut(visit);
        self.update.scalars_mut(visit);
    }

    /// Whether every BETWEEN has its bounds in order.
    pub fn is_ordered(&self) -> bool {
        self.parameters.is_ordered()
    }

    /// Changes an item, or makes one.
    pub fn carry_out(
        &mut self,
        region: &mut Region,
        context: &mut Context,
        answered: Answered,
    ) -> Result<Vec<u8>> {
        let Update { parameters, update, key } = self;
        let schema = parameters.schema(region, context)?;
        update.check_key(schema.keys.attributes().map(|a| a.name.as_str()))?;
        let indexed = schema.indexes.iter().flat_map(|index| index.keys.attributes());
        update.check_index_keys(indexed.map(|a| a.name.as_str()))?;
        key.place(schema)?;
        check_key_paths(schema, update.reads())?;
        parameters.check_condition(schema)?;
        // Told before the condition is looked at.
        if update.statement_bytes().is_some_and(|bytes| bytes > limits::ITEM_SIZE_BYTES) {
            return Err(words::updated_item_too_large());
        }
        let written = write(region, context, &parameters.write(key, Change::Update(update)))?;
        answered.with(|| {
            let shown = match parameters.return_values {
                ReturnValues::None => None,
                ReturnValues::AllOld => written.old,
                ReturnValues::AllNew => written.new,
                ReturnValues::UpdatedOld => written.old.map(|item| update.touched(&item)),
                ReturnValues::UpdatedNew => written.new.map(|item| update.touched(&item)),
            };
            parameters.answer(region, context, key, shown.as_ref())
        })
    }
}

/// Changes an item, or makes one.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    Update::read(region, context, request)?.carry_out(region, context, Answered::Yes)
}
