//! The key space: everything that is kept, in ordered maps of bytes.
//!
//! Owns the maps, the log of before-images (by which a follower is read, and by which the state is wound back to the
//! last durable point), the encoded changes that a journal keeps, and the snapshot. Never knows what the
//! bytes mean, and never decides when to commit: `engine` does.

mod changes;
mod log;
mod packed;
mod place;
mod snapshot;

use std::collections::BTreeMap;
use std::ops::Bound;

pub use changes::{Counters, Damage, Segment};
pub use log::View;
pub use packed::Packed;
pub use snapshot::{Assembling, Framed, Imaging, UnderWay, is_cut};

use log::Log;
use place::{Keyed, Place, Probe, keyed, probe};

/// One ordered map of the key space. All of the state is in these, and nothing else is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Space {
    /// Table by number: schema, partitions and shards.
    Catalog,
    /// Transaction by number: those that are stepped through and not over.
    Ledger,
    /// ClientRequestToken of a transaction: when it was used and for what.
    Tokens,
    /// Items of a table (index 0) or entries of one of its indexes, by key bytes (see [`crate::model::key`]).
    Items {
        /// The table's number.
        table: u32,
        /// The index's number; 0 for the table's own items.
        index: u32,
    },
    /// Stream records of a table, by shard and sequence number.
    Stream {
        /// The table's number.
        table: u32,
    },
    /// Deleted table by the time its stream goes and by number: what the table and its shards were.
    DeletedStreams,
    /// Before-images of a table whose point-in-time recovery is on, by time and log position.
    History {
        /// The table's number.
        table: u32,
    },
    /// Backup by number: what it is of, and the table's settings as of then.
    Backups,
    /// The stamps of a global table's items, those of removed ones too, by key bytes.
    Stamps {
        /// The table's number.
        table: u32,
    },
    /// Writes on their way to other regions, by region, time of arrival and log position.
    Outbox,
    /// Links to other regions that are not as they should be, by region.
    Links,
    /// Writes of global tables that lost against a concurrent one, by time and log position.
    Conflicts,
    /// The items that a backup keeps, by key bytes.
    BackupItems {
        /// The backup's number.
        backup: u32,
    },
    /// Bulk operation by number: what was asked for, and whether it was cancelled.
    BulkOperations,
    /// What partitions remember for transactions that are under way: by table and key, or by partition.
    Marks,
    /// Event source mappings with their progress, what they sent to functions and to on-failure destinations (see
    /// [`crate::consumer`]).
    EventSources,
    /// In a snapshot alone: what is under way, which no journal has.
    Live,
    /// How the region's simulation behaves, where that was changed; which of its zones are dark.
    Simulation,
}

/// A key.
pub type Key = Box<[u8]>;
/// A value.
pub type Value = Box<[u8]>;

/// A value as it stands: with the position of the write that put it there, or 0 where that was before the log.
#[derive(Clone, Debug)]
pub(in crate::store) struct Slot {
    bytes: Value,
    written: u64,
}

/// The state of one region, as bytes.
#[derive(Clone, Debug, Default)]
pub struct Store {
    spaces: BTreeMap<Space, BTreeMap<Place, Slot>>,
    position: u64,
    log: Log,
    /// What was written since the last [`Store::take_changes`], encoded.
    changes: Vec<u8>,
    /// Nobody takes the changes: they are not encoded.
    unjournalled: bool,
}

impl Store {
    /// The position of the newest write: every write has the next number.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The current value.
    pub fn get(&self, space: Space, key: &[u8]) -> Option<&[u8]> {
        self.slot(space, key).map(|slot| &*slot.bytes)
    }

    fn slot(&self, space: Space, key: &[u8]) -> Option<&Slot> {
        let probe: &dyn Keyed = &Probe::from(key);
        self.spaces.get(&space)?.get(probe)
    }

    /// Puts (or, with none, removes) a value, and returns the write's position.
    pub fn write(&mut self, space: Space, key: &[u8], value: Option<Vec<u8>>, now_ms: u64) -> u64 {
        if !self.unjournalled {
            changes::write(space, key, value.as_deref(), &mut self.changes);
        }
        self.position += 1;
        let removes = value.is_none();
        let slot = value.map(|value| Slot { bytes: value.into(), written: self.position });
        let before = self.replace(space, key, slot);
        self.log.record(self.position, now_ms, (space, key), before, removes);
        self.position
    }

    fn replace(&mut self, space: Space, key: &[u8], slot: Option<Slot>) -> Option<Slot> {
        match slot {
            Some(slot) => self.spaces.entry(space).or_default().insert(key.into(), slot),
            None => {
                let probe: &dyn Keyed = &Probe::from(key);
                self.spaces.get_mut(&space)?.remove(probe)
            }
        }
    }

    /// Removes a whole space.
    pub fn clear(&mut self, space: Space, now_ms: u64) {
        let keys: Vec<Key> =
            self.spaces.get(&space).into_iter().flatten().map(|(place, _)| place.key.clone()).collect();
        for key in keys {
            self.write(space, &key, None, now_ms);
        }
        self.spaces.remove(&space);
    }

