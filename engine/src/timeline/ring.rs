//! The ring: the newest events, kept small.
//!
//! Owns how events are kept once they have happened: in chunks, the events packed, and beside them, of each event, the
//! few numbers that a filter or a density asks for, so that a million events can be gone through without reading one. The
//! oldest chunks fall away. Never changes an event.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::chunk::{Chunk, Head, NONE, Nature};
use super::event::{Event, EventKind};
use super::filter::Filter;
use super::names::{Access, RequestId};
use super::pack::{Packer, unpack};
use super::texts::Texts;

/// How many events a chunk has.
pub(super) const CHUNK: usize = 256;

/// A stretch of time on the timeline's track.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Density {
    /// Reads routed.
    pub reads: u32,
    /// Writes routed.
    pub writes: u32,
    /// Requests refused.
    pub throttles: u32,
}

/// What a filter found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The events around the place that was asked for, in order.
    pub events: Vec<Event>,
    /// How many events match in all.
    pub total: u64,
    /// How many of them stand before the first of `events`.
    pub before: u64,
}

/// The newest events, oldest first. Their ids rise; where a commit failed, some are missing.
#[derive(Clone, Debug)]
pub struct Ring {
    sealed: VecDeque<Chunk>,
    open: Packer,
    heads: Heads,
    limit: usize,
    bytes: usize,
    fallen: u64,
}

/// The numbers of the events of the open chunk.
#[derive(Clone, Debug, Default)]
struct Heads {
    list: Vec<Head>,
    strings: Vec<Box<str>>,
    /// The strings again, one behind the other, and where each stands.
    bytes: Vec<u8>,
    texts: Texts,
}

impl Heads {
    fn number(&mut self, text: Option<&str>) -> u16 {
        let Some(text) = text else { return NONE };
        self.texts.find(&self.bytes, text).map_or_else(
            |slot| {
                let from = self.bytes.len();
                self.bytes.extend_from_slice(text.as_bytes());
                self.texts.add(slot, from, self.bytes.len());
                self.strings.push(text.into());
                self.strings.len() as u16 - 1
            },
            |number| number as u16,
        )
    }

    fn add(&mut self, event: &Event, asked: Option<&Asked<'_>>) {
        let kind = &event.kind;
        let table = match kind {
            EventKind::RequestReceived { table, .. } => table.as_deref(),
            _ => kind.target().map(|target| target.table.as_str()),
        };
        let nature = match kind {
            EventKind::Routed { access: Access::Read, .. } => Nature::Read,
            EventKind::Routed { access: Access::Write, .. } => Nature::Write,
            EventKind::Throttled { .. } => Nature::Throttle,
            _ => Nature::Other,
        };
        let head = Head {
            id: event.id,
            at_ms: event.at_ms,
            request: event.request.unwrap_or(0),
            partition: kind.partition().unwrap_or(0),
            kind: self.number(Some(kind.name())),
            operation: self.number(asked.and_then(|asked| asked.operation)),
            table: self.number(table),
            key: self.number(kind.key()),
            client: asked.map_or(0, |asked| asked.client),
            nature,
        };
        self.list.push(head);
    }
}

/// What the events of a call say of its request.
#[derive(Clone, Copy, Debug, Default)]
struct Asked<'a> {
    operation: Option<&'a str>,
    client: u16,
}

impl Ring {
    /// An empty ring that keeps so many events.
    pub fn new(limit: usize) -> Ring {
        Ring {
            sealed: VecDeque::new(),
            open: Packer::default(),
            heads: Heads::default(),
            limit,
            bytes: 0,
            fallen: 0,
        }
    }

    /// Adds what one call came to. The ids go on rising, over all regions.
    pub fn append(&mut self, events: &[Event]) {
        let mut asked: BTreeMap<RequestId, Asked<'_>> = BTreeMap::new();
        for event in events {
            let Some(request) = event.request else { continue };
            match &event.kind {
                EventKind::RequestReceived { operation, .. } => {
                    asked.entry(request).or_default().operation = Some(operation);
                }
                kind => {
                    if let Some(client) = kind.client() {
                        asked.entry(request).or_default().client = client as u16;
                    }
                }
            }
        }
        for event in events {
            let asked = event.request.and_then(|request| asked.get(&request));
            self.heads.add(event, asked);
            self.open.push(event);
            if self.heads.list.len() == CHUNK {
                self.seal();
            }
        }
        while self.len() > self.limit {
            if !self.drop_oldest() {
                break;
            }
        }
    }

    fn seal(&mut self) {
        let heads = std::mem::take(&mut self.heads);
        let chunk = Chunk::seal(std::mem::take(&mut self.open), heads.list, heads.strings);
        self.bytes += chunk.size_bytes();
        self.sealed.push_back(chunk);
    }

