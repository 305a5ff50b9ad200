//! The journal of one workspace, in a database of its own.
//!
//! Owns the database `dynascope:workspace:NAME`. A database a workspace: writing transactions of two
//! workspaces in two tabs do not wait for each other, and deleting a workspace gives its room back at once.
//! Never reads a record: they are the engine's.
//!
//! - `segments`: a group commit each, under its sequence number
//! - `snapshots`: pieces of at most 2 MB, under `covers × 65536 + piece`
//! - `meta`: `manifest` (the snapshot that counts), `head` (the newest sequence number), `spent` (what was consumed of the tables'
//!   capacity, as the engine has it), and as JSON `clock` (how the workspace's clock runs) and `recipes` (its simulated traffic)
//! - `aside`: what was found damaged, under the time it was found; never read again, never deleted silently
//!
//! A commit is one transaction: the segment is *added*, so a number that another tab took fails instead of
//! being overwritten. A new snapshot's pieces are written one by one between commits; a last transaction
//! switches the manifest and removes the segments that it covers and the pieces before it.

use indexed_db_futures::KeyRange;
use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};

use super::clock::Kept;
use super::database::{self, Failure};
use super::segment::{Found, Manifest, Recovered, Segment, Stored};
use crate::protocol::traffic::Workload;

pub(super) const SEGMENTS: &str = "segments";
pub(super) const SNAPSHOTS: &str = "snapshots";
pub(super) const META: &str = "meta";
pub(super) const ASIDE: &str = "aside";
pub(super) const STORES: &[&str] = &[SEGMENTS, SNAPSHOTS, META, ASIDE];

/// The largest piece of a snapshot, in bytes.
pub(super) const CHUNK_BYTES: usize = 2 << 20;
/// Pieces a snapshot may have.
const CHUNKS_MAX: u64 = 65_536;
/// A snapshot is due after so many segments…
const SNAPSHOT_SEGMENTS: u64 = 1_000;
/// …or so many bytes of them, or as many as the last snapshot has.
const SNAPSHOT_BYTES: u64 = 4 << 20;

/// The name of a workspace's database.
pub fn database_name(workspace: &str) -> String {
    format!("dynascope:workspace:{workspace}")
}

/// A snapshot on its way into the database.
struct Pending {
    manifest: Manifest,
    bytes: Vec<u8>,
    written: u32,
}

/// An open journal.
pub struct Journal {
    db: Database,
    sequence: u64,
    segments_since: u64,
    bytes_since: u64,
    snapshot_bytes: u64,
    pending: Option<Pending>,
    /// The last commit failed, and the connection may have gone with it.
    broken: bool,
}

