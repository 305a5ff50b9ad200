//! The journal of one workspace, in a database of its own: its format, its guarantees and its decisions.
//!
//! Owns the database `dynascope:workspace:NAME`. A database a workspace: writing transactions of two workspaces in two tabs do not
//! wait for each other, and deleting a workspace gives its room back at once. Never reads a record: they are the engine's. The
//! database itself is a [`Disk`], so that all of this is tried natively against one that fails at every point.
//!
//! # Format
//!
//! - `segments`: a group commit each, under its sequence number, from 1 without gaps ([`super::segment`] has its bytes)
//! - `snapshots`: pieces of about 2 MB, packed, under `covers × 65536 + piece`; the bytes are the engine's, whose image is of the moment at
//!   which the snapshot began, however much is written until its last piece
//! - `meta`: `manifest` (the snapshot that counts), `head` (the newest sequence number, or under load one of the newest), `spent` (what was consumed of the tables'
//!   capacity, as the engine has it), and as JSON `clock` (how the workspace's clock runs), `recipes` (its simulated traffic), `model`
//!   (what its design says beside its tables), `durability` (`"strict"` or `"relaxed"`) and `sizes` (how many bytes the segments have,
//!   up to one of the newest: [`super::sized`]) and `aside` (how many bytes are set aside)
//! - `aside`: what was found damaged, under the time it was found; never read again, never deleted silently
//!
//! # Writing
//!
//! One commit is under way at a time; what arrives meanwhile makes the next. A commit adds one segment and moves the head,
//! in one transaction. The segment is *added*, so a number that another tab took fails instead of being overwritten. Under load the head is
//! moved with every sixteenth segment, and behind the load with the next note: a second request takes as long as five PutItems. A snapshot's
//! pieces are written one by one beside the commits ([`super::snapshot`]), which do not wait for them; a last transaction, between two commits, switches the manifest and removes the segments that it covers
//! and the pieces before it. That one alone relies on transactions being atomic; everything else is told by its checksum.
//!
//! # Guarantees
//!
//! - What [`Journal::commit`] returned well is there after a crash of the tab, of the browser, and (strict) of the machine. With
//!   relaxed durability the last moments may be lost where the machine loses its power, though not where the browser crashes: the
//!   newest commits then, each whole.
//! - A commit that failed did not happen. Where the database made it all the same and could not say so, it is removed before
//!   anything else is written.
//! - A commit is there wholly or not at all: its records are one segment with one checksum, and the engine's transactions are one
//!   record each.
//! - Opening verifies every checksum and replays up to the first damage; that and all behind it is set aside, in one transaction,
//!   before anything is written, and the opening says so.
//! - What the browser deletes while the workspace is open ([`Failure::Gone`]) is written again from memory by
//!   [`Journal::rewrite`].
//! - Segments that are missing at the end, while what is before them is there, are told by the head; where the browser lost the head's last move
//!   under load with them, fewer are told than there were.
//! - Every format that was ever written is read for ever: fixtures of each are kept in `tests/simulation/fixtures`.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::clock::Kept;
use super::disk::{Change, Disk, Durability, Failure, Key, Store, Value};
use super::segment::{Found, Manifest, Rebuild, Recovered, Segment, Stored, payload_bytes, recover};
use super::sized::{noted_aside, sizes};
use super::snapshot::Snapshot;
use crate::protocol::model::Model;
use crate::protocol::traffic::Workload;

/// About how large a piece of a snapshot is, in bytes, before it is packed.
pub(super) const CHUNK_BYTES: usize = 2 << 20;
/// Pieces a snapshot may have.
pub(super) const CHUNKS_MAX: u64 = 65_536;
/// A snapshot is due after so many segments…
const SNAPSHOT_SEGMENTS: u64 = 1_000;
/// …or so many bytes of changes in them, unpacked, or twice as many as the last snapshot has.
const SNAPSHOT_BYTES: u64 = 8 << 20;

/// How many bytes the segments have is noted again, with a commit, when they are so many more.
const NOTED_BYTES: u64 = 64 << 10;

/// The version of a workspace's database. In version 1 no segment is packed, in version 2 no snapshot: who cannot read one does not open a newer version, and
/// so takes none of it for damage.
pub const DATABASE_VERSION: u8 = 3;

/// The name of a workspace's database.
pub fn database_name(workspace: &str) -> String {
    format!("dynascope:workspace:{workspace}")
}

