//! A table's or an index's items, page by page, and the item that is open beside them.

use std::rc::Rc;

use serde_json::Value;
use yew::prelude::*;

use super::browse::{Browse, BrowseAction, SIZES};
use super::draft::Item;
use super::export::ExportMenu;
use super::panel::{ItemPanel, Target, tell_key};
use super::write;
use crate::components::{
    Button, ButtonKind, EmptyState, ErrorPanel, ItemTable, JsonItem, Select, SelectOption, WhatHappened,
};
use crate::hooks::{saved, set_saved, use_call, use_client, use_notices, use_route, use_timeline};
use crate::state::explanation::half;
use crate::state::json_text::print_line;
use crate::state::lesson::show;
use crate::state::notice::{Level, NoticeAction};
use crate::state::tables::{IndexDescription, TableDescription};
use crate::state::timeline::TimelineAction;

/// The props of [`TableView`].
#[derive(Properties, PartialEq)]
pub struct TableViewProps {
    /// The table.
    pub table: Rc<TableDescription>,
    /// One of its indexes.
    pub index: Option<IndexDescription>,
    /// Whether something else stands in its place just now.
    pub hidden: bool,
    /// Import a file.
    pub onimport: Callback<()>,
    /// Whether a file is being imported.
    pub importing: bool,
}

/// What stands beside the items.
#[derive(Clone, Debug, PartialEq)]
enum Side {
    Nothing,
    Item(Target),
    Happened,
}

const SIZE_NAME: &str = "data-page-size";

