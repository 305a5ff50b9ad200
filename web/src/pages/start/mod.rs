//! The first minute: a sample under light traffic, its heat, and three doors. Nothing to close.
//!
//! The sample is loaded by itself only into the workspace of the first minute, which is made for it; anywhere else it waits for a
//! click.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;

use super::design::gallery::use_samples;
use super::heat::HeatGlimpse;
use super::share::open::OpenShared;
use crate::components::{Button, ButtonKind, Icon};
use crate::hooks::{
    Destination, FIRST_WORKSPACE, SAMPLE_WORKSPACE, use_client, use_loader, use_route, use_session,
    use_tables,
};
use crate::share::Document;
use crate::state::loading::Loading;
use crate::state::route::Page;

/// The sample that is one click away.
const FIRST: &str = "orders";

/// What is asked of the sample's door.
#[derive(Clone, Copy, PartialEq)]
enum Asked {
    /// To see it, once it has come by itself.
    ToSee,
    /// To load it.
    ToLoad,
}

/// The start.
#[component]
pub fn StartPage() -> Html {
    let (session, tables, api) = (use_session(), use_tables(), use_client());
    let samples = use_samples(Some(FIRST));
    let loader = use_loader();
    let route = use_route();
    let orders = samples.documents.get(FIRST).cloned();
    let of_sample = session.workspace == SAMPLE_WORKSPACE;
    let begun = use_mut_ref(|| false);
    use_first_sample(&begun, of_sample && tables.loaded && tables.list.is_empty(), orders.clone());
    let busy = loader.state.is_busy();
    let table = tables.list.first().filter(|_| !busy).cloned();
    let idle = *loader.state == Loading::Idle && !*begun.borrow();
    let running = matches!(*loader.state, Loading::Running { .. });
    // The sample of the first minute comes by itself, unless it was cancelled or refused.
    let comes = of_sample && table.is_none() && samples.faults.is_empty() && (idle || running);
    // What is asked before the sample is there happens once it is.
    let asked = use_state_eq(|| None);
    let explore = {
        let asked = asked.setter();
        Callback::from(move |()| asked.set(Some(if comes { Asked::ToSee } else { Asked::ToLoad })))
    };
    {
        let (load, route, setter) = (loader.load.clone(), route.clone(), asked.setter());
        let name = table.as_ref().map(|table| table.name.clone());
        let deps = (*asked, name, orders.clone().filter(|_| !busy), comes);
        use_effect_with(deps, move |(asked, name, orders, comes)| match (asked, name, orders) {
            (Some(_), Some(_), _) => {
                setter.set(None);
                route.go.emit(route.route.at(Page::Query).on(name.clone(), None));
            }
            (Some(Asked::ToLoad), None, Some(document)) => {
                setter.set(None);
                load.emit((document.clone(), Destination::Here));
            }
            // It does not come any more.
            (Some(Asked::ToSee), None, _) if !comes => setter.set(None),
            _ => {}
        });
    }
    let watch = {
        let (route, table) = (route.clone(), table.clone());
        Callback::from(move |()| {
            let name = table.as_ref().map(|table| table.name.clone());
            route.go.emit(route.route.at(Page::Heat).on(name, None));
        })
    };
    let learn = {
        let route = route.clone();
        Callback::from(move |()| route.go_to(Page::Learn))
    };
    let design = |what: &'static str| {
        let (route, api) = (route.clone(), api.clone());
        Callback::from(move |()| {
            // One's own design does not stand among the sample's tables.
            if of_sample && what != "samples" {
                api.open_workspace(FIRST_WORKSPACE);
            }
            route.go.emit(route.route.at(Page::Design).on(None, None).with(what, Some(String::new())));
        })
    };
    let import = {
        let (route, api) = (route.clone(), api.clone());
        Callback::from(move |()| {
            if of_sample {
                api.open_workspace(FIRST_WORKSPACE);
            }
            route.go.emit(route.route.at(Page::Exchange).on(None, None).with("import", Some(String::new())));
        })
    };
    let count = match samples.list.len() {
        0 => "All samples".to_owned(),
        count => format!("All {count} samples"),
    };
    let (title, action) = match table.is_some() || comes {
        true => ("Look around", "Explore Orders"),
        false => ("Load a sample", "Load Orders"),
    };
    let can_load = orders.is_some() && !busy;
    html! {
        <div class="start" data-sample={of_sample.to_string()}>
            <header class="start-header">
                <h1>{ "A DynamoDB that you can see inside" }</h1>
                <p>{ "Design tables, run real requests, and watch what a real one hides: which partition a key lands on, what a \
                      request costs and why, how indexes, streams and transactions work. In this browser: no account, no server. " }
                    <a href="docs/">{ "Documentation" }</a></p>
            </header>
            if let Some(table) = &table {
                <HeatGlimpse table={table.clone()} />
            } else if of_sample {
                <div class="glimpse" data-part="glimpse" data-state="loading" aria-busy="true"></div>
            }
            <ul class="doors">
                <li class="door" data-door="sample">
                    <Icon name="book-open" />
                    <h2>{ title }</h2>
                    <p>{ "Orders: a shop’s orders with a sort key, a local and a global index, and the requests to try on them." }</p>
                    { for samples.faults.iter().map(|reason| html! { <p class="field-error" role="alert">{ reason }</p> }) }
                    <div class="door-actions">
                        <Button label={action} kind={ButtonKind::Primary} disabled={table.is_none() && !comes && !can_load}
                            busy={asked.is_some() || busy && !comes} onclick={explore} action="load-orders" />
                        if table.is_some() {
                            <Button label="Watch the heat" kind={ButtonKind::Quiet} onclick={watch} action="watch-heat" />
                        }
                        <Button label="Learn" kind={ButtonKind::Quiet} onclick={learn} action="learn" />
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
                        <Button label="Import a design" kind={ButtonKind::Quiet} onclick={import} action="start-import" />
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

/// Loads the sample once, where it is wanted: who cancels it is not asked again.
#[hook]
fn use_first_sample(begun: &Rc<RefCell<bool>>, wanted: bool, document: Option<Rc<Document>>) {
    let (loader, begun) = (use_loader(), begun.clone());
    let free = *loader.state == Loading::Idle;
    let load = loader.load.clone();
    use_effect_with((wanted && free, document), move |(wanted, document)| {
        if let (true, Some(document)) = (*wanted, document)
            && !std::mem::replace(&mut *begun.borrow_mut(), true)
        {
            load.emit((document.clone(), Destination::HereAndStay));
        }
    });
}
