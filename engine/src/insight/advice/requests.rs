//! What requests came to, added up by what they asked: the evidence of advice.
//!
//! Owns the sums; never judges them. Its memory is bounded whatever the requests are: what is of more kinds than it tells apart is
//! counted and not told.

use std::collections::{BTreeMap, BTreeSet};

use crate::timeline::{Access, Asked, Event, EventKind, Target};

/// So many kinds of pages, tables, keys are told apart.
const KINDS: usize = 500;
/// So many keys are remembered by when they were written.
const KEYS: usize = 10_000;
/// A read of what was written so shortly before needs to be strongly consistent to see it, in milliseconds. Modelled: followers lag less.
const FRESH_MS: u64 = 1_000;
/// Requests with so much between them are in a row, in milliseconds.
const ROW_MS: u64 = 2_000;
/// So many requests in a row are a run.
pub(super) const RUN: u64 = 5;

/// The pages of a kind: of one target, read in one way, asked the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pages {
    /// The table.
    pub table: String,
    /// The index.
    pub index: Option<String>,
    /// Without a partition key.
    pub scanned: bool,
    /// What they were asked for.
    pub asked: Asked,
    /// How many.
    pub requests: u64,
    /// Items that were looked at.
    pub evaluated: u64,
    /// Items that were returned.
    pub returned: u64,
    /// What they took, in halves of a read unit.
    pub half_units: u64,
}

/// Strongly consistent reads of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Strong {
    /// How many.
    pub reads: u64,
    /// What they took, in halves of a unit.
    pub half_units: u64,
    /// How many of them read a partition key that had been written within the second before.
    pub fresh: u64,
}

/// Requests of one kind in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Single {
    /// The most in a row.
    pub longest: u64,
    /// All that were in such rows.
    pub requests: u64,
}

/// How an item collection grew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Growth {
    /// Bytes that came…
    pub bytes: u64,
    /// …and that went.
    pub gone_bytes: u64,
    /// In how many writes.
    pub writes: u64,
    /// From when on, in milliseconds of the epoch…
    pub from_ms: u64,
    /// …to when.
    pub to_ms: u64,
}

/// Reads of one table and then of another by the same value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Join {
    pub times: u64,
    pub value: String,
}

type Kind = (String, Option<String>, bool, Asked);

/// The sums.
#[derive(Clone, Debug, Default)]
pub struct Requests {
    /// How many requests there were.
    pub count: u64,
    pages: BTreeMap<Kind, Pages>,
    pub(super) of_table: BTreeMap<String, u64>,
    pub(super) strong: BTreeMap<String, Strong>,
    pub(super) index_writes: BTreeMap<(String, String), (u64, u64)>,
    /// By table, and whether they write.
    pub(super) single: BTreeMap<(String, bool), Single>,
    pub(super) joins: BTreeMap<(String, String), Join>,
    growth: BTreeMap<(String, String), Growth>,
    written_ms: BTreeMap<(String, String), u64>,
    row: Option<Row>,
    read: Option<(String, BTreeSet<String>, u64)>,
}

/// The row that a request may belong to.
#[derive(Clone, Debug)]
struct Row {
    table: String,
    operation: String,
    length: u64,
    at_ms: u64,
}

/// Adds to a map that never has more than so many members.
fn of<K: Ord, V: Default>(map: &mut BTreeMap<K, V>, key: K, most: usize) -> Option<&mut V> {
    if map.len() >= most && !map.contains_key(&key) {
        return None;
    }
    Some(map.entry(key).or_default())
}

/// The values of a key's text: `user = u1, at = 7` has `u1` and `7`.
fn values(text: &str) -> BTreeSet<String> {
    let parts = text.split(", ").filter_map(|part| part.split_once(" = "));
    parts.map(|(_, value)| value.to_owned()).filter(|value| !value.is_empty()).collect()
}

/// The partition key's part of a key's text.
fn partition_text(text: &str) -> &str {
    text.split_once(", ").map_or(text, |(first, _)| first)
}

