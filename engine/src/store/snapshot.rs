//! The whole key space as it stood at one position, in pieces that are made while requests go on.
//!
//! Owns the bytes of an image: frames of `kind | length (u32) | payload | crc32 of all that`, little-endian.
//!
//! - `HEAD`: `name | position | counters | number of entries under way | (key | value)…`
//! - `ENTRIES`: `space | (key | value)…` in the order of spaces and keys, over all frames of a store
//! - `END`: the store is whole
//!
//! Entries are read as of the image's position, through the before-images of what was written since; [`Store::pin`] keeps
//! those. The first format, everything in one piece, `1 | position | counters | (space | count | (key | value)…)… | crc32`,
//! is read as ever.

use std::iter::Peekable;
use std::ops::Bound;

use crate::model::codec::{Malformed, Reader, write_bytes, write_varint};

use super::changes::{read_space, write_space};
use super::place::Place;
use super::{Counters, Damage, Key, Slot, Space, Store, Value};

const FIRST_VERSION: u8 = 1;

/// What begins a store.
const HEAD: u8 = 1;
const ENTRIES: u8 = 2;
const END: u8 = 3;
/// Kind and length.
const FRAME_HEADER: usize = 5;

/// What an image keeps beside the state: entries, each under its name.
pub type UnderWay = Vec<(Key, Value)>;

/// An image on its way out.
#[derive(Clone, Debug)]
pub struct Imaging {
    position: u64,
    head: Option<Vec<u8>>,
    /// The space in which it is, and the last key there; none where the space is done.
    at: Option<(Space, Option<Key>)>,
}

impl Imaging {
    /// Of a store of that name, as it stands at a position.
    pub(super) fn new(name: &str, position: u64, counters: Counters, live: &[(&[u8], Vec<u8>)]) -> Imaging {
        let mut head = Vec::new();
        write_bytes(name.as_bytes(), &mut head);
        write_varint(position.into(), &mut head);
        counters.write(&mut head);
        write_varint(live.len() as u128, &mut head);
        for (key, value) in live {
            write_bytes(key, &mut head);
            write_bytes(value, &mut head);
        }
        Imaging { position, head: Some(head), at: None }
    }
}

impl Store {
    /// The beginning of an image of the store as it stands; with what is under way, where that is to be kept too.
    pub fn begin_image(&self, name: &str, counters: Counters, live: &[(&[u8], Vec<u8>)]) -> Imaging {
        Imaging::new(name, self.position, counters, live)
    }

    /// From here on every before-image is kept, until it is let go: an image of this moment can be made meanwhile.
    pub fn pin(&mut self, pinned: bool) {
        self.log.pin(pinned.then_some(self.position));
    }

    /// Appends frames until `into` has about so many bytes; whether there is more to come.
    pub fn image_piece(&self, imaging: &mut Imaging, limit: usize, into: &mut Vec<u8>) -> bool {
        if let Some(head) = imaging.head.take() {
            write_frame(HEAD, into, |into| into.extend_from_slice(&head));
        }
        let view = self.view(imaging.position);
        while into.len() < limit {
            let (space, from) = match &imaging.at {
                Some((space, Some(key))) => (Some(*space), Bound::Excluded(&**key)),
                Some((space, None)) => (self.space_behind(Some(*space)), Bound::Unbounded),
                None => (self.space_behind(None), Bound::Unbounded),
            };
            let Some(space) = space else {
                write_frame(END, into, |_| {});
                return false;
            };
            let mut entries = view.range(space, (from, Bound::Unbounded), true).peekable();
            let last = entries.peek().is_some().then(|| {
                write_frame(ENTRIES, into, |into| {
                    write_space(space, into);
                    write_entries(&mut entries, limit, into)
                })
            });
            drop(entries);
            imaging.at = Some((space, last.flatten()));
        }
        true
    }

