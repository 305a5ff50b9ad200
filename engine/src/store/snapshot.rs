//! The whole key space in one piece: `1 | position | counters | (space | count | (key | value)…)… | crc32`.

use crate::model::codec::{Malformed, Reader, write_bytes, write_varint};

use super::changes::{read_space, write_space};
use super::place::Place;
use super::{Counters, Damage, Key, Slot, Space, Store, Value};

const VERSION: u8 = 1;

/// What a snapshot keeps beside the state: entries, each under its name.
pub type UnderWay = Vec<(Key, Value)>;

impl Store {
    /// The state, encoded and checksummed; with what is under way, where it is to be kept too.
    pub fn snapshot(&self, counters: Counters, live: &[(&[u8], Vec<u8>)]) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        write_varint(u128::from(self.position), &mut bytes);
        counters.write(&mut bytes);
        let spaces = self.spaces.iter().filter(|(_, map)| !map.is_empty());
        write_varint((spaces.clone().count() + usize::from(!live.is_empty())) as u128, &mut bytes);
        for (space, map) in spaces {
            write_space(*space, &mut bytes);
            write_varint(map.len() as u128, &mut bytes);
            for (place, value) in map {
                write_bytes(&place.key, &mut bytes);
                write_bytes(&value.bytes, &mut bytes);
            }
        }
        if !live.is_empty() {
            write_space(Space::Live, &mut bytes);
            write_varint(live.len() as u128, &mut bytes);
            for (key, value) in live {
                write_bytes(key, &mut bytes);
                write_bytes(value, &mut bytes);
            }
        }
        let crc = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// The state of a snapshot, and what was under way, where that was kept.
    pub fn restore(bytes: &[u8]) -> Result<(Store, Counters, UnderWay), Damage> {
        let (body, crc) = bytes.split_at_checked(bytes.len().saturating_sub(4)).ok_or(Malformed)?;
        if crc32fast::hash(body).to_le_bytes() != crc {
            return Err(Damage("the checksum of the snapshot does not hold".into()));
        }
        let mut reader = Reader(body);
        match reader.byte()? {
            VERSION => {}
            other => return Err(Damage(format!("version {other} of the snapshot is not known"))),
        }
        let mut store = Store { position: reader.u64()?, ..Store::default() };
        let counters = Counters::read(&mut reader)?;
        for _ in 0..reader.length()? {
            let space = read_space(&mut reader)?;
            let count = reader.length()?;
            // Sorted already, so the map is built in one go.
            let entries: Vec<_> = (0..count)
                .map(|_| {
                    Ok((Place::from(reader.bytes()?), Slot { bytes: reader.bytes()?.into(), written: 0 }))
                })
                .collect::<Result<_, Malformed>>()?;
            store.spaces.insert(space, entries.into_iter().collect());
        }
        store.durable(store.position);
        let live = store.spaces.remove(&Space::Live).unwrap_or_default();
        let live = live.into_iter().map(|(place, slot)| (place.key, slot.bytes)).collect();
        if reader.0.is_empty() { Ok((store, counters, live)) } else { Err(Malformed.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_restores_to_the_same_bytes_and_damage_is_noticed() {
        let mut store = Store::default();
        for key in 0u8..20 {
            store.write(Space::Items { table: 3, index: u32::from(key % 2) }, &[key], Some(vec![key; 5]), 1);
        }
        store.write(Space::Stream { table: 3 }, b"s", Some(vec![]), 1);
        let counters = Counters { requests: 4, ..Counters::default() };
        let live: [(&[u8], _); 1] = [(b"state", b"under way".to_vec())];
        let bytes = store.snapshot(counters, &live);
        let (again, read, kept) = Store::restore(&bytes).unwrap();
        assert_eq!((again.snapshot(counters, &live), read), (bytes.clone(), counters));
        assert_eq!(kept, [(b"state".as_slice().into(), b"under way".as_slice().into())]);
        assert_eq!(again.snapshot(counters, &[]), store.snapshot(counters, &[]));
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 4;
            assert!(Store::restore(&damaged).is_err(), "a flipped bit in byte {at}");
            assert!(Store::restore(&bytes[..at]).is_err(), "torn at {at}");
        }
    }
}
