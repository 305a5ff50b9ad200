//! The browser's small services: what is kept in localStorage, the theme, and the hands of a clock.

use gloo::utils::{document, window};
use yew::prelude::*;

use crate::state::theme::Theme;

const PREFIX: &str = "dynascope:";

/// Where a workspace's saved requests and history are kept.
pub fn requests_key(workspace: &str) -> String {
    format!("requests:{workspace}")
}

/// Where the request that is being written in a workspace is kept.
pub fn draft_key(workspace: &str) -> String {
    format!("draft:{workspace}")
}

/// What was kept under that name; none where the browser keeps nothing.
pub fn saved(name: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(&format!("{PREFIX}{name}")).ok()?
}

/// Keeps a text under that name. A browser that keeps nothing is no fault here: it only forgets.
pub fn set_saved(name: &str, text: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(&format!("{PREFIX}{name}"), text);
    }
}

/// Forgets what was kept under that name.
pub fn forget(name: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.remove_item(&format!("{PREFIX}{name}"));
    }
}

/// The theme, and how to choose one. It is kept, and stands at `<html data-theme>`.
#[hook]
pub fn use_theme() -> (Theme, Callback<Theme>) {
    let theme = use_state_eq(|| Theme::from_name(&saved("theme").unwrap_or_default()));
    use_effect_with(*theme, |theme| {
        if let Some(root) = document().document_element() {
            // The attribute's name is well formed, so this cannot fail.
            let _ = root.set_attribute("data-theme", theme.name());
        }
    });
    let setter = theme.setter();
    let choose = use_callback((), move |theme: Theme, ()| {
        set_saved("theme", theme.name());
        setter.set(theme);
    });
    (*theme, choose)
}

/// Calls `tick` every so many milliseconds while `on`.
#[hook]
pub fn use_interval(on: bool, every_ms: u32, tick: Callback<()>) {
    use_effect_with((on, every_ms, tick), |(on, every_ms, tick)| {
        let tick = tick.clone();
        let interval = on.then(|| gloo::timers::callback::Interval::new(*every_ms, move || tick.emit(())));
        move || drop(interval)
    });
}
