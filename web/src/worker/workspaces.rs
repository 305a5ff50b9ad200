//! The list of all workspaces, in a small database of its own.
//!
//! Owns the database `dynascope:workspaces`: an entry for each workspace under its id, with its name and whether it was deleted
//! and can still be put back. Knows nothing of what a workspace holds. Where the browser stores nothing, the list is as long as
//! the session.
//!
//! An entry is JSON; before there were names it was a number, the time of the first opening, and the id was the name.

use std::collections::BTreeMap;

use indexed_db_futures::database::Database;
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::database::{self, Failure};
use super::disk::Durability;

const DATABASE: &str = "dynascope:workspaces";
const NAMES: &str = "names";
const STORES: &[&str] = &[NAMES];

/// How long a deleted workspace can be put back, in milliseconds.
pub const UNDO_MS: u64 = 24 * 60 * 60 * 1000;

/// The longest name, in characters.
pub const NAME_CHARS_MAX: usize = 100;

/// A workspace on the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// What it is called.
    pub name: String,
    /// When it was made, in milliseconds of the epoch; 0 where that is not known.
    #[serde(default)]
    pub made_ms: u64,
    /// When it was deleted, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_ms: Option<u64>,
    /// It is being copied or read from a file: whoever finds it so after its session has gone removes it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unfinished: bool,
}

impl Entry {
    /// Whether it is a workspace that can be opened.
    pub fn is_there(&self) -> bool {
        self.deleted_ms.is_none() && !self.unfinished
    }

    /// Whether it is nothing any more: it can no longer be put back, or it was never finished.
    pub fn is_over(&self, now_ms: u64) -> bool {
        self.unfinished || self.lapses_ms().is_some_and(|lapses_ms| lapses_ms < now_ms)
    }

    /// Until when it can be put back.
    pub fn lapses_ms(&self) -> Option<u64> {
        self.deleted_ms.map(|deleted_ms| deleted_ms + UNDO_MS)
    }
}

/// All entries, by id.
pub type Entries = BTreeMap<String, Entry>;

/// The first of these that is free: `Orders`, `Orders 2`…
fn free(wanted: &str, taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2u64..).map(|number| format!("{wanted} {number}"));
    let mut all = std::iter::once(wanted.to_owned()).chain(numbered);
    all.find(|one| !taken(one)).unwrap_or_default()
}

/// An id for a workspace of that name; ids that nothing is known of but a number are their own names.
pub fn free_id(entries: &Entries, wanted: &str) -> String {
    free(wanted, |id| entries.contains_key(id))
}

/// The name itself where no other workspace that is there has it, or it with the first number that makes it one of its own.
pub fn free_name(entries: &Entries, wanted: &str, but: Option<&str>) -> String {
    let taken = |name: &str| {
        entries.iter().any(|(id, entry)| entry.is_there() && entry.name == name && Some(id.as_str()) != but)
    };
    free(wanted, taken)
}

/// A name as somebody typed it, without what nobody sees; the error says what is wrong with it.
pub fn checked_name(typed: &str) -> Result<String, String> {
    let name = typed.trim();
    if name.is_empty() {
        return Err("A workspace needs a name.".to_owned());
    }
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(format!("The name of a workspace has {NAME_CHARS_MAX} characters at most."));
    }
    match name.chars().any(char::is_control) {
        true => Err("The name of a workspace has no control characters.".to_owned()),
        false => Ok(name.to_owned()),
    }
}

/// The list, open.
pub struct Workspaces {
    db: Database,
    /// What hears that the browser closed it.
    ear: Option<Closure<dyn FnMut(JsValue)>>,
}

impl Workspaces {
    /// Opens the list; the error is the browser's reason for refusing.
    pub async fn open() -> Result<Workspaces, String> {
        Ok(Workspaces { db: database::open(DATABASE, 1, STORES).await?, ear: None })
    }

    /// Tells `listener` from now on when the browser closes the list.
    pub fn listen(&mut self, listener: impl Fn() + 'static) {
        let ear = Closure::<dyn FnMut(JsValue)>::new(move |_| listener());
        self.db.as_sys().set_onclose(Some(ear.as_ref().unchecked_ref()));
        self.ear = Some(ear);
    }

