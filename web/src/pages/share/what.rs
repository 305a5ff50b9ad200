//! The form of what goes along: the name, each table with or without its items, the saved requests.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::choice::{Choices, Chosen};
use crate::components::{Field, Select, SelectOption};
use crate::state::explanation::{plural, size};
use crate::state::requests::SavedRequest;
use crate::state::tables::TableDescription;

/// The props of [`What`].
#[derive(Properties, PartialEq)]
pub struct WhatProps {
    /// The workspace's tables.
    pub tables: Vec<Rc<TableDescription>>,
    /// Its saved requests.
    pub requests: Vec<SavedRequest>,
    /// Those of them that are no JSON and stay behind.
    pub unreadable: Vec<String>,
    /// How many access patterns it has.
    pub patterns: u64,
    /// How many entities it has.
    pub entities: u64,
    /// How many traffic recipes it has.
    pub recipes: u64,
    /// The design's name.
    pub name: AttrValue,
    /// What the reader chose.
    pub choices: Choices,
    /// What goes along therefore.
    pub chosen: Vec<Chosen>,
    /// Another choice.
    pub onchoices: Callback<Choices>,
}

/// The form.
#[component]
pub fn What(props: &WhatProps) -> Html {
    let change = |what: fn(&mut Choices, &str, bool), name: String| {
        let (choices, onchoices) = (props.choices.clone(), props.onchoices.clone());
        Callback::from(move |event: Event| {
            let mut next = choices.clone();
            what(&mut next, &name, event.target_unchecked_into::<HtmlInputElement>().checked());
            onchoices.emit(next);
        })
    };
    let oninput = {
        let (choices, onchoices) = (props.choices.clone(), props.onchoices.clone());
        Callback::from(move |text: String| {
            onchoices.emit(Choices { name: Some(text), ..choices.clone() });
        })
    };
    let onfirst = {
        let (choices, onchoices) = (props.choices.clone(), props.onchoices.clone());
        Callback::from(move |name: String| onchoices.emit(Choices { first: Some(name), ..choices.clone() }))
    };
    let seed = use_state_eq(|| "1".to_owned());
    let onseeded = {
        let (choices, onchoices, seed) = (props.choices.clone(), props.onchoices.clone(), (*seed).clone());
        Callback::from(move |event: Event| {
            let on = event.target_unchecked_into::<HtmlInputElement>().checked();
            let number = seed.trim().parse().unwrap_or(1);
            onchoices.emit(Choices { seed: on.then_some(number), ..choices.clone() });
        })
    };
    let onseed = {
        let (choices, onchoices, seed) = (props.choices.clone(), props.onchoices.clone(), seed.setter());
        Callback::from(move |text: String| {
            if let Ok(number) = text.trim().parse() {
                onchoices.emit(Choices { seed: Some(number), ..choices.clone() });
            }
            seed.set(text);
        })
    };
    let sendable: Vec<&SavedRequest> =
        props.requests.iter().filter(|one| !props.unreadable.contains(&one.name)).collect();
    let first = props.choices.first.clone().or_else(|| sendable.first().map(|one| one.name.clone()));
    html! {
        <section class="share-section share-what" aria-label="What goes along">
            <h2>{ "What goes along" }</h2>
            <Field label="Name of the design" name="share-name" value={props.name.clone()} {oninput}
                hint="The new workspace is called so." />
            <table class="share-tables">
                <thead><tr><th scope="col">{ "Table" }</th><th scope="col">{ "Items" }</th></tr></thead>
                <tbody>
                    { for props.tables.iter().map(|table| {
                        let chosen = props.chosen.iter().find(|chosen| chosen.table == table.name);
                        let figure = match table.item_count {
                            0 => "none".to_owned(),
                            items => format!("{}, {}", plural(items, "item"), size(table.size_bytes)),
                        };
                        html! {
                            <tr key={table.name.clone()} data-table={table.name.clone()}>
                                <td><label class="check">
                                    <input type="checkbox" name="table" value={table.name.clone()} checked={chosen.is_some()}
                                        onchange={change(|choices, name, on| match on {
                                            true => drop(choices.left_out.remove(name)),
                                            false => drop(choices.left_out.insert(name.to_owned())),
                                        }, table.name.clone())} />
                                    <span>{ &table.name }</span>
                                </label></td>
                                <td><label class="check">
                                    <input type="checkbox" name="items" value={table.name.clone()}
                                        checked={chosen.is_some_and(|chosen| chosen.items) && table.item_count > 0}
                                        disabled={chosen.is_none() || table.item_count == 0}
                                        onchange={change(|choices, name, on| {
                                            choices.items.insert(name.to_owned(), on);
                                        }, table.name.clone())} />
                                    <span class="share-figure">{ figure }</span>
                                </label></td>
                            </tr>
                        }
                    }) }
                </tbody>
            </table>
            <label class="check">
                <input type="checkbox" name="requests" checked={!props.choices.no_requests && !props.requests.is_empty()}
                    disabled={props.requests.is_empty()}
                    onchange={change(|choices, _, on| choices.no_requests = !on, String::new())} />
                <span>{ match props.requests.len() as u64 {
                    0 => "No saved requests: save one on the Query page to send it along".to_owned(),
                    saved => plural(saved, "saved request"),
                } }</span>
            </label>
            if !props.unreadable.is_empty() {
                <p class="field-hint">{ format!("No JSON, so it stays behind: {}.", props.unreadable.join(", ")) }</p>
            }
            if props.patterns > 0 {
                <label class="check">
                    <input type="checkbox" name="patterns" checked={!props.choices.no_patterns}
                        onchange={change(|choices, _, on| choices.no_patterns = !on, String::new())} />
                    <span>{ plural(props.patterns, "access pattern") }</span>
                </label>
            }
            if props.entities > 0 {
                <label class="check">
                    <input type="checkbox" name="entities" checked={!props.choices.no_entities}
                        onchange={change(|choices, _, on| choices.no_entities = !on, String::new())} />
                    <span>{ match props.entities {
                        1 => "1 entity".to_owned(),
                        entities => format!("{entities} entities"),
                    } }</span>
                </label>
            }
            if props.entities > 0 && !props.choices.no_entities {
                <label class="check">
                    <input type="checkbox" name="seeded" checked={props.choices.seed.is_some()} onchange={onseeded} />
                    <span>{ "Sample data by a seed, in place of items: made of the entities where the link is opened" }</span>
                </label>
                if props.choices.seed.is_some() {
                    <Field label="Seed" name="seed" value={(*seed).clone()} oninput={onseed}
                        error={seed.trim().parse::<u64>().is_err().then(|| AttrValue::from("A whole number."))} />
                }
            }
            if props.recipes > 0 {
                <label class="check">
                    <input type="checkbox" name="recipes" checked={!props.choices.no_recipes}
                        onchange={change(|choices, _, on| choices.no_recipes = !on, String::new())} />
                    <span>{ plural(props.recipes, "traffic recipe") }</span>
                </label>
            }
            if sendable.len() > 1 && !props.choices.no_requests {
                <Select label="Opens with" name="first-request" value={first.unwrap_or_default()} onchange={onfirst}
                    options={sendable.iter().map(|one| SelectOption::new(one.name.clone(), one.name.clone())).collect::<Vec<_>>()} />
            }
        </section>
    }
}