    /// The first space behind that one in which something is, or was removed from lately.
    fn space_behind(&self, space: Option<Space>) -> Option<Space> {
        let behind = (space.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded);
        let there = self.spaces.range(behind).map(|(space, _)| *space).next();
        there.into_iter().chain(self.log.removed_from(behind)).min()
    }

    /// The state of an image of the first format, and what was under way, where that was kept.
    pub fn of_first_format(bytes: &[u8]) -> Result<(Store, Counters, UnderWay), Damage> {
        let (body, crc) = bytes.split_at_checked(bytes.len().saturating_sub(4)).ok_or(Malformed)?;
        if crc32fast::hash(body).to_le_bytes() != crc {
            return Err(Damage("the checksum of the snapshot does not hold".into()));
        }
        let mut reader = Reader(body);
        match reader.byte()? {
            FIRST_VERSION => {}
            other => return Err(Damage(format!("version {other} of the snapshot is not known"))),
        }
        let mut assembling = Assembling {
            store: Store { position: reader.u64()?, ..Store::default() },
            ..Assembling::default()
        };
        assembling.counters = Counters::read(&mut reader)?;
        for _ in 0..reader.length()? {
            let space = read_space(&mut reader)?;
            for _ in 0..reader.length()? {
                assembling.entry(space, reader.bytes()?, reader.bytes()?)?;
            }
        }
        if !reader.0.is_empty() {
            return Err(Malformed.into());
        }
        let (mut store, counters, _) = assembling.end();
        let live = store.spaces.remove(&Space::Live).unwrap_or_default();
        Ok((store, counters, live.into_iter().map(|(place, slot)| (place.key, slot.bytes)).collect()))
    }
}

/// Writes entries until `into` has so many bytes, at least one; the last, where there are more behind it.
fn write_entries<'a>(
    entries: &mut Peekable<impl Iterator<Item = (&'a [u8], &'a [u8])>>,
    limit: usize,
    into: &mut Vec<u8>,
) -> Option<Key> {
    while let Some((key, value)) = entries.next() {
        write_bytes(key, into);
        write_bytes(value, into);
        if into.len() >= limit && entries.peek().is_some() {
            return Some(key.into());
        }
    }
    None
}

fn write_frame<T>(kind: u8, into: &mut Vec<u8>, payload: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    let start = into.len();
    into.push(kind);
    into.extend_from_slice(&[0; 4]);
    let done = payload(into);
    let length = u32::try_from(into.len() - start - FRAME_HEADER).expect("a piece is small");
    into[start + 1..start + FRAME_HEADER].copy_from_slice(&length.to_le_bytes());
    let crc = crc32fast::hash(&into[start..]);
    into.extend_from_slice(&crc.to_le_bytes());
    done
}

/// Whether bytes end within their first frame.
pub fn is_cut(bytes: &[u8]) -> bool {
    match bytes.split_first_chunk::<FRAME_HEADER>() {
        None => true,
        Some(([_, length @ ..], rest)) => rest.len() < u32::from_le_bytes(*length) as usize + 4,
    }
}

/// The first frame of a piece, checked: its kind, what it holds, and what follows.
fn read_frame(bytes: &[u8]) -> Result<(u8, &[u8], &[u8]), Damage> {
    let (header, rest) = bytes.split_first_chunk::<FRAME_HEADER>().ok_or(Malformed)?;
    let [kind, length @ ..] = *header;
    let (payload, rest) = rest.split_at_checked(u32::from_le_bytes(length) as usize).ok_or(Malformed)?;
    let (crc, rest) = rest.split_first_chunk::<4>().ok_or(Malformed)?;
    if crc32fast::hash(&bytes[..FRAME_HEADER + payload.len()]).to_le_bytes() != *crc {
        return Err(Damage("the checksum of the snapshot does not hold".into()));
    }
    Ok((kind, payload, rest))
}

/// A store on its way in.
#[derive(Debug, Default)]
pub struct Assembling {
    store: Store,
    counters: Counters,
    live: UnderWay,
    /// The entries of the space that is being read: the map is built of all of them in one go.
    entries: Vec<(Place, Slot)>,
    space: Option<Space>,
}

