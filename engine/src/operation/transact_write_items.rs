//! [TransactWriteItems](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html).

use std::collections::BTreeMap;

use serde_json::Value;

use crate::access::{Context, Region};
use crate::api::decode::decode;
use crate::api::item::TransactWriteItemsInput;
use crate::error::Result;
use crate::model::AttributeValue;
use crate::transaction::{Token, refuse_running, remember, run, was_done};

use super::answer::Answer;
use super::direct::Answered;
use super::parameters as read;
use super::transact_request::{Request, Transaction, parse, read_request};

/// The response to a transaction that is done.
pub fn answer(region: &Region, context: &Context, transaction: &Transaction) -> Result<Vec<u8>> {
    let mut collections: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for action in &transaction.actions {
        let Ok(key) = &action.key else { continue };
        if let Some(metrics) = read::item_collection_metrics(region, &action.table, key, transaction.metrics)
        {
            collections.entry(&action.table).or_default().push(metrics);
        }
    }
    let mut answer = Answer::new();
    answer.optional("ConsumedCapacity", context.meter.all(transaction.consumed, true));
    answer.optional("ItemCollectionMetrics", (!collections.is_empty()).then_some(collections));
    Ok(answer.finish())
}

/// A request that may be carried out many times.
#[derive(Clone, Debug)]
pub struct TransactWrite(Request);

impl TransactWrite {
    /// Reads and checks a request.
    pub fn read(region: &Region, request: &[u8]) -> Result<TransactWrite> {
        read_request(region, decode(request)?, request).map(TransactWrite)
    }

    /// Shows every scalar of the request, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        self.0.scalars_mut(visit);
    }

    /// Its ClientRequestToken.
    pub fn token_mut(&mut self) -> Option<&mut Token> {
        self.0.token_mut()
    }

    /// Whether every BETWEEN has its bounds in order.
    pub fn is_ordered(&self) -> bool {
        self.0.is_ordered()
    }

    /// Writes up to 100 items, all or none.
    pub fn carry_out(
        &mut self,
        region: &mut Region,
        context: &mut Context,
        answered: Answered,
    ) -> Result<Vec<u8>> {
        let transaction = self.0.clone().locate(region)?;
        carry_out(region, context, &transaction, answered)
    }
}

/// Writes up to 100 items, all or none.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: TransactWriteItemsInput = decode(request)?;
    let transaction = parse(region, input, request)?;
    carry_out(region, context, &transaction, Answered::Yes)
}

fn carry_out(
    region: &mut Region,
    context: &mut Context,
    transaction: &Transaction,
    answered: Answered,
) -> Result<Vec<u8>> {
    for (table, given) in &transaction.named {
        context.meter.named(table, given);
    }
    if was_done(region, context, transaction.token.as_ref())? {
        return answered.with(|| answer(region, context, transaction));
    }
    refuse_running(region, transaction.token.as_ref())?;
    run(region, context, &transaction.actions)?;
    remember(region, context, transaction.token.as_ref());
    answered.with(|| answer(region, context, transaction))
}
