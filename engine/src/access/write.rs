//! Writing an item: route, admit, test the condition, write the item, its index entries and its stream record.
//!
//! A plain write does [`evaluate`] and [`apply`] in one go; a transaction's prepare evaluates, its commit evaluates again
//! (nothing can have changed while it held the item) and applies.

use crate::capacity::{Ask, ReadMode, read_half_units, write_half_units};
use crate::cluster::Way;
use crate::error::{Result, access as words, global as global_words, value as value_words};
use crate::expression::{Condition, Update};
use crate::index::{self, IndexChange};
use crate::limits;
use crate::model::{Item, codec, key, size};
use crate::store::Space;
use crate::stream::Record;
use crate::table::{Index, IndexKind, IndexStatus};
use crate::timeline::{Access, EventKind, TransactionId, WriteAction, Zone};
use crate::vector;

use super::admit::{admit, serve, take};
use super::collection::check_size;
use super::context::Part;
use super::entries::maintain_indexes;
use super::region::Region;
use super::route::{ItemKey, Served, check_updated_index_keys, key_text, record_route};
use super::schedule::trimmed_at_ms;
use super::{Context, TableState, expiry, faults, history, outage, replication};

/// What a write makes of an item.
#[derive(Clone, Debug)]
pub enum Change<'a> {
    /// Replaces it.
    Put(&'a Item),
    /// Changes it, or makes it of its key.
    Update(&'a Update),
    /// Removes it.
    Delete,
    /// Leaves it as it is: a transaction's ConditionCheck.
    Check,
}

/// A write of one item.
#[derive(Clone, Debug)]
pub struct Write<'a> {
    /// The table's name.
    pub table: &'a str,
    /// The item's key.
    pub key: &'a ItemKey,
    /// What to do.
    pub change: Change<'a>,
    /// What must hold.
    pub condition: Option<&'a Condition>,
    /// Whether a failed condition hands out the item.
    pub return_old_on_failure: bool,
    /// The transaction that the write is part of: it costs double.
    pub transaction: Option<TransactionId>,
}

/// Who a write is by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Author {
    /// A client of this region.
    Client,
    /// Time to Live.
    TimeToLive,
    /// Another region: it was a client there, or Time to Live.
    Replica,
}

/// A write that may be carried out.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// The item before.
    pub old: Option<Item>,
    /// The item after.
    pub new: Option<Item>,
}

/// Writes one item, outside of a transaction.
pub fn write(region: &mut Region, context: &mut Context, write: &Write) -> Result<Evaluated> {
    let evaluated = evaluate(region, context, write)?;
    apply(region, context, write, &evaluated);
    Ok(evaluated)
}

pub(super) fn space(region: &Region, table: &str, index: u32) -> Option<Space> {
    Some(Space::Items { table: region.tables.get(table)?.saved.table.id, index })
}

/// Tests whether the write may be carried out, and computes what it makes of the item. A failed condition is charged.
pub fn evaluate(region: &mut Region, context: &mut Context, write: &Write) -> Result<Evaluated> {
    let state = region.active_table(write.table)?;
    let table_id = state.saved.table.id;
    let place = state.saved.partitions.owner(&write.key.bytes);
    let leader = state.saved.partitions.at(place).leader;
    let text = || key_text(&state.saved.table.keys, &write.key.attributes);
    let served = Served { zone: leader, leader: true, position: region.store.position(), lag_ms: 0 };
    record_route(state, 0, place, (Some(write.key.hash()), text), Access::Write, served, context);

    if let Some(holder) = region.mark(table_id, &write.key.bytes).and_then(|mark| mark.pending)
        && write.transaction != Some(holder)
        && region.checks.pending
    {
        let (target, key) = (state.target(0), text());
        context.record(EventKind::Conflict { target, key, holder });
        return Err(words::transaction_conflict());
    }
    outage::check_quorum(region, &region.active_table(write.table)?.saved.table)?;
    if replication::is_settling(region, table_id, &write.key.bytes, context.now_ms) {
        return Err(global_words::write_conflict());
    }
    faults::check_writable(region.active_table(write.table)?, context, 0, place)?;
    admit(region, context, write.table, 0, place, Ask::Write)?;

    let old = stored(region, table_id, write.key)?;
    if let Some(condition) = write.condition {
        let passed = condition.evaluate(old.as_ref());
        let state = region.active_table(write.table)?;
        context.trace(|| EventKind::ConditionTested {
            target: state.target(0),
            key: key_text(&state.saved.table.keys, &write.key.attributes),
            condition: condition.to_string(),
            passed,
        });
        if !passed {
            charge(region, context, write, place, old.as_ref(), None);
            return Err(words::condition_failed(old.filter(|_| write.return_old_on_failure)));
        }
    }
    let evaluated = make(region, write, old)?;
    check_size(region, write.table, write.key, evaluated.old.as_ref(), evaluated.new.as_ref())?;
    check_indexes_available(region, context, write.table, &evaluated)?;
    for (index, place, hash) in global_changes(region, write.table, &evaluated) {
        let own = std::mem::replace(&mut context.part, Part { hash: Some(hash), ..Part::default() });
        admit(region, context, write.table, index, place, Ask::Write)?;
        context.part = own;
    }
    Ok(evaluated)
}