impl Requests {
    /// The kinds of pages that were read of a table.
    pub fn pages<'a>(&'a self, table: &'a str) -> impl Iterator<Item = &'a Pages> {
        self.pages.values().filter(move |pages| pages.table == table)
    }

    /// How many requests there were on a table.
    pub fn of(&self, table: &str) -> u64 {
        self.of_table.get(table).copied().unwrap_or(0)
    }

    /// How an item collection grew, by its partition key's text.
    pub fn growth(&self, table: &str, key: &str) -> Option<Growth> {
        self.growth.get(&(table.to_owned(), partition_text(key).to_owned())).copied()
    }

    /// Adds the events of one request. Those of the reader's own come in the order of one client; of traffic there are many clients,
    /// whose order says nothing.
    pub fn observe(&mut self, events: &[Event], own: bool) {
        let Some((operation, table)) = events.iter().find_map(|event| match &event.kind {
            EventKind::RequestReceived { operation, table } => Some((operation.clone(), table.clone())),
            _ => None,
        }) else {
            return;
        };
        let refused =
            |event: &Event| matches!(&event.kind, EventKind::RequestFinished { error: Some(_), .. });
        if events.iter().any(refused) {
            (self.row, self.read) = (None, None);
            return;
        }
        let at_ms = events.first().map_or(0, |event| event.at_ms);
        let data = events.iter().any(|event| matches!(event.kind, EventKind::Routed { .. }));
        if !data {
            return;
        }
        self.count += 1;
        self.add_tables(events);
        self.add_pages(events);
        self.add_reads(events, at_ms);
        self.add_writes(events, at_ms);
        if own {
            self.add_row(&operation, table.as_deref(), events, at_ms);
            self.add_join(&operation, events, at_ms);
        }
    }

    fn add_tables(&mut self, events: &[Event]) {
        let routed = events.iter().filter_map(|event| match &event.kind {
            EventKind::Routed { target, .. } => Some(target.table.as_str()),
            _ => None,
        });
        let tables: BTreeSet<&str> = routed.collect();
        for table in tables {
            if let Some(count) = of(&mut self.of_table, table.to_owned(), KINDS) {
                *count += 1;
            }
        }
    }

    fn add_pages(&mut self, events: &[Event]) {
        let scanned = events
            .iter()
            .any(|event| matches!(&event.kind, EventKind::Routed { access: Access::Read, hash: None, .. }));
        let mut seen: BTreeMap<Kind, Pages> = BTreeMap::new();
        for event in events {
            let EventKind::Evaluated { target, evaluated, returned, asked, .. } = &event.kind else {
                continue;
            };
            let asked = asked.as_deref().cloned().unwrap_or_default();
            let kind = (target.table.clone(), target.index.clone(), scanned, asked.clone());
            let pages = seen.entry(kind).or_insert_with(|| Pages {
                table: target.table.clone(),
                index: target.index.clone(),
                scanned,
                asked,
                requests: 1,
                ..Pages::default()
            });
            pages.evaluated += evaluated;
            pages.returned += returned;
        }
        let metered = |wanted: &Pages| -> u64 {
            let own = |target: &Target| target.table == wanted.table && target.index == wanted.index;
            let of = |event: &Event| match &event.kind {
                EventKind::Metered { target, access: Access::Read, half_units, .. } if own(target) => {
                    *half_units
                }
                _ => 0,
            };
            events.iter().map(of).sum()
        };
        for (kind, new) in seen {
            let half_units = metered(&new);
            let Some(sum) = of(&mut self.pages, kind, KINDS) else { continue };
            *sum = Pages {
                requests: sum.requests + 1,
                evaluated: sum.evaluated + new.evaluated,
                returned: sum.returned + new.returned,
                half_units: sum.half_units + half_units,
                ..new
            };
        }
    }

