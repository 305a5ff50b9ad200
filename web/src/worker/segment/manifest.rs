//! A snapshot's manifest: how many pieces there are, how long they are and their checksum.
//!
//! Owns its encoding. Little-endian: `DYNM`, format (u16), 0 (u16), the segment that it covers (u64), the clock (u64), how many pieces (u32), their
//! length (u64), their CRC-32 (u32), in format 2 the image's length (u64), CRC-32 of all before (u32). The pieces one behind the other are the image of the
//! engine's state, in format 1 as they are, in format 2 each as one LZ4 block behind its unpacked length (u32).

use crc32fast::Hasher;
use lz4_flex::block::compress_prepend_size;

use super::{PACKED, PLAIN, check_head, u32_at, u64_at};

const MANIFEST_MAGIC: [u8; 4] = *b"DYNM";
const MANIFEST_LENGTH: usize = 44;
const PACKED_MANIFEST_LENGTH: usize = 52;
/// No snapshot has more bytes unpacked: more is not to be had in a browser's memory.
pub(in crate::worker) const IMAGE_MAX: u64 = 2 << 30;

/// A snapshot's description; it names the snapshot that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The snapshot holds everything up to this segment.
    pub covers: u64,
    /// The workspace's clock when it was made.
    pub now_ms: u64,
    /// In how many pieces it is stored.
    pub chunks: u32,
    /// Their length in bytes, as they are stored.
    pub length: u64,
    /// Their CRC-32.
    pub crc: u32,
    /// The length in bytes that they have unpacked; none where they are stored as they are.
    pub unpacked: Option<u64>,
}

/// A manifest that grows with the pieces of its snapshot.
#[derive(Clone, Debug)]
pub struct Describing {
    manifest: Manifest,
    hasher: Hasher,
}

impl Describing {
    /// Of a snapshot that has no piece yet. Its pieces are stored as they are.
    fn plain(covers: u64, now_ms: u64) -> Describing {
        let manifest = Manifest { covers, now_ms, chunks: 0, length: 0, crc: 0, unpacked: None };
        Describing { manifest, hasher: Hasher::new() }
    }

    /// Of a snapshot that has no piece yet. Its pieces are packed.
    pub fn packed(covers: u64, now_ms: u64) -> Describing {
        let mut describing = Describing::plain(covers, now_ms);
        describing.manifest.unpacked = Some(0);
        describing
    }

    /// Packs the next piece; its number, and its bytes as they are stored.
    pub fn pack(&mut self, piece: &[u8]) -> (u32, Vec<u8>) {
        let packed = compress_prepend_size(piece);
        *self.manifest.unpacked.get_or_insert(0) += piece.len() as u64;
        (self.add(&packed), packed)
    }

    /// Takes the next piece as it is stored; its number.
    fn add(&mut self, piece: &[u8]) -> u32 {
        self.hasher.update(piece);
        self.manifest.length += piece.len() as u64;
        self.manifest.chunks += 1;
        self.manifest.chunks - 1
    }

    /// Of all the pieces.
    pub fn manifest(&self) -> Manifest {
        Manifest { crc: self.hasher.clone().finalize(), ..self.manifest }
    }
}

impl Manifest {
    /// The description of a snapshot in pieces that are stored as they are.
    pub fn of<P: AsRef<[u8]>>(pieces: &[P], covers: u64, now_ms: u64) -> Manifest {
        let mut describing = Describing::plain(covers, now_ms);
        for piece in pieces {
            describing.add(piece.as_ref());
        }
        describing.manifest()
    }

    /// How many bytes its snapshot has, unpacked.
    pub fn image_bytes(&self) -> u64 {
        self.unpacked.unwrap_or(self.length)
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(PACKED_MANIFEST_LENGTH);
        bytes.extend(MANIFEST_MAGIC);
        bytes.extend(if self.unpacked.is_some() { PACKED } else { PLAIN }.to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(self.covers.to_le_bytes());
        bytes.extend(self.now_ms.to_le_bytes());
        bytes.extend(self.chunks.to_le_bytes());
        bytes.extend(self.length.to_le_bytes());
        bytes.extend(self.crc.to_le_bytes());
        bytes.extend(self.unpacked.into_iter().flat_map(u64::to_le_bytes));
        let crc = crc32fast::hash(&bytes);
        bytes.extend(crc.to_le_bytes());
        bytes
    }

    /// Reads a manifest; the error says what is wrong with it.
    pub fn decode(bytes: &[u8]) -> Result<Manifest, String> {
        let crc_at = bytes.len().saturating_sub(4);
        let unpacked = match check_head(bytes, MANIFEST_MAGIC, MANIFEST_LENGTH, crc_at)? {
            PACKED if bytes.len() == PACKED_MANIFEST_LENGTH => Some(u64_at(bytes, 40)),
            PLAIN if bytes.len() == MANIFEST_LENGTH => None,
            _ => return Err("its length does not match".to_owned()),
        };
        if let Some(length) = unpacked.filter(|length| *length > IMAGE_MAX) {
            return Err(format!("it would have {length} bytes unpacked, and {IMAGE_MAX} are the most"));
        }
        Ok(Manifest {
            covers: u64_at(bytes, 8),
            now_ms: u64_at(bytes, 16),
            chunks: u32_at(bytes, 24),
            length: u64_at(bytes, 28),
            crc: u32_at(bytes, 36),
            unpacked,
        })
    }
}