impl Journal {
    /// Opens a workspace's database and reads all of it. The error is the browser's reason for refusing.
    pub async fn open(workspace: &str) -> Result<(Journal, Found), String> {
        let db = database::open(&database_name(workspace), STORES).await?;
        let found = read(&db).await.map_err(|failure| match failure {
            Failure::Other(reason) => reason,
            other => other.sentence(),
        })?;
        let journal = Journal {
            db,
            sequence: 0,
            segments_since: 0,
            bytes_since: 0,
            snapshot_bytes: 0,
            pending: None,
            broken: false,
        };
        Ok((journal, found))
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
        self.bytes_since = recovered.replayed_bytes;
        self.snapshot_bytes = recovered.snapshot_bytes;
        let covers = match &found.manifest {
            Some(Stored::Bytes(bytes)) => Manifest::decode(bytes).ok().map(|manifest| manifest.covers),
            _ => None,
        };
        let orphans: Vec<_> = found
            .chunks
            .iter()
            .filter(|(of, _, _)| found.manifest.is_none() || Some(*of) != covers)
            .collect();
        // Where anything is damaged, even what nothing points to is kept.
        let keep_orphans = !recovered.report.is_empty();
        let lost_end = found.head.is_some_and(|head| head > recovered.sequence);
        if recovered.aside_segments.is_empty() && !recovered.aside_snapshot && !lost_end && orphans.is_empty()
        {
            return Ok(());
        }
        let transaction = database::writing(&self.db, STORES)?;
        {
            let segments = transaction.object_store(SEGMENTS)?;
            let snapshots = transaction.object_store(SNAPSHOTS)?;
            let meta = transaction.object_store(META)?;
            let aside = transaction.object_store(ASIDE)?;
            let keep = |what: String, stored: &Stored| match stored {
                Stored::Bytes(bytes) => {
                    aside.put(database::value(bytes)).with_key(format!("{now_ms} {what}")).build().map(drop)
                }
                Stored::Unreadable(reason) => {
                    aside.put(reason.as_str()).with_key(format!("{now_ms} {what}")).build().map(drop)
                }
            };
            for (number, stored) in &found.segments {
                if recovered.aside_segments.contains(number) {
                    keep(format!("segment {number}"), stored)?;
                    drop(segments.delete(*number as f64).build()?);
                }
            }
            if recovered.aside_snapshot {
                if let Some(stored) = &found.manifest {
                    keep("manifest".to_owned(), stored)?;
                }
                for (of, piece, stored) in &found.chunks {
                    keep(format!("snapshot {of} piece {piece}"), stored)?;
                    drop(snapshots.delete(chunk_key(*of, *piece)).build()?);
                }
                drop(meta.delete("manifest").build()?);
            } else {
                for (of, piece, stored) in orphans {
                    if keep_orphans {
                        keep(format!("snapshot {of} piece {piece}"), stored)?;
                    }
                    drop(snapshots.delete(chunk_key(*of, *piece)).build()?);
                }
            }
            drop(meta.put(recovered.sequence as f64).with_key("head").build()?);
        }
        database::complete(transaction).await
    }