fn stored(region: &Region, table: u32, key: &ItemKey) -> Result<Option<Item>> {
    let stored = region.store.get(Space::Items { table, index: 0 }, &key.bytes);
    stored.map(codec::decode).transpose().map_err(Region::internal)
}

/// What the write makes of the item as it stands; its condition is not looked at.
pub fn compute(region: &Region, write: &Write) -> Result<Evaluated> {
    let table = &region.active_table(write.table)?.saved.table;
    make(region, write, stored(region, table.id, write.key)?)
}

fn make(region: &Region, write: &Write, old: Option<Item>) -> Result<Evaluated> {
    let table = &region.active_table(write.table)?.saved.table;
    let new = match write.change {
        Change::Put(item) => Some(item.clone()),
        Change::Check => old.clone(),
        Change::Delete => None,
        Change::Update(update) => {
            let before = old.as_ref().unwrap_or(&write.key.attributes);
            let after = update.apply(before)?;
            if size::item_bytes(&after) > limits::ITEM_SIZE_BYTES {
                return Err(value_words::updated_item_too_large());
            }
            if after.iter().any(|(_, value)| value.depth() >= limits::NESTING_LEVELS) {
                return Err(value_words::updated_item_too_deep());
            }
            check_updated_index_keys(table, &after)?;
            Some(after)
        }
    };
    Ok(Evaluated { old, new })
}

/// Charges a transaction's write that was prepared and then cancelled.
pub fn charge_cancelled(region: &mut Region, context: &mut Context, write: &Write) {
    let Ok(evaluated) = compute(region, write) else { return };
    let Some(state) = region.tables.get(write.table) else { return };
    let place = state.saved.partitions.owner(&write.key.bytes);
    charge(region, context, write, place, evaluated.old.as_ref(), evaluated.new.as_ref());
}

/// Charges the write: the larger of before and after.
fn charge(
    region: &mut Region,
    context: &mut Context,
    write: &Write,
    place: usize,
    old: Option<&Item>,
    new: Option<&Item>,
) {
    let Some(table) = region.tables.get(write.table).map(|state| &state.saved.table) else { return };
    let bytes = |item: Option<&Item>| item.map_or(0, |item| vector::billed_bytes(table, item));
    let size_bytes = bytes(old).max(bytes(new));
    let transactional = write.transaction.is_some();
    let half_units = write_half_units(size_bytes, transactional);
    if transactional {
        context.meter.replay(write.table, read_half_units(size_bytes, ReadMode::Transactional));
    }
    context.part = Part { hash: Some(write.key.hash()), size_bytes, ..context.part };
    if transactional {
        // It was prepared: this is the message that follows.
        serve(region, context, write.table, 0, place, Ask::Write);
    }
    take(region, context, write.table, 0, place, Ask::Write, half_units);
    region.observe(context, write.table, 0, place, &write.key.bytes, Access::Write, half_units);
    if let Some(state) = region.tables.get(write.table) {
        context.trace(|| EventKind::Metered {
            target: state.target(0),
            access: Access::Write,
            size_bytes,
            consistent: true,
            transactional,
            half_units,
        });
    }
}

