//! [PutItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html).

use crate::access::{Change, Context, ItemKey, Region, write};
use crate::api::decode::decode;
use crate::api::item::PutItemInput;
use crate::error::{Result, value as words};
use crate::limits;
use crate::model::{AttributeValue, Item, size};

use super::direct::Answered;
use super::write_parameters::{self, Parameters};

/// A request that may be carried out, as far as can be told without its table.
#[derive(Clone, Debug)]
pub struct Put {
    parameters: Parameters,
    key: ItemKey,
}

impl Put {
    /// Reads and checks a request.
    pub fn read(region: &Region, context: &mut Context, request: &[u8]) -> Result<Put> {
        let parameters = write_parameters::read(region, context, decode::<PutItemInput>(request)?)?;
        Ok(Put { parameters, key: ItemKey::unplaced(Item::new()) })
    }

    /// Shows every scalar of the request, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        self.parameters.scalars_mut(visit);
    }

    /// Whether every BETWEEN has its bounds in order.
    pub fn is_ordered(&self) -> bool {
        self.parameters.is_ordered()
    }

    /// Creates an item, or replaces one.
    pub fn carry_out(
        &mut self,
        region: &mut Region,
        context: &mut Context,
        answered: Answered,
    ) -> Result<Vec<u8>> {
        let Put { parameters, key } = self;
        let item = &parameters.attributes;
        if size::item_bytes(item) > limits::ITEM_SIZE_BYTES {
            return Err(words::item_too_large());
        }
        let schema = parameters.schema(region, context)?;
        key.place_item(schema, item)?;
        parameters.check_condition(schema)?;
        let change = Change::Put(item);
        let written = write(region, context, &parameters.write(key, change))?;
        answered.with(|| parameters.answer(region, context, key, parameters.old(&written)))
    }
}

/// Creates an item, or replaces one.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    Put::read(region, context, request)?.carry_out(region, context, Answered::Yes)
}
