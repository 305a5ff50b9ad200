//! What stands over a sandbox in somebody's document: where it comes from, that nothing is kept, the way into the whole, and the pages
//! to choose from where the document wants more than one. [`host`] speaks with the document, [`autorun`] starts what the document wants to
//! see running.

mod autorun;
mod host;

use gloo::utils::window;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, Icon, Tab, Tabs};
use crate::hooks::{use_client, use_heat, use_notices, use_requests, use_route, use_session, use_tables};
use crate::pages;
use crate::pages::share::{gather, site_address};
use crate::protocol::embed::panels;
use crate::share::link;
use crate::state::lesson::show;
use crate::state::notice::{Level, NoticeAction};
use crate::state::route::Page;

pub use autorun::Autorun;
pub use host::Host;

/// The line.
#[component]
pub fn EmbedBar() -> Html {
    let (api, session, tables, requests) = (use_client(), use_session(), use_tables(), use_requests());
    let (notices, recipes) = (use_notices(), use_heat().recipes.clone());
    let shown = use_route().route.to_share().query();
    let model = session.model.clone();
    let busy = use_state_eq(|| false);
    let open = {
        let (notices, setter, name) = (notices.dispatcher(), busy.setter(), session.name().to_owned());
        let list = tables.list.clone();
        Callback::from(move |()| {
            // Opened now, while the browser still sees the click, and sent on when the state is read.
            let opened = window().open_with_url_and_target("about:blank", "_blank").ok().flatten();
            let (notices, setter, api, name) = (notices.clone(), setter.clone(), api.clone(), name.clone());
            let (list, kept, recipes) = (list.clone(), requests.saved.clone(), recipes.clone());
            let (model, shown) = (model.clone(), shown.clone());
            setter.set(true);
            wasm_bindgen_futures::spawn_local(async move {
                let quiet = api.quiet();
                let gathered = gather::everything(&quiet, &name, &list, &kept, &recipes, &model).await;
                let fault = match gathered {
                    Err(error) => Some(show(&error).message),
                    Ok(document) => match (link::encode(&document), &opened) {
                        (Err(error), _) => Some(error.to_string()),
                        (Ok(_), None) => Some(
                            "This page’s frame may not open windows: open the page’s own link to Dynascope."
                                .to_owned(),
                        ),
                        (Ok(fragment), Some(opened)) => {
                            let to = format!("{}{shown}#{fragment}", site_address());
                            opened
                                .location()
                                .set_href(&to)
                                .err()
                                .map(|_| "The browser refused the new window.".to_owned())
                        }
                    },
                };
                setter.set(false);
                if let Some(fault) = fault {
                    if let Some(opened) = opened {
                        // A window that this page opened lets itself be closed.
                        let _ = opened.close();
                    }
                    notices.dispatch(NoticeAction::Say(Level::Failed, fault));
                }
            });
        })
    };
    html! {
        <header class="embed-bar">
            <Icon name="brand" />
            <span class="embed-name" data-part="name">{ if session.opened == 0 { "Dynascope" } else { session.name() } }</span>
            <span class="embed-note" data-banner="memory">{ "A sandbox: nothing is kept, a reload starts afresh." }</span>
            <Button label="Open in Dynascope" icon="arrow-right" kind={ButtonKind::Quiet} onclick={open} busy={*busy}
                disabled={!session.is_ready()} action="open-in-dynascope" />
        </header>
    }
}

/// The pages to choose from.
#[component]
pub fn Panels() -> Html {
    let route = use_route();
    let panels = panels(&route.route);
    if panels.len() < 2 {
        return html! {};
    }
    let tab = |page: Page| Tab::new(page.slug(), pages::entry(page).label);
    let tabs: Vec<Tab> = panels.into_iter().map(tab).collect();
    let selected = route.route.page.slug();
    let onselect = Callback::from(move |slug: AttrValue| {
        route.replace.emit(route.route.at(Page::from_slug(&slug).unwrap_or_default()));
    });
    html! { <div class="embed-panels"><Tabs kind="page" label="Pages" {tabs} {selected} {onselect} /></div> }
}
