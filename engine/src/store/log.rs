//! The before-image log: what stood under a key before each recent write.
//!
//! A value knows the position of its write, and a write's entry holds what it replaced, which knows its own: so what stood
//! under a key at an earlier position is found by going back from write to write. Only of keys that were removed has the log a
//! list.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;

use super::changes::{read_space, write_space};
use super::place::{Keyed, Probe, keyed, probe};
use super::{Damage, Key, Slot, Space, Store};
use crate::model::codec::{Malformed, Reader, write_bytes, write_varint};

/// What a write replaced.
#[derive(Clone, Debug)]
pub(super) enum Before {
    /// A value.
    Value(Slot),
    /// Nothing: since the write at that position removed what was there, or since before the log (0).
    Nothing(u64),
}

impl Before {
    /// The value's bytes.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Before::Value(slot) => Some(&slot.bytes),
            Before::Nothing(_) => None,
        }
    }

    /// What is put back where the write is undone.
    pub fn slot(self) -> Option<Slot> {
        match self {
            Before::Value(slot) => Some(slot),
            Before::Nothing(_) => None,
        }
    }
}

/// One write, as what it replaced.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub position: u64,
    pub at_ms: u64,
    pub space: Space,
    pub key: Key,
    pub before: Before,
}

/// Recent writes in order, and the keys that recent writes removed.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    entries: VecDeque<Entry>,
    /// Of each key that is not there: the position of the write that removed it.
    removed: BTreeMap<Space, BTreeMap<Key, u64>>,
    durable: u64,
    /// What came after that position is kept, whoever needs it.
    pinned: Option<u64>,
}

impl Log {
    /// Takes note of a write and of what stood there before.
    pub fn record(
        &mut self,
        position: u64,
        at_ms: u64,
        (space, key): (Space, &[u8]),
        before: Option<Slot>,
        removes: bool,
    ) {
        let key: Key = key.into();
        let before = match before {
            Some(slot) => Before::Value(slot),
            None => Before::Nothing(self.removal(space, &key).unwrap_or(0)),
        };
        match (&before, removes) {
            (Before::Value(_), true) => self.list(space, &key, position),
            (Before::Nothing(1..), false) => self.unlist(space, &key),
            _ => {}
        }
        self.entries.push_back(Entry { position, at_ms, space, key, before });
    }

    fn removal(&self, space: Space, key: &[u8]) -> Option<u64> {
        self.removed.get(&space)?.get(key).copied()
    }

    fn list(&mut self, space: Space, key: &[u8], position: u64) {
        self.removed.entry(space).or_default().insert(key.into(), position);
    }

    fn unlist(&mut self, space: Space, key: &[u8]) {
        let Some(keys) = self.removed.get_mut(&space) else { return };
        keys.remove(key);
        if keys.is_empty() {
            self.removed.remove(&space);
        }
    }

    pub fn durable(&mut self, position: u64) {
        self.durable = self.durable.max(position);
    }

    /// Keeps what comes after a position, or nothing any more.
    pub fn pin(&mut self, position: Option<u64>) {
        self.pinned = position;
    }

    /// The first space within these bounds that something was removed from.
    pub fn removed_from(&self, bounds: (Bound<Space>, Bound<Space>)) -> Option<Space> {
        self.removed.range(bounds).map(|(space, _)| *space).next()
    }

    pub fn forget(&mut self, before_ms: u64) {
        let last = self.pinned.map_or(self.durable, |pinned| pinned.min(self.durable));
        while self.entries.front().is_some_and(|e| e.at_ms < before_ms && e.position <= last) {
            if let Some(entry) = self.entries.pop_front()
                && self.removal(entry.space, &entry.key) == Some(entry.position)
            {
                self.unlist(entry.space, &entry.key);
            }
        }
    }

    /// The writes after a position, each encoded as what it replaced: `position | time | space | key | 0 or 1 + value`.
    pub fn encoded_after(&self, position: u64) -> impl Iterator<Item = Vec<u8>> {
        let first = self.entries.partition_point(|entry| entry.position <= position);
        self.entries.range(first..).map(|entry| {
            let mut bytes = Vec::new();
            write_varint(entry.position.into(), &mut bytes);
            write_varint(entry.at_ms.into(), &mut bytes);
            write_space(entry.space, &mut bytes);
            write_bytes(&entry.key, &mut bytes);
            match &entry.before {
                Before::Value(slot) => {
                    bytes.push(1);
                    write_bytes(&slot.bytes, &mut bytes);
                }
                Before::Nothing(_) => bytes.push(0),
            }
            bytes
        })
    }

    /// Takes the newest entry that is not durable.
    pub fn pop_volatile(&mut self) -> Option<Entry> {
        if self.entries.back()?.position <= self.durable {
            return None;
        }
        let entry = self.entries.pop_back()?;
        match entry.before {
            Before::Nothing(removed @ 1..) => self.list(entry.space, &entry.key, removed),
            _ => self.unlist(entry.space, &entry.key),
        }
        Some(entry)
    }

    /// The writes after `position`, newest first.
    pub fn since(&self, position: u64) -> impl Iterator<Item = &Entry> {
        self.entries.iter().rev().take_while(move |entry| entry.position > position)
    }

    /// Forgets everything: the state was changed behind the log's back, and stands at `position`.
    pub fn begin_at(&mut self, position: u64) {
        *self = Log { durable: position, ..Log::default() };
    }

    /// The position of the oldest write that is kept.
    pub fn first(&self) -> Option<u64> {
        self.entries.front().map(|entry| entry.position)
    }