/// A table's or an index's items.
#[component]
pub fn TableView(props: &TableViewProps) -> Html {
    let TableViewProps { table, index, .. } = props;
    let api = use_client();
    let route = use_route();
    let notices = use_notices().dispatcher();
    let timeline = use_timeline();
    let call = use_call();
    let browse = use_reducer(|| {
        let mut browse = Browse::default();
        let size = saved(SIZE_NAME).and_then(|size| size.parse().ok()).filter(|size| SIZES.contains(size));
        browse.apply(BrowseAction::Size(size.unwrap_or(browse.size)));
        browse
    });
    let side = use_state_eq(|| Side::Nothing);
    let deleted = use_state(Vec::<Item>::new);
    // Raised by everything that makes the page out of date.
    let turn = use_state_eq(|| 0_u32);
    let again = {
        let turn = turn.clone();
        Callback::from(move |()| turn.set(*turn + 1))
    };
    let can_be_consistent = index.as_ref().is_none_or(|index| !index.global);
    let index_name = index.as_ref().map(|index| index.name.clone());
    {
        let run = call.run.clone();
        let request = browse.request(&table.name, index_name.as_deref(), can_be_consistent).to_string();
        let ready = matches!(table.status.as_str(), "ACTIVE" | "UPDATING")
            && index.as_ref().is_none_or(|index| index.status == "ACTIVE");
        use_effect_with(
            (request, *turn, ready, props.hidden, api.moment()),
            move |(request, _, ready, hidden, _)| {
                if *ready && !*hidden {
                    run.emit(("Scan".to_owned(), request.clone()));
                }
            },
        );
    }
    let answer = call.state.answer().cloned();
    let items = use_memo(answer.clone(), |answer| {
        let list = answer.as_ref().and_then(|answer| answer.value["Items"].as_array());
        list.into_iter().flatten().filter_map(Value::as_object).cloned().collect::<Vec<JsonItem>>()
    });
    let last = answer.as_ref().map_or(Value::Null, |answer| answer.value["LastEvaluatedKey"].clone());
    let table_keys = table.keys.names();
    let mut columns = index.as_ref().map_or_else(Vec::new, |index| index.keys.names());
    columns.extend(table_keys.iter().filter(|name| !columns.contains(name)).cloned().collect::<Vec<_>>());
    let selected = match &*side {
        Side::Item(Target::Stored(key)) => {
            items.iter().position(|item| write::key_of(item, &table_keys) == *key)
        }
        _ => None,
    };
    let show_side = {
        let side = side.setter();
        Callback::from(move |to: Side| side.set(to))
    };
    let onselect = {
        let (items, keys) = (items.clone(), table_keys.clone());
        show_side.reform(move |row: usize| match items.get(row) {
            Some(item) => Side::Item(Target::Stored(write::key_of(item, &keys))),
            None => Side::Nothing,
        })
    };
    let add = show_side.reform(|()| Side::Item(Target::New(None)));
    let ondeleted = {
        let (deleted, side) = (deleted.clone(), side.setter());
        Callback::from(move |item: Item| {
            let mut items = (*deleted).clone();
            items.push(item);
            deleted.set(items);
            side.set(Side::Nothing);
        })
    };
    let put_back = {
        let (deleted, again, table, api) = (deleted.clone(), again.clone(), table.clone(), api);
        let keys = table_keys.clone();
        Callback::from(move |()| {
            let mut items = (*deleted).clone();
            let Some(item) = items.pop() else { return };
            let request = write::add(&table.name, &item, &keys).to_string();
            let (api, deleted, again, notices) =
                (api.clone(), deleted.setter(), again.clone(), notices.clone());
            let key = tell_key(&item, &keys);
            wasm_bindgen_futures::spawn_local(async move {
                let (level, text) = match api.call("PutItem", request).await.result {
                    Ok(_) => {
                        deleted.set(items);
                        again.emit(());
                        (Level::Done, format!("{key} is back."))
                    }
                    Err(error) => {
                        let shown = show(&error);
                        (Level::Failed, format!("{key} was not put back. {}: {}", shown.name, shown.message))
                    }
                };
                notices.dispatch(NoticeAction::Say(level, text));
            });
        })
    };
    let forget = {
        let deleted = deleted.setter();
        Callback::from(move |()| deleted.set(Vec::new()))
    };
    let total = index.as_ref().map_or(table.item_count, |index| index.item_count);
    let happened = *side == Side::Happened;
    let place = {
        let mut options = vec![SelectOption::new("", table.name.clone())];
        for index in &table.indexes {
            let group = if index.global { "Global secondary indexes" } else { "Local secondary indexes" };
            options.push(SelectOption::under(group, index.name.clone(), index.name.clone()));
        }
        let onchange = {
            let (route, name) = (route.clone(), table.name.clone());
            Callback::from(move |index: String| {
                let index = (!index.is_empty()).then_some(index);
                route.go.emit(route.route.on(Some(name.clone()), index));
            })
        };
        html! {
            <Select label="Table or index" hide_label={true} name="place" {options} {onchange}
                value={index_name.clone().unwrap_or_default()} />
        }
    };
    let sizes = SIZES.map(|size| SelectOption::new(size.to_string(), format!("{size} a page"))).to_vec();
    let onsize = {
        let browse = browse.dispatcher();
        Callback::from(move |size: String| {
            set_saved(SIZE_NAME, &size);
            if let Ok(size) = size.parse() {
                browse.dispatch(BrowseAction::Size(size));
            }
        })
    };
    let onconsistent = {
        let browse = browse.clone();
        Callback::from(move |_: Event| browse.dispatch(BrowseAction::Consistent(!browse.consistent)))
    };
    let step = |action: fn() -> BrowseAction| {
        let browse = browse.dispatcher();
        Callback::from(move |()| browse.dispatch(action()))
    };
    let next = {
        let (browse, last, items) = (browse.dispatcher(), last.clone(), items.len() as u64);
        Callback::from(move |()| browse.dispatch(BrowseAction::Next(last.clone(), items)))
    };
    let onevent = {
        let timeline = timeline.dispatcher();
        Callback::from(move |event| timeline.dispatch(TimelineAction::Seek(event)))
    };
    let loading = call.state.loading();
    let body = if let Some(failure) = call.state.failure() {
        html! {
            <ErrorPanel error={failure.error.clone()} actions={html! {
                <Button label="Read again" icon="refresh-cw" onclick={again.clone()} action="retry" />
            }} />
        }
    } else if answer.is_none() || props.hidden {
        html! {
            <p class="item-note" role="status">{ match (loading, table.status.as_str()) {
                (false, "CREATING") => "The table is being created…",
                (false, "DELETING") => "The table is being deleted.",
                _ => "Reading…",
            } }</p>
        }
    } else if items.is_empty() && last.is_null() {
        empty(props, browse.page(), add.clone(), step(|| BrowseAction::First))
    } else {
        html! {
            <ItemTable label={format!("Items of {}", index_name.as_ref().unwrap_or(&table.name))} items={items.clone()}
                keys={columns} {selected} onselect={onselect.clone()} onopen={onselect} />
        }
    };
    let beside = match &*side {
        Side::Nothing => html! {},
        Side::Item(target) => html! {
            <ItemPanel table={table.clone()} target={target.clone()} ontarget={show_side.reform(Side::Item)}
                onwritten={again.clone()} {ondeleted} onclose={show_side.reform(|()| Side::Nothing)} />
        },
        Side::Happened => html! {
            <aside class="item-panel" aria-label="What happened">
                <WhatHappened events={call.state.events().cloned().unwrap_or_default()} {onevent} playhead={timeline.playhead} />
            </aside>
        },
    };
    html! {
        <section class="data-view" hidden={props.hidden} data-state={call.state.name()} aria-busy={loading.to_string()}
            data-side={(*side != Side::Nothing).then_some("open")}>
            <div class="data-bar">
                { place }
                <label class="check" title={if can_be_consistent {
                    "The leader answers: every acknowledged write is in it. Costs twice as much."
                } else {
                    "A global secondary index follows its table: it can only be read eventually consistent."
                }}>
                    <input type="checkbox" name="consistent" checked={can_be_consistent && browse.consistent}
                        disabled={!can_be_consistent} onchange={onconsistent} />
                    { "Strongly consistent" }
                </label>
                <Select label="Items in a page" hide_label={true} name="size" options={sizes} value={browse.size.to_string()} onchange={onsize} />
                <Button label="Read again" icon="refresh-cw" icon_only={true} kind={ButtonKind::Quiet} onclick={again.clone()} action="refresh" />
                <span class="spacer" />
                <Button label="Add an item" icon="plus" kind={ButtonKind::Primary} onclick={add} action="add-item" />
                <Button label="Import" icon="upload" busy={false} onclick={props.onimport.clone()} action="import"
                    pressed={props.importing.then_some(true)} title={props.importing.then_some("An import is under way")} />
                <ExportMenu table={table.name.clone()} keys={table.keys.all().map(|key| key.name.clone()).collect::<Vec<_>>()} item_count={table.item_count} />
            </div>
            if let Some(item) = deleted.last() {
                <div class="deleted-bar" role="status" data-part="deleted">
                    <span>{ format!("Deleted {}.", tell_key(item, &table_keys)) }</span>
                    <Button label="Put it back" icon="history" onclick={put_back} action="put-back" />
                    if deleted.len() > 1 {
                        <span class="item-note">{ format!("and {} more before it", deleted.len() - 1) }</span>
                    }
                    <Button label="Close" icon="x" icon_only={true} kind={ButtonKind::Quiet} onclick={forget} action="forget-deleted" />
                </div>
            }
            <div class="data-body">
                <div class="data-items">{ body }</div>
                { beside }
            </div>
            <div class="data-pager">
                <span data-part="range">{ answer.as_ref().map_or_else(String::new, |_| browse.range(items.len() as u64, total)) }</span>
                <span class="data-cost">{ answer.as_ref().map_or_else(String::new, |answer| cost(&answer.value)) }</span>
                if !last.is_null() {
                    <code class="data-last" title={print_line(&last)}>{ format!("LastEvaluatedKey {}", print_line(&last)) }</code>
                }
                <span class="spacer" />
                <Button label="What happened" icon="eye" kind={ButtonKind::Quiet} pressed={happened} action="happened"
                    onclick={show_side.reform(move |()| if happened { Side::Nothing } else { Side::Happened })} />
                <Button label="First page" icon="skip-back" icon_only={true} kind={ButtonKind::Quiet} disabled={browse.page() == 1}
                    onclick={step(|| BrowseAction::First)} action="first-page" />
                <Button label="Previous page" icon="chevron-left" icon_only={true} disabled={browse.page() == 1}
                    onclick={step(|| BrowseAction::Previous)} action="previous-page" />
                <span data-part="page">{ format!("Page {}", browse.page()) }</span>
                <Button label="Next page" icon="chevron-right" icon_only={true} disabled={last.is_null() || loading}
                    onclick={next} action="next-page" />
            </div>
        </section>
    }
}

