//! One item at the side: reading it, editing it, saving it, deleting it, and what came of that.
//!
//! An item is saved on the condition that it is still as it was read; where it is not, both are shown and the reader
//! decides. Nothing typed goes by itself.

use std::cell::Cell;
use std::rc::Rc;

use serde_json::Value;
use yew::prelude::*;

use super::draft::{Draft, DraftAction, Fault, Item, View};
use super::form::ItemForm;
use super::refusal::{Doing, Refusal, RefusalPanel, Way};
use super::write;
use crate::components::{Button, ButtonKind, Icon, JsonEditor, Tab, Tabs, cell_text};
use crate::hooks::{is_editing, use_client, use_keys, use_notices};
use crate::protocol::ClientError;
use crate::state::notice::{Level, NoticeAction};
use crate::state::tables::TableDescription;

/// What the panel is for.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A new item, or a copy of this one.
    New(Option<Item>),
    /// The item of this key.
    Stored(Item),
}

/// The props of [`ItemPanel`].
#[derive(Properties, PartialEq)]
pub struct ItemPanelProps {
    /// The table.
    pub table: Rc<TableDescription>,
    /// What to show.
    pub target: Target,
    /// Show something else.
    pub ontarget: Callback<Target>,
    /// Something was written.
    pub onwritten: Callback<()>,
    /// This item was deleted.
    pub ondeleted: Callback<Item>,
    /// Close the panel.
    pub onclose: Callback<()>,
}

/// How far the panel is.
#[derive(Clone, Debug, Default, PartialEq)]
enum Phase {
    #[default]
    Reading,
    Ready,
    /// The item is not there.
    Gone,
    Working,
}

