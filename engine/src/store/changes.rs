//! What a journal keeps: the writes of a call, encoded, with the counters as they stood after it.
//!
//! A segment is `1 | position | requests | events | random state | clock | catalog numbers | length | writes… | crc32`;
//! each write is `space | key | 0 or 1 + value`. Several segments may follow each other.

use crate::model::codec::{Malformed, Reader, write_bytes, write_varint};

use super::{Slot, Space, Store};

const VERSION: u8 = 1;

/// Why saved bytes cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage(pub String);

impl From<Malformed> for Damage {
    fn from(_: Malformed) -> Damage {
        Damage("the encoding is broken".into())
    }
}

/// The counters that go on where they stood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Requests so far.
    pub requests: u64,
    /// Events so far.
    pub events: u64,
    /// The generator's state.
    pub random: u64,
    /// The clock at the last call, in milliseconds.
    pub now_ms: u64,
    /// Tables made so far.
    pub tables: u64,
    /// Partitions opened so far.
    pub partitions: u64,
    /// Transactions begun so far.
    pub transactions: u64,
}

impl Counters {
    fn fields(&mut self) -> [&mut u64; 7] {
        [
            &mut self.requests,
            &mut self.events,
            &mut self.random,
            &mut self.now_ms,
            &mut self.tables,
            &mut self.partitions,
            &mut self.transactions,
        ]
    }

    /// Writes them.
    pub fn write(mut self, into: &mut Vec<u8>) {
        for field in self.fields() {
            write_varint(u128::from(*field), into);
        }
    }

    /// Reads them.
    pub fn read(reader: &mut Reader) -> Result<Counters, Malformed> {
        let mut counters = Counters::default();
        for field in counters.fields() {
            *field = reader.u64()?;
        }
        Ok(counters)
    }
}

pub(super) fn write_space(space: Space, into: &mut Vec<u8>) {
    let (tag, numbers): (u8, &[u32]) = match &space {
        Space::Catalog => (1, &[]),
        Space::Ledger => (2, &[]),
        Space::Tokens => (3, &[]),
        Space::Items { table, index } => (4, &[*table, *index]),
        Space::Stream { table } => (5, &[*table]),
        Space::DeletedStreams => (6, &[]),
        Space::History { table } => (20, &[*table]),
        Space::Backups => (21, &[]),
        Space::Stamps { table } => (23, &[*table]),
        Space::Outbox => (24, &[]),
        Space::Links => (25, &[]),
        Space::Conflicts => (26, &[]),
        Space::BackupItems { backup } => (22, &[*backup]),
        Space::BulkOperations => (30, &[]),
        Space::Simulation => (40, &[]),
        Space::Marks => (50, &[]),
        Space::EventSources => (60, &[]),
        Space::Live => (70, &[]),
    };
    into.push(tag);
    for &number in numbers {
        write_varint(u128::from(number), into);
    }
}

pub(super) fn read_space(reader: &mut Reader) -> Result<Space, Malformed> {
    fn number(reader: &mut Reader) -> Result<u32, Malformed> {
        u32::try_from(reader.varint()?).map_err(|_| Malformed)
    }
    Ok(match reader.byte()? {
        1 => Space::Catalog,
        2 => Space::Ledger,
        3 => Space::Tokens,
        4 => Space::Items { table: number(reader)?, index: number(reader)? },
        5 => Space::Stream { table: number(reader)? },
        6 => Space::DeletedStreams,
        20 => Space::History { table: number(reader)? },
        21 => Space::Backups,
        23 => Space::Stamps { table: number(reader)? },
        24 => Space::Outbox,
        25 => Space::Links,
        26 => Space::Conflicts,
        22 => Space::BackupItems { backup: number(reader)? },
        30 => Space::BulkOperations,
        40 => Space::Simulation,
        50 => Space::Marks,
        60 => Space::EventSources,
        70 => Space::Live,
        _ => return Err(Malformed),
    })
}

pub(super) fn write(space: Space, key: &[u8], value: Option<&[u8]>, into: &mut Vec<u8>) {
    write_space(space, into);
    write_bytes(key, into);
    match value {
        None => into.push(0),
        Some(value) => {
            into.push(1);
            write_bytes(value, into);
        }
    }
}

/// One call's changes, for a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The position after the call.
    pub position: u64,
    /// The counters after the call.
    pub counters: Counters,
    /// The encoded writes ([`Store::take_changes`]).
    pub writes: Vec<u8>,
}

