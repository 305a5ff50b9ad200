//! Replication between regions: the stamps by which the later write wins, the writes on their way, and the links.
//!
//! Owns what a region sends and what it makes of what arrives. Never sees another region: `world` carries the writes over.
//!
//! Follows [How global tables work](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html):
//! last writer wins, by an internal timestamp for each item. Differs from DynamoDB: how the service orders writes of one
//! moment is not published; here a write is always later than what its region has seen of the item, then the region's name
//! decides.

use std::collections::BTreeMap;
use std::ops::Bound;

use serde::{Deserialize, Serialize};

use crate::cluster::Way;
use crate::model::Item;
use crate::model::codec::{self, Reader, write_bytes};
use crate::model::key;
use crate::store::Space;
use crate::table::{Table, TableId};
use crate::timeline::EventKind;

use super::conflicts::{self, Conflict, Side};
use super::region::Region;
use super::route::{ItemKey, item_key, key_text};
use super::write::write_replicated;
use super::{Context, expiry};

/// How long a write of a strong global table holds its item in the other regions.
const SETTLING_MS: u64 = 40;
/// In a write on its way: what its region had seen stands in front of the item.
const BASED: u8 = 2;
/// When a write is tried again that met an item which a transaction holds.
const HELD_MS: u64 = 100;

/// When an item was last written, and where: the later one wins everywhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stamp {
    /// The time of the write.
    pub at_ms: u64,
    /// Tells writes apart that one region made, or had seen, within the time.
    pub count: u64,
    /// The region that wrote.
    pub region: String,
}

impl Stamp {
    fn encode(&self) -> Vec<u8> {
        [&self.at_ms.to_be_bytes()[..], &self.count.to_be_bytes()[..], self.region.as_bytes()].concat()
    }

    fn decode(bytes: &[u8]) -> Option<Stamp> {
        let (at_ms, rest) = bytes.split_at_checked(8)?;
        let (count, region) = rest.split_at_checked(8)?;
        Some(Stamp {
            at_ms: u64::from_be_bytes(at_ms.try_into().ok()?),
            count: u64::from_be_bytes(count.try_into().ok()?),
            region: String::from_utf8(region.to_vec()).ok()?,
        })
    }
}

/// A write on its way, or the item that a new replica is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replicated {
    /// The table's name.
    pub table: String,
    /// The item's key bytes.
    pub key: Vec<u8>,
    /// Its key attributes, encoded; empty for an item that is gone since before the replica came.
    pub key_item: Vec<u8>,
    /// When and where it was written; none for an item that was there before the first replica.
    pub stamp: Option<Stamp>,
    /// What its region had seen of the item before; none where that was nothing.
    pub base: Option<Stamp>,
    /// The item, encoded; none where it was removed.
    pub item: Option<Vec<u8>>,
}

/// A link to another region that is not as it should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Nothing arrives.
    pub broken: bool,
    /// Everything arrives that much later.
    pub lag_ms: u64,
}

/// The link to a region.
pub fn link(region: &Region, to: &str) -> Link {
    let stored = region.store.get(Space::Links, to.as_bytes());
    stored.and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or_default()
}

/// Breaks, mends or slows down the link to a region. What is under way arrives by the delay it was given.
pub fn set_link(region: &mut Region, context: &mut Context, to: &str, link: Link) {
    let bytes = serde_json::to_vec(&link).expect("a link is always JSON");
    let value = (link != Link::default()).then_some(bytes);
    region.store.write(Space::Links, to.as_bytes(), value, context.now_ms);
    context.pass(region);
    context.record(EventKind::LinkChanged { to: to.to_owned(), broken: link.broken, lag_ms: link.lag_ms });
}

/// What is under way to a region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// How many writes.
    pub writes: u64,
    /// When the first of them arrives, in milliseconds of the epoch.
    pub first_ms: Option<u64>,
}

/// The links that are out of order or have writes under way, by region.
pub fn links(region: &Region) -> Vec<(String, Link, Queue)> {
    let everything = (Bound::Unbounded, Bound::Unbounded);
    let mut found: BTreeMap<String, Queue> = BTreeMap::new();
    for (key, _) in region.store.range(Space::Outbox, everything) {
        let Ok(to) = Reader(key).text() else { continue };
        let queue = found.entry(to.to_owned()).or_default();
        queue.writes += 1;
        queue.first_ms = queue.first_ms.or_else(|| due_of(to, key));
    }
    for (to, _) in region.store.range(Space::Links, everything) {
        found.entry(String::from_utf8_lossy(to).into_owned()).or_default();
    }
    found.into_iter().map(|(to, queue)| (to.clone(), link(region, &to), queue)).collect()
}

