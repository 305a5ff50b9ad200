//! [TransactGetItems](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html).

use crate::access::{Context, Region};
use crate::api::decode::decode;
use crate::api::item::TransactGetItemsInput;
use crate::error::Result;
use crate::model::codec;
use crate::transaction::{ItemRead, read_all};

use super::answer::Answer;
use super::transact_read_request::{Reading, parse};

/// Reads up to 100 items as of one moment.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: TransactGetItemsInput = decode(request)?;
    let Reading { all, named, consumed } = parse(region, input, request)?;
    for (table, given) in &named {
        context.meter.named(table, given);
    }
    let gets: Vec<ItemRead> = all.iter().map(|wanted| wanted.read.clone()).collect();
    let found = read_all(region, context, &gets)?;
    let mut answer = Answer::new();
    answer.list("Responses", all.iter().zip(&found), |(wanted, item), into| {
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
