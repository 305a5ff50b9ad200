//! The before-image log: what stood under a key before each recent write.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;

use super::{Key, Space, Store, Value};

/// One write, as what it replaced.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub position: u64,
    pub at_ms: u64,
    pub space: Space,
    pub key: Key,
    pub before: Option<Value>,
}

/// Recent writes in order, and by key.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    entries: VecDeque<Entry>,
    /// The positions of the entries of each key, ascending.
    by_key: BTreeMap<Space, BTreeMap<Key, Vec<u64>>>,
    durable: u64,
}

impl Log {
    pub fn record(&mut self, position: u64, at_ms: u64, space: Space, key: Key, before: Option<Value>) {
        self.by_key.entry(space).or_default().entry(key.clone()).or_default().push(position);
        self.entries.push_back(Entry { position, at_ms, space, key, before });
    }

    pub fn durable(&mut self, position: u64) {
        self.durable = self.durable.max(position);
    }

    pub fn forget(&mut self, before_ms: u64) {
        while self.entries.front().is_some_and(|e| e.at_ms < before_ms && e.position <= self.durable) {
            if let Some(entry) = self.entries.pop_front() {
                self.unlist(&entry, |positions| {
                    positions.remove(0);
                });
            }
        }
    }

    /// Takes the newest entry that is not durable.
    pub fn pop_volatile(&mut self) -> Option<Entry> {
        if self.entries.back()?.position <= self.durable {
            return None;
        }
        let entry = self.entries.pop_back()?;
        self.unlist(&entry, |positions| {
            positions.pop();
        });
        Some(entry)
    }

    fn unlist(&mut self, entry: &Entry, take: impl FnOnce(&mut Vec<u64>)) {
        let Some(keys) = self.by_key.get_mut(&entry.space) else { return };
        let Some(positions) = keys.get_mut(&entry.key) else { return };
        take(positions);
        if positions.is_empty() {
            keys.remove(&entry.key);
        }
        if keys.is_empty() {
            self.by_key.remove(&entry.space);
        }
    }

    fn entry(&self, position: u64) -> Option<&Entry> {
        // Positions have no gaps.
        let first = self.entries.front()?.position;
        self.entries.get(usize::try_from(position.checked_sub(first)?).ok()?)
    }

    /// What stood under the key after `position`, where that differs from now: the before-image of the first later
    /// write.
    fn before(&self, positions: &[u64], position: u64) -> Option<Option<&[u8]>> {
        let later = positions.partition_point(|&p| p <= position);
        let entry = self.entry(*positions.get(later)?)?;
        Some(entry.before.as_deref())
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
        if let Some(keys) = self.recent(space)
            && let Some(positions) = keys.get(key)
            && let Some(before) = self.store.log.before(positions, self.position)
        {
            return before;
        }
        self.store.get(space, key)
    }

    fn recent(&self, space: Space) -> Option<&'a BTreeMap<Key, Vec<u64>>> {
        if self.position >= self.store.position {
            return None;
        }
        self.store.log.by_key.get(&space)
    }

    /// The entries as of the view's position, in the order of their keys or against it.
    pub fn range(
        &self,
        space: Space,
        bounds: (Bound<&'a [u8]>, Bound<&'a [u8]>),
        forward: bool,
    ) -> Box<dyn Iterator<Item = (&'a [u8], &'a [u8])> + 'a> {
        let current = self.store.range(space, bounds);
        let Some(recent) = self.recent(space) else {
            return if forward { Box::new(current) } else { Box::new(current.rev()) };
        };
        if super::empty(&bounds) {
            return Box::new(std::iter::empty());
        }
        let (log, position) = (&self.store.log, self.position);
        let undone = recent
            .range::<[u8], _>(bounds)
            .filter_map(move |(key, positions)| Some((&**key, log.before(positions, position)?)));
        if forward {
            Box::new(Merge { current: current.peekable(), undone: undone.peekable(), forward })
        } else {
            Box::new(Merge { current: current.rev().peekable(), undone: undone.rev().peekable(), forward })
        }
    }
}

/// Current entries, with those that were written later replaced by what stood there before.
struct Merge<C: Iterator, U: Iterator> {
    current: std::iter::Peekable<C>,
    undone: std::iter::Peekable<U>,
    forward: bool,
}

impl<'a, C, U> Iterator for Merge<C, U>
where
    C: Iterator<Item = (&'a [u8], &'a [u8])>,
    U: Iterator<Item = (&'a [u8], Option<&'a [u8]>)>,
{
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (Some((current, _)), Some((undone, _))) = (self.current.peek(), self.undone.peek()) else {
                return match self.undone.next() {
                    Some((key, Some(value))) => Some((key, value)),
                    Some((_, None)) => continue,
                    None => self.current.next(),
                };
            };
            let order = if self.forward { current.cmp(undone) } else { undone.cmp(current) };
            if order.is_lt() {
                return self.current.next();
            }
            if order.is_eq() {
                self.current.next();
            }
            if let Some((key, Some(value))) = self.undone.next() {
                return Some((key, value));
            }
        }
    }
}