    /// What was found damaged and set aside, now and earlier, by its name.
    pub async fn aside(&self) -> Result<Vec<(String, Stored)>, Failure> {
        let transaction = database::reading(&self.db, &[ASIDE])?;
        let names = transaction.object_store(ASIDE)?.get_all_keys::<String>().primitive()?.await?;
        let names = names.collect::<Result<Vec<String>, _>>()?;
        drop(transaction);
        let mut all = Vec::with_capacity(names.len());
        for name in names {
            if let Some(stored) = read_one(&self.db, ASIDE, &name.as_str().into()).await? {
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

    /// What was consumed when it was last saved; the error says why it cannot be read.
    pub async fn spent(&self) -> Result<Option<Vec<u8>>, String> {
        match read_one(&self.db, META, &"spent".into()).await.map_err(|failure| failure.sentence())? {
            None => Ok(None),
            Some(Stored::Bytes(bytes)) => Ok(Some(bytes)),
            Some(Stored::Unreadable(reason)) => Err(reason),
        }
    }

    /// Saves what was consumed.
    pub async fn keep_spent(&mut self, spent: &[u8]) -> Result<(), Failure> {
        if self.broken {
            self.reconnect().await?;
        }
        let written = self.write_note("spent", spent).await;
        self.broken = written.is_err();
        written
    }

    /// What is kept beside the state under that name, as JSON.
    async fn note<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, String> {
        let found = read_one(&self.db, META, &name.into()).await;
        match found.map_err(|failure| failure.sentence())? {
            None => Ok(None),
            Some(Stored::Bytes(bytes)) => {
                serde_json::from_slice(&bytes).map(Some).map_err(|error| error.to_string())
            }
            Some(Stored::Unreadable(reason)) => Err(reason),
        }
    }

    async fn keep_note<T: Serialize>(&mut self, name: &str, note: &T) -> Result<(), Failure> {
        if self.broken {
            self.reconnect().await?;
        }
        let json = serde_json::to_vec(note).expect("a note is plain data");
        let written = self.write_note(name, &json).await;
        self.broken = written.is_err();
        written
    }

    async fn write_note(&self, name: &str, note: &[u8]) -> Result<(), Failure> {
        let transaction = database::writing(&self.db, &[META])?;
        drop(transaction.object_store(META)?.put(database::value(note)).with_key(name).build()?);
        database::complete(transaction).await
    }

    /// Writes a group commit; when this returns well it is durable, when it does not nothing was written.
    pub async fn commit<R: AsRef<[u8]>>(&mut self, now_ms: u64, records: &[R]) -> Result<(), Failure> {
        if self.broken {
            self.reconnect().await?;
        }
        let sequence = self.sequence + 1;
        let bytes = Segment::encode(sequence, now_ms, records);
        let written = self.write_segment(sequence, &bytes).await;
        self.broken = written.is_err();
        written?;
        self.sequence = sequence;
        self.segments_since += 1;
        self.bytes_since += bytes.len() as u64;
        Ok(())
    }

    async fn write_segment(&self, sequence: u64, bytes: &[u8]) -> Result<(), Failure> {
        let transaction = database::writing(&self.db, &[SEGMENTS, META])?;
        {
            let segments = transaction.object_store(SEGMENTS)?;
            drop(segments.add(database::value(bytes)).with_key(sequence as f64).build()?);
            let meta = transaction.object_store(META)?;
            drop(meta.put(sequence as f64).with_key("head").build()?);
        }
        database::complete(transaction).await
    }

    /// Opens the database anew: a browser whose disk was full closes the connection for good. What stands there must
    /// be what this journal wrote.
    async fn reconnect(&mut self) -> Result<(), Failure> {
        let name = self.db.name();
        self.db.clone().close();
        self.db = database::open(&name, STORES).await.map_err(Failure::Other)?;
        match read_head(&self.db).await?.unwrap_or(0) {
            head if head == self.sequence => Ok(()),
            _ => Err(Failure::Taken),
        }
    }

    /// The number of the newest segment.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Whether enough was written since the last snapshot to make a new one.
    pub fn wants_snapshot(&self) -> bool {
        self.pending.is_none()
            && (self.segments_since >= SNAPSHOT_SEGMENTS
                || self.bytes_since >= SNAPSHOT_BYTES.max(self.snapshot_bytes))
    }

    /// Takes a snapshot of everything up to the newest segment; [`Journal::advance`] writes it.
    pub fn begin_snapshot(&mut self, bytes: Vec<u8>, now_ms: u64) {
        let manifest = Manifest::of(&bytes, CHUNK_BYTES, self.sequence, now_ms);
        if u64::from(manifest.chunks) < CHUNKS_MAX {
            self.pending = Some(Pending { manifest, bytes, written: 0 });
            self.segments_since = 0;
            self.bytes_since = 0;
        }
    }

    /// Puts a snapshot of another state in the place of everything that stands here. When this returns well that is what is
    /// read the next time; when it does not, nothing has changed.
    pub async fn replace(&mut self, bytes: Vec<u8>, now_ms: u64) -> Result<(), Failure> {
        // A number of its own, so that no piece is written over one of the snapshot that counts.
        self.pending = None;
        self.commit::<Vec<u8>>(now_ms, &[]).await?;
        self.begin_snapshot(bytes, now_ms);
        if !self.is_advancing() {
            return Err(Failure::Other("the snapshot is too large".to_owned()));
        }
        while self.is_advancing() {
            self.advance().await?;
        }
        Ok(())
    }

    /// Whether a snapshot is on its way.
    pub fn is_advancing(&self) -> bool {
        self.pending.is_some()
    }

    /// Writes one more piece of the snapshot, or switches to it behind the last one. After a failure the
    /// snapshot is given up until as much again was written; the segments are all still there.
    pub async fn advance(&mut self) -> Result<(), Failure> {
        let Some(mut pending) = self.pending.take() else { return Ok(()) };
        if self.broken {
            self.reconnect().await?;
        }
        let done = match pending.bytes.chunks(CHUNK_BYTES).nth(pending.written as usize) {
            Some(piece) => self.write_piece(&pending.manifest, pending.written, piece).await,
            None => self.switch(&pending.manifest).await,
        };
        self.broken = done.is_err();
        done?;
        if pending.written < pending.manifest.chunks {
            pending.written += 1;
            self.pending = Some(pending);
        } else {
            self.snapshot_bytes = pending.manifest.length;
        }
        Ok(())
    }

    async fn write_piece(&self, manifest: &Manifest, number: u32, piece: &[u8]) -> Result<(), Failure> {
        let transaction = database::writing(&self.db, &[SNAPSHOTS])?;
        {
            let snapshots = transaction.object_store(SNAPSHOTS)?;
            let key = chunk_key(manifest.covers, number);
            drop(snapshots.put(database::value(piece)).with_key(key).build()?);
        }
        database::complete(transaction).await
    }

    async fn switch(&self, manifest: &Manifest) -> Result<(), Failure> {
        let transaction = database::writing(&self.db, &[SEGMENTS, SNAPSHOTS, META])?;
        {
            let meta = transaction.object_store(META)?;
            drop(meta.put(database::value(&manifest.encode())).with_key("manifest").build()?);
            let segments = transaction.object_store(SEGMENTS)?;
            drop(segments.delete::<f64, _>(KeyRange::UpperBound(manifest.covers as f64, false)).build()?);
            let snapshots = transaction.object_store(SNAPSHOTS)?;
            let first = chunk_key(manifest.covers, 0);
            drop(snapshots.delete::<f64, _>(KeyRange::UpperBound(first, true)).build()?);
        }
        database::complete(transaction).await
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.db.clone().close();
    }
}

/// Where a piece of a snapshot stands.
pub(super) fn chunk_key(covers: u64, piece: u32) -> f64 {
    (covers * CHUNKS_MAX + u64::from(piece)) as f64
}

async fn read(db: &Database) -> Result<Found, Failure> {
    let manifest = read_one(db, META, &"manifest".into()).await?;
    let head = read_head(db).await?;
    let chunks = read_all(db, SNAPSHOTS).await?.into_iter().map(|(key, stored)| {
        let key = key as u64;
        (key / CHUNKS_MAX, (key % CHUNKS_MAX) as u32, stored)
    });
    let chunks = chunks.collect();
    let segments = read_all(db, SEGMENTS).await?;
    let segments = segments.into_iter().map(|(key, stored)| (key as u64, stored)).collect();
    Ok(Found { manifest, chunks, segments, head })
}

async fn read_head(db: &Database) -> Result<Option<u64>, Failure> {
    let transaction = database::reading(db, &[META])?;
    let head: Option<f64> = transaction.object_store(META)?.get("head").primitive()?.await?;
    Ok(head.map(|head| head as u64))
}

fn stored(value: JsValue) -> Stored {
    match value.dyn_into::<js_sys::Uint8Array>() {
        Ok(bytes) => Stored::Bytes(bytes.to_vec()),
        Err(_) => Stored::Unreadable("it is not bytes".to_owned()),
    }
}

async fn read_one(db: &Database, store: &str, key: &JsValue) -> Result<Option<Stored>, Failure> {
    let transaction = database::reading(db, &[store])?;
    let value = transaction.object_store(store)?.get::<JsValue, JsValue, _>(key.clone()).primitive()?.await;
    Ok(match value {
        Ok(value) => value.filter(|value| !value.is_undefined()).map(stored),
        // One value that the browser lost must not take the others with it.
        Err(error) => Some(Stored::Unreadable(error.to_string())),
    })
}

/// All values of a store whose keys are numbers, at once where that works, else one by one.
async fn read_all(db: &Database, store: &str) -> Result<Vec<(f64, Stored)>, Failure> {
    let keys: Vec<f64> = {
        let transaction = database::reading(db, &[store])?;
        let keys = transaction.object_store(store)?.get_all_keys::<f64>().primitive()?.await?;
        keys.collect::<Result<_, _>>()?
    };
    let values: Result<Vec<JsValue>, _> = {
        let transaction = database::reading(db, &[store])?;
        match transaction.object_store(store)?.get_all::<JsValue>().primitive()?.await {
            Ok(values) => values.collect(),
            Err(error) => Err(error),
        }
    };
    if let Ok(values) = values
        && values.len() == keys.len()
    {
        return Ok(keys.into_iter().zip(values.into_iter().map(stored)).collect());
    }
    let mut all = Vec::with_capacity(keys.len());
    for key in keys {
        let value = read_one(db, store, &key.into()).await?;
        all.push((key, value.unwrap_or_else(|| Stored::Unreadable("it is gone".to_owned()))));
    }
    Ok(all)
}
