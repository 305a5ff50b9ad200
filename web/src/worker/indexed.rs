//! A workspace's database in the browser: [`Disk`] over IndexedDB.
//!
//! Owns the connection, and what is told when the browser closes it or somebody else wants the database. Decides nothing: that is
//! [`super::journal`]'s.

use std::rc::Rc;

use futures_util::FutureExt;
use indexed_db_futures::KeyRange;
use indexed_db_futures::database::Database;
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{IdbVersionChangeEvent, js_sys};

use super::database::{self, reading};
use super::disk::{Beside, Change, Disk, Durability, Failure, Key, Store};
use super::journal::{CHUNKS_MAX, DATABASE_VERSION, Journal, Sizes, database_name};
use super::segment::{Found, Source, Stored};
use super::writer::Writer;

pub(super) const SEGMENTS: &str = Store::Segments.name();
pub(super) const SNAPSHOTS: &str = Store::Snapshots.name();
pub(super) const META: &str = Store::Meta.name();
pub(super) const ASIDE: &str = Store::Aside.name();
pub(super) const STORES: &[&str] = &[SEGMENTS, SNAPSHOTS, META, ASIDE];

/// Where a piece of a snapshot stands.
pub(super) fn chunk_key(covers: u64, piece: u32) -> f64 {
    (covers * CHUNKS_MAX + u64::from(piece)) as f64
}

/// What happened to an open connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The browser closed it, or somebody deletes the database.
    Lost,
    /// A newer version of Dynascope wants to change the database.
    Newer,
}

/// Who is told of it.
pub type Listener = Rc<dyn Fn(Closed)>;

/// What hears an event.
type Ear = Closure<dyn FnMut(JsValue)>;

fn writer(db: &Database) -> Writer {
    let own: &web_sys::IdbDatabase = db.as_sys();
    Writer::over(own.clone().unchecked_into())
}

/// An open database.
pub struct Indexed {
    db: Database,
    writer: Writer,
    listener: Option<Listener>,
    /// What hears the connection's events.
    _ears: Option<[Ear; 2]>,
}

impl Indexed {
    /// Opens a workspace's database, made when it is not there. The error is the browser's reason for refusing.
    pub async fn open(workspace: &str) -> Result<Indexed, String> {
        let db = database::open(&database_name(workspace), DATABASE_VERSION, STORES).await?;
        let writer = writer(&db);
        Ok(Indexed { db, writer, listener: None, _ears: None })
    }

    /// Tells `listener` from now on when the connection is closed, this one and those that are made in its place. Somebody who
    /// wants to delete or upgrade the database is not kept waiting: the connection is closed first.
    pub fn listen(&mut self, listener: Listener) {
        self.listener = Some(listener);
        self.hear();
    }

    fn hear(&mut self) {
        let Some(listener) = self.listener.clone() else { return };
        let told = listener.clone();
        let on_close = Closure::<dyn FnMut(JsValue)>::new(move |_| told(Closed::Lost));
        let db = self.db.clone();
        let on_change = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            let event: IdbVersionChangeEvent = event.unchecked_into();
            db.clone().close();
            listener(if event.new_version().is_some() { Closed::Newer } else { Closed::Lost });
        });
        let own: &web_sys::IdbDatabase = self.db.as_sys();
        own.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        own.set_onversionchange(Some(on_change.as_ref().unchecked_ref()));
        self._ears = Some([on_close, on_change]);
    }

    fn close(&self) {
        let own: &web_sys::IdbDatabase = self.db.as_sys();
        own.set_onclose(None);
        own.set_onversionchange(None);
        self.db.clone().close();
    }
}

impl Drop for Indexed {
    fn drop(&mut self) {
        self.close();
    }
}

impl Journal<Indexed> {
    /// Opens a workspace's database and lists what it holds. The error is the browser's reason for refusing.
    pub async fn open(workspace: &str) -> Result<(Journal<Indexed>, Found), String> {
        let disk = Indexed::open(workspace).await?;
        Journal::on(disk, Sizes::default()).await.map_err(reason)
    }
}

/// Why the browser refuses, in its own words where it has some.
pub fn reason(failure: Failure) -> String {
    match failure {
        Failure::Other(reason) => reason,
        other => other.sentence(),
    }
}

impl Source for Indexed {
    async fn piece(&self, covers: u64, piece: u32) -> Result<Option<Stored>, Failure> {
        read_one(&self.db, Store::Snapshots, chunk_key(covers, piece).into()).await
    }

