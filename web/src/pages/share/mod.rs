//! Share: the design, its items and its saved requests as a link, as a frame for a page, as a file; and opening one.
//!
//! - `choice` what goes along, and what is said of its length; pure
//! - `gather` reading it from the workspace
//! - `what` the form of the choices, `copy_field` a text to be taken away, `qr` a link to be photographed, `open` a link or file from
//!   somebody else
//! - `hosted` the link to a file that somebody hosts
//! - `embedding` the builder of a sandbox for somebody's document, `snippet` its HTML; pure
//!
//! Everything is in the link's fragment, which browsers keep to themselves: no server sees it.

mod choice;
mod copy_field;
mod embedding;
pub mod gather;
mod hosted;
pub mod open;
mod qr;
mod snippet;
mod what;

use std::cell::Cell;
use std::rc::Rc;

use gloo::timers::future::TimeoutFuture;
use gloo::utils::window;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, EmptyState, ErrorPanel, Progress, Select, SelectOption};
use crate::hooks::{
    download, use_client, use_heat, use_notices, use_requests, use_route, use_session, use_tables,
};
use crate::pages;
use crate::protocol::ClientError;
use crate::share::{Document, ShareError, link};
use crate::state::explanation::count;
use crate::state::notice::{Level, NoticeAction};
use crate::state::route::Page;
use choice::{COLLECTIONS, Choices, advice, file_name};
use copy_field::CopyField;
use embedding::Embedding;
use gather::{Read, design_name, gather};
use hosted::Hosted;
use open::OpenShared;
use qr::Qr;
use what::What;

/// How far the link is.
#[derive(Clone, PartialEq)]
enum Build {
    /// So many items of that table are read.
    Reading(String, usize),
    /// Everything is read.
    Packing,
    Ready(Rc<Built>),
    Failed(ClientError),
    Stopped,
}

/// What was built.
#[derive(PartialEq)]
struct Built {
    document: Document,
    fragment: Result<String, ShareError>,
}

/// So long the choices must stand still before a link is built, in milliseconds.
const STILL_MS: u32 = 120;

/// The site's address without query and fragment.
pub fn site_address() -> String {
    let location = window().location();
    location.origin().unwrap_or_default() + &location.pathname().unwrap_or_default()
}