/// The indexes that a write changes, and how.
pub(super) fn index_changes<'a>(
    region: &'a Region,
    table: &str,
    evaluated: &Evaluated,
) -> impl Iterator<Item = (&'a Index, IndexChange)> {
    let table = region.tables.get(table).map(|state| &state.saved.table);
    let (old, new) = (evaluated.old.as_ref(), evaluated.new.as_ref());
    let live = |index: &&Index| index.status != IndexStatus::Deleting;
    let changes = table.into_iter().flat_map(move |table| {
        table.indexes.iter().filter(live).filter_map(move |i| Some((i, index::change(table, i, old, new)?)))
    });
    changes.collect::<Vec<_>>().into_iter()
}

/// The global indexes that a write changes, with the place of the partition that takes the change and the hash there.
fn global_changes(region: &Region, table: &str, evaluated: &Evaluated) -> Vec<(u32, usize, key::Hash)> {
    let Some(state) = region.tables.get(table) else { return Vec::new() };
    if state.saved.index_partitions.is_empty() || !region.simulation.throttle {
        return Vec::new();
    }
    index_changes(region, table, evaluated)
        .filter(|(index, _)| index.kind == IndexKind::Global)
        .filter_map(|(index, change)| {
            let entry = change.put.as_ref().or(change.remove.as_ref())?;
            Some((index.id, state.partitions(index.id).owner(&entry.key), key::hash_of(&entry.key)))
        })
        .collect()
}

/// Refuses a write where nobody can say when an index that it changes can take the change.
fn check_indexes_available(
    region: &Region,
    context: &mut Context,
    table: &str,
    evaluated: &Evaluated,
) -> Result<()> {
    let state = region.active_table(table)?;
    if state.live.faulty == 0 {
        return Ok(());
    }
    for (index, change) in index_changes(region, table, evaluated) {
        for entry in change.put.iter().chain(&change.remove).filter(|_| index.kind == IndexKind::Global) {
            let place = state.partitions(index.id).owner(&entry.key);
            if state.takes_writes_at_ms(index.id, place, context.now_ms).is_none() {
                return faults::refuse(state, context, index.id, place, Access::Write);
            }
        }
    }
    Ok(())
}

/// Refuses a write that its item's partition, or an index's, cannot take as things are; nothing else is looked at.
pub fn check_available(region: &Region, context: &mut Context, write: &Write) -> Result<()> {
    let state = region.active_table(write.table)?;
    if state.live.faulty == 0 {
        return Ok(());
    }
    faults::check_writable(state, context, 0, state.saved.partitions.owner(&write.key.bytes))?;
    match compute(region, write) {
        Ok(evaluated) => check_indexes_available(region, context, write.table, &evaluated),
        Err(_) => Ok(()),
    }
}

/// Carries out an evaluated write: charges it, writes it, and tells index, stream and followers.
pub fn apply(region: &mut Region, context: &mut Context, write: &Write, evaluated: &Evaluated) {
    let Some(state) = region.tables.get(write.table) else { return };
    let place = state.saved.partitions.owner(&write.key.bytes);
    let (old, new) = (evaluated.old.as_ref(), evaluated.new.as_ref());
    charge(region, context, write, place, old, new);
    if matches!(write.change, Change::Check) {
        return;
    }
    let action = match (old, new) {
        (None, Some(_)) => WriteAction::Insert,
        (Some(_), None) => WriteAction::Remove,
        (Some(old), Some(new)) if old != new => WriteAction::Modify,
        _ => WriteAction::Unchanged,
    };
    replace(region, context, write, place, evaluated, action, Author::Client);
}

/// Removes an item whose time is over: not charged, and the stream says who did it.
pub(super) fn expire(region: &mut Region, context: &mut Context, table: &str, key: &ItemKey) {
    let Some(state) = region.tables.get(table) else { return };
    let place = state.saved.partitions.owner(&key.bytes);
    let Some(space) = space(region, table, 0) else { return };
    let Some(Ok(old)) = region.store.get(space, &key.bytes).map(codec::decode) else { return };
    let write = Write {
        table,
        key,
        change: Change::Delete,
        condition: None,
        return_old_on_failure: false,
        transaction: None,
    };
    let evaluated = Evaluated { old: Some(old), new: None };
    replace(region, context, &write, place, &evaluated, WriteAction::Remove, Author::TimeToLive);
}

