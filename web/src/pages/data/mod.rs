//! Data: browsing a table and its indexes, one item at the side, files in and out.
//!
//! - `browse` the pages of a Scan; `table_view` draws them
//! - `value`, `draft` an item while it is edited; `write` its requests; `panel`, `form`, `refusal` draw them
//! - `import` files into the table: `reading` them, the `columns` of CSV, `import_view`, `report`; `export`; `file` the browser's part
//!
//! Everything goes through the engine's own operations; nothing here decides what an item may be.

mod browse;
mod columns;
mod draft;
mod export;
mod file;
mod form;
mod import;
mod import_view;
mod panel;
mod reading;
mod refusal;
mod report;
mod table_view;
mod value;
mod write;

use yew::prelude::*;

use crate::components::{Button, ButtonKind, EmptyState};
use crate::hooks::{use_route, use_tables};
use crate::pages;
use crate::state::route::Page;
pub use export::ExportMenu;
use import::{Dropped, ImportPanel};
use table_view::TableView;

/// The page.
#[component]
pub fn DataPage() -> Html {
    let tables = use_tables();
    let route = use_route();
    let importing = use_state_eq(|| false);
    let import_open = use_state_eq(|| false);
    let over = use_state_eq(|| false);
    let dropped = use_state(|| None::<Dropped>);
    let Some(table) = tables.chosen(route.route.table.as_deref()).cloned() else {
        return no_table(tables.loaded, &route);
    };
    let index = route.route.index.as_deref().and_then(|name| table.index(name)).cloned();
    let key = format!("{} {}", table.name, index.as_ref().map_or("", |index| index.name.as_str()));
    let ondragover = {
        let over = over.setter();
        Callback::from(move |event: DragEvent| {
            if file::is_file_drag(&event) {
                event.prevent_default();
                over.set(true);
            }
        })
    };
    let ondragleave = {
        let over = over.setter();
        // Leaving for a child is no leaving.
        Callback::from(move |event: DragEvent| over.set(event.related_target().is_some()))
    };
    let ondrop = {
        let (over, dropped, open) = (over.setter(), dropped.clone(), import_open.setter());
        Callback::from(move |event: DragEvent| {
            over.set(false);
            let Some(found) = file::dropped(&event) else { return };
            event.prevent_default();
            let (dropped, open) = (dropped.clone(), open.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let files = found.all().await;
                if !files.is_empty() {
                    let number = dropped.as_ref().map_or(0, |(number, _)| number + 1);
                    dropped.set(Some((number, files)));
                    open.set(true);
                }
            });
        })
    };
    let set_open = |to: bool| {
        let open = import_open.setter();
        Callback::from(move |()| open.set(to))
    };
    let onrunning = {
        let importing = importing.setter();
        Callback::from(move |running| importing.set(running))
    };
    html! {
        <div class="data-page" {ondragover} {ondragleave} {ondrop} data-dropping={over.to_string()}>
            <TableView {key} table={table.clone()} {index} hidden={*import_open} onimport={set_open(true)} importing={*importing} />
            <ImportPanel table={table} open={*import_open} dropped={(*dropped).clone()} onclose={set_open(false)} {onrunning} />
        </div>
    }
}

fn no_table(loaded: bool, route: &crate::hooks::RouteHandle) -> Html {
    if !loaded {
        return html! { <p class="item-note" role="status">{ "Reading the tables…" }</p> };
    }
    let to_design = |label: &'static str, what: &'static str, kind: ButtonKind| {
        let route = route.clone();
        let onclick = Callback::from(move |()| {
            route.go.emit(route.route.at(Page::Design).with(what, Some(String::new())));
        });
        html! { <Button {label} {onclick} {kind} action={what} /> }
    };
    let actions = if pages::has(Page::Design) {
        html! { <>
            { to_design("Start from a sample", "samples", ButtonKind::Primary) }
            { to_design("Design a table", "new", ButtonKind::Plain) }
        </> }
    } else {
        html! {}
    };
    html! {
        <EmptyState icon="database" title="There is no table yet" {actions}>
            <p>{ "Items live in tables. Start from a sample, which brings tables with items, or design your own." }</p>
        </EmptyState>
    }
}
