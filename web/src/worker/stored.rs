//! What is stored of a workspace, part by part: read out of its database, and written into a new one.
//!
//! Owns the way from a database to the parts of [`crate::share::archive`] and back, with no more than a part in memory at once. A copy
//! of a workspace and its file are made of the same parts. Never builds a world of them: opening does, and checks them all.

use std::collections::VecDeque;

use engine::world::World;
use indexed_db_futures::KeyRange;
use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::*;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};

use super::database::{self, Failure};
use super::disk::Durability;
use super::indexed::{ASIDE, META, SEGMENTS, SNAPSHOTS, STORES, chunk_key};
use super::journal::{CHUNK_BYTES, database_name};
use super::segment::{InMemory, Manifest, Stored};
use crate::share::archive::Part;

/// So many bytes are written in one transaction, about.
const BATCH_BYTES: usize = 2 << 20;

/// The most commits that a snapshot can cover, so that the number of each of its pieces can be told from the next.
const COVERS_MAX: u64 = 1 << 36;

/// Why a part cannot be read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// What was to be read next is gone: a new snapshot took its place.
    Changed,
    /// Something else, in a sentence.
    Other(String),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Trouble {
        Trouble::Other(failure.sentence())
    }
}

/// What is read next.
enum Next {
    Ready(Part),
    Piece(u64, u32),
    Segment(u64),
}

/// The parts of a workspace, one after the other.
pub struct Source {
    db: Option<Database>,
    next: VecDeque<Next>,
    total: u64,
}

impl Source {
    /// Of what is stored under that id. What is damaged or set aside is left out: an opening would leave it out too.
    pub async fn of_database(workspace: &str) -> Result<Source, Trouble> {
        let db = database::open(&database_name(workspace), STORES).await.map_err(Trouble::Other)?;
        let next = list(&db).await?;
        let total = next.len() as u64;
        Ok(Source { db: Some(db), next, total })
    }

    /// Of a world that is nowhere but in memory; and what is kept beside it.
    pub fn of_world(world: &World, notes: Vec<(String, Vec<u8>)>) -> Source {
        let mut imaging = world.imaging();
        let pieces: Vec<Vec<u8>> =
            std::iter::from_fn(|| world.image_piece(&mut imaging, CHUNK_BYTES)).collect();
        let manifest = Manifest::of(&pieces, 1, world.now_ms());
        let mut next: VecDeque<Next> =
            notes.into_iter().map(|(name, json)| Next::Ready(Part::Note(name, json))).collect();
        next.push_back(Next::Ready(Part::Manifest(manifest.encode())));
        next.extend(
            pieces.into_iter().zip(0..).map(|(piece, number)| Next::Ready(Part::Piece(number, piece))),
        );
        Source { db: None, total: next.len() as u64, next }
    }

    /// How many parts there are.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// How many are left.
    pub fn left(&self) -> u64 {
        self.next.len() as u64
    }

    /// The next part; none behind the last.
    pub async fn next(&mut self) -> Result<Option<Part>, Trouble> {
        let (next, db) = match (self.next.pop_front(), &self.db) {
            (None, _) => return Ok(None),
            (Some(Next::Ready(part)), _) => return Ok(Some(part)),
            (Some(next), Some(db)) => (next, db),
            (Some(_), None) => return Err(Trouble::Changed),
        };
        let (store, key) = match &next {
            Next::Piece(covers, piece) => (SNAPSHOTS, chunk_key(*covers, *piece)),
            Next::Segment(number) => (SEGMENTS, *number as f64),
            Next::Ready(_) => return Err(Trouble::Changed),
        };
        let bytes = read(db, store, key).await?.ok_or(Trouble::Changed)?.to_vec();
        Ok(Some(match next {
            Next::Piece(_, piece) => Part::Piece(piece, bytes),
            Next::Segment(number) => Part::Segment(number, bytes),
            Next::Ready(part) => part,
        }))
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        if let Some(db) = &self.db {
            db.clone().close();
        }
    }
}

async fn read(db: &Database, store: &str, key: f64) -> Result<Option<Uint8Array>, Failure> {
    let transaction = database::reading(db, &[store])?;
    let value = transaction.object_store(store)?.get::<JsValue, f64, _>(key).primitive()?.await?;
    Ok(value.and_then(|value| value.dyn_into().ok()))
}

