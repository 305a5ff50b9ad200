//! The page.

use yew::prelude::*;

#[component]
fn Page() -> Html {
    use_effect_with((), |()| {
        let body = web_sys::window().and_then(|w| w.document()).and_then(|d| d.body());
        // The attribute's name is valid, so that setting it cannot fail.
        drop(body.map(|b| b.set_attribute("data-ready", "")));
    });
    html! { <main><h1>{ "Dynascope" }</h1></main> }
}

fn main() {
    yew::Renderer::<Page>::new().render();
}
