//! What the page asks of the list of workspaces, and of the files that hold a whole one.
//!
//! A workspace is known by its id, which never changes: its database, its lock and what the page keeps beside it bear that. What
//! people call it is its name, which can be changed.

use serde::{Deserialize, Serialize};

/// An ask. Answered by one [`super::FromWorker::Reply`] of the same id; a [`super::FromWorker::Ready`] follows where another
/// workspace is open then, or the list has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum WorkspaceAsk {
    /// All of them, those that were deleted lately too: a list of [`WorkspaceEntry`].
    List,
    /// Make one of that name, empty, and open it: [`Made`].
    Create {
        /// What it is to be called.
        name: String,
    },
    /// Call one otherwise.
    Rename {
        /// Its id.
        workspace: String,
        /// The new name.
        name: String,
    },
    /// Make a copy of all that is stored of one: [`Made`].
    Duplicate {
        /// Its id.
        workspace: String,
        /// What the copy is to be called.
        name: String,
    },
    /// Delete one so that it can be put back for a while.
    Delete {
        /// Its id.
        workspace: String,
    },
    /// Put a deleted one back: [`Made`].
    PutBack {
        /// Its id.
        workspace: String,
    },
    /// Delete a deleted one for good.
    Discard {
        /// Its id.
        workspace: String,
    },
    /// Write one into a file: [`Exported`].
    Export {
        /// Its id.
        workspace: String,
        /// What the page keeps beside it: its saved requests, as JSON.
        requests: String,
    },
    /// Make one of the file that came with this message: [`Made`].
    Import {
        /// What it is to be called where the file does not say.
        name: String,
    },
    /// Stop the file or the copy that is being made by the ask of that id: nothing is left of it.
    Stop {
        /// That ask's id.
        of: u64,
    },
}

/// A workspace on the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkspaceEntry {
    /// Its id.
    pub workspace: String,
    /// What it is called.
    pub name: String,
    /// When it was made, in milliseconds of the epoch; 0 where that is not known.
    pub made_ms: u64,
    /// What is stored of it, in bytes; none where it is in memory only or cannot be read.
    pub bytes: Option<u64>,
    /// Until when it can be put back, in milliseconds of the epoch, where it was deleted.
    pub lapses_ms: Option<u64>,
}

/// A workspace that was made, copied, put back or imported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Made {
    /// Its id.
    pub workspace: String,
    /// What it is called.
    pub name: String,
    /// What the page kept beside the one that a file was made of; empty where there was nothing.
    #[serde(default)]
    pub requests: String,
}

/// A file that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exported {
    /// Its address, which holds for a minute.
    pub url: String,
    /// Its size.
    pub bytes: u64,
}
