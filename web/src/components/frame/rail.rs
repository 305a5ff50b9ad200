//! The tables on the left, with their indexes and counts.

use std::rc::Rc;

use yew::prelude::*;

use crate::components::{Button, ButtonKind, Field, Icon};
use crate::state::explanation::count;
use crate::state::tables::TableDescription;

/// The props of [`Rail`].
#[derive(Properties, PartialEq)]
pub struct RailProps {
    /// The tables.
    pub tables: Vec<Rc<TableDescription>>,
    /// Whether the list was read.
    pub loaded: bool,
    /// The chosen table.
    pub table: Option<AttrValue>,
    /// The chosen index.
    pub index: Option<AttrValue>,
    /// A table, or one of its indexes, was chosen.
    pub onchoose: Callback<(String, Option<String>)>,
    /// Whether it is open as a drawer (in narrow windows only).
    pub drawer: bool,
    /// Close the drawer.
    pub onclose: Callback<()>,
    /// Make a table, where there is a page for it.
    #[prop_or_default]
    pub onnew: Option<Callback<()>>,
    /// Load a sample, where there is a page for it.
    #[prop_or_default]
    pub onsample: Option<Callback<()>>,
}

/// With more tables than this, there is a field to find one.
const FINDABLE: usize = 8;

/// The rail.
#[component]
pub fn Rail(props: &RailProps) -> Html {
    let wanted = use_state_eq(String::new);
    let find = wanted.to_lowercase();
    let shown = props.tables.iter().filter(|table| {
        let hit = |name: &str| name.to_lowercase().contains(&find);
        hit(&table.name) || table.indexes.iter().any(|index| hit(&index.name))
    });
    let oninput = {
        let wanted = wanted.setter();
        Callback::from(move |text| wanted.set(text))
    };
    html! {
        <>
            <nav class="rail" aria-label="Tables" data-open={props.drawer.to_string()}>
                <h2 class="rail-title">{ "Tables" }</h2>
                if props.tables.len() > FINDABLE {
                    <Field label="Find a table" hide_label={true} placeholder="Find a table or index" input_type="search"
                        value={(*wanted).clone()} {oninput} />
                }
                <ul class="rail-list">
                    { for shown.map(|table| entry(table, props)) }
                </ul>
                if props.loaded && props.tables.is_empty() {
                    <p class="rail-empty">{ "There is no table yet." }</p>
                }
                <div class="rail-actions">
                    if let Some(onnew) = &props.onnew {
                        <Button label="New table" icon="plus" kind={ButtonKind::Quiet} onclick={onnew.clone()} action="new-table" />
                    }
                    if let Some(onsample) = &props.onsample {
                        <Button label="From a sample" icon="book-open" kind={ButtonKind::Quiet} onclick={onsample.clone()} action="from-sample" />
                    }
                </div>
            </nav>
            <div class="rail-backdrop" data-open={props.drawer.to_string()} onclick={props.onclose.reform(|_: MouseEvent| ())}></div>
        </>
    }
}

fn entry(table: &Rc<TableDescription>, props: &RailProps) -> Html {
    let chosen = props.table.as_deref() == Some(table.name.as_str());
    let choose = |index: Option<&str>| {
        let place = (table.name.clone(), index.map(str::to_owned));
        props.onchoose.reform(move |_: MouseEvent| place.clone())
    };
    let current = |index: Option<&str>| (chosen && props.index.as_deref() == index).then_some("true");
    html! {
        <li key={table.name.clone()} data-table={table.name.clone()} data-status={table.status.clone()}>
            <button type="button" class="rail-table" aria-current={current(None)} onclick={choose(None)}>
                <Icon name="table-2" />
                <span class="rail-name">{ &table.name }</span>
                if table.status != "ACTIVE" {
                    <span class="rail-status">{ &table.status }</span>
                } else {
                    <span class="rail-count">{ count(table.item_count) }</span>
                }
            </button>
            if !table.indexes.is_empty() {
                <ul>
                    { for table.indexes.iter().map(|index| html! {
                        <li key={index.name.clone()} data-index={index.name.clone()} data-status={index.status.clone()}>
                            <button type="button" class="rail-index" aria-current={current(Some(&index.name))}
                                onclick={choose(Some(&index.name))}>
                                <span class="rail-kind">{ if index.global { "GSI" } else { "LSI" } }</span>
                                <span class="rail-name">{ &index.name }</span>
                                if index.status != "ACTIVE" {
                                    <span class="rail-status">{ &index.status }</span>
                                } else {
                                    <span class="rail-count">{ count(index.item_count) }</span>
                                }
                            </button>
                        </li>
                    }) }
                </ul>
            }
        </li>
    }
}
