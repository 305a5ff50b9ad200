//! What only a browser has, in a dedicated worker of a real one: IndexedDB, Web Locks, BroadcastChannels. In one program, which is linked
//! and prepared for the browser once.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::wasm_bindgen_test_configure;

mod journal;
mod session;
mod tab;
mod tabs;

wasm_bindgen_test_configure!(run_in_dedicated_worker);