/// `12.5 RCU`, of an answer that says what it consumed.
fn cost(answer: &Value) -> String {
    match answer["ConsumedCapacity"]["CapacityUnits"].as_f64() {
        // Units come in halves.
        Some(units) => format!("{} RCU", half((units * 2.0).round().max(0.0) as u64)),
        None => String::new(),
    }
}

fn empty(props: &TableViewProps, page: usize, add: Callback<()>, first: Callback<()>) -> Html {
    let import = html! { <Button label="Import a file" icon="upload" onclick={props.onimport.clone()} action="import-first" /> };
    match &props.index {
        _ if page > 1 => html! {
            <EmptyState icon="table-2" title="No items on this page" actions={html! { <Button label="First page" onclick={first} /> }}>
                <p>{ "The page before it ended exactly at the table's end: a LastEvaluatedKey does not promise that more follows." }</p>
            </EmptyState>
        },
        Some(index) => html! {
            <EmptyState icon="table-2" title={format!("No items in {}", index.name)}
                actions={html! { <Button label="Add an item" icon="plus" kind={ButtonKind::Primary} onclick={add} /> }}>
                <p>
                    { format!("An item of {} appears here when it has ", props.table.name) }
                    <code>{ index.keys.names().join(" and ") }</code>
                    { ", each of the key's type. Items without stay out: the index is sparse." }
                </p>
            </EmptyState>
        },
        None => html! {
            <EmptyState icon="table-2" title={format!("{} has no items yet", props.table.name)} actions={html! { <>
                <Button label="Add an item" icon="plus" kind={ButtonKind::Primary} onclick={add} action="add-first" />
                { import }
            </> }}>
                <p>{ "Add one by hand, or import a file of JSON: an array of items, or one item a line. A file can be dropped anywhere on this page." }</p>
            </EmptyState>
        },
    }
}