/// What a frame began or ended.
#[derive(Debug)]
pub enum Framed {
    /// A store of that name.
    Begun(String, Box<Assembling>),
    /// Nothing.
    Within,
    /// The store is whole.
    Whole,
}

impl Assembling {
    /// Takes the first frame of a piece into the store that is being read, where one is; and gives what follows.
    pub fn take<'a>(into: Option<&mut Assembling>, piece: &'a [u8]) -> Result<(Framed, &'a [u8]), Damage> {
        let (kind, payload, rest) = read_frame(piece)?;
        let framed = match (kind, into) {
            (HEAD, None) => {
                let (name, assembling) = Assembling::begin(payload)?;
                Framed::Begun(name, Box::new(assembling))
            }
            (ENTRIES, Some(assembling)) => {
                assembling.entries(payload)?;
                Framed::Within
            }
            (END, Some(_)) if payload.is_empty() => Framed::Whole,
            _ => return Err(Malformed.into()),
        };
        Ok((framed, rest))
    }

    fn begin(head: &[u8]) -> Result<(String, Assembling), Damage> {
        let mut reader = Reader(head);
        let name = reader.text()?.to_owned();
        let store = Store { position: reader.u64()?, ..Store::default() };
        let counters = Counters::read(&mut reader)?;
        let mut live = Vec::new();
        for _ in 0..reader.length()? {
            live.push((reader.bytes()?.into(), reader.bytes()?.into()));
        }
        if !reader.0.is_empty() {
            return Err(Malformed.into());
        }
        Ok((name, Assembling { store, counters, live, ..Assembling::default() }))
    }

    fn entries(&mut self, payload: &[u8]) -> Result<(), Damage> {
        let mut reader = Reader(payload);
        let space = read_space(&mut reader)?;
        while !reader.0.is_empty() {
            self.entry(space, reader.bytes()?, reader.bytes()?)?;
        }
        Ok(())
    }

    fn entry(&mut self, space: Space, key: &[u8], value: &[u8]) -> Result<(), Malformed> {
        if self.space != Some(space) {
            if self.space.is_some_and(|before| before >= space) {
                return Err(Malformed);
            }
            self.close();
            self.space = Some(space);
        }
        let place = Place::from(key);
        if self.entries.last().is_some_and(|(before, _)| *before >= place) {
            return Err(Malformed);
        }
        self.entries.push((place, Slot { bytes: value.into(), written: 0 }));
        Ok(())
    }

    fn close(&mut self) {
        if let Some(space) = self.space {
            self.store.spaces.insert(space, std::mem::take(&mut self.entries).into_iter().collect());
        }
    }

    /// The state, and what was under way.
    pub fn end(mut self) -> (Store, Counters, UnderWay) {
        self.close();
        self.store.durable(self.store.position);
        (self.store, self.counters, self.live)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn image(store: &Store, imaging: &mut Imaging, limit: usize) -> Vec<Vec<u8>> {
        let mut pieces = Vec::new();
        loop {
            let mut piece = Vec::new();
            let more = store.image_piece(imaging, limit, &mut piece);
            pieces.push(piece);
            if !more {
                return pieces;
            }
        }
    }

    fn restored(pieces: &[Vec<u8>]) -> Result<(Store, Counters, UnderWay), Damage> {
        let mut assembling: Option<Box<Assembling>> = None;
        let mut whole = false;
        for piece in pieces {
            let mut rest = &piece[..];
            while !rest.is_empty() {
                let (framed, behind) = Assembling::take(assembling.as_deref_mut(), rest)?;
                match framed {
                    Framed::Begun(_, begun) => assembling = Some(begun),
                    Framed::Within => {}
                    Framed::Whole => whole = true,
                }
                rest = behind;
            }
        }
        let assembling = assembling.filter(|_| whole).ok_or(Malformed)?;
        Ok(assembling.end())
    }

    #[test]
    fn an_image_restores_to_the_same_bytes_and_damage_is_noticed() {
        let mut store = Store::default();
        for key in 0u8..20 {
            store.write(Space::Items { table: 3, index: u32::from(key % 2) }, &[key], Some(vec![key; 5]), 1);
        }
        store.write(Space::Stream { table: 3 }, b"s", Some(vec![]), 1);
        let counters = Counters { requests: 4, ..Counters::default() };
        let live: [(&[u8], _); 1] = [(b"state", b"under way".to_vec())];
        let pieces = image(&store, &mut store.begin_image("here", counters, &live), 40);
        assert!(pieces.len() > 3);
        let (again, read, kept) = restored(&pieces).unwrap();
        assert_eq!(image(&again, &mut again.begin_image("here", read, &live), 40), pieces);
        assert_eq!((read, kept), (counters, vec![(b"state"[..].into(), b"under way"[..].into())]));
        let whole = pieces.concat();
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 4;
            assert!(restored(&[damaged]).is_err(), "a flipped bit in byte {at}");
            assert!(restored(&[whole[..at].to_vec()]).is_err(), "torn at {at}");
        }
        let mut turned = pieces.clone();
        turned.swap(1, 2);
        assert!(restored(&turned).is_err(), "pieces in another order");
    }

    proptest! {
        /// Whatever is written, undone, cleared and forgotten while an image is made: it is of the moment at which it began.
        #[test]
        fn an_image_is_of_its_moment(
            before in proptest::collection::vec((0u8..3, 0u8..40, proptest::option::of(0u8..9)), 0..80),
            meanwhile in proptest::collection::vec((0u8..4, 0u8..40, proptest::option::of(0u8..9)), 0..120),
            limit in 1usize..60,
        ) {
            let space = |number: u8| match number {
                0 => Space::Catalog,
                1 => Space::Items { table: 1, index: 0 },
                2 => Space::Stream { table: 1 },
                _ => Space::Items { table: 2, index: 0 },
            };
            let mut store = Store::default();
            for (at, key, value) in before {
                store.write(space(at), &[key], value.map(|v| vec![v; 3]), 1);
            }
            store.durable(store.position());
            store.forget(u64::MAX);
            let counters = Counters::default();
            let expected = image(&store, &mut store.begin_image("x", counters, &[]), 1 << 20).concat();
            let (expected, ..) = restored(&[expected]).unwrap();

            let mut imaging = store.begin_image("x", counters, &[]);
            store.pin(true);
            let (mut pieces, mut more) = (Vec::new(), true);
            let mut meanwhile = meanwhile.into_iter();
            while more {
                for (at, key, value) in meanwhile.by_ref().take(7) {
                    match key {
                        39 => store.clear(space(at), 5),
                        38 => store.wind_back(),
                        37 => store.durable(store.position()),
                        _ => drop(store.write(space(at), &[key], value.map(|v| vec![v; 3]), 5)),
                    }
                }
                store.forget(u64::MAX);
                let mut piece = Vec::new();
                more = store.image_piece(&mut imaging, limit, &mut piece);
                pieces.push(piece);
            }
            let (found, ..) = restored(&pieces).unwrap();
            let all = |store: &Store| -> Vec<(Space, Vec<u8>, Vec<u8>)> {
                let everything = (Bound::Unbounded, Bound::Unbounded);
                let of = |space| store.range(space, everything).map(move |(k, v)| (space, k.to_vec(), v.to_vec()));
                store.spaces().flat_map(of).collect()
            };
            prop_assert_eq!(all(&found), all(&expected));
            prop_assert_eq!(found.position(), expected.position());
            // Once it is let go, what was kept for it goes.
            store.pin(false);
            store.durable(store.position());
            store.forget(u64::MAX);
            prop_assert_eq!(store.recent(0).count(), 0);
        }
    }
}
