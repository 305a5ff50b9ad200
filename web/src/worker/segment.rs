//! What the journal writes, byte by byte, and what a reader makes of what it finds.
//!
//! Owns the encoding of a segment (one group commit) and of a snapshot's manifest, both checksummed, and the
//! decision at opening: how far the journal can be trusted. Pure: the database is [`super::journal`]'s.
//!
//! A segment, little-endian: `DYNS`, format (u16), 0 (u16), sequence (u64), the clock (u64), the payload's length
//! (u32), CRC-32 of all the rest (u32), payload: each outcome's changes behind their length (u32).
//!
//! The rule of recovery: the newest snapshot, then the segments after it without a gap, until the first that is
//! missing, damaged or refused by the engine. That one and all behind it are set aside, so that what is written
//! next has their numbers and is never hidden behind the damage.

use crc32fast::Hasher;

/// The format of segments and manifests.
pub const FORMAT: u16 = 1;

const SEGMENT_MAGIC: [u8; 4] = *b"DYNS";
const MANIFEST_MAGIC: [u8; 4] = *b"DYNM";
const SEGMENT_HEADER: usize = 32;
const SEGMENT_CRC_AT: usize = 28;
const MANIFEST_LENGTH: usize = 44;
const MANIFEST_CRC_AT: usize = 40;

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

/// A snapshot's description; it names the snapshot that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The snapshot holds everything up to this segment.
    pub covers: u64,
    /// The workspace's clock when it was made.
    pub now_ms: u64,
    /// In how many pieces it is stored.
    pub chunks: u32,
    /// Its length in bytes.
    pub length: u64,
    /// Its CRC-32.
    pub crc: u32,
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

fn check_head(bytes: &[u8], magic: [u8; 4], shortest: usize, crc_at: usize) -> Result<(), String> {
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
        FORMAT => Ok(()),
        newer => Err(format!("it has format {newer}, this version reads format {FORMAT}")),
    }
}

