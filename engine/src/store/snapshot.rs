//! The whole key space in one piece: `1 | position | counters | (space | count | (key | value)…)… | crc32`.

use crate::model::codec::{Malformed, Reader, write_bytes, write_varint};

use super::changes::{read_space, write_space};
use super::place::Place;
use super::{Counters, Damage, Slot, Store};

const VERSION: u8 = 1;

impl Store {
    /// The state, encoded and checksummed.
    pub fn snapshot(&self, counters: Counters) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        write_varint(u128::from(self.position), &mut bytes);
        counters.write(&mut bytes);
        let spaces = self.spaces.iter().filter(|(_, map)| !map.is_empty());
        write_varint(spaces.clone().count() as u128, &mut bytes);
        for (space, map) in spaces {
            write_space(*space, &mut bytes);
            write_varint(map.len() as u128, &mut bytes);
            for (place, value) in map {
                write_bytes(&place.key, &mut bytes);
                write_bytes(&value.bytes, &mut bytes);
            }
        }
        let crc = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// The state of a snapshot.
    pub fn restore(bytes: &[u8]) -> Result<(Store, Counters), Damage> {
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
        if reader.0.is_empty() { Ok((store, counters)) } else { Err(Malformed.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Space;
    use super::*;

    #[test]
    fn a_snapshot_restores_to_the_same_bytes_and_damage_is_noticed() {
        let mut store = Store::default();
        for key in 0u8..20 {
            store.write(Space::Items { table: 3, index: u32::from(key % 2) }, &[key], Some(vec![key; 5]), 1);
        }
        store.write(Space::Stream { table: 3 }, b"s", Some(vec![]), 1);
        let counters = Counters { requests: 4, ..Counters::default() };
        let bytes = store.snapshot(counters);
        let (again, read) = Store::restore(&bytes).unwrap();
        assert_eq!((again.snapshot(counters), read), (bytes.clone(), counters));
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 4;
            assert!(Store::restore(&damaged).is_err(), "a flipped bit in byte {at}");
            assert!(Store::restore(&bytes[..at]).is_err(), "torn at {at}");
        }
    }
}
