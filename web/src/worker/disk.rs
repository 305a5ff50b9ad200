//! What the journal needs of a database: named stores of keys and values, read at once, changed by whole transactions.
//!
//! Owns the trait and what a transaction may hold. The database of the browser implements it ([`super::indexed`]), and in the crash
//! tests one that loses, tears, reorders and doubles. A transaction happens wholly or not at all, and when [`Disk::write`] returns
//! well it has happened and, with strict durability, survives everything but the loss of the disk.

use std::future::Future;
use std::rc::Rc;

use futures_util::future::LocalBoxFuture;

use super::segment::{Found, Source, Stored};
pub use crate::protocol::Durability;

/// The stores of a workspace's database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Store {
    /// A group commit each, under its sequence number.
    Segments,
    /// Pieces of snapshots, under `covers × 65536 + piece`.
    Snapshots,
    /// The manifest, the head, and notes beside the state.
    Meta,
    /// What was found damaged, under the time it was found.
    Aside,
}

impl Store {
    /// Its name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Store::Segments => "segments",
            Store::Snapshots => "snapshots",
            Store::Meta => "meta",
            Store::Aside => "aside",
        }
    }
}

/// A key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// Up to 2⁵³, as numbers of the browser are.
    Number(u64),
    /// A name.
    Name(String),
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Bytes.
    Bytes(Vec<u8>),
    /// A number.
    Number(u64),
    /// A text.
    Text(String),
}

/// One change of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Writes under a key that must be free; otherwise the whole transaction fails with [`Failure::Taken`].
    Add(Store, Key, Value),
    /// Writes, over what is there.
    Put(Store, Key, Value),
    /// Removes what is there, if anything.
    Delete(Store, Key),
    /// Removes everything under numbers up to this one, itself included.
    DeleteUpTo(Store, u64),
}

impl Change {
    /// The store that it is in.
    pub fn store(&self) -> Store {
        match self {
            Change::Add(store, ..) | Change::Put(store, ..) | Change::Delete(store, _) => *store,
            Change::DeleteUpTo(store, _) => *store,
        }
    }
}

/// Why a transaction did not complete. Nothing of it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No room is left.
    Full,
    /// The number is taken: another tab wrote it.
    Taken,
    /// Everything that was stored is gone.
    Gone,
    /// Something else; the browser's words.
    Other(String),
}

impl Failure {
    /// The failure in a sentence or two for people.
    pub fn sentence(&self) -> String {
        match self {
            Failure::Full => "The browser has no room left for this site, so the change was not made. \
                 Delete a workspace or free some disk space, then try again."
                .to_owned(),
            Failure::Taken => "Another tab changed this workspace, so the change was not made. \
                 Reload this page to go on."
                .to_owned(),
            Failure::Gone => {
                "The browser has deleted what was stored of this workspace, so the change was not made. \
                 Everything is still here in memory; it is stored again with the next change that has room."
                    .to_owned()
            }
            Failure::Other(reason) => {
                format!("The browser could not store the change, so it was not made: {reason}")
            }
        }
    }
}

/// Makes one change, strictly durable, in a transaction of its own beside those of [`Disk::write`], which must not touch the same store meanwhile: neither
/// waits for the other. It goes on over the connection that it was asked of.
pub type Beside = Rc<dyn Fn(Change) -> LocalBoxFuture<'static, Result<(), Failure>>>;

/// A database of one workspace.
pub trait Disk: Source {
    /// What stands there, by name.
    fn found(&self) -> impl Future<Output = Result<Found, Failure>>;
    /// One value.
    fn get(&self, store: Store, key: &Key) -> impl Future<Output = Result<Option<Stored>, Failure>>;
    /// The names under which something was set aside.
    fn aside(&self) -> impl Future<Output = Result<Vec<String>, Failure>>;
    /// One transaction of all these changes.
    fn write(
        &self,
        changes: Vec<Change>,
        durability: Durability,
    ) -> impl Future<Output = Result<(), Failure>>;
    /// What writes beside that.
    fn beside(&self) -> Beside;
    /// Connects anew: a browser closes a connection for good when its disk was full, or its storage deleted.
    fn reopen(&mut self) -> impl Future<Output = Result<(), Failure>>;
}
