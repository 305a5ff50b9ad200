//! A whole workspace in one file, `NAME.dynascope`.
//!
//! Owns the file's form, its limits, and the order of what is in it. Pure: where the bytes come from and how they are packed is
//! the worker's. Nothing here reads a journal's record: the parts are what [`crate::worker::segment`] describes, byte for byte as
//! the browser stored them, with their own checksums, and a reader of the file checks them the way an opening does.
//!
//! # The form
//!
//! Little-endian throughout. The file begins with `DYNF`, the format (u16) and 0 (u16). Then follow frames, each of a head of 24
//! bytes and its body:
//!
//! | bytes | what |
//! |---|---|
//! | 0 | the kind, a letter (see below) |
//! | 1 | how the body is packed: 0 as it is, 1 deflate ([RFC 1951](https://www.rfc-editor.org/rfc/rfc1951)) |
//! | 2–3 | 0 |
//! | 4–11 | the number |
//! | 12–15 | the body's length unpacked |
//! | 16–19 | the body's length in the file |
//! | 20–23 | CRC-32 of the 20 bytes before and of the body as it stands in the file |
//!
//! In this order: one `H`, the head, JSON (`{"name": …, "exportedMs": …}`); one `N` for each note that is kept beside the state,
//! JSON, behind its name's length (u8) and its name; one `Q` where the page keeps saved requests, JSON; one `M`, the manifest of
//! the snapshot, where there is one, and its pieces `P`, numbered from 0; the segments `S`, each under its sequence number; one
//! `E`, whose number is the count of all frames before it and whose body is the CRC-32 of their checksums (u32 each, in order), so
//! that no frame can be missing. Nothing stands behind it.
//!
//! What the browser set aside as damaged is not in the file. Format 1 is the first.

use crc32fast::Hasher;
use serde::{Deserialize, Serialize};

/// The format that this version writes, and the newest that it reads.
pub const FORMAT: u16 = 1;
/// How long the file's beginning is.
pub const START_BYTES: usize = 8;
/// How long a frame's head is.
pub const HEAD_BYTES: usize = 24;
/// The largest file, in bytes.
pub const FILE_BYTES_MAX: u64 = 2 << 30;
/// The most that all of a file's frames unpack to, in bytes.
pub const UNPACKED_BYTES_MAX: u64 = 2 << 30;
/// The largest frame, unpacked: a group commit may hold a large batch.
pub const FRAME_BYTES_MAX: u32 = 128 << 20;
/// The largest head, note and list of saved requests, unpacked.
pub const NOTE_BYTES_MAX: u32 = 16 << 20;
/// The most frames.
const FRAMES_MAX: u64 = 1 << 20;
/// The longest name of a note.
const NOTE_NAME_MAX: usize = 32;

const MAGIC: [u8; 4] = *b"DYNF";

/// What the file says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Head {
    /// What the workspace was called.
    #[serde(default)]
    pub name: String,
    /// When the file was made, in milliseconds of the epoch.
    #[serde(default)]
    pub exported_ms: u64,
}

/// A part of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// What the file says of itself.
    Head(Head),
    /// What is kept beside the state under that name, as JSON.
    Note(String, Vec<u8>),
    /// The page's saved requests, as JSON.
    Requests(String),
    /// The manifest of the snapshot.
    Manifest(Vec<u8>),
    /// A piece of the snapshot.
    Piece(u32, Vec<u8>),
    /// A segment.
    Segment(u64, Vec<u8>),
}

/// Why a file cannot be read. `Display` says it to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It does not begin as one.
    NotOne,
    /// A newer Dynascope made it, in that format.
    Newer(u16),
    /// It ends before its end.
    CutOff,
    /// It was changed, or is out of order; what is wrong with it.
    Damaged(&'static str),
    /// It is, or unpacks to, more than is read.
    TooLarge,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fault::NotOne => {
                f.write_str("This is not a file of a workspace: those begin with DYNF and end in .dynascope.")
            }
            Fault::Newer(format) => write!(
                f,
                "This file was made by a newer Dynascope (format {format}). Reload the page to get the newest version."
            ),
            Fault::CutOff => f.write_str("The file is cut off: its end is missing."),
            Fault::Damaged(what) => write!(f, "The file is damaged: {what}."),
            Fault::TooLarge => f.write_str("The file holds more than a workspace can have here (2 GB)."),
        }
    }
}

/// A frame's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    kind: u8,
    /// Whether the body is packed.
    pub packed: bool,
    number: u64,
    /// The body's length unpacked.
    pub length: u32,
    /// The body's length in the file.
    pub stored: u32,
    crc: u32,
    head: [u8; 20],
}