/// Under load the head is moved with every so many commits.
const HEAD_EVERY: u64 = 16;
/// A commit of so many records is one under load.
const LOAD_RECORDS: usize = 8;

/// How large pieces are, when a snapshot is due and what load is: smaller in tests.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// About how large a piece is, in bytes, before it is packed.
    pub chunk_bytes: usize,
    /// A snapshot is due after so many segments…
    pub segments: u64,
    /// …or so many bytes of changes.
    pub bytes: u64,
    /// A commit of so many records is one under load: it need not move the head.
    pub load_records: usize,
}

impl Default for Sizes {
    fn default() -> Sizes {
        Sizes {
            chunk_bytes: CHUNK_BYTES,
            segments: SNAPSHOT_SEGMENTS,
            bytes: SNAPSHOT_BYTES,
            load_records: LOAD_RECORDS,
        }
    }
}

/// An open journal.
pub struct Journal<D> {
    disk: D,
    sizes: Sizes,
    durability: Durability,
    sequence: u64,
    /// Where the head stands.
    head: u64,
    segments_since: u64,
    bytes_since: u64,
    /// How many bytes the snapshot that counts has, unpacked.
    image_bytes: u64,
    /// What the snapshot that counts covers.
    covers: u64,
    /// The bytes of all segments.
    segment_bytes: u64,
    /// The bytes of all segments when they were last noted.
    noted_bytes: Option<u64>,
    /// The last transaction failed, and the connection may have gone with it.
    broken: bool,
    /// The segment whose commit failed last: it may be there all the same.
    attempt: Option<Vec<u8>>,
}

impl<D: Disk> Journal<D> {
    /// Lists what a workspace's database holds.
    pub async fn on(disk: D, sizes: Sizes) -> Result<(Journal<D>, Found), Failure> {
        let found = disk.found().await?;
        let journal = Journal {
            disk,
            sizes,
            durability: Durability::Strict,
            sequence: 0,
            head: 0,
            segments_since: 0,
            bytes_since: 0,
            image_bytes: 0,
            covers: 0,
            segment_bytes: 0,
            noted_bytes: None,
            broken: false,
            attempt: None,
        };
        Ok((journal, found))
    }

    /// The database, to be changed past the journal.
    pub fn disk_mut(&mut self) -> &mut D {
        &mut self.disk
    }

    /// Goes on behind what was recovered. What cannot be trusted is moved aside and what no snapshot needs is
    /// removed, in one transaction; when that fails nothing may be written here.
    pub async fn resume<S>(
        &mut self,
        found: &Found,
        recovered: &Recovered<S>,
        now_ms: u64,
    ) -> Result<(), Failure> {
        self.sequence = recovered.sequence;
        self.segments_since = found.segments.len() as u64;
        self.bytes_since = recovered.unpacked_bytes;
        self.image_bytes = recovered.image_bytes;
        self.segment_bytes = recovered.replayed_bytes;
        self.covers = if recovered.aside_snapshot { 0 } else { covers(found).unwrap_or(0) };
        let changes = self.clearing(found, recovered, now_ms).await?;
        self.head = found.head.unwrap_or(0);
        if !changes.is_empty() {
            self.disk.write(changes, Durability::Strict).await?;
            self.head = self.sequence;
        }
        Ok(())
    }

