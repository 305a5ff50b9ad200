//! A newer Dynascope is there: said once the browser has it whole, and taken by a reload that the reader asks for.
//!
//! `static/offline.js` tells it by an event of the window and hears the answer in the same way.

use gloo::events::EventListener;
use gloo::utils::window;
use web_sys::Event;
use yew::prelude::*;

use crate::components::{Button, Icon};

/// The bar, where there is something to say.
#[component]
pub fn UpdateBar() -> Html {
    let waiting = use_state_eq(|| false);
    {
        let setter = waiting.setter();
        use_effect_with((), move |()| {
            let listener = EventListener::new(&window(), "dynascope-update", move |_| setter.set(true));
            move || drop(listener)
        });
    }
    let onreload = Callback::from(|()| {
        if let Ok(event) = Event::new("dynascope-reload") {
            // Refused only while the same event is being told.
            let _ = window().dispatch_event(&event);
        }
    });
    if !*waiting {
        return html! {};
    }
    html! {
        <div class="banner" role="status" data-banner="update">
            <Icon name="info" />
            <p><b>{ "A newer Dynascope is there." }</b>{ " What is stored stays; every tab of it is loaded again." }</p>
            <Button label="Reload" icon="rotate-cw" onclick={onreload} action="update" />
        </div>
    }
}
