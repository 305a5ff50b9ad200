//! Stepped transactions that an earlier version of Dynascope left in the ledger: they are brought to an end when their workspace
//! is opened, since nobody can step through them any more.
//!
//! Owns that one change of saved state. What is decided goes forward; everything else is given up, and lets go of its items, as the
//! recovery of the published protocol does. An entry whose tables are gone is forgotten.

use crate::access::{Context, Region};
use crate::api::decode::decode;
use crate::transaction::{self, Entry};

use super::transact_request::parse;

/// Ends all of them. In a workspace that has none this costs one look.
pub fn settle(region: &mut Region, context: &mut Context) {
    if !region.has_open_transactions() {
        return;
    }
    for (number, entry) in transaction::left_open(region) {
        if let Some(Entry { request, mut progress }) = entry
            && let Ok(input) = decode(request.as_bytes())
            && let Ok(parsed) = parse(region, input, request.as_bytes())
        {
            transaction::end(region, context, &parsed.actions, &mut progress);
        }
        transaction::forget(region, number, context.now_ms);
    }
}
