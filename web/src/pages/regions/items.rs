//! The items of every Region beside each other: what differs is marked, and what is on its way is told; and below, the writes that lost.

use std::rc::Rc;

use serde_json::{Map, Value};
use yew::prelude::*;

use crate::components::{Badge, Icon};
use crate::state::explanation::clock;
use crate::state::regions::{Awaited, Cell, Conflict, GlobalTable, Side, line, rest_line};
use crate::state::tables::Keys;

/// The props of [`ItemsBeside`].
#[derive(Properties, PartialEq)]
pub struct ItemsBesideProps {
    /// The table.
    pub table: Rc<GlobalTable>,
    /// Its key.
    pub keys: Keys,
    /// An item was chosen, by its key.
    pub onchoose: Callback<Map<String, Value>>,
}

fn cell(cell: &Cell, region: &str, keys: &Keys) -> Html {
    html! {
        <td data-label={region.to_owned()} data-region={region.to_owned()} data-differs={cell.differs.to_string()} data-held={cell.held.is_some().to_string()}>
            if let Some(held) = &cell.held {
                <span class="regions-value">{ rest_line(&held.item, keys) }</span>
                if let Some(written) = &held.written {
                    <small>{ format!("written in {} at {}", written.region_name, clock(written.at_milliseconds)) }</small>
                }
            } else {
                <span class="regions-none">{ "not here" }</span>
            }
            if cell.differs {
                <span class="regions-differs" title="Another Region holds something else under this key">{ "≠" }</span>
            }
            if let Some(awaited) = cell.awaited {
                <small class="regions-awaited"><Icon name={if awaited == Awaited::HeldBack { "pause" } else { "chevrons-right" }} />
                    { if awaited == Awaited::HeldBack { "a write is held back" } else { "a write is on its way" } }
                </small>
            }
        </td>
    }
}

/// The items.
#[component]
pub fn ItemsBeside(props: &ItemsBesideProps) -> Html {
    let table = &props.table;
    let rows = table.rows(&props.keys);
    let differing = rows.iter().filter(|row| row.cells.iter().any(|cell| cell.differs)).count();
    let shown = table.replicas.iter().any(|replica| replica.item_count > replica.items.len() as u64);
    html! {
        <section class="regions-items" aria-label="Items side by side" data-differing={differing.to_string()}>
            <h3>
                { "Items, Region beside Region " }
                if differing == 0 {
                    <Badge text="all the same" tone="good" />
                } else {
                    <Badge text={format!("{differing} different")} tone="warning" />
                }
            </h3>
            if rows.is_empty() {
                <p class="regions-words">{ "The table holds no item yet: write one above." }</p>
            } else {
                <div class="regions-scroll" tabindex="0" role="group" aria-label="Items of every Region">
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{ "Key" }</th>
                                { for table.replicas.iter().map(|replica| html! { <th scope="col">{ &replica.region_name }</th> }) }
                            </tr>
                        </thead>
                        <tbody>
                            { for rows.iter().map(|row| {
                                let (text, key) = (line(&row.key), row.key.clone());
                                let onclick = props.onchoose.reform(move |_: MouseEvent| key.clone());
                                html! {
                                    <tr key={text.clone()} data-key={text.clone()}>
                                        <th scope="row"><button type="button" class="regions-key" title="Write this item" {onclick}>{ text }</button></th>
                                        { for row.cells.iter().zip(&table.replicas).map(|(one, replica)| cell(one, &replica.region_name, &props.keys)) }
                                    </tr>
                                }
                            }) }
                        </tbody>
                    </table>
                </div>
                if shown {
                    <p class="regions-words">{ "The first 50 items of each Region, in the order of the hashes." }</p>
                }
            }
        </section>
    }
}

/// The props of [`Lost`].
#[derive(Properties, PartialEq)]
pub struct LostProps {
    /// The table.
    pub table: Rc<GlobalTable>,
    /// Its key.
    pub keys: Keys,
}

fn side(side: &Side, keys: &Keys) -> Html {
    let what = match (&side.item, side.removed) {
        (_, true) => "DeleteItem".to_owned(),
        (Some(item), _) => rest_line(item, keys),
        (None, _) => "too large to be kept here".to_owned(),
    };
    html! { <><code>{ what }</code>{ format!(" in {} at {}", side.written.region_name, clock(side.written.at_milliseconds)) }</> }
}

fn lost(conflict: &Conflict, keys: &Keys) -> Html {
    let key = conflict.key.as_object().map(line).unwrap_or_default();
    html! {
        <li data-winner={conflict.winner.written.region_name.clone()} data-loser={conflict.loser.written.region_name.clone()}>
            <b>{ key }</b>
            <p class="regions-loser"><Badge text="lost" tone="bad" />{ " " }{ side(&conflict.loser, keys) }</p>
            <p><Badge text="stands" tone="good" />{ " " }{ side(&conflict.winner, keys) }</p>
            <p class="regions-why">{ conflict.why() }</p>
        </li>
    }
}

/// The writes that lost.
#[component]
pub fn Lost(props: &LostProps) -> Html {
    let conflicts = props.table.conflicts();
    html! {
        <section class="regions-lost" aria-label="Writes that lost" data-count={conflicts.len().to_string()}>
            <h3>{ "Last writer wins" }</h3>
            if conflicts.is_empty() {
                <p class="regions-words">
                    { "Two Regions that write the same item before they hear of each other: the later write stands everywhere, the other is gone, and \
                       neither client is told. Write in every Region at once to see it." }
                </p>
            } else {
                <ul>{ for conflicts.into_iter().map(|conflict| lost(conflict, &props.keys)) }</ul>
                <p class="regions-words">{ "The service keeps no trace of a write that lost; this list is the engine's. How it orders writes of one millisecond is modelled." }</p>
            }
        </section>
    }
}
