//! The names of all workspaces, in a small database of their own.
//!
//! Owns the database `dynascope:workspaces`. Knows nothing of what a workspace holds.

use indexed_db_futures::prelude::*;

use super::database::{self, Failure};

const DATABASE: &str = "dynascope:workspaces";
const NAMES: &str = "names";
const STORES: &[&str] = &[NAMES];

/// The list, open.
pub struct Workspaces {
    db: indexed_db_futures::database::Database,
}

impl Workspaces {
    /// Opens the list; the error is the browser's reason for refusing.
    pub async fn open() -> Result<Workspaces, String> {
        Ok(Workspaces { db: database::open(DATABASE, STORES).await? })
    }

    /// All names, sorted.
    pub async fn names(&self) -> Result<Vec<String>, Failure> {
        let transaction = database::reading(&self.db, STORES)?;
        let names = transaction.object_store(NAMES)?.get_all_keys::<String>().primitive()?.await?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// Adds a name, with the time of its first opening; a name that is there stays as it is.
    pub async fn add(&self, name: &str, now_ms: u64) -> Result<(), Failure> {
        if self.names().await?.iter().any(|there| there == name) {
            return Ok(());
        }
        let transaction = database::writing(&self.db, STORES)?;
        drop(transaction.object_store(NAMES)?.put(now_ms as f64).with_key(name).build()?);
        database::complete(transaction).await
    }

    /// Removes a name.
    pub async fn remove(&self, name: &str) -> Result<(), Failure> {
        let transaction = database::writing(&self.db, STORES)?;
        drop(transaction.object_store(NAMES)?.delete(name).build()?);
        database::complete(transaction).await
    }
}

impl Drop for Workspaces {
    fn drop(&mut self) {
        self.db.clone().close();
    }
}
