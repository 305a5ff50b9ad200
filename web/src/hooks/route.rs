//! The address bar: the query string is the page's place. The fragment is left as it is.

use engine::timeline::{Event, EventKind};
use gloo::events::EventListener;
use gloo::utils::window;
use wasm_bindgen::JsValue;
use yew::prelude::*;

use crate::state::route::{Page, Route};

/// Where you are, and how to go elsewhere.
#[derive(Clone, PartialEq)]
pub struct RouteHandle {
    /// Where you are.
    pub route: Route,
    /// Go there: a step in the browser's history.
    pub go: Callback<Route>,
    /// Be there: the address changes, the history gets no step.
    pub replace: Callback<Route>,
}

impl RouteHandle {
    /// Go to a page, keeping the table.
    pub fn go_to(&self, page: Page) {
        self.go.emit(self.route.at(page));
    }

    /// Go to the stream record that an event tells of.
    pub fn go_to_record(&self, event: &Event) {
        if let EventKind::StreamRecord { target, sequence_number, .. } = &event.kind {
            let streams = self.route.at(Page::Streams).on(Some(target.table.clone()), None);
            self.go.emit(streams.with("record", Some(sequence_number.clone())));
        }
    }
}

fn here() -> Route {
    Route::parse(&window().location().search().unwrap_or_default())
}

/// For the app alone: keeps the route and the address together.
#[hook]
pub fn use_route_provider() -> RouteHandle {
    let route = use_state_eq(here);
    {
        let route = route.setter();
        use_effect_with((), move |()| {
            let listener = EventListener::new(&window(), "popstate", move |_| route.set(here()));
            move || drop(listener)
        });
    }
    let setter = route.setter();
    let change = move |to: Route, step: bool| {
        let window = window();
        let address = to.query() + &window.location().hash().unwrap_or_default();
        if let Ok(history) = window.history() {
            // Refused only where the document has no address of its own; the page itself still changes.
            let _ = match step && here() != to {
                true => history.push_state_with_url(&JsValue::NULL, "", Some(&address)),
                false => history.replace_state_with_url(&JsValue::NULL, "", Some(&address)),
            };
        }
        setter.set(to);
    };
    let go = {
        let change = change.clone();
        use_callback((), move |to, ()| change(to, true))
    };
    let replace = use_callback((), move |to, ()| change(to, false));
    RouteHandle { route: (*route).clone(), go, replace }
}

/// Where you are.
#[hook]
pub fn use_route() -> RouteHandle {
    use_context::<RouteHandle>().expect("the page stands inside the app")
}
