//! What the journal writes, byte by byte, and what a reader makes of what it finds.
//!
//! Owns the encoding of a segment (one group commit), which is checksummed as a snapshot's [`Manifest`] is, and the
//! decision at opening: how far the journal can be trusted. What stands there is asked of a [`Source`], a
//! part at a time; the database is [`super::journal`]'s.
//!
//! A segment, little-endian: `DYNS`, format (u16), 0 (u16), sequence (u64), the clock (u64), the payload's length
//! (u32), CRC-32 of all the rest (u32), payload. The payload is each outcome's changes behind their length (u32), in format 1 as they are, in
//! format 2 as one LZ4 block behind its unpacked length (u32): of what many requests changed, which is much alike, a database writes several
//! times what it is given.
//!
//! The rule of recovery: the newest snapshot, then the segments after it without a gap, until the first that is
//! missing, damaged or refused by the engine. That one and all behind it are set aside, so that what is written
//! next has their numbers and is never hidden behind the damage.

mod manifest;

use std::collections::VecDeque;
use std::future::Future;

use crc32fast::Hasher;
use lz4_flex::block::{compress_prepend_size, decompress_size_prepended};
pub(super) use manifest::IMAGE_MAX;
pub use manifest::{Describing, Manifest};

use super::disk::Failure;

/// The format of segments and manifests of what is as it is…
pub const PLAIN: u16 = 1;
/// …and of what is packed, the newest.
pub const PACKED: u16 = 2;

/// A payload of fewer bytes is not worth packing.
const PACKED_MIN: usize = 512;
/// A payload of more bytes is not packed: who reads a segment that somebody made up must not unpack without end.
const PACKED_MAX: usize = 1 << 20;
/// No piece of a snapshot has more bytes unpacked.
pub(super) const PIECE_MAX: usize = 128 << 20;

const SEGMENT_MAGIC: [u8; 4] = *b"DYNS";
const SEGMENT_HEADER: usize = 32;
const SEGMENT_CRC_AT: usize = 28;

/// One group commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its number, from 1, without gaps.
    pub sequence: u64,
    /// The workspace's clock when it was written.
    pub now_ms: u64,
    /// The changes of each outcome, in order.
    pub records: Vec<Vec<u8>>,
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(bytes[at..at + 2].try_into().expect("two bytes"))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

/// CRC-32 of everything but the four bytes at `crc_at`.
fn crc_around(bytes: &[u8], crc_at: usize) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(&bytes[..crc_at]);
    hasher.update(&bytes[crc_at + 4..]);
    hasher.finalize()
}

fn check_head(bytes: &[u8], magic: [u8; 4], shortest: usize, crc_at: usize) -> Result<u16, String> {
    if bytes.len() < shortest {
        return Err(format!("it is cut off after {} bytes", bytes.len()));
    }
    if bytes[..4] != magic {
        return Err("it does not begin as one".to_owned());
    }
    if u32_at(bytes, crc_at) != crc_around(bytes, crc_at) {
        return Err("its checksum does not match".to_owned());
    }
    match u16_at(bytes, 4) {
        format if (PLAIN..=PACKED).contains(&format) => Ok(format),
        other => Err(format!("it has format {other}, this version reads format {PACKED}")),
    }
}

