//! What writes to an open IndexedDB database: one transaction after the other, in as few calls of the browser as there can be.
//!
//! Owns the calls. A commit takes the worker about as long as it takes to carry out a dozen requests, nearly all of it in the browser: so names,
//! options and what hears the end are made once for a connection, and no request is listened to, since the end of the transaction says it all.
//! Decides nothing: that is [`super::journal`]'s.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{DomException, IdbKeyRange};

use super::database::of_exception;
use super::disk::{Change, Durability, Failure, Key, Store, Value};

#[wasm_bindgen]
extern "C" {
    /// An open database, whose transactions are asked for with their durability: web-sys has that on trial only.
    pub type Base;
    #[wasm_bindgen(method, catch)]
    fn transaction(
        this: &Base,
        stores: &Array,
        mode: &JsValue,
        options: &Object,
    ) -> Result<Transaction, DomException>;

    #[derive(Clone, PartialEq)]
    type Transaction;
    #[wasm_bindgen(method, catch, js_name = objectStore)]
    fn store(this: &Transaction, name: &JsValue) -> Result<Shelf, DomException>;
    #[wasm_bindgen(method, catch)]
    fn commit(this: &Transaction) -> Result<(), DomException>;
    #[wasm_bindgen(method, catch)]
    fn abort(this: &Transaction) -> Result<(), DomException>;
    #[wasm_bindgen(method, getter)]
    fn error(this: &Transaction) -> Option<DomException>;
    #[wasm_bindgen(method, setter, js_name = oncomplete)]
    fn hear_complete(this: &Transaction, ear: &JsValue);
    #[wasm_bindgen(method, setter, js_name = onabort)]
    fn hear_abort(this: &Transaction, ear: &JsValue);

    type Shelf;
    #[wasm_bindgen(method, catch)]
    fn add(this: &Shelf, value: &JsValue, key: &JsValue) -> Result<JsValue, DomException>;
    #[wasm_bindgen(method, catch)]
    fn put(this: &Shelf, value: &JsValue, key: &JsValue) -> Result<JsValue, DomException>;
    #[wasm_bindgen(method, catch)]
    fn delete(this: &Shelf, key: &JsValue) -> Result<JsValue, DomException>;

    type Ended;
    #[wasm_bindgen(method, getter)]
    fn target(this: &Ended) -> Transaction;
}

impl From<DomException> for Failure {
    fn from(exception: DomException) -> Failure {
        of_exception(&exception.name(), exception.message())
    }
}

/// What hears the end of a transaction.
type Ear = Closure<dyn FnMut(Ended)>;

/// The transaction that is under way.
#[derive(Default)]
struct UnderWay {
    transaction: Option<Transaction>,
    end: Option<Result<(), Failure>>,
    waker: Option<Waker>,
}

/// Writes over one connection. One transaction is under way at a time.
pub struct Writer {
    base: Base,
    names: [JsValue; 4],
    mode: JsValue,
    strict: Object,
    relaxed: Object,
    /// The stores of the last transaction, by their bits, and their names.
    stores: RefCell<(u8, Array)>,
    under_way: Rc<RefCell<UnderWay>>,
    on_complete: Ear,
    on_abort: Ear,
}

fn with_durability(durability: &str) -> Object {
    let options = Object::new();
    Reflect::set(&options, &"durability".into(), &durability.into()).expect("an object of our own");
    options
}

impl Writer {
    /// Over this connection.
    pub fn over(base: Base) -> Writer {
        let under_way: Rc<RefCell<UnderWay>> = Rc::default();
        let ear = |end: fn(&Transaction) -> Result<(), Failure>| {
            let under_way = under_way.clone();
            Ear::new(move |event: Ended| {
                let mut under_way = under_way.borrow_mut();
                // What nobody waits for any more may end later.
                if let Some(transaction) = under_way.transaction.take_if(|own| *own == event.target()) {
                    under_way.end = Some(end(&transaction));
                    under_way.waker.take().into_iter().for_each(Waker::wake);
                }
            })
        };
        let aborted = |transaction: &Transaction| {
            // The cause, the quota's above all, stands in the transaction, not in a request.
            Err(transaction
                .error()
                .map_or_else(|| Failure::Other("The transaction was aborted.".to_owned()), Failure::from))
        };
        let (on_complete, on_abort) = (ear(|_| Ok(())), ear(aborted));
        Writer {
            base,
            names: ALL.map(|store| store.name().into()),
            mode: "readwrite".into(),
            strict: with_durability("strict"),
            relaxed: with_durability("relaxed"),
            stores: RefCell::new((0, Array::new())),
            under_way,
            on_complete,
            on_abort,
        }
    }

