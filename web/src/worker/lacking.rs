//! What this browser lacks of what storing uses, and what that means to the person: said when a workspace is opened.
//!
//! Owns the sentences and the questions. Whoever uses a feature does without it by itself: [`super::leader`], [`super::channel`],
//! [`super::database`].

use js_sys::{Reflect, global};
use wasm_bindgen::JsValue;

/// A sentence for each thing that is missing.
pub fn sentences() -> Vec<String> {
    let of = |object: &JsValue, name: &str| Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED);
    let there = |value: &JsValue| !value.is_undefined() && !value.is_null();
    let all = global();
    let locks = of(&of(&all, "navigator"), "locks");
    let transactions = of(&of(&all, "IDBTransaction"), "prototype");
    let strict = there(&transactions) && Reflect::has(&transactions, &"durability".into()).unwrap_or(false);
    let mut lacking = Vec::new();
    if !there(&locks) || !there(&of(&all, "BroadcastChannel")) {
        lacking.push(
            "This browser does not let tabs speak with each other here (Web Locks, BroadcastChannel): have a workspace open in one tab at \
             a time. What a second one writes is refused, not lost.",
        );
    }
    if !strict {
        lacking.push(
            "This browser does not say how durable a write is (strict durability of IndexedDB): a loss of the machine's power may take \
             the last moments with it, each write wholly.",
        );
    }
    lacking.into_iter().map(str::to_owned).collect()
}
