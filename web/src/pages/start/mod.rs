//! The first minute in an empty workspace: three doors, nothing to close.

use std::rc::Rc;

use web_sys::{Event, HtmlInputElement};
use yew::prelude::*;

use super::design::gallery::use_samples;
use crate::components::{Button, ButtonKind, Field, Icon};
use crate::hooks::{Destination, read_file, use_loader, use_route};
use crate::share::{Document, link};
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
                    <OpenShared {busy} />
                </li>
            </ul>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct OpenSharedProps {
    busy: bool,
}

/// A field for a link and a button for a file.
#[component]
fn OpenShared(props: &OpenSharedProps) -> Html {
    let loader = use_loader();
    let typed = use_state_eq(String::new);
    let fault = use_state_eq(|| None::<String>);
    let chooser = use_node_ref();
    let take = {
        let (load, fault) = (loader.load.clone(), fault.setter());
        move |read: Result<Document, String>| match read {
            Ok(document) => {
                fault.set(None);
                load.emit((Rc::new(document), Destination::NewWorkspace));
            }
            Err(reason) => fault.set(Some(reason)),
        }
    };
    let open_link = {
        let (take, typed) = (take.clone(), typed.clone());
        Callback::from(move |()| take(link::decode(&typed).map_err(|error| error.to_string())))
    };
    let onchange = {
        let take = take.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let file = input.files().and_then(|files| files.get(0));
            // The same file can be chosen again.
            input.set_value("");
            let take = take.clone();
            if let Some(file) = file {
                wasm_bindgen_futures::spawn_local(async move {
                    let text = read_file(&file).await;
                    take(text.and_then(|text| Document::parse(&text).map_err(|error| error.to_string())));
                });
            }
        })
    };
    let choose = {
        let chooser = chooser.clone();
        Callback::from(move |()| {
            if let Some(input) = chooser.cast::<HtmlInputElement>() {
                input.click();
            }
        })
    };
    let oninput = {
        let (typed, fault) = (typed.setter(), fault.setter());
        Callback::from(move |text| {
            typed.set(text);
            fault.set(None);
        })
    };
    html! {
        <>
            <Field label="A Dynascope link" hide_label={true} name="link" placeholder="https://…#d=1.…" mono={true}
                value={(*typed).clone()} {oninput} error={(*fault).clone().map(AttrValue::from)} />
            <div class="door-actions">
                <Button label="Open the link" disabled={typed.trim().is_empty() || props.busy} onclick={open_link} action="open-link" />
                <Button label="Choose a file…" kind={ButtonKind::Quiet} disabled={props.busy} onclick={choose} action="open-file" />
            </div>
            <input type="file" class="visually-hidden" accept=".json,application/json" ref={chooser} {onchange} name="document"
                tabindex="-1" aria-label="A design document" />
        </>
    }
}
