//! One tab leads a workspace: the one that holds its Web Lock opens it, another waits until the lock is free.
//!
//! Owns the lock. The browser takes it back when the tab or its worker goes, however that happens. Where Web
//! Locks are missing (an insecure context, an old browser) there is no leader, and the journal's own rule, a
//! number is written once, keeps two tabs from overwriting each other.
//!
//! Follows the [Web Locks API](https://www.w3.org/TR/web-locks/); web-sys has it behind an unstable flag only.

use std::cell::RefCell;
use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

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

/// Asks for the lock; `None` where it was asked for with `if_available` and is held elsewhere.
async fn ask(workspace: &str, if_available: bool) -> Option<Lock> {
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
    let name = super::journal::database_name(workspace);
    match manager.request(&name, &options, granted.unchecked_ref()) {
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
    ask(workspace, true).await
}

/// Waits for the workspace's lock.
pub async fn lock(workspace: &str) -> Lock {
    ask(workspace, false).await.unwrap_or_else(Lock::without)
}
