//! A snapshot on its way into the database, piece by piece.
//!
//! Owns that its pieces are written beside the commits: they are in a store that no commit touches, and nothing reads them before
//! [`super::journal::Journal::switch_to`]. Where one fails, or the tab ends, what is there of them is cleared away at the next opening.

use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, ready};

use super::disk::{Beside, Change, Failure, Store, Value};
use super::journal::{CHUNKS_MAX, chunk_key};
use super::segment::{Describing, IMAGE_MAX, Manifest, PIECE_MAX};

/// A snapshot that does not count yet.
pub struct Snapshot {
    describing: Describing,
    covered_bytes: u64,
    piece_bytes: usize,
    beside: Beside,
}

impl Snapshot {
    /// A snapshot of everything up to a segment, that one included: the segments up to there have so many bytes.
    pub(super) fn begin(
        covers: u64,
        now_ms: u64,
        covered_bytes: u64,
        piece_bytes: usize,
        beside: Beside,
    ) -> Snapshot {
        Snapshot { describing: Describing::packed(covers, now_ms), covered_bytes, piece_bytes, beside }
    }

    /// About how large a piece is, in bytes, unpacked.
    pub fn piece_bytes(&self) -> usize {
        self.piece_bytes
    }

    /// Writes the next piece, behind the one before; when that ends well it is strictly durable.
    pub fn write(&mut self, piece: Vec<u8>) -> LocalBoxFuture<'static, Result<(), Failure>> {
        match self.next(piece) {
            Ok(change) => (self.beside)(change),
            Err(failure) => ready(Err(failure)).boxed_local(),
        }
    }

    /// The change that writes the next piece.
    pub(super) fn next(&mut self, piece: Vec<u8>) -> Result<Change, Failure> {
        let (number, packed) = self.describing.pack(&piece);
        let manifest = self.describing.manifest();
        // What no reader would take must not be written, and the segments it covers be removed.
        if u64::from(number) >= CHUNKS_MAX || piece.len() > PIECE_MAX || manifest.image_bytes() > IMAGE_MAX {
            return Err(Failure::Other("the snapshot is too large".to_owned()));
        }
        let key = chunk_key(manifest.covers, number);
        Ok(Change::Put(Store::Snapshots, key, Value::Bytes(packed)))
    }

    /// How many bytes the segments have that it covers.
    pub(super) fn covered_bytes(&self) -> u64 {
        self.covered_bytes
    }

    /// What describes it.
    pub(super) fn manifest(&self) -> Manifest {
        self.describing.manifest()
    }
}
