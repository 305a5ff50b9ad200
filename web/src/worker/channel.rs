//! A channel between tabs: a BroadcastChannel and who listens to it.
//!
//! Owns the channels' names and that one is closed when it is dropped. Never looks into what is said: that is
//! [`crate::protocol::tabs`]'s. Follows the [HTML standard](https://html.spec.whatwg.org/multipage/web-messaging.html#broadcasting-to-other-browsing-contexts):
//! what one tab posts on one channel arrives in order at every other, and never at itself.

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BroadcastChannel, MessageEvent};

use crate::protocol::tabs::{Heard, Says, decode, encode};

/// The channel on which all tabs of a workspace listen.
pub fn of_workspace(workspace: &str) -> String {
    format!("dynascope:workspace:{workspace}")
}

/// The channel on which all tabs listen.
pub const OF_ALL: &str = "dynascope:tabs";

/// The channel, and the lock, of one tab.
pub fn of_tab(tab: &str) -> String {
    format!("dynascope:tab:{tab}")
}

/// An open channel.
pub struct Channel {
    channel: BroadcastChannel,
    /// Who speaks here.
    tab: String,
    _listener: Closure<dyn FnMut(MessageEvent)>,
}

impl Channel {
    /// Opens the channel of that name, on which `tab` speaks. None where the browser has no such thing.
    pub fn open(name: &str, tab: &str, mut heard: impl FnMut(Heard) + 'static) -> Option<Channel> {
        let channel = BroadcastChannel::new(name).ok()?;
        let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            // What is no message of a tab's is somebody else's.
            if let Ok(bytes) = event.data().dyn_into::<Uint8Array>()
                && let Some(said) = decode(&bytes.to_vec())
            {
                heard(said);
            }
        });
        channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        Some(Channel { channel, tab: tab.to_owned(), _listener: listener })
    }

    /// Says something to everybody else on the channel.
    pub fn say(&self, says: &Says) {
        let bytes = Uint8Array::from(encode(&self.tab, says).as_slice());
        if let Err(error) = self.channel.post_message(&bytes) {
            web_sys::console::error_1(&error);
        }
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}
