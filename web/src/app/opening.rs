//! A link's document: read from the address when the page starts and whenever the fragment changes, or fetched from where the address
//! says that it is, and given to the loader.
//!
//! The fragment goes from the address once its document is stored, so that a reload opens the workspace instead of loading
//! again; where nothing is stored (in memory, in somebody's document) it stays, so that a reload brings the design back.

use std::rc::Rc;

use gloo::events::EventListener;
use gloo::utils::window;
use wasm_bindgen::JsValue;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, Icon};
use crate::hooks::{Destination, read_hosted, use_loader, use_route, use_session};
use crate::protocol::Storage;
use crate::share::{Document, link};
use crate::state::route::{Page, Route, TIMELINE};
use crate::state::session::Phase;

/// What the address's fragment holds.
#[derive(Clone, Debug, Default, PartialEq)]
enum Found {
    /// No document.
    #[default]
    Nothing,
    /// A document that is hosted there.
    Hosted(String),
    /// A document that waits until the worker has answered.
    Document(Rc<Document>),
    /// It is being loaded.
    Loading,
    /// A link that cannot be opened, and why.
    Fault(String),
}

fn look() -> Found {
    let fragment = window().location().hash().unwrap_or_default();
    match (link::is_share(&fragment), link::source(&fragment)) {
        (false, _) => Found::Nothing,
        (_, Some(Ok(address))) => Found::Hosted(address),
        (_, Some(Err(error))) => Found::Fault(error.to_string()),
        (true, None) => match link::decode(&fragment) {
            Ok(document) => Found::Document(Rc::new(document)),
            Err(error) => Found::Fault(error.to_string()),
        },
    }
}

/// Takes the document out of the address.
fn forget_fragment() {
    let location = window().location();
    let here = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    if link::is_share(&location.hash().unwrap_or_default())
        && let Ok(history) = window().history()
    {
        // Refused only where the document has no address of its own.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&here));
    }
}

/// Where a link's document is shown: on the page that its address names, else on the Query page. A fragment that came into the address of
/// a page that was open (`opened` is false) names none: that page is of what was there.
fn landing(route: &Route, opened: bool) -> Route {
    // A link to a step names the page that shows it.
    match (opened || route.embed() || route.rest.contains_key(TIMELINE)) && route.page != Page::Start {
        true => route.clone(),
        false => route.at(Page::Query).on(None, None),
    }
}

/// The props of [`LinkOpener`].
#[derive(Properties, PartialEq)]
pub struct LinkOpenerProps {
    /// A link cannot be opened.
    #[prop_or_default]
    pub onfault: Callback<()>,
}

/// Opens links; a bar says what is wrong with one.
#[component]
pub fn LinkOpener(props: &LinkOpenerProps) -> Html {
    let (loader, session, route) = (use_loader(), use_session(), use_route());
    let found = use_state_eq(look);
    // Whether the page was opened by the link.
    let opened = use_state_eq(|| true);
    use_fetched(&found);
    use_effect_with(matches!(*found, Found::Fault(_)), {
        let onfault = props.onfault.clone();
        move |fault| {
            if *fault {
                onfault.emit(());
            }
        }
    });
    {
        let (found, opened) = (found.setter(), opened.setter());
        use_effect_with((), move |()| {
            let listener = EventListener::new(&window(), "hashchange", move |_| match look() {
                // The fragment went with its document.
                Found::Nothing => {}
                other => {
                    opened.set(false);
                    found.set(other);
                }
            });
            move || drop(listener)
        });
    }
    let busy = loader.state.is_busy();
    let answered = matches!(session.phase, Phase::Ready | Phase::Waiting);
    {
        let (found, setter, load) = ((*found).clone(), found.setter(), loader.load.clone());
        let (replace, here) = (route.replace.clone(), route.route.clone());
        let deps = (found.clone(), answered && !busy, here, *opened);
        use_effect_with(deps, move |(found, free, here, opened)| {
            let Found::Document(document) = found else { return };
            let landing = landing(here, *opened);
            // Elsewhere the document's first request is what is shown.
            let named = *opened && !here.embed() && document.history.is_empty() && here.page != Page::Query;
            if landing != *here {
                replace.emit(landing);
            } else if *free {
                setter.set(Found::Loading);
                let destination =
                    if named { Destination::NewWorkspaceAndStay } else { Destination::NewWorkspace };
                load.emit((document.clone(), destination));
            }
        });
    }
    {
        let (setter, stored) = (found.setter(), session.storage == Some(Storage::Durable));
        let idle = *loader.state == crate::state::loading::Loading::Idle;
        let began = use_mut_ref(|| false);
        let deps = (*found == Found::Loading, idle, stored);
        use_effect_with(deps, move |(loading, idle, stored)| {
            if !*loading {
                return;
            }
            // The loader's first word comes after this effect's first run.
            let began = std::mem::replace(&mut *began.borrow_mut(), !*idle);
            if began && *idle {
                if *stored {
                    forget_fragment();
                }
                setter.set(Found::Nothing);
            }
        });
    }
    let onclose = {
        let found = found.setter();
        Callback::from(move |()| {
            forget_fragment();
            found.set(Found::Nothing);
        })
    };
    match &*found {
        Found::Hosted(address) => html! {
            <div class="banner" role="status" data-banner="fetching"><p>{ format!("Reading {address} …") }</p></div>
        },
        Found::Fault(reason) => html! {
            <div class="banner" role="alert" data-banner="link">
                <Icon name="octagon-alert" />
                <p><b>{ "The link was not opened. " }</b>{ reason }{ " Nothing here was changed." }</p>
                <Button label="Understood" kind={ButtonKind::Quiet} onclick={onclose} action="dismiss-link" />
            </div>
        },
        _ => html! {},
    }
}

/// Fetches what is hosted elsewhere.
#[hook]
fn use_fetched(found: &UseStateHandle<Found>) {
    let address = match &**found {
        Found::Hosted(address) => Some(address.clone()),
        _ => None,
    };
    let (setter, newest) = (found.setter(), use_mut_ref(|| None::<String>));
    use_effect_with(address, move |address| {
        newest.borrow_mut().clone_from(address);
        let Some(address) = address.clone() else { return };
        wasm_bindgen_futures::spawn_local(async move {
            let read = read_hosted(&address).await;
            // Another link may have come meanwhile.
            if newest.borrow().as_ref() == Some(&address) {
                setter.set(read.map_or_else(Found::Fault, |document| Found::Document(Rc::new(document))));
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_lands_on_the_page_that_it_names_and_a_fragment_alone_on_the_query_page() {
        let landed = |query: &str| landing(&Route::parse(query), true).query();
        assert_eq!(landed("?page=heat&table=Orders&row=3"), "?page=heat&table=Orders&row=3");
        assert_eq!(landed(""), "?page=query");
        let landed = |query: &str| landing(&Route::parse(query), false).query();
        assert_eq!(landed("?page=design&table=Old&new"), "?page=query");
        assert_eq!(landed(""), "?page=query");
        assert_eq!(landed("?embed"), "?page=query&embed");
        assert_eq!(landed("?embed&page=data"), "?page=data&embed");
        assert_eq!(landed("?page=data&table=T&event=7"), "?page=data&table=T&event=7");
    }
}
