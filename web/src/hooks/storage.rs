//! The browser's storage as a whole: how much of it is used, and whether it is kept when the disk is short.
//!
//! Follows the [Storage Standard](https://storage.spec.whatwg.org/): what a site keeps may go when the disk is short, unless the
//! site asked for it to persist and the browser agreed. Some browsers ask the reader, so it is asked for when there is something of
//! the reader's own to keep, never on a mere visit.

use js_sys::{Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use yew::prelude::*;

use super::slices::Sessions;
use crate::protocol::Storage;

/// What the browser says of this site's storage.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StorageUse {
    /// Bytes in use, about.
    pub usage: u64,
    /// Bytes that may be used; 0 where the browser does not say.
    pub quota: u64,
    /// Whether it is kept until the reader removes it.
    pub persisted: bool,
}

/// Calls a method of the browser's storage manager, where there is one.
async fn manager(method: &str) -> Option<JsValue> {
    let navigator = gloo::utils::window().navigator();
    let storage = Reflect::get(&navigator, &"storage".into()).ok()?;
    let method = Reflect::get(&storage, &method.into()).ok()?.dyn_into::<js_sys::Function>().ok()?;
    let promise = method.call0(&storage).ok()?.dyn_into::<Promise>().ok()?;
    JsFuture::from(promise).await.ok()
}

/// How much is used.
pub async fn storage_use() -> Option<StorageUse> {
    let estimate = manager("estimate").await?;
    let bytes = |name: &str| {
        Reflect::get(&estimate, &name.into()).ok().and_then(|value| value.as_f64()).unwrap_or_default() as u64
    };
    let persisted = manager("persisted").await.is_some_and(|value| value.is_truthy());
    Some(StorageUse { usage: bytes("usage"), quota: bytes("quota"), persisted })
}

/// Asks the browser once a visit to keep what is stored: behind the reader's first write of their own.
#[hook]
pub fn use_persistence(session: &Sessions) {
    let asked = use_mut_ref(|| false);
    let durable = session.storage == Some(Storage::Durable);
    let own = session.wrote && durable;
    use_effect_with(own, move |own| {
        if *own && !std::mem::replace(&mut *asked.borrow_mut(), true) {
            // A browser that refuses keeps it as long as there is room.
            wasm_bindgen_futures::spawn_local(async { drop(manager("persist").await) });
        }
    });
}
