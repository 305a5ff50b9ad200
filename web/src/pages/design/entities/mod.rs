//! The entities of the design: the kinds of items that its tables hold, with the templates of their keys, and sample data of them.
//!
//! - `list` the entities, a row each
//! - `editor` the chosen one's fields, `attributes` its attributes among them
//! - `sample` sample data: what it would be, and the writing of it
//!
//! Where in the page one is stands in the address: `&entities`, `&entities=new`, `&entities=sample`, `&entity=NAME` beside it.

mod attributes;
mod editor;
mod list;
mod sample;

use std::rc::Rc;

use yew::prelude::*;

use crate::components::{Button, ButtonKind, EmptyState, Split, use_taking_out};
use crate::hooks::{use_client, use_notices, use_route, use_session, use_tables};
use crate::protocol::entity::{ENTITIES_MAX, Entity};
use crate::protocol::model::Model;
use crate::state::entities::{fresh, with_entity};
use crate::state::lesson::show;
use crate::state::notice::{Level, NoticeAction};
use editor::Editor;
use list::List;
use sample::SampleData;

/// The page.
#[component]
pub fn Entities() -> Html {
    let (api, session, tables, route) = (use_client(), use_session(), use_tables(), use_route());
    let notices = use_notices();
    let model = session.model.clone();
    let here = |mode: &str, entity: Option<&str>| {
        let to = route.route.with("entities", Some(mode.to_owned()));
        to.with("entity", entity.map(str::to_owned))
    };
    let go_to = |to| {
        let go = route.go.clone();
        Callback::from(move |()| go.emit(Clone::clone(&to)))
    };
    let keep = {
        let (model, api, notices) = (model.clone(), api.clone(), notices.dispatcher());
        Callback::from(move |entities: Vec<Entity>| {
            let kept = api.keep_model(Model { entities, ..(*model).clone() });
            let notices = notices.clone();
            wasm_bindgen_futures::spawn_local(async move {
                if let Err(error) = kept.await {
                    notices.dispatch(NoticeAction::Say(Level::Failed, show(&error).message));
                }
            });
        })
    };
    let mode = route.route.rest.get("entities").map(String::as_str).unwrap_or_default();
    let named = route.route.rest.get("entity");
    let chosen = named.and_then(|name| model.entities.iter().position(|one| one.name == *name));
    let table = tables.chosen(route.route.table.as_deref()).cloned();
    let onnew = go_to(here("new", None));
    let show = {
        let (go, to) = (route.go.clone(), here("", None));
        Callback::from(move |name| go.emit(to.with("entity", name)))
    };
    let taking = use_taking_out(&model.entities, |one| &one.name, &keep, &show);
    if model.entities.is_empty() && mode != "new" {
        let onsamples = {
            let to = route.route.with("entities", None).with("samples", Some(String::new()));
            go_to(to)
        };
        return html! {
            <section class="entities-page" aria-label="Entities">
                { for taking.bar.clone() }
                <EmptyState icon="layers" title="What do these tables hold?" actions={ html! {
                    <>
                        <Button label="New entity" icon="plus" kind={ButtonKind::Primary} onclick={onnew} action="new-entity"
                            disabled={table.is_none() || !session.is_ready()} />
                        <Button label="Load a sample" onclick={onsamples} action="samples" />
                    </>
                } }>
                    <p>{ "A user, an order, a product: each entity has a template for its keys, such as " }<code>{ "USER#{user_id}" }</code>
                        { ", its attributes, and what sample data has in them. Item collections are then told apart by entity." }</p>
                    if table.is_none() {
                        <p>{ "Entities are kept in tables: make one first." }</p>
                    }
                </EmptyState>
            </section>
        };
    }
    let onsave = {
        let (keep, model, go) = (keep.clone(), model.clone(), route.go.clone());
        let route = route.route.clone();
        let old = chosen.filter(|_| mode != "new").map(|at| model.entities[at].name.clone());
        Callback::from(move |entity: Entity| {
            let name = entity.name.clone();
            keep.emit(with_entity(&model.entities, old.as_deref(), entity));
            go.emit(route.with("entities", Some(String::new())).with("entity", Some(name)));
        })
    };
    let oncancel = go_to(here("", named.map(String::as_str)));
    let right = match (mode, chosen) {
        ("new", _) => {
            let entity = table.as_deref().map(fresh).unwrap_or_default();
            html! {
                <Editor key="new" entity={Rc::new(entity)} at={None::<usize>} entities={Rc::new(model.entities.clone())} {onsave} {oncancel} />
            }
        }
        ("sample", _) => {
            html! { <SampleData key={session.workspace.clone()} entities={Rc::new(model.entities.clone())} /> }
        }
        (_, Some(at)) => {
            let entity = &model.entities[at];
            let onremove = {
                let take = taking.take.clone();
                Callback::from(move |()| take.emit(at))
            };
            html! {
                <Editor key={entity.name.clone()} entity={Rc::new(entity.clone())} at={Some(at)} entities={Rc::new(model.entities.clone())}
                    {onsave} oncancel={go_to(here("", None))} {onremove} />
            }
        }
        _ => html! {
            <EmptyState icon="layers" title="Choose an entity">
                <p>{ "Its keys, its attributes and what is worth knowing of them stand here." }</p>
            </EmptyState>
        },
    };
    let onchoose = {
        let (go, route) = (route.go.clone(), route.route.clone());
        Callback::from(move |name: String| {
            go.emit(route.with("entities", Some(String::new())).with("entity", Some(name)));
        })
    };
    let onback = go_to(route.route.with("entities", None).with("entity", None));
    let oncollections = go_to(
        route.route.with("entities", None).with("entity", None).with("collections", Some(String::new())),
    );
    let shown = chosen.filter(|_| mode.is_empty()).map(|at| AttrValue::from(model.entities[at].name.clone()));
    html! {
        <section class="entities-page" aria-label="Entities" data-chosen={(shown.is_some() || !mode.is_empty()).to_string()}>
            <div class="patterns-bar" role="toolbar" aria-label="Entities">
                <h1>{ "Entities" }</h1>
                <span class="top-space"></span>
                <Button label="The table" icon="undo-2" kind={ButtonKind::Quiet} onclick={onback} action="to-table" />
                <Button label="Item collections" icon="layers" kind={ButtonKind::Quiet} onclick={oncollections} action="collections" />
                <Button label="Sample data" icon="database" pressed={mode == "sample"} onclick={go_to(here("sample", None))} action="sample-data" />
                <Button label="New entity" icon="plus" kind={ButtonKind::Primary} onclick={onnew} action="new-entity"
                    disabled={table.is_none() || model.entities.len() >= ENTITIES_MAX} />
            </div>
            { for taking.bar }
            <Split label="The entities and the chosen one" percent={42} second={right}
                first={html! { <List entities={Rc::new(model.entities.clone())} chosen={shown} {onchoose} /> }} />
        </section>
    }
}
