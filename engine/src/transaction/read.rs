//! Reading several items as of one moment.
//!
//! Reads every item twice: rejected where a write is pending on one, or came in between the two rounds (which it cannot here,
//! since both are within one request). It writes nothing.

use crate::access::{Context, ItemKey, Region, faults, get, key_text};
use crate::capacity::ReadMode;
use crate::error::{
    ApiError, CancellationReason, Result, access as access_words, request as request_words,
    transaction as words,
};
use crate::limits;
use crate::model::codec;
use crate::timeline::{Access, EventKind};

use super::partition::code;

/// One item to read.
#[derive(Clone, Debug)]
pub struct ItemRead {
    /// The table's name.
    pub table: String,
    /// The item's key, or why it is none.
    pub key: Result<ItemKey>,
}

/// The reason at an item's place, for one that went well or did not.
fn reason(read: &Result<Option<Vec<u8>>>) -> CancellationReason {
    match read {
        Ok(_) => CancellationReason::none(),
        Err(error) => CancellationReason {
            code: words::code_name(code(error)),
            message: Some(error.message.clone()),
            item: None,
        },
    }
}

fn read_one(region: &mut Region, context: &mut Context, wanted: &ItemRead) -> Result<Option<Vec<u8>>> {
    let key = wanted.key.as_ref().map_err(ApiError::clone)?;
    let state = region.active_table(&wanted.table)?;
    if let Some(holder) = region.mark(state.saved.table.id, &key.bytes).and_then(|mark| mark.pending) {
        let text = key_text(&state.saved.table.keys, &key.attributes);
        context.record(EventKind::Conflict { target: state.target(0), key: text, holder });
        return Err(access_words::transaction_conflict());
    }
    get(region, context, &wanted.table, key, ReadMode::Transactional)
}

/// Reads the items, encoded; a missing one is nothing.
pub fn read_all(
    region: &mut Region,
    context: &mut Context,
    all: &[ItemRead],
) -> Result<Vec<Option<Vec<u8>>>> {
    region.counters.transactions += 1;
    let keys = all.iter().map(|wanted| match (&wanted.key, region.tables.get(&wanted.table)) {
        (Ok(key), Some(state)) => key_text(&state.saved.table.keys, &key.attributes),
        _ => String::new(),
    });
    context.record(EventKind::TransactionStarted {
        transaction: region.counters.transactions,
        timestamp: region.counters.requests,
        keys: keys.collect(),
        access: Access::Read,
    });
    for wanted in all {
        if let (Ok(key), Ok(_)) = (&wanted.key, region.active_table(&wanted.table)) {
            faults::check_readable(region, context, &wanted.table, key)?;
        }
    }
    context.fork();
    let results: Vec<Result<Option<Vec<u8>>>> =
        all.iter().map(|wanted| read_one(region, context, wanted)).collect();
    // The second round takes as long as the first.
    let round_us = context.join();
    context.wait(round_us);
    let committed = results.iter().all(Result::is_ok);
    context.record(EventKind::TransactionFinished { transaction: region.counters.transactions, committed });
    if !committed {
        return Err(words::cancelled(results.iter().map(reason).collect()));
    }
    let found: Vec<Option<Vec<u8>>> = results.into_iter().collect::<Result<_>>()?;
    let size_bytes: u64 = found.iter().flatten().filter_map(|item| codec::size_bytes(item).ok()).sum();
    if size_bytes > limits::TRANSACTION_BYTES as u64 {
        return Err(request_words::transaction_response_too_large(size_bytes));
    }
    Ok(found)
}
