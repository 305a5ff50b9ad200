//! The Consumer view of the Streams page: what reads a table's stream in batches, as a Lambda event source does.

use yew::prelude::*;

use crate::components::{Button, EmptyState};
use crate::hooks::use_route;

/// The view.
#[component]
pub fn ConsumerPage() -> Html {
    let route = use_route();
    let onclick = Callback::from(move |()| route.replace.emit(route.route.with("view", None)));
    html! {
        <EmptyState icon="radio" title="Nothing reads a stream here yet" actions={html! {
            <Button label="See the records" icon="radio" {onclick} action="records" />
        }}>
            <p>{ "A consumer takes a stream's records in batches, shard by shard. The records themselves, and an iterator to read them by hand, stand under Records." }</p>
        </EmptyState>
    }
}