    fn entry(&self, position: u64) -> Option<&Entry> {
        // Positions have no gaps.
        let first = self.first()?;
        self.entries.get(usize::try_from(position.checked_sub(first)?).ok()?)
    }

    /// What stood under a key after `position`, where the write at `written`, a later one, was its last. As far back as the
    /// log reaches; nothing is said where it does not reach that write.
    fn before(&self, written: u64, position: u64) -> Option<Option<&[u8]>> {
        let mut found = None;
        let mut written = written;
        while let Some(entry) = self.entry(written) {
            written = match &entry.before {
                Before::Value(slot) => {
                    found = Some(Some(&*slot.bytes));
                    slot.written
                }
                Before::Nothing(removed) => {
                    found = Some(None);
                    *removed
                }
            };
            if written <= position {
                break;
            }
        }
        found
    }
}

impl Store {
    /// The writes after a position, each as what it replaced: what is needed to read as of then.
    pub fn recent(&self, position: u64) -> impl Iterator<Item = Vec<u8>> {
        self.log.encoded_after(position)
    }

    /// Takes up [`Store::recent`], one behind the other, in the place of the log: the newest of these writes is the newest of all.
    pub fn recall(&mut self, recent: &[u8]) -> Result<(), Damage> {
        self.log.begin_at(self.position);
        let mut reader = Reader(recent);
        let mut last: BTreeMap<(Space, Key), u64> = BTreeMap::new();
        while !reader.0.is_empty() {
            let (position, at_ms) = (reader.u64()?, reader.u64()?);
            if self.log.entries.back().is_some_and(|before| before.position + 1 != position) {
                return Err(Malformed.into());
            }
            let (space, key): (Space, Key) = (read_space(&mut reader)?, reader.bytes()?.into());
            let written = last.insert((space, key.clone()), position).unwrap_or(0);
            let before = match reader.byte()? {
                0 => Before::Nothing(written),
                1 => Before::Value(Slot { bytes: reader.bytes()?.into(), written }),
                _ => return Err(Malformed.into()),
            };
            self.log.entries.push_back(Entry { position, at_ms, space, key, before });
        }
        for ((space, key), position) in last {
            let probe: &dyn Keyed = &Probe::from(&*key);
            match self.spaces.get_mut(&space).and_then(|map| map.get_mut(probe)) {
                Some(slot) => slot.written = position,
                None => self.log.list(space, &key, position),
            }
        }
        Ok(())
    }
}

/// The state after a certain position, read through before-images: what a follower sees that has applied the log
/// up to there.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    store: &'a Store,
    position: u64,
}

impl<'a> View<'a> {
    pub(super) fn new(store: &'a Store, position: u64) -> View<'a> {
        View { store, position }
    }

    /// The value as of the view's position.
    pub fn get(&self, space: Space, key: &[u8]) -> Option<&'a [u8]> {
        match self.store.slot(space, key) {
            Some(slot) => self.seen(slot),
            None => self.gone(self.store.log.removal(space, key)?),
        }
    }

    /// What the view sees of a value that stands there now.
    fn seen(&self, slot: &'a Slot) -> Option<&'a [u8]> {
        if slot.written <= self.position {
            return Some(&slot.bytes);
        }
        self.store.log.before(slot.written, self.position).unwrap_or(Some(&slot.bytes))
    }

    /// What the view sees of a key that was removed at that position.
    fn gone(&self, removed: u64) -> Option<&'a [u8]> {
        if removed <= self.position {
            return None;
        }
        self.store.log.before(removed, self.position).flatten()
    }

    /// The entries as of the view's position, in the order of their keys or against it.
    pub fn range(
        &self,
        space: Space,
        bounds: (Bound<&'a [u8]>, Bound<&'a [u8]>),
        forward: bool,
    ) -> Box<dyn Iterator<Item = (&'a [u8], &'a [u8])> + 'a> {
        if super::empty(&bounds) {
            return Box::new(std::iter::empty());
        }
        let view = *self;
        let (first, last) = (probe(bounds.0), probe(bounds.1));
        let within = (keyed(&first), keyed(&last));
        let current = self.store.spaces.get(&space).map(|map| map.range::<dyn Keyed, _>(within));
        let current = current.into_iter().flatten();
        let current = current.filter_map(move |(place, slot)| Some((&*place.key, view.seen(slot)?)));
        let Some(removed) =
            self.store.log.removed.get(&space).filter(|_| self.position < self.store.position)
        else {
            return if forward { Box::new(current) } else { Box::new(current.rev()) };
        };
        let gone = removed.range::<[u8], _>(bounds);
        let gone = gone.filter_map(move |(key, removed)| Some((&**key, view.gone(*removed)?)));
        if forward {
            Box::new(Merge { current: current.peekable(), gone: gone.peekable(), forward })
        } else {
            Box::new(Merge { current: current.rev().peekable(), gone: gone.rev().peekable(), forward })
        }
    }
}

/// Entries that stand there now and entries that were removed since, in one order; no key is in both.
struct Merge<C: Iterator, G: Iterator> {
    current: std::iter::Peekable<C>,
    gone: std::iter::Peekable<G>,
    forward: bool,
}

impl<'a, C, G> Iterator for Merge<C, G>
where
    C: Iterator<Item = (&'a [u8], &'a [u8])>,
    G: Iterator<Item = (&'a [u8], &'a [u8])>,
{
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (Some((current, _)), Some((gone, _))) = (self.current.peek(), self.gone.peek()) else {
            return self.current.next().or_else(|| self.gone.next());
        };
        let is_first = if self.forward { current < gone } else { current > gone };
        if is_first { self.current.next() } else { self.gone.next() }
    }
}