impl Segment {
    /// The bytes of a segment of these records.
    pub fn encode<R: AsRef<[u8]>>(sequence: u64, now_ms: u64, records: &[R]) -> Vec<u8> {
        let length = payload_bytes(records);
        let mut bytes = Vec::with_capacity(SEGMENT_HEADER + length);
        bytes.extend(SEGMENT_MAGIC);
        bytes.extend(PLAIN.to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(sequence.to_le_bytes());
        bytes.extend(now_ms.to_le_bytes());
        bytes.extend([0; 8]);
        for record in records {
            bytes.extend((record.as_ref().len() as u32).to_le_bytes());
            bytes.extend(record.as_ref());
        }
        if (PACKED_MIN..=PACKED_MAX).contains(&length) {
            let packed = compress_prepend_size(&bytes[SEGMENT_HEADER..]);
            if packed.len() < length {
                bytes.truncate(SEGMENT_HEADER);
                bytes.extend(packed);
                bytes[4..6].copy_from_slice(&PACKED.to_le_bytes());
            }
        }
        let length = u32::try_from(bytes.len() - SEGMENT_HEADER).expect("a group commit is below 4 GB");
        bytes[24..SEGMENT_CRC_AT].copy_from_slice(&length.to_le_bytes());
        let crc = crc_around(&bytes, SEGMENT_CRC_AT);
        bytes[SEGMENT_CRC_AT..SEGMENT_HEADER].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// Reads a segment; the error says what is wrong with it.
    pub fn decode(bytes: &[u8]) -> Result<Segment, String> {
        let format = check_head(bytes, SEGMENT_MAGIC, SEGMENT_HEADER, SEGMENT_CRC_AT)?;
        let mut payload = &bytes[SEGMENT_HEADER..];
        if payload.len() != u32_at(bytes, 24) as usize {
            return Err("its length does not match".to_owned());
        }
        let unpacked;
        if format == PACKED {
            unpacked = unpack(payload, PACKED_MAX)?;
            payload = &unpacked;
        }
        let mut records = Vec::new();
        while !payload.is_empty() {
            let length = payload.get(..4).map(|head| u32_at(head, 0) as usize);
            let record = length.and_then(|length| payload.get(4..4 + length));
            let record = record.ok_or_else(|| "a record reaches beyond its end".to_owned())?;
            records.push(record.to_vec());
            payload = &payload[4 + record.len()..];
        }
        Ok(Segment { sequence: u64_at(bytes, 8), now_ms: u64_at(bytes, 16), records })
    }
}

/// How many bytes the payload of a segment of these records has, unpacked.
pub fn payload_bytes<R: AsRef<[u8]>>(records: &[R]) -> usize {
    records.iter().map(|record| 4 + record.as_ref().len()).sum()
}

fn unpack(packed: &[u8], most: usize) -> Result<Vec<u8>, String> {
    match packed.get(..4).map(|length| u32_at(length, 0) as usize) {
        Some(length) if length <= most => {
            decompress_size_prepended(packed).map_err(|error| format!("it cannot be unpacked: {error}"))
        }
        Some(length) => Err(format!("it would have {length} bytes unpacked, and {most} are the most")),
        None => Err("it is packed and has no length".to_owned()),
    }
}

/// A stored value as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// The database could not hand it out.
    Unreadable(String),
}

impl Stored {
    /// How many bytes there are.
    pub fn length(&self) -> usize {
        self.bytes().map_or(0, <[u8]>::len)
    }

    fn bytes(&self) -> Result<&[u8], String> {
        match self {
            Stored::Bytes(bytes) => Ok(bytes),
            Stored::Unreadable(reason) => Err(format!("it cannot be read: {reason}")),
        }
    }
}

/// What a workspace's database holds, by name; a [`Source`] hands out the values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The manifest, where there is a snapshot.
    pub manifest: Option<Stored>,
    /// The pieces of snapshots: the segment that the snapshot covers, and the piece's number.
    pub pieces: Vec<(u64, u32)>,
    /// The numbers under which segments are stored, ascending.
    pub segments: Vec<u64>,
    /// The number up to which segments were committed, as it was last noted.
    pub head: Option<u64>,
}

impl Found {
    /// The number of the newest segment that was committed, as far as can be seen; none where nothing was ever written.
    pub fn newest(&self) -> Option<u64> {
        self.head.max(self.segments.last().copied())
    }
}

/// Where what was found is read from, a part at a time: a workspace is larger than what should be in memory twice.
pub trait Source {
    /// A piece of the snapshot that covers so many segments.
    fn piece(&self, covers: u64, piece: u32) -> impl Future<Output = Result<Option<Stored>, Failure>>;
    /// The segments from one number to another, both included, with their numbers.
    fn segments(&self, first: u64, last: u64) -> impl Future<Output = Result<Vec<(u64, Stored)>, Failure>>;
}

/// All that a workspace's database would hold, in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InMemory {
    /// As in [`Found::manifest`].
    pub manifest: Option<Stored>,
    /// The segment that the snapshot covers, the piece's number, its value.
    pub pieces: Vec<(u64, u32, Stored)>,
    /// The segments by the number under which they are stored, ascending.
    pub segments: Vec<(u64, Stored)>,
    /// As in [`Found::head`].
    pub head: Option<u64>,
}

