//! The gallery: a card for each sample, and the way to load it.

use std::collections::BTreeMap;
use std::rc::Rc;

use yew::prelude::*;

use super::sample::{FOLDER, Facts, Sample, facts, read_list, read_sample};
use super::there::LoadThere;
use crate::components::{Button, ButtonKind, Icon};
use crate::hooks::{Destination, read_site, use_loader, use_remote, use_route, use_tables};
use crate::share::Document;
use crate::state::explanation::plural;
use crate::state::route::Page;

/// The samples that were read, and what could not be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples {
    /// The list, in its order.
    pub list: Vec<Sample>,
    /// The documents by name; those that are still being read are not in it.
    pub documents: BTreeMap<String, Rc<Document>>,
    /// Why something could not be read.
    pub faults: Vec<String>,
}

/// What was read.
pub enum SamplesAction {
    /// The list.
    List(Vec<Sample>),
    /// The document of that name.
    Read(String, Rc<Document>),
    /// Why not.
    Fault(String),
}

impl Reducible for Samples {
    type Action = SamplesAction;
    fn reduce(mut self: Rc<Self>, action: SamplesAction) -> Rc<Self> {
        let next = Rc::make_mut(&mut self);
        match action {
            SamplesAction::List(list) => next.list = list,
            SamplesAction::Read(name, document) => drop(next.documents.insert(name, document)),
            SamplesAction::Fault(reason) => next.faults.push(reason),
        }
        self
    }
}

/// Reads the samples, or only the one of that name.
#[hook]
pub fn use_samples(only: Option<&'static str>) -> UseReducerHandle<Samples> {
    let samples = use_reducer(Samples::default);
    let dispatcher = samples.dispatcher();
    use_effect_with(only, move |only| {
        let only = *only;
        wasm_bindgen_futures::spawn_local(async move {
            let list = read_site(&format!("{FOLDER}/index.json")).await.and_then(|text| read_list(&text));
            let list = match list {
                Ok(list) => list,
                Err(reason) => return dispatcher.dispatch(SamplesAction::Fault(reason)),
            };
            dispatcher.dispatch(SamplesAction::List(list.clone()));
            for sample in list.iter().filter(|sample| only.is_none_or(|only| sample.name == only)) {
                let text = read_site(&format!("{FOLDER}/{}", sample.file)).await;
                dispatcher.dispatch(match text.and_then(|text| read_sample(sample, &text)) {
                    Ok(document) => SamplesAction::Read(sample.name.clone(), Rc::new(document)),
                    Err(reason) => SamplesAction::Fault(format!("{}: {reason}", sample.title)),
                });
            }
        });
    });
    samples
}

/// The gallery.
#[component]
pub fn Gallery() -> Html {
    let (samples, route) = (use_samples(None), use_route());
    let import = Callback::from(move |()| {
        route.go.emit(route.route.at(Page::Exchange).with("import", Some(String::new())));
    });
    html! {
        <section class="gallery" aria-label="Samples">
            <header class="design-header">
                <div>
                    <h1>{ "Samples" }</h1>
                    <p class="design-lead">{ "Each is a table with believable data and requests that show what it is for. All of it is invented." }</p>
                </div>
                <div class="design-actions">
                    <Button label="Import a design" icon="upload" onclick={import} action="to-import" />
                </div>
            </header>
            { for samples.faults.iter().map(|reason| html! { <p class="field-error" role="alert">{ reason }</p> }) }
            <ul class="gallery-list">
                { for samples.list.iter().map(|sample| html! {
                    <Card key={sample.name.clone()} sample={sample.clone()} document={samples.documents.get(&sample.name).cloned()} />
                }) }
            </ul>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct CardProps {
    sample: Sample,
    document: Option<Rc<Document>>,
}

#[component]
fn Card(props: &CardProps) -> Html {
    let loader = use_loader();
    let tables = use_tables();
    let route = use_route();
    let connected = use_remote().connection.is_some();
    let facts = use_memo(props.document.clone(), |document| {
        document.as_ref().map(|document| facts(document)).unwrap_or_default()
    });
    // While it is loaded its table is there, but not yet its own.
    let here = facts.iter().find(|facts| !loader.state.is_busy() && tables.get(&facts.table).is_some());
    let load = |destination: Destination| {
        let (load, document) = (loader.load.clone(), props.document.clone());
        Callback::from(move |()| {
            if let Some(document) = &document {
                load.emit((document.clone(), destination));
            }
        })
    };
    let waits = props.document.is_none() || loader.state.is_busy() || !tables.loaded;
    let sample = &props.sample;
    html! {
        <li class="sample" data-sample={sample.name.clone()}>
            <h3>{ &sample.section }</h3>
            <h2>{ &sample.title }</h2>
            <p>{ &sample.description }</p>
            { for facts.iter().map(fact_line) }
            if connected {
                <LoadThere document={props.document.clone()} />
            } else {
                <div class="sample-actions">
                    if let Some(here) = here {
                        <p class="sample-here">{ format!("{} is a table of this workspace.", here.table) }</p>
                        <Button label="Open it" icon="arrow-right" onclick={ {
                            let (route, table) = (route.clone(), here.table.clone());
                            Callback::from(move |()| route.go.emit(route.route.at(Page::Query).on(Some(table.clone()), None)))
                        } } />
                        <Button label="Load into a new workspace" kind={ButtonKind::Quiet} disabled={waits} action="load-new"
                            onclick={load(Destination::NewWorkspace)} />
                    } else {
                        <Button label="Load" icon="download" disabled={waits} action="load" onclick={load(Destination::Here)} />
                    }
                </div>
            }
        </li>
    }
}

fn fact_line(facts: &Facts) -> Html {
    html! {
        <p class="sample-facts">
            <Icon name="table-2" /><b>{ &facts.table }</b>
            <span class="sample-key"><Icon name="key-round" />{ facts.keys.join(", ") }</span>
            { for facts.indexes.iter().map(|(kind, name)| html! {
                <span class="sample-index"><i>{ *kind }</i>{ " " }{ name }</span>
            }) }
            <span>{ plural(facts.items as u64, "item") }</span>
        </p>
    }
}