/// One item at the side.
#[component]
pub fn ItemPanel(props: &ItemPanelProps) -> Html {
    let api = use_client();
    let notices = use_notices().dispatcher();
    let draft = use_reducer(Draft::default);
    let phase = use_state_eq(Phase::default);
    let refusal = use_state_eq(|| None::<Refusal>);
    // What the draft is of; another target waits while something is unsaved.
    let shown = use_state_eq(|| None::<Target>);
    // Closing waits for the reader's word too.
    let closing = use_state_eq(|| false);
    let newest = use_memo((), |()| Cell::new(0_u64));
    let table = &props.table;
    let keys = table.keys.names();

    let load = {
        let (api, table, newest, closing) = (api.clone(), table.clone(), newest.clone(), closing.setter());
        let (draft, phase, refusal, shown) =
            (draft.clone(), phase.setter(), refusal.setter(), shown.setter());
        Callback::from(move |target: Target| {
            newest.set(newest.get() + 1);
            refusal.set(None);
            closing.set(false);
            shown.set(Some(target.clone()));
            let view = draft.view;
            let key = match target {
                Target::New(item) => {
                    let new = match item {
                        Some(item) => Draft::copy_of(&item, &table.keys, view),
                        None => Draft::blank(&table.keys),
                    };
                    draft.dispatch(DraftAction::Open(Box::new(new)));
                    return phase.set(Phase::Ready);
                }
                Target::Stored(key) => key,
            };
            phase.set(Phase::Reading);
            let (api, table, newest, number) = (api.clone(), table.clone(), newest.clone(), newest.get());
            let (draft, phase, refusal) = (draft.dispatcher(), phase.clone(), refusal.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let reply = api.call("GetItem", write::get(&table.name, &key).to_string()).await;
                if newest.get() != number {
                    return;
                }
                let answer =
                    reply.result.map(|text| serde_json::from_str::<Value>(&text).unwrap_or_default());
                match answer.as_ref().map(|answer| answer["Item"].as_object()) {
                    Ok(Some(item)) => {
                        let draft_of = Draft::of(item.clone(), &table.keys, view);
                        draft.dispatch(DraftAction::Open(Box::new(draft_of)));
                        phase.set(Phase::Ready);
                    }
                    Ok(None) => phase.set(Phase::Gone),
                    Err(error) => {
                        refusal.set(Some(Refusal { error: error.clone(), doing: Doing::Read }));
                        phase.set(Phase::Gone);
                    }
                }
            });
        })
    };
    let unsaved = shown.is_some() && *phase == Phase::Ready && draft.is_changed();
    let close = {
        let (closing, onclose) = (closing.setter(), props.onclose.clone());
        Callback::from(move |()| match unsaved {
            true => closing.set(true),
            false => onclose.emit(()),
        })
    };
    let waits = unsaved && shown.as_ref() != Some(&props.target);
    {
        let load = load.clone();
        let due = !waits && shown.as_ref() != Some(&props.target);
        // At another moment the item is another; what is being written is not thrown away for that.
        let seen_at = use_mut_ref(|| api.moment());
        use_effect_with((props.target.clone(), due, api.moment()), move |(target, due, at)| {
            let moved = std::mem::replace(&mut *seen_at.borrow_mut(), *at) != *at;
            if *due || (moved && !unsaved && matches!(target, Target::Stored(_))) {
                load.emit(target.clone());
            }
        });
    }
    // One write; the future gives what to show next.
    let send = {
        let (api, notices, newest, props_table) =
            (api.clone(), notices.clone(), newest.clone(), table.clone());
        let (phase, refusal, load) = (phase.setter(), refusal.setter(), load.clone());
        let (onwritten, ontarget) = (props.onwritten.clone(), props.ontarget.clone());
        Callback::from(move |(operation, request, key, doing): (&'static str, Value, Item, Doing)| {
            newest.set(newest.get() + 1);
            phase.set(Phase::Working);
            let (api, notices, number, newest) = (api.clone(), notices.clone(), newest.get(), newest.clone());
            let (phase, refusal, load, table) =
                (phase.clone(), refusal.clone(), load.clone(), props_table.clone());
            let (onwritten, ontarget) = (onwritten.clone(), ontarget.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let reply = api.call(operation, request.to_string()).await;
                let current = newest.get() == number;
                match reply.result {
                    Ok(_) => {
                        let said = tell_key(&key, &table.keys.names());
                        let text = format!("{said} saved in {}.", table.name);
                        notices.dispatch(NoticeAction::Say(Level::Done, text));
                        onwritten.emit(());
                        if current {
                            ontarget.emit(Target::Stored(key.clone()));
                            load.emit(Target::Stored(key));
                        }
                    }
                    Err(error) if current => {
                        phase.set(Phase::Ready);
                        refusal.set(Some(Refusal { error, doing }));
                    }
                    Err(error) => notices.dispatch(NoticeAction::Say(Level::Failed, said(&error))),
                }
            });
        })
    };
    let save = {
        let (draft, send, table, refusal) = (draft.clone(), send.clone(), table.clone(), refusal.setter());
        let (notices, keys) = (notices.clone(), keys.clone());
        Callback::from(move |()| {
            let Ok(item) = draft.item() else { return draft.dispatch(DraftAction::Check) };
            draft.dispatch(DraftAction::Check);
            refusal.set(None);
            let key = write::key_of(&item, &keys);
            match draft.original.as_ref().filter(|_| !draft.is_other_key()) {
                Some(read) => match write::update(&table.name, read, &item, &keys) {
                    Some(request) => send.emit(("UpdateItem", request, key, Doing::Change)),
                    None => {
                        notices.dispatch(NoticeAction::Say(Level::Note, "Nothing was changed.".to_owned()))
                    }
                },
                None => send.emit(("PutItem", write::add(&table.name, &item, &keys), key, Doing::Add)),
            }
        })
    };
    let resolve = {
        let (draft, send, load, table) = (draft.clone(), send.clone(), load.clone(), table.clone());
        let (ontarget, keys, refusal) = (props.ontarget.clone(), keys.clone(), refusal.clone());
        Callback::from(move |way: Way| {
            let Ok(mine) = draft.item() else { return draft.dispatch(DraftAction::Check) };
            let key = write::key_of(&mine, &keys);
            let found = refusal.as_ref().and_then(|refusal| write::failed_condition(&refusal.error));
            refusal.set(None);
            match (way, found) {
                (Way::Theirs, _) => {
                    ontarget.emit(Target::Stored(key.clone()));
                    load.emit(Target::Stored(key));
                }
                (Way::Again, _) => {
                    send.emit(("PutItem", write::add(&table.name, &mine, &keys), key, Doing::Add))
                }
                (Way::Mine | Way::Both, Some(write::Found::Item(theirs))) => {
                    let read = draft.original.clone().unwrap_or_default();
                    let wanted = if way == Way::Both { write::merged(&read, &mine, &theirs) } else { mine };
                    draft.dispatch(DraftAction::Rebase(theirs.clone()));
                    match write::update(&table.name, &theirs, &wanted, &keys) {
                        Some(request) => send.emit(("UpdateItem", request, key, Doing::Change)),
                        None => load.emit(Target::Stored(key)),
                    }
                }
                (Way::Mine | Way::Both, _) => {
                    send.emit(("PutItem", write::replace(&table.name, &mine), key, Doing::Add))
                }
            }
        })
    };
    let delete = {
        let (api, notices, table, keys) = (api.clone(), notices.clone(), table.clone(), keys.clone());
        let (original, phase, refusal) = (draft.original.clone(), phase.setter(), refusal.setter());
        let (ondeleted, onwritten) = (props.ondeleted.clone(), props.onwritten.clone());
        Callback::from(move |()| {
            let Some(key) = original.as_ref().map(|item| write::key_of(item, &keys)) else { return };
            phase.set(Phase::Working);
            let (api, notices, table) = (api.clone(), notices.clone(), table.clone());
            let (phase, refusal) = (phase.clone(), refusal.clone());
            let (ondeleted, onwritten) = (ondeleted.clone(), onwritten.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let reply = api.call("DeleteItem", write::delete(&table.name, &key).to_string()).await;
                match reply.result {
                    Ok(text) => {
                        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
                        onwritten.emit(());
                        match answer["Attributes"].as_object() {
                            Some(item) => ondeleted.emit(item.clone()),
                            None => {
                                let said = tell_key(&key, &table.keys.names());
                                let text = format!("{said} was not there any more.");
                                notices.dispatch(NoticeAction::Say(Level::Note, text));
                                phase.set(Phase::Gone);
                            }
                        }
                    }
                    Err(error) => {
                        phase.set(Phase::Ready);
                        refusal.set(Some(Refusal { error, doing: Doing::Delete }));
                    }
                }
            });
        })
    };
    {
        let (save, onclose) = (save.clone(), props.onclose.clone());
        let (can_save, can_close) = (*phase == Phase::Ready && unsaved, !unsaved);
        use_keys(Callback::from(move |event: KeyboardEvent| {
            let run = event.key() == "Enter" && (event.ctrl_key() || event.meta_key());
            if run && can_save {
                event.prevent_default();
                save.emit(());
            } else if event.key() == "Escape" && can_close && !is_editing(&event) {
                onclose.emit(());
            }
        }));
    }

    let title = match (&*shown, &draft.original) {
        (Some(Target::Stored(key)), _) => tell_key(key, &keys),
        _ => "New item".to_owned(),
    };
    let fresh = draft.original.is_none();
    let other_key = !fresh && draft.is_other_key();
    let tabs = View::ALL.map(|(_, id, label)| Tab::new(id, label)).to_vec();
    let selected: &'static str =
        View::ALL.iter().find(|(view, ..)| *view == draft.view).map_or("form", |(_, id, _)| *id);
    let onview = {
        let draft = draft.clone();
        Callback::from(move |id: AttrValue| {
            let view = View::ALL.iter().find(|(_, view, _)| *view == id).map(|(view, ..)| *view);
            draft.dispatch(DraftAction::Show(view.unwrap_or_default()));
        })
    };
    let read = draft.original.clone().unwrap_or_default();
    let refused = refusal.as_ref().map(|refusal| {
        html! { <RefusalPanel refusal={refusal.clone()} {read} onway={resolve} /> }
    });
    let row = match (&*refusal, draft.view) {
        (Some(Refusal { error: ClientError::Api { message, .. }, .. }), View::Form) => {
            write::culprit(message, &draft.rows)
        }
        _ => None,
    };
    let onaction = {
        let draft = draft.clone();
        Callback::from(move |action| draft.dispatch(action))
    };
    let body = match (&*phase, draft.view) {
        (Phase::Reading, _) => html! { <p class="item-note" role="status">{ "Reading the item…" }</p> },
        (Phase::Gone, _) => html! {
            <>
                if refused.is_none() {
                    <p class="item-note" role="status">{ "There is no item of this key any more: it was deleted or has expired." }</p>
                }
                { refused.clone() }
            </>
        },
        (_, View::Form) => {
            let part = |parts: &[crate::state::tables::KeyPart]| {
                parts.iter().map(|part| part.name.clone()).collect()
            };
            let fault = match &draft.fault {
                Some(Fault::Row(id, message)) => Some((*id, AttrValue::from(message.clone()))),
                _ => None,
            };
            let beside = row.zip(refused.clone());
            html! {
                <ItemForm rows={draft.rows.clone()} keys={(part(&table.keys.hash), part(&table.keys.range))} {onaction}
                    {fault} refusal={beside} />
            }
        }
        (_, view) => {
            let label = if view == View::Plain { "The item as JSON" } else { "The item as DynamoDB JSON" };
            let fault = match &draft.fault {
                Some(Fault::Text(fault)) => Some(fault.clone()),
                _ => None,
            };
            html! {
                <>
                    <JsonEditor {label} name="item" value={draft.text.clone()} {fault}
                        oninput={onaction.reform(DraftAction::Whole)} />
                    if view == View::Plain {
                        <p class="item-note">{ "Numbers become N, text S, arrays L, objects M. Sets and binaries that the item had stay what they are." }</p>
                    }
                </>
            }
        }
    };
    let working = *phase == Phase::Working;
    let can_edit = matches!(*phase, Phase::Ready | Phase::Working);
    let copy = {
        let (ontarget, draft) = (props.ontarget.clone(), draft.clone());
        Callback::from(move |()| {
            if let Some(item) = &draft.original {
                ontarget.emit(Target::New(Some(item.clone())));
            }
        })
    };
    let discard = {
        let (load, target) = (load.clone(), props.target.clone());
        Callback::from(move |()| load.emit(target.clone()))
    };
    let stay = {
        let (ontarget, shown, closing) = (props.ontarget.clone(), shown.clone(), closing.setter());
        Callback::from(move |()| {
            closing.set(false);
            if let Some(target) = &*shown {
                ontarget.emit(target.clone());
            }
        })
    };
    let asks = *closing && unsaved;
    html! {
        <aside class="item-panel" aria-label="Item" data-phase={format!("{:?}", *phase).to_lowercase()}
            data-changed={unsaved.to_string()}>
            <header class="item-header">
                <h2 title={title.clone()}>{ title }</h2>
                <Button label="Close" icon="x" icon_only={true} kind={ButtonKind::Quiet} onclick={close} action="close-item" />
            </header>
            if waits || asks {
                <div class="item-unsaved" role="alert">
                    <Icon name="triangle-alert" />
                    <p>{ "What you typed here is not saved." }</p>
                    <Button label="Keep editing" onclick={stay} action="keep-editing" />
                    <Button label={if asks { "Discard and close" } else { "Discard and open the other" }} kind={ButtonKind::Danger}
                        onclick={if asks { props.onclose.clone() } else { discard.clone() }} action="discard" />
                </div>
            }
            if can_edit {
                <Tabs label="The item as" {tabs} {selected} onselect={onview} />
            }
            <div class="item-body">{ body }</div>
            if can_edit {
                if let (Some(refused), None) = (refused, row) {
                    <div class="item-refusal">{ refused }</div>
                }
                <footer class="item-actions">
                    if other_key {
                        <p class="item-note">{ "This is another key, so it is another item: the one that you opened stays as it is." }</p>
                    }
                    <div class="item-buttons">
                        <Button label={if fresh { "Add the item" } else if other_key { "Save as a new item" } else { "Save" }}
                            kind={ButtonKind::Primary} busy={working} disabled={!fresh && !unsaved} onclick={save}
                            keys="Ctrl ↵" action="save-item" />
                        if unsaved && !fresh {
                            <Button label="Undo my changes" kind={ButtonKind::Quiet} onclick={discard} action="revert" />
                        }
                        if !fresh {
                            <span class="spacer" />
                            if !unsaved {
                                <Button label="Duplicate" icon="copy" kind={ButtonKind::Quiet} disabled={working} onclick={copy} action="duplicate" />
                            }
                            <Button label="Delete" icon="trash-2" kind={ButtonKind::Danger} disabled={working} onclick={delete} action="delete-item" />
                        }
                    </div>
                </footer>
            }
        </aside>
    }
}

/// An item's key for people, partition key first: `user123 / 2026-11-22`.
pub fn tell_key(item: &Item, keys: &[String]) -> String {
    let values = keys.iter().filter_map(|name| super::value::typed(item.get(name)?));
    values.map(|(kind, value)| cell_text(kind, value)).collect::<Vec<_>>().join(" / ")
}

fn said(error: &ClientError) -> String {
    let shown = crate::state::lesson::show(error);
    format!("{}: {}", shown.name, shown.message)
}