/// Writes what another region wrote: charged here too, and not sent on.
pub(super) fn write_replicated(
    region: &mut Region,
    context: &mut Context,
    table: &str,
    key: &ItemKey,
    new: Option<Item>,
) {
    let Some(state) = region.tables.get(table) else { return };
    let (id, place) = (state.saved.table.id, state.saved.partitions.owner(&key.bytes));
    let Ok(old) = stored(region, id, key) else { return };
    let action = match (&old, &new) {
        (None, None) => WriteAction::Unchanged,
        (None, Some(_)) => WriteAction::Insert,
        (Some(_), None) => WriteAction::Remove,
        (Some(old), Some(new)) if old != new => WriteAction::Modify,
        _ => WriteAction::Unchanged,
    };
    let change = new.as_ref().map_or(Change::Delete, Change::Put);
    let write =
        Write { table, key, change, condition: None, return_old_on_failure: false, transaction: None };
    let evaluated = Evaluated { old, new: new.clone() };
    charge(region, context, &write, place, evaluated.old.as_ref(), evaluated.new.as_ref());
    replace(region, context, &write, place, &evaluated, action, Author::Replica);
}

fn replace(
    region: &mut Region,
    context: &mut Context,
    write: &Write,
    place: usize,
    evaluated: &Evaluated,
    action: WriteAction,
    author: Author,
) {
    if action != WriteAction::Unchanged {
        history::note(region, write.table, &write.key.bytes, evaluated.old.as_ref(), context.now_ms);
    }
    let Some(state) = region.tables.get(write.table) else { return };
    let id = state.saved.table.id;
    let space = Space::Items { table: id, index: 0 };
    let bytes = |item: &Option<Item>| item.as_ref().map_or(0, size::item_bytes) as u64;
    let written = |state: &TableState, position| EventKind::Written {
        target: state.target(0),
        partition: state.saved.partitions.at(place).id,
        key: key_text(&state.saved.table.keys, &write.key.attributes),
        action,
        size_before_bytes: bytes(&evaluated.old),
        size_after_bytes: bytes(&evaluated.new),
        position,
    };
    if action == WriteAction::Unchanged {
        context.trace(|| written(state, region.store.position()));
        return;
    }
    let value = evaluated.new.as_ref().map(codec::encode);
    let position = region.store.write(space, &write.key.bytes, value, context.now_ms);
    let told = context.is_watched().then(|| written(state, position));
    // Where transactions are under way, one that began earlier may not write over it.
    if write.transaction.is_none() && region.has_open_transactions() {
        region.stamp_item(write.table, write.key, region.counters.requests, true);
    }
    count(region, write.table, 0, place, evaluated.old.as_ref(), evaluated.new.as_ref());
    let items = (evaluated.old.as_ref(), evaluated.new.as_ref());
    let from_elsewhere =
        author == Author::Replica && replication::is_from_elsewhere(region, id, &write.key.bytes);
    expiry::relist(region, write.table, &write.key.bytes, items, from_elsewhere);
    let acknowledged = replicate(region, context, write.table, place, position);
    context.pass(region);
    told.into_iter().chain(acknowledged).for_each(|kind| context.record(kind));
    if author != Author::Replica {
        replication::send(region, context, write.table, write.key, evaluated.new.as_ref());
    }
    let by_ttl = author == Author::TimeToLive;
    append_record(region, context, write, place, evaluated, position, by_ttl);
    maintain_indexes(region, context, write, place, evaluated, by_ttl);
    if !by_ttl {
        meter_vectors(region, context, write, evaluated);
    }
    region.check_size(context, write.table, 0, place);
}

/// Meters what a write changes in the vector indexes, which have no entries of their own.
fn meter_vectors(region: &Region, context: &mut Context, write: &Write, evaluated: &Evaluated) {
    let Some(state) = region.tables.get(write.table) else { return };
    let table = &state.saved.table;
    for index in &table.attachments.vectors {
        let (old, new) = (evaluated.old.as_ref(), evaluated.new.as_ref());
        if let Some(bytes) = vector::write_bytes(table, index, old, new) {
            context.meter.vector(write.table, &index.name, bytes);
        }
    }
}