/// The beginning of a file.
pub fn start() -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(FORMAT.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

/// Writes frames, and counts them for the last one.
#[derive(Debug, Default)]
pub struct Writer {
    frames: u64,
    crcs: Hasher,
}

impl Writer {
    /// A frame of a part, whose body `pack` may have packed.
    pub fn frame(&mut self, part: &Part, packed: Option<Vec<u8>>) -> Vec<u8> {
        let (kind, number) = kind_of(part);
        let body = body_of(part);
        let length = body.len();
        match packed.filter(|packed| packed.len() < length) {
            Some(packed) => self.encode(kind, true, number, length, &packed),
            None => self.encode(kind, false, number, length, &body),
        }
    }

    /// The last frame.
    pub fn end(mut self) -> Vec<u8> {
        let crc = std::mem::take(&mut self.crcs).finalize();
        let frames = self.frames;
        self.encode(b'E', false, frames, 4, &crc.to_le_bytes())
    }

    fn encode(&mut self, kind: u8, packed: bool, number: u64, length: usize, stored: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD_BYTES + stored.len());
        bytes.extend([kind, u8::from(packed), 0, 0]);
        bytes.extend(number.to_le_bytes());
        bytes.extend(u32::try_from(length).expect("a part is below 4 GB").to_le_bytes());
        bytes.extend((stored.len() as u32).to_le_bytes());
        let crc = crc_of(&bytes, stored);
        bytes.extend(crc.to_le_bytes());
        bytes.extend(stored);
        self.frames += 1;
        self.crcs.update(&crc.to_le_bytes());
        bytes
    }
}

fn kind_of(part: &Part) -> (u8, u64) {
    match part {
        Part::Head(_) => (b'H', 0),
        Part::Note(..) => (b'N', 0),
        Part::Requests(_) => (b'Q', 0),
        Part::Manifest(_) => (b'M', 0),
        Part::Piece(number, _) => (b'P', u64::from(*number)),
        Part::Segment(number, _) => (b'S', *number),
    }
}

/// A part's body, unpacked.
pub fn body_of(part: &Part) -> Vec<u8> {
    match part {
        Part::Head(head) => serde_json::to_vec(head).expect("a head is plain data"),
        Part::Note(name, json) => {
            let mut body = vec![name.len() as u8];
            body.extend(name.as_bytes());
            body.extend(json);
            body
        }
        Part::Requests(text) => text.clone().into_bytes(),
        Part::Manifest(bytes) | Part::Piece(_, bytes) | Part::Segment(_, bytes) => bytes.clone(),
    }
}

fn crc_of(head: &[u8], stored: &[u8]) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(head);
    hasher.update(stored);
    hasher.finalize()
}

/// Reads frames in their order, with an eye on the limits.
#[derive(Debug, Default)]
pub struct Reader {
    frames: u64,
    crcs: Hasher,
    unpacked: u64,
    /// How far the order has come: the place of the last kind in it.
    stage: usize,
    /// The number that the next piece has; the segment before.
    next: u64,
    segment: Option<u64>,
    ended: bool,
}

/// The kinds in their order, and which of them come once at most.
const ORDER: [(u8, bool); 7] =
    [(b'H', true), (b'N', false), (b'Q', true), (b'M', true), (b'P', false), (b'S', false), (b'E', true)];

impl Reader {
    /// Reads a file's beginning.
    pub fn begin(start: &[u8]) -> Result<Reader, Fault> {
        if !start.starts_with(&MAGIC) {
            return Err(Fault::NotOne);
        }
        let Some(&[low, high, 0, 0]) = start.get(4..START_BYTES) else { return Err(Fault::CutOff) };
        match u16::from_le_bytes([low, high]) {
            FORMAT => Ok(Reader::default()),
            0 => Err(Fault::Damaged("its format is not known")),
            newer => Err(Fault::Newer(newer)),
        }
    }

    /// Reads a frame's head, before anything of its body is in memory.
    pub fn head(&mut self, head: &[u8]) -> Result<Frame, Fault> {
        let head: &[u8; HEAD_BYTES] = head.try_into().map_err(|_| Fault::CutOff)?;
        let u32_at = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let number = u64::from(u32_at(4)) | u64::from(u32_at(8)) << 32;
        let frame = Frame {
            kind: head[0],
            packed: head[1] == 1,
            number,
            length: u32_at(12),
            stored: u32_at(16),
            crc: u32_at(20),
            head: head[..20].try_into().expect("20 bytes"),
        };
        if head[1] > 1 || head[2..4] != [0, 0] {
            return Err(Fault::Damaged("a part of it is packed in a way that is not known"));
        }
        self.order(&frame)?;
        let most = if matches!(frame.kind, b'H' | b'N' | b'Q') { NOTE_BYTES_MAX } else { FRAME_BYTES_MAX };
        self.unpacked += u64::from(frame.length);
        if frame.length > most || frame.stored > frame.length || self.unpacked > UNPACKED_BYTES_MAX {
            return Err(Fault::TooLarge);
        }
        self.frames += 1;
        if self.frames > FRAMES_MAX {
            return Err(Fault::TooLarge);
        }
        Ok(frame)
    }

