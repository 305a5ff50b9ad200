//! The item collections of a table as a nested table, and those of one of its indexes beside it: the same data by another key, as a Scan
//! of each returns it now.

use std::rc::Rc;

use serde_json::{Value, json};
use yew::prelude::*;

use crate::components::{Badge, Button, ButtonKind, Select, SelectOption};
use crate::hooks::{use_client, use_route, use_session};
use crate::protocol::entity::Entity;
use crate::state::collections::{Collection, Facet, ItemRow, collections, facets, only};
use crate::state::entities::label::{Labels, Presence};
use crate::state::explanation::{count, plural};
use crate::state::route::Page;
use crate::state::tables::{KeyPart, Keys, TableDescription};

/// So many items are read of the table, and of the index.
const ITEMS: u64 = 300;

/// The props of [`Collections`].
#[derive(Properties, PartialEq)]
pub struct CollectionsProps {
    /// The table.
    pub table: Rc<TableDescription>,
    /// The index beside it; the first one where none is chosen.
    #[prop_or_default]
    pub index: Option<String>,
}

/// What was read: its collections, and whether there are more items.
#[derive(Clone, PartialEq)]
struct Read {
    collections: Rc<Vec<Collection>>,
    items: usize,
    more: bool,
}

/// Reads the first items of a table or index.
#[hook]
fn use_collections(
    table: &Rc<TableDescription>,
    entities: &Rc<Vec<Entity>>,
    index: Option<String>,
    wanted: bool,
) -> Option<Read> {
    let api = use_client();
    let read = use_state_eq(|| None::<Read>);
    let setter = read.setter();
    let deps = (table.clone(), entities.clone(), index, wanted, api.moment());
    use_effect_with(deps, move |(table, entities, index, wanted, _)| {
        let (table, entities, index, wanted) = (table.clone(), entities.clone(), index.clone(), *wanted);
        wasm_bindgen_futures::spawn_local(async move {
            if !wanted {
                return setter.set(None);
            }
            let mut request = json!({ "TableName": table.name, "Limit": ITEMS });
            if let Some(index) = &index {
                request["IndexName"] = json!(index);
            }
            let Some(answer) = api.look("Scan", &request).await else { return setter.set(None) };
            let items: Vec<Value> = answer["Items"].as_array().cloned().unwrap_or_default();
            setter.set(Some(Read {
                collections: Rc::new(collections(
                    &items,
                    table.keys_of(index.as_deref()),
                    &Labels::of(&entities, &table),
                )),
                items: items.len(),
                more: answer.get("LastEvaluatedKey").is_some(),
            }));
        });
    });
    (*read).clone()
}

/// The two of them.
#[component]
pub fn Collections(props: &CollectionsProps) -> Html {
    let (route, table) = (use_route(), &props.table);
    let first = table.indexes.first().map(|index| index.name.clone());
    let index = props.index.clone().filter(|name| table.index(name).is_some()).or(first);
    let session = use_session();
    let entities = {
        let table = table.name.clone();
        use_memo(session.model.clone(), move |model| {
            model.entities.iter().filter(|one| one.table == table).cloned().collect::<Vec<_>>()
        })
    };
    let own = use_collections(table, &entities, None, true);
    let beside = use_collections(table, &entities, index.clone(), index.is_some());
    let chosen = use_state_eq(|| None::<String>);
    let found = own.as_ref().map(|read| facets(&read.collections)).unwrap_or_default();
    let entity = chosen.as_deref().filter(|name| found.iter().any(|facet| facet.entity == **name));
    let place = |index: Option<String>| route.route.at(Page::Design).on(Some(table.name.clone()), index);
    let onback = {
        let (go, to) = (route.go.clone(), place(props.index.clone()));
        Callback::from(move |()| go.emit(to.clone()))
    };
    let onentities = {
        let (go, to) = (route.go.clone(), place(None).with("entities", Some(String::new())));
        Callback::from(move |()| go.emit(to.clone()))
    };
    let onentity = {
        let (setter, now) = (chosen.setter(), entity.map(str::to_owned));
        Callback::from(move |name: String| setter.set(Some(name).filter(|name| now.as_ref() != Some(name))))
    };
    let onindex = {
        let (replace, to) = (route.replace.clone(), place(None).with("collections", Some(String::new())));
        let name = table.name.clone();
        Callback::from(move |index: String| replace.emit(to.on(Some(name.clone()), Some(index))))
    };
    let options = table.indexes.iter().map(|index| {
        let kind = if index.global { "GSI" } else { "LSI" };
        SelectOption::new(index.name.clone(), format!("{} ({kind}, {})", index.name, index.projection))
    });
    html! {
        <section class="collections" aria-label="Item collections">
            <header class="design-header">
                <div>
                    <h1>{ format!("Item collections of {}", table.name) }</h1>
                    <p class="design-lead">{ "What one query of a partition key can return, in the order of its sort keys. An index holds the same items by another key." }</p>
                </div>
                <div class="design-actions">
                    <Button label="Entities" icon="table-2" onclick={onentities} action="entities" />
                    <Button label="The table" icon="undo-2" kind={ButtonKind::Quiet} onclick={onback} action="to-table" />
                </div>
            </header>
            { facets_view(&found, entity, onentity) }
            <div class="collections-sides">
                <div data-side="table">
                    <h2>{ &table.name }</h2>
                    { nested(own.as_ref(), &table.keys, entity) }
                </div>
                if let Some(index) = &index {
                    <div data-side="index">
                        <Select label="Index" hide_label={true} name="collections-index" options={options.collect::<Vec<_>>()} value={index.clone()} onchange={onindex} />
                        { presences(&entities, index, table.keys_of(Some(index))) }
                        { nested(beside.as_ref(), table.keys_of(Some(index)), entity) }
                    </div>
                }
            </div>
        </section>
    }
}

