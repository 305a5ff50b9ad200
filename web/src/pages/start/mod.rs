//! The first minute in an empty workspace: three doors, nothing to close.

use yew::prelude::*;

use super::design::gallery::use_samples;
use super::share::open::OpenShared;
use crate::components::{Button, ButtonKind, Icon};
use crate::hooks::{Destination, use_loader, use_route};
use crate::state::route::Page;

/// The sample that is one click away.
const FIRST: &str = "orders";

/// The start.
#[component]
pub fn StartPage() -> Html {
    let samples = use_samples(Some(FIRST));
    let loader = use_loader();
    let route = use_route();
    let orders = samples.documents.get(FIRST).cloned();
    let load_orders = {
        let (load, orders) = (loader.load.clone(), orders.clone());
        Callback::from(move |()| {
            if let Some(document) = &orders {
                load.emit((document.clone(), Destination::Here));
            }
        })
    };
    let design = |what: &'static str| {
        let route = route.clone();
        Callback::from(move |()| route.go.emit(route.route.at(Page::Design).with(what, Some(String::new()))))
    };
    let busy = loader.state.is_busy();
    let count = match samples.list.len() {
        0 => "All samples".to_owned(),
        count => format!("All {count} samples"),
    };
    html! {
        <div class="start">
            <header class="start-header">
                <Icon name="brand" />
                <h1>{ "A DynamoDB that you can see inside" }</h1>
                <p>{ "Design tables, run real requests, and watch what a real one hides: which partition a key lands on, what a \
                      request costs and why, how indexes, streams and transactions work. In this browser: no account, no server." }</p>
            </header>
            <ul class="doors">
                <li class="door" data-door="sample">
                    <Icon name="book-open" />
                    <h2>{ "Load a sample" }</h2>
                    <p>{ "Orders: a shop’s orders with a sort key, a local and a global index, and the requests to try on them." }</p>
                    { for samples.faults.iter().map(|reason| html! { <p class="field-error" role="alert">{ reason }</p> }) }
                    <div class="door-actions">
                        <Button label="Load Orders" kind={ButtonKind::Primary} disabled={orders.is_none() || busy}
                            {busy} onclick={load_orders} action="load-orders" />
                        <Button label={count} kind={ButtonKind::Quiet} onclick={design("samples")} action="samples" />
                    </div>
                </li>
                <li class="door" data-door="design">
                    <Icon name="pencil" />
                    <h2>{ "Design my own" }</h2>
                    <p>{ "Keys, indexes, capacity, streams and Time to Live, with each limit explained where it bites." }</p>
                    <div class="door-actions">
                        <Button label="New table" onclick={design("new")} action="start-new" />
                        <Button label="Paste a describe-table" kind={ButtonKind::Quiet} onclick={design("paste")} action="start-paste" />
                    </div>
                </li>
                <li class="door" data-door="open">
                    <Icon name="share-2" />
                    <h2>{ "Open a link or file" }</h2>
                    <p>{ "What somebody shared with you: a design, its items and its requests. It opens in a workspace of its own." }</p>
                    <OpenShared />
                </li>
            </ul>
        </div>
    }
}
