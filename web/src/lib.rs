//! Dynascope's page and worker.
//!
//! `protocol`, `share` and `exchange` are pure; `compression` is the browser's; `rest` brings the code that a first visit does not need; `state`
//! knows no browser; `remote` asks real endpoints; `worker` owns the engine and the journal;
//! `client` turns messages into futures; `pages` join `components`, `hooks` and `client`; `memory` is the allocator of both.

pub mod protocol;
pub mod share;
pub mod exchange;
pub mod remote;
pub mod lessons;
pub mod compression;
pub mod rest;
pub mod worker;
pub mod client;
pub mod state;
pub mod code;
pub mod hooks;
pub mod components;
pub mod pages;
pub mod app;
pub mod memory;

/// The allocator of the page and of its worker. What it is over is smaller than the standard library's: every first visit downloads it twice.
// SAFETY: the page and the worker have a thread and a memory each.
#[cfg(all(target_arch = "wasm32", not(target_feature = "atomics")))]
#[global_allocator]
#[allow(unsafe_code)]
static ALLOCATOR: memory::Pieces<talc::wasm::WasmDynamicTalc> =
    unsafe { memory::Pieces::over(talc::wasm::new_wasm_dynamic_allocator()) };