    /// Lets the oldest chunk fall away; false where only the newest is left.
    pub fn drop_oldest(&mut self) -> bool {
        let Some(chunk) = self.sealed.pop_front() else { return false };
        self.bytes -= chunk.size_bytes();
        self.fallen += chunk.heads().len() as u64;
        true
    }

    /// How many events are kept.
    pub fn len(&self) -> usize {
        self.sealed.len() * CHUNK + self.heads.list.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many events have fallen away.
    pub fn fallen(&self) -> u64 {
        self.fallen
    }

    /// What the sealed chunks take in memory, in bytes.
    pub fn size_bytes(&self) -> usize {
        self.bytes
    }

    /// The oldest event's number and time.
    pub fn first(&self) -> Option<(u64, u64)> {
        self.heads().next().map(|(_, heads)| (heads[0].id, heads[0].at_ms))
    }

    /// The newest event's number and time.
    pub fn last(&self) -> Option<(u64, u64)> {
        let open = self.heads.list.last();
        let head = open.or_else(|| self.sealed.back().and_then(|chunk| chunk.heads().last()));
        head.map(|head| (head.id, head.at_ms))
    }

    /// Each chunk's numbers, with its place; none is empty.
    fn heads(&self) -> impl Iterator<Item = (usize, &[Head])> {
        let open = (!self.heads.list.is_empty()).then_some(&self.heads.list[..]);
        self.sealed.iter().map(Chunk::heads).chain(open).enumerate()
    }

    fn strings(&self, chunk: usize) -> &[Box<str>] {
        self.sealed.get(chunk).map_or(&self.heads.strings, Chunk::strings)
    }

    /// A chunk's events.
    fn events(&self, chunk: usize) -> Vec<Event> {
        let open = || unpack(self.open.bytes()).expect("what was packed here can be unpacked");
        self.sealed.get(chunk).map_or_else(open, Chunk::events)
    }

    /// Events that match, from the number `from` on, as JSON: each on a line of its own, a comma between two. About so many of
    /// them, and the number to go on from; none where that was the last.
    pub fn json(&self, filter: &Filter, from: u64, about: usize) -> (String, Option<u64>) {
        let (mut text, mut count) = (String::new(), 0);
        for (chunk, heads) in self.heads().filter(|(_, heads)| heads[heads.len() - 1].id >= from) {
            if count >= about {
                return (text, Some(heads[0].id));
            }
            let Some(wanted) = Wanted::of(filter, self.strings(chunk)) else { continue };
            let chosen = |head: &Head| head.id >= from && wanted.holds_for(head);
            if !heads.iter().any(chosen) {
                continue;
            }
            for (event, _) in self.events(chunk).iter().zip(heads).filter(|(_, head)| chosen(head)) {
                text.push_str(if count == 0 { "" } else { ",\n" });
                text.push_str(&serde_json::to_string(event).expect("an event is always JSON"));
                count += 1;
            }
        }
        (text, None)
    }

    /// The events that match, around the number `around`: at most `before` of those up to it, and `after` of those behind it.
    pub fn find(&self, filter: &Filter, around: u64, before: usize, after: usize) -> Found {
        // Places as (chunk, place in the chunk).
        let mut early: VecDeque<(usize, usize)> = VecDeque::new();
        let (mut late, mut passed, mut total) = (Vec::new(), 0_u64, 0_u64);
        for (chunk, heads) in self.heads() {
            let Some(wanted) = Wanted::of(filter, self.strings(chunk)) else { continue };
            for (place, head) in heads.iter().enumerate().filter(|(_, head)| wanted.holds_for(head)) {
                total += 1;
                if head.id <= around {
                    passed += 1;
                    early.push_back((chunk, place));
                    if early.len() > before {
                        early.pop_front();
                    }
                } else if late.len() < after {
                    late.push((chunk, place));
                }
            }
        }
        let skipped = passed - early.len() as u64;
        let places: Vec<(usize, usize)> = early.into_iter().chain(late).collect();
        let mut events = Vec::with_capacity(places.len());
        for group in places.chunk_by(|one, other| one.0 == other.0) {
            let all = self.events(group[0].0);
            events.extend(group.iter().filter_map(|(_, place)| all.get(*place).cloned()));
        }
        Found { events, total, before: skipped }
    }

    /// The number of the last event at or before a moment; the first one's where none is.
    pub fn at(&self, at_ms: u64) -> Option<u64> {
        let mut found = None;
        for (_, heads) in self.heads() {
            if heads[0].at_ms > at_ms {
                break;
            }
            found = heads.iter().rfind(|head| head.at_ms <= at_ms).map(|head| head.id).or(found);
        }
        found.or(self.first().map(|(id, _)| id))
    }

    /// Reads, writes and throttles that match in `count` equal stretches of a time.
    pub fn density(&self, filter: &Filter, time_ms: Range<u64>, count: usize) -> Vec<Density> {
        let mut stretches = vec![Density::default(); count];
        let span = time_ms.end.saturating_sub(time_ms.start).max(1);
        for (chunk, heads) in self.heads() {
            let (first, last) = (heads[0].at_ms, heads[heads.len() - 1].at_ms);
            if last < time_ms.start || first > time_ms.end {
                continue;
            }
            let Some(wanted) = Wanted::of(filter, self.strings(chunk)) else { continue };
            let within =
                heads.iter().filter(|head| time_ms.contains(&head.at_ms) || head.at_ms == time_ms.end);
            for head in within.filter(|head| wanted.holds_for(head)) {
                let at = u128::from(head.at_ms - time_ms.start) * count as u128 / u128::from(span);
                let Some(stretch) = stretches.get_mut((at as usize).min(count.saturating_sub(1))) else {
                    continue;
                };
                match head.nature {
                    Nature::Read => stretch.reads += 1,
                    Nature::Write => stretch.writes += 1,
                    Nature::Throttle => stretch.throttles += 1,
                    Nature::Other => {}
                }
            }
        }
        stretches
    }

    /// The kinds, operations, tables and clients that there are, each list sorted.
    pub fn subjects(&self) -> Subjects {
        let mut subjects = Subjects::default();
        let text =
            |strings: &[Box<str>], number: u16| strings.get(usize::from(number)).map(|s| s.to_string());
        for (chunk, heads) in self.heads() {
            let strings = self.strings(chunk);
            let mut seen: Vec<u8> = vec![0; strings.len()];
            for head in heads {
                for (bit, number, list) in [
                    (1, head.kind, &mut subjects.kinds),
                    (2, head.operation, &mut subjects.operations),
                    (4, head.table, &mut subjects.tables),
                ] {
                    let Some(marks) = seen.get_mut(usize::from(number)).filter(|marks| **marks & bit == 0)
                    else {
                        continue;
                    };
                    *marks |= bit;
                    if let Some(text) = text(strings, number) {
                        list.push(text);
                    }
                }
                if head.client > 0 && !subjects.clients.contains(&head.client) {
                    subjects.clients.push(head.client);
                }
            }
            for list in [&mut subjects.kinds, &mut subjects.operations, &mut subjects.tables] {
                list.sort();
                list.dedup();
            }
        }
        subjects.clients.sort_unstable();
        subjects
    }
}

/// What a filter can be set to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subjects {
    /// The kinds' names.
    pub kinds: Vec<String>,
    /// The operations.
    pub operations: Vec<String>,
    /// The tables.
    pub tables: Vec<String>,
    /// The clients.
    pub clients: Vec<u16>,
}

