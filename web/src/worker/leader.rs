//! One tab leads a workspace: the one that holds its Web Lock opens it, the others wait in the lock's queue and pass their
//! requests to it meanwhile. A tab's worker holds a lock of its own as well, by which others learn that it is gone.
//!
//! A page holds one too while it migrates a table.
//!
//! Owns the locks. The browser takes one back when the tab or its worker goes, however that happens, and gives it to the next in
//! the queue at once. Where Web Locks are missing (an insecure context, an old browser) every tab leads, and the journal's own
//! rule, a number is written once, keeps two tabs from overwriting each other.
//!
//! Follows the [Web Locks API](https://www.w3.org/TR/web-locks/); web-sys has it behind an unstable flag only.

use std::cell::RefCell;
use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

use super::channel::of_tab;
use super::journal::database_name;

#[wasm_bindgen]
extern "C" {
    type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(
        this: &LockManager,
        name: &str,
        options: &Object,
        callback: &Function,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn query(this: &LockManager) -> Result<Promise, JsValue>;
}

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    release: Option<Function>,
    released: Option<oneshot::Receiver<()>>,
}

impl Lock {
    /// Of a workspace that no other tab can reach.
    pub fn without() -> Lock {
        Lock { release: None, released: None }
    }

    /// Gives the lock back, and waits until the browser has it: from then on it can be asked for again.
    pub async fn free(mut self) {
        let released = self.released.take();
        drop(self);
        if let Some(released) = released {
            // A request that is gone has been let go too.
            let _ = released.await;
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some(release) = &self.release {
            // Resolving a promise cannot fail.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

fn manager() -> Option<LockManager> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    (!locks.is_undefined() && !locks.is_null()).then(|| locks.unchecked_into())
}

/// Asks for the lock of that name; `None` where it was asked for with `if_available` and is held elsewhere.
async fn ask(name: &str, if_available: bool) -> Option<Lock> {
    let Some(manager) = manager() else { return Some(Lock::without()) };
    let options = Object::new();
    // Setting a property of a plain object cannot fail.
    let _ = Reflect::set(&options, &"ifAvailable".into(), &if_available.into());
    let (sender, receiver) = oneshot::channel();
    let (settled, released) = oneshot::channel();
    let sender = Rc::new(RefCell::new(Some(sender)));
    let answer = sender.clone();
    let granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        let Some(sender) = answer.borrow_mut().take() else { return JsValue::UNDEFINED };
        if lock.is_null() || lock.is_undefined() {
            let _ = sender.send(None);
            return JsValue::UNDEFINED;
        }
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        // Whoever asked may be gone: dropping the answer releases the lock.
        let _ = sender.send(Some(Lock { release, released: Some(released) }));
        held.into()
    });
    match manager.request(name, &options, granted.unchecked_ref()) {
        Ok(promise) => {
            wasm_bindgen_futures::spawn_local(async move {
                // A frame of another origin may be refused its locks: whoever waits for the answer gets none.
                let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
                drop(sender.borrow_mut().take());
                let _ = settled.send(());
            });
            receiver.await.unwrap_or_else(|_| Some(Lock::without()))
        }
        Err(_) => Some(Lock::without()),
    }
}

/// Takes the workspace's lock, or says at once that another tab holds it.
pub async fn try_lock(workspace: &str) -> Option<Lock> {
    ask(&database_name(workspace), true).await
}

/// Waits for the workspace's lock.
pub async fn lock(workspace: &str) -> Lock {
    ask(&database_name(workspace), false).await.unwrap_or_else(Lock::without)
}

/// Takes the lock of this tab, which nobody else asks for while it lives but to learn that it does not.
pub async fn live(tab: &str) -> Lock {
    ask(&of_tab(tab), false).await.unwrap_or_else(Lock::without)
}

/// Waits until the tab, or its worker, is gone; false where that cannot be known here.
pub async fn is_gone(tab: &str) -> bool {
    ask(&of_tab(tab), false).await.is_some_and(|lock| lock.release.is_some())
}

fn of_migration(scope: &str) -> String {
    format!("dynascope:migration:{scope}")
}

/// Takes the lock of the migration in that workspace, or at that endpoint; or says at once that another tab is at one.
pub async fn try_migrate(scope: &str) -> Option<Lock> {
    ask(&of_migration(scope), true).await
}

/// Takes it once no other tab is at one; none where the browser refuses.
pub async fn migrate_next(scope: &str) -> Option<Lock> {
    ask(&of_migration(scope), false).await
}

/// Whether this browser tells here which workspaces are in use.
pub fn are_known() -> bool {
    manager().is_some()
}

/// Whether other tabs hold the workspace's lock or wait for it; one's own hold, where it is `mine`, does not count.
pub async fn others_want(workspace: &str, mine: bool) -> bool {
    let Some(Ok(asked)) = manager().map(|manager| manager.query()) else { return false };
    let Ok(all) = wasm_bindgen_futures::JsFuture::from(asked).await else { return false };
    let name = super::journal::database_name(workspace);
    let count = |list: &str| {
        let list = Reflect::get(&all, &list.into()).map(|list| js_sys::Array::from(&list));
        let named = |lock: &JsValue| Reflect::get(lock, &"name".into()).is_ok_and(|of| of == name.as_str());
        list.map_or(0, |list| list.iter().filter(named).count())
    };
    count("held") > usize::from(mine) || count("pending") > 0
}