/// The entities of what was read: one can be looked at alone; then its attributes are told.
fn facets_view(facets: &[Facet], chosen: Option<&str>, onchoose: Callback<String>) -> Html {
    if facets.is_empty() {
        return Html::default();
    }
    let facet = facets.iter().find(|facet| Some(facet.entity.as_str()) == chosen);
    html! {
        <div class="collections-facets">
            <div class="entity-chips" role="group" aria-label="Entities">
                { for facets.iter().map(|facet| {
                    let name = facet.entity.clone();
                    let onclick = onchoose.reform(move |()| name.clone());
                    html! {
                        <Button key={facet.entity.clone()} label={format!("{} {}", facet.entity, count(facet.items as u64))}
                            pressed={Some(facet.entity.as_str()) == chosen} {onclick} action={format!("facet-{}", facet.entity)} />
                    }
                }) }
            </div>
            if let Some(facet) = facet {
                <p class="field-hint" data-facet={facet.entity.clone()}>{ "Its attributes: " }
                    { facet.attributes.iter().map(|(name, items)| match *items == facet.items {
                        true => name.clone(),
                        false => format!("{name} (in {items} of {})", facet.items),
                    }).collect::<Vec<_>>().join(", ") }{ "." }
                </p>
            }
        </div>
    }
}

/// Which entities are in an index, by their templates.
fn presences(entities: &[Entity], index: &str, keys: &Keys) -> Html {
    html! {
        <ul class="collections-presence">
            { for entities.iter().map(|entity| {
                let presence = Presence::of(entity, keys);
                let here = matches!(presence, Presence::Never(_));
                html! {
                    <li key={entity.name.clone()} data-entity={entity.name.clone()} data-present={(!here).to_string()}>
                        <Badge text={entity.name.clone()} tone={if here { "plain" } else { "accent" }} />{ " " }{ presence.words(index) }
                    </li>
                }
            }) }
        </ul>
    }
}

/// The nested table, of one entity alone where one is chosen.
fn nested(read: Option<&Read>, keys: &Keys, entity: Option<&str>) -> Html {
    let Some(read) = read else { return Html::default() };
    let shown = match entity {
        Some(entity) => Rc::new(only(&read.collections, entity)),
        None => read.collections.clone(),
    };
    let names =
        |parts: &[KeyPart]| parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>().join(", ");
    let range = names(&keys.range);
    let row = |collection: &Collection, at: usize, row: &ItemRow| {
        html! {
            <tr>
                if at == 0 {
                    <th scope="rowgroup" rowspan={collection.rows.len().to_string()}><code>{ &collection.key }</code></th>
                }
                if !range.is_empty() {
                    <th scope="row"><code>{ &row.sort }</code></th>
                }
                <td>
                    if let Some(entity) = &row.entity {
                        <Badge text={entity.clone()} tone="accent" />
                    }
                    <dl>
                        { for row.attributes.iter().map(|(name, value)| html! {
                            <div><dt>{ name }</dt><dd title={value.clone()}>{ value }</dd></div>
                        }) }
                    </dl>
                </td>
            </tr>
        }
    };
    html! {
        <>
            <p class="field-hint">
                { format!("{} in {}", plural(read.items as u64, "item"), plural(read.collections.len() as u64, "item collection")) }
                if read.more { { format!(": the first {}, there are more", count(ITEMS)) } }
            </p>
            <div class="collections-scroll">
                <table class="collections-table">
                    <thead><tr>
                        <th scope="col">{ format!("Partition key: {}", names(&keys.hash)) }</th>
                        if !range.is_empty() {
                            <th scope="col">{ format!("Sort key: {range}") }</th>
                        }
                        <th scope="col">{ "Attributes" }</th>
                    </tr></thead>
                    { for shown.iter().map(|collection| html! {
                        <tbody key={collection.key.clone()} data-collection={collection.key.clone()}>
                            { for collection.rows.iter().enumerate().map(|(at, one)| row(collection, at, one)) }
                        </tbody>
                    }) }
                </table>
            </div>
        </>
    }
}
