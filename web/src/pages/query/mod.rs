//! Query: every operation as a form and as JSON, its answer, and what happened.

use yew::prelude::*;

/// The page.
#[component]
pub fn QueryPage() -> Html {
    html! {}
}