    /// What is moved and removed at an opening.
    async fn clearing<S>(
        &self,
        found: &Found,
        recovered: &Recovered<S>,
        now_ms: u64,
    ) -> Result<Vec<Change>, Failure> {
        let covers = covers(found);
        let is_orphan = |of: u64| found.manifest.is_none() || Some(of) != covers;
        // Where anything is damaged, even what nothing points to is kept.
        let keep_orphans = !recovered.report.is_empty();
        let aside = |what: String, stored: Stored| {
            let value = match stored {
                Stored::Bytes(bytes) => Value::Bytes(bytes),
                Stored::Unreadable(reason) => Value::Text(reason),
            };
            Change::Put(Store::Aside, Key::Name(format!("{now_ms} {what}")), value)
        };
        let mut changes = Vec::new();
        for number in &found.segments {
            let key = Key::Number(*number);
            if recovered.aside_segments.contains(number) {
                if let Some(stored) = self.disk.get(Store::Segments, &key).await? {
                    changes.push(aside(format!("segment {number}"), stored));
                }
            } else if covers.is_none_or(|covers| *number > covers) {
                continue;
            }
            // Those that a snapshot covers its switch removes; a database that did not is helped.
            changes.push(Change::Delete(Store::Segments, key));
        }
        if recovered.aside_snapshot
            && let Some(stored) = &found.manifest
        {
            changes.push(aside("manifest".to_owned(), stored.clone()));
            changes.push(Change::Delete(Store::Meta, Key::Name("manifest".to_owned())));
        }
        for (of, piece) in &found.pieces {
            if !(recovered.aside_snapshot || is_orphan(*of)) {
                continue;
            }
            let key = chunk_key(*of, *piece);
            if (recovered.aside_snapshot || keep_orphans)
                && let Some(stored) = self.disk.get(Store::Snapshots, &key).await?
            {
                changes.push(aside(format!("snapshot {of} piece {piece}"), stored));
            }
            changes.push(Change::Delete(Store::Snapshots, key));
        }
        changes.extend(noted_aside(&self.disk, &changes).await?);
        let is_end_lost = found.head.is_some_and(|head| head > recovered.sequence);
        if !changes.is_empty() || is_end_lost {
            changes.push(head(recovered.sequence));
            changes.push(sizes(self.covers, self.sequence, self.segment_bytes));
        }
        Ok(changes)
    }

    /// How far what stands there can be trusted, and the state up to there.
    pub async fn recover<R: Rebuild>(
        &self,
        rebuild: &R,
        found: &Found,
    ) -> Result<Recovered<R::State>, Failure> {
        recover(rebuild, found, &self.disk).await
    }

    /// What was found damaged and set aside, now and earlier, by its name.
    pub async fn aside(&self) -> Result<Vec<(String, Stored)>, Failure> {
        let mut all = Vec::new();
        for name in self.disk.aside().await? {
            if let Some(stored) = self.disk.get(Store::Aside, &Key::Name(name.clone())).await? {
                all.push((name, stored));
            }
        }
        Ok(all)
    }

    /// The clock as it was last saved; the error says why it cannot be read.
    pub async fn clock(&self) -> Result<Option<Kept>, String> {
        self.note("clock").await
    }

    /// Saves the clock.
    pub async fn keep_clock(&mut self, kept: &Kept) -> Result<(), Failure> {
        self.keep_note("clock", kept).await
    }

    /// The traffic recipes of the workspace; the error says why they cannot be read.
    pub async fn recipes(&self) -> Result<Vec<Workload>, String> {
        Ok(self.note("recipes").await?.unwrap_or_default())
    }

    /// Saves the traffic recipes.
    pub async fn keep_recipes(&mut self, recipes: &[Workload]) -> Result<(), Failure> {
        self.keep_note("recipes", &recipes).await
    }

    /// What the design says beside its tables; the error says why it cannot be read.
    pub async fn model(&self) -> Result<Model, String> {
        Ok(self.note("model").await?.unwrap_or_default())
    }

    /// Saves that.
    pub async fn keep_model(&mut self, model: &Model) -> Result<(), Failure> {
        self.keep_note("model", model).await
    }

    /// What was consumed when it was last saved; the error says why it cannot be read.
    pub async fn spent(&self) -> Result<Option<Vec<u8>>, String> {
        let found = self.disk.get(Store::Meta, &Key::Name("spent".to_owned())).await;
        match found.map_err(|failure| failure.sentence())? {
            None => Ok(None),
            Some(Stored::Bytes(bytes)) => Ok(Some(bytes)),
            Some(Stored::Unreadable(reason)) => Err(reason),
        }
    }

    /// Saves what was consumed.
    pub async fn keep_spent(&mut self, spent: Vec<u8>) -> Result<(), Failure> {
        self.keep("spent", spent).await
    }

    /// How durable a commit is.
    pub fn durability(&self) -> Durability {
        self.durability
    }

    /// Reads how durable a commit is to be; strict where nothing was chosen. The error says why that cannot be read.
    pub async fn read_durability(&mut self) -> Result<(), String> {
        self.durability = self.note("durability").await?.unwrap_or_default();
        Ok(())
    }

    /// Chooses how durable a commit is, from the next on. What was committed by now is made as durable as it says.
    pub async fn keep_durability(&mut self, durability: Durability) -> Result<(), Failure> {
        self.keep_note("durability", &durability).await?;
        self.durability = durability;
        Ok(())
    }