/// What a workspace is made of, as of one moment.
async fn list(db: &Database) -> Result<VecDeque<Next>, Failure> {
    let transaction = database::reading(db, &[META, SNAPSHOTS, SEGMENTS])?;
    let mut next = VecDeque::new();
    let mut manifest = None;
    {
        let meta = transaction.object_store(META)?;
        let names = meta.get_all_keys::<String>().primitive()?.await?.collect::<Result<Vec<_>, _>>()?;
        for name in names {
            let value = meta.get::<JsValue, &str, _>(name.as_str()).primitive()?.await?;
            // The number of the newest segment stands there as a number, and follows from the segments.
            let Some(bytes) = value.and_then(|value| value.dyn_into::<Uint8Array>().ok()) else { continue };
            match name.as_str() {
                "manifest" => manifest = Some(bytes.to_vec()),
                _ => next.push_back(Next::Ready(Part::Note(name, bytes.to_vec()))),
            }
        }
    }
    let read = manifest.as_deref().and_then(|bytes| Manifest::decode(bytes).ok());
    let covers = read.map_or(0, |manifest| manifest.covers);
    if let (Some(manifest), Some(bytes)) = (read, manifest) {
        next.push_back(Next::Ready(Part::Manifest(bytes)));
        next.extend((0..manifest.chunks).map(|piece| Next::Piece(covers, piece)));
    }
    let segments = transaction.object_store(SEGMENTS)?;
    let behind = KeyRange::LowerBound(covers as f64, true);
    let keys = segments.get_all_keys::<f64>().with_query::<f64, _>(behind).primitive()?.await?;
    next.extend(keys.collect::<Result<Vec<_>, _>>()?.into_iter().map(|key| Next::Segment(key as u64)));
    Ok(next)
}

/// How many bytes are stored of a workspace: its snapshot, its segments and what was set aside.
pub async fn stored_bytes(workspace: &str) -> Result<u64, Failure> {
    let db = database::open(&database_name(workspace), STORES).await.map_err(Failure::Other)?;
    let counted = count_bytes(&db).await;
    db.close();
    counted
}

async fn count_bytes(db: &Database) -> Result<u64, Failure> {
    let transaction = database::reading(db, &[META, SEGMENTS, ASIDE])?;
    let mut bytes = 0;
    {
        let meta = transaction.object_store(META)?;
        let manifest = meta.get::<JsValue, &str, _>("manifest").primitive()?.await?;
        let manifest = manifest.and_then(|value| value.dyn_into::<Uint8Array>().ok());
        let manifest = manifest.and_then(|bytes| Manifest::decode(&bytes.to_vec()).ok());
        bytes += manifest.map_or(0, |manifest| manifest.length);
        let segments = transaction.object_store(SEGMENTS)?;
        for key in segments.get_all_keys::<f64>().primitive()?.await?.collect::<Result<Vec<_>, _>>()? {
            bytes += length_of(segments.get::<JsValue, f64, _>(key).primitive()?.await?);
        }
        let aside = transaction.object_store(ASIDE)?;
        for key in aside.get_all_keys::<String>().primitive()?.await?.collect::<Result<Vec<_>, _>>()? {
            bytes += length_of(aside.get::<JsValue, &str, _>(key.as_str()).primitive()?.await?);
        }
    }
    Ok(bytes)
}

/// The length of stored bytes, which need not be copied for it.
fn length_of(value: Option<JsValue>) -> u64 {
    let bytes = value.and_then(|value| value.dyn_into::<Uint8Array>().ok());
    bytes.map_or(0, |bytes| u64::from(bytes.length()))
}

/// Where the parts of a new workspace go.
pub enum Target {
    /// Into a database of its own.
    Database {
        /// It.
        db: Database,
        /// Parts that wait for their transaction, and their bytes.
        waiting: Vec<Part>,
        /// How many.
        waiting_bytes: usize,
        /// The newest segment, or the one that the snapshot covers.
        head: u64,
        /// What the snapshot covers.
        covers: u64,
    },
    /// Into memory, where nothing can be stored.
    Memory {
        /// What an opening would find.
        found: InMemory,
        /// What is kept beside it.
        notes: Vec<(String, Vec<u8>)>,
    },
}

impl Target {
    /// A database that is empty, whatever stood there.
    pub async fn database(workspace: &str) -> Result<Target, Trouble> {
        let name = database_name(workspace);
        database::delete(&name).await.map_err(Trouble::Other)?;
        let db = database::open(&name, STORES).await.map_err(Trouble::Other)?;
        Ok(Target::Database { db, waiting: Vec::new(), waiting_bytes: 0, head: 0, covers: 0 })
    }

    /// Memory.
    pub fn memory() -> Target {
        Target::Memory { found: InMemory::default(), notes: Vec::new() }
    }