    fn add_reads(&mut self, events: &[Event], at_ms: u64) {
        let mut read: BTreeMap<&str, bool> = BTreeMap::new();
        for event in events {
            let EventKind::Routed { target, hash: Some(hash), access: Access::Read, .. } = &event.kind else {
                continue;
            };
            let written = self.written_ms.get(&(target.table.clone(), hash.clone()));
            let fresh = written.is_some_and(|written| written + FRESH_MS >= at_ms);
            *read.entry(&target.table).or_default() |= fresh;
        }
        let mut counted = BTreeSet::new();
        for event in events {
            let EventKind::Metered {
                target,
                access: Access::Read,
                consistent: true,
                transactional: false,
                half_units,
                ..
            } = &event.kind
            else {
                continue;
            };
            let Some(strong) = of(&mut self.strong, target.table.clone(), KINDS) else { continue };
            strong.half_units += half_units;
            if counted.insert(&target.table) {
                strong.reads += 1;
                strong.fresh += u64::from(read.get(target.table.as_str()).copied().unwrap_or(false));
            }
        }
    }

    fn add_writes(&mut self, events: &[Event], at_ms: u64) {
        for event in events {
            match &event.kind {
                EventKind::Routed { target, hash: Some(hash), access: Access::Write, .. } => {
                    let key = (target.table.clone(), hash.clone());
                    if let Some(written) = of(&mut self.written_ms, key, KEYS) {
                        *written = at_ms;
                    }
                }
                EventKind::IndexWritten {
                    target: Target { table, index: Some(index) }, half_units, ..
                } => {
                    let key = (table.clone(), index.clone());
                    if let Some((writes, units)) = of(&mut self.index_writes, key, KINDS) {
                        (*writes, *units) = (*writes + 1, *units + half_units);
                    }
                }
                EventKind::Written { target, key, size_before_bytes, size_after_bytes, .. } => {
                    let key = (target.table.clone(), partition_text(key).to_owned());
                    let Some(growth) = of(&mut self.growth, key, KEYS) else { continue };
                    let (before, after) = (*size_before_bytes, *size_after_bytes);
                    growth.bytes += after.saturating_sub(before);
                    growth.gone_bytes += before.saturating_sub(after);
                    growth.from_ms = if growth.writes == 0 { at_ms } else { growth.from_ms.min(at_ms) };
                    growth.to_ms = growth.to_ms.max(at_ms);
                    growth.writes += 1;
                }
                _ => {}
            }
        }
    }

    fn add_row(&mut self, operation: &str, table: Option<&str>, events: &[Event], at_ms: u64) {
        let conditional = events.iter().any(|event| matches!(event.kind, EventKind::ConditionTested { .. }));
        let writes = match operation {
            "PutItem" | "DeleteItem" if !conditional => true,
            "GetItem" => false,
            _ => return self.row = None,
        };
        let Some(table) = table else { return self.row = None };
        // Puts and deletes go into one batch.
        let same = |row: &Row| row.table == table && ((row.operation == "GetItem") != writes);
        let row = self.row.take().filter(|row| same(row) && row.at_ms + ROW_MS >= at_ms);
        let length = row.map_or(0, |row| row.length) + 1;
        self.row = Some(Row { table: table.to_owned(), operation: operation.to_owned(), length, at_ms });
        let Some(single) = of(&mut self.single, (table.to_owned(), writes), KINDS) else { return };
        single.longest = single.longest.max(length);
        single.requests += match length {
            ..RUN => 0,
            RUN => RUN,
            _ => 1,
        };
    }

    fn add_join(&mut self, operation: &str, events: &[Event], at_ms: u64) {
        if !matches!(operation, "GetItem" | "Query" | "ExecuteStatement") {
            return self.read = None;
        }
        let routed = events.iter().find_map(|event| match &event.kind {
            EventKind::Routed { target, key, access: Access::Read, .. } => Some((&target.table, values(key))),
            _ => None,
        });
        let Some((table, own)) = routed else { return self.read = None };
        if let Some((other, before, then_ms)) = &self.read
            && other != table
            && then_ms + ROW_MS >= at_ms
            && let Some(value) = before.intersection(&own).next()
            && let Some(join) = of(&mut self.joins, (other.clone(), table.clone()), KINDS)
        {
            join.times += 1;
            join.value = value.clone();
        }
        self.read = Some((table.clone(), own, at_ms));
    }
}