impl Segment {
    /// The segment's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.writes.len() + 64);
        bytes.push(VERSION);
        write_varint(u128::from(self.position), &mut bytes);
        self.counters.write(&mut bytes);
        write_bytes(&self.writes, &mut bytes);
        let crc = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// Reads the segment at the start of `bytes`, and what follows it.
    pub fn decode(bytes: &[u8]) -> Result<(Segment, &[u8]), Damage> {
        let mut reader = Reader(bytes);
        match reader.byte()? {
            VERSION => {}
            other => return Err(Damage(format!("version {other} of the changes is not known"))),
        }
        let position = reader.u64()?;
        let counters = Counters::read(&mut reader)?;
        let writes = reader.bytes()?.to_vec();
        let length = bytes.len() - reader.0.len();
        let (crc, rest) = reader.0.split_at_checked(4).ok_or(Malformed)?;
        if crc32fast::hash(&bytes[..length]).to_le_bytes() != crc {
            return Err(Damage("the checksum of the changes does not hold".into()));
        }
        Ok((Segment { position, counters, writes }, rest))
    }
}

/// One encoded write: what is to stand under a key.
type Write<'a> = (Space, &'a [u8], Option<&'a [u8]>);

/// Reads all of the writes, before any is carried out, so that nothing is half applied.
fn read_writes(mut writes: &[u8]) -> Result<Vec<Write<'_>>, Damage> {
    let mut list = Vec::new();
    while !writes.is_empty() {
        let mut reader = Reader(writes);
        let space = read_space(&mut reader)?;
        let key = reader.bytes()?;
        let value = match reader.byte()? {
            0 => None,
            1 => Some(reader.bytes()?),
            _ => return Err(Malformed.into()),
        };
        writes = reader.0;
        list.push((space, key, value));
    }
    Ok(list)
}

impl Store {
    /// Applies encoded writes that lead to `position`, without logging them: they are durable already.
    pub fn apply(&mut self, writes: &[u8], position: u64) -> Result<(), Damage> {
        let list = read_writes(writes)?;
        let reached = self.position + list.len() as u64;
        if reached != position {
            return Err(Damage(format!(
                "the changes lead to position {reached}, not {position}: some are missing"
            )));
        }
        for (space, key, value) in list {
            self.replace(space, key, value.map(settled));
            self.position += 1;
        }
        self.durable(self.position);
        Ok(())
    }

    /// What every write after `position` replaced, newest first, encoded: [`Store::undo`] takes it. As far back as the log
    /// reaches, so it is asked for right behind the writes.
    pub fn replaced_since(&self, position: u64) -> Vec<u8> {
        let mut writes = Vec::new();
        for entry in self.log.since(position) {
            write(entry.space, &entry.key, entry.before.bytes(), &mut writes);
        }
        writes
    }

    /// Takes the newest writes back: what they replaced ([`Store::replaced_since`]) stands there again. Returns the writes
    /// that [`Store::apply`] would lead forward again with. The log begins anew: every reader sees what stands there.
    pub fn undo(&mut self, replaced: &[u8], position: u64) -> Result<Vec<u8>, Damage> {
        let list = read_writes(replaced)?;
        if position + list.len() as u64 != self.position {
            return Err(Damage(format!(
                "{} writes lie between position {position} and {}, not {}",
                self.position.saturating_sub(position),
                self.position,
                list.len()
            )));
        }
        let mut taken = Vec::with_capacity(list.len());
        for (space, key, value) in list {
            taken.push((space, key, self.replace(space, key, value.map(settled))));
        }
        self.position = position;
        self.log.begin_at(position);
        let mut writes = Vec::new();
        for (space, key, slot) in taken.into_iter().rev() {
            write(space, key, slot.as_ref().map(|slot| &*slot.bytes), &mut writes);
        }
        Ok(writes)
    }
}

fn settled(value: &[u8]) -> Slot {
    Slot { bytes: value.into(), written: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn segment(writes: Vec<u8>) -> Segment {
        let counters =
            Counters { requests: 300, events: 7, random: u64::MAX, now_ms: 1, ..Counters::default() };
        Segment { position: 9, counters, writes }
    }

    proptest! {
        #[test]
        fn a_segment_reads_back_and_leaves_the_rest(writes: Vec<u8>, rest: Vec<u8>) {
            let one = segment(writes);
            let bytes = [one.encode(), rest.clone()].concat();
            prop_assert_eq!(Segment::decode(&bytes).unwrap(), (one, rest.as_slice()));
        }

        #[test]
        fn a_flipped_bit_is_noticed(writes: Vec<u8>, at: prop::sample::Index, bit in 0u8..8) {
            let mut bytes = segment(writes).encode();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            prop_assert!(Segment::decode(&bytes).is_err());
        }

        #[test]
        fn any_writes_apply_wholly_or_not_at_all(bytes: Vec<u8>) {
            let mut store = Store::default();
            if store.apply(&bytes, 3).is_err() {
                prop_assert_eq!(store.position(), 0);
            }
        }
    }
}
