//! How many bytes are stored of a workspace.
//!
//! Owns the notes in a workspace's database without which whoever lists the workspaces had to read them all: `sizes`, which the journal writes
//! with its commits, and `aside`, which it writes when it sets something aside. A database without one is read.

use serde::{Deserialize, Serialize};

use super::disk::{Change, Disk, Failure, Key, Store, Value};
use super::segment::{Behind, Manifest, Stored};

/// The names of the notes.
pub(super) const SIZES: &str = "sizes";
const ASIDE: &str = "aside";

/// How many bytes the segments have, so that whoever wants to know need not read them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// Behind the snapshot that covers so many; it says nothing where another one counts.
    covers: u64,
    /// Up to this one.
    through: u64,
    /// So many.
    bytes: u64,
}

/// The change that writes the note.
pub(super) fn sizes(covers: u64, through: u64, bytes: u64) -> Change {
    let noted = serde_json::to_vec(&Noted { covers, through, bytes }).expect("a note is plain data");
    Change::Put(Store::Meta, Key::Name(SIZES.to_owned()), Value::Bytes(noted))
}

/// The change that notes how many bytes are set aside, behind changes that set some aside; none where they do not.
pub(super) async fn noted_aside(disk: &impl Disk, changes: &[Change]) -> Result<Option<Change>, Failure> {
    let set_aside = changes.iter().filter_map(|change| match change {
        Change::Put(Store::Aside, _, value) => Some(match value {
            Value::Bytes(bytes) => bytes.len() as u64,
            Value::Number(_) | Value::Text(_) => 0,
        }),
        _ => None,
    });
    let set_aside: Vec<u64> = set_aside.collect();
    if set_aside.is_empty() {
        return Ok(None);
    }
    let all = aside_bytes(disk).await? + set_aside.iter().sum::<u64>();
    let noted = serde_json::to_vec(&all).expect("a number is plain data");
    Ok(Some(Change::Put(Store::Meta, Key::Name(ASIDE.to_owned()), Value::Bytes(noted))))
}

/// How many bytes are set aside, as it was noted; read where it was not.
async fn aside_bytes(disk: &impl Disk) -> Result<u64, Failure> {
    if let Some(Stored::Bytes(noted)) = disk.get(Store::Meta, &Key::Name(ASIDE.to_owned())).await?
        && let Ok(bytes) = serde_json::from_slice(&noted)
    {
        return Ok(bytes);
    }
    let mut bytes = 0;
    for name in disk.aside().await? {
        let aside = disk.get(Store::Aside, &Key::Name(name)).await?;
        bytes += aside.as_ref().map_or(0, Stored::length) as u64;
    }
    Ok(bytes)
}

/// How many bytes are stored of a workspace: its snapshot, its segments and what was set aside. Reads of the segments those that are
/// not noted, which are few.
pub async fn stored_bytes(disk: &impl Disk) -> Result<u64, Failure> {
    let found = disk.found().await?;
    let manifest = match &found.manifest {
        Some(Stored::Bytes(bytes)) => Manifest::decode(bytes).ok(),
        _ => None,
    };
    let covers = manifest.map_or(0, |manifest| manifest.covers);
    let noted = match disk.get(Store::Meta, &Key::Name(SIZES.to_owned())).await? {
        Some(Stored::Bytes(bytes)) => serde_json::from_slice::<Noted>(&bytes).ok(),
        _ => None,
    };
    let noted = noted.filter(|noted| noted.covers == covers);
    let (through, mut bytes) = noted.map_or((0, 0), |noted| (noted.through, noted.bytes));
    bytes += manifest.map_or(0, |manifest| manifest.length);
    let mut behind = Behind::of(disk, found.segments.into_iter().filter(|number| *number > through));
    while let Some(segments) = behind.next().await? {
        bytes += segments.iter().map(|(_, stored)| stored.length() as u64).sum::<u64>();
    }
    Ok(bytes + aside_bytes(disk).await?)
}
