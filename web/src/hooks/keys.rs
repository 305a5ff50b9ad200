//! Keys that work everywhere on the page.

use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::prelude::*;

/// Hears every key of the document. The callback prevents the browser's own doing where it took the key.
#[hook]
pub fn use_keys(pressed: Callback<KeyboardEvent>) {
    use_effect_with(pressed, |pressed| {
        let pressed = pressed.clone();
        let options = EventListenerOptions::enable_prevent_default();
        let listener = EventListener::new_with_options(&document(), "keydown", options, move |event| {
            if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                pressed.emit(event.clone());
            }
        });
        move || drop(listener)
    });
}

/// Whether the key goes into a field, or a dialog or menu is open: then single letters are no shortcuts.
pub fn is_editing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|element| {
        let inside = element.closest("input, textarea, select, dialog, [contenteditable], [popover]");
        inside.is_ok_and(|found| found.is_some())
    })
}
