//! The rest of this module: what a first visit does not run is a file of its own (`xtask/src/split`), brought when it is asked for.
//!
//! What is not asked for and called nevertheless is brought then and there, while the caller waits (`static/rest.js`). To ask first is
//! what keeps the page moving, and lets a failure be told and tried again.

use std::cell::Cell;

use js_sys::{Promise, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// Brings the rest: at once where `now`, else by a promise. The name is known to `xtask/src/split`.
    #[wasm_bindgen(js_name = joinRest)]
    fn join_rest(now: bool) -> Promise;
}

thread_local! {
    static HERE: Cell<bool> = const { Cell::new(false) };
}

/// Whether the rest was asked for and came.
pub fn is_here() -> bool {
    HERE.get()
}

/// Brings the rest, where this module has one that is not here. Says why it did not come.
pub async fn bring() -> Result<(), String> {
    // The tests' modules are whole, and nothing brings them anything.
    let offered = Reflect::has(&js_sys::global(), &JsValue::from("joinRest"));
    if is_here() || offered != Ok(true) {
        HERE.set(true);
        return Ok(());
    }
    match JsFuture::from(join_rest(false)).await {
        Ok(_) => {
            HERE.set(true);
            Ok(())
        }
        Err(error) => Err(js_sys::Error::from(error).message().into()),
    }
}
