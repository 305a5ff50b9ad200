//! Everything that is stored of a workspace, as a file, without an engine: for when that stopped, or the journal is damaged.
//!
//! Owns the file's form: `{"workspace", "stored": [{"name", "base64"}]}`, a part as it stands in the database, its name that of its
//! store and its key ([`super::journal`] has the formats). Reads only, and runs in the page as well.

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::disk::{Disk, Key, Store};
use super::indexed::{Indexed, reason};
use super::segment::Stored;

/// The notes beside the state.
const NOTES: [&str; 5] = ["clock", "recipes", "model", "durability", "spent"];

/// The text of the file; the error is the browser's reason.
pub async fn everything(workspace: &str) -> Result<String, String> {
    let disk = Indexed::open(workspace).await?;
    let parts = parts(&disk).await.map_err(reason)?;
    Ok(format!("{}\n", json!({ "workspace": workspace, "stored": parts })))
}

/// All parts, each with its name.
async fn parts(disk: &impl Disk) -> Result<Vec<Value>, super::disk::Failure> {
    let found = disk.found().await?;
    let mut parts = Vec::new();
    let mut add = |name: String, stored: Stored| {
        parts.push(match stored {
            Stored::Bytes(bytes) => json!({ "name": name, "base64": BASE64.encode(&bytes) }),
            Stored::Unreadable(reason) => json!({ "name": name, "unreadable": reason }),
        });
    };
    if let Some(head) = found.head {
        add("meta head".to_owned(), Stored::Bytes(head.to_string().into_bytes()));
    }
    if let Some(manifest) = found.manifest {
        add("meta manifest".to_owned(), manifest);
    }
    for (covers, piece) in found.pieces {
        if let Some(stored) = disk.piece(covers, piece).await? {
            add(format!("snapshots {covers} piece {piece}"), stored);
        }
    }
    for number in found.segments {
        if let Some(stored) = disk.get(Store::Segments, &Key::Number(number)).await? {
            add(format!("segments {number}"), stored);
        }
    }
    for name in NOTES {
        if let Some(stored) = disk.get(Store::Meta, &Key::Name(name.to_owned())).await? {
            add(format!("meta {name}"), stored);
        }
    }
    for name in disk.aside().await? {
        if let Some(stored) = disk.get(Store::Aside, &Key::Name(name.clone())).await? {
            add(format!("aside {name}"), stored);
        }
    }
    Ok(parts)
}