    /// What is kept beside the state under that name, as JSON.
    async fn note<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, String> {
        let found = self.disk.get(Store::Meta, &Key::Name(name.to_owned())).await;
        match found.map_err(|failure| failure.sentence())? {
            None => Ok(None),
            Some(Stored::Bytes(bytes)) => {
                serde_json::from_slice(&bytes).map(Some).map_err(|error| error.to_string())
            }
            Some(Stored::Unreadable(reason)) => Err(reason),
        }
    }

    async fn keep_note<T: Serialize>(&mut self, name: &str, note: &T) -> Result<(), Failure> {
        let json = serde_json::to_vec(note).expect("a note is plain data");
        self.keep(name, json).await
    }

    /// Keeps that beside the state. The head goes along where it was left behind.
    async fn keep(&mut self, name: &str, note: Vec<u8>) -> Result<(), Failure> {
        let mut changes = vec![Change::Put(Store::Meta, Key::Name(name.to_owned()), Value::Bytes(note))];
        if self.head != self.sequence {
            changes.push(head(self.sequence));
        }
        self.write(changes, Durability::Strict).await?;
        self.head = self.sequence;
        Ok(())
    }

    /// One transaction, over a connection that is made anew where the last one failed.
    async fn write(&mut self, changes: Vec<Change>, durability: Durability) -> Result<(), Failure> {
        if self.broken {
            self.reconnect().await?;
        }
        let written = self.disk.write(changes, durability).await;
        self.broken = written.is_err();
        written
    }

    /// Writes a group commit; when this returns well it is durable, when it does not nothing was written.
    pub async fn commit<R: AsRef<[u8]>>(&mut self, now_ms: u64, records: &[R]) -> Result<(), Failure> {
        let sequence = self.sequence + 1;
        let bytes = Segment::encode(sequence, now_ms, records);
        let length = bytes.len() as u64;
        let segment = Value::Bytes(bytes.clone());
        let mut changes = vec![Change::Add(Store::Segments, Key::Number(sequence), segment)];
        let segment_bytes = self.segment_bytes + length;
        let is_noted = self.noted_bytes.is_none_or(|noted| segment_bytes - noted >= NOTED_BYTES);
        let is_load = records.len() >= self.sizes.load_records;
        let moves_head = is_noted || !is_load || sequence >= self.head + HEAD_EVERY;
        if moves_head {
            changes.push(head(sequence));
        }
        if is_noted {
            changes.push(sizes(self.covers, sequence, segment_bytes));
        }
        // Before anything else: what failed last is compared with what stands there.
        if self.broken {
            self.reconnect().await?;
        }
        if let Err(failure) = self.write(changes, self.durability).await {
            self.attempt = Some(bytes);
            return Err(failure);
        }
        self.sequence = sequence;
        self.segments_since += 1;
        self.bytes_since += payload_bytes(records) as u64;
        self.segment_bytes = segment_bytes;
        if moves_head {
            self.head = sequence;
        }
        if is_noted {
            self.noted_bytes = Some(segment_bytes);
        }
        Ok(())
    }

    /// The connection may be gone: it is made anew, and what stands there must be what this journal wrote.
    pub async fn reconnect(&mut self) -> Result<(), Failure> {
        self.broken = true;
        self.disk.reopen().await?;
        let stands = match self.disk.found().await?.newest() {
            Some(newest) if newest == self.sequence => Ok(()),
            None if self.sequence == 0 => Ok(()),
            None => Err(Failure::Gone),
            Some(newest) if newest == self.sequence + 1 => self.take_back().await,
            Some(_) => Err(Failure::Taken),
        };
        self.broken = stands.is_err();
        if stands.is_ok() {
            self.attempt = None;
        }
        stands
    }

    /// One more commit is there than this journal knows: where it is the one that failed, it is removed, as was said.
    async fn take_back(&mut self) -> Result<(), Failure> {
        let key = Key::Number(self.sequence + 1);
        let there = self.disk.get(Store::Segments, &key).await?;
        match (there, &self.attempt) {
            (Some(Stored::Bytes(there)), Some(attempt)) if there == *attempt => {
                let changes = vec![Change::Delete(Store::Segments, key), head(self.sequence)];
                // It may have been counted.
                self.noted_bytes = None;
                self.disk.write(changes, Durability::Strict).await?;
                self.head = self.sequence;
                Ok(())
            }
            _ => Err(Failure::Taken),
        }
    }

