//! The wire: messages as the bytes of their JSON, in a Uint8Array whose buffer is transferred. A file that goes along stands behind
//! them in a list.
//!
//! Owns the encoding (the page's client uses it too) and the worker's end of it. Never looks into a
//! message.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Blob, DedicatedWorkerGlobalScope, MessageEvent};

use crate::protocol::{FromWorker, ToWorker};

/// A message as bytes of its JSON, to be posted with its buffer transferred.
pub fn encode<T: serde::Serialize>(message: &T) -> Uint8Array {
    let json = serde_json::to_vec(message).expect("a message is plain data");
    Uint8Array::from(json.as_slice())
}

/// Reads what [`encode`] made, out of the event that brought it.
pub fn decode<T: serde::de::DeserializeOwned>(event: &MessageEvent) -> Result<T, String> {
    let data = event.data();
    let first = if Array::is_array(&data) { Array::from(&data).get(0) } else { data };
    let bytes: Uint8Array = first.dyn_into().map_err(|_| "The message is not bytes.".to_owned())?;
    serde_json::from_slice(&bytes.to_vec()).map_err(|error| error.to_string())
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Posts a message to the page.
pub fn post(message: &FromWorker) {
    let bytes = encode(message);
    let transfer = Array::of1(&bytes.buffer());
    if let Err(error) = scope().post_message_with_transfer(&bytes, &transfer) {
        web_sys::console::error_1(&error);
    }
}

/// The file that came with a message.
fn file_of(event: &MessageEvent) -> Option<Blob> {
    let data = event.data();
    Array::is_array(&data).then(|| Array::from(&data).get(1))?.dyn_into().ok()
}

/// Hands every message of the page to `receive`, and the file that came with it.
pub fn listen(mut receive: impl FnMut(Result<ToWorker, String>, Option<Blob>) + 'static) {
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        receive(decode(&event), file_of(&event));
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
}

/// A panic goes to the console, and to the page as a Fault in a sentence.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        let cause = panic.payload_as_str().unwrap_or("unknown cause");
        let place = panic.location().map(|at| format!(" ({}:{})", at.file(), at.line())).unwrap_or_default();
        post(&FromWorker::Fault {
            message: format!(
                "Dynascope's engine stopped: {cause}{place}. What was acknowledged is stored; reload the page to go on."
            ),
        });
    }));
}