    /// All entries.
    pub async fn entries(&self) -> Result<Entries, Failure> {
        let transaction = database::reading(&self.db, STORES)?;
        let store = transaction.object_store(NAMES)?;
        let ids = store.get_all_keys::<String>().primitive()?.await?.collect::<Result<Vec<_>, _>>()?;
        let values = store.get_all::<JsValue>().primitive()?.await?.collect::<Result<Vec<_>, _>>()?;
        Ok(ids.into_iter().zip(values).map(|(id, value)| (id.clone(), entry(id, &value))).collect())
    }

    /// The ids of those that can be opened, sorted.
    pub async fn names(&self) -> Result<Vec<String>, Failure> {
        let entries = self.entries().await?;
        Ok(entries.into_iter().filter(|(_, entry)| entry.is_there()).map(|(id, _)| id).collect())
    }

    /// Adds a workspace that was opened, with the time of its first opening; one that is there stays as it is, and one that was
    /// deleted is put back. Says whether nothing was known of it.
    pub async fn add(&self, id: &str, now_ms: u64) -> Result<bool, Failure> {
        let entries = self.entries().await?;
        match entries.get(id) {
            Some(entry) if entry.is_there() => {}
            Some(entry) => {
                let name = free_name(&entries, &entry.name, Some(id));
                self.put(id, &Entry { name, deleted_ms: None, unfinished: false, ..entry.clone() }).await?;
            }
            None => {
                let name = free_name(&entries, id, None);
                self.put(id, &Entry { name, made_ms: now_ms, ..Entry::default() }).await?;
            }
        }
        Ok(!entries.contains_key(id))
    }

    /// Writes an entry.
    pub async fn put(&self, id: &str, entry: &Entry) -> Result<(), Failure> {
        let text = serde_json::to_string(entry).expect("an entry is plain data");
        let transaction = database::writing(&self.db, STORES, Durability::Strict)?;
        drop(transaction.object_store(NAMES)?.put(text.as_str()).with_key(id).build()?);
        database::complete(transaction).await
    }

    /// Removes an entry.
    pub async fn remove(&self, id: &str) -> Result<(), Failure> {
        let transaction = database::writing(&self.db, STORES, Durability::Strict)?;
        drop(transaction.object_store(NAMES)?.delete(id).build()?);
        database::complete(transaction).await
    }
}

/// What stands under an id.
fn entry(id: String, value: &JsValue) -> Entry {
    let read = value.as_string().and_then(|text| serde_json::from_str::<Entry>(&text).ok());
    let made_ms = value.as_f64().map_or(0, |ms| ms as u64);
    read.unwrap_or(Entry { name: id, made_ms, ..Entry::default() })
}

impl Drop for Workspaces {
    fn drop(&mut self) {
        self.db.as_sys().set_onclose(None);
        self.db.clone().close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(list: &[(&str, &str, bool)]) -> Entries {
        let one = |(id, name, deleted): &(&str, &str, bool)| {
            let deleted_ms = deleted.then_some(1);
            ((*id).to_owned(), Entry { name: (*name).to_owned(), deleted_ms, ..Entry::default() })
        };
        list.iter().map(one).collect()
    }

    #[test]
    fn an_id_is_never_given_twice_and_a_name_only_once_among_those_that_are_there() {
        let all = entries(&[("Orders", "Sales", false), ("Users", "Users", true)]);
        assert_eq!(free_id(&all, "Orders"), "Orders 2");
        assert_eq!(free_id(&all, "Users"), "Users 2", "the deleted one can still be put back");
        assert_eq!(free_name(&all, "Users", None), "Users");
        assert_eq!(free_name(&all, "Sales", None), "Sales 2");
        assert_eq!(free_name(&all, "Sales", Some("Orders")), "Sales", "its own name is not taken");
    }

    #[test]
    fn what_was_deleted_can_be_put_back_for_a_day() {
        let gone = Entry { deleted_ms: Some(1_000), ..Entry::default() };
        assert!(!gone.is_there() && !gone.is_over(1_000 + UNDO_MS) && gone.is_over(1_001 + UNDO_MS));
        let half = Entry { unfinished: true, ..Entry::default() };
        assert!(!half.is_there() && half.is_over(0));
        assert!(Entry::default().is_there() && !Entry::default().is_over(u64::MAX));
    }

    #[test]
    fn a_name_is_something_that_can_be_read() {
        assert_eq!(checked_name("  Orders review "), Ok("Orders review".to_owned()));
        assert!(checked_name(" ").is_err() && checked_name("a\u{0}b").is_err());
        assert!(checked_name(&"x".repeat(NAME_CHARS_MAX)).is_ok());
        assert!(checked_name(&"x".repeat(NAME_CHARS_MAX + 1)).is_err());
    }
}
