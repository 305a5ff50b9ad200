//! Time to Live: which items expire when, and their removal.
//!
//! Differs from DynamoDB: the service removes an expired item "within a few days"; here a sweep goes by once a minute,
//! so that a learner sees it happen. Until then the item is read as any other.
//!
//! An item of a global table expires in one region, and its removal is a replicated write in the others. Modelled: in the region
//! that wrote it last; another takes it a minute later, if nothing has arrived by then.

use std::ops::Bound;

use crate::model::{AttributeValue, Item, codec};
use crate::store::Space;
use crate::table::{Table, TtlStatus};
use crate::timeline::EventKind;

use super::Context;
use super::region::{Region, TableState};
use super::replication::is_from_elsewhere;
use super::route::{item_key, key_text};
use super::write::expire;

/// How often the sweep goes by, in milliseconds.
pub const SWEEP_MS: u64 = 60_000;

/// How many items of a table a sweep removes at once; the rest follows at the same time, so that no step is long.
const SWEEP_ITEMS: usize = 250;

/// A value further in the past than this is taken for a mistake and ignored: five years.
const OLDEST_SECONDS: u64 = 5 * 365 * 24 * 60 * 60;

/// When an item expires, in seconds of the epoch, where the table has Time to Live and the item such an attribute.
pub(super) fn expires_at(table: &Table, item: &Item) -> Option<u64> {
    if table.time_to_live.status != TtlStatus::Enabled {
        return None;
    }
    match item.get(table.time_to_live.attribute.as_deref()?)? {
        AttributeValue::N(seconds) => u64::try_from(seconds.to_i64()?).ok(),
        _ => None,
    }
}

/// The sweep at which an item goes that expires at that second.
fn sweep_ms(seconds: u64) -> u64 {
    (seconds.saturating_mul(1000) / SWEEP_MS).saturating_add(1).saturating_mul(SWEEP_MS)
}

/// The second that an item is listed under which expires at that one.
fn listed_at(seconds: u64, from_elsewhere: bool) -> u64 {
    seconds.saturating_add(if from_elsewhere { SWEEP_MS / 1000 } else { 0 })
}

/// Lists a table's items by when they expire, anew.
pub(super) fn list_table(region: &mut Region, name: &str) {
    let Some(state) = region.tables.get(name) else { return };
    let table = &state.saved.table;
    let everything = (Bound::Unbounded, Bound::Unbounded);
    let expiring = region
        .store
        .range(Space::Items { table: table.id, index: 0 }, everything)
        .filter(|_| table.time_to_live.status == TtlStatus::Enabled)
        .filter_map(|(key, item)| {
            let seconds = expires_at(table, &codec::decode(item).ok()?)?;
            Some((listed_at(seconds, is_from_elsewhere(region, table.id, key)), key.to_vec()))
        })
        .collect();
    if let Some(state) = region.tables.get_mut(name) {
        state.live.expiring = expiring;
    }
}

/// When the next sweep finds something in the table.
pub(super) fn next_due_ms(state: &TableState, now_ms: u64) -> Option<u64> {
    if !state.takes_all_writes() {
        // It is looked at again when they are.
        return None;
    }
    let oldest = (now_ms / 1000).saturating_sub(OLDEST_SECONDS);
    state.live.expiring.range((oldest, Vec::new())..).next().map(|(seconds, _)| sweep_ms(*seconds))
}

/// Removes what has expired by the context's time.
pub(super) fn sweep(region: &mut Region, context: &mut Context, due: &[String]) {
    for name in due {
        for _ in 0..SWEEP_ITEMS {
            let Some(state) = region.tables.get_mut(name) else { break };
            if next_due_ms(state, context.now_ms).is_none_or(|due| due > context.now_ms) {
                break;
            }
            let oldest = (context.now_ms / 1000).saturating_sub(OLDEST_SECONDS);
            let Some(first) = state.live.expiring.range((oldest, Vec::new())..).next().cloned() else {
                break;
            };
            state.live.expiring.remove(&first);
            let table = &state.saved.table;
            let space = Space::Items { table: table.id, index: 0 };
            let Some(Ok(item)) = region.store.get(space, &first.1).map(codec::decode) else { continue };
            let keys: Item = item.iter().filter(|(n, _)| table.keys.contains(n)).cloned().collect();
            let Ok(key) = item_key(table, keys) else { continue };
            let text = key_text(&table.keys, &item);
            context.record(EventKind::Expired { target: state.target(0), key: text });
            expire(region, context, name, &key);
        }
    }
}

/// Keeps the list up with a write, of this region or `from_elsewhere`.
pub(super) fn relist(
    region: &mut Region,
    name: &str,
    key: &[u8],
    (old, new): (Option<&Item>, Option<&Item>),
    from_elsewhere: bool,
) {
    let Some(state) = region.tables.get_mut(name) else { return };
    let table = &state.saved.table;
    if table.time_to_live.status != TtlStatus::Enabled {
        return;
    }
    if let Some(seconds) = old.and_then(|item| expires_at(table, item)) {
        for elsewhere in [false, true] {
            state.live.expiring.remove(&(listed_at(seconds, elsewhere), key.to_vec()));
        }
    }
    if let Some(seconds) = new.and_then(|item| expires_at(table, item)) {
        let seconds = listed_at(seconds, from_elsewhere);
        state.live.expiring.insert((seconds, key.to_vec()));
        region.due_by(name, sweep_ms(seconds));
    }
}
