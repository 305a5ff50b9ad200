//! Events in few bytes: how the ring keeps them and how the worker hands them to the page.
//!
//! Owns the form. An event is what differs from the one before it (its number, its time, its request) and what happened; a text is
//! written once and named by its number from then on. There is no version in it, for it is never stored: whoever writes it and
//! whoever reads it are of one build. The JSON of an event, which is what people see and export, is [`super::event`]'s.
//!
//! An event: a byte of [`flags`], then what these announce: the number (the zigzag distance from the one that was to be expected), the time and
//! the request (both as the zigzag distance from the event before), the region's text; then its kind, as [`write`] has it.

mod read;
mod write;

use serde::{Deserialize, Serialize};

use super::event::{Event, EventKind};
use read::Reader;
use write::Writer;

/// What is no packed event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("these are no packed events")
    }
}

impl std::error::Error for Broken {}

/// What stands in an event before its kind.
mod flags {
    /// The number is not the one behind the last.
    pub const NUMBER: u8 = 1;
    /// The time is another than the last.
    pub const TIME: u8 = 2;
    /// It belongs to a request…
    pub const OF_REQUEST: u8 = 4;
    /// …and that is another than the last that was named.
    pub const REQUEST: u8 = 8;
    /// It happened in another region.
    pub const REGION: u8 = 16;
}

fn zigzag(value: u64, before: u64) -> u64 {
    let distance = value.wrapping_sub(before) as i64;
    ((distance << 1) ^ (distance >> 63)) as u64
}

fn unzigzag(distance: u64, before: u64) -> u64 {
    before.wrapping_add((distance >> 1) ^ (distance & 1).wrapping_neg())
}

/// The event before.
#[derive(Clone, Copy, Debug, Default)]
struct Last {
    id: u64,
    at_ms: u64,
    request: u64,
}

/// Events that are packed one by one.
#[derive(Clone, Debug, Default)]
pub struct Packer {
    last: Last,
    writer: Writer,
}

impl Packer {
    /// Packs one more.
    pub fn push(&mut self, event: &Event) {
        let Last { id, at_ms, request } = self.last;
        let number = zigzag(event.id, id.wrapping_add(1));
        let time = zigzag(event.at_ms, at_ms);
        let of = event.request.map(|of| zigzag(of, request));
        let flag = |there: bool, flag: u8| if there { flag } else { 0 };
        self.writer.byte(
            flag(number != 0, flags::NUMBER)
                | flag(time != 0, flags::TIME)
                | flag(of.is_some(), flags::OF_REQUEST)
                | flag(of.is_some_and(|of| of != 0), flags::REQUEST)
                | flag(event.region.is_some(), flags::REGION),
        );
        for distance in [number, time, of.unwrap_or(0)] {
            if distance != 0 {
                self.writer.number(distance);
            }
        }
        if let Some(region) = &event.region {
            self.writer.text(region);
        }
        event.kind.serialize(&mut self.writer).expect("every kind of event can be packed");
        self.last = Last { id: event.id, at_ms: event.at_ms, request: event.request.unwrap_or(request) };
    }

    /// All of them, packed.
    pub fn bytes(&self) -> &[u8] {
        self.writer.bytes()
    }

    /// All of them, packed, alone.
    pub fn into_bytes(self) -> Vec<u8> {
        self.writer.into_bytes()
    }
}

/// Packs events.
pub fn pack(events: &[Event]) -> Vec<u8> {
    let mut packer = Packer::default();
    events.iter().for_each(|event| packer.push(event));
    packer.into_bytes()
}

/// The events that were packed into these bytes.
pub fn unpack(bytes: &[u8]) -> Result<Vec<Event>, Broken> {
    let mut reader = Reader::new(bytes);
    let (mut events, mut last) = (Vec::new(), Last::default());
    while let Some(flag) = reader.next_byte() {
        let mut distance = |there: u8| if flag & there != 0 { reader.number() } else { Ok(0) };
        let id = unzigzag(distance(flags::NUMBER)?, last.id.wrapping_add(1));
        let at_ms = unzigzag(distance(flags::TIME)?, last.at_ms);
        let of = unzigzag(distance(flags::REQUEST)?, last.request);
        let request = (flag & flags::OF_REQUEST != 0).then_some(of);
        let region = match flag & flags::REGION {
            0 => None,
            _ => Some(reader.text()?.to_owned()),
        };
        let kind = EventKind::deserialize(&mut reader)?;
        last = Last { id, at_ms, request: request.unwrap_or(last.request) };
        events.push(Event { id, at_ms, request, region, kind });
    }
    Ok(events)
}

#[cfg(test)]
mod tests;
