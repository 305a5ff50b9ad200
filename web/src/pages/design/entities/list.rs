//! The entities, a row each: the table, the templates of its key, the indexes, how many sample data has, and what is to be said.

use std::rc::Rc;

use yew::prelude::*;

use crate::components::Badge;
use crate::hooks::use_tables;
use crate::protocol::entity::Entity;
use crate::state::entities::check::{Level, findings};
use crate::state::entities::key_template;
use crate::state::entities::label::Presence;

/// The props of [`List`].
#[derive(Properties, PartialEq)]
pub struct ListProps {
    /// The entities.
    pub entities: Rc<Vec<Entity>>,
    /// The name of the chosen one.
    pub chosen: Option<AttrValue>,
    /// Another was chosen.
    pub onchoose: Callback<String>,
}

/// How many of an entity there are: `20`, `1–5 per User`.
pub fn amount(entity: &Entity) -> String {
    let amount = &entity.amount;
    let number = match amount.least == amount.most {
        true => amount.most.to_string(),
        false => format!("{}–{}", amount.least, amount.most),
    };
    match &amount.per {
        Some(per) => format!("{number} per {per}"),
        None => number,
    }
}

/// The list.
#[component]
pub fn List(props: &ListProps) -> Html {
    let tables = use_tables();
    let line = |(at, entity): (usize, &Entity)| {
        let found = findings(at, &props.entities, &tables);
        let worst = found.iter().map(|one| one.level).max();
        let badge = match worst {
            Some(Level::Wrong) => ("cannot be made", "bad"),
            Some(Level::Warning) => ("look at its key", "warning"),
            _ => ("sound", "good"),
        };
        let table = tables.get(&entity.table);
        let keys = table.map(|table| table.keys.names()).unwrap_or_default();
        let indexes = table.into_iter().flat_map(|table| &table.indexes);
        let indexes = indexes.filter_map(|index| match Presence::of(entity, &index.keys) {
            Presence::Never(_) => None,
            Presence::Always => Some(index.name.clone()),
            Presence::Where(_) => Some(format!("{} (sparse)", index.name)),
        });
        let indexes: Vec<String> = indexes.collect();
        let onclick = {
            let name = entity.name.clone();
            props.onchoose.reform(move |_: MouseEvent| name.clone())
        };
        let is_chosen = props.chosen.as_ref().is_some_and(|chosen| *chosen == entity.name);
        html! {
            <tr key={entity.name.clone()} data-entity={entity.name.clone()} aria-selected={is_chosen.to_string()}
                data-level={worst.map_or("sound", Level::name)}>
                <th scope="row">
                    <button type="button" class="pattern-name" {onclick} aria-pressed={is_chosen.to_string()}>{ &entity.name }</button>
                    <span class="pattern-place">{ &entity.table }</span>
                </th>
                <td data-label="Key">
                    { for keys.iter().map(|key| html! {
                        <code class="entity-key" title={key.clone()}>{ key_template(entity, key).unwrap_or_else(|| "—".to_owned()) }</code>
                    }) }
                </td>
                <td data-label="Indexes">{ if indexes.is_empty() { "—".to_owned() } else { indexes.join(", ") } }</td>
                <td data-label="Sample">{ amount(entity) }</td>
                <td data-label="State"><Badge text={badge.0} tone={badge.1} /></td>
            </tr>
        }
    };
    html! {
        <div class="patterns-list">
            <div class="patterns-table entities-table">
                <table aria-label="Entities">
                    <thead><tr>
                        <th scope="col">{ "Entity" }</th>
                        <th scope="col">{ "Key" }</th>
                        <th scope="col">{ "In indexes" }</th>
                        <th scope="col">{ "Sample data" }</th>
                        <th scope="col">{ "State" }</th>
                    </tr></thead>
                    <tbody>{ for props.entities.iter().enumerate().map(line) }</tbody>
                </table>
            </div>
        </div>
    }
}