/// When and where an item was last written; none where no region has written it since there are replicas.
pub fn stamp_of(region: &Region, table: TableId, key: &[u8]) -> Option<Stamp> {
    Stamp::decode(region.store.get(Space::Stamps { table }, key)?)
}

/// Whether an item stands as another region wrote it.
pub(super) fn is_from_elsewhere(region: &Region, table: TableId, key: &[u8]) -> bool {
    stamp_of(region, table, key).is_some_and(|stamp| stamp.region != region.settings.region)
}

fn outbox_prefix(to: &str) -> Vec<u8> {
    let mut prefix = Vec::new();
    write_bytes(to.as_bytes(), &mut prefix);
    prefix
}

/// The range of the writes on their way to a region.
fn outbox_bounds(to: &str) -> (Vec<u8>, Vec<u8>) {
    let prefix = outbox_prefix(to);
    let end = [prefix.as_slice(), &[0xff; 17]].concat();
    (prefix, end)
}

fn due_of(to: &str, key: &[u8]) -> Option<u64> {
    let due = key.get(outbox_prefix(to).len()..)?.get(..8)?;
    Some(u64::from_be_bytes(due.try_into().ok()?))
}

fn put_in_outbox(region: &mut Region, to: &str, due_ms: u64, write: &Replicated, now_ms: u64) {
    let mut key = outbox_prefix(to);
    key.extend_from_slice(&due_ms.to_be_bytes());
    key.extend_from_slice(&region.store.position().to_be_bytes());
    let mut value = Vec::new();
    write_bytes(write.table.as_bytes(), &mut value);
    write_bytes(&write.key, &mut value);
    write_bytes(&write.key_item, &mut value);
    write_bytes(&write.stamp.as_ref().map(Stamp::encode).unwrap_or_default(), &mut value);
    value.push(u8::from(write.item.is_some()) | if write.base.is_some() { BASED } else { 0 });
    if let Some(base) = &write.base {
        write_bytes(&base.encode(), &mut value);
    }
    value.extend_from_slice(write.item.as_deref().unwrap_or_default());
    region.store.write(Space::Outbox, &key, Some(value), now_ms);
}

fn read(value: &[u8]) -> Option<Replicated> {
    let mut reader = Reader(value);
    let table = reader.text().ok()?.to_owned();
    let key = reader.bytes().ok()?.to_vec();
    let key_item = reader.bytes().ok()?.to_vec();
    let stamp = Stamp::decode(reader.bytes().ok()?);
    let parts = reader.byte().ok()?;
    let base = if parts & BASED == 0 { None } else { Stamp::decode(reader.bytes().ok()?) };
    let item = (parts & 1 == 1).then(|| reader.0.to_vec());
    Some(Replicated { table, key, key_item, stamp, base, item })
}

/// Sends a write to the other regions of its global table.
pub(super) fn send(
    region: &mut Region,
    context: &mut Context,
    table: &str,
    key: &ItemKey,
    new: Option<&Item>,
) {
    let Some(state) = region.tables.get(table) else { return };
    let Some(global) = &state.saved.table.global else { return };
    let (id, strong) = (state.saved.table.id, global.strong);
    let others: Vec<String> = global
        .replicas
        .iter()
        .filter(|replica| replica.status.takes_writes())
        .map(|replica| replica.region.clone())
        .collect();
    let uuid = state.saved.table.uuid.clone();
    let (target, text) = (state.target(0), key_text(&state.saved.table.keys, &key.attributes));
    let now_ms = context.now_ms;
    let mut stamp = Stamp { at_ms: now_ms, count: 0, region: region.settings.region.clone() };
    let base = stamp_of(region, id, &key.bytes);
    if let Some(last) = &base
        && last.at_ms >= now_ms
    {
        stamp.at_ms = last.at_ms;
        stamp.count = last.count + 1;
    }
    region.store.write(Space::Stamps { table: id }, &key.bytes, Some(stamp.encode()), now_ms);
    let write = Replicated {
        table: table.to_owned(),
        key: key.bytes.clone(),
        key_item: codec::encode(&key.attributes),
        stamp: Some(stamp),
        base,
        item: new.map(codec::encode),
    };
    for to in others {
        let lag_ms = match region.simulation.lag && !strong {
            true => {
                let second = Way::Region.at(&uuid, key::hash(to.as_bytes()), now_ms);
                second.draw_ms(&mut region.random)
            }
            false => 0,
        };
        let (start, end) = outbox_bounds(&to);
        let bounds = (Bound::Included(&start[..]), Bound::Excluded(&end[..]));
        // A write never overtakes an earlier one on its link.
        let last = region.store.range(Space::Outbox, bounds).next_back();
        let last_ms = last.and_then(|(key, _)| due_of(&to, key)).unwrap_or(0);
        let link_ms = if strong { 0 } else { link(region, &to).lag_ms };
        let due_ms = (now_ms + lag_ms + link_ms).max(last_ms);
        put_in_outbox(region, &to, due_ms, &write, now_ms);
        let (target, key) = (target.clone(), text.clone());
        context.pass(region);
        context.record(EventKind::ReplicaSent { target, key, to, arrives_at_ms: due_ms });
    }
}

