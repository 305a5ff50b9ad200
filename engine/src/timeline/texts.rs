//! The texts that were written already, found again by their hash.
//!
//! Owns where they stand in the bytes that are written. Nothing here is ever gone through in the order of the hashes, and none is kept.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

/// Texts by their number, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    /// Where each begins and ends in the bytes.
    places: Vec<(u32, u32)>,
    /// Their numbers from 1, at their hashes or behind; 0 where none is. A power of two of them, at most half of them taken.
    slots: Vec<u32>,
}

impl Texts {
    /// The number of a text among those that stand in these bytes; else the free slot for it, which [`Texts::add`] takes.
    pub fn find(&mut self, bytes: &[u8], text: &str) -> Result<u32, usize> {
        if self.slots.len() < 2 * (self.places.len() + 1) {
            self.grow(bytes);
        }
        let mut at = self.first(text.as_bytes());
        loop {
            let Some(number) = self.slots[at].checked_sub(1) else { return Err(at) };
            let (from, to) = self.places[number as usize];
            if &bytes[from as usize..to as usize] == text.as_bytes() {
                return Ok(number);
            }
            at = self.next(at);
        }
    }

    /// A text stands there from now on.
    pub fn add(&mut self, slot: usize, from: usize, to: usize) {
        self.places.push((from as u32, to as u32));
        self.slots[slot] = self.places.len() as u32;
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    fn first(&self, text: &[u8]) -> usize {
        let mut hasher = FixedState::default().build_hasher();
        hasher.write(text);
        hasher.finish() as usize & (self.slots.len() - 1)
    }

    fn next(&self, at: usize) -> usize {
        (at + 1) & (self.slots.len() - 1)
    }

    fn grow(&mut self, bytes: &[u8]) {
        self.slots = vec![0; (self.slots.len() * 2).max(32)];
        for number in 0..self.places.len() {
            let (from, to) = self.places[number];
            let mut at = self.first(&bytes[from as usize..to as usize]);
            while self.slots[at] != 0 {
                at = self.next(at);
            }
            self.slots[at] = number as u32 + 1;
        }
    }
}