    /// The number of the newest segment.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Whether enough was written since the last snapshot was begun to make a new one.
    pub fn wants_snapshot(&self) -> bool {
        self.segments_since >= self.sizes.segments
            || self.bytes_since >= self.sizes.bytes.max(2 * self.image_bytes)
    }

    /// Begins a snapshot of everything up to the newest segment.
    pub fn begin_snapshot(&mut self, now_ms: u64) -> Snapshot {
        self.segments_since = 0;
        self.bytes_since = 0;
        let beside = self.disk.beside();
        Snapshot::begin(self.sequence, now_ms, self.segment_bytes, self.sizes.chunk_bytes, beside)
    }

    /// Switches to a snapshot whose pieces are all written. After a failure it counts as never begun; the segments are all
    /// still there.
    pub async fn switch_to(&mut self, snapshot: Snapshot) -> Result<(), Failure> {
        let manifest = snapshot.manifest();
        let segment_bytes = self.segment_bytes - snapshot.covered_bytes();
        self.write(self.switch(&manifest, segment_bytes), Durability::Strict).await?;
        self.image_bytes = manifest.image_bytes();
        self.covers = manifest.covers;
        self.head = self.sequence;
        self.segment_bytes = segment_bytes;
        self.noted_bytes = Some(segment_bytes);
        Ok(())
    }

    /// Puts a snapshot of another state in the place of everything that stands here. When this returns well that is what is
    /// read the next time; when it does not, nothing has changed.
    pub async fn replace(
        &mut self,
        pieces: impl FnMut(usize) -> Option<Vec<u8>>,
        now_ms: u64,
    ) -> Result<(), Failure> {
        // A number of its own, so that no piece is written over one of the snapshot that counts.
        self.commit::<Vec<u8>>(now_ms, &[]).await?;
        self.write_snapshot(pieces, now_ms).await
    }

    /// Writes everything again into a database that was emptied: the pieces are of a snapshot of all that there is.
    pub async fn rewrite(
        &mut self,
        pieces: impl FnMut(usize) -> Option<Vec<u8>>,
        now_ms: u64,
    ) -> Result<(), Failure> {
        self.disk.reopen().await?;
        if self.disk.found().await?.newest().is_some() {
            return Err(Failure::Taken);
        }
        self.broken = false;
        self.sequence += 1;
        (self.segment_bytes, self.noted_bytes) = (0, None);
        self.write_snapshot(pieces, now_ms).await
    }

    async fn write_snapshot(
        &mut self,
        mut pieces: impl FnMut(usize) -> Option<Vec<u8>>,
        now_ms: u64,
    ) -> Result<(), Failure> {
        let mut snapshot = self.begin_snapshot(now_ms);
        while let Some(piece) = pieces(snapshot.piece_bytes()) {
            self.write(vec![snapshot.next(piece)?], Durability::Strict).await?;
        }
        self.switch_to(snapshot).await
    }

    /// The transaction by which a snapshot counts.
    fn switch(&self, manifest: &Manifest, segment_bytes: u64) -> Vec<Change> {
        let Key::Number(first) = chunk_key(manifest.covers, 0) else { unreachable!("a piece has a number") };
        let manifest_key = Key::Name("manifest".to_owned());
        let mut changes = vec![
            Change::Put(Store::Meta, manifest_key, Value::Bytes(manifest.encode())),
            head(self.sequence),
            sizes(manifest.covers, self.sequence, segment_bytes),
            Change::DeleteUpTo(Store::Segments, manifest.covers),
        ];
        changes.extend(first.checked_sub(1).map(|last| Change::DeleteUpTo(Store::Snapshots, last)));
        changes
    }
}

/// What the snapshot that was found covers.
fn covers(found: &Found) -> Option<u64> {
    match &found.manifest {
        Some(Stored::Bytes(bytes)) => Manifest::decode(bytes).ok().map(|manifest| manifest.covers),
        _ => None,
    }
}

pub(super) fn head(sequence: u64) -> Change {
    Change::Put(Store::Meta, Key::Name("head".to_owned()), Value::Number(sequence))
}

pub(super) fn chunk_key(covers: u64, piece: u32) -> Key {
    Key::Number(covers * CHUNKS_MAX + u64::from(piece))
}