impl InMemory {
    /// What is there, by name.
    pub fn found(&self) -> Found {
        Found {
            manifest: self.manifest.clone(),
            pieces: self.pieces.iter().map(|(covers, piece, _)| (*covers, *piece)).collect(),
            segments: self.segments.iter().map(|(number, _)| *number).collect(),
            head: self.head,
        }
    }
}

impl Source for InMemory {
    async fn piece(&self, covers: u64, piece: u32) -> Result<Option<Stored>, Failure> {
        let found = self.pieces.iter().find(|(of, at, _)| (*of, *at) == (covers, piece));
        Ok(found.map(|(_, _, stored)| stored.clone()))
    }

    async fn segments(&self, first: u64, last: u64) -> Result<Vec<(u64, Stored)>, Failure> {
        let within = self.segments.iter().filter(|(number, _)| (first..=last).contains(number));
        Ok(within.cloned().collect())
    }
}

/// How a state is built from what was found.
pub trait Rebuild {
    /// The state.
    type State;
    /// A state on its way in from a snapshot.
    type Restoring;
    /// An empty one.
    fn fresh(&self) -> Self::State;
    /// Begins to read a snapshot.
    fn begin(&self) -> Self::Restoring;
    /// Takes its next piece.
    fn take(&self, restoring: &mut Self::Restoring, piece: &[u8]) -> Result<(), String>;
    /// The state of the snapshot whose last piece was taken.
    fn restore(&self, restoring: Self::Restoring) -> Result<Self::State, String>;
    /// Applies one record.
    fn replay(&self, state: &mut Self::State, record: &[u8]) -> Result<(), String>;
    /// Makes the state whole behind the last record; refused where one of them left what cannot be read.
    fn settle(&self, state: &mut Self::State) -> Result<(), String>;
    /// Called between two parts: others may have their turn here. An error ends the building.
    fn pause(&self) -> impl Future<Output = Result<(), Failure>> {
        async { Ok(()) }
    }
}

/// What could be read, and what must be set aside.
#[derive(Debug)]
pub struct Recovered<S> {
    /// The state up to [`Recovered::sequence`].
    pub state: S,
    /// The last segment that is in it.
    pub sequence: u64,
    /// The latest time of the clock that was stored.
    pub last_ms: u64,
    /// The segments behind the first damage.
    pub aside_segments: Vec<u64>,
    /// Whether the snapshot (manifest and pieces) is damaged too.
    pub aside_snapshot: bool,
    /// Bytes of the segments that were replayed, as they are stored…
    pub replayed_bytes: u64,
    /// …and unpacked.
    pub unpacked_bytes: u64,
    /// Bytes of the snapshot that was read, as it is stored…
    pub snapshot_bytes: u64,
    /// …and unpacked.
    pub image_bytes: u64,
    /// What is wrong, in sentences; empty where all is well.
    pub report: Vec<String>,
}

/// Segments are read in groups, which are in memory as they are stored until the last of a group is carried out: at first so many…
const FIRST_GROUP: usize = 16;
/// …then as many as came to so many bytes, were they as long as those before; no more than twice as many as those…
const GROUP_BYTES: usize = 1 << 20;
/// …and never more than this.
const GROUP_MAX: usize = 64;