/// A filter, in one chunk's numbers.
struct Wanted {
    client: Option<u16>,
    operation: Option<u16>,
    table: Option<u16>,
    /// Of each of the chunk's strings, whether it has what is asked of a key.
    keys: Option<Vec<bool>>,
    partition: Option<u32>,
    kind: Option<u16>,
    request: Option<RequestId>,
}

impl Wanted {
    /// None where the chunk has nothing that is wanted.
    fn of(filter: &Filter, strings: &[Box<str>]) -> Option<Wanted> {
        let number = |text: &Option<String>| match text {
            None => Some(None),
            Some(text) => strings.iter().position(|string| **string == **text).map(|at| Some(at as u16)),
        };
        let keys = filter.key.as_ref().map(|part| {
            let part = part.to_lowercase();
            strings.iter().map(|string| string.to_lowercase().contains(&part)).collect::<Vec<bool>>()
        });
        if keys.as_ref().is_some_and(|keys| !keys.contains(&true)) {
            return None;
        }
        Some(Wanted {
            client: filter.client,
            operation: number(&filter.operation)?,
            table: number(&filter.table)?,
            keys,
            partition: filter.partition,
            kind: number(&filter.kind)?,
            request: filter.request,
        })
    }

    fn holds_for(&self, head: &Head) -> bool {
        self.client.is_none_or(|client| head.client == client)
            && self.operation.is_none_or(|operation| head.operation == operation)
            && self.table.is_none_or(|table| head.table == table)
            && self.keys.as_ref().is_none_or(|keys| keys.get(usize::from(head.key)) == Some(&true))
            && self.partition.is_none_or(|partition| head.partition == partition)
            && self.kind.is_none_or(|kind| head.kind == kind)
            && self.request.is_none_or(|request| head.request == request)
    }
}

#[cfg(test)]
mod tests;
