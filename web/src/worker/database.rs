//! IndexedDB, as little of it as is needed: transactions whose completion is awaited, and errors told apart.
//!
//! Owns the way in which transactions are made and how their failures are read. Knows no journal.
//!
//! A put's success is not durability: only the transaction's `complete` event is, and only with strict
//! durability, since Chrome's default is "relaxed".

use indexed_db_futures::database::Database;
use indexed_db_futures::error::{Error, OpenDbError};
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{
    Transaction, TransactionDurability, TransactionMode, TransactionOptions,
};
use wasm_bindgen::{JsCast, JsValue};

use super::disk::Durability;
pub use super::disk::Failure;

/// Why the browser refused, by the name and the words of its exception.
pub(super) fn of_exception(name: &str, message: String) -> Failure {
    match name {
        "QuotaExceededError" => Failure::Full,
        "ConstraintError" => Failure::Taken,
        // Chromium's words where the disk, not the quota, is full.
        _ if message.contains("NO_SPACE") => Failure::Full,
        _ => Failure::Other(if message.is_empty() { name.to_owned() } else { message }),
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        match error {
            Error::DomException(exception) => {
                let exception: web_sys::DomException = exception.into();
                of_exception(&exception.name(), exception.message())
            }
            other => Failure::Other(other.to_string()),
        }
    }
}

/// Why a database of a newer version is not opened.
const NEWER: &str = "a newer version of Dynascope has written what is stored here, and it stays as it is. Reload the page to get that version.";

/// Opens a database of that version, with the stores that it lacks made. One of a newer version is refused.
pub async fn open(name: &str, version: u8, stores: &'static [&'static str]) -> Result<Database, String> {
    let request = Database::open(name)
        .with_version(version)
        .with_on_upgrade_needed(move |_, db| {
            let there: Vec<String> = db.object_store_names().collect();
            for store in stores.iter().filter(|store| !there.iter().any(|name| name == *store)) {
                db.create_object_store(*store).build()?;
            }
            Ok(())
        })
        .build()
        .map_err(refusal)?;
    request.await.map_err(refusal)
}

/// Deletes a database.
pub async fn delete(name: &str) -> Result<(), String> {
    Database::delete_by_name(name).map_err(refusal)?.await.map_err(|error| error.to_string())
}

fn refusal(error: OpenDbError) -> String {
    match error {
        OpenDbError::UnsupportedEnvironment | OpenDbError::NullFactory => {
            "this browser offers no storage here".to_owned()
        }
        OpenDbError::Base(Error::DomException(exception)) if exception.name() == "VersionError" => {
            NEWER.to_owned()
        }
        OpenDbError::Base(Error::DomException(exception)) => exception.message(),
        other => other.to_string(),
    }
}

/// A transaction that only reads.
pub fn reading<'a>(db: &'a Database, stores: &[&str]) -> Result<Transaction<'a>, Failure> {
    Ok(db.transaction(stores).with_mode(TransactionMode::Readonly).build()?)
}

/// A transaction that writes; dropped, it is taken back.
pub fn writing<'a>(
    db: &'a Database,
    stores: &[&str],
    durability: Durability,
) -> Result<Transaction<'a>, Failure> {
    let durability = match durability {
        Durability::Strict => TransactionDurability::Strict,
        Durability::Relaxed => TransactionDurability::Relaxed,
    };
    let options = TransactionOptions::new().with_durability(durability);
    Ok(db.transaction(stores).with_mode(TransactionMode::Readwrite).with_options(options).build()?)
}

/// Commits and waits for the `complete` event.
pub async fn complete(transaction: Transaction<'_>) -> Result<(), Failure> {
    let own: web_sys::IdbTransaction = transaction.as_sys().clone().unchecked_into();
    let Err(error) = transaction.commit().await else { return Ok(()) };
    // An abort's cause, the quota's above all, stands in the transaction, not in a request.
    match own.error() {
        Some(exception) => Err(of_exception(&exception.name(), exception.message())),
        None => Err(error.into()),
    }
}

/// Bytes as a value to store.
pub fn value(bytes: &[u8]) -> JsValue {
    js_sys::Uint8Array::from(bytes).into()
}

/// The bytes of a value that was read. Its own are let go of at once: what is read behind one another at an opening is as much as the
/// workspace has stored, and the browser collects it seconds later. A browser without `transfer` collects it then.
pub fn taken(value: &js_sys::Uint8Array) -> Vec<u8> {
    let bytes = value.to_vec();
    drop(value.buffer().transfer_with_length(0));
    bytes
}