    /// At once where that works, else one by one.
    async fn segments(&self, first: u64, last: u64) -> Result<Vec<(u64, Stored)>, Failure> {
        let within = || KeyRange::Bound(first as f64, false, last as f64, false);
        let (numbers, values) = {
            let transaction = reading(&self.db, &[SEGMENTS])?;
            let segments = transaction.object_store(SEGMENTS)?;
            let numbers = segments.get_all_keys::<f64>().with_query::<f64, _>(within()).primitive()?.await?;
            let numbers: Vec<f64> = numbers.collect::<Result<_, _>>()?;
            let values = segments.get_all::<JsValue>().with_query::<f64, _>(within()).primitive()?.await;
            (numbers, values.and_then(|values| values.collect::<Result<Vec<JsValue>, _>>()))
        };
        if let Ok(values) = values
            && values.len() == numbers.len()
        {
            let numbers = numbers.into_iter().map(|number| number as u64);
            return Ok(numbers.zip(values.into_iter().map(stored)).collect());
        }
        let mut all = Vec::with_capacity(numbers.len());
        for number in numbers {
            let value = read_one(&self.db, Store::Segments, number.into()).await?;
            all.push((number as u64, value.unwrap_or_else(|| Stored::Unreadable("it is gone".to_owned()))));
        }
        Ok(all)
    }
}

impl Disk for Indexed {
    async fn found(&self) -> Result<Found, Failure> {
        let manifest = self.get(Store::Meta, &Key::Name("manifest".to_owned())).await?;
        let head = {
            let transaction = reading(&self.db, &[META])?;
            let head: Option<f64> = transaction.object_store(META)?.get("head").primitive()?.await?;
            head.map(|head| head as u64)
        };
        let pieces = keys(&self.db, Store::Snapshots).await?.into_iter();
        let pieces = pieces.map(|key| (key / CHUNKS_MAX, (key % CHUNKS_MAX) as u32)).collect();
        let segments = keys(&self.db, Store::Segments).await?;
        Ok(Found { manifest, pieces, segments, head })
    }

    async fn get(&self, store: Store, key: &Key) -> Result<Option<Stored>, Failure> {
        let key = match key {
            Key::Number(number) => JsValue::from(*number as f64),
            Key::Name(name) => JsValue::from(name.as_str()),
        };
        read_one(&self.db, store, key).await
    }

    async fn aside(&self) -> Result<Vec<String>, Failure> {
        let transaction = reading(&self.db, &[Store::Aside.name()])?;
        let names =
            transaction.object_store(Store::Aside.name())?.get_all_keys::<String>().primitive()?.await?;
        Ok(names.collect::<Result<Vec<String>, _>>()?)
    }

    async fn write(&self, changes: Vec<Change>, durability: Durability) -> Result<(), Failure> {
        self.writer.write(changes, durability).await
    }

    fn beside(&self) -> Beside {
        let writer = Rc::new(writer(&self.db));
        Rc::new(move |change| {
            let writer = writer.clone();
            async move { writer.write(vec![change], Durability::Strict).await }.boxed_local()
        })
    }

    async fn reopen(&mut self) -> Result<(), Failure> {
        let name = self.db.name();
        self.close();
        self.db = database::open(&name, DATABASE_VERSION, STORES).await.map_err(Failure::Other)?;
        self.writer = writer(&self.db);
        self.hear();
        Ok(())
    }
}

fn stored(value: JsValue) -> Stored {
    match value.dyn_into::<js_sys::Uint8Array>() {
        Ok(bytes) => Stored::Bytes(database::taken(&bytes)),
        Err(_) => Stored::Unreadable("it is not bytes".to_owned()),
    }
}

async fn read_one(db: &Database, store: Store, key: JsValue) -> Result<Option<Stored>, Failure> {
    let transaction = reading(db, &[store.name()])?;
    let value = transaction.object_store(store.name())?.get::<JsValue, JsValue, _>(key).primitive()?.await;
    Ok(match value {
        Ok(value) => value.filter(|value| !value.is_undefined()).map(stored),
        // One value that the browser lost must not take the others with it.
        Err(error) => Some(Stored::Unreadable(error.to_string())),
    })
}

/// The keys of a store whose keys are numbers, ascending.
async fn keys(db: &Database, store: Store) -> Result<Vec<u64>, Failure> {
    let transaction = reading(db, &[store.name()])?;
    let keys = transaction.object_store(store.name())?.get_all_keys::<f64>().primitive()?.await?;
    Ok(keys.collect::<Result<Vec<f64>, _>>()?.into_iter().map(|key| key as u64).collect())
}