pub(super) fn count(
    region: &mut Region,
    table: &str,
    index: u32,
    place: usize,
    old: Option<&Item>,
    new: Option<&Item>,
) {
    let Some(state) = region.tables.get_mut(table) else { return };
    let part = state.live.statistics.entry((index, state.saved.partitions(index).at(place).id)).or_default();
    if let Some(old) = old {
        part.items -= 1;
        part.size_bytes -= size::item_bytes(old) as u64;
    }
    if let Some(new) = new {
        part.items += 1;
        part.size_bytes += size::item_bytes(new) as u64;
    }
}

/// Sends a write to the partition's followers; it is acknowledged when the quicker of them has it in its log. Returns what is to
/// be told of that.
fn replicate(
    region: &mut Region,
    context: &Context,
    table: &str,
    place: usize,
    position: u64,
) -> Option<EventKind> {
    let state = region.tables.get(table)?;
    let partition = state.saved.partitions.at(place);
    let (id, leader) = (partition.id, partition.leader);
    let group = partition.group.as_deref();
    let up = Zone::ALL.map(|zone| group.is_none_or(|group| group.is_up(zone)));
    let takes_log = Zone::ALL.map(|zone| group.is_none_or(|group| group.takes_log(zone)));
    let way = |zone: Zone| u64::from(id) * 3 + zone as u64;
    let second = |zone| Way::Follower.at(&state.saved.table.uuid, way(zone), context.now_ms);
    let seconds = region.simulation.lag.then(|| Zone::ALL.map(second));
    let mut delays_ms = [0; 3];
    let mut logged_ms = [0; 3];
    if let Some(seconds) = seconds {
        for zone in Zone::ALL.into_iter().filter(|zone| *zone != leader) {
            logged_ms[zone as usize] = region.draw_lag_ms(seconds[zone as usize]);
            // A replica that has failed applies nothing; what it missed it has when it is back.
            delays_ms[zone as usize] = if up[zone as usize] { logged_ms[zone as usize] } else { 0 };
        }
        let state = region.tables.get_mut(table)?;
        let sent = state.live.replicas.entry(id).or_default().send(position, context.now_ms, delays_ms);
        let applied = sent.applied_at_ms.into_iter().filter(|&at_ms| at_ms > context.now_ms);
        region.due_by(table, applied.min().unwrap_or(context.now_ms));
    }
    let others = Zone::ALL.into_iter().filter(|&zone| zone != leader && takes_log[zone as usize]);
    let quicker = others.min_by_key(|&zone| logged_ms[zone as usize]);
    context.is_watched().then(|| {
        let zones = std::iter::once(leader).chain(quicker).collect();
        EventKind::Acknowledged { partition: id, position, zones }
    })
}

fn append_record(
    region: &mut Region,
    context: &mut Context,
    write: &Write,
    place: usize,
    evaluated: &Evaluated,
    position: u64,
    by_ttl: bool,
) {
    let Some(state) = region.tables.get(write.table) else { return };
    let Some(view) = state.saved.table.stream.as_ref().filter(|s| s.enabled).map(|s| s.view) else { return };
    let partition = state.saved.partitions.at(place).id;
    let Some(shard) = state.saved.shards.open_shard(partition) else { return };
    let record = Record {
        position,
        at_ms: context.now_ms,
        view,
        keys: write.key.attributes.clone(),
        old: evaluated.old.clone(),
        new: evaluated.new.clone(),
        by_ttl,
    };
    let told = context.is_watched().then(|| EventKind::StreamRecord {
        target: state.target(0),
        shard: shard.id.clone(),
        sequence_number: crate::stream::sequence_number(position),
        event_name: record.event_name().to_string(),
    });
    let key = crate::stream::record_key(&shard.id, position);
    let space = Space::Stream { table: state.saved.table.id };
    region.store.write(space, &key, Some(record.encode()), context.now_ms);
    context.pass(region);
    told.into_iter().for_each(|kind| context.record(kind));
    let Some(state) = region.tables.get_mut(write.table) else { return };
    let oldest_ms = *state.live.oldest_record_ms.get_or_insert(context.now_ms);
    region.due_by(write.table, trimmed_at_ms(oldest_ms));
}