    /// Forgets everything that it took.
    pub async fn begin_again(&mut self) -> Result<(), Trouble> {
        let Target::Database { db, waiting, waiting_bytes, head, covers } = self else {
            *self = Target::memory();
            return Ok(());
        };
        waiting.clear();
        (*waiting_bytes, *head, *covers) = (0, 0, 0);
        let transaction = database::writing(db, &[META, SNAPSHOTS, SEGMENTS], Durability::Strict)?;
        for store in [META, SNAPSHOTS, SEGMENTS] {
            let store =
                transaction.object_store(store).map_err(|error| Trouble::from(Failure::from(error)))?;
            drop(store.clear().map_err(|error| Trouble::from(Failure::from(error)))?);
        }
        Ok(database::complete(transaction).await?)
    }

    /// Takes a part; what says something of a file or is the page's own is not stored here.
    pub async fn put(&mut self, part: Part) -> Result<(), Trouble> {
        match self {
            Target::Database { waiting, waiting_bytes, head, covers, .. } => {
                *waiting_bytes += match &part {
                    Part::Head(_) | Part::Requests(_) => return Ok(()),
                    Part::Manifest(bytes) => {
                        let manifest = Manifest::decode(bytes);
                        let manifest = manifest.and_then(|manifest| match manifest.covers <= COVERS_MAX {
                            true => Ok(manifest),
                            false => Err("it covers more commits than there can be".to_owned()),
                        });
                        let manifest = manifest.map_err(|what| {
                            Trouble::Other(format!("The snapshot's manifest is damaged: {what}."))
                        })?;
                        (*covers, *head) = (manifest.covers, manifest.covers);
                        bytes.len()
                    }
                    Part::Segment(number, bytes) => {
                        *head = *number;
                        bytes.len()
                    }
                    Part::Note(_, bytes) | Part::Piece(_, bytes) => bytes.len(),
                };
                waiting.push(part);
                if *waiting_bytes >= BATCH_BYTES { self.flush(false).await } else { Ok(()) }
            }
            Target::Memory { found, notes } => {
                let covers = match &found.manifest {
                    Some(Stored::Bytes(bytes)) => {
                        Manifest::decode(bytes).map_or(0, |manifest| manifest.covers)
                    }
                    _ => 0,
                };
                match part {
                    Part::Head(_) | Part::Requests(_) => {}
                    Part::Note(name, json) => notes.push((name, json)),
                    Part::Manifest(bytes) => found.manifest = Some(Stored::Bytes(bytes)),
                    Part::Piece(piece, bytes) => found.pieces.push((covers, piece, Stored::Bytes(bytes))),
                    Part::Segment(number, bytes) => found.segments.push((number, Stored::Bytes(bytes))),
                }
                Ok(())
            }
        }
    }

    /// Behind the last part: all of them are durable when this returns well.
    pub async fn finish(&mut self) -> Result<(), Trouble> {
        self.flush(true).await
    }

    async fn flush(&mut self, last: bool) -> Result<(), Trouble> {
        let Target::Database { db, waiting, waiting_bytes, head, covers } = self else { return Ok(()) };
        let transaction = database::writing(db, &[META, SNAPSHOTS, SEGMENTS], Durability::Strict)?;
        {
            let fault = |error: indexed_db_futures::error::Error| Trouble::from(Failure::from(error));
            let meta = transaction.object_store(META).map_err(fault)?;
            let snapshots = transaction.object_store(SNAPSHOTS).map_err(fault)?;
            let segments = transaction.object_store(SEGMENTS).map_err(fault)?;
            for part in waiting.drain(..) {
                let put = match part {
                    Part::Head(_) | Part::Requests(_) => Ok(()),
                    Part::Note(name, json) => {
                        meta.put(database::value(&json)).with_key(name).build().map(drop)
                    }
                    Part::Manifest(bytes) => {
                        meta.put(database::value(&bytes)).with_key("manifest").build().map(drop)
                    }
                    Part::Piece(piece, bytes) => {
                        let key = chunk_key(*covers, piece);
                        snapshots.put(database::value(&bytes)).with_key(key).build().map(drop)
                    }
                    Part::Segment(number, bytes) => {
                        segments.put(database::value(&bytes)).with_key(number as f64).build().map(drop)
                    }
                };
                put.map_err(fault)?;
            }
            if last {
                drop(meta.put(*head as f64).with_key("head").build().map_err(fault)?);
            }
        }
        *waiting_bytes = 0;
        Ok(database::complete(transaction).await?)
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Target::Database { db, .. } = self {
            db.clone().close();
        }
    }
}
