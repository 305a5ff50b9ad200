//! A new workspace as it is filled, part by part: in a database of its own, or in memory where nothing can be stored.
//!
//! Owns the transactions by which the parts of [`crate::share::archive`] become durable, each of about so many bytes. What it fills
//! is nobody's workspace until [`super::checking`] has read all of it; where a transaction fails, whoever fills it throws it away.

use super::disk::{Change, Disk, Durability, Failure, Key, Store, Value};
use super::journal::{chunk_key, head};
use super::segment::{InMemory, Manifest, Stored};
use super::sized::{SIZES, sizes};
use super::stored::Trouble;
use crate::share::archive::Part;

/// So many bytes are written in one transaction, about.
const BATCH_BYTES: usize = 2 << 20;

/// The most commits that a snapshot can cover, so that the number of each of its pieces can be told from the next.
const COVERS_MAX: u64 = 1 << 36;

/// Where the parts of a new workspace go.
pub enum Target<D> {
    /// Into a database.
    Database(Filling<D>),
    /// Into memory.
    Memory {
        /// What an opening would find.
        found: InMemory,
        /// What is kept beside it.
        notes: Vec<(String, Vec<u8>)>,
    },
}

/// A database that is being filled.
pub struct Filling<D> {
    disk: D,
    /// What waits for its transaction, and its bytes.
    waiting: Vec<Change>,
    waiting_bytes: usize,
    /// The notes that it took.
    notes: Vec<String>,
    /// The newest segment, or the one that the snapshot covers.
    head: u64,
    /// What the snapshot covers.
    covers: u64,
    /// The bytes of the segments.
    segment_bytes: u64,
}

impl<D: Disk> Target<D> {
    /// A database in which nothing is.
    pub fn database(disk: D) -> Target<D> {
        let (waiting, notes) = (Vec::new(), Vec::new());
        Target::Database(Filling {
            disk,
            waiting,
            waiting_bytes: 0,
            notes,
            head: 0,
            covers: 0,
            segment_bytes: 0,
        })
    }

    /// Memory.
    pub fn memory() -> Target<D> {
        Target::Memory { found: InMemory::default(), notes: Vec::new() }
    }

    /// Forgets everything that it took.
    pub async fn begin_again(&mut self) -> Result<(), Trouble> {
        let Target::Database(filling) = self else {
            *self = Target::memory();
            return Ok(());
        };
        filling.begin_again().await
    }

    /// Takes a part; what says something of a file or is the page's own is not stored here.
    pub async fn put(&mut self, part: Part) -> Result<(), Trouble> {
        match self {
            Target::Database(filling) => filling.put(part).await,
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
}

impl<D: Disk> Filling<D> {
    async fn begin_again(&mut self) -> Result<(), Trouble> {
        self.waiting.clear();
        let mut changes: Vec<Change> =
            self.notes.drain(..).map(|name| Change::Delete(Store::Meta, Key::Name(name))).collect();
        changes.push(Change::Delete(Store::Meta, manifest_key()));
        changes.extend([Store::Segments, Store::Snapshots].map(|store| Change::DeleteUpTo(store, u64::MAX)));
        (self.waiting_bytes, self.head, self.covers, self.segment_bytes) = (0, 0, 0, 0);
        Ok(self.disk.write(changes, Durability::Strict).await?)
    }

    async fn put(&mut self, part: Part) -> Result<(), Trouble> {
        let change = match part {
            Part::Head(_) | Part::Requests(_) => return Ok(()),
            // It is told anew, behind the last part.
            Part::Note(name, _) if name == SIZES => return Ok(()),
            Part::Note(name, json) => {
                self.notes.push(name.clone());
                (Store::Meta, Key::Name(name), json)
            }
            Part::Manifest(bytes) => {
                let manifest =
                    Manifest::decode(&bytes).and_then(|manifest| match manifest.covers <= COVERS_MAX {
                        true => Ok(manifest),
                        false => Err("it covers more commits than there can be".to_owned()),
                    });
                let manifest = manifest
                    .map_err(|what| Trouble::Other(format!("The snapshot's manifest is damaged: {what}.")))?;
                (self.covers, self.head) = (manifest.covers, manifest.covers);
                (Store::Meta, manifest_key(), bytes)
            }
            Part::Piece(piece, bytes) => (Store::Snapshots, chunk_key(self.covers, piece), bytes),
            Part::Segment(number, bytes) => {
                self.head = number;
                self.segment_bytes += bytes.len() as u64;
                (Store::Segments, Key::Number(number), bytes)
            }
        };
        let (store, key, bytes) = change;
        self.waiting_bytes += bytes.len();
        self.waiting.push(Change::Put(store, key, Value::Bytes(bytes)));
        if self.waiting_bytes >= BATCH_BYTES { self.flush().await } else { Ok(()) }
    }

    /// Behind the last part: all of them are durable when this returns well.
    pub async fn finish(&mut self) -> Result<(), Trouble> {
        self.waiting.push(head(self.head));
        self.waiting.push(sizes(self.covers, self.head, self.segment_bytes));
        self.flush().await
    }

    async fn flush(&mut self) -> Result<(), Trouble> {
        self.waiting_bytes = 0;
        let changes = std::mem::take(&mut self.waiting);
        let written: Result<(), Failure> = self.disk.write(changes, Durability::Strict).await;
        Ok(written?)
    }

    /// The database that was filled.
    pub fn into_disk(self) -> D {
        self.disk
    }
}

fn manifest_key() -> Key {
    Key::Name("manifest".to_owned())
}