/// The page.
#[component]
pub fn SharePage() -> Html {
    let (api, session, tables, kept) = (use_client(), use_session(), use_tables(), use_requests());
    let (heat, notices, route) = (use_heat(), use_notices(), use_route());
    let choices = use_state_eq(Choices::default);
    let build = use_state_eq(|| Build::Packing);
    let attempt = use_state_eq(|| 0_u32);
    let read = use_memo((), |()| Read::default());
    let newest = use_memo((), |()| Cell::new(0_u64));

    let name = choices.name.clone().unwrap_or_else(|| design_name(session.name(), &tables.list).to_owned());
    let chosen = choices.chosen(tables.list.iter().map(AsRef::as_ref));
    let (requests, unreadable) = choices.requests(&kept.saved);
    let recipes = if choices.no_recipes { Rc::default() } else { heat.recipes.clone() };
    let mut model = (*session.model).clone();
    if choices.no_patterns {
        model.patterns.clear();
    }
    if choices.no_entities {
        model.entities.clear();
    }
    let seed = choices.seed.filter(|_| !model.entities.is_empty());
    {
        let (api, read, build, newest) = (api.clone(), read.clone(), build.setter(), newest.clone());
        let beside = (model, seed);
        let deps = (tables.loaded, name.clone(), chosen.clone(), requests.clone(), recipes, beside, *attempt);
        use_effect_with(deps, move |(loaded, name, chosen, requests, recipes, beside, _)| {
            let number = newest.get() + 1;
            newest.set(number);
            if !*loaded {
                return;
            }
            // What was built is of other choices.
            build.set(Build::Packing);
            let (name, chosen, requests) = (name.trim().to_owned(), chosen.clone(), requests.clone());
            let (recipes, (model, seed)) = (recipes.clone(), beside.clone());
            wasm_bindgen_futures::spawn_local(async move {
                TimeoutFuture::new(STILL_MS).await;
                let current = || newest.get() == number;
                if !current() {
                    return;
                }
                let progress = |table: &str, count| {
                    if current() {
                        build.set(Build::Reading(table.to_owned(), count));
                    }
                    current()
                };
                let gathered = gather(&api.quiet(), &read, &name, &chosen, requests, progress).await;
                if !current() {
                    return;
                }
                match gathered {
                    Ok(Some(document)) => {
                        let mut document = document.with_model(model).with_sample_seed(seed);
                        document.recipes = (*recipes).clone();
                        build.set(Build::Packing);
                        // The page draws that before it packs.
                        TimeoutFuture::new(0).await;
                        let fragment = link::encode(&document);
                        build.set(Build::Ready(Rc::new(Built { document, fragment })));
                    }
                    Ok(None) => {}
                    Err(error) => build.set(Build::Failed(error)),
                }
            });
        });
    }
    // Nobody waits for a page that is gone.
    {
        let newest = newest.clone();
        use_effect_with((), move |()| move || newest.set(newest.get() + 1));
    }
    let cancel = {
        let (build, newest) = (build.setter(), newest.clone());
        Callback::from(move |()| {
            newest.set(newest.get() + 1);
            build.set(Build::Stopped);
        })
    };
    let again = {
        let (attempt, next) = (attempt.setter(), *attempt + 1);
        Callback::from(move |()| attempt.set(next))
    };
    let onchoices = {
        let setter = choices.setter();
        Callback::from(move |next| setter.set(next))
    };
    let built = match &*build {
        Build::Ready(built) => Some(built.clone()),
        _ => None,
    };
    let save = {
        let (built, notices) = (built.clone(), notices.dispatcher());
        Callback::from(move |()| {
            let Some(built) = &built else { return };
            let name = file_name(&built.document);
            let text = built.document.to_pretty_json();
            let say = match download(&name, "application/json", &text) {
                Ok(()) => NoticeAction::Say(Level::Done, format!("{name} is saved.")),
                Err(_) => NoticeAction::Say(Level::Failed, "The browser did not take the file.".to_owned()),
            };
            notices.dispatch(say);
        })
    };
    if tables.loaded && tables.list.is_empty() && kept.saved.is_empty() {
        return html! {
            <div class="share-page">
                <EmptyState icon="share-2" title="There is nothing to share yet">
                    <p>{ "A link carries a design, its items and its saved requests. Make a table first, or open what somebody sent you." }</p>
                </EmptyState>
                <section class="share-section share-alone"><h2>{ "Open a link or file" }</h2><OpenShared /></section>
            </div>
        };
    }
    let fragment = built.as_ref().and_then(|built| built.fragment.as_ref().ok());
    let table = route.route.table.as_deref().filter(|table| chosen.iter().any(|one| one.table == *table));
    let opening = choices.opening(table);
    let address = fragment.map(|fragment| format!("{}{opening}#{fragment}", site_address()));
    let onopens = {
        let (choices, setter) = ((*choices).clone(), choices.setter());
        Callback::from(move |opens| setter.set(Choices { opens: Some(opens), ..choices.clone() }))
    };
    let shown =
        pages::PAGES.iter().filter(|entry| entry.tab && !matches!(entry.page, Page::Query | Page::Share));
    let shown = shown.map(|entry| SelectOption::new(entry.page.slug(), entry.label));
    let first = [("query", "Its first request"), (COLLECTIONS, "Item collections")];
    let opens: Vec<SelectOption> =
        first.into_iter().map(|(value, label)| SelectOption::new(value, label)).chain(shown).collect();
    let export = Callback::from(move |()| route.go.emit(route.route.at(Page::Exchange)));
    html! {
        <div class="share-page">
            <header class="share-header">
                <h1>{ "Share this workspace" }</h1>
                <p>{ "Whoever opens the link gets a workspace of their own with all of this in it. Everything is in the link itself: \
                      no server keeps it, and nothing changes here." }</p>
            </header>
            <div class="share-columns">
                <What tables={tables.list.clone()} requests={kept.saved.clone()} {unreadable} recipes={heat.recipes.len() as u64}
                    patterns={session.model.patterns.len() as u64} entities={session.model.entities.len() as u64} name={name.clone()}
                    choices={(*choices).clone()} {chosen} {onchoices} />
                <div class="share-ways">
                    <section class="share-section" aria-label="Link">
                        <h2>{ "As a link" }</h2>
                        <Select label="Opens on" name="opens" options={opens} value={choices.opens.clone().unwrap_or_else(|| "query".to_owned())} onchange={onopens} />
                        <CopyField label="Link" name="link" value={address.clone().map(AttrValue::from)} button="Copy link"
                            kind={ButtonKind::Primary} />
                        { state_of(&build, address.as_deref(), cancel, again) }
                        if let Some(address) = address {
                            <Qr {address} />
                        }
                    </section>
                    <Embedding fragment={fragment.cloned().map(AttrValue::from)} name={name.clone()} />
                    <section class="share-section" aria-label="File">
                        <h2>{ "As a file" }</h2>
                        <p>{ "For what is too long for a link, and for keeping: readable JSON, with tables as CreateTable requests and items in DynamoDB JSON." }</p>
                        <div class="share-actions">
                            <Button label="Save as file" icon="download" onclick={save} disabled={built.is_none()} action="save-file" />
                        </div>
                        <Hosted />
                    </section>
                    <section class="share-section" aria-label="Code">
                        <h2>{ "As somebody else’s code" }</h2>
                        <p>{ "CloudFormation, AWS SAM, Terraform, the AWS CDK and CLI, a NoSQL Workbench model, or a document to read." }</p>
                        <div class="share-actions">
                            <Button label="Export" icon="file-json" onclick={export} action="to-export" />
                        </div>
                    </section>
                    <section class="share-section" aria-label="Open">
                        <h2>{ "Open a link or file" }</h2>
                        <p>{ "It becomes a new workspace; this one stays as it is." }</p>
                        <OpenShared />
                    </section>
                </div>
            </div>
        </div>
    }
}

/// Under the link: how far it is, how long it is, or why there is none.
fn state_of(build: &Build, address: Option<&str>, cancel: Callback<()>, again: Callback<()>) -> Html {
    match build {
        Build::Reading(table, items) => html! {
            <Progress label={format!("Reading {table}")} done={*items as u64} oncancel={cancel} />
        },
        Build::Packing => html! { <Progress label="Packing" /> },
        Build::Stopped => html! {
            <p class="share-length" data-level="warning">
                { "Stopped: there is no link. Leave out items, or " }<Button label="read again" kind={ButtonKind::Quiet} onclick={again} action="read-again" />
            </p>
        },
        Build::Failed(error) => html! {
            <ErrorPanel error={error.clone()} actions={html! { <Button label="Read again" onclick={again} action="read-again" /> }} />
        },
        Build::Ready(built) => match (&built.fragment, address) {
            (Ok(_), Some(address)) => {
                let advice = advice(address.len());
                html! {
                    <p class="share-length" data-level={advice.level} data-length={address.len().to_string()}>
                        <b>{ format!("{} characters.", count(address.len() as u64)) }</b>{ " " }{ advice.text }
                    </p>
                }
            }
            (Err(error), _) => html! { <p class="field-error" role="alert">{ error.to_string() }</p> },
            (Ok(_), None) => html! {},
        },
    }
}
