//! [TransactGetItems](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html).

use crate::access::{Context, Region};
use crate::api::decode::decode;
use crate::api::item::TransactGetItemsInput;
use crate::capacity::ReturnConsumedCapacity;
use crate::error::Result;
use crate::model::{AttributeValue, codec};
use crate::transaction::{ItemRead, read_all};

use super::answer::Answer;
use super::direct::Answered;
use super::transact_read_request::{Reading, Request, Wanted, parse, read_request};

/// A request that may be carried out many times.
#[derive(Clone, Debug)]
pub struct TransactGet(Request);

impl TransactGet {
    /// Reads and checks a request.
    pub fn read(region: &Region, request: &[u8]) -> Result<TransactGet> {
        read_request(region, decode(request)?, request).map(TransactGet)
    }

    /// Shows every scalar of the request, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        self.0.scalars_mut(visit);
    }

    /// Reads up to 100 items as of one moment.
    pub fn carry_out(
        &mut self,
        region: &mut Region,
        context: &mut Context,
        answered: Answered,
    ) -> Result<Vec<u8>> {
        let reading = self.0.clone().locate(region)?;
        carry_out(region, context, reading, answered)
    }
}

/// Reads up to 100 items as of one moment.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: TransactGetItemsInput = decode(request)?;
    let reading = parse(region, input, request)?;
    carry_out(region, context, reading, Answered::Yes)
}

fn carry_out(
    region: &mut Region,
    context: &mut Context,
    reading: Reading,
    answered: Answered,
) -> Result<Vec<u8>> {
    let Reading { all, named, consumed } = reading;
    for (table, given) in &named {
        context.meter.named(table, given);
    }
    let gets: Vec<ItemRead> = all.iter().map(|wanted| wanted.read.clone()).collect();
    let found = read_all(region, context, &gets)?;
    answered.with(|| answer(context, &all, &found, consumed))
}

fn answer(
    context: &Context,
    all: &[Wanted],
    found: &[Option<Vec<u8>>],
    consumed: ReturnConsumedCapacity,
) -> Result<Vec<u8>> {
    let mut answer = Answer::new();
    answer.list("Responses", all.iter().zip(found), |(wanted, item), into| {
        let mut one = Answer::new();
        match (item, &wanted.projection) {
            (None, _) => {}
            (Some(item), None) => one.stored("Item", item)?,
            (Some(item), Some(projection)) => {
                let projected = projection.apply(&codec::decode(item).map_err(Region::internal)?);
                // Unlike GetItem, which answers an empty Item.
                if !projected.is_empty() {
                    one.item("Item", &projected);
                }
            }
        }
        into.extend_from_slice(&one.finish());
        Ok(())
    })?;
    answer.optional("ConsumedCapacity", context.meter.all(consumed, true));
    Ok(answer.finish())
}
