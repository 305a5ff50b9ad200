//! Tables from one side to the other: a choice, a question before anything is written there, and what became of each.

use std::collections::BTreeSet;
use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, Dialog};
use crate::hooks::{Direction, Done, use_remote, use_session};
use crate::pages::exchange::LeftOutList;
use crate::state::explanation::{count, plural};
use crate::state::lesson::show;
use crate::state::tables::TableDescription;

/// Both sides.
#[component]
pub fn CopyPane() -> Html {
    let (remote, session) = (use_remote(), use_session());
    let (there, here) = (crate::hooks::use_tables(), remote.local_tables.clone());
    let with_items = use_state_eq(|| true);
    let asked = use_state_eq(|| None::<Vec<String>>);
    let url = remote.connection.as_ref().map(|connection| connection.endpoint.url()).unwrap_or_default();
    let busy = remote.copying.under.is_some();
    let onitems = {
        let setter = with_items.setter();
        Callback::from(move |event: Event| {
            setter.set(event.target_unchecked_into::<HtmlInputElement>().checked())
        })
    };
    let bring = {
        let (start, items) = (remote.copying.start.clone(), *with_items);
        Callback::from(move |tables: Vec<String>| start.emit((Direction::FromThere, tables, items)))
    };
    let ask = {
        let asked = asked.setter();
        Callback::from(move |tables: Vec<String>| asked.set(Some(tables)))
    };
    let close = {
        let asked = asked.setter();
        Callback::from(move |()| asked.set(None))
    };
    let send = {
        let (start, items, tables, close) =
            (remote.copying.start.clone(), *with_items, (*asked).clone(), close.clone());
        Callback::from(move |()| {
            close.emit(());
            tables.iter().for_each(|tables| start.emit((Direction::ToThere, tables.clone(), items)));
        })
    };
    html! {
        <div class="connect-copy">
            <label class="check">
                <input type="checkbox" name="copy-items" checked={*with_items} onchange={onitems} disabled={busy} />
                <span>{ "Items too" }</span>
            </label>
            <div class="connect-sides">
                <Side name="there" title={format!("At {url}")} action="Copy into the workspace" list={there.list.clone()} {busy}
                    taken={names(&here.list)} loaded={there.loaded} onsend={bring} />
                <Side name="here" title={format!("In the workspace {}", session.name())} action="Copy to the endpoint…" list={here.list.clone()} {busy}
                    taken={names(&there.list)} loaded={here.loaded} onsend={ask} />
            </div>
            <Outcome />
            <Dialog open={asked.is_some()} title="Copy to a real endpoint?" onclose={close.clone()} actions={html! { <>
                <Button label="Do not copy" onclick={close} action="refuse-copy" />
                <Button label="Copy" kind={ButtonKind::Danger} onclick={send} action="confirm-copy" />
            </> }}>
                <p>{ format!("{} at ", sentence(asked.as_deref().unwrap_or_default(), &here.list, *with_items)) }<b>{ url }</b>{ "." }</p>
                <p>{ "Tables, writes and storage cost there what they cost. Nothing that is there already is changed." }</p>
            </Dialog>
        </div>
    }
}

fn names(list: &[Rc<TableDescription>]) -> BTreeSet<String> {
    list.iter().map(|table| table.name.clone()).collect()
}

/// What would be made.
fn sentence(chosen: &[String], list: &[Rc<TableDescription>], with_items: bool) -> String {
    let items: u64 =
        list.iter().filter(|table| chosen.contains(&table.name)).map(|table| table.item_count).sum();
    let made = format!("{} will be made ({})", plural(chosen.len() as u64, "table"), chosen.join(", "));
    if with_items { format!("{made} and {} written", plural(items, "item")) } else { made }
}

#[derive(Properties, PartialEq)]
struct SideProps {
    name: &'static str,
    title: String,
    action: &'static str,
    list: Vec<Rc<TableDescription>>,
    loaded: bool,
    /// The names that are taken on the other side.
    taken: BTreeSet<String>,
    busy: bool,
    onsend: Callback<Vec<String>>,
}

/// The tables of one side.
#[component]
fn Side(props: &SideProps) -> Html {
    let chosen = use_state_eq(BTreeSet::<String>::new);
    let free = |table: &&Rc<TableDescription>| !props.taken.contains(&table.name);
    let ready: Vec<String> = props
        .list
        .iter()
        .filter(free)
        .filter(|table| chosen.contains(&table.name))
        .map(|table| table.name.clone())
        .collect();
    let disabled = ready.is_empty() || props.busy;
    let onclick = {
        let (onsend, chosen) = (props.onsend.clone(), chosen.setter());
        Callback::from(move |()| {
            chosen.set(BTreeSet::new());
            onsend.emit(ready.clone());
        })
    };
    let onchange = |name: String| {
        let chosen = chosen.clone();
        Callback::from(move |event: Event| {
            let mut next = (*chosen).clone();
            match event.target_unchecked_into::<HtmlInputElement>().checked() {
                true => next.insert(name.clone()),
                false => next.remove(&name),
            };
            chosen.set(next);
        })
    };
    html! {
        <section class="connect-side" aria-label={props.title.clone()} data-side={props.name}>
            <h2>{ &props.title }</h2>
            if !props.loaded {
                <p class="item-note" role="status">{ "Reading the tables…" }</p>
            } else if props.list.is_empty() {
                <p class="item-note">{ "There is no table." }</p>
            }
            <ul>
                { for props.list.iter().map(|table| {
                    let taken = props.taken.contains(&table.name);
                    html! {
                        <li key={table.name.clone()}>
                            <label class="check">
                                <input type="checkbox" name={format!("copy-{}", props.name)} value={table.name.clone()} disabled={taken || props.busy}
                                    checked={chosen.contains(&table.name) && !taken} onchange={onchange(table.name.clone())} />
                                <span><b>{ &table.name }</b>{ " " }<small>{ match taken {
                                    true => "a table of that name is on the other side".to_owned(),
                                    false => format!("about {}", plural(table.item_count, "item")),
                                } }</small></span>
                            </label>
                        </li>
                    }
                }) }
            </ul>
            <div class="exchange-actions">
                <Button label={props.action} icon="copy" {disabled} {onclick} action={format!("copy-from-{}", props.name)} />
            </div>
        </section>
    }
}

/// What became of the tables.
#[component]
fn Outcome() -> Html {
    let remote = use_remote();
    let Some(direction) = remote.copying.direction else { return Html::default() };
    let to = if direction == Direction::ToThere { "at the endpoint" } else { "in the workspace" };
    html! {
        <section class="connect-outcome" aria-label="Copied" aria-live="polite">
            { for remote.copying.done.iter().map(|Done { table, result }| match result {
                Ok(copied) => html! {
                    <article data-copied={table.clone()} data-cancelled={copied.cancelled.to_string()}>
                        <p><b>{ table }</b>{ format!(" {} {to}, with {} items.", if copied.cancelled { "was stopped: it is" } else { "is" }, count(copied.items)) }</p>
                        <LeftOutList left_out={copied.left_out.clone()} />
                    </article>
                },
                Err(failed) => html! {
                    <article data-failed={table.clone()}>
                        <p class="field-error" role="alert">{ format!("{table}: {} was refused. {}", failed.operation, show(&failed.error).message) }</p>
                    </article>
                },
            }) }
        </section>
    }
}
