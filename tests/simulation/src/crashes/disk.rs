//! A database that fails: it loses, tears, reorders and doubles what was not complete, and keeps what was.
//!
//! What [`Disk::write`] returned well is there for good, but for a loss of power with relaxed durability, and for a deletion by the
//! browser. Everything else may be there wholly, partly, or not at all. The switch to a snapshot, which removes what it covers, is
//! always whole or absent: it is the one transaction whose atomicity the journal relies on.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use engine::random::Random;
use futures_util::FutureExt;
use web::worker::disk::{Beside, Change, Disk, Durability, Failure, Key, Store, Value};
use web::worker::segment::{Found, Source, Stored};

type Stores = BTreeMap<(Store, Key), Value>;

/// What a transaction comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The machine, or the process, ends in the middle of it: what it wrote is there by some of it.
    Crash,
    /// It fails, and nothing of it is there.
    Refused,
    /// No room.
    Full,
    /// It is there, and the connection was lost before that was said.
    Unsaid,
    /// The connection is closed: nothing works until it is opened anew.
    Closed,
    /// The browser deletes everything, and closes the connection.
    Deleted,
}

/// All faults.
pub const FAULTS: [Fault; 6] =
    [Fault::Crash, Fault::Refused, Fault::Full, Fault::Unsaid, Fault::Closed, Fault::Deleted];

/// What survives a crash, and how it fails.
pub struct Platter {
    stores: Stores,
    /// The stores as they were when all was last made strictly durable, and what was written since.
    synced: Stores,
    loose: Vec<Vec<Change>>,
    random: Random,
    /// The transactions until a fault comes, and which.
    next: Option<(u64, Fault)>,
    crashed: bool,
    closed: bool,
    /// How many transactions there were.
    pub written: u64,
    /// How many bytes of segments were read.
    pub segment_bytes_read: u64,
    /// How many values were read that were set aside.
    pub aside_read: u64,
    /// How many faults came.
    pub faults: BTreeMap<&'static str, u64>,
}

/// A connection to a platter.
#[derive(Clone)]
pub struct Failing(pub Rc<RefCell<Platter>>);

impl Failing {
    /// An empty database.
    pub fn new(seed: u64) -> Failing {
        Failing(Rc::new(RefCell::new(Platter {
            stores: Stores::new(),
            synced: Stores::new(),
            loose: Vec::new(),
            random: Random::new(seed),
            next: None,
            crashed: false,
            closed: false,
            written: 0,
            segment_bytes_read: 0,
            aside_read: 0,
            faults: BTreeMap::new(),
        })))
    }

    /// All that is stored, by store and key.
    pub fn dump(&self) -> Vec<(String, Vec<u8>)> {
        let platter = self.0.borrow();
        let stored = platter.stores.iter().map(|((store, key), value)| {
            let key = match key {
                Key::Number(number) => format!("{} {number}", store.name()),
                Key::Name(name) => format!("{} {name}", store.name()),
            };
            let bytes = match value {
                Value::Bytes(bytes) => bytes.clone(),
                Value::Number(number) => number.to_string().into_bytes(),
                Value::Text(text) => text.clone().into_bytes(),
            };
            (key, bytes)
        });
        stored.collect()
    }

    /// A database that holds what [`Failing::dump`] gave.
    ///
    /// # Panics
    /// Where that is no such thing.
    pub fn of_dump(stored: impl Iterator<Item = (String, Vec<u8>)>) -> Failing {
        let disk = Failing::new(0);
        for (name, bytes) in stored {
            let (store, key) = name.split_once(' ').expect("a store and a key");
            let all = [Store::Segments, Store::Snapshots, Store::Meta, Store::Aside];
            let store = all.into_iter().find(|of| of.name() == store).expect("a store");
            let key = key.parse().map_or_else(|_| Key::Name(key.to_owned()), Key::Number);
            let value = match &key {
                Key::Name(name) if name == "head" => {
                    Value::Number(String::from_utf8_lossy(&bytes).parse().expect("a number"))
                }
                _ => Value::Bytes(bytes),
            };
            disk.0.borrow_mut().stores.insert((store, key), value);
        }
        disk.0.borrow_mut().sync();
        disk
    }

    /// A fault comes at the `after`-th transaction from now.
    pub fn plan(&self, after: u64, fault: Fault) {
        self.0.borrow_mut().next = Some((after, fault));
    }

    /// Whether it has crashed: nothing is answered any more.
    pub fn has_crashed(&self) -> bool {
        self.0.borrow().crashed
    }

