//! [DeleteItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html).

use crate::access::{Change, Context, ItemKey, Region, write};
use crate::api::decode::decode;
use crate::api::item::DeleteItemInput;
use crate::error::Result;
use crate::model::AttributeValue;

use super::direct::Answered;
use super::write_parameters::{self, Parameters};

/// A request that may be carried out, as far as can be told without its table.
#[derive(Clone, Debug)]
pub struct Delete {
    parameters: Parameters,
    key: ItemKey,
}

impl Delete {
    /// Reads and checks a request.
    pub fn read(region: &Region, context: &mut Context, request: &[u8]) -> Result<Delete> {
        let mut parameters = write_parameters::read(region, context, decode::<DeleteItemInput>(request)?)?;
        let key = ItemKey::unplaced(std::mem::take(&mut parameters.attributes));
        Ok(Delete { parameters, key })
    }

    /// Shows every scalar of the request, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        self.key.attributes.scalars_mut(visit);
        self.parameters.scalars_mut(visit);
    }

    /// Whether every BETWEEN has its bounds in order.
    pub fn is_ordered(&self) -> bool {
        self.parameters.is_ordered()
    }

    /// Removes an item; a missing one is no fault.
    pub fn carry_out(
        &mut self,
        region: &mut Region,
        context: &mut Context,
        answered: Answered,
    ) -> Result<Vec<u8>> {
        let Delete { parameters, key } = self;
        let schema = parameters.schema(region, context)?;
        key.place(schema)?;
        parameters.check_condition(schema)?;
        let written = write(region, context, &parameters.write(key, Change::Delete))?;
        answered.with(|| parameters.answer(region, context, key, parameters.old(&written)))
    }
}

/// Removes an item; a missing one is no fault.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    Delete::read(region, context, request)?.carry_out(region, context, Answered::Yes)
}
