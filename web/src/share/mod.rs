//! What leaves a workspace and comes back: design documents, links, files of items.
//!
//! Pure: text in, values out. Never sends a request: it says which requests make a document real
//! ([`load::steps`]), the page sends them.
//!
//! - `document` the design document: tables, items and saved requests as DynamoDB's own JSON
//! - `link` a document in a link's fragment
//! - `load` a document as requests, and a document out of what DescribeTable and Scan answered
//! - `import`, `export` items from and to files, `csv` those of that form, `batch` several files chosen together
//! - `percent` how an address writes what it holds
//! - `archive` a whole workspace in one file

pub mod archive;
pub mod batch;
pub mod csv;
pub mod document;
pub mod export;
pub mod import;
pub mod link;
pub mod load;
pub mod percent;

pub use document::{Document, SavedRequest, SentRequest};

/// Why a document, a link or a file cannot be read. `Display` says it to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShareError {
    /// The text is no Dynascope link.
    NotALink,
    /// The link's end is missing, or it was changed on its way.
    Damaged,
    /// A newer Dynascope made it.
    Newer {
        /// Its version.
        version: String,
    },
    /// It is larger than what can be shared so.
    TooLarge {
        /// The limit, in bytes.
        limit_bytes: usize,
    },
    /// Its JSON is nested too deeply.
    TooDeep,
    /// It is JSON, but no design document, or no JSON; and where.
    Malformed(String),
}

impl std::fmt::Display for ShareError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ShareError::NotALink => {
                f.write_str("This is not a Dynascope link: it has no part that starts with #d=.")
            }
            ShareError::Damaged => {
                f.write_str("The link is cut off or was changed on its way. Ask for it again, or for a file.")
            }
            ShareError::Newer { version } => write!(
                f,
                "This was made by a newer Dynascope (format {version}). Reload the page to get the newest version."
            ),
            ShareError::TooLarge { limit_bytes } => write!(
                f,
                "This is larger than {} MB, the most that can be shared so. Share fewer items, or a file.",
                limit_bytes / 1_000_000
            ),
            ShareError::TooDeep => f.write_str("The document is nested too deeply."),
            ShareError::Malformed(reason) => write!(f, "The document cannot be read: {reason}"),
        }
    }
}

impl std::error::Error for ShareError {}
