//! The wire: what is said in one go, as the bytes of frames ([`crate::protocol::frames`]) in a Uint8Array whose buffer is transferred. A file that goes along stands behind
//! them in a list.
//!
//! Owns that messages go together, and the worker's end of it (the page's client uses the encoding too). To post costs about as much as a
//! small request does, so all answers of a commit, and all calls that a page makes at once, are one post. Never looks into a message.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Blob, DedicatedWorkerGlobalScope, MessageEvent};

use crate::protocol::FromWorker;
use crate::protocol::frames::{Arrived, Framed, frames, messages};

/// Messages as bytes, to be posted with the buffer transferred.
pub fn encode<T: Framed>(messages: &[T]) -> Uint8Array {
    Uint8Array::from(frames(messages).as_slice())
}

/// Reads what [`encode`] made, out of the event that brought it.
pub fn decode<T: Framed>(event: &MessageEvent) -> Result<Vec<T>, String> {
    messages(&bytes_of(event)?)
}

fn bytes_of(event: &MessageEvent) -> Result<Vec<u8>, String> {
    let data = event.data();
    let first = if Array::is_array(&data) { Array::from(&data).get(0) } else { data };
    let bytes: Uint8Array = first.dyn_into().map_err(|_| "The message is not bytes.".to_owned())?;
    Ok(bytes.to_vec())
}

/// What is to be posted, until whoever says it has said everything.
pub struct Outbox<T> {
    waiting: RefCell<Vec<T>>,
    post: Box<dyn Fn(Vec<T>)>,
}

impl<T: 'static> Outbox<T> {
    /// Posts by `post`.
    pub fn new(post: impl Fn(Vec<T>) + 'static) -> Rc<Outbox<T>> {
        Rc::new(Outbox { waiting: RefCell::default(), post: Box::new(post) })
    }

    /// Posts a message together with all that is said before the browser has its turn.
    pub fn say(self: &Rc<Self>, message: T) {
        self.waiting.borrow_mut().push(message);
        if self.waiting.borrow().len() == 1 {
            let own = self.clone();
            wasm_bindgen_futures::spawn_local(async move { own.post_now() });
        }
    }

    /// Posts what waits.
    pub fn post_now(&self) {
        let waiting = self.take();
        if !waiting.is_empty() {
            (self.post)(waiting);
        }
    }

    /// Takes back what waits.
    pub fn take(&self) -> Vec<T> {
        self.waiting.take()
    }
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Posts messages to the page. What changes more than an answer or an event does is a post of its own, so that the page has taken in all that
/// was said before.
pub fn post(messages: &[FromWorker]) {
    let goes_along =
        |message: &FromWorker| matches!(message, FromWorker::Reply { .. } | FromWorker::Events { .. });
    for together in messages.chunk_by(|one, next| goes_along(one) && goes_along(next)) {
        let bytes = encode(together);
        let transfer = Array::of1(&bytes.buffer());
        if let Err(error) = scope().post_message_with_transfer(&bytes, &transfer) {
            web_sys::console::error_1(&error);
        }
    }
}

/// The file that came with a message.
fn file_of(event: &MessageEvent) -> Option<Blob> {
    let data = event.data();
    Array::is_array(&data).then(|| Array::from(&data).get(1))?.dyn_into().ok()
}

fn arrived(event: &MessageEvent) -> Result<Vec<Arrived>, String> {
    Arrived::messages(&bytes_of(event)?)
}

/// Hands every message of the page to `receive`, and the file that came with it.
pub fn listen(mut receive: impl FnMut(Result<Arrived, String>, Option<Blob>) + 'static) {
    let on_message =
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| match arrived(&event) {
            Ok(messages) => {
                // Asked once: the event takes as long to ask as a message to read.
                let file = file_of(&event);
                messages.into_iter().for_each(|message| receive(Ok(message), file.clone()));
            }
            Err(error) => receive(Err(error), None),
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
        post(&[FromWorker::Fault {
            message: format!(
                "Dynascope's engine stopped: {cause}{place}. What was acknowledged is stored; reload the page to go on."
            ),
        }]);
    }));
}