    /// Whether the browser has deleted everything, and nothing was written again.
    pub fn is_empty(&self) -> bool {
        self.0.borrow().stores.is_empty()
    }

    /// How many faults came.
    pub fn faults(&self) -> u64 {
        self.0.borrow().faults.values().sum()
    }

    /// The machine starts again. `power` was lost: what was not strictly durable may be gone, the newest first.
    pub fn restart(&self, power: bool) {
        let platter = &mut *self.0.borrow_mut();
        if power {
            let kept = platter.random.below(platter.loose.len() as u64 + 1) as usize;
            platter.stores = platter.synced.clone();
            let kept: Vec<Vec<Change>> = platter.loose.drain(..).take(kept).collect();
            kept.iter().flatten().for_each(|change| apply(&mut platter.stores, change));
        }
        platter.sync();
        (platter.crashed, platter.closed, platter.next) = (false, false, None);
    }
}

impl Platter {
    fn sync(&mut self) {
        self.loose.clear();
        self.synced = self.stores.clone();
    }

    fn take_fault(&mut self) -> Option<Fault> {
        let (after, fault) = self.next.take()?;
        if after > 0 {
            self.next = Some((after - 1, fault));
            return None;
        }
        let name = match fault {
            Fault::Crash => "crash",
            Fault::Refused => "refused",
            Fault::Full => "full",
            Fault::Unsaid => "unsaid",
            Fault::Closed => "closed",
            Fault::Deleted => "deleted",
        };
        *self.faults.entry(name).or_default() += 1;
        Some(fault)
    }

    fn all(&mut self, changes: Vec<Change>, durability: Durability) {
        changes.iter().for_each(|change| apply(&mut self.stores, change));
        match durability {
            Durability::Strict => self.sync(),
            Durability::Relaxed => self.loose.push(changes),
        }
    }

    /// The machine ends in the middle of a transaction.
    fn crash(&mut self, mut changes: Vec<Change>) {
        self.crashed = true;
        let is_switch = changes.iter().any(|change| matches!(change, Change::DeleteUpTo(..)));
        let how = self.random.below(if is_switch { 2 } else { 6 });
        if how == 0 {
            return;
        }
        // In any order…
        for at in (1..changes.len()).rev() {
            changes.swap(at, self.random.below(at as u64 + 1) as usize);
        }
        if how > 1 {
            // …some of them…
            let kept = self.random.below(changes.len() as u64 + 1) as usize;
            changes.truncate(kept);
        }
        if how > 2
            && let Some(Change::Add(_, key, Value::Bytes(bytes)) | Change::Put(_, key, Value::Bytes(bytes))) =
                changes.last_mut()
        {
            match (how, key) {
                // …cut off, with a bit turned over, or under the next number as well.
                (3, _) => bytes.truncate(self.random.below(bytes.len() as u64 + 1) as usize),
                (4, _) => {
                    let at = self.random.below(bytes.len().max(1) as u64) as usize;
                    bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << (at % 8));
                }
                (_, Key::Number(number)) => {
                    let (next, bytes) = (Key::Number(*number + 1), bytes.clone());
                    if let Some(Change::Add(store, ..)) = changes.last() {
                        let store = *store;
                        changes.push(Change::Put(store, next, Value::Bytes(bytes)));
                    }
                }
                _ => {}
            }
        }
        changes.iter().for_each(|change| apply(&mut self.stores, change));
    }
}

fn apply(stores: &mut Stores, change: &Change) {
    match change {
        Change::Add(store, key, value) | Change::Put(store, key, value) => {
            stores.insert((*store, key.clone()), value.clone());
        }
        Change::Delete(store, key) => drop(stores.remove(&(*store, key.clone()))),
        Change::DeleteUpTo(store, last) => {
            stores
                .retain(|(of, key), _| of != store || !matches!(key, Key::Number(number) if number <= last));
        }
    }
}

fn lost() -> Failure {
    Failure::Other("the connection is closed".to_owned())
}

impl Failing {
    fn stored(&self, store: Store) -> Vec<(Key, Value)> {
        let platter = self.0.borrow();
        let of = platter.stores.iter().filter(|((of, _), _)| *of == store);
        of.map(|((_, key), value)| (key.clone(), value.clone())).collect()
    }

    /// The keys of a store whose keys are numbers, ascending.
    fn numbers(&self, store: Store) -> Vec<u64> {
        let number = |(key, _)| match key {
            Key::Number(number) => Some(number),
            Key::Name(_) => None,
        };
        self.stored(store).into_iter().filter_map(number).collect()
    }