/// The first writes on their way to a region, each with the time at which it arrives; no more than `most`.
pub fn waiting(region: &Region, to: &str, most: usize) -> Vec<(u64, Replicated)> {
    let (start, end) = outbox_bounds(to);
    let bounds = (Bound::Included(&start[..]), Bound::Excluded(&end[..]));
    let stored = region.store.range(Space::Outbox, bounds).take(most);
    stored.filter_map(|(key, value)| Some((due_of(to, key)?, read(value)?))).collect()
}

/// Where writes are on their way to, and when the first arrives. A broken link lets those of strong global tables through alone: their
/// regions share one log, which goes by the third where two do not reach each other.
pub fn under_way(region: &Region) -> Vec<(String, u64)> {
    let mut ways = Vec::new();
    let mut start = Vec::new();
    loop {
        let rest = (Bound::Included(&start[..]), Bound::Unbounded);
        let first = region.store.range(Space::Outbox, rest).next();
        let Some((to, key)) = first.and_then(|(key, _)| Some((Reader(key).text().ok()?, key))) else { break };
        let due_ms = match link(region, to).broken {
            true => first_strong_ms(region, to),
            false => due_of(to, key),
        };
        ways.extend(due_ms.map(|due_ms| (to.to_owned(), due_ms)));
        start = outbox_bounds(to).1;
    }
    ways
}

fn is_strong(region: &Region, table: &str) -> bool {
    let table = region.tables.get(table).map(|state| &state.saved.table);
    table.and_then(|table| table.global.as_ref()).is_some_and(|global| global.strong)
}

/// When the first write of a strong global table arrives.
fn first_strong_ms(region: &Region, to: &str) -> Option<u64> {
    if !region.tables.keys().any(|table| is_strong(region, table)) {
        return None;
    }
    let waiting = waiting(region, to, usize::MAX).into_iter();
    waiting.filter(|(_, write)| is_strong(region, &write.table)).map(|(due_ms, _)| due_ms).next()
}

/// Takes the writes off the way that have arrived at a region by now.
pub fn take_arrived(region: &mut Region, to: &str, now_ms: u64) -> Vec<Replicated> {
    let (start, end) = outbox_bounds(to);
    let bounds = (Bound::Included(&start[..]), Bound::Excluded(&end[..]));
    let arrived: Vec<(Vec<u8>, Option<Replicated>)> = region
        .store
        .range(Space::Outbox, bounds)
        .take_while(|(key, _)| due_of(to, key).is_some_and(|due_ms| due_ms <= now_ms))
        .map(|(key, value)| (key.to_vec(), read(value)))
        .collect();
    let broken = link(region, to).broken;
    let mut taken = Vec::new();
    for (key, write) in arrived {
        if broken && write.as_ref().is_some_and(|write| !is_strong(region, &write.table)) {
            continue;
        }
        region.store.write(Space::Outbox, &key, None, now_ms);
        taken.extend(write);
    }
    taken
}

/// Puts writes back that could not be written where they arrived: they are tried again a little later.
pub fn put_back(region: &mut Region, to: &str, writes: &[Replicated], now_ms: u64) {
    for write in writes {
        put_in_outbox(region, to, now_ms + HELD_MS, write, now_ms);
    }
}

/// Writes what arrived from another region, where it is later than what stands; gives back what a transaction is in the way
/// of.
pub fn receive(
    region: &mut Region,
    context: &mut Context,
    from: &str,
    writes: Vec<Replicated>,
) -> Vec<Replicated> {
    let mut held = Vec::new();
    for write in writes {
        let Some(state) = region.tables.get(&write.table) else { continue };
        let table = &state.saved.table;
        let Some(global) = &table.global else { continue };
        let (id, strong) = (table.id, global.strong);
        let Some(key) = key_of(region, table, &write) else {
            // It is gone everywhere: only that it is must be known here too.
            if let Some(stamp) =
                write.stamp.filter(|stamp| Some(stamp) > stamp_of(region, id, &write.key).as_ref())
            {
                let space = Space::Stamps { table: id };
                region.store.write(space, &write.key, Some(stamp.encode()), context.now_ms);
            }
            continue;
        };
        if region.mark(id, &write.key).is_some_and(|mark| mark.pending.is_some())
            || !state.takes_writes(0, state.saved.partitions.owner(&write.key))
        {
            held.push(write);
            continue;
        }
        let target = state.target(0);
        let text = key_text(&table.keys, &key.attributes);
        let stands = stamp_of(region, id, &write.key);
        let later = write.stamp.is_none() && stands.is_none() || write.stamp > stands;
        if let Some(conflict) = conflict(region, id, &write, stands, context.now_ms) {
            conflicts::keep(region, &conflict);
        }
        if later {
            if let Some(stamp) = &write.stamp {
                let space = Space::Stamps { table: id };
                region.store.write(space, &write.key, Some(stamp.encode()), context.now_ms);
            }
            let item = write.item.as_deref().map(codec::decode);
            if let Ok(item) = item.transpose() {
                write_replicated(region, context, &write.table, &key, item);
            }
            if strong && region.simulation.lag {
                region.settling.retain(|_, until_ms| *until_ms > context.now_ms);
                region.settling.insert((id, write.key.clone()), context.now_ms + SETTLING_MS);
            }
        }
        let lag_ms = write.stamp.map_or(0, |stamp| context.now_ms.saturating_sub(stamp.at_ms));
        let from = from.to_owned();
        context.pass(region);
        context.record(EventKind::ReplicaArrived { target, key: text, from, lag_ms, written: later });
    }
    held
}

