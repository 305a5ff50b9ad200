//! What is stored of a workspace, part by part, read out of its database.
//!
//! Owns the way from a database to the parts of [`crate::share::archive`], with no more than a part in memory at once; the way back is
//! [`super::filling`]'s. A copy of a workspace and its file are made of the same parts. Never builds a world of them:
//! [`super::checking`] does, and checks them all.

use std::collections::VecDeque;

use engine::world::World;
use indexed_db_futures::KeyRange;
use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::*;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};

use super::database::{self, Failure};
use super::indexed::{Indexed, META, SEGMENTS, SNAPSHOTS, STORES, chunk_key};
use super::journal::{CHUNK_BYTES, DATABASE_VERSION, database_name};
use super::segment::Manifest;
use super::sized::{self, SIZES};
use crate::share::archive::Part;

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
        Trouble::Other(match failure {
            Failure::Full => "The browser has no room left for this site, so nothing was made. Delete a workspace or free some \
                 disk space, then try again."
                .to_owned(),
            other => other.sentence(),
        })
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
        let db = database::open(&database_name(workspace), DATABASE_VERSION, STORES)
            .await
            .map_err(Trouble::Other)?;
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
        let bytes = read(db, store, key).await?.ok_or(Trouble::Changed)?;
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

async fn read(db: &Database, store: &str, key: f64) -> Result<Option<Vec<u8>>, Failure> {
    let transaction = database::reading(db, &[store])?;
    let value = transaction.object_store(store)?.get::<JsValue, f64, _>(key).primitive()?.await?;
    Ok(value.and_then(|value| value.dyn_into().ok()).map(|bytes: Uint8Array| database::taken(&bytes)))
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
                // A copy has its own.
                SIZES => {}
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

/// How many bytes are stored under that id.
pub async fn stored_bytes(workspace: &str) -> Result<u64, Failure> {
    let disk = Indexed::open(workspace).await.map_err(Failure::Other)?;
    sized::stored_bytes(&disk).await
}
