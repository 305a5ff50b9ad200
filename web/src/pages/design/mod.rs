//! Design: tables are made, changed, looked at and deleted; samples are loaded.
//!
//! - `plan`, `draft`, `run` the requests that make a design ([`crate::state::design`]) real, and how far they are; pure
//! - `locate` the engine's refusals at the fields that they are about; pure
//! - `facts`, `sample` what a table and a sample say of themselves; pure
//! - `designer`, `requests_pane`, `paste` the making and changing; the form is [`crate::components::table_form`]
//! - `table_view`, `delete` a table as it is
//! - `collections` a table's items as the nested table, an index's beside it
//! - `entities` what the tables hold: key templates, attributes, sample data
//! - `migrate` a new table in the place of one, where DynamoDB forbids the change
//! - `gallery` the samples, `there` one at a real endpoint
//!
//! Where in the page one is stands in the address: `&new`, `&paste`, `&edit`, `&samples`, `&collections`, `&entities`, `&migrate`; without one of them it is the chosen
//! table, or the gallery where there is none.

mod collections;
mod delete;
mod designer;
mod draft;
mod entities;
mod facts;
pub mod gallery;
mod locate;
mod migrate;
mod paste;
mod plan;
mod requests_pane;
mod run;
mod sample;
mod table_view;
mod there;

use yew::prelude::*;

use crate::hooks::{use_route, use_tables};
use collections::Collections;
use designer::Designer;
use entities::Entities;
use gallery::Gallery;
use migrate::Migrate;
use table_view::TableView;

/// The page.
#[component]
pub fn DesignPage() -> Html {
    let (route, tables) = (use_route().route, use_tables());
    let is = |what: &str| route.rest.contains_key(what);
    let chosen = tables.chosen(route.table.as_deref());
    let view = match chosen {
        _ if is("samples") => html! { <Gallery /> },
        _ if is("new") || is("paste") => html! { <Designer key="new" /> },
        _ if is("entities") => html! { <Entities /> },
        Some(table) if is("migrate") => html! { <Migrate table={table.clone()} /> },
        Some(table) if is("edit") => {
            html! { <Designer key={format!("edit {}", table.name)} table={table.name.clone()} /> }
        }
        Some(table) if is("collections") => {
            html! { <Collections key={table.name.clone()} table={table.clone()} index={route.index.clone()} /> }
        }
        Some(table) => {
            html! { <TableView key={table.name.clone()} table={table.clone()} index={route.index.clone()} /> }
        }
        None if tables.loaded => html! { <Gallery /> },
        None => html! {},
    };
    html! { <div class="design-page">{ view }</div> }
}