/// What lost where a write that arrived met one that was made here, and neither region had seen the other's.
fn conflict(
    region: &Region,
    table: TableId,
    write: &Replicated,
    stands: Option<Stamp>,
    now_ms: u64,
) -> Option<Conflict> {
    let (stands, stamp) = (stands?, write.stamp.as_ref()?);
    if stands.region != region.settings.region || write.base.as_ref() >= Some(&stands) {
        return None;
    }
    let here = region.store.get(Space::Items { table, index: 0 }, &write.key);
    let (here, there) = (Side::of(&stands, here), Side::of(stamp, write.item.as_deref()));
    let (winner, loser) = if *stamp > stands { (there, here) } else { (here, there) };
    Some(Conflict { table, key_item: write.key_item.clone(), at_ms: now_ms, winner, loser })
}

/// The key of a write, told by itself or by the item that stands there.
fn key_of(region: &Region, table: &Table, write: &Replicated) -> Option<ItemKey> {
    let space = Space::Items { table: table.id, index: 0 };
    let known =
        if write.key_item.is_empty() { region.store.get(space, &write.key)? } else { &write.key_item };
    let item = codec::decode(known).ok()?;
    item_key(table, item.iter().filter(|(name, _)| table.keys.contains(name)).cloned().collect()).ok()
}

/// Whether another region's write holds an item of a strong global table.
pub(super) fn is_settling(region: &Region, table: TableId, key: &[u8], now_ms: u64) -> bool {
    if region.settling.is_empty() {
        return false;
    }
    region.settling.get(&(table, key.to_vec())).is_some_and(|until_ms| *until_ms > now_ms)
}

/// Everything that a new replica is given: the items, and the stamps of those that were removed.
pub fn contents(region: &Region, table: &str) -> Vec<Replicated> {
    let Some(state) = region.tables.get(table) else { return Vec::new() };
    let keys = &state.saved.table.keys;
    let id = state.saved.table.id;
    let everything = (Bound::Unbounded, Bound::Unbounded);
    let space = Space::Items { table: id, index: 0 };
    let gone = region
        .store
        .range(Space::Stamps { table: id }, everything)
        .filter(|(key, _)| region.store.get(space, key).is_none())
        .map(|(key, stamp)| Replicated {
            table: table.to_owned(),
            key: key.to_vec(),
            key_item: Vec::new(),
            stamp: Stamp::decode(stamp),
            base: None,
            item: None,
        });
    let items = region.store.range(space, everything);
    items
        .filter_map(|(key, encoded)| {
            let item = codec::decode(encoded).ok()?;
            let own: Item = item.iter().filter(|(name, _)| keys.contains(name)).cloned().collect();
            Some(Replicated {
                table: table.to_owned(),
                key: key.to_vec(),
                key_item: codec::encode(&own),
                stamp: stamp_of(region, id, key),
                base: None,
                item: Some(encoded.to_vec()),
            })
        })
        .chain(gone)
        .collect()
}

/// The status of a replica as the timeline names it.
pub fn record_replica(region: &Region, context: &mut Context, table: &str, replica: &str, status: &str) {
    if let Some(state) = region.tables.get(table) {
        let (target, replica, status) = (state.target(0), replica.to_owned(), status.to_owned());
        context.record(EventKind::ReplicaStatus { target, replica, status });
    }
}

/// Forgets the stamps of a table that is a regional one again.
pub fn forget_group(region: &mut Region, table: &str, now_ms: u64) {
    let Some(state) = region.tables.get(table) else { return };
    if state.saved.table.global.is_none() {
        region.store.clear(Space::Stamps { table: state.saved.table.id }, now_ms);
        expiry::list_table(region, table);
    }
}