/// Decides how far what was found can be trusted, and builds the state up to there.
pub async fn recover<R: Rebuild>(
    rebuild: &R,
    found: &Found,
    source: &impl Source,
) -> Result<Recovered<R::State>, Failure> {
    let mut base = Base { rebuild, found, source, manifest: None };
    let mut recovered = Recovered {
        state: rebuild.fresh(),
        sequence: 0,
        last_ms: 0,
        aside_segments: Vec::new(),
        aside_snapshot: false,
        replayed_bytes: 0,
        unpacked_bytes: 0,
        snapshot_bytes: 0,
        image_bytes: 0,
        report: Vec::new(),
    };
    if let Some(stored) = &found.manifest {
        let restored = match stored.bytes().and_then(Manifest::decode) {
            Ok(manifest) => {
                base.manifest = Some(manifest);
                base.state().await?.map(|state| (manifest, state))
            }
            Err(reason) => Err(reason),
        };
        match restored {
            Ok((manifest, state)) => {
                recovered.state = state;
                recovered.sequence = manifest.covers;
                recovered.last_ms = manifest.now_ms;
                recovered.snapshot_bytes = manifest.length;
                recovered.image_bytes = manifest.image_bytes();
            }
            Err(reason) => {
                recovered.aside_snapshot = true;
                recovered.aside_segments = found.segments.clone();
                recovered.report.push(format!(
                    "The workspace's snapshot is damaged ({reason}). It and {} are kept aside; the workspace opens empty.",
                    commits(found.segments.len() as u64, "after it")
                ));
                return Ok(recovered);
            }
        }
    }
    let mut replayed = base.replay(&mut recovered).await?;
    let half_applied = matches!(&replayed, Err(refusal) if refusal.half_applied);
    if half_applied || rebuild.settle(&mut recovered.state).is_err() {
        let (state, sequence, unreadable) = base.readable(recovered.sequence).await?;
        (recovered.state, recovered.sequence) = (state, sequence);
        if let Some(reason) = unreadable {
            replayed = Err(Refusal { reason, half_applied });
        }
    }
    if let Err(Refusal { reason, .. }) = replayed {
        let behind = found.segments.iter().filter(|number| **number > recovered.sequence);
        recovered.aside_segments = behind.copied().collect();
        let left = commits(recovered.aside_segments.len() as u64, "from there on");
        recovered.report.push(format!(
            "The journal is damaged at commit {}: {reason}. Everything before it is here; {left} are kept aside.",
            recovered.sequence + 1
        ));
        return Ok(recovered);
    }
    if let Some(head) = found.head.filter(|head| *head > recovered.sequence) {
        recovered.report.push(format!(
            "The browser lost the newest part of the journal: {}. Everything before is here.",
            commits(head - recovered.sequence, "missing at its end")
        ));
    }
    Ok(recovered)
}

fn commits(count: u64, which: &str) -> String {
    format!("{count} commit{} {which}", if count == 1 { "" } else { "s" })
}

struct Refusal {
    reason: String,
    half_applied: bool,
}

fn replay_one<R: Rebuild>(
    rebuild: &R,
    recovered: &mut Recovered<R::State>,
    number: u64,
    stored: &Stored,
) -> Result<(), Refusal> {
    let unread = |reason: String| Refusal { reason, half_applied: false };
    if number != recovered.sequence + 1 {
        return Err(unread("it is missing".to_owned()));
    }
    let bytes = stored.bytes().map_err(unread)?;
    let segment = Segment::decode(bytes).map_err(unread)?;
    if segment.sequence != number {
        return Err(unread(format!("commit {} stands in its place", segment.sequence)));
    }
    for record in &segment.records {
        let replayed = rebuild.replay(&mut recovered.state, record);
        replayed.map_err(|reason| Refusal { reason, half_applied: true })?;
    }
    recovered.sequence = number;
    recovered.last_ms = recovered.last_ms.max(segment.now_ms);
    recovered.replayed_bytes += bytes.len() as u64;
    recovered.unpacked_bytes += payload_bytes(&segment.records) as u64;
    Ok(())
}

/// Segments, read in groups.
pub(super) struct Behind<'a, S> {
    source: &'a S,
    /// Those that are not read yet.
    numbers: VecDeque<u64>,
    /// How many are read next.
    group: usize,
}

impl<'a, S: Source> Behind<'a, S> {
    /// Those of these numbers, which rise.
    pub fn of(source: &'a S, numbers: impl Iterator<Item = u64>) -> Behind<'a, S> {
        Behind { source, numbers: numbers.collect(), group: FIRST_GROUP }
    }

    /// The next group; none behind the last.
    pub async fn next(&mut self) -> Result<Option<Vec<(u64, Stored)>>, Failure> {
        let numbers: Vec<u64> = self.numbers.drain(..self.group.min(self.numbers.len())).collect();
        let ([first, .., last] | [first @ last]) = numbers[..] else { return Ok(None) };
        let segments = self.source.segments(first, last).await?;
        let bytes: usize = segments.iter().map(|(_, stored)| stored.length()).sum();
        let alike = GROUP_BYTES * segments.len() / bytes.max(1);
        self.group = alike.clamp(1, GROUP_MAX.min(2 * self.group));
        Ok(Some(segments))
    }
}

/// What is there, and how a state is built of it.
struct Base<'a, R, S> {
    rebuild: &'a R,
    found: &'a Found,
    source: &'a S,
    manifest: Option<Manifest>,
}

