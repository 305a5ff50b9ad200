//! A chunk of the [`super::Ring`]: so many events, packed, and the numbers beside them.
//!
//! Owns the bytes of a chunk. Never looks for anything: the ring does.

use super::event::Event;
use super::names::{PartitionId, RequestId};
use super::pack::{Packer, unpack};

/// No string.
pub(super) const NONE: u16 = u16::MAX;

/// What the track counts an event as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    Read,
    Write,
    Throttle,
    Other,
}

/// The numbers of one event; strings by their place in the chunk's list, [`NONE`] where there is none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub id: u64,
    pub at_ms: u64,
    /// 0 for what belongs to no request.
    pub request: RequestId,
    /// 0 for what happened at none.
    pub partition: PartitionId,
    pub kind: u16,
    pub operation: u16,
    pub table: u16,
    pub key: u16,
    /// 0 for none.
    pub client: u16,
    pub nature: Nature,
}

/// A chunk that is full.
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    heads: Box<[Head]>,
    strings: Box<[Box<str>]>,
    body: Box<[u8]>,
}

impl Chunk {
    /// A chunk of these events.
    pub fn seal(events: Packer, heads: Vec<Head>, strings: Vec<Box<str>>) -> Chunk {
        // Copied, since what is cut short leaves a gap in memory that the next chunk does not fit into.
        let body = events.into_bytes().as_slice().into();
        Chunk { heads: heads.into(), strings: strings.into(), body }
    }

    pub fn heads(&self) -> &[Head] {
        &self.heads
    }

    pub fn strings(&self) -> &[Box<str>] {
        &self.strings
    }

    /// The events again.
    pub fn events(&self) -> Vec<Event> {
        unpack(&self.body).expect("what was packed here can be unpacked")
    }

    /// What it takes in memory.
    pub fn size_bytes(&self) -> usize {
        let strings: usize = self.strings.iter().map(|text| text.len() + size_of::<Box<str>>()).sum();
        self.heads.len() * size_of::<Head>() + strings + self.body.len() + size_of::<Chunk>()
    }
}
