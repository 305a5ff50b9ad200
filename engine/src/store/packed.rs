//! Bytes that are packed as they come.
//!
//! Owns their pieces: what has come is packed piece by piece, so that however much it is, never more than a piece is held as it
//! came or asked of the memory at once. Never says what the bytes are.

use std::io::{self, Write};

use lz4_flex::block::{compress_prepend_size, decompress_size_prepended};

use super::Damage;

/// As many bytes as are packed at once.
const PIECE_BYTES: usize = 64 << 10;

/// What is written to it, packed.
#[derive(Clone, Debug, Default)]
pub struct Packed {
    pieces: Vec<Box<[u8]>>,
    /// What has come since.
    open: Vec<u8>,
    came_bytes: usize,
}

impl Packed {
    /// These bytes, and no more.
    pub fn of(bytes: &[u8]) -> Packed {
        let mut packed = Packed::default();
        packed.append(bytes);
        packed.close();
        packed
    }

    /// Adds to it.
    pub fn append(&mut self, mut bytes: &[u8]) {
        self.came_bytes += bytes.len();
        while let Some((fitting, rest)) = bytes.split_at_checked(PIECE_BYTES - self.open.len()) {
            self.open.extend_from_slice(fitting);
            self.pack();
            bytes = rest;
        }
        self.open.extend_from_slice(bytes);
    }

    fn pack(&mut self) {
        // Copied, since what is cut short leaves a gap in memory that the next piece does not fit into.
        self.pieces.push(compress_prepend_size(&self.open).as_slice().into());
        self.open.clear();
    }

    /// Nothing more comes.
    pub fn close(&mut self) {
        if !self.open.is_empty() {
            self.pack();
        }
        self.open = Vec::new();
        self.pieces.shrink_to_fit();
    }

    /// All of it, as it came.
    pub fn read(&self) -> Result<Vec<u8>, Damage> {
        let mut bytes = Vec::with_capacity(self.came_bytes);
        for piece in &self.pieces {
            let piece = decompress_size_prepended(piece)
                .map_err(|error| Damage(format!("what was packed cannot be read: {error}")))?;
            bytes.extend_from_slice(&piece);
        }
        bytes.extend_from_slice(&self.open);
        Ok(bytes)
    }

    /// How many bytes have come.
    pub fn came_bytes(&self) -> usize {
        self.came_bytes
    }

    /// How many bytes it takes in memory.
    pub fn size_bytes(&self) -> usize {
        let pieces = self.pieces.iter().map(|piece| piece.len() + size_of::<Box<[u8]>>());
        size_of::<Packed>() + pieces.sum::<usize>() + self.open.len()
    }
}

impl Write for Packed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.append(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_reads_as_it_came(lengths in prop::collection::vec(0..3 * PIECE_BYTES, 0..8), closed: bool) {
            let mut packed = Packed::default();
            let mut came = Vec::new();
            for (number, length) in lengths.into_iter().enumerate() {
                let bytes: Vec<u8> = (0..length).map(|at| (at / 7 + number) as u8).collect();
                packed.append(&bytes);
                came.extend(bytes);
                prop_assert!(packed.open.len() < PIECE_BYTES);
            }
            if closed {
                packed.close();
                prop_assert!(packed.open.is_empty());
            }
            prop_assert_eq!(packed.came_bytes(), came.len());
            prop_assert!(packed.read() == Ok(came));
        }
    }

    #[test]
    fn what_is_broken_is_told() {
        let mut packed = Packed::of(&[7; 1_000]);
        packed.pieces[0] = packed.pieces[0][..8].into();
        assert!(packed.read().unwrap_err().0.starts_with("what was packed cannot be read"));
    }
}
