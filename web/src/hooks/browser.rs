//! The browser's small services: what is kept in localStorage, the theme, and the hands of a clock.

use std::cell::RefCell;
use std::collections::BTreeMap;

use gloo::utils::{document, window};
use web_sys::Storage;
use yew::prelude::*;

use crate::state::route::Route;
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

/// Where the traffic recipe that is being composed in a workspace is kept.
pub fn recipe_key(workspace: &str) -> String {
    format!("compose:{workspace}")
}

/// Where the design that is being imported into a workspace is kept.
pub fn import_key(workspace: &str) -> String {
    format!("import:{workspace}")
}

thread_local! {
    /// What the browser does not keep: it lasts as long as the page.
    static PASSING: RefCell<BTreeMap<String, String>> = const { RefCell::new(BTreeMap::new()) };
    static SANDBOX: bool = address().embed();
    /// What a sandbox's address asks for.
    static SANDBOX_THEME: Option<String> = address().rest.remove("embed-theme").filter(|_| is_sandbox());
}

fn address() -> Route {
    Route::parse(&window().location().search().unwrap_or_default())
}

/// Whether the page was opened as a sandbox in somebody's document: then it keeps nothing, and never meets what the reader's
/// own Dynascope keeps at the same address.
pub fn is_sandbox() -> bool {
    SANDBOX.with(|sandbox| *sandbox)
}

fn storage() -> Option<Storage> {
    if is_sandbox() {
        return None;
    }
    window().local_storage().ok()?
}

/// What was kept under that name.
pub fn saved(name: &str) -> Option<String> {
    let passing = PASSING.with_borrow(|passing| passing.get(name).cloned());
    passing.or_else(|| storage()?.get_item(&format!("{PREFIX}{name}")).ok()?)
}

/// Keeps a text under that name. Where the browser keeps nothing, or no more, the page does while it lasts.
pub fn set_saved(name: &str, text: &str) {
    let kept = storage().is_some_and(|storage| storage.set_item(&format!("{PREFIX}{name}"), text).is_ok());
    PASSING.with_borrow_mut(|passing| match kept {
        true => drop(passing.remove(name)),
        false => drop(passing.insert(name.to_owned(), text.to_owned())),
    });
}

/// Forgets what was kept under that name.
pub fn forget(name: &str) {
    if let Some(storage) = storage() {
        // Refused only where nothing is kept.
        let _ = storage.remove_item(&format!("{PREFIX}{name}"));
    }
    PASSING.with_borrow_mut(|passing| passing.remove(name));
}

/// The theme, and how to choose one. It is kept, and stands at `<html data-theme>`.
#[hook]
pub fn use_theme() -> (Theme, Callback<Theme>) {
    let theme = use_state_eq(|| {
        let asked = SANDBOX_THEME.with(Clone::clone);
        Theme::from_name(&saved("theme").or(asked).unwrap_or_default())
    });
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
    // The newest is called, and a page that draws itself anew more often than that does not begin the wait again.
    let newest = use_mut_ref(|| tick.clone());
    newest.replace(tick);
    use_effect_with((on, every_ms), move |(on, every_ms)| {
        let ring = move || {
            let tick = newest.borrow().clone();
            tick.emit(());
        };
        let interval = on.then(|| gloo::timers::callback::Interval::new(*every_ms, ring));
        move || drop(interval)
    });
}

/// A node that is scrolled to when it is first drawn: in narrow windows it stands far below what opens it.
#[hook]
pub fn use_top() -> NodeRef {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            if let Some(element) = node.cast::<web_sys::Element>() {
                element.scroll_into_view();
            }
        });
    }
    node
}