    /// Writes all of it in one transaction, and waits until that is complete.
    pub async fn write(&self, changes: Vec<Change>, durability: Durability) -> Result<(), Failure> {
        let options = match durability {
            Durability::Strict => &self.strict,
            Durability::Relaxed => &self.relaxed,
        };
        let stores = self.stores(&changes);
        // What is asked is ready before the transaction begins: its messages go to the browser's process in one go.
        let asked: Vec<Asked> = changes.into_iter().map(Asked::of).collect();
        let transaction = self.base.transaction(&stores, &self.mode, options)?;
        transaction.hear_complete(self.on_complete.as_ref());
        transaction.hear_abort(self.on_abort.as_ref());
        *self.under_way.borrow_mut() =
            UnderWay { transaction: Some(transaction.clone()), ..UnderWay::default() };
        let asked = asked.iter().try_for_each(|asked| self.ask(&transaction, asked));
        if let Err(exception) = asked.and_then(|()| transaction.commit()) {
            *self.under_way.borrow_mut() = UnderWay::default();
            // It may have been aborted by itself.
            let _ = transaction.abort();
            return Err(exception.into());
        }
        poll_fn(|context| {
            let mut under_way = self.under_way.borrow_mut();
            match under_way.end.take() {
                Some(end) => Poll::Ready(end),
                None => {
                    under_way.waker = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// The names of the stores that changes are in.
    fn stores(&self, changes: &[Change]) -> Array {
        let bits = changes.iter().fold(0, |bits, change| bits | 1 << change.store() as u8);
        let mut stores = self.stores.borrow_mut();
        if stores.0 != bits {
            let named = self.names.iter().enumerate().filter(|(at, _)| bits & 1 << at != 0);
            *stores = (bits, named.map(|(_, name)| name).collect());
        }
        stores.1.clone()
    }

    fn ask(&self, transaction: &Transaction, asked: &Asked) -> Result<(), DomException> {
        let store = transaction.store(&self.names[asked.store as usize])?;
        match &asked.what {
            What::Add(value) => store.add(value, &asked.key)?,
            What::Put(value) => store.put(value, &asked.key)?,
            What::Delete => store.delete(&asked.key)?,
        };
        Ok(())
    }
}

/// One change, in the browser's values.
struct Asked {
    store: Store,
    key: JsValue,
    what: What,
}

enum What {
    Add(JsValue),
    Put(JsValue),
    Delete,
}

impl Asked {
    fn of(change: Change) -> Asked {
        let store = change.store();
        let (key, what) = match change {
            Change::Add(_, at, value) => (key(at), What::Add(js(value))),
            Change::Put(_, at, value) => (key(at), What::Put(js(value))),
            Change::Delete(_, at) => (key(at), What::Delete),
            Change::DeleteUpTo(_, last) => {
                let range = IdbKeyRange::upper_bound(&(last as f64).into());
                (range.expect("a number is a key").into(), What::Delete)
            }
        };
        Asked { store, key, what }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if let Some(transaction) = &self.under_way.borrow().transaction {
            transaction.hear_complete(&JsValue::NULL);
            transaction.hear_abort(&JsValue::NULL);
        }
    }
}

/// In the order of their numbers.
const ALL: [Store; 4] = [Store::Segments, Store::Snapshots, Store::Meta, Store::Aside];

fn key(key: Key) -> JsValue {
    match key {
        Key::Number(number) => (number as f64).into(),
        Key::Name(name) => name.into(),
    }
}

fn js(value: Value) -> JsValue {
    match value {
        Value::Bytes(bytes) => Uint8Array::from(bytes.as_slice()).into(),
        Value::Number(number) => (number as f64).into(),
        Value::Text(text) => text.into(),
    }
}