    fn order(&mut self, frame: &Frame) -> Result<(), Fault> {
        let wrong = Err(Fault::Damaged("its parts are not in their order"));
        if self.ended {
            return Err(Fault::Damaged("something stands behind its end"));
        }
        let Some(stage) = ORDER.iter().position(|(kind, _)| *kind == frame.kind) else { return wrong };
        let again = stage == self.stage && self.frames > 0;
        if stage < self.stage || (again && ORDER[stage].1) || (self.frames == 0 && stage != 0) {
            return wrong;
        }
        let follows = match frame.kind {
            // Pieces belong to a manifest.
            b'P' => {
                let has_manifest = ORDER[self.stage].0 == b'M' || ORDER[self.stage].0 == b'P';
                has_manifest && std::mem::replace(&mut self.next, frame.number + 1) == frame.number
            }
            b'S' => {
                let before = self.segment.replace(frame.number);
                frame.number > 0 && before.is_none_or(|before| before.checked_add(1) == Some(frame.number))
            }
            b'E' => frame.number == self.frames,
            _ => frame.number == 0,
        };
        self.stage = stage;
        if follows { Ok(()) } else { wrong }
    }

    /// Checks a frame's body as it stands in the file.
    pub fn check(&mut self, frame: &Frame, stored: &[u8]) -> Result<(), Fault> {
        if stored.len() != frame.stored as usize {
            return Err(Fault::CutOff);
        }
        if crc_of(&frame.head, stored) != frame.crc {
            return Err(Fault::Damaged("a checksum does not match"));
        }
        if !frame.packed && frame.stored != frame.length {
            return Err(Fault::Damaged("a length does not match"));
        }
        Ok(())
    }

    /// The part of a frame whose body was checked and unpacked; none at the end.
    pub fn part(&mut self, frame: &Frame, body: Vec<u8>) -> Result<Option<Part>, Fault> {
        if body.len() != frame.length as usize {
            return Err(Fault::Damaged("a length does not match"));
        }
        let text =
            |body: Vec<u8>| String::from_utf8(body).map_err(|_| Fault::Damaged("a text of it is no text"));
        let part = match frame.kind {
            b'H' => {
                let head = serde_json::from_slice(&body);
                Part::Head(head.map_err(|_| Fault::Damaged("its head cannot be read"))?)
            }
            b'N' => {
                let (name, json) = note(&body).ok_or(Fault::Damaged("a note of it cannot be read"))?;
                Part::Note(name, json)
            }
            b'Q' => Part::Requests(text(body)?),
            b'M' => Part::Manifest(body),
            b'P' => {
                let number = u32::try_from(frame.number);
                Part::Piece(number.map_err(|_| Fault::TooLarge)?, body)
            }
            b'S' => Part::Segment(frame.number, body),
            _ => {
                let crc = std::mem::take(&mut self.crcs).finalize();
                self.ended = true;
                return match body == crc.to_le_bytes() {
                    true => Ok(None),
                    false => Err(Fault::Damaged("a part of it is missing")),
                };
            }
        };
        self.crcs.update(&frame.crc.to_le_bytes());
        Ok(Some(part))
    }
}

/// A note's name, of small letters only, and what is noted.
fn note(body: &[u8]) -> Option<(String, Vec<u8>)> {
    let (length, rest) = body.split_first()?;
    let (name, json) = rest.split_at_checked(usize::from(*length))?;
    let good = (1..=NOTE_NAME_MAX).contains(&name.len()) && name.iter().all(u8::is_ascii_lowercase);
    // What the journal keeps under these names is not for a file to say.
    let own = matches!(name, b"manifest" | b"head");
    (good && !own).then(|| (String::from_utf8_lossy(name).into_owned(), json.to_vec()))
}

/// All parts of a file that is in memory; `unpack` gets a packed body and the length that it must have.
pub fn read_all(file: &[u8], unpack: impl Fn(&[u8], usize) -> Option<Vec<u8>>) -> Result<Vec<Part>, Fault> {
    let (start, mut rest) = file.split_at_checked(START_BYTES).ok_or(Fault::NotOne)?;
    let mut reader = Reader::begin(start)?;
    let mut parts = Vec::new();
    loop {
        let (head, behind) = rest.split_at_checked(HEAD_BYTES).ok_or(Fault::CutOff)?;
        let frame = reader.head(head)?;
        let (stored, behind) = behind.split_at_checked(frame.stored as usize).ok_or(Fault::CutOff)?;
        reader.check(&frame, stored)?;
        let body = match frame.packed {
            true => {
                unpack(stored, frame.length as usize).ok_or(Fault::Damaged("a part cannot be unpacked"))?
            }
            false => stored.to_vec(),
        };
        rest = behind;
        match reader.part(&frame, body)? {
            Some(part) => parts.push(part),
            None if rest.is_empty() => return Ok(parts),
            None => return Err(Fault::Damaged("something stands behind its end")),
        }
    }
}

#[cfg(test)]
mod tests;