    fn value(&self, store: Store, key: Key) -> Result<Option<Value>, Failure> {
        let platter = self.0.borrow();
        if platter.crashed || platter.closed {
            return Err(lost());
        }
        Ok(platter.stores.get(&(store, key)).cloned())
    }
}

fn found(value: Value) -> Stored {
    match value {
        Value::Bytes(bytes) => Stored::Bytes(bytes),
        other => Stored::Unreadable(format!("{other:?}")),
    }
}

impl Source for Failing {
    async fn piece(&self, covers: u64, piece: u32) -> Result<Option<Stored>, Failure> {
        let key = Key::Number(covers * 65_536 + u64::from(piece));
        Ok(self.value(Store::Snapshots, key)?.map(found))
    }

    async fn segments(&self, first: u64, last: u64) -> Result<Vec<(u64, Stored)>, Failure> {
        let within =
            self.numbers(Store::Segments).into_iter().filter(|number| (first..=last).contains(number));
        let stored = |number| Ok((number, self.value(Store::Segments, Key::Number(number))?.map(found)));
        let all: Result<Vec<_>, Failure> = within.map(stored).collect();
        let all: Vec<(u64, Stored)> =
            all?.into_iter().filter_map(|(number, stored)| Some((number, stored?))).collect();
        let bytes = |(_, stored): &(u64, Stored)| match stored {
            Stored::Bytes(bytes) => bytes.len() as u64,
            Stored::Unreadable(_) => 0,
        };
        self.0.borrow_mut().segment_bytes_read += all.iter().map(bytes).sum::<u64>();
        Ok(all)
    }
}

impl Disk for Failing {
    async fn found(&self) -> Result<Found, Failure> {
        let piece = |key: u64| (key / 65_536, (key % 65_536) as u32);
        Ok(Found {
            manifest: self.value(Store::Meta, Key::Name("manifest".to_owned()))?.map(found),
            pieces: self.numbers(Store::Snapshots).into_iter().map(piece).collect(),
            segments: self.numbers(Store::Segments),
            head: match self.value(Store::Meta, Key::Name("head".to_owned()))? {
                Some(Value::Number(head)) => Some(head),
                _ => None,
            },
        })
    }

    async fn get(&self, store: Store, key: &Key) -> Result<Option<Stored>, Failure> {
        self.0.borrow_mut().aside_read += u64::from(store == Store::Aside);
        Ok(self.value(store, key.clone())?.map(found))
    }

    async fn aside(&self) -> Result<Vec<String>, Failure> {
        let names = self.stored(Store::Aside).into_iter().filter_map(|(key, _)| match key {
            Key::Name(name) => Some(name),
            Key::Number(_) => None,
        });
        Ok(names.collect())
    }

    async fn write(&self, changes: Vec<Change>, durability: Durability) -> Result<(), Failure> {
        let platter = &mut *self.0.borrow_mut();
        if platter.crashed || platter.closed {
            return Err(lost());
        }
        let is_taken = |change: &Change| matches!(change, Change::Add(store, key, _) if platter.stores.contains_key(&(*store, key.clone())));
        if changes.iter().any(is_taken) {
            return Err(Failure::Taken);
        }
        platter.written += 1;
        match platter.take_fault() {
            None => {
                platter.all(changes, durability);
                return Ok(());
            }
            Some(Fault::Crash) => platter.crash(changes),
            Some(Fault::Refused) => {}
            Some(Fault::Full) => {
                platter.closed = true;
                return Err(Failure::Full);
            }
            Some(Fault::Unsaid) => {
                platter.all(changes, durability);
                platter.closed = true;
            }
            Some(Fault::Closed) => platter.closed = true,
            Some(Fault::Deleted) => {
                platter.stores.clear();
                platter.sync();
                platter.closed = true;
            }
        }
        Err(lost())
    }

    /// Some have their turn behind what is written meanwhile.
    fn beside(&self) -> Beside {
        let disk = self.clone();
        Rc::new(move |change| {
            let disk = disk.clone();
            let mut turns = disk.0.borrow_mut().random.below(3);
            let written = async move {
                poll_fn(|_| {
                    let is_due = turns == 0;
                    turns = turns.saturating_sub(1);
                    if is_due { Poll::Ready(()) } else { Poll::Pending }
                })
                .await;
                disk.write(vec![change], Durability::Strict).await
            };
            written.boxed_local()
        })
    }

    async fn reopen(&mut self) -> Result<(), Failure> {
        let platter = &mut *self.0.borrow_mut();
        if platter.crashed {
            return Err(lost());
        }
        platter.closed = false;
        Ok(())
    }
}