    /// Current entries in the order of their keys.
    pub fn range<'a>(
        &'a self,
        space: Space,
        bounds: (Bound<&'a [u8]>, Bound<&'a [u8]>),
    ) -> Box<dyn DoubleEndedIterator<Item = (&'a [u8], &'a [u8])> + 'a> {
        match self.spaces.get(&space) {
            Some(map) if !empty(&bounds) => {
                let (first, last) = (probe(bounds.0), probe(bounds.1));
                let range = map.range::<dyn Keyed, _>((keyed(&first), keyed(&last)));
                Box::new(range.map(|(place, slot)| (&*place.key, &*slot.bytes)))
            }
            _ => Box::new(std::iter::empty()),
        }
    }

    /// How many entries a space has.
    pub fn len(&self, space: Space) -> usize {
        self.spaces.get(&space).map_or(0, BTreeMap::len)
    }

    /// The spaces that are there.
    pub fn spaces(&self) -> impl Iterator<Item = Space> {
        self.spaces.keys().copied()
    }

    /// The state as a reader sees it who has applied the log only up to `position`.
    pub fn view(&self, position: u64) -> View<'_> {
        View::new(self, position)
    }

    /// From here on no changes are encoded: what is written now is thrown away at the end, or kept as a snapshot.
    pub fn leave_journal(&mut self) {
        self.unjournalled = true;
        self.changes.clear();
        self.pin(false);
        self.durable(self.position);
    }

    /// Whether changes are encoded.
    pub fn is_journalled(&self) -> bool {
        !self.unjournalled
    }

    /// The encoded writes since the last call.
    pub fn take_changes(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.changes)
    }

    /// Everything up to `position` is stored safely.
    pub fn durable(&mut self, position: u64) {
        self.log.durable(position);
    }

    /// Whether the log has every write after `position`.
    pub fn reaches(&self, position: u64) -> bool {
        position >= self.position || self.log.first().is_some_and(|first| first <= position + 1)
    }

    /// Before-images that no follower needs any more (older than `before_ms`) and that are durable may go.
    pub fn forget(&mut self, before_ms: u64) {
        self.log.forget(before_ms);
    }

    /// Undoes every write after the last durable position, newest first.
    pub fn wind_back(&mut self) {
        while let Some(entry) = self.log.pop_volatile() {
            self.position = entry.position - 1;
            let (space, key, before) = (entry.space, entry.key, entry.before);
            self.replace(space, &key, before.slot());
        }
        self.changes.clear();
    }
}

fn empty(bounds: &(Bound<&[u8]>, Bound<&[u8]>)) -> bool {
    match bounds {
        (Bound::Included(start), Bound::Included(end)) => start > end,
        (Bound::Included(start) | Bound::Excluded(start), Bound::Included(end) | Bound::Excluded(end)) => {
            start >= end
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ITEMS: Space = Space::Items { table: 1, index: 0 };

    fn all(store: &Store) -> Vec<(Vec<u8>, Vec<u8>)> {
        let everything = (Bound::Unbounded, Bound::Unbounded);
        store.range(ITEMS, everything).map(|(k, v)| (k.to_vec(), v.to_vec())).collect()
    }

    #[test]
    fn an_empty_range_is_empty_whichever_way_it_is_said() {
        let mut store = Store::default();
        store.write(ITEMS, b"a", Some(b"1".to_vec()), 0);
        assert_eq!(store.range(ITEMS, (Bound::Included(b"b"), Bound::Included(b"a"))).count(), 0);
        assert_eq!(store.range(ITEMS, (Bound::Excluded(b"a"), Bound::Excluded(b"a"))).count(), 0);
        assert_eq!(store.range(ITEMS, (Bound::Included(b"a"), Bound::Included(b"a"))).count(), 1);
    }

    proptest! {
        /// A view shows exactly the state of its position, by key and by range, both ways round; winding back reaches the
        /// durable state; a snapshot and a replay reach the current one.
        #[test]
        fn every_position_can_be_seen(
            writes in proptest::collection::vec((0u8..8, proptest::option::of(any::<u8>())), 1..40),
            durable in 0usize..40,
        ) {
            let mut store = Store::default();
            let mut states = vec![Vec::new()];
            let mut journal = Vec::new();
            for (key, value) in &writes {
                store.write(ITEMS, &[*key], value.map(|v| vec![v]), 0);
                states.push(all(&store));
                journal.extend(store.take_changes());
            }
            for (position, state) in states.iter().enumerate() {
                let view = store.view(position as u64);
                for key in 0u8..8 {
                    let expected = state.iter().find(|(k, _)| k == &[key]).map(|(_, v)| v.as_slice());
                    prop_assert_eq!(view.get(ITEMS, &[key]), expected);
                }
                let bounds = (Bound::Included(&[1u8][..]), Bound::Excluded(&[6u8][..]));
                let expected: Vec<_> = state.iter().filter(|(k, _)| (1..6).contains(&k[0])).cloned().collect();
                let forward: Vec<_> = view.range(ITEMS, bounds, true).map(|(k, v)| (k.to_vec(), v.to_vec())).collect();
                prop_assert_eq!(&forward, &expected);
                let mut backward: Vec<_> = view.range(ITEMS, bounds, false).map(|(k, v)| (k.to_vec(), v.to_vec())).collect();
                backward.reverse();
                prop_assert_eq!(&backward, &expected);
            }
            // Taken back, and forward again.
            for position in 0..=writes.len() {
                let replaced = store.replaced_since(position as u64);
                let mut at_once = store.clone();
                let forward = at_once.undo(&replaced, position as u64).unwrap();
                prop_assert_eq!(&all(&at_once), &states[position]);
                at_once.apply(&forward, writes.len() as u64).unwrap();
                prop_assert_eq!(&all(&at_once), states.last().unwrap());
            }
            let durable = durable.min(writes.len());
            store.durable(durable as u64);
            let mut wound = store.clone();
            wound.wind_back();
            prop_assert_eq!(&all(&wound), &states[durable]);
            prop_assert_eq!(wound.position(), durable as u64);

            let mut replayed = Store::default();
            replayed.apply(&journal, writes.len() as u64).unwrap();
            prop_assert_eq!(&all(&replayed), states.last().unwrap());
        }
    }
}