impl<R: Rebuild, S: Source> Base<'_, R, S> {
    /// The state of the snapshot, or an empty one; the error says what is wrong with it.
    async fn state(&self) -> Result<Result<R::State, String>, Failure> {
        let Some(manifest) = self.manifest else { return Ok(Ok(self.rebuild.fresh())) };
        let (mut restoring, mut hasher, mut length) = (self.rebuild.begin(), Hasher::new(), 0);
        let mut left = manifest.unpacked;
        for number in 0..manifest.chunks {
            let Some(piece) = self.source.piece(manifest.covers, number).await? else {
                return Ok(Err(format!("piece {} is missing", number + 1)));
            };
            let taken = piece.bytes().and_then(|bytes| {
                hasher.update(bytes);
                length += bytes.len() as u64;
                let Some(left) = &mut left else { return self.rebuild.take(&mut restoring, bytes) };
                let image = unpack(bytes, PIECE_MAX.min(*left as usize))?;
                *left -= image.len() as u64;
                self.rebuild.take(&mut restoring, &image)
            });
            if let Err(reason) = taken {
                return Ok(Err(reason));
            }
            self.rebuild.pause().await?;
        }
        if length != manifest.length || left.is_some_and(|left| left > 0) {
            return Ok(Err("its length does not match".to_owned()));
        }
        if hasher.finalize() != manifest.crc {
            return Ok(Err("its checksum does not match".to_owned()));
        }
        Ok(self.rebuild.restore(restoring))
    }

    /// The segments behind the snapshot, up to one.
    fn behind(&self, last: u64) -> Behind<'_, S> {
        let covers = self.manifest.map_or(0, |manifest| manifest.covers);
        let numbers =
            self.found.segments.iter().copied().filter(|number| *number > covers && *number <= last);
        Behind::of(self.source, numbers)
    }

    /// Replays the segments behind the snapshot, up to the first that cannot be trusted.
    async fn replay(&self, recovered: &mut Recovered<R::State>) -> Result<Result<(), Refusal>, Failure> {
        let mut behind = self.behind(u64::MAX);
        while let Some(group) = behind.next().await? {
            for (number, stored) in group {
                if let Err(refusal) = replay_one(self.rebuild, recovered, number, &stored) {
                    return Ok(Err(refusal));
                }
                self.rebuild.pause().await?;
            }
        }
        Ok(Ok(()))
    }

    /// Builds the state anew up to a segment; those up to it have been replayed before.
    async fn up_to(&self, last: u64) -> Result<Result<R::State, String>, Failure> {
        let mut state = self.state().await?.expect("it was restored before");
        let mut behind = self.behind(last);
        while let Some(group) = behind.next().await? {
            for (_, stored) in group {
                let segment = stored.bytes().and_then(Segment::decode).expect("it was read before");
                for record in &segment.records {
                    self.rebuild.replay(&mut state, record).expect("it was replayed before");
                }
                self.rebuild.pause().await?;
            }
        }
        Ok(self.rebuild.settle(&mut state).map(|()| state))
    }

    /// The state up to a segment, or up to an earlier one, behind which it can be read, with what is wrong behind the next.
    async fn readable(&self, last: u64) -> Result<(R::State, u64, Option<String>), Failure> {
        let mut reason = match self.up_to(last).await? {
            Ok(state) => return Ok((state, last, None)),
            Err(reason) => reason,
        };
        let (mut good, mut bad) = (self.manifest.map_or(0, |manifest| manifest.covers), last);
        while bad - good > 1 {
            let middle = good + (bad - good) / 2;
            match self.up_to(middle).await? {
                Ok(_) => good = middle,
                Err(why) => (bad, reason) = (middle, why),
            }
        }
        let state = self.up_to(good).await?.expect("it was read before");
        Ok((state, good, Some(reason)))
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
