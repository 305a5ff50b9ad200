//! Advice: what a design and the requests on it could do better, each with its evidence.
//!
//! Owns the rules, a file for each family of them; each says what was seen in numbers, and, where that is mechanical, the change that it
//! advises. The words are the page's. Reads what a table holds ([`TableContents`]) and what requests came to ([`Requests`]); never asks
//! the engine for more, and changes nothing.
//!
//! - `requests` what the events of requests add up to
//! - `reads` scans and filters that an index would serve, sparse indexes, reads that need not be strongly consistent
//! - `indexes` what indexes hold and nobody reads, how they are written, how few keys they have
//! - `items` items and item collections that grow too large, times that never expire anything
//! - `habits` how one client asks: one request after the other, table after table
//! - `change` the change that an advice is, on a design and on access patterns; `rewrite` the texts of their requests
//!
//! Follows [best practices for designing](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/best-practices.html), at each
//! rule with its page. What is a large share is our own choice, said at each threshold.

mod change;
mod habits;
mod indexes;
mod items;
mod reads;
mod requests;
mod rewrite;

pub use change::{DesignChange, Narrower, NewIndex};
pub use requests::{Growth, Pages, Requests, Single, Strong};

use crate::api::contents::{Largest, TableContents};

/// One advice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The table.
    pub table: String,
    /// The index, where it is about one.
    pub index: Option<String>,
    /// What was seen.
    pub kind: AdviceKind,
    /// The change that can be tried on a copy, where there is one.
    pub change: Option<DesignChange>,
}

/// What was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdviceKind {
    /// Scans look at many items for few, by an attribute that can be a partition key.
    ScanForIndex {
        /// The pages that were read.
        pages: Pages,
        /// The attribute that is tested for equality.
        attribute: String,
        /// The attribute that is tested by a range beside it.
        sort: Option<String>,
        /// What has that partition key already: the table itself where it is none.
        existing: Option<Option<String>>,
    },
    /// Few items have the attribute that is looked for: an index on it would hold only those.
    SparseIndex {
        /// The pages that were read.
        pages: Pages,
        /// The attribute.
        attribute: String,
        /// So many items have it…
        having: u64,
        /// …of so many that were surveyed.
        surveyed: u64,
    },
    /// A filter throws most away that was paid for.
    FilterDrops {
        /// The pages that were read.
        pages: Pages,
        /// An attribute of the filter that a sort key can test.
        sort: Option<String>,
    },
    /// Strongly consistent reads of what nobody has just written.
    StrongReads {
        /// What was read.
        strong: Strong,
    },
    /// An index holds attributes that nobody reads there.
    OverProjection {
        /// What nobody asked for.
        unread: Vec<String>,
        /// What those take of what was surveyed, in bytes…
        unread_bytes: u64,
        /// …of so much.
        bytes: u64,
        /// How often the index was read.
        reads: u64,
    },
    /// An index is written and not read.
    UnreadIndex {
        /// How many of its entries were written…
        writes: u64,
        /// …for so much, in halves of a unit.
        half_units: u64,
        /// Requests on its table.
        requests: u64,
        /// What it holds, in bytes.
        size_bytes: u64,
    },
    /// A global index has few partition keys.
    FewIndexKeys {
        /// How many.
        keys: u64,
        /// Its entries.
        entries: u64,
        /// The one with the most.
        largest: Largest,
    },
    /// A global index has less write capacity than its table.
    IndexWriteCapacity {
        /// The index's, in units a second.
        index_units: u64,
        /// The table's.
        table_units: u64,
        /// The entries of the index…
        entries: u64,
        /// …of so many items.
        items: u64,
    },
    /// An item collection of a table with a local index is large, or grows fast.
    CollectionGrows {
        /// The largest one.
        largest: Largest,
        /// How large it may become, in bytes.
        limit_bytes: u64,
        /// How fast it grows: bytes in so many milliseconds.
        growth: Option<Growth>,
    },
    /// An item is near the largest size.
    LargeItem {
        /// The item.
        largest: Largest,
        /// How large it may be, in bytes.
        limit_bytes: u64,
    },
    /// Times that are in milliseconds never expire an item.
    TtlMilliseconds {
        /// The attribute.
        attribute: String,
        /// Items with a time in milliseconds…
        milliseconds: u64,
        /// …of so many with the attribute.
        having: u64,
    },
    /// One request of a kind after the other, which a batch would do at once.
    SingleRequests {
        /// How many.
        single: Single,
        /// Whether they write.
        writes: bool,
    },
    /// One client reads several tables in a row by the same key value: a relational design.
    Joined {
        /// The other table.
        other: String,
        /// How often.
        times: u64,
        /// Such a value.
        value: String,
    },
}

impl AdviceKind {
    /// Its name, for links and tests.
    pub fn name(&self) -> &'static str {
        match self {
            AdviceKind::ScanForIndex { .. } => "scan-for-index",
            AdviceKind::SparseIndex { .. } => "sparse-index",
            AdviceKind::FilterDrops { .. } => "filter-drops",
            AdviceKind::StrongReads { .. } => "strong-reads",
            AdviceKind::OverProjection { .. } => "over-projection",
            AdviceKind::UnreadIndex { .. } => "unread-index",
            AdviceKind::FewIndexKeys { .. } => "few-index-keys",
            AdviceKind::IndexWriteCapacity { .. } => "index-write-capacity",
            AdviceKind::CollectionGrows { .. } => "collection-grows",
            AdviceKind::LargeItem { .. } => "large-item",
            AdviceKind::TtlMilliseconds { .. } => "ttl-milliseconds",
            AdviceKind::SingleRequests { .. } => "single-requests",
            AdviceKind::Joined { .. } => "joined",
        }
    }
}

/// Whether `part` is at most so many percent of `whole`.
fn at_most(part: u64, whole: u64, percent: u64) -> bool {
    u128::from(part) * 100 <= u128::from(whole) * u128::from(percent)
}

/// What is advised on a table: what its requests show, then what it holds.
pub fn advice(contents: &TableContents, requests: &Requests) -> Vec<Advice> {
    let mut all = reads::advice(contents, requests);
    all.extend(indexes::advice(contents, requests));
    all.extend(items::advice(contents, requests));
    all.extend(habits::advice(contents, requests));
    all
}

#[cfg(test)]
mod tests;