impl Segment {
    /// The bytes of a segment of these records.
    pub fn encode<R: AsRef<[u8]>>(sequence: u64, now_ms: u64, records: &[R]) -> Vec<u8> {
        let payload: usize = records.iter().map(|record| 4 + record.as_ref().len()).sum();
        let mut bytes = Vec::with_capacity(SEGMENT_HEADER + payload);
        bytes.extend(SEGMENT_MAGIC);
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(sequence.to_le_bytes());
        bytes.extend(now_ms.to_le_bytes());
        bytes.extend(u32::try_from(payload).expect("a group commit is below 4 GB").to_le_bytes());
        bytes.extend([0; 4]);
        for record in records {
            bytes.extend((record.as_ref().len() as u32).to_le_bytes());
            bytes.extend(record.as_ref());
        }
        let crc = crc_around(&bytes, SEGMENT_CRC_AT);
        bytes[SEGMENT_CRC_AT..SEGMENT_HEADER].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// Reads a segment; the error says what is wrong with it.
    pub fn decode(bytes: &[u8]) -> Result<Segment, String> {
        check_head(bytes, SEGMENT_MAGIC, SEGMENT_HEADER, SEGMENT_CRC_AT)?;
        let mut payload = &bytes[SEGMENT_HEADER..];
        if payload.len() != u32_at(bytes, 24) as usize {
            return Err("its length does not match".to_owned());
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

impl Manifest {
    /// The description of a snapshot that is stored in pieces of `chunk_bytes`.
    pub fn of(snapshot: &[u8], chunk_bytes: usize, covers: u64, now_ms: u64) -> Manifest {
        let chunks = snapshot.len().div_ceil(chunk_bytes) as u32;
        Manifest { covers, now_ms, chunks, length: snapshot.len() as u64, crc: crc32fast::hash(snapshot) }
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(MANIFEST_LENGTH);
        bytes.extend(MANIFEST_MAGIC);
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(self.covers.to_le_bytes());
        bytes.extend(self.now_ms.to_le_bytes());
        bytes.extend(self.chunks.to_le_bytes());
        bytes.extend(self.length.to_le_bytes());
        bytes.extend(self.crc.to_le_bytes());
        let crc = crc32fast::hash(&bytes);
        bytes.extend(crc.to_le_bytes());
        bytes
    }

    /// Reads a manifest; the error says what is wrong with it.
    pub fn decode(bytes: &[u8]) -> Result<Manifest, String> {
        check_head(bytes, MANIFEST_MAGIC, MANIFEST_LENGTH, MANIFEST_CRC_AT)?;
        if bytes.len() != MANIFEST_LENGTH {
            return Err("its length does not match".to_owned());
        }
        Ok(Manifest {
            covers: u64_at(bytes, 8),
            now_ms: u64_at(bytes, 16),
            chunks: u32_at(bytes, 24),
            length: u64_at(bytes, 28),
            crc: u32_at(bytes, 36),
        })
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
    fn bytes(&self) -> Result<&[u8], String> {
        match self {
            Stored::Bytes(bytes) => Ok(bytes),
            Stored::Unreadable(reason) => Err(format!("it cannot be read: {reason}")),
        }
    }
}

/// All that a workspace's database holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The manifest, where there is a snapshot.
    pub manifest: Option<Stored>,
    /// The pieces of snapshots: the segment that the snapshot covers, the piece's number, its value.
    pub chunks: Vec<(u64, u32, Stored)>,
    /// The segments by the number under which they are stored, ascending.
    pub segments: Vec<(u64, Stored)>,
    /// The number of the newest segment that was ever committed.
    pub head: Option<u64>,
}

/// How a state is built from what was found.
pub trait Rebuild {
    /// The state.
    type State;
    /// An empty one.
    fn fresh(&self) -> Self::State;
    /// The one of a snapshot.
    fn restore(&self, snapshot: &[u8]) -> Result<Self::State, String>;
    /// Applies one record.
    fn replay(&self, state: &mut Self::State, record: &[u8]) -> Result<(), String>;
    /// Makes the state whole behind the last record; refused where one of them left what cannot be read.
    fn settle(&self, state: &mut Self::State) -> Result<(), String>;
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
    /// Bytes of the segments that were replayed.
    pub replayed_bytes: u64,
    /// Bytes of the snapshot that was read.
    pub snapshot_bytes: u64,
    /// What is wrong, in sentences; empty where all is well.
    pub report: Vec<String>,
}

/// Puts a snapshot together from its pieces.
fn assemble(manifest: &Manifest, chunks: &[(u64, u32, Stored)]) -> Result<Vec<u8>, String> {
    let mut snapshot = Vec::new();
    for index in 0..manifest.chunks {
        let chunk = chunks.iter().find(|(covers, at, _)| *covers == manifest.covers && *at == index);
        let (_, _, stored) = chunk.ok_or_else(|| format!("piece {} is missing", index + 1))?;
        snapshot.extend(stored.bytes()?);
    }
    if snapshot.len() as u64 != manifest.length {
        return Err("its length does not match".to_owned());
    }
    if crc32fast::hash(&snapshot) != manifest.crc {
        return Err("its checksum does not match".to_owned());
    }
    Ok(snapshot)
}

/// Decides how far what was found can be trusted, and builds the state up to there.
pub fn recover<R: Rebuild>(rebuild: &R, found: &Found) -> Recovered<R::State> {
    let mut recovered = Recovered {
        state: rebuild.fresh(),
        sequence: 0,
        last_ms: 0,
        aside_segments: Vec::new(),
        aside_snapshot: false,
        replayed_bytes: 0,
        snapshot_bytes: 0,
        report: Vec::new(),
    };
    let mut snapshot = None;
    if let Some(stored) = &found.manifest {
        let read = stored.bytes().and_then(Manifest::decode).and_then(|manifest| {
            let bytes = assemble(&manifest, &found.chunks)?;
            Ok((manifest, rebuild.restore(&bytes)?, bytes))
        });
        match read {
            Ok((manifest, state, bytes)) => {
                recovered.state = state;
                recovered.sequence = manifest.covers;
                recovered.last_ms = manifest.now_ms;
                recovered.snapshot_bytes = bytes.len() as u64;
                snapshot = Some(bytes);
            }
            Err(reason) => {
                recovered.aside_snapshot = true;
                recovered.aside_segments = found.segments.iter().map(|(number, _)| *number).collect();
                recovered.report.push(format!(
                    "The workspace's snapshot is damaged ({reason}). It and {} are kept aside; the workspace opens empty.",
                    commits(found.segments.len() as u64, "after it")
                ));
                return recovered;
            }
        }
    }
    let base = Base { snapshot: snapshot.as_deref(), covers: recovered.sequence, found };
    let mut replayed =
        base.segments().try_for_each(|(number, stored)| replay_one(rebuild, &mut recovered, number, stored));
    let half_applied = matches!(&replayed, Err(refusal) if refusal.half_applied);
    if half_applied || rebuild.settle(&mut recovered.state).is_err() {
        let (state, sequence, unreadable) = base.readable(rebuild, recovered.sequence);
        (recovered.state, recovered.sequence) = (state, sequence);
        if let Some(reason) = unreadable {
            replayed = Err(Refusal { reason, half_applied });
        }
    }
    if let Err(Refusal { reason, .. }) = replayed {
        recovered.aside_segments =
            found.segments.iter().map(|(number, _)| *number).filter(|at| *at > recovered.sequence).collect();
        let left = commits(recovered.aside_segments.len() as u64, "from there on");
        recovered.report.push(format!(
            "The journal is damaged at commit {}: {reason}. Everything before it is here; {left} are kept aside.",
            recovered.sequence + 1
        ));
        return recovered;
    }
    if let Some(head) = found.head.filter(|head| *head > recovered.sequence) {
        recovered.report.push(format!(
            "The browser lost the newest part of the journal: {}. Everything before is here.",
            commits(head - recovered.sequence, "missing at its end")
        ));
    }
    recovered
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
    Ok(())
}

/// What is there for sure, and what comes behind it.
struct Base<'a> {
    snapshot: Option<&'a [u8]>,
    covers: u64,
    found: &'a Found,
}

impl<'a> Base<'a> {
    fn segments(&self) -> impl Iterator<Item = (u64, &'a Stored)> {
        let covers = self.covers;
        let all = self.found.segments.iter().map(|(number, stored)| (*number, stored));
        all.filter(move |(number, _)| *number > covers)
    }

    /// Builds the state anew up to a segment; those up to it have been replayed before.
    fn up_to<R: Rebuild>(&self, rebuild: &R, last: u64) -> Result<R::State, String> {
        let mut state = match self.snapshot {
            Some(bytes) => rebuild.restore(bytes).expect("it was restored before"),
            None => rebuild.fresh(),
        };
        for (_, stored) in self.segments().take_while(|(number, _)| *number <= last) {
            let segment = stored.bytes().and_then(Segment::decode).expect("it was read before");
            for record in &segment.records {
                rebuild.replay(&mut state, record).expect("it was replayed before");
            }
        }
        rebuild.settle(&mut state).map(|()| state)
    }

    /// The state up to a segment, or up to an earlier one, behind which it can be read, with what is wrong behind the next.
    fn readable<R: Rebuild>(&self, rebuild: &R, last: u64) -> (R::State, u64, Option<String>) {
        let mut reason = match self.up_to(rebuild, last) {
            Ok(state) => return (state, last, None),
            Err(reason) => reason,
        };
        let (mut good, mut bad) = (self.covers, last);
        while bad - good > 1 {
            let middle = good + (bad - good) / 2;
            match self.up_to(rebuild, middle) {
                Ok(_) => good = middle,
                Err(why) => (bad, reason) = (middle, why),
            }
        }
        let state = self.up_to(rebuild, good).expect("it was read before");
        (state, good, Some(reason))
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
